"""Who a light client asks: one primary, and witnesses that are asked whether they have seen the same.

Guarantees: whoever shows what cannot be true is dismissed for good, with the reason; a primary that is silent makes room for
a witness and becomes one itself. Each provider is tried at most once for one piece of work, so no work goes on for ever.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

from app.core.errors import InvalidBlock, LuopuError, NodeUnreachable, NotFound, PeerMisbehaved
from app.node.sync.light_provider import LightProvider

SILENCE: Final = (NodeUnreachable, NotFound)
LIES: Final = (InvalidBlock, PeerMisbehaved)

_log = logging.getLogger(__name__)
T = TypeVar("T")


class Panel:
    """A primary and its witnesses."""

    def __init__(self, primary: LightProvider, witnesses: Sequence[LightProvider]) -> None:
        self.primary = primary
        self.witnesses = list(witnesses)
        self.dismissed: list[tuple[str, LuopuError]] = []
        """Who showed what cannot be true, and what was wrong with it."""

    async def with_primary(self, work: Callable[[LightProvider], Awaitable[T]]) -> T:
        """Do the work with the primary; where it fails, with each witness in its place.

        Raises:
            LuopuError: what the last of them did wrong.
        """
        for left in reversed(range(1 + len(self.witnesses))):
            try:
                return await work(self.primary)
            except (*SILENCE, *LIES) as error:
                self._note(self.primary, error)
                if left == 0 or not self.witnesses:
                    raise
                self._replace(error)
        raise AssertionError("unreachable")

    def dismiss(self, witness: LightProvider, error: LuopuError) -> None:
        """Never ask this witness again."""
        self._note(witness, error)
        self.witnesses.remove(witness)
        self.dismissed.append((witness.name, error))

    def _replace(self, error: LuopuError) -> None:
        former, self.primary = self.primary, self.witnesses.pop(0)
        if isinstance(error, LIES):
            self.dismissed.append((former.name, error))
        else:
            self.witnesses.append(former)

    def _note(self, provider: LightProvider, error: LuopuError) -> None:
        _log.warning("light client, %s: %s", provider.name, error)
