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
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setVisible(False)
        if chip is not None:
            self.show_chip(chip)

    def show_chip(self, chip: Chip | None) -> None:
        """Say another state, or nothing."""
        self.setVisible(chip is not None)
        if chip is not None:
            self.setText(chip.text)
            set_tone(self, chip.tone)
