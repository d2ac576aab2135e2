"""One user in full: what the chain says, and on demand what the vault knows."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.client.members import ActivityEntry
from app.core.errors import LuopuError
from app.core.messages import explain
from app.ui.language import tr, words
from app.ui.present.users import (
    CERTIFY,
    FREEZE,
    RESET,
    REVOKE,
    UNFREEZE,
    certification_of,
    certification_rows,
    entry_detail,
    entry_title,
    entry_when,
    key_facts,
    user_chip,
    user_deeds,
    user_facts,
    user_name,
)
from app.ui.widgets.buttons import button, link
from app.ui.widgets.card import Card, clear, row, rule
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label
from app.ui.windows.parts import Parts
from app.ui.windows.person_parts import PersonDesk, PersonPart
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.user_lists import FACTS_WIDTH, AccessCard
from app.ui.windows.user_loading import FullUser
from app.wallet.vault import Kept


class UserDesk(PersonDesk, Protocol):
    """What can be done with one user."""

    def show_subject(self, subject: object) -> None: ...
    def start(self, deed: str) -> None: ...


class UserDetail(Parts):
    """Facts and actions, certifications, what we know, keys, access, orders, activity."""

    def __init__(self, around: Surroundings, full: FullUser, desk: UserDesk) -> None:
        back = link(tr("← All users"), lambda: desk.show_subject(None))
        parts: list[QWidget] = [_head(full, desk), CertificationsCard(around, full)]
        if certification_of(full.view, full.own) is not None:
            parts.append(KnownCard(around, full, desk))
        parts += [_keys(full), AccessCard(around, full.grants, None)]
        if full.orders:
            parts.append(_entries(around, tr("Orders about this account"), full.orders))
        parts.append(_entries(around, tr("What this account did"), full.activity))
        super().__init__(row(back, 1), *parts)


def _head(full: FullUser, desk: UserDesk) -> Card:
    card = Card(user_name(full.view, full.known, words()))
    card.chip.show_chip(user_chip(full.view, full.own, words()))
    card.add(FactBlock(user_facts(full.view, full.known, words()), label_width=FACTS_WIDTH))
    names = {
        CERTIFY: tr("Certify anew…") if certification_of(full.view, full.own) else tr("Certify…"),
        RESET: tr("Reset the key…"),
        FREEZE: tr("Freeze…"),
        UNFREEZE: tr("Unfreeze…"),
        REVOKE: tr("Revoke…"),
    }
    deeds = user_deeds(full.view, full.own)
    if deeds:
        card.add(row(1, *(button(names[deed], partial(desk.start, deed)) for deed in deeds)))
    return card


class CertificationsCard(Card):
    """Who certifies the account, and whether it counts."""

    def __init__(self, around: Surroundings, full: FullUser) -> None:
        super().__init__(tr("Certifications"))
        rows = certification_rows(full.view, around.now_ns(), words())
        for place, each in enumerate(rows):
            if place:
                self.add(rule())
            self.add(ListRow(each.who, chip=each.chip, detail=each.detail))
        if not rows:
            self.add(label(tr("Nobody certifies this account: it can only look."), "secondary", wrap=True))


class KnownCard(Card):
    """What the vault knows: hidden until it is asked for, since others may see the screen; and what of it to disclose."""

    def __init__(self, around: Surroundings, full: FullUser, desk: UserDesk) -> None:
        super().__init__(tr("What we know"))
        self._around, self._desk = around, desk
        self._number = int(full.view.account.id)
        self._switch = link(tr("Show"), self._toggle, name=tr("Show what we know"))
        self.add_action(self._switch)
        self._place = QVBoxLayout()
        self._place.setSpacing(10)
        self.add(self._place)
        self._is_open = False
        self._hide()

    def _toggle(self) -> None:
        if self._is_open:
            self._hide()
            return
        self._around.tasks.start(self._around.desk.people_of(self._number), done=self._show, failed=self._fail)

    def _hide(self) -> None:
        self._is_open = False
        clear(self._place)
        text = tr("Hidden. What is known of this user lies sealed in the vault on this computer.")
        self._place.addWidget(label(text, "secondary", wrap=True))
        self._switch.setText(tr("Show"))

    def _show(self, known: tuple[Kept, ...]) -> None:
        clear(self._place)
        if not known:
            text = tr("This vault knows nothing of the user: it was certified at another desk, or without attributes.")
            self._place.addWidget(label(text, "secondary", wrap=True))
            return
        self._is_open = True
        self._switch.setText(tr("Hide"))
        self._place.addWidget(PersonPart(self._around, known[0], self._desk, discloses=True))
        if len(known) > 1:
            text = tr("%n earlier certification(s) are kept as well.", None, len(known) - 1)
            self._place.addWidget(label(text, "label"))

    def _fail(self, error: LuopuError) -> None:
        clear(self._place)
        said = explain(error, words().language).sentence
        self._place.addWidget(label(said, "secondary", wrap=True, tone="warn"))


def _keys(full: FullUser) -> Card:
    card = Card(tr("Keys"))
    card.add(FactBlock(key_facts(full.view, words()), label_width=FACTS_WIDTH))
    return card


def _entries(around: Surroundings, title: str, entries: Sequence[ActivityEntry]) -> Card:
    card = Card(title)
    if not entries:
        card.add(label(tr("Nothing yet."), "secondary"))
    for place, entry in enumerate(entries):
        if place:
            card.add(rule())
        when = entry_when(entry, around.now_ns(), words())
        card.add(ListRow(entry_title(entry, words()), when, detail=entry_detail(entry, words())))
    return card
