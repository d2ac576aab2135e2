"""Orders of authorities in the clerk's words: what was done, against whom, on which document, by whom (3.7).

Guarantees: what an entry of the log says of an order is shown whole; whatever else stands on the log is no order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from google.protobuf.message import Message

from app.client.members import AccountView, ActivityEntry, SignerView
from app.client.model import AccountStatus
from app.core.facts import facts_of
from app.core.messages import action_name
from app.core.wire import registry_pb2 as wire
from app.ui.present.deeds import shown_fact
from app.ui.present.digests import tiny
from app.ui.present.facts import Fact, digest_fact
from app.ui.present.language import Words
from app.ui.present.names import account as account_text
from app.ui.present.names import line, who
from app.ui.present.numbers import number
from app.ui.present.times import clock, full

ORDERS = frozenset({"suspend", "resume", "freeze", "unfreeze", "supervise", "record_order"})
"""Actions that cite an order."""
Titles = Mapping[bytes, str]
"""Voucher → its name, as far as it is known."""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One line of a list."""

    what: str
    when: str
    detail: str


def is_order(entry: ActivityEntry) -> bool:
    """Whether it cites an order."""
    return entry.action in ORDERS


def order_of(fact: Message) -> wire.Order:
    """The order that it cites."""
    order = getattr(fact, "order", None)
    return order if isinstance(order, wire.Order) else wire.Order()


def voucher_of(entry: ActivityEntry) -> bytes:
    """The voucher that it concerns; nothing for an account."""
    return bytes(entry.fact.voucher) if isinstance(entry.fact, wire.Supervise) else b""


def vouchers_of(entries: Iterable[ActivityEntry]) -> list[bytes]:
    """Each voucher that is concerned, once."""
    return sorted({voucher_of(entry) for entry in entries} - {b""})


def against(entry: ActivityEntry, titles: Titles, words: Words) -> str:
    """Whom or what it concerns."""
    voucher = voucher_of(entry)
    if not voucher:
        return who(int(getattr(entry.fact, "account", 0)), entry.names, words)
    title = titles.get(voucher, "")
    numbered = words.tr("voucher {number}").format(number=tiny(voucher))
    return f"{line(title, 40)} · {numbered}" if title else numbered


def authority_text(order: wire.Order, words: Words) -> str:
    """Who issued it, and under which reference."""
    authority = line(order.authority, 60)
    if not order.reference:
        return authority
    return words.tr("{authority} · {reference}").format(authority=authority, reference=line(order.reference, 60))


def order_row(entry: ActivityEntry, titles: Titles, now_ns: int, words: Words) -> OrderRow:
    """What and against whom, when, and on whose order by whom."""
    tr = words.tr
    what = tr("{action}: {who}").format(
        action=action_name(entry.action, words.language), who=against(entry, titles, words)
    )
    done = tr("carried out by {who}").format(who=who(entry.sender, entry.names, words))
    if isinstance(entry.fact, wire.RecordOrder):
        done = tr("recorded by {who}").format(who=who(entry.sender, entry.names, words))
    detail = f"{authority_text(order_of(entry.fact), words)} · {done}"
    return OrderRow(what, clock(entry.time_ns, now_ns, words), detail)


def order_facts(entry: ActivityEntry, titles: Titles, words: Words) -> list[Fact]:
    """Everything about one: what the log says, when, by whom, and on which legal agreement that rests (3.6)."""
    tr, order = words.tr, order_of(entry.fact)
    when = tr("{time}, height {height}").format(time=full(entry.time_ns, words), height=number(entry.height))
    reference = [Fact(tr("Reference"), line(order.reference, 128))] if order.reference else []
    measures = [
        shown_fact(fact, words)
        for fact in facts_of(entry.fact)
        if fact.message != "Order" and fact.name not in {"account", "voucher", "order"}
    ]
    return [
        Fact(tr("Against"), against(entry, titles, words)),
        *measures,
        Fact(tr("Authority"), line(order.authority, 128)),
        *reference,
        digest_fact(tr("Order (SHA-256)"), order.document),
        Fact(tr("Block time"), when),
        Fact(tr("Signed by"), _signers(entry, words)),
        Fact(tr("Answers for it"), _answering(entry, words)),
        digest_fact(tr("Transaction"), entry.transaction_hash),
    ]


