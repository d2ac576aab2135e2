"""What is signed on the notarize page, who must sign beside the clerk, and the one button that signs."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.ui.desk import DraftView
from app.ui.language import tr, words
from app.ui.present.notarize import approval_sentence, draft_reasons, missing_approvals
from app.ui.widgets.approval import ApprovalView
from app.ui.widgets.buttons import button, primary
from app.ui.widgets.card import Card, clear, row
from app.ui.widgets.fields import ChecksField
from app.ui.widgets.text import label, set_tone
from app.ui.windows.elsewhere import ElsewherePart
from app.ui.windows.key_part import KeyPart
from app.ui.windows.notarize_session import NotarizeSession, Stage
from app.ui.windows.surroundings import Surroundings

SIDE_BY_SIDE = 3
"""So many names fit beside each other."""


class ApprovalCard(Card):
    """What is signed, decoded from the drafts, beside the one button that signs it."""

    def __init__(self, surroundings: Surroundings, session: NotarizeSession) -> None:
        super().__init__(tr("What is signed"))
        self._around, self._session = surroundings, session
        self._place = QVBoxLayout()
        self._place.setSpacing(12)
        self.add(self._place)

    def show_stage(self, stage: Stage) -> None:
        """Draw the drafts; while they are being drafted anew or sent, nothing can be pressed."""
        clear(self._place)
        session, around = self._session, self._around
        if stage not in {"approving", "asking", "sending"} or not session.drafts:
            return
        is_waiting, missing = stage == "approving", missing_approvals(session.drafts)
        account = session.drafts[0].account_id
        self._key = KeyPart(around, account, session.switch_key, asks_each_time=session.asks_each_time)
        self._sign = primary(tr("Signing…") if stage == "sending" else tr("Sign and notarize"), self._press)
        back = button(tr("Back"), session.back)
        self._can = is_waiting and not missing
        self._key.changed.connect(self._check)
        self._key.entered.connect(self._press)
        self._key.setEnabled(is_waiting)
        self._check()
        back.setEnabled(is_waiting)
        view = ApprovalView(session.drafts, around.bridge.account, around.now_ns(), words())
        buttons = QVBoxLayout()
        buttons.addStretch(1)
        note = label(tr("What is signed is what you see"), "label")
        buttons.addWidget(note, 0, Qt.AlignmentFlag.AlignRight)
        buttons.addLayout(row(1, back, self._sign))
        view.common.addLayout(buttons)
        if missing:
            ways = CheckersPart(session.drafts, missing, around.now_ns(), session.ask)
            ways.setEnabled(is_waiting)
            self._place.addWidget(ways)
        else:
            self._add_reasons()
        self._place.addWidget(self._key)
        if self._can and len(session.drafts) == 1:  # of several, the later ones name the earlier
            self._place.addWidget(ElsewherePart(around, session.drafts[0].draft_id, session.failed.emit))
        self._place.addWidget(view)

    def _check(self) -> None:
        self._sign.setEnabled(self._can and self._key.is_ready)

    def _press(self) -> None:
        if self._sign.isEnabled():
            self._session.sign(self._key.pin.take())

    def _add_reasons(self) -> None:
        for text in draft_reasons(self._session.drafts, words()):
            why = label(text, "secondary", wrap=True)
            set_tone(why, "warn")
            self._place.addWidget(why)


class CheckersPart(QFrame):
    """Which colleagues are asked to sign as well (经办/复核)."""

    def __init__(
        self, drafts: Sequence[DraftView], missing: int, now_ns: int, ask: Callable[[Sequence[str]], None]
    ) -> None:
        super().__init__()
        self.setProperty("part", "inset")
        self._checkers, self._missing, self._ask = drafts[0].consent.checkers, missing, ask
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addWidget(label(approval_sentence(drafts, now_ns, words()), "body", wrap=True))
        if len(self._checkers) < missing:
            return
        names = [(checker.name, place) for place, checker in enumerate(self._checkers)]
        self._choices = ChecksField(tr("Approvers"), names, are_many=len(names) > SIDE_BY_SIDE)
        self._go_on = button(tr("Prepare a request file"), self._ask_them)
        self._choices.changed.connect(self._check)
        column.addWidget(self._choices)
        column.addLayout(row(self._go_on, 1))
        if len(names) == missing:
            self._choices.check(range(missing))
        self._check()

    def _check(self) -> None:
        self._go_on.setEnabled(len(self._choices.value()) >= self._missing)

    def _ask_them(self) -> None:
        self._ask([self._checkers[place].key for place in self._choices.value()])
