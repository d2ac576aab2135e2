"""The table of records and the panel beside it: one cell at a time, from one record."""

from app.client.model import RecordStatus
from app.ui.present import digests
from app.ui.present.besides import besides_facts
from app.ui.present.facts import Fact, digest_fact
from app.ui.present.language import Words
from app.ui.present.names import file_name, line
from app.ui.present.numbers import number
from app.ui.present.states import Chip, record_chip
from app.ui.present.times import clock, full

COLUMNS = 5


def headers(words: Words) -> tuple[str, ...]:
    """Titles of the columns."""
    tr = words.tr
    return (tr("Subject"), tr("Evidence chain"), tr("Block time"), tr("SHA-256"), tr("State"))


def cells(record: RecordStatus, now_ns: int, words: Words) -> tuple[str, ...]:
    """One row, column by column."""
    return (
        line(record.subject) if record.subject else words.tr("no subject"),
        f"{digests.tiny(record.chain)}  #{number(record.sequence)}",
        clock(record.time_ns, now_ns, words, seconds=True),
        digests.short(record.sha256),
        state(record, words).text,
    )


def state(record: RecordStatus, words: Words) -> Chip:
    """Final, always with its height."""
    return record_chip(record, words)


def detail_facts(record: RecordStatus, file: str, words: Words) -> list[Fact]:
    """Everything about one record; the file's name only where this desk knows it, for it is not on the chain."""
    tr = words.tr
    when = tr("{time}, height {height}").format(time=full(record.time_ns, words), height=number(record.height))
    named = [Fact(tr("File"), file_name(file, 72))] if file else []
    return [
        *named,
        Fact(tr("Block time"), when),
        Fact(tr("File size"), tr("%n byte(s)", None, record.size)),
        digest_fact("SHA-256", record.sha256),
        digest_fact("SM3", record.sm3),
        *besides_facts(record.additions, words),
        digest_fact(tr("Record digest"), record.record_digest),
        digest_fact(tr("Transaction"), record.transaction_hash),
        Fact(tr("Log position"), number(record.index)),
    ]


def provable_sentence(record: RecordStatus, words: Words) -> str:
    """Whether a bundle can be made now."""
    if record.provable:
        return words.tr("The bundle holds everything needed to verify it offline.")
    return words.tr("The next block is not final yet; the bundle can be made in a few seconds.")
