"""Validators that change: who signs which height, whose turn it is, and what the block that changed them says."""

import base64
import json
from typing import Any

import pytest

from app.node.api.rpc import Rpc
from app.node.consensus import rpcjson
from app.node.consensus.validators import ValidatorSet
from app.node.engine.engine import EmbeddedEngine
from app.node.engine.keys import SigningSeed
from app.node.store.chain import ChainStore
from app.node.tip import schedule_of
from tests.fakes.consortium import Clerk, FakeConsortium, block_at, make_engine
from tests.fakes.voting import KEEPER, SEATS, make_voting_consortium, vote
from tests.node.api.calling import Caller

ED25519 = "tendermint.crypto.PublicKey_Ed25519"


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_voting_consortium()


@pytest.fixture
def changed(engine: EmbeddedEngine) -> dict[int, Any]:
    """Blocks that bring one in, give one more power, and take one out; what each says."""
    keeper, told = Clerk(KEEPER), {}
    for seed, power in ((SEATS[3], 10), (SEATS[0], 15), (SEATS[1], 0)):
        engine.produce()
        told[vote(engine, keeper, seed, power)] = [update(seed, power)]
    for _ in range(3):
        engine.produce()
    return told


def update(seed: SigningSeed, power: int) -> dict[str, Any]:
    key = {"pub_key": {"Sum": {"type": ED25519, "value": {"ed25519": base64.b64encode(seed.public_key).decode()}}}}
    return key | ({"power": str(power)} if power else {})


async def test_the_block_that_changed_validators_says_how(
    engine: EmbeddedEngine, caller: Caller, changed: dict[int, Any]
) -> None:
    for height in range(1, engine.store.tip.height + 1):
        told = (await caller.call("block_results", height=str(height)))["validator_updates"]
        assert told == changed.get(height), height


async def test_the_newest_block_says_how_it_changed_validators(engine: EmbeddedEngine, caller: Caller) -> None:
    engine.produce()
    height = vote(engine, Clerk(KEEPER), SEATS[3], 7)
    assert (await caller.call("block_results"))["validator_updates"] == [update(SEATS[3], 7)]
    assert (await caller.call("block_results"))["height"] == str(height)


async def test_every_height_has_the_validators_of_its_header(
    engine: EmbeddedEngine, caller: Caller, changed: dict[int, Any]
) -> None:
    for height in range(1, engine.store.tip.height + 1):
        listed = (await caller.call("validators", height=str(height)))["validators"]
        members = ValidatorSet.from_wire(rpcjson.decode_validators(listed))
        assert members.hash == block_at(engine.store, height).header.validators_hash


async def test_the_present_validators_come_with_whose_turn_it_is(
    engine: EmbeddedEngine, caller: Caller, changed: dict[int, Any]
) -> None:
    answer = await caller.call("validators")
    assert answer["block_height"] == str(engine.store.tip.height + 1)
    current = schedule_of(engine.store.durable_tip).current.to_wire()
    assert rpcjson.decode_validators(answer["validators"]).validators == current.validators
    assert any(member.proposer_priority for member in current.validators)


async def test_an_event_says_how_validators_changed(engine: EmbeddedEngine, caller: Caller) -> None:
    async with caller.session.ws_connect(caller.url + "/websocket") as socket:
        await socket.send_json({"id": 1, "method": "subscribe", "params": {"query": "tm.event='NewBlock'"}})
        await socket.receive_json()
        vote(engine, Clerk(KEEPER), SEATS[3], 7)
        event = (await socket.receive_json())["result"]["data"]["value"]
        assert event["result_finalize_block"]["validator_updates"] == [update(SEATS[3], 7)]


async def test_status_tells_the_power_of_its_own_validator(
    engine: EmbeddedEngine, caller: Caller, changed: dict[int, Any]
) -> None:
    engine.validator = next(member for member in engine.genesis.validators if member.key == SEATS[0].public_key)
    assert (await caller.call("status"))["validator_info"]["voting_power"] == "15"
    engine.validator = next(member for member in engine.genesis.validators if member.key == SEATS[1].public_key)
    assert (await caller.call("status"))["validator_info"]["voting_power"] == "0"


async def test_validators_that_nobody_knows_are_an_error(
    engine: EmbeddedEngine, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a store that began with a snapshot above."""
    for _ in range(5):
        engine.produce()
    monkeypatch.setattr(ChainStore, "validators_at", lambda *_: None)
    assert "could not find validator set" in (await caller.error("validators", height="2"))["data"]


async def test_a_node_that_signs_nothing_names_a_key_without_power(consortium: FakeConsortium) -> None:
    engine = make_engine(consortium)
    engine.validator = None
    answer = json.loads(await Rpc(engine).answer({"id": 1, "method": "status"}))["result"]["validator_info"]
    assert answer["voting_power"] == "0"
    assert base64.b64decode(answer["pub_key"]["value"]) == bytes(32)
