"""Approvals and keys in the clerk's words: what waits for a second signature, who may sign what, and how many must.

Guarantees: what waits is described by its own bytes alone; a key stands with its label and its own text, for labels are not
unique. What an account may do is a matter of the law (docs/registry.md, "Keys"); here is only what is worth offering.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.client.members import HeldView
from app.client.model import NodeStatus
from app.core.facts import facts_of
from app.core.keys import PublicKey, encode_key_text
from app.core.messages import action_name, choice_name
from app.core.plain import enum_text, key_text
from app.core.refusals import ApprovalsMissing
from app.core.wire import registry_pb2 as wire
from app.ui.desk import DeedView, RequestView
from app.ui.present.deeds import meant_facts
from app.ui.present.digests import ends
from app.ui.present.facts import Fact, short_digest_fact
from app.ui.present.glossary import Glossary
from app.ui.present.heights import height_text
from app.ui.present.language import Words
from app.ui.present.names import line
from app.ui.present.states import Chip

LABEL_LIMIT = 32
ROLES = (wire.ROLE_MAKER, wire.ROLE_CHECKER, wire.ROLE_ADMINISTRATOR)
MAX_CHECKERS = 15
_DUTIES = {
    wire.PARTY_OPERATOR: (wire.DUTY_VOUCHER, wire.DUTY_KEYS, wire.DUTY_ADMISSION, wire.DUTY_ORDER),
    wire.PARTY_BOOKKEEPER: (wire.DUTY_KEYS, wire.DUTY_GOVERNANCE),
    wire.PARTY_PARTNER: (wire.DUTY_VOUCHER, wire.DUTY_KEYS, wire.DUTY_ORDER),
    wire.PARTY_USER: (wire.DUTY_EVIDENCE, wire.DUTY_AGREEMENT, wire.DUTY_VOUCHER, wire.DUTY_ACCESS, wire.DUTY_KEYS),
    wire.PARTY_REGULATOR: (wire.DUTY_KEYS, wire.DUTY_ORDER),
}
_BY_PERMISSION = {
    wire.PERMISSION_EVIDENCE: (wire.DUTY_EVIDENCE, wire.DUTY_AGREEMENT),
    wire.PERMISSION_IDENTITY: (wire.DUTY_IDENTITY,),
}


# ---- keys ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key of an account."""

    name: str
    """Its label, or the ends of its text where it has none."""
    roles: str
    text: str
    is_mine: bool
    key: bytes
    """Canonical bytes."""


def key_rows(account: wire.Account, own_key: str, words: Words) -> list[KeyRow]:
    """The keys of an account, in its own order."""
    return [
        KeyRow(
            name=line(each.label, LABEL_LIMIT) if each.label else ends(key_text(each.key)),
            roles=roles_text(each.roles, words),
            text=key_text(each.key),
            is_mine=key_text(each.key) == own_key,
            key=each.key.SerializeToString(deterministic=True),
        )
        for each in account.keys
    ]


def key_name(account: wire.Account, text: str, words: Words) -> str:
    """What an account calls a key, or the ends of its text."""
    found = next((each for each in account.keys if key_text(each.key) == text), None)
    if found is not None:
        return _label(account, found)
    return words.tr("{key} (no longer a key of this account)").format(key=ends(text))


def roles_text(roles: Sequence[wire.Role], words: Words) -> str:
    """Which roles a key has; one without any has every role."""
    if not roles:
        return words.tr("every role")
    return words.listed(role_name(role, words) for role in roles)


def role_name(role: wire.Role, words: Words) -> str:
    """maker, checker, administrator."""
    return choice_name(enum_text(wire.Role.DESCRIPTOR, role), words.language)


def role_choices(words: Words) -> list[tuple[str, int]]:
    """Roles to choose from."""
    return [(role_name(role, words), int(role)) for role in ROLES]


