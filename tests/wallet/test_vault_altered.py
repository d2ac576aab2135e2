"""What happens to whoever alters the vault's file behind its back: rows and heads are refused, never believed."""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.core.hashing import sha256
from app.core.ports import Randomness
from app.core.walleterrors import VaultDamaged, WrongPassphrase
from app.wallet import vault_seal
from app.wallet.keystore import SENSITIVE, Cost
from app.wallet.vault import Vault
from app.wallet.vault_file import read_head
from tests.wallet.vault_people import PASSPHRASE, build_person, change

COST_AT = 1


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


# ---- altered rows --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("column", ["id", "root_tag", "account_tag", "sealed"])
@pytest.mark.parametrize("at", [0, 15, -1])
def test_a_row_with_a_flipped_bit_is_refused(vault: Vault, path: Path, column: str, at: int) -> None:
    vault.add(build_person(1, account=77))
    with closing(sqlite3.connect(path)) as database:
        altered = bytearray(database.execute(f"SELECT {column} FROM people").fetchone()[0])
    altered[at] ^= 0x01
    change(path, f"UPDATE people SET {column} = ?", bytes(altered))
    with pytest.raises(VaultDamaged):
        list(vault.search(""))


@pytest.mark.parametrize("column", ["id", "root_tag", "account_tag", "sealed"])
@pytest.mark.parametrize("length", [0, 1, 15, 16, 24, 40, 43])
def test_a_row_with_another_length_is_refused(vault: Vault, path: Path, column: str, length: int) -> None:
    vault.add(build_person(1, account=77))
    for statement in (
        f"UPDATE people SET {column} = substr({column}, 1, {length})",
        f"UPDATE people SET {column} = cast({column} || x'00' AS BLOB)",
    ):
        before = rows_of(path)
        change(path, statement)
        if rows_of(path) != before:
            with pytest.raises(VaultDamaged):
                list(vault.search(""))


@pytest.mark.parametrize("generation", [-1, 0, 2, 2**62])
def test_a_row_under_another_key_is_refused(vault: Vault, path: Path, cheap: Cost, generation: int) -> None:
    vault.add(build_person(1, account=77))
    vault.change_passphrase(PASSPHRASE, PASSPHRASE, cost=cheap)
    change(path, "UPDATE people SET generation = ?", generation)
    with pytest.raises(VaultDamaged):
        vault.by_root(build_person(1).root)


@pytest.mark.parametrize("columns", [("sealed",), ("root_tag",), ("account_tag",), ("root_tag", "account_tag")])
def test_rows_that_were_swapped_are_refused(vault: Vault, path: Path, columns: tuple[str, ...]) -> None:
    people = [build_person(number, account=76 + number) for number in (1, 2)]
    ids = [vault.add(person) for person in people]
    names = ("id", "generation", "root_tag", "account_tag", "sealed")
    first, second = (dict(zip(names, row, strict=True)) for row in rows_of(path))
    for column in columns:
        change(path, f"UPDATE people SET {column} = ? WHERE id = ?", b"aside", first["id"])
        change(path, f"UPDATE people SET {column} = ? WHERE id = ?", first[column], second["id"])
        change(path, f"UPDATE people SET {column} = ? WHERE id = ?", second[column], first["id"])
    for person_id, person in zip(ids, people, strict=True):
        for use in (lambda: vault.get(person_id), lambda: vault.by_root(person.root), lambda: vault.by_account(77)):  # noqa: B023
            with pytest.raises(VaultDamaged):
                use()


def test_a_row_of_another_vault_is_refused(
    vault: Vault, path: Path, tmp_path: Path, randomness: Randomness, cheap: Cost
) -> None:
    with closing(Vault.create(tmp_path / "other", PASSPHRASE, randomness=randomness, cost=cheap)) as other:
        other.add(build_person(1))
    (row,) = rows_of(tmp_path / "other")
    change(path, "INSERT INTO people (id, generation, root_tag, account_tag, sealed) VALUES (?, ?, ?, ?, ?)", *row)
    with pytest.raises(VaultDamaged):
        list(vault.search(""))


# ---- altered heads -------------------------------------------------------------------------------------------------------
def opening(path: Path, head: bytes, randomness: Randomness) -> object:
    change(path, "UPDATE head SET keys = ?", head)
    try:
        Vault.open(path, PASSPHRASE, randomness=randomness).close()
    except (VaultDamaged, WrongPassphrase) as error:
        return type(error)
    return None


def fitting(head: bytes) -> bytes:
    """The head with a checksum that fits."""
    return head[:-32] + sha256(head[:-32])


def test_every_altered_head_is_refused(vault: Vault, path: Path, randomness: Randomness) -> None:
    head = read_head(vault._file)
    for at in range(len(head)):
        altered = bytearray(head)
        altered[at] ^= 0x01
        assert opening(path, bytes(altered), randomness) is VaultDamaged, at
        if at < len(head) - 32:
            assert opening(path, fitting(bytes(altered)), randomness) in {VaultDamaged, WrongPassphrase}, at
    assert opening(path, head, randomness) is None


def test_every_shortened_head_is_refused(vault: Vault, path: Path, randomness: Randomness) -> None:
    head = read_head(vault._file)
    for length in range(len(head) - 32):
        assert opening(path, head[:length], randomness) is VaultDamaged, length
        cut = fitting(head[:length] + bytes(32))
        assert opening(path, cut, randomness) in {VaultDamaged, WrongPassphrase}, length


@pytest.mark.parametrize("cost", [(0, 8192), (1, 0), (2**32 - 1, 8192), (1, SENSITIVE.memory + 1), (1, 2**64 - 1)])
def test_a_hostile_cost_is_refused_before_anything_is_derived(
    vault: Vault, path: Path, randomness: Randomness, monkeypatch: pytest.MonkeyPatch, cost: tuple[int, int]
) -> None:
    monkeypatch.setattr(vault_seal, "derive_key", lambda *_args: pytest.fail("derived"))
    head = read_head(vault._file)
    hostile = head[:COST_AT] + struct.pack(">IQ", *cost) + head[COST_AT + 12 :]
    assert opening(path, fitting(hostile), randomness) is VaultDamaged


def test_a_vault_without_its_head_is_refused(vault: Vault, path: Path, randomness: Randomness) -> None:
    change(path, "DELETE FROM head")
    with pytest.raises(VaultDamaged):
        Vault.open(path, PASSPHRASE, randomness=randomness)
    with pytest.raises(VaultDamaged):
        vault.by_account(1)
