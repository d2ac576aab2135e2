"""Snapshots on a disk that others are at, that is full, or on which files were altered: told, and nothing else is touched."""

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Thread

import pytest

from app.client.reserve.book import ReserveBook
from app.client.reserve.note import decode_note, encode_note
from app.core.errors import LuopuError, StoreFailed, StoreInUse
from app.core.home import Home
from app.core.reserveerrors import SnapshotDamaged
from app.wallet.turns import taking_turns
from app.wallet.vault import Vault
from tests.client.reserve.snapshots import (
    ALL,
    assert_same,
    book,
    files_of,
    home,
    made,
    open_book,
    open_vault,
    vault,
)

__all__ = ["book", "home", "vault"]


# ---- damage ----------------------------------------------------------------------------------------------------------
def flipped(content: bytes, at: float) -> bytes:
    place = int(at * (len(content) - 1))
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@pytest.mark.parametrize(
    "spoil",
    [
        *(lambda content, at=at: flipped(content, at) for at in (0, 0.001, 0.03, 0.2, 0.5, 0.9, 1)),
        lambda content: content[:-1],
        lambda content: content + b"\x00",
        lambda _: b"",
        lambda content: bytes(len(content)),
    ],
)
@pytest.mark.parametrize("file", ["snapshot.json", "owed.sealed", "pieces", "published.json"])
def test_damage_of_any_file_is_told_and_others_are_listed(
    book: ReserveBook, home: Home, file: str, spoil: Callable[[bytes], bytes]
) -> None:
    for name in ALL:
        made(name).keep(book)
        made(name).mark(book)
    path = home.reserves / made("unique").id / file
    path.write_bytes(spoil(path.read_bytes()))
    ask = book.published if file == "published.json" else book.load
    with pytest.raises(SnapshotDamaged) as caught:
        ask(made("unique").id)
    assert caught.value.facts == {"snapshot": made("unique").id, "reason": file}
    assert {made("first").id, made("second").id} <= {note.id for note in book.notes()}
    assert_same(book.load(made("first").id), made("first"))
    if file == "snapshot.json":
        assert len(book.notes()) == 2
        assert [name for name, _ in book.damaged()] == [made("unique").id]
        with pytest.raises(SnapshotDamaged):
            book.discard(made("unique").id)


@pytest.mark.parametrize("file", ["snapshot.json", "owed.sealed", "pieces"])
def test_a_missing_file_is_told(book: ReserveBook, home: Home, file: str) -> None:
    made("unique").keep(book)
    (home.reserves / made("unique").id / file).unlink()
    with pytest.raises(SnapshotDamaged):
        book.load(made("unique").id)


def test_a_note_whose_digest_somebody_made_fit_does_not_open_the_seal(book: ReserveBook, home: Home) -> None:
    """The terms are the state's, and the note is the one that was sealed."""
    first = made("first")
    first.keep(book)
    path = home.reserves / first.id / "snapshot.json"
    kept = decode_note(path.read_bytes())
    path.write_bytes(encode_note(replace(kept, made=replace(kept.made, source="another.csv"))))
    assert book.note(first.id).note.source == "another.csv"
    with pytest.raises(SnapshotDamaged) as caught:
        book.load(first.id)
    assert caught.value.facts["reason"] == "owed.sealed"
    path.write_bytes(encode_note(replace(kept, terms=replace(kept.terms, decimals=9))))
    with pytest.raises(SnapshotDamaged) as caught:
        book.load(first.id)
    assert caught.value.facts["reason"] == "snapshot.json"


def test_the_sealed_file_of_another_snapshot_does_not_open(book: ReserveBook, home: Home) -> None:
    for name in ("first", "second"):
        made(name).keep(book)
    one, other = (home.reserves / made(name).id / "owed.sealed" for name in ("first", "second"))
    one.write_bytes(other.read_bytes())
    with pytest.raises(SnapshotDamaged):
        book.load(made("first").id)


def test_a_folder_under_another_s_id_is_told(book: ReserveBook, home: Home) -> None:
    made("first").keep(book)
    (home.reserves / made("first").id).rename(home.reserves / ("0" * 16))
    assert book.notes() == ()
    with pytest.raises(SnapshotDamaged):
        book.note("0" * 16)


