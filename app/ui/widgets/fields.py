"""Fields of forms: each knows its name, its value, and in words what is wrong with it.

Guarantees: a field that says nothing is wrong has a value that can be used; amounts are whole numbers of the smallest unit,
read without float.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.core.errors import LuopuError
from app.core.messages import explain
from app.core.units import INT64_MAX
from app.ui.language import tr, words
from app.ui.widgets.choice import ChoiceBox
from app.ui.widgets.text import label, set_tone


class Field(QWidget):
    """One thing that a form asks for."""

    changed = Signal()
    shown = Signal(bool)
    """Whether it has a place in the form now."""

    def __init__(self, name: str, note: str = "") -> None:
        super().__init__()
        self.name = name
        self.setAccessibleName(name)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.note = label(note, "label", wrap=True)
        self.note.setVisible(bool(note))

    def problem(self) -> str:
        """What is missing or wrong, in words; nothing where all is well."""
        return ""

    def focus_widget(self) -> QWidget:
        """What the name of the field belongs to."""
        return self.focusProxy() or self

    def rename(self, name: str) -> None:
        """Take another name, for messages and for screen readers."""
        self.name = name
        self.setAccessibleName(name)
        self.focus_widget().setAccessibleName(name)

    def offer(self, wanted: bool) -> None:
        """Give the field its place in the form, or take it away; away, it is not asked for."""
        self.setVisible(wanted)
        self.setEnabled(wanted)
        self.shown.emit(wanted)
        self.changed.emit()

    def say(self, text: str, tone: str = "neutral") -> None:
        """A line below the field."""
        self.note.setText(text)
        self.note.setVisible(bool(text))
        set_tone(self.note, tone)

    def put(self, widget: QWidget) -> None:
        """The field's own widget, above the note."""
        self.column.addWidget(widget)
        self.column.addWidget(self.note)
        self.setFocusProxy(widget)


class TextField(Field):
    """A line of text. `check` raises a LuopuError for what may not stand there."""

    def __init__(
        self,
        name: str,
        *,
        note: str = "",
        example: str = "",
        is_required: bool = True,
        check: Callable[[str], object] | None = None,
    ) -> None:
        super().__init__(name, note)
        self.edit = QLineEdit()
        self.edit.setAccessibleName(name)
        self.edit.setPlaceholderText(example)
        self._is_required, self._check = is_required, check
        self.put(self.edit)
        self.edit.textChanged.connect(lambda _text: self.changed.emit())

    def value(self) -> str:
        """The text, without spaces around it."""
        return self.edit.text().strip()

    def problem(self) -> str:
        """Nothing there, or not what may stand there."""
        text = self.value()
        if not text:
            return missing(self.name) if self._is_required else ""
        return "" if self._check is None else trouble(self._check, text)


class AmountField(TextField):
    """A whole number, or an amount with so many decimals as its smallest unit has."""

    def __init__(
        self,
        name: str,
        *,
        decimals: int = 0,
        least: int = 1,
        most: int = INT64_MAX,
        note: str = "",
        is_required: bool = True,
    ) -> None:
        super().__init__(name, note=note, is_required=is_required)
        self.decimals, self._least, self._most = decimals, least, most

    def value_in_units(self) -> int:
        """In the smallest unit; 0 where nothing stands."""
        return parse_amount(self.value(), self.decimals) or 0

    def problem(self) -> str:
        """Nothing there, not a number, or out of bounds."""
        text = self.value()
        if not text:
            return missing(self.name) if self._is_required else ""
        amount = parse_amount(text, self.decimals)
        if amount is None:
            return tr("{name}: a number is needed").format(name=self.name)
        if not self._least <= amount <= self._most:
            return tr("{name}: out of bounds").format(name=self.name)
        return ""


