"""Evidence of records made after the validators changed by vote: the node gives the light blocks, the bundle carries them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.client.node import NodeClient
from app.client.papers import decode_material, save_bundle
from app.core.codec import encode
from app.core.errors import InvalidBlock, NotEnoughTrust
from app.core.hashing import sha256, sm3
from app.core.record import context_digest, derive_chain, record_digest
from app.core.stateproof import check_entry, proven_value
from app.core.units import Height, Nanoseconds
from app.core.verification import Verdict
from app.core.wire import comet_pb2
from app.core.wire import registry_pb2 as wire
from app.evidence.context import Capture, make_context
from app.evidence.verify import verify_bundle
from app.node.engine.engine import EmbeddedEngine
from app.node.service import NodeService
from app.node.sync.light import LightClient, LightOptions
from app.node.sync.light_panel import Panel
from app.node.sync.light_provider import RpcLightProvider
from app.node.sync.peer import RpcPeer, open_session
from app.registry.state import account_key
from tests.fakes.chain import INTERVAL, START
from tests.fakes.consortium import Clerk, FakeConsortium, MovedClock, make_engine
from tests.fakes.light import MemoryTrust
from tests.fakes.network import make_node, serving, serving_desk
from tests.fakes.voting import FIRST, KEEPER, SEATS, make_voting_consortium, vote
from tests.node.stranger import header_below, trusted_header

BOOKKEEPER = Clerk(KEEPER)
FILE = b"a contract"


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_voting_consortium()


@pytest.fixture
def engine(consortium: FakeConsortium) -> EmbeddedEngine:
    return make_engine(consortium)


@pytest.fixture
async def node(consortium: FakeConsortium, engine: EmbeddedEngine) -> AsyncIterator[NodeService]:
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        yield node


def produce(engine: EmbeddedEngine, blocks: int) -> None:
    for _ in range(blocks):
        engine.produce()


def hand_over(engine: EmbeddedEngine) -> None:
    """Replace every validator, one after the other."""
    produce(engine, 5)
    for coming, leaving in zip(SEATS[3:6], FIRST, strict=True):
        vote(engine, BOOKKEEPER, coming, 10)
        produce(engine, 3)
        vote(engine, BOOKKEEPER, leaving, 0)
        produce(engine, 4)


def notarize(engine: EmbeddedEngine, clerk: Clerk) -> tuple[bytes, bytes]:
    """Record digest and context of a file's record, provable at once."""
    nonce = clerk.nonce()
    context = make_context(bytes(16), "contract.pdf", len(FILE), Capture("01", "desk", "Linux", "luopu", START), None)
    record = wire.EvidenceRecord(
        chain=derive_chain(clerk.address, nonce),
        sequence=1,
        sha256=sha256(FILE),
        sm3=sm3(FILE),
        size=len(FILE),
        context_digest=context_digest(context),
    )
    engine.admit(clerk.transaction(record, engine.store.tip.height + 10, nonce=nonce))
    produce(engine, 2)
    return record_digest(encode(record)), context


def check_other_proofs(consortium: FakeConsortium, node: NodeService, digest: bytes) -> None:
    """Those of the transaction and of the state lead as far."""
    record, key = node.prove(digest), account_key(consortium.clerk.address)
    transaction = node.prove_transaction(sha256(record.transaction))
    state = node.prove_state([key], record.header.height)
    assert state.light_blocks == transaction.light_blocks == record.light_blocks != ()
    anchor, light_blocks = encode(state.anchor), [encode(block) for block in state.light_blocks]
    header = trusted_header(consortium.genesis, anchor, light_blocks)
    assert header_below(header, encode(transaction.header)) == record.header
    assert proven_value(state.proofs[0], key, header.app_hash) is not None
    check_entry(transaction.entry_proof, transaction.entry, header.app_hash)
    with pytest.raises(InvalidBlock):
        trusted_header(consortium.genesis, anchor, [])


def light_heights(blocks: tuple[comet_pb2.LightBlock, ...]) -> list[int]:
    return [block.signed_header.header.height for block in blocks]


async def test_while_the_genesis_validators_suffice_no_light_blocks_are_given(
    consortium: FakeConsortium, engine: EmbeddedEngine, node: NodeService
) -> None:
    vote(engine, BOOKKEEPER, SEATS[3], 10)
    digest, _ = notarize(engine, consortium.clerk)
    await node.follower.step()
    assert node.prove(digest).light_blocks == ()


async def test_after_all_have_changed_the_bundle_is_verified_from_the_genesis_alone(
    consortium: FakeConsortium, engine: EmbeddedEngine, node: NodeService, tmp_path: Path
) -> None:
    hand_over(engine)
    digest, context = notarize(engine, consortium.clerk)
    while await node.follower.step():
        pass
    assert node.store.durable_tip == engine.store.durable_tip
    material = node.prove(digest)
    heights = light_heights(material.light_blocks)
    assert 1 <= len(heights) <= 3
    assert heights == sorted(heights)
    assert {validator.pub_key.ed25519 for validator in material.anchor.validator_set.validators} == {
        seed.public_key for seed in SEATS[3:6]
    }
    source, target = tmp_path / "contract.pdf", tmp_path / "bundle.asice"
    source.write_bytes(FILE)
    async with serving_desk(node) as endpoint, NodeClient(lambda: endpoint) as client:
        told = await client.proof(digest)
    save_bundle(told, context, source, target, consortium.genesis, detached=False)
    report = verify_bundle(target, consortium.genesis)
    assert report.verdict is Verdict.VALID
    assert len(decode_material(told, context, detached=False).light_blocks) == len(heights)
    target.unlink()
    check_other_proofs(consortium, node, digest)
    with pytest.raises(NotEnoughTrust):  # what the light blocks were needed for
        save_bundle({**told, "light_blocks": []}, context, source, target, consortium.genesis, detached=False)
    assert not target.exists()


async def test_a_light_client_follows_the_vote_through_our_own_rpc(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    hand_over(engine)
    async with serving(engine) as one, serving(engine) as two, open_session() as session:
        primary, witness = (RpcLightProvider(RpcPeer(url, session)) for url in (one, two))
        client = LightClient(
            consortium.genesis,
            Panel(primary, [witness]),
            MemoryTrust(),
            lambda _: None,
            MovedClock(Nanoseconds(engine.store.tip.time_ns + INTERVAL), step=0),
            LightOptions(patience=0.0),
        )
        path = await client.verify_to()
        tip = engine.store.durable_tip
        assert path[-1].trusted.hash == tip.block_hash
        assert 1 < len(path) < 6
        assert (await client.verified_header(Height(3))).height == 3
