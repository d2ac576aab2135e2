"""Who may do what (docs/registry.md; white paper 3.1, 3.4.1): one row for each action.

Guarantees: an action without a row cannot be done by anybody. What depends on more than the sender's party, permission and
level (whose user, whose voucher) is the action's own to check.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.core.refusals import LevelTooLow, NotPermitted, WrongParty
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import LEVELS, PARTIES, USER, counting, level_of
from app.registry.context import Context

OPERATOR, BOOKKEEPER, PARTNER = wire.PARTY_OPERATOR, wire.PARTY_BOOKKEEPER, wire.PARTY_PARTNER
REGULATOR = wire.PARTY_REGULATOR
ORGANISATIONS = (OPERATOR, BOOKKEEPER, PARTNER, REGULATOR)
PERMISSIONS: Mapping[int, str] = {
    wire.PERMISSION_IDENTITY: "identity",
    wire.PERMISSION_EVIDENCE: "evidence",
    wire.PERMISSION_VOUCHER: "voucher",
}
COMMON_PERMISSIONS = {number: PERMISSIONS[number] for number in (int(wire.PERMISSION_EVIDENCE),)}
"""Of organisations that are not partners: whoever takes part may put evidence on the chain."""
EVIDENCE_LEVELS = (wire.LEVEL_PHONE, wire.LEVEL_REAL_NAME, wire.LEVEL_CERTIFICATE)


@dataclass(frozen=True, slots=True)
class Rule:
    """A class of actions and who may do them."""

    duty: wire.Duty
    """Unspecified: no threshold asks for checkers."""
    permissions: Mapping[int, int]
    """Party of an organisation that may → the permission that it needs; 0 for none."""
    level: int = 0
    """The least level of users who may; 0: no user may."""
    asks_evidence_right: bool = False
    """Users need the right to put content on the chain, rather than a level."""
    role: wire.Role = wire.ROLE_MAKER
    """Of the key that signs first; unspecified: any."""


def _rule(
    duty: wire.Duty,
    parties: Iterable[wire.Party] = (),
    permission: int = 0,
    level: int = 0,
    role: wire.Role = wire.ROLE_MAKER,
) -> Rule:
    return Rule(duty, dict.fromkeys(map(int, parties), permission), level, role=role)


def _content(duty: wire.Duty) -> Rule:
    """Puts content on the chain (3.4.1 交易许可)."""
    permissions = dict.fromkeys(map(int, ORGANISATIONS), int(wire.PERMISSION_EVIDENCE))
    return Rule(duty, permissions, wire.LEVEL_ANONYMOUS, asks_evidence_right=True)


_EVIDENCE = _content(wire.DUTY_EVIDENCE)
_AGREEMENT = _content(wire.DUTY_AGREEMENT)
_IDENTITY = _rule(wire.DUTY_IDENTITY, [PARTNER], wire.PERMISSION_IDENTITY)
_OWN_WORD = _rule(wire.DUTY_IDENTITY, [PARTNER])
"""Who may not certify any more must still be able to take back what it certified."""
_ISSUER = _rule(wire.DUTY_VOUCHER, [PARTNER], wire.PERMISSION_VOUCHER)
_CREATOR = _rule(wire.DUTY_VOUCHER, [OPERATOR])
_HOLDER = _rule(wire.DUTY_VOUCHER, [PARTNER], level=wire.LEVEL_REAL_NAME)
_ACCESS = _rule(wire.DUTY_ACCESS, level=wire.LEVEL_REGISTERED)
_KEYS = _rule(wire.DUTY_KEYS, ORGANISATIONS, level=wire.LEVEL_REGISTERED, role=wire.ROLE_ADMINISTRATOR)
_OWN_NAME = _rule(wire.DUTY_KEYS, level=wire.LEVEL_REGISTERED, role=wire.ROLE_ADMINISTRATOR)
_ADMISSION = _rule(wire.DUTY_ADMISSION, [OPERATOR])
_OPERATOR_ORDER = _rule(wire.DUTY_ORDER, [OPERATOR])
_USER_ORDER = Rule(wire.DUTY_ORDER, {OPERATOR: 0, PARTNER: wire.PERMISSION_IDENTITY})
_SUPERVISION = Rule(wire.DUTY_ORDER, {OPERATOR: 0, REGULATOR: 0, PARTNER: wire.PERMISSION_VOUCHER})
_GOVERNANCE = _rule(wire.DUTY_GOVERNANCE, [BOOKKEEPER])

RULES: Mapping[str, Rule] = {
    "notarize": _EVIDENCE,
    **dict.fromkeys(("open_agreement", "confirm_agreement", "retract_confirmation"), _AGREEMENT),
    **dict.fromkeys(("enrol", "certify", "recognise", "reset_key"), _IDENTITY),
    "revoke_certification": _OWN_WORD,
    **dict.fromkeys(("apply_voucher", "manage_voucher", "allocate", "expire"), _ISSUER),
    **dict.fromkeys(("create_voucher", "decline_voucher"), _CREATOR),
    **dict.fromkeys(("transfer", "split", "merge", "redeem"), _HOLDER),
    **dict.fromkeys(("attest_custody", "assign_custody"), _rule(wire.DUTY_VOUCHER, [PARTNER])),
    **dict.fromkeys(("grant", "withdraw_grant"), _ACCESS),
    **dict.fromkeys(("change_keys", "set_thresholds"), _KEYS),
    "rename": _OWN_NAME,
    **dict.fromkeys(("admit", "amend"), _ADMISSION),
    **dict.fromkeys(("suspend", "resume"), _OPERATOR_ORDER),
    **dict.fromkeys(("freeze", "unfreeze"), _USER_ORDER),
    "supervise": _SUPERVISION,
    "record_order": _rule(wire.DUTY_ORDER, [OPERATOR, REGULATOR, PARTNER]),
    **dict.fromkeys(("propose", "approve"), _GOVERNANCE),
    "countersign": _rule(wire.DUTY_UNSPECIFIED, ORGANISATIONS, level=wire.LEVEL_REGISTERED, role=wire.ROLE_CHECKER),
    "discard": _rule(wire.DUTY_UNSPECIFIED, ORGANISATIONS, level=wire.LEVEL_REGISTERED, role=wire.ROLE_UNSPECIFIED),
}


def permissions_for(party: int) -> Mapping[int, str]:
    """The permissions that an organisation of this party may be given."""
    return PERMISSIONS if party == PARTNER else COMMON_PERMISSIONS


def check_may(context: Context, rule: Rule) -> None:
    """The sender may do what the rule is about.

    Raises:
        WrongParty: accounts of its party never do this.
        NotPermitted: the operator has not given it the permission.
        LevelTooLow: no certification of the user that counts suffices.
    """
    account = context.sender
    if account.party == USER:
        _check_user(context, rule)
        return
    permission = rule.permissions.get(account.party)
    if permission is None:
        raise WrongParty(account=int(account.id), expected=_parties(rule), got=PARTIES[account.party])
    if permission and permission not in account.permissions:
        raise NotPermitted(account=int(account.id), expected=PERMISSIONS[permission])


def _check_user(context: Context, rule: Rule) -> None:
    account = context.sender
    if not rule.level:
        raise WrongParty(account=int(account.id), expected=_parties(rule), got=PARTIES[account.party])
    if rule.asks_evidence_right and not _has_evidence_right(context):
        raise LevelTooLow(account=int(account.id), expected=LEVELS[wire.LEVEL_PHONE])
    level = level_of(context.draft, account, context.time_ns)
    if level < rule.level:
        expected, got = (LEVELS[each] for each in (rule.level, level))
        raise LevelTooLow(account=int(account.id), expected=expected, got=got)


def _has_evidence_right(context: Context) -> bool:
    """An identified user may put content on the chain; an anonymous one where a partner answers for it (3.4.1 交易许可)."""
    return any(
        each.level in EVIDENCE_LEVELS or (each.level == wire.LEVEL_ANONYMOUS and each.answers)
        for each, _ in counting(context.draft, context.sender, context.time_ns)
    )


def _parties(rule: Rule) -> str:
    parties = [PARTIES[party] for party in sorted(rule.permissions)]
    return ", ".join([*parties, *(["user"] if rule.level else [])])
