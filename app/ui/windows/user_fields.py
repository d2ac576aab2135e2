"""Fields that only people need: attributes line by line, and the papers by which somebody was known."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.attribute_words import check_attribute_words, check_words
from app.core.attributes import Attribute
from app.core.errors import LuopuError
from app.core.messages import explain
from app.core.paper_words import KINDS, Kind, is_paper_name
from app.core.text import name_key
from app.core.units import Hash32
from app.ui.desk import HashedFile
from app.ui.desks.vault import PaperFile
from app.ui.language import tr, words
from app.ui.present.names import file_name
from app.ui.present.numbers import size
from app.ui.present.papers import likely_kind, paper_kinds
from app.ui.present.users import attribute_choices, attribute_label
from app.ui.widgets.buttons import link
from app.ui.widgets.card import clear, row
from app.ui.widgets.choice import ChoiceBox
from app.ui.widgets.drop import DropZone
from app.ui.widgets.fields import ChoiceField, Field, TextField
from app.ui.widgets.rows import ListRow
from app.ui.widgets.rows_field import Row, RowsField, level
from app.ui.windows import dialogs
from app.ui.windows.surroundings import Surroundings
from app.wallet.vault_person import Material

NAME_WIDTH = 190
Pair = tuple[str, str]


# ---- attributes ------------------------------------------------------------------------------------------------------
class AttributeRow(Row):
    """A name, a well-known one or another, and a value."""

    def __init__(self) -> None:
        self.known = ChoiceField(tr("Attribute"), attribute_choices(words()))
        self.own = TextField(tr("Name of attribute"), example=tr("what it is called"))
        self.content = TextField(tr("Value"), example=tr("value"))
        super().__init__(self.known, self.own, self.content)
        for field in (self.known, self.own):
            field.setFixedWidth(NAME_WIDTH)
        self.setLayout(level(*self.fields, self.end))
        self.own.hide()
        self.known.box.currentIndexChanged.connect(self.heard)

    def heard(self) -> None:
        """An attribute that is not a well-known one needs a name."""
        self.own.setVisible(not self.known.value())
        super().heard()

    def put(self, pair: Pair) -> None:
        """Show this attribute."""
        name, value = pair
        is_known = any(name == each for _, each in attribute_choices(words()))
        self.known.box.point_at(name if is_known else "")
        self.own.edit.setText("" if is_known else name)
        self.content.edit.setText(value)

    def pair(self) -> Pair:
        """Name and value."""
        return str(self.known.value()) or self.own.value(), self.content.value()

    def problem(self) -> str:
        """No name, no value, or one that may not stand there; nothing that is written of a person is repeated."""
        name, value = self.pair()
        if not name:
            return tr("Still missing: the name of an attribute")
        if not value:
            return tr("Still missing: the value of {attribute}").format(attribute=attribute_label(name, words()))
        if is_paper_name(name):
            return tr("This name is kept for papers")
        try:
            check_attribute_words(Attribute(name, value, b""))
        except LuopuError as error:
            return explain(error, words().language).sentence
        return ""


class AttributesField(RowsField[AttributeRow]):
    """What is known of a person; at least one thing, each once."""

    def __init__(self, pairs: Sequence[Pair] = ()) -> None:
        note = tr(
            "Stays in the vault on this computer; on the chain goes one digest, by which each can be proved later"
        )
        super().__init__(tr("Attributes"), tr("Add an attribute"), AttributeRow, note=note)
        for place, pair in enumerate(pairs):
            line = self.rows[0] if place == 0 else self.add_row()
            line.put(pair)

    def add_row(self) -> AttributeRow:
        """Another line, with the first attribute that is not there yet."""
        taken = {each.pair()[0] for each in self.rows}
        made = super().add_row()
        free = next((name for _, name in attribute_choices(words()) if name not in taken), "")
        made.known.box.point_at(free)
        return made

    def pairs(self) -> tuple[Pair, ...]:
        """All of them."""
        return tuple(each.pair() for each in self.rows)

    def problem(self) -> str:
        """The first thing that is wrong in a line, or a name that stands there twice."""
        found = super().problem()
        if found:
            return found
        names = [name_key(name) for name, _ in self.pairs()]
        return "" if len(set(names)) == len(names) else tr("An attribute stands there twice")


# ---- papers ----------------------------------------------------------------------------------------------------------
class PaperRow(QWidget):
    """A paper that was read: what kind it is, and the way to take it out again."""

    def __init__(
        self, name: str, detail: str, kind: Kind, remove: Callable[[], object], *, is_new: bool = True
    ) -> None:
        super().__init__()
        shown = file_name(name, 60)
        self.box = ChoiceBox(tr("Kind of {name}").format(name=shown))
        self.box.offer(paper_kinds(words()), kind)
        self.box.setEnabled(is_new)
        away = link(tr("Remove"), remove, name=tr("Remove {name}").format(name=shown))
        self.setLayout(row(ListRow(shown, when=detail), self.box, away))
        line = self.layout()
        if isinstance(line, QHBoxLayout):
            line.setStretch(0, 1)


class MaterialsField(Field):
    """Papers by which the person was known: a sealed copy of each goes into the vault when the person is kept."""

    def __init__(self, around: Surroundings, known: Sequence[Material] = ()) -> None:
        super().__init__(
            tr("Papers"), tr("A copy of each is sealed in the vault; on the chain it is bound like an attribute")
        )
        self._around = around
        self._files: dict[Path, HashedFile | None] = {}
        self._kinds: dict[Path, Kind] = {}
        self._known = {each.digests.sha256: each for each in known}
        self._zone = DropZone(tr("Drop files here"), tr("or click to choose; may be left empty"))
        self._zone.dropped.connect(self.add)
        self._zone.asked.connect(lambda: dialogs.ask_files(self, tr("Papers"), self.add))
        holder = QWidget()
        self._lines = QVBoxLayout(holder)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(2)
        self.column.addWidget(holder)
        self.put(self._zone)
        self._draw()

    def files(self) -> tuple[PaperFile, ...]:
        """Those that have been read."""
        read = [file for file in self._files.values() if file is not None]
        return tuple(PaperFile(file.path, file.digests, self._kinds[file.path]) for file in read)

    def kept(self) -> tuple[bytes, ...]:
        """Those of the certification before that stay."""
        return tuple(self._known)

    def problem(self) -> str:
        """One is still being read."""
        return tr("The papers are being read…") if None in self._files.values() else ""

    def add(self, paths: Sequence[Path]) -> None:
        """Take in files."""
        for path in paths:
            if path not in self._files:
                self._files[path] = None
                self._kinds[path] = likely_kind(path.name)
                self._read(path)
        self._draw()

    def _read(self, path: Path) -> None:
        self._around.tasks.start(
            self._around.desk.hash_file(path, lambda _done, _total: None, lambda: path not in self._files),
            done=self._take,
            failed=lambda error: self._fail(path, error),
        )

    def _take(self, file: HashedFile) -> None:
        if file.path in self._files:
            self._files[file.path] = file
            self._draw()

    def _fail(self, path: Path, error: LuopuError) -> None:
        self._files.pop(path, None)
        self._draw()
        self.say(explain(error, words().language).sentence, "warn")

    def _remove(self, path: Path) -> None:
        self._files.pop(path, None)
        self._draw()

    def _drop(self, sha256: Hash32) -> None:
        self._known.pop(sha256, None)
        self._draw()

    def _choose(self, path: Path, kind: object) -> None:
        self._kinds[path] = KINDS[str(kind)]

    def _draw(self) -> None:
        clear(self._lines)
        for sha256, material in self._known.items():
            drop, detail = partial(self._drop, sha256), tr("kept before")
            self._lines.addWidget(PaperRow(material.file_name, detail, material.kind, drop, is_new=False))
        for path, file in self._files.items():
            detail = tr("being read…") if file is None else size(file.digests.size)
            line = PaperRow(path.name, detail, self._kinds[path], partial(self._remove, path))
            line.box.chosen.connect(partial(self._choose, path))
            self._lines.addWidget(line)
        self.changed.emit()


def check_person_words(text: str) -> None:
    """What may be written of a person.

    Raises:
        OutOfRange: too long, or characters that mislead.
    """
    check_words("name", text, least=1)
