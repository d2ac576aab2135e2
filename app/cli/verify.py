"""`luopu verify`: is this bundle true? Offline, against a genesis document that the verifier brings.

Exit status: 0 valid, 1 refuted, 2 not enough trust (or nothing could be decided).
"""

import argparse
from pathlib import Path

from app.cli.output import Speaker
from app.core.errors import LuopuError
from app.core.home import Home
from app.core.messages import clean, explain, step_name, verdict_meaning, verdict_name
from app.core.units import Nanoseconds
from app.core.verification import Verdict
from app.evidence.verify import Report, verify_bundle
from app.node.consensus.time import encode_time
from app.wiring.stores import load_genesis

EXIT = {Verdict.VALID: 0, Verdict.REFUTED: 1, Verdict.NOT_ENOUGH_TRUST: 2}


def run_verify(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Verify a bundle and show every step."""
    try:
        trusted = Path(arguments.trust) if arguments.trust else home.genesis
        genesis = load_genesis(trusted)[0] if arguments.trust or trusted.exists() else None
        report = verify_bundle(Path(arguments.bundle), genesis, Path(arguments.file) if arguments.file else None)
    except LuopuError as error:
        speaker.fail(error)
        return EXIT[Verdict.NOT_ENOUGH_TRUST]
    _show(speaker, report)
    speaker.answer(report_as_json(report))
    return EXIT[report.verdict]


def report_as_json(report: Report) -> dict[str, object]:
    """The verdict, every step, and what the bundle says."""
    steps = [
        {
            "number": step.number,
            "name": step.name,
            "state": "passed" if step.passed else "skipped" if step.skipped else "failed",
            "facts": dict(step.facts),
        }
        for step in report.steps
    ]
    document: dict[str, object] = {"verdict": report.verdict.value, "steps": steps, "error": None}
    if report.error is not None:
        facts = {name: str(value) for name, value in report.error.facts.items() if value is not None}
        document["error"] = {"code": report.error.code, "facts": facts}
    if report.parts is not None:
        record = report.parts.record
        document["record"] = {
            "record": report.parts.record_digest.hex(),
            "chain": record.chain.hex(),
            "sequence": record.sequence,
            "sha256": record.sha256.hex(),
            "sm3": record.sm3.hex(),
            "size": record.size,
            "subject": record.subject,
            "height": report.parts.entry.height,
            "time_ns": str(report.parts.entry.time_ns),
            "account": {"id": report.parts.account.id, "name": report.parts.account.name},
            "agreement": report.parts.entry.agreement.hex(),
            "file": report.parts.context.file_name,
        }
    return document


def _show(speaker: Speaker, report: Report) -> None:
    language = speaker.language
    speaker.say(f"{verdict_name(report.verdict.value, language)}  {verdict_meaning(report.verdict.value, language)}")
    for step in report.steps:
        mark = "✓" if step.passed else "·" if step.skipped else "✗"
        speaker.say(f"  {mark} {step.number:>2} {step_name(step.name, language)}")
    if report.error is not None:
        explanation = explain(report.error, language)
        speaker.say(explanation.sentence)
        speaker.say(speaker.words("hint") + explanation.hint)
    if report.parts is not None and report.verdict is Verdict.VALID:
        record, entry, account = report.parts.record, report.parts.entry, report.parts.account
        speaker.pairs(
            {
                speaker.words("file"): clean(report.parts.context.file_name),
                "SHA-256": record.sha256.hex(),
                "SM3": record.sm3.hex(),
                speaker.words("subject"): clean(record.subject) or "—",
                speaker.words("record"): report.parts.record_digest.hex(),
                speaker.words("chain"): f"{record.chain.hex()} #{record.sequence}",
                speaker.words("account"): f"{clean(account.name)} {account.id}",
                speaker.words(
                    "block-time"
                ): f"{speaker.words('height', height=entry.height)}  {block_time(entry.time_ns)}",
            }
        )


def block_time(time_ns: int) -> str:
    """Block time in UTC, to the second."""
    return encode_time(Nanoseconds(time_ns - time_ns % 1_000_000_000))
