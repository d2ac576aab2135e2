"""`luopu voucher`: from the application to the last redemption."""

import pytest

from app.core.hashing import sha256
from tests.cli.hall import Hall
from tests.fakes.registry import BANK, ISSUER


@pytest.fixture
async def points(hall: Hall) -> str:
    """A voucher with two decimals, and Ann and Bob, who may hold it; its id."""
    await hall.enrol("issuer", "ann")
    await hall.enrol("issuer", "bob")
    return await hall.voucher("Points", "--decimals", "2")


@pytest.fixture
async def tickets(hall: Hall) -> str:
    """Tickets, of which Ann has 1, 2 and 3; the id."""
    await hall.enrol("issuer", "ann")
    await hall.enrol("issuer", "bob")
    voucher = await hall.voucher("Tickets", "--unique", "--max-transfers", "1")
    told = await hall.do("issuer", "voucher", "allocate", voucher, "ann=3")
    assert told["came"] == {"voucher": voucher, "first_serial": 1}
    return voucher


async def amounts(hall: Hall, voucher: str) -> dict[int, int]:
    """Who holds how much, free."""
    shown = await hall.ask("bank", "voucher", "show", voucher, "--holders")
    return {each["account"]: each["amount"] for each in shown["holders"]}


async def test_an_application_says_all_its_terms_and_is_created_or_declined(hall: Hall) -> None:
    paper = hall.file("paper.txt", "paper")
    words = ("--product", "a breakfast", "--description", paper, "--legal", paper, "--cap", "99.5")
    rules = ("--opens", "2027-01-31", "--closes", "2027-02-28T12:00:00Z", "--expires", "2027-03-01T00:00:00+08:00")
    more = ("--divisible", "--decimals", "3", "--accept", "bank", "--accept", "5")
    told = await hall.do("issuer", "voucher", "apply", "Breakfast", *words, *rules, *more)
    terms = told["facts"]["terms"]
    assert (terms["cap"], terms["decimals"], terms["accepted"]) == (99_500, 3, [3, 5])
    assert terms["opens_ns"] == 1_801_353_600 * 10**9
    assert terms["closes_ns"] == 1_803_816_000 * 10**9
    assert terms["expires_ns"] == 1_803_830_400 * 10**9
    assert terms["description"] == sha256(b"paper").hex()
    voucher = told["came"]["voucher"]
    assert told["ids"] == {"voucher": voucher}

    applied = await hall.ask("operator", "voucher", "list", "--state", "applied", "--issuer", "issuer")
    assert [each["id"] for each in applied["vouchers"]] == [voucher]
    assert await hall.refused("issuer", "voucher", "create", voucher) == "wrong-party"
    await hall.do("operator", "voucher", "decline", voucher, "--reason", paper)
    assert await hall.refused("operator", "voucher", "create", voucher) == "application-decided"
    assert (await hall.ask("bank", "voucher"))["vouchers"][0]["state"] == "declined"


async def test_what_is_no_application_is_not_understood_or_refused(hall: Hall) -> None:
    paper = hall.file("paper.txt", "paper")
    words = ("issuer", "voucher", "apply", "Points", "--product", "rice", "--description", paper, "--legal", paper)
    assert await hall.misspelt(*words, "--cap", "9")
    assert await hall.misspelt(*words, "--cap", "9", "--divisible", "--unique")
    assert await hall.misspelt(*words, "--cap", "9.5", "--divisible")
    assert await hall.misspelt(*words, "--cap", "-1", "--divisible")
    assert await hall.misspelt(*words, "--cap", "9", "--divisible", "--opens", "tomorrow")
    assert await hall.refused(*words, "--cap", "0", "--divisible") == "bad-action"
    assert await hall.refused("shop", *words[1:], "--cap", "9", "--unique") == "not-permitted"


