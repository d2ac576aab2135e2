"""Snapshots on disk: what was kept is loaded, nothing personal lies in the clear, what is published stays."""

import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.client.reserve.book import PublishedNote, ReserveBook
from app.client.reserve.papers import Papers
from app.core.errors import NotFound
from app.core.home import Home
from app.core.reserveerrors import InvalidReserve, SnapshotDamaged
from app.core.units import Hash32, Height, Nanoseconds
from app.core.walleterrors import BadTransition, KeyLocked
from app.reserve.hasher import PlainHasher
from app.reserve.shares import Shares
from app.wallet.backup import save_backup
from app.wallet.restore import restore_backup
from app.wallet.vault import Vault
from tests.client.reserve.snapshots import (
    ALL,
    CHEAP,
    PASSPHRASE,
    Made,
    assert_same,
    book,
    chain,
    files_of,
    home,
    made,
    open_book,
    open_vault,
    vault,
)
from tests.wallet.conftest import CountedRandomness, StepClock

__all__ = ["book", "home", "vault"]


# ---- there and back --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ALL)
def test_what_was_kept_is_loaded(book: ReserveBook, name: str) -> None:
    snapshot = made(name)
    note = snapshot.keep(book)
    assert (note.id, note.root, note.total) == (snapshot.id, snapshot.shares.root, snapshot.shares.tree.total)
    assert (note.header, note.note, note.published) == (snapshot.ground.header, snapshot.note, None)
    assert (note.terms.name, note.terms.decimals) == (snapshot.ground.terms.name, snapshot.ground.terms.decimals)
    assert book.note(note.id) == note
    assert_same(book.load(note.id), snapshot)


@pytest.mark.parametrize("name", ALL)
def test_papers_are_made_of_what_was_loaded(book: ReserveBook, name: str) -> None:
    snapshot = made(name)
    snapshot.keep(book)
    snapshot.mark(book)
    loaded, published = book.load(snapshot.id), book.published(snapshot.id)
    assert published == snapshot.published
    shares = Shares(PlainHasher(), loaded.ground.binding(loaded.master), loaded.owed, snapshot.note.padding)
    assert shares.root == snapshot.shares.root
    papers = Papers(loaded.ground, shares, published, chain().genesis, loaded.pieces)
    for row in range(len(loaded.owed.numbers)):
        papers.check(row)


