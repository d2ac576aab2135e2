"""The table of records: a model that loads pages as they are shown, and a view that never measures rows.

Guarantees: one page of 256 at a time, however long the list; nothing is sorted or filtered by copying it.
"""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from app.client.model import RecordStatus
from app.ui import theme
from app.ui.language import tr, words
from app.ui.present import digests, names, records
from app.ui.widgets.text import plain_tip

PAGE = 256
ROW_HEIGHT = 36
DIGEST_COLUMNS = (1, 3)
Index = QModelIndex | QPersistentModelIndex


class RecordsModel(QAbstractTableModel):
    """Records newest first; asks for the next page when the view comes to its end."""

    wanted = Signal(object)
    """A page is wanted: log index before which (int), or None for the newest."""

    def __init__(self, now_ns: Callable[[], int]) -> None:
        super().__init__()
        self._now_ns = now_ns
        self._records: list[RecordStatus] = []
        self._complete = False
        self._asked = False

    # ---- what the window does with it ----------------------------------------------------------------------------
    def take_page(self, before: int | None, page: Sequence[RecordStatus]) -> None:
        """Put in a page that was asked for; the newest page replaces what is older only where there is a gap."""
        self._asked = False
        if before is None:
            self._take_newest(page)
        elif self._records and before == self._records[-1].index:
            self._append(page)
            self._complete = len(page) < PAGE

    def give_up(self) -> None:
        """The page could not be had; it may be asked for again."""
        self._asked = False

    def record_at(self, row: int) -> RecordStatus | None:
        """The record in a row."""
        return self._records[row] if 0 <= row < len(self._records) else None

    def row_of(self, record_digest: bytes) -> int | None:
        """Row of a record that is loaded."""
        return next((row for row, entry in enumerate(self._records) if entry.record_digest == record_digest), None)

    # ---- Qt's side -----------------------------------------------------------------------------------------------
    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 (Qt's name)
        """Rows loaded so far."""
        return 0 if parent is not None and parent.isValid() else len(self._records)

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802 (Qt's name)
        """Five."""
        return 0 if parent is not None and parent.isValid() else records.COLUMNS

    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802 (Qt's name)
        """Whether there may be older records."""
        return not parent.isValid() and bool(self._records) and not self._complete and not self._asked

    def fetchMore(self, parent: Index) -> None:  # noqa: N802 (Qt's name)
        """Ask for the next page."""
        if self.canFetchMore(parent):
            self._asked = True
            self.wanted.emit(self._records[-1].index)

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return records.headers(words())[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One cell."""
        record = self.record_at(index.row()) if index.isValid() else None
        if record is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return records.cells(record, self._now_ns(), words())[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(record, index.column())
        if role == Qt.ItemDataRole.FontRole and index.column() in DIGEST_COLUMNS:
            return theme.monospace(12)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == records.COLUMNS - 1:
            return QColor(theme.roles().tone(records.state(record, words()).tone))
        return None

    # ---- inside --------------------------------------------------------------------------------------------------
    def _take_newest(self, page: Sequence[RecordStatus]) -> None:
        newest = self._records[0].index if self._records else -1
        fresh = [record for record in page if record.index > newest]
        if not self._records or (len(fresh) == len(page) and len(page) == PAGE):
            self.beginResetModel()
            self._records, self._complete = list(page), len(page) < PAGE
            self.endResetModel()
            return
        if fresh:
            self.beginInsertRows(QModelIndex(), 0, len(fresh) - 1)
            self._records[:0] = fresh
            self.endInsertRows()
        self._renew(page)

    def _renew(self, page: Sequence[RecordStatus]) -> None:
        """What may have changed of a record that is shown: whether it is provable."""
        known = {record.index: record for record in page}
        for row, record in enumerate(self._records[:PAGE]):
            newer = known.get(record.index)
            if newer is not None and newer != record:
                self._records[row] = newer
                self.dataChanged.emit(self.index(row, 0), self.index(row, records.COLUMNS - 1))

    def _append(self, page: Sequence[RecordStatus]) -> None:
        if not page:
            return
        self.beginInsertRows(QModelIndex(), len(self._records), len(self._records) + len(page) - 1)
        self._records.extend(page)
        self.endInsertRows()


class StateDelegate(QStyledItemDelegate):
    """Keeps each cell's own colour while its row is chosen."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802 (Qt's name)
        super().initStyleOption(option, index)
        colour = index.data(Qt.ItemDataRole.ForegroundRole) or QColor(theme.roles().ink)
        option.palette.setColor(QPalette.ColorRole.HighlightedText, colour)


class RecordsView(QTableView):
    """Rows of one height, columns that share the width."""

    def __init__(self, model: RecordsModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(StateDelegate(self))
        self.setAccessibleName(tr("Records"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(90)
        for column, width in enumerate((0, 132, 140, 152, 172)):
            stretch = QHeaderView.ResizeMode.Stretch if column == 0 else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(column, stretch)
            if width:
                header.resizeSection(column, width)


def _tip(record: RecordStatus, column: int) -> str:
    whole = {1: digests.whole(record.chain), 3: digests.whole(record.sha256), 0: names.line(record.subject, 512)}
    return plain_tip(whole[column]) if column in whole else ""
