"""Lists that were sent: private, bounded, whole or gone."""

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.core.errors import DecodingError, FileUnwritable, UsageError
from app.core.reserveerrors import ListTooLarge
from app.custodian.uploads import PIECE_BYTES, Uploads
from tests.custodian.counter import Chance


async def pieces(*content: bytes, error: Exception | None = None) -> AsyncIterator[bytes]:
    for each in content:
        yield each
    if error is not None:
        raise error


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    found = Uploads(tmp_path / "uploads", Chance())
    found.tidy()
    return found


async def test_what_comes_is_written_for_this_user_alone_and_forgotten(uploads: Uploads, tmp_path: Path) -> None:
    content = [b"a" * PIECE_BYTES, b"b" * 10, b"c"]
    path = await uploads.receive(pieces(*content), "夜 list.csv", PIECE_BYTES + 11)
    assert (path.name, path.read_bytes()) == ("夜 list.csv", b"".join(content))
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent, tmp_path / "uploads")] == [
        0o600,
        0o700,
        0o700,
    ]
    uploads.forget(path)
    assert list((tmp_path / "uploads").iterdir()) == []


async def test_what_is_too_large_or_cut_off_leaves_nothing(uploads: Uploads, tmp_path: Path) -> None:
    with pytest.raises(ListTooLarge):
        await uploads.receive(pieces(b"12345", b"6"), "list", 5)
    with pytest.raises(DecodingError):
        await uploads.receive(pieces(b"12345", error=DecodingError(reason="cut off")), "list", 5)
    assert list((tmp_path / "uploads").iterdir()) == []


@pytest.mark.parametrize("moment", range(8))
async def test_whoever_goes_away_leaves_nothing_at_whatever_moment(
    uploads: Uploads, tmp_path: Path, moment: int
) -> None:
    for _ in range(40):
        receiving = asyncio.create_task(uploads.receive(pieces(*[b"a" * PIECE_BYTES] * 3), "list", 4 * PIECE_BYTES))
        for _ in range(moment):
            await asyncio.sleep(0)
        receiving.cancel()
        with suppress(asyncio.CancelledError):
            uploads.forget(await receiving)
    await asyncio.get_running_loop().shutdown_default_executor()  # whatever a thread does has been done
    assert list((tmp_path / "uploads").iterdir()) == []


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", "C:x", "x\n", "x" * 101, "\u202ecsv"])
async def test_a_name_that_leads_elsewhere_or_hides_is_refused(uploads: Uploads, name: str) -> None:
    with pytest.raises(UsageError):
        await uploads.receive(pieces(b"x"), name, 5)


async def test_what_a_killed_service_left_is_deleted_at_the_next_start(uploads: Uploads, tmp_path: Path) -> None:
    await uploads.receive(pieces(b"x"), "list", 5)
    Uploads(tmp_path / "uploads", Chance()).tidy()
    assert list((tmp_path / "uploads").iterdir()) == []


async def test_a_disk_that_refuses_is_told(uploads: Uploads, tmp_path: Path) -> None:
    (tmp_path / "uploads").rmdir()
    with pytest.raises(FileUnwritable):
        await uploads.receive(pieces(b"x"), "list", 5)
    (tmp_path / "uploads").write_text("a file")
    with pytest.raises(FileUnwritable):
        uploads.tidy()
