"""A place for one file: dropped, or chosen in a dialog; it can be taken away again."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from app.ui.language import tr
from app.ui.present.names import file_name
from app.ui.widgets.buttons import link
from app.ui.widgets.drop import DropZone
from app.ui.windows import dialogs


class FileField(DropZone):
    """A place for one file, which can be taken away again."""

    changed = Signal()

    def __init__(self, title: str, text: str, pattern: str) -> None:
        super().__init__(title, text)
        self._words, self._pattern = (title, text), pattern
        self.path: Path | None = None
        self._away = link(tr("Remove"), lambda: self.take([]), name=tr("Remove {name}").format(name=title))
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            layout.setContentsMargins(12, 14, 12, 12)
            layout.insertWidget(layout.count() - 1, self._away, 0, Qt.AlignmentFlag.AlignCenter)
        self._away.hide()
        self.dropped.connect(self.take)
        self.asked.connect(self._ask)

    def take(self, paths: Sequence[Path]) -> None:
        """Take the first of some files, or none."""
        self.path = paths[0] if paths else None
        title, text = self._words
        if self.path is None:
            self.say(title, text)
        else:
            self.say(file_name(self.path.name, 32), title)
        self._away.setVisible(self.path is not None)
        self.changed.emit()

    def _ask(self) -> None:
        dialogs.ask_file(self, self._words[0], self._pattern, lambda path: self.take([path]))
