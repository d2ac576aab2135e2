"""The log of approvals in the clerk's words: what was approved when with which key, and whether the log is whole.

Guarantees: what was shown is said again word by word, from the bytes that were approved; a line that was altered or cannot be
read is named by its number and never passed over.
"""

from collections.abc import Mapping

from app.core.messages import action_name
from app.ui.desks.outbox import ApprovalView, LogView
from app.ui.present.deeds import meant_facts
from app.ui.present.digests import ends
from app.ui.present.facts import Fact, digest_fact, short_digest_fact
from app.ui.present.glossary import Glossary
from app.ui.present.language import Words
from app.ui.present.names import line
from app.ui.present.numbers import number
from app.ui.present.outbox import about, key_called, titled
from app.ui.present.states import Chip
from app.ui.present.times import clock, full

MOST_NAMED = 12
"""So many altered lines are named by their numbers."""


def log_title(view: ApprovalView, glossary: Glossary, words: Words) -> str:
    """Number, action, subject."""
    if not view.is_readable:
        return words.tr("#{number} cannot be read").format(number=number(view.number))
    subject = about(view.facts, "", glossary, words)
    return f"#{number(view.number)}  {titled(action_name(view.action, words.language), subject, words)}"


def log_when(view: ApprovalView, now_ns: int, words: Words) -> str:
    """When it was approved, by this computer's clock."""
    return clock(view.time_ns, now_ns, words) if view.is_readable else ""


def log_detail(view: ApprovalView, labels: Mapping[str, str], words: Words) -> str:
    """With which key."""
    if not view.is_readable:
        return words.tr("Somebody altered this line, or the disk did. The others can still be read.")
    return words.tr("with the key {key}").format(key=_key(view, labels))


def log_chip(view: ApprovalView, standing: LogView, words: Words) -> Chip | None:
    """That a line was altered; of a sound one nothing."""
    return Chip(words.tr("altered"), "bad") if view.number in standing.altered else None


def log_facts(view: ApprovalView, glossary: Glossary, words: Words) -> list[Fact]:
    """What the clerk was shown, word by word."""
    return meant_facts(view.facts, words, glossary)


def log_frame(view: ApprovalView, labels: Mapping[str, str], words: Words) -> list[Fact]:
    """When, with which key, on which network; and what the next line is tied to."""
    tr = words.tr
    return [
        Fact(tr("Approved at"), full(view.time_ns, words)),
        Fact(tr("Key"), _key(view, labels)),
        Fact(tr("Public key"), ends(view.key), view.key, is_digest=True),
        *(Fact(tr("Checked by"), key_called(key, labels), key) for key in view.approvers),
        Fact(tr("Network"), line(view.chain_id)),
        Fact(tr("Can land until"), tr("height {height}").format(height=number(view.valid_until))),
        short_digest_fact(tr("Signing digest"), view.signing_digest),
        digest_fact(tr("Digest of this line"), view.digest),
    ]


def _key(view: ApprovalView, labels: Mapping[str, str]) -> str:
    return key_called(view.key, {**({view.key: view.key_label} if view.key_label else {}), **labels})


# ---- the whole log ---------------------------------------------------------------------------------------------------
def standing_chip(standing: LogView, words: Words) -> Chip:
    """Whether it is whole."""
    return Chip(words.tr("altered"), "bad") if standing.altered else Chip(words.tr("whole"), "ok")


def standing_sentence(standing: LogView, words: Words) -> str:
    """The same in a sentence, with what to do."""
    tr = words.tr
    if not standing.altered:
        return tr("Each line is tied to the one before; none was altered, left out or moved.")
    numbers = words.listed(f"#{number(each)}" for each in standing.altered[:MOST_NAMED])
    said = tr("Altered, or not tied to the line before: {lines}.").format(lines=numbers)
    more = len(standing.altered) - MOST_NAMED
    parts = [said, tr("And %n more.", None, more)] if more > 0 else [said]
    hint = tr("The log was left as it is, and signing goes on. Export it and tell your auditor.")
    return ("" if words.language == "zh" else " ").join([*parts, hint])


def standing_facts(standing: LogView, words: Words) -> list[Fact]:
    """How many lines, and the digest that covers them all."""
    facts = [Fact(words.tr("Lines"), number(standing.count))]
    return [*facts, digest_fact(words.tr("Newest digest"), standing.digest)] if standing.digest else facts
