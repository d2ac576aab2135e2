"""The file of an outbox: whose it is, what is refused, and what is said when it fails."""

import contextlib
import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from app.core.errors import StoreDamaged, StoreFailed, StoreInUse, StoreTooNew
from app.core.ports import Clock
from app.wallet import sqlite_file
from app.wallet.entry import Entry, State
from app.wallet.outbox import Outbox
from app.wallet.softkey import UnlockedKey
from tests.wallet.conftest import CONTEXT, FILE, MakeDraft, Save, signed_by


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_the_file_is_its_owner_s_alone(outbox: Outbox, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_every_commit_is_synced_with_its_folder_and_what_is_replaced_is_overwritten(outbox: Outbox) -> None:
    file = outbox._file
    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
    assert {name: file._pragma(name) for name in names} == {
        "journal_mode": "delete",
        "synchronous": 3,  # EXTRA
        "foreign_keys": 1,
        "secure_delete": 1,
    }


def test_of_a_draft_that_is_discarded_nothing_is_left_in_the_file(outbox: Outbox, save: Save, path: Path) -> None:
    entry = save(1, file=b"a draft that is given up")
    assert entry.draft.body_bytes in path.read_bytes()
    outbox.discard(entry.id)
    assert entry.draft.body_bytes not in path.read_bytes()
    assert entry.shown.record.sha256 not in path.read_bytes()


def test_a_newer_program_s_outbox_is_refused_and_left_alone(outbox: Outbox, path: Path, clock: Clock) -> None:
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 5")
    before = path.read_bytes()
    with pytest.raises(StoreTooNew) as caught:
        Outbox.open(path, clock)
    assert caught.value.facts == {"path": str(path), "expected": 4, "got": 5}
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + bytes(84)])
def test_a_file_that_is_no_outbox_is_refused_and_left_alone(path: Path, clock: Clock, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreDamaged) as caught:
        Outbox.open(path, clock)
    assert caught.value.facts["path"] == str(path)
    assert path.read_bytes() == content


def test_another_program_s_database_is_refused_and_left_alone(path: Path, clock: Clock) -> None:
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE entries (id TEXT)")
    before = path.read_bytes()
    with pytest.raises(StoreDamaged) as caught:
        Outbox.open(path, clock)
    assert caught.value.facts == {"path": str(path), "reason": "not an outbox"}
    assert path.read_bytes() == before


def test_an_index_that_says_something_else_than_the_rows_is_found_and_said(
    save: Save, outbox: Outbox, path: Path, clock: Clock
) -> None:
    for number in range(1, 30):
        save(number)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'entries_by_matter'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    outbox.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size + 8 : page * size] = bytes(size - 8)
    path.write_bytes(content)
    with pytest.raises(StoreDamaged) as caught:
        Outbox.open(path, clock)
    assert caught.value.facts["path"] == str(path)
    assert str(caught.value.facts["reason"]) not in {"", "ok", "not an outbox"}
    assert path.read_bytes() == content


def test_an_outbox_cut_short_is_refused(save: Save, outbox: Outbox, path: Path, clock: Clock) -> None:
    for number in range(1, 30):
        save(number)
    outbox.close()
    content = path.read_bytes()
    for length in range(0, len(content), 1024):
        path.write_bytes(content[:length])
        with pytest.raises(StoreDamaged):
            Outbox.open(path, clock)


def test_a_row_that_was_altered_is_not_believed(save: Save, outbox: Outbox, path: Path) -> None:
    entry = save()
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE entries SET body = ?", (entry.draft.body_bytes[:-1],))
    with pytest.raises(StoreDamaged):
        outbox.get(entry.id)


@pytest.mark.parametrize("column", ["id", "matter", "hash"])
def test_a_row_that_says_something_else_than_its_bytes_is_not_believed(
    save: Save, outbox: Outbox, path: Path, key: UnlockedKey, column: str
) -> None:
    entry = save()
    outbox.mark_signed(entry.id, signed_by(entry.draft, key).raw)
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute(f"UPDATE entries SET {column} = ?", ("00" * 32 if column == "id" else bytes(32),))
    with pytest.raises(StoreDamaged):
        outbox.recent(1)


def test_a_signature_that_was_altered_is_not_believed(save: Save, outbox: Outbox, path: Path, key: UnlockedKey) -> None:
    entry = save()
    raw = signed_by(entry.draft, key).raw
    outbox.mark_signed(entry.id, raw)
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE entries SET raw = ?", (raw[:-1] + bytes([raw[-1] ^ 1]),))
    with pytest.raises(StoreDamaged):
        outbox.get(entry.id)


def test_a_folder_that_is_missing_or_in_its_place_is_said(tmp_path: Path, clock: Clock) -> None:
    for path in (tmp_path / "no" / "outbox", tmp_path):
        with pytest.raises(StoreFailed):
            Outbox.open(path, clock)


def test_a_closed_outbox_says_so(outbox: Outbox, save: Save) -> None:
    outbox.close()
    outbox.close()
    with pytest.raises(StoreFailed):
        save()
    with pytest.raises(StoreFailed):
        outbox.pending()


def test_a_full_disk_is_said_and_nothing_more_is_written(outbox: Outbox, save: Save, path: Path, clock: Clock) -> None:
    save(1)
    database = outbox._file._database
    database.execute(f"PRAGMA max_page_count = {database.execute('PRAGMA page_count').fetchone()[0]}")
    kept: list[Entry] = []

    def fill() -> None:
        kept.extend(save(number) for number in range(2, 200))

    with pytest.raises(StoreFailed):
        fill()
    with pytest.raises(StoreFailed):
        outbox.recent(1)
    box = Outbox.open(path, clock)
    assert len(box.recent(999)) == 1 + len(kept)
    assert box.recent(1) == (kept[-1],)
    box.close()


def test_a_writer_that_waits_too_long_is_told_and_may_try_again(
    path: Path, clock: Clock, make_draft: MakeDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.0)
    box = Outbox.open(path, clock)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreInUse):
            box.save_draft(make_draft(), path=FILE, context=CONTEXT)
    assert box.save_draft(make_draft(), path=FILE, context=CONTEXT).state is State.DRAFT
    box.close()


def test_writers_in_several_threads_and_connections_take_turns(path: Path, clock: Clock, make_draft: MakeDraft) -> None:
    boxes = [Outbox.open(path, clock), Outbox.open(path, clock)]
    drafts = [make_draft(number) for number in range(1, 41)]

    def save_some(turn: int) -> None:
        for draft in drafts[turn::4]:
            boxes[turn % 2].save_draft(draft, path=FILE, context=CONTEXT)

    threads = [threading.Thread(target=save_some, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {entry.draft for entry in boxes[0].recent(99)} == set(drafts)
    assert boxes[0]._file._pragma("integrity_check") == "ok"
    for box in boxes:
        box.close()


def test_two_who_create_at_once_share_one_outbox(
    path: Path, clock: Clock, make_draft: MakeDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Outbox.open(path, clock)
    kept = first.save_draft(make_draft(), path=FILE, context=CONTEXT)
    monkeypatch.setattr(Path, "exists", lambda _path: False)  # the second looked before the first was done
    second = Outbox.open(path, clock)
    assert second.recent(9) == (kept,)
    first.close()
    second.close()
