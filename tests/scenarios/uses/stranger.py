"""Somebody whom nobody knows: a genesis document, an own node, and no reason to believe anybody.

What the own node has, it verified block by block. What is `proven` could be shown to anybody else, too: a path from the value
to the state root in a header that more than two thirds of the voting power signed.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from app.core.codec import decode
from app.core.stateproof import proven_value
from app.core.units import Height
from app.core.wire import comet_pb2
from app.core.wire import registry_pb2 as wire
from app.evidence.verify import Report, verify_bundle
from app.node.service import NodeService, RecordView
from app.node.sync.peer import open_session
from app.node.sync.peers import PeerBook
from app.registry.places import Place
from app.registry.state import account_key
from app.wiring.stores import load_genesis
from tests.fakes.consortium import make_store


def judged(bundle: Path, genesis: Path, file: Path | None = None) -> Report:
    """What the bundle is worth to somebody who has the genesis document and nothing else."""
    return verify_bundle(bundle, load_genesis(genesis)[0], file)


def failed_step(report: Report) -> str:
    """At which step it was found out."""
    return next(step.name for step in report.steps if not step.passed)


class OwnNode:
    """A node in memory that begins at the genesis document."""

    def __init__(self, service: NodeService) -> None:
        self._service = service

    async def follow_to(self, height: int) -> None:
        """Verify and execute every block to this height."""
        while self._service.store.durable_tip.height < height:
            await self._service.follower.step()
            assert self._service.halted is None

    def records_of_file(self, sha256: bytes) -> Sequence[RecordView]:
        """Records of a file, oldest first, as far as it has followed."""
        return self._service.records_of_file(sha256)

    def records_of_chain(self, chain: bytes) -> list[wire.EvidenceRecord]:
        """Records of a hash chain by sequence, as far as it has followed."""
        return [view.record for view in self._service.chain_records(chain, 0, 256)]

    async def proven(self, place: Place, *parts: bytes, height: int) -> object | None:  # type: ignore[type-arg]
        """What the state after the block of this height holds there; None: provably nothing."""
        value = await self._value(place.key(*parts), height)
        return None if value is None else place.kind.FromString(value)

    async def proven_account(self, address: bytes, *, height: int) -> wire.Account:
        """An account as it stood after a block."""
        value = await self._value(account_key(address), height)
        assert value is not None
        return wire.Account.FromString(value)

    async def _value(self, key: bytes, height: int) -> bytes | None:
        await self.follow_to(height + 1)
        store = self._service.store
        header = decode(comet_pb2.Block, store.block(height + 1) or b"").header
        return proven_value(store.state.prove_key(key, Height(height)), key, header.app_hash)


@asynccontextmanager
async def own_node(genesis: Path, peers: Sequence[str]) -> AsyncIterator[OwnNode]:
    """A node of somebody's own, which follows these peers."""
    trusted, document, writes = load_genesis(genesis)
    store = make_store()
    async with open_session() as session:
        service = NodeService(store, trusted, document, PeerBook(peers, trusted.chain_id, session))
        store.begin(trusted.fingerprint, service.first_tip(), writes)
        try:
            yield OwnNode(service)
        finally:
            service.follower.close()
