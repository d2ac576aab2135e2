"""The identity vault: whom this partner has certified, in plain words under seal (white paper 3.4.1 身份证明, 身份监管).

The chain has digests only; the plaintext is here and nowhere else, so that an authority can have it and a user can show
it. It cannot be fetched again, like the outbox. Guarantees: what a method returned is on the disk. The file discloses
nothing but the number of rows, their sizes in steps of 256 bytes, and how often the passphrase was changed: documents are
sealed, and what rows are looked up by are keyed hashes. A row that was altered or put in another's place is refused. The
passphrase can be changed without touching a row; who has an older copy of the file and the older passphrase cannot read
what is added afterwards. Nothing of a person stands in an error or a printed value.

Leaves to others: copies of the file, noticing that rows are missing or that a row or the whole file is an older copy, and
the files of the papers themselves (`app.wallet.papers`).
"""

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Final, NewType, Self

from app.core.errors import OutOfRange
from app.core.ports import Randomness
from app.core.units import check_int64
from app.core.walleterrors import BadTransition, KeyLocked, NoVault, VaultDamaged, VaultExists
from app.wallet import vault_file
from app.wallet.keystore import MODERATE, Cost, check_cost, check_passphrase
from app.wallet.sqlite_file import SqliteFile
from app.wallet.vault_file import BY_ACCOUNT, BY_ID, BY_ROOT, ID_BYTES, NEXT, TAG_BYTES, VAULT, Row
from app.wallet.vault_person import Person, check_person, decode_person, encode_person, is_about
from app.wallet.vault_seal import KEY_BYTES, KeyRing, cost_of, open_keys, seal_keys

PersonId = NewType("PersonId", str)
"""Names a row: 16 random bytes in hex. It says nothing of the person."""

_PAGE: Final = 16


@dataclass(frozen=True, slots=True)
class Kept:
    """A person in the vault."""

    id: PersonId
    person: Person


@dataclass(frozen=True, slots=True)
class Inside:
    """The file and the keys of an open vault, for what is sealed beside the people."""

    file: SqliteFile
    keys: KeyRing
    randomness: Randomness


