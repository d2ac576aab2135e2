"""What the service answers, as JSON (docs/custodian.md).

Guarantees: pure. Amounts, which JSON's readers would round, are text in the voucher's smallest unit, moments are text in
nanoseconds, ids and digests are hex. An error has its code and facts for programs, a sentence and a hint for people.
"""

from collections.abc import Iterable
from typing import Final

from app.client.reserve.book import SnapshotNote
from app.client.reserve.standing import Standing
from app.client.reserve.work import Overview, Snapshot
from app.client.stated import AttestationView, CustodianView
from app.core.errors import LuopuError
from app.core.messages import Language, explain, explain_code
from app.core.reserveerrors import ListRefused, RowProblem, SnapshotLate
from app.core.verification import Step
from app.custodian.jobs import Job
from app.custodian.publishing import Publication
from app.custodian.schedule import Run
from app.custodian.timetable import Entry, plan_as_json
from app.reserve.verify import Report

Json = dict[str, object]

MAX_PROBLEMS: Final = 1_000
RATIO_DIGITS: Final = 6


# ---- errors ------------------------------------------------------------------------------------------------------------
def error_as_json(error: LuopuError, language: Language) -> Json:
    """An error."""
    said = explain(error, language)
    return {"code": error.code, "facts": _facts(error), "sentence": said.sentence, "hint": said.hint}


def code_as_json(code: str, facts: dict[str, str], language: Language) -> Json:
    """The same of an error of which only that is known."""
    said = explain_code(code, facts, language)
    return {"code": code, "facts": facts, "sentence": said.sentence, "hint": said.hint}


def problem_as_json(problem: RowProblem, language: Language) -> Json:
    """What is wrong with a row: where, and what."""
    facts = problem.facts
    place = {name: facts[name] for name in ("line", "row") if facts.get(name) is not None}
    said = explain(problem, language)
    return {
        **place,
        "column": facts.get("column"),
        "cell": facts.get("cell"),
        "code": problem.code,
        "sentence": said.sentence,
        "hint": said.hint,
    }


def _facts(error: LuopuError) -> dict[str, str]:
    return {name: str(value) for name, value in error.facts.items() if value is not None}


def _maybe(error: LuopuError | None, language: Language) -> Json | None:
    return None if error is None else error_as_json(error, language)


# ---- snapshots ---------------------------------------------------------------------------------------------------------
def snapshot_as_json(found: Snapshot, publication: Publication, language: Language) -> Json:
    """A snapshot, what the chain says of it, and what became of publishing it."""
    note, header = found.note, found.note.header
    return {
        "id": note.id,
        "state": _state(found, publication),
        "voucher": {
            "id": header.voucher.hex(),
            "name": note.terms.name,
            "decimals": note.terms.decimals,
            "unique": header.is_unique,
        },
        **_coverage(note.total, header.custody),
        "users": note.note.users,
        "rows": note.note.rows,
        "padding": note.note.padding,
        "unclaimed": note.note.unclaimed,
        "height": header.height,
        "time_ns": str(note.note.block_ns),
        "made_ns": str(note.note.made_ns),
        "source": note.note.source,
        "source_sha256": note.note.source_sha256.hex(),
        "accounts": [{"account": each.account.number, "balance": str(each.balance)} for each in header.accounts],
        "root": note.root.hex(),
        "published": _published(note),
        "publication": publication_as_json(publication, language),
        "later": found.later,
        "error": _maybe(found.error, language),
    }


def publication_as_json(publication: Publication, language: Language) -> Json:
    """What became of publishing a snapshot."""
    return {
        "state": publication.state,
        "height": publication.height,
        "transaction": None if publication.transaction is None else publication.transaction.hex(),
        "error": _maybe(publication.error, language),
        "note": publication.note or None,
    }


def _state(found: Snapshot, publication: Publication) -> str:
    """made, short or late (it cannot be published), publishing, published, or superseded by a later one."""
    if found.note.published is not None:
        return "superseded" if found.later else "published"
    if publication.may_land or publication.state == "final":
        return "publishing"
    if found.error is None:
        return "made"
    return "late" if isinstance(found.error, SnapshotLate) else "short"


def _published(note: SnapshotNote) -> Json | None:
    published = note.published
    if published is None:
        return None
    transaction = published.transaction_hash.hex()
    return {"height": published.height, "time_ns": str(published.time_ns), "transaction": transaction}


def _coverage(owed: int, held: int) -> Json:
    """`ratio` is never rounded up, so that "1.000000" is never said of less."""
    return {
        "owed": str(owed),
        "held": str(held),
        "missing": str(max(0, owed - held)),
        "ratio": ratio_text(owed, held),
    }