async def test_amounts_have_the_decimals_of_the_voucher(hall: Hall, points: str) -> None:
    await hall.do("issuer", "voucher", "allocate", points, "ann=12.5", "bob=0.01")
    assert await amounts(hall, points) == {12: 1_250, 13: 1}
    assert await hall.misspelt("ann", "voucher", "transfer", points, "bob=0.001")
    said = (await hall.type("ann", "voucher", "transfer", points, "bob=2.5")).said
    signed, told = said.split("according to your node")
    assert "250" in signed
    assert "2.50" in told
    assert "Points: rice" in told
    assert "bob 13 (User)" in told
    assert await amounts(hall, points) == {12: 1_000, 13: 251}
    assert "10.00" in (await hall.type("ann", "voucher", "holdings", sign=False)).said


async def test_a_transfer_of_two_vouchers_goes_through_whole_or_not_at_all(hall: Hall, tickets: str) -> None:
    coins = await hall.voucher("Coins")
    await hall.do("issuer", "voucher", "allocate", coins, "ann=10")
    legs = ("voucher", "transfer", coins, "bob=4", "issuer=1", "--also", tickets)
    assert await hall.refused("ann", *legs, "bob=#9") == "not-holder"
    told = await hall.do("ann", *legs, "bob=#2-3")
    assert [(leg["to"], leg["amount"], leg["serials"]) for leg in told["facts"]["legs"]] == [
        (13, 4, []),
        (2, 1, []),
        (13, 0, [2, 3]),
    ]
    assert await amounts(hall, coins) == {2: 1, 12: 5, 13: 4}
    held = await hall.ask("bob", "voucher", "holdings")
    assert sorted(each["serial"] for each in held["pieces"]) == [2, 3]
    assert {each["name"] for each in held["holdings"]} == {"Coins", "Tickets"}
    assert await hall.refused("bob", "voucher", "transfer", tickets, "ann=#2") == "transfers-spent"
    assert await hall.misspelt("ann", *legs, "bob")


async def test_explain_tells_every_reason_and_sends_nothing(hall: Hall, points: str) -> None:
    await hall.do("issuer", "voucher", "allocate", points, "ann=5")
    before = hall.height
    passes = await hall.ask("ann", "voucher", "explain", points, "bob=5")
    assert passes == {"height": before, "reasons": []}
    answer = await hall.type("ann", "voucher", "explain", points, "bank=1", "bob=9", "--json", sign=False)
    assert answer.status == 1
    codes = [each["code"] for each in answer.document["reasons"]]
    assert {"holder-not-accepted", "balance-short"} <= set(codes)
    said = (await hall.type("ann", "voucher", "explain", points, "bob=9", language="zh", sign=False)).said
    assert "持有的数量不够" in said
    assert hall.height == before


async def test_split_merge_and_redeem(hall: Hall, points: str) -> None:
    await hall.do("issuer", "voucher", "allocate", points, "ann=10")
    told = await hall.do("ann", "voucher", "split", points, "1.5", "2", "0.5")
    assert told["came"]["first_serial"] == 1
    await hall.do("ann", "voucher", "merge", points, "2,3")
    receipt = hall.file("receipt.txt", "two rice")
    told = await hall.do("ann", "voucher", "redeem", points, "2", "--reference", receipt)
    assert (told["facts"]["amount"], told["facts"]["reference"]) == (200, sha256(b"two rice").hex())
    await hall.do("ann", "voucher", "redeem", points, "#1")
    shown = await hall.ask("ann", "voucher", "show", points, "--serial", "1")
    assert (shown["redeemed"], shown["outstanding"], shown["piece"]["end"]) == (350, 650, "redeemed")
    assert await hall.refused("ann", "voucher", "redeem", points, "#1") == "piece-ended"
    assert await hall.refused("ann", "voucher", "split", points, "99") == "balance-short"
    assert await hall.misspelt("ann", "voucher", "redeem", points, "#0")
    assert await hall.misspelt("ann", "voucher", "merge", points, "2,2")


async def test_the_issuer_says_whose_users_may_hold_it(hall: Hall, points: str) -> None:
    await hall.do("issuer", "recognise", "bank", "--least", "phone")
    await hall.do("issuer", "voucher", "manage", points, "--accept", "shop")
    assert await hall.refused("issuer", "voucher", "allocate", points, "bank=1") == "holder-not-accepted"
    await hall.do("issuer", "voucher", "manage", points, "--accept-all")
    await hall.do("issuer", "voucher", "allocate", points, "bank=7")
    assert await hall.refused("bank", "voucher", "manage", points, "--accept-all") == "not-issuer"
    assert await hall.misspelt("issuer", "voucher", "manage", points)
    assert await hall.refused("issuer", "voucher", "allocate", points, "bank=999999") == "cap-exceeded"


