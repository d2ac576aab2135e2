"""Which peers there are, how each one is doing, and which is asked next.

A peer that lies is banned for a while that doubles each time, one that is silent is asked again soon; the node goes on
with the others. Never stuck while one honest peer answers.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from app.core.errors import LuopuError, NodeUnreachable, PeerMisbehaved
from app.node.sync.peer import PeerTip, RpcPeer

BAN_SECONDS = 5.0
MAX_BAN_SECONDS = 600.0


@dataclass(slots=True)
class PeerState:
    """One peer and what is known of it."""

    peer: RpcPeer
    tip: PeerTip | None = None
    error: LuopuError | None = None
    offences: int = 0
    banned_until: float = field(default=0.0)


class PeerBook:
    """All peers of a node."""

    def __init__(self, urls: Sequence[str], chain_id: str, session: aiohttp.ClientSession) -> None:
        self._chain_id = chain_id
        self._session = session
        self.states = [PeerState(RpcPeer(url, session)) for url in dict.fromkeys(urls)]

    def replace(self, urls: Sequence[str]) -> None:
        """Follow these peers from now on; those that stay keep their record."""
        known = {state.peer.url: state for state in self.states}
        wanted = [url.rstrip("/") for url in dict.fromkeys(urls)]
        self.states = [known.get(url) or PeerState(RpcPeer(url, self._session)) for url in wanted]

    async def refresh(self) -> None:
        """Ask every peer that is not banned where it stands, all at once."""
        now = asyncio.get_running_loop().time()
        await asyncio.gather(*(self._refresh(state) for state in self.states if state.banned_until <= now))

    def usable(self) -> list[PeerState]:
        """Peers that answered last time and are not banned, the highest first."""
        now = asyncio.get_running_loop().time()
        usable = [state for state in self.states if state.tip is not None and state.banned_until <= now]
        return sorted(usable, key=lambda state: -(state.tip.height if state.tip else 0))

    def punish(self, state: PeerState, error: LuopuError) -> None:
        """The peer did something that cannot be: leave it alone for a while."""
        state.error, state.tip = error, None
        state.offences += 1
        seconds = min(BAN_SECONDS * 2 ** (state.offences - 1), MAX_BAN_SECONDS)
        state.banned_until = asyncio.get_running_loop().time() + seconds

    def lose(self, state: PeerState, error: LuopuError) -> None:
        """The peer did not answer; it is asked again at the next refresh."""
        state.error, state.tip = error, None

    async def _refresh(self, state: PeerState) -> None:
        try:
            tip = await state.peer.tip()
            if tip.chain_id != self._chain_id:
                raise PeerMisbehaved(peer=state.peer.url, reason="chain id", expected=self._chain_id, got=tip.chain_id)
        except NodeUnreachable as error:
            self.lose(state, error)
        except LuopuError as error:
            self.punish(state, error)
        else:
            state.tip, state.error = tip, None
