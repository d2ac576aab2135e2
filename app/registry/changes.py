"""What the bookkeepers can decide: seats, settings of the law, an upgrade, an emergency stop (white paper 3.7).

Settings and stops are made on the parameters as they stand in the draft, and hold from the next block: a block is judged by
the parameters with which it began.
"""

from collections.abc import Mapping, Sequence

from app.core.errors import OutOfRange
from app.core.proposal import MAX_POWER, MAX_SETTINGS, NEVER_STOPPED, SETTING_BOUNDS, VALIDATOR_KEY_BYTES
from app.core.refusals import BadAction, SeatsImpossible
from app.core.units import check_hash32, check_length
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import LEVELS
from app.registry.checking import check_ascending, check_number, fields_checked
from app.registry.draft import Draft, Values
from app.registry.places import copy_of
from app.registry.state import read_account_of_id, read_parameters, read_seats, write_parameters, write_seats

MAX_SEATS = 100
FIELDS: Mapping[int, str] = {
    wire.SETTING_VALIDITY_WINDOW: "validity_window",
    wire.SETTING_QUOTA_PERIOD_SECONDS: "quota_period_seconds",
    wire.SETTING_QUOTA_OFFSET_SECONDS: "quota_offset_seconds",
    wire.SETTING_BYTES_PER_POINT: "bytes_per_point",
    wire.SETTING_MAX_TRANSACTION_BYTES: "max_transaction_bytes",
}
ACTIONS = frozenset(field.number for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields)


def check_change(values: Values, parameters: wire.Parameters, wish: wire.Propose) -> None:
    """The fields of the change that a proposal wants.

    Raises:
        OutOfRange: one is wrong.
    """
    match wish.WhichOneof("change"):
        case "validator":
            _check_seat(values, wish.validator)
        case "settings":
            _check_settings(wish.settings.settings)
        case "upgrade":
            check_number("upgrade height", wish.upgrade.height, wish.deadline + 1)
            check_number("version", wish.upgrade.version, max(1, parameters.upgrade.version) + 1)
            check_hash32("release", wish.upgrade.release)
        case "emergency":
            _check_emergency(wish.emergency)
        case _:
            raise OutOfRange(field="change", expected="a change")


def check_possible(values: Values, wish: wire.Propose) -> None:
    """The change could be made now.

    Raises:
        SeatsImpossible: it would leave a set of validators that cannot be.
    """
    if wish.HasField("validator"):
        change_seats(read_seats(values), wish.validator)


def make_change(draft: Draft, wish: wire.Propose, height: int) -> None:
    """Make the change, in the block at `height`.

    Raises:
        BadAction: the seat is another bookkeeper's by now, or a later upgrade was decided meanwhile.
        SeatsImpossible: it would leave a set of validators that cannot be.
    """
    if wish.HasField("validator"):
        with fields_checked():
            _check_seat(draft, wish.validator)  # the seat may have passed to another bookkeeper meanwhile
        write_seats(draft, change_seats(read_seats(draft), wish.validator))
        return
    parameters = copy_of(read_parameters(draft))
    if wish.HasField("settings"):
        for setting in wish.settings.settings:
            _set(parameters, setting)
    elif wish.HasField("upgrade"):
        _set_upgrade(parameters, wish.upgrade, height)
    else:
        named, before = set(wish.emergency.actions), set(parameters.stopped_actions)
        parameters.stopped_actions[:] = sorted(before - named if wish.emergency.lifted else before | named)
    write_parameters(draft, parameters)


def change_seats(seats: Sequence[wire.Seat], change: wire.Seat) -> list[wire.Seat]:
    """The seats after a change, ascending by key.

    Raises:
        SeatsImpossible: removal of nobody, of the last one, or more seats than there may be.
    """
    others = [seat for seat in seats if seat.key != change.key]
    if change.power == 0 and len(others) == len(seats):
        raise SeatsImpossible(reason="removal of nobody", key=change.key.hex())
    changed = [*others, change] if change.power else others
    if not 1 <= len(changed) <= MAX_SEATS:
        raise SeatsImpossible(reason="number of validators", expected=f"1 … {MAX_SEATS}", got=len(changed))
    return sorted(changed, key=lambda seat: seat.key)


def _check_seat(values: Values, change: wire.Seat) -> None:
    check_length("validator key", change.key, VALIDATOR_KEY_BYTES)
    check_number("voting power", change.power, most=MAX_POWER)
    account = read_account_of_id(values, change.account)
    if account is None or account.party != wire.PARTY_BOOKKEEPER:
        raise OutOfRange(field="account", expected="a bookkeeper", got=int(change.account))
    holder = next((seat.account for seat in read_seats(values) if seat.key == change.key), change.account)
    if change.power == 0 and holder != change.account:
        raise OutOfRange(field="account", expected=f"{holder}, who holds the seat", got=int(change.account))


def _check_settings(settings: Sequence[wire.NewSetting]) -> None:
    check_number("number of settings", len(settings), 1, MAX_SETTINGS)
    order = [(int(each.setting), int(each.subject)) for each in settings]
    if order != sorted(set(order)):
        raise OutOfRange(field="settings", expected="ascending, each once")
    for each in settings:
        if each.setting not in SETTING_BOUNDS:
            raise OutOfRange(field="setting", expected="a known one", got=int(each.setting))
        if each.subject not in _subjects(each.setting):
            raise OutOfRange(field="subject of a setting", expected="a known one", got=int(each.subject))
        least, most = SETTING_BOUNDS[each.setting]
        check_number("value of a setting", each.value, least, most)


def _subjects(setting: int) -> frozenset[int]:
    if setting == wire.SETTING_ACTION_COST:
        return ACTIONS
    if setting == wire.SETTING_LEVEL_POINTS:
        return frozenset(map(int, LEVELS)) - {0}
    return frozenset({0})


def _set_upgrade(parameters: wire.Parameters, upgrade: wire.Upgrade, height: int) -> None:
    """The newest upgrade takes the place of the one before; which version is in force is never forgotten."""
    before = parameters.upgrade
    if upgrade.version <= before.version:
        raise BadAction(field="version", expected=f"above {before.version}", got=int(upgrade.version))
    if before.version and before.height <= height:
        parameters.law_version = before.version
    parameters.upgrade.CopyFrom(upgrade)


def _set(parameters: wire.Parameters, setting: wire.NewSetting) -> None:
    if setting.setting == wire.SETTING_ACTION_COST:
        costs = {int(each.action): int(each.points) for each in parameters.action_costs} | {
            int(setting.subject): int(setting.value)
        }
        del parameters.action_costs[:]
        parameters.action_costs.extend(wire.ActionCost(action=key, points=costs[key]) for key in sorted(costs))
    elif setting.setting == wire.SETTING_LEVEL_POINTS:
        points = {int(each.level): int(each.points) for each in parameters.level_points} | {
            int(setting.subject): int(setting.value)
        }
        del parameters.level_points[:]
        for level in sorted(points):
            parameters.level_points.add(level=wire.Level.ValueType(level), points=points[level])
    else:
        setattr(parameters, FIELDS[setting.setting], int(setting.value))


def _check_emergency(emergency: wire.Emergency) -> None:
    check_ascending("actions", emergency.actions, 1, MAX_SETTINGS)
    for action in emergency.actions:
        if action not in ACTIONS or action in NEVER_STOPPED:
            raise OutOfRange(field="action", expected="one that may be stopped", got=int(action))
