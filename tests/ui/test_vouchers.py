"""The vouchers page at the desks of partner, operator, regulator and users, through the real widgets, against a real node."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QWidget

from app.client.members import VoucherView
from app.client.registry import RegistryReader
from app.core.wire import registry_pb2 as wire
from app.ui.desk import PersonWish
from app.ui.settings import LanguageChoice
from app.ui.windows.voucher_detail import VoucherDetail
from app.ui.windows.voucher_report import VoucherReport
from app.ui.windows.vouchers_page import VouchersPage
from tests.scenarios.town import ALPHA, BETA, NUMBERS, OPERATOR, Town
from tests.ui.test_layout import SIZES, beyond, cut_off, overlapping, shown
from tests.ui.town_guest import Guest, Place, day, open_place

MING, HONG, REGULATOR = "ming", "hong", "regulator"
SHOWN = {MING: "张明", HONG: "李红"}
DAY_NS = 86_400 * 10**9
ORDER = wire.Order(document=bytes(32), authority="杭州市市场监督管理局", reference="杭市监 31 号")


async def enrol(town: Town, name: str) -> int:
    """The first partner enrols somebody by real name; the new account's number."""
    partner = await town.desk(ALPHA)
    attributes = (("name", SHOWN[name]), ("id-number", "330102199001011234"))
    card = await town.card(name)
    wish = PersonWish(card, 0, SHOWN[name], SHOWN[name], attributes, wire.LEVEL_REAL_NAME, 0, False, (), "")
    deed = await partner.prepare_person(wish)
    assert deed.reasons == ()
    await partner.sign_deed(deed.deed_id)
    outcome = await partner.wait_for_outcome(deed.deed_id)
    return int.from_bytes(outcome.data, "big")  # type: ignore[union-attr]


class Market:
    """The town with two users and a regulator, and what the first partner issues there."""

    def __init__(self, place: Place) -> None:
        self.place = place
        run = place.loop.run_until_complete
        self.numbers = {**NUMBERS, MING: run(enrol(place.town, MING)), HONG: run(enrol(place.town, HONG))}
        place.do(ALPHA, recognise=wire.Recognise(partner=NUMBERS[BETA], least=wire.LEVEL_REAL_NAME))
        admit = wire.Admit(
            party=wire.PARTY_REGULATOR,
            name="监管局",
            keys=[run(place.town.card(REGULATOR))],
            agreement=bytes(32),
            quota_points=10_000,
        )
        place.do(OPERATOR, admit=admit)

    def apply(self, name: str, **more: object) -> bytes:
        """The first partner applies for a voucher; its id."""
        wanted = {"kind": wire.KIND_DIVISIBLE, "cap": 10_000, "product": "早餐一份", **more}
        terms = wire.Terms(name=name, description=bytes(32), **wanted)  # type: ignore[arg-type]
        return self.place.do(ALPHA, apply_voucher=wire.ApplyVoucher(terms=terms, legal=bytes(32))).data

    def issue(self, name: str, to: dict[str, int] | None = None, **more: object) -> bytes:
        """It is created, and given to these."""
        voucher = self.apply(name, **more)
        self.place.do(OPERATOR, create_voucher=wire.CreateVoucher(voucher=voucher))
        if to:
            legs = [wire.Allotment(to=self.numbers[who], amount=amount) for who, amount in to.items()]
            self.place.do(ALPHA, allocate=wire.Allocate(voucher=voucher, legs=legs))
        return voucher

    def held(self, voucher: bytes) -> dict[int, wire.Holding]:
        """Who holds what."""
        reader = self._reader()
        page = self.place.loop.run_until_complete(reader.holders(voucher))
        return {each.account: each.holding for each in page.items}

    def view(self, voucher: bytes) -> VoucherView:
        """The voucher as the node knows it."""
        return self.place.loop.run_until_complete(self._reader().voucher(voucher))

    def _reader(self) -> RegistryReader:
        return self.place.loop.run_until_complete(self.place.town.desk(ALPHA)).registry


