"""A peer that lies about blocks and commits: refused with the rule it broke, banned, and an honest one used instead.

In each test the liar claims to be one block higher than the honest peer, so it is asked first.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.core.codec import decode
from app.core.errors import DecodingError, InvalidBlock, LuopuError, NotEnoughPower, PeerMisbehaved
from app.core.wire import comet_pb2 as pb
from app.node.consensus.hashes import block_id, commit_hash
from app.node.engine.engine import EmbeddedEngine
from app.node.service import NodeService
from tests.fakes.chain import ABSENT, COMMIT, NIL, make_validators, resign, sign_commit
from tests.fakes.consortium import FakeConsortium, grow, make_consortium, make_engine, make_store
from tests.fakes.keyvalue import MemoryKeyValue
from tests.fakes.network import (
    FakePeer,
    Served,
    copy_chain,
    make_node,
    serving,
    sign_anew,
    state_of,
    with_transactions,
)

HEIGHT = 8
Lie = Callable[[FakeConsortium, Served], Served]


def with_commit(served: Served, commit: pb.Commit) -> Served:
    return replace(served, commit=commit)


def changed_header(name: str, value: object) -> Lie:
    """One header field changed, and nothing else: the signatures no longer fit."""

    def lie(_: FakeConsortium, served: Served) -> Served:
        setattr(served.block.header, name, value)
        return served

    return lie


# ---- lies about who signed -----------------------------------------------------------------------------------------
def too_few(_: FakeConsortium, served: Served) -> Served:
    for index in (0, 1):
        served.commit.signatures[index].CopyFrom(absent())
    return served


def absent() -> pb.CommitSig:
    signature = pb.CommitSig(block_id_flag=ABSENT)
    signature.timestamp.seconds = -62_135_596_800
    return signature


def all_absent(consortium: FakeConsortium, served: Served) -> Served:
    return sign_anew(consortium, served, flags=[ABSENT] * 4)


def nil_majority(consortium: FakeConsortium, served: Served) -> Served:
    return sign_anew(consortium, served, flags=[NIL, NIL, NIL, COMMIT])


def nil_counted_as_commit(consortium: FakeConsortium, served: Served) -> Served:
    told = sign_anew(consortium, served, flags=[NIL, NIL, COMMIT, COMMIT])
    for signature in told.commit.signatures:
        signature.block_id_flag = COMMIT
    return told


def forged_signature(_: FakeConsortium, served: Served) -> Served:
    signature = served.commit.signatures[2]
    signature.signature = signature.signature[:-1] + bytes([signature.signature[-1] ^ 1])
    return served


def duplicated_signature(_: FakeConsortium, served: Served) -> Served:
    for index in (1, 2, 3):
        served.commit.signatures[index].CopyFrom(served.commit.signatures[0])
    return served


def one_too_many(_: FakeConsortium, served: Served) -> Served:
    served.commit.signatures.append(served.commit.signatures[0])
    return served


def swapped_addresses(_: FakeConsortium, served: Served) -> Served:
    first, second = served.commit.signatures[0], served.commit.signatures[1]
    first.validator_address, second.validator_address = second.validator_address, first.validator_address
    return served


def swapped_votes(_: FakeConsortium, served: Served) -> Served:
    first, second = pb.CommitSig(), pb.CommitSig()
    first.CopyFrom(served.commit.signatures[0])
    second.CopyFrom(served.commit.signatures[1])
    served.commit.signatures[0].CopyFrom(second)
    served.commit.signatures[1].CopyFrom(first)
    return served


def strangers(_: FakeConsortium, served: Served) -> Served:
    commit = sign_commit(make_validators(4, seed="stranger"), served.block.header.height, served.block_id)
    return with_commit(served, commit)


def other_height(_: FakeConsortium, served: Served) -> Served:
    served.commit.height += 1
    return served


def other_round(_: FakeConsortium, served: Served) -> Served:
    served.commit.round += 1
    return served


def negative_round(_: FakeConsortium, served: Served) -> Served:
    served.commit.round = -1
    return served


def for_another_chain(consortium: FakeConsortium, served: Served) -> Served:
    resign(served.commit, consortium.validators, "another-chain")
    return served


def wrong_part_set(_: FakeConsortium, served: Served) -> Served:
    served.commit.block_id.part_set_header.hash = bytes(32)
    return served


def wrong_part_set_signed_by_all(consortium: FakeConsortium, served: Served) -> Served:
    target = pb.BlockID()
    target.CopyFrom(served.block_id)
    target.part_set_header.total += 1
    return with_commit(served, sign_commit(consortium.validators, HEIGHT, target))


def empty_commit(_: FakeConsortium, served: Served) -> Served:
    return with_commit(served, pb.Commit())


def bad_timestamp(_: FakeConsortium, served: Served) -> Served:
    served.commit.signatures[0].timestamp.nanos += 1
    return served


# ---- lies about the block ------------------------------------------------------------------------------------------
def changed_transaction(_: FakeConsortium, served: Served) -> Served:
    raw = served.block.data.txs[0]
    served.block.data.txs[0] = raw[:-1] + bytes([raw[-1] ^ 1])
    return served


def left_out_transaction(_: FakeConsortium, served: Served) -> Served:
    return with_transactions(served, served.block.data.txs[1:])


def added_transaction(_: FakeConsortium, served: Served) -> Served:
    return with_transactions(served, [*served.block.data.txs, b"one more"])


def reordered_transactions(_: FakeConsortium, served: Served) -> Served:
    first, second = served.block.data.txs
    served.block.data.txs[:] = [second, first]
    return served


def other_last_commit(_: FakeConsortium, served: Served) -> Served:
    served.block.last_commit.signatures[0].CopyFrom(absent())
    served.block.header.last_commit_hash = commit_hash(served.block.last_commit)
    return served


def invented_evidence(_: FakeConsortium, served: Served) -> Served:
    served.block.evidence.evidence.add().duplicate_vote_evidence.total_voting_power = 5
    return served


LIES: list[tuple[Lie, type[LuopuError], str | None]] = [
    (too_few, NotEnoughPower, "voting_power"),
    (all_absent, NotEnoughPower, "voting_power"),
    (nil_majority, NotEnoughPower, "voting_power"),
    (nil_counted_as_commit, InvalidBlock, None),
    (forged_signature, InvalidBlock, None),
    (duplicated_signature, InvalidBlock, None),
    (one_too_many, InvalidBlock, "commit_size"),
    (swapped_addresses, InvalidBlock, None),
    (swapped_votes, InvalidBlock, None),
    (strangers, InvalidBlock, None),
    (other_height, InvalidBlock, "commit_height"),
    (other_round, InvalidBlock, None),
    (negative_round, InvalidBlock, "commit_round"),
    (for_another_chain, InvalidBlock, None),
    (wrong_part_set, InvalidBlock, "commit_block_id_parts"),
    (wrong_part_set_signed_by_all, InvalidBlock, "commit_block_id_parts"),
    (empty_commit, InvalidBlock, None),
    (bad_timestamp, InvalidBlock, None),
    (changed_transaction, InvalidBlock, "commit_block_id_parts"),
    (left_out_transaction, InvalidBlock, "commit_block_id"),
    (added_transaction, InvalidBlock, "commit_block_id"),
    (reordered_transactions, InvalidBlock, "commit_block_id_parts"),
    (other_last_commit, InvalidBlock, "commit_block_id"),
    (invented_evidence, InvalidBlock, "commit_block_id_parts"),
    (changed_header("chain_id", "another"), InvalidBlock, "chain_id"),
    (changed_header("app_hash", bytes(32)), InvalidBlock, "commit_block_id"),
    (changed_header("data_hash", bytes(32)), InvalidBlock, "commit_block_id"),
    (changed_header("last_results_hash", bytes(32)), InvalidBlock, "commit_block_id"),
    (changed_header("validators_hash", bytes(32)), InvalidBlock, "commit_block_id"),
    (changed_header("next_validators_hash", bytes(32)), InvalidBlock, "commit_block_id"),
    (changed_header("consensus_hash", bytes(32)), InvalidBlock, "commit_block_id"),
    (changed_header("evidence_hash", bytes(32)), InvalidBlock, "commit_block_id"),
    (changed_header("proposer_address", bytes(20)), InvalidBlock, "commit_block_id"),
    (changed_header("proposer_address", b""), InvalidBlock, "proposer_address"),
    (changed_header("app_hash", bytes(1000)), InvalidBlock, "commit_block_id"),
]


def name_of(value: object) -> str | None:
    return getattr(value, "__name__", None)


async def take_all(node: NodeService, rounds: int = 4) -> None:
    """Rounds until nobody has more."""
    for _ in range(rounds):
        if not await node.follower.step():
            return


@pytest.mark.parametrize("raw", [False, True], ids=["json", "raw"])
@pytest.mark.parametrize(("lie", "error", "check"), LIES, ids=name_of)
async def test_a_lie_about_the_newest_block(
    consortium: FakeConsortium, engine: EmbeddedEngine, lie: Lie, error: type[LuopuError], check: str | None, raw: bool
) -> None:
    chain = copy_chain(engine)
    chain[-1] = lie(consortium, chain[-1])
    liar = FakePeer(chain, consortium.genesis.chain_id, raw=raw)
    kv = MemoryKeyValue()
    async with liar, make_node(consortium, [liar.url], store=make_store(kv)) as node:
        await take_all(node)
        assert node.store.durable_tip.height == HEIGHT - 1  # what was true before the lie is kept
        caught = state_of(node, liar).error
        assert type(caught) is error
        assert caught is not None
        assert check is None or caught.facts["check"] == check
        assert node.peers.usable() == []
        assert node.follower.halted is None
        assert make_store(kv.reopen()).tip == node.store.tip  # nothing half-written remains
        async with serving(engine) as honest:
            node.peers.replace([liar.url, honest])
            asked = liar.asked.total()
            await take_all(node)
            assert node.store.durable_tip == engine.store.durable_tip
            assert liar.asked.total() == asked  # banned


@pytest.mark.parametrize("height", [1, 2, 5])
@pytest.mark.parametrize("lie", [too_few, forged_signature, wrong_part_set], ids=name_of)
async def test_a_lie_inside_a_group_costs_the_rest_of_the_group_only(
    consortium: FakeConsortium, engine: EmbeddedEngine, lie: Lie, height: int
) -> None:
    """The commit for a block stands in the next one, so that is where the lie is told."""
    chain = copy_chain(engine)
    follower = chain[height].block.last_commit
    told = lie(consortium, replace(chain[height - 1], commit=follower))
    assert told.commit is follower
    async with FakePeer(chain, consortium.genesis.chain_id) as liar, make_node(consortium, [liar.url]) as node:
        await take_all(node)
        assert node.store.durable_tip.height == height - 1
        assert isinstance(state_of(node, liar).error, InvalidBlock)
        async with serving(engine) as honest:
            node.peers.replace([liar.url, honest])
            await take_all(node)
            assert node.store.durable_tip == engine.store.durable_tip


async def test_the_liar_is_asked_first_and_the_honest_peer_next(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    chain = copy_chain(engine)
    behind = make_engine(consortium)
    for served in chain[:-1]:
        for raw in served.block.data.txs:
            behind.admit(raw)
        behind.produce()
    forged_signature(consortium, chain[-1])
    async with (
        FakePeer(chain, consortium.genesis.chain_id) as liar,
        serving(behind) as honest,
        make_node(consortium, [honest, liar.url]) as node,
    ):
        await take_all(node)
        assert liar.asked["block"]
        assert node.store.durable_tip == behind.store.durable_tip
        assert isinstance(state_of(node, liar).error, InvalidBlock)
        assert state_of(node, honest).error is None


# ---- how many signatures are enough --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("powers", "flags", "is_final"),
    [
        ([10, 10, 10], [COMMIT, COMMIT, ABSENT], False),  # exactly two thirds
        ([10, 10, 10], [COMMIT, COMMIT, NIL], False),
        ([20, 10, 10, 5], [COMMIT, COMMIT, ABSENT, ABSENT], False),  # 30 of 45: exactly two thirds
        ([20, 10, 10, 6], [COMMIT, COMMIT, ABSENT, ABSENT], False),  # 30 of 46
        ([20, 10, 10, 4], [COMMIT, COMMIT, ABSENT, ABSENT], True),  # 30 of 44
        ([10, 10, 10, 10], [COMMIT, COMMIT, COMMIT, ABSENT], True),
        ([10, 10, 10, 10], [COMMIT, COMMIT, COMMIT, NIL], True),
        ([10, 10, 10, 10], [COMMIT, COMMIT, NIL, ABSENT], False),
        ([1], [COMMIT], True),
    ],
)
async def test_more_than_two_thirds_are_needed(powers: list[int], flags: list[pb.BlockIDFlag], is_final: bool) -> None:
    consortium = make_consortium(powers)
    engine = make_engine(consortium)
    grow(engine, consortium.clerk, 3)
    chain = copy_chain(engine)
    chain[-1] = sign_anew(consortium, chain[-1], flags=flags)
    async with FakePeer(chain, consortium.genesis.chain_id) as peer, make_node(consortium, [peer.url]) as node:
        await take_all(node)
        assert node.store.durable_tip.height == (3 if is_final else 2)
        error = state_of(node, peer).error
        assert error is None if is_final else isinstance(error, NotEnoughPower)
        if is_final:
            assert node.signers()[0] == flags.count(COMMIT)


async def test_one_bad_signature_beyond_two_thirds_is_still_a_lie(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    """CometBFT's VerifyCommit checks all of them; a node that does not would keep what others refuse."""
    chain = copy_chain(engine)
    chain[-1].commit.signatures[3].signature = bytes(64)
    async with FakePeer(chain, consortium.genesis.chain_id) as liar, make_node(consortium, [liar.url]) as node:
        await take_all(node)
        assert node.store.durable_tip.height == HEIGHT - 1
        assert isinstance(state_of(node, liar).error, InvalidBlock)


