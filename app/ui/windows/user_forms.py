"""Forms about users: enrol, certify, reset a key, freeze, revoke; and the user's own: give access, withdraw it (3.4.1)."""

from collections.abc import Callable
from functools import partial

from app.client.members import AccountView, GrantView
from app.core.paper_words import is_paper_name
from app.core.text import MAX_WORDS_BYTES, check_name, check_text
from app.core.wire import registry_pb2 as wire
from app.ui.desk import PersonWish
from app.ui.language import tr, words
from app.ui.present.facts import Fact
from app.ui.present.names import who
from app.ui.present.users import LEVELS, grant_detail, level_meaning, level_name, user_name
from app.ui.widgets.facts import ShownField
from app.ui.widgets.fields import ChoiceField, Field, FlagField, TextField
from app.ui.widgets.moment_fields import FutureField
from app.ui.windows.card_field import CardField
from app.ui.windows.form import Drafting, Form
from app.ui.windows.order_fields import OrderFields
from app.ui.windows.pickers import AccountPicker, DocumentPicker
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.user_fields import AttributesField, MaterialsField, check_person_words
from app.wallet.vault_person import Person


class PersonFields:
    """What is written down of a person, and what is certified of it."""

    def __init__(self, around: Surroundings, person: Person | None, certification: wire.Certification | None) -> None:
        self.name = TextField(
            tr("Known here as"), note=tr("Stays in the vault on this computer"), check=check_person_words
        )
        known = () if person is None else person.attributes
        pairs = [(each.name, each.value) for each in known if not is_paper_name(each.name)]
        self.attributes = AttributesField(pairs)
        self.materials = MaterialsField(around, () if person is None else person.materials)
        self.level = ChoiceField(tr("Level"), [(level_name(level, words()), level) for level in LEVELS])
        self.expires = FutureField(
            tr("Counts until"),
            around.now_ns(),
            without=tr("no end"),
            note=tr("By block time; then it has to be certified anew"),
        )
        self.answers = FlagField(
            tr("Responsibility"),
            tr("We answer for what this account puts on the chain"),
            note=tr("An anonymous user can record evidence only then"),
        )
        self.notes = TextField(
            tr("Notes"), note=tr("For colleagues; stays in the vault"), is_required=False, check=check_person_words
        )
        if person is not None:
            self.name.edit.setText(person.name)
            self.notes.edit.setText(person.notes.replace("\n", " "))
        if certification is not None:
            self.level.box.point_at(certification.level)
            self.expires.set_moment(int(certification.expires_ns))
            self.answers.box.setChecked(certification.answers)
        self._copied = ""
        if person is None:
            self.name.changed.connect(self._copy_name)
        self.level.changed.connect(self._say_level)
        self._say_level()

    @property
    def fields(self) -> list[Field]:
        """As a clerk works through them."""
        first: list[Field] = [self.name, self.attributes, self.materials]
        return [*first, self.level, self.expires, self.answers, self.notes]

    def wish(self, card: wire.NewKey | None, account: int, public_name: str) -> PersonWish:
        """What is to be kept and certified."""
        return PersonWish(
            card=card,
            account=account,
            name=self.name.value(),
            public_name=public_name,
            attributes=self.attributes.pairs(),
            level=int(str(self.level.value())),
            expires_ns=self.expires.value(),
            answers=self.answers.value(),
            materials=self.materials.files(),
            notes=self.notes.value(),
            kept=self.materials.kept(),
        )

    def _copy_name(self) -> None:
        """The name is the first thing known of most people; what was typed there stays."""
        first = self.attributes.rows[0]
        if first.known.value() == "name" and first.content.edit.text() == self._copied:
            self._copied = self.name.edit.text()
            first.content.edit.setText(self._copied)

    def _say_level(self) -> None:
        self.level.say(level_meaning(int(str(self.level.value())), words()))


# ---- certifying ------------------------------------------------------------------------------------------------------
def enrol_form(around: Surroundings) -> Form:
    """A new user, from the key's card to the certification."""
    card = CardField(around, tr("Key card"), note=tr("The user copies it under Approvals at their own desk"))
    known = PersonFields(around, None, None)
    public = TextField(
        tr("Public name"),
        note=tr("Everybody on the chain sees it; better left empty for a person"),
        is_required=False,
        check=check_name,
    )

    def make() -> Drafting:
        return partial(around.desk.prepare_person, known.wish(card.card(), 0, public.value()))

    sentence = tr("A new account for this key, certified by us; the user needs no other registration")
    return Form(tr("Enrol a user"), sentence, [card, *known.fields, public], make)


def certify_form(around: Surroundings) -> Form:
    """A user whom another partner enrolled."""
    user = AccountPicker(around, tr("User"), parties=("user",), note=tr("Enrolled by another partner"))
    known = PersonFields(around, None, None)

    def make() -> Drafting:
        return partial(around.desk.prepare_person, known.wish(None, user.value(), ""))

    sentence = tr("We certify an account that is there already; what other partners certified stays as it is")
    return Form(tr("Certify an account"), sentence, [user, *known.fields], make)


