"""Orders at the desks of operator, partners and regulators, through the real widgets, against a real node."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from app.core.hashing import sha256
from app.core.wire import registry_pb2 as wire
from tests.scenarios.town import ALPHA, BETA, BOOKKEEPER, NAMES, NUMBERS, OPERATOR
from tests.ui.town_guest import Place, day, open_place

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


@day
def test_bookkeepers_have_no_such_page(place: Place) -> None:
    clerk = place.seat(BOOKKEEPER)
    clerk.awaits("orders are carried out by operator, regulators and partners")
