"""The schedule of a custodian on its disk, and the runs that come of it (white paper 3.4.3).

Guarantees: the schedule may be changed by several programs at once, and each change is whole or not made; what came of each
run is kept before the next one of that entry begins. A run that fails stops no other; one that was missed while nothing ran
is made up once. Who asks what time it is: only the clock that was given.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Final, TypeVar

from app.core.errors import DecodingError, LuopuError, NotFound, StoreFailed, UsageError
from app.core.home import Home
from app.core.ports import Clock, Randomness
from app.core.strictjson import decode_json
from app.core.units import INT64_MAX, Nanoseconds
from app.custodian.asked import Asked
from app.custodian.timetable import WISH, Entry, Plan, due_slot, plan_as_json, plan_of
from app.wallet.turns import taking_turns
from app.wiring.files import write_durably

SCHEDULE: Final = "luopu.custodian.schedule.v1"
RUNS: Final = "luopu.custodian.runs.v1"
MAX_ENTRIES: Final = 100
MAX_RUNS: Final = 30
"""Of each entry; older ones are forgotten."""
MAX_BYTES: Final = 8 * 1024 * 1024
LOOK_SECONDS: Final = 5.0
_RUN: Final = {"slot_ns", "ended_ns", "state", "snapshot", "height", "code", "facts"}

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run."""

    state: str
    """made, or as of `Publication.state` where it was to be published; failed."""
    snapshot: str = ""
    height: int = 0
    """Where it was published."""
    code: str = ""
    """Of the error, where there was one."""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One run of an entry."""

    slot_ns: Nanoseconds
    """The moment for which it was due."""
    ended_ns: Nanoseconds
    outcome: Outcome


def failed(error: LuopuError, snapshot: str = "") -> Outcome:
    """A run that ended with an error; with a snapshot, that is there."""
    facts = tuple((name, str(value)) for name, value in error.facts.items() if value is not None)
    return Outcome("failed", snapshot, code=error.code, facts=facts)


# ---- on the disk -------------------------------------------------------------------------------------------------------
class ScheduleBook:
    """Entries and runs of one home."""

    def __init__(self, home: Home) -> None:
        self._folder, self._schedule, self._runs = home.custodian, home.custodian_schedule, home.custodian_runs

    def entries(self) -> tuple[Entry, ...]:
        """All entries, in the order in which they were added.

        Raises:
            DecodingError: the file is damaged.
            StoreFailed: it cannot be read.
        """
        with _telling(self._schedule):
            return tuple(_entry(each) for each in _load(self._schedule, SCHEDULE, "entries", list))

    def add(self, plan: Plan, clock: Clock, randomness: Randomness) -> Entry:
        """Add a plan; it is first run at its next moment from now. Errors as of `entries`, and UsageError of too many."""
        entry = Entry(randomness.random_bytes(4).hex(), clock.now(), plan)
        with self._turn():
            entries = self.entries()
            if len(entries) >= MAX_ENTRIES:
                raise UsageError(argument="schedule", expected=f"at most {MAX_ENTRIES} entries", got=len(entries) + 1)
            self._save(self._schedule, SCHEDULE, "entries", [_as_json(each) for each in (*entries, entry)])
        return entry

    def remove(self, entry_id: str) -> Entry:
        """Forget an entry. Errors as of `entries`, and NotFound."""
        with self._turn():
            entries = {each.id: each for each in self.entries()}
            if entry_id not in entries:
                raise NotFound(what="entry of the schedule", name=entry_id[:80])
            removed = entries.pop(entry_id)
            self._save(self._schedule, SCHEDULE, "entries", [_as_json(each) for each in entries.values()])
        return removed

    def runs(self) -> dict[str, tuple[Run, ...]]:
        """What came of the runs of each entry, the newest first. Errors as of `entries`."""
        with _telling(self._runs):
            found = _load(self._runs, RUNS, "runs", dict)
            return {entry: tuple(_run(each) for each in runs) for entry, runs in found.items()}

    def add_run(self, entry_id: str, run: Run) -> None:
        """Keep what came of a run. Those of entries that were removed are forgotten. Errors as of `entries`."""
        with self._turn():
            known = self.runs()
            known[entry_id] = (run, *known.get(entry_id, ()))[:MAX_RUNS]
            kept = {each.id: known[each.id] for each in self.entries() if each.id in known}
            document = {entry: [_run_as_json(each) for each in runs] for entry, runs in kept.items()}
            self._save(self._runs, RUNS, "runs", document)

    def _save(self, path: Path, kind: str, name: str, content: object) -> None:
        document = {"format": kind, name: content}
        write_durably(path, (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode(), mode=0o600)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StoreFailed(path=str(self._folder), reason=error.strerror) from error
        with taking_turns(self._folder / ".schedule.lock"):
            yield


def _load(path: Path, kind: str, name: str, shape: type[T]) -> T:
    """What a file of ours says under a name; an empty one where there is no file."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return shape()
    except OSError as error:
        raise StoreFailed(path=str(path), reason=error.strerror) from error
    document = decode_json(content, max_bytes=MAX_BYTES)
    said = document.get(name) if isinstance(document, dict) and document.get("format") == kind else None
    if not isinstance(said, shape):
        raise DecodingError(kind=path.name, path=str(path))
    return said


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Inside, whatever is wrong with what a file says is told as that."""
    try:
        yield
    except (UsageError, TypeError) as error:
        raise DecodingError(kind=path.name, path=str(path)) from error


def _entry(untrusted: object) -> Entry:
    asked = Asked(untrusted, WISH | {"id", "added_ns"}, "entry")
    return Entry(asked.text("id"), Nanoseconds(asked.number("added_ns", 0, INT64_MAX)), plan_of(asked))


def _as_json(entry: Entry) -> dict[str, object]:
    return {"id": entry.id, "added_ns": str(entry.added_ns), **plan_as_json(entry.plan)}


def _run(untrusted: object) -> Run:
    asked = Asked(untrusted, _RUN, "run")
    facts = tuple((str(name), str(value)) for name, value in _pairs(untrusted))
    return Run(
        Nanoseconds(asked.number("slot_ns", 0, INT64_MAX)),
        Nanoseconds(asked.number("ended_ns", 0, INT64_MAX)),
        Outcome(
            asked.text("state"),
            asked.text("snapshot", "") if asked.has("snapshot") else "",
            asked.number("height", 0, INT64_MAX, 0),
            asked.text("code") if asked.has("code") else "",
            facts,
        ),
    )


def _pairs(untrusted: object) -> list[tuple[object, object]]:
    facts = untrusted.get("facts") if isinstance(untrusted, dict) else None
    return list(facts.items()) if isinstance(facts, dict) else []


def _run_as_json(run: Run) -> dict[str, object]:
    outcome = run.outcome
    return {
        "slot_ns": str(run.slot_ns),
        "ended_ns": str(run.ended_ns),
        "state": outcome.state,
        "snapshot": outcome.snapshot or None,
        "height": outcome.height,
        "code": outcome.code or None,
        "facts": dict(outcome.facts),
    }


# ---- running -----------------------------------------------------------------------------------------------------------
class Scheduler:
    """Runs what is due; one run of an entry at a time."""

    def __init__(
        self,
        book: ScheduleBook,
        carry_out: Callable[[Plan], Awaitable[Outcome]],
        clock: Clock,
        zone: tzinfo | None = None,
    ) -> None:
        """`zone` is whose times of day the schedule means; None: the computer's."""
        self.book, self.clock, self.zone = book, clock, zone
        self._carry_out = carry_out
        self._running: dict[str, asyncio.Task[None]] = {}
        self._done: dict[str, Nanoseconds] = {}
        """Moments that were run for, also where the disk refused to keep that."""

    async def run(self) -> None:
        """Look again and again, until cancelled; what runs then is given up."""
        try:
            while True:
                try:
                    await self.look()
                except LuopuError:
                    _log.exception("the schedule cannot be read")
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            for task in self._running.values():
                task.cancel()
            await self.settle()

    async def look(self) -> None:
        """Begin what is due. Errors as of `ScheduleBook.entries`."""
        entries = await asyncio.to_thread(self.book.entries)
        if not entries:
            return
        runs, now = await asyncio.to_thread(self.book.runs), self.clock.now()
        for entry in entries:
            done = [*(each.slot_ns for each in runs.get(entry.id, ())), self._done.get(entry.id, entry.added_ns)]
            slot = due_slot(entry, done, now, self.zone)
            if slot is not None and entry.id not in self._running:
                self._begin(entry, slot)

    def is_running(self, entry_id: str) -> bool:
        """Whether a run of an entry goes on."""
        return entry_id in self._running

    async def settle(self) -> None:
        """Wait until nothing runs."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _begin(self, entry: Entry, slot: Nanoseconds) -> None:
        task = asyncio.ensure_future(self._do(entry, slot))
        self._running[entry.id] = task
        task.add_done_callback(lambda _: self._running.pop(entry.id, None))

    async def _do(self, entry: Entry, slot: Nanoseconds) -> None:
        try:
            outcome = await self._carry_out(entry.plan)
        except LuopuError as error:
            outcome = failed(error)
        except Exception as error:  # noqa: BLE001 - a fault of this program stops this run and no other
            _log.exception("a run of the schedule failed")
            outcome = failed(LuopuError(reason=type(error).__name__))
        self._done[entry.id] = slot
        try:
            await asyncio.to_thread(self.book.add_run, entry.id, Run(slot, self.clock.now(), outcome))
        except LuopuError:
            _log.exception("what came of a run cannot be kept")
