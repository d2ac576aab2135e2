"""Forms of who holds vouchers: transfer, redeem, split, merge, and for whose reserve proofs a holding counts."""

from collections.abc import Sequence

from app.core.wire import registry_pb2 as wire
from app.ui.language import tr
from app.ui.present.vouchers import OwnVoucher
from app.ui.widgets.rows_field import RowsField
from app.ui.windows.pickers import AccountPicker, DocumentPicker
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.voucher_fields import (
    ParcelFields,
    SerialsField,
    Source,
    pieces_note,
    sources_of,
)
from app.ui.windows.voucher_form import CheckedForm, voucher_form
from app.ui.windows.voucher_rows import LegRow, SplitRowsField


def transfer_form(around: Surroundings, sources: Sequence[Source]) -> CheckedForm:
    """Hand vouchers on: one leg or many, all or none. The first source is offered first."""
    legs = RowsField(
        tr("What to whom"),
        tr("Add a recipient"),
        lambda: LegRow(around, sources),
        note=tr("All of it changes hands in one block, or none of it"),
    )
    return CheckedForm(
        around,
        tr("Transfer vouchers"),
        tr("Both sides need a certification that the issuer accepts; “Check” says what would stand in the way"),
        [legs],
        lambda: wire.Body(transfer=wire.Transfer(legs=[each.leg() for each in legs.rows])),
    )


def redeem_form(around: Surroundings, own: OwnVoucher) -> CheckedForm:
    """Give vouchers back against what they stand for."""
    parcel = ParcelFields(sources_of(own))
    paper = DocumentPicker(
        around,
        tr("Document"),
        is_required=False,
        note=tr("About the redemption, such as a receipt; only its digest goes on the chain"),
    )

    def make() -> wire.Body:
        redeem = wire.Redeem(
            voucher=own.view.id, amount=parcel.units(), serials=parcel.numbers(), reference=paper.digest()
        )
        return wire.Body(redeem=redeem)

    sentence = tr("What is redeemed of {voucher} is gone for good; it counts as redeemed")
    fields = [*parcel.fields, paper]
    form = voucher_form(around, own, tr("Redeem"), sentence, fields, make)
    parcel.show_source()
    return form


def split_form(around: Surroundings, own: OwnVoucher) -> CheckedForm:
    """Make pieces of a free amount, each under a serial of its own."""
    pieces = SplitRowsField(own.terms, own.free)
    return voucher_form(
        around,
        own,
        tr("Split into pieces"),
        tr("Each piece of {voucher} gets a serial of its own and can be handed on by it"),
        [pieces],
        lambda: wire.Body(split=wire.Split(voucher=own.view.id, amounts=pieces.amounts())),
    )


def merge_form(around: Surroundings, own: OwnVoucher) -> CheckedForm:
    """Make pieces a free amount again."""
    serials = SerialsField(tr("Serials"), note=pieces_note(own))
    return voucher_form(
        around,
        own,
        tr("Merge pieces"),
        tr("The amounts of these pieces of {voucher} become one free amount; their serials end"),
        [serials],
        lambda: wire.Body(merge=wire.Merge(voucher=own.view.id, serials=serials.serials())),
    )


def assign_form(around: Surroundings, own: OwnVoucher) -> CheckedForm:
    """Say for whose reserve proofs this holding counts. The proofs themselves are made on a page of their own."""
    custodian = AccountPicker(
        around,
        tr("Custodian"),
        parties=("partner",),
        is_required=False,
        note=tr("Left empty, it counts for this account itself again"),
    )
    return voucher_form(
        around,
        own,
        tr("Assign custody"),
        tr(
            "What this account holds of {voucher} counts for the reserve proofs of another custodian, and no longer here"
        ),
        [custodian],
        lambda: wire.Body(assign_custody=wire.AssignCustody(voucher=own.view.id, custodian=custodian.value())),
    )
