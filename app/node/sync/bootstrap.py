"""Begins an empty store with a snapshot instead of the first block.

Guarantees: what the store holds afterwards is the state that a light-verified header commits to (and so are the validators,
the block's id and its commit), whoever delivered the bytes; a peer whose snapshot or chunk is not what it says is not asked
again, and the store is left empty when nobody has a good one. What was before the snapshot (blocks, refusals, proofs at
earlier heights) is not there; the records are.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.core.codec import encode
from app.core.errors import (
    LuopuError,
    NodeUnreachable,
    NotFound,
    OutOfRange,
    PeerMisbehaved,
    SnapshotInvalid,
    StoreError,
)
from app.core.hashing import sha256
from app.core.units import Hash32, Height
from app.core.wire import comet_pb2, store_pb2
from app.node.consensus.predicates import check_commit
from app.node.consensus.proposer import ProposerRotation
from app.node.consensus.time import from_timestamp
from app.node.consensus.validators import ValidatorSet
from app.node.store.restore import SnapshotRestore
from app.node.store.snapshot import Snapshot
from app.node.sync.light import LightClient
from app.node.sync.peer import RpcPeer, give_up

AHEAD = 4
"""Chunks fetched ahead of the one that is restored."""

_log = logging.getLogger(__name__)

Begin = Callable[[Snapshot, Hash32], SnapshotRestore]
"""(snapshot, verified app hash after its height) → a restore into the empty store."""
Report = Callable[[int, int], None]
"""(chunks restored, chunks in all)."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """All that a store must know of the block at a snapshot's height, verified."""

    app_hash: Hash32
    tip: store_pb2.Tip
    commit: comet_pb2.Commit


async def begin_with_snapshot(peers: Sequence[RpcPeer], light: LightClient, begin: Begin, report: Report) -> Height:
    """Restore the newest snapshot that can be verified; its height.

    Raises:
        NotFound: no peer offers one that can be verified.
        LightClientAttack, TrustExpired, NoWitness: as of the light client.
        StoreError: the store is not empty, or cannot be written.
    """
    offers = await _offers(peers)
    for snapshot in sorted(offers, key=lambda offer: -offer.height):
        try:
            anchor = await verify_anchor(light, offers[snapshot], snapshot.height)
            await _restore(offers[snapshot], begin(snapshot, anchor.app_hash), snapshot, anchor, report)
        except (NotFound, OutOfRange, NodeUnreachable, PeerMisbehaved, SnapshotInvalid) as error:
            _log.warning("snapshot of height %d: %s", snapshot.height, error)
        else:
            return snapshot.height
    raise NotFound(what="snapshot", name=f"{len(offers)} offers")


async def verify_anchor(light: LightClient, peers: Sequence[RpcPeer], height: Height) -> Anchor:
    """What follows from the verified headers at `height` and after it.

    Raises:
        NotFound: nobody has the block after it yet.
        PeerMisbehaved, NodeUnreachable: no peer has the validators and the commit that the headers name.
        LuopuError: as of the light client.
    """
    header = await light.verified_header(height)
    following = await light.verified_header(Height(height + 1))
    last = await _validators(peers, height, header.validators_hash)
    current = await _validators(peers, height + 1, following.validators_hash)
    upcoming = await _validators(peers, height + 2, following.next_validators_hash)
    commit = await _commit(peers, header.chain_id, height, following.last_block_id, last)
    tip = store_pb2.Tip(
        height=height,
        block_hash=following.last_block_id.hash,
        previous_hash=header.last_block_id.hash,
        block_id=encode(following.last_block_id),
        app_hash=following.app_hash,
        time_ns=from_timestamp(header.time),
        results_hash=following.last_results_hash,
        last_validators=_rotation(last),
        validators=_rotation(current),
        next_validators=_rotation(upcoming),
    )
    return Anchor(Hash32(following.app_hash), tip, commit)


def _rotation(members: ValidatorSet) -> bytes:
    """Priorities are bound by no hash, and only who proposes needs them: they begin anew."""
    return encode(ProposerRotation.start(members).to_wire())


async def _offers(peers: Sequence[RpcPeer]) -> dict[Snapshot, list[RpcPeer]]:
    answers = await asyncio.gather(*(peer.snapshots() for peer in peers), return_exceptions=True)
    offers: dict[Snapshot, list[RpcPeer]] = {}
    for peer, answer in zip(peers, answers, strict=True):
        if isinstance(answer, LuopuError):
            _log.info("%s offers no snapshot: %s", peer.url, answer)
        elif isinstance(answer, BaseException):
            raise answer
        else:
            for snapshot in answer:
                offers.setdefault(snapshot, []).append(peer)
    return offers


async def _restore(
    peers: Sequence[RpcPeer], restore: SnapshotRestore, snapshot: Snapshot, anchor: Anchor, report: Report
) -> None:
    total = len(snapshot.chunk_hashes)
    honest = list(peers)
    fetching: dict[int, asyncio.Task[bytes]] = {}
    try:
        for index in range(total):
            for ahead in range(index, min(index + AHEAD, total)):
                if ahead not in fetching:
                    fetching[ahead] = asyncio.create_task(_chunk(honest, snapshot, ahead))
            chunk = await fetching[index]
            del fetching[index]
            await asyncio.to_thread(restore.take, chunk)
            report(index + 1, total)
        await asyncio.to_thread(restore.finish, anchor.tip, encode(anchor.commit))
    except StoreError:
        raise
    except BaseException:
        await asyncio.to_thread(restore.abandon)
        raise
    finally:
        await give_up(list(fetching.values()))


async def _chunk(honest: list[RpcPeer], snapshot: Snapshot, index: int) -> bytes:
    """A chunk from whoever has it; who sends another one is not asked again."""
    reason: LuopuError = NotFound(what="chunk of a snapshot", name=str(index))
    for peer in [*honest[index % max(len(honest), 1) :], *honest[: index % max(len(honest), 1)]]:
        try:
            chunk = await peer.snapshot_chunk(snapshot.height, index)
        except (NodeUnreachable, PeerMisbehaved) as error:
            reason = error
            continue
        if sha256(chunk) == snapshot.chunk_hashes[index]:
            return chunk
        reason = PeerMisbehaved(peer=peer.url, reason="another chunk than its snapshot lists", got=index)
        _log.warning("%s", reason)
        if peer in honest:
            honest.remove(peer)
    raise reason


async def _validators(peers: Sequence[RpcPeer], height: int, named_hash: bytes) -> ValidatorSet:
    """The set with this hash, from whoever has it."""
    reason: LuopuError = NotFound(what="validators", name=str(height))
    for peer in peers:
        try:
            members = await peer.validators(height)
        except (NodeUnreachable, PeerMisbehaved) as error:
            reason = error
            continue
        if members.hash == named_hash:
            return members
        reason = PeerMisbehaved(peer=peer.url, reason="other validators than the header names", height=height)
    raise reason


async def _commit(
    peers: Sequence[RpcPeer], chain_id: str, height: Height, block_id: comet_pb2.BlockID, members: ValidatorSet
) -> comet_pb2.Commit:
    """A commit for the block, from whoever has one that verifies."""
    reason: LuopuError = NotFound(what="commit", name=str(height))
    for peer in peers:
        try:
            commit = await peer.commit(height)
            check_commit(chain_id, commit, height, block_id, members)
        except LuopuError as error:
            reason = error
            continue
        return commit
    raise reason
