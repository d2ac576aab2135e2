"""Vouchers in words and numbers: amounts, serials, what may be done, who holds what, and the table for a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.client.members import AccountName, HolderView, PieceView, VoucherView
from app.client.model import AccountStatus, QuotaStatus
from app.core.facts import facts_of
from app.core.refusals import BadAction, BalanceShort
from app.core.wire import registry_pb2 as wire
from app.ui.present.glossary import Glossary, meaning, plain_reason
from app.ui.present.language import Words
from app.ui.present.voucher_report import HoldersReport, cell, report_chip, report_facts, report_table, table_name
from app.ui.present.vouchers import (
    OwnVoucher,
    amount_text,
    deeds_at_home,
    held_text,
    holders_deeds,
    holding_chip,
    number_facts,
    office_deeds,
    parse_serials,
    piece_chip,
    piece_line,
    plain_amount,
    rule_facts,
    sees_holders,
    serial_ranges,
    transfer_rule,
    voucher_chip,
)
from app.ui.widgets.fields import parse_amount

ISSUER, HOLDER, NOW_NS = 10_001, 10_003, 1_800_000_000 * 10**9
THIN = "\u2009"


def account(party: str, number: int = ISSUER, *permissions: str) -> AccountStatus:
    return AccountStatus(bytes(20), number, "某", party, permissions, bytes(32), QuotaStatus(100, 0, 0))


def view(state: int = wire.VOUCHER_STATE_CREATED, flow: int = wire.FLOW_OPEN, **terms: object) -> VoucherView:
    wanted = {"name": "早餐券", "product": "早餐", "kind": wire.KIND_DIVISIBLE, "cap": 10_000, "decimals": 2, **terms}
    voucher = wire.Voucher(
        issuer=ISSUER,
        state=state,  # type: ignore[arg-type]
        terms=wire.Terms(**wanted),  # type: ignore[arg-type]
        flow=flow,  # type: ignore[arg-type]
        issued=1_000,
        redeemed=100,
        lapsed=50,
    )
    return VoucherView(bytes(range(16)), voucher, {ISSUER: AccountName(ISSUER, "杭州合作方", "partner", bytes(20))})


def own(shown: VoucherView | None = None, time_ns: int = NOW_NS, **holding: object) -> OwnVoucher:
    return OwnVoucher(shown or view(), wire.Holding(**holding), (), time_ns)  # type: ignore[arg-type]


# ---- numbers ---------------------------------------------------------------------------------------------------------
@given(st.integers(0, 2**63 - 1), st.integers(0, 18))
def test_an_amount_that_is_shown_is_read_back_as_the_same(units: int, decimals: int) -> None:
    assert parse_amount(plain_amount(units, decimals), decimals) == units
    assert amount_text(units, decimals).replace(THIN, "") == plain_amount(units, decimals)


def test_amounts_are_grouped_and_keep_their_decimals() -> None:
    assert amount_text(123_456, 2) == f"1{THIN}234.56"
    assert amount_text(5, 2) == "0.05"
    assert amount_text(1_000, 0) == f"1{THIN}000"


@given(st.sets(st.integers(1, 10_000), min_size=1, max_size=60))
def test_serials_that_are_shown_are_read_back_as_the_same(serials: set[int]) -> None:
    assert parse_serials(serial_ranges(sorted(serials)), 256) == sorted(serials)


@pytest.mark.parametrize(
    "text", ["", "a", "0", "3-1", "1-", "-1", "1-300", "1,,2", "１", "1-9999999999999999999", "1.5"]
)
def test_what_is_no_list_of_serials_is_not_taken_for_one(text: str) -> None:
    assert parse_serials(text, 256) is None


def test_serials_may_be_written_as_chinese_clerks_write_them_and_count_once() -> None:
    assert parse_serials("7，1–3、 2", 256) == [1, 2, 3, 7]
    assert parse_serials("1-3, 5", 3) is None


# ---- states and lines --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("shown", "tone"),
    [
        (view(wire.VOUCHER_STATE_APPLIED), "primary"),
        (view(), "ok"),
        (view(wire.VOUCHER_STATE_DECLINED), "bad"),
        (view(flow=wire.FLOW_HELD), "warn"),
        (view(flow=wire.FLOW_FROZEN, expires_ns=1), "bad"),
        (view(expires_ns=NOW_NS), "warn"),
        (view(expires_ns=NOW_NS + 1), "ok"),
    ],
)
def test_the_most_serious_state_is_said(shown: VoucherView, tone: str, words: Words) -> None:
    assert voucher_chip(shown, NOW_NS, words).tone == tone


def test_a_holding_says_what_is_free_frozen_and_in_pieces(english: Words) -> None:
    terms = view().voucher.terms
    holding = wire.Holding(amount=1_000, frozen_amount=250, pieces=2, packed=300)
    assert held_text(terms, holding, english) == "7.50 free, 2.50 frozen, 3.00 in 2 pieces"
    assert held_text(terms, wire.Holding(amount=1_000, frozen=True), english) == "0.00 free, 10.00 frozen"
    assert held_text(terms, wire.Holding(pieces=1, packed=5), english) == "0.05 in 1 piece"
    unique = view(kind=wire.KIND_UNIQUE, decimals=0).voucher.terms
    assert held_text(unique, wire.Holding(pieces=3, packed=3), english) == "3 pieces"


def test_freezing_is_said_in_words_and_colour(english: Words) -> None:
    assert holding_chip(wire.Holding(amount=5), english) is None
    assert holding_chip(wire.Holding(amount=5, frozen_amount=1), english).text == "Partly frozen"  # type: ignore[union-attr]
    assert holding_chip(wire.Holding(amount=5, frozen=True), english).tone == "bad"  # type: ignore[union-attr]
    frozen = PieceView(bytes(16), 1, HOLDER, wire.Piece(amount=1, stop=wire.Stop(document=bytes(32), by=1)))
    assert piece_chip(frozen, english).text == "Frozen"  # type: ignore[union-attr]


def test_a_piece_says_how_often_it_may_still_change_hands(english: Words) -> None:
    terms = view(kind=wire.KIND_UNIQUE, decimals=0, max_transfers=3).voucher.terms
    assert (
        piece_line(PieceView(bytes(16), 1, HOLDER, wire.Piece(amount=1, transfers=2)), terms, english)
        == "1 transfer left"
    )
    packed = PieceView(bytes(16), 1, HOLDER, wire.Piece(amount=150, transfers=1))
    assert piece_line(packed, view().voucher.terms, english) == "1.50 · handed on 1 time"


def test_transfer_rules_are_said(english: Words) -> None:
    assert transfer_rule(view().voucher.terms, english) == "freely"
    assert transfer_rule(view(bound=True).voucher.terms, english) == "never"
    rule = transfer_rule(view(opens_ns=NOW_NS, closes_ns=NOW_NS + 1, max_transfers=2).voucher.terms, english)
    assert rule.startswith("from 15 Jan 2027")
    assert rule.endswith("each piece at most 2 times")


def test_numbers_of_a_created_voucher_add_up_and_an_application_has_its_cap_only(english: Words) -> None:
    assert [fact.value for fact in number_facts(view(), english)] == ["100.00", "10.00", "1.00", "0.50", "8.50"]
    assert [fact.label for fact in number_facts(view(wire.VOUCHER_STATE_APPLIED), english)] == ["Cap"]


def test_rules_name_partners_and_hold_the_whole_number(words: Words) -> None:
    facts = {fact.label: fact for fact in rule_facts(view(accepted=[ISSUER]), words)}
    assert any("杭州合作方" in fact.value and "10001" in fact.value for fact in facts.values())
    assert any(fact.copied == bytes(range(16)).hex() for fact in facts.values())


# ---- what may be done --------------------------------------------------------------------------------------------------
def test_who_may_apply_and_who_may_begin_with_a_transfer() -> None:
    assert deeds_at_home(account("partner", ISSUER, "voucher"), holds_any=False) == ("apply_voucher",)
    assert deeds_at_home(account("partner"), holds_any=True) == ("transfer",)
    assert deeds_at_home(account("user"), holds_any=True) == ("transfer",)
    assert deeds_at_home(account("user"), holds_any=False) == ()
    assert deeds_at_home(account("operator"), holds_any=False) == ()


@pytest.mark.parametrize(
    ("who_asks", "voucher", "may"),
    [
        (account("operator", 1), own(view(wire.VOUCHER_STATE_APPLIED)), ("decide",)),
        (account("regulator", 5), own(view(wire.VOUCHER_STATE_APPLIED)), ()),
        (account("operator", 1), own(), ("supervise",)),
        (account("regulator", 5), own(), ("supervise",)),
        (account("operator", 1), own(view(wire.VOUCHER_STATE_DECLINED)), ()),
        (account("partner", ISSUER, "voucher"), own(), ("allocate", "manage_voucher", "supervise")),
        (account("partner", ISSUER, "voucher"), own(view(cap=1_000)), ("manage_voucher", "supervise")),
        (account("partner", ISSUER, "voucher"), own(view(flow=wire.FLOW_FROZEN)), ("manage_voucher", "supervise")),
        (account("partner", ISSUER, "voucher"), own(view(expires_ns=1)), ("expire", "manage_voucher", "supervise")),
        (account("partner", ISSUER, "voucher"), own(view(wire.VOUCHER_STATE_APPLIED)), ()),
        (account("partner", ISSUER, "evidence"), own(), ()),
        (account("partner", 10_002, "voucher"), own(), ()),
        (account("user", HOLDER), own(), ()),
    ],
)
def test_offices_are_offered_to_those_whose_they_are(
    who_asks: AccountStatus, voucher: OwnVoucher, may: tuple[str, ...]
) -> None:
    assert office_deeds(who_asks, voucher) == may


@pytest.mark.parametrize(
    ("voucher", "may"),
    [
        (own(), ()),
        (own(amount=5), ("transfer", "redeem", "split")),
        (own(amount=5, pieces=1, packed=1), ("transfer", "redeem", "split", "merge")),
        (own(view(bound=True), amount=5), ("redeem", "split")),
        (own(view(flow=wire.FLOW_HELD), amount=5), ("redeem", "split")),
        (own(view(flow=wire.FLOW_FROZEN), amount=5), ()),
        (own(view(expires_ns=NOW_NS), amount=5), ()),
        (own(view(expires_ns=NOW_NS + 1), amount=5), ("transfer", "redeem", "split")),
        (own(view(kind=wire.KIND_UNIQUE, decimals=0), pieces=1, packed=1), ("transfer", "redeem")),
    ],
)
def test_a_holder_is_offered_what_the_voucher_allows(voucher: OwnVoucher, may: tuple[str, ...]) -> None:
    assert holders_deeds(account("user", HOLDER), voucher) == may
    custody = ("assign_custody",) if may or voucher.holding.amount else ()
    assert holders_deeds(account("partner", 10_002), voucher) == may + custody
    assert holders_deeds(account("regulator", 5), voucher) == ()


def test_who_holds_it_concerns_its_issuer_and_supervisors_only() -> None:
    assert sees_holders(account("partner", ISSUER, "voucher"), view())
    assert sees_holders(account("regulator", 5), view())
    assert not sees_holders(account("partner", 10_002, "voucher"), view())
    assert not sees_holders(account("user", HOLDER), view())
    assert not sees_holders(account("operator", 1), view(wire.VOUCHER_STATE_APPLIED))


# ---- meanings ----------------------------------------------------------------------------------------------------------
def test_what_is_signed_is_shown_with_names_and_decimals() -> None:
    shown = view()
    legs = [wire.Leg(voucher=shown.id, to=HOLDER, amount=125), wire.Leg(voucher=bytes(16), to=9, amount=7)]
    facts = tuple(facts_of(wire.Transfer(legs=legs)))
    known = Glossary({HOLDER: "李红"}, {shown.id: shown})
    meant = {fact.path: meaning(fact, facts, known).strip("\u2068\u2069") for fact in facts}
    assert meant["legs.1.voucher"] == "早餐券"
    assert meant["legs.1.to"] == "李红"
    assert meant["legs.1.amount"] == "1.25"
    assert [meant[f"legs.2.{name}"] for name in ("voucher", "to", "amount")] == ["", "", ""]


def test_an_application_carries_its_decimals_itself() -> None:
    facts = tuple(facts_of(wire.ApplyVoucher(terms=wire.Terms(name="x", cap=12_345, decimals=3), legal=bytes(32))))
    assert [meaning(fact, facts, Glossary()) for fact in facts if fact.name == "cap"] == ["12.345"]


def test_a_reason_names_the_voucher_and_writes_its_amounts() -> None:
    shown = view()
    reason = BalanceShort(account=HOLDER, voucher=shown.id.hex(), expected="7000", got="600")
    facts = plain_reason(reason, Glossary({}, {shown.id: shown})).facts
    assert facts == {"account": HOLDER, "voucher": "早餐券", "expected": "70.00", "got": "6.00"}
    other = BadAction(field="to", expected="somebody else", got=HOLDER)
    assert plain_reason(other, Glossary({}, {shown.id: shown})) is other
    assert plain_reason(reason, Glossary()) is reason


# ---- report ------------------------------------------------------------------------------------------------------------
def report(*holdings: wire.Holding, name: str = "=HYPERLINK(1)") -> HoldersReport:
    holders = tuple(HolderView(HOLDER + place, holding) for place, holding in enumerate(holdings))
    names = {each.account: AccountName(each.account, name, "user", bytes(20)) for each in holders}
    return HoldersReport(view(), holders, 42, names)


def test_the_totals_are_set_against_what_is_outstanding(english: Words) -> None:
    good = report(wire.Holding(amount=600, frozen_amount=100), wire.Holding(amount=50, pieces=2, packed=200))
    assert (good.total, good.free, good.frozen, good.packed, good.pieces) == (850, 550, 100, 200, 2)
    assert good.adds_up
    assert report_chip(good, english).tone == "ok"
    said = {fact.label: fact.value for fact in report_facts(good, english)}
    assert said["Outstanding"] == "10.00 issued − 1.00 redeemed − 0.50 lapsed = 8.50"
    assert said["Held together"] == "8.50: 5.50 free, 1.00 frozen, 2.00 in 2 pieces"
    assert report_chip(report(wire.Holding(amount=849)), english).tone == "bad"


def test_the_table_has_every_holder_the_totals_and_where_they_come_from(english: Words) -> None:
    table = report_table(report(wire.Holding(amount=650), wire.Holding(pieces=1, packed=200)), NOW_NS, english)
    assert table.startswith("\ufeff")
    assert table.endswith("\r\n")
    rows = list(csv.reader(io.StringIO(table[1:])))
    assert rows[1] == ["10003", "'=HYPERLINK(1)", "6.50", "0.00", "0", "0.00", "6.50"]
    assert rows[3] == ["Total", "2", "6.50", "0.00", "1", "2.00", "8.50"]
    assert ["Outstanding", "8.50"] in rows
    assert ["At height", "42"] in rows


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", " =1", "＝1", "－1", "＋1", "＠a"]
)
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    assert cell(text).startswith("'")


def test_commas_and_quotes_stay_inside_their_cell(english: Words) -> None:
    table = report_table(report(wire.Holding(amount=850), name='a,"b" & c'), NOW_NS, english)
    assert list(csv.reader(io.StringIO(table)))[1][:3] == ["10003", 'a,"b" & c', "8.50"]


@pytest.mark.parametrize("text", ["", "张明", "A-1", "a=b", "1-2"])
def test_an_ordinary_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


@given(st.text(max_size=12))
def test_a_cell_begins_with_nothing_that_a_spreadsheet_evaluates(text: str) -> None:
    shown = cell(text)
    assert shown.lstrip()[:1] not in {"=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠"} or not shown.strip()


def test_the_file_is_called_after_the_voucher_and_the_height() -> None:
    assert table_name(report()) == "早餐券-42.csv"
