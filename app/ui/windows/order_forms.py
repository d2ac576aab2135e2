"""The form by which an order is put on record, with nothing else done about it."""

from app.core.wire import registry_pb2 as wire
from app.ui.language import tr
from app.ui.windows.form import Form
from app.ui.windows.order_fields import OrderFields
from app.ui.windows.pickers import AccountPicker
from app.ui.windows.surroundings import Surroundings

ORGANISATIONS = ("operator", "bookkeeper", "partner", "regulator")


def record_form(around: Surroundings, party: str) -> Form:
    """Put an order about an account on record. A partner can do so about its own users only."""
    note = tr("A user whom your organisation certifies") if party == "partner" else tr("Any organisation or user")
    parties = ("user",) if party == "partner" else (*ORGANISATIONS, "user")
    account = AccountPicker(around, tr("Account"), parties=parties, note=note)
    order = OrderFields(around)
    sentence = tr("Nothing changes for the account: the order stands on the chain, for everybody to refer to.")

    def make() -> wire.Body:
        return wire.Body(record_order=wire.RecordOrder(account=account.value(), order=order.value()))

    return Form(tr("Record an order"), sentence, [account, *order.fields], make)
