"""What the bookkeepers decide besides seats: settings of the law, an upgrade, an emergency stop (white paper 3.7)."""

import pytest

from app.core.codec import encode
from app.core.errors import UpgradeNeeded
from app.core.refusals import ActionStopped, BadAction
from app.core.wire import registry_pb2 as wire
from app.registry.law import LAW_VERSION, apply_block
from app.registry.places import copy_of
from app.registry.state import PARAMETERS_KEY, read_parameters
from tests.registry.council import approve, holders, proposal_of, propose, stored
from tests.registry.verdicts import refused_but_charged
from tests.registry.world import ALPHA, Chain, bookkeeper, codes, ed25519_key, notarize

SOLO = bookkeeper(21, "Solo", ed25519_key("solo"), 10)
NOTARIZE, GRANT, PROPOSE = 16, 47, 17
RELEASE = bytes(range(32))


def wished(deadline: int = 30, **change: object) -> wire.Propose:
    """A proposal of this change."""
    return wire.Propose(document=bytes(32), deadline=deadline, **change)  # type: ignore[arg-type]


def settings(*rows: tuple[int, int, int], deadline: int = 30) -> wire.Propose:
    """A proposal of settings: setting, subject and value."""
    named = [wire.NewSetting(setting=wire.Setting.ValueType(row[0]), subject=row[1], value=row[2]) for row in rows]
    return wished(deadline, settings=wire.Settings(settings=named))


def stop(*actions: int, lifted: bool = False) -> wire.Propose:
    """A proposal to stop actions, or to allow them again."""
    return wished(emergency=wire.Emergency(actions=actions, lifted=lifted))


def upgrade(height: int, version: int = LAW_VERSION + 1, *, deadline: int = 5) -> wire.Propose:
    """A proposal of another version of the law."""
    return wished(deadline, upgrade=wire.Upgrade(height=height, version=version, release=RELEASE))


def chain() -> Chain:
    """On which Solo decides alone."""
    return Chain((SOLO, ALPHA))


def decide(on: Chain, change: wire.Propose) -> None:
    """Let the next block decide this."""
    name = f"decided at {on.height}"
    outcome = on.accept(propose(SOLO, name, change, valid_until=on.height + 5))
    proposal = proposal_of(SOLO, name)
    assert wire.LogEntry.FromString(outcome.entries[0]).result == proposal + b"\x01"
    assert stored(on, proposal).decided


# ---- settings -------------------------------------------------------------------------------------------------------
def test_settings_hold_from_the_block_after_their_decision() -> None:
    on = chain()
    change = propose(SOLO, 1, settings((6, NOTARIZE, 100)))
    outcome = on.accept(notarize(ALPHA, 1), change, notarize(ALPHA, 2))
    assert outcome.receipts[0].points == outcome.receipts[2].points
    later = on.accept(notarize(ALPHA, 3))
    assert later.receipts[0].points == outcome.receipts[0].points + 90
    assert PARAMETERS_KEY in outcome.writes


def test_every_setting_changes_what_it_names_and_nothing_else() -> None:
    on = chain()
    before = read_parameters(on.values)
    rows = ((1, 0, 20), (2, 0, 90), (3, 0, 30), (4, 0, 128), (5, 0, 5_000), (6, GRANT, 7), (7, 3, 77))
    decide(on, settings(*rows))
    expected = wire.Parameters()
    expected.CopyFrom(before)
    expected.validity_window, expected.quota_period_seconds, expected.quota_offset_seconds = 20, 90, 30
    expected.bytes_per_point, expected.max_transaction_bytes = 128, 5_000
    next(each for each in expected.action_costs if each.action == GRANT).points = 7
    next(each for each in expected.level_points if each.level == 3).points = 77
    assert read_parameters(on.values) == expected


def test_decisions_of_one_block_add_up() -> None:
    on = chain()
    wishes = (settings((1, 0, 20)), settings((4, 0, 128)), stop(NOTARIZE), stop(GRANT))
    on.accept(*(propose(SOLO, number, each) for number, each in enumerate(wishes)))
    parameters = read_parameters(on.values)
    assert (parameters.validity_window, parameters.bytes_per_point) == (20, 128)
    assert list(parameters.stopped_actions) == [NOTARIZE, GRANT]


