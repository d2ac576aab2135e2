"""The API that hands out proofs: what was asked for, of the height that was asked for, or a typed error."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from app.core.stateproof import KeyProof, StateRoots, proven_value
from app.core.units import Hash32, Height
from app.core.wire import registry_pb2 as wire
from app.registry.places import HOLDINGS, VOUCHERS
from tests.fakes.custodians import CustodyStage
from tests.fakes.registry import BANK, CY
from tests.node.api.asking import Asker, asking
from tests.node.stranger import trusted_header

PATH = "/v1/state/proof"


@pytest.fixture
def stage() -> CustodyStage:
    return CustodyStage().play()


@pytest.fixture
async def asker(stage: CustodyStage, session: aiohttp.ClientSession) -> AsyncIterator[Asker]:
    async with asking(stage, session) as asker:
        yield asker


def values(stage: CustodyStage, told: dict[str, Any], keys: list[bytes]) -> list[bytes | None]:
    """What a stranger takes from an answer."""
    genesis = stage.consortium.genesis
    assert (told["chain_id"], told["genesis_fingerprint"]) == (genesis.chain_id, genesis.fingerprint.hex())
    blocks = [base64.b64decode(block) for block in told["light_blocks"]]
    header = trusted_header(genesis, base64.b64decode(told["anchor"]), blocks)
    assert header.height == told["height"] + 1
    log_root, map_root = (Hash32(base64.b64decode(told[name])) for name in ("log_root", "map_root"))
    roots = StateRoots(told["log_size"], log_root, map_root)
    proofs = [KeyProof(roots, base64.b64decode(commitment)) for commitment in told["commitments"]]
    return [proven_value(proof, key, header.app_hash) for proof, key in zip(proofs, keys, strict=True)]


async def test_the_state_is_proved_in_the_order_asked_for(asker: Asker, stage: CustodyStage) -> None:
    voucher = stage.ids["points"]
    keys = [HOLDINGS.key(stage.clerks[number].address, voucher) for number in (BANK, CY, BANK)]
    keys.append(VOUCHERS.key(voucher))
    told = await asker.told(f"{PATH}?" + "&".join(f"key={key.hex()}" for key in keys))
    assert told["height"] == stage.height - 1
    bank, nothing, again, _ = found = values(stage, told, keys)
    assert wire.Holding.FromString(bank or b"").amount == 50
    assert (nothing, again) == (None, bank)
    assert found == [stage.engine.store.state.map.get_at(key, told["height"]) for key in keys]


async def test_the_same_is_asked_for_in_a_body(asker: Asker, stage: CustodyStage) -> None:
    key = VOUCHERS.key(stage.ids["points"])
    for height in (None, 8, stage.height - 1):
        query = "" if height is None else f"&height={height}"
        body = json.dumps({"height": height, "keys": [key.hex()]}).encode()
        assert await asker.post(PATH, body) == (200, await asker.told(f"{PATH}?key={key.hex()}{query}"))
    long = [b"key %d " % number + bytes(1_000) for number in range(256)]
    status, told = await asker.post(PATH, json.dumps({"keys": [key.hex() for key in long]}).encode())
    assert status == 200
    assert values(stage, told, long) == [None] * 256


async def test_what_cannot_be_proved_is_told_as_a_typed_error(asker: Asker, stage: CustodyStage) -> None:
    status, answer = await asker.get(f"{PATH}?key=aa&height={stage.height}")
    assert (status, answer["error"]) == (409, {"code": "not-yet-provable", "facts": {"height": str(stage.height + 1)}})
    stage.engine.store.prune(Height(stage.height - 1))
    stage.engine.store.flush()
    status, answer = await asker.get(f"{PATH}?key=aa&height=3")
    facts = {"what": "state at this height", "height": "3", "oldest": str(stage.height - 1)}
    assert (status, answer["error"]) == (404, {"code": "pruned", "facts": facts})


@pytest.mark.parametrize(
    "query",
    ["", "?height=1", "?key=", "?key=0", "?key=xx", "?key=aa&height=-1", "?key=aa&height=x", "?" + "key=aa&" * 257],
)
async def test_an_unsound_question_is_refused(asker: Asker, query: str) -> None:
    status, answer = await asker.get(PATH + query)
    assert (status, set(answer)) == (400, {"error"})


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"{}", b'{"keys": "aa"}', b'{"keys": [1]}', b'{"keys": ["xx"]}', b'{"keys": []}'),
        *(b'{"keys": ["aa"], "height": "1"}', b'{"keys": ["aa"], "height": true}', b'{"keys": ["aa"], "more": 1}'),
        *(b'{"keys": ["aa"], "height": -1}', b'{"keys": ["aa"], "height": 9223372036854775808}'),
        json.dumps({"keys": ["aa"] * 257}).encode(),
    ],
)
async def test_an_unsound_body_is_refused(asker: Asker, body: bytes) -> None:
    status, answer = await asker.post(PATH, body)
    assert (status, set(answer)) == (400, {"error"})


async def test_a_transaction_s_proof_is_a_record_s_without_what_records_have(asker: Asker, stage: CustodyStage) -> None:
    raw = stage.clerks[BANK].notarize(stage.height + 9)
    transaction_hash = stage.engine.admit(raw)
    stage.engine.produce()
    path = f"/v1/transactions/{transaction_hash.hex()}/proof"
    status, answer = await asker.get(path)
    assert (status, answer["error"]) == (409, {"code": "not-yet-provable", "facts": {"height": str(stage.height + 1)}})
    stage.engine.produce()
    told = await asker.told(path)
    assert base64.b64decode(told["transaction"]) == raw
    receipt = stage.engine.store.receipt(transaction_hash)
    assert receipt is not None
    record = await asker.told(f"/v1/records/{receipt.data.hex()}/proof")
    assert record.keys() - told.keys() == {"account_proof", "segment"}
    assert {**record, **told} == record


async def test_an_unknown_transaction_is_not_found(asker: Asker) -> None:
    for name in ("00" * 32, "aa"):
        status, answer = await asker.get(f"/v1/transactions/{name}/proof")
        assert (status, answer["error"]["code"]) == (404, "not-found")
    assert (await asker.get("/v1/transactions/xx/proof"))[0] == 400
