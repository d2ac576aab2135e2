"""Kills, failing disks, damaged files and second openers: what was acknowledged stays, or its loss is noticed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.core.errors import StoreDamaged, StoreError, StoreFailed, StoreInUse, StoreTooNew
from app.node.store.highwater import HighWater
from app.node.store.leveldb import FORMAT_VERSION, VERSION_KEY, LevelDb, quarantine
from app.node.store.lock import FileLock
from tests.conftest import require
from tests.node.store import writer

VALUE_BYTES = 2000
SMALL_BUFFER = 65_536  # the least that LevelDB takes: log files change and tables are written often


def run_writer(
    folder: Path, batches: int, *harm: str, size: int = VALUE_BYTES, buffer: int = SMALL_BUFFER
) -> list[str]:
    """Run the writer, under strace if it is to be harmed; the lines it said."""
    command = [sys.executable, writer.__file__, str(folder), str(batches), str(size), str(buffer)]
    if harm:
        require(shutil.which("strace") is not None, "strace is not installed")
        command = ["strace", "-f", "-o", os.devnull, *harm, *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert "Traceback" not in done.stderr, done.stderr
    require(not harm or "ptrace" not in done.stderr, "strace may not trace here")
    return done.stdout.splitlines()


def acknowledged(lines: Sequence[str]) -> int:
    """The newest batch that the lines acknowledge."""
    return max((int(line.split()[1]) for line in lines if line.startswith("acked")), default=0)


def check_all_there(folder: Path, acked: int, size: int = VALUE_BYTES) -> None:
    """Whatever was acknowledged is there, and the store ends at a whole batch."""
    store = LevelDb(folder / "db")
    try:
        tip = int(store.get(b"tip") or b"0")
        assert tip >= acked
        assert dict(store.scan(b"n", b"o")) == dict(writer.entry(number, size) for number in range(1, tip + 1))
        mark = HighWater(folder / "highwater").load()
        assert acked <= (0 if mark is None else mark.height) <= tip
    finally:
        store.close()


# ---- kills ---------------------------------------------------------------------------------------------------------
def test_a_kill_loses_nothing_acknowledged(tmp_path: Path) -> None:
    for stop_after in (1, 40, 90):
        command = [sys.executable, writer.__file__, str(tmp_path), "100000", str(VALUE_BYTES), str(SMALL_BUFFER)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(stop_after)]
            process.kill()
            lines += process.stdout.readlines()
        check_all_there(tmp_path, acknowledged(lines))


@pytest.mark.parametrize("calls", ["write", "fdatasync", "fsync,rename,unlink"])
def test_a_kill_at_any_call_and_again_while_recovering_loses_nothing(tmp_path: Path, calls: str) -> None:
    acked = 0
    for when in (3, 60, 9, 250):  # 9: within recovery, after the harm that 60 did
        lines = run_writer(tmp_path, 80, "-e", f"trace={calls}", "-e", f"inject={calls}:signal=KILL:when={when}")
        acked = max(acked, acknowledged(lines))
        if when != 60:
            check_all_there(tmp_path, acked)
    assert acked > 0


# ---- disks that fail -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("call", "error", "when"),
    [("fdatasync", "EIO", 30), ("fdatasync", "ENOSPC", 31), ("fsync", "EIO", 60), ("fsync", "EROFS", 61)],
)
def test_after_a_failed_sync_nothing_more_is_acknowledged(tmp_path: Path, call: str, error: str, when: int) -> None:
    lines = run_writer(tmp_path, 100, "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}")
    first = lines.index("failed store-write-failed")
    assert first > 5
    assert lines[first:] == ["failed store-write-failed"] * (writer.TRIES_AFTER_FAILURE + 1)
    check_all_there(tmp_path, acknowledged(lines))
    assert acknowledged(run_writer(tmp_path, 5)) > acknowledged(lines)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    require(hasattr(os, "geteuid") and os.geteuid() == 0, "mounting a small disk needs root")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], check=False)
    require(mounted.returncode == 0, "mounting is not allowed here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_stops_the_writing_and_room_brings_everything_back(small_disk: Path) -> None:
    size = 20_000
    lines = run_writer(small_disk, 1000, size=size)
    first = lines.index("failed store-write-failed")
    assert first > 20
    assert not any(line.startswith("acked") for line in lines[first:])
    with pytest.raises(StoreFailed):
        LevelDb(small_disk / "db").write([(b"x", bytes(10**7))], sync=True)
    subprocess.run(["mount", "-o", "remount,size=40m", small_disk], check=True)
    check_all_there(small_disk, acknowledged(lines), size)
    assert acknowledged(run_writer(small_disk, 5, size=size)) > acknowledged(lines)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreFailed):
        LevelDb(tmp_path / "file" / "db")
    with pytest.raises(StoreFailed):
        LevelDb(tmp_path / "file")
    (tmp_path / "taken.lock").mkdir()
    with pytest.raises(StoreFailed):
        LevelDb(tmp_path / "taken")


# ---- damage --------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tables and a log, the high-water record at its tip."""
    folder = tmp_path_factory.mktemp("whole")
    for _ in range(2):  # opening again moves the log into a table
        lines = run_writer(folder, 60)
    assert acknowledged(lines) == 120
    return folder


