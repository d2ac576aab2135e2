"""A verification report as a judge reads it: the verdict in large, every step with its finding, then the facts.

Guarantees: a step that was not done is never shown as passed; a refuted bundle's facts are shown as claims.
"""

from dataclasses import dataclass
from typing import Literal

from app.client.model import RecordStatus
from app.core.messages import (
    explain,
    finding_name,
    reason_words,
    step_meaning,
    step_name,
    verdict_meaning,
    verdict_name,
)
from app.ui.desk import VerificationReport, VerificationStep
from app.ui.present import digests
from app.ui.present.besides import besides_facts
from app.ui.present.facts import Fact, digest_fact
from app.ui.present.language import Words
from app.ui.present.names import account, file_name, line
from app.ui.present.numbers import number
from app.ui.present.states import Tone
from app.ui.present.times import full

DIGEST_DIGITS = 32
Mark = Literal["passed", "failed", "skipped"]
_TONES: dict[str, Tone] = {"valid": "ok", "refuted": "bad", "not-enough-trust": "warn"}


@dataclass(frozen=True, slots=True)
class VerdictView:
    """The verdict: a word or two, a sentence, its colour."""

    title: str
    sentence: str
    tone: Tone
    is_valid: bool


@dataclass(frozen=True, slots=True)
class StepRow:
    """One numbered step: what was asked, and what was found."""

    number: int
    name: str
    text: str
    mark: Mark
    mark_words: str


def verdict_view(report: VerificationReport, words: Words) -> VerdictView:
    """The verdict; where the original was not compared, that is said beside it."""
    sentence = verdict_meaning(report.verdict, words.language)
    gap = "" if words.language == "zh" else " "
    if report.verdict == "not-enough-trust" and report.error is not None:
        said = explain(report.error, words.language)
        sentence = f"{said.sentence}{gap}{said.hint}"
    elif report.error is not None:
        sentence += gap + explain(report.error, words.language).sentence
    elif report.verdict == "valid" and _is_skipped(report, "file"):
        note = words.tr("The original file was not compared; add it to verify that it is the recorded one.")
        sentence += gap + note
    tone = _TONES.get(report.verdict, "bad")
    return VerdictView(verdict_name(report.verdict, words.language), sentence, tone, report.verdict == "valid")


def step_rows(report: VerificationReport, words: Words) -> list[StepRow]:
    """Every step taken, in order."""
    return [_step_row(step, report, words) for step in report.steps]


def record_title(report: VerificationReport, words: Words) -> str:
    """What the facts below are: verified, or only claimed."""
    if report.verdict == "valid":
        return words.tr("What is proven")
    if is_record_proven(report):
        return words.tr("What is proven of the record (original not compared)")
    return words.tr("What the bundle claims (not proven)")


def is_record_proven(report: VerificationReport) -> bool:
    """Whether every step held, but for the comparison with the original."""
    return bool(report.steps) and all(step.passed or (step.skipped and step.name == "file") for step in report.steps)


def report_facts(report: VerificationReport, words: Words) -> list[Fact]:
    """The facts in the order a reader asks for them: what, when, who, where on the chain."""
    if report.record is None:
        return []
    record, tr = report.record, words.tr
    return [
        *_file_facts(report, record, words),
        Fact(tr("Block time"), full(record.time_ns, words)),
        Fact(tr("Height"), number(record.height)),
        Fact(tr("Recorded by"), account(report.account_name, report.account_id, words)),
        *([digest_fact(tr("Legal agreement"), report.agreement)] if report.agreement else []),
        Fact(tr("Signing key"), digests.ends(report.signer_key), report.signer_key, is_digest=True),
        Fact(tr("Subject"), line(record.subject, 120) if record.subject else tr("none")),
        *_chain_facts(record, words),
        *besides_facts(record.additions, words),
    ]


def _file_facts(report: VerificationReport, record: RecordStatus, words: Words) -> list[Fact]:
    tr = words.tr
    inside = tr("inside the bundle") if report.file_in_bundle else tr("not inside the bundle")
    named = file_name(report.file_name, 72) if report.file_name else tr("not named")
    return [
        Fact(tr("File"), tr("{name} ({where})").format(name=named, where=inside)),
        Fact(tr("File size"), tr("%n byte(s)", None, record.size)),
        digest_fact("SHA-256", record.sha256),
        digest_fact("SM3", record.sm3),
    ]


def _chain_facts(record: RecordStatus, words: Words) -> list[Fact]:
    tr = words.tr
    place = tr("#{sequence} of chain {chain}").format(
        sequence=number(record.sequence), chain=digests.tiny(record.chain)
    )
    return [
        Fact(tr("Evidence chain"), place, digests.whole(record.chain)),
        digest_fact(tr("Record digest"), record.record_digest),
        digest_fact(tr("Transaction"), record.transaction_hash),
    ]


def _step_row(step: VerificationStep, report: VerificationReport, words: Words) -> StepRow:
    name = step_name(step.name, words.language)
    if step.skipped:
        return StepRow(step.number, name, _skipped_text(step, words), "skipped", words.tr("not done"))
    if step.passed:
        text = _with_facts(step_meaning(step.name, words.language), step, words)
        return StepRow(step.number, name, text, "passed", words.tr("passed"))
    text = words.tr("Contradicted.") if report.error is None else explain(report.error, words.language).sentence
    return StepRow(step.number, name, _with_facts(text, step, words), "failed", words.tr("failed"))


def _skipped_text(step: VerificationStep, words: Words) -> str:
    if step.name == "file":
        return words.tr("Not compared: the original file was not given.")
    return words.tr("Not reached, because an earlier step failed or its material is missing.")


def _with_facts(text: str, step: VerificationStep, words: Words) -> str:
    facts = " · ".join(f"{finding_name(name, words.language)} {_value(value, words)}" for name, value in step.facts)
    return f"{text}\n{facts}" if facts else text


def _value(untrusted_value: str, words: Words) -> str:
    """A fact's value on one line: long digests shortened, for they stand whole among the facts."""
    if len(untrusted_value) >= DIGEST_DIGITS and all(digit in "0123456789abcdef" for digit in untrusted_value):
        return digests.shorten(untrusted_value)
    return line(reason_words(untrusted_value, words.language), 72)


def _is_skipped(report: VerificationReport, name: str) -> bool:
    return any(step.name == name and step.skipped for step in report.steps)
