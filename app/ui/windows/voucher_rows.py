"""Lines of the lists in voucher forms: who gets how much, what goes to whom, which partners, pieces of which amount."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.core.wire import registry_pb2 as wire
from app.ui.language import tr, words
from app.ui.present.vouchers import amount_text, quantity
from app.ui.widgets.card import row
from app.ui.widgets.fields import AmountField, Field
from app.ui.widgets.text import label
from app.ui.windows.pickers import AccountPicker
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.voucher_fields import CONTROL_HEIGHT, ParcelFields, Row, RowsField, Source

AMOUNT_WIDTH = 150
MAX_UNIQUE = 256


class AllotRow(Row):
    """An account and how much it gets."""

    def __init__(self, around: Surroundings, terms: wire.Terms) -> None:
        super().__init__()
        is_unique = terms.kind == wire.KIND_UNIQUE
        self.to = AccountPicker(around, tr("Recipient"), parties=("partner", "user"))
        self.amount = AmountField(
            tr("Amount"), decimals=terms.decimals, most=MAX_UNIQUE if is_unique else int(terms.cap)
        )
        self.amount.edit.setPlaceholderText(tr("how many") if is_unique else tr("amount"))
        self.amount.setFixedWidth(AMOUNT_WIDTH)
        _beside(self, self.to, self.amount)

    def set_place(self, place: int) -> None:
        """Name the fields by their line."""
        super().set_place(place)
        rename(self.to, tr("Recipient {number}").format(number=place))
        rename(self.amount, tr("Amount {number}").format(number=place))

    def first(self) -> QWidget:
        """The recipient."""
        return self.to.edit

    def problem(self) -> str:
        """Nobody, or no amount."""
        return self.to.problem() or self.amount.problem()

    def leg(self) -> wire.Allotment:
        """As the action says it."""
        return wire.Allotment(to=self.to.value(), amount=self.amount.value_in_units())


class LegRow(Row):
    """What of a holding goes to whom."""

    def __init__(self, around: Surroundings, sources: Sequence[Source]) -> None:
        super().__init__()
        self.to = AccountPicker(around, tr("Recipient"), parties=("partner", "user"))
        self.parcel = ParcelFields(sources)
        self.parcel.amount.edit.setPlaceholderText(tr("amount"))
        frame = QFrame()
        frame.setProperty("part", "inset")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(12, 10, 12, 10)
        inside.setSpacing(8)
        inside.addLayout(_row(self.to, self.away))
        parcel = _row(self.parcel.source, self.parcel.amount, self.parcel.serials)
        for place, share in enumerate((3, 2, 2)):
            parcel.setStretch(place, share)
        inside.addLayout(parcel)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self.parcel.show_source()
        for field in (self.to, *self.parcel.fields):
            field.changed.connect(self.changed.emit)

    def set_place(self, place: int) -> None:
        """Name the fields by their line."""
        super().set_place(place)
        rename(self.to, tr("Recipient {number}").format(number=place))
        rename(self.parcel.amount, tr("Amount {number}").format(number=place))
        rename(self.parcel.serials, tr("Serials {number}").format(number=place))
        self.parcel.source.box.setAccessibleName(tr("Taken from {number}").format(number=place))

    def first(self) -> QWidget:
        """The recipient."""
        return self.to.edit

    def problem(self) -> str:
        """Nobody, or nothing."""
        return self.to.problem() or self.parcel.problem()

    def leg(self) -> wire.Leg:
        """As the action says it."""
        voucher, parcel = self.parcel.chosen().own.view.id, self.parcel
        return wire.Leg(voucher=voucher, to=self.to.value(), amount=parcel.units(), serials=parcel.numbers())


class PartnerRow(Row):
    """A partner, or nobody."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self.partner = AccountPicker(around, tr("Partner"), parties=("partner",), is_required=False)
        _beside(self, self.partner)

    def set_place(self, place: int) -> None:
        """Name the field by its line."""
        super().set_place(place)
        rename(self.partner, tr("Partner {number}").format(number=place))

    def first(self) -> QWidget:
        """The partner."""
        return self.partner.edit

    def problem(self) -> str:
        """No partner of that name or number."""
        return self.partner.problem()


