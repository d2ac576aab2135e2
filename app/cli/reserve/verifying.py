"""`luopu reserve verify`: are these reserve proofs true? Offline, against a genesis document that the reader brings (3.4.3).

Exit status: 0 all valid, 1 one is refuted, else 2: not enough trust, or nothing could be decided. Without --chain this reads
no code that talks to a network, draws windows or builds trees.
"""

import argparse
import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.cli.output import Speaker
from app.cli.reserve.figures import moment, much, ratio
from app.core.errors import FileUnreadable, LuopuError
from app.core.home import Home
from app.core.messages import clean, explain, verdict_name
from app.core.verification import Verdict
from app.node.consensus.genesis import Genesis
from app.reserve.proof import MAX_PROOF_BYTES
from app.reserve.verify import Report, verify_proof
from app.wiring.stores import load_genesis

EXIT = {Verdict.VALID: 0, Verdict.REFUTED: 1, Verdict.NOT_ENOUGH_TRUST: 2}
CHAIN_EXIT = {"newest": 0, "superseded": 0, "absent": 1, "behind": 2}


@dataclass(frozen=True, slots=True)
class ChainWord:
    """What the chain says now of the publication that a proof names."""

    standing: str
    """newest, superseded, absent, or behind: the node is below the publication."""
    height: int
    """Of the publication, as the proof has it."""
    later: int
    newest: int
    """Height of the newest publication, or of the node that is behind; 0: there is none."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One file."""

    file: str
    report: Report | None
    error: LuopuError | None = None
    """Why there is no report: it cannot be read."""
    chain: ChainWord | None = None
    """None: nobody asked, or the file could not be understood."""

    @property
    def exit(self) -> int:
        """Of this file alone."""
        status = EXIT[Verdict.NOT_ENOUGH_TRUST if self.report is None else self.report.verdict]
        return status or (0 if self.chain is None else CHAIN_EXIT[self.chain.standing])


def run_verify(arguments: argparse.Namespace, home: Home, speaker: Speaker) -> int:
    """Verify proofs: of one every step, of several a line each."""
    try:
        path = Path(arguments.genesis) if arguments.genesis else home.genesis
        genesis = load_genesis(path)[0] if arguments.genesis or path.exists() else None
        checked = [_check(file, genesis, arguments.account) for file in arguments.files]
        if arguments.chain:
            checked = importlib.import_module("app.cli.reserve.disputing").look_up(checked, home)
    except LuopuError as error:
        speaker.fail(error)
        return EXIT[Verdict.NOT_ENOUGH_TRUST]
    if len(checked) == 1:
        _show(speaker, checked[0])
    for each in checked if len(checked) > 1 else ():
        speaker.say(_line(speaker, each))
    speaker.answer({"papers": [_as_json(speaker, each) for each in checked]})
    exits = {each.exit for each in checked}
    return 1 if 1 in exits else max(exits)


def _check(file: str, genesis: Genesis | None, account: str | None) -> Checked:
    try:
        with Path(file).open("rb") as opened:
            content = opened.read(MAX_PROOF_BYTES + 1)
    except OSError as error:
        return Checked(file, None, FileUnreadable(file=file, reason=error.strerror or str(error)))
    return Checked(file, verify_proof(content, genesis, account))


# ---- for people ------------------------------------------------------------------------------------------------------
def _show(speaker: Speaker, checked: Checked) -> None:
    if checked.report is None:
        if not speaker.as_json and checked.error is not None:
            speaker.fail(checked.error)
        return
    report, language = checked.report, speaker.language
    verdict = report.verdict.value
    speaker.say(f"{verdict_name(verdict, language)}  {speaker.words(f'reserve-verdict-{verdict}')}")
    for step in report.steps:
        mark = "✓" if step.passed else "·" if step.skipped else "✗"
        speaker.say(f"  {mark} {step.number:>2} {speaker.words(f'reserve-step-{step.name}')}")
    if report.error is not None:
        explanation = explain(report.error, language)
        speaker.say(explanation.sentence)
        speaker.say(speaker.words("hint") + explanation.hint)
    if report.verdict is Verdict.VALID:
        speaker.pairs(_facts(speaker, report))
    if checked.chain is not None:
        speaker.say(_chain_text(speaker, checked.chain))


