"""Fields for passphrases: a new one, typed twice, with its strength in words; and one that is there already.

Guarantees: what was typed stands in the fields until `forget`, and nowhere else.
"""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from app.ui.language import tr
from app.ui.present.passphrases import strength
from app.ui.widgets.bar import Bar
from app.ui.widgets.text import label, set_tone


class KnownPassphrase(QWidget):
    """A passphrase that is there already."""

    changed = Signal()
    entered = Signal()
    """Return was pressed."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.field = _field(name)
        self.field.textEdited.connect(lambda _text: self.changed.emit())
        self.field.returnPressed.connect(self.entered)
        column = _column(self)
        title = label(name, "strong")
        title.setBuddy(self.field)
        column.addWidget(title)
        column.addWidget(self.field)
        self.setFocusProxy(self.field)

    @property
    def text(self) -> str:
        """What was typed."""
        return self.field.text()

    def forget(self) -> None:
        """Empty the field."""
        self.field.clear()

    def show_typing(self, shown: bool) -> None:
        """Show it, or dots."""
        _show([self.field], shown)


class NewPassphrase(QWidget):
    """A new passphrase, twice, with its strength in words."""

    changed = Signal()
    entered = Signal()
    """Return was pressed behind the second."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.first, self.second = _field(name), _field(tr("Once more"))
        self._bar = Bar(tr("Strength of the passphrase"))
        self._strength, self._match = label("", "secondary", wrap=True), label("", "secondary")
        column = _column(self)
        for field in (self.first, self.second):
            field.textEdited.connect(lambda _text: self._update())
            title = label(field.accessibleName(), "strong")
            title.setBuddy(field)
            column.addWidget(title)
            column.addWidget(field)
            if field is self.first:
                column.addWidget(self._bar)
                column.addWidget(self._strength)
        column.addWidget(self._match)
        self.second.returnPressed.connect(self.entered)
        self.setFocusProxy(self.first)
        self._update()

    @property
    def is_ready(self) -> bool:
        """Whether it is long enough, and twice the same."""
        return strength(self.first.text(), tr).enough and self.first.text() == self.second.text()

    @property
    def text(self) -> str:
        """What was typed."""
        return self.first.text()

    def forget(self) -> None:
        """Empty both fields."""
        for field in (self.first, self.second):
            field.clear()
        self._update()

    def show_typing(self, shown: bool) -> None:
        """Show both, or dots."""
        _show([self.first, self.second], shown)

    def _update(self) -> None:
        found = strength(self.first.text(), tr)
        self._bar.show_share(found.permille, found.tone)
        self._strength.setText(found.text)
        set_tone(self._strength, found.tone)
        differs = bool(self.second.text()) and self.first.text() != self.second.text()
        self._match.setText(tr("The two differ") if differs else "")
        set_tone(self._match, "bad" if differs else "neutral")
        self.changed.emit()


def show_typing_box(fields: Sequence[KnownPassphrase | NewPassphrase]) -> QCheckBox:
    """Lets the clerk see what is typed into these."""
    box = QCheckBox(tr("Show what I type"))
    box.setAccessibleName(box.text())
    for field in fields:
        box.toggled.connect(field.show_typing)
    return box


def _field(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setEchoMode(QLineEdit.EchoMode.Password)
    return made


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    return column


def _show(fields: Sequence[QLineEdit], shown: bool) -> None:
    for field in fields:
        field.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
