"""A state in words and colour."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from app.ui.present.states import Chip
from app.ui.widgets.text import set_tone


class ChipLabel(QLabel):
    """A rounded label; its colour only repeats what its words say."""

    def __init__(self, chip: Chip | None = None) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("part", "chip")
        self.setProperty("tone", "neutral")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if chip is None:
            self.hide()
        else:
            self._say(chip)

    def show_chip(self, chip: Chip | None) -> None:
        """Say another state, or nothing; only once the label stands in its card."""
        if chip is not None:
            self._say(chip)
        self.setVisible(chip is not None)

    def _say(self, chip: Chip) -> None:
        set_tone(self, chip.tone)
        self.ensurePolished()
        self.setText(chip.text)
        self.updateGeometry()
