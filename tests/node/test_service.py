"""The node's verbs: what it answers stands at a durable block, is proved, and is refused when it cannot be."""

from collections.abc import AsyncIterator

import pytest

from app.core.codec import decode, encode
from app.core.errors import NoPeer, NotFound, NotYetProvable
from app.core.hashing import sha256
from app.core.record import record_digest
from app.core.refusals import (
    BadSignature,
    ChainForked,
    Expired,
    NotPermitted,
    QuotaSpent,
    Refused,
    Replayed,
    TooFarAhead,
)
from app.core.stateproof import check_entry, proven_value
from app.core.units import Height
from app.core.wire import registry_pb2 as wire
from app.node.consensus.hashes import is_transaction_included
from app.node.consensus.predicates import check_commit
from app.node.consensus.validators import ValidatorSet
from app.node.engine.engine import EmbeddedEngine
from app.node.service import NodeService
from app.registry.state import account_key
from tests.fakes.consortium import Clerk, FakeConsortium, make_consortium, make_engine
from tests.fakes.network import make_node, serving


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_consortium()


@pytest.fixture
def engine(consortium: FakeConsortium) -> EmbeddedEngine:
    return make_engine(consortium)


@pytest.fixture
async def node(consortium: FakeConsortium, engine: EmbeddedEngine) -> AsyncIterator[NodeService]:
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        await node.follower.step()
        yield node


def begin_chain(engine: EmbeddedEngine, clerk: Clerk, length: int) -> list[wire.EvidenceRecord]:
    """A hash chain, one record in each block."""
    nonce = clerk.nonce()
    record = clerk.first_record(nonce, subject="合同")
    engine.admit(clerk.transaction(record, engine.store.tip.height + 10, nonce=nonce))
    records = [record]
    for _ in range(length - 1):
        engine.produce()
        record = clerk.next_record(record)
        engine.admit(clerk.transaction(record, engine.store.tip.height + 10))
        records.append(record)
    engine.produce()
    return records


