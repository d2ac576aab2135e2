"""A customer's reserve proof as its reader takes it in: the verdict, each step, what the chain says now, the facts (3.4.3).

Guarantees: a step that was not done is never shown as passed; a refuted paper's facts are shown as claims.
"""

from app.core.messages import explain, verdict_name
from app.ui.desk import VerificationStep
from app.ui.desks.reserves import PaperCheck
from app.ui.present import digests
from app.ui.present.facts import Fact, short_digest_fact
from app.ui.present.language import Words
from app.ui.present.names import account, line
from app.ui.present.numbers import number
from app.ui.present.reserves import much, ratio, voucher_title
from app.ui.present.states import Tone
from app.ui.present.times import age, full
from app.ui.present.verify import StepRow, VerdictView

_TONES: dict[str, Tone] = {"valid": "ok", "refuted": "bad", "not-enough-trust": "warn"}


def paper_verdict(check: PaperCheck, words: Words) -> VerdictView:
    """The verdict of the offline verification, with the reason where there is one."""
    tr, gap = words.tr, "" if words.language == "zh" else " "
    sentences = {
        "valid": tr(
            "The paper is true: at its height this user's share was part of all that was owed, and all of it was held."
        ),
        "refuted": tr("The paper contradicts itself or the chain. Nothing in it can be relied on."),
        "not-enough-trust": tr("Nothing contradicts the paper, but it cannot be tied to this chain."),
    }
    sentence = sentences.get(check.verdict, "")
    if check.error is not None:
        sentence += gap + explain(check.error, words.language).sentence
    tone = _TONES.get(check.verdict, "bad")
    return VerdictView(verdict_name(check.verdict, words.language), sentence, tone, check.verdict == "valid")


def chain_verdict(check: PaperCheck, now_ns: int, words: Words) -> tuple[str, str, Tone]:
    """What the chain says of the paper's publication now: title, sentence, colour."""
    tr, found = words.tr, check.chain
    if check.chain_error is not None:
        said = explain(check.chain_error, words.language)
        return tr("The chain could not be asked"), said.sentence, "warn"
    if found is None:
        return (
            tr("Nothing to look for on the chain"),
            tr("The file names no publication that could be looked for."),
            "neutral",
        )
    if found.standing == "absent":
        return (
            tr("This root is not on the chain"),
            tr(
                "The custodian that it names never published it for this voucher. Keep the file as evidence for a complaint."
            ),
            "bad",
        )
    where = tr("Found at height {height}, {age}.").format(
        height=number(found.height), age=age(found.time_ns, now_ns, words)
    )
    if found.standing == "newest":
        return tr("On the chain, and the newest"), where, "ok"
    gap = "" if words.language == "zh" else " "
    later = tr(
        "%n later publication(s), the newest at height {height}: ask the custodian for its paper.", None, found.later
    )
    sentence = where + gap + later.format(height=number(found.newest_height))
    return tr("On the chain, superseded by later ones"), sentence, "primary"


def paper_steps(check: PaperCheck, words: Words) -> list[StepRow]:
    """Every step of the offline verification."""
    return [_step(step, check, words) for step in check.steps]


def claim_title(check: PaperCheck, words: Words) -> str:
    """What the facts below are: proven, or only claimed."""
    return words.tr("What is proven") if check.verdict == "valid" else words.tr("What the paper claims (not proven)")


def claim_facts(check: PaperCheck, words: Words) -> list[Fact]:
    """What the paper says, in the order a customer asks: how much, of what, with whom, as of when."""
    claim = check.claim
    if claim is None:
        return []
    tr, voucher = words.tr, claim.voucher
    share = much(claim.balance, voucher, words)
    serial = [] if claim.serial is None else [Fact(tr("Serial"), f"#{number(claim.serial)}")]
    return [
        Fact(tr("User"), tr("account {id}").format(id=claim.account)),
        Fact(tr("Owed to the user"), share),
        *serial,
        Fact(tr("Voucher"), voucher_title(voucher), voucher.id.hex()),
        Fact(tr("Custodian"), account(claim.custodian_name, claim.custodian, words)),
        Fact(tr("Owed in all"), much(claim.owed, voucher, words)),
        Fact(tr("Held"), f"{much(claim.held, voucher, words)} ({ratio(claim.held, claim.owed, words)})"),
        Fact(tr("As of"), _moment(claim.height, claim.time_ns, words)),
        Fact(tr("Published"), _moment(claim.published_height, claim.published_ns, words)),
        short_digest_fact(tr("Root"), claim.root),
    ]


