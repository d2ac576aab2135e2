"""The third way of the first run: restore a backup."""

from collections.abc import Callable
from pathlib import Path

from app.ui.language import tr
from app.ui.widgets.buttons import button, primary
from app.ui.widgets.card import Card, row
from app.ui.widgets.text import label
from app.ui.windows.file_field import FileField
from app.ui.windows.passphrase_fields import KnownPassphrase, show_typing_box


class RestoreCard(Card):
    """Which backup, and the passphrase that it was made with."""

    def __init__(self, ready: Callable[[Path, str], None], back: Callable[[], None]) -> None:
        super().__init__(tr("Restore from a backup"))
        self._ready, self._is_busy = ready, False
        text = tr("It brings back your key, the outbox, the vault and the consortium that this desk belonged to.")
        pattern = tr("Backup (*.luopu-backup);;All files (*)")
        self.backup = FileField(tr("Backup file"), tr("Drop it here, or press Enter to choose"), pattern)
        self.passphrase = KnownPassphrase(tr("Passphrase of the backup"))
        self._why = label("", "secondary", wrap=True)
        self._back = button(tr("Back"), back)
        self._next = primary(tr("Restore"), self._go)
        self.add(label(text, "secondary", wrap=True))
        self.add(self.backup)
        self.add(self.passphrase)
        bottom = row(show_typing_box([self.passphrase]), self._why, self._back, self._next)
        bottom.setStretch(1, 1)
        self.add(bottom)
        self.backup.changed.connect(self._update)
        self.passphrase.changed.connect(self._update)
        self.passphrase.entered.connect(self._go)
        self.setFocusProxy(self.backup)
        self._update()

    def show_busy(self, busy: bool) -> None:
        """It is being restored, or was not."""
        self._is_busy = busy
        for part in (self.backup, self.passphrase, self._back):
            part.setEnabled(not busy)
        self._update()

    def forget(self) -> None:
        """Empty the passphrase."""
        self.passphrase.forget()

    def _go(self) -> None:
        if self._next.isEnabled() and self.backup.path is not None:
            self._ready(self.backup.path, self.passphrase.text)

    def _update(self) -> None:
        if self._is_busy:
            self._why.setText(tr("Opening and checking the backup…"))
        elif self.backup.path is None:
            self._why.setText(tr("Choose the backup file"))
        else:
            self._why.setText("" if self.passphrase.text else tr("Type its passphrase"))
        self._next.setEnabled(not self._why.text())


class RestoredCard(Card):
    """What came back, and what did not."""

    def __init__(self, go_on: Callable[[], None]) -> None:
        super().__init__(tr("The backup was restored"))
        known = tr("Unlock the desk with the passphrase that it had when the backup was made.")
        unknown = tr(
            "What was signed after the backup is not known here. Before you sign the same thing again, wait until the "
            "deadline of the first signature has passed and look among the records: otherwise both may be recorded."
        )
        self.add(label(known, wrap=True))
        self.add(label(unknown, "secondary", wrap=True))
        self._next = primary(tr("Go on to unlocking"), go_on)
        self.add(row(1, self._next))
        self.setFocusProxy(self._next)
