"""Orders in words: which entries are orders, against whom, and where one with an effect is carried out."""

import pytest

from app.client.members import AccountView
from app.client.model import AccountStatus, QuotaStatus
from app.core.wire import registry_pb2 as wire
from app.ui.present import orders
from app.ui.present.language import Words
from tests.fakes.desk_facts import NOW_NS
from tests.ui.organisation_desk import (
    BANK,
    HANGZHOU,
    NAMED,
    NAMES,
    OPERATOR,
    ORDER,
    SHAOXING,
    VOUCHER,
    entries,
    view_of,
)

TITLES = {VOUCHER: "丰收节优惠券"}


def test_only_actions_that_cite_an_order_are_orders() -> None:
    assert [entry.action for entry in entries() if orders.is_order(entry)] == ["suspend", "supervise", "record_order"]


def test_a_row_says_what_against_whom_on_whose_order_and_by_whom(english: Words) -> None:
    suspended, supervised, _, recorded = entries()
    row = orders.order_row(suspended, TITLES, NOW_NS, english)
    assert row.what == "Suspend an organisation: \u2068Zhejiang Tailong Commercial Bank\u2069 · account 10003"
    assert "绍兴市中级人民法院" in row.detail
    assert "（2026）浙 06 执 118 号" in row.detail
    assert "carried out by" in row.detail
    assert "丰收节优惠券" in orders.order_row(supervised, TITLES, NOW_NS, english).what
    assert "voucher" in orders.order_row(supervised, {}, NOW_NS, english).what
    assert "recorded by" in orders.order_row(recorded, TITLES, NOW_NS, english).detail


def test_everything_that_was_done_stands_in_the_facts(english: Words) -> None:
    supervised = entries()[1]
    facts = {fact.label: fact for fact in orders.order_facts(supervised, TITLES, english)}
    assert facts["new cap"].value == "8\u2009000"
    assert facts["Order (SHA-256)"].copied == supervised.fact.order.document.hex()  # type: ignore[attr-defined]
    assert "agreement version 2" in facts["Answers for it"].value
    assert "经办 01\u2069, \u2068复核 01" in facts["Signed by"].value


@pytest.mark.parametrize(
    ("party", "permissions", "pages"),
    [
        ("operator", (), ("partners", "vouchers")),
        ("regulator", (), ("vouchers",)),
        ("partner", ("identity",), ("users",)),
        ("partner", ("voucher",), ("vouchers",)),
        ("partner", ("evidence",), ()),
    ],
)
def test_orders_are_carried_out_where_the_account_may_do_so(
    party: str, permissions: tuple[str, ...], pages: tuple[str, ...], words: Words
) -> None:
    account = AccountStatus(bytes(20), 1, "", party, permissions, bytes(32), QuotaStatus(1, 0, 0))
    assert orders.effect_pages(account) == pages
    assert all(orders.effect_sentence(page, words) for page in pages)


UNABLE = orders.Unable({BANK: NAMES[BANK][0]}, frozenset({HANGZHOU}))


def user_of(partner: int, *, frozen_by: int = 0) -> AccountView:
    account = wire.Account(id=20_001, party=wire.PARTY_USER, partner=partner)
    if frozen_by:
        account.stop.CopyFrom(wire.Stop(document=ORDER.document, by=frozen_by, height=9))
    return AccountView(account, "real-name", (), not frozen_by, QuotaStatus(1, 0, 0), NAMED)


def test_a_partner_cannot_act_while_suspended_or_without_the_permission() -> None:
    partners = [view_of(each) for each in (BANK, HANGZHOU, SHAOXING)]
    del partners[1].account.permissions[:]
    assert partners[2].account.permissions
    assert orders.unable_of(partners) == UNABLE
    assert [each in UNABLE for each in (BANK, HANGZHOU, SHAOXING)] == [True, True, False]


@pytest.mark.parametrize(
    ("partner", "frozen_by", "said"),
    [
        (BANK, 0, ""),
        (HANGZHOU, 0, ""),
        (SHAOXING, 0, "carries the order out itself"),
        (BANK, BANK, "frozen already"),
    ],
)
def test_the_operator_freezes_only_users_whose_partner_cannot(
    partner: int, frozen_by: int, said: str, english: Words
) -> None:
    found = orders.freeze_objection(user_of(partner, frozen_by=frozen_by), UNABLE, english)
    assert (found == "") == (said == "")
    assert said in found


@pytest.mark.parametrize(
    ("partner", "frozen_by", "said"),
    [
        (BANK, BANK, ""),
        (SHAOXING, HANGZHOU, ""),
        (SHAOXING, OPERATOR, ""),
        (BANK, SHAOXING, "unfreezes the user itself"),
        (BANK, 0, "not frozen"),
    ],
)
def test_the_operator_unfreezes_whom_it_froze_or_somebody_who_cannot(
    partner: int, frozen_by: int, said: str, english: Words
) -> None:
    view = user_of(partner, frozen_by=frozen_by)
    found = orders.unfreeze_objection(view, OPERATOR, UNABLE, english)
    assert (found == "") == (said == "")
    assert said in found


def test_it_is_said_whose_users_they_are(words: Words) -> None:
    assert NAMES[BANK][0] in orders.stand_in_sentence(UNABLE, words)
    said = {
        orders.stand_in_sentence(each, words)
        for each in (UNABLE, orders.Unable({}, frozenset({1})), orders.NOBODY_UNABLE)
    }
    assert len(said) == 3