def test_without_enough_approvals_nothing_changes() -> None:
    one, two = holders(2, 1)
    on = Chain((one, two))
    outcome = on.accept(propose(one, 1, settings((1, 0, 20))))
    assert read_parameters(on.values).validity_window == 10
    assert wire.LogEntry.FromString(outcome.entries[0]).result == proposal_of(one, 1)
    outcome = on.accept(approve(two, 2, proposal_of(one, 1)))
    assert read_parameters(on.values).validity_window == 20
    assert wire.LogEntry.FromString(outcome.entries[0]).result == b"\x01"


@pytest.mark.parametrize(
    ("setting", "subject", "least", "most"),
    [
        (1, 0, 10, 1_000_000),
        (2, 0, 60, 31_622_400),
        (3, 0, 0, 31_622_400),
        (4, 0, 1, 1_000_000),
        (5, 0, 4_096, 1_000_000),
        (6, PROPOSE, 0, 1_000_000_000),
        (7, 5, 0, 1_000_000_000),
    ],
)
def test_a_setting_stays_within_its_bounds(setting: int, subject: int, least: int, most: int) -> None:
    for value in (least, most):
        chain().accept(propose(SOLO, 1, settings((setting, subject, value))))
    for value in (least - 1, most + 1, 2**64 - 1):
        if value >= 0:
            raw = propose(SOLO, 1, settings((setting, subject, value)))
            facts = refused_but_charged(SOLO, raw, BadAction, chain())
            assert facts["field"] == "value of a setting"


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ((), "number of settings"),
        (tuple((6, number, 1) for number in range(16, 81)), "number of settings"),
        (((4, 0, 64), (1, 0, 10)), "settings"),
        (((1, 0, 10), (1, 0, 11)), "settings"),
        (((0, 0, 10),), "setting"),
        (((8, 0, 10),), "setting"),
        (((-1, 0, 10),), "setting"),
        (((1, 1, 10),), "subject of a setting"),
        (((6, 0, 1),), "subject of a setting"),
        (((6, 19, 1),), "subject of a setting"),
        (((7, 0, 1),), "subject of a setting"),
        (((7, 6, 1),), "subject of a setting"),
    ],
)
def test_settings_that_cannot_be_are_a_bad_action(rows: tuple[tuple[int, int, int], ...], field: str) -> None:
    facts = refused_but_charged(SOLO, propose(SOLO, 1, settings(*rows)), BadAction, wide())
    assert facts["field"] == field


def wide() -> Chain:
    """A chain that takes as many settings as there may be, and one more."""
    on = chain()
    decide(on, settings((4, 0, 64), (5, 0, 4_096)))
    return on


# ---- emergency ------------------------------------------------------------------------------------------------------
def test_a_stopped_action_is_refused_from_the_next_block_until_it_is_allowed_again() -> None:
    on = chain()
    assert codes(on.block(propose(SOLO, 1, stop(NOTARIZE)), notarize(ALPHA, 1))) == [0, 0]
    facts = refused_but_charged(ALPHA, notarize(ALPHA, 2), ActionStopped, on)
    assert facts == {"action": "notarize"}
    outcome = on.block(propose(SOLO, 2, stop(NOTARIZE, lifted=True)), notarize(ALPHA, 3))
    assert codes(outcome) == [0, ActionStopped.number]
    on.accept(notarize(ALPHA, 4))


def test_a_stop_adds_to_what_is_stopped_and_lifting_takes_only_what_it_names() -> None:
    on = chain()
    decide(on, stop(NOTARIZE, 65))
    decide(on, stop(GRANT, 65))
    assert list(read_parameters(on.values).stopped_actions) == [NOTARIZE, GRANT, 65]
    decide(on, stop(NOTARIZE, 70, lifted=True))
    assert list(read_parameters(on.values).stopped_actions) == [GRANT, 65]


