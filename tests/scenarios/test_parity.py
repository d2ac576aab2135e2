"""The embedded engine and CometBFT: the same transactions at the same heights and times come to the same state roots.

A chain is made by four real validators: records, a vote that changes a validator's power, a removal. The embedded engine then
starts from the same genesis document with the same keys, and a clock that repeats what the validators' clocks came to.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import pytest
import pytest_asyncio
from nacl.signing import SigningKey

from app.core.units import Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus import rpcjson
from app.node.consensus.time import from_timestamp
from app.node.engine.engine import EmbeddedEngine
from app.node.engine.keys import ConsortiumKeys, SigningSeed
from app.wiring.stores import load_genesis
from tests.fakes.consortium import block_at, make_store
from tests.scenarios.network.governance import decide, validator_keys
from tests.scenarios.network.network import Network, running_network, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

RECORDS = 30
NEW_POWER = 17


@dataclass
class Chain:
    """What the validators made."""

    network: Network
    blocks: Sequence[pb.Block]


class RepeatedClock:
    """Says in each block what the median of the validators' clocks was, which is the time of the block after it."""

    def __init__(self, blocks: Sequence[pb.Block]) -> None:
        self._times = [from_timestamp(block.header.time) for block in blocks[1:]]

    def now(self) -> Nanoseconds:
        return self._times.pop(0)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chain(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Chain]:
    """A chain with all that can change."""
    async with running_network(tmp_path_factory.mktemp("parity") / "network") as network:
        await notarize(network, RECORDS)
        fourth, third = public_key(network, 4), public_key(network, 3)
        await decide(network, fourth, NEW_POWER, 4, 1, 2)  # who proposes answers for the seat
        await notarize(network, RECORDS)
        await decide(network, third, 0, 3, 1, 4)

        async def is_gone() -> bool:
            return third not in await validator_keys(network, 1)

        await until(is_gone, 60)
        await notarize(network, RECORDS)
        height = await network.height(1)
        answers = [await network.rpc[1].block(number) for number in range(1, height + 1)]
        yield Chain(network, [rpcjson.decode_block(answer["block"]) for answer in answers])


async def notarize(network: Network, count: int) -> None:
    """Records through all validators at once, and wait for the last."""
    start = await network.height()
    raws = [network.clerk.notarize(start + 200) for _ in range(count)]
    codes = await asyncio.gather(*(network.rpc[number % 4 + 1].submit(raw) for number, raw in enumerate(raws)))
    assert set(codes) == {0}

    async def all_waited_for() -> bool:
        waiting = await asyncio.gather(*(rpc.call("num_unconfirmed_txs") for rpc in network.rpc.values()))
        return all(int(answer["n_txs"]) == 0 for answer in waiting)

    await until(all_waited_for, 30)


def seed_of(network: Network, number: int) -> SigningSeed:
    document = json.loads(network.folder.validator(number).validator_key.read_bytes())
    return SigningSeed(SigningKey(base64.b64decode(document["priv_key"]["value"])[:32]))


def public_key(network: Network, number: int) -> bytes:
    return seed_of(network, number).public_key


async def test_the_engine_makes_the_same_state_roots_results_and_validators(chain: Chain) -> None:
    genesis, document, writes = load_genesis(chain.network.folder.genesis)
    keys = tuple(seed_of(chain.network, number) for number in chain.network.numbers)
    engine = EmbeddedEngine(
        make_store(), genesis, document, writes, ConsortiumKeys(keys[0], keys), RepeatedClock(chain.blocks)
    )
    for block, following in zip(chain.blocks, chain.blocks[1:], strict=False):
        for raw in block.data.txs:
            engine.admit(raw)
        engine.produce()
        ours, theirs = block_at(engine.store, block.header.height).header, block.header
        assert from_timestamp(ours.time) == from_timestamp(theirs.time)
        assert ours.data_hash == theirs.data_hash
        assert (ours.app_hash, ours.last_results_hash) == (theirs.app_hash, theirs.last_results_hash)
        assert (ours.validators_hash, ours.next_validators_hash, ours.consensus_hash) == (
            theirs.validators_hash,
            theirs.next_validators_hash,
            theirs.consensus_hash,
        )
        assert engine.store.tip.app_hash == following.header.app_hash
    sizes = {len(block.data.txs) for block in chain.blocks}
    assert sum(len(block.data.txs) for block in chain.blocks) == 3 * RECORDS + 6
    assert max(sizes) > 1


async def test_validators_changed_twice_on_that_chain(chain: Chain) -> None:
    assert len({block.header.validators_hash for block in chain.blocks}) == 3