def ratio_text(owed: int, held: int) -> str | None:
    """Held by owed; None where nothing is owed."""
    if not owed:
        return None
    whole, fraction = divmod(held * 10**RATIO_DIGITS // owed, 10**RATIO_DIGITS)
    return f"{whole}.{fraction:0{RATIO_DIGITS}}"


# ---- jobs --------------------------------------------------------------------------------------------------------------
def job_as_json(job: Job, snapshot: Json | None, language: Language) -> Json:
    """How far a snapshot's making is, or what came of it."""
    problems = job.error.problems if isinstance(job.error, ListRefused) else ()
    count = int(job.error.facts.get("count") or len(problems)) if isinstance(job.error, ListRefused) else 0
    return {
        "job": job.id,
        "state": job.state.value,
        "stage": job.stage.name,
        "done": job.stage.done,
        "total": job.stage.total,
        "rows": job.rows,
        "snapshot": snapshot,
        "error": _maybe(job.error, language),
        "problems": [problem_as_json(each, language) for each in problems[:MAX_PROBLEMS]],
        "problem_count": count,
        "warnings": [problem_as_json(each, language) for each in job.warnings[:MAX_PROBLEMS]],
        "warning_count": job.warning_count,
    }


# ---- papers ------------------------------------------------------------------------------------------------------------
def report_as_json(
    report: Report, standing: Standing | None, chain_error: LuopuError | None, language: Language
) -> Json:
    """The verdict on a paper, what it claims, and where its publication stands on the chain."""
    return {
        "verdict": report.verdict.value,
        "steps": [_step(each) for each in report.steps],
        "error": _maybe(report.error, language),
        "claim": _claim(report),
        "standing": None if standing is None else standing_as_json(standing),
        "standing_error": _maybe(chain_error, language),
    }


def _step(step: Step) -> Json:
    return {
        "number": step.number,
        "name": step.name,
        "passed": step.passed,
        "skipped": step.skipped,
        "facts": dict(step.facts),
    }


def _claim(report: Report) -> Json | None:
    """What the paper says; shown to be true only if the verdict is "valid"."""
    if report.parts is None:
        return None
    parts, proof = report.parts, report.parts.proof
    header, terms = proof.header, parts.voucher.terms
    return {
        "account": proof.user.number,
        "address": proof.user.address.hex(),
        "balance": str(proof.leaf.balance),
        "serial": proof.leaf.serial or None,
        "voucher": {
            "id": header.voucher.hex(),
            "name": terms.name,
            "decimals": int(terms.decimals),
            "unique": header.is_unique,
        },
        "custodian": {"account": header.custodian.number, "name": parts.custodian.name},
        **_coverage(int(parts.attested.total), header.custody),
        "height": header.height,
        "published_height": int(parts.entry.height),
        "published_ns": str(int(parts.entry.time_ns)),
        "root": parts.attested.root.hex(),
    }


def standing_as_json(standing: Standing) -> Json:
    """newest, superseded, or absent: never published by this custodian."""
    found, newest = standing.found, standing.newest
    state = "absent" if found is None else "superseded" if standing.later else "newest"
    return {
        "state": state,
        "later": standing.later,
        "published": None if found is None else attestation_as_json(found),
        "newest": None if newest is None else attestation_as_json(newest),
    }


# ---- the chain ---------------------------------------------------------------------------------------------------------
def attestation_as_json(found: AttestationView) -> Json:
    """A publication on the chain."""
    return {
        "index": found.index,
        "height": found.height,
        "time_ns": str(found.time_ns),
        **_coverage(int(found.attested.total), found.balance),
        "accounts": [int(each) for each in found.attested.accounts],
        "root": found.attested.root.hex(),
        "transaction": found.transaction_hash.hex(),
    }


def coverage_as_json(voucher: bytes, custodian: int, published: Iterable[AttestationView]) -> Json:
    """All that a custodian published of a voucher, the oldest first."""
    found = [attestation_as_json(each) for each in published]
    return {"voucher": voucher.hex(), "custodian": custodian, "publications": found}


def overview_as_json(voucher: bytes, overview: Overview) -> Json:
    """Who keeps how much of a voucher for others, against all that is out."""
    custodians = [_custodian(each) for each in overview.custodians]
    return {"voucher": voucher.hex(), "outstanding": str(overview.outstanding), "custodians": custodians}


def _custodian(found: CustodianView) -> Json:
    custody = found.custody
    return {
        "account": found.account,
        "sequence": int(custody.sequence),
        "height": int(custody.height),
        **_coverage(int(custody.total), int(custody.balance)),
        "held_now": str(found.counted),
        "held_now_is_all": not found.has_more,
        "accounts": [int(each) for each in custody.accounts],
        "root": custody.root.hex(),
    }


# ---- the schedule ------------------------------------------------------------------------------------------------------
def entry_as_json(
    entry: Entry, runs: Iterable[Run], next_ns: int, *, is_running: bool | None, language: Language
) -> Json:
    """An entry of the schedule, and what came of its runs, the newest first. `is_running` None: only the service knows."""
    return {
        "id": entry.id,
        "added_ns": str(entry.added_ns),
        **plan_as_json(entry.plan),
        "next_ns": str(next_ns),
        "running": is_running,
        "runs": [run_as_json(each, language) for each in runs],
    }


def run_as_json(run: Run, language: Language) -> Json:
    """What came of a run."""
    outcome = run.outcome
    return {
        "due_ns": str(run.slot_ns),
        "ended_ns": str(run.ended_ns),
        "state": outcome.state,
        "snapshot": outcome.snapshot or None,
        "height": outcome.height or None,
        "error": code_as_json(outcome.code, dict(outcome.facts), language) if outcome.code else None,
    }
