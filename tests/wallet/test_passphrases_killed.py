"""Exactly one passphrase opens a home whose process was killed, or whose power was cut, while its passphrase was changed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.core.home import Home
from app.core.walleterrors import WrongPassphrase
from app.wallet.passphrases import open_key, open_vault, pending_keystore
from tests.conftest import require
from tests.node.store.powercut import File, write_out
from tests.wallet.conftest import CountedRandomness
from tests.wallet.forking import Writer, forking
from tests.wallet.test_vault_killed import ENVIRONMENT, LEFTOVERS, SQLITE_CALLS, RewrittenDisk, killed_after
from tests.wallet.vault_people import build_person

PROGRAM = Path(__file__).with_name("passphrase_writer.py")
TURNS = 2


def is_opened(home: Home, turn: int) -> bool:
    """Whether a passphrase opens all: the key, and the vault with who is in it."""
    with suppress(WrongPassphrase):
        open_key(home, f"passphrase {turn}").lock()
        vault = open_vault(home, f"passphrase {turn}", randomness=CountedRandomness())
        people = [kept.person for kept in vault.search("")]
        vault.close()
        assert people == [build_person(0)]
        return True
    return False


def check_one_opens(home: Home, told: list[str], *, newest_first: bool) -> None:
    """One of the last passphrase that was told and the next opens all, the other nothing whole, in whatever order."""
    last = max(int(line.split()[1]) for line in told)
    turns = [last + 1, last] if newest_first else [last, last + 1]
    opens = [turn for turn in turns if is_opened(home, turn)]
    assert len(opens) == 1
    assert [turn for turn in turns if is_opened(home, turn)] == opens
    assert not pending_keystore(home).exists()


# ---- killed ----------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def writer() -> Iterator[Writer]:
    """The program that forks writers."""
    with forking(PROGRAM, ENVIRONMENT) as process:
        yield process


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks a writer to kill it")
@pytest.mark.parametrize("acknowledgements", range(1, 25))
def test_one_passphrase_opens_all_after_a_kill(tmp_path: Path, writer: Writer, acknowledgements: int) -> None:
    """Killed when so many changes were acknowledged, and then again as it starts anew and settles."""
    home = Home(tmp_path)
    home.wallet.mkdir()
    told = killed_after(writer, tmp_path, acknowledgements) + killed_after(writer, tmp_path, acknowledgements % 2)
    check_one_opens(home, told, newest_first=acknowledgements % 2 == 0)


# ---- power cut -------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A home, and the system calls of a program that changed its passphrase."""
    require(shutil.which("strace") is not None, "strace is not installed")
    folder = tmp_path_factory.mktemp("passphrases")
    home, recorded = Home(folder / "home"), folder / "recording"
    home.wallet.mkdir(parents=True)
    command = ["strace", "-f", "-xx", "-s", "10000000", "-e", f"trace={SQLITE_CALLS}", "-o", str(recorded)]
    command += [sys.executable, str(PROGRAM), str(home.root), str(TURNS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=ENVIRONMENT)
    require(done.returncode == 0 and f"passphrase {TURNS}" in done.stdout, "strace may not trace here")
    return home.root, recorded


def states(root: Path, recorded: Path) -> Iterator[tuple[RewrittenDisk, list[str]]]:
    """The disk after each call that may have changed what a power cut leaves, and what was told until then."""
    shutil.rmtree(root / "wallet")
    (root / "wallet").mkdir()
    disk = RewrittenDisk(root)
    calls = recorded.read_text("ascii").splitlines()
    for line, _ in zip(calls, disk.follow(recorded), strict=True):
        if disk.said and not any(f" {call}(" in line for call in ("openat", "lseek", "close")):
            yield disk, disk.said.splitlines()


@pytest.mark.parametrize("leftover", LEFTOVERS)
def test_one_passphrase_opens_all_after_a_power_cut_at_any_call(
    tmp_path: Path, recording: tuple[Path, Path], leftover: str
) -> None:
    only_synced_names, content = LEFTOVERS[leftover]
    told, cuts = [""], set[bytes]()
    for disk, told in states(*recording):
        if (left := fingerprint(tmp_path / "left", disk, only_synced_names, content)) in cuts:
            continue
        cuts.add(left)
        check_one_opens(Home(tmp_path / "left"), told, newest_first=len(cuts) % 2 == 0)
    assert told[-1] == f"passphrase {TURNS}"
    assert len(cuts) > 6 * TURNS


def fingerprint(path: Path, disk: RewrittenDisk, only_synced_names: bool, content: Callable[[File], bytes]) -> bytes:
    """Write out what a power cut leaves; what stands in it, to leave out what was tried."""
    if path.exists():
        shutil.rmtree(path)
    write_out(disk.top, path, only_synced_names=only_synced_names, content=content)
    files = sorted(found for found in path.rglob("*") if found.is_file())
    return b"".join(found.name.encode() + found.read_bytes() for found in files) + disk.said.encode()
