"""Blocks that everybody signed and that are wrong all the same: refused, with the rule that they break."""

import pytest

from app.core.errors import InvalidBlock, NotEnoughPower
from app.node.consensus.encoding import block_bytes
from app.node.consensus.hashes import consensus_hash
from app.node.engine.engine import EmbeddedEngine
from tests.fakes.chain import COMMIT, NIL
from tests.fakes.consortium import FakeConsortium, grow, make_consortium, make_engine
from tests.fakes.network import (
    FakePeer,
    Served,
    copy_chain,
    make_node,
    sign_anew,
    state_of,
    with_transactions,
)
from tests.node.sync.test_lies import take_all


async def refusal_of(consortium: FakeConsortium, chain: list[Served]) -> InvalidBlock:
    """Why the newest block, which everybody signed, is refused; those before it are taken."""
    async with (
        FakePeer(chain, consortium.genesis.chain_id, raw=True) as peer,
        make_node(consortium, [peer.url]) as node,
    ):
        await take_all(node)
        assert node.store.durable_tip.height == len(chain) - 1
        assert node.follower.halted is None
        error = state_of(node, peer).error
        assert isinstance(error, InvalidBlock)
        return error


@pytest.mark.parametrize(
    "value",
    [b"", bytes(32), consensus_hash(22_020_096, 0), consensus_hash(22_020_097, -1), consensus_hash(-1, -1)],
    ids=["none", "zeros", "gas", "bytes", "unlimited"],
)
async def test_other_consensus_parameters_than_the_genesis_names_are_refused(
    consortium: FakeConsortium, engine: EmbeddedEngine, value: bytes
) -> None:
    chain = copy_chain(engine)
    chain[-1].block.header.consensus_hash = value
    chain[-1] = sign_anew(consortium, chain[-1])
    error = await refusal_of(consortium, chain)
    assert (error.facts["check"], error.facts["got"]) == ("consensus_hash", value.hex())


@pytest.mark.parametrize(("too_much", "is_refused"), [(0, False), (1, True)])
async def test_a_block_larger_than_the_genesis_allows_is_refused(too_much: int, is_refused: bool) -> None:
    limit = 6_000
    consortium = make_consortium(max_block_bytes=limit)
    engine = make_engine(consortium)
    grow(engine, consortium.clerk, 3)
    chain = copy_chain(engine)
    padding = limit - len(block_bytes(with_transactions(chain[-1], [bytes(3_000)]).block))
    larger = with_transactions(chain[-1], [bytes(3_000 + padding + too_much)])
    assert len(block_bytes(larger.block)) == limit + too_much
    chain[-1] = sign_anew(consortium, larger)
    if is_refused:
        error = await refusal_of(consortium, chain)
        assert (error.facts["check"], error.facts["got"]) == ("block_size", limit + 1)
    else:
        async with FakePeer(chain, "luopu-test") as peer, make_node(consortium, [peer.url]) as node:
            await take_all(node)
            assert node.store.durable_tip.height == 3


async def test_of_two_faults_the_commit_comes_first_and_what_all_signed_is_blamed_on_the_block(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    """A block that contradicts itself says nothing of its sender unless it is final."""
    unsigned = copy_chain(engine)
    unsigned[-1].block.data.txs.append(b"one more")
    assert (await refusal_of(consortium, unsigned)).facts["check"] == "commit_block_id_parts"
    signed = copy_chain(engine)
    signed[-1].block.data.txs.append(b"one more")
    signed[-1] = sign_anew(consortium, signed[-1])
    assert (await refusal_of(consortium, signed)).facts["check"] == "data_hash"
    too_few_signed = copy_chain(engine)
    too_few_signed[-1].block.data.txs.append(b"one more")
    too_few_signed[-1] = sign_anew(consortium, too_few_signed[-1], flags=[COMMIT, COMMIT, NIL, NIL])
    assert isinstance(await refusal_of(consortium, too_few_signed), NotEnoughPower)
