"""What the outbox page and the log page ask of the desk: what lies there, and what its numbers and keys mean.

Guarantees: what lies here is shown although the node says nothing of its meaning.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from app.client.members import VoucherView
from app.core.errors import LuopuError
from app.core.facts import FactKind, ShownFact
from app.core.plain import key_text
from app.ui.desk import Desk
from app.ui.desks.outbox import ApprovalView, LogView, OutboxDeed
from app.ui.present.glossary import Glossary

MOST_ASKED = 40
"""So many accounts and vouchers are asked for at once; the others keep their numbers until more is known."""


@dataclass
class Meanings:
    """What was learned so far; nothing is asked twice."""

    accounts: dict[int, str] = field(default_factory=dict)
    vouchers: dict[bytes, VoucherView] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    asked: set[object] = field(default_factory=set)

    @property
    def glossary(self) -> Glossary:
        """For presenters; what is learned later does not change it."""
        return Glossary(dict(self.accounts), dict(self.vouchers))


@dataclass(frozen=True, slots=True)
class Listed:
    """What lies in the outbox."""

    unsettled: tuple[OutboxDeed, ...]
    settled: tuple[OutboxDeed, ...]
    has_more: bool
    subject: OutboxDeed | None
    """What is in full sight."""
    glossary: Glossary
    labels: Mapping[str, str]

    @property
    def by_id(self) -> Mapping[str, OutboxDeed]:
        """Every one that was loaded."""
        return {deed.deed_id: deed for deed in (*self.unsettled, *self.settled)}


@dataclass(frozen=True, slots=True)
class Logged:
    """The log of approvals."""

    lines: tuple[ApprovalView, ...]
    has_more: bool
    standing: LogView
    glossary: Glossary
    labels: Mapping[str, str]


async def load_outbox(desk: Desk, account: int, wanted: int, subject: str, meanings: Meanings) -> Listed:
    """What is unsettled, and the newest others."""
    unsettled = tuple(await desk.unsettled())
    deeds = await desk.deeds(limit=wanted + 1)
    open_ids = {deed.deed_id for deed in unsettled}
    settled = tuple(deed for deed in deeds[:wanted] if deed.deed_id not in open_ids)
    found = await desk.deed(subject) if subject else None
    shown = (*unsettled, *settled, *([found] if found is not None else ()))
    await _learn(desk, account, (fact for deed in shown for fact in deed.facts), meanings)
    more = len(deeds) > wanted
    return Listed(unsettled, settled, more, found, meanings.glossary, dict(meanings.labels))


async def load_log(desk: Desk, account: int, wanted: int, meanings: Meanings) -> Logged:
    """The newest lines, and how the whole log stands."""
    lines = tuple(await desk.approvals(limit=wanted + 1))
    standing = await desk.look_through_approvals()
    await _learn(desk, account, (fact for line in lines for fact in line.facts), meanings)
    return Logged(lines[:wanted], len(lines) > wanted, standing, meanings.glossary, dict(meanings.labels))


async def _learn(desk: Desk, account: int, facts: Iterable[ShownFact], meanings: Meanings) -> None:
    """Names of accounts, vouchers, and keys of the own account; what the node does not say now is asked another time."""
    wanted = {each for fact in facts for each in _named(fact)} - meanings.asked
    with suppress(LuopuError):
        if account:
            keys = (await desk.registry.account(account)).account.keys
            meanings.labels.update({key_text(each.key): each.label for each in keys if each.label})
        for each in sorted(wanted, key=repr)[:MOST_ASKED]:
            await _ask(desk, each, meanings)


async def _ask(desk: Desk, what: int | bytes, meanings: Meanings) -> None:
    try:
        if isinstance(what, bytes):
            meanings.vouchers[what] = await desk.registry.voucher(what)
        else:
            meanings.accounts[what] = (await desk.registry.account(what)).account.name
    except LuopuError as error:
        if error.code != "not-found":
            raise
    meanings.asked.add(what)


def _named(fact: ShownFact) -> tuple[int | bytes, ...]:
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    if fact.kind is FactKind.ACCOUNT:
        return tuple(each for each in values if isinstance(each, int) and each)
    if fact.name == "voucher":
        return tuple(each for each in values if isinstance(each, bytes) and each)
    return ()
