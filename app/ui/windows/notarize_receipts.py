"""What became of what was signed on the notarize page: the receipts of this time, and what was signed or drafted lately."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.client.model import Final
from app.core.refusals import ApprovalsMissing
from app.ui.desk import DraftView, OutboxItem
from app.ui.language import tr, words
from app.ui.present.besides import besides_text
from app.ui.present.names import file_name, line
from app.ui.present.node import is_final_here
from app.ui.present.notarize import ReceiptView, receipt
from app.ui.present.numbers import number
from app.ui.present.states import item_chip, item_reason
from app.ui.present.times import clock
from app.ui.widgets.buttons import button, link, primary
from app.ui.widgets.card import Card, clear, row
from app.ui.widgets.rows import ListRow
from app.ui.widgets.seal import Seal
from app.ui.widgets.text import label
from app.ui.windows.notarize_session import NotarizeSession
from app.ui.windows.surroundings import Surroundings

RECENT = 6
SaveRequests = Callable[[list[str]], object]
"""Lets the clerk choose where the request files of these drafts go."""


class ReceiptsCard(Card):
    """What became of each signed draft; the seal once all are final."""

    def __init__(
        self,
        surroundings: Surroundings,
        session: NotarizeSession,
        show_record: Callable[[bytes], None],
        save_requests: SaveRequests,
    ) -> None:
        super().__init__(tr("Receipts"))
        self._around, self._session = surroundings, session
        self._show_record, self._save_requests = show_record, save_requests
        self._seal = Seal()
        self.add_action(self._seal)
        self._rows, self._bottom = QVBoxLayout(), QVBoxLayout()
        self.add(self._rows)
        self.add(self._bottom)
        session.outcome_changed.connect(self.show_outcomes)
        session.stage_changed.connect(self.show_outcomes)
        self.show_outcomes()

    def show_outcomes(self) -> None:
        """Draw what is known."""
        clear(self._rows)
        clear(self._bottom)
        outcomes = self._session.outcomes
        done = [isinstance(outcome, Final) for outcome in outcomes.values()]
        self._seal.setVisible(bool(done) and all(done) and is_final_here(self._around.bridge.status))
        for draft in self._session.drafts:
            self._rows.addWidget(self._row(draft))
        waiting = [name for name, outcome in outcomes.items() if isinstance(outcome, ApprovalsMissing)]
        if not waiting:
            self._bottom.addLayout(row(1, primary(tr("Next evidence"), self._session.begin_again)))
            return
        text = tr("Save the request file…") if len(waiting) == 1 else tr("Save the request files…")
        save = primary(text, partial(self._save_requests, waiting))
        self._bottom.addLayout(row(1, button(tr("Next evidence"), self._session.begin_again), save))

    def _row(self, draft: DraftView) -> ListRow:
        outcome = self._session.outcomes.get(draft.draft_id)
        view = receipt(outcome, self._around.now_ns(), words())
        actions = []
        if isinstance(outcome, Final):
            actions = [link(tr("Open record"), partial(self._show_record, outcome.record_digest))]
        what = f"#{number(draft.sequence)}  {file_name(draft.file_name, 56)}"
        return ListRow(what, chip=view.chip, detail=_detail(draft, view), actions=actions)


class RecentCard(Card):
    """What this desk has signed or drafted lately."""

    def __init__(
        self,
        surroundings: Surroundings,
        session: NotarizeSession,
        show_record: Callable[[bytes], None],
        save_requests: SaveRequests,
    ) -> None:
        super().__init__(tr("Recent evidence"))
        self._around, self._session = surroundings, session
        self._show_record, self._save_requests = show_record, save_requests
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self.add(self._rows)
        session.stage_changed.connect(self.show_items)
        self.show_items()

    def show_items(self) -> None:
        """Draw the newest."""
        clear(self._rows)
        items = self._around.bridge.outbox[:RECENT]
        if not items:
            self._rows.addWidget(label(tr("Nothing has been recorded from this computer yet."), "secondary", wrap=True))
        for item in items:
            what = f"{file_name(item.file_name)}  {line(item.subject, 40)}" if item.file_name else line(item.subject)
            when = clock(item.created_ns, self._around.now_ns(), words())
            reason = item_reason(item, words())
            self._rows.addWidget(ListRow(what, when, item_chip(item, words()), reason, self._actions(item)))

    def _actions(self, item: OutboxItem) -> list[QWidget]:
        if item.state == "final":
            return [link(tr("Open"), partial(self._show_record, item.record_digest))]
        if item.state == "waiting":
            return [link(tr("Request file…"), partial(self._save_requests, [item.draft_id]))]
        if item.state == "draft" and self._session.stage == "collecting":
            return [link(tr("Continue"), self._session.resume)]
        return []


def _detail(draft: DraftView, view: ReceiptView) -> str:
    """What more the record says, and what became of it."""
    more = besides_text(draft.said, words())
    return f"{more}\n{view.sentence}" if more else view.sentence
