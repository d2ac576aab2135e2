"""What a record says besides its file, in the clerk's words: a batch, the record it replaces, a time-stamp, where the file is
hosted (3.4.2). The same wherever a record is shown, whether it is a draft or stands on the chain.
"""

from collections.abc import Sequence

from app.client.model import RecordStatus
from app.core.record import Additions
from app.ui.present.facts import Fact, digest_fact
from app.ui.present.language import Words
from app.ui.present.names import line
from app.ui.present.numbers import number
from app.ui.present.times import clock
from app.ui.recording import Besides


def besides_facts(said: Additions, words: Words) -> list[Fact]:
    """All of it; what a record does not say is left out."""
    tr, facts = words.tr, []
    if said.batch_size:
        facts.append(Fact(tr("Batch"), tr("a list of %n file(s)", None, said.batch_size)))
        facts.append(digest_fact(tr("Batch root"), said.batch_root))
    if said.supersedes:
        facts.append(Fact(tr("Replaces"), _record(said.supersedes, words)))
    if said.timestamp:
        facts.append(digest_fact(tr("Time-stamp (SHA-256)"), said.timestamp))
    if said.hosting:
        facts.append(digest_fact(tr("Hosting place (SHA-256)"), said.hosting))
    return facts


def besides_text(said: Additions, words: Words) -> str:
    """The same in one line, for a row of a list; empty where nothing more is said."""
    tr, parts = words.tr, []
    if said.batch_size:
        parts.append(tr("a list of %n file(s)", None, said.batch_size))
    if said.supersedes:
        parts.append(tr("replaces #{sequence}").format(sequence=number(said.supersedes)))
    if said.timestamp:
        parts.append(tr("with a time-stamp"))
    if said.hosting:
        parts.append(tr("with the place where it is hosted"))
    return " · ".join(parts)


def wished_text(besides: Besides, words: Words) -> str:
    """What the clerk has asked for, in one line, for the folded section."""
    tr, parts = words.tr, []
    if besides.is_batch:
        parts.append(tr("all files in one record"))
    if besides.supersedes:
        parts.append(tr("replaces #{sequence}").format(sequence=number(besides.supersedes)))
    if besides.timestamp:
        parts.append(tr("with a time-stamp"))
    if besides.hosting.strip():
        parts.append(tr("with the place where it is hosted"))
    return " · ".join(parts)


def is_about_one(besides: Besides) -> bool:
    """Whether something is asked for that can be said of one record only."""
    return bool(besides.supersedes or besides.timestamp or besides.hosting.strip())


def supersede_choices(records: Sequence[RecordStatus], now_ns: int, words: Words) -> list[tuple[str, object]]:
    """Nothing, or one of these records of a chain, the newest first."""
    choices: list[tuple[str, object]] = [(words.tr("No record: this one stands beside the others"), 0)]
    for record in reversed(records):
        subject = line(record.subject, 40) if record.subject else words.tr("no subject")
        when = clock(record.time_ns, now_ns, words)
        choices.append((f"#{number(record.sequence)} {subject} · {when}", record.sequence))
    return choices


def superseded_sentence(record: RecordStatus, chain: Sequence[RecordStatus], words: Words) -> str:
    """That a later record of the chain takes the place of this one, or nothing."""
    later = [each.sequence for each in chain if each.additions.supersedes == record.sequence]
    if not later:
        return ""
    return words.tr("Record #{sequence} of this chain takes the place of this one.").format(sequence=number(later[-1]))


def _record(sequence: int, words: Words) -> str:
    return words.tr("record #{sequence} of this chain").format(sequence=number(sequence))
