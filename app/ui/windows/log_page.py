"""The page "Approval log" of the desk: what was approved here, when, and with which key; and whether the log of it is whole.

Guarantees: a line that was altered is named and shown in red, whatever else is right; what was approved is said again word by
word from the bytes that were approved.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.core.messages import Explanation
from app.ui.desks.outbox import ApprovalView, LogView
from app.ui.language import tr, words
from app.ui.present.approval_log import (
    log_chip,
    log_detail,
    log_facts,
    log_frame,
    log_title,
    log_when,
    standing_chip,
    standing_facts,
    standing_sentence,
)
from app.ui.present.names import file_name
from app.ui.widgets.buttons import button, link
from app.ui.widgets.card import Card, row, rule
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label, set_tone
from app.ui.windows import dialogs
from app.ui.windows.lists_page import ListsPage
from app.ui.windows.outbox_loading import Logged, Meanings, load_log
from app.ui.windows.parts import Parts
from app.ui.windows.surroundings import Surroundings

FIRST, MORE = 30, 100
LABEL_WIDTH = 132
FILE_NAME = "approvals.jsonl"
DAY_NS = 86_400 * 1_000_000_000
"""After a day the times of the rows are said with their dates."""


class LogPage(ListsPage):
    """What was approved at this desk, and with which key."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings, tr("Approval log"), tr("What was approved at this desk, and with which key"))
        self._wanted, self._meanings = FIRST, Meanings()
        self.load()

    def load(self) -> None:
        """The newest lines, and whether the whole log stands; one that is in full sight is one of them."""
        account = self.around.bridge.account
        number = 0 if account is None else account.id
        self.ask(load_log(self.around.desk, number, self._wanted, self._meanings), self._show)

    def refresh(self, kind: str) -> None:
        """What was just approved stands on top."""
        if kind in {"account", "outbox"} and self.isVisible():
            self.load()

    def _show(self, logged: Logged) -> None:
        self.offer(tr("Export the log…") if logged.lines else "", self.ask_target)
        view = next((each for each in logged.lines if each.number == self.subject), None)
        if view is not None and view.is_readable:
            self.show_parts((view, logged.labels), lambda: LineDetail(view, logged, lambda: self.show_subject(None)))
        else:
            self.show_parts((logged, self.around.now_ns() // DAY_NS), lambda: self._list(logged))

    def _list(self, logged: Logged) -> Parts:
        if not logged.lines:
            card = Card()
            text = tr(
                "Whatever a key signs here is written down before the key is asked: what was shown, when, which key."
            )
            card.add(EmptyState(tr("Nothing was approved here yet"), text))
            return Parts(card)
        parts = Parts(StandingCard(logged.standing), self._lines(logged))
        if logged.has_more:
            parts.add(row(1, button(tr("Older…"), self._load_more), 1))
        return parts

    def _lines(self, logged: Logged) -> Card:
        card = Card(tr("What was approved"))
        for place, view in enumerate(logged.lines):
            if place:
                card.add(rule())
            card.add(self._row(view, logged))
        return card

    def _row(self, view: ApprovalView, logged: Logged) -> ListRow:
        title = log_title(view, logged.glossary, words())
        actions: list[QWidget] = []
        if view.is_readable:
            name = tr("Look at {what}").format(what=title)
            actions.append(link(tr("Look"), partial(self.show_subject, view.number), name=name))
        when = log_when(view, self.around.now_ns(), words())
        return ListRow(
            title, when, log_chip(view, logged.standing, words()), log_detail(view, logged.labels, words()), actions
        )

    def _load_more(self) -> None:
        self._wanted += MORE
        self.load()

    # ---- export --------------------------------------------------------------------------------------------------
    def ask_target(self) -> None:
        """Let the clerk choose where the log goes."""
        dialogs.ask_target(self, tr("Export the log"), FILE_NAME, tr("Approval log (*.jsonl)"), self.save)

    def save(self, target: Path) -> None:
        """Write the log as a file that a stranger can check."""
        saving = self.around.desk.save_approvals(target)
        self.around.tasks.start(saving, done=lambda view: self._saved(target, view), failed=self.show_error)

    def _saved(self, target: Path, view: LogView) -> None:
        sentence = tr("Saved: {name}").format(name=file_name(target.name, 72))
        if view.altered:
            self.banner.say(Explanation(sentence, standing_sentence(view, words())), "bad")
            return
        hint = tr(
            "Whoever gets it can check it with “luopu account approvals --check”. It says all that was approved here."
        )
        self.banner.say(Explanation(sentence, hint), "ok")


class StandingCard(Card):
    """Whether the log is whole, and the digest that covers all of it."""

    def __init__(self, standing: LogView) -> None:
        super().__init__(tr("The log"))
        self.chip.show_chip(standing_chip(standing, words()))
        said = label(standing_sentence(standing, words()), "secondary", wrap=True)
        if standing.altered:
            set_tone(said, "bad")
        self.add(said)
        self.add(FactBlock(standing_facts(standing, words()), label_width=LABEL_WIDTH))
        hint = tr("Put the newest digest on record from time to time: then nobody can cut the log short unseen.")
        self.add(label(hint, "label", wrap=True))


class LineDetail(Parts):
    """One approval with everything that was shown."""

    def __init__(self, view: ApprovalView, logged: Logged, back: Callable[[], None]) -> None:
        card = Card(log_title(view, logged.glossary, words()))
        card.title.setWordWrap(True)
        card.head.setStretch(0, 1)
        card.head.setStretch(2, 0)
        card.chip.show_chip(log_chip(view, logged.standing, words()))
        card.add(FactBlock(log_frame(view, logged.labels, words()), label_width=LABEL_WIDTH))
        said = Card(tr("What was shown"))
        said.add(FactBlock(log_facts(view, logged.glossary, words()), label_width=LABEL_WIDTH))
        super().__init__(row(link(tr("← The whole log"), back), 1), card, said)
