"""White paper 4.3.2 门票登记与流转: rules of resale, known owners, one entrance for each ticket."""

from dataclasses import dataclass

import pytest
import pytest_asyncio

from app.core.refusals import PieceEnded, TransfersSpent
from app.core.wire import registry_pb2 as wire
from app.registry.places import PIECES, number
from tests.scenarios.town import ALPHA, BETA, Town
from tests.scenarios.uses.stranger import OwnNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

ORGANISER, SELLER = ALPHA, BETA
HOUR = 3_600


@dataclass(frozen=True)
class Sold:
    """A concert of 100 seats, each ticket to change hands twice: 1 went over seller and Ming to Hong, 2 and 3 to Ming."""

    concert: bytes
    ming: int
    hong: int
    seller: int
    height: int


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sold(town: Town) -> Sold:
    ming, hong, seller = await town.enrol("ming"), await town.enrol("hong"), town.number(SELLER)
    await town.do(ORGANISER, recognise=wire.Recognise(partner=seller, least=wire.LEVEL_REAL_NAME))
    concert = await town.voucher(ORGANISER, name="音乐会门票", kind=wire.KIND_UNIQUE, cap=100, max_transfers=2)
    await town.do(ORGANISER, allocate=given(concert, seller, 5))
    await town.do(SELLER, transfer=handing_on(concert, ming, 1, 2, 3))
    last = await town.do("ming", transfer=handing_on(concert, hong, 1))
    return Sold(concert, ming, hong, seller, last.height)


def given(voucher: bytes, to: int, count: int) -> wire.Allocate:
    return wire.Allocate(voucher=voucher, legs=[wire.Allotment(to=to, amount=count)])


def handing_on(voucher: bytes, to: int, *serials: int) -> wire.Transfer:
    return wire.Transfer(legs=[wire.Leg(voucher=voucher, to=to, serials=serials)])


async def test_the_organiser_sees_who_holds_each_ticket_and_anybody_can_prove_it(
    town: Town, stranger: OwnNode, sold: Sold
) -> None:
    registry = (await town.desk(ORGANISER)).registry
    owners = {serial: (await registry.piece(sold.concert, serial)).owner for serial in (1, 4, 5)}
    assert owners == {1: sold.hong, 4: sold.seller, 5: sold.seller}
    holders = {each.account: each.holding.pieces for each in (await registry.holders(sold.concert)).items}
    assert (holders[sold.hong], holders[sold.seller]) == (1, 2)
    piece = await stranger.proven(PIECES, sold.concert, number(1), height=sold.height)
    assert isinstance(piece, wire.Piece)
    assert (piece.owner, piece.transfers) == ((await registry.account(sold.hong)).account.address, 2)


async def test_resale_beyond_the_limit_is_refused_with_the_reason_before_anything_is_signed(
    town: Town, sold: Sold
) -> None:
    third_time = handing_on(sold.concert, sold.ming, 1)
    assert await town.why_not("hong", transfer=third_time) == ["transfers-spent"]
    with pytest.raises(TransfersSpent):  # and whoever signs all the same is refused by the chain
        await town.insist("hong", transfer=third_time)
    assert await town.why_not("ming", transfer=handing_on(sold.concert, sold.hong, 2)) == []


async def test_nobody_hands_on_or_enters_with_the_ticket_of_another(town: Town, sold: Sold) -> None:
    assert await town.why_not("hong", transfer=handing_on(sold.concert, sold.ming, 2)) == ["not-holder"]
    assert await town.why_not("hong", redeem=wire.Redeem(voucher=sold.concert, serials=[2])) == ["not-holder"]


async def test_the_entrance_is_a_redemption_and_there_is_no_second_one(
    town: Town, stranger: OwnNode, sold: Sold
) -> None:
    entrance = wire.Redeem(voucher=sold.concert, serials=[3])
    entered = await town.do("ming", redeem=entrance)
    assert await town.why_not("ming", redeem=entrance) == ["piece-ended"]
    with pytest.raises(PieceEnded):
        await town.insist("ming", redeem=entrance)
    assert await town.why_not("ming", transfer=handing_on(sold.concert, sold.hong, 3)) == ["piece-ended"]
    piece = await stranger.proven(PIECES, sold.concert, number(3), height=entered.height)
    assert isinstance(piece, wire.Piece)
    assert piece.end == wire.PIECE_END_REDEEMED
    view = await (await town.desk(ORGANISER)).registry.voucher(sold.concert)
    assert (view.voucher.issued, view.voucher.redeemed, view.outstanding) == (5, 1, 4)


async def test_before_the_resale_opens_a_ticket_stays_where_it_is_but_opens_the_door(town: Town, sold: Sold) -> None:
    hour = await town.later(HOUR)
    later = await town.voucher(ORGANISER, name="足球门票", kind=wire.KIND_UNIQUE, cap=10, opens_ns=hour)
    await town.do(ORGANISER, allocate=given(later, sold.ming, 1))
    assert await town.why_not("ming", transfer=handing_on(later, sold.hong, 1)) == ["outside-window"]
    await town.do("ming", redeem=wire.Redeem(voucher=later, serials=[1]))


async def test_a_bound_ticket_never_changes_hands(town: Town, sold: Sold) -> None:
    bound = await town.voucher(ORGANISER, name="实名门票", kind=wire.KIND_UNIQUE, cap=10, bound=True)
    await town.do(ORGANISER, allocate=given(bound, sold.ming, 1))
    assert await town.why_not("ming", transfer=handing_on(bound, sold.hong, 1)) == ["not-transferable"]


async def test_there_are_no_more_tickets_than_seats(town: Town, sold: Sold) -> None:
    assert await town.why_not(ORGANISER, allocate=given(sold.concert, sold.ming, 96)) == ["cap-exceeded"]
    assert await town.why_not(ORGANISER, allocate=given(sold.concert, sold.ming, 95)) == []
