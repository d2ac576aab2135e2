"""The node of a home, for whoever needs one: that which runs, whoever started it, or one of our own.

Guarantees: the home has a node from `begin` to `stop`, brought back within seconds where it ended, and also where the one who
had started it is gone. What was started here is stopped here; what somebody else started is left alone.
"""

import asyncio
import logging
from contextlib import suppress

from app.children import Child, start_child
from app.client.node import NodeClient
from app.core.errors import LuopuError, StoreInUse
from app.core.home import Home
from app.wiring.node import load_endpoint

LOOK_SECONDS = 3.0
ENDING_TRIES = 4

_log = logging.getLogger(__name__)


class NodeKeeper:
    """Sees to it that a home has a node."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the node, where it was started here."""
        return None if self._child is None else self._child.pid

    async def begin(self) -> None:
        """Start it unless it runs. One that is about to end, as that of a killed service, still holds its store.

        Raises:
            LuopuError: it cannot be started; as of `start_child`.
        """
        for _ in range(ENDING_TRIES):
            if await self._answers():
                return
            with suppress(StoreInUse):
                await self._start()
                return
            await asyncio.sleep(LOOK_SECONDS)
        await self._start()

    async def look(self) -> None:
        """Start it again where it has ended. What fails is said in the log, and tried again when somebody looks again."""
        if (self._child is not None and self._child.is_running) or await self._answers():
            return
        _log.warning("the node has ended and is started again")
        try:
            await self._start()
        except LuopuError as error:
            _log.warning("it cannot be started: %s", error)

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def stop(self) -> None:
        """Stop what was started here."""
        if self._child is not None:
            await self._child.stop()
            self._child = None

    async def _start(self) -> None:
        self._child = await start_child(self._home, "node", [])

    async def _answers(self) -> bool:
        try:
            async with NodeClient(lambda: load_endpoint(self._home)) as client:
                await client.status()
        except LuopuError:
            return False
        return True