@pytest.fixture
def filled(whole: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(whole, tmp_path / "filled")
    return tmp_path / "filled"


def outcome(folder: Path) -> str:
    """What opening and reading everything shows: whole, damaged, or behind the high-water record."""
    try:
        store = LevelDb(folder / "db")
    except StoreDamaged:
        return "damaged"
    try:
        tip = int(store.get(b"tip") or b"0")
        expected = dict(writer.entry(number, VALUE_BYTES) for number in range(1, tip + 1))
        single = {key: store.get(key) for key in expected}
        assert single == expected
        found = dict(store.scan(b"n", b"o"))
    except StoreDamaged:
        with pytest.raises(StoreFailed):
            store.get(b"tip")  # nothing more is read through a damaged store
        return "damaged"
    finally:
        store.close()
    assert found == expected
    mark = HighWater(folder / "highwater").load()
    assert mark is not None
    return "whole" if tip >= mark.height else "behind"


def harmed_copies(filled: Path, pattern: str, count: int) -> Iterator[tuple[Path, Path, int]]:
    """Fresh copies, with a file and a position in it to do harm at."""
    for name in sorted(path.name for path in (filled / "db").glob(pattern)):
        size = (filled / "db" / name).stat().st_size
        for step in range(count):
            copy = filled.with_name("copy")
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(filled, copy)
            yield copy, copy / "db" / name, size * step // count


@pytest.mark.parametrize(("pattern", "count"), [("*.ldb", 25), ("*.log", 60), ("MANIFEST-*", 25), ("CURRENT", 16)])
def test_a_flipped_byte_is_noticed_or_harmless(filled: Path, pattern: str, count: int) -> None:
    outcomes = []
    for copy, file, position in harmed_copies(filled, pattern, count):
        data = bytearray(file.read_bytes())
        data[position] ^= 0x10
        file.write_bytes(data)
        outcomes.append(outcome(copy))
    assert outcomes.count("damaged") > len(outcomes) // 2, outcomes


@pytest.mark.parametrize(("pattern", "count"), [("*.ldb", 10), ("*.log", 30), ("MANIFEST-*", 10), ("CURRENT", 5)])
def test_a_missing_end_is_noticed_at_the_latest_by_the_high_water_record(
    filled: Path, pattern: str, count: int
) -> None:
    outcomes = []
    for copy, file, position in harmed_copies(filled, pattern, count):
        os.truncate(file, position)
        outcomes.append(outcome(copy))
    assert "whole" not in outcomes, outcomes
    assert pattern != "*.log" or "behind" in outcomes  # LevelDB alone says nothing


@pytest.mark.parametrize("pattern", ["*.ldb", "*.log", "MANIFEST-*", "CURRENT"])
def test_a_missing_file_is_noticed(filled: Path, pattern: str) -> None:
    for copy, file, _ in harmed_copies(filled, pattern, 1):
        file.unlink()
        assert outcome(copy) != "whole", file.name


def test_a_damaged_store_is_moved_aside_whole_and_a_new_one_can_begin(filled: Path) -> None:
    (filled / "db" / "CURRENT").write_bytes(b"")
    files = sorted(path.name for path in (filled / "db").iterdir())
    for counter in (1, 2):
        aside = quarantine(filled / "db")
        assert aside == filled / f"db.damaged-{counter}"
        LevelDb(filled / "db").close()
    assert sorted(path.name for path in (filled / "db.damaged-1").iterdir()) == files
    assert quarantine(filled / "highwater") == filled / "highwater.damaged-1"


def test_an_open_or_missing_store_is_not_moved(tmp_path: Path) -> None:
    store = LevelDb(tmp_path / "db")
    with pytest.raises(StoreInUse):
        quarantine(tmp_path / "db")
    store.close()
    with pytest.raises(StoreFailed):
        quarantine(tmp_path / "nothing")


# ---- versions ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("version", "error"),
    [(FORMAT_VERSION + 1, StoreTooNew), (2**31, StoreTooNew), (1, StoreDamaged), (0, StoreDamaged)],
)
def test_other_versions_are_refused_and_left_alone(tmp_path: Path, version: int, error: type[StoreError]) -> None:
    store = LevelDb(tmp_path / "db")
    store._write([(VERSION_KEY, version.to_bytes(4, "big")), (b"key", b"value")], sync=True)
    store.close()
    for _ in range(2):
        with pytest.raises(error):
            LevelDb(tmp_path / "db")