# ---- reading -------------------------------------------------------------------------------------------------------
async def test_records_are_found_by_index_digest_file_account_and_chain(
    node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    records = begin_chain(engine, consortium.clerk, 3)
    await node.follower.step()
    digests = [record_digest(encode(record)) for record in records]
    assert [node.record(index).digest for index in range(3)] == digests
    assert [node.find_record(digest).index for digest in digests] == [0, 1, 2]
    assert [view.digest for view in node.records(consortium.clerk.address, None, 10)] == digests[::-1]
    assert [view.digest for view in node.chain_records(records[0].chain, 1, 10)] == digests[1:]
    assert [view.digest for view in node.records_of_file(sha256(b"file"))] == digests
    chain = node.chain(records[0].chain)
    assert (chain.head.sequence, chain.head.record, chain.title) == (3, digests[2], "合同")
    assert node.chains(consortium.clerk.address) == [chain]


async def test_what_is_not_there_is_not_found(node: NodeService) -> None:
    for question in (
        lambda: node.record(0),
        lambda: node.find_record(bytes(32)),
        lambda: node.chain(bytes(16)),
        lambda: node.account(bytes(20)),
        lambda: node.account_of_key(b"no key"),
        lambda: node.prove(bytes(32)),
    ):
        with pytest.raises(NotFound):
            question()
    assert node.records(bytes(20), None, 10) == []
    assert node.chains(bytes(20)) == []
    assert node.chain_records(bytes(16), 0, 10) == []
    assert node.records_of_file(bytes(32)) == []


async def test_a_page_is_never_longer_than_the_limit(
    node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    for _ in range(300):
        engine.admit(consortium.clerk.notarize(10))
    engine.produce()
    await node.follower.step()
    assert len(node.records(consortium.clerk.address, None, 10**9)) == 256
    assert len(node.records(consortium.clerk.address, 5, 10**9)) == 5


async def test_the_account_of_a_key_tells_what_was_spent(
    node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    raw = consortium.clerk.notarize(10)
    engine.admit(raw)
    engine.produce()
    await node.follower.step()
    view = node.account_of_key(consortium.clerk.public_key.encode())
    assert view == node.account(consortium.clerk.address)
    assert view.spent == 10 + -(-len(raw) // 256)
    assert view.renews_ns > node.store.durable_tip.time_ns
    assert view.account.address == consortium.clerk.address


async def test_a_receipt_is_told_with_the_height_at_which_it_is_so(
    node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    raw = consortium.clerk.notarize(10)
    assert node.receipt(sha256(raw)) == (None, 0)
    await node.submit(raw)
    assert node.receipt(sha256(raw)) == (None, 0)
    engine.produce()
    assert node.receipt(sha256(raw)) == (None, 0)  # the engine has it; this node has not verified it yet
    await node.follower.step()
    receipt, height = node.receipt(sha256(raw))
    assert receipt is not None
    assert (receipt.height, receipt.code, height) == (1, 0, 1)


async def test_signers_of_the_newest_commit_are_counted(node: NodeService, engine: EmbeddedEngine) -> None:
    assert node.signers() == (0, 4, 0, 40)
    engine.produce()
    await node.follower.step()
    assert node.signers() == (4, 4, 40, 40)


# ---- proving -------------------------------------------------------------------------------------------------------
async def test_a_record_is_proved_by_the_header_after_its_block(
    node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    records = begin_chain(engine, consortium.clerk, 4)
    engine.produce()
    engine.produce()
    await node.follower.step()
    for position, record in enumerate(records):
        digest = record_digest(encode(record))
        material = node.prove(digest)
        assert is_transaction_included(material.transaction, material.transaction_proof, material.header.data_hash)
        assert material.header.height == position + 1
        signed = material.anchor.signed_header
        assert signed.header.height == position + 2
        members = ValidatorSet.from_wire(material.anchor.validator_set)
        assert members == consortium.genesis.validators
        check_commit(consortium.genesis.chain_id, signed.commit, Height(position + 2), signed.commit.block_id, members)
        check_entry(material.entry_proof, material.entry, signed.header.app_hash)
        assert decode(wire.LogEntry, material.entry).evidence_record == encode(record)
        value = proven_value(material.account_proof, account_key(consortium.clerk.address), signed.header.app_hash)
        assert value is not None
        assert decode(wire.Account, value).address == consortium.clerk.address
        assert list(material.segment) == [encode(earlier) for earlier in records[:position]]


async def test_a_record_of_the_newest_block_is_not_provable_yet(
    node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    (record,) = begin_chain(engine, consortium.clerk, 1)
    await node.follower.step()
    digest = record_digest(encode(record))
    assert not node.find_record(digest).provable
    with pytest.raises(NotYetProvable) as caught:
        node.prove(digest)
    assert caught.value.facts["height"] == 2
    engine.produce()
    await node.follower.step()
    assert node.find_record(digest).provable
    assert node.prove(digest).anchor.signed_header.header.height == 2  # its commit is the one seen at the tip


# ---- submitting ----------------------------------------------------------------------------------------------------
async def test_the_law_refuses_before_anybody_is_asked(
    node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = consortium.clerk
    good = clerk.notarize(10)
    await node.submit(good)
    for _ in range(2):
        engine.produce()
    await node.follower.step()

    async def never(_: bytes) -> None:
        raise AssertionError("a peer was asked")

    monkeypatch.setattr(node.peers.states[0].peer, "submit", never)
    cases: list[tuple[bytes, type[Refused]]] = [
        (good, Replayed),
        (clerk.notarize(2), Expired),
        (clerk.notarize(603), TooFarAhead),
        (good[:-1] + bytes([good[-1] ^ 1]), Replayed),
        (b"garbage", Refused),
        (b"", Refused),
    ]
    spoiled = clerk.notarize(10)
    cases.append((spoiled[:-1] + bytes([spoiled[-1] ^ 1]), BadSignature))
    for raw, error in cases:
        with pytest.raises(error):
            await node.submit(raw)


async def test_quota_and_permission_are_checked_before_anybody_is_asked() -> None:
    consortium = make_consortium(quota=5)
    engine = make_engine(consortium)
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        await node.follower.step()
        with pytest.raises(QuotaSpent) as caught:
            await node.submit(consortium.clerk.notarize(10))
        assert (caught.value.facts["expected"], caught.value.facts["got"]) == (12, 5)
        assert issubclass(NotPermitted, Refused)


async def test_a_record_that_follows_one_still_waiting_is_handed_on(
    node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    """Our own state does not know the first one yet; the peer's mempool does."""
    clerk = consortium.clerk
    nonce = clerk.nonce()
    first = clerk.first_record(nonce)
    second = clerk.next_record(first)
    await node.submit(clerk.transaction(first, 10, nonce=nonce))
    await node.submit(clerk.transaction(second, 10))
    engine.produce()
    await node.follower.step()
    assert node.chain(first.chain).head.sequence == 2


async def test_a_record_that_forks_its_chain_is_refused_by_the_peer(
    node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    records = begin_chain(engine, consortium.clerk, 2)
    await node.follower.step()
    fork = consortium.clerk.next_record(records[0], file=b"another")
    with pytest.raises(ChainForked):
        await node.submit(consortium.clerk.transaction(fork, 10))


async def test_without_a_peer_nothing_is_taken(consortium: FakeConsortium) -> None:
    async with make_node(consortium, []) as node:
        await node.follower.step()
        with pytest.raises(NoPeer):
            await node.submit(consortium.clerk.notarize(10))
        assert node.catching_up


async def test_the_validators_of_a_height_are_those_of_the_chain(
    node: NodeService, engine: EmbeddedEngine, consortium: FakeConsortium
) -> None:
    engine.produce()
    await node.follower.step()
    assert node.validators_at(1) == consortium.genesis.validators
