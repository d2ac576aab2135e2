"""The identity vault of a home: opened with the clerk's passphrase, made when it is first needed (white paper 3.4.1)."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from app.cli.registry.session import Session, read_text
from app.cli.work import open_outbox
from app.core.attributes import attribute_root
from app.core.errors import UsageError
from app.core.paper_words import KINDS
from app.core.units import Hash32
from app.desk.people import People
from app.evidence.files import digest_file
from app.wallet import passphrases
from app.wallet.papers import Papers
from app.wallet.vault import Vault
from app.wallet.vault_person import Material, Noted, Person, make_person
from app.wiring.system import SystemClock, SystemRandomness


@asynccontextmanager
async def open_vault(session: Session) -> AsyncIterator[Vault]:
    """The home's vault. Opening takes the cost of the passphrase, on another thread."""
    home, passphrase = session.home, session.passphrase()
    vault = await asyncio.to_thread(passphrases.open_vault, home, passphrase, randomness=SystemRandomness())
    try:
        yield vault
    finally:
        vault.close()


def attributes_of(pairs: Sequence[tuple[str, str]], file: str | None) -> tuple[tuple[str, str], ...]:
    """Attributes from the command line and from a file with one "name=value" a line, by name.

    Raises:
        UsageError: a line of the file is no pair; it is not repeated, for it is about a person.
        FileUnreadable: the file.
    """
    listed = list(pairs)
    if file is not None:
        lines = [line.strip() for line in read_text(Path(file)).splitlines()]
        listed += [_pair_of(place, line) for place, line in enumerate(lines, start=1) if line]
    return tuple(sorted(listed))


def _pair_of(place: int, line: str) -> tuple[str, str]:
    name, sign, value = line.partition("=")
    if not name or not sign or not value:
        raise UsageError(argument="--attributes", expected="name=value", got=f"line {place}")
    return name, value


@dataclass(frozen=True, slots=True)
class Known:
    """What is certified of a user: the root for the chain, and what stands behind it; None: nothing but the level."""

    root: Hash32
    person: Person | None
    files: Mapping[Hash32, Path] = field(default_factory=dict)
    """Where the papers lie of which copies are sealed, by their SHA-256."""


async def known_of(session: Session, fallback: str, account: int | None) -> Known:
    """What is certified, from what the options say.

    Raises:
        UsageError: something is to be kept, and no attribute: without one, nothing ties it to the certification.
        OutOfRange: an attribute or a text that may not be so.
    """
    given = session.given
    attributes = await asyncio.to_thread(attributes_of, given.attribute, given.attributes)
    if not attributes and (given.material or given.form or given.notes or given.person):
        raise UsageError(argument="--attribute", expected="at least one, behind which the rest is kept", got=0)
    if not attributes:
        return Known(attribute_root(()), None)
    papers = [(Path(path), KINDS["scan"]) for path in given.material] + [
        (Path(path), KINDS["form"]) for path in given.form
    ]
    materials = [Material(path.name, await asyncio.to_thread(digest_file, path), kind) for path, kind in papers]
    noted = Noted(
        name=given.person or dict(attributes).get("name") or fallback,
        attributes=attributes,
        level=given.level,
        materials=tuple(materials),
        notes=given.notes,
        account=account,
    )
    person = make_person(noted, SystemClock(), SystemRandomness())
    files = {each.digests.sha256: path for each, (path, _) in zip(materials, papers, strict=True)}
    return Known(person.root, person, files)


async def keep(session: Session, known: Known) -> None:
    """Keep a person and the papers before anything about it is signed."""
    if known.person is None:
        return
    async with open_vault(session) as vault:
        await asyncio.to_thread(Papers(vault).keep, known.person, known.files)


async def forget(session: Session, known: Known) -> None:
    """Take a person out again, unless something that is signed or drafted here is about it."""
    if known.person is None or not session.home.vault.exists():
        return
    with closing(open_outbox(session.home)) as outbox:
        if await asyncio.to_thread(outbox.mentions, known.root):
            return
    async with open_vault(session) as vault:
        await people_of(session, vault).forget(known.root)


async def bind(session: Session, known: Known, account: int) -> None:
    """Note the number that the chain gave. Its certifications tell to whom: of an interrupted command that was repeated, to
    whom that one kept.
    """
    if known.person is None:
        return
    async with open_vault(session) as vault:
        await people_of(session, vault).names([await session.reader.account(account)])


def people_of(session: Session, vault: Vault) -> People:
    """What is known of people in the home, and of contacts."""
    return People(vault, session.reader, SystemClock(), SystemRandomness())