class ChoiceField(Field):
    """One of several."""

    def __init__(self, name: str, choices: Sequence[tuple[str, object]], *, note: str = "") -> None:
        super().__init__(name, note)
        self.box = ChoiceBox(name)
        self.box.offer(choices, choices[0][1] if choices else None)
        self.put(self.box)
        self.box.chosen.connect(lambda _value: self.changed.emit())

    def value(self) -> object:
        """What is chosen."""
        return self.box.currentData()

    def problem(self) -> str:
        """Nothing to choose from."""
        return "" if self.box.count() else missing(self.name)


class ChecksField(Field):
    """Any of several, beside each other; of many, below each other."""

    def __init__(
        self, name: str, choices: Sequence[tuple[str, int]], *, note: str = "", are_many: bool = False
    ) -> None:
        super().__init__(name, note)
        self._boxes = [(QCheckBox(text), value) for text, value in choices]
        holder = QWidget()
        direction = QBoxLayout.Direction.TopToBottom if are_many else QBoxLayout.Direction.LeftToRight
        line = QBoxLayout(direction, holder)
        line.setContentsMargins(0, 4, 0, 4)
        line.setSpacing(4 if are_many else 18)
        for box, _ in self._boxes:
            box.setAccessibleName(f"{name}: {box.text()}")
            box.toggled.connect(lambda _on: self.changed.emit())
            line.addWidget(box)
        line.addStretch(1)
        self.put(holder)
        if self._boxes:
            self.setFocusProxy(self._boxes[0][0])

    def value(self) -> list[int]:
        """What is checked, ascending."""
        return sorted(value for box, value in self._boxes if box.isChecked())

    def check(self, values: Sequence[int]) -> None:
        """Check these and no others."""
        for box, value in self._boxes:
            box.setChecked(value in values)

    def offer_only(self, values: Sequence[int]) -> None:
        """Let these be chosen and no others."""
        for box, value in self._boxes:
            box.setVisible(value in values)
            if value not in values:
                box.setChecked(False)


class FlagField(Field):
    """Yes or no."""

    def __init__(self, name: str, text: str, *, note: str = "") -> None:
        super().__init__(name, note)
        self.box = QCheckBox(text)
        self.box.setAccessibleName(text)
        self.put(self.box)
        self.box.toggled.connect(lambda _on: self.changed.emit())

    def value(self) -> bool:
        """Whether it is checked."""
        return self.box.isChecked()


class PastedField(Field):
    """A long text to be pasted, such as a key card; `check` raises a LuopuError for what may not stand there."""

    def __init__(self, name: str, *, note: str = "", example: str = "", check: Callable[[str], object]) -> None:
        super().__init__(name, note)
        self.edit = QPlainTextEdit()
        self.edit.setAccessibleName(name)
        self.edit.setPlaceholderText(example)
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(72)
        self.edit.setProperty("type", "digest")
        self.edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.edit.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._check = check
        self.put(self.edit)
        self.edit.textChanged.connect(self.changed.emit)

    def value(self) -> str:
        """The text."""
        return self.edit.toPlainText().strip()

    def problem(self) -> str:
        """Nothing there, or not what may stand there."""
        return trouble(self._check, self.value()) if self.value() else missing(self.name)


def missing(name: str) -> str:
    """That a field is empty."""
    return tr("Still missing: {name}").format(name=name)


def trouble(check: Callable[[str], object], text: str) -> str:
    """What a check has against a text, in words, or nothing."""
    try:
        check(text)
    except LuopuError as error:
        return explain(error, words().language).sentence
    return ""


def parse_amount(text: str, decimals: int) -> int | None:
    """Digits with at most so many decimals, thin or plain spaces between groups, as the smallest unit; None: not that."""
    plain = text.replace(" ", "").replace("\u2009", "").replace(",", "")
    whole, dot, part = plain.partition(".")
    is_number = whole.isascii() and whole.isdigit() and (not dot or (part.isascii() and part.isdigit()))
    if not is_number or len(part) > decimals or len(whole) > 19:
        return None
    return int(whole + part.ljust(decimals, "0"))
