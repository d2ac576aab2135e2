"""One person of the vault in full sight, and the form of a contact."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.core.attribute_words import check_words
from app.core.errors import LuopuError
from app.core.messages import explain
from app.ui.desks.vault import ContactView
from app.ui.language import tr, words
from app.ui.present.facts import Fact
from app.ui.present.people import VaultPerson, chain_facts, person_chip, person_detail, person_name
from app.ui.present.users import certification_of
from app.ui.widgets.buttons import button, link, primary
from app.ui.widgets.card import Card, row, rule
from app.ui.widgets.facts import FactBlock, ShownField
from app.ui.widgets.fields import Field, TextField
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label, set_tone
from app.ui.windows.form import LABEL_WIDTH
from app.ui.windows.parts import Parts
from app.ui.windows.person_parts import FACTS_WIDTH, PersonDesk, PersonPart
from app.ui.windows.pickers import AccountPicker
from app.ui.windows.surroundings import Surroundings
from app.wallet.contacts import MAX_NAME_BYTES, MAX_NOTE_BYTES


class DetailDesk(PersonDesk, Protocol):
    """What can be done with one person."""

    def show_subject(self, subject: object) -> None: ...


class PersonDetail(Parts):
    """What stands on the chain, what is known, what was certified before."""

    def __init__(self, around: Surroundings, found: VaultPerson, own: int, desk: DetailDesk) -> None:
        back = link(tr("← Vault"), lambda: desk.show_subject(None))
        parts: list[QWidget] = [_head(around, found, own), _known(around, found, own, desk)]
        if found.earlier:
            parts.append(_earlier(around, found, desk))
        super().__init__(row(back, 1), *parts)


def _head(around: Surroundings, found: VaultPerson, own: int) -> Card:
    card = Card(person_name(found.kept.person, words()))
    card.chip.show_chip(person_chip(found, own, words()))
    card.add(FactBlock(chain_facts(found, own, around.now_ns(), words()), label_width=FACTS_WIDTH))
    return card


def _known(around: Surroundings, found: VaultPerson, own: int, desk: DetailDesk) -> Card:
    certification = None if found.view is None else certification_of(found.view, own)
    is_certified = certification is not None and certification.root == found.kept.person.root
    card = Card(tr("What we know"))
    card.add(PersonPart(around, found.kept, desk, discloses=is_certified))
    if not is_certified:
        text = tr("It can be disclosed once our certification of exactly this stands on the chain.")
        card.add(label(text, "secondary", wrap=True))
    return card


def _earlier(around: Surroundings, found: VaultPerson, desk: DetailDesk) -> Card:
    card = Card(tr("Other certifications of this account"))
    for place, kept in enumerate(found.earlier):
        if place:
            card.add(rule())
        alone = VaultPerson(kept, (), None)
        name = person_name(kept.person, words())
        look = link(tr("Open"), partial(desk.show_subject, kept.id), name=tr("Open {name}").format(name=name))
        card.add(ListRow(name, detail=person_detail(alone, around.now_ns(), words()), actions=[look]))
    return card


# ---- contacts --------------------------------------------------------------------------------------------------------
class ContactForm(Card):
    """An account and what it is called here; of a contact that is there the account stays."""

    def __init__(
        self,
        around: Surroundings,
        contact: ContactView | None,
        save: Callable[[int, str, str], None],
        cancel: Callable[[], None],
    ) -> None:
        super().__init__(tr("New contact") if contact is None else tr("Change the contact"))
        self._save, self._contact = save, contact
        self._account = AccountPicker(around, tr("Account"))
        self._name = TextField(tr("Name"), note=tr("As it is called here; nobody else sees it"), check=_check_name)
        self._note = TextField(tr("Note"), is_required=False, check=_check_note)
        fields: list[Field] = [self._account, self._name, self._note]
        if contact is not None:
            number = str(contact.account)
            fields[0] = ShownField(tr("Account"), [Fact(tr("Number"), number, number)])
            self._name.edit.setText(contact.name)
            self._note.edit.setText(contact.note.replace("\n", " "))
        self._fields = fields
        self._grid(fields)
        self._why = label("", "secondary", wrap=True)
        self._why.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._button = primary(tr("Save"), self._press)
        bottom = row(self._why, button(tr("Cancel"), cancel), self._button, spacing=16)
        bottom.setStretch(0, 1)
        self.add(bottom)
        for field in fields:
            field.changed.connect(self._check)
        self._check()

    def begin(self) -> None:
        """The first field that is asked for gets the keyboard."""
        (self._account if self._contact is None else self._name).setFocus()

    def say_error(self, error: LuopuError) -> None:
        """What went wrong; everything typed stays."""
        said = explain(error, words().language)
        self._why.setText(said.sentence)
        set_tone(self._why, "warn")
        self._button.setEnabled(True)

    def _grid(self, fields: list[Field]) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        for place, field in enumerate(fields):
            name = label(field.name, "secondary")
            name.setMinimumHeight(32)
            name.setBuddy(field.focus_widget())
            grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(field, place, 1)
        self.add(grid)

    def _check(self) -> None:
        why = next((field.problem() for field in self._fields if field.problem()), "")
        self._why.setText(why)
        set_tone(self._why, "neutral")
        self._button.setEnabled(not why)

    def _press(self) -> None:
        self._button.setEnabled(False)
        number = self._account.value() if self._contact is None else self._contact.account
        self._save(number, self._name.value(), self._note.value())


def _check_name(text: str) -> None:
    check_words("name", text, least=1, most=MAX_NAME_BYTES)


def _check_note(text: str) -> None:
    check_words("notes", text, most=MAX_NOTE_BYTES)
