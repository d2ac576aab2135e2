"""One action on its way to the chain, apart from its look: drafted, shown, signed, followed.

Guarantees: what is signed is the draft that was shown; the outcome is followed until it is known, and "done" is said only
with a height.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app.client.model import Final, Outcome, Unknown
from app.core.errors import LuopuError
from app.core.refusals import ApprovalsMissing
from app.core.wire import registry_pb2 as wire
from app.ui.desk import DeedView, Desk
from app.ui.present.glossary import Glossary, accounts_in
from app.ui.tasks import Tasks
from app.ui.windows.form import Drafting
from app.ui.windows.notarize_session import RETRY_SECONDS, wants_pin_each_time

DeedStage = Literal["asking", "preparing", "approving", "sending", "sent"]


class DeedSession(QObject):
    """From a filled form to a receipt."""

    stage_changed = Signal()
    outcome_changed = Signal()
    final = Signal(object)
    """It stands in a final block: the Final outcome."""
    failed = Signal(object)
    """A LuopuError."""

    def __init__(self, desk: Desk, tasks: Tasks) -> None:
        super().__init__()
        self._desk, self._tasks = desk, tasks
        self.stage: DeedStage = "asking"
        self.deed: DeedView | None = None
        self.outcome: Outcome | LuopuError | None = None
        self.glossary = Glossary()
        """What the page knows of accounts and vouchers that the action names."""
        self.asks_each_time = False
        """Whether the key wants its PIN with this very signature."""

    def prepare(self, action: wire.Body | Drafting) -> None:
        """Draft what would be signed."""
        self._move("preparing")
        drafting = self._desk.prepare(action) if isinstance(action, wire.Body) else action()
        self._tasks.start(drafting, done=self._prepared, failed=self._not_prepared)

    def prepare_again(self, approvers: Sequence[str] = (), hold_blocks: int = 0) -> None:
        """Draft what is shown anew, to be approved by others: these keys, or whoever comes while the chain keeps it."""
        if self.deed is None or self.stage != "approving":
            return
        self._move("preparing")
        again = self._desk.prepare_again(self.deed.deed_id, approvers, hold_blocks)
        self._tasks.start(again, done=self._prepared, failed=self._not_sent)

    def back(self) -> None:
        """Discard the draft and go back to the form."""
        deed, self.deed = self.deed, None
        self._move("asking")
        if deed is not None:
            self._tasks.start(self._desk.discard([deed.deed_id]), failed=self.failed.emit)

    def sign(self, pin: str = "") -> None:
        """Sign the draft shown and send it. `pin`: of the token that holds the key."""
        if self.deed is None or self.stage != "approving":
            return
        self._move("sending")
        self._tasks.start(
            self._desk.sign_deed(self.deed.deed_id, pin), done=lambda _none: self._sent(), failed=self._not_sent
        )

    def switch_key(self, key: str) -> None:
        """Another key of the account signs: what is shown is weighed anew for it."""
        if self.deed is None or self.stage != "approving":
            return
        self._move("preparing")
        self._tasks.start(self._switched(key, self.deed.deed_id), done=self._prepared, failed=self._not_sent)

    async def _switched(self, key: str, deed_id: str) -> DeedView:
        await self._desk.use_key(key)
        return await self._desk.review_request(deed_id)

    def begin_again(self) -> None:
        """Ready for the next one."""
        self.deed, self.outcome = None, None
        self._move("asking")

    def _prepared(self, deed: DeedView) -> None:
        """Show it, once it is known what the accounts are called here that it names."""
        numbers = accounts_in(deed.facts)
        if not numbers:
            self._show(deed, {})
            return
        self._tasks.start(
            self._desk.called(numbers),
            done=lambda called: self._show(deed, called),
            failed=lambda _error: self._show(deed, {}),  # the vault may be locked
        )

    def _show(self, deed: DeedView, called: Mapping[int, str]) -> None:
        self.deed, self.glossary = deed, self.glossary.with_accounts(called)
        self._move("approving")

    def _not_prepared(self, error: LuopuError) -> None:
        self._move("asking")
        self.failed.emit(error)

    def _not_sent(self, error: LuopuError) -> None:
        self.asks_each_time = wants_pin_each_time(error)
        self._move("approving")
        self.failed.emit(error)

    def _sent(self) -> None:
        self.outcome, self.asks_each_time = None, False
        self._move("sent")
        if self.deed is not None:
            deed_id = self.deed.deed_id
            self._tasks.start(self._follow(deed_id), failed=self.failed.emit)

    async def _follow(self, deed_id: str) -> None:
        """Until the outcome is known; while it cannot be asked, what stands in the way is shown and it is asked again."""
        while self.deed is not None and self.deed.deed_id == deed_id:
            try:
                outcome = await self._desk.wait_for_outcome(deed_id)
            except LuopuError as error:
                self._take(deed_id, error)
                if isinstance(error, ApprovalsMissing):
                    return  # others sign it at their desks
            else:
                self._take(deed_id, outcome)
                if not isinstance(outcome, Unknown):
                    return
            await asyncio.sleep(RETRY_SECONDS)

    def _take(self, deed_id: str, outcome: Outcome | LuopuError) -> None:
        if self.deed is None or self.deed.deed_id != deed_id:
            return
        self.outcome = outcome
        self.outcome_changed.emit()
        if isinstance(outcome, Final):
            self.final.emit(outcome)

    def _move(self, stage: DeedStage) -> None:
        self.stage = stage
        self.stage_changed.emit()
