"""`luopu vault` and `luopu contacts`: what is known of people and of accounts in this home (white paper 3.4.1).

Guarantees: nothing of a person is told but what was asked for; a copy of a paper is whole or not written, and never takes the
place of another file. An account that is given by its number is found without asking the node.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from app.cli.registry.perform import DONE
from app.cli.registry.session import Doer, Maker, Session
from app.cli.registry.vault import open_vault, people_of
from app.client.members import AccountView
from app.core.errors import LuopuError, NotFound, UsageError
from app.core.messages import choice_name, clean
from app.core.paper_words import is_paper_name
from app.core.plain import enum_text
from app.core.walleterrors import NoPaper
from app.core.wire import registry_pb2 as wire
from app.wallet.contacts import Contact
from app.wallet.papers import Papers
from app.wallet.vault import Kept, Vault
from app.wallet.vault_person import Material

LEAST_DIGITS = 8


# ---- people ----------------------------------------------------------------------------------------------------------
async def search(session: Session) -> int:
    """Everybody of whom a text is known, the newest first."""
    speaker = session.speaker
    async with open_vault(session) as vault:
        found = await asyncio.to_thread(lambda: list(vault.search(session.given.text)))
    found.sort(key=lambda kept: -kept.person.created_ns)
    for kept in found:
        person = kept.person
        number = "—" if person.account is None else str(person.account)
        speaker.say(f"{number}  {clean(person.name)}  {_level(session, person.level)}")
    if not found:
        speaker.say(speaker.words("nothing"))
    speaker.answer({"people": [{"account": each.person.account, "name": each.person.name} for each in found]})
    return DONE


async def show(session: Session) -> int:
    """All that is known of a user, the newest certification first."""
    number = await session.number(session.given.account)
    async with open_vault(session) as vault:
        listed = await asyncio.to_thread(_by_account, vault, number)
        papers = Papers(vault)
        for place, kept in enumerate(listed):
            if place:
                session.speaker.say("")
            _say_person(session, kept, papers)
        session.speaker.answer({"account": number, "known": [_as_json(kept, papers) for kept in listed]})
    return DONE


async def save_paper(session: Session) -> int:
    """Write a copy of a paper."""
    given, target = session.given, Path(session.given.output)
    number = await session.number(given.account)
    async with open_vault(session) as vault:
        kept, material = _find(await asyncio.to_thread(_by_account, vault, number), given.paper)
        digests = material.digests
        await asyncio.to_thread(Papers(vault).save, kept.id, digests.sha256, target, replaces=False)
    session.speaker.say(session.speaker.words("paper-written", path=target))
    session.speaker.answer({"output": str(target), "sha256": digests.sha256.hex(), "size": digests.size})
    return DONE


def _by_account(vault: Vault, number: int) -> tuple[Kept, ...]:
    """What is known of an account.

    Raises:
        NotFound: nothing.
    """
    found = vault.by_account(number)
    if not found:
        raise NotFound(what="person in the vault", name=str(number))
    return found


def _find(listed: tuple[Kept, ...], wanted: str) -> tuple[Kept, Material]:
    """The one paper of that name, or whose SHA-256 begins so.

    Raises:
        NoPaper: there is none.
        UsageError: there are several.
    """
    start = wanted.lower() if len(wanted) >= LEAST_DIGITS else "none"
    found = {
        each.digests.sha256: (kept, each)
        for kept in reversed(listed)
        for each in kept.person.materials
        if each.file_name == wanted or each.digests.sha256.hex().startswith(start)
    }
    if not found:
        raise NoPaper
    if len(found) > 1:
        several = ", ".join(sorted(sha256.hex()[: 2 * LEAST_DIGITS] for sha256 in found))
        raise UsageError(argument="NAME", expected="one paper; name it by its SHA-256", got=several)
    return next(iter(found.values()))


def _level(session: Session, level: int) -> str:
    return choice_name(enum_text(wire.Level.DESCRIPTOR, level), session.speaker.language)


def _say_person(session: Session, kept: Kept, papers: Papers) -> None:
    speaker, person = session.speaker, kept.person
    attributes = [(clean(each.name), clean(each.value)) for each in person.attributes if not is_paper_name(each.name)]
    pairs = [(speaker.words("known-as"), clean(person.name)), (speaker.words("level"), _level(session, person.level))]
    for each in person.materials:
        here = "" if papers.has(each) else f"  {speaker.words('paper-not-here')}"
        text = f"{clean(each.file_name)}  {each.digests.size}  {each.digests.sha256.hex()[:16]}…{here}"
        attributes.append((speaker.words(f"paper-{each.kind}"), text))
    if person.notes:
        attributes.append((speaker.words("notes"), clean(person.notes.replace("\n", " "))))
    speaker.pairs([*pairs, *attributes])


def _as_json(kept: Kept, papers: Papers) -> dict[str, object]:
    person = kept.person
    return {
        "name": person.name,
        "level": enum_text(wire.Level.DESCRIPTOR, person.level),
        "root": person.root.hex(),
        "attributes": {each.name: each.value for each in person.attributes},
        "papers": [
            {
                "name": each.file_name,
                "kind": each.kind,
                "sha256": each.digests.sha256.hex(),
                "size": each.digests.size,
                "kept": papers.has(each),
            }
            for each in person.materials
        ],
        "notes": person.notes,
        "created_ns": str(person.created_ns),
    }


# ---- contacts --------------------------------------------------------------------------------------------------------
async def list_contacts(session: Session) -> int:
    """What accounts are called here, with what the chain calls them where the node answers."""
    speaker = session.speaker
    async with open_vault(session) as vault:
        contacts = await people_of(session, vault).contacts()
    public = {each.account: await _public_name(session, each.account) for each in contacts}
    for each in contacts:
        said = [str(each.account), clean(each.name), clean(public[each.account] or "—"), clean(each.note)]
        speaker.say("  ".join(part for part in said if part))
    if not contacts:
        speaker.say(speaker.words("nothing"))
    speaker.answer({"contacts": [{**_contact_as_json(each), "public_name": public[each.account]} for each in contacts]})
    return DONE


async def add_contact(session: Session) -> int:
    """Call an account by a name of one's own."""
    given = session.given
    contact = Contact(await session.number(given.account), given.name, given.note)
    async with open_vault(session) as vault:
        await people_of(session, vault).save_contact(contact.account, contact.name, contact.note)
    session.speaker.say(session.speaker.words("contact-kept", account=contact.account, name=clean(contact.name)))
    session.speaker.answer(_contact_as_json(contact))
    return DONE


async def remove_contact(session: Session) -> int:
    """Forget a contact."""
    number = await session.number(session.given.account)
    async with open_vault(session) as vault:
        await people_of(session, vault).drop_contact(number)
    session.speaker.say(session.speaker.words("contact-removed", account=number))
    session.speaker.answer({"account": number})
    return DONE


async def _public_name(session: Session, account: int) -> str | None:
    try:
        view: AccountView = await session.reader.account(account)
    except LuopuError:
        return None
    return str(view.account.name)


def _contact_as_json(contact: Contact) -> dict[str, object]:
    return {"account": contact.account, "name": contact.name, "note": contact.note}


QUESTIONS: Mapping[str, Doer] = {
    "vault search": search,
    "vault show": show,
    "vault save-paper": save_paper,
    "contacts list": list_contacts,
    "contacts add": add_contact,
    "contacts remove": remove_contact,
}
DEEDS: Mapping[str, Maker] = {}
