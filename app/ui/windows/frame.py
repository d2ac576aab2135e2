"""The desk itself: who I am and the pages at the left, the open page, and the status line at the bottom."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.core.messages import party_name
from app.ui.language import tr, words
from app.ui.present.names import line
from app.ui.present.node import quota_text, status_parts
from app.ui.present.pages import (
    EXCLUDABLE,
    HOME_PAGES,
    REGISTRY_PAGES,
    excluded_pages,
    exclusion_lines,
    page_before_reserves,
    page_title,
)
from app.ui.present.states import is_waiting
from app.ui.widgets.card import row, take_out
from app.ui.widgets.nav import Mark, NavButton
from app.ui.widgets.scroll import Scrolled, scrolled
from app.ui.widgets.status_line import StatusLine
from app.ui.widgets.text import ElidedLabel, label
from app.ui.windows.agreements_page import AgreementsPage
from app.ui.windows.approvals_page import ApprovalsPage
from app.ui.windows.governance_page import GovernancePage
from app.ui.windows.keys_page import KeysPage
from app.ui.windows.log_page import LogPage
from app.ui.windows.notarize import NotarizePage
from app.ui.windows.notarize_session import NotarizeSession
from app.ui.windows.orders_page import OrdersPage
from app.ui.windows.outbox_page import OutboxPage
from app.ui.windows.overview import OverviewPage
from app.ui.windows.page import Page
from app.ui.windows.partners_page import PartnersPage
from app.ui.windows.records import RecordsPage
from app.ui.windows.reserves_page import ReservesPage
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.users_page import UsersPage
from app.ui.windows.vault_page import VaultPage
from app.ui.windows.verify import VerifyPage
from app.ui.windows.vouchers_page import VouchersPage

SIDEBAR_WIDTH = 208
TICK_MILLISECONDS = 1000
MADE_WHEN_NEEDED: Mapping[str, Callable[[Surroundings], Page]] = {
    "agreements": AgreementsPage,
    "users": UsersPage,
    "vouchers": VouchersPage,
    "reserves": ReservesPage,
    "approvals": ApprovalsPage,
    "partners": PartnersPage,
    "orders": OrdersPage,
    "governance": GovernancePage,
    "outbox": OutboxPage,
    "keys": KeysPage,
    "vault": VaultPage,
    "log": LogPage,
}
"""Pages that are made when they are first opened, or when they are to say what waits."""
WATCHFUL = ("agreements", "approvals", "governance", "outbox")
"""Those of them that say how many things wait, before anybody opens them."""


class Frame(QWidget):
    """Side bar, pages, status line."""

    def __init__(self, surroundings: Surroundings, session: NotarizeSession, corner: QWidget) -> None:
        super().__init__()
        self.around = surroundings
        self.pages: dict[str, Page] = {
            "overview": OverviewPage(surroundings, self.open_page, self.show_record),
            "notarize": NotarizePage(surroundings, session, self.show_record),
            "records": RecordsPage(surroundings),
            "verify": VerifyPage(surroundings),
        }
        self._excluded: Mapping[str, str] = {}
        self._stack = QStackedWidget()
        for page in self.pages.values():
            self._stack.addWidget(page)
        self.sidebar = Sidebar(self.open_page, corner)
        self.status_line = StatusLine()
        self.status_line.opened.connect(self._open_part)
        self._arrange()
        surroundings.bridge.changed.connect(self._refresh)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MILLISECONDS)
        self._add_shortcuts()
        self._show_status()
        self._show_identity()
        self._show_pages()
        self.open_page("overview")

    @property
    def open_name(self) -> str:
        """Name of the open page."""
        return next(name for name, page in self.pages.items() if page is self._stack.currentWidget())

    def open_page(self, name: str) -> None:
        """Bring a page to the front. One that the account does not allow stays where it is: away."""
        if name in self._excluded:
            return
        self._make_page(name)
        self._stack.setCurrentWidget(self.pages[name])
        self.sidebar.mark(name)
        self.pages[name].opened()

    def _make_page(self, name: str) -> None:
        if name not in self.pages:
            page = MADE_WHEN_NEEDED[name](self.around)
            page.waits.connect(lambda count: self.sidebar.show_badge(name, count))
            page.goes.connect(self.open_page)
            page.opens_record.connect(self.show_record)
            self.pages[name] = page
            self._stack.addWidget(page)

    def show_record(self, record_digest: bytes) -> None:
        """Open the records page at a record."""
        page = self.pages["records"]
        self.open_page("records")
        if isinstance(page, RecordsPage):
            page.show_record(record_digest)

    def _open_part(self, part: str) -> None:
        self.open_page("overview")
        page = self.pages["overview"]
        if isinstance(page, OverviewPage):
            page.point_at(part)

    def _arrange(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.sidebar)
        middle.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(middle, 1)
        column.addWidget(self.status_line)

    def _add_shortcuts(self) -> None:
        for place, name in enumerate((*self.pages, *REGISTRY_PAGES)[:9], 1):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{place}"), self)
            shortcut.activated.connect(lambda name=name: self.open_page(name))

    def _refresh(self, kind: str) -> None:
        for page in self.pages.values():
            page.refresh(kind)
        self._show_status()
        self._show_identity()
        if kind == "account":
            self._show_pages()

    def _tick(self) -> None:
        self._show_status()
        for page in self.pages.values():
            page.tick()

    def _show_status(self) -> None:
        bridge = self.around.bridge
        parts = status_parts(bridge.status, reachable=bridge.reachable, now_ns=self.around.now_ns(), words=words())
        self.status_line.show_parts(parts, quota_text(bridge.account, words()) if bridge.account_known else "")

    def _show_pages(self) -> None:
        """A page that the account does not allow is away, and the side bar says why."""
        bridge = self.around.bridge
        self._excluded = excluded_pages(bridge.account, words()) if bridge.account_known else {}
        self.sidebar.show_excluded(self._excluded)
        self.sidebar.show_titles("" if bridge.account is None else bridge.account.party)
        for name in WATCHFUL:
            if bridge.account is not None and name not in self._excluded:
                self._make_page(name)
        if self.open_name in self._excluded:
            self.open_page("overview")

    def _show_identity(self) -> None:
        bridge = self.around.bridge
        holder = bridge.account
        if holder is not None:
            name = holder.name or party_name(holder.party, words().language)
            detail = tr("account {id}").format(id=holder.id)
        else:
            name, detail = tr("Luopu partner desk"), tr("key not registered") if bridge.account_known else ""
        if self.around.desk.is_embedded():
            detail = tr("{detail} · trial").format(detail=detail) if detail else tr("trial")
        self.sidebar.show_identity(name, detail)
        self.sidebar.show_badge("notarize", sum(is_waiting(item) for item in bridge.outbox))


ICONS = {
    "agreements": "agreement",
    "users": "people",
    "vouchers": "voucher",
    "reserves": "reserves",
    "approvals": "approvals",
    "partners": "partners",
    "orders": "orders",
    "governance": "governance",
    "outbox": "outbox",
    "keys": "key",
    "vault": "vault",
    "log": "log",
}


class Sidebar(QFrame):
    """Who I am, the pages in their groups, and the settings at the foot."""

    def __init__(self, go: Callable[[str], None], corner: QWidget) -> None:
        super().__init__()
        self.setProperty("part", "sidebar")
        self.setFixedWidth(SIDEBAR_WIDTH)
        self._go = go
        self._buttons: dict[str, NavButton] = {}
        self._name, self._detail = ElidedLabel("", "strong"), ElidedLabel("", "label")
        self._column = QVBoxLayout()
        self._column.setContentsMargins(12, 0, 12, 0)
        self._column.setSpacing(2)
        self._add("overview", tr("Overview"), "home")
        self._add_group(tr("Work"))
        self._add("notarize", tr("Notarize"), "document")
        self._add("records", tr("Records"), "records")
        for name in REGISTRY_PAGES:
            if name == "partners":
                self._add("verify", tr("Verify"), "verify", group=tr("Look into"))
            self._add(name, page_title(name, words()), ICONS[name])
        self._add_group(tr("This computer"))
        for name in HOME_PAGES:
            self._add(name, page_title(name, words()), ICONS[name])
        self._missing = label("", "label", wrap=True)
        why = row(self._missing)
        why.setContentsMargins(10, 8, 4, 0)
        self._column.addLayout(why)
        self._column.addStretch(1)
        self._arrange(corner)

    def _arrange(self, corner: QWidget) -> None:
        """Who I am and the settings stay in sight; the pages between them scroll where the window is low."""
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 4, 12, 10)
        foot.addWidget(corner, 0, Qt.AlignmentFlag.AlignLeft)
        foot.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 18, 0, 0)
        outer.setSpacing(10)
        outer.addLayout(self._identity())
        inside = Scrolled(self._column)
        self._area = scrolled(inside)
        for part in (inside, self._area):
            part.setProperty("part", "surface")
        outer.addWidget(self._area, 1)
        outer.addLayout(foot)

    def show_excluded(self, excluded: Mapping[str, str]) -> None:
        """Take these entries away and say why."""
        for name in EXCLUDABLE:
            self._buttons[name].setVisible(name not in excluded)
        lines = exclusion_lines(excluded, words())
        self._missing.setText("\n".join(lines))
        self._missing.setVisible(bool(lines))

    def show_titles(self, party: str) -> None:
        """Pages are called by what they are to such a party."""
        for name in REGISTRY_PAGES:
            self._buttons[name].say(page_title(name, words(), party))
        self._move("reserves", page_before_reserves(party))

    def _move(self, name: str, before: str) -> None:
        """Put an entry behind another, as visible as it was."""
        entry = self._buttons[name]
        is_away = entry.isHidden()
        take_out(self._column, entry)
        self._column.insertWidget(self._column.indexOf(self._buttons[before]) + 1, entry)
        entry.setHidden(is_away)

    def mark(self, name: str) -> None:
        """Mark the open page, and bring its entry into sight."""
        for other, entry in self._buttons.items():
            entry.setChecked(other == name)
        self._area.ensureWidgetVisible(self._buttons[name])

    def show_badge(self, name: str, count: int) -> None:
        """How many things wait behind a page."""
        self._buttons[name].show_badge(count)

    def show_identity(self, name: str, detail: str) -> None:
        """Who I am."""
        self._name.setText(line(name, 40))
        self._detail.setText(detail)

    def _identity(self) -> QHBoxLayout:
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addStretch(1)
        texts.addWidget(self._name)
        texts.addWidget(self._detail)
        texts.addStretch(1)
        layout = QHBoxLayout()
        layout.setContentsMargins(14, 0, 12, 0)
        layout.setSpacing(8)
        layout.addWidget(Mark())
        layout.addLayout(texts, 1)
        return layout

    def _add_group(self, text: str) -> None:
        title = label(text, "group")
        title.setContentsMargins(10, 12, 0, 4)
        self._column.addWidget(title)

    def _add(self, name: str, text: str, icon: str, *, group: str = "") -> None:
        if group:
            self._add_group(group)
        made = NavButton(text, icon)
        made.clicked.connect(lambda _checked=False: self._go(name))
        self._buttons[name] = made
        self._column.addWidget(made)
