"""What is told of what is to be signed: all that its bytes say; and what only the node says: who the numbers are, what the
ids name, what amounts come to.

Nothing of the second is in the signed bytes, so it stands apart from the first (white paper 3.3: what is shown is what is
signed).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.cli.output import Speaker
from app.cli.registry.session import Pairs, Session, amount_text
from app.client.members import VoucherView
from app.client.registry import RegistryReader
from app.core.errors import NotFound
from app.core.facts import FactKind, ShownFact
from app.core.keys import encode_key_text
from app.core.messages import Language, action_name, clean, fact_label, fact_name, fact_text, party_name
from app.core.wire import registry_pb2 as wire
from app.wallet.approval import Approval, Facts
from app.wallet.signatures import Signed


def body_pairs(speaker: Speaker, shown: Approval[Facts], signed: Signed | None) -> Pairs:
    """All that the bytes of a transaction say, and who has signed them."""
    language, words = speaker.language, speaker.words
    pairs = [(words("action"), action_name(shown.action, language)), *fact_pairs(shown.facts.said, language)]
    pairs += [(words("new-id", name=name), text) for name, text in fact_pairs(shown.facts.ids, language)]
    if shown.approvers:
        pairs.append((words("approvers"), ", ".join(map(encode_key_text, shown.approvers))))
    if signed is not None:
        pairs.append((words("signed-by"), ", ".join(encode_key_text(each.key) for each in signed.signatures)))
    if shown.hold_until:
        pairs.append((words("hold-until"), words("height", height=shown.hold_until)))
    return [
        *pairs,
        (words("network"), shown.chain_id),
        (words("sender"), shown.sender.hex()),
        (words("nonce"), shown.nonce.hex()),
        (fact_name("Body", "valid_until", language), str(shown.valid_until)),
        (words("digest"), shown.digest.hex()),
    ]


def fact_pairs(facts: Iterable[ShownFact], language: Language) -> Pairs:
    """All that the bytes say, in their order. Two facts may have one label, so this is no dictionary."""
    return [(fact_label(fact, language), fact_text(fact, language)) for fact in facts]


async def told_pairs(session: Session, facts: Sequence[ShownFact]) -> Pairs:
    """What the node knows of accounts, vouchers and amounts that the facts name."""
    vouchers = {fact.path: await _voucher(session.reader, fact) for fact in facts if fact.name == "voucher"}
    pairs: Pairs = []
    for fact in facts:
        text = await _told(session, fact, _voucher_of(fact, vouchers))
        if text:
            pairs.append((fact_label(fact, session.speaker.language), text))
    return pairs


async def _told(session: Session, fact: ShownFact, voucher: VoucherView | None) -> str:
    if fact.kind is FactKind.ACCOUNT:
        return ", ".join([await account_text(session, number) for number in _numbers(fact)])
    if voucher is None:
        return ""
    if fact.kind is FactKind.AMOUNT:
        return ", ".join(amount_text(units, voucher.voucher.terms) for units in _numbers(fact))
    return voucher_text(voucher) if fact.name == "voucher" else ""


async def account_text(session: Session, number: int) -> str:
    """Name, number and party; of an unknown account that it is unknown."""
    try:
        account = (await session.reader.account(number)).account
    except NotFound:
        return f"{number} {session.speaker.words('nobody')}"
    party = wire.Party.Name(account.party).removeprefix("PARTY_").lower()
    return f"{clean(account.name) or '—'} {number} ({party_name(party, session.speaker.language)})"


def voucher_text(view: VoucherView) -> str:
    """Its name and what it stands for."""
    return f"{clean(view.voucher.terms.name)}: {clean(view.voucher.terms.product)}"


def _numbers(fact: ShownFact) -> Iterator[int]:
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    return (value for value in values if isinstance(value, int))


async def _voucher(reader: RegistryReader, fact: ShownFact) -> VoucherView | None:
    try:
        return await reader.voucher(fact.value) if isinstance(fact.value, bytes) else None
    except NotFound:
        return None


def _voucher_of(fact: ShownFact, vouchers: Mapping[str, VoucherView | None]) -> VoucherView | None:
    """The voucher in the same part, else the one that the whole is about."""
    part = fact.path.rpartition(".")[0]
    return vouchers.get(f"{part}.voucher" if part else "voucher", vouchers.get("voucher"))
