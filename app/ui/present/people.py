"""People of the vault and contacts in the clerk's words: who they are, and what stands of them on the chain (3.4.1).

Guarantees: pure. A name that is known only here stands with the account's number, or with the words that there is none yet;
what the chain says is said only where the node has answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.client.members import AccountView
from app.core.messages import party_name
from app.core.plain import enum_text
from app.core.wire import registry_pb2 as wire
from app.ui.desks.vault import ContactView
from app.ui.present.facts import Fact
from app.ui.present.language import Words
from app.ui.present.names import account as account_text
from app.ui.present.names import line
from app.ui.present.numbers import number
from app.ui.present.states import Chip
from app.ui.present.times import clock, full
from app.ui.present.users import certification_of, level_name
from app.wallet.vault_person import Person

if TYPE_CHECKING:
    from app.wallet.vault import Kept


# ---- people ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, repr=False)
class VaultPerson:
    """The newest that the vault knows of somebody, and what the node shows."""

    kept: "Kept"
    earlier: "tuple[Kept, ...]"
    view: AccountView | None
    """None: there is no account yet, or the node did not answer."""


def person_name(person: Person, words: Words) -> str:
    """How somebody is called here, with the number."""
    if person.account is not None:
        return account_text(person.name, person.account, words)
    return words.tr("{name} · not on the chain yet").format(name=line(person.name, 40))


def person_detail(found: VaultPerson, now_ns: int, words: Words) -> str:
    """Level, and since when."""
    person = found.kept.person
    since = words.tr("written down {time}").format(time=clock(person.created_ns, now_ns, words))
    parts = [level_name(person.level, words), since]
    if found.earlier:
        parts.append(words.tr("%n earlier certification(s)", None, len(found.earlier)))
    return " · ".join(parts)


def person_chip(found: VaultPerson, own: int, words: Words) -> Chip:
    """What the certification on the chain says, as the node has it."""
    tr, person, view = words.tr, found.kept.person, found.view
    if person.account is None:
        return Chip(tr("not on the chain yet"), "neutral")
    if view is None:
        return Chip(tr("the node does not say"), "neutral")
    certification = certification_of(view, own)
    if certification is None:
        return Chip(tr("revoked"), "bad")
    if certification.root != person.root:
        return Chip(tr("certified otherwise"), "warn")
    if not view.is_in_force:
        return Chip(tr("frozen"), "bad")
    return Chip(tr("in force"), "ok") if own in view.counting else Chip(tr("expired"), "warn")


def chain_facts(found: VaultPerson, own: int, now_ns: int, words: Words) -> list[Fact]:
    """What stands of the person on the chain."""
    tr, view = words.tr, found.view
    if view is None:
        return [Fact(tr("On the chain"), tr("nothing that this node can show now"))]
    account, certification = view.account, certification_of(view, own)
    facts = [
        Fact(tr("Number"), str(account.id), str(account.id)),
        Fact(tr("Public name"), line(account.name, 64) if account.name else tr("none")),
    ]
    if certification is None:
        return [*facts, Fact(tr("Certification"), tr("none of ours: it was revoked, or never came onto the chain"))]
    expires = certification.expires_ns
    until = tr("until {time}").format(time=clock(expires, now_ns, words)) if expires else tr("no end")
    facts.append(Fact(tr("Certification"), f"{level_name(certification.level, words)} · {until}"))
    if certification.root != found.kept.person.root:
        facts.append(
            Fact(tr("Note"), tr("What is certified now was written down elsewhere; this is an earlier state."))
        )
    return facts


def known_facts(person: Person, words: Words) -> list[Fact]:
    """What is kept beside attributes and papers."""
    tr = words.tr
    facts = [
        Fact(tr("Known here as"), line(person.name, 120)),
        Fact(tr("Level"), level_name(person.level, words)),
        Fact(tr("Written down"), full(person.created_ns, words)),
    ]
    return [*facts, Fact(tr("Notes"), line(person.notes, 4096))] if person.notes else facts


# ---- contacts --------------------------------------------------------------------------------------------------------
def contact_name(contact: ContactView, words: Words) -> str:
    """Its name here, with the number."""
    return account_text(contact.name, contact.account, words)


def contact_detail(contact: ContactView, words: Words) -> str:
    """What the chain calls it, which party it is, and the clerk's note."""
    tr, view = words.tr, contact.view
    if view is None:
        parts = [tr("the node does not say")]
    else:
        public = view.account.name
        party = enum_text(wire.Party.DESCRIPTOR, view.account.party)
        said = tr("publicly {name}").format(name=line(public, 40)) if public else tr("no public name")
        parts = [said, party_name(party, words.language)]
    if contact.note:
        parts.append(line(contact.note.replace("\n", " "), 120))
    return " · ".join(parts)


def contact_chip(contact: ContactView, words: Words) -> Chip | None:
    """Whether the account can act."""
    if contact.view is None or contact.view.is_in_force:
        return None
    return Chip(words.tr("stopped by an order"), "warn")


def found_sentence(count: int, wanted: str, has_more: bool, words: Words) -> str:
    """How many people were found."""
    if has_more:
        return words.tr("More than {count} are known; search for the one you mean.").format(count=number(count))
    return words.tr("%n found", None, count) if wanted else ""


def called_text(view: AccountView, known: str, words: Words) -> str:
    """An account as it is called here, with its number and, where it is another, the name that everybody sees."""
    public = str(view.account.name)
    said = account_text(known or public, int(view.account.id), words)
    if not known or not public or known == public:
        return said
    return words.tr("{who} · publicly {name}").format(who=said, name=line(public, 40))


def newest_first(found: "Sequence[Kept]") -> "list[tuple[Kept, tuple[Kept, ...]]]":
    """People, each by the newest of what is known, the newest first; behind each what was certified of it before."""
    groups: dict[object, list[Kept]] = {}
    for kept in sorted(found, key=lambda each: -each.person.created_ns):
        groups.setdefault(kept.person.account or kept.id, []).append(kept)
    return [(group[0], tuple(group[1:])) for group in groups.values()]
