"""Forms of decisions: propose a change of one of four kinds, and approve a proposal."""

from app.client.council import CouncilStatus, ProposalStatus
from app.client.members import LawParameters
from app.core.errors import BadKey
from app.core.messages import choice_name
from app.core.proposal import MAX_POWER, VALIDATOR_KEY_BYTES
from app.core.wire import registry_pb2 as wire
from app.ui.language import tr, words
from app.ui.present.governance import (
    EMERGENCY,
    KINDS,
    SETTINGS,
    UPGRADE,
    VALIDATOR,
    change_title,
    proposal_chip,
    proposal_facts,
    seat_row,
)
from app.ui.present.heights import height_text
from app.ui.widgets.card import Card
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.fields import AmountField, ChoiceField, Field, TextField
from app.ui.widgets.text import label
from app.ui.windows.deadline_field import DeadlineField
from app.ui.windows.form import Form
from app.ui.windows.governance_fields import ActionsField, SettingsField, stoppable
from app.ui.windows.pickers import AccountPicker, DocumentPicker
from app.ui.windows.surroundings import Surroundings

FACTS_WIDTH = 132
ANOTHER = ""
"""A validator that has no seat yet."""


class ProposalFields:
    """What a proposal asks for; which of it is asked depends on its kind."""

    def __init__(self, around: Surroundings, council: CouncilStatus, law: LawParameters) -> None:
        self._around, self._council, self._law = around, council, law
        self.kind = ChoiceField(tr("What about"), [(choice_name(each, words().language), each) for each in KINDS])
        self._make_seat_fields()
        self.settings = SettingsField(law)
        self._make_upgrade_fields()
        self.way = ChoiceField(tr("Direction"), [(tr("Stop"), False), (tr("Allow again"), True)])
        self.actions = ActionsField(tr("Actions"))
        self.document = DocumentPicker(
            around, tr("Reasons"), note=tr("The document with the reasons, for all bookkeepers")
        )
        self._offered: dict[Field, bool] = {}
        self._offered_way: object = None
        for field in (self.kind, self.seat, self.way):
            field.changed.connect(self.show)

    def _make_seat_fields(self) -> None:
        seats = [(" · ".join(seat_row(seat, self._council, words())), seat.key.hex()) for seat in self._council.seats]
        self.seat = ChoiceField(tr("Seat"), [*seats, (tr("another validator, who has no seat yet"), ANOTHER)])
        self.key = TextField(
            tr("Validator key"),
            check=_check_key,
            note=tr("As its node tells it: an Ed25519 key of 64 hexadecimal digits"),
        )
        self.account = AccountPicker(
            self._around, tr("Bookkeeper"), parties=("bookkeeper",), note=tr("Who answers for the validator")
        )
        self.power = AmountField(tr("Voting power"), least=0, most=MAX_POWER, note=tr("0 takes the seat away"))

    def _make_upgrade_fields(self) -> None:
        self.deadline = DeadlineField(self._around, tr("Deadline"))
        self.height = LaterHeightField(tr("From height"), self.deadline)
        self.height.changed.connect(self._say_when)
        self.version = AmountField(tr("Version"), least=self._law.law_version + 1)
        self.version.edit.setText(str(self._law.law_version + 1))
        self.version.say(tr("Programs that do not know it stop before that height"))
        self.release = DocumentPicker(self._around, tr("Release notes"))

    def in_order(self) -> list[Field]:
        """As they stand in the form."""
        seat: list[Field] = [self.seat, self.key, self.account, self.power]
        upgrade: list[Field] = [self.version, self.height, self.release]
        emergency: list[Field] = [self.way, self.actions]
        return [self.kind, *seat, self.settings, *upgrade, *emergency, self.document, self.deadline]

    def show(self) -> None:
        """Ask for what the kind needs; only once the fields stand in their form."""
        kind = self.kind.value()
        is_new = self.seat.value() == ANOTHER
        wanted: list[tuple[Field, bool]] = [
            (self.seat, kind == VALIDATOR),
            (self.key, kind == VALIDATOR and is_new),
            (self.account, kind == VALIDATOR and is_new),
            (self.power, kind == VALIDATOR),
            (self.settings, kind == SETTINGS),
            *((field, kind == UPGRADE) for field in (self.version, self.height, self.release)),
            *((field, kind == EMERGENCY) for field in (self.way, self.actions)),
        ]
        for field, is_wanted in wanted:
            if self._offered.get(field, True) != is_wanted:  # once only: each telling asks all the others again
                self._offered[field] = is_wanted
                field.offer(is_wanted)
        if self._offered_way != self.way.value():
            self._offered_way = self.way.value()
            self.actions.offer_actions(stoppable(self._law, stopped=self.way.value() is True))

    def body(self) -> wire.Body:
        """As the action says it."""
        propose = wire.Propose(document=self.document.digest(), deadline=self.deadline.value())
        kind = self.kind.value()
        if kind == VALIDATOR:
            propose.validator.CopyFrom(self._seat())
        elif kind == SETTINGS:
            propose.settings.settings.extend(self.settings.value())
        elif kind == UPGRADE:
            version, height = self.version.value_in_units(), self.height.value_in_units()
            propose.upgrade.CopyFrom(wire.Upgrade(height=height, version=version, release=self.release.digest()))
        else:
            actions, lifted = self.actions.value(), self.way.value() is True
            propose.emergency.CopyFrom(wire.Emergency(actions=actions, lifted=lifted))
        return wire.Body(propose=propose)

    def _seat(self) -> wire.Seat:
        power = self.power.value_in_units()
        known = next((seat for seat in self._council.seats if seat.key.hex() == self.seat.value()), None)
        if known is not None:
            return wire.Seat(key=known.key, power=power, account=known.account.id)
        return wire.Seat(key=bytes.fromhex(self.key.value()), power=power, account=self.account.value())

    def _say_when(self) -> None:
        height = self.height.value_in_units()
        status = self._around.bridge.status
        self.height.say(height_text(height, status, self._around.now_ns(), words()) if height else "")