def test_a_long_list_is_loaded_row_by_row_as_it_was(book: ReserveBook) -> None:
    first = made("first")
    count = 70_000  # more than one piece of an array, and of the sealed stream
    numbers = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(2**40 + 1)
    addresses = (np.arange(count * 20, dtype=np.uint64) % np.uint64(251)).astype(np.uint8).reshape(count, 20)
    owed = replace(first.shares.owed, numbers=numbers, addresses=addresses, balances=numbers // np.uint64(10**10))
    shares = Shares(PlainHasher(), first.ground.binding(first.master), owed)
    long = replace(first, shares=shares, note=replace(first.note, rows=count, padding=0))
    long.keep(book)
    assert_same(book.load(long.id), long)


def test_notes_are_listed_the_newest_first_and_without_the_vault(book: ReserveBook, home: Home) -> None:
    notes = [made(name).keep(book) for name in ALL]

    def closed() -> object:
        raise KeyLocked

    reader = ReserveBook(home.reserves, closed, CountedRandomness())  # type: ignore[arg-type]
    assert list(reader.notes()) == notes[::-1]
    with pytest.raises(KeyLocked):
        reader.load(notes[0].id)


def test_a_home_without_any_has_none(book: ReserveBook, home: Home) -> None:
    assert book.notes() == ()
    assert not home.reserves.exists()


def test_the_same_again_is_the_one_that_is_here(book: ReserveBook, home: Home) -> None:
    note = made("first").keep(book)
    before = files_of(home)
    assert made("first").keep(book) == note
    assert files_of(home) == before


@pytest.mark.parametrize("snapshot", ["", "..", "../wallet", "0" * 16, "A" * 16, ".lock"])
def test_another_id_is_not_found(book: ReserveBook, snapshot: str) -> None:
    made("first").keep(book)
    for ask in (book.note, book.load, book.published, book.discard):
        with pytest.raises(NotFound):
            ask(snapshot)
    with pytest.raises(NotFound):
        book.mark_published(snapshot, made("first").published, *made("first").place)


def test_a_name_that_is_no_unicode_is_kept_as_well_as_can_be(book: ReserveBook) -> None:
    first = made("first")
    note = replace(first, note=replace(first.note, source="a\udcff" + "丈" * 500)).keep(book)
    assert note.note.source == "a?" + "丈" * 340


# ---- what lies in the clear ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ALL)
def test_nothing_about_a_user_lies_in_the_clear(book: ReserveBook, home: Home, name: str) -> None:
    snapshot = made(name)
    snapshot.keep(book)
    snapshot.mark(book)
    content = b"".join(files_of(home).values())
    owed = snapshot.shares.owed
    secrets = [snapshot.master, owed.numbers.tobytes(), owed.balances.tobytes()]
    secrets += [address.tobytes() for address in owed.addresses]
    secrets += [str(number).encode() for number in owed.numbers.tolist()]
    for secret in secrets:
        assert secret not in content
        assert secret.hex().encode() not in content


def test_everything_is_readable_by_its_owner_alone(book: ReserveBook, home: Home) -> None:
    made("unique").keep(book)
    made("unique").mark(book)
    for path in [home.reserves, *home.reserves.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_changed_passphrase_opens_old_and_new(book: ReserveBook, vault: Vault, home: Home) -> None:
    made("first").keep(book)
    vault.change_passphrase(PASSPHRASE, "another passphrase", cost=CHEAP)
    made("second").keep(book)
    with closing(Vault.open(home.vault, "another passphrase", randomness=CountedRandomness(b"again"))) as again:
        reopened = open_book(home, again)
        assert_same(reopened.load(made("first").id), made("first"))
        assert_same(reopened.load(made("second").id), made("second"))


# ---- what does not belong together -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "spoil",
    [
        lambda one, _: replace(one, master=bytes(32)),
        lambda one, other: replace(one, ground=other.ground),
        lambda one, other: replace(one, shares=other.shares),
        lambda one, _: replace(one, note=replace(one.note, rows=9)),
        lambda one, _: replace(one, note=replace(one.note, padding=0)),
        lambda one, _: replace(one, pieces=(*one.pieces, b"")),
        lambda one, _: replace(one, pieces=(*one.pieces, b"")[:-2] or (b"",)),
    ],
)
@pytest.mark.parametrize("name", ["first", "unique"])
def test_what_could_not_be_proved_later_is_not_kept(
    book: ReserveBook, home: Home, name: str, spoil: Callable[[Made, Made], Made]
) -> None:
    with pytest.raises(InvalidReserve):
        spoil(made(name), made("second")).keep(book)
    assert not home.reserves.exists()


def test_nothing_is_kept_with_a_closed_vault(book: ReserveBook, vault: Vault, home: Home) -> None:
    vault.close()
    with pytest.raises(KeyLocked):
        made("first").keep(book)
    assert files_of(home) == {}


# ---- published -------------------------------------------------------------------------------------------------------
def test_where_it_was_published_is_kept(book: ReserveBook) -> None:
    first = made("first")
    first.keep(book)
    assert book.published(first.id) is None
    first.mark(book)
    transaction_hash, height, time_ns = first.place
    expected = PublishedNote(Hash32(transaction_hash), Height(height), Nanoseconds(time_ns))
    assert book.note(first.id).published == expected
    assert book.published(first.id) == first.published


def test_the_publication_of_another_is_refused(book: ReserveBook, home: Home) -> None:
    first, second = made("first"), made("second")
    first.keep(book)
    before = files_of(home)
    with pytest.raises(InvalidReserve):
        book.mark_published(first.id, second.published, *second.place)
    assert files_of(home) == before


def test_the_first_publication_stays(book: ReserveBook, home: Home) -> None:
    first = made("first")
    first.keep(book)
    first.mark(book)
    before = files_of(home)
    first.mark(book)
    with pytest.raises(BadTransition):
        book.mark_published(first.id, first.published, bytes(32), 9, 9)
    assert files_of(home) == before


def test_a_damaged_note_of_the_publication_counts_as_none_until_it_is_found_again(
    book: ReserveBook, home: Home
) -> None:
    first = made("first")
    first.keep(book)
    first.mark(book)
    sound = files_of(home)
    (home.reserves / first.id / "published.json").write_bytes(b"{}")
    assert [note.published for note in book.notes()] == [None]
    assert [name for name, _ in book.damaged()] == [first.id]
    with pytest.raises(SnapshotDamaged):
        book.published(first.id)
    with pytest.raises(BadTransition):
        book.discard(first.id)
    first.mark(book)
    assert files_of(home) == sound
    assert book.damaged() == ()


def test_a_publication_in_the_wrong_folder_is_told(book: ReserveBook, home: Home) -> None:
    for name in ("first", "second"):
        made(name).keep(book)
    made("second").mark(book)
    right, wrong = (home.reserves / made(name).id / "published.json" for name in ("second", "first"))
    wrong.write_bytes(right.read_bytes())
    with pytest.raises(SnapshotDamaged):
        book.published(made("first").id)


# ---- discarded -------------------------------------------------------------------------------------------------------
def test_a_discarded_one_is_gone_and_its_key_overwritten(
    book: ReserveBook, home: Home, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    first = made("first")
    first.keep(book)
    made("second").keep(book)
    monkeypatch.setattr(
        "app.client.reserve.shelf.shutil.rmtree", lambda folder: seen.append((folder / "owed.sealed").read_bytes())
    )
    book.discard(first.id)
    monkeypatch.undo()
    assert not any(seen[0][:346])
    assert [note.id for note in book.notes()] == [made("second").id]
    open_book(home, vault)
    assert {path.name for path in home.reserves.iterdir()} == {made("second").id, ".lock"}


def test_a_published_one_is_not_discarded(book: ReserveBook, home: Home) -> None:
    made("first").keep(book)
    made("first").mark(book)
    before = files_of(home)
    with pytest.raises(BadTransition):
        book.discard(made("first").id)
    assert files_of(home) == before


# ---- in a backup -----------------------------------------------------------------------------------------------------
def test_a_backup_brings_back_what_papers_are_made_of(book: ReserveBook, home: Home, tmp_path: Path) -> None:
    for name in ALL:
        made(name).keep(book)
        made(name).mark(book)
    target, fresh = tmp_path / "backup", Home(tmp_path / "fresh")
    save_backup(home, target, "a passphrase of its own", clock=StepClock(), randomness=CountedRandomness(), cost=CHEAP)
    restore_backup(fresh, target, "a passphrase of its own")
    assert files_of(fresh) == files_of(home)
    with open_vault(fresh) as vault:
        again = open_book(fresh, vault)
        assert again.notes() == book.notes()
        for name in ALL:
            assert_same(again.load(made(name).id), made(name))
            assert again.published(made(name).id) == made(name).published
