"""Where a light client gets its light blocks: the port, and the peers that speak CometBFT's RPC.

Guarantees of the adapter: every light block comes within a deadline and bounds on bytes, belongs to the height asked for, and
brings the validator set that its header names by hash; a set seen before is not fetched again. Whether anything is *true* is
decided in `app.node.consensus`.

A block vouches by the validators of its own height, never by the next height's: so evidence that begins at it is judged
(CometBFT v0.39.4, evidence/verify.go), and what this client accepts must be what it can prove.
"""

import asyncio
from typing import Protocol

from app.core.errors import NodeUnreachable, NotFound, PeerMisbehaved
from app.core.units import Height
from app.core.wire import comet_pb2 as pb
from app.node.consensus.validators import ValidatorSet
from app.node.consensus.verifier import UntrustedBlock
from app.node.sync.answers import PeerError
from app.node.sync.peer import RpcPeer

LIGHT_BLOCK_SECONDS = 20.0
"""For a whole light block, which takes several requests where there are many validators."""
SETS_KEPT = 8


class LightProvider(Protocol):
    """Somebody who has light blocks. Nothing it says is believed."""

    @property
    def name(self) -> str:
        """What people call it: its address."""
        ...

    async def light_block(self, height: Height | None) -> UntrustedBlock:
        """The light block that it claims for `height`, or its newest, without the next height's validators.

        Raises:
            NodeUnreachable: no answer in time.
            NotFound: it has no such block, or not yet.
            PeerMisbehaved: it answered what cannot be.
        """
        ...

    async def report(self, evidence: pb.Evidence) -> None:
        """Hand it evidence against validators of its chain.

        Raises:
            NodeError: it did not take it.
        """
        ...


class RpcLightProvider:
    """A peer that speaks CometBFT's RPC."""

    def __init__(self, peer: RpcPeer) -> None:
        self._peer = peer
        self._sets: dict[bytes, ValidatorSet] = {}

    @property
    def name(self) -> str:
        """Its address."""
        return self._peer.url

    async def light_block(self, height: Height | None) -> UntrustedBlock:
        """As `LightProvider.light_block`."""
        try:
            async with asyncio.timeout(LIGHT_BLOCK_SECONDS):
                return await self._fetch(height)
        except TimeoutError as error:
            raise NodeUnreachable(node=self.name, reason="no light block in time") from error
        except PeerError as error:  # so CometBFT says that a height is too high, or pruned
            raise NotFound(what="block", name="newest" if height is None else str(height), reason=error.text) from error

    async def report(self, evidence: pb.Evidence) -> None:
        """As `LightProvider.report`."""
        await self._peer.report_evidence(evidence)

    async def _fetch(self, height: Height | None) -> UntrustedBlock:
        signed = await self._peer.signed_header(height)
        header = signed.header
        if height is not None and header.height != height:
            raise PeerMisbehaved(peer=self.name, reason="another block than asked", expected=height, got=header.height)
        return UntrustedBlock(signed, await self._validators(header.height, header.validators_hash))

    async def _validators(self, height: int, named_hash: bytes) -> ValidatorSet:
        """The set that a header names by its hash."""
        known = self._sets.get(named_hash)
        if known is not None:
            return known
        members = await self._peer.validators(height)
        if members.hash != named_hash:
            raise PeerMisbehaved(
                peer=self.name,
                reason="other validators than the header names",
                expected=named_hash.hex(),
                height=height,
            )
        if len(self._sets) >= SETS_KEPT:
            del self._sets[next(iter(self._sets))]
        self._sets[named_hash] = members
        return members
