"""Contacts: what accounts are called at this desk, sealed in the vault's file beside the people.

Guarantees: one for each account; what a method returned is on the disk. The file shows how many there are and their sizes in
steps of 256 bytes. A row that was altered or put in another's place is refused. Nothing of a contact stands in an error or a
printed value. Leaves to others: whether there is such an account.
"""

from dataclasses import dataclass
from typing import Any, Final

import rfc8785

from app.core.attribute_words import check_words
from app.core.errors import LuopuError, OutOfRange
from app.core.strictjson import decode_json
from app.core.units import check_int64
from app.core.walleterrors import VaultDamaged
from app.wallet import vault_file
from app.wallet.vault import Vault

FORMAT: Final = "luopu.contact.v1"
MAX_NAME_BYTES: Final = 192
MAX_NOTE_BYTES: Final = 2048
MAX_BYTES: Final = 16 * 1024
_PURPOSE: Final = b"contact"


@dataclass(frozen=True, slots=True, repr=False)
class Contact:
    """What an account is called here."""

    account: int
    name: str
    note: str = ""


def check_contact(contact: Contact) -> None:
    """Check all that may be kept of a contact.

    Raises:
        OutOfRange: a text or number that may not be so; nothing that is written in it is repeated.
    """
    check_int64("account", contact.account, least=1)
    check_words("name", contact.name, least=1, most=MAX_NAME_BYTES)
    if contact.name != contact.name.strip():
        raise OutOfRange(field="name", expected="no space at either end")
    check_words("notes", contact.note.replace("\n", " "), most=MAX_NOTE_BYTES)


class Contacts:
    """The contacts of an open vault. Any thread may use them."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def save(self, contact: Contact) -> None:
        """Keep a contact, in the place of the one of that account.

        Raises:
            OutOfRange: as of `check_contact`.
            KeyLocked, StoreError: as of `Vault.get`.
        """
        check_contact(contact)
        file = self._vault.inside().file
        with file.write() as database:
            inside = self._vault.inside()
            tags, newest = self._tags(contact.account), inside.keys.newest
            for tag in tags:
                vault_file.delete_contact(database, tag)
            sealed = inside.keys.seal(newest, _names(tags[0]), _encode(contact), inside.randomness)
            vault_file.insert_contact(database, tags[0], newest, sealed)

    def remove(self, account: int) -> bool:
        """Forget a contact; whether there was one. Errors as of `Vault.get`."""
        check_int64("account", account)
        file = self._vault.inside().file
        with file.write() as database:
            return sum(vault_file.delete_contact(database, tag) for tag in self._tags(account)) > 0

    def get(self, account: int) -> Contact | None:
        """The contact of an account, or None. Errors as of `Vault.get`."""
        check_int64("account", account)
        inside = self._vault.inside()
        for tag in self._tags(account):
            rows = inside.file.read(vault_file.CONTACT, tag)
            if rows:
                return self._open(rows[0]["tag"], rows[0]["generation"], rows[0]["sealed"])
        return None

    def all(self) -> tuple[Contact, ...]:
        """All of them, by account. Errors as of `Vault.get`."""
        rows = self._vault.inside().file.read(vault_file.ALL_CONTACTS)
        found = [self._open(row["tag"], row["generation"], row["sealed"]) for row in rows]
        return tuple(sorted(found, key=lambda each: each.account))

    def _tags(self, account: int) -> list[bytes]:
        """What the row of an account may be found by, that of the newest key first."""
        keys, number = self._vault.inside().keys, account.to_bytes(8, "big")
        return [keys.tag(generation, _PURPOSE, number) for generation in range(keys.newest, 0, -1)]

    def _open(self, tag: bytes, generation: int, untrusted_row: bytes) -> Contact:
        contact = _decode(self._vault.inside().keys.open(generation, _names(tag), untrusted_row))
        if contact is None:  # raised out here, where no other error is at hand: those of parsers carry what they parsed
            raise VaultDamaged(reason="a row holds no contact")
        return contact


def _names(tag: bytes) -> bytes:
    return FORMAT.encode() + b"\x00" + tag


def _encode(contact: Contact) -> bytes:
    document = {"format": FORMAT, "account": str(contact.account), "name": contact.name, "note": contact.note}
    return rfc8785.dumps(document)


def _decode(document: bytes) -> Contact | None:
    try:
        fields: Any = decode_json(document, max_bytes=MAX_BYTES)
        contact = Contact(int(fields["account"]), fields["name"], fields["note"])
        check_contact(contact)
    except (LuopuError, KeyError, TypeError, ValueError, AttributeError):
        return None
    return contact if fields["format"] == FORMAT else None
