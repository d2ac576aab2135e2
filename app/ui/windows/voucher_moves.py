"""Forms of who holds vouchers: transfer, redeem, split, merge, and what a custodian states."""

from collections.abc import Sequence

from app.core.errors import OutOfRange
from app.core.wire import registry_pb2 as wire
from app.ui.language import tr, words
from app.ui.present.vouchers import OwnVoucher, held_text
from app.ui.widgets.fields import AmountField, Field, TextField
from app.ui.widgets.rows_field import RowsField
from app.ui.windows.pickers import DocumentPicker
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


def attest_form(around: Surroundings, own: OwnVoucher) -> CheckedForm:
    """State how what is kept for users is shared: root and total of the sum tree, and the statement they belong to."""
    root = TextField(
        tr("Root"),
        check=_check_root,
        example=tr("64 hexadecimal digits"),
        note=tr("Of the sum tree over the users' shares"),
    )
    total = AmountField(
        tr("Total"),
        decimals=own.terms.decimals,
        least=0,
        most=int(own.holding.amount + own.holding.packed),
        note=tr("That the shares add up to; held: {held}").format(held=held_text(own.terms, own.holding, words())),
    )
    statement = DocumentPicker(around, tr("Statement"), note=tr("The document that the root covers"))

    def make() -> wire.Body:
        attest = wire.AttestCustody(
            voucher=own.view.id,
            root=bytes.fromhex(root.value()),
            total=total.value_in_units(),
            statement=statement.digest(),
        )
        return wire.Body(attest_custody=attest)

    sentence = tr("Shows that what is kept of {voucher} for users is all there; each user can check their own share")
    fields: list[Field] = [root, total, statement]
    return voucher_form(around, own, tr("Attest custody"), sentence, fields, make)


def _check_root(untrusted_text: str) -> None:
    """A digest in hex.

    Raises:
        OutOfRange: anything else.
    """
    digits = untrusted_text.lower()
    if len(digits) != 64 or any(digit not in "0123456789abcdef" for digit in digits):
        raise OutOfRange(field="root", expected="64 hexadecimal digits", got=len(digits))
