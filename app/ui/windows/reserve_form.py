"""The form of a snapshot: voucher, custody accounts, and the list of what is owed, from a file or a database.

Guarantees: the connection URL of a database stays in its file; nobody types a password here. Names of columns and of a sheet
are asked for only once a list was not clear about them.
"""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.core.errors import LuopuError
from app.core.reserveerrors import ColumnAmbiguous, ColumnMissing, HeaderMissing, SheetUnclear
from app.ui.desks.reserves import ColumnWish, CustodyView, FileSource, QuerySource, SnapshotWish
from app.ui.language import tr, words
from app.ui.present.reserves import account_choice, custody_choice, custody_note
from app.ui.widgets.buttons import button, primary
from app.ui.widgets.card import Card, clear, row
from app.ui.widgets.fields import AmountField, ChoiceField, Field, TextField, missing
from app.ui.widgets.text import label
from app.ui.windows.file_field import FileField

LABEL_WIDTH = 116
MOST_OTHERS = 16
MOST_PADDING = 10_000_000
QUERY_HEIGHT = 84


class PlaceField(Field):
    """A file, as a field of a form."""

    def __init__(self, name: str, text: str, pattern: str, *, note: str = "") -> None:
        super().__init__(name, note)
        self.place = FileField(name, text, pattern)
        self.place.changed.connect(self.changed.emit)
        self.put(self.place)

    @property
    def path(self) -> Path | None:
        """What was chosen."""
        return self.place.path

    def problem(self) -> str:
        """No file."""
        return "" if self.path is not None else missing(self.name)


class QueryField(Field):
    """A query in SQL."""

    def __init__(self, name: str, *, note: str) -> None:
        super().__init__(name, note)
        self.edit = QPlainTextEdit()
        self.edit.setAccessibleName(name)
        self.edit.setPlaceholderText("SELECT account, amount FROM …")
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(QUERY_HEIGHT)
        self.edit.setProperty("type", "digest")
        self.put(self.edit)
        self.edit.textChanged.connect(self.changed.emit)

    def value(self) -> str:
        """The query."""
        return self.edit.toPlainText().strip()

    def problem(self) -> str:
        """Nothing there."""
        return "" if self.value() else missing(self.name)