def test_contents_without_a_version_are_damage(tmp_path: Path) -> None:
    store = LevelDb(tmp_path / "db")
    store._write([(VERSION_KEY, None), (b"key", b"value")], sync=True)
    store.close()
    with pytest.raises(StoreDamaged):
        LevelDb(tmp_path / "db")


# ---- second openers --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("deleted", [None, "db/LOCK", "db.lock"])
def test_a_second_opener_is_told_even_when_a_lock_file_was_deleted(tmp_path: Path, deleted: str | None) -> None:
    store = LevelDb(tmp_path / "db")
    store.write([(b"tip", b"0")], sync=True)
    if deleted is not None:
        (tmp_path / deleted).unlink()
    with pytest.raises(StoreInUse):
        LevelDb(tmp_path / "db")
    assert run_writer(tmp_path, 1) == ["refused store-in-use"]
    store.write([(b"tip", b"1")], sync=True)
    store.close()
    assert run_writer(tmp_path, 1) == ["acked 2"]


def test_a_lock_on_a_deleted_file_is_not_mistaken_for_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between opening and locking, somebody else may delete the file and lock a new one."""
    real_stat = Path.stat
    deleted: list[Path] = []

    def stat_after_deletion(path: Path, **options: bool) -> os.stat_result:
        if path.suffix == ".lock" and not deleted:
            deleted.append(path)
            path.unlink()
        return real_stat(path, **options)

    monkeypatch.setattr(Path, "stat", stat_after_deletion)
    lock = FileLock(tmp_path / "db")
    assert deleted
    assert deleted[0].exists()
    with pytest.raises(StoreInUse):
        FileLock(tmp_path / "db")
    lock.release()
    lock.release()
    FileLock(tmp_path / "db").release()


def test_a_store_that_did_not_open_lets_go_of_the_lock(filled: Path) -> None:
    current = filled / "db" / "CURRENT"
    good = current.read_bytes()
    current.write_bytes(b"")
    with pytest.raises(StoreDamaged):
        LevelDb(filled / "db")
    current.write_bytes(good)
    check_all_there(filled, 120)