def roles_of(account: wire.Account, own_key: str) -> frozenset[int]:
    """Roles of this desk's key; none where it is not a key of the account."""
    own = next((each for each in account.keys if key_text(each.key) == own_key), None)
    if own is None:
        return frozenset()
    return frozenset(int(role) for role in own.roles or ROLES)


def checker_choices(account: wire.Account, own_key: str) -> list[tuple[str, str]]:
    """Label and text of the keys that may check what this desk's key makes."""
    able = [each for each in account.keys if not each.roles or wire.ROLE_CHECKER in each.roles]
    listed = [(_label(account, each), key_text(each.key)) for each in able]
    return [(name, text) for name, text in listed if text != own_key]


def _label(account: wire.Account, key: wire.AccountKey) -> str:
    """What it is called; where several are called the same, or it has no name, by its text as well."""
    text = ends(key_text(key.key), 16, 4)
    if not key.label:
        return text
    is_unique = sum(each.label == key.label for each in account.keys) == 1
    label = line(key.label, LABEL_LIMIT)
    return label if is_unique else f"{label} ({text})"


# ---- approvals asked for ---------------------------------------------------------------------------------------------
def missing_count(deed: DeedView) -> int:
    """How many approvals a draft lacks."""
    found = (reason.facts.get("expected") for reason in deed.reasons if reason.code == ApprovalsMissing.code)
    expected = next(found, None)
    return expected if isinstance(expected, int) else 1


def hold_sentence(deed: DeedView, days: int, words: Words) -> str:
    """That others must approve, and for how long the chain can keep it until then."""
    needed = words.tr("%n colleague(s) must approve this with their own keys.", None, missing_count(deed))
    span = words.tr("The chain can keep it for about %n day(s) until they have.", None, days)
    return f"{needed}{'' if words.language == 'zh' else ' '}{span}"


# ---- what waits on the chain -----------------------------------------------------------------------------------------
def is_asked(view: HeldView, account: wire.Account, own_key: str) -> bool:
    """Whether this desk's key may approve it and has not yet."""
    signed = {encode_key_text(key) for key in (view.maker, *view.approvers)}
    return view.is_open and own_key not in signed and int(wire.ROLE_CHECKER) in roles_of(account, own_key)


def held_chip(view: HeldView, account: wire.Account, own_key: str, words: Words) -> Chip:
    """Whom it waits for."""
    if not view.is_open:
        return Chip(words.tr("too late to approve"), "neutral")
    if is_asked(view, account, own_key):
        return Chip(words.tr("waits for me"), "warn")
    return Chip(words.tr("waits for others"), "primary")


def held_title(view: HeldView, words: Words) -> str:
    """What would be done."""
    return action_name(view.action, words.language)


def held_detail(view: HeldView, account: wire.Account, status: NodeStatus | None, now_ns: int, words: Words) -> str:
    """Who made it, what is missing, until when."""
    maker = key_name(account, encode_key_text(view.maker), words)
    missing = words.tr("%n approval(s) missing", None, view.missing)
    until = height_text(int(view.body.hold_until), status, now_ns, words)
    return words.tr("Made by {maker} · {missing} · until {until}").format(maker=maker, missing=missing, until=until)


def held_facts(view: HeldView, words: Words) -> list[Fact]:
    """Everything that the waiting bytes say."""
    known = Glossary({number: named.name for number, named in view.names.items()})
    return meant_facts(facts_of(getattr(view.body, view.action)), words, known)


def held_frame(
    view: HeldView, account: wire.Account, status: NodeStatus | None, now_ns: int, words: Words
) -> list[Fact]:
    """Who has signed, who must still, until when."""
    tr = words.tr
    return [
        Fact(tr("Made by"), _keys((view.maker,), account, words)),
        Fact(tr("Approved by"), _keys(view.approvers, account, words) if view.approvers else tr("nobody yet")),
        Fact(tr("Still missing"), tr("%n approval(s)", None, view.missing)),
        Fact(tr("Until"), height_text(int(view.body.hold_until), status, now_ns, words)),
        short_digest_fact(tr("Signing digest"), view.digest),
    ]