class CustodyField(Field):
    """The accounts whose holdings count: the own one always, others as they are ticked."""

    def __init__(self) -> None:
        super().__init__(tr("Custody accounts"))
        self._holder = QWidget()
        self._lines = QVBoxLayout(self._holder)
        self._lines.setContentsMargins(0, 4, 0, 4)
        self._lines.setSpacing(4)
        self._boxes: list[tuple[QCheckBox, int]] = []
        self.put(self._holder)

    def show_view(self, view: CustodyView) -> None:
        """The accounts of another voucher; all of them count to begin with, as far as a publication can name them."""
        clear(self._lines)
        own = self._box(account_choice(view.own, view.voucher, words()))
        own.setChecked(not view.assigned_to)
        own.setEnabled(False)
        self._boxes = []
        for place, each in enumerate(view.others):
            box = self._box(account_choice(each, view.voucher, words()))
            box.setChecked(place < MOST_OTHERS)
            box.toggled.connect(lambda _on: self.changed.emit())
            self._boxes.append((box, each.number))
        self.setFocusProxy(self._boxes[0][0] if self._boxes else self._holder)
        self.say(custody_note(view, words()), "warn" if view.assigned_to else "neutral")
        self.changed.emit()

    def value(self) -> tuple[int, ...]:
        """Numbers of those that are ticked besides the own one."""
        return tuple(sorted(number for box, number in self._boxes if box.isChecked()))

    def problem(self) -> str:
        """More than a publication can name."""
        if len(self.value()) <= MOST_OTHERS:
            return ""
        return tr("At most %n account(s) besides the own one can count", None, MOST_OTHERS)

    def _box(self, text: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setAccessibleName(f"{self.name}: {text}")
        self._lines.addWidget(box)
        return box


class WishForm(Card):
    """What a snapshot is to be made of."""

    wished = Signal(object)
    """A SnapshotWish."""
    given_up = Signal()

    def __init__(self, views: Sequence[CustodyView]) -> None:
        super().__init__(tr("New snapshot"))
        self._views = tuple(views)
        self.add(
            label(
                tr("What is owed to each customer is set against what is held. The list stays on this computer."),
                "secondary",
                wrap=True,
            )
        )
        self._make_fields()
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
        self._make = primary(tr("Make snapshot"), self._go_on)
        bottom = row(self._why, button(tr("Cancel"), self.given_up.emit), self._make, spacing=16)
        bottom.setStretch(0, 1)
        self.add(bottom)
        self._show_voucher()
        self._show_source()
        self.ask_names(None)

    def _make_fields(self) -> None:
        choices = [(custody_choice(view, words()), view.voucher.id) for view in self._views]
        self.voucher, self.accounts = ChoiceField(tr("Voucher"), choices), CustodyField()
        sources = [(tr("A file: CSV, XLSX or Parquet"), "file"), (tr("A query of a database"), "query")]
        self.source = ChoiceField(tr("List from"), sources)
        self.file = PlaceField(
            tr("List of what is owed"),
            tr("Drop it here, or press Enter to choose"),
            tr("Lists (*.csv *.xlsx *.parquet);;All files (*)"),
            note=tr("Its first row names the columns: account and amount, or of unique pieces account and serial."),
        )
        self.url_file = PlaceField(
            tr("File with the address"),
            tr("One line: the database's URL, password included"),
            tr("All files (*)"),
            note=tr("The password stays in the file: protect it so that only you can read it."),
        )
        self.query = QueryField(
            tr("Query"), note=tr("One SELECT that names the columns as a file would; nothing changes.")
        )
        self.user_column = TextField(
            tr("Column of users"), is_required=False, note=tr("As it is called in the first row")
        )
        self.value_column = TextField(
            tr("Column of amounts"), is_required=False, note=tr("Or, of unique pieces, of serials")
        )
        self.sheet = TextField(tr("Sheet"), is_required=False, note=tr("Of a workbook with several"))
        self.padding = AmountField(
            tr("Zero entries"),
            least=0,
            most=MOST_PADDING,
            is_required=False,
            note=tr("Optional: so many empty entries hide how many customers there are."),
        )
        self.fields: tuple[Field, ...] = (
            *(self.voucher, self.accounts, self.source, self.file, self.url_file, self.query),
            *(self.user_column, self.value_column, self.sheet, self.padding),
        )
        self.voucher.changed.connect(self._show_voucher)
        self.source.changed.connect(self._show_source)

    def begin(self) -> None:
        """The first field gets the keyboard."""
        self.voucher.setFocus()

    @property
    def problem(self) -> str:
        """What is missing or wrong, or nothing."""
        return next((field.problem() for field in self.fields if field.isEnabled() and field.problem()), "")

    @property
    def view(self) -> CustodyView | None:
        """The voucher that is chosen."""
        return next((view for view in self._views if view.voucher.id == self.voucher.value()), None)

    def ask_names(self, error: LuopuError | None) -> None:
        """Ask for names of columns or of a sheet, once a list was not clear about them."""
        columns = isinstance(error, ColumnMissing | ColumnAmbiguous | HeaderMissing)
        for field, wanted in (
            *((each, columns) for each in (self.user_column, self.value_column)),
            (self.sheet, isinstance(error, SheetUnclear)),
        ):
            field.offer(wanted or bool(field.value()))

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
        self._make.setEnabled(not why)

    def _show_voucher(self) -> None:
        view = self.view
        if view is not None:
            self.accounts.show_view(view)

    def _show_source(self) -> None:
        is_file = self.source.value() == "file"
        self.file.offer(is_file)
        self.url_file.offer(not is_file)
        self.query.offer(not is_file)

    def wish(self) -> SnapshotWish:
        """What the fields say; only while nothing is missing."""
        view = self.view
        assert view is not None
        return SnapshotWish(view.voucher.id, self.accounts.value(), self._source(), self.padding.value_in_units())

    def _source(self) -> FileSource | QuerySource:
        columns = ColumnWish(self.user_column.value(), self.value_column.value())
        if self.source.value() == "file":
            assert self.file.path is not None
            return FileSource(self.file.path, columns, self.sheet.value())
        assert self.url_file.path is not None
        return QuerySource(self.url_file.path, self.query.value(), columns)

    def _go_on(self) -> None:
        if not self.problem:
            self.wished.emit(self.wish())
