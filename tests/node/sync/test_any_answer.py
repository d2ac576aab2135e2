"""Anything at all in the place of a part of a true answer: nothing untyped is raised."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import PeerMisbehaved
from app.core.hashing import sha256
from app.core.refusals import Refused
from app.node.consensus import rpcjson
from app.node.sync.inspection import inspect_answer
from app.node.sync.peer import RpcPeer
from tests.fakes.chain import make_validators
from tests.fakes.consortium import make_consortium, make_engine
from tests.fakes.network import (
    FakePeer,
    copy_chain,
)

ENGINE = make_engine(make_consortium())
ENGINE.produce()
ENGINE.produce()
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**66), 2**66) | st.text(max_size=6) | st.sampled_from(["1", "AA==", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


def paths_in(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Every place in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in inner for found in paths_in(item, (*path, key)))]


def changed_at(value: Any, path: tuple[Any, ...], replacement: object) -> Any:
    if not path:
        return replacement
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed_at(value[path[0]], path[1:], replacement)
    return copy


class Replaying(RpcPeer):
    """A peer whose answer is given."""

    def __init__(self, method: str, result: object) -> None:
        self.url = "http://fake"
        self._results = {**ANSWERS, method: result}

    async def _exchange(self, path: str, body: bytes | None, limit: int) -> bytes:
        called = json.loads(body or b"")["method"]
        name = {"block": "blocks", "status": "tip", "broadcast_tx_sync": "submit"}.get(called, called)
        return json.dumps({"jsonrpc": "2.0", "id": 0, "result": self._results[name]}).encode()


HONEST = FakePeer(copy_chain(ENGINE), "luopu-test")
ANSWERS: dict[str, object] = {
    "tip": HONEST._status({}),
    "blocks": HONEST._block({"height": "2"}),
    "commit": HONEST._commit({"height": "2"}),
    "validators": {"validators": rpcjson.encode_validators(make_validators(2).set), "total": "2"},
    "submit": {"code": 0, "data": "", "log": "", "hash": sha256(b"x").hex().upper()},
}


async def ask(peer: RpcPeer, method: str) -> object:
    if method == "blocks":
        return inspect_answer(await peer.fetch(2, 1, raw=False))
    arguments: dict[str, tuple[object, ...]] = {"tip": (), "submit": (b"x",)}
    return await getattr(peer, method)(*arguments.get(method, (2,)))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), method=st.sampled_from(sorted(ANSWERS)))
def test_no_answer_whatever_raises_anything_untyped(data: st.DataObject, method: str) -> None:
    """One place in a true answer is replaced by anything."""
    path = data.draw(st.sampled_from(paths_in(ANSWERS[method])))
    result = changed_at(ANSWERS[method], path, data.draw(anything))
    with suppress(PeerMisbehaved, Refused):
        asyncio.run(ask(Replaying(method, result), method))


@pytest.mark.parametrize("method", sorted(ANSWERS))
def test_the_true_answers_are_understood(method: str) -> None:
    asyncio.run(ask(Replaying(method, ANSWERS[method]), method))
