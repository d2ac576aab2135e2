"""What the vault has acknowledged is there after its process was killed, or the power was cut, in the middle of anything."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core.walleterrors import WrongPassphrase
from app.wallet.vault import Vault
from tests.conftest import require
from tests.node.store.powercut import CALLS, Disk, File, worst, write_out
from tests.wallet.conftest import CountedRandomness
from tests.wallet.forking import Writer, forking
from tests.wallet.vault_people import build_person

PROGRAM = Path(__file__).with_name("vault_writer.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
SQLITE_CALLS = f"{CALLS},pwrite64,link"
PAGE = 4096
STEPS = 8
CUTS = 60


def check_all_there(path: Path, told: list[str]) -> None:
    """Everything that was told is there, under the last passphrase that was told or the next."""
    said = [line.split() for line in told]
    turns = [int(number) for what, number in said if what == "passphrase"]
    vault = opened(path, max(turns)) if turns else None
    people = {kept.person for kept in vault.search("")} if vault else set()
    added = {int(number) for what, number in said if what == "added"}
    bound = {int(number) for what, number in said if what == "bound"}
    assert [number for number in bound if build_person(number, account_of(number)) not in people] == []
    for number in added - bound:
        assert people & {build_person(number), build_person(number, account_of(number))}
    assert len(people) <= len(added) + 2  # each of at most two writers may have been cut off in the middle of one
    if vault:
        for number in bound:
            person = build_person(number, account_of(number))
            assert person in {kept.person for kept in vault.by_account(account_of(number))}
            kept = vault.by_root(person.root)
            assert kept is not None
            assert kept.person == person
        vault.close()


def opened(path: Path, turn: int) -> Vault:
    with contextlib.suppress(WrongPassphrase):
        return Vault.open(path, f"passphrase {turn}", randomness=CountedRandomness())
    return Vault.open(path, f"passphrase {turn + 1}", randomness=CountedRandomness())


def account_of(number: int) -> int:
    return 1000 + number // 2


# ---- killed ----------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def writer() -> Iterator[Writer]:
    """The program that forks writers."""
    with forking(PROGRAM, ENVIRONMENT) as process:
        yield process


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


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks a writer to kill it")
@pytest.mark.parametrize("acknowledgements", range(24))
def test_what_was_acknowledged_is_there_after_a_kill(tmp_path: Path, writer: Writer, acknowledgements: int) -> None:
    """Killed when so many steps were acknowledged, and then again as it starts anew and recovers."""
    path = tmp_path / "vault"
    told = killed_after(writer, path, acknowledgements) + killed_after(writer, path, acknowledgements % 2)
    assert len(told) >= acknowledgements
    check_all_there(path, told)
    if path.exists():
        with contextlib.closing(sqlite3.connect(path)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# ---- power cut -------------------------------------------------------------------------------------------------------
class RewrittenDisk(Disk):
    """A disk whose files are written in the middle, as SQLite does it, and named by links."""

    def _pwrite64(self, arguments: list[str], result: int) -> None:
        opened = self._open.get(int(arguments[0]))
        if opened is not None:
            before, opened.position = opened.position, int(arguments[3])
            self._write(arguments[:2], result)
            opened.position = before

    def _link(self, arguments: list[str], result: int) -> None:
        old, new = self._place(arguments[0]), self._place(arguments[1])
        if old and new:
            new[0].names[new[1]] = old[0].names[old[1]]


def every_other_page(file: File) -> bytes:
    """Of what was not synced, every other page made it to the disk."""
    size = max(len(file.data), len(file.synced))
    pages = [(file.data, file.synced)[at // PAGE % 2][at : at + PAGE] for at in range(0, size, PAGE)]
    return b"".join(page.ljust(PAGE, b"\x00") for page in pages[:-1]) + b"".join(pages[-1:])


LEFTOVERS: dict[str, tuple[bool, Callable[[File], bytes]]] = {
    "only synced names, only synced bytes": (True, worst),
    "all names, only synced bytes": (False, worst),
    "only synced names, every other page": (True, every_other_page),
    "all names, every other page": (False, every_other_page),
}


def record(path: Path, recording: Path) -> None:
    """Run the writer and record its system calls."""
    require(shutil.which("strace") is not None, "strace is not installed")
    command = ["strace", "-f", "-xx", "-s", "10000000", "-e", f"trace={SQLITE_CALLS}", "-o", str(recording)]
    command += [sys.executable, str(PROGRAM), str(path), str(STEPS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=ENVIRONMENT)
    require(done.returncode == 0 and "added" in done.stdout, "strace may not trace here")


@pytest.mark.parametrize("leftover", LEFTOVERS)
def test_a_power_cut_loses_nothing_acknowledged(tmp_path: Path, leftover: str) -> None:
    folder, recording = tmp_path / "wallet", tmp_path / "recording"
    folder.mkdir()
    disk = RewrittenDisk(folder)
    record(folder / "vault", recording)
    only_synced_names, content = LEFTOVERS[leftover]
    lines = recording.read_text("ascii").splitlines()
    ours = next(number for number, line in enumerate(lines) if folder.name.encode().hex() in line.replace("\\x", ""))
    every = (len(lines) - ours) // CUTS
    for number, _ in enumerate(disk.follow(recording)):
        if number >= ours and number % every == 0:
            left = tmp_path / f"left-{number}"
            write_out(disk.top, left, only_synced_names=only_synced_names, content=content)
            check_all_there(left / "vault", disk.said.splitlines())
            shutil.rmtree(left)
    assert f"bound {STEPS - 1}" in disk.said
