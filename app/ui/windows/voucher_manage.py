"""Forms of operator and issuer: decide on an application, allocate, say who may hold, let lapse."""

from collections.abc import Mapping, Sequence

from app.client.members import AccountName, HolderView
from app.core.wire import registry_pb2 as wire
from app.ui.language import tr, words
from app.ui.present.names import who
from app.ui.present.vouchers import OwnVoucher, amount_text, number_facts, rule_facts, serial_ranges
from app.ui.widgets.facts import ShownField
from app.ui.widgets.fields import ChecksField, ChoiceField, Field
from app.ui.windows.pickers import DocumentPicker
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.voucher_fields import MAX_LEGS, MAX_SERIALS, SerialsField
from app.ui.windows.voucher_form import CheckedForm, voucher_form
from app.ui.windows.voucher_rows import PartnersField, TotalRowsField

CREATE, DECLINE = "create", "decline"


def decide_form(around: Surroundings, own: OwnVoucher) -> CheckedForm:
    """Create what was applied for, or decline with a reason."""
    facts = [*rule_facts(own.view, words()), *number_facts(own.view, words())]
    shown = ShownField(tr("Application"), facts)
    choices: list[tuple[str, object]] = [
        (tr("Create: the issuer may allocate it"), CREATE),
        (tr("Decline, with a reason"), DECLINE),
    ]
    decision = ChoiceField(tr("Decision"), choices)
    reason = DocumentPicker(around, tr("Reason"), note=tr("The document that gives the reason"))

    def make() -> wire.Body:
        if decision.value() == CREATE:
            return wire.Body(create_voucher=wire.CreateVoucher(voucher=own.view.id))
        declined = wire.DeclineVoucher(voucher=own.view.id, reason=reason.digest())
        return wire.Body(decline_voucher=declined)

    sentence = tr("Decide on {voucher}; a decision is final")
    form = voucher_form(around, own, tr("Decide on the application"), sentence, [shown, decision, reason], make)
    decision.changed.connect(lambda: reason.offer(decision.value() == DECLINE))
    reason.offer(False)
    return form


def allocate_form(around: Surroundings, own: OwnVoucher) -> CheckedForm:
    """Give some out, to one or to many."""
    legs = TotalRowsField(around, own.view.voucher)
    sentence = tr("Issue {voucher} to those who may hold it; all of them get it in one block, or nobody does")
    return voucher_form(
        around,
        own,
        tr("Allocate"),
        sentence,
        [legs],
        lambda: wire.Body(allocate=wire.Allocate(voucher=own.view.id, legs=[each.leg() for each in legs.rows])),
    )


def accepted_form(around: Surroundings, own: OwnVoucher) -> CheckedForm:
    """Say anew which partners, and whose users, may hold it."""
    partners = PartnersField(
        around,
        tr("Accepted partners"),
        own.terms.accepted,
        note=tr("They and their users may hold it; empty: all whom your organisation recognises"),
    )

    def make() -> wire.Body:
        managed = wire.ManageVoucher(voucher=own.view.id, accepted=partners.value())
        return wire.Body(manage_voucher=managed)

    sentence = tr("Who may receive {voucher} from now on; what others hold already stays theirs")
    return voucher_form(around, own, tr("Accepted partners"), sentence, [partners], make)


def expire_form(
    around: Surroundings,
    own: OwnVoucher,
    holders: Sequence[HolderView],
    serials: Sequence[int],
    names: Mapping[int, AccountName],
) -> CheckedForm:
    """Let lapse what is left after the expiry: free amounts of holders, and pieces."""
    able = [each for each in holders if each.holding.amount and not each.holding.HasField("stop")][:MAX_LEGS]
    choices = [
        (f"{who(each.account, names, words())}: {amount_text(each.holding.amount, own.terms.decimals)}", each.account)
        for each in able
    ]
    ticks = ChecksField(tr("Free amounts"), choices, are_many=True)
    ticks.check([each.account for each in able])
    pieces = SerialsField(tr("Serials"), is_required=not choices, note=tr("Serials that lapse"))
    pieces.edit.setText(serial_ranges(serials[:MAX_SERIALS]))

    def make() -> wire.Body:
        lapsing = wire.Expire(voucher=own.view.id, accounts=ticks.value() if choices else [], serials=pieces.serials())
        return wire.Body(expire=lapsing)

    fields: list[Field] = [*([ticks] if choices else []), *([pieces] if serials else [])]
    sentence = tr("{voucher} has expired. What lapses is worth nothing any more; frozen holdings are left out")
    return voucher_form(around, own, tr("Let lapse"), sentence, fields, make)
