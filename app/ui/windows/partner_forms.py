"""Forms of admission: admit, amend, suspend, resume, and whom a partner recognises."""

from app.core.messages import choice_name, party_name, permission_name
from app.core.plain import enum_text
from app.core.text import check_name
from app.core.wire import registry_pb2 as wire
from app.ui.language import tr, words
from app.ui.present.partners import (
    Organisation,
    duties_of,
    facts,
    force_chip,
    impossible_duty,
    my_recognition,
    name_line,
    party_of,
    permissions_of,
    resume_consequence,
    stop_consequence,
)
from app.ui.widgets.card import Card
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.fields import AmountField, ChecksField, ChoiceField, Field, TextField
from app.ui.widgets.text import label
from app.ui.windows.form import Form
from app.ui.windows.order_fields import OrderFields
from app.ui.windows.partner_fields import CardsField, ThresholdsField
from app.ui.windows.pickers import DocumentPicker
from app.ui.windows.surroundings import Surroundings

FACTS_WIDTH = 116
USUAL_QUOTA = 10_000
ADMITTED = ("partner", "bookkeeper", "regulator")


class AdmitFields:
    """What an admission asks for, in the order in which the operator works through the papers."""

    def __init__(self, around: Surroundings) -> None:
        self.party = ChoiceField(
            tr("Kind of organisation"), [(party_name(each, words().language), each) for each in ADMITTED]
        )
        self.name = TextField(
            tr("Legal name"),
            check=check_name,
            note=tr("As it stands in the agreement; public, and never given away again"),
        )
        self.agreement = DocumentPicker(
            around, tr("Signed agreement"), note=tr("What was signed on paper; only its digest goes on the chain")
        )
        self.keys = CardsField(around)
        self.permissions = permissions_field()
        self.quota = quota_field(USUAL_QUOTA)
        self.thresholds = PossibleThresholds(self.keys)
        self.party.changed.connect(self.show)

    def in_order(self) -> list[Field]:
        """As they stand in the form."""
        return [self.party, self.name, self.agreement, self.keys, self.permissions, self.quota, self.thresholds]

    def show(self) -> None:
        """Ask for what the party needs; only once the fields stand in their form."""
        party = str(self.party.value())
        self.permissions.offer_only(permissions_of(party))
        self.thresholds.offer_duties(duties_of(party))

    def body(self) -> wire.Body:
        """As the action says it."""
        party = str(self.party.value())
        admit = wire.Admit(
            party=f"PARTY_{party.upper()}",
            name=self.name.value(),
            keys=self.keys.keys(),
            permissions=_permissions(self.permissions.value()),
            agreement=self.agreement.digest(),
            quota_points=self.quota.value_in_units(),
            thresholds=self.thresholds.value(),
        )
        return wire.Body(admit=admit)


class PossibleThresholds(ThresholdsField):
    """Thresholds that the keys given can reach."""

    def __init__(self, keys: CardsField) -> None:
        super().__init__()
        self._keys = keys
        keys.changed.connect(self.changed.emit)

    def problem(self) -> str:
        """A class of action that nobody could ever sign."""
        duty = impossible_duty(self._keys.keys(), self.value())
        if not duty or self._keys.problem():
            return ""
        name = choice_name(enum_text(wire.Duty.DESCRIPTOR, duty), words().language)
        return tr("With these keys and their roles nobody could ever sign: {duty}").format(duty=name)


def admit_form(around: Surroundings) -> Form:
    """Admit an organisation."""
    asked = AdmitFields(around)
    sentence = tr(
        "From the next block on it can act; what it signs rests on the legal agreement whose digest stands here."
    )
    form = Form(tr("Admit an organisation"), sentence, asked.in_order(), asked.body)
    asked.show()
    return form


