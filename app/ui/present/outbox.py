"""What this desk drafted and signed, in the clerk's words: what it is, how it stands, until when, and what can be done.

Guarantees: "final" is said with its height only; what came to nothing is said to have changed nothing; times to come are
"about", with the height beside them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.client.model import NodeStatus
from app.core.facts import FactKind, ShownFact
from app.core.messages import action_name, explain, explain_code
from app.ui.desks.outbox import OutboxDeed
from app.ui.present.deeds import meant_facts
from app.ui.present.digests import ends
from app.ui.present.facts import Fact, digest_fact, short_digest_fact
from app.ui.present.glossary import Glossary
from app.ui.present.heights import height_text
from app.ui.present.language import Words
from app.ui.present.names import file_name, line
from app.ui.present.numbers import number
from app.ui.present.states import Chip, state_chip
from app.ui.present.times import clock, full

ON_THE_WAY = frozenset({"waiting", "pending", "unknown"})
MOST_NAMED = 2
"""So many accounts stand in a title."""
_CALLED = frozenset({"name", "subject", "product", "reference"})
"""Fields by which a clerk knows what an action is about."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known besides the bytes: where the chain stands, what numbers mean, what keys are called."""

    status: NodeStatus | None = None
    now_ns: int = 0
    glossary: Glossary = field(default_factory=Glossary)
    labels: Mapping[str, str] = field(default_factory=dict)
    """Public keys (as text) → what this account calls them."""
    is_reachable: bool = True
    """Whether the own node answers."""

    @property
    def has_network(self) -> bool:
        """Whether any peer answers the own node, and that this desk."""
        return self.is_reachable and self.status is not None and self.status.target_height is not None

    def is_past(self, height: int) -> bool:
        """Whether the chain has got there."""
        return self.status is not None and self.status.height >= height


# ---- groups ----------------------------------------------------------------------------------------------------------
def needs_clerk(deed: OutboxDeed) -> bool:
    """Whether nothing goes on before a clerk has looked at it."""
    return deed.state == "draft" or (deed.can_renew and not deed.is_dismissed)


def is_on_the_way(deed: OutboxDeed) -> bool:
    """Whether it goes on by itself, or at other desks."""
    return deed.state in ON_THE_WAY


# ---- rows ------------------------------------------------------------------------------------------------------------
def about(facts: Sequence[ShownFact], called: str, glossary: Glossary, words: Words) -> str:
    """What an action is about: the file, the voucher, its name or subject, whom it concerns; as far as that is known."""
    parts = [file_name(called)] if called else []
    parts += [glossary.of_voucher(fact.value) for fact in facts if fact.kind is FactKind.ID]
    if not called:
        parts += [line(str(fact.value), 40) for fact in facts if _names_it(fact)]
    parts += _accounts(facts, glossary, words)
    return " · ".join(list(dict.fromkeys(part for part in parts if part))[:MOST_NAMED])


def _names_it(fact: ShownFact) -> bool:
    return fact.kind is FactKind.TEXT and fact.name in _CALLED and isinstance(fact.value, str) and bool(fact.value)


def _accounts(facts: Sequence[ShownFact], glossary: Glossary, words: Words) -> list[str]:
    numbers = [
        each
        for fact in facts
        if fact.kind is FactKind.ACCOUNT
        for each in (fact.value if isinstance(fact.value, tuple) else (fact.value,))
        if isinstance(each, int) and each
    ]
    texts = []
    for each in dict.fromkeys(numbers):
        said = words.tr("account {id}").format(id=each)
        name = glossary.of_account(each)
        texts.append(f"{name} · {said}" if name else said)
    return texts


def deed_title(deed: OutboxDeed, known: Known, words: Words) -> str:
    """What would be, or was, done: action and subject."""
    action = action_name(deed.action, words.language)
    subject = about(deed.facts, deed.file_name, known.glossary, words)
    return titled(action, subject, words)


def titled(action: str, subject: str, words: Words) -> str:
    """An action and what it is about."""
    return words.tr("{what}: {subject}").format(what=action, subject=subject) if subject else action


def deed_when(deed: OutboxDeed, known: Known, words: Words) -> str:
    """When it was drafted."""
    return clock(deed.created_ns, known.now_ns, words)


def deed_chip(deed: OutboxDeed, words: Words) -> Chip:
    """How it stands."""
    if deed.state == "elsewhere":
        return Chip(words.tr("on the chain"), "ok")
    return state_chip(deed.state, deed.height, words)


def deed_detail(deed: OutboxDeed, known: Known, words: Words) -> str:
    """In a sentence: what happened, and what happens next."""
    tr = words.tr
    until, text = height_text(deed.valid_until, known.status, known.now_ns, words), ""
    match deed.state:
        case "draft" if known.is_past(deed.valid_until):
            text = tr("Nobody has signed it, and its time has passed. Continue, and it gets a new one.")
        case "draft":
            text = tr("Nobody has signed it. It can land until {until}.").format(until=until)
        case "waiting":
            missing = words.listed(key_called(key, known.labels) for key in deed.missing)
            text = tr("Signed here; missing: {missing}. It can land until {until}.")
            text = text.format(missing=missing, until=until)
        case "elsewhere":
            text = tr("A colleague completed and sent it; the chain has it.")
        case "pending" | "unknown":
            text = _way_detail(deed, known, until, words)
        case "expired" | "refused":
            text = _failed_detail(deed, words)
    return text


