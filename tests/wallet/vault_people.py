"""People for the tests of the vault, each with words of its own in every field."""

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from app.core.attributes import Attribute, attribute_root
from app.core.record import FileDigests
from app.core.units import Hash32, Nanoseconds
from app.core.wire import registry_pb2 as wire
from app.wallet.vault_person import Material, Person

PASSPHRASE = "correct horse 电池"


def salt_of(number: int, name: str) -> bytes:
    """16 bytes that stand nowhere else."""
    return hashlib.sha256(f"{number} {name}".encode()).digest()[:16]


def build_person(number: int = 1, account: int | None = None) -> Person:
    """A person whose every text tells the number."""
    values = {
        "name": f"王小明{number:03}",
        "id-number": f"33010619900101{number:04}",
        "phone": f"1380000{number:04}",
        "病历号": f"H-{number:06}",
    }
    attributes = tuple(Attribute(name, value, salt_of(number, name)) for name, value in values.items())
    digest = Hash32(hashlib.sha256(str(number).encode()).digest())
    return Person(
        name=values["name"],
        attributes=attributes,
        root=attribute_root(attributes),
        level=wire.LEVEL_REAL_NAME,
        materials=(Material(f"身份证 {number:03}.pdf", FileDigests(digest, digest, 1000 + number)),),
        notes=f"came to counter {number:03}\nsecond line",
        created_ns=Nanoseconds(1_700_000_000_000_000_000 + number),
        account=account,
    )


def with_attribute(person: Person, name: str, value: str) -> Person:
    """The person with one attribute more, and the root that follows."""
    attributes = (*person.attributes, Attribute(name, value, salt_of(0, name)))
    return replace(person, attributes=attributes, root=attribute_root(attributes))


def words_of(person: Person) -> list[str]:
    """Every text that is written of a person."""
    return [
        person.name,
        *(each.value for each in person.attributes),
        *(each.file_name for each in person.materials),
        *person.notes.split("\n"),
    ]


def change(path: Path, statement: str, *values: object) -> None:
    """Alter the file behind the vault's back."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(statement, values)
