"""The file of the vault: what it discloses, whose it is, what is refused, and what is said when it fails."""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.core.errors import StoreError, StoreFailed, StoreInUse, StoreTooNew
from app.core.ports import Clock, Randomness
from app.core.units import Hash32
from app.core.walleterrors import NoVault, VaultDamaged, VaultExists
from app.wallet import sqlite_file, vault_file
from app.wallet.keystore import Cost
from app.wallet.outbox import Outbox
from app.wallet.vault import Vault
from app.wallet.vault_file import VAULT, newest_generation, read_head
from tests.wallet.vault_people import PASSPHRASE, build_person, change, words_of

COST_AT = 1
ACCOUNT = 0x1122334455667788


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


@pytest.fixture
def vault(path: Path, randomness: Randomness, cheap: Cost) -> Iterator[Vault]:
    with closing(Vault.create(path, PASSPHRASE, randomness=randomness, cost=cheap)) as vault:
        yield vault


def rows_of(path: Path) -> list[tuple[bytes, int, bytes, bytes, bytes]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(
            "SELECT id, generation, root_tag, account_tag, sealed FROM people ORDER BY id"
        ).fetchall()


# ---- what it discloses -------------------------------------------------------------------------------------------------
def test_nothing_of_a_person_stands_in_any_file(vault: Vault, path: Path, cheap: Cost) -> None:
    people = [build_person(1), build_person(2, ACCOUNT)]
    person_id = vault.add(people[0])
    vault.bind(person_id, ACCOUNT)
    with vault._file.write() as database:  # with a journal beside it
        vault_file.insert_row(database, *vault._seal(bytes(16), people[1]))
        database.execute("PRAGMA cache_spill = ON")
        raw = b"".join(file.read_bytes() for file in path.parent.iterdir())
    vault.change_passphrase(PASSPHRASE, PASSPHRASE, cost=cheap)
    raw += path.read_bytes()
    secrets = [ACCOUNT.to_bytes(8, "big"), ACCOUNT.to_bytes(8, "little"), str(ACCOUNT).encode(), b"real-name", b"luopu"]
    secrets += [name.encode() for name in ("id-number", "病历号")] + [bytes(key) for key in vault._keys._keys]
    for person in people:
        secrets += [word.encode(form) for word in words_of(person) for form in ("utf-8", "utf-16-le", "gb18030")]
        secrets += [person.root, person.root.hex().encode(), *(each.salt for each in person.attributes)]
        secrets += [person.materials[0].digests.sha256, person.materials[0].digests.sha256.hex().encode()]
    assert [secret for secret in secrets if secret in raw] == []
    assert len(rows_of(path)) == 2


def test_sizes_tell_no_more_than_blocks_of_256_bytes(vault: Vault, path: Path) -> None:
    for number in range(1, 4):
        vault.add(build_person(number))
    sizes = {len(sealed) for *_, sealed in rows_of(path)}
    assert len(sizes) == 1
    assert {(size - 24 - 16) % 256 for size in sizes} == {0}


def test_nothing_tells_who_has_an_account_or_which_rows_belong_together(vault: Vault, path: Path) -> None:
    for number in range(1, 5):
        vault.add(build_person(number, account=77 if number < 3 else None))
    rows = rows_of(path)
    tags = [tag for _, _, root_tag, account_tag, _ in rows for tag in (root_tag, account_tag)]
    assert len(set(tags)) == 8
    assert {len(tag) for tag in tags} == {32}
    assert {(len(row_id), generation, len(sealed)) for row_id, generation, _, _, sealed in rows} == {
        (16, 1, len(rows[0][4]))
    }


def test_the_same_person_is_sealed_differently_each_time_and_under_other_tags_elsewhere(
    vault: Vault, path: Path, tmp_path: Path, randomness: Randomness, cheap: Cost
) -> None:
    vault.add(build_person(1, account=77))
    with closing(Vault.create(tmp_path / "other", PASSPHRASE, randomness=randomness, cost=cheap)) as other:
        other.add(build_person(1, account=77))
    parts = {part for path in (path, tmp_path / "other") for row in rows_of(path) for part in row}
    assert len(parts) == 2 * 4 + 1  # the generation is 1 in both


def test_a_changed_passphrase_leaves_the_rows_and_nothing_of_the_head_before(
    vault: Vault, path: Path, cheap: Cost
) -> None:
    vault.add(build_person(1))
    rows, head = rows_of(path), read_head(vault._file)
    vault.change_passphrase(PASSPHRASE, PASSPHRASE, cost=cheap)
    assert rows_of(path) == rows
    content, after_cost = path.read_bytes(), COST_AT + 12
    assert [at for at in range(after_cost, len(head) - 16, 16) if head[at : at + 16] in content] == []


def test_who_knew_the_old_passphrase_cannot_read_what_came_later(
    vault: Vault, path: Path, randomness: Randomness, cheap: Cost
) -> None:
    head = read_head(vault._file)
    vault.add(build_person(1))
    vault.change_passphrase(PASSPHRASE, "another passphrase", cost=cheap)
    change(path, "UPDATE head SET keys = ?", head)
    with closing(Vault.open(path, PASSPHRASE, randomness=randomness)) as old:
        assert [kept.person for kept in old.search("")] == [build_person(1)]
    change(path, "UPDATE head SET keys = ?", vault._head)
    vault.add(build_person(2))
    change(path, "UPDATE head SET keys = ?", head)
    with pytest.raises(VaultDamaged):
        Vault.open(path, PASSPHRASE, randomness=randomness)


def test_of_somebody_who_was_forgotten_nothing_is_left_in_the_file(vault: Vault, path: Path) -> None:
    ids = [vault.add(build_person(number, account=77)) for number in range(3)]
    before = {row[0]: row for row in rows_of(path)}
    vault.forget(ids[0])
    content = path.read_bytes()
    _, _, root_tag, account_tag, sealed = before[bytes.fromhex(ids[0])]
    assert [part for part in (bytes.fromhex(ids[0]), root_tag, sealed, sealed[24:-16]) if part in content] == []
    tags = [tag for *_, tag, _ in rows_of(path)]
    assert len(set(tags)) == 2
    assert account_tag in tags, "the next of the account has moved up"


# ---- the file as such ----------------------------------------------------------------------------------------------------
@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_the_file_is_its_owner_s_alone(vault: Vault, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_every_commit_is_synced_with_its_folder_and_what_is_replaced_is_overwritten(vault: Vault) -> None:
    file = vault._file
    assert {name: file._pragma(name) for name in ("journal_mode", "synchronous", "secure_delete")} == {
        "journal_mode": "delete",
        "synchronous": 3,  # EXTRA
        "secure_delete": 1,
    }


@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
def test_what_is_there_is_never_overwritten(path: Path, randomness: Randomness, cheap: Cost, kind: str) -> None:
    if kind == "file":
        path.write_bytes(b"precious")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(path.with_name("nowhere"))
    with pytest.raises(VaultExists):
        Vault.create(path, PASSPHRASE, randomness=randomness, cost=cheap)
    assert kind != "file" or path.read_bytes() == b"precious"
    assert list(path.parent.iterdir()) == [path]


def test_of_two_who_create_at_once_one_wins(
    vault: Vault, path: Path, randomness: Randomness, cheap: Cost, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()
    monkeypatch.setattr(os.path, "lexists", lambda _path: False)  # the second looked before the first was done
    with pytest.raises(VaultExists):
        Vault.create(path, PASSPHRASE, randomness=randomness, cost=cheap)
    assert path.read_bytes() == before


def test_no_vault_is_said_and_none_is_made(path: Path, randomness: Randomness) -> None:
    with pytest.raises(NoVault):
        Vault.open(path, PASSPHRASE, randomness=randomness)
    assert not path.exists()


def test_a_newer_program_s_vault_is_refused_and_left_alone(vault: Vault, path: Path, randomness: Randomness) -> None:
    change(path, f"PRAGMA user_version = {VAULT.version + 1}")
    before = path.read_bytes()
    with pytest.raises(StoreTooNew) as caught:
        Vault.open(path, PASSPHRASE, randomness=randomness)
    assert caught.value.facts == {"path": str(path), "expected": VAULT.version, "got": VAULT.version + 1}
    assert path.read_bytes() == before


def test_a_version_that_never_was_is_refused(vault: Vault, path: Path, randomness: Randomness) -> None:
    change(path, "PRAGMA user_version = 0")
    with pytest.raises(VaultDamaged):
        Vault.open(path, PASSPHRASE, randomness=randomness)


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + bytes(84)])
def test_a_file_that_is_no_vault_is_refused_and_left_alone(path: Path, randomness: Randomness, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(VaultDamaged):
        Vault.open(path, PASSPHRASE, randomness=randomness)
    assert path.read_bytes() == content


def test_an_outbox_is_no_vault(path: Path, randomness: Randomness, clock: Clock) -> None:
    Outbox.open(path, clock).close()
    with pytest.raises(VaultDamaged):
        Vault.open(path, PASSPHRASE, randomness=randomness)


def test_a_folder_in_its_place_or_a_missing_one_is_said(tmp_path: Path, randomness: Randomness, cheap: Cost) -> None:
    with pytest.raises(StoreFailed):
        Vault.open(tmp_path, PASSPHRASE, randomness=randomness)
    with pytest.raises(StoreFailed):
        Vault.create(tmp_path / "no" / "vault", PASSPHRASE, randomness=randomness, cost=cheap)


def test_a_vault_cut_short_is_refused_at_the_latest_when_somebody_is_missing(
    vault: Vault, path: Path, randomness: Randomness
) -> None:
    people = {build_person(number) for number in range(20)}
    for person in people:
        vault.add(person)
    vault.close()
    content, refused = path.read_bytes(), 0
    lengths = range(0, len(content), 512)
    for length in lengths:
        path.write_bytes(content[:length])
        try:
            with closing(Vault.open(path, PASSPHRASE, randomness=randomness)) as cut:
                assert {kept.person for kept in cut.search("")} == people  # only unused bytes were cut off
        except VaultDamaged:
            refused += 1
    assert refused > len(lengths) - 8  # the last page may be half empty


def test_a_full_disk_is_said_and_nothing_more_is_written(vault: Vault, path: Path, randomness: Randomness) -> None:
    vault.add(build_person(0))
    database = vault._file._database
    database.execute(f"PRAGMA max_page_count = {database.execute('PRAGMA page_count').fetchone()[0]}")
    kept = {build_person(0)}

    def fill() -> None:
        for number in range(1, 100):
            vault.add(build_person(number))
            kept.add(build_person(number))

    with pytest.raises(StoreFailed):
        fill()
    with pytest.raises(StoreError):
        list(vault.search(""))
    with closing(Vault.open(path, PASSPHRASE, randomness=randomness)) as again:
        assert {each.person for each in again.search("")} == kept


def test_a_writer_that_waits_too_long_is_told_and_may_try_again(
    path: Path, randomness: Randomness, cheap: Cost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.0)
    with closing(Vault.create(path, PASSPHRASE, randomness=randomness, cost=cheap)) as vault:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StoreInUse):
                vault.add(build_person(1))
            with pytest.raises(StoreInUse):
                Vault.open(path, PASSPHRASE, randomness=randomness)
        vault.add(build_person(1))
        assert vault.by_root(build_person(1).root) is not None


def test_a_change_of_passphrase_that_cannot_be_committed_is_undone_here_too(
    path: Path, randomness: Randomness, cheap: Cost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.0)
    with closing(Vault.create(path, PASSPHRASE, randomness=randomness, cost=cheap)) as vault:
        vault.add(build_person(1))
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM head").fetchone()  # while somebody reads, SQLite lets nobody commit
            with pytest.raises(StoreInUse):
                vault.change_passphrase(PASSPHRASE, "another passphrase", cost=cheap)
        vault.add(build_person(2))
        assert newest_generation(vault._file) == 1
    with closing(Vault.open(path, PASSPHRASE, randomness=randomness)) as again:
        assert len(list(again.search(""))) == 2


def test_the_id_of_a_row_that_is_there_is_never_given_again(path: Path, cheap: Cost) -> None:
    class Stuck:
        def random_bytes(self, count: int) -> bytes:
            return bytes(count)

    with closing(Vault.create(path, PASSPHRASE, randomness=Stuck(), cost=cheap)) as vault:
        vault.add(build_person(1, account=77))
        with pytest.raises(StoreFailed):
            vault.add(build_person(2, account=78))
    with closing(Vault.open(path, PASSPHRASE, randomness=Stuck())) as again:
        assert [kept.person for kept in again.search("")] == [build_person(1, account=77)]
        assert again.by_root(Hash32(build_person(2).root)) is None
