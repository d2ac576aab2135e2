"""A page at which lists and one thing in full sight take turns, loaded from the node.

Guarantees: only the answer to the last question is shown; what says the same as before is not drawn again under the
clerk's hands.
"""

from abc import abstractmethod
from collections.abc import Callable, Coroutine
from typing import TypeVar

from PySide6.QtWidgets import QScrollArea, QWidget

from app.client.model import Final
from app.core.errors import LuopuError
from app.ui.present.deeds import is_held
from app.ui.present.glossary import Glossary
from app.ui.widgets.buttons import primary
from app.ui.widgets.card import clear, row
from app.ui.windows.deed_page import DeedPage
from app.ui.windows.form import Form
from app.ui.windows.pickers import AccountPicker
from app.ui.windows.surroundings import Surroundings

T = TypeVar("T")


class ListsPage(DeedPage):
    """Subclasses load what `subject` names: None stands for the lists."""

    is_watchful = False
    """Whether it looks for news although another page is in front."""

    def __init__(self, surroundings: Surroundings, title: str, sentence: str) -> None:
        super().__init__(surroundings, title, sentence)
        self.subject: object = None
        self.known: dict[int, str] = {}
        """Names of accounts that the page's forms speak of."""
        self._asked, self._height = 0, -1
        self._shown: object = None
        self._opens: Callable[[bytes], object] | None = None
        self._main: Callable[[], object] = _nothing
        self._main_button = primary("", self._press)
        holder = QWidget()
        holder.setLayout(row(self._main_button))
        self.home_action(holder)
        self.offer("", _nothing)

    @abstractmethod
    def load(self) -> None:
        """Ask for what is to be in sight."""

    def opened(self) -> None:
        """Ask anew."""
        self.load()

    def refresh(self, kind: str) -> None:
        """Ask anew with every block, and when it is known who sits here."""
        status = self.around.bridge.status
        height = -1 if status is None else status.height
        is_news = kind == "account" or (kind == "status" and height != self._height)
        is_looked_at = self.is_watchful or (self.isVisible() and self.home.isVisible())
        if is_news and is_looked_at and self.around.bridge.account is not None:
            self._height = height
            self.load()

    def settled(self, outcome: Final) -> None:
        """Something changed: draw anew. What the form made comes into full sight, unless it only waits for approvals."""
        self._shown = None
        deed = self.session.deed
        if self._opens is None or (deed is not None and is_held(deed, outcome)):
            self.load()
        else:
            self.show_subject(self._opens(outcome.data))

    def show_subject(self, subject: object) -> None:
        """Another thing in full sight, or (None) the lists."""
        self.subject, self._shown = subject, None
        for area in self.findChildren(QScrollArea):
            area.verticalScrollBar().setValue(0)
        self.load()

    def begin(self, form: Form, *, opens: Callable[[bytes], object] | None = None) -> None:
        """Whom the clerk picks in the form is named where it is signed. `opens` makes the next subject of the result."""
        self._opens = opens
        form.filled.connect(lambda _action: self._learn(form))
        super().begin(form)

    def _learn(self, form: Form) -> None:
        pickers = [each for each in form.findChildren(AccountPicker) if each.view is not None]
        named = {each.value(): each.known or str(each.view.account.name) for each in pickers if each.view is not None}
        self.session.glossary = Glossary({**self.known, **named})

    # ---- for subclasses ------------------------------------------------------------------------------------------
    def ask(self, question: Coroutine[object, object, T], done: Callable[[T], None]) -> None:
        """Only the answer to the last question counts."""
        self._asked += 1
        asked = self._asked

        def take(answer: T) -> None:
            if asked == self._asked:
                done(answer)

        def fail(error: LuopuError) -> None:
            if asked == self._asked:
                self.show_error(error)

        self.around.tasks.start(question, done=take, failed=fail)

    def show_parts(self, facts: object, make: Callable[[], QWidget]) -> None:
        """Draw what follows from `facts`, unless the same stands there."""
        if facts == self._shown and self.home_column.count():
            return
        self._shown = facts
        clear(self.home_column)
        self.home_column.addWidget(make())

    def offer(self, text: str, pressed: Callable[[], object]) -> None:
        """The one main thing to do, at the right of the title; none without a text."""
        self._main = pressed
        self._main_button.setVisible(bool(text))
        self._main_button.setText(text)
        self._main_button.setAccessibleName(text)

    def _press(self) -> None:
        self._main()


def made_account(data: bytes) -> int:
    """The subject after an admission or enrolment: the number of the new account."""
    return int.from_bytes(data, "big")


def _nothing() -> None:
    """Nothing to do."""