# ---- users whose partner cannot act ----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Unable:
    """Partners that cannot carry an order out or lift one, so that the operator stands in for them (3.7)."""

    suspended: Mapping[int, str]
    """Number → name."""
    unpermitted: frozenset[int]
    """Those that may not certify (any more)."""

    def __contains__(self, partner: int) -> bool:
        return partner in self.suspended or partner in self.unpermitted

    def __bool__(self) -> bool:
        return bool(self.suspended or self.unpermitted)


NOBODY_UNABLE = Unable({}, frozenset())


def unable_of(partners: Sequence[AccountView]) -> Unable:
    """Which of these partners cannot act."""
    return Unable(
        {int(view.account.id): str(view.account.name) for view in partners if not view.is_in_force},
        frozenset(
            int(view.account.id) for view in partners if wire.PERMISSION_IDENTITY not in view.account.permissions
        ),
    )


def stand_in_sentence(unable: Unable, words: Words) -> str:
    """Whose users the operator freezes now."""
    tr = words.tr
    if not unable:
        return tr("Every partner can act, and freezes its own users. Who was frozen from here is unfrozen here.")
    if not unable.suspended:
        return tr("No partner is suspended. For one that may not certify any more, orders are carried out here.")
    comma = "、" if words.language == "zh" else ", "
    names = comma.join(account_text(name, number, words) for number, name in sorted(unable.suspended.items()))
    return tr("Suspended now: {partners}. Orders against their users are carried out here.").format(partners=names)


def whose_user(view: AccountView, words: Words) -> str:
    """A user, who enrolled it and, where it is frozen, who froze it."""
    tr, names = words.tr, view.names
    said = tr("{user} · enrolled by {partner}").format(
        user=account_text(view.account.name, int(view.account.id), words),
        partner=who(int(view.account.partner), names, words),
    )
    if view.is_in_force:
        return said
    return tr("{user} · frozen by {who}").format(user=said, who=who(int(view.account.stop.by), names, words))


def freeze_objection(view: AccountView, unable: Unable, words: Words) -> str:
    """Why the operator cannot freeze this user, or nothing."""
    partner = int(view.account.partner)
    if partner not in unable:
        said = words.tr("Enrolled by {partner}, which can act and carries the order out itself")
        return said.format(partner=who(partner, view.names, words))
    return "" if view.is_in_force else words.tr("This user is frozen already")


def unfreeze_objection(view: AccountView, own: int, unable: Unable, words: Words) -> str:
    """Why the operator, whose number is `own`, cannot unfreeze this user, or nothing."""
    if view.is_in_force:
        return words.tr("This user is not frozen")
    frozen_by = int(view.account.stop.by)
    if frozen_by == own or frozen_by in unable:
        return ""
    said = words.tr("Frozen by {partner}, which can act and unfreezes the user itself")
    return said.format(partner=who(frozen_by, view.names, words))


# ---- where orders are carried out ------------------------------------------------------------------------------------
def effect_pages(holder: AccountStatus) -> tuple[str, ...]:
    """Pages at which this account carries orders out."""
    if holder.party == "operator":
        return ("partners", "vouchers")
    if holder.party == "regulator":
        return ("vouchers",)
    users = ("users",) if "identity" in holder.permissions else ()
    return (*users, *(("vouchers",) if "voucher" in holder.permissions else ()))


def effect_sentence(page: str, words: Words) -> str:
    """Which order is carried out at which page."""
    tr = words.tr
    sentences = {
        "partners": tr("To suspend or resume an organisation, go to Partners"),
        "users": tr("To freeze or unfreeze a user, go to Users"),
        "vouchers": tr("To freeze vouchers or change their cap, go to Vouchers"),
    }
    return sentences[page]


def _signers(entry: ActivityEntry, words: Words) -> str:
    comma = "、" if words.language == "zh" else ", "
    labels = [line(each.label) if each.label else words.tr("a key since retired") for each in _all_signers(entry)]
    return f"{who(entry.sender, entry.names, words)} · {comma.join(labels)}"


def _all_signers(entry: ActivityEntry) -> tuple[SignerView, ...]:
    return (entry.signer, *entry.approvers)


def _answering(entry: ActivityEntry, words: Words) -> str:
    answering = who(entry.partner or entry.sender, entry.names, words)
    version = words.tr("agreement version {version}").format(version=number(entry.agreement.version))
    return f"{answering} · {version}"