# ---- requests at this desk -------------------------------------------------------------------------------------------
def request_chip(request: RequestView, words: Words) -> Chip:
    """Whom it waits for."""
    if request.waits_for_me:
        return Chip(words.tr("waits for me"), "warn")
    return Chip(words.tr("waits for others"), "primary")


def request_detail(
    request: RequestView, account: wire.Account, status: NodeStatus | None, now_ns: int, words: Words
) -> str:
    """Who has signed, who must still, until when."""
    signed = words.listed(key_name(account, text, words) for text in request.signed)
    missing = words.listed(key_name(account, text, words) for text in request.missing)
    until = height_text(request.valid_until, status, now_ns, words)
    return words.tr("Signed by {signed} · missing: {missing} · until {until}").format(
        signed=signed, missing=missing, until=until
    )


def request_file_name(request: RequestView) -> str:
    """A name for its file: nothing of what it says but the action."""
    return f"{request.action.replace('_', '-')}-{request.deed_id[:8]}.luopu-request"


# ---- thresholds ------------------------------------------------------------------------------------------------------
def duties_of(account: wire.Account) -> list[wire.Duty]:
    """Classes of action that are open to an account, ascending."""
    by_permission = [duty for each in account.permissions for duty in _BY_PERMISSION.get(each, ())]
    return sorted({*_DUTIES.get(account.party, ()), *by_permission, *(each.duty for each in account.thresholds)})


def checkers_of(account: wire.Account, duty: wire.Duty) -> int:
    """How many must check."""
    return next((int(each.checkers) for each in account.thresholds if each.duty == duty), 0)


def duty_name(duty: wire.Duty, words: Words) -> str:
    """evidence, agreements, identity …"""
    return choice_name(enum_text(wire.Duty.DESCRIPTOR, duty), words.language)


def duty_meaning(duty: wire.Duty, words: Words) -> str:
    """What belongs to a class of action."""
    tr = words.tr
    return {
        wire.DUTY_EVIDENCE: tr("Evidence records"),
        wire.DUTY_AGREEMENT: tr("Opening, confirming and withdrawing from agreements"),
        wire.DUTY_IDENTITY: tr("Enrolling and certifying users, resetting their keys, recognising partners"),
        wire.DUTY_VOUCHER: tr("Everything about vouchers"),
        wire.DUTY_ACCESS: tr("Giving and withdrawing access to data"),
        wire.DUTY_KEYS: tr("Keys, approvals and the name of this account"),
        wire.DUTY_ADMISSION: tr("Admitting organisations and changing what they may do"),
        wire.DUTY_ORDER: tr("Carrying out orders of authorities"),
        wire.DUTY_GOVERNANCE: tr("Proposals and votes"),
    }[duty]


def threshold_sentence(checkers: int, words: Words) -> str:
    """How many sign."""
    if not checkers:
        return words.tr("One key is enough")
    return words.tr("%n checker(s) beside the maker", None, checkers)


def _keys(keys: Sequence[PublicKey], account: wire.Account, words: Words) -> str:
    return words.listed(key_name(account, encode_key_text(key), words) for key in keys)


def count_waiting(
    held: Sequence[HeldView], requests: Sequence[RequestView], account: wire.Account, own_key: str
) -> int:
    """How many things wait for this desk's key."""
    return sum(is_asked(view, account, own_key) for view in held) + sum(each.waits_for_me for each in requests)


def removal_note(is_mine: bool, words: Words) -> str:
    """What becomes of a key that is revoked."""
    if is_mine:
        return words.tr("This is the key of this desk: from then on it can sign nothing for the account.")
    return words.tr("From then on it can sign nothing for the account, and it can never be used again on this chain.")


def card_note(roles: Sequence[int], words: Words) -> str:
    """For what a key is being added."""
    names = [role_name(role, words) for role in ROLES if int(role) in roles]
    if not names:
        return words.tr("Without a role chosen, it has every role.")
    return words.tr("It can act as: {roles}").format(roles=words.listed(names))