def _moment(height: int, time_ns: int, words: Words) -> str:
    if not time_ns:
        return words.tr("height {height}").format(height=number(height))
    return words.tr("height {height}, {time}").format(height=number(height), time=full(time_ns, words))


def _step(step: VerificationStep, check: PaperCheck, words: Words) -> StepRow:
    name, meaning = step_words(words).get(step.name, (step.name, ""))
    tr = words.tr
    if step.skipped:
        text = tr("Not reached, because an earlier step failed or its material is missing.")
        return StepRow(step.number, name, text, "skipped", tr("not done"))
    if step.passed:
        return StepRow(step.number, name, _with_facts(meaning, step, check, words), "passed", tr("passed"))
    said = tr("Contradicted.") if check.error is None else explain(check.error, words.language).sentence
    return StepRow(step.number, name, _with_facts(said, step, check, words), "failed", tr("failed"))


def step_words(words: Words) -> dict[str, tuple[str, str]]:
    """Each step of docs/formats/reserve.md, and what it shows when it passes."""
    tr = words.tr
    return {
        "format": (tr("File"), tr("The file is a reserve proof, in its one spelling.")),
        "user": (tr("User"), tr("The share is this user's, and nobody else's.")),
        "tree": (tr("Tree"), tr("The share is part of the total, by every sum on the way up.")),
        "trust-root": (tr("Trust root"), tr("It is about the chain of this desk's genesis document.")),
        "finality": (tr("Finality"), tr("Its blocks are final: more than two thirds of the power have signed each.")),
        "snapshot": (tr("Snapshot"), tr("It was made as of a block of this chain.")),
        "custody": (tr("Custody"), tr("The accounts held as much as it says, by the state of that block.")),
        "publication": (tr("Publication"), tr("The custodian published root and total, at most 24 hours later.")),
        "signature": (tr("Signature"), tr("The publication is signed by the custodian's key.")),
        "coverage": (tr("Coverage"), tr("What was owed is no more than what was held, then and at the publication.")),
    }


def _with_facts(text: str, step: VerificationStep, check: PaperCheck, words: Words) -> str:
    found = [_finding(name, value, check, words) for name, value in step.facts]
    said = " · ".join(each for each in found if each)
    return f"{text}\n{said}" if said else text


def _finding(name: str, untrusted_value: str, check: PaperCheck, words: Words) -> str:
    """What a step found, on one line; nothing of what only machines read."""
    tr, value = words.tr, line(untrusted_value, 72)
    amounts = {
        "balance": tr("owed {amount}"),
        "total": tr("of {amount} in all"),
        "custody": tr("held {amount}"),
        "owed": tr("owed {amount}"),
        "held": tr("held {amount}"),
        "over": tr("{amount} more than owed"),
    }
    if name in amounts and check.claim is not None and untrusted_value.isdecimal():
        return amounts[name].format(amount=much(int(untrusted_value), check.claim.voucher, words))
    if name in {"height", "time", "account", "validators"} and untrusted_value.isdecimal():
        count = int(untrusted_value)
        return {
            "height": tr("height {height}").format(height=number(count)),
            "time": full(count, words) if name == "time" else "",
            "account": tr("account {id}").format(id=count),
            "validators": tr("%n bookkeeper(s)", None, count),
        }[name]
    if name in {"root", "key", "genesis"}:
        return digests.shorten(untrusted_value)
    return value if name in {"chain", "voucher", "custodian"} else ""
