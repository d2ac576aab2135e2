"""All papers into a ZIP file or a folder: whole or not at all, whatever stood there before."""

import errno
import os
import shutil
import stat
import subprocess
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core.errors import FileUnwritable, LuopuError, Stopped
from app.core.reserveerrors import SnapshotDamaged
from app.reserve.export import FOLDER_OF, Named, save_papers
from tests.conftest import require

BESIDE: tuple[Named, ...] = (("genesis.json", b"{}"), ("README.txt", "说明".encode()))
COUNTS = (0, 1, FOLDER_OF, FOLDER_OF + 1, 2 * FOLDER_OF, 2 * FOLDER_OF + 1)
KINDS = ("papers.zip", "PAPERS.ZIP", "papers")


def papers(count: int) -> Iterator[Named]:
    return ((f"{number}.reserve.json", b'{"user":"%d"}' % number * (number % 40)) for number in range(count))


def save(target: Path, count: int = 3, **more: object) -> int:
    settings = {"on_paper": lambda _: None, "cancelled": lambda: False, **more}
    return save_papers(target, papers(count), BESIDE, **settings)  # type: ignore[arg-type]


def found(target: Path) -> dict[str, bytes]:
    """What is in it, by path."""
    if target.is_dir():
        return {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def expected(count: int) -> dict[str, bytes]:
    names = [f"{number // FOLDER_OF + 1:05}/" if count > FOLDER_OF else "" for number in range(count)]
    return dict(BESIDE) | {folder + name: content for folder, (name, content) in zip(names, papers(count), strict=True)}


# ---- what is written -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("name", KINDS)
def test_all_papers_are_there_and_what_goes_beside_them(tmp_path: Path, name: str, count: int) -> None:
    told: list[int] = []
    assert save(tmp_path / name, count, on_paper=told.append) == count
    assert found(tmp_path / name) == expected(count)
    assert told == list(range(1, count + 1))
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_no_folder_has_more_than_a_thousand(tmp_path: Path) -> None:
    save(tmp_path / "papers", 2 * FOLDER_OF + 1)
    folders = [path for path in (tmp_path / "papers").iterdir() if path.is_dir()]
    assert sorted(len(list(folder.iterdir())) for folder in folders) == [1, FOLDER_OF, FOLDER_OF]


@pytest.mark.parametrize("name", ["papers.zip", "papers"])
def test_it_is_readable_by_its_owner_alone(tmp_path: Path, name: str) -> None:
    save(tmp_path / name)
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) & 0o077 == 0


