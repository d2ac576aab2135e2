"""Users in the clerk's words: who they are on the chain, what is known of them here, who may have their data (3.4.1).

Guarantees: a name known only here never stands without the account's number; what the vault knows is said only where a
caller passes it in. What may be done is a matter of the law (docs/registry.md, "Identity"); here is only what is worth
offering, and the node says before signing what speaks against it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.client.members import AccountView, ActivityEntry, GrantView
from app.core.attribute_words import WELL_KNOWN
from app.core.messages import action_name, choice_name
from app.core.plain import enum_text, key_text
from app.core.wire import registry_pb2 as wire
from app.ui.desk import CheckedDisclosure
from app.ui.present.approvals import roles_text
from app.ui.present.digests import ends
from app.ui.present.facts import Fact, short_digest_fact
from app.ui.present.language import Words
from app.ui.present.names import account as account_text
from app.ui.present.names import line, who
from app.ui.present.numbers import number
from app.ui.present.papers import attribute_place, attribute_value
from app.ui.present.states import Chip, Tone
from app.ui.present.times import clock, full

LEVELS = (
    wire.LEVEL_REAL_NAME,
    wire.LEVEL_CERTIFICATE,
    wire.LEVEL_PHONE,
    wire.LEVEL_ANONYMOUS,
    wire.LEVEL_REGISTERED,
)
"""As they are offered: what most partners do first."""
CERTIFY, RESET, FREEZE, UNFREEZE, REVOKE = "certify", "reset_key", "freeze", "unfreeze", "revoke_certification"


# ---- who it is -------------------------------------------------------------------------------------------------------
def user_name(view: AccountView, known: str, words: Words) -> str:
    """How the user is called here, or publicly, with the number."""
    return account_text(known or view.account.name, int(view.account.id), words)


def user_detail(view: AccountView, own: int, known: str, now_ns: int, words: Words) -> str:
    """Level and expiry of this partner's certification, and the public name where another one stands above."""
    tr = words.tr
    certification = certification_of(view, own)
    parts = [] if certification is None else [level_name(certification.level, words)]
    if certification is not None and certification.expires_ns:
        parts.append(tr("until {time}").format(time=clock(certification.expires_ns, now_ns, words)))
    if known and view.account.name:
        parts.append(tr("publicly {name}").format(name=line(view.account.name, 40)))
    return " · ".join(parts)


def user_chip(view: AccountView, own: int, words: Words) -> Chip:
    """Frozen, in force, expired, or not certified by this partner."""
    tr = words.tr
    if not view.is_in_force:
        return Chip(tr("frozen"), "bad")
    if certification_of(view, own) is None:
        return Chip(tr("not certified by us"), "neutral")
    return Chip(tr("in force"), "ok") if own in view.counting else Chip(tr("expired"), "warn")


def certification_of(view: AccountView, partner: int) -> wire.Certification | None:
    """A partner's certification of a user."""
    return next((each for each in view.account.certifications if each.partner == partner), None)


def is_match(view: AccountView, known: str, text: str) -> bool:
    """Whether number, public name or known name hold the text."""
    wanted = text.casefold()
    return any(wanted in each.casefold() for each in (str(view.account.id), view.account.name, known))


def user_deeds(view: AccountView, own: int) -> tuple[str, ...]:
    """What this partner can do with the account, in the order of the buttons."""
    account, is_own = view.account, certification_of(view, own) is not None
    stopped = account.HasField("stop")
    deeds = {
        CERTIFY: not stopped,
        RESET: account.partner == own and not stopped,
        FREEZE: is_own and not stopped,
        UNFREEZE: stopped and account.stop.by == own,
        REVOKE: is_own,
    }
    return tuple(name for name, is_offered in deeds.items() if is_offered)


