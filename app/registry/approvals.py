"""Maker and checker (经办/复核): which key may sign what, and how many must.

A key without roles has every role, so that an account of one person needs no ceremony.
"""

from collections.abc import Iterable, Mapping, Sequence

from app.core.keys import PublicKey
from app.core.refusals import KeysImpossible, NotYourKey, RoleMissing
from app.core.wire import registry_pb2 as wire
from app.registry.rules import Rule

MAX_KEYS = 16
MAX_CHECKERS = 15
DUTIES: Mapping[wire.Duty, str] = {
    wire.DUTY_EVIDENCE: "evidence",
    wire.DUTY_AGREEMENT: "agreement",
    wire.DUTY_IDENTITY: "identity",
    wire.DUTY_VOUCHER: "voucher",
    wire.DUTY_ACCESS: "access",
    wire.DUTY_KEYS: "keys",
    wire.DUTY_ADMISSION: "admission",
    wire.DUTY_ORDER: "order",
    wire.DUTY_GOVERNANCE: "governance",
}
ROLES: Mapping[int, str] = {
    wire.ROLE_MAKER: "maker",
    wire.ROLE_CHECKER: "checker",
    wire.ROLE_ADMINISTRATOR: "administrator",
}


def find_key(account: wire.Account, key: PublicKey) -> wire.AccountKey:
    """The account's entry of a key.

    Raises:
        NotYourKey: it has none.
    """
    for entry in account.keys:
        if entry.key.data == key.data and int(entry.key.algorithm) == key.algorithm:
            return entry
    raise NotYourKey(account=int(account.id), key=key.data.hex())


def has_role(entry: wire.AccountKey, role: wire.Role) -> bool:
    """Whether a key may sign as this."""
    return not entry.roles or role in entry.roles


def check_roles(account: wire.Account, signers: Sequence[PublicKey], rule: Rule) -> None:
    """The first signer may make what the rule is about, the others may check it.

    Raises:
        NotYourKey: a signer is not one of the account's keys (any more).
        RoleMissing: otherwise.
    """
    _check_role(account, signers[0], rule.role)
    for approver in signers[1:]:
        _check_role(account, approver, wire.ROLE_CHECKER)


def missing_approvals(account: wire.Account, approvals: int, rule: Rule) -> int:
    """How many more checkers must sign."""
    return max(0, threshold_of(account.thresholds, rule.duty) - approvals)


def threshold_of(thresholds: Iterable[wire.Threshold], duty: wire.Duty) -> int:
    """How many checkers a duty asks for."""
    return next((int(each.checkers) for each in thresholds if each.duty == duty), 0)


def check_operable(account: wire.Account) -> None:
    """Whatever the account may have to do, its keys suffice for it.

    Raises:
        KeysImpossible: otherwise.
    """
    if not 1 <= len(account.keys) <= MAX_KEYS:
        raise KeysImpossible(account=int(account.id), expected=f"1 … {MAX_KEYS} keys", got=len(account.keys))
    for duty, name in DUTIES.items():
        role = wire.ROLE_ADMINISTRATOR if duty == wire.DUTY_KEYS else wire.ROLE_MAKER
        if not _suffices(account.keys, role, threshold_of(account.thresholds, duty)):
            raise KeysImpossible(account=int(account.id), duty=name)


def _suffices(keys: Sequence[wire.AccountKey], role: wire.Role, checkers: int) -> bool:
    """Whether there is a key with the role beside which so many checkers remain."""
    others = sum(has_role(entry, wire.ROLE_CHECKER) for entry in keys)
    return any(has_role(entry, role) and others - has_role(entry, wire.ROLE_CHECKER) >= checkers for entry in keys)


def _check_role(account: wire.Account, key: PublicKey, role: wire.Role) -> None:
    entry = find_key(account, key)
    if role != wire.ROLE_UNSPECIFIED and not has_role(entry, role):
        raise RoleMissing(account=int(account.id), key=key.data.hex(), expected=ROLES[role])
