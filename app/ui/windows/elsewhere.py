"""Signing on another computer: the part of every approval view by which a draft is carried to a key without a network.

Guarantees: nothing is signed here, and the draft that is shown stays as it is. The QR code stands on white in every theme.
"""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from app.core.errors import LuopuError
from app.ui.language import tr
from app.ui.present.elsewhere import SUFFIX, draft_file_name
from app.ui.present.names import file_name
from app.ui.widgets.buttons import button, link
from app.ui.widgets.card import row
from app.ui.widgets.text import label, set_tone
from app.ui.windows import dialogs
from app.ui.windows.surroundings import Surroundings

Result = TypeVar("Result")


class ElsewherePart(QFrame):
    """A quiet line that unfolds to a file or a QR code."""

    def __init__(self, around: Surroundings, deed_id: str, fail: Callable[[LuopuError], None]) -> None:
        super().__init__()
        self._around, self._deed_id, self._fail = around, deed_id, fail
        self._fold = link("", self._turn)
        self._inside = QFrame()
        self._inside.setProperty("part", "inset")
        self._said = label("", "secondary", wrap=True)
        self._code = QLabel()
        self._fill()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row(self._fold, 1))
        column.addWidget(self._inside)
        self._unfold(False)

    def save_to(self, target: Path) -> None:
        """Write the draft to a file."""
        self._start(self._around.desk.save_draft(self._deed_id, target), self._saved)

    # ---- inside --------------------------------------------------------------------------------------------------
    def _fill(self) -> None:
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        why = tr(
            "For a key on a computer without a network. Nothing is signed here: carry the draft there as a file or as a"
            " picture of its QR code, and sign it there with “luopu sign”."
        )
        column.addWidget(label(why, "body", wrap=True))
        self._save = button(tr("Save as a file…"), self._ask_target)
        self._draw = button(tr("Show the QR code"), self._ask_code)
        column.addLayout(row(self._save, self._draw, 1, spacing=8))
        column.addWidget(self._said)
        column.addWidget(self._code, 0, Qt.AlignmentFlag.AlignLeft)
        back = tr(
            "What comes back, a file or a picture, is opened under Approvals, “Open a request file…”, and then sent."
        )
        column.addWidget(label(back, "secondary", wrap=True))
        self._said.hide()
        self._code.hide()

    def _turn(self) -> None:
        self._unfold(not self._inside.isVisibleTo(self))

    def _unfold(self, wanted: bool) -> None:
        self._inside.setVisible(wanted)
        self._fold.setText(tr("Close") if wanted else tr("Sign on another computer…"))
        self._fold.setAccessibleName(self._fold.text())

    def _start(self, work: Coroutine[object, object, Result], done: Callable[[Result], None]) -> None:
        """Nothing can be pressed a second time meanwhile."""
        self._wait(True)

        def go_on(result: Result) -> None:
            self._wait(False)
            done(result)

        def stop(error: LuopuError) -> None:
            self._wait(False)
            self._fail(error)

        self._around.tasks.start(work, done=go_on, failed=stop)

    def _wait(self, waits: bool) -> None:
        for each in (self._save, self._draw):
            each.setEnabled(not waits)

    def _ask_target(self) -> None:
        pattern = tr("Requests ({pattern});;All files (*)").format(pattern=f"*{SUFFIX}")
        dialogs.ask_target(self, tr("Save the draft"), draft_file_name(self._deed_id), pattern, self.save_to)

    def _ask_code(self) -> None:
        self._start(self._around.desk.draft_picture(self._deed_id), self._show_code)

    def _saved(self, path: Path) -> None:
        self._said.setText(tr("Saved: {name}").format(name=file_name(path.name, 72)))
        set_tone(self._said, "ok")
        self._said.show()

    def _show_code(self, picture: bytes) -> None:
        pixels = QPixmap()
        pixels.loadFromData(picture)
        self._code.setPixmap(pixels)
        self._code.setFixedSize(pixels.size())
        self._code.setAccessibleName(tr("QR code of the draft"))
        self._code.show()
        self._draw.hide()
