"""Fields that ask the desk: an account by number or name, and a document of which only the digests count."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from app.client.members import AccountView
from app.core.errors import LuopuError
from app.core.messages import choice_name, explain, party_name
from app.core.text import MAX_NAME
from app.core.wire import registry_pb2 as wire
from app.ui.desk import Desk, HashedFile
from app.ui.language import tr, words
from app.ui.present.names import file_name
from app.ui.present.people import called_text
from app.ui.widgets.fields import Field, missing
from app.ui.windows.file_field import FileField
from app.ui.windows.surroundings import Surroundings


class AccountPicker(Field):
    """An account by its number or its exact name; below it stands who that is, as the node's own state says."""

    found = Signal(object)
    """The AccountView, or None."""

    def __init__(
        self,
        surroundings: Surroundings,
        name: str,
        *,
        parties: Sequence[str] = (),
        note: str = "",
        is_required: bool = True,
        objection: Callable[[AccountView], str] | None = None,
    ) -> None:
        """`objection` says why an account is not the right one, or nothing."""
        super().__init__(name, note)
        self._around, self._parties, self._is_required = surroundings, tuple(parties), is_required
        self._objection = objection
        self._hint = note
        self.view: AccountView | None = None
        self.known = ""
        """What it is called at this desk, if it is called anything."""
        self._problem = ""
        self.edit = QLineEdit()
        self.edit.setAccessibleName(name)
        self.edit.setPlaceholderText(tr("number or name of the account"))
        self.edit.setMaxLength(MAX_NAME)
        self.edit.textChanged.connect(self._look_up)
        self.put(self.edit)

    def set_number(self, account: int) -> None:
        """Ask for this account."""
        self.edit.setText(str(account))

    def value(self) -> int:
        """The account's number; 0 while none is found."""
        return 0 if self.view is None else int(self.view.account.id)

    def problem(self) -> str:
        """Nothing there, nobody found, or of another party than is asked for."""
        if not self.edit.text().strip():
            return missing(self.name) if self._is_required else ""
        return self._problem

    def _look_up(self, text: str) -> None:
        self.view, self.known, self._problem = None, "", tr("{name}: looking…").format(name=self.name)
        wanted = text.strip()
        if not wanted:
            self.say(self._hint)
            self._tell()
            return
        self._around.tasks.start(
            find_account(self._around.desk, wanted),
            done=lambda found: self._take(wanted, *found),
            failed=lambda error: self._fail(wanted, error),
        )
        self._tell()

    def _take(self, wanted: str, view: AccountView, known: str) -> None:
        if self.edit.text().strip() != wanted:
            return
        if self._parties and view.account.party not in _party_numbers(self._parties):
            expected = ", ".join(party_name(party, words().language) for party in self._parties)
            self._refuse(tr("{name}: this has to be a {party}").format(name=self.name, party=expected))
            return
        objection = "" if self._objection is None else self._objection(view)
        if objection:
            self._refuse(objection)
            return
        self.view, self.known, self._problem = view, known, ""
        said = called_text(view, known, words())
        if view.level != "none":
            said = tr("{who} · {level}").format(who=said, level=choice_name(view.level, words().language))
        self.say(said if view.is_in_force else tr("{who} · stopped by an order").format(who=said), "neutral")
        self._tell()

    def _fail(self, wanted: str, error: LuopuError) -> None:
        if self.edit.text().strip() == wanted:
            self._refuse(explain(error, words().language).sentence)

    def _refuse(self, why: str) -> None:
        self._problem = why
        self.say(why, "warn")
        self._tell()

    def _tell(self) -> None:
        self.found.emit(self.view)
        self.changed.emit()


class DocumentPicker(Field):
    """A document that stays on this computer; only its digests are signed."""

    def __init__(self, surroundings: Surroundings, name: str, *, note: str = "", is_required: bool = True) -> None:
        super().__init__(name, note)
        self._around, self._is_required, self._hint = surroundings, is_required, note
        self.file: HashedFile | None = None
        self._problem = ""
        self._place = FileField(name, tr("Drop it here, or click to choose"), tr("All files (*)"))
        self._place.changed.connect(self._read)
        self.put(self._place)

    def take(self, path: Path) -> None:
        """Take a file as if it had been dropped here."""
        self._place.take([path])

    def digest(self) -> bytes:
        """SHA-256 of the file; nothing while there is none."""
        return b"" if self.file is None else self.file.digests.sha256

    def problem(self) -> str:
        """No file, or one that cannot be read."""
        if self._place.path is None:
            return missing(self.name) if self._is_required else ""
        return self._problem

    def _read(self) -> None:
        path, self.file = self._place.path, None
        if path is None:
            self.say(self._hint)
            self.changed.emit()
            return
        self._problem = tr("{name}: being read…").format(name=self.name)
        self._around.tasks.start(
            self._around.desk.hash_file(path, lambda _done, _total: None, lambda: self._place.path != path),
            done=self._take,
            failed=lambda error: self._fail(path, error),
        )
        self.changed.emit()

    def _take(self, file: HashedFile) -> None:
        if self._place.path != file.path:
            return
        self.file, self._problem = file, ""
        digest = file.digests.sha256.hex()
        self.say(tr("{file}: SHA-256 {digest}…").format(file=file_name(file.path.name), digest=digest[:16]))
        self.changed.emit()

    def _fail(self, path: Path, error: LuopuError) -> None:
        if self._place.path == path:
            self._problem = explain(error, words().language).sentence
            self.say(self._problem, "warn")
            self.changed.emit()


async def find_account(desk: Desk, wanted: str) -> tuple[AccountView, str]:
    """The account of a number, of the one contact called so, or of an exact name on the chain; and what it is called here.

    A contact goes first: its name was chosen at this desk, while anybody may take one on the chain that nobody has.
    """
    number = int(wanted) if wanted.isascii() and wanted.isdigit() else 0
    with suppress(LuopuError):  # the vault may be locked
        number = number or await desk.account_called(wanted)
    view = await (desk.registry.account(number) if number else desk.registry.account_of_name(wanted))
    known: Mapping[int, str] = {}
    with suppress(LuopuError):
        known = await desk.called([int(view.account.id)])
    return view, known.get(int(view.account.id), "")


def _party_numbers(names: Sequence[str]) -> set[int]:
    return {int(wire.Party.Value(f"PARTY_{name.upper()}")) for name in names}
