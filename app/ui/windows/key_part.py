"""Which key signs, and what it wants before it does: the part of every approval view that is about the key.

Guarantees: a PIN stands in its field until it is taken, once, and nowhere else. It follows tokens that come and go.
"""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout

from app.ui.desks.keys import KeyView
from app.ui.language import tr, words
from app.ui.present.keys import can_sign, key_chip, key_name, key_place, signing_advice
from app.ui.widgets.card import clear, row
from app.ui.widgets.choice import ChoiceBox
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label, set_tone
from app.ui.windows.surroundings import Surroundings

PIN_WIDTH = 220


class PinField(QLineEdit):
    """Where a PIN is typed."""

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName("PIN")
        self.setPlaceholderText("PIN")
        self.setMaximumWidth(PIN_WIDTH)

    def take(self) -> str:
        """What was typed; the field is empty afterwards."""
        pin = self.text()
        self.clear()
        return pin


class KeyPart(QFrame):
    """The key that signs, other keys of the account to choose from, and a field for the PIN where one is to be typed."""

    changed = Signal()
    """Whether it is ready may have changed."""
    entered = Signal()
    """Enter was pressed in the PIN's field."""

    def __init__(
        self, around: Surroundings, account: int, switch: Callable[[str], None], *, asks_each_time: bool = False
    ) -> None:
        super().__init__()
        self.setProperty("part", "inset")
        self._around, self._account, self._switch, self._asks_each = around, account, switch, asks_each_time
        self._view: KeyView | None = None
        self._others: tuple[KeyView, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(8)
        column.addWidget(label(tr("Signs with"), "label"))
        self._place, self._choices = QVBoxLayout(), QVBoxLayout()
        self.pin = PinField()
        column.addLayout(self._place)
        column.addLayout(row(self.pin, 1))
        column.addLayout(self._choices)
        self.pin.textChanged.connect(lambda _text: self.changed.emit())
        self.pin.returnPressed.connect(self.entered.emit)
        around.bridge.changed.connect(self._refresh)
        self._look()

    @property
    def is_ready(self) -> bool:
        """Whether the key could sign now."""
        view = self._view
        return view is not None and can_sign(view) and (not self._wants_pin or bool(self.pin.text()))

    @property
    def _wants_pin(self) -> bool:
        view = self._view
        if view is None or view.token is None or not can_sign(view):
            return False
        return view.asks == "pin" or (self._asks_each and view.token.wants_typed_pin)

    def _refresh(self, kind: str) -> None:
        if kind == "keys":
            self._look()

    def _look(self) -> None:
        fresh = self._around.desk.own_key()
        if fresh != self._view:
            self._view = fresh
            self._draw()
        self._around.tasks.start(self._around.desk.keys(), done=self._take, failed=lambda _error: None)

    def _take(self, keys: tuple[KeyView, ...]) -> None:
        others = tuple(key for key in keys if key.account and key.account == self._account)
        if others != self._others:
            self._others = others
            self._draw()

    def _draw(self) -> None:
        view = self._view
        if view is None:
            return
        clear(self._place)
        clear(self._choices)
        self._place.addWidget(
            ListRow(key_name(view, words()), chip=key_chip(view, words()), detail=key_place(view, words()))
        )
        advice = signing_advice(view, words())
        if advice:
            said = label(advice, "secondary", wrap=True)
            set_tone(said, "bad" if not can_sign(view) else "warn")
            self._place.addWidget(said)
        self.pin.setVisible(self._wants_pin)
        if len(self._others) > 1:
            self._choices.addLayout(row(self._choice(view), 1))
        self.changed.emit()

    def _choice(self, view: KeyView) -> ChoiceBox:
        box = ChoiceBox(tr("Sign with another key"))
        names = [(f"{key_name(key, words())} · {key_place(key, words())}", key.key) for key in self._others]
        box.offer(names, view.key)
        box.chosen.connect(lambda key: None if key == view.key else self._switch(str(key)))
        return box
