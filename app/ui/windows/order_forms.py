"""The forms of the orders page: an order is put on record with nothing else done about it; and the operator carries out an
order against a user whose partner cannot (3.7).
"""

from app.client.members import AccountView
from app.core.wire import registry_pb2 as wire
from app.ui.language import tr, words
from app.ui.present.orders import Unable, freeze_objection, unfreeze_objection, whose_user
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


def stand_in_freeze_form(around: Surroundings, unable: Unable) -> Form:
    """Stop a user whose partner cannot."""

    def objection(view: AccountView) -> str:
        return freeze_objection(view, unable, words())

    note = tr("Enrolled by a partner that is suspended or may not certify any more")
    user = AccountPicker(around, tr("User"), parties=("user",), note=note, objection=objection)
    user.found.connect(lambda view: _say_whose(user, view))
    order = OrderFields(around)
    return Form(
        tr("Freeze a user"),
        tr("The user can do nothing any more until it is unfrozen; what it holds does not move"),
        [user, *order.fields],
        lambda: wire.Body(freeze=wire.Freeze(account=user.value(), order=order.value())),
    )


def stand_in_unfreeze_form(around: Surroundings, own: int, unable: Unable) -> Form:
    """Let a user act again who was frozen from here (`own` is the operator's number), or by a partner that cannot."""

    def objection(view: AccountView) -> str:
        return unfreeze_objection(view, own, unable, words())

    note = tr("Frozen from here, or by a partner that is suspended or may not certify any more")
    user = AccountPicker(around, tr("User"), parties=("user",), note=note, objection=objection)
    user.found.connect(lambda view: _say_whose(user, view))
    order = OrderFields(around)
    return Form(
        tr("Unfreeze a user"),
        tr("The user can act again; the order that allows it is put on the chain as well"),
        [user, *order.fields],
        lambda: wire.Body(unfreeze=wire.Unfreeze(account=user.value(), order=order.value())),
    )


def _say_whose(user: AccountPicker, view: AccountView | None) -> None:
    """Below the user who was found: who enrolled it, and who froze it."""
    if view is not None:
        user.say(whose_user(view, words()))
