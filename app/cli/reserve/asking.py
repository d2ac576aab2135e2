"""What verbs of `luopu reserve` have at hand at the home's node: the session, the snapshots on the disk, the open vault.

Guarantees: the passphrase is asked once for key and vault, and only where something sealed is needed; the vault is closed in
the end.
"""

import asyncio
import threading
from argparse import Namespace
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing

from app.cli.output import Speaker
from app.cli.registry.session import Doer, Session
from app.cli.work import node_of
from app.client.reserve.book import ReserveBook
from app.client.reserve.work import Reserving
from app.core.home import Home
from app.core.units import AccountAddress
from app.reserve.header import AccountName
from app.wallet import passphrases
from app.wallet.vault import Inside, Vault
from app.wiring.stores import load_genesis
from app.wiring.system import SystemClock, SystemRandomness

Runner = Callable[[Namespace, Home, Speaker], int]


def asks(doer: Doer) -> Runner:
    """A verb that asks the node, and may keep or sign something."""
    return lambda given, home, speaker: asyncio.run(_ask(doer, given, home, speaker))


async def _ask(doer: Doer, given: Namespace, home: Home, speaker: Speaker) -> int:
    async with node_of(home) as node:
        with closing(Session(home, speaker, node, given)) as session:
            return await doer(session)


class VaultWhenNeeded:
    """The home's vault, opened when its keys are asked for. Any thread may ask."""

    def __init__(self, session: Session) -> None:
        self._session, self._lock = session, threading.Lock()
        self._vault: Vault | None = None

    def inside(self) -> Inside:
        """The keys that seal snapshots. Errors as of `open_vault`; opening takes the cost of the passphrase."""
        with self._lock:
            if self._vault is None:
                passphrase = self._session.passphrase()
                self._vault = passphrases.open_vault(self._session.home, passphrase, randomness=SystemRandomness())
            return self._vault.inside()

    def close(self) -> None:
        """Close it where it was opened."""
        with self._lock:
            if self._vault is not None:
                self._vault.close()


@asynccontextmanager
async def reserves_of(session: Session, vault: VaultWhenNeeded | None = None) -> AsyncIterator[Reserving]:
    """The reserves of the account that acts."""
    own, keys = await session.own(), vault or VaultWhenNeeded(session)
    try:
        genesis, _, _ = await asyncio.to_thread(load_genesis, session.home.genesis)
        book = await asyncio.to_thread(ReserveBook, session.home.reserves, keys.inside, SystemRandomness())
        custodian = AccountName(own.id, AccountAddress(own.address))
        yield Reserving(session.node, genesis, book, custodian, clock=SystemClock(), randomness=SystemRandomness())
    finally:
        keys.close()
