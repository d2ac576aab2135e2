"""Fields of an admission: the cards of an organisation's keys, and how many checkers sign beside the maker."""

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.core.messages import choice_name
from app.core.plain import enum_text
from app.core.wire import registry_pb2 as wire
from app.ui.language import tr, words
from app.ui.present.approvals import MAX_CHECKERS
from app.ui.widgets.card import take_out
from app.ui.widgets.choice import ChoiceBox
from app.ui.widgets.fields import Field
from app.ui.widgets.rows_field import Row, RowsField, level
from app.ui.widgets.text import label
from app.ui.windows.card_field import CardField
from app.ui.windows.surroundings import Surroundings

MOST_KEYS = 16
COLUMNS = 3


class CardRow(Row):
    """One key card, and below it whose key it says it is."""

    def __init__(self, around: Surroundings) -> None:
        self.card = CardField(around, tr("Key card"))
        super().__init__(self.card)
        self.setLayout(level(self.card, self.end))

    def key(self) -> wire.NewKey:
        """The key; only while nothing is wrong."""
        return self.card.card()


class CardsField(RowsField[CardRow]):
    """One key or more, each once."""

    def __init__(self, around: Surroundings) -> None:
        note = tr("Each clerk makes a key card at his own desk; the first key gives the account its address")
        super().__init__(tr("Keys"), tr("Add a key"), lambda: CardRow(around), note=note)

    def keys(self) -> list[wire.NewKey]:
        """In the order in which they stand."""
        return [each.key() for each in self.rows if not each.problem()]

    def problem(self) -> str:
        """No card, one of them twice, or too many."""
        found = super().problem()
        if found:
            return found
        if len({key.key.SerializeToString() for key in self.keys()}) < len(self.rows):
            return tr("{name}: one key stands here twice").format(name=self.name)
        return "" if len(self.rows) <= MOST_KEYS else tr("At most {most} keys").format(most=MOST_KEYS)


class ThresholdsField(Field):
    """How many checkers must sign, for each class of action that the organisation can do."""

    def __init__(self) -> None:
        super().__init__(tr("Checkers"), tr("How many must sign beside the maker; the keys above must allow it"))
        self._asked: tuple[int, ...] = ()
        self._boxes: dict[int, tuple[QWidget, ChoiceBox]] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        holder = QWidget()
        holder.setLayout(self._grid)
        self.put(holder)

    def offer_duties(self, duties: Sequence[int]) -> None:
        """Ask for these classes of action and no others."""
        for cell, _ in self._boxes.values():
            take_out(self._grid, cell)
        for place, duty in enumerate(duties):
            cell, _ = self._box(duty)
            self._grid.addWidget(cell, place // COLUMNS, place % COLUMNS)
            cell.show()
        self.setFocusProxy(self._box(duties[0])[1])
        self._asked = tuple(duties)
        self.changed.emit()

    def value(self) -> list[wire.Threshold]:
        """Ascending; only where any checker is asked for."""
        chosen = {duty: int(self._box(duty)[1].currentData()) for duty in sorted(self._asked)}
        return [wire.Threshold(duty=wire.Duty.Name(duty), checkers=count) for duty, count in chosen.items() if count]

    def _box(self, duty: int) -> tuple[QWidget, ChoiceBox]:
        if duty not in self._boxes:
            self._boxes[duty] = self._make_box(duty)
        return self._boxes[duty]

    def _make_box(self, duty: int) -> tuple[QWidget, ChoiceBox]:
        name = choice_name(enum_text(wire.Duty.DESCRIPTOR, duty), words().language)
        box = ChoiceBox(tr("Checkers for {duty}").format(duty=name))
        counts: list[tuple[str, object]] = [(str(count), count) for count in range(1, MAX_CHECKERS + 1)]
        box.offer([(tr("no checker"), 0), *counts], 0)
        box.chosen.connect(lambda _count: self.changed.emit())
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        said = label(name, "label")
        said.setBuddy(box)
        for part in (said, box):
            column.addWidget(part)
        return cell, box