class LaterHeightField(AmountField):
    """A height behind the deadline."""

    def __init__(self, name: str, deadline: DeadlineField) -> None:
        super().__init__(name)
        self._deadline = deadline

    def problem(self) -> str:
        """Nothing there, or not behind it."""
        found = super().problem()
        if found or self.value_in_units() > self._deadline.value():
            return found
        return tr("{second} must lie behind {first}").format(first=self._deadline.name, second=self.name)


def propose_form(around: Surroundings, council: CouncilStatus, law: LawParameters) -> Form:
    """Propose a change."""
    asked = ProposalFields(around, council, law)
    sentence = tr("Who proposes approves by that. It is decided as soon as enough power approves before the deadline.")
    form = Form(tr("Propose a change"), sentence, asked.in_order(), asked.body)
    asked.show()
    return form


def approve_form(around: Surroundings, proposal: ProposalStatus) -> Form:
    """Approve a proposal, with everything that it says in sight until it is signed."""
    sentence = tr("An approval cannot be withdrawn. What is signed names the proposal by its number only.")
    body = wire.Body(approve=wire.Approve(proposal=proposal.id))
    return Form(tr("Approve"), sentence, [], lambda: body, about=about_card(around, proposal))


def about_card(around: Surroundings, proposal: ProposalStatus) -> Card:
    """Everything that a proposal says, as the node's own state has it."""
    card = Card(change_title(proposal.change, words()))
    card.chip.show_chip(proposal_chip(proposal, words()))
    facts = proposal_facts(proposal, around.bridge.status, around.now_ns(), words())
    card.add(FactBlock(facts, label_width=FACTS_WIDTH))
    said = tr("As this computer's node has it in its verified state, under the number that is signed.")
    card.add(label(said, "label", wrap=True))
    return card


def _check_key(text: str) -> bytes:
    """32 bytes in hexadecimal.

    Raises:
        BadKey: anything else.
    """
    try:
        key = bytes.fromhex(text)
    except ValueError as error:
        raise BadKey(reason="not hexadecimal") from error
    if len(key) != VALIDATOR_KEY_BYTES:
        raise BadKey(reason="a validator's key has 32 bytes", got=len(key))
    return key
