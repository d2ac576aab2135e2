"""An inline notice on top of a page: what happened, and what can be done. Never a window of its own."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.core.errors import LuopuError
from app.core.messages import Explanation, explain
from app.ui import language
from app.ui.language import tr
from app.ui.present.states import Tone
from app.ui.widgets.buttons import link
from app.ui.widgets.text import label, set_tone


class Banner(QFrame):
    """Hidden until there is something to say; the clerk can put it away."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("part", "banner")
        self._sentence = label("", "strong", wrap=True, selectable=True)
        self._hint = label("", "secondary", wrap=True, selectable=True)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(self._sentence)
        column.addWidget(self._hint)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 10, 10, 10)
        layout.addLayout(column, 1)
        layout.addWidget(link(tr("Dismiss"), self.hide), 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def say(self, said: Explanation, tone: Tone = "bad") -> None:
        """Show a notice."""
        set_tone(self, tone)
        self._sentence.setText(said.sentence)
        self._hint.setText(said.hint)
        self._hint.setVisible(bool(said.hint))
        self.setAccessibleName(said.sentence)
        self.setAccessibleDescription(said.hint)
        self.show()

    def say_error(self, error: LuopuError) -> None:
        """Show what went wrong, in the clerk's language."""
        self.say(explain(error, language.current()))

    @property
    def text(self) -> str:
        """What it says now; nothing while hidden."""
        return "" if self.isHidden() else f"{self._sentence.text()} {self._hint.text()}"
