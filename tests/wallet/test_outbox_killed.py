"""What the outbox has acknowledged is there after its process was killed in the middle of anything."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.ports import Clock
from app.wallet.entry import EntryId, State
from app.wallet.outbox import Outbox

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks a writer to kill it")
Writer = subprocess.Popen[str]
AT_LEAST = {
    "draft": {State.DRAFT, State.WAITING, State.SIGNED},
    "waiting": {State.WAITING, State.SIGNED},
    "signed": {State.SIGNED},
}
"""What was told of an entry → where it may stand then."""


@pytest.fixture(scope="module")
def writer() -> Iterator[Writer]:
    """The program that forks writers."""
    program = Path(__file__).with_name("outbox_writer.py")
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, str(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def killed_after(writer: Writer, path: Path, acknowledgements: int) -> list[str]:
    """Start a writer, kill it when it has told so many things, and return all that it told."""
    assert writer.stdin is not None
    assert writer.stdout is not None
    print(path, file=writer.stdin, flush=True)
    child = int(writer.stdout.readline())
    told = [writer.stdout.readline() for _ in range(acknowledgements)]
    os.kill(child, signal.SIGKILL)
    while (line := writer.stdout.readline()) != "ended\n":
        assert line, "the program that forks writers has died"
        told.append(line)
    return told


@pytest.mark.parametrize("acknowledgements", range(24))
def test_what_was_acknowledged_is_there_after_a_kill(
    tmp_path: Path, clock: Clock, writer: Writer, acknowledgements: int
) -> None:
    """Killed when so many steps were acknowledged, and then again as it starts anew and recovers."""
    path = tmp_path / "outbox"
    told = killed_after(writer, path, acknowledgements) + killed_after(writer, path, acknowledgements % 2)
    assert len(told) >= acknowledgements
    outbox = Outbox.open(path, clock)
    kept = {entry.id: entry.state for entry in outbox.recent(1_000_000)}
    outbox.close()
    for line in told:
        entry_id, what = line.split()
        assert kept[EntryId(entry_id)] in AT_LEAST[what]
    with contextlib.closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("times", range(1, 9))
def test_an_outbox_of_the_first_version_is_brought_up_to_date_through_kills(
    tmp_path: Path, clock: Clock, writer: Writer, times: int
) -> None:
    """Killed as soon as it is about to open the file."""
    path = tmp_path / "outbox"
    shutil.copyfile(Path(__file__).with_name("outbox_version_1.sqlite3"), path)
    told = [line for _ in range(times) for line in killed_after(writer, path, 0)]
    outbox = Outbox.open(path, clock)
    kept = {entry.id: entry.state for entry in outbox.recent(1_000_000)}
    outbox.close()
    assert len(kept) >= 7
    for line in told:
        entry_id, what = line.split()
        assert kept[EntryId(entry_id)] in AT_LEAST[what]
    with contextlib.closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
