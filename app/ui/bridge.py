"""From the desk's events to Qt signals, with the newest answers kept for whoever draws them.

Guarantees: every answer shown comes from the desk; after an error the last answer stays and `reachable` says that it is
old. Events are hints only: what changed is asked again, and also every few seconds, so that silence is noticed.
"""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence

from PySide6.QtCore import QObject, Signal

from app.client.model import AccountStatus, ChainStatus, NodeStatus
from app.core.errors import LuopuError
from app.ui.desk import Desk, OutboxItem
from app.ui.tasks import Tasks

POLL_SECONDS = 3.0
SLOW_BEATS = 10
OUTBOX_LIMIT = 50
log = logging.getLogger(__name__)


class DeskBridge(QObject):
    """What the desk last said, and a signal whenever it says something else."""

    changed = Signal(str)
    """Of what: "status", "account", "outbox", "chains", "records" or "keys"."""

    def __init__(self, desk: Desk, tasks: Tasks) -> None:
        super().__init__()
        self._desk = desk
        self._tasks = tasks
        self.status: NodeStatus | None = None
        self.reachable = True
        self.account: AccountStatus | None = None
        self.account_known = False
        self.outbox: Sequence[OutboxItem] = ()
        self.chains: Sequence[ChainStatus] = ()
        self._busy: set[str] = set()
        self._again: set[str] = set()

    def start(self) -> None:
        """Begin to listen and to ask; call once the desk is open."""
        self._tasks.start(self._listen(), failed=_ignore)
        self._tasks.start(self._poll(), failed=_ignore)
        self._tasks.start(self._listen_to_keys(), failed=_ignore)

    def refresh(self, kind: str) -> None:
        """Ask again for "status", "account", "outbox" or "chains"; never two at once of a kind.

        Tells of an answer only when it differs, so that nothing is redrawn under the clerk's hands.
        """
        if kind in self._busy:
            self._again.add(kind)
            return
        self._busy.add(kind)
        self._tasks.start(self._ask(kind), failed=_ignore)

    async def _ask(self, kind: str) -> None:
        questions: dict[str, Callable[[], Awaitable[None]]] = {
            "status": self._ask_status,
            "account": self._ask_account,
            "outbox": self._ask_outbox,
            "chains": self._ask_chains,
        }
        before = self._known(kind)
        try:
            await questions[kind]()
        except LuopuError as error:
            log.info("asking for %s failed: %s", kind, error)
            if kind == "status":
                self.reachable = False
        finally:
            self._busy.discard(kind)
        if kind == "status" or self._known(kind) != before:
            self.changed.emit(kind)
        if kind in self._again:
            self._again.discard(kind)
            self.refresh(kind)

    def _known(self, kind: str) -> str:
        """What is known of a kind, as text: errors inside compare by identity otherwise."""
        known = {"account": (self.account_known, self.account), "outbox": self.outbox, "chains": self.chains}
        return repr(known.get(kind))

    async def _ask_status(self) -> None:
        self.status = await self._desk.status()
        if not self.reachable:
            self._refresh_slow()
        self.reachable = True

    async def _ask_account(self) -> None:
        self.account = await self._desk.account()
        self.account_known = True

    async def _ask_outbox(self) -> None:
        self.outbox = tuple(await self._desk.outbox(OUTBOX_LIMIT))

    async def _ask_chains(self) -> None:
        self.chains = tuple(await self._desk.chains())

    async def _listen(self) -> None:
        async for event in self._desk.events():
            for kind in {"status": ("status", "account"), "records": ("chains", "account")}.get(
                event.kind, ("outbox",)
            ):
                self.refresh(kind)
            if event.kind == "records":
                self.changed.emit("records")

    async def _listen_to_keys(self) -> None:
        """Another key may be of another account."""
        async for _news in self._desk.key_events():
            self.changed.emit("keys")
            self.refresh("account")

    async def _poll(self) -> None:
        for beat in itertools.count():
            self.refresh("status")
            if beat % SLOW_BEATS == 0:
                self._refresh_slow()
            await asyncio.sleep(POLL_SECONDS)

    def _refresh_slow(self) -> None:
        for kind in ("account", "outbox", "chains"):
            self.refresh(kind)


def _ignore(error: LuopuError) -> None:
    """What cannot be asked now is asked again; the standing of the node is shown by `reachable`."""
    log.info("listening to the desk failed: %s", error)
