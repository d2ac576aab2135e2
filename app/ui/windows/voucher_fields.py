"""Fields that only vouchers need: lists of rows, serials, windows of time, what of a holding is meant.

Guarantees: as of all fields: one that says nothing is wrong has a value that the law can take.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from app.core.wire import registry_pb2 as wire
from app.ui.language import tr
from app.ui.present.vouchers import (
    OwnVoucher,
    amount_text,
    free_of,
    parse_serials,
    serial_ranges,
    voucher_name,
    voucher_number,
)
from app.ui.widgets.buttons import link
from app.ui.widgets.card import row
from app.ui.widgets.fields import AmountField, ChoiceField, Field, MomentField, TextField

MAX_ROWS = 64
CONTROL_HEIGHT = 36
"""So that what stands beside a line edit stands level with it."""
MAX_SERIALS = 256


class Row(QWidget):
    """One line of a list that a clerk writes."""

    changed = Signal()
    dropped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.away = link(tr("Remove"), self.dropped.emit)
        self.away.setMinimumHeight(CONTROL_HEIGHT)

    def set_place(self, place: int) -> None:
        """Which line it is, from 1 on."""
        self.away.setAccessibleName(tr("Remove line {number}").format(number=place))

    def first(self) -> QWidget:
        """What gets the keyboard."""
        raise NotImplementedError

    def problem(self) -> str:
        """What is missing or wrong."""
        raise NotImplementedError


R = TypeVar("R", bound=Row)


class RowsField(Field, Generic[R]):
    """A list of lines, at least one; lines are added and taken away."""

    def __init__(self, name: str, more: str, make: Callable[[], R], *, note: str = "") -> None:
        super().__init__(name, note)
        self._make, self._hint = make, note
        self.rows: list[R] = []
        holder = QWidget()
        self._lines = QVBoxLayout(holder)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(10)
        self._more = link(more, self.add_row)
        self.column.addWidget(holder)
        self.column.addLayout(row(self._more, 1))
        self.column.addWidget(self.note)
        self.add_row()
        self.setFocusProxy(self.rows[0].first())

    def add_row(self) -> R:
        """Another line."""
        made = self._make()
        made.changed.connect(self.changed.emit)
        made.dropped.connect(lambda: self._drop(made))
        self.rows.append(made)
        self._lines.addWidget(made)
        self._number()
        made.first().setFocus()
        return made

    def problem(self) -> str:
        """The first thing that is wrong in a line."""
        return next((each.problem() for each in self.rows if each.problem()), "")

    def _drop(self, gone: R) -> None:
        self.rows.remove(gone)
        gone.hide()
        gone.deleteLater()
        self._number()
        self.setFocusProxy(self.rows[0].first())

    def _number(self) -> None:
        for place, each in enumerate(self.rows, 1):
            each.set_place(place)
            each.away.setVisible(len(self.rows) > 1)
        self._more.setEnabled(len(self.rows) < MAX_ROWS)
        self.changed.emit()


class SerialsField(TextField):
    """Serials as they are printed: 1-3, 7."""

    def __init__(self, name: str, *, note: str = "", is_required: bool = True, most: int = MAX_SERIALS) -> None:
        super().__init__(name, note=note, example=tr("for instance 1-3, 7"), is_required=is_required)
        self._most = most

    def serials(self) -> list[int]:
        """Ascending; none where nothing stands."""
        return parse_serials(self.value(), self._most) or [] if self.value() else []

    def problem(self) -> str:
        """Nothing there, or not serials."""
        if not self.value():
            return super().problem()
        if parse_serials(self.value(), self._most) is None:
            return tr("{name}: serials such as 1-3, 7 are needed, at most {most}").format(
                name=self.name, most=self._most
            )
        return ""


class UntilField(MomentField):
    """A moment that must lie behind another."""

    def __init__(self, name: str, now_ns: int, earlier: MomentField, *, without: str, note: str = "") -> None:
        super().__init__(name, now_ns, without=without, note=note)
        self._earlier = earlier
        earlier.changed.connect(self.changed.emit)

    def problem(self) -> str:
        """Not behind it, or neither of the two."""
        if not self.value() and not self._earlier.value():
            return tr("Still missing: {first} or {second}").format(first=self._earlier.name, second=self.name)
        if self.value() and self.value() <= self._earlier.value():
            return tr("{second} must lie behind {first}").format(first=self._earlier.name, second=self.name)
        return ""


class FutureField(MomentField):
    """A moment that must be still to come, or none."""

    def __init__(self, name: str, now_ns: int, *, without: str, note: str = "") -> None:
        super().__init__(name, now_ns, without=without, note=note)
        self._now_ns = now_ns

    def problem(self) -> str:
        """It has passed."""
        return tr("{name} has passed").format(name=self.name) if 0 < self.value() <= self._now_ns else ""


class TicksField(Field):
    """Any of many, one below the other, all of them to begin with."""

    def __init__(self, name: str, choices: Sequence[tuple[str, int]], *, note: str = "") -> None:
        super().__init__(name, note)
        self._boxes = [(QCheckBox(text), value) for text, value in choices]
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        for box, _ in self._boxes:
            box.setAccessibleName(f"{name}: {box.text()}")
            box.setChecked(True)
            box.toggled.connect(lambda _on: self.changed.emit())
            column.addWidget(box)
        self.put(holder)
        if self._boxes:
            self.setFocusProxy(self._boxes[0][0])

    def value(self) -> list[int]:
        """What is ticked, ascending."""
        return sorted(value for box, value in self._boxes if box.isChecked())


# ---- what of a holding is meant ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Source:
    """Some of a holding: of its free amount, or of its pieces."""

    own: OwnVoucher
    is_pieces: bool

    @property
    def name(self) -> str:
        """How the clerk tells it from others."""
        view = self.own.view
        named = f"{voucher_name(view)} {voucher_number(view)}"
        if self.is_pieces:
            return tr("{voucher}: pieces").format(voucher=named)
        free = amount_text(free_of(self.own.holding), self.own.terms.decimals)
        return tr("{voucher}: {amount} free").format(voucher=named, amount=free)


def sources_of(own: OwnVoucher) -> list[Source]:
    """What can be taken of a holding."""
    amounts = [Source(own, is_pieces=False)] if not own.is_unique and own.holding.amount else []
    return amounts + ([Source(own, is_pieces=True)] if own.holding.pieces else [])


class ParcelFields:
    """Which holding, and how much of it or which pieces: three fields that belong together."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = list(sources)
        self.source = ChoiceField(tr("Taken from"), [(each.name, place) for place, each in enumerate(self._sources)])
        self.amount = AmountField(tr("Amount"))
        self.serials = SerialsField(tr("Serials"))
        self.source.changed.connect(self.show_source)

    @property
    def fields(self) -> tuple[Field, ...]:
        """In the order in which they stand."""
        return (self.source, self.amount, self.serials)

    def chosen(self) -> Source:
        """What is chosen."""
        return self._sources[int(str(self.source.value()))]

    def units(self) -> int:
        """The amount; 0 for pieces."""
        return 0 if self.chosen().is_pieces else self.amount.value_in_units()

    def numbers(self) -> list[int]:
        """The serials; none for an amount."""
        return self.serials.serials() if self.chosen().is_pieces else []

    def show_source(self) -> None:
        """Ask for what the source has, an amount or serials; only once the fields stand in their form."""
        source = self.chosen()
        self.amount.decimals = source.own.terms.decimals
        self.amount.offer(not source.is_pieces)
        self.serials.offer(source.is_pieces)
        if source.is_pieces:
            self.serials.say(pieces_note(source.own))

    def problem(self) -> str:
        """The first of them that something is wrong with."""
        asked = self.serials if self.chosen().is_pieces else self.amount
        return asked.problem()


def pieces_note(own: OwnVoucher) -> str:
    """Which serials there are to choose from."""
    shown = serial_ranges(own.serials[:MAX_SERIALS])
    if own.holding.pieces > len(own.serials):
        shown = tr("{serials} and more").format(serials=shown)
    return tr("Held: {serials}").format(serials=shown)


def refers_to(own: OwnVoucher) -> str:
    """A voucher by name and number, for the sentence of a form."""
    return tr("{name}, number {number}").format(name=voucher_name(own.view), number=voucher_number(own.view))


def kind_choices() -> list[tuple[str, object]]:
    """Kinds of voucher, each with what it is for."""
    return [
        (tr("Divisible: amounts that can be split and merged"), wire.KIND_DIVISIBLE),
        (tr("Unique: each with a serial of its own"), wire.KIND_UNIQUE),
    ]
