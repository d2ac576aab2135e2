"""The API about custodians: what they attested, newest first, and what counts for them now."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from app.core.hashing import sha256
from app.core.plain import message_of
from app.core.wire import registry_pb2 as wire
from app.node.api import custody as custody_module
from app.registry.places import ASSIGNMENTS, CUSTODIES, HOLDINGS
from tests.fakes.custodians import CustodyStage
from tests.fakes.registry import ANN, BANK, ISSUER, SHOP
from tests.node.api.asking import Asker, asking


@pytest.fixture
def stage() -> CustodyStage:
    return CustodyStage().play()


@pytest.fixture
async def asker(stage: CustodyStage, session: aiohttp.ClientSession) -> AsyncIterator[Asker]:
    async with asking(stage, session) as asker:
        yield asker


async def by_account(asker: Asker, voucher: bytes) -> dict[int, Any]:
    found = await asker.pages(f"/v1/vouchers/{voucher.hex()}/custody", "custody", "after")
    return {each["account"]: each for each in found}


async def test_every_custodian_is_told_with_what_it_attested_and_what_counts_now(
    asker: Asker, stage: CustodyStage
) -> None:
    points, state, clerks = stage.ids["points"], stage.engine.store.state, stage.clerks
    found = await by_account(asker, points)
    assert found.keys() == {BANK, ISSUER}
    bank, issuer = found[BANK], found[ISSUER]
    for number, told in found.items():
        address = clerks[number].address
        assert message_of(wire.Custody, told["custody"]) == CUSTODIES.read(state, address, points)
        assert message_of(wire.Holding, told["holding"]) == HOLDINGS.read(state, address, points)
    assert (bank["custody"]["sequence"], bank["custody"]["total"], bank["custody"]["balance"]) == (3, 65, 70)
    (shop,) = bank["assigned"]
    assert (shop["account"], shop["holding"]["amount"], shop["voucher"]) == (SHOP, 20, points.hex())
    assert message_of(wire.Assignment, shop["assignment"]) == ASSIGNMENTS.read(state, clerks[SHOP].address, points)
    assert (issuer["assigned"], issuer["assigned_to"], bank["assigned_to"]) == ([], 0, 0)
    newest = await asker.told(f"/v1/vouchers/{points.hex()}/attestations?account={BANK}&limit=1")
    assert bank["index"] == newest["attestations"][0]["index"]


async def test_what_is_out_stands_beside_them(asker: Asker, stage: CustodyStage) -> None:
    told = await asker.told(f"/v1/vouchers/{stage.ids['points'].hex()}/custody")
    assert (told["height"], told["outstanding"], told["next"]) == (stage.height, 200, None)
    assert {each["id"] for each in told["named"]} == {BANK, ISSUER, SHOP}


async def test_who_assigned_its_own_holding_is_told_for_whom_it_counts(asker: Asker, stage: CustodyStage) -> None:
    stage.assign(ISSUER, BANK)
    stage.assign(SHOP, 0)
    found = await by_account(asker, stage.ids["points"])
    assert found[ISSUER]["assigned_to"] == BANK
    assert [each["account"] for each in found[BANK]["assigned"]] == [ISSUER]
    assert found[BANK]["custody"]["accounts"] == [SHOP]  # what was attested stays what was said


async def test_a_custodian_tells_of_so_many_accounts_and_that_there_are_more(
    asker: Asker, stage: CustodyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.assign(ISSUER, BANK)
    for most, more in ((2, False), (1, True), (0, True)):
        monkeypatch.setattr(custody_module, "MAX_ASSIGNED", most)
        bank = (await by_account(asker, stage.ids["points"]))[BANK]
        assert (len(bank["assigned"]), bank["more_assigned"]) == (most, more)


async def test_attestations_are_told_newest_first_page_by_page(asker: Asker, stage: CustodyStage) -> None:
    path = f"/v1/vouchers/{stage.ids['points'].hex()}/attestations"
    found = await asker.pages(path, "attestations", "before")
    names = ["third", "issuer", "second", "first"]
    assert [each["transaction_hash"] for each in found] == [stage.ids[name].hex() for name in names]
    assert found == (await asker.told(path))["attestations"]
    for name, told in zip(names, found, strict=True):
        entry = wire.LogEntry.FromString(stage.engine.store.entry(told["index"]) or b"")
        assert message_of(wire.AttestCustody, told["attested"]).root == sha256(b"root " + name.encode())
        assert (told["height"], told["time_ns"]) == (entry.height, entry.time_ns)
    assert [each["balance"] for each in found] == [70, 30, 70, 50]
    assert [each["sender"] for each in found] == [BANK, ISSUER, BANK, BANK]
    of_one = await asker.pages(f"{path}?account={BANK}", "attestations", "before")
    assert of_one == [each for each in found if each["sender"] == BANK]
    assert (await asker.told(f"{path}?account={SHOP}"))["attestations"] == []


async def test_who_counts_for_a_custodian_is_told_of_all_vouchers_or_one(asker: Asker, stage: CustodyStage) -> None:
    points, other = stage.ids["points"].hex(), stage.ids["other"].hex()
    found = await asker.pages(f"/v1/accounts/{BANK}/assigned", "assigned", "after")
    assert sorted((each["voucher"], each["account"], each["holding"]["amount"]) for each in found) == sorted(
        [(points, SHOP, 20), (other, SHOP, 0)]
    )
    (one,) = await asker.pages(f"/v1/accounts/{BANK}/assigned?voucher={points}", "assigned", "after")
    assert one in found
    address = stage.clerks[BANK].address.hex()
    assert (await asker.told(f"/v1/accounts/{address}/assigned?voucher={points}"))["assigned"] == [one]
    assert (await asker.told(f"/v1/accounts/{SHOP}/assigned"))["assigned"] == []


async def test_what_an_account_assigned_is_told(asker: Asker, stage: CustodyStage) -> None:
    found = await asker.pages(f"/v1/accounts/{SHOP}/assignments", "assignments", "after")
    assert {each["voucher"]: each["assignment"]["custodian"] for each in found} == {
        stage.ids[name].hex(): BANK for name in ("points", "other")
    }
    assert [each["id"] for each in (await asker.told(f"/v1/accounts/{SHOP}/assignments"))["named"]] == [BANK]
    assert (await asker.told(f"/v1/accounts/{ANN}/assignments"))["assignments"] == []


async def test_what_is_not_there_is_not_found(asker: Asker, stage: CustodyStage) -> None:
    for path in (
        f"/v1/vouchers/{'00' * 16}/custody",
        f"/v1/vouchers/{'00' * 16}/attestations",
        f"/v1/vouchers/{stage.ids['points'].hex()}/attestations?account=99",
        "/v1/vouchers/aa/custody",
        "/v1/accounts/99/assigned",
        "/v1/accounts/99/assignments",
    ):
        assert (await asker.get(path))[0] == 404
    for path in (
        f"/v1/vouchers/{stage.ids['points'].hex()}/custody?after=aa",
        f"/v1/accounts/{BANK}/assigned?after=aa",
    ):
        assert (await asker.get(path))[0] == 400
