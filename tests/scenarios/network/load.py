"""A client that never stops: it notarizes through whichever validator answers, and writes down what it was told.

A transaction counts as acknowledged when a validator has shown it in a block. Until then the same bytes are handed in
again, to the next validator.
"""

import asyncio
from contextlib import suppress

from app.core.hashing import sha256
from tests.scenarios.network.network import Network, until
from tests.scenarios.network.rpc import Refused, Silent

WAITING = 8
"""Transactions on their way at any time."""
VALID_FOR = 500
REPLAYED = 6
PAUSE = 0.05
AGAIN_AFTER = 20
"""Rounds after which a transaction that is not in a block is handed in again."""


class Load:
    """Submits for ever, and follows every block."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._waiting: dict[bytes, tuple[bytes, int]] = {}
        """Hash → (transaction, round of the last attempt)."""
        self._looked = 0
        self._checked = 0
        self._round = 0
        self.acknowledged: dict[bytes, int] = {}
        """Hash → height."""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._round += 1
            number = self._round % len(self._network.rpc) + 1
            with suppress(Silent, Refused):  # it is being perturbed, or its mempool has the transaction already
                await self._follow(number)
                await self._submit(number)
            await asyncio.sleep(PAUSE)

    async def wait_for_what_waits(self, seconds: float = 60.0) -> None:
        """Wait until everything that is on its way now is acknowledged."""
        now = set(self._waiting)

        async def is_acknowledged() -> bool:
            return now <= self.acknowledged.keys()

        await until(is_acknowledged, seconds)

    async def wait_for(self, count: int, seconds: float = 60.0) -> None:
        """Wait until so many more transactions are acknowledged."""
        goal = len(self.acknowledged) + count

        async def has_them() -> bool:
            return len(self.acknowledged) >= goal

        await until(has_them, seconds)

    async def check_nothing_is_lost(self) -> None:
        """Every validator has every acknowledged transaction, in the same block of the same chain, and no other."""
        first, last = self._checked + 1, self._looked
        await self._network.wait_for_height(last)
        for height in range(first, last + 1):
            acknowledged = {digest for digest, place in self.acknowledged.items() if place == height}
            seen = [(await rpc.block(height))["block_id"] for rpc in self._network.rpc.values()]
            assert all(block_id == seen[0] for block_id in seen), f"block {height} differs"
            for rpc in self._network.rpc.values():
                assert {sha256(raw) for raw, _ in await rpc.transactions(height)} == acknowledged
        self._checked = last

    async def _submit(self, number: int) -> None:
        for digest, (raw, attempt) in list(self._waiting.items()):
            if self._round - attempt > AGAIN_AFTER:
                self._waiting[digest] = (raw, self._round)
                await self._hand_in(number, raw)
        while len(self._waiting) < WAITING:
            raw = self._network.clerk.notarize(max(1, self._looked) + VALID_FOR)
            self._waiting[sha256(raw)] = (raw, self._round)
            await self._hand_in(number, raw)

    async def _hand_in(self, number: int, raw: bytes) -> None:
        with suppress(Refused):
            code = await self._network.rpc[number].submit(raw)
            assert code in {0, REPLAYED}, f"validator {number} refused a good transaction: {code}"

    async def _follow(self, number: int) -> None:
        """Look at the blocks that this validator has and that nobody has shown before."""
        rpc = self._network.rpc[number]
        for height in range(self._looked + 1, await rpc.height() + 1):
            for raw, code in await rpc.transactions(height):
                assert code == 0, f"a good transaction failed in block {height}: {code}"
                self.acknowledged[sha256(raw)] = height
                self._waiting.pop(sha256(raw), None)
            self._looked = height
