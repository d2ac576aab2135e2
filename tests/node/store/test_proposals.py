"""Proposals are found by their deadlines, in a store that made the blocks and in one that began with a snapshot alike."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.errors import SnapshotInvalid, StoreFailed
from app.core.hashing import sha256
from app.core.proposal import derive_proposal
from app.core.wire import registry_pb2 as wire
from app.core.wire import store_pb2
from app.node.store.chain import ChainStore
from app.registry.places import PROPOSALS
from tests.fakes.consortium import MemoryHighWater
from tests.fakes.council import FIRST_BOOKKEEPER, Council, make_council
from tests.fakes.keyvalue import MemoryKeyValue
from tests.node.store.worlds import World, restore, write_chunks

COUNCIL = make_council()


def propose(world: World, council: Council, blocks: int, by: int = 0) -> tuple[bytes, bytes]:
    """A signed proposal that may be approved for so many blocks, and its id."""
    clerk, height = council.clerks[by], world.store.tip.height
    nonce = clerk.nonce()
    seat = wire.Seat(key=council.key(4), power=7, account=FIRST_BOOKKEEPER + 4)
    body = wire.Body(
        chain_id=clerk.chain_id,
        sender=clerk.address,
        nonce=nonce,
        valid_until=height + 9,
        propose=wire.Propose(document=sha256(b"reasons"), deadline=height + blocks, validator=seat),
    )
    return clerk.sign_body(encode(body)), derive_proposal(clerk.address, nonce)


def approve(world: World, council: Council, proposal: bytes, by: int) -> bytes:
    clerk = council.clerks[by]
    body = wire.Body(
        chain_id=clerk.chain_id,
        sender=clerk.address,
        nonce=clerk.nonce(),
        valid_until=world.store.tip.height + 9,
        approve=wire.Approve(proposal=proposal),
    )
    return clerk.sign_body(encode(body))


@settings(deadline=None, max_examples=20)
@given(st.lists(st.lists(st.integers(1, 40), max_size=3), max_size=6))
def test_every_proposal_is_found_the_latest_deadline_first(blocks: list[list[int]]) -> None:
    world = World(COUNCIL.consortium)
    expected: list[tuple[int, bytes]] = []
    for each in blocks:
        made = [propose(world, COUNCIL, deadline) for deadline in each]
        height = world.store.tip.height
        world.add(*(raw for raw, _ in made), world.record())
        expected += [(height + deadline, proposal) for deadline, (_, proposal) in zip(each, made, strict=True)]
    ids = [proposal for _, proposal in sorted(expected, reverse=True)]
    assert world.store.proposals(99) == ids
    assert world.store.proposals(2) == ids[:2]
    assert world.restored().proposals(99) == ids


def test_approvals_and_refused_proposals_make_no_proposal() -> None:
    world = World(COUNCIL.consortium)
    raw, proposal = propose(world, COUNCIL, 9)
    refused, _ = propose(world, COUNCIL, 9, by=5)  # who has no seat
    world.add(raw, refused)
    world.add(*(approve(world, COUNCIL, proposal, by) for by in (1, 2)))
    assert world.store.proposals(99) == [proposal]
    assert world.restored().proposals(99) == [proposal]


def test_what_is_not_flushed_is_not_found() -> None:
    world = World(COUNCIL.consortium)
    raw, _ = propose(world, COUNCIL, 9)
    world.kv.fail_next_write("no space left on device")
    with pytest.raises(StoreFailed):
        world.add(raw)
    assert ChainStore(world.kv.reopen(), MemoryHighWater()).proposals(99) == []


def test_a_snapshot_with_a_proposal_that_cannot_be_is_refused() -> None:
    world = World(COUNCIL.consortium)
    world.add(propose(world, COUNCIL, 9)[0])
    snapshot, chunks = write_chunks(world.store, 10**6)
    for value in (b"\xff", encode(wire.Proposal(propose=wire.Propose(deadline=-1)))):
        pair = store_pb2.SnapshotItem(pair=store_pb2.MapPair(key=PROPOSALS.key(bytes(16)), value=value))
        forged = [first_item(chunks[0]) + delimited(encode(pair))]
        lie = snapshot.__class__(snapshot.height, snapshot.format, snapshot.app_hash, (sha256(forged[0]),))
        store = ChainStore(MemoryKeyValue(), MemoryHighWater())
        with pytest.raises(SnapshotInvalid, match="content of a pair"):
            restore(store, world, lie, forged)
        assert store.is_empty


def first_item(chunk: bytes) -> bytes:
    return chunk[: 4 + int.from_bytes(chunk[:4], "big")]


def delimited(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data