def test_the_same_papers_give_the_same_zip_file(tmp_path: Path) -> None:
    for name in ("one.zip", "other.zip"):
        save(tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()


def test_another_program_unpacks_it(tmp_path: Path) -> None:
    require(shutil.which("unzip") is not None, "unzip is not installed")
    save(tmp_path / "papers.zip", FOLDER_OF + 1)
    subprocess.run(["unzip", "-q", "papers.zip", "-d", "out"], cwd=tmp_path, check=True)
    assert found(tmp_path / "out") == expected(FOLDER_OF + 1)


def test_memory_does_not_grow_with_the_number_of_papers(tmp_path: Path) -> None:
    peaks = []
    for count in (2 * FOLDER_OF, 20 * FOLDER_OF):
        tracemalloc.start()
        save(tmp_path / "papers.zip", count)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 50_000


# ---- what stood there before -----------------------------------------------------------------------------------------
def test_a_zip_file_takes_the_place_of_one_that_was_there(tmp_path: Path) -> None:
    save(tmp_path / "papers.zip", 5)
    save(tmp_path / "papers.zip", 3)
    assert found(tmp_path / "papers.zip") == expected(3)


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    save(tmp_path / "papers")
    assert found(tmp_path / "papers") == expected(3)


def with_something(folder: Path) -> None:
    folder.mkdir()
    (folder / "mine").write_bytes(b"mine")


@pytest.mark.parametrize(
    "make", [with_something, lambda path: path.write_bytes(b"mine"), lambda path: path.symlink_to("x")]
)
def test_a_folder_takes_the_place_of_nothing(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "papers")
    with pytest.raises(FileUnwritable) as caught:
        save(tmp_path / "papers")
    assert caught.value.facts["reason"] == "something has that name"
    assert [path.name for path in tmp_path.iterdir()] == ["papers"]
    assert found(tmp_path / "papers") == {"mine": b"mine"} if (tmp_path / "papers").is_dir() else True


def test_a_folder_that_was_filled_meanwhile_is_left(tmp_path: Path) -> None:
    with pytest.raises(FileUnwritable):
        save(tmp_path / "papers", on_paper=lambda count: with_something(tmp_path / "papers") if count == 2 else None)
    assert found(tmp_path / "papers") == {"mine": b"mine"}
    assert [path.name for path in tmp_path.iterdir()] == ["papers"]


# ---- broken off ------------------------------------------------------------------------------------------------------
def failing() -> Iterator[Named]:
    yield from papers(2)
    raise SnapshotDamaged(reason="pieces")


def no_space(_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def stopped(target: Path, _: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    save(target, FOLDER_OF + 9, on_paper=told.append, cancelled=lambda: len(told) == FOLDER_OF + 3)


def papers_failed(target: Path, _: pytest.MonkeyPatch) -> None:
    save_papers(target, failing(), BESIDE, on_paper=lambda _: None, cancelled=lambda: False)


def disk_full_at_the_end(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.reserve.export.os.fsync", no_space)
    monkeypatch.setattr("app.reserve.export.os.sync", lambda: no_space(None))
    save(target)


def disk_full_at_first(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.reserve.export.tempfile.mkdtemp", lambda **_: no_space(None))
    monkeypatch.setattr("app.reserve.export.tempfile.mkstemp", lambda **_: no_space(None))
    save(target)


def told_to_end(target: Path, _: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    save(target, on_paper=interrupt)


@pytest.mark.parametrize(
    ("break_off", "error"),
    [
        (stopped, Stopped),
        (papers_failed, SnapshotDamaged),
        (disk_full_at_the_end, FileUnwritable),
        (disk_full_at_first, FileUnwritable),
        (told_to_end, KeyboardInterrupt),
    ],
)
@pytest.mark.parametrize("before", [None, b"what stood there"])
@pytest.mark.parametrize("name", ["papers.zip", "papers"])
def test_broken_off_it_leaves_nothing_and_what_stood_there(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    before: bytes | None,
    break_off: Callable[[Path, pytest.MonkeyPatch], None],
    error: type[BaseException],
) -> None:
    target = tmp_path / name
    if before is not None and target.suffix:
        target.write_bytes(before)
    elif before is not None:
        target.mkdir()
    with pytest.raises(error):
        break_off(target, monkeypatch)
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == ([] if before is None else [name])
    if before is not None and target.suffix:
        assert target.read_bytes() == before
    elif before is not None:
        assert list(target.iterdir()) == []


@pytest.mark.parametrize("name", ["papers.zip", "papers"])
def test_a_place_that_is_not_there_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileUnwritable):
        save(tmp_path / "none" / name)


@pytest.mark.parametrize("name", ["papers.zip", "papers"])
def test_a_disk_that_fills_up_is_told_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    """A real limit on the length of files, in a process of its own."""
    require(hasattr(os, "fork"), "limits the length of a child's files")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            limit_files(3_000)
            save(tmp_path / name, 900 if name.endswith(".zip") else 200, on_paper=lambda _: None)
        except LuopuError as error:
            code = 0 if isinstance(error, FileUnwritable) else 2
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    fits = name == "papers"  # each paper is shorter
    assert os.waitstatus_to_exitcode(status) == (1 if fits else 0)
    assert [path.name for path in tmp_path.iterdir()] == ([name] if fits else [])


def limit_files(most: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
