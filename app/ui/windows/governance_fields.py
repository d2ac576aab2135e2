"""Fields of a proposal: which validator with which power, which settings, which actions."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from app.client.members import LawParameters
from app.core.messages import action_name, choice_name
from app.core.plain import enum_text
from app.core.proposal import NEVER_STOPPED, SETTING_BOUNDS
from app.core.wire import registry_pb2 as wire
from app.ui.language import tr, words
from app.ui.present.governance import setting_now
from app.ui.present.numbers import number
from app.ui.widgets.card import clear
from app.ui.widgets.fields import AmountField, ChoiceField, Field, missing
from app.ui.widgets.rows_field import Row, RowsField, level

ACTION_COLUMNS = {"zh": 4, "en": 2}
"""By how long the names are."""
VALUE_WIDTH = 130
ACTIONS = {field.name: field.number for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields}
LEVELS = {
    enum_text(wire.Level.DESCRIPTOR, each): each for each in range(wire.LEVEL_REGISTERED, wire.LEVEL_CERTIFICATE + 1)
}
SUBJECTS: Mapping[int, Mapping[str, int]] = {wire.SETTING_ACTION_COST: ACTIONS, wire.SETTING_LEVEL_POINTS: LEVELS}
"""What settings are of that hold of one thing each."""


class SettingRow(Row):
    """One setting: which, of what, and its new value."""

    def __init__(self, law: LawParameters) -> None:
        self._law = law
        self.setting = ChoiceField(tr("Setting"), [(_setting_text(each), each) for each in SETTING_BOUNDS])
        self.subject = ChoiceField(tr("Of"), [])
        self.amount = AmountField(tr("New value"), least=0)
        self.amount.setFixedWidth(VALUE_WIDTH)
        super().__init__(self.setting, self.subject, self.amount)
        line = level(*self.fields, self.end)
        line.setStretch(0, 3)
        line.setStretch(1, 2)
        self.setLayout(line)
        self._show_now()

    def heard(self) -> None:
        """What the setting can be about, and what holds now, depend on it."""
        self._show_now()
        super().heard()

    def problem(self) -> str:
        """No value, one out of bounds, or the one that holds now."""
        found = self.amount.problem()
        if found:
            return found
        least, most = SETTING_BOUNDS[self.key()[0]]
        if not least <= self.amount.value_in_units() <= most:
            return tr("{name}: from {least} to {most}").format(
                name=self.amount.name, least=number(least), most=number(most)
            )
        if self.amount.value_in_units() == self._now():
            return tr("{name} is the value that holds already").format(name=self.amount.name)
        return ""

    def key(self) -> tuple[int, int]:
        """The setting, and the action or level that it is of."""
        setting = int(str(self.setting.value()))
        return setting, SUBJECTS.get(setting, {}).get(str(self.subject.value()), 0)

    def change(self) -> wire.NewSetting:
        """As the action says it."""
        setting, subject = self.key()
        value = self.amount.value_in_units()
        return wire.NewSetting(setting=wire.Setting.Name(setting), subject=subject, value=value)

    def _show_now(self) -> None:
        choices = _subjects(self.key()[0])
        self.subject.box.offer(choices, self.subject.value())
        self.subject.setVisible(bool(choices))
        self.amount.say(tr("now {value}").format(value=number(self._now())))

    def _now(self) -> int:
        return setting_now(self._law, self.key()[0], str(self.subject.value()))


class SettingsField(RowsField[SettingRow]):
    """One setting or more, each once."""

    def __init__(self, law: LawParameters) -> None:
        super().__init__(tr("Settings"), tr("Add a setting"), lambda: SettingRow(law))

    def value(self) -> list[wire.NewSetting]:
        """Ascending, as the law wants them."""
        return [each.change() for each in sorted(self.rows, key=SettingRow.key)]

    def problem(self) -> str:
        """What is wrong in a line, or one of them twice."""
        found = super().problem()
        if found:
            return found
        is_twice = len({each.key() for each in self.rows}) < len(self.rows)
        return tr("{name}: one setting stands here twice").format(name=self.name) if is_twice else ""


class ActionsField(Field):
    """Any of the actions of the law."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._boxes: dict[str, QCheckBox] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 4, 0, 4)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        holder = QWidget()
        holder.setLayout(self._grid)
        self.put(holder)

    def offer_actions(self, actions: Sequence[str]) -> None:
        """Ask for these and no others; none is ticked."""
        clear(self._grid)
        self._boxes = {}
        columns = ACTION_COLUMNS[words().language]
        for place, action in enumerate(actions):
            box = QCheckBox(action_name(action, words().language))
            box.setAccessibleName(f"{self.name}: {box.text()}")
            box.toggled.connect(lambda _on: self.changed.emit())
            self._boxes[action] = box
            self._grid.addWidget(box, place // columns, place % columns)
        if actions:
            self.setFocusProxy(self._boxes[actions[0]])
        self.changed.emit()

    def value(self) -> list[int]:
        """Their numbers, ascending."""
        return sorted(ACTIONS[action] for action, box in self._boxes.items() if box.isChecked())

    def problem(self) -> str:
        """Nothing ticked."""
        return "" if self.value() else missing(self.name)


def stoppable(law: LawParameters, *, stopped: bool) -> list[str]:
    """Actions that can be stopped now, or that are."""
    held = set(law.stopped_actions)
    return [name for name, action in ACTIONS.items() if action not in NEVER_STOPPED and (name in held) == stopped]


def _subjects(setting: int) -> list[tuple[str, object]]:
    say = action_name if setting == wire.SETTING_ACTION_COST else choice_name
    return [(say(name, words().language), name) for name in SUBJECTS.get(setting, {})]


def _setting_text(setting: int) -> str:
    return choice_name(enum_text(wire.Setting.DESCRIPTOR, setting), words().language)