class SplitRow(Row):
    """So many pieces of an amount each."""

    def __init__(self, terms: wire.Terms) -> None:
        super().__init__()
        self.count = AmountField(tr("How many"), most=64)
        self.amount = AmountField(tr("Amount of each"), decimals=terms.decimals)
        self.count.edit.setText("1")
        self.count.setFixedWidth(72)
        self.amount.setFixedWidth(AMOUNT_WIDTH)
        self.amount.edit.setPlaceholderText(tr("amount"))
        times = label(tr("× pieces of"), "secondary")
        times.setMinimumHeight(CONTROL_HEIGHT)
        line = _row(self.count, times, self.amount, 1, self.away)
        self.setLayout(line)
        for field in (self.count, self.amount):
            field.changed.connect(self.changed.emit)

    def set_place(self, place: int) -> None:
        """Name the fields by their line."""
        super().set_place(place)
        rename(self.count, tr("How many {number}").format(number=place))
        rename(self.amount, tr("Amount of each {number}").format(number=place))

    def first(self) -> QWidget:
        """The amount: the count stands there."""
        return self.amount.edit

    def problem(self) -> str:
        """No count, or no amount."""
        return self.count.problem() or self.amount.problem()

    def amounts(self) -> list[int]:
        """As many amounts as there will be pieces."""
        return [self.amount.value_in_units()] * self.count.value_in_units()


class PartnersField(RowsField[PartnerRow]):
    """Partners, each once; none stands for all whom the issuer recognises."""

    def __init__(self, around: Surroundings, name: str, chosen: Sequence[int] = (), *, note: str = "") -> None:
        super().__init__(name, tr("Add a partner"), lambda: PartnerRow(around), note=note)
        for place, partner in enumerate(chosen):
            line = self.rows[0] if place == 0 else self.add_row()
            line.partner.set_number(partner)

    def value(self) -> list[int]:
        """Their numbers, ascending."""
        return sorted({each.partner.value() for each in self.rows} - {0})


class TotalRowsField(RowsField[AllotRow]):
    """Who gets how much, with the sum below and what is left under the cap."""

    def __init__(self, around: Surroundings, voucher: wire.Voucher) -> None:
        super().__init__(tr("To whom"), tr("Add a recipient"), lambda: AllotRow(around, voucher.terms))
        self._terms, self._room = voucher.terms, int(voucher.terms.cap - voucher.issued)
        self.changed.connect(self._add_up)
        self._add_up()

    def total(self) -> int:
        """All of them together."""
        return sum(each.amount.value_in_units() for each in self.rows)

    def problem(self) -> str:
        """What is wrong in a line, or all of them together."""
        found = super().problem()
        if found:
            return found
        if self._terms.kind == wire.KIND_UNIQUE and self.total() > MAX_UNIQUE:
            return tr("At most %n piece(s) at once", None, MAX_UNIQUE)
        return tr("Together more than the cap allows") if self.total() > self._room else ""

    def _add_up(self) -> None:
        total = quantity(self.total(), self._terms, words())
        room = quantity(self._room, self._terms, words())
        tone = "warn" if self.total() > self._room else "neutral"
        self.say(tr("Together {total}; the cap leaves room for {room}").format(total=total, room=room), tone)


class SplitRowsField(RowsField[SplitRow]):
    """Pieces to be made of a free amount, with their sum."""

    def __init__(self, terms: wire.Terms, free: int) -> None:
        super().__init__(tr("Made into"), tr("Add pieces of another amount"), lambda: SplitRow(terms))
        self._decimals, self._free = terms.decimals, free
        self.changed.connect(self._add_up)
        self._add_up()

    def amounts(self) -> list[int]:
        """One for each piece."""
        return [amount for each in self.rows for amount in each.amounts()]

    def problem(self) -> str:
        """What is wrong in a line, too many pieces, or more than there is."""
        found = super().problem()
        if found:
            return found
        if len(self.amounts()) > 64:
            return tr("At most %n piece(s) at once", None, 64)
        return tr("Together more than is free") if sum(self.amounts()) > self._free else ""

    def _add_up(self) -> None:
        total = amount_text(sum(self.amounts()), self._decimals)
        free = amount_text(self._free, self._decimals)
        tone = "warn" if sum(self.amounts()) > self._free else "neutral"
        self.say(tr("Together {total} of {free} free").format(total=total, free=free), tone)


def rename(field: Field, name: str) -> None:
    """Another name for a field in a list, for messages and for screen readers."""
    field.name = name
    field.setAccessibleName(name)
    field.focus_widget().setAccessibleName(name)


def _row(*parts: QWidget | int) -> QHBoxLayout:
    line = row(*parts)
    for place, part in enumerate(parts):
        if isinstance(part, QWidget):
            line.setAlignment(part, Qt.AlignmentFlag.AlignTop)
        if isinstance(part, AccountPicker):
            line.setStretch(place, 1)
    return line


def _beside(owner: Row, *fields: Field) -> None:
    line = _row(*fields, owner.away)
    owner.setLayout(line)
    for field in fields:
        field.changed.connect(owner.changed.emit)