async def test_a_commit_other_than_the_next_blocks_is_as_good(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    """At the tip a peer shows the votes it saw; the next block may carry others. Both are verified."""
    chain = copy_chain(engine, 4)
    chain[-1] = sign_anew(consortium, chain[-1], flags=[COMMIT, COMMIT, COMMIT, ABSENT])
    async with FakePeer(chain, consortium.genesis.chain_id) as peer, make_node(consortium, [peer.url]) as node:
        await take_all(node)
        assert node.store.durable_tip.height == 4
        async with serving(engine) as honest:
            node.peers.replace([honest])
            await take_all(node)
            assert node.store.durable_tip == engine.store.durable_tip


async def test_a_next_block_whose_last_commit_is_a_forgery_is_refused(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    """Signed by all, but its last commit has a signature that does not verify: the consortium would not have made it."""
    chain = copy_chain(engine, 5)
    forged = chain[-1].block.last_commit.signatures[0]
    forged.signature = bytes(64)
    chain[-1].block.header.last_commit_hash = commit_hash(chain[-1].block.last_commit)
    chain[-1] = sign_anew(consortium, chain[-1])
    async with serving(engine) as honest, FakePeer(chain, consortium.genesis.chain_id) as liar:
        del honest
        async with make_node(consortium, [liar.url]) as node:
            await take_all(node)
            assert node.store.durable_tip.height < 5
            assert isinstance(state_of(node, liar).error, InvalidBlock)


def test_the_lies_are_lies(consortium: FakeConsortium, engine: EmbeddedEngine) -> None:
    """None of them leaves the block as it was."""
    true = copy_chain(engine)[-1]
    for lie, _, _ in LIES:
        told = lie(consortium, copy_chain(engine)[-1])
        assert (told.block, told.commit) != (true.block, true.commit)
    assert decode(pb.Block, engine.store.block(HEIGHT) or b"") == true.block
    assert block_id(true.block) == true.commit.block_id
    assert issubclass(NotEnoughPower, InvalidBlock)
    assert not issubclass(PeerMisbehaved, DecodingError)
