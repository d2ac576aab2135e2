"""Forms of agreements: open one, confirm one with the document in hand, withdraw a confirmation."""

from app.client.members import AgreementView
from app.core.text import check_text
from app.core.wire import registry_pb2 as wire
from app.ui.desk import DeedView, HashedFile
from app.ui.language import tr, words
from app.ui.present.agreements import detail_facts, state_chip, title
from app.ui.present.digests import short
from app.ui.present.names import file_name
from app.ui.widgets.card import Card
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.fields import TextField
from app.ui.widgets.rows_field import Row, RowsField, level
from app.ui.widgets.text import label
from app.ui.windows.deadline_field import DeadlineField
from app.ui.windows.form import Drafting, Form
from app.ui.windows.pickers import AccountPicker, DocumentPicker
from app.ui.windows.surroundings import Surroundings

FACTS_WIDTH = 116
LEAST_PARTIES = 2


class PartyRow(Row):
    """One party."""

    def __init__(self, around: Surroundings) -> None:
        self.party = AccountPicker(around, tr("Party", "of an agreement"))
        super().__init__(self.party)
        self.setLayout(level(self.party, self.end))


class PartiesField(RowsField[PartyRow]):
    """Two parties or more, each once; the clerk's own account is the first to begin with."""

    def __init__(self, around: Surroundings) -> None:
        note = tr("It takes effect when all of them have confirmed. Who opens it confirms separately.")
        super().__init__(tr("Parties"), tr("Add a party"), lambda: PartyRow(around), note=note)
        own = around.bridge.account
        if own is not None:
            self.rows[0].party.set_number(own.id)
        self.add_row()

    def value(self) -> list[int]:
        """Their numbers, ascending."""
        return sorted({each.party.value() for each in self.rows} - {0})

    def problem(self) -> str:
        """Nobody found, one of them twice, or too few."""
        found = super().problem()
        if found:
            return found
        if len(self.value()) < len(self.rows):
            return tr("{name}: somebody is named twice").format(name=self.name)
        return "" if len(self.rows) >= LEAST_PARTIES else tr("At least two parties are needed")


class SameDocumentField(DocumentPicker):
    """The document that the clerk has before him; it must be the very one that is to be confirmed."""

    def __init__(self, around: Surroundings, name: str, sha256: bytes, *, note: str) -> None:
        super().__init__(around, name, note=note)
        self._sha256 = sha256
        self.changed.connect(self._judge)

    def problem(self) -> str:
        """No file, or another one."""
        found = super().problem()
        if found or self.file is None or self.digest() == self._sha256:
            return found
        return tr("{file} is another document than the one to be confirmed").format(file=self._file_name())

    def _judge(self) -> None:
        if self.file is None:
            return
        if self.digest() == self._sha256:
            self.say(tr("{file} is the document: its SHA-256 is the same").format(file=self._file_name()), "ok")
            return
        said = tr("{file} has SHA-256 {got}, the agreement's document has {expected}")
        self.say(said.format(file=self._file_name(), got=short(self.digest()), expected=short(self._sha256)), "warn")

    def _file_name(self) -> str:
        return "" if self.file is None else file_name(self.file.path.name)


def open_form(around: Surroundings) -> Form:
    """Put a document before its parties."""
    document = DocumentPicker(
        around, tr("Document to agree on"), note=tr("It stays here; give it to the other parties yourself")
    )
    subject = TextField(
        tr("Subject"),
        check=lambda text: check_text("subject", text),
        example=tr("for instance Inspection contract 2026-118"),
        note=tr("Public, as everybody will read it"),
    )
    parties, deadline = PartiesField(around), DeadlineField(around, tr("Deadline"))

    def make() -> Drafting:
        file = document.file
        terms = wire.OpenAgreement(subject=subject.value(), parties=parties.value(), deadline=deadline.value())
        return lambda: _draft_opening(around, file, terms)

    sentence = tr("Nothing can be changed afterwards: document, parties and deadline stand as they are opened.")
    return Form(tr("Open an agreement"), sentence, [document, subject, parties, deadline], make)


async def _draft_opening(around: Surroundings, file: HashedFile | None, terms: wire.OpenAgreement) -> DeedView:
    """The circumstances are kept before anything is drafted that commits to them."""
    if file is not None:
        digests = file.digests
        terms.sha256, terms.sm3, terms.size = digests.sha256, digests.sm3, digests.size
        terms.context_digest = await around.desk.keep_context(file)
    return await around.desk.prepare(wire.Body(open_agreement=terms))


def confirm_form(around: Surroundings, view: AgreementView) -> Form:
    """Confirm with the document in hand."""
    sha256 = view.agreement.terms.sha256
    note = tr("Drop the document that you have read; the button works when it is the very same")
    document = SameDocumentField(around, tr("My document"), sha256, note=note)
    sentence = tr("You confirm that you agree to the document. With the last confirmation it is final.")
    action = wire.ConfirmAgreement(agreement=view.id)

    def make() -> wire.Body:
        action.sha256 = document.digest()
        return wire.Body(confirm_agreement=action)

    return Form(tr("Confirm"), sentence, [document], make, about=about_card(around, view))


def retract_form(around: Surroundings, view: AgreementView) -> Form:
    """Take a confirmation back."""
    sentence = tr("The agreement stays open; until its deadline you can confirm again, with the document in hand.")
    action = wire.RetractConfirmation(agreement=view.id)
    return Form(
        tr("Withdraw my confirmation"),
        sentence,
        [],
        lambda: wire.Body(retract_confirmation=action),
        about=about_card(around, view),
    )


def about_card(around: Surroundings, view: AgreementView) -> Card:
    """What the signed bytes only name by its number."""
    card = Card(title(view, words()))
    card.chip.show_chip(state_chip(view, words()))
    facts = detail_facts(view, around.bridge.status, around.now_ns(), words())
    card.add(FactBlock(facts, label_width=FACTS_WIDTH))
    card.add(label(tr("As this computer's node says; what is signed names it by its number."), "label", wrap=True))
    return card
