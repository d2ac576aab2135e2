"""What the page of the vault shows first: people with a search, and contacts."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from app.core.errors import LuopuError
from app.core.messages import explain
from app.ui.desks.vault import ContactView
from app.ui.language import tr, words
from app.ui.present.people import (
    VaultPerson,
    contact_chip,
    contact_detail,
    contact_name,
    found_sentence,
    person_chip,
    person_detail,
    person_name,
)
from app.ui.widgets.buttons import link
from app.ui.widgets.card import Card, clear, rule
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.vault_loading import MAX_SHOWN, VaultLists, search_people


class ListsDesk(Protocol):
    """What can be done from the lists."""

    searched: str

    def show_subject(self, subject: object) -> None: ...
    def take_found(self, people: tuple[VaultPerson, ...], has_more: bool) -> None: ...
    def drop_contact(self, contact: ContactView) -> None: ...
    def change_contact(self, contact: ContactView) -> None: ...


class PeopleCard(Card):
    """People of the vault, with a search over all that is known of them."""

    def __init__(self, around: Surroundings, lists: VaultLists, own: int, desk: ListsDesk) -> None:
        super().__init__(tr("People"))
        self._around, self._own, self._desk = around, own, desk
        self._is_empty = not lists.people and not desk.searched
        self._search = QLineEdit(desk.searched)
        self._search.setAccessibleName(tr("Search the vault"))
        self._search.setPlaceholderText(tr("Name, number, attribute, note, or name of a paper"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._look)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self.add(self._search)
        self._search.setVisible(not self._is_empty)
        self.add(self._rows)
        self._asked = 0
        self._show(lists.people, has_more=lists.has_more)

    def _look(self, text: str) -> None:
        self._desk.searched = text.strip()
        self._asked += 1
        asked = self._asked
        self._around.tasks.start(
            search_people(self._around.desk, self._desk.searched),
            done=lambda found: self._take(asked, *found),
            failed=self._fail,
        )

    def _take(self, asked: int, people: Sequence[VaultPerson], has_more: bool) -> None:
        if asked == self._asked:
            self._show(people, has_more=has_more)
            self._desk.take_found(tuple(people), has_more)

    def _show(self, people: Sequence[VaultPerson], *, has_more: bool) -> None:
        clear(self._rows)
        if self._is_empty:
            text = tr("Whom you enrol or certify under Users is kept here with attributes and papers, sealed.")
            self._rows.addWidget(EmptyState(tr("Nobody yet"), text))
            return
        said = found_sentence(MAX_SHOWN if has_more else len(people), self._desk.searched, has_more, words())
        if not people:
            said = tr("Nobody is found by this.")
        if said:
            self._rows.addWidget(label(said, "secondary", wrap=True))
        for place, found in enumerate(people):
            if place or said:
                self._rows.addWidget(rule())
            self._rows.addWidget(self._row(found))

    def _row(self, found: VaultPerson) -> ListRow:
        name = person_name(found.kept.person, words())
        look = link(
            tr("Open"), partial(self._desk.show_subject, found.kept.id), name=tr("Open {name}").format(name=name)
        )
        detail = person_detail(found, self._around.now_ns(), words())
        return ListRow(name, chip=person_chip(found, self._own, words()), detail=detail, actions=[look])

    def _fail(self, error: LuopuError) -> None:
        clear(self._rows)
        said = explain(error, words().language).sentence
        self._rows.addWidget(label(said, "secondary", wrap=True, tone="warn"))


class ContactsCard(Card):
    """What accounts are called here that are no people of this partner."""

    def __init__(self, contacts: Sequence[ContactView], desk: ListsDesk) -> None:
        super().__init__(tr("Contacts"))
        if not contacts:
            text = tr(
                "Call accounts by names of your own: wherever one is to be signed for, its name stands beside it."
            )
            self.add(EmptyState(tr("No contacts yet"), text))
        for place, contact in enumerate(contacts):
            if place:
                self.add(rule())
            name = contact_name(contact, words())
            change = link(
                tr("Change…"), partial(desk.change_contact, contact), name=tr("Change {name}").format(name=name)
            )
            drop = link(tr("Remove"), partial(desk.drop_contact, contact), name=tr("Remove {name}").format(name=name))
            detail = contact_detail(contact, words())
            self.add(ListRow(name, chip=contact_chip(contact, words()), detail=detail, actions=[change, drop]))
