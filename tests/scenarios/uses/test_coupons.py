"""White paper 4.3.1 优惠券登记与流转: coupons of one company that its users hand on at the site of another."""

from dataclasses import dataclass

import pytest
import pytest_asyncio

from app.core.hashing import sha256
from app.core.refusals import BalanceShort, UnknownAccount
from app.core.wire import registry_pb2 as wire
from app.registry.places import VOUCHERS
from tests.scenarios.town import ALPHA, BETA, Town, order
from tests.scenarios.uses.stranger import OwnNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHOP, SITE, REGULATOR = ALPHA, BETA, "市监局"


@dataclass(frozen=True)
class People:
    """Ming is the shop's user, Hong the other site's, by real name."""

    ming: int
    hong: int


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def people(town: Town) -> People:
    await town.admit(REGULATOR, wire.PARTY_REGULATOR)
    return People(await town.enrol("ming", by=SHOP), await town.enrol("hong", by=SITE))


async def coupons(town: Town, to: int, count: int, **terms: object) -> bytes:
    """Coupons, allocated to one user."""
    voucher = await town.voucher(SHOP, name="咖啡券", **terms)
    await town.do(SHOP, allocate=wire.Allocate(voucher=voucher, legs=[wire.Allotment(to=to, amount=count)]))
    return voucher


def handing_on(voucher: bytes, to: int, amount: int) -> wire.Transfer:
    return wire.Transfer(legs=[wire.Leg(voucher=voucher, to=to, amount=amount)])


async def amounts(town: Town, voucher: bytes) -> dict[int, int]:
    holders = await (await town.desk(SHOP)).registry.holders(voucher)
    return {each.account: each.holding.amount for each in holders.items}


async def test_a_coupon_goes_to_a_user_of_another_site_once_the_shop_recognises_it_and_is_redeemed_once(
    town: Town, stranger: OwnNode, people: People
) -> None:
    voucher = await coupons(town, people.ming, 10)
    present = handing_on(voucher, people.hong, 2)
    assert await town.why_not("ming", transfer=present) == ["holder-not-accepted"]
    await town.do(SHOP, recognise=wire.Recognise(partner=town.number(SITE), least=wire.LEVEL_REAL_NAME))
    await town.do("ming", transfer=present)
    assert await amounts(town, voucher) == {people.ming: 8, people.hong: 2}

    drink = wire.Redeem(voucher=voucher, amount=2)
    redeemed = await town.do("hong", redeem=drink)
    assert await town.why_not("hong", redeem=drink) == ["balance-short"]
    with pytest.raises(BalanceShort):
        await town.insist("hong", redeem=drink)
    stands = await stranger.proven(VOUCHERS, voucher, height=redeemed.height)
    assert isinstance(stands, wire.Voucher)
    assert (stands.issued, stands.redeemed, stands.lapsed) == (10, 2, 0)


async def test_who_lost_the_key_gets_another_and_has_the_coupons_still(town: Town, people: People) -> None:
    voucher = await coupons(town, people.ming, 1)
    lan = await town.enrol("lan", by=SHOP)
    await town.do("ming", transfer=handing_on(voucher, lan, 1))
    before = (await (await town.desk(SHOP)).registry.account(lan)).account.address
    application, authentication = sha256("申请".encode()), sha256("身份证复印件".encode())
    key = await town.card("lan anew")
    wish = wire.ResetKey(account=lan, key=key, application=application, authentication=authentication)
    await town.do(SHOP, reset_key=wish)
    assert (await (await town.desk(SHOP)).registry.account(lan)).account.address == before
    drink = wire.Redeem(voucher=voucher, amount=1)
    with pytest.raises(UnknownAccount):  # the old key is nobody's any more, and its desk says so
        await town.insist("lan", redeem=drink)
    await town.do("lan anew", redeem=drink)


async def test_after_the_window_a_coupon_can_be_redeemed_but_no_longer_handed_on(town: Town, people: People) -> None:
    closes = await town.later(8)
    voucher = await coupons(town, people.ming, 1, closes_ns=closes)
    await town.wait_until(closes)
    assert await town.why_not("ming", transfer=handing_on(voucher, people.hong, 1)) == ["outside-window"]
    await town.do("ming", redeem=wire.Redeem(voucher=voucher, amount=1))


async def test_an_expired_coupon_is_worth_nothing_and_the_books_close(town: Town, people: People) -> None:
    ends = await town.later(8)
    voucher = await coupons(town, people.ming, 3, expires_ns=ends)
    await town.wait_until(ends)
    assert await town.why_not("ming", redeem=wire.Redeem(voucher=voucher, amount=1)) == ["voucher-expired"]
    await town.do(SHOP, expire=wire.Expire(voucher=voucher, accounts=[people.ming]))
    view = await (await town.desk(SHOP)).registry.voucher(voucher)
    assert (view.voucher.lapsed, view.outstanding) == (3, 0)
    assert await amounts(town, voucher) == {}


async def test_supervision_holds_a_holding_by_order_and_releases_it(town: Town, people: People) -> None:
    voucher = await coupons(town, people.ming, 5)
    drink = wire.Redeem(voucher=voucher, amount=1)
    for frozen, reasons in ((True, ["holding-frozen"]), (False, [])):
        measure = wire.HolderMeasure(account=people.ming, frozen=frozen)
        wish = wire.Supervise(voucher=voucher, order=order("2025-1"), holder=measure)
        await town.do(REGULATOR, supervise=wish)
        assert await town.why_not("ming", redeem=drink) == reasons
    listed = (await (await town.desk("ming")).registry.orders_on_voucher(voucher)).items
    assert [(each.sender, each.action) for each in listed] == [(town.number(REGULATOR), "supervise")] * 2
    assert all(each.fact.order.reference == "2025-1" for each in listed)


async def test_supervision_stops_a_whole_issue_and_what_it_set_the_shop_does_not_undo(
    town: Town, people: People
) -> None:
    voucher = await coupons(town, people.ming, 5)
    stopped = wire.Supervise(voucher=voucher, order=order("2025-2"), flow=wire.FlowMeasure(flow=wire.FLOW_FROZEN))
    await town.do(REGULATOR, supervise=stopped)
    assert await town.why_not("ming", redeem=wire.Redeem(voucher=voucher, amount=1)) == ["voucher-stopped"]
    opened = wire.Supervise(voucher=voucher, order=order("2025-3"), flow=wire.FlowMeasure(flow=wire.FLOW_OPEN))
    assert await town.why_not(SHOP, supervise=opened) == ["not-permitted"]
    await town.do(REGULATOR, supervise=opened)
    await town.do("ming", redeem=wire.Redeem(voucher=voucher, amount=1))


async def test_there_are_no_more_coupons_than_the_supervisor_lets(town: Town, people: People) -> None:
    voucher = await coupons(town, people.ming, 5)
    await town.do(REGULATOR, supervise=wire.Supervise(voucher=voucher, order=order("2025-4"), cap=6))
    more = wire.Allocate(voucher=voucher, legs=[wire.Allotment(to=people.ming, amount=2)])
    assert await town.why_not(SHOP, allocate=more) == ["cap-exceeded"]
