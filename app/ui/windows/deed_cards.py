"""What is signed and what became of it, for any action: the two cards behind every form."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from app.client.model import Final
from app.core.messages import action_name
from app.ui.desk import DeedView
from app.ui.language import tr, words
from app.ui.present.deeds import deed_facts, deed_receipt, frame_facts, needs_approval, reason_texts
from app.ui.present.node import is_final_here
from app.ui.present.states import Chip
from app.ui.widgets.buttons import button, primary
from app.ui.widgets.card import Card, clear, row
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.rows import ListRow
from app.ui.widgets.seal import Seal
from app.ui.widgets.text import label, set_tone
from app.ui.windows.approval_ways import ApprovalWays
from app.ui.windows.deed_session import DeedSession
from app.ui.windows.elsewhere import ElsewherePart
from app.ui.windows.key_part import KeyPart
from app.ui.windows.surroundings import Surroundings

LABEL_WIDTH = 132


class DeedApproval(Card):
    """Everything that the bytes say, why it would be refused now if so, and the one button that signs."""

    def __init__(self, surroundings: Surroundings, session: DeedSession) -> None:
        super().__init__(tr("What is signed"))
        self._around, self._session = surroundings, session
        self._place = QVBoxLayout()
        self._place.setSpacing(12)
        self.add(self._place)
        session.stage_changed.connect(self.show_stage)
        self.show_stage()

    def show_stage(self) -> None:
        """Draw the draft; while it is being sent, nothing can be pressed."""
        clear(self._place)
        deed, stage = self._session.deed, self._session.stage
        if deed is None or stage not in {"approving", "sending"}:
            self.chip.show_chip(None)
            return
        self.chip.show_chip(Chip(action_name(deed.action, words().language), "primary"))
        self._place.addWidget(FactBlock(deed_facts(deed, words(), self._session.glossary), label_width=LABEL_WIDTH))
        self._place.addWidget(FactBlock(frame_facts(deed, self._around.now_ns(), words()), label_width=LABEL_WIDTH))
        if needs_approval(deed):
            self._place.addWidget(ApprovalWays(self._around, self._session, deed))
        else:
            self._add_reasons(deed)
        waiting = stage == "approving"
        self._key = KeyPart(
            self._around, deed.account_id, self._session.switch_key, asks_each_time=self._session.asks_each_time
        )
        self._sign = primary(tr("Sign and send") if waiting else tr("Signing…"), self._press)
        back = button(tr("Back"), self._session.back)
        self._can = waiting and not needs_approval(deed)
        self._key.changed.connect(self._check)
        self._key.entered.connect(self._press)
        self._key.setEnabled(waiting)
        self._check()
        back.setEnabled(waiting)
        self._place.addWidget(self._key)
        if waiting and not needs_approval(deed):
            self._place.addWidget(ElsewherePart(self._around, deed.deed_id, self._session.failed.emit))
        note = label(tr("What is signed is what you see"), "label")
        self._place.addWidget(note, 0, Qt.AlignmentFlag.AlignRight)
        self._place.addLayout(row(1, back, self._sign))

    def _check(self) -> None:
        self._sign.setEnabled(self._can and self._key.is_ready)

    def _press(self) -> None:
        if self._sign.isEnabled():
            self._session.sign(self._key.pin.take())

    def _add_reasons(self, deed: DeedView) -> None:
        for text in reason_texts(deed, words(), self._session.glossary):
            why = label(text, "secondary", wrap=True)
            set_tone(why, "warn")
            self._place.addWidget(why)


class DeedReceipt(Card):
    """What became of it; the seal where finality was verified here."""

    def __init__(self, surroundings: Surroundings, session: DeedSession) -> None:
        super().__init__(tr("Receipt"))
        self._around, self._session = surroundings, session
        self._seal = Seal()
        self.add_action(self._seal)
        self._place = QVBoxLayout()
        self.add(self._place)
        session.stage_changed.connect(self.show_outcome)
        session.outcome_changed.connect(self.show_outcome)
        self.show_outcome()

    def show_outcome(self) -> None:
        """Draw what is known."""
        clear(self._place)
        deed, outcome = self._session.deed, self._session.outcome
        self._seal.setVisible(isinstance(outcome, Final) and is_final_here(self._around.bridge.status))
        if deed is None or self._session.stage != "sent":
            return
        view = deed_receipt(deed, outcome, self._around.now_ns(), words())
        what = action_name(deed.action, words().language)
        self._place.addWidget(ListRow(what, chip=view.chip, detail=view.sentence))
        self._place.addLayout(row(1, primary(tr("Done"), self._session.begin_again)))