def change_form(around: Surroundings, view: AccountView, own: wire.Certification | None, person: Person | None) -> Form:
    """The own certification of a user, anew."""
    known = PersonFields(around, person, own)
    number = int(view.account.id)

    def make() -> Drafting:
        return partial(around.desk.prepare_person, known.wish(None, number, ""))

    sentence = tr("Takes the place of our certification of {user}; older disclosures no longer hold")
    return Form(tr("Certify anew"), sentence.format(user=user_name(view, "", words())), known.fields, make)


def revoke_form(around: Surroundings, view: AccountView) -> Form:
    """The own certification of a user, taken back."""
    reason = DocumentPicker(
        around, tr("Reason"), note=tr("The document that gives the reason; only its digest goes on the chain")
    )

    def make() -> wire.Body:
        revoked = wire.RevokeCertification(account=view.account.id, reason=reason.digest())
        return wire.Body(revoke_certification=revoked)

    sentence = tr("{user} is no longer certified by us; the account stays, and so does what other partners certified")
    return Form(tr("Revoke the certification"), sentence.format(user=user_name(view, "", words())), [reason], make)


# ---- keys and orders -------------------------------------------------------------------------------------------------
def reset_form(around: Surroundings, view: AccountView) -> Form:
    """A new key for a user who lost the old one."""
    card = CardField(around, tr("Card of the new key"))
    application = DocumentPicker(around, tr("Application"), note=tr("What the user applied with"))
    authentication = DocumentPicker(around, tr("Authentication"), note=tr("By what we knew that it is the user"))

    def make() -> wire.Body:
        reset = wire.ResetKey(
            account=view.account.id,
            key=card.card(),
            application=application.digest(),
            authentication=authentication.digest(),
        )
        return wire.Body(reset_key=reset)

    sentence = tr("All old keys of {user} are dead at once; only the new one can act for the account from then on")
    fields = [card, application, authentication]
    return Form(tr("Reset the key"), sentence.format(user=user_name(view, "", words())), fields, make)


def freeze_form(around: Surroundings, view: AccountView) -> Form:
    """Stop a user on an authority's order."""
    return _order_form(
        around,
        view,
        tr("Freeze the account"),
        tr("{user} can do nothing any more until it is unfrozen; what it holds does not move"),
        lambda order: wire.Body(freeze=wire.Freeze(account=view.account.id, order=order)),
    )


def unfreeze_form(around: Surroundings, view: AccountView) -> Form:
    """Let a user act again."""
    return _order_form(
        around,
        view,
        tr("Unfreeze the account"),
        tr("{user} can act again; the order that allows it is put on the chain as well"),
        lambda order: wire.Body(unfreeze=wire.Unfreeze(account=view.account.id, order=order)),
    )


def _order_form(
    around: Surroundings, view: AccountView, title: str, sentence: str, make: Callable[[wire.Order], wire.Body]
) -> Form:
    order = OrderFields(around)
    said = sentence.format(user=user_name(view, "", words()))
    return Form(title, said, order.fields, lambda: make(order.value()))


# ---- the user's own --------------------------------------------------------------------------------------------------
def grant_form(around: Surroundings, view: AccountView) -> Form:
    """Let a partner have some of the own data."""
    grantee = AccountPicker(around, tr("Who may have it"), parties=("partner",))
    holder = AccountPicker(around, tr("Who keeps it"), parties=("partner",), note=tr("The partner where the data lie"))
    holder.set_number(int(view.account.partner))
    scope = DocumentPicker(
        around, tr("Which data"), note=tr("A document that says which; only its digest goes on the chain")
    )
    purpose = TextField(
        tr("Purpose"), note=tr("Everybody on the chain can read it"), is_required=False, check=_check_purpose
    )
    until = FutureField(tr("Until"), around.now_ns(), without=tr("until I withdraw it"))

    def make() -> wire.Body:
        grant = wire.Grant(
            grantee=grantee.value(),
            holder=holder.value(),
            scope=scope.digest(),
            purpose=purpose.value(),
            expires_ns=until.value(),
        )
        return wire.Body(grant=grant)

    sentence = tr(
        "A partner may have the data that you name, for the purpose that you say; you can withdraw it at any time"
    )
    return Form(tr("Give access"), sentence, [grantee, holder, scope, purpose, until], make)


def withdraw_form(around: Surroundings, view: GrantView) -> Form:
    """Take an access back."""
    facts = [
        Fact(tr("Who may have it"), who(int(view.grant.grantee), view.names, words())),
        Fact(tr("What was given"), grant_detail(view, around.now_ns(), words())),
    ]
    return Form(
        tr("Withdraw access"),
        tr("From the block on in which it stands, the partner may no longer ask for the data"),
        [ShownField(tr("Access"), facts)],
        lambda: wire.Body(withdraw_grant=wire.WithdrawGrant(grant=view.id)),
    )


def _check_purpose(text: str) -> None:
    check_text("purpose", text, most=MAX_WORDS_BYTES)
