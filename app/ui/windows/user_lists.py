"""What the users page shows first: whom this partner certifies, with a search, and whose data it may have."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from app.client.members import AccountView, GrantView
from app.core.errors import LuopuError
from app.core.messages import explain
from app.ui.desk import CheckedDisclosure
from app.ui.language import tr, words
from app.ui.present.facts import short_digest_fact
from app.ui.present.names import account as account_text
from app.ui.present.names import who
from app.ui.present.users import (
    checked_facts,
    checked_sentence,
    grant_chip,
    grant_detail,
    grants_answer,
    user_chip,
    user_detail,
    user_name,
)
from app.ui.widgets.buttons import link
from app.ui.widgets.card import Card, clear, row, rule
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label, set_tone
from app.ui.windows.page import BETWEEN
from app.ui.windows.pickers import AccountPicker
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.user_loading import Users, search_users

FACTS_WIDTH = 116
SHOWN_GRANTS = 20


class UsersDesk(Protocol):
    """What can be done from the list."""

    searched: str

    def show_subject(self, subject: object) -> None: ...
    def show_more(self) -> None: ...
    def certify(self) -> None: ...
    def ask_disclosure(self) -> None: ...


class UserList(Card):
    """Users by number, with a search over what the chain and the vault know."""

    def __init__(self, around: Surroundings, users: Users, desk: UsersDesk) -> None:
        super().__init__(tr("Whom we certify"))
        self._around, self._users, self._desk = around, users, desk
        self.add_action(link(tr("Certify an account…"), desk.certify))
        self.add_action(link(tr("Check a disclosure file…"), desk.ask_disclosure))
        self._search = QLineEdit(desk.searched)
        self._search.setAccessibleName(tr("Search users"))
        self._search.setPlaceholderText(tr("Search by number, name, or anything that the vault knows"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._look)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self.add(self._search)
        self._search.setVisible(bool(users.views))
        self.add(self._rows)
        self._asked = 0
        self._look(desk.searched)

    def _look(self, text: str) -> None:
        wanted = self._desk.searched = text.strip()
        self._asked += 1
        asked = self._asked
        if not wanted:
            self._show(self._users.views, self._users.known)
            return
        self._around.tasks.start(
            search_users(self._around.desk, self._users, wanted),
            done=lambda found: self._take(asked, found.views, found.known),
            failed=self._fail,
        )

    def _take(self, asked: int, views: Sequence[AccountView], known: Mapping[int, str]) -> None:
        if asked == self._asked:
            self._show(views, known)

    def _show(self, views: Sequence[AccountView], known: Mapping[int, str]) -> None:
        clear(self._rows)
        if not self._users.views:
            text = tr("A user hands in a key card; you write down who it is, and certify it at a level.")
            self._rows.addWidget(EmptyState(tr("No users yet"), text))
        elif not views:
            self._rows.addWidget(label(tr("Nobody is found by this."), "secondary"))
        for place, view in enumerate(views):
            if place:
                self._rows.addWidget(rule())
            self._rows.addWidget(self._row(view, known.get(int(view.account.id), "")))
        if self._users.has_more and not self._desk.searched:
            self._rows.addLayout(row(link(tr("Show more"), self._desk.show_more), 1))

    def _row(self, view: AccountView, known: str) -> ListRow:
        own, number = self._users.own, int(view.account.id)
        name = user_name(view, known, words())
        detail = user_detail(view, own, known, self._around.now_ns(), words())
        look = link(tr("Open"), partial(self._desk.show_subject, number), name=tr("Open {name}").format(name=name))
        return ListRow(name, chip=user_chip(view, own, words()), detail=detail, actions=[look])

    def _fail(self, error: LuopuError) -> None:
        clear(self._rows)
        said = explain(error, words().language).sentence
        self._rows.addWidget(label(said, "secondary", wrap=True, tone="warn"))


class AskCard(Card):
    """May we have the data of a user for a purpose? And all grants to us."""

    def __init__(self, around: Surroundings, users: Users) -> None:
        super().__init__(tr("Whose data we may have"))
        grants = self._grants = users.grants
        self._user = AccountPicker(around, tr("User"), parties=("user",))
        self._purpose = QLineEdit()
        self._purpose.setAccessibleName(tr("Purpose"))
        self._purpose.setPlaceholderText(tr("for which purpose"))
        self._answer = label("", "body", wrap=True)
        ask = QVBoxLayout()
        ask.addWidget(self._purpose)
        ask.addStretch(1)
        line = row(spacing=BETWEEN)
        line.addWidget(self._user, 1)
        line.addLayout(ask, 1)
        self.add(line)
        self.add(self._answer)
        for grant in grants[:SHOWN_GRANTS]:
            self.add(rule())
            known = users.known.get(grant.user, "")
            name = account_text(known, grant.user, words()) if known else who(grant.user, grant.names, words())
            self.add(_grant_row(around, grant, name))
        if not grants:
            self.add(label(tr("Nobody has given us access to data yet."), "secondary", wrap=True))
        self._user.found.connect(lambda _view: self._say())
        self._purpose.textChanged.connect(lambda _text: self._say())
        self._say()

    def _say(self) -> None:
        number = self._user.value()
        self._answer.setVisible(bool(number))
        if number:
            text, tone = grants_answer(self._grants, number, self._purpose.text().strip(), words())
            self._answer.setText(text)
            set_tone(self._answer, tone)


class CheckedCard(Card):
    """What a disclosure file shows that somebody handed in."""

    def __init__(self, checked: CheckedDisclosure, close: Callable[[], None]) -> None:
        super().__init__(tr("The disclosure holds"))
        self.add_action(link(tr("Close"), close, name=tr("Close the disclosure")))
        self.add(label(checked_sentence(checked, words()), "secondary", wrap=True))
        self.add(FactBlock(checked_facts(checked, words()), label_width=FACTS_WIDTH))


class AccessCard(Card):
    """Of a user: who may have its data."""

    def __init__(
        self, around: Surroundings, grants: Sequence[GrantView], withdraw: Callable[[GrantView], None] | None
    ) -> None:
        super().__init__(tr("Access to data"))
        if not grants:
            text = tr("Nobody may have the data. A user gives access at its own desk and can withdraw it at any time.")
            self.add(label(text, "secondary", wrap=True))
        for place, grant in enumerate(grants):
            if place:
                self.add(rule())
            name = who(int(grant.grant.grantee), grant.names, words())
            line = _grant_row(around, grant, name, withdraw if not grant.grant.withdrawn else None)
            self.add(line)
            scope = short_digest_fact(tr("Document about it"), grant.grant.scope)
            self.add(FactBlock([scope], label_width=FACTS_WIDTH))


def _grant_row(
    around: Surroundings, grant: GrantView, name: str, withdraw: Callable[[GrantView], None] | None = None
) -> ListRow:
    actions = []
    if withdraw is not None:
        text = tr("Withdraw…")
        actions.append(link(text, partial(withdraw, grant), name=tr("Withdraw the access of {name}").format(name=name)))
    detail = grant_detail(grant, around.now_ns(), words())
    return ListRow(name, chip=grant_chip(grant, words()), detail=detail, actions=actions)
