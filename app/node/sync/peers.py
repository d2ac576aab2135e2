"""Which peers there are, how each one is doing, and which is asked next.

A peer that lies is banned for a while that doubles each time, one that does not deliver what it said it has is left alone
for a shorter while; good blocks make up for both. A peer that is slow to say where it stands holds nobody up. So the node
is never stuck while one honest peer answers.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from app.core.errors import LuopuError, NodeUnreachable, PeerMisbehaved
from app.node.sync.peer import PeerTip, RpcPeer

BAN_SECONDS = 5.0
MAX_BAN_SECONDS = 600.0
QUIET_SECONDS = 1.0
MAX_QUIET_SECONDS = 60.0
MAX_COUNT = 10
RANGE_BLOCKS = 50
"""Blocks that a peer is asked for at a time, before anything is known of its line."""
PATIENCE_SECONDS = 1.0
"""How long a round waits for all peers to say where they stand; who is slower counts in a later round."""


@dataclass(slots=True)
class PeerState:
    """One peer and what is known of it."""

    peer: RpcPeer
    tip: PeerTip | None = None
    error: LuopuError | None = None
    offences: int = 0
    failures: int = 0
    avoided_until: float = 0.0
    range_blocks: int = RANGE_BLOCKS
    """How many blocks its line carries in good time."""
    question: "asyncio.Task[None] | None" = field(default=None, repr=False)
    """The question where it stands, while it is not answered."""


class PeerBook:
    """All peers of a node."""

    def __init__(self, urls: Sequence[str], chain_id: str, session: aiohttp.ClientSession) -> None:
        self._chain_id = chain_id
        self._session = session
        self.states: list[PeerState] = []
        self.replace(urls)

    def replace(self, urls: Sequence[str]) -> None:
        """Follow these peers from now on; those that stay keep their record."""
        known = {state.peer.url: state for state in self.states}
        wanted = list(dict.fromkeys(url.rstrip("/") for url in urls))
        self.states = [known.pop(url) if url in known else PeerState(RpcPeer(url, self._session)) for url in wanted]
        for state in known.values():
            _drop_question(state)

    async def refresh(self) -> None:
        """Ask every peer that is not avoided where it stands, all at once."""
        now = asyncio.get_running_loop().time()
        for state in self.states:
            if state.question is None and state.avoided_until <= now:
                state.question = asyncio.create_task(self._refresh(state))
        questions = [state.question for state in self.states if state.question is not None]
        if questions:
            await asyncio.wait(questions, timeout=PATIENCE_SECONDS)

    def usable(self) -> list[PeerState]:
        """Peers that answered last time and are not avoided, the highest first."""
        now = asyncio.get_running_loop().time()
        usable = [state for state in self.states if state.tip is not None and state.avoided_until <= now]
        return sorted(usable, key=lambda state: -(state.tip.height if state.tip else 0))

    def best(self) -> PeerTip | None:
        """The highest claim; None where nobody answers.

        Peers that did not deliver, or lied, do not count until they have delivered again: whoever claims what there is not
        is found out by the first range that it is asked for, and must not make the node seem behind from then on. Only
        where all have failed is one of them heard: to be behind without knowing it is worse than the other way round.
        """
        usable = self.usable()
        trusted = [state for state in usable if not state.failures and not state.offences]
        return (trusted or usable)[0].tip if usable else None

    def praise(self, state: PeerState) -> None:
        """The peer delivered good blocks."""
        state.failures = 0
        state.offences = max(0, state.offences - 1)

    def punish(self, state: PeerState, error: LuopuError) -> None:
        """The peer did something that cannot be: leave it alone for a while."""
        state.offences = min(state.offences + 1, MAX_COUNT)
        self._avoid(state, error, min(BAN_SECONDS * 2 ** (state.offences - 1), MAX_BAN_SECONDS))

    def lose(self, state: PeerState, error: LuopuError) -> None:
        """The peer did not deliver: ask the others first."""
        state.failures = min(state.failures + 1, MAX_COUNT)
        self._avoid(state, error, min(QUIET_SECONDS * 2 ** (state.failures - 1), MAX_QUIET_SECONDS))

    def close(self) -> None:
        """Wait for no more answers."""
        for state in self.states:
            _drop_question(state)

    def _avoid(self, state: PeerState, error: LuopuError, seconds: float) -> None:
        state.error, state.tip = error, None
        state.avoided_until = asyncio.get_running_loop().time() + seconds

    async def _refresh(self, state: PeerState) -> None:
        try:
            tip = await state.peer.tip()
            if tip.chain_id != self._chain_id:
                raise PeerMisbehaved(peer=state.peer.url, reason="chain id", expected=self._chain_id, got=tip.chain_id)
        except NodeUnreachable as error:
            state.error, state.tip = error, None  # it is asked again in the next round
        except LuopuError as error:
            self.punish(state, error)
        else:
            if state.avoided_until <= asyncio.get_running_loop().time():  # else it misbehaved meanwhile
                state.tip, state.error = tip, None
        finally:
            state.question = None


def _drop_question(state: PeerState) -> None:
    if state.question is not None:
        state.question.cancel()
        state.question = None