def _facts(speaker: Speaker, report: Report) -> list[tuple[str, str]]:
    assert report.parts is not None
    words, parts, proof = speaker.words, report.parts, report.parts.proof
    header, decimals = proof.header, int(parts.voucher.terms.decimals)
    owed, held = int(parts.attested.total), header.custody
    serial = [] if proof.leaf.serial is None else [(words("reserve-serial"), f"#{proof.leaf.serial}")]
    return [
        (words("reserve-user"), f"{proof.user.number} {proof.user.address.hex()}"),
        (words("reserve-share"), much(proof.leaf.balance, decimals)),
        *serial,
        (words("reserve-voucher"), f"{clean(parts.voucher.terms.name)} {header.voucher.hex()}"),
        (words("reserve-custodian"), f"{clean(parts.custodian.name)} {header.custodian.number}"),
        (words("reserve-owed"), much(owed, decimals)),
        (words("reserve-held"), words("reserve-held-ratio", held=much(held, decimals), ratio=ratio(held, owed))),
        (words("reserve-as-of"), _moment(speaker, header.height, _snapshot_ns(report))),
        (words("reserve-published-at"), _moment(speaker, parts.entry.height, parts.entry.time_ns)),
        (words("reserve-root"), parts.attested.root.hex()),
    ]


def _line(speaker: Speaker, checked: Checked) -> str:
    """The verdict, the file, and how much it is about or what is wrong with it."""
    report, language = checked.report, speaker.language
    error = checked.error if report is None else report.error
    verdict = verdict_name(Verdict.NOT_ENOUGH_TRUST.value if report is None else report.verdict.value, language)
    parts = [verdict, clean(checked.file)]
    if error is not None:
        parts.append(explain(error, language).sentence)
    elif report is not None and report.parts is not None:
        proof, terms = report.parts.proof, report.parts.voucher.terms
        serial = "" if proof.leaf.serial is None else f" #{proof.leaf.serial}"
        parts.append(
            f"{proof.user.number}  {much(proof.leaf.balance, int(terms.decimals))} {clean(terms.name)}{serial}"
        )
    if checked.chain is not None:
        parts.append(_chain_text(speaker, checked.chain))
    return "  ".join(parts)


def _chain_text(speaker: Speaker, word: ChainWord) -> str:
    if word.standing == "behind":
        return speaker.words("reserve-chain-behind", height=word.newest, published=word.height)
    return speaker.words(f"reserve-chain-{word.standing}", height=word.height, later=word.later, newest=word.newest)


def _moment(speaker: Speaker, height: int, time_ns: int) -> str:
    return speaker.words("reserve-moment", height=height, time=moment(time_ns))


def _snapshot_ns(report: Report) -> int:
    return int(report.facts["snapshot"]["time"])


# ---- for programs ----------------------------------------------------------------------------------------------------
def _as_json(speaker: Speaker, checked: Checked) -> dict[str, object]:
    report, word = checked.report, checked.chain
    document: dict[str, object] = {"file": checked.file, "verdict": None, "steps": [], "error": None, "claim": None}
    error = checked.error if report is None else report.error
    if error is not None:
        document["error"] = speaker.reason_as_json(error)
    if report is not None:
        document |= {"verdict": report.verdict.value, "steps": _steps_as_json(report), "claim": _claim(report)}
    if word is not None:
        told = {"standing": word.standing, "height": word.height, "later": word.later, "newest": word.newest or None}
        document["chain"] = told
    return document


def _steps_as_json(report: Report) -> Sequence[dict[str, object]]:
    return [
        {
            "number": step.number,
            "name": step.name,
            "state": "passed" if step.passed else "skipped" if step.skipped else "failed",
            "facts": dict(step.facts),
        }
        for step in report.steps
    ]


def _claim(report: Report) -> dict[str, object] | None:
    """What the file says; true only if the verdict is valid."""
    if report.parts is None:
        return None
    parts, proof, header = report.parts, report.parts.proof, report.parts.proof.header
    return {
        "account": proof.user.number,
        "address": proof.user.address.hex(),
        "balance": proof.leaf.balance,
        "serial": proof.leaf.serial,
        "voucher": header.voucher.hex(),
        "name": parts.voucher.terms.name,
        "decimals": int(parts.voucher.terms.decimals),
        "custodian": header.custodian.number,
        "custodian_name": parts.custodian.name,
        "owed": int(parts.attested.total),
        "held": header.custody,
        "height": int(header.height),
        "published_height": int(parts.entry.height),
        "published_ns": str(parts.entry.time_ns),
        "root": parts.attested.root.hex(),
    }


VERBS: Mapping[str, Callable[[argparse.Namespace, Home, Speaker], int]] = {"verify": run_verify}
