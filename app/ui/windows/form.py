"""A form: fields below each other, one sentence that says what is missing, and the button that goes on to the approval."""

from collections.abc import Callable, Coroutine, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.core.wire import registry_pb2 as wire
from app.ui.desk import DeedView
from app.ui.language import tr
from app.ui.widgets.buttons import button, primary
from app.ui.widgets.card import Card, row
from app.ui.widgets.fields import Field
from app.ui.widgets.text import label

LABEL_WIDTH = 116
Drafting = Callable[[], Coroutine[object, object, DeedView]]
"""Drafts what more than a body is needed for."""


class Form(Card):
    """Asks for what an action needs; `make` turns the fields into a body when nothing is missing.

    `about` stands above the form and stays there while the clerk approves: what the bytes to be signed only name.
    """

    filled = Signal(object)
    """A wire.Body with the action set, or a coroutine function that drafts it."""
    given_up = Signal()

    def __init__(
        self,
        title: str,
        sentence: str,
        fields: Sequence[Field],
        make: Callable[[], wire.Body | Drafting],
        *,
        about: QWidget | None = None,
    ) -> None:
        super().__init__(title)
        self.is_done, self.about = False, about
        self.fields, self._make = tuple(fields), make
        self.add(label(sentence, "secondary", wrap=True))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        for place, field in enumerate(self.fields):
            self._add(place, field)
        self.add(self._grid)
        self._why = label("", "secondary", wrap=True)
        self._why.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._review = primary(tr("Review what will be signed"), self._go_on)
        self.bottom = row(self._why, button(tr("Cancel"), self.given_up.emit), self._review, spacing=16)
        self.bottom.setStretch(0, 1)
        self.add(self.bottom)
        self._check()

    def begin(self) -> None:
        """The first field gets the keyboard."""
        if self.fields:
            self.fields[0].setFocus()

    @property
    def problem(self) -> str:
        """What is missing or wrong, or nothing."""
        return next((field.problem() for field in self.fields if field.isEnabled() and field.problem()), "")

    def _add(self, place: int, field: Field) -> None:
        name = label(field.name, "secondary")
        name.setMinimumHeight(32)
        name.setBuddy(field.focus_widget())
        self._grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(field, place, 1)
        field.changed.connect(self._check)
        field.shown.connect(name.setVisible)

    def _check(self) -> None:
        why = self.problem
        self._why.setText(why)
        self._review.setEnabled(not why)

    def made(self) -> wire.Body | Drafting:
        """What the fields say now; only while nothing is missing."""
        return self._make()

    def _go_on(self) -> None:
        if not self.problem:
            self.filled.emit(self.made())
