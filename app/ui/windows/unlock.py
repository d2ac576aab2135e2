"""The page that asks for the passphrase and starts what this home needs."""

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from app.core.errors import LuopuError
from app.ui.language import tr
from app.ui.widgets.buttons import primary
from app.ui.widgets.card import Card, row
from app.ui.widgets.text import label
from app.ui.windows.entrance import Entrance, StartSteps
from app.ui.windows.surroundings import Surroundings


class UnlockPage(Entrance):
    """One field and one button."""

    def __init__(
        self, surroundings: Surroundings, opened: Callable[[], None], corner: QWidget, *, was_open: bool = False
    ) -> None:
        sentence = (
            tr("The desk is locked. The node goes on, and your work is as you left it.")
            if was_open
            else tr("The passphrase opens the key on this computer and nothing else.")
        )
        super().__init__(tr("Unlock"), sentence, corner)
        self._around, self._opened = surroundings, opened
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setAccessibleName(tr("Passphrase"))
        self.field.returnPressed.connect(self.unlock)
        self.field.textEdited.connect(lambda _text: self._update())
        self._button = primary(tr("Unlock"), self.unlock)
        self._steps = StartSteps([("keystore", tr("Open the keystore")), ("node", tr("Start the node"))])
        self._steps.hide()
        card = Card()
        title = label(tr("Passphrase"), "strong")
        title.setBuddy(self.field)
        for part in (title, self.field, self._steps):
            card.add(part)
        card.add(row(1, self._button))
        self.column.addWidget(card)
        self.setFocusProxy(self.field)
        self._update()

    def unlock(self) -> None:
        """Try the passphrase."""
        if not self._button.isEnabled():
            return
        self.banner.hide()
        self._steps.show()
        self._steps.reach("keystore")
        self.field.setEnabled(False)
        self._button.setEnabled(False)
        work = self._around.desk.unlock(self.field.text(), self._steps.reach)
        self._around.tasks.start(work, done=lambda _none: self._done(), failed=self._failed)

    def _done(self) -> None:
        self.field.clear()
        self._steps.finish()
        self._opened()

    def _failed(self, error: LuopuError) -> None:
        self._steps.hide()
        self.field.setEnabled(True)
        self.field.selectAll()
        self.field.setFocus()
        self._update()
        self.banner.say_error(error)

    def _update(self) -> None:
        self._button.setEnabled(bool(self.field.text()))
