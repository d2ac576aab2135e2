"""An outbox of the first version, which held records only, goes on where it was: whole, or as it was.

`outbox_version_1.sqlite3` was written by that version: a draft, one signed, one submitted with a note, one final, one expired
with its renewed draft, one refused, and a gap where a draft was discarded.
"""

import contextlib
import shutil
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import StoreDamaged, StoreFailed, StoreTooNew
from app.core.ports import Clock
from app.core.units import Height
from app.core.walleterrors import OutcomeUnknown
from app.wallet import outbox_file
from app.wallet.entry import Entry, ExpiredAt, FinalAt, RefusedAt, State
from app.wallet.matter import matter_of
from app.wallet.outbox import Outbox
from app.wallet.outbox_file import OUTBOX
from app.wallet.softkey import UnlockedKey
from app.wallet.sqlite_file import SqliteFile
from tests.wallet.conftest import CONTEXT, FILE, build_action, build_draft, signed_by

FIRST_VERSION = Path(__file__).with_name("outbox_version_1.sqlite3")


@pytest.fixture
def old(path: Path) -> Path:
    shutil.copyfile(FIRST_VERSION, path)
    return path


def opened(path: Path, clock: Clock) -> tuple[Entry, ...]:
    box = Outbox.open(path, clock)
    try:
        return box.recent(99)
    finally:
        box.close()


def test_every_entry_is_what_it_was(old: Path, clock: Clock, key: UnlockedKey) -> None:
    entries = {int.from_bytes(entry.shown.nonce, "big"): entry for entry in opened(old, clock)}
    assert {number: (entry.state, entry.outcome, entry.note) for number, entry in entries.items()} == {
        1: (State.DRAFT, None, ""),
        3: (State.SIGNED, None, ""),
        4: (State.SUBMITTED, None, "node-unreachable"),
        5: (State.FINAL, FinalAt(Height(599), 7), ""),
        6: (State.EXPIRED, ExpiredAt(Height(600)), ""),
        7: (State.REFUSED, RefusedAt(Height(42), 11), ""),
        8: (State.DRAFT, None, ""),
    }
    for number, entry in entries.items():
        file = b"abcd" if number in {6, 8} else b"abc"
        draft = build_draft(number, valid_until={3: 700, 8: 1200}.get(number, 600), file=file)
        assert (entry.draft, entry.action, entry.path, entry.context) == (draft, "notarize", FILE, CONTEXT)
        is_signed = entry.state is not State.DRAFT
        assert entry.transaction == (signed_by(draft, key).raw if is_signed else None)
        assert (entry.is_own, entry.is_told) == (is_signed, entry.outcome is not None)
        assert entry.created_ns <= entry.changed_ns
    assert entries[8].replaces == entries[6].id
    assert [int.from_bytes(entry.shown.nonce, "big") for entry in opened(old, clock)] == [8, 7, 6, 5, 4, 3, 1]


def test_it_goes_on(old: Path, clock: Clock, key: UnlockedKey) -> None:
    box = Outbox.open(old, clock)
    submitted, signed = box.pending()
    assert (submitted.state, signed.state) == (State.SUBMITTED, State.SIGNED)
    assert box.find(signed.record_digest) == signed
    assert box.find(signed.transaction_hash or b"") == signed
    with pytest.raises(OutcomeUnknown):
        box.renew(signed.id, build_draft(33), context=CONTEXT)
    box.mark_outcome(signed.id, FinalAt(Height(5), 1))
    draft = box.drafts()[0]
    box.mark_signed(draft.id, signed_by(draft.draft, key).raw)
    action = box.save_draft(build_action(50))
    assert box.recent(1) == (action,)
    assert matter_of(action.draft) != matter_of(draft.draft)
    box.close()


def test_it_happens_once(old: Path, clock: Clock) -> None:
    opened(old, clock)
    after = old.read_bytes()
    opened(old, clock)
    assert old.read_bytes() == after
    with contextlib.closing(sqlite3.connect(old)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (4,)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        assert tables == {"approvals", "dismissed", "entries", "sqlite_sequence"}


def test_a_file_brought_up_to_date_is_built_like_a_new_one(old: Path, tmp_path: Path, clock: Clock) -> None:
    opened(old, clock)
    opened(tmp_path / "new", clock)
    schemas = []
    for file in (old, tmp_path / "new"):
        with contextlib.closing(sqlite3.connect(file)) as database:
            schemas.append(
                sorted(database.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall(), key=str)
            )
    assert schemas[0] == schemas[1]


@pytest.mark.parametrize("done", range(len(OUTBOX.upgrades[0]) + 1))
def test_where_it_fails_the_file_is_as_it_was(
    old: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    broken = (*OUTBOX.upgrades[0][:done], "this is no SQL")
    with monkeypatch.context() as patch:
        patch.setattr(outbox_file, "OUTBOX", replace(OUTBOX, upgrades=(broken,)))
        with pytest.raises(StoreFailed):
            Outbox.open(old, clock)
    with contextlib.closing(sqlite3.connect(old)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM entries WHERE record_digest IS NOT NULL").fetchone() == (7,)
    assert len(opened(old, clock)) == 7


def test_several_who_open_it_at_once_bring_it_up_to_date_once(old: Path, clock: Clock) -> None:
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(len(opened(old, clock)))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [7] * 6


def test_who_looked_before_another_had_brought_it_up_to_date_finds_nothing_to_do(
    old: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(old, clock)
    after = old.read_bytes()
    versions, version = [1], SqliteFile._version
    monkeypatch.setattr(SqliteFile, "_check_sound", lambda _self: None)
    monkeypatch.setattr(SqliteFile, "_version", lambda file: versions.pop() if versions else version(file))
    assert len(opened(old, clock)) == 7
    assert versions == []
    assert old.read_bytes() == after


def test_who_looked_before_a_newer_program_had_changed_it_leaves_it_alone(
    old: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with contextlib.closing(sqlite3.connect(old)) as database:
        database.execute("PRAGMA user_version = 5")
    after, versions, version = old.read_bytes(), [1], SqliteFile._version
    monkeypatch.setattr(SqliteFile, "_check_sound", lambda _self: None)
    monkeypatch.setattr(SqliteFile, "_version", lambda file: versions.pop() if versions else version(file))
    with pytest.raises(StoreTooNew):
        Outbox.open(old, clock)
    assert versions == []
    assert old.read_bytes() == after


def test_nothing_of_the_first_version_s_table_is_left_where_it_lay(old: Path, clock: Clock) -> None:
    with contextlib.closing(sqlite3.connect(old)) as database:
        raws = [raw for (raw,) in database.execute("SELECT raw FROM entries WHERE raw IS NOT NULL")]
    opened(old, clock)
    content = old.read_bytes()
    assert [content.count(raw) for raw in raws] == [1] * len(raws)


@pytest.mark.parametrize("version", [0, -1])
def test_a_version_that_never_was_is_refused(old: Path, clock: Clock, version: int) -> None:
    with contextlib.closing(sqlite3.connect(old)) as database:
        database.execute(f"PRAGMA user_version = {version}")
    before = old.read_bytes()
    with pytest.raises(StoreDamaged):
        Outbox.open(old, clock)
    assert old.read_bytes() == before
