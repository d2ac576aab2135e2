"""Lines of the lists in voucher forms: who gets how much, what goes to whom, which partners, pieces of which amount."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.core.wire import registry_pb2 as wire
from app.ui.language import tr, words
from app.ui.present.vouchers import amount_text, quantity
from app.ui.widgets.card import row
from app.ui.widgets.fields import AmountField
from app.ui.widgets.rows_field import CONTROL_HEIGHT, Row, RowsField, level
from app.ui.widgets.text import label
from app.ui.windows.pickers import AccountPicker
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.voucher_fields import MAX_LEGS, MAX_SERIALS, ParcelFields, Source

AMOUNT_WIDTH, COUNT_WIDTH = 150, 72
HOLDERS = ("partner", "user")


class AllotRow(Row):
    """An account and how much it gets."""

    def __init__(self, around: Surroundings, terms: wire.Terms) -> None:
        is_unique = terms.kind == wire.KIND_UNIQUE
        self.to = AccountPicker(around, tr("Recipient"), parties=HOLDERS)
        self.amount = AmountField(
            tr("Amount"), decimals=terms.decimals, most=MAX_SERIALS if is_unique else int(terms.cap)
        )
        self.amount.edit.setPlaceholderText(tr("how many") if is_unique else tr("amount"))
        self.amount.setFixedWidth(AMOUNT_WIDTH)
        super().__init__(self.to, self.amount)
        self.setLayout(level(self.to, self.amount, self.end))

    def leg(self) -> wire.Allotment:
        """As the action says it."""
        return wire.Allotment(to=self.to.value(), amount=self.amount.value_in_units())


class LegRow(Row):
    """What of a holding goes to whom."""

    def __init__(self, around: Surroundings, sources: Sequence[Source]) -> None:
        self.to = AccountPicker(around, tr("Recipient"), parties=HOLDERS)
        self.parcel = ParcelFields(sources)
        self.parcel.amount.edit.setPlaceholderText(tr("amount"))
        super().__init__(self.to, *self.parcel.fields)
        frame = QFrame()
        frame.setProperty("part", "inset")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(12, 10, 12, 10)
        inside.setSpacing(8)
        inside.addLayout(level(self.to, self.end))
        parcel = level(*self.parcel.fields)
        for place, share in enumerate((3, 2, 2)):
            parcel.setStretch(place, share)
        inside.addLayout(parcel)
        self.setLayout(row(frame))
        self.parcel.show_source()

    def leg(self) -> wire.Leg:
        """As the action says it."""
        voucher, parcel = self.parcel.chosen().own.view.id, self.parcel
        return wire.Leg(voucher=voucher, to=self.to.value(), amount=parcel.units(), serials=parcel.numbers())


class PartnerRow(Row):
    """A partner, or nobody."""

    def __init__(self, around: Surroundings) -> None:
        self.partner = AccountPicker(around, tr("Partner"), parties=("partner",), is_required=False)
        super().__init__(self.partner)
        self.setLayout(level(self.partner, self.end))


class SplitRow(Row):
    """So many pieces of an amount each."""

    def __init__(self, terms: wire.Terms) -> None:
        self.count = AmountField(tr("How many"), most=MAX_LEGS)
        self.amount = AmountField(tr("Amount of each"), decimals=terms.decimals)
        self.count.edit.setText("1")
        self.count.setFixedWidth(COUNT_WIDTH)
        self.amount.setFixedWidth(AMOUNT_WIDTH)
        self.amount.edit.setPlaceholderText(tr("amount"))
        super().__init__(self.count, self.amount)
        times = label(tr("× pieces of"), "secondary")
        times.setMinimumHeight(CONTROL_HEIGHT)
        self.setLayout(level(self.count, times, self.amount, 1, self.end))

    def first(self) -> QWidget:
        """The amount: a count stands there already."""
        return self.amount.edit

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
        if self._terms.kind == wire.KIND_UNIQUE and self.total() > MAX_SERIALS:
            return tr("At most %n piece(s) at once", None, MAX_SERIALS)
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
        if len(self.amounts()) > MAX_LEGS:
            return tr("At most %n piece(s) at once", None, MAX_LEGS)
        return tr("Together more than is free") if sum(self.amounts()) > self._free else ""

    def _add_up(self) -> None:
        total = amount_text(sum(self.amounts()), self._decimals)
        free = amount_text(self._free, self._decimals)
        tone = "warn" if sum(self.amounts()) > self._free else "neutral"
        self.say(tr("Together {total} of {free} free").format(total=total, free=free), tone)
