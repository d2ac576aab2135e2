"""Fields of a proposal: which validator with which power, which settings, which actions."""

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from app.client.members import LawParameters
from app.core.messages import action_name, choice_name
from app.core.wire import registry_pb2 as wire
from app.ui.language import tr, words
from app.ui.present.governance import BOUNDS, setting_now
from app.ui.present.numbers import number
from app.ui.widgets.card import clear, row
from app.ui.widgets.fields import AmountField, ChoiceField, Field, missing
from app.ui.windows.voucher_fields import Row, RowsField
from app.ui.windows.voucher_rows import rename

ACTION_COLUMNS = {"zh": 4, "en": 2}
"""By how long the names are."""
VALUE_WIDTH = 130
NEVER_STOPPED = frozenset({"propose", "approve"})
ACTIONS = {field.name: field.number for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields}
LEVELS = ("registered", "anonymous", "phone", "real-name", "certificate")


class SettingRow(Row):
    """One setting: which, of what, and its new value."""

    def __init__(self, law: LawParameters) -> None:
        super().__init__()
        self._law = law
        self.setting = ChoiceField(tr("Setting"), [(choice_name(each, words().language), each) for each in BOUNDS])
        self.subject = ChoiceField(tr("Of"), _subjects("action-cost"))
        self.amount = AmountField(tr("New value"), least=0)
        self.amount.setFixedWidth(VALUE_WIDTH)
        line = row(self.setting, self.subject, self.amount, self.away)
        line.setStretch(0, 3)
        line.setStretch(1, 2)
        self.setLayout(line)
        for field in (self.setting, self.subject):
            field.changed.connect(self.show_now)
            field.changed.connect(self.changed.emit)
        self.amount.changed.connect(self.changed.emit)

    def set_place(self, place: int) -> None:
        """Name the fields by their line."""
        super().set_place(place)
        rename(self.setting, tr("Setting {number}").format(number=place))
        rename(self.subject, tr("Of {number}").format(number=place))
        rename(self.amount, tr("New value {number}").format(number=place))
        self.show_now()

    def first(self) -> QWidget:
        """Which setting."""
        return self.setting.box

    def problem(self) -> str:
        """No value, one out of bounds, or the one that holds now."""
        found = self.amount.problem()
        if found:
            return found
        least, most = BOUNDS[self.name()]
        if not least <= self.amount.value_in_units() <= most:
            return tr("{name}: from {least} to {most}").format(
                name=self.amount.name, least=number(least), most=number(most)
            )
        if self.amount.value_in_units() == self._now():
            return tr("{name} is the value that holds already").format(name=self.amount.name)
        return ""

    def name(self) -> str:
        """The setting."""
        return str(self.setting.value())

    def key(self) -> tuple[int, int]:
        """Its number, and that of the action or level."""
        setting = wire.Setting.Value(f"SETTING_{self.name().replace('-', '_').upper()}")
        subject = str(self.subject.value())
        if self.name() == "action-cost":
            return setting, ACTIONS[subject]
        return setting, LEVELS.index(subject) + 1 if self.name() == "level-points" else 0

    def change(self) -> wire.NewSetting:
        """As the action says it."""
        setting, subject = self.key()
        value = self.amount.value_in_units()
        return wire.NewSetting(setting=wire.Setting.Name(setting), subject=subject, value=value)

    def show_now(self) -> None:
        """Offer what the setting can be about, and say what holds now."""
        choices = _subjects(self.name())
        chosen = self.subject.value()
        kept = chosen if any(value == chosen for _, value in choices) else None
        self.subject.box.offer(choices, kept)
        self.subject.setVisible(bool(choices))
        self.amount.say(tr("now {value}").format(value=number(self._now())))

    def _now(self) -> int:
        return setting_now(self._law, self.name(), str(self.subject.value()) if _subjects(self.name()) else "")


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
    return [name for name in ACTIONS if name not in NEVER_STOPPED and (name in held) == stopped]


def _subjects(setting: str) -> list[tuple[str, object]]:
    if setting == "action-cost":
        return [(action_name(each, words().language), each) for each in ACTIONS]
    if setting == "level-points":
        return [(choice_name(each, words().language), each) for each in LEVELS]
    return []
