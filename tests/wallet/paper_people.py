"""People with papers, some of which they share, and what a writer does with them."""

import hashlib
from dataclasses import replace
from pathlib import Path

from app.core.attributes import Attribute, attribute_root
from app.core.paper_words import Kind
from app.core.record import FileDigests
from app.core.units import Hash32
from app.wallet.vault_person import Material, Person
from tests.wallet.vault_people import PASSPHRASE, build_person

__all__ = ["CONTENTS", "PASSPHRASE", "PLAN", "files_of", "lay_out", "material_of", "named_by", "person_of", "sha256_of"]
CONTENTS = {"passport": b"%PDF passport " * 9000, "form": b"form", "empty": b"", "licence": b"\xff" * 65_536}
NAMED = {1: ("passport", "form"), 2: ("passport", "empty"), 3: ("licence",)}
PLAN = (("keep", 1), ("keep", 2), ("forget", 1), ("keep", 3), ("forget", 2))


def lay_out(folder: Path) -> None:
    """Put the papers where a clerk has them."""
    for name, content in CONTENTS.items():
        (folder / f"{name}.pdf").write_bytes(content)


def sha256_of(name: str) -> Hash32:
    """Digest of a paper."""
    return Hash32(hashlib.sha256(CONTENTS[name]).digest())


def material_of(name: str, kind: Kind = "scan") -> Material:
    """A paper as a person's row names it."""
    content = CONTENTS[name]
    sm3 = Hash32(hashlib.sha256(b"sm3" + content).digest())
    return Material(f"{name}.pdf", FileDigests(sha256_of(name), sm3, len(content)), kind)


def person_of(number: int) -> Person:
    """A person who names papers."""
    return named_by(number, NAMED[number])


def named_by(number: int, names: tuple[str, ...]) -> Person:
    """A person with these papers."""
    person = replace(build_person(number), materials=tuple(map(material_of, names)))
    attributes = (*person.attributes, Attribute("no", str(number), bytes(31) + bytes([number])))
    return replace(person, attributes=attributes, root=attribute_root(attributes))


def files_of(folder: Path, number: int) -> dict[Hash32, Path]:
    """Where the papers of a person lie."""
    return {sha256_of(name): folder / f"{name}.pdf" for name in NAMED[number]}
