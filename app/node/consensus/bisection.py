"""Which light blocks to ask for between what is trusted and a target: as few as suffice, or every one.

Guarantees: pure. A search is a generator: it yields the height it wants next, is sent the block that somebody claims for
that height, and returns the path, the blocks that it verified, lowest first and the target last. It raises `InvalidBlock`
at the first claim that cannot be true. Who is asked, and for how long, is left to the caller.

Skipping tries the highest block at hand first; where the trusted validators' signatures do not suffice it asks for the
middle between what is trusted and the lowest block at hand. Every answer halves that distance, and next to what is trusted
a block is either verified or invalid. So over n heights, with v blocks verified, a search asks for at most
1 + (v + 1)·⌈log2 n⌉ blocks, and whoever cannot sign for the validators cannot raise v beyond what real changes of the set
call for: while the set stays, lies of any kind cost 1 + ⌈log2 n⌉ requests. At most 1 + ⌈log2 n⌉ blocks wait at a time.
CometBFT v0.39.4, light/client.go (verifySkipping, verifySequential).
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from itertools import pairwise

from app.core.errors import OutOfRange
from app.core.units import Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus.predicates import check_height
from app.node.consensus.verifier import (
    DEFAULT_OPTIONS,
    NO_CLOCK,
    Options,
    Outcome,
    TrustedBlock,
    UntrustedBlock,
    verify_update,
)


@dataclass(frozen=True, slots=True)
class VerifiedLightBlock:
    """A block that a search verified: as it was given, and what it may vouch for."""

    block: UntrustedBlock
    trusted: TrustedBlock

    @property
    def height(self) -> Height:
        """Where it stands."""
        return self.trusted.height

    @property
    def header(self) -> pb.Header:
        """Its header."""
        return self.block.header


Path = tuple[VerifiedLightBlock, ...]
Search = Generator[Height, UntrustedBlock, Path]


def skip_to(trusted: TrustedBlock, target: Height, options: Options, now: Nanoseconds) -> Search:
    """Search for a path that leaves out every height that it can."""
    _check_above(target, trusted)
    path: list[VerifiedLightBlock] = []
    waiting = [_as_asked((yield target), target)]  # the highest first
    untried = 0  # those before it were found wanting from the same trusted block
    while waiting:
        found = _highest_verified(waiting, untried, trusted, options, now)
        if found is None:
            lowest = waiting[-1].header.height
            middle = Height(trusted.height + (lowest - trusted.height) // 2)
            untried = len(waiting)
            waiting.append(_as_asked((yield middle), middle))
        else:
            path.append(found)
            trusted, untried = found.trusted, 0
            waiting = [block for block in waiting if block.header.height > trusted.height]
    return tuple(path)


def step_to(trusted: TrustedBlock, target: Height, options: Options, now: Nanoseconds) -> Search:
    """Search over every height up to the target."""
    _check_above(target, trusted)
    path: list[VerifiedLightBlock] = []
    while trusted.height < target:
        height = Height(trusted.height + 1)
        verified = _verify(_as_asked((yield height), height), trusted, options, now)
        assert verified is not None  # an adjacent block never lacks trust only
        path.append(verified)
        trusted = verified.trusted
    return tuple(path)


def run_search(search: Search, load: Callable[[Height], UntrustedBlock]) -> Path:
    """Drive a search with blocks that are at hand."""
    try:
        height = next(search)
        while True:
            height = search.send(load(height))
    except StopIteration as end:
        path: Path = end.value
        return path


def light_path(
    load: Callable[[Height], UntrustedBlock], trusted: TrustedBlock, target: Height
) -> tuple[pb.LightBlock, ...]:
    """The light blocks between `trusted` and `target` that make `target` verifiable; empty where none is needed.

    For a chain that the caller has verified: what comes out is accepted by `verify_chain` with the default options. A light
    block carries its own height's validators only, so nothing is built on next validators that `load` may give.

    Raises:
        InvalidBlock: the chain does not follow from `trusted`.
    """

    def load_bare(height: Height) -> UntrustedBlock:
        block = load(height)
        return UntrustedBlock(block.signed_header, block.validators)

    path = _without_detours(run_search(skip_to(trusted, target, DEFAULT_OPTIONS, NO_CLOCK), load_bare), trusted)
    return tuple(verified.block.to_wire() for verified in path[:-1])


def _without_detours(path: Path, trusted: TrustedBlock) -> Path:
    """The path without blocks that only the search needed: those whose successor follows from their predecessor, too."""
    kept = []
    for verified, following in pairwise(path):
        if _verify(following.block, trusted, DEFAULT_OPTIONS, NO_CLOCK) is None:
            kept.append(verified)
            trusted = verified.trusted
    return (*kept, path[-1])


def _highest_verified(
    waiting: list[UntrustedBlock], untried: int, trusted: TrustedBlock, options: Options, now: Nanoseconds
) -> VerifiedLightBlock | None:
    """The highest block at hand that what is trusted vouches for, if there is one."""
    for block in waiting[untried:]:
        verified = _verify(block, trusted, options, now)
        if verified is not None:
            return verified
    return None


def _verify(
    untrusted: UntrustedBlock, trusted: TrustedBlock, options: Options, now: Nanoseconds
) -> VerifiedLightBlock | None:
    """The block, verified; None where a block in between is needed."""
    verdict = verify_update(untrusted, trusted, options, now)
    if verdict.trusted is not None:
        return VerifiedLightBlock(untrusted, verdict.trusted)
    if verdict.outcome is Outcome.INVALID and verdict.error is not None:
        raise verdict.error
    return None


def _as_asked(untrusted: UntrustedBlock, height: Height) -> UntrustedBlock:
    check_height(untrusted.header, height)
    return untrusted


def _check_above(target: Height, trusted: TrustedBlock) -> None:
    if target <= trusted.height:
        raise OutOfRange(field="height", expected=f"above {trusted.height}", got=target)
