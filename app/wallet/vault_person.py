"""A person as the partner that certified it knows it: the plaintext behind one certification (white paper 3.4.1 身份证明).

Guarantees: a `Person` that passed `check_person` has sound texts and the very root that stands on the chain, so each of its
attributes can be shown to be what was certified. Each paper of one that `make_person` made is among them
(`app.core.paper_words`). Neither a `Person` nor its parts show what they hold when they are
printed, and no error raised here says anything that is written of a person.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import rfc8785

from app.core.attribute_words import check_attribute_words, check_words
from app.core.attributes import MAX_ATTRIBUTES, Attribute, attribute_root
from app.core.errors import LuopuError, OutOfRange
from app.core.paper_words import KINDS, CertifiedPaper, Kind, is_paper_name, paper_name, paper_words
from app.core.plain import enum_text
from app.core.ports import Clock, Randomness
from app.core.record import FileDigests
from app.core.strictjson import decode_json
from app.core.text import name_key
from app.core.units import Hash32, Nanoseconds, check_hash32, check_int64
from app.core.walleterrors import NotWhatWasShown, VaultDamaged
from app.core.wire import registry_pb2 as wire

FORMAT: Final = "luopu.person.v2"
FORMATS: Final = ("luopu.person.v1", FORMAT)
"""The first one knew no kinds of papers, and its papers were not certified."""
SALT_BYTES: Final = 32
MAX_MATERIALS: Final = 64
MAX_FILE_NAME_BYTES: Final = 1024
MAX_NOTES_BYTES: Final = 4096
MAX_BYTES: Final = 512 * 1024
_LEVELS: Final = {enum_text(wire.Level.DESCRIPTOR, level): level for level in wire.Level.values() if level}


@dataclass(frozen=True, slots=True, repr=False)
class Material:
    """A paper by which the partner knew the person. The file itself lies sealed elsewhere (`app.wallet.papers`)."""

    file_name: str
    digests: FileDigests
    kind: Kind = "other"


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """What stands behind one certification."""

    name: str
    attributes: tuple[Attribute, ...]
    root: Hash32
    """Over the attributes, as in the certification."""
    level: int
    """A `wire.Level`."""
    materials: tuple[Material, ...]
    notes: str
    created_ns: Nanoseconds
    account: int | None = None
    """Numeric account ID, once the chain has given one."""


@dataclass(frozen=True, slots=True, repr=False)
class Noted:
    """What is written down of a person before it is certified."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    """Names and values; those of papers follow from `materials`."""
    level: int
    """A `wire.Level`."""
    materials: tuple[Material, ...]
    notes: str
    account: int | None
    """Of whom has one already."""


def make_person(noted: Noted, clock: Clock, randomness: Randomness) -> Person:
    """The person as it may be kept and certified: attributes and papers, each with a salt of its own, and the root over them.

    Raises:
        OutOfRange: as of `check_person`; or an attribute has a name that is kept for papers.
    """
    _check_count("attributes", len(noted.attributes), MAX_ATTRIBUTES, least=1)
    if any(is_paper_name(name) for name, _ in noted.attributes):
        raise OutOfRange(field="name of an attribute", expected="none that is kept for papers")
    pairs = (*noted.attributes, *_papers(noted.materials))
    attributes = tuple(Attribute(name, value, randomness.random_bytes(SALT_BYTES)) for name, value in pairs)
    person = Person(
        name=noted.name,
        attributes=attributes,
        root=attribute_root(attributes),
        level=noted.level,
        materials=noted.materials,
        notes=noted.notes,
        created_ns=clock.now(),
        account=noted.account,
    )
    check_person(person)
    return person


def check_person(person: Person) -> None:
    """Check all that may be kept of a person.

    Raises:
        OutOfRange: a text, number or list that may not be so; nothing that is written in it is repeated.
        NotWhatWasShown: the root is not that of the attributes, or papers are among them that are not the materials.
    """
    check_words("name", person.name, least=1)
    _check_attributes(person.attributes)
    if person.level not in _LEVELS.values():
        raise OutOfRange(field="level", expected=", ".join(_LEVELS), got=person.level)
    _check_count("materials", len(person.materials), MAX_MATERIALS)
    for material in person.materials:
        _check_material(material)
    _check_count("notes", len(person.notes), MAX_NOTES_BYTES)
    for line in person.notes.split("\n"):
        check_words("notes", line, most=MAX_NOTES_BYTES)
    check_int64("created", person.created_ns)
    if person.account is not None:
        check_int64("account", person.account, least=1)
    certified = {each.name: each.value for each in person.attributes if is_paper_name(each.name)}
    if certified and certified != dict(_papers(person.materials)):
        raise NotWhatWasShown(what="papers")
    root = attribute_root(person.attributes)
    if root != person.root:
        raise NotWhatWasShown(what="attributes", expected=person.root.hex(), got=root.hex())


def is_about(person: Person, text: str) -> bool:
    """Whether `text` stands anywhere in what is known of the person, however it is written."""
    wanted = _fold(text)
    return any(wanted in _fold(each) for each in _texts(person))


def encode_person(person: Person) -> bytes:
    """The document of a person, canonical JSON (RFC 8785)."""
    return rfc8785.dumps(
        {
            "format": FORMAT,
            "name": person.name,
            "attributes": [
                {"name": each.name, "value": each.value, "salt": each.salt.hex()} for each in person.attributes
            ],
            "root": person.root.hex(),
            "level": enum_text(wire.Level.DESCRIPTOR, person.level),
            "materials": [_plain_material(each) for each in person.materials],
            "notes": person.notes,
            "created_ns": str(person.created_ns),
            "account": None if person.account is None else str(person.account),
        }
    )


def decode_person(document: bytes) -> Person:
    """The person of a document that this program sealed.

    Raises:
        VaultDamaged: it is none. Nothing of the document is in the error, nor in what led to it.
    """
    person = _read(document)
    if person is None:  # raised out here, where no other error is at hand: those of parsers carry what they parsed
        raise VaultDamaged(reason="a row holds no person")
    return person


def _read(document: bytes) -> Person | None:
    try:
        fields: Any = decode_json(document, max_bytes=MAX_BYTES)
        person = _person(fields)
        check_person(person)
    except (LuopuError, KeyError, TypeError, ValueError):
        return None
    return person if fields["format"] in FORMATS else None


def _person(fields: Mapping[str, Any]) -> Person:
    account = fields["account"]
    return Person(
        name=fields["name"],
        attributes=tuple(
            Attribute(each["name"], each["value"], bytes.fromhex(each["salt"])) for each in fields["attributes"]
        ),
        root=check_hash32("root", bytes.fromhex(fields["root"])),
        level=_LEVELS[fields["level"]],
        materials=tuple(map(_material, fields["materials"])),
        notes=fields["notes"],
        created_ns=Nanoseconds(int(fields["created_ns"])),
        account=None if account is None else int(account),
    )


def _plain_material(material: Material) -> dict[str, str]:
    digests = material.digests
    return {
        "file_name": material.file_name,
        "kind": material.kind,
        "sha256": digests.sha256.hex(),
        "sm3": digests.sm3.hex(),
        "size": str(digests.size),
    }


def _material(fields: Mapping[str, str]) -> Material:
    sha256, sm3 = (Hash32(bytes.fromhex(fields[name])) for name in ("sha256", "sm3"))
    kind = KINDS[fields.get("kind", "other")]
    return Material(fields["file_name"], FileDigests(sha256, sm3, int(fields["size"])), kind)


def _papers(materials: tuple[Material, ...]) -> list[tuple[str, str]]:
    """Names and values of the attributes by which papers are certified."""
    papers = [CertifiedPaper(each.kind, each.digests) for each in materials]
    return [(paper_name(place), paper_words(paper)) for place, paper in enumerate(papers, 1)]


def _check_attributes(attributes: tuple[Attribute, ...]) -> None:
    _check_count("attributes", len(attributes), MAX_ATTRIBUTES, least=1)
    for attribute in attributes:
        check_attribute_words(attribute)
    if len({name_key(each.name) for each in attributes}) != len(attributes):
        raise OutOfRange(field="attributes", expected="each name once")


def _check_material(material: Material) -> None:
    if material.kind not in KINDS:
        raise OutOfRange(field="kind of a paper", expected=", ".join(KINDS))
    check_words("file name", material.file_name, least=1, most=MAX_FILE_NAME_BYTES)
    check_hash32("sha256", material.digests.sha256)
    check_hash32("sm3", material.digests.sm3)
    check_int64("file size", material.digests.size)


def _check_count(field: str, count: int, most: int, *, least: int = 0) -> None:
    if not least <= count <= most:
        raise OutOfRange(field=field, expected=f"{least} … {most}", got=count)


def _texts(person: Person) -> Iterator[str]:
    yield person.name
    yield from (each.value for each in person.attributes)
    yield from (each.file_name for each in person.materials)
    yield person.notes
    yield "" if person.account is None else str(person.account)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
