"""What lies in the vault's file: a head with the sealed vault keys, a row for each person, and one for each contact.

Guarantees: as of `SqliteFile`. Rows are found by keyed hashes that differ from row to row, so nothing in the file shows
which rows belong together, which of them have an account, or in which order they came. A file of version 1, which had no
contacts, is brought up to date when it is opened.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.core.walleterrors import VaultDamaged, VaultExists
from app.wallet.sqlite_file import Kind, SqliteFile, create_database

CONTACTS: Final = """
CREATE TABLE contacts (
    tag BLOB PRIMARY KEY,
    generation INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID
"""
VAULT: Final = Kind(
    name="identity vault",
    application_id=0x4C504956,  # "LPIV"
    tables=(
        "CREATE TABLE head (number INTEGER PRIMARY KEY CHECK (number = 1), keys BLOB NOT NULL) STRICT",
        """
CREATE TABLE people (
    id BLOB PRIMARY KEY,
    generation INTEGER NOT NULL,
    root_tag BLOB NOT NULL UNIQUE,
    account_tag BLOB NOT NULL UNIQUE,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID
""",
        CONTACTS,
    ),
    upgrades=((CONTACTS,),),
    damaged=VaultDamaged,
)
ID_BYTES: Final = 16
TAG_BYTES: Final = 32
BY_ID: Final = "SELECT * FROM people WHERE id = ?"
BY_ROOT: Final = "SELECT * FROM people WHERE root_tag = ?"
BY_ACCOUNT: Final = "SELECT * FROM people WHERE account_tag = ?"
NEXT: Final = "SELECT * FROM people WHERE id > ? ORDER BY id LIMIT ?"
_INSERT: Final = "INSERT INTO people (id, generation, root_tag, account_tag, sealed) VALUES (?, ?, ?, ?, ?)"
_DELETE: Final = "DELETE FROM people WHERE id = ?"
_REPLACE: Final = "UPDATE people SET generation = ?, root_tag = ?, account_tag = ?, sealed = ? WHERE id = ?"
_NEWEST: Final = """
SELECT coalesce(max(generation), 1) FROM (SELECT generation FROM people UNION ALL SELECT generation FROM contacts)
"""
CONTACT: Final = "SELECT * FROM contacts WHERE tag = ?"
ALL_CONTACTS: Final = "SELECT * FROM contacts"


@dataclass(frozen=True, slots=True)
class Row:
    """A row without its document."""

    id: bytes
    generation: int
    """Of the vault key that it is sealed under."""
    root_tag: bytes
    account_tag: bytes

    @property
    def names(self) -> bytes:
        """What is authenticated with the document: all that the row is found by."""
        parts = (self.id, self.root_tag, self.account_tag)
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def create_vault_file(path: Path, head: bytes) -> None:
    """Make the file with its head. Errors as of `create_database`, and VaultExists for a name that is taken."""

    def fill(database: sqlite3.Connection) -> None:
        database.execute("INSERT INTO head (number, keys) VALUES (1, ?)", (head,))

    create_database(path, VAULT, VaultExists(path=str(path)), fill)


def read_head(file: SqliteFile) -> bytes:
    """The head as it stands in the file.

    Raises:
        VaultDamaged: there is none.
        StoreError: as of `SqliteFile`.
    """
    rows = file.read("SELECT keys FROM head")
    if not rows:
        raise VaultDamaged(reason="head of the vault")
    return bytes(rows[0]["keys"])


def write_head(database: sqlite3.Connection, head: bytes) -> None:
    """Put another head in the place of the one before."""
    database.execute("UPDATE head SET keys = ?", (head,))


def newest_generation(file: SqliteFile) -> int:
    """The newest key under which a row is sealed; 1 while there is none."""
    rows = file.read(_NEWEST)
    return int(rows[0][0])


def row_of(found: sqlite3.Row) -> Row:
    """A row as it was found."""
    return Row(found["id"], found["generation"], found["root_tag"], found["account_tag"])


def insert_row(database: sqlite3.Connection, row: Row, sealed: bytes) -> None:
    """Put a row in. One that is there is never written over."""
    database.execute(_INSERT, (row.id, row.generation, row.root_tag, row.account_tag, sealed))


def replace_row(database: sqlite3.Connection, row: Row, sealed: bytes) -> None:
    """Put a row in the place of the one with its id."""
    database.execute(_REPLACE, (row.generation, row.root_tag, row.account_tag, sealed, row.id))


def delete_row(database: sqlite3.Connection, row_id: bytes) -> None:
    """Take a row out. It is overwritten in the file."""
    database.execute(_DELETE, (row_id,))


def insert_contact(database: sqlite3.Connection, tag: bytes, generation: int, sealed: bytes) -> None:
    """Put a contact in. One that is there is never written over."""
    database.execute("INSERT INTO contacts (tag, generation, sealed) VALUES (?, ?, ?)", (tag, generation, sealed))


def delete_contact(database: sqlite3.Connection, tag: bytes) -> bool:
    """Take a contact out; whether there was one. It is overwritten in the file."""
    return database.execute("DELETE FROM contacts WHERE tag = ?", (tag,)).rowcount > 0