def user_facts(view: AccountView, known: str, words: Words) -> list[Fact]:
    """What everybody on the chain can see."""
    tr, account = words.tr, view.account
    facts = [Fact(tr("Number"), str(account.id), str(account.id))]
    if known:
        facts.append(Fact(tr("Known here as"), line(known, 80)))
    facts += [
        Fact(tr("Public name"), line(account.name, 64) if account.name else tr("none")),
        Fact(tr("Level"), level_text(view.level, words)),
        Fact(tr("Enrolled by"), who(int(account.partner), view.names, words)),
        Fact(
            tr("Quota"),
            tr("{left} of {points} points left").format(left=number(view.quota.left), points=number(view.quota.points)),
        ),
    ]
    if account.HasField("stop"):
        by = who(int(account.stop.by), view.names, words)
        since = tr("by {who} since height {height}").format(who=by, height=number(account.stop.height))
        facts += [Fact(tr("Frozen"), since), short_digest_fact(tr("Order"), account.stop.document)]
    return facts


# ---- levels and certifications ---------------------------------------------------------------------------------------
def level_name(level: int, words: Words) -> str:
    """registered only, anonymous, phone verified, real name, digital certificate."""
    return choice_name(enum_text(wire.Level.DESCRIPTOR, level), words.language)


def level_text(level: str, words: Words) -> str:
    """The level that counts, by its name in an answer of the node."""
    return words.tr("none that counts: can only look") if level == "none" else choice_name(level, words.language)


def level_meaning(level: int, words: Words) -> str:
    """What a level allows (3.4.1)."""
    tr = words.tr
    meanings: dict[int, str] = {
        wire.LEVEL_REGISTERED: tr("May manage its own keys and give access to its data; no evidence, no vouchers."),
        wire.LEVEL_ANONYMOUS: tr("Also evidence and agreements, but only where a partner answers for it; no vouchers."),
        wire.LEVEL_PHONE: tr("Also evidence and agreements; no vouchers."),
        wire.LEVEL_REAL_NAME: tr("Also vouchers: may hold, hand over and redeem them."),
        wire.LEVEL_CERTIFICATE: tr("The same as a real name, established by a digital certificate."),
    }
    return meanings[level]


@dataclass(frozen=True, slots=True)
class CertificationRow:
    """One partner's certification."""

    who: str
    detail: str
    chip: Chip


def certification_rows(view: AccountView, now_ns: int, words: Words) -> list[CertificationRow]:
    """By partner: level, expiry, whether the partner answers, and whether it counts."""
    return [_certification(each, view, now_ns, words) for each in view.account.certifications]


def _certification(each: wire.Certification, view: AccountView, now_ns: int, words: Words) -> CertificationRow:
    tr = words.tr
    until = tr("until {time}").format(time=clock(each.expires_ns, now_ns, words)) if each.expires_ns else tr("no end")
    parts = [level_name(each.level, words), until]
    if each.answers:
        parts.append(tr("answers for what the account puts on the chain"))
    counts = each.partner in view.counting
    if counts:
        chip = Chip(tr("counts"), "ok")
    elif each.expires_ns and each.expires_ns <= now_ns:
        chip = Chip(tr("expired"), "warn")
    else:
        chip = Chip(tr("does not count now"), "warn")
    return CertificationRow(who(int(each.partner), view.names, words), " · ".join(parts), chip)


def key_facts(view: AccountView, words: Words) -> list[Fact]:
    """The keys that may act for the account."""
    return [
        Fact(
            line(each.label, 32) if each.label else words.tr("Key"),
            f"{ends(key_text(each.key))} · {roles_text(each.roles, words)}",
            key_text(each.key),
            is_digest=True,
        )
        for each in view.account.keys
    ]


# ---- what happened ---------------------------------------------------------------------------------------------------
def entry_title(entry: ActivityEntry, words: Words) -> str:
    """What was done."""
    return action_name(entry.action, words.language)


def entry_detail(entry: ActivityEntry, words: Words) -> str:
    """Who did it; of an order, who ordered it."""
    sender = who(entry.sender, entry.names, words)
    order = getattr(entry.fact, "order", None)
    if not isinstance(order, wire.Order):
        return sender
    reference = f" {line(order.reference, 60)}" if order.reference else ""
    return f"{sender} · {line(order.authority, 60)}{reference}"