@pytest.fixture(scope="module")
def place(qapp: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with open_place(qapp, tmp_path_factory.mktemp("town")) as made:  # type: ignore[arg-type]
        yield made


@pytest.fixture(scope="module")
def market(place: Place) -> Market:
    return Market(place)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "文书.pdf"
    path.write_bytes(b"%PDF order")
    return path


def looks_at(clerk: Guest, name: str) -> VouchersPage:
    """Opens the page, and one voucher in full."""
    clerk.goes_to("vouchers")
    clerk.clicks_beside(f"Open \u2068{name}\u2069")
    page = page_of(clerk)
    clerk.until(lambda: page.own is not None and page.own.terms.name == name and bool(page.findChildren(VoucherDetail)))
    return page


def page_of(clerk: Guest) -> VouchersPage:
    page = clerk.frame.pages["vouchers"]
    assert isinstance(page, VouchersPage)
    return page


def presses(clerk: Guest, text: str) -> None:
    """Clicks a button once it is there."""
    clerk.until(lambda: clerk.can_press(text))
    clerk.clicks(text)


def cites(clerk: Guest, paper: Path) -> None:
    """Fills in the order that a measure carries out."""
    clerk.drops("Order", paper)
    clerk.types("Authority", "杭州市市场监督管理局")
    clerk.types("Reference", "杭市监 31 号")


# ---- from application to redemption ------------------------------------------------------------------------------------
@day
def test_a_voucher_is_applied_for_created_allocated_and_redeemed_at_the_desks_of_those_who_do_it(
    place: Place, market: Market, paper: Path
) -> None:
    alpha = place.seat(ALPHA)
    alpha.goes_to("vouchers")
    presses(alpha, "Apply for a voucher")
    alpha.sees("Still missing: Name")
    alpha.types("Name", "茶叶提货券")
    alpha.types("Stands for", "明前龙井 250 克")
    alpha.drops("Description", paper)
    alpha.types("Decimals", "2")
    alpha.types("Cap", "100.50")
    alpha.drops("Legal document", paper)
    alpha.reviews()
    alpha.sees("10\u2009050 (100.50)", "茶叶提货券")
    alpha.clicks("Sign and send")
    alpha.awaits("In force since")
    alpha.clicks("Done")
    alpha.awaits("茶叶提货券", "Applied", "100.50", "明前龙井 250 克")
    assert not alpha.can_press("Allocate")
    alpha.leaves()

    operator = place.seat(OPERATOR)
    looks_at(operator, "茶叶提货券")
    presses(operator, "Decide")
    operator.sees("明前龙井 250 克", "100.50")
    operator.signs()
    operator.awaits("Created")

    alpha = place.seat(ALPHA)
    looks_at(alpha, "茶叶提货券")
    presses(alpha, "Allocate")
    alpha.types("Recipient 1", str(market.numbers[MING]))
    alpha.types("Amount 1", "12.5")
    alpha.clicks("Add a recipient")
    alpha.types("Recipient 2", SHOWN[HONG])
    alpha.types("Amount 2", "90")
    alpha.awaits("Together more than the cap allows")
    alpha.types("Amount 2", "7")
    alpha.awaits("Together 19.50; the cap leaves room for 100.50", SHOWN[MING])
    alpha.signs()
    alpha.awaits("12.50 free", "7.00 free", SHOWN[HONG])

    ming = place.seat(MING)
    looks_at(ming, "茶叶提货券")
    presses(ming, "Redeem")
    ming.types("Amount", "2.25")
    ming.drops("Document", paper)
    ming.signs()
    ming.awaits("10.25 free")
    voucher = bytes(page_of(ming).own.view.id)  # type: ignore[union-attr]
    assert market.view(voucher).voucher.redeemed == 225
    assert {who: each.amount for who, each in market.held(voucher).items()} == {
        market.numbers[MING]: 1_025,
        market.numbers[HONG]: 700,
    }


@day
def test_an_application_is_declined_with_the_document_that_gives_the_reason(
    place: Place, market: Market, paper: Path
) -> None:
    voucher = market.apply("被驳回券")
    operator = place.seat(OPERATOR)
    looks_at(operator, "被驳回券")
    presses(operator, "Decide")
    operator.chooses("Decision", "Decline")
    operator.sees("Still missing: Reason")
    operator.drops("Reason", paper)
    operator.signs()
    operator.awaits("Declined")
    assert market.view(voucher).voucher.state == wire.VOUCHER_STATE_DECLINED
    assert not operator.can_press("Supervise")


# ---- transfer ----------------------------------------------------------------------------------------------------------
@day
def test_every_reason_against_a_transfer_stands_below_the_form_before_anything_is_signed(
    place: Place, market: Market
) -> None:
    market.issue("校验券", {MING: 600}, decimals=2)
    ming = place.seat(MING)
    looks_at(ming, "校验券")
    presses(ming, "Transfer")
    ming.until(lambda: bool(ming.names_in_sight(QComboBox)))
    ming.chooses("Taken from 1", "校验券")
    ming.types("Recipient 1", str(market.numbers[MING]))
    ming.types("Amount 1", "70")
    presses(ming, "Check")
    ming.awaits("70.00", "6.00", "somebody else", "voucher \u2068校验券\u2069")
    ming.types("Recipient 1", str(market.numbers[HONG]))
    ming.does_not_see("70.00")
    ming.types("Amount 1", "5.99")
    presses(ming, "Check")
    ming.awaits("As things stand, it would be accepted.")
    ming.reviews()
    ming.sees(f"{market.numbers[HONG]} (\u2068{SHOWN[HONG]}\u2069)", "599 (5.99)")


@day
def test_amounts_and_pieces_of_several_vouchers_go_to_several_people_in_one_transfer(
    place: Place, market: Market
) -> None:
    tickets = market.issue("音乐节门票", {MING: 4}, kind=wire.KIND_UNIQUE, max_transfers=2)
    coupons = market.issue("饮料券", {MING: 50})
    ming = place.seat(MING)
    looks_at(ming, "音乐节门票")
    ming.awaits("2 transfers left", "Serial 4")
    presses(ming, "Transfer")
    ming.until(lambda: bool(ming.names_in_sight(QComboBox)))
    ming.types("Recipient 1", str(market.numbers[HONG]))
    ming.types("Serials 1", "1-2, x")
    ming.awaits("Serials 1: serials such as 1-3, 7 are needed, at most 256")
    ming.types("Serials 1", "2-3")
    ming.clicks("Add a recipient")
    ming.types("Recipient 2", str(NUMBERS[ALPHA]))
    ming.chooses("Taken from 2", "饮料券")
    ming.types("Amount 2", "20")
    ming.signs()
    ming.awaits("2 pieces")
    assert market.held(tickets)[market.numbers[HONG]].pieces == 2
    assert market.held(coupons)[NUMBERS[ALPHA]].amount == 20


@day
def test_what_is_bound_or_held_is_not_offered_for_transfer(place: Place, market: Market) -> None:
    market.issue("实名优惠券", {HONG: 3}, bound=True)
    hong = place.seat(HONG)
    looks_at(hong, "实名优惠券")
    hong.awaits("Changes hands", "never")
    hong.until(lambda: hong.can_press("Redeem"))
    assert not hong.can_press("Transfer")


# ---- pieces ------------------------------------------------------------------------------------------------------------
@day
def test_a_free_amount_is_split_into_pieces_and_merged_again(place: Place, market: Market) -> None:
    voucher = market.issue("拆分券", {HONG: 1_000}, decimals=1)
    hong = place.seat(HONG)
    looks_at(hong, "拆分券")
    presses(hong, "Split")
    hong.types("How many 1", "3")
    hong.types("Amount of each 1", "50")
    hong.awaits("Together more than is free")
    hong.types("Amount of each 1", "20.5")
    hong.sees("Together 61.5 of 100.0 free")
    hong.signs()
    hong.awaits("38.5 free, 61.5 in 3 pieces", "Serial 3")
    presses(hong, "Merge")
    hong.sees("Held: 1-3")
    hong.types("Serials", "1, 3")
    hong.signs()
    hong.awaits("79.5 free, 20.5 in 1 piece")
    assert market.held(voucher)[market.numbers[HONG]].pieces == 1


# ---- supervision -------------------------------------------------------------------------------------------------------
@day
def test_operator_regulator_and_issuer_supervise_each_what_the_law_lets_them(
    place: Place, market: Market, paper: Path
) -> None:
    voucher = market.issue("监管券", {MING: 100, HONG: 40})
    regulator = place.seat(REGULATOR)
    looks_at(regulator, "监管券")
    presses(regulator, "Supervise")
    regulator.chooses("Measure", "Flow")
    regulator.chooses("Flow", "Held")
    regulator.sees("Still missing: Order")
    cites(regulator, paper)
    regulator.signs()
    regulator.awaits("Flow", "杭州市市场监督管理局", "杭市监 31 号")
    assert market.view(voucher).voucher.flow == wire.FLOW_HELD

    operator = place.seat(OPERATOR)
    looks_at(operator, "监管券")
    presses(operator, "Supervise")
    operator.chooses("Measure", "Holder")
    operator.types("Holder", str(market.numbers[MING]))
    operator.chooses("Frozen is", "A part")
    operator.types("Amount", "30")
    cites(operator, paper)
    operator.signs()
    operator.awaits("70 free, 30 frozen", "Partly frozen")

    alpha = place.seat(ALPHA)
    looks_at(alpha, "监管券")
    presses(alpha, "Supervise")
    boxes = [box for box in alpha.window.findChildren(QComboBox) if box.accessibleName() == "Measure"]
    assert [boxes[0].itemText(place).split(":")[0] for place in range(boxes[0].count())] == ["Holder", "Piece"]
    alpha.types("Holder", str(market.numbers[MING]))
    alpha.chooses("Frozen is", "Nothing")
    cites(alpha, paper)
    presses(alpha, "Check")
    alpha.awaits("not permitted")


@day
def test_what_is_left_after_the_expiry_lapses_but_nothing_that_is_frozen(place: Place, market: Market) -> None:
    status = place.loop.run_until_complete(place.loop.run_until_complete(place.town.desk(ALPHA)).status())
    soon = status.block_time_ns + 6 * 10**9
    voucher = market.issue("过期券", {MING: 8, HONG: 5}, expires_ns=soon)
    measure = wire.HolderMeasure(account=market.numbers[HONG], frozen=True)
    place.do(ALPHA, supervise=wire.Supervise(voucher=voucher, order=ORDER, holder=measure))
    alpha = place.seat(ALPHA)
    alpha.until(lambda: alpha.window.bridge.status.block_time_ns >= soon)  # type: ignore[union-attr]
    looks_at(alpha, "过期券")
    alpha.awaits("Expired")
    presses(alpha, "Let lapse")
    alpha.awaits(f"\u2068{SHOWN[MING]}\u2069 · account {market.numbers[MING]}: 8")
    assert not any(SHOWN[HONG] in name for name in alpha.names_in_sight(QAbstractButton))
    alpha.signs()
    assert market.view(voucher).voucher.lapsed == 8


# ---- issuer ------------------------------------------------------------------------------------------------------------
@day
def test_accepted_partners_are_managed_and_a_holding_counts_for_another_custodian(place: Place, market: Market) -> None:
    voucher = market.issue("托管券", {ALPHA: 500})
    alpha = place.seat(ALPHA)
    looks_at(alpha, "托管券")
    presses(alpha, "Accepted partners")
    alpha.types("Partner 1", str(NUMBERS[BETA]))
    alpha.signs()
    alpha.awaits("绍兴合作方")
    assert list(market.view(voucher).voucher.terms.accepted) == [NUMBERS[BETA]]
    presses(alpha, "Assign custody")
    alpha.types("Custodian", str(NUMBERS[BETA]))
    alpha.awaits("绍兴合作方")
    alpha.signs()
    beta = place.loop.run_until_complete(place.town.desk(BETA))
    held = {each.voucher.id: each for each in place.loop.run_until_complete(beta.custody())}
    assert [(each.number, each.held) for each in held[voucher].others] == [(NUMBERS[ALPHA], 500)]


@day
def test_the_report_of_holders_adds_up_and_is_saved_as_a_table(place: Place, market: Market, tmp_path: Path) -> None:
    voucher = market.issue("报表券", {MING: 250, HONG: 1_000, ALPHA: 30}, decimals=2)
    place.do(MING, split=wire.Split(voucher=voucher, amounts=[100, 50]))
    place.do(HONG, redeem=wire.Redeem(voucher=voucher, amount=1))
    alpha = place.seat(ALPHA)
    page = looks_at(alpha, "报表券")
    presses(alpha, "Totals and table")
    alpha.awaits("Adds up", "12.79: 11.29 free, 0.00 frozen, 1.50 in 2 pieces")
    alpha.sees("12.80 issued − 0.01 redeemed − 0.00 lapsed = 12.79")
    target = tmp_path / "holders.csv"
    page.findChildren(VoucherReport)[0].save(target)
    alpha.awaits("Saved:")
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [str(market.numbers[MING]), SHOWN[MING], "1.00", "0.00", "2", "1.50", "2.50"] in rows
    assert ["Total", "3", "11.29", "0.00", "2", "1.50", "12.79"] in rows
    page.findChildren(VoucherReport)[0].save(tmp_path)
    alpha.awaits("cannot be written")


# ---- room --------------------------------------------------------------------------------------------------------------
def has_room(clerk: Guest, what: str) -> None:
    """Nothing cut off, overlapping or beyond the edge; everything named and reached by keyboard; texts plain."""
    clerk.waits()
    clerk.waits()
    assert list(cut_off(clerk.window)) == [], what
    assert list(overlapping(clerk.window)) == [], what
    assert list(beyond(clerk.window)) == [], what
    for widget in shown(clerk.window, QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(widget, QLabel):
            assert widget.accessibleName() or widget.parent().accessibleName(), f"{widget} on {what}"
    for button in shown(clerk.window, QAbstractButton):
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus, f"{button} on {what}"
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in clerk.window.findChildren(QLabel))


@pytest.fixture(scope="module")
def crowded(market: Market) -> str:
    """A voucher with everything a card can show."""
    name = "西湖区老字号联合早餐优惠凭证第二期限时限次转让特别版"
    voucher = market.issue(
        name,
        {MING: 123_456_789, ALPHA: 987_654_321},
        decimals=2,
        cap=10**15,
        product="老字号门店早餐 " * 12,
        accepted=[BETA_NUMBER],
    )
    market.place.do(ALPHA, split=wire.Split(voucher=voucher, amounts=[100] * 20))
    measure = wire.HolderMeasure(account=market.numbers[MING], frozen_amount=500)
    market.place.do(OPERATOR, supervise=wire.Supervise(voucher=voucher, order=ORDER, holder=measure))
    return name


BETA_NUMBER = NUMBERS[BETA]
FORMS = (
    "apply_voucher",
    "transfer",
    "allocate",
    "manage_voucher",
    "supervise",
    "redeem",
    "split",
    "merge",
    "assign_custody",
)


@pytest.mark.parametrize("spoken", ["zh", "en"])
@day
def test_lists_details_and_every_form_have_room(
    place: Place, market: Market, crowded: str, spoken: LanguageChoice
) -> None:
    alpha = place.seat(ALPHA, spoken)
    alpha.goes_to("vouchers")
    page = page_of(alpha)
    for size in SIZES:
        alpha.window.resize(*size)
        page.show_subject(None)
        alpha.until(lambda: not page.findChildren(VoucherDetail))
        alpha.awaits(crowded)
        has_room(alpha, "lists")
        opens = [each for each in shown(alpha.window, QAbstractButton) if crowded in each.accessibleName()]
        alpha.loop.run_until_complete(alpha._click(opens[0]))  # type: ignore[arg-type]
        alpha.awaits("杭州市市场监督管理局", SHOWN[MING])
        has_room(alpha, "detail")
        for form in FORMS:
            page.start(form)
            alpha.until(lambda: page._form is not None)
            has_room(alpha, form)
            page.leave()
        page.start("report")
        alpha.until(lambda: bool(page.findChildren(VoucherReport)))
        has_room(alpha, "report")
