"""What the bookkeepers decide together."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from tests.registry.model.case import Case, Done
from tests.registry.model.matrix import BOOKKEEPER, NUMBERS
from tests.registry.model.things import ActionCost, LevelPoints, Parameters, Proposal, Propose, Seat, plain
from tests.registry.model.words import FAR, derived_id, is_ascending, is_count, is_digest, is_id, sound

MOST_SEATS = 100
MOST_POWER = 2**40
BOUNDS = {
    1: (10, 1_000_000),
    2: (60, 31_622_400),
    3: (0, 31_622_400),
    4: (1, 1_000_000),
    5: (4_096, 1_000_000),
    6: (0, 1_000_000_000),
    7: (0, 1_000_000_000),
}
"""Setting → least and highest value."""
FIELDS = {
    1: "validity_window",
    2: "quota_period_seconds",
    3: "quota_offset_seconds",
    4: "bytes_per_point",
    5: "max_transaction_bytes",
}
ACTION_COST, LEVEL_POINTS = 6, 7


def propose(case: Case) -> Done:
    """A proposal, with the approval of who makes it."""
    _check_seat(case)
    wish: Propose = plain(case.action)
    sound(is_digest(wish.document))
    sound(is_count(wish.deadline, case.height, case.height + FAR))
    _check_change(case, wish)
    found = derived_id("proposal", case.body.sender, case.body.nonce)
    sound(found not in case.book.proposals)
    if wish.validator is not None:
        _changed_seats(case, wish.validator)
    decided = _decide(case, found, Proposal(case.me.address, wish, (case.me.address,)))
    return Done(found, found + decided)


def approve(case: Case) -> Done:
    """One more approval."""
    _check_seat(case)
    found = case.action.proposal
    sound(is_id(found))
    sound(found in case.book.proposals, "unknown-proposal")
    proposal = case.book.proposals[found]
    sound(not proposal.decided and case.height <= proposal.propose.deadline, "proposal-closed")
    sound(case.me.address not in proposal.approvals, "already-approved")
    approvals = tuple(sorted([*proposal.approvals, case.me.address]))
    return Done(found, _decide(case, found, replace(proposal, approvals=approvals)))


def _check_seat(case: Case) -> None:
    sound(case.me.id in {seat.account for seat in case.book.seats.values()}, "no-seat")


def _decide(case: Case, found: bytes, proposal: Proposal) -> bytes:
    """Carry it out if more than the approving share of all power is for it."""
    parameters, seats = case.book.parameters, case.book.seats.values()
    numbers = {case.book.accounts[address].id for address in proposal.approvals}
    for_it = sum(seat.power for seat in seats if seat.account in numbers)
    share = Fraction(for_it, sum(seat.power for seat in seats))
    is_decided = share > Fraction(parameters.approval_numerator, parameters.approval_denominator)
    if is_decided:
        _carry_out(case, proposal.propose)
    case.book.proposals[found] = replace(proposal, decided=is_decided)
    return b"\x01" if is_decided else b""


# ---- is a change sound? -------------------------------------------------------------------------------------------
def _check_change(case: Case, wish: Propose) -> None:
    sound(case.action.WhichOneof("change") is not None)
    if wish.validator is not None:
        _check_validator(case, wish.validator)
    elif wish.settings is not None:
        listed = wish.settings.settings
        sound(1 <= len(listed) <= 64 and all(_is_setting(each.setting, each.subject, each.value) for each in listed))
        sound(is_ascending([(each.setting, each.subject) for each in listed]))
    elif wish.upgrade is not None:
        sound(is_count(wish.upgrade.height, wish.deadline + 1))
        sound(is_count(wish.upgrade.version, _version(case) + 1))
        sound(is_digest(wish.upgrade.release))
    elif wish.emergency is not None:
        actions = wish.emergency.actions
        sound(1 <= len(actions) <= 64 and is_ascending(actions))
        sound(set(actions) <= set(NUMBERS.values()) - {NUMBERS[name] for name in ("propose", "approve", "change_keys")})


def _check_validator(case: Case, seat: Seat) -> None:
    sound(len(seat.key) == 32 and seat.power <= MOST_POWER)
    sound(seat.account in case.book.numbers and case.book.member(seat.account).party == BOOKKEEPER)
    if seat.power == 0 and seat.key in case.book.seats:
        sound(case.book.seats[seat.key].account == seat.account)


def _is_setting(setting: int, subject: int, value: int) -> bool:
    if setting not in BOUNDS:
        return False
    subjects = {ACTION_COST: set(NUMBERS.values()), LEVEL_POINTS: set(range(1, 6))}.get(setting, {0})
    return subject in subjects and is_count(value, *BOUNDS[setting])


def _version(case: Case) -> int:
    """Of the law at the beginning of the block: the first one, until another was decided."""
    upgrade = case.block.parameters.upgrade
    return 1 if upgrade is None else upgrade.version


# ---- carrying it out ----------------------------------------------------------------------------------------------
def _carry_out(case: Case, wish: Propose) -> None:
    """What was sound when it was proposed is not looked at again, but there must still be validators."""
    if wish.validator is not None:
        _check_validator(case, wish.validator)
        _set_seats(case, _changed_seats(case, wish.validator))
    else:
        case.book.one["parameters"] = _changed_parameters(case, wish)


def _changed_seats(case: Case, change: Seat) -> dict[bytes, Seat]:
    seats = dict(case.book.seats)
    sound(change.power > 0 or change.key in seats, "validators-impossible")
    seats.pop(change.key, None)
    if change.power:
        seats[change.key] = change
    sound(1 <= len(seats) <= MOST_SEATS, "validators-impossible")
    return seats


def _set_seats(case: Case, seats: dict[bytes, Seat]) -> None:
    for key in [key for key in case.book.seats if key not in seats]:
        del case.book.seats[key]
    for key, seat in seats.items():
        case.book.seats[key] = seat


def _changed_parameters(case: Case, wish: Propose) -> Parameters:
    parameters = case.book.parameters
    if wish.settings is not None:
        for each in wish.settings.settings:
            parameters = _set(parameters, each.setting, each.subject, each.value)
    elif wish.upgrade is not None:
        before = parameters.upgrade
        sound(before is None or before.version < wish.upgrade.version)
        if before is not None and before.height <= case.height:
            parameters = replace(parameters, law_version=before.version)
        parameters = replace(parameters, upgrade=wish.upgrade)
    elif wish.emergency is not None:
        stopped, named = set(parameters.stopped_actions), set(wish.emergency.actions)
        left = stopped - named if wish.emergency.lifted else stopped | named
        parameters = replace(parameters, stopped_actions=tuple(sorted(left)))
    return parameters


def _set(parameters: Parameters, setting: int, subject: int, value: int) -> Parameters:
    if setting == ACTION_COST:
        costs = {each.action: each.points for each in parameters.action_costs} | {subject: value}
        return replace(parameters, action_costs=tuple(ActionCost(*each) for each in sorted(costs.items())))
    if setting == LEVEL_POINTS:
        points = {each.level: each.points for each in parameters.level_points} | {subject: value}
        return replace(parameters, level_points=tuple(LevelPoints(*each) for each in sorted(points.items())))
    return replace(parameters, **{FIELDS[setting]: value})  # type: ignore[arg-type]


ACTIONS: dict[str, Callable[[Case], Done]] = {"propose": propose, "approve": approve}
