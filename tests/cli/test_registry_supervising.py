"""`luopu voucher supervise`, `luopu order`: authorities' orders."""

import pytest

from app.core.hashing import sha256
from tests.cli.hall import ORDER, Hall


@pytest.fixture
async def points(hall: Hall) -> str:
    """A voucher of which Ann has 100; its id."""
    await hall.enrol("issuer", "ann")
    await hall.enrol("issuer", "bob")
    voucher = await hall.voucher("Points", "--decimals", "1")
    await hall.do("issuer", "voucher", "allocate", voucher, "ann=10")
    return voucher


def order(hall: Hall) -> tuple[object, ...]:
    """An order of a court, as it is typed."""
    return "--order", hall.file("order.txt", "the order"), *ORDER


async def test_the_cap_is_changed_by_order(hall: Hall, points: str) -> None:
    told = await hall.do("regulator", "voucher", "supervise", "cap", points, "500.5", *order(hall))
    assert (told["facts"]["cap"], told["facts"]["order"]["document"]) == (5_005, sha256(b"the order").hex())
    assert (await hall.ask("ann", "voucher", "show", points))["terms"]["cap"] == 5_005
    supervise = ("voucher", "supervise", "cap", points)
    assert await hall.refused("regulator", *supervise, "9.9", *order(hall)) == "cap-exceeded"
    assert await hall.refused("issuer", *supervise, "500", *order(hall)) == "not-permitted"
    assert await hall.refused("bank", *supervise, "500", *order(hall)) == "not-issuer"
    assert await hall.misspelt("regulator", *supervise, "500")


async def test_the_flow_is_held_frozen_and_opened(hall: Hall, points: str) -> None:
    flow = ("operator", "voucher", "supervise", "flow", points)
    transfer = ("ann", "voucher", "transfer", points, "bob=1")
    await hall.do(*flow, "held", *order(hall))
    assert await hall.refused(*transfer) == "voucher-stopped"
    await hall.do("ann", "voucher", "redeem", points, "1")
    await hall.do(*flow, "frozen", *order(hall))
    assert await hall.refused("ann", "voucher", "redeem", points, "1") == "voucher-stopped"
    await hall.do(*flow, "open", *order(hall))
    await hall.do(*transfer)
    orders = (await hall.ask("ann", "order", "list", "--voucher", points))["orders"]
    assert [each["facts"]["flow"]["flow"] for each in orders] == ["open", "frozen", "held"]


async def test_part_or_all_of_a_holding_is_frozen_and_released(hall: Hall, points: str) -> None:
    holder = ("regulator", "voucher", "supervise", "holder", points, "ann")
    await hall.do(*holder, "--amount", "9.5", *order(hall))
    assert await hall.refused("ann", "voucher", "redeem", points, "0.6") == "holding-frozen"
    assert "9.5 frozen" in (await hall.type("ann", "voucher", "holdings", sign=False)).said
    await hall.do(*holder, "--freeze", *order(hall))
    assert await hall.refused("ann", "voucher", "redeem", points, "0.1") == "holding-frozen"
    assert await hall.refused("issuer", *holder[1:], "--release", *order(hall)) == "not-permitted"
    await hall.do(*holder, "--release", *order(hall))
    await hall.do("ann", "voucher", "redeem", points, "10")
    assert await hall.refused(*holder, "--amount", "1", *order(hall)) == "balance-short"
    assert await hall.misspelt(*holder, *order(hall))
    assert await hall.misspelt(*holder, "--freeze", "--release", *order(hall))


async def test_a_piece_is_frozen_and_released_by_the_issuer(hall: Hall, points: str) -> None:
    await hall.do("ann", "voucher", "split", points, "2")
    piece = ("issuer", "voucher", "supervise", "piece", points, "1")
    await hall.do(*piece, "--freeze", *order(hall))
    assert await hall.refused("ann", "voucher", "redeem", points, "#1") == "holding-frozen"
    shown = await hall.ask("ann", "voucher", "show", points, "--serial", "1")
    assert shown["piece"]["stop"]["by"] == 2
    await hall.do(*piece, "--release", *order(hall))
    await hall.do("ann", "voucher", "redeem", points, "#1")
    assert await hall.refused(*piece, "--freeze", *order(hall)) == "piece-ended"


async def test_an_order_is_put_on_record_and_listed(hall: Hall, points: str) -> None:
    del points
    told = await hall.do("regulator", "order", "record", "shop", *order(hall))
    assert told["facts"]["order"]["authority"] == "第一法院"
    orders = (await hall.ask("ann", "order", "list", "shop"))["orders"]
    assert [(each["action"], each["sender"]) for each in orders] == [("record_order", 4)]
    assert "regulator 4" in (await hall.type("ann", "order", "list", "5", sign=False)).said
    assert await hall.refused("bank", "order", "record", "shop", *order(hall)) == "not-your-user"
    assert await hall.refused("ann", "order", "record", "shop", *order(hall)) == "wrong-party"
    assert await hall.misspelt("ann", "order", "list", sign=False)
