"""A file taken in on this machine: its context document, and where that of an agreement is kept."""

import os
from pathlib import Path

import pytest

from app import __version__
from app.client.contexts import capture_file, keep_context
from app.core.errors import FileUnwritable
from app.core.record import context_digest
from app.evidence.context import decode_context
from tests.client.company import Counted
from tests.fakes.consortium import MovedClock

NAME, SIZE = "租约.pdf", 7
RANDOMNESS = Counted()


def captured() -> bytes:
    return capture_file(NAME, SIZE, "经办 01", MovedClock(step=1), RANDOMNESS)


def test_a_context_says_what_by_whom_and_with_what() -> None:
    context = decode_context(captured())
    assert (context.file_name, context.file_size, context.media_type) == (NAME, SIZE, "application/pdf")
    assert (context.captured.by, context.captured.program) == ("经办 01", f"luopu {__version__}")
    assert context.captured.machine
    assert context.captured.system
    assert context.captured.local_clock_ns == MovedClock(step=1).now()


def test_the_same_file_has_another_context_each_time() -> None:
    assert context_digest(captured()) != context_digest(captured())


def test_a_context_is_kept_under_its_digest_for_its_owner_only(tmp_path: Path) -> None:
    context = captured()
    assert keep_context(tmp_path / "wallet" / "contexts", context) == context_digest(context)
    (kept,) = (tmp_path / "wallet" / "contexts").iterdir()
    assert (kept.name, kept.read_bytes()) == (f"{context_digest(context).hex()}.json", context)
    if os.name == "posix":
        assert kept.stat().st_mode & 0o777 == 0o600


def test_what_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    context = captured()
    there = tmp_path / f"{context_digest(context).hex()}.json"
    there.write_bytes(b"dear")
    with pytest.raises(FileUnwritable):
        keep_context(tmp_path, context)
    assert there.read_bytes() == b"dear"


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "contexts").write_bytes(b"no folder")
    with pytest.raises(FileUnwritable):
        keep_context(tmp_path / "contexts", captured())
