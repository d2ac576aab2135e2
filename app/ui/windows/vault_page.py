"""The vault: whom this partner has certified with all that is known of them, and contacts (white paper 3.4.1).

Guarantees: what is known of somebody is shown when the clerk opens it, and hidden when the page is left; only a partner that
may certify has people. A contact is saved only for an account that the node knows.
"""

from dataclasses import dataclass, replace

from PySide6.QtWidgets import QWidget

from app.core.errors import LuopuError
from app.core.messages import Explanation
from app.ui.desks.vault import ContactView
from app.ui.language import tr, words
from app.ui.present.people import VaultPerson, contact_name
from app.ui.widgets.buttons import button
from app.ui.widgets.card import row
from app.ui.windows.disclosing_page import DisclosingPage
from app.ui.windows.parts import Parts
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.user_lists import CheckedCard
from app.ui.windows.vault_detail import ContactForm, PersonDetail
from app.ui.windows.vault_lists import ContactsCard, PeopleCard
from app.ui.windows.vault_loading import VaultLists, load_lists, load_person


@dataclass(frozen=True, slots=True)
class Editing:
    """The form of a contact is in sight; None: of a new one."""

    contact: ContactView | None


class VaultPage(DisclosingPage):
    """Whom you know: people, their papers, and contacts."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings, tr("Vault"), "")
        self.searched = ""
        self._checks = button(tr("Check a disclosure…"), self.ask_disclosure)
        holder = QWidget()
        holder.setLayout(row(self._checks))
        self.home_action(holder)
        self.action_row.insertWidget(0, holder)
        self._say_whose()

    def load(self) -> None:
        """The lists, or the person in full sight; a form stays as it is."""
        self._say_whose()
        desk, subject = self.around.desk, self.subject
        if isinstance(subject, Editing):
            self._show_form(subject)
        elif isinstance(subject, str):
            self.ask(load_person(desk, subject), self._show_person)
        else:
            self.ask(load_lists(desk, has_people=self.has_people, text=self.searched), self._show_lists)

    @property
    def has_people(self) -> bool:
        """Whether whoever sits here may certify people."""
        account = self.around.bridge.account
        return account is not None and account.party == "partner" and "identity" in account.permissions

    @property
    def is_private(self) -> bool:
        """A form keeps what was typed while another page is in front."""
        return not isinstance(self.subject, Editing)

    # ---- what is shown -------------------------------------------------------------------------------------------
    def _say_whose(self) -> None:
        if self.has_people:
            sentence = tr("Whom we have certified, with their papers, and contacts; sealed on this computer")
        else:
            sentence = tr(
                "Contacts of this desk, sealed on this computer; people are kept by partners that may certify"
            )
        self.say_title(tr("Vault"), sentence)

    def _show_lists(self, lists: VaultLists) -> None:
        self._offer_on_lists(True)
        self.show_parts((lists, self.checked), lambda: self._lists(lists))

    def take_found(self, people: tuple[VaultPerson, ...], has_more: bool) -> None:
        """The search shows others now: they are not drawn again under the clerk's hands with the next block."""
        if isinstance(self._shown, tuple):
            lists, checked = self._shown
            self._shown = (replace(lists, people=people, has_more=has_more), checked)

    def _lists(self, lists: VaultLists) -> Parts:
        parts: list[QWidget] = []
        if self.checked is not None:
            parts.append(CheckedCard(self.checked, self.close_disclosure))
        if self.has_people:
            parts.append(PeopleCard(self.around, lists, self._own, self))
        return Parts(*parts, ContactsCard(lists.contacts, self))

    def _offer_on_lists(self, on_lists: bool) -> None:
        self.offer(tr("Add a contact") if on_lists else "", self.add_contact)
        self._checks.setVisible(on_lists)

    def _show_person(self, found: VaultPerson) -> None:
        self._offer_on_lists(False)
        self.show_parts(found, lambda: PersonDetail(self.around, found, self._own, self))

    def _show_form(self, editing: Editing) -> None:
        self._offer_on_lists(False)
        self.show_parts(editing, lambda: self._form_of(editing.contact))

    def _form_of(self, contact: ContactView | None) -> ContactForm:
        made = ContactForm(self.around, contact, self._save_contact, lambda: self.show_subject(None))
        made.begin()
        return made

    @property
    def _own(self) -> int:
        account = self.around.bridge.account
        return 0 if account is None else account.id

    # ---- contacts ------------------------------------------------------------------------------------------------
    def add_contact(self) -> None:
        """Ask for a new contact."""
        self.show_subject(Editing(None))

    def change_contact(self, contact: ContactView) -> None:
        """Ask for another name or note."""
        self.show_subject(Editing(contact))

    def drop_contact(self, contact: ContactView) -> None:
        """Forget a contact."""
        self.around.tasks.start(
            self.around.desk.drop_contact(contact.account),
            done=lambda _none: self._dropped(contact),
            failed=self.show_error,
        )

    def _dropped(self, contact: ContactView) -> None:
        sentence = tr("No longer a contact: {name}").format(name=contact_name(contact, words()))
        self.banner.say(Explanation(sentence, tr("The account itself is as it was.")), "ok")
        self.load()

    def _save_contact(self, account: int, name: str, note: str) -> None:
        self.around.tasks.start(
            self.around.desk.save_contact(account, name, note),
            done=lambda _none: self._saved_contact(),
            failed=self._not_saved,
        )

    def _saved_contact(self) -> None:
        self.banner.hide()
        self.show_subject(None)

    def _not_saved(self, error: LuopuError) -> None:
        for form in self.home.findChildren(ContactForm):
            form.say_error(error)
