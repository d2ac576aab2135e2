"""What is signed, decoded from the draft: first what all files have in common, then every file with whole digests."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.client.model import AccountStatus
from app.ui.desk import DraftView
from app.ui.language import tr
from app.ui.present.language import Words
from app.ui.present.names import file_name
from app.ui.present.notarize import approval_facts, draft_facts
from app.ui.present.numbers import number
from app.ui.present.states import Chip
from app.ui.widgets.chip import ChipLabel
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.text import ElidedLabel

LABEL_WIDTH = 92


class ApprovalView(QWidget):
    """The drafts as they will be signed."""

    def __init__(self, drafts: Sequence[DraftView], holder: AccountStatus | None, now_ns: int, words: Words) -> None:
        super().__init__()
        self.setAccessibleName(tr("What is signed"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.common = QHBoxLayout()
        self.common.setSpacing(20)
        self.common.addWidget(FactBlock(approval_facts(drafts, holder, now_ns, words), label_width=LABEL_WIDTH), 1)
        column.addLayout(self.common)
        for draft in drafts:
            column.addWidget(_draft(draft, drafts, now_ns, words))


def _draft(draft: DraftView, drafts: Sequence[DraftView], now_ns: int, words: Words) -> QFrame:
    frame = QFrame()
    frame.setProperty("part", "inset")
    column = QVBoxLayout(frame)
    column.setContentsMargins(14, 10, 8, 10)
    column.setSpacing(6)
    head = QHBoxLayout()
    head.addWidget(ChipLabel(Chip(f"#{number(draft.sequence)}", "primary")))
    head.addWidget(ElidedLabel(file_name(draft.file_name, 72), "strong"), 1)
    column.addLayout(head)
    column.addWidget(FactBlock(draft_facts(draft, drafts, now_ns, words), label_width=LABEL_WIDTH - 14))
    return frame
