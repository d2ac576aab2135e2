"""A light client: verifies headers without following the chain, and asks witnesses whether they have seen the same.

Guarantees: a block is returned only if it follows from the root of trust by the validators' signatures and, where there are
witnesses, at least one of them has the same and none showed another that verifies too. Two validly signed blocks that
contradict each other are an attack: the evidence against either side is kept before anything else, the sides are told,
and the client halts for good. Whoever shows what cannot be true is dismissed; whoever is silent is asked after the others.
What it found is saved as trusted only after all that. CometBFT v0.39.4, light/client.go, light/detector.go.

The trusting period is how long a block may vouch for later ones: long enough for a desk that was off over a long holiday, and
short enough that keys of validators who left long ago are worth nothing. Money is not what binds validators here: they are
companies that leave by vote of the others, so evidence counts against them beyond the 48 hours in which the chain takes it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.core.errors import InvalidBlock, LightClientAttack, LuopuError, NotFound, NoWitness, OutOfRange
from app.core.ports import Clock
from app.core.units import NANOSECONDS_PER_SECOND, Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus.attack import CommonPoint
from app.node.consensus.bisection import Path, VerifiedLightBlock, skip_to, step_to
from app.node.consensus.genesis import Genesis
from app.node.consensus.hashes import header_hash
from app.node.consensus.verifier import (
    Options,
    TrustedBlock,
    UntrustedBlock,
    check_not_expired,
    check_precedes,
    verify_pinned,
)
from app.node.sync.light_attack import settle_attack
from app.node.sync.light_panel import LIES, SILENCE, Panel
from app.node.sync.light_provider import LightProvider
from app.node.sync.light_trust import PinnedBlock, TrustedStore, TrustRoot, decode_trusted, encode_trusted
from app.node.sync.light_witness import Anchor, find_conflict, find_divergence, follow_search

TWO_WEEKS: Final = 14 * 24 * 3600 * NANOSECONDS_PER_SECOND
DEFAULT_VERIFICATION: Final = Options(trusting_period=TWO_WEEKS)
MAX_STEPS: Final = 100_000
"""Heights verified one by one in one go; their blocks are held in memory until the witnesses have agreed."""
MAX_BACKWARDS: Final = 10_000
"""Headers fetched one by one to reach a height below what is trusted."""


@dataclass(frozen=True, slots=True)
class LightOptions:
    """How a light client works."""

    verification: Options = DEFAULT_VERIFICATION
    """Trust level, trusting period (None: for ever) and clock drift."""
    sequential: bool = False
    """Verify every height instead of skipping."""
    require_witness: bool = True
    """Where there are witnesses, at least one must confirm."""
    patience: float = 10.0
    """Seconds that a witness has to get a block which the primary has already."""


DEFAULT_LIGHT_OPTIONS: Final = LightOptions()


class LightClient:
    """Follows headers from a root of trust."""

    def __init__(
        self,
        root: TrustRoot,
        panel: Panel,
        store: TrustedStore,
        keep_evidence: Callable[[bytes], None],
        clock: Clock,
        options: LightOptions = DEFAULT_LIGHT_OPTIONS,
    ) -> None:
        """`keep_evidence` is given an attack as `encode_attack` writes it, and returns once that survives a power cut."""
        self.panel = panel
        self.halted: LightClientAttack | None = None
        self._root = root
        self._store = store
        self._keep_evidence = keep_evidence
        self._clock = clock
        self._options = options
        self._needs_witness = options.require_witness and bool(panel.witnesses)
        self._newest: VerifiedLightBlock | None = None
        self._turn = asyncio.Lock()

    @property
    def newest(self) -> VerifiedLightBlock | None:
        """The newest block that is trusted; None before the first."""
        return self._newest

    async def verify_to(self, height: Height | None = None) -> Path:
        """Verify the block at `height`, or the primary's newest: the blocks that lead to it, itself the last.

        Raises:
            LightClientAttack: two validly signed blocks contradict each other; nothing is verified any more.
            NoWitness: no witness confirms it.
            TrustExpired: what is trusted is too old.
            NodeUnreachable, NotFound: nobody has it.
            InvalidBlock, PeerMisbehaved: nobody but liars is left.
            OutOfRange: below what is trusted, or too far to go step by step.
        """
        async with self._turn:
            await self._begin()
            return await self._forwards(height)

    async def verify_backwards(self, height: Height) -> pb.Header:
        """The header at a height not above what is trusted, by the chain of hashes from there down.

        Raises:
            OutOfRange: above what is trusted, or too far below.
        """
        async with self._turn:
            await self._begin()
            return await self._backwards(height)

    async def verified_header(self, height: Height) -> pb.Header:
        """The header at any height: by signatures above what is trusted, by the chain of hashes below."""
        async with self._turn:
            await self._begin()
            if self._newest is not None and height < self._newest.height:
                return await self._backwards(height)
            return (await self._forwards(height))[-1].header

    # ---- where it begins -----------------------------------------------------------------------------------------
    async def _begin(self) -> None:
        """Go on from what was saved, or from the root of trust; not at all after an attack."""
        if self.halted is not None:
            raise self.halted
        if self._newest is not None:
            return
        saved = await asyncio.to_thread(self._store.load)
        if saved is not None:
            self._newest = decode_trusted(saved)
        elif isinstance(self._root, PinnedBlock):
            self._newest = await self.panel.with_primary(self._fetch_pinned)

    async def _fetch_pinned(self, primary: LightProvider) -> VerifiedLightBlock:
        assert isinstance(self._root, PinnedBlock)
        untrusted = await primary.light_block(self._root.height)
        verdict = verify_pinned(untrusted, self._root.height, self._root.hash)
        if verdict.trusted is None:
            raise verdict.error or InvalidBlock(check="header_hash")
        return VerifiedLightBlock(untrusted, verdict.trusted)

    def _anchor(self) -> Anchor:
        if self._newest is not None:
            return Anchor.of_block(self._newest)
        assert isinstance(self._root, Genesis)
        return Anchor(TrustedBlock.from_genesis(self._root), CommonPoint.of_genesis(self._root))

    # ---- forwards ------------------------------------------------------------------------------------------------
    async def _forwards(self, height: Height | None) -> Path:
        lowest = self._anchor().trusted.height + (self._newest is None)
        if height is not None and height < lowest:
            raise OutOfRange(field="height", expected=f"at least {lowest}", got=height)

        async def advance(primary: LightProvider) -> Path:
            return await self._advance(primary, height)

        return await self.panel.with_primary(advance)

    async def _advance(self, primary: LightProvider, height: Height | None) -> Path:
        now, anchor = self._clock.now(), self._anchor()
        check_not_expired(anchor.trusted, self._options.verification, now)
        target = await primary.light_block(height)
        if target.header.height == anchor.trusted.height and self._newest is not None:
            return (_same_block(self._newest, target),)
        if target.header.height <= anchor.trusted.height:
            raise NotFound(what="block", name=f"above {anchor.trusted.height}")
        path = await self._find_path(primary, anchor.trusted, target, now)
        await self._cross_check(primary, anchor, path, now)
        await asyncio.to_thread(self._store.save, encode_trusted(path[-1]))
        self._newest = path[-1]
        return path

    async def _find_path(
        self, primary: LightProvider, trusted: TrustedBlock, target: UntrustedBlock, now: Nanoseconds
    ) -> Path:
        goal = Height(target.header.height)
        if self._options.sequential and goal - trusted.height > MAX_STEPS:
            raise OutOfRange(field="height", expected=f"at most {trusted.height + MAX_STEPS}", got=goal)
        find = step_to if self._options.sequential else skip_to

        async def load(wanted: Height) -> UntrustedBlock:
            return target if wanted == goal else await primary.light_block(wanted)

        return await follow_search(find(trusted, goal, self._options.verification, now), load)

    # ---- witnesses -----------------------------------------------------------------------------------------------
    async def _cross_check(self, primary: LightProvider, anchor: Anchor, path: Path, now: Nanoseconds) -> None:
        """No witness shows another block that verifies, and at least one shows the same."""
        target, witnesses = path[-1].block, list(self.panel.witnesses)
        answers = await asyncio.gather(*(self._ask(witness, target) for witness in witnesses))
        for witness, answer in zip(witnesses, answers, strict=True):
            if isinstance(answer, UntrustedBlock):
                await self._settle(primary, witness, anchor, path, answer, now)
            elif isinstance(answer, LIES):
                self.panel.dismiss(witness, answer)
        if self._needs_witness and None not in answers:
            raise NoWitness(height=target.header.height, witnesses=len(witnesses))

    async def _ask(self, witness: LightProvider, ours: UntrustedBlock) -> UntrustedBlock | LuopuError | None:
        """None: it has the same. Otherwise its other block, or why it cannot be asked."""
        try:
            return await find_conflict(witness, ours, self._options.patience)
        except (*SILENCE, *LIES) as error:
            return error

    async def _settle(
        self,
        primary: LightProvider,
        witness: LightProvider,
        anchor: Anchor,
        path: Path,
        conflicting: UntrustedBlock,
        now: Nanoseconds,
    ) -> None:
        """Halt if the witness's block verifies; dismiss the witness if it does not.

        Raises:
            LightClientAttack: it does.
        """
        options = self._options.verification
        try:
            divergence = await find_divergence(anchor, path, conflicting, witness, options, now)
        except (*SILENCE, *LIES) as error:  # it does not show where its block comes from
            self.panel.dismiss(witness, error)
            return
        self.halted = await settle_attack(divergence, primary, witness, self._keep_evidence, options, now)
        raise self.halted

    # ---- backwards -----------------------------------------------------------------------------------------------
    async def _backwards(self, height: Height) -> pb.Header:
        newest = -1 if self._newest is None else self._newest.height
        if self._newest is None or not newest - MAX_BACKWARDS <= height <= newest:
            raise OutOfRange(field="height", expected=f"{max(newest - MAX_BACKWARDS, 1)} … {newest}", got=height)
        header = self._newest.header

        async def step_back(primary: LightProvider) -> pb.Header:
            block = await primary.light_block(Height(header.height - 1))
            check_precedes(block.header, header)
            return block.header

        while header.height > height:
            header = await self.panel.with_primary(step_back)
        return header


def _same_block(newest: VerifiedLightBlock, untrusted: UntrustedBlock) -> VerifiedLightBlock:
    """What is trusted already, if the primary has the same."""
    got = header_hash(untrusted.header)
    if got != newest.trusted.hash:
        raise InvalidBlock(check="header_hash", expected=(newest.trusted.hash or b"").hex(), got=got.hex())
    return newest
