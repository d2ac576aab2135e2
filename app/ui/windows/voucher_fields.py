"""Fields that only vouchers need: serials, windows of time, what of a holding is meant.

Guarantees: as of all fields: one that says nothing is wrong has a value that the law can take.
"""

from collections.abc import Sequence
from dataclasses import dataclass

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
from app.ui.widgets.fields import AmountField, ChoiceField, Field, TextField
from app.ui.widgets.moment_fields import MomentField

MAX_LEGS = 64
"""Recipients, holders or new pieces that one action can name (docs/registry.md, "Vouchers")."""
MAX_SERIALS = 256
"""Pieces that one action can name or make."""


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
