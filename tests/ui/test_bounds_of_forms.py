"""What a form checks as it is typed is what the law checks: neither more is offered nor less."""

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox

from app.core.proposal import MAX_POWER, MAX_SETTINGS, NEVER_STOPPED, SETTING_BOUNDS
from app.core.refusals import BadAction
from app.core.wire import registry_pb2 as wire
from app.registry import agreements, approvals, checking
from app.registry.rules import permissions_for
from app.registry.vouchers import applying, parcels
from app.ui import language
from app.ui.present.approvals import MAX_CHECKERS
from app.ui.present.partners import permissions_of
from app.ui.widgets.rows_field import MAX_ROWS
from app.ui.windows import agreement_forms, order_fields, partner_fields, voucher_apply, voucher_fields
from app.ui.windows.governance_fields import ACTIONS, ActionsField, SettingsField, stoppable
from app.ui.windows.governance_forms import ProposalFields
from tests.registry.council import propose, seat, wish
from tests.registry.world import JADE, Chain
from tests.ui.clerk import Clerk
from tests.ui.organisation_desk import FIRST, council, law, organisation_desk

SUBJECTS = {"action-cost": "enrol", "level-points": "phone"}


@pytest.fixture(autouse=True)
def _english(qapp: QApplication) -> None:
    language.speak("en")


def is_accepted(change: wire.Propose) -> bool:
    """Whether a bookkeeper may propose this, on a real chain."""
    receipt = Chain().block(propose(JADE, "proposal", change)).receipts[0]
    assert receipt.code == 0 or receipt.refusal.code == BadAction.code
    return receipt.code == 0


def stop_of(actions: list[int], *, lifted: bool = False) -> wire.Propose:
    made = wish(seat("new", 5))
    made.emergency.CopyFrom(wire.Emergency(actions=actions, lifted=lifted))
    return made


# ---- what may be stopped ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("action", stoppable(law(), stopped=False))
def test_each_action_that_the_form_offers_to_stop_may_be_stopped(action: str) -> None:
    assert is_accepted(stop_of([ACTIONS[action]]))


def test_no_action_that_may_be_stopped_is_kept_from_the_clerk() -> None:
    hidden = set(ACTIONS) - set(stoppable(law(), stopped=False))
    assert hidden == {"propose", "approve", "change_keys"}
    for action in hidden:
        assert ACTIONS[action] in NEVER_STOPPED
        assert not is_accepted(stop_of([ACTIONS[action]]))


def test_all_that_the_form_offers_may_be_stopped_and_allowed_at_once() -> None:
    field = ActionsField("Actions")
    for lifted in (False, True):
        field.offer_actions(stoppable(law(*ACTIONS) if lifted else law(), stopped=lifted))
        for box in field.findChildren(QCheckBox):
            box.setChecked(True)
        assert field.problem() == ""
        assert len(field.value()) == len(ACTIONS) - len(NEVER_STOPPED)
        assert is_accepted(stop_of(field.value(), lifted=lifted))


# ---- permissions -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("party", ["partner", "bookkeeper", "regulator", "operator"])
def test_the_permissions_that_the_forms_offer_are_those_that_the_law_gives(party: str) -> None:
    assert permissions_of(party) == tuple(permissions_for(wire.Party.Value(f"PARTY_{party.upper()}")))


# ---- settings and seats ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("setting", list(SETTING_BOUNDS), ids=wire.Setting.Name)
def test_the_form_takes_of_a_setting_what_the_law_takes(setting: int) -> None:
    least, most = SETTING_BOUNDS[setting]
    for value, is_good in ((least, True), (most, True), (least - 1, False), (most + 1, False)):
        field = settings_field(setting, value)
        assert (field.problem() == "") == is_good, value
        if value >= 0:
            change = wish(seat("new", 5))
            change.settings.settings.extend(field.value())
            assert change.settings.settings[0].value == value
            assert is_accepted(change) == is_good, value


def settings_field(setting: int, value: int) -> SettingsField:
    """A setting with a value, as a clerk fills it in; of an action or level where it is of one."""
    field = SettingsField(law())
    line = field.rows[0]
    line.setting.box.point_at(setting)
    line.setting.changed.emit()
    name = wire.Setting.Name(setting).removeprefix("SETTING_").lower().replace("_", "-")  # type: ignore[arg-type]
    if name in SUBJECTS:
        line.subject.box.point_at(SUBJECTS[name])
    line.amount.edit.setText(str(value))
    return field


def test_every_setting_and_everything_it_can_be_of_is_offered_and_taken() -> None:
    field = SettingsField(law())
    line = field.rows[0]
    offered = [line.setting.box.itemData(place) for place in range(line.setting.box.count())]
    assert offered == [number for number in wire.Setting.values() if number]
    for setting, count in ((wire.SETTING_ACTION_COST, len(ACTIONS)), (wire.SETTING_LEVEL_POINTS, 5)):
        line.setting.box.point_at(setting)
        line.setting.changed.emit()
        assert line.subject.box.count() == count
        for place in range(count):
            line.subject.box.setCurrentIndex(place)
            line.amount.edit.setText("7")
            change = wish(seat("new", 5))
            change.settings.settings.extend(field.value())
            assert is_accepted(change)


def test_a_seat_has_no_more_power_than_the_law_gives(sit_down: object) -> None:
    clerk: Clerk = sit_down(organisation_desk("bookkeeper", FIRST))  # type: ignore[operator]
    fields = ProposalFields(clerk.frame.around, council(), law())
    for power, is_good in ((MAX_POWER, True), (MAX_POWER + 1, False)):
        fields.power.edit.setText(str(power))
        assert (fields.power.problem() == "") == is_good
        assert is_accepted(wish(seat("new", power))) == is_good


# ---- lists and words -------------------------------------------------------------------------------------------------
def test_numbers_that_forms_repeat_are_those_of_the_law() -> None:
    assert {
        parcels.MAX_LEGS,
        applying.MAX_ACCEPTED,
        agreements.MAX_PARTIES,
        MAX_SETTINGS,
        voucher_fields.MAX_LEGS,
    } == {MAX_ROWS}
    assert parcels.MAX_SERIALS == voucher_fields.MAX_SERIALS
    assert applying.MAX_DECIMALS == voucher_apply.MAX_DECIMALS
    assert agreements.MIN_PARTIES == agreement_forms.LEAST_PARTIES
    assert (approvals.MAX_KEYS, approvals.MAX_CHECKERS) == (partner_fields.MOST_KEYS, MAX_CHECKERS)
    assert checking.MAX_AUTHORITY_BYTES == order_fields.MAX_ORDER_WORDS
