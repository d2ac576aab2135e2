"""The form by which an order about a voucher is carried out: its cap, its flow, one holder, one piece."""

from app.core.wire import registry_pb2 as wire
from app.ui.language import tr
from app.ui.present.vouchers import FLOWS, OwnVoucher, plain_amount
from app.ui.widgets.fields import AmountField, ChoiceField, Field
from app.ui.windows.order_fields import OrderFields
from app.ui.windows.pickers import AccountPicker
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.voucher_form import CheckedForm, voucher_form

CAP, FLOW, HOLDER, PIECE = "cap", "flow", "holder", "piece"
NOTHING, PART, ALL = "nothing", "part", "all"


class SuperviseFields:
    """What a measure asks for; which of it depends on the measure."""

    def __init__(self, around: Surroundings, own: OwnVoucher, *, is_authority: bool) -> None:
        self._own = own
        self.measure = ChoiceField(tr("Measure"), _measures(is_authority=is_authority))
        self.cap = AmountField(tr("New cap"), decimals=own.terms.decimals, least=max(1, int(own.view.voucher.issued)))
        self.cap.say(
            tr("Not below what is issued: {issued}").format(
                issued=plain_amount(own.view.voucher.issued, own.terms.decimals)
            )
        )
        self.flow = ChoiceField(tr("Flow"), _flows())
        self.flow.box.point_at(own.view.voucher.flow)
        self.holder = AccountPicker(around, tr("Holder"))
        self.extent = ChoiceField(tr("Frozen is"), _extents(is_unique=own.is_unique))
        self.part = AmountField(
            tr("Amount"), decimals=own.terms.decimals, note=tr("That much of the free amount stays")
        )
        self.serial = AmountField(tr("Serial"))
        self.piece = ChoiceField(tr("This piece"), [(tr("Frozen"), True), (tr("Not frozen any more"), False)])
        self.order = OrderFields(around)
        for field in (self.measure, self.extent):
            field.changed.connect(self.show)

    def in_order(self) -> list[Field]:
        """As a clerk works through them."""
        measure: list[Field] = [self.measure, self.cap, self.flow, self.holder, self.extent, self.part]
        return [*measure, self.serial, self.piece, *self.order.fields]

    def show(self) -> None:
        """Ask for what the measure needs; only once the fields stand in their form."""
        measure = self.measure.value()
        wanted = {
            self.cap: measure == CAP,
            self.flow: measure == FLOW,
            self.holder: measure == HOLDER,
            self.part: measure == HOLDER and self.extent.value() == PART,
            self.serial: measure == PIECE,
            self.piece: measure == PIECE,
        }
        for field, is_wanted in wanted.items():
            field.offer(is_wanted)
        if self.extent.isHidden() == (measure == HOLDER):
            self.extent.offer(measure == HOLDER)

    def supervise(self) -> wire.Supervise:
        """As the action says it."""
        made = wire.Supervise(voucher=self._own.view.id, order=self.order.value())
        measure = self.measure.value()
        if measure == CAP:
            made.cap = self.cap.value_in_units()
        elif measure == FLOW:
            made.flow.CopyFrom(wire.FlowMeasure(flow=next(each for each in FLOWS if each == self.flow.value())))
            made.flow.SetInParent()
        elif measure == HOLDER:
            made.holder.CopyFrom(self._holder())
        else:
            made.piece.CopyFrom(wire.PieceMeasure(serial=self.serial.value_in_units(), frozen=bool(self.piece.value())))
        return made

    def _holder(self) -> wire.HolderMeasure:
        extent = self.extent.value()
        return wire.HolderMeasure(
            account=self.holder.value(),
            frozen=extent == ALL,
            frozen_amount=self.part.value_in_units() if extent == PART else 0,
        )


def supervise_form(around: Surroundings, own: OwnVoucher, *, is_authority: bool) -> CheckedForm:
    """Carry an order out; operator and regulators may do more than an issuer."""
    asked = SuperviseFields(around, own, is_authority=is_authority)
    form = voucher_form(
        around,
        own,
        tr("Supervise"),
        tr("Every measure about {voucher} cites the order that it carries out"),
        asked.in_order(),
        lambda: wire.Body(supervise=asked.supervise()),
    )
    asked.show()
    return form


def _measures(*, is_authority: bool) -> list[tuple[str, object]]:
    whole: list[tuple[str, object]] = [
        (tr("Flow: hold or freeze the whole voucher"), FLOW),
        (tr("Cap: issue no more than this"), CAP),
    ]
    return [
        (tr("Holder: freeze what an account holds, or part of it"), HOLDER),
        (tr("Piece: freeze one serial"), PIECE),
        *(whole if is_authority else []),
    ]


def _flows() -> list[tuple[str, object]]:
    return [
        (tr("Open: everything goes on"), wire.FLOW_OPEN),
        (tr("Held: nothing changes hands, redeeming goes on"), wire.FLOW_HELD),
        (tr("Frozen: nothing moves"), wire.FLOW_FROZEN),
    ]


def _extents(*, is_unique: bool) -> list[tuple[str, object]]:
    part: list[tuple[str, object]] = [] if is_unique else [(tr("A part of the free amount"), PART)]
    return [(tr("Everything that it holds"), ALL), *part, (tr("Nothing any more"), NOTHING)]
