"""Logs that are bounded whatever is said."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.consortium.logs import BoundedLog


@given(st.lists(st.binary(max_size=400), max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_newest_is_kept_in_order_and_no_file_is_larger_than_its_bound(tmp_path: Path, pieces: list[bytes]) -> None:
    path = tmp_path / "some.log"
    for old in tmp_path.iterdir():
        old.unlink()
    log = BoundedLog(path, max_bytes=500, older=3)
    for piece in pieces:
        log.write(piece)
    log.close()
    files = sorted(tmp_path.iterdir(), key=lambda file: -int(file.suffix[1:]) if file.suffix != ".log" else 1)
    assert len(files) <= 4
    assert all(file.stat().st_size <= 500 for file in files)
    assert b"".join(pieces).endswith(b"".join(file.read_bytes() for file in files))


def test_older_files_have_higher_numbers(tmp_path: Path) -> None:
    log = BoundedLog(tmp_path / "some.log", max_bytes=4, older=3)
    for number in range(10):
        log.write(b"%d%d%d\n" % (number, number, number))
    log.close()
    names = ["some.log.3", "some.log.2", "some.log.1", "some.log"]
    assert [(tmp_path / name).read_bytes() for name in names] == [b"666\n", b"777\n", b"888\n", b"999\n"]
    assert len(list(tmp_path.iterdir())) == 4


def test_what_stood_there_before_is_continued(tmp_path: Path) -> None:
    log = BoundedLog(tmp_path / "logs" / "some.log")
    log.write(b"one\n")
    log.close()
    log.write(b"two\n")
    log.close()
    assert log.path.read_bytes() == b"one\ntwo\n"
    assert log.last_words() == "two"


def test_a_log_that_cannot_be_written_loses_words_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("not a folder")
    log = BoundedLog(tmp_path / "logs" / "some.log")
    log.write(b"one\n")
    assert log.last_words() == ""


def test_the_last_words_say_why_rather_than_where() -> None:
    assert last_words("starting", "panic: no key", "", "goroutine 1 [running]:", "\tmain.go:52") == "panic: no key"
    assert last_words("ERROR: one", "starting", "ERROR: two") == "ERROR: two"
    assert last_words("Traceback", "ValueError: it broke") == "ValueError: it broke"
    assert last_words() == ""


def last_words(*lines: str) -> str:
    with TemporaryDirectory() as folder:
        log = BoundedLog(Path(folder) / "some.log")
        log.write("\n".join(lines).encode())
        log.close()
        return log.last_words()
