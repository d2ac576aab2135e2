"""Orders at the desks of operator, partners and regulators, through the real widgets, against a real node."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from app.core.hashing import sha256
from app.core.wire import registry_pb2 as wire
from tests.scenarios.town import ALPHA, BETA, BOOKKEEPER, NAMES, NUMBERS, OPERATOR
from tests.ui.town_guest import Guest, Place, day, open_place

REGULATOR = "regulator"
COURT = wire.Order(document=sha256(b"order"), authority="绍兴市中级人民法院", reference="〔2026〕7 号")


@pytest.fixture(scope="module")
def place(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with open_place(qapp, tmp_path_factory.mktemp("town")) as made:
        card = made.loop.run_until_complete(made.town.card(REGULATOR))
        admit = wire.Admit(
            party=wire.PARTY_REGULATOR, name="监管局", keys=[card], agreement=bytes(32), quota_points=9_999
        )
        made.do(OPERATOR, admit=admit)
        yield made


@day
def test_who_carried_an_order_out_and_whom_it_concerns_both_see_it(place: Place) -> None:
    place.do(OPERATOR, suspend=wire.Suspend(account=NUMBERS[BETA], order=COURT))
    for who in (OPERATOR, BETA):
        clerk = place.seat(who)
        clerk.goes_to("orders")
        what = f"Suspend an organisation: \u2068{NAMES[BETA]}\u2069 · account {NUMBERS[BETA]}"
        clerk.awaits(what, "绍兴市中级人民法院\u2069 · \u2068〔2026〕7 号", f"carried out by \u2068{NAMES[OPERATOR]}")
        clerk.clicks_beside(f"Open {what}")
        clerk.awaits("Order (SHA-256)", "agreement version 1", "Answers for it", sha256(b"order").hex()[:4])
        clerk.clicks("← All orders")
        clerk.awaits("Record an order")
    stranger = place.seat(ALPHA)
    stranger.goes_to("orders")
    stranger.awaits("No orders yet")
    place.do(OPERATOR, resume=wire.Resume(account=NUMBERS[BETA], order=COURT))


@day
def test_a_regulator_records_an_order_about_an_organisation(place: Place, tmp_path: Path) -> None:
    paper = tmp_path / "通知.pdf"
    paper.write_bytes(b"%PDF order")
    regulator = place.seat(REGULATOR)
    regulator.goes_to("orders")
    regulator.until(lambda: regulator.can_press("Record an order"))
    regulator.clicks("Record an order")
    regulator.awaits("Still missing: Account")
    regulator.types("Account", NAMES[ALPHA])
    regulator.drops("Order", paper)
    regulator.types("Authority", "法" * 43)
    regulator.awaits(NAMES[ALPHA])
    assert not regulator.can_press("Review what will be signed")
    regulator.types("Authority", "监管局")
    regulator.signs()
    regulator.awaits("Put an order on record", "recorded by \u2068监管局", NAMES[ALPHA])
    (entry,) = place.loop.run_until_complete(regulator.desk.registry.orders_on_account(NUMBERS[ALPHA])).items
    assert entry.fact.order.document == sha256(paper.read_bytes())  # type: ignore[attr-defined]


@day
def test_a_partner_records_orders_about_users_only(place: Place) -> None:
    alpha = place.seat(ALPHA)
    alpha.goes_to("orders")
    alpha.until(lambda: alpha.can_press("Record an order"))
    alpha.clicks("Record an order")
    alpha.types("Account", str(NUMBERS[BETA]))
    alpha.awaits("Account: this has to be a User")
    assert not alpha.can_press("Review what will be signed")


@day
def test_orders_with_an_effect_are_carried_out_at_the_page_of_the_effect(place: Place) -> None:
    operator = place.seat(OPERATOR)
    operator.goes_to("orders")
    operator.clicks_beside("To suspend or resume an organisation, go to Partners")
    assert operator.frame.open_name == "partners"
    operator.awaits("Organisations")
    regulator = place.seat(REGULATOR)
    regulator.goes_to("orders")
    regulator.awaits("To freeze vouchers or change their cap, go to Vouchers")
    regulator.does_not_see("To suspend or resume an organisation, go to Partners")


@day
def test_an_order_about_a_voucher_says_which_one_and_what_was_done(place: Place) -> None:
    terms = wire.Terms(name="早餐券", product="早餐一份", description=bytes(32), kind=wire.KIND_DIVISIBLE, cap=100)
    voucher = place.do(ALPHA, apply_voucher=wire.ApplyVoucher(terms=terms, legal=bytes(32))).data
    place.do(OPERATOR, create_voucher=wire.CreateVoucher(voucher=voucher))
    place.do(REGULATOR, supervise=wire.Supervise(voucher=voucher, order=COURT, cap=50))
    regulator = place.seat(REGULATOR)
    regulator.goes_to("orders")
    regulator.awaits("Supervise a voucher: \u2068早餐券\u2069 · voucher")
    names = regulator.names_in_sight(QPushButton)
    regulator.clicks_beside(next(name for name in names if "早餐券" in name))
    regulator.awaits("new cap", "50", "早餐券")


def names_a_user(clerk: Guest, user: int, paper: Path) -> None:
    clerk.types("User", str(user))
    clerk.drops("Order", paper)
    clerk.types("Authority", "杭州市中级人民法院")
    clerk.types("Reference", "（2026）浙 01 执 9 号")


@day
def test_the_operator_freezes_and_unfreezes_users_whose_partner_is_suspended(place: Place, tmp_path: Path) -> None:
    run = place.loop.run_until_complete
    ming = run(place.town.enrol("ming", by=BETA))
    hong = run(place.town.enrol("hong", by=ALPHA))
    paper = tmp_path / "裁定.pdf"
    paper.write_bytes(b"%PDF ruling")
    operator = place.seat(OPERATOR)
    operator.goes_to("orders")
    operator.awaits("Users whose partner cannot act", "Every partner can act, and freezes its own users.")
    assert not operator.can_press("Freeze a user…")
    place.do(OPERATOR, suspend=wire.Suspend(account=NUMBERS[BETA], order=COURT))
    operator.awaits(f"Suspended now: \u2068{NAMES[BETA]}\u2069 · account {NUMBERS[BETA]}.")
    operator.clicks("Freeze a user…")
    names_a_user(operator, hong, paper)
    operator.awaits(f"Enrolled by \u2068{NAMES[ALPHA]}\u2069", "which can act and carries the order out itself")
    assert not operator.can_press("Review what will be signed")
    operator.types("User", str(NUMBERS[ALPHA]))
    operator.awaits("User: this has to be a User")
    operator.types("User", str(ming))
    operator.awaits(f"account {ming} · enrolled by \u2068{NAMES[BETA]}\u2069")
    operator.signs()
    operator.awaits("Freeze", f"account {ming}", "（2026）浙 01 执 9 号", f"carried out by \u2068{NAMES[OPERATOR]}")
    view = run(operator.desk.registry.account(ming))
    assert (view.is_in_force, view.account.stop.by, view.account.stop.document) == (
        False,
        NUMBERS[OPERATOR],
        sha256(paper.read_bytes()),
    )
    operator.clicks("Freeze a user…")
    operator.types("User", str(ming))
    operator.awaits("This user is frozen already")
    operator.clicks("Cancel")
    place.do(OPERATOR, resume=wire.Resume(account=NUMBERS[BETA], order=COURT))
    operator.awaits("Every partner can act")
    operator.clicks("Unfreeze a user…")
    names_a_user(operator, hong, paper)
    operator.awaits("This user is not frozen")
    operator.types("User", str(ming))
    operator.awaits(f"frozen by \u2068{NAMES[OPERATOR]}\u2069")
    operator.signs()
    operator.awaits("Unfreeze")
    assert run(operator.desk.registry.account(ming)).is_in_force


@day
def test_nobody_but_the_operator_stands_in_for_partners(place: Place) -> None:
    for who in (ALPHA, REGULATOR):
        clerk = place.seat(who)
        clerk.goes_to("orders")
        clerk.until(lambda clerk=clerk: clerk.can_press("Record an order"))
        clerk.does_not_see("Users whose partner cannot act", "Freeze a user…")


@day
def test_bookkeepers_have_no_such_page(place: Place) -> None:
    clerk = place.seat(BOOKKEEPER)
    clerk.awaits("orders are carried out by operator, regulators and partners")
