"""The work on the notarize page, apart from its look, so that it outlives a change of language: files, chain, drafts.

Guarantees: what is signed are the drafts that were shown; nothing is drafted or signed while a file is still being read;
a removed file stops being read; the outcome of every signed draft is followed until it is known.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app.client.model import Outcome, RecordStatus, Unknown
from app.core.errors import LuopuError, Stopped
from app.core.tokenerrors import LoginRequired
from app.ui.desk import Desk, DraftView, HashedFile
from app.ui.present.notarize import FileProgress
from app.ui.recording import Besides
from app.ui.tasks import Tasks

Stage = Literal["collecting", "drafting", "approving", "asking", "sending", "sent"]
"""Asking: what is shown is drafted anew, for colleagues to sign as well."""


RETRY_SECONDS = 3.0


class NotarizeSession(QObject):
    """One batch of files on its way to the chain."""

    files_changed = Signal()
    """A file came, went, or was read."""
    progressed = Signal()
    """Some more bytes were read."""
    chain_changed = Signal()
    stage_changed = Signal()
    begun_again = Signal()
    """All is empty: fields that keep something of their own forget it."""
    outcome_changed = Signal()
    failed = Signal(object)
    """A LuopuError."""

    def __init__(self, desk: Desk, tasks: Tasks, now_ns: Callable[[], int]) -> None:
        super().__init__()
        self._desk, self._tasks, self._now_ns = desk, tasks, now_ns
        self._files: dict[int, FileProgress] = {}
        self._next_id = 0
        self._reading = False
        self.chain: bytes | None = None
        self.chain_records: Sequence[RecordStatus] = ()
        self.subject = ""
        self.is_batch, self.supersedes, self.hosting = False, 0, ""
        self.timestamp: HashedFile | None = None
        self.stage: Stage = "collecting"
        self.drafts: Sequence[DraftView] = ()
        self.outcomes: dict[str, Outcome | LuopuError | None] = {}
        self.asks_each_time = False
        """Whether the key wants its PIN with each signature."""

    # ---- files ---------------------------------------------------------------------------------------------------
    @property
    def files(self) -> dict[int, FileProgress]:
        """Files by number, in the order they were added."""
        return dict(self._files)

    @property
    def hashed(self) -> list[HashedFile]:
        """Files whose digests are known."""
        return [HashedFile(file.path, file.digests) for file in self._files.values() if file.digests is not None]

    @property
    def besides(self) -> Besides:
        """What is to be said besides the files."""
        timestamp = b"" if self.timestamp is None else self.timestamp.digests.sha256
        return Besides(self.is_batch, self.supersedes, timestamp, self.hosting.strip())

    def add(self, paths: Sequence[Path]) -> None:
        """Take files and read them one after the other; a file that is there already is not taken twice."""
        known = {file.path for file in self._files.values() if file.error is None}
        for path in paths:
            if path not in known:
                self._files[self._next_id] = FileProgress(path, 0, _size_of(path), self._now_ns())
                self._next_id += 1
                known.add(path)
        self.files_changed.emit()
        self._read_next()

    def remove(self, number: int) -> None:
        """Take a file off the page; if it is being read, reading stops."""
        self._files.pop(number, None)
        self.files_changed.emit()

    def _read_next(self) -> None:
        waiting = [number for number, file in self._files.items() if file.is_reading]
        if self._reading or not waiting:
            return
        self._reading = True
        self._tasks.start(self._read(waiting[0]), failed=self.failed.emit)

    async def _read(self, number: int) -> None:
        file = self._files[number]
        self._files[number] = replace(file, started_ns=self._now_ns())
        try:
            read = await self._desk.hash_file(
                file.path, lambda done, total: self._note(number, done, total), lambda: number not in self._files
            )
            self._finish(number, replace(file, digests=read.digests, done=read.digests.size, total=read.digests.size))
        except LuopuError as error:
            self._finish(number, replace(file, error=error))
        finally:
            self._reading = False
        self._read_next()

    def _note(self, number: int, done: int, total: int) -> None:
        if number in self._files:
            self._files[number] = replace(self._files[number], done=done, total=total)
            self.progressed.emit()

    def _finish(self, number: int, file: FileProgress) -> None:
        if number in self._files:
            self._files[number] = file
            self.files_changed.emit()

    # ---- chain ---------------------------------------------------------------------------------------------------
    def choose_chain(self, chain: bytes | None) -> None:
        """Continue a chain, or (None) begin a new one."""
        self.chain, self.chain_records, self.supersedes = chain, (), 0
        self.chain_changed.emit()
        if chain is not None:
            self._tasks.start(
                self._desk.chain_records(chain),
                done=lambda records: self._take_records(chain, records),
                failed=self.failed.emit,
            )

    def _take_records(self, chain: bytes, records: Sequence[RecordStatus]) -> None:
        if chain == self.chain:
            self.chain_records = tuple(records)
            self.chain_changed.emit()

    # ---- draft, sign, follow -------------------------------------------------------------------------------------
    def prepare(self) -> None:
        """Draft what would be signed."""
        self._move("drafting")
        self._tasks.start(
            self._desk.draft(self.hashed, self.chain, self.subject.strip(), self.besides),
            done=self._drafted,
            failed=self._not_drafted,
        )

    def resume(self) -> None:
        """Take up the drafts that were left unsigned, decoded anew."""
        self._move("drafting")
        self._tasks.start(self._desk.unsigned(), done=self._drafted, failed=self._not_drafted)

    def ask(self, approvers: Sequence[str]) -> None:
        """Draft what is shown anew, for these keys (as text) to sign as well."""
        self._move("asking")
        again = self._desk.draft_again([draft.draft_id for draft in self.drafts], approvers)
        self._tasks.start(again, done=self._drafted, failed=self._not_sent)

    def back(self) -> None:
        """Discard the drafts and go back to the files."""
        names = [draft.draft_id for draft in self.drafts]
        self.drafts = ()
        self._move("collecting")
        self._tasks.start(self._desk.discard(names), failed=self.failed.emit)

    def sign(self, pin: str = "") -> None:
        """Sign the drafts shown and send them. `pin`: of the token that holds the key."""
        self._move("sending")
        names = [draft.draft_id for draft in self.drafts]
        self._tasks.start(self._desk.sign_and_send(names, pin), done=lambda _none: self._sent(), failed=self._not_sent)

    def switch_key(self, key: str) -> None:
        """Another key of the account signs: the same drafts, looked at anew for it."""
        self._move("asking")
        self._tasks.start(self._switched(key), done=self._drafted, failed=self._not_sent)

    async def _switched(self, key: str) -> Sequence[DraftView]:
        names = [draft.draft_id for draft in self.drafts]
        await self._desk.use_key(key)
        return [draft for draft in await self._desk.unsigned() if draft.draft_id in names]

    def begin_again(self) -> None:
        """An empty page."""
        self._files.clear()
        self.drafts, self.outcomes, self.subject = (), {}, ""
        self.chain, self.chain_records = None, ()
        self.is_batch, self.supersedes, self.hosting, self.timestamp = False, 0, "", None
        self._move("collecting")
        self.begun_again.emit()
        self.files_changed.emit()
        self.chain_changed.emit()

    def _drafted(self, drafts: Sequence[DraftView]) -> None:
        self.drafts = tuple(drafts)
        self._move("approving" if drafts else "collecting")

    def _not_drafted(self, error: LuopuError) -> None:
        self._move("collecting")
        self.failed.emit(error)

    def _not_sent(self, error: LuopuError) -> None:
        self.asks_each_time = wants_pin_each_time(error)
        self._move("approving")
        self.failed.emit(error)

    def _sent(self) -> None:
        self.asks_each_time = False
        self.outcomes = {draft.draft_id: None for draft in self.drafts}
        self._move("sent")
        for draft in self.drafts:
            self._follow(draft.draft_id)

    def _follow(self, draft_id: str) -> None:
        self._tasks.start(
            self._wait(draft_id),
            done=lambda outcome: self._take_outcome(draft_id, outcome),
            failed=lambda error: self._take_outcome(draft_id, error),
        )

    async def _wait(self, draft_id: str) -> Outcome:
        """The outcome; while it cannot be asked, what stands in the way is shown and it is asked again."""
        while draft_id in self.outcomes:
            try:
                outcome = await self._desk.wait_for_outcome(draft_id)
            except LuopuError as error:
                self._take_outcome(draft_id, error)
            else:
                if not isinstance(outcome, Unknown):
                    return outcome
            await asyncio.sleep(RETRY_SECONDS)
        raise Stopped

    def _take_outcome(self, draft_id: str, outcome: Outcome | LuopuError) -> None:
        if draft_id in self.outcomes and repr(self.outcomes[draft_id]) != repr(outcome):
            self.outcomes[draft_id] = outcome
            self.outcome_changed.emit()

    def _move(self, stage: Stage) -> None:
        self.stage = stage
        self.stage_changed.emit()


def wants_pin_each_time(error: LuopuError) -> bool:
    """Whether a key did not sign because it wants its PIN with this very signature."""
    return isinstance(error, LoginRequired) and "each" in error.facts


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
