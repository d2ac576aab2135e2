"""A card about what keeps a home from being lost: another passphrase, and a backup in one sealed file.

Guarantees: a passphrase leaves its fields when it was taken, and when the form is put away. What was saved is said with what
is not in it.
"""

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from app.core.errors import LuopuError
from app.core.messages import Explanation
from app.ui.language import tr, words
from app.ui.present.names import file_name
from app.ui.present.passphrases import backup_name
from app.ui.present.states import Tone
from app.ui.widgets.buttons import button, primary
from app.ui.widgets.card import Card, row, rule
from app.ui.widgets.text import label
from app.ui.windows import dialogs
from app.ui.windows.passphrase_fields import KnownPassphrase, NewPassphrase, show_typing_box
from app.ui.windows.surroundings import Surroundings

Say = Callable[[Explanation, Tone], None]
Fail = Callable[[LuopuError], None]


class SafekeepingCard(Card):
    """Two things that can be done, and one form at a time."""

    def __init__(self, around: Surroundings, say: Say, fail: Fail) -> None:
        super().__init__(tr("Passphrase and backup"))
        self._around, self._say, self._fail = around, say, fail
        self._change = _ChangeForm(self._change_it, self.put_away)
        self._backup = _BackupForm(self._ask_where, self.put_away)
        self._forms: tuple[_ChangeForm | _BackupForm, ...] = (self._change, self._backup)
        what = tr("The passphrase opens the key and the vault on this computer.")
        self._begin_change = _beginning(
            self, tr("Passphrase"), what, tr("Change the passphrase"), lambda: self._open(self._change)
        )
        self.add(self._change)
        self.add(rule())
        what = tr("One encrypted file with everything that cannot be fetched again: key, outbox, vault, documents.")
        self._begin_backup = _beginning(self, tr("Backup"), what, tr("Save a backup"), lambda: self._open(self._backup))
        self.add(self._backup)
        for form in self._forms:
            form.hide()

    def put_away(self) -> None:
        """Close the open form; what was typed into it goes."""
        for form in self._forms:
            form.put_away()
        for begin in (self._begin_change, self._begin_backup):
            begin.show()

    def _open(self, form: "_ChangeForm | _BackupForm") -> None:
        self.put_away()
        (self._begin_change if form is self._change else self._begin_backup).hide()
        form.show()
        form.setFocus()

    # ---- the passphrase ------------------------------------------------------------------------------------------
    def _change_it(self, old: str, new: str) -> None:
        self._change.show_busy(True)
        work = self._around.desk.change_passphrase(old, new)
        self._around.tasks.start(work, done=lambda _none: self._changed(), failed=self._not_done)

    def _changed(self) -> None:
        self.put_away()
        sentence = tr("The passphrase was changed.")
        hint = tr("Backups that were made before still open with the one that they were given.")
        self._say(Explanation(sentence, hint), "ok")

    # ---- a backup ------------------------------------------------------------------------------------------------
    def _ask_where(self, passphrase: str) -> None:
        title, pattern = tr("Save a backup"), tr("Backup (*.luopu-backup);;All files (*)")
        name = backup_name(self._around.now_ns(), words())
        dialog = dialogs.ask_target(self, title, name, pattern, lambda target: self._save(target, passphrase))
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # a backup is never written over: the desk says so

    def _save(self, target: Path, passphrase: str) -> None:
        self._backup.show_busy(True)
        work = self._around.desk.save_backup(target, passphrase)
        self._around.tasks.start(work, done=self._saved, failed=self._not_done)

    def _saved(self, target: Path) -> None:
        self.put_away()
        sentence = tr("The backup was saved: {name}").format(name=file_name(target.name, 48))
        hint = tr(
            "What is signed or entered from now on is not in it. Keep it elsewhere, its passphrase apart from it."
        )
        self._say(Explanation(sentence, hint), "ok")

    def _not_done(self, error: LuopuError) -> None:
        for form in self._forms:
            form.show_busy(False)
        self._fail(error)


def _beginning(card: Card, title: str, sentence: str, act: str, pressed: Callable[[], None]) -> QWidget:
    """What can be done, with its button."""
    texts = QVBoxLayout()
    texts.setSpacing(2)
    texts.addWidget(label(title, "strong"))
    texts.addWidget(label(sentence, "secondary", wrap=True))
    begin = button(act, pressed)
    line = row(begin, spacing=16)
    line.insertLayout(0, texts, 1)
    card.add(line)
    return begin


class _Form(QWidget):
    """Fields below each other, what is going on, and the way back."""

    def __init__(self, *parts: QWidget) -> None:
        super().__init__()
        self.parts = parts
        self.state = label("", "secondary", wrap=True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 4, 0, 8)
        self.column.setSpacing(10)
        for part in parts:
            self.column.addWidget(part)
        self.is_busy = False

    def close_with(self, fields: tuple[KnownPassphrase | NewPassphrase, ...], act: QWidget, away: QWidget) -> None:
        """The line below the fields."""
        bottom = row(show_typing_box(fields), self.state, away, act)
        bottom.setStretch(1, 1)
        self.column.addLayout(bottom)
        for field in fields:
            field.changed.connect(self.update_act)
            field.entered.connect(self.go)
        self.fields, self.act, self.away = fields, act, away
        self.setFocusProxy(fields[0])
        self.update_act()

    def put_away(self) -> None:
        """Empty and hide it."""
        for field in self.fields:
            field.forget()
        self.show_busy(False)
        self.hide()

    def show_busy(self, busy: bool) -> None:
        """It is being done, or is over."""
        self.is_busy = busy
        self.state.setText(self.doing() if busy else "")
        for part in (*self.parts, self.away):
            part.setEnabled(not busy)
        self.update_act()

    def update_act(self) -> None:
        """Whether it can be done now."""
        self.act.setEnabled(not self.is_busy and self.is_ready())

    @abstractmethod
    def doing(self) -> str:
        """What is being done."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether nothing is missing."""

    @abstractmethod
    def go(self) -> None:
        """Do it, if nothing is missing."""


class _ChangeForm(_Form):
    """The passphrase as it is, and the new one."""

    def __init__(self, ready: Callable[[str, str], None], away: Callable[[], None]) -> None:
        self._old, self._new = KnownPassphrase(tr("Present passphrase")), NewPassphrase(tr("New passphrase"))
        super().__init__(self._old, self._new)
        self._ready = ready
        self.close_with((self._old, self._new), primary(tr("Change it"), self.go), button(tr("Cancel"), away))

    def doing(self) -> str:
        return tr("Encrypting key and vault anew…")

    def is_ready(self) -> bool:
        return bool(self._old.text) and self._new.is_ready

    def go(self) -> None:
        if self.act.isEnabled():
            self._ready(self._old.text, self._new.text)


class _BackupForm(_Form):
    """The passphrase of the backup."""

    def __init__(self, ready: Callable[[str], None], away: Callable[[], None]) -> None:
        hint = tr("It may be the same as yours. The backup keeps it, even when yours is changed later.")
        self._new = NewPassphrase(tr("Passphrase of the backup"))
        super().__init__(label(hint, "secondary", wrap=True), self._new)
        self._ready = ready
        self.close_with((self._new,), primary(tr("Choose where to save it"), self.go), button(tr("Cancel"), away))

    def doing(self) -> str:
        return tr("Writing the backup and reading it back…")

    def is_ready(self) -> bool:
        return self._new.is_ready

    def go(self) -> None:
        if self.act.isEnabled():
            self._ready(self._new.text)
