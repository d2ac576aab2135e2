"""Comparing what the primary showed with what a witness has, and finding the point from which they contradict each other.

Guarantees: a witness that answers is compared by the hash of its header; a contradiction counts only if the witness's block
verifies from a block on which both sides agree. Every wait has a bound. What follows from a contradiction is left to
`app.node.sync.light`. CometBFT v0.39.4, light/detector.go.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.core.errors import InvalidBlock, NotFound
from app.core.units import Height, Nanoseconds
from app.node.consensus.attack import CommonPoint
from app.node.consensus.bisection import Path, Search, VerifiedLightBlock, skip_to
from app.node.consensus.hashes import header_hash
from app.node.consensus.predicates import block_time
from app.node.consensus.verifier import Options, TrustedBlock, UntrustedBlock
from app.node.sync.light_provider import LightProvider

POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Anchor:
    """A block that may vouch for others, and what evidence says of it."""

    trusted: TrustedBlock
    common: CommonPoint

    @classmethod
    def of_block(cls, verified: VerifiedLightBlock) -> "Anchor":
        """A verified block."""
        return cls(verified.trusted, CommonPoint.of_block(verified.block))


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where two sides part: `ours` and the end of `path` contradict each other, and both follow from `anchor`."""

    anchor: Anchor
    ours: UntrustedBlock
    path: Path
    """What the other side showed from the anchor on, verified."""

    @property
    def theirs(self) -> UntrustedBlock:
        """The other side's block."""
        return self.path[-1].block


async def find_conflict(witness: LightProvider, ours: UntrustedBlock, patience: float) -> UntrustedBlock | None:
    """The witness's block that contradicts ours, or None where it has the same.

    A witness that has no block so high yet is given `patience` seconds to get it. Where its newest block is below ours but
    not earlier, that is the contradiction: block time rises with height.

    Raises:
        NodeUnreachable, NotFound: the witness does not say.
        PeerMisbehaved, InvalidBlock: it says what cannot be.
    """
    theirs = await _block_at(witness, ours, patience)
    return None if header_hash(theirs.header) == header_hash(ours.header) else theirs


async def find_divergence(
    anchor: Anchor, trace: Path, conflicting: UntrustedBlock, source: LightProvider, options: Options, now: Nanoseconds
) -> Divergence:
    """The first block of `trace` that `source` contradicts with a block of its own that verifies.

    `trace` was verified from `anchor`; `conflicting` is what the source shows at its end, or where the source ends.

    Raises:
        InvalidBlock: the source's block does not follow from what both agree on, or there is no contradiction.
        NodeUnreachable, NotFound, PeerMisbehaved: the source does not show where its block comes from.
    """
    for verified in trace:
        if verified.height >= conflicting.header.height:
            theirs = conflicting
        else:
            theirs = await source.light_block(verified.height)
        if header_hash(theirs.header) == verified.trusted.hash:
            anchor = Anchor.of_block(verified)
            continue
        path = await verify_known(source, anchor.trusted, theirs, options, now)
        return Divergence(anchor, verified.block, path)
    raise InvalidBlock(check="divergence", height=conflicting.header.height)


async def verify_known(
    source: LightProvider, trusted: TrustedBlock, target: UntrustedBlock, options: Options, now: Nanoseconds
) -> Path:
    """The path to a block that is at hand already, over blocks that `source` gives.

    Raises:
        InvalidBlock: it does not follow.
    """
    height = Height(target.header.height)
    if height <= trusted.height:
        raise InvalidBlock(check="height", expected=f"above {trusted.height}", got=height)

    async def load(wanted: Height) -> UntrustedBlock:
        return target if wanted == height else await source.light_block(wanted)

    return await follow_search(skip_to(trusted, height, options, now), load)


async def follow_search(search: Search, load: Callable[[Height], Awaitable[UntrustedBlock]]) -> Path:
    """Drive a search with blocks that must be waited for; signatures are checked on another thread."""
    wanted = await asyncio.to_thread(_advance, search, None)
    while not isinstance(wanted, tuple):
        wanted = await asyncio.to_thread(_advance, search, await load(wanted))
    return wanted


def _advance(search: Search, block: UntrustedBlock | None) -> Height | Path:
    """One step: the height wanted next, or the path at the end."""
    try:
        return next(search) if block is None else search.send(block)
    except StopIteration as end:  # it cannot cross a thread
        path: Path = end.value
        return path


async def _block_at(witness: LightProvider, ours: UntrustedBlock, patience: float) -> UntrustedBlock:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    while True:
        try:
            return await witness.light_block(Height(ours.header.height))
        except NotFound:
            newest = await witness.light_block(None)
            is_below = newest.header.height < ours.header.height
            if is_below and block_time(newest.header) >= block_time(ours.header):
                return newest
            if loop.time() >= deadline:
                raise
        await asyncio.sleep(POLL_SECONDS)