class Vault:
    """An open vault. Several may be open on one file, in one process or in many; any thread may use one."""

    def __init__(self, file: SqliteFile, head: bytes, ring: KeyRing, randomness: Randomness) -> None:
        self._file = file
        self._head = head
        self._keys = ring
        self._randomness = randomness

    @classmethod
    def create(cls, path: Path, passphrase: str, *, randomness: Randomness, cost: Cost = MODERATE) -> Self:
        """A new, empty vault (mode 0600), on the disk when this returns.

        Raises:
            WeakPassphrase: fewer than 8 characters.
            OutOfRange: a cost out of bounds.
            VaultExists: there is a file of that name.
            StoreFailed: the disk refused.
            DerivationFailed: too little memory.
        """
        check_passphrase(passphrase)
        check_cost(cost)
        if os.path.lexists(path):  # told before the clerk waits; `create_vault_file` decides
            raise VaultExists(path=str(path))
        key = randomness.random_bytes(KEY_BYTES)
        head = seal_keys([key], passphrase, cost, randomness)
        vault_file.create_vault_file(path, head)
        return cls(SqliteFile(path, VAULT), head, KeyRing([key]), randomness)

    @classmethod
    def open(cls, path: Path, passphrase: str, *, randomness: Randomness) -> Self:
        """The vault at `path`. Takes the Argon2id cost in time and memory; lets other threads run.

        Raises:
            NoVault: there is none.
            WrongPassphrase: the passphrase does not open it.
            StoreTooNew, VaultDamaged, StoreInUse, StoreFailed: as of `SqliteFile`.
            DerivationFailed: too little memory.
        """
        if not path.exists():
            raise NoVault(path=str(path))
        file = SqliteFile(path, VAULT)
        try:
            head = vault_file.read_head(file)
            ring = open_keys(head, passphrase)
            if vault_file.newest_generation(file) > ring.newest:
                raise VaultDamaged(path=str(path), reason="an older head than the rows")
        except BaseException:
            file.close()
            raise
        return cls(file, head, ring, randomness)

    @classmethod
    def open_or_create(cls, path: Path, passphrase: str, *, randomness: Randomness) -> Self:
        """The vault of a home, made when it is first needed. Errors as of `open` and `create`."""
        if path.exists():
            return cls.open(path, passphrase, randomness=randomness)
        return cls.create(path, passphrase, randomness=randomness)

    def close(self) -> None:
        """Overwrite the keys and release the file. Further use raises KeyLocked."""
        self._keys.wipe()
        self._file.close()

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self._file.path

    # ---- changes ---------------------------------------------------------------------------------------------------
    def add(self, person: Person) -> PersonId:
        """Keep a person. The same person again is the same row.

        Raises:
            OutOfRange, NotWhatWasShown: as of `check_person`.
            BadTransition: the root is kept already, with something else behind it.
            KeyLocked, StoreError: as of `get`.
        """
        check_person(person)
        self._check_current()
        with self._file.write() as database:
            self._check_current()
            known = self.by_root(person.root)
            if known is None:
                row_id = self._randomness.random_bytes(ID_BYTES)
                vault_file.insert_row(database, *self._seal(row_id, person))
                return PersonId(row_id.hex())
            if person not in (known.person, replace(known.person, account=None)):
                raise BadTransition(entry=known.id, before="kept", after="kept", reason="another of the same root")
            return known.id

    def bind(self, person_id: PersonId, account: int) -> None:
        """Note the account number that the chain gave. The same number again changes nothing.

        Raises:
            OutOfRange: not an account number.
            BadTransition: there is no such person, or it has another number.
            KeyLocked, StoreError: as of `get`.
        """
        check_int64("account", account, least=1)
        self._check_current()
        with self._file.write() as database:
            person = self.get(person_id).person
            if person.account == account:
                return
            if person.account is not None:
                raise BadTransition(entry=person_id, before="bound", after="bound", reason="it has another account")
            vault_file.replace_row(database, *self._seal(_id_bytes(person_id), replace(person, account=account)))

    def forget(self, person_id: PersonId) -> None:
        """Take a person out of whom nothing came onto the chain. It cannot be brought back.

        Raises:
            BadTransition: there is no such person.
            KeyLocked, StoreError: as of `get`.
        """
        self._check_current()
        with self._file.write() as database:
            account = self.get(person_id).person.account
            listed = () if account is None else tuple(self._of_account(account))
            vault_file.delete_row(database, _id_bytes(person_id))
            place = next((place for place, kept in enumerate(listed) if kept.id == person_id), len(listed))
            for kept in listed[place + 1 :]:  # an account's rows are numbered: those behind move up
                vault_file.replace_row(database, *self._seal(_id_bytes(kept.id), kept.person))

    def change_passphrase(self, old: str, new: str, *, cost: Cost = MODERATE) -> None:
        """Seal the vault keys under `new`, at no lower cost than before, with another one for rows from now on.

        Rows stay as they are. Whoever else has the vault open must open it anew.

        Raises:
            WrongPassphrase: `old` does not open the vault.
            WeakPassphrase, OutOfRange, DerivationFailed: as of `create`.
            KeyLocked, StoreError: as of `get`.
        """
        check_passphrase(new)
        check_cost(cost)
        self._check_current()
        before = self._head
        open_keys(before, old).wipe()
        key = self._randomness.random_bytes(KEY_BYTES)
        head = seal_keys([*self._keys.keys(), key], new, cost_of(before).or_higher(cost), self._randomness)
        try:
            with self._file.write() as database:
                self._check_current()
                vault_file.write_head(database, head)
                self._head = head
        except BaseException:
            self._head = before
            raise
        self._keys.grow(key)

    def raise_cost(self, passphrase: str, *, least: Cost = MODERATE) -> bool:
        """Seal the vault keys anew if a guess at the passphrase costs less than `least`; whether it did.

        Raises:
            As of `change_passphrase`.
        """
        cost = cost_of(self._head)
        if cost == cost.or_higher(least):
            return False
        self.change_passphrase(passphrase, passphrase, cost=least)
        return True

    # ---- questions -------------------------------------------------------------------------------------------------
    def get(self, person_id: PersonId) -> Kept:
        """The person.

        Raises:
            BadTransition: there is none of that id.
            KeyLocked: the vault was closed, or its passphrase changed elsewhere.
            VaultDamaged: the row was altered, or stands in another's place.
            StoreFailed, StoreInUse: as of `SqliteFile`.
        """
        self._check_current()
        rows = self._file.read(BY_ID, _id_bytes(person_id))
        if not rows:
            raise BadTransition(entry=person_id, reason="no such person")
        return self._open(rows[0])

    def by_root(self, root: bytes) -> Kept | None:
        """The person behind a certification's root, or None. Errors as of `get`."""
        self._check_current()
        return self._find(BY_ROOT, b"root", root)

    def by_account(self, account: int) -> tuple[Kept, ...]:
        """All that was certified of an account, the newest first: each certification has its own. Errors as of `get`."""
        check_int64("account", account)
        self._check_current()
        return tuple(self._of_account(account))[::-1]

    def search(self, text: str) -> Iterator[Kept]:
        """Everybody of whom `text` is known, in no order: in names, attributes, notes, or as the account number.

        Opens one row after the other and holds few at a time. No text finds everybody. Errors as of `get`.
        """
        after: bytes | str = ""  # text comes before any bytes, even none, which an altered row may have
        self._check_current()
        while rows := self._file.read(NEXT, after, _PAGE):
            for row in rows:
                kept = self._open(row)
                if is_about(kept.person, text):
                    yield kept
            after = rows[-1]["id"]
            self._check_current()

    def inside(self) -> Inside:
        """File and keys, for what else is sealed here. Errors as of `get`."""
        self._check_current()
        return Inside(self._file, self._keys, self._randomness)

    # ---- rows ------------------------------------------------------------------------------------------------------
    def _check_current(self) -> None:
        """The keys are at hand, and still those of the file: not those of an older passphrase, which miss newer rows."""
        if self._keys.is_wiped:
            raise KeyLocked(reason="closed")
        known = b""
        while known != self._head:  # which another thread may change meanwhile, together with the file
            known = self._head
            if vault_file.read_head(self._file) == known:
                return
        raise KeyLocked(reason="the passphrase was changed")

    def _find(self, question: str, *parts: bytes) -> Kept | None:
        """The row with the tag of `parts`, under whichever key it was sealed."""
        for generation in range(self._keys.newest, 0, -1):
            rows = self._file.read(question, self._keys.tag(generation, *parts))
            if rows:
                return self._open(rows[0])
        return None

    def _of_account(self, account: int) -> Iterator[Kept]:
        for ordinal in count():
            kept = self._find(BY_ACCOUNT, *_account_parts(account, ordinal))
            if kept is None:
                return
            yield kept

    def _open(self, found: sqlite3.Row) -> Kept:
        row = vault_file.row_of(found)
        document = self._keys.open(row.generation, row.names, found["sealed"])
        return Kept(PersonId(row.id.hex()), decode_person(document))

    def _seal(self, row_id: bytes, person: Person) -> tuple[Row, bytes]:
        """A row for a person. Without an account its tag is chance, so that nobody can tell who has one."""
        newest = self._keys.newest
        account_tag = self._randomness.random_bytes(TAG_BYTES)
        if person.account is not None:
            ordinal = sum(1 for _ in self._of_account(person.account))
            account_tag = self._keys.tag(newest, *_account_parts(person.account, ordinal))
        row = Row(row_id, newest, self._keys.tag(newest, b"root", person.root), account_tag)
        return row, self._keys.seal(newest, row.names, encode_person(person), self._randomness)


def _account_parts(account: int, ordinal: int) -> tuple[bytes, ...]:
    """What an account's rows are found by. Numbered, because equal tags would show which rows belong together."""
    return b"account", account.to_bytes(8, "big"), ordinal.to_bytes(4, "big")


def _id_bytes(person_id: PersonId) -> bytes:
    try:
        return bytes.fromhex(person_id)
    except ValueError as error:
        raise OutOfRange(field="person", expected=f"{ID_BYTES} bytes in hex") from error
