"""`luopu reserve serve` and `luopu reserve schedule`: the custodian's service, and what it makes by itself (3.4.3).

Guarantees: key and vault are opened with one passphrase before anything is started, and closed with the service. What is
scheduled is read by a running service within seconds; the verbs themselves need neither the node nor the key.
"""

import asyncio
import threading
from argparse import Namespace
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing, suppress
from pathlib import Path

from app.cli.output import Speaker
from app.cli.passphrase import read_passphrase
from app.cli.registry.perform import DONE
from app.cli.signing import Chooser
from app.cli.stopping import log_to_stderr, stop_event
from app.core.errors import UsageError
from app.core.home import Home
from app.core.messages import clean, explain_code, moment_text
from app.custodian import answers
from app.custodian.schedule import MAX_RUNS, Run, ScheduleBook
from app.custodian.serving import ServiceOptions, running_custodian
from app.custodian.sources import Allowed, QueryFiles
from app.custodian.timetable import Entry, Every, Plan, next_slot, time_of
from app.node.api.address import parse_address
from app.reserve.liabilities.model import ListFile
from app.wallet.passphrases import open_vault
from app.wiring.system import SystemClock, SystemRandomness

Runner = Callable[[Namespace, Home, Speaker], int]
SHOWN_RUNS = 5


# ---- serve -------------------------------------------------------------------------------------------------------------
def serve(given: Namespace, home: Home, speaker: Speaker) -> int:
    """Serve until told to stop."""
    log_to_stderr()
    options = ServiceOptions(
        listen=parse_address(given.listen),
        language=speaker.language,
        allowed=Allowed(tuple(Path(path).absolute() for path in given.allow)),
        clock=SystemClock(),
        randomness=SystemRandomness(),
    )
    asyncio.run(_serve(given, home, speaker, options))
    return DONE


async def _serve(given: Namespace, home: Home, speaker: Speaker, options: ServiceOptions) -> None:
    """Whoever stops it before it is ready need not wait until it is."""
    stop, ready = stop_event(until_stdin_closes=given.until_stdin_closes), asyncio.Event()
    serving = asyncio.ensure_future(_serve_until(stop, ready, given, home, speaker, options))
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if stop.is_set() and not ready.is_set():
        serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


async def _serve_until(
    stop: asyncio.Event,
    ready: asyncio.Event,
    given: Namespace,
    home: Home,
    speaker: Speaker,
    options: ServiceOptions,
) -> None:
    passphrase = _Passphrase(given, speaker)
    with ExitStack() as opened:
        key = Chooser(home, speaker, given, passphrase.ask).choose(given.signing_key, opened)
        async with key.opened() as signer:
            vault = await asyncio.to_thread(open_vault, home, passphrase.ask(), randomness=SystemRandomness())
            passphrase.forget()
            with closing(vault):
                async with running_custodian(home, signer, vault.inside, options) as running:
                    ready.set()
                    speaker.say(speaker.words("custodian-ready", url=running.url, path=home.custodian_endpoint))
                    speaker.answer({"ready": running.url})
                    await running.until(stop)


class _Passphrase:
    """Asked once, for key and vault; any thread may ask."""

    def __init__(self, given: Namespace, speaker: Speaker) -> None:
        self._given, self._speaker, self._lock = given, speaker, threading.Lock()
        self._said: str | None = None

    def ask(self) -> str:
        """The passphrase."""
        with self._lock:
            if self._said is None:
                self._said = read_passphrase(self._speaker, self._given.passphrase_file)
            return self._said

    def forget(self) -> None:
        """It is needed no more."""
        self._said = None


# ---- schedule ----------------------------------------------------------------------------------------------------------
def add(given: Namespace, home: Home, speaker: Speaker) -> int:
    """Add an entry."""
    when = Every(given.every) if given.every is not None else time_of(given.at)
    accounts = tuple(sorted(set(given.custody_account)))
    plan = Plan(given.voucher, _source(given), when, accounts, given.padding, given.publish)
    entry = ScheduleBook(home).add(plan, SystemClock(), SystemRandomness())
    next_ns = next_slot(entry, entry.added_ns, None)
    speaker.say(speaker.words("schedule-added", id=entry.id, next=moment_text(next_ns)))
    speaker.answer(answers.entry_as_json(entry, (), next_ns, is_running=None, language=speaker.language))
    return DONE


def _source(given: Namespace) -> ListFile | QueryFiles:
    if (given.database_url_file is None) != (given.query_file is None):
        raise UsageError(argument="--query-file", expected="with --database-url-file")
    if given.list is not None:
        return ListFile(Path(given.list).absolute())
    return QueryFiles(Path(given.database_url_file).absolute(), Path(given.query_file).absolute())


def listed(given: Namespace, home: Home, speaker: Speaker) -> int:
    """All entries, with the newest of their runs."""
    del given
    book, now = ScheduleBook(home), SystemClock().now()
    entries, runs = book.entries(), book.runs()
    document = []
    for entry in entries:
        came, next_ns = runs.get(entry.id, ())[:MAX_RUNS], next_slot(entry, now, None)
        _say_entry(speaker, entry, came, next_ns)
        document.append(answers.entry_as_json(entry, came, next_ns, is_running=None, language=speaker.language))
    if not entries:
        speaker.say(speaker.words("nothing"))
    speaker.answer({"schedule": document})
    return DONE


def _say_entry(speaker: Speaker, entry: Entry, runs: tuple[Run, ...], next_ns: int) -> None:
    plan = entry.plan
    when = (
        speaker.words("schedule-every", hours=plan.when.hours)
        if isinstance(plan.when, Every)
        else speaker.words("schedule-at", time=plan.when)
    )
    what = speaker.words("schedule-publishes" if plan.publish else "schedule-makes")
    voucher = plan.voucher.hex()
    speaker.say(
        speaker.words("schedule-line", id=entry.id, voucher=voucher, when=when, next=moment_text(next_ns), what=what)
    )
    for run in runs[:SHOWN_RUNS]:
        _say_run(speaker, run)


def _say_run(speaker: Speaker, run: Run) -> None:
    outcome = run.outcome
    height = speaker.words("schedule-height", height=outcome.height) if outcome.height else ""
    state = speaker.words(f"schedule-state-{outcome.state}")
    time = moment_text(run.ended_ns)
    speaker.say(speaker.words("schedule-run", time=time, state=state, snapshot=clean(outcome.snapshot), height=height))
    if outcome.code:
        speaker.say(f"      {explain_code(outcome.code, dict(outcome.facts), speaker.language).sentence}")


def remove(given: Namespace, home: Home, speaker: Speaker) -> int:
    """Forget an entry."""
    entry = ScheduleBook(home).remove(given.id)
    speaker.say(speaker.words("schedule-removed", id=entry.id))
    speaker.answer({"removed": entry.id})
    return DONE


VERBS: Mapping[str, Runner] = {
    "serve": serve,
    "schedule add": add,
    "schedule list": listed,
    "schedule remove": remove,
}
