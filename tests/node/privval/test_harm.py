"""Real processes, killed at chosen system calls, refused by the disk, and cut off from power: nothing is signed twice."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.node.privval.guard import NOTHING_SIGNED
from tests.conftest import require
from tests.node.privval import releasing
from tests.node.privval.releasing import state_file
from tests.node.store.powercut import CALLS, Disk, torn, worst, write_out

ROOT = Path(__file__).parents[3]
HEIGHTS = 6
SIGNATURES = 2 * HEIGHTS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose key has signed nothing."""
    require(shutil.which("strace") is not None, "strace is not installed")
    folder = tmp_path / "signer"
    folder.mkdir()
    state_file(folder).save(NOTHING_SIGNED)
    return folder


def release(folder: Path, name: str, *strace: str) -> list[str]:
    """Run the process, under strace if it is to be harmed; the lines it said."""
    command = [sys.executable, releasing.__file__, str(folder), str(HEIGHTS), name]
    if strace:
        command = ["strace", "-f", *strace, *command]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)
    require("ptrace" not in done.stderr, "strace may not trace here")
    return done.stdout.splitlines()


def check_once(said: list[str]) -> None:
    """No place twice: the second run votes for other blocks."""
    places = [line.split()[0] for line in said]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("when", [1, 4, 5, 10])
@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_kill_at_any_write_brings_out_no_second_signature(folder: Path, call: str, when: int) -> None:
    said = release(folder, "a", "-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={when}")
    before = len(said)
    assert before < SIGNATURES
    said += release(folder, "b")
    check_once(said)
    assert len(said) in {SIGNATURES, SIGNATURES - 1}  # the one it died over may have been on record


@pytest.mark.parametrize(
    ("call", "error"), [("fsync", "EIO:when=5+"), ("fsync", "ENOSPC:when=6"), ("rename", "EROFS:when=4+")]
)
def test_a_disk_that_refuses_lets_no_signature_out(folder: Path, call: str, error: str) -> None:
    said = release(folder, "a", "-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={call}:error={error}")
    assert said.pop() == "failed store-write-failed"
    assert len(said) < SIGNATURES
    said += release(folder, "b")
    check_once(said)


LEFTOVERS = {
    "only synced names, only synced bytes": (True, worst),
    "all names, only synced bytes": (False, worst),
    "all names, torn ends": (False, torn),
}


@pytest.mark.parametrize("leftover", LEFTOVERS)
def test_after_a_power_cut_at_any_moment_the_record_holds_all_that_was_released(
    folder: Path, tmp_path: Path, leftover: str
) -> None:
    recording, disk = tmp_path / "recording", Disk(folder)
    said = release(folder, "a", "-xx", "-s", "100000", "-e", f"trace={CALLS}", "-o", str(recording))
    assert len(said) == SIGNATURES
    only_synced_names, content = LEFTOVERS[leftover]
    for number, _ in enumerate(disk.follow(recording)):
        left = tmp_path / f"left-{number}"
        write_out(disk.top, left, only_synced_names=only_synced_names, content=content)
        check_remembered(left, disk.said.splitlines())
        shutil.rmtree(left)
    assert disk.said.splitlines() == said


def check_remembered(folder: Path, released: list[str]) -> None:
    """The record is at the newest signature that was released, or at the one after it."""
    last = state_file(folder).load()
    if released:
        place, sign_bytes = released[-1].split()
        height, round_, step = map(int, place.split("/"))
        newest = (height, round_, step)
        assert (last.place.height, last.place.round, int(last.place.step)) >= newest
        assert (str(last.place) != place) or last.sign_bytes.hex() == sign_bytes