@pytest.mark.parametrize(
    "actions", [(), (17,), (18,), (20,), (16, 17), (19,), (0,), (2**32 - 1,), (20, 16), (16, 16)], ids=str
)
def test_votes_are_never_stopped_nor_is_what_does_not_exist(actions: tuple[int, ...]) -> None:
    for lifted in (False, True):
        refused_but_charged(SOLO, propose(SOLO, 1, stop(*actions, lifted=lifted)), BadAction, chain())


# ---- upgrade --------------------------------------------------------------------------------------------------------
def test_from_the_height_of_a_later_law_on_a_program_of_this_one_does_not_go_on() -> None:
    on = chain()
    decide(on, upgrade(8))
    on.skip(6)
    assert on.height == 7
    for raws in ([], [notarize(ALPHA, 1)]):
        with pytest.raises(UpgradeNeeded) as caught:
            apply_block(on.values, on, raws, on.environment())
        assert caught.value.facts == {"height": 8, "expected": LAW_VERSION + 1, "got": LAW_VERSION}


def test_the_block_before_is_the_last_one_and_like_any_other() -> None:
    on = chain()
    decide(on, upgrade(8))
    on.skip(5)
    assert on.height == 6
    on.accept(notarize(ALPHA, 1, valid_until=9))
    with pytest.raises(UpgradeNeeded):
        on.block()


def test_an_upgrade_lies_behind_the_deadline_and_has_a_later_version() -> None:
    for sound in (upgrade(6), upgrade(2**63 - 1, 2**63 - 1)):
        chain().accept(propose(SOLO, 1, sound))
    wrong = (upgrade(5), upgrade(-1), upgrade(8, LAW_VERSION), upgrade(8, 0), upgrade(8, 2**63), upgrade(8, 2**64 - 1))
    for each in wrong:
        refused_but_charged(SOLO, propose(SOLO, 1, each), BadAction, chain())
    for release in (b"", bytes(31), bytes(33)):
        change = upgrade(8)
        change.upgrade.release = release
        refused_but_charged(SOLO, propose(SOLO, 1, change), BadAction, chain())


def test_the_next_upgrade_has_a_later_version_than_the_one_decided() -> None:
    on = chain()
    decide(on, upgrade(900, 5))
    for version in (2, 5):
        refused_but_charged(SOLO, propose(SOLO, 1, upgrade(950, version)), BadAction, on)
    decide(on, upgrade(950, 6, deadline=7))
    assert read_parameters(on.values).upgrade == wire.Upgrade(height=950, version=6, release=RELEASE)


def test_two_upgrades_are_not_decided_in_the_wrong_order() -> None:
    one, two = holders(1, 2)
    on = Chain((one, two))
    on.accept(propose(one, "first", upgrade(900, 5)), propose(one, "second", upgrade(950, 6)))
    on.accept(approve(two, "of the second", proposal_of(one, "second")))
    refused_but_charged(two, approve(two, "of the first", proposal_of(one, "first")), BadAction, on)
    assert not stored(on, proposal_of(one, "first")).decided


def test_the_version_in_force_is_not_forgotten_when_the_next_upgrade_is_decided() -> None:
    on = chain()
    parameters = copy_of(read_parameters(on.values))
    parameters.upgrade.CopyFrom(wire.Upgrade(height=1, version=LAW_VERSION, release=RELEASE))
    on.values[PARAMETERS_KEY] = encode(parameters)
    decide(on, upgrade(900, 2))
    assert read_parameters(on.values).law_version == LAW_VERSION
    parameters = copy_of(read_parameters(on.values))
    parameters.law_version = LAW_VERSION + 1
    on.values[PARAMETERS_KEY] = encode(parameters)
    with pytest.raises(UpgradeNeeded):
        on.block()


def test_an_upgrade_of_this_very_version_stops_nobody() -> None:
    """So that a program of the new law goes on where one of the old stops."""
    on = chain()
    parameters = wire.Parameters()
    parameters.CopyFrom(read_parameters(on.values))
    parameters.upgrade.CopyFrom(wire.Upgrade(height=1, version=LAW_VERSION, release=RELEASE))
    on.values[PARAMETERS_KEY] = parameters.SerializeToString(deterministic=True)
    on.skip(3)