def entry_when(entry: ActivityEntry, now_ns: int, words: Words) -> str:
    """Block time and height."""
    time = clock(entry.time_ns, now_ns, words)
    return words.tr("{time}  height {height}").format(time=time, height=number(entry.height))


# ---- access grants ---------------------------------------------------------------------------------------------------
def grant_chip(view: GrantView, words: Words) -> Chip:
    """In force, withdrawn or expired."""
    tr = words.tr
    if view.is_in_force:
        return Chip(tr("in force"), "ok")
    if view.grant.withdrawn:
        return Chip(tr("withdrawn at height {height}").format(height=number(view.grant.withdrawn)), "neutral")
    return Chip(tr("expired"), "warn")


def grant_detail(view: GrantView, now_ns: int, words: Words) -> str:
    """For what, who keeps the data, until when."""
    tr = words.tr
    expires = view.grant.expires_ns
    until = tr("until {time}").format(time=clock(expires, now_ns, words)) if expires else tr("until it is withdrawn")
    purpose = tr("for “{purpose}”").format(purpose=line(view.grant.purpose, 80)) if view.grant.purpose else ""
    holder = tr("kept by {who}").format(who=who(int(view.grant.holder), view.names, words))
    return " · ".join(part for part in (purpose, holder, until) if part)


def grants_answer(views: Sequence[GrantView], user: int, purpose: str, words: Words) -> tuple[str, Tone]:
    """Whether this partner may have the data of a user for a purpose, as the chain stands."""
    tr = words.tr
    standing = [view for view in views if view.user == user and view.is_in_force]
    meant = [view for view in standing if purpose.casefold() in view.grant.purpose.casefold()]
    if meant:
        return tr("Yes: a grant for it is in force. Its document says which data it covers."), "ok"
    if standing:
        return tr("Not for this: grants of this user are in force, but for other purposes."), "warn"
    return tr("No: no grant of this user to us is in force."), "bad"


# ---- what is known of a person ---------------------------------------------------------------------------------------
def attribute_label(name: str, words: Words) -> str:
    """What an attribute is called; one of the partner's own stays as it is written."""
    tr = words.tr
    known = {
        "name": tr("Full name"),
        "id-kind": tr("Kind of document"),
        "id-number": tr("Document number"),
        "birth-date": tr("Date of birth"),
        "nationality": tr("Nationality"),
        "phone": tr("Phone"),
        "email": tr("E-mail"),
        "address": tr("Address"),
        "organisation": tr("Organisation"),
        "credit-code": tr("Unified social credit code"),
        "legal-representative": tr("Legal representative"),
        "certificate-issuer": tr("Issuer of the certificate"),
        "certificate-serial": tr("Number of the certificate"),
    }
    return known.get(name) or attribute_place(name, words) or line(name, 64)


def attribute_choices(words: Words) -> list[tuple[str, str]]:
    """Well-known attributes, and (nothing) for one of the partner's own."""
    return [*((attribute_label(name, words), name) for name in WELL_KNOWN), (words.tr("another…"), "")]


# ---- disclosure files ------------------------------------------------------------------------------------------------
def checked_sentence(checked: CheckedDisclosure, words: Words) -> str:
    """What the check has shown."""
    tr = words.tr
    said = tr("Everything below was certified by {partner}, and the certification counts now.").format(
        partner=account_text(checked.partner_name, checked.partner, words)
    )
    if checked.is_in_force:
        return said
    return tr("{said} The account itself is frozen.").format(said=said)


def checked_facts(checked: CheckedDisclosure, words: Words) -> list[Fact]:
    """Whose it is, and what it shows."""
    tr = words.tr
    shown = tr("{shown} of {total} attributes").format(
        shown=number(len(checked.attributes)), total=number(checked.total)
    )
    return [
        Fact(tr("User"), account_text(checked.account_name, checked.account, words)),
        Fact(tr("Level"), level_name(checked.level, words)),
        Fact(tr("Shown"), shown),
        *(
            Fact(attribute_label(name, words), attribute_value(name, value, words))
            for name, value in checked.attributes
        ),
        Fact(tr("Made"), tr("{time}, as its maker says").format(time=full(checked.made_ns, words))),
    ]