async def test_a_custodian_attests_what_it_holds(hall: Hall, points: str) -> None:
    await hall.do("issuer", "recognise", "bank", "--least", "phone")
    await hall.do("issuer", "voucher", "allocate", points, "bank=50")
    words = (points, "--root", "ab" * 32, "--statement", hall.file("statement.txt", "who has what"))
    told = await hall.do("bank", "voucher", "attest", *words, "--total", "49.99")
    assert told["came"]["balance"] == 5_000
    (shown,) = (await hall.ask("ann", "voucher", "custody", "bank"))["custody"]
    assert (shown["total"], shown["balance"], shown["sequence"]) == (4_999, 5_000, 1)
    assert "49.99 of 50.00" in (await hall.type("ann", "voucher", "custody", "bank", sign=False)).said
    assert await hall.refused("bank", "voucher", "attest", *words, "--total", "50.01") == "custody-short"


async def test_what_an_account_holds_counts_for_the_custodian_that_it_names(hall: Hall, points: str) -> None:
    await hall.do("issuer", "recognise", "bank", "--least", "phone")
    await hall.do("issuer", "voucher", "allocate", points, "bank=50", "issuer=7")
    words = (points, "--root", "ab" * 32, "--statement", hall.file("statement.txt", "who has what"), "--total", "57")
    attest = ("issuer", "voucher", "attest", *words, "--account", "bank")
    assert await hall.refused(*attest) == "custody-not-assigned"
    told = await hall.do("bank", "voucher", "assign-custody", points, "--custodian", "issuer")
    assert (told["came"], told["facts"]["custodian"]) == ({"voucher": points}, ISSUER)
    assert (await hall.do(*attest))["came"]["balance"] == 5_700
    (shown,) = (await hall.ask("ann", "voucher", "custody", "issuer"))["custody"]
    assert (shown["balance"], shown["accounts"]) == (5_700, [BANK])
    await hall.do("bank", "voucher", "assign-custody", points, "--withdraw")
    assert await hall.refused(*attest) == "custody-not-assigned"
    assert await hall.refused("bank", "voucher", "assign-custody", points, "--withdraw") == "bad-action"
    assert await hall.misspelt("bank", "voucher", "assign-custody", points)


async def test_what_has_expired_lapses(hall: Hall) -> None:
    await hall.enrol("issuer", "ann")
    voucher = await hall.voucher("Milk", "--expires", "2025-06-15T15:08:00Z")
    await hall.do("issuer", "voucher", "allocate", voucher, "ann=10")
    await hall.do("ann", "voucher", "split", voucher, "3")
    expire = ("issuer", "voucher", "expire", voucher, "--account", "ann", "--serials", "1")
    assert await hall.refused(*expire) == "not-yet-expired"
    await hall.pass_blocks(60)
    assert await hall.refused("ann", "voucher", "redeem", voucher, "1") == "voucher-expired"
    await hall.do(*expire)
    shown = await hall.ask("ann", "voucher", "show", voucher)
    assert (shown["lapsed"], shown["outstanding"]) == (10, 0)
    assert "10" in (await hall.type("ann", "voucher", "show", voucher, language="zh", sign=False)).said


async def test_a_voucher_that_is_not_there(hall: Hall) -> None:
    await hall.enrol("issuer", "ann")
    assert await hall.refused("ann", "voucher", "redeem", "00" * 16, "1") == "not-found"
    answer = await hall.type("ann", "voucher", "show", "00" * 16, "--json", sign=False)
    assert answer.document["error"]["code"] == "not-found"
    assert await hall.refused("operator", "voucher", "create", "00" * 16) == "unknown-voucher"
    assert await hall.misspelt("ann", "voucher", "show", "00", sign=False)
