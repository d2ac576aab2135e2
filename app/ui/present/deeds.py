"""Any action in the clerk's words: what is signed, what it is signed with, why it would be refused, what became of it.

Guarantees: every fact of the signed bytes is shown, in their order; nothing is said to be done without a height.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.client.model import Final, Outcome
from app.core.errors import LuopuError
from app.core.facts import FactKind, ShownFact
from app.core.messages import explain, fact_label, fact_text
from app.core.refusals import ApprovalsMissing
from app.ui.desk import DeedView
from app.ui.present.facts import Fact, digest_fact, short_digest_fact
from app.ui.present.glossary import Glossary, meaning, plain_reason, with_meaning
from app.ui.present.language import Words
from app.ui.present.names import account as account_text
from app.ui.present.notarize import ReceiptView, receipt
from app.ui.present.numbers import number
from app.ui.present.states import Chip, state_chip
from app.ui.present.times import clock, full

_DIGESTS = frozenset({FactKind.DIGEST, FactKind.ID, FactKind.ADDRESS, FactKind.BYTES})
_NEW_ACCOUNTS = frozenset({"admit", "enrol"})
_ACCOUNT_BYTES = 8
_COUNTED = frozenset({FactKind.AMOUNT, FactKind.COUNT, FactKind.HEIGHT, FactKind.SIZE})


def deed_facts(deed: DeedView, words: Words, glossary: Glossary | None = None) -> list[Fact]:
    """Everything that the action says, in its own order, with what numbers and ids mean where that is known."""
    return meant_facts(deed.facts, words, glossary or Glossary())


def meant_facts(facts: Sequence[ShownFact], words: Words, known: Glossary) -> list[Fact]:
    """The same of any action's facts."""
    return [_meant(shown_fact(fact, words), meaning(fact, facts, known), words) for fact in facts]


def _meant(fact: Fact, said: str, words: Words) -> Fact:
    return replace(fact, value=with_meaning(fact.value, said, words)) if said else fact


def shown_fact(fact: ShownFact, words: Words) -> Fact:
    """One fact of an action: digests grouped and copied whole, moments in the clerk's zone, numbers in groups."""
    name = fact_label(fact, words.language)
    if fact.kind in _DIGESTS and isinstance(fact.value, bytes) and fact.value:
        return digest_fact(name, fact.value) if fact.kind is not FactKind.BYTES else short_digest_fact(name, fact.value)
    if fact.kind is FactKind.MOMENT and isinstance(fact.value, int) and fact.value:
        return Fact(name, full(fact.value, words))
    if fact.kind in _COUNTED and type(fact.value) is int:
        return Fact(name, number(fact.value))
    text = fact_text(fact, words.language)
    return Fact(name, text, text if fact.kind is FactKind.KEY else "", is_digest=fact.kind is FactKind.KEY)


def frame_facts(deed: DeedView, now_ns: int, words: Words) -> list[Fact]:
    """Who signs with which key, what it costs, how long it can land."""
    tr = words.tr
    until = tr("height {height}, about {time}").format(
        height=number(deed.valid_until), time=clock(deed.valid_until_estimate_ns, now_ns, words)
    )
    facts = [
        Fact(tr("Account"), account_text(deed.account_name, deed.account_id, words)),
        Fact(tr("Cost"), tr("%n quota point(s)", None, deed.quota_points)),
        Fact(tr("Can land until"), until),
    ]
    if deed.approvers:
        facts.append(Fact(tr("Checked by"), tr("%n key(s) must sign as well", None, len(deed.approvers))))
    if deed.hold_until:
        facts.append(
            Fact(tr("Waits for approvals"), tr("until height {height}").format(height=number(deed.hold_until)))
        )
    return [*facts, short_digest_fact(tr("Signing digest"), deed.signing_digest)]


def reason_texts(deed: DeedView, words: Words, glossary: Glossary | None = None) -> list[str]:
    """Why it would be refused as things stand, and what to do."""
    return explained(deed.reasons, words, glossary or Glossary())


def explained(reasons: Sequence[LuopuError], words: Words, known: Glossary) -> list[str]:
    """Each reason in a sentence with its hint."""
    said = [explain(plain_reason(reason, known), words.language) for reason in reasons]
    return [f"{each.sentence}{'' if words.language == 'zh' else ' '}{each.hint}" for each in said]


def needs_approval(deed: DeedView) -> bool:
    """Whether nothing but approvals of others stands in its way."""
    return [reason.code for reason in deed.reasons] == [ApprovalsMissing.code]


def deed_receipt(deed: DeedView, outcome: Outcome | LuopuError | None, now_ns: int, words: Words) -> ReceiptView:
    """State and sentence of what became of it."""
    tr = words.tr
    if isinstance(outcome, Final) and deed.action != "notarize":
        text = _done(deed, outcome, clock(outcome.time_ns, now_ns, words, seconds=True), words)
        return ReceiptView(state_chip("final", outcome.height, words), text, is_final=True)
    if isinstance(outcome, ApprovalsMissing):
        text = tr("Signed here. Save the request under Approvals and give it to those who must sign as well.")
        return ReceiptView(Chip(tr("waits for signatures"), "primary"), text, is_final=False)
    return receipt(outcome, now_ns, words)


def is_held(deed: DeedView, outcome: Final) -> bool:
    """Whether nothing took effect yet: it waits on the chain for approvals."""
    return bool(deed.held) and outcome.data == deed.held


def _done(deed: DeedView, outcome: Final, time: str, words: Words) -> str:
    tr = words.tr
    if is_held(deed, outcome):
        return tr("It waits on the chain for approval since {time}; colleagues find it under Approvals.").format(
            time=time
        )
    if deed.action in _NEW_ACCOUNTS and len(outcome.data) == _ACCOUNT_BYTES:
        account = str(int.from_bytes(outcome.data, "big"))
        return tr("In force since {time}. The new account has the number {account}.").format(time=time, account=account)
    return tr("In force since {time}.").format(time=time)
