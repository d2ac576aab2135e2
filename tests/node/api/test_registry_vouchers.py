"""The API about vouchers, holdings, pieces and agreements."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from app.core.plain import message_of
from app.core.wire import registry_pb2 as wire
from tests.fakes.registry import ANN, BANK, BOB, CY, ISSUER, REGULATOR, SHOP, Stage
from tests.node.api.asking import Asker, asking


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage().play()


@pytest.fixture
async def asker(stage: Stage, session: aiohttp.ClientSession) -> AsyncIterator[Asker]:
    async with asking(stage, session) as asker:
        yield asker


async def test_a_voucher_is_told_with_what_is_out(asker: Asker, stage: Stage) -> None:
    told = await asker.told(f"/v1/vouchers/{stage.ids['points'].hex()}")
    voucher = message_of(wire.Voucher, told["voucher"])
    assert (voucher.issuer, voucher.terms.name, voucher.issued, voucher.redeemed) == (ISSUER, "Points", 150, 5)
    assert (told["height"], told["outstanding"]) == (stage.height, 145)
    assert [each["name"] for each in told["named"]] == ["issuer"]


async def test_vouchers_are_listed_by_issuer_and_state(asker: Asker) -> None:
    async def names(query: str) -> set[str]:
        return {
            each["voucher"]["terms"]["name"] for each in await asker.pages(f"/v1/vouchers{query}", "vouchers", "after")
        }

    assert await names("") == {"Points", "Tickets", "Declined", "Applied", "Double"}
    assert await names("?state=applied") == {"Applied", "Double"}
    assert await names(f"?issuer={ISSUER}") == {"Points", "Tickets", "Declined"}
    assert await names(f"?issuer={ISSUER}&state=created") == {"Points", "Tickets"}
    assert await names(f"?issuer={SHOP}") == set()
    assert len((await asker.told("/v1/vouchers"))["vouchers"]) == 5


async def test_holdings_are_told_with_their_vouchers(asker: Asker, stage: Stage) -> None:
    (told,) = (await asker.told(f"/v1/accounts/{BOB}/holdings"))["holdings"]
    assert (told["id"], told["voucher"]["terms"]["name"]) == (stage.ids["points"].hex(), "Points")
    holding = message_of(wire.Holding, told["holding"])
    assert (holding.amount, holding.pieces, holding.packed, holding.frozen_amount) == (48, 1, 7, 10)
    ann = await asker.pages(f"/v1/accounts/{ANN}/holdings", "holdings", "after")
    assert {each["voucher"]["terms"]["name"]: each["holding"]["amount"] for each in ann} == {"Points": 40, "Tickets": 0}
    assert (await asker.told(f"/v1/accounts/{CY}/holdings"))["holdings"] == []


async def test_holders_add_up_to_what_is_out(asker: Asker, stage: Stage) -> None:
    voucher = stage.ids["points"].hex()
    holders = await asker.pages(f"/v1/vouchers/{voucher}/holders", "holders", "after")
    assert {each["account"] for each in holders} == {ANN, BOB, BANK}
    assert sum(each["holding"]["amount"] + each["holding"]["packed"] for each in holders) == 145
    answer = await asker.told(f"/v1/vouchers/{voucher}/holders")
    assert answer["holders"] == holders
    assert [each["id"] for each in answer["named"]] == [BANK, REGULATOR, ANN, BOB]  # the regulator froze a part


async def test_pieces_are_told_live_to_their_owners_and_for_ever_by_serial(asker: Asker, stage: Stage) -> None:
    tickets = stage.ids["tickets"].hex()
    live = await asker.pages(f"/v1/accounts/{ANN}/pieces?voucher={tickets}", "pieces", "after")
    assert [(each["serial"], each["owner"], each["piece"]["end"]) for each in live] == [
        (1, ANN, "live"),
        (3, ANN, "live"),
    ]
    assert await asker.pages(f"/v1/accounts/{ANN}/pieces", "pieces", "after") == live
    told = await asker.told(f"/v1/vouchers/{tickets}/pieces/2")
    assert (told["owner"], told["piece"]["end"], told["piece"]["transfers"]) == (BOB, "redeemed", 1)
    (told,) = (await asker.told(f"/v1/accounts/{BOB}/pieces"))["pieces"]
    assert (told["voucher"], told["serial"], told["piece"]["stop"]["by"]) == (stage.ids["points"].hex(), 3, ISSUER)


async def test_an_agreement_is_told_with_its_parties(asker: Asker, stage: Stage) -> None:
    final, still = (stage.ids[name].hex() for name in ("final", "open"))
    told = await asker.told(f"/v1/agreements/{still}")
    agreement = message_of(wire.Agreement, told["agreement"])
    assert (list(agreement.terms.parties), list(agreement.confirmed), agreement.final) == ([ANN, BOB], [ANN], 0)
    assert (told["open"], [each["id"] for each in told["named"]]) == (True, [ISSUER, ANN, BOB])
    told = await asker.told(f"/v1/agreements/{final}")
    assert (told["open"], told["agreement"]["confirmed"], told["agreement"]["final"] > 0) == (False, [ANN, BOB], True)
    for account in (ISSUER, ANN, BOB):
        listed = await asker.pages(f"/v1/accounts/{account}/agreements", "agreements", "before")
        assert [each["id"] for each in listed] == [still, final]
    assert (await asker.told(f"/v1/accounts/{CY}/agreements"))["agreements"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/vouchers?state=lost", 400),
        ("/v1/vouchers?issuer=0", 404),
        ("/v1/vouchers?issuer=77", 404),
        ("/v1/vouchers?after=00", 400),
        (f"/v1/vouchers?after={'ff' * 24}", 200),
        (f"/v1/vouchers/{'00' * 16}", 404),
        ("/v1/vouchers/00", 404),
        ("/v1/vouchers/zz", 400),
        (f"/v1/vouchers/{'00' * 16}/holders", 404),
        (f"/v1/vouchers/{'00' * 16}/orders", 404),
        (f"/v1/vouchers/{'00' * 16}/pieces/1", 404),
        (f"/v1/vouchers/{'00' * 16}/pieces/one", 400),
        (f"/v1/accounts/{ANN}/pieces?voucher=00", 400),
        (f"/v1/agreements/{'00' * 16}", 404),
        ("/v1/agreements/00", 404),
    ],
)
async def test_a_question_without_an_answer_is_a_typed_error(asker: Asker, path: str, status: int) -> None:
    got, answer = await asker.get(path)
    assert got == status
    assert status == 200 or set(answer["error"]) == {"code", "facts"}
