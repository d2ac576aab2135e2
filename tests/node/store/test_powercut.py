"""Power cuts at many moments, as bad as POSIX allows: what was acknowledged is there when the store opens again."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import require
from tests.node.store import writer
from tests.node.store.powercut import CALLS, Disk, torn, worst, write_out
from tests.node.store.test_faults import SMALL_BUFFER, VALUE_BYTES, acknowledged, check_all_there

BATCHES = 70  # log files change twice
CUTS = 40

LEFTOVERS = {
    "only synced names, only synced bytes": (True, worst),
    "all names, only synced bytes": (False, worst),
    "all names, torn ends": (False, torn),
}


def record(folder: Path, recording: Path) -> None:
    """Run the writer on `folder` and record its system calls."""
    require(shutil.which("strace") is not None, "strace is not installed")
    command = ["strace", "-f", "-xx", "-s", "10000000", "-e", f"trace={CALLS}", "-o", str(recording)]
    command += [sys.executable, writer.__file__, str(folder), str(BATCHES), str(VALUE_BYTES), str(SMALL_BUFFER)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    require(done.returncode == 0 and "acked" in done.stdout, "strace may not trace here")


@pytest.mark.parametrize("is_new", [True, False], ids=["from the first file on", "from opening it again"])
@pytest.mark.parametrize("leftover", LEFTOVERS)
def test_a_power_cut_loses_nothing_acknowledged(tmp_path: Path, leftover: str, is_new: bool) -> None:
    folder, recording = tmp_path / "store", tmp_path / "recording"
    folder.mkdir()
    if not is_new:
        record(folder, recording)
    before = 0 if is_new else BATCHES
    disk = Disk(folder)
    record(folder, recording)
    only_synced_names, content = LEFTOVERS[leftover]
    every = len(recording.read_text("ascii").splitlines()) // CUTS
    for number, _ in enumerate(disk.follow(recording)):
        if number % every == 0:
            left = tmp_path / f"left-{number}"
            write_out(disk.top, left, only_synced_names=only_synced_names, content=content)
            check_all_there(left, max(before, acknowledged(disk.said.splitlines())))
            shutil.rmtree(left)
    assert acknowledged(disk.said.splitlines()) == before + BATCHES