def _way_detail(deed: OutboxDeed, known: Known, until: str, words: Words) -> str:
    tr = words.tr
    if deed.state == "unknown":
        text = tr("Handed over. What became of it shows by itself, at the latest at {until}.").format(until=until)
    elif not known.has_network:
        text = tr("No network. It goes out by itself when there is one, and can land until {until}.").format(
            until=until
        )
    else:
        text = tr("It goes out by itself, and can land until {until}.").format(until=until)
    said = note_text(deed, words)
    return _joined(text, tr("The node says: {said}").format(said=said), words) if said and known.has_network else text


def _failed_detail(deed: OutboxDeed, words: Words) -> str:
    tr = words.tr
    if deed.state == "refused" and deed.error is not None:
        text = explain(deed.error, words.language).sentence
    else:
        text = tr("It did not come onto the chain in time, and nothing was changed.")
    if deed.replaced_by:
        return _joined(text, tr("It was done anew since."), words)
    return _joined(text, tr("Put away."), words) if deed.is_dismissed else text


def note_text(deed: OutboxDeed, words: Words) -> str:
    """The node's latest word, as a sentence; nothing where it said nothing against it."""
    return explain_code(deed.note, {}, words.language).sentence if deed.note else ""


def key_called(key: str, labels: Mapping[str, str]) -> str:
    """What the account calls a key, or the ends of its text."""
    return line(labels[key], 32) if labels.get(key) else ends(key)


def _joined(first: str, second: str, words: Words) -> str:
    return f"{first}{'' if words.language == 'zh' else ' '}{second}"


# ---- in full sight ---------------------------------------------------------------------------------------------------
def said_facts(deed: OutboxDeed, known: Known, words: Words) -> list[Fact]:
    """Everything that the bytes say, with what it means where that is known."""
    file = [Fact(words.tr("File"), file_name(deed.file_name, 72))] if deed.file_name else []
    return [*file, *meant_facts(deed.facts, words, known.glossary)]


def way_facts(deed: OutboxDeed, known: Known, others: Mapping[str, OutboxDeed], words: Words) -> list[Fact]:
    """What became of it so far: who signed, until when, the node's word, where it stands."""
    tr = words.tr
    facts = [Fact(tr("Drafted"), full(deed.created_ns, words))]
    facts += [_key_fact(tr("Signed with"), key, known) for key in deed.signed]
    facts += [_key_fact(tr("Still missing"), key, known) for key in deed.missing]
    facts.append(Fact(tr("Can land until"), height_text(deed.valid_until, known.status, known.now_ns, words)))
    if deed.hold_until:
        waits = height_text(deed.hold_until, known.status, known.now_ns, words)
        facts.append(Fact(tr("Waits for approvals"), tr("until {until}").format(until=waits)))
    if deed.note:
        facts.append(Fact(tr("The node's word"), note_text(deed, words)))
    if deed.height is not None:
        facts.append(Fact(_height_name(deed, words), number(deed.height)))
    if deed.log_index is not None:
        facts.append(Fact(tr("Place in the log"), number(deed.log_index)))
    if deed.transaction_hash:
        facts.append(digest_fact(tr("Transaction"), deed.transaction_hash))
    for name, other in ((tr("Takes the place of"), deed.replaces), (tr("Done anew by"), deed.replaced_by)):
        if other:
            facts.append(Fact(name, _other(other, others, known, words)))
    return [*facts, short_digest_fact(tr("Signing digest"), deed.signing_digest)]


def _height_name(deed: OutboxDeed, words: Words) -> str:
    return words.tr("Found missing at height") if deed.state == "expired" else words.tr("In the block of height")


def _key_fact(name: str, key: str, known: Known) -> Fact:
    return Fact(name, key_called(key, known.labels), key)


def _other(deed_id: str, others: Mapping[str, OutboxDeed], known: Known, words: Words) -> str:
    found = others.get(deed_id)
    if found is None:
        return ends(deed_id, 8, 4)
    return f"{deed_title(found, known, words)} · {deed_when(found, known, words)} · {deed_chip(found, words).text}"


def outbox_sentence(deeds: Sequence[OutboxDeed], words: Words) -> str:
    """What matters on the page."""
    waiting = sum(map(needs_clerk, deeds))
    under_way = sum(map(is_on_the_way, deeds))
    tr = words.tr
    if not waiting and not under_way:
        return tr("Nothing is on its way, and nothing needs you")
    parts = [tr("%n thing(s) need you", None, waiting)] if waiting else []
    if under_way:
        parts.append(tr("%n on the way", None, under_way))
    return words.listed(parts)