def amend_form(around: Surroundings, organisation: Organisation) -> Form:
    """Change what was admitted. The form begins with what holds now."""
    account = organisation.account
    name = TextField(tr("New name"), check=check_name, is_required=False, note=tr("Empty: as it was"))
    permissions = permissions_field()
    permissions.offer_only(permissions_of(party_of(account)))
    permissions.check(list(account.permissions))
    quota = quota_field(int(account.quota_points))
    agreement = DocumentPicker(
        around, tr("New agreement"), note=tr("Begins a new version; without one the agreement stays"), is_required=False
    )
    fields: list[Field] = [permissions, quota, agreement, name]

    def make() -> wire.Body:
        amend = wire.Amend(
            account=account.id,
            name=name.value(),
            permissions=_permissions(permissions.value()),
            quota_points=quota.value_in_units(),
            agreement=agreement.digest(),
        )
        return wire.Body(amend=amend)

    sentence = tr("What the form says holds from the next block on, all of it.")
    return Form(tr("Amend the admission"), sentence, fields, make, about=_about(organisation))


def stop_form(around: Surroundings, organisation: Organisation, *, stops: bool) -> Form:
    """Suspend or resume, citing the order."""
    account, order = organisation.account, OrderFields(around)

    def make() -> wire.Body:
        if stops:
            return wire.Body(suspend=wire.Suspend(account=account.id, order=order.value()))
        return wire.Body(resume=wire.Resume(account=account.id, order=order.value()))

    title = tr("Suspend an organisation") if stops else tr("Resume an organisation")
    sentence = tr(
        "Only on an order: its document, who issued it and under which reference stand on the chain for good."
    )
    about = _about(organisation)
    said = stop_consequence(account, words()) if stops else resume_consequence(account, words())
    about.add(label(said, "secondary", wrap=True, tone="warn" if stops else "neutral"))
    return Form(title, sentence, order.fields, make, about=about)


def recognise_form(organisation: Organisation) -> Form:
    """Recognise a partner's certifications, or change from which level."""
    account, now = organisation.account, my_recognition(organisation)
    levels: list[tuple[str, object]] = [
        (choice_name(enum_text(wire.Level.DESCRIPTOR, level), words().language), level)
        for level in range(wire.LEVEL_REGISTERED, wire.LEVEL_CERTIFICATE + 1)
    ]
    least = ChoiceField(
        tr("From level"), levels, note=tr("Its users who are certified at this level or higher may hold your vouchers")
    )
    least.box.point_at(now or wire.LEVEL_REAL_NAME)

    def make() -> wire.Body:
        level = wire.Level.Name(int(str(least.value())))
        return wire.Body(recognise=wire.Recognise(partner=account.id, least=level))

    sentence = tr("You rely on how this partner certifies its users. You can change or withdraw it at any time.")
    return Form(tr("Recognise its certifications"), sentence, [least], make, about=_about(organisation))


def withdraw_form(organisation: Organisation) -> Form:
    """Take the recognition back."""
    account = organisation.account
    sentence = tr("Users whom only this partner certifies can no longer receive or hand on your vouchers.")
    body = wire.Body(recognise=wire.Recognise(partner=account.id))
    return Form(tr("Withdraw the recognition"), sentence, [], lambda: body, about=_about(organisation))


def permissions_field() -> ChecksField:
    """What an organisation may do."""
    choices = [
        (permission_name(enum_text(wire.Permission.DESCRIPTOR, each), words().language), each)
        for each in range(wire.PERMISSION_IDENTITY, wire.PERMISSION_VOUCHER + 1)
    ]
    note = tr("Identity: certify users; evidence: records and agreements; vouchers: issue them")
    return ChecksField(tr("Permissions"), choices, note=note)


def quota_field(points: int) -> AmountField:
    """Points per period."""
    field = AmountField(tr("Quota plan"), least=0, note=tr("Points per period; 0: it can sign nothing"))
    field.edit.setText(str(points))
    return field


def _permissions(values: list[int]) -> list[str]:
    return [wire.Permission.Name(each) for each in values]


def _about(organisation: Organisation) -> Card:
    card = Card(name_line(organisation.account, words()))
    card.chip.show_chip(force_chip(organisation.view, words()))
    card.add(FactBlock(facts(organisation.view, words()), label_width=FACTS_WIDTH))
    return card