def test_pieces_that_are_damaged_after_they_were_opened_are_told(book: ReserveBook, home: Home) -> None:
    made("unique").keep(book)
    pieces = book.load(made("unique").id).pieces
    path = home.reserves / made("unique").id / "pieces"
    path.write_bytes(flipped(path.read_bytes(), 0.5))
    with pytest.raises(SnapshotDamaged):
        pieces[0]


# ---- leftovers and others at it --------------------------------------------------------------------------------------
def leave_behind(home: Home) -> None:
    unfinished = home.reserves / f".{'0' * 16}-{'1' * 16}"
    unfinished.mkdir()
    (unfinished / "owed.sealed").write_bytes(b"half")
    (home.reserves / made("first").id / ".published.json-abc").write_bytes(b"half")


def test_what_was_left_behind_goes_at_the_next_opening(book: ReserveBook, home: Home, vault: Vault) -> None:
    made("first").keep(book)
    sound = files_of(home)
    leave_behind(home)
    assert [note.id for note in book.notes()] == [made("first").id]
    open_book(home, vault)
    assert files_of(home) == sound
    assert {path.name for path in home.reserves.iterdir()} == {made("first").id, ".lock"}


def test_what_somebody_is_at_is_left_alone(book: ReserveBook, home: Home, vault: Vault) -> None:
    made("first").keep(book)
    leave_behind(home)
    before = files_of(home)
    with taking_turns(home.reserves / ".lock"):
        assert [note.id for note in open_book(home, vault).notes()] == [made("first").id]
        assert files_of(home) == before


def test_somebody_who_is_at_it_for_long_is_told(book: ReserveBook, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    made("first").keep(book)
    before = files_of(home)
    monkeypatch.setattr("app.client.reserve.shelf.taking_turns", lambda path, patience: taking_turns(path, patience=0))
    with taking_turns(home.reserves / ".lock"):
        for change in (made("second").keep, made("first").mark, lambda at: at.discard(made("first").id)):
            with pytest.raises(StoreInUse):
                change(book)
    assert files_of(home) == before


def test_two_books_keep_at_once(home: Home, vault: Vault) -> None:
    books = [open_book(home, vault, bytes([number])) for number in range(3)]
    failed: list[LuopuError] = []

    def keep(book: ReserveBook, name: str) -> None:
        try:
            made(name).keep(book)
            made("first").keep(book)
        except LuopuError as error:
            failed.append(error)

    threads = [Thread(target=keep, args=pair) for pair in zip(books, ALL, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert {note.id for note in books[0].notes()} == {made(name).id for name in ALL}


def test_a_file_in_the_place_of_the_folder_is_said(book: ReserveBook, home: Home) -> None:
    home.reserves.write_bytes(b"")
    with pytest.raises(StoreFailed):
        made("first").keep(book)
    assert home.reserves.read_bytes() == b""


@pytest.mark.parametrize(
    ("change", "at"),
    [("keep", 2), ("keep", 3), ("keep", 4), ("mark", 2)],
    ids=["list", "note", "folder", "publication"],
)
def test_a_disk_that_is_full_for_a_moment_is_told_and_nothing_is_left_behind(
    book: ReserveBook, home: Home, monkeypatch: pytest.MonkeyPatch, change: str, at: int
) -> None:
    calls, fsync = count(1), os.fsync

    def refuse(descriptor: int) -> None:
        if next(calls) == at:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    made("first").keep(book)
    before = files_of(home)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        with pytest.raises(StoreFailed):
            getattr(made("second" if change == "keep" else "first"), change)(book)
    assert files_of(home) == before
    assert {path.name for path in home.reserves.iterdir()} == {made("first").id, ".lock"}


def test_other_things_in_the_folder_are_left_alone(book: ReserveBook, home: Home, vault: Vault, tmp_path: Path) -> None:
    made("first").keep(book)
    for name in ("notes.txt", ".DS_Store", "f" * 16):
        (home.reserves / name).write_bytes(b"mine")
    assert [note.id for note in open_book(home, vault).notes()] == [made("first").id]
    assert (home.reserves / ".DS_Store").exists()
    with open_vault(home) as again:
        assert_same(open_book(home, again).load(made("first").id), made("first"))
