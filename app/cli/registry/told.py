"""What only the node says of what is to be signed: who the numbers are, what the ids name, what amounts come to.

None of it is in the signed bytes, so it stands apart from what is (white paper 3.3: what is shown is what is signed).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.cli.registry.session import Pairs, Session, amount_text
from app.client.members import VoucherView
from app.client.registry import RegistryReader
from app.core.errors import NotFound
from app.core.facts import FactKind, ShownFact
from app.core.messages import Language, clean, fact_label, fact_text, party_name
from app.core.wire import registry_pb2 as wire


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
