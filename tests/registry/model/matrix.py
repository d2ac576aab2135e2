"""Who may do what: the table of docs/registry.md, row by row."""

from dataclasses import dataclass

from app.core.wire import registry_pb2 as wire
from tests.registry.model.things import Account
from tests.registry.model.words import No, sound

OPERATOR, BOOKKEEPER, PARTNER, USER, REGULATOR = 1, 2, 3, 4, 5
EVERYBODY = frozenset({OPERATOR, BOOKKEEPER, PARTNER, REGULATOR})
IDENTITY, EVIDENCE, VOUCHER = 1, 2, 3
REGISTERED, ANONYMOUS, PHONE, REAL_NAME, CERTIFICATE = 1, 2, 3, 4, 5
RIGHT = 99
"""Asked of a user instead of a level: the evidence right."""
MAKER, CHECKER, ADMINISTRATOR = 1, 2, 3
KEYS_DUTY = 6
DUTIES = range(1, 10)


@dataclass(frozen=True)
class Row:
    """Of the table: the duty (0: none), which organisations, which permission of which of them, what level of a user."""

    duty: int
    parties: frozenset[int] = frozenset()
    permission: int = 0
    asked_of: frozenset[int] = frozenset()
    """The parties that need the permission."""
    level: int = 0
    """Least level of a user; 0: users may not."""


def _partners_with(duty: int, permission: int, *others: int) -> Row:
    return Row(duty, frozenset({PARTNER, *others}), permission, frozenset({PARTNER}))


_EVIDENCE = Row(1, EVERYBODY, EVIDENCE, EVERYBODY, RIGHT)
_AGREEMENT = Row(2, EVERYBODY, EVIDENCE, EVERYBODY, RIGHT)
_IDENTITY = _partners_with(3, IDENTITY)
_ISSUING = _partners_with(4, VOUCHER)
_DECIDING = Row(4, frozenset({OPERATOR}))
_MOVING = Row(4, frozenset({PARTNER}), level=REAL_NAME)
_ACCESS = Row(5, level=REGISTERED)
_KEYS = Row(6, EVERYBODY, level=REGISTERED)
_ADMISSION = Row(7, frozenset({OPERATOR}))
_SUSPENDING = Row(8, frozenset({OPERATOR}))
_FREEZING = _partners_with(8, IDENTITY, OPERATOR)
_GOVERNANCE = Row(9, frozenset({BOOKKEEPER}))
_APPROVING = Row(0, EVERYBODY, level=REGISTERED)

ROWS = {
    "notarize": _EVIDENCE,
    "open_agreement": _AGREEMENT,
    "confirm_agreement": _AGREEMENT,
    "retract_confirmation": _AGREEMENT,
    "enrol": _IDENTITY,
    "certify": _IDENTITY,
    "revoke_certification": Row(3, frozenset({PARTNER})),
    "recognise": _IDENTITY,
    "reset_key": _IDENTITY,
    "apply_voucher": _ISSUING,
    "manage_voucher": _ISSUING,
    "allocate": _ISSUING,
    "expire": _ISSUING,
    "create_voucher": _DECIDING,
    "decline_voucher": _DECIDING,
    "transfer": _MOVING,
    "split": _MOVING,
    "merge": _MOVING,
    "redeem": _MOVING,
    "attest_custody": Row(4, frozenset({PARTNER})),
    "assign_custody": Row(4, frozenset({PARTNER})),
    "grant": _ACCESS,
    "withdraw_grant": _ACCESS,
    "change_keys": _KEYS,
    "set_thresholds": _KEYS,
    "rename": Row(6, level=REGISTERED),
    "admit": _ADMISSION,
    "amend": _ADMISSION,
    "suspend": _SUSPENDING,
    "resume": _SUSPENDING,
    "freeze": _FREEZING,
    "unfreeze": _FREEZING,
    "supervise": _partners_with(8, VOUCHER, OPERATOR, REGULATOR),
    "record_order": Row(8, frozenset({OPERATOR, REGULATOR, PARTNER})),
    "propose": _GOVERNANCE,
    "approve": _GOVERNANCE,
    "countersign": _APPROVING,
    "discard": _APPROVING,
}
NUMBERS = {name: wire.Body.DESCRIPTOR.fields_by_name[name].number for name in ROWS}
"""Action → its field number in a body."""


def check_may(account: Account, action: str, levels: list[tuple[int, bool]]) -> None:
    """Step 12. `levels` are those of a user's certifications that count, with whether the partner answers."""
    row = ROWS[action]
    if account.party == USER:
        sound(row.level, "wrong-party")
        sound(has_level(row.level, levels), "level-too-low")
        return
    sound(account.party in row.parties, "wrong-party")
    if account.party in row.asked_of:
        sound(row.permission in account.permissions, "not-permitted")


def has_level(asked: int, levels: list[tuple[int, bool]]) -> bool:
    """Whether a user's certifications reach so far."""
    if asked == RIGHT:
        return any(level >= PHONE or (level == ANONYMOUS and answers) for level, answers in levels)
    return any(level >= asked for level, _ in levels)


def has_role(roles: tuple[int, ...], role: int) -> bool:
    """A key without roles has every role."""
    return not roles or role in roles


def role_of_maker(action: str) -> int:
    """The role that whoever signs first needs; 0: any."""
    if action == "discard":
        return 0
    if action == "countersign":
        return CHECKER
    return ADMINISTRATOR if ROWS[action].duty == KEYS_DUTY else MAKER


def threshold_of(account: Account, duty: int) -> int:
    """How many checkers an account asks for a duty."""
    return next((each.checkers for each in account.thresholds if each.duty == duty), 0)


def check_operable(account: Account) -> None:
    """The account can still do everything: each duty has a maker, and beside it the checkers that the threshold asks."""
    code = "keys-impossible"
    sound(1 <= len(account.keys) <= 16, code)
    for duty in DUTIES:
        role = ADMINISTRATOR if duty == KEYS_DUTY else MAKER
        needed = threshold_of(account, duty)
        if not any(
            has_role(maker.roles, role) and _checkers_beside(account, maker.key) >= needed for maker in account.keys
        ):
            raise No(code)


def _checkers_beside(account: Account, maker: tuple[int, bytes]) -> int:
    return sum(has_role(each.roles, CHECKER) for each in account.keys if each.key != maker)
