"""Answers of a peer that parse and cannot be: blocks that were not asked for, heights, powers and pages."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from app.core.codec import decode
from app.core.errors import PeerMisbehaved
from app.core.wire import comet_pb2 as pb
from app.node.consensus import rpcjson
from app.node.sync import peer as peer_module
from app.node.sync.answers import decode_range
from app.node.sync.peer import RpcPeer
from tests.fakes.chain import make_validators
from tests.fakes.consortium import FakeConsortium
from tests.fakes.network import (
    FakePeer,
    make_node,
    state_of,
)


async def test_another_block_than_asked_for_is_refused(consortium: FakeConsortium, fake: FakePeer) -> None:
    fake.chain[3], fake.chain[4] = fake.chain[4], fake.chain[3]
    async with make_node(consortium, [fake.url]) as node:
        await node.follower.step()
        assert node.store.durable_tip.height == 1  # the block served as the third holds no commit for the second
        assert state_of(node, fake).offences == 1


async def test_blocks_come_in_the_order_asked_whatever_the_order_answered(fake: FakePeer, peer: RpcPeer) -> None:
    async def reversed_batch(_: web.Request, body: bytes) -> web.StreamResponse:
        return web.Response(body=json.dumps(json.loads(body)[::-1]).encode())

    fake.transports["block"] = reversed_batch
    fetched = decode_range(await peer.fetch(2, 4, raw=False))
    assert [decode(pb.Block, block).header.height for block in fetched.blocks] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("latest_block_height", "-1"),
        ("latest_block_height", str(2**63)),
        ("latest_block_height", "9" * 100),
        ("latest_block_height", "٣"),
        ("latest_block_height", "1e3"),
        ("latest_block_height", None),
        ("latest_block_height", True),
        ("latest_block_height", [1]),
        ("latest_block_hash", "zz"),
        ("latest_block_hash", None),
        ("latest_block_hash", 5),
        ("latest_block_time", "yesterday"),
        ("latest_block_time", "2024-02-30T00:00:00Z"),
        ("latest_block_time", "99999-01-01T00:00:00Z"),
        ("latest_block_time", 5),
    ],
)
async def test_a_status_that_cannot_be_is_refused(fake: FakePeer, peer: RpcPeer, field: str, value: object) -> None:
    status: Any = fake._status({})
    status["sync_info"][field] = value
    fake.answers["status"] = lambda _: status
    with pytest.raises(PeerMisbehaved):
        await peer.tip()


def validator_pages(members: list[dict[str, Any]], total: object) -> Callable[[Any], object]:
    return lambda params: {
        "validators": members[(int(params["page"]) - 1) * 100 : int(params["page"]) * 100],
        "count": "0",
        "total": total,
    }


async def test_validators_are_put_together_from_their_pages(fake: FakePeer, peer: RpcPeer) -> None:
    members = make_validators(230).set
    fake.answers["validators"] = validator_pages(rpcjson.encode_validators(members), "230")
    assert await peer.validators(1) == members
    assert fake.asked["validators"] == 3


@pytest.mark.parametrize(
    "power", [-1, -(2**63), 0, 2**63, 2**64, 2**63 - 1, 10**30, "", "x", None, 5, "1_0", " 1", "٣"]
)
async def test_a_power_that_cannot_be_is_refused(fake: FakePeer, peer: RpcPeer, power: object) -> None:
    members = rpcjson.encode_validators(make_validators(3).set)
    members[1]["voting_power"] = str(power) if isinstance(power, int) and power != 5 else power
    fake.answers["validators"] = validator_pages(members, "3")
    with pytest.raises(PeerMisbehaved):
        await peer.validators(1)


@pytest.mark.parametrize(
    "change",
    [
        {"address": "00" * 20},
        {"pub_key": None},
        {"pub_key": {"type": "tendermint/PubKeySecp256k1", "value": base64.b64encode(bytes(33)).decode()}},
        {"pub_key": {"type": "tendermint/PubKeyEd25519", "value": base64.b64encode(bytes(31)).decode()}},
        {"pub_key": {"type": "tendermint/PubKeyEd25519", "value": "!"}},
    ],
    ids=str,
)
async def test_a_validator_that_cannot_be_is_refused(fake: FakePeer, peer: RpcPeer, change: dict[str, object]) -> None:
    members = rpcjson.encode_validators(make_validators(3).set)
    members[1].update(change)
    fake.answers["validators"] = validator_pages(members, "3")
    with pytest.raises(PeerMisbehaved):
        await peer.validators(1)


async def test_a_validator_twice_is_refused(fake: FakePeer, peer: RpcPeer) -> None:
    members = rpcjson.encode_validators(make_validators(3).set)
    fake.answers["validators"] = validator_pages([*members, members[0]], "4")
    with pytest.raises(PeerMisbehaved):
        await peer.validators(1)


@pytest.mark.parametrize("total", ["10000000", str(2**63), "-1", None, "x"])
async def test_a_list_of_validators_that_never_ends_is_given_up(
    fake: FakePeer, peer: RpcPeer, total: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_module, "MAX_VALIDATOR_PAGES", 5)
    fake.answers["validators"] = validator_pages([], total)
    with pytest.raises(PeerMisbehaved):
        await peer.validators(1)
    assert fake.asked["validators"] <= 5
