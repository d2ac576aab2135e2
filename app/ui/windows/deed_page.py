"""A page with things to look at and things to do: lists at home, and one form at a time on its way to the chain."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.client.model import Final
from app.ui.widgets.card import take_out
from app.ui.windows.deed_cards import DeedApproval, DeedReceipt
from app.ui.windows.deed_session import DeedSession
from app.ui.windows.form import Form
from app.ui.windows.page import BETWEEN, Page
from app.ui.windows.surroundings import Surroundings


class DeedPage(Page):
    """Subclasses fill `home` and call `begin` with a form."""

    def __init__(self, surroundings: Surroundings, title: str, sentence: str) -> None:
        super().__init__(surroundings, title, sentence)
        self.session = self.make_session()
        self.home, self._flow = QWidget(), QWidget()
        self.home_column, self._flow_column = _column(self.home), _column(self._flow)
        self._approval = DeedApproval(surroundings, self.session)
        self._receipt = DeedReceipt(surroundings, self.session)
        self._form: Form | None = None
        for part in (self._approval, self._receipt):
            self._flow_column.addWidget(part)
        self.column.addWidget(self.home)
        self.column.addWidget(self._flow)
        self._home_actions: list[QWidget] = []
        self.session.stage_changed.connect(self._show_stage)
        self.session.failed.connect(self.show_error)
        self.session.final.connect(self._became_final)
        self._show_stage()

    def make_session(self) -> DeedSession:
        """The way that this page's actions go."""
        return DeedSession(self.around.desk, self.around.tasks)

    def begin(self, form: Form) -> None:
        """Ask for what an action needs; the form takes the place of the lists until it is done or given up."""
        self.leave()
        self._form = form
        form.given_up.connect(self.leave)
        form.filled.connect(self.session.prepare)
        for part in (form, form.about):
            if part is not None:
                self._flow_column.insertWidget(0, part)
        self._show_stage()
        form.begin()

    def leave(self) -> None:
        """Back to the lists. A draft that was not signed is discarded."""
        if self.session.stage == "approving":
            self.session.back()
        if self._form is not None:
            for part in (self._form, self._form.about):
                if part is not None:
                    take_out(self._flow_column, part)
                    part.deleteLater()
            self._form = None
        self._show_stage()

    def home_action(self, action: QWidget) -> None:
        """An action at the right of the title, there while the lists are."""
        self.action_row.addWidget(action)
        self._home_actions.append(action)

    def settled(self, outcome: Final) -> None:
        """An action of this page is final: subclasses load their lists anew."""

    def _became_final(self, outcome: Final) -> None:
        for kind in ("account", "outbox"):
            self.around.bridge.refresh(kind)
        self.settled(outcome)

    def _show_stage(self) -> None:
        stage = self.session.stage
        if stage == "asking" and self._form is not None and self._form.is_done:
            self.leave()
            return
        at_home = self._form is None
        self.home.setVisible(at_home)
        self._flow.setVisible(not at_home)
        for action in self._home_actions:
            action.setVisible(at_home)
        if self._form is not None:
            self._form.setVisible(stage in {"asking", "preparing"})
            self._form.setEnabled(stage == "asking")
            self._form.is_done = stage == "sent"
            if self._form.about is not None:
                self._form.about.setVisible(stage != "sent")
        self._approval.setVisible(stage in {"approving", "sending"})
        self._receipt.setVisible(stage == "sent")


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(BETWEEN)
    return column
