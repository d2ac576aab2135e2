"""Forms about what waits and about keys."""

from functools import partial

from app.client.members import HeldView
from app.core.messages import action_name
from app.core.plain import key_text
from app.core.text import check_name
from app.core.wire import registry_pb2 as wire
from app.ui.desk import RequestView
from app.ui.language import tr, words
from app.ui.present.approvals import (
    MAX_CHECKERS,
    ROLES,
    card_note,
    checkers_of,
    duties_of,
    duty_meaning,
    duty_name,
    held_title,
    key_name,
    key_rows,
    removal_note,
    role_choices,
    threshold_sentence,
)
from app.ui.present.digests import ends
from app.ui.present.facts import Fact
from app.ui.widgets.facts import ShownField
from app.ui.widgets.fields import ChecksField, ChoiceField, TextField
from app.ui.windows.approval_parts import HeldCard
from app.ui.windows.card_field import CardField
from app.ui.windows.form import Form
from app.ui.windows.surroundings import Surroundings


# ---- what waits ------------------------------------------------------------------------------------------------------
def countersign_form(around: Surroundings, account: wire.Account, view: HeldView) -> Form:
    """Approve what waits."""
    return Form(
        tr("Countersign"),
        tr("You approve what stands above; with the last approval that is asked for it takes effect"),
        [],
        lambda: wire.Body(countersign=wire.Countersign(held=view.id, digest=view.digest)),
        about=HeldCard(around, account, view),
    )


def discard_form(around: Surroundings, account: wire.Account, view: HeldView) -> Form:
    """Let it wait no longer."""
    return Form(
        tr("Discard: {what}").format(what=held_title(view, words())),
        tr("What stands above will wait no longer; whoever wants it has to make it anew"),
        [],
        lambda: wire.Body(discard=wire.Discard(held=view.id)),
        about=HeldCard(around, account, view),
    )


def request_form(around: Surroundings, request: RequestView) -> Form:
    """Sign what another desk asks for."""
    return Form(
        tr("Sign a request: {what}").format(what=action_name(request.action, words().language)),
        tr("A colleague asks you to sign this as well; once all have signed, it is sent"),
        [],
        lambda: partial(around.desk.review_request, request.deed_id),
    )


# ---- keys ------------------------------------------------------------------------------------------------------------
def add_form(around: Surroundings) -> Form:
    """Another key."""
    card = CardField(around, tr("Key card"), note=tr("Whoever holds the key copies it under Approvals at that desk"))
    roles = ChecksField(tr("Roles"), role_choices(words()), note=card_note([], words()))
    roles.changed.connect(lambda: roles.say(card_note(roles.value(), words())))
    card.found.connect(lambda found: roles.check([int(role) for role in found.roles]))

    def make() -> wire.Body:
        key = wire.NewKey()
        key.CopyFrom(card.card())
        del key.roles[:]
        key.roles.extend(role for role in ROLES if int(role) in roles.value())
        return wire.Body(change_keys=wire.ChangeKeys(add=[key]))

    sentence = tr("From then on this key can act for the account, in the roles that you choose")
    return Form(tr("Add a key"), sentence, [card, roles], make)


def revoke_form(account: wire.Account, own_key: str, key: bytes) -> Form:
    """Take a key away."""
    public = wire.PublicKey.FromString(key)
    shown = next(each for each in key_rows(account, own_key, words()) if each.key == key)
    facts = [Fact(tr("Key"), shown.name), Fact(tr("Roles"), shown.roles), _key_fact(shown.text)]
    return Form(
        tr("Revoke a key"),
        removal_note(shown.is_mine, words()),
        [ShownField(tr("What is revoked"), facts)],
        lambda: wire.Body(change_keys=wire.ChangeKeys(revoke=[public])),
    )


def rotate_form(around: Surroundings, account: wire.Account, own_key: str) -> Form:
    """Another key in the place of this desk's own, with the same roles."""
    own = next(each for each in account.keys if key_text(each.key) == own_key)
    shown = ShownField(tr("Old key"), [Fact(tr("Key"), key_name(account, own_key, words())), _key_fact(own_key)])
    card = CardField(around, tr("Card of the new key"), note=tr("Made at the desk or token that will sign from now on"))

    def make() -> wire.Body:
        key = wire.NewKey()
        key.CopyFrom(card.card())
        del key.roles[:]
        key.roles.extend(own.roles)
        return wire.Body(change_keys=wire.ChangeKeys(add=[key], revoke=[own.key]))

    sentence = tr(
        "The new key gets the roles of the old one; the old one is dead at once, and with it this desk's signature"
    )
    return Form(tr("Replace the key of this desk"), sentence, [shown, card], make)


def thresholds_form(account: wire.Account) -> Form:
    """How many must sign, by class of action."""
    fields = []
    duties = duties_of(account)
    most = min(MAX_CHECKERS, max(len(account.keys) - 1, *(checkers_of(account, duty) for duty in duties)))
    for duty in duties:
        choices = [(threshold_sentence(count, words()), count) for count in range(most + 1)]
        field = ChoiceField(duty_name(duty, words()), choices, note=duty_meaning(duty, words()))
        field.box.point_at(checkers_of(account, duty))
        fields.append(field)

    def make() -> wire.Body:
        chosen = [
            wire.Threshold(duty=duty, checkers=int(str(field.value())))
            for duty, field in zip(duties, fields, strict=True)
            if field.value()
        ]
        return wire.Body(set_thresholds=wire.SetThresholds(thresholds=chosen))

    sentence = tr("How many checkers must sign beside the maker; there must be enough keys with that role")
    return Form(tr("How many must sign"), sentence, fields, make)


def rename_form(account: wire.Account) -> Form:
    """Another public name."""
    name = TextField(
        tr("Public name"), note=tr("Everybody on the chain sees it; nobody else can have it"), check=check_name
    )
    name.edit.setText(account.name)
    sentence = tr("The old name stays reserved to this account")
    return Form(
        tr("Change the public name"), sentence, [name], lambda: wire.Body(rename=wire.Rename(name=name.value()))
    )


def _key_fact(text: str) -> Fact:
    return Fact(tr("Public key"), ends(text), text, is_digest=True)
