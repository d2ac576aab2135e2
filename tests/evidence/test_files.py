"""Digests of files, and of files that somebody changes meanwhile."""

import hashlib
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import FileChanged, FileUnreadable, LuopuError, Stopped
from app.core.hashing import sha256, sm3
from app.core.record import FileDigests
from app.evidence import files
from app.evidence.files import CryptographySm3, digest_file, digest_file_sha256, new_sm3

# GB/T 32905-2016, appendix A
SM3_VECTORS = {
    b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
    b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
}
# FIPS 180-4 examples, and the digest of nothing
SHA256_VECTORS = {
    b"": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    b"abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq": (
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
}
PIECE = 4096
CONTENT = bytes(range(256)) * 16 * 8  # eight pieces


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces so small, and progress so frequent, that a small file takes many steps."""
    monkeypatch.setattr(files, "PIECE_BYTES", PIECE)
    monkeypatch.setattr(files, "PROGRESS_SECONDS", 0.0)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A file of eight pieces."""
    path = tmp_path / "合同.pdf"
    path.write_bytes(CONTENT)
    return path


class Writer:
    """Does something to a file in another thread while progress waits, once `after` bytes are covered."""

    def __init__(self, deed: Callable[[], object], after: int) -> None:
        self.steps: list[tuple[int, int]] = []
        self._deed = deed
        self._after = after
        self._done = False

    def __call__(self, done: int, total: int) -> None:
        self.steps.append((done, total))
        if done >= self._after and not self._done:
            self._done = True
            thread = threading.Thread(target=self._deed)
            thread.start()
            thread.join()


def overwrite(path: Path, at: int = 0, data: bytes = b"?") -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


@pytest.mark.parametrize("content", SM3_VECTORS)
def test_sm3_of_a_file_equals_the_standard_s_own_example(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert digest_file(path).sm3.hex() == SM3_VECTORS[content]


@pytest.mark.parametrize("content", SHA256_VECTORS)
def test_sha256_of_a_file_equals_the_standard_s_own_example(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert digest_file(path).sha256.hex() == SHA256_VECTORS[content]
    assert digest_file_sha256(path).hex() == SHA256_VECTORS[content]


def test_an_empty_file_has_digests_and_size_zero(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    steps: list[tuple[int, int]] = []
    assert digest_file(path, lambda done, total: steps.append((done, total))) == FileDigests(sha256(b""), sm3(b""), 0)
    assert steps == [(0, 0)]


@pytest.mark.usefixtures("small_pieces")
@given(size=st.one_of(st.integers(0, 10 * PIECE), st.integers(0, 10).map(lambda pieces: pieces * PIECE)))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_digests_of_any_size_equal_those_of_the_whole(tmp_path: Path, size: int) -> None:
    content = (CONTENT * 2)[:size]
    path = tmp_path / "any"
    path.write_bytes(content)
    assert digest_file(path) == FileDigests(sha256(content), sm3(content), size)
    assert digest_file_sha256(path) == sha256(content)


@pytest.mark.parametrize(
    "name", ["合同 第一版（终稿）.pdf", "é-e\u0301.txt", "\u202egpj.exe", "a\nb", "-rf", "🖋️", " . "]
)
def test_names_of_any_script_are_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"abc")
    assert digest_file(path).sha256 == sha256(b"abc")


def test_a_name_that_is_not_unicode_is_read_and_can_be_written_out(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe"))
    with pytest.raises(FileUnreadable) as caught:
        digest_file(path)
    assert "udcff" in str(caught.value).encode("utf-8").decode()
    path.write_bytes(b"abc")
    assert digest_file(path).sha256 == sha256(b"abc")


def test_a_link_is_followed(tmp_path: Path, paper: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(paper)
    assert digest_file(link) == digest_file(paper)


@pytest.mark.usefixtures("small_pieces")
def test_progress_begins_at_nothing_never_goes_back_and_ends_at_the_whole(paper: Path) -> None:
    steps: list[tuple[int, int]] = []
    digest_file(paper, lambda done, total: steps.append((done, total)))
    assert {total for _, total in steps} == {len(CONTENT)}
    covered = [done for done, _ in steps]
    assert covered[0] == 0
    assert covered[-1] == len(CONTENT)
    assert covered == sorted(covered)
    assert len(covered) > 4


def test_progress_is_called_in_the_caller_s_thread_and_seldom(paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PIECE_BYTES", 64)
    monkeypatch.setattr(files, "PROGRESS_SECONDS", 3600.0)
    threads: list[int] = []
    digest_file(paper, lambda _done, _total: threads.append(threading.get_ident()))
    assert threads == [threading.get_ident()] * 2


# ---- changed meanwhile ----------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("after", [0, PIECE, len(CONTENT)], ids=["before reading", "while reading", "after reading"])
@pytest.mark.parametrize("at", [0, len(CONTENT) - 1], ids=["first byte", "last byte"])
def test_a_byte_overwritten_is_noticed(paper: Path, after: int, at: int) -> None:
    with pytest.raises(FileChanged):
        digest_file(paper, Writer(lambda: overwrite(paper, at), after))


@pytest.mark.usefixtures("small_pieces")
def test_a_byte_overwritten_is_noticed_when_the_time_of_content_is_put_back(paper: Path) -> None:
    os.utime(paper, ns=(10**18, 10**18))

    def forge() -> None:
        overwrite(paper)
        os.utime(paper, ns=(10**18, 10**18))

    with pytest.raises(FileChanged) as caught:
        digest_file(paper, Writer(forge, PIECE))
    assert caught.value.facts["what"] == "attributes"


@pytest.mark.parametrize(("age", "waits"), [(0, 1), (1, 1), (files.TICK_NANOSECONDS, 0)])
def test_a_file_just_written_is_read_only_when_its_times_can_tell(
    paper: Path, monkeypatch: pytest.MonkeyPatch, age: int, waits: int
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "time_ns", lambda: paper.stat().st_ctime_ns + age)
    monkeypatch.setattr(time, "sleep", slept.append)
    digest_file(paper)
    assert len(slept) == waits


def test_a_file_being_written_when_it_is_opened_is_noticed(paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: paper.stat().st_ctime_ns)
    monkeypatch.setattr(time, "sleep", lambda _seconds: overwrite(paper, data=b"?" * 2 * len(CONTENT)))
    with pytest.raises(FileChanged):
        digest_file(paper)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("after", [0, PIECE, len(CONTENT)], ids=["before reading", "while reading", "after reading"])
@pytest.mark.parametrize("size", [0, PIECE + 1, len(CONTENT) - 1, len(CONTENT) + 1, 3 * len(CONTENT)])
def test_a_file_truncated_or_grown_is_noticed(paper: Path, after: int, size: int) -> None:
    with pytest.raises(FileChanged) as caught:
        digest_file(paper, Writer(lambda: os.truncate(paper, size), after))
    assert caught.value.facts["what"] == "size"


@pytest.mark.usefixtures("small_pieces")
def test_a_file_that_grows_as_fast_as_it_is_read_ends(paper: Path) -> None:
    def grow(_done: int, _total: int) -> None:
        with paper.open("ab") as file:
            file.write(bytes(2 * PIECE))

    with pytest.raises(FileChanged):
        digest_file(paper, grow)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("after", [0, PIECE, len(CONTENT)])
def test_a_file_replaced_by_an_equal_one_is_noticed(tmp_path: Path, paper: Path, after: int) -> None:
    twin = tmp_path / "twin"
    twin.write_bytes(CONTENT)
    with pytest.raises(FileChanged) as caught:
        digest_file(paper, Writer(lambda: twin.replace(paper), after))
    assert caught.value.facts["what"] == "replaced"


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("after", [0, PIECE, len(CONTENT)])
def test_a_file_deleted_is_noticed(paper: Path, after: int) -> None:
    with pytest.raises(FileChanged) as caught:
        digest_file(paper, Writer(paper.unlink, after))
    assert caught.value.facts["what"] == "deleted"


@pytest.mark.usefixtures("small_pieces")
def test_a_link_turned_to_another_file_is_noticed(tmp_path: Path, paper: Path) -> None:
    twin, link = tmp_path / "twin", tmp_path / "link"
    twin.write_bytes(CONTENT)
    link.symlink_to(paper)

    def turn() -> None:
        link.unlink()
        link.symlink_to(twin)

    with pytest.raises(FileChanged) as caught:
        digest_file(link, Writer(turn, PIECE))
    assert caught.value.facts["what"] == "replaced"


# ---- unreadable -----------------------------------------------------------------------------------------------------
def reason_for(path: Path) -> object:
    with pytest.raises(FileUnreadable) as caught:
        digest_file(path)
    return caught.value.facts["reason"]


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    assert reason_for(tmp_path / "nothing") == "missing"
    (tmp_path / "file").touch()
    assert reason_for(tmp_path / "file" / "below") == "missing"


def test_a_directory_is_said(tmp_path: Path) -> None:
    assert reason_for(tmp_path) == "directory"


def test_a_pipe_is_said_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert reason_for(tmp_path / "pipe") == "special file"


def test_a_device_is_said() -> None:
    assert reason_for(Path(os.devnull)) == "special file"


def test_names_that_no_file_can_have_are_said(tmp_path: Path) -> None:
    assert reason_for(tmp_path / "a\0b") == "name"
    assert reason_for(tmp_path / ("长" * 200)) == "ENAMETOOLONG"


def test_a_file_without_permission_is_said(paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, flags: int) -> int:
        raise PermissionError(13, "no", str(path))

    monkeypatch.setattr(os, "open", refuse)
    assert reason_for(paper) == "permission"


def test_a_failing_disk_is_said(paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int, *_args: object, **_options: object) -> None:
        os.close(descriptor)
        raise OSError(5, "io")

    monkeypatch.setattr(os, "fdopen", fail)
    assert reason_for(paper) == "EIO"


# ---- given up -------------------------------------------------------------------------------------------------------
def reader_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "file-reader"]


@pytest.mark.usefixtures("small_pieces")
def test_a_stop_is_obeyed_at_the_next_piece(paper: Path) -> None:
    steps: list[int] = []
    with pytest.raises(Stopped):
        digest_file(paper, lambda done, _total: steps.append(done), should_stop=lambda: steps[-1] >= 2 * PIECE)
    assert steps[-1] <= 3 * PIECE
    assert reader_threads() == []


def test_a_stop_is_obeyed_while_the_disk_does_not_answer(paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    original = os.fdopen

    def hang(descriptor: int, mode: str, *, buffering: int) -> IO[Any]:
        release.wait()
        return original(descriptor, mode, buffering=buffering)

    monkeypatch.setattr(os, "fdopen", hang)
    monkeypatch.setattr(files, "END_SECONDS", 0.0)
    asked = iter([False, False, True])
    with pytest.raises(Stopped):
        digest_file(paper, should_stop=lambda: next(asked))
    abandoned = reader_threads()
    release.set()
    for thread in abandoned:
        thread.join()
    assert len(abandoned) == 1


@pytest.mark.usefixtures("small_pieces")
def test_an_error_of_the_progress_callback_reaches_the_caller_and_the_reader_ends(paper: Path) -> None:
    class OwnError(LuopuError):
        pass

    def refuse(done: int, _total: int) -> None:
        if done:
            raise OwnError

    with pytest.raises(OwnError):
        digest_file(paper, refuse)
    assert reader_threads() == []


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts descriptors through /proc")
def test_no_descriptor_is_left_open(paper: Path) -> None:
    def count() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = count()
    digest_file(paper)
    with pytest.raises(Stopped):
        digest_file(paper, should_stop=lambda: True)
    with pytest.raises(FileUnreadable):
        digest_file(paper.parent)
    assert count() == before


# ---- which SM3 ------------------------------------------------------------------------------------------------------
@given(st.binary(max_size=300), st.integers(0, 300))
def test_both_sources_of_sm3_agree(data: bytes, split: int) -> None:
    hashers = [new_sm3(), CryptographySm3()]
    for hasher in hashers:
        hasher.update(memoryview(data)[:split])
        hasher.update(memoryview(data)[split:])
    assert {hasher.digest() for hasher in hashers} == {bytes(sm3(data))}


def test_sm3_works_where_the_interpreter_has_none(paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = digest_file(paper)

    def refuse(name: str) -> None:
        raise ValueError(name)

    monkeypatch.setattr(hashlib, "new", refuse)
    assert isinstance(new_sm3(), CryptographySm3)
    assert digest_file(paper) == expected
