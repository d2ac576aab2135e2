"""The records page: the table above; below it the chosen record, its chain as a line, and the bundle to hand out."""

from pathlib import Path

from PySide6.QtCore import QItemSelection, Qt
from PySide6.QtWidgets import QCheckBox, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.client.model import RecordStatus
from app.core.errors import LuopuError
from app.core.messages import Explanation
from app.ui.language import tr, words
from app.ui.present.besides import superseded_sentence
from app.ui.present.names import file_name, line
from app.ui.present.notarize import rings_of_record
from app.ui.present.numbers import number
from app.ui.present.records import detail_facts, provable_sentence
from app.ui.present.states import record_chip
from app.ui.widgets.buttons import primary
from app.ui.widgets.card import Card, row
from app.ui.widgets.chain_line import ChainLine
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.records_table import PAGE, RecordsModel, RecordsView
from app.ui.widgets.scroll import Scrolled, scrolled
from app.ui.widgets.text import label, set_tone
from app.ui.windows import dialogs
from app.ui.windows.page import Page
from app.ui.windows.surroundings import Surroundings


class RecordsPage(Page):
    """Everything this account has recorded."""

    def __init__(self, surroundings: Surroundings) -> None:
        sentence = tr("Records of this account, from this computer's own verified copy of the chain")
        super().__init__(surroundings, tr("Records"), sentence, scrolls=False)
        self.model = RecordsModel(surroundings.now_ns)
        self.model.wanted.connect(self._load)
        self.view = RecordsView(self.model)
        self.view.selectionModel().selectionChanged.connect(self._choose)
        self._wished: bytes | None = None
        self.detail = DetailCard()
        self.detail.save.clicked.connect(self._ask_target)
        self._record: RecordStatus | None = None
        table = Card()
        table.body.setContentsMargins(8, 6, 8, 8)
        table.add(self.view)
        self._parts = QSplitter(Qt.Orientation.Vertical)
        self._parts.setChildrenCollapsible(False)
        self._parts.setHandleWidth(12)
        self._parts.addWidget(table)
        self._parts.addWidget(_scrolling(self.detail))
        self._parts.setStretchFactor(0, 3)
        self._parts.setStretchFactor(1, 4)
        self._parts.setSizes([300, 400])
        self._stack = QStackedWidget()
        self._stack.addWidget(_empty_card())
        self._stack.addWidget(self._parts)
        self.column.addWidget(self._stack)
        self._load(None)

    def refresh(self, kind: str) -> None:
        """New records come in at the top; with the next block the newest can be proved."""
        is_waiting = self._record is not None and not self._record.provable
        if kind in {"records", "chains"} or (kind == "status" and is_waiting):
            self._load(None)
        if kind == "outbox" and self._record is not None:
            self.detail.show_facts(self._record, self._file_of(self._record))

    def opened(self) -> None:
        """Look for what is new."""
        self._load(None)

    def show_record(self, record_digest: bytes) -> None:
        """Choose a record, as soon as it is loaded."""
        self._wished = record_digest
        self._load(None)

    # ---- loading -------------------------------------------------------------------------------------------------
    def _load(self, before: object) -> None:
        place = before if isinstance(before, int) else None
        self.around.tasks.start(
            self.around.desk.records(before=place, limit=PAGE),
            done=lambda page: self._take(place, page),
            failed=self._not_loaded,
        )

    def _take(self, before: int | None, page: list[RecordStatus]) -> None:
        self.model.take_page(before, page)
        self._stack.setCurrentIndex(1 if self.model.rowCount() else 0)
        wished = self.model.row_of(self._wished) if self._wished is not None else None
        if wished is not None:
            self.view.selectRow(wished)
            self._wished = None
        elif self._record is None and self.model.rowCount():
            self.view.selectRow(0)
        else:
            self._renew_choice()

    def _not_loaded(self, error: LuopuError) -> None:
        self.model.give_up()
        self.show_error(error)

    # ---- the chosen one ------------------------------------------------------------------------------------------
    def _choose(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        rows = self.view.selectionModel().selectedRows()
        record = self.model.record_at(rows[0].row()) if rows else None
        if record is None:
            return
        self._record = record
        self.detail.show_record(record, self._file_of(record))
        self.around.tasks.start(
            self.around.desk.chain_records(record.chain),
            done=lambda chain: self._show_chain(record, chain),
            failed=self.show_error,
        )

    def _renew_choice(self) -> None:
        row_ = None if self._record is None else self.model.row_of(self._record.record_digest)
        newer = None if row_ is None else self.model.record_at(row_)
        if newer is not None and newer != self._record:
            self._record = newer
            self.detail.show_record(newer, self._file_of(newer))

    def _show_chain(self, record: RecordStatus, chain: list[RecordStatus]) -> None:
        if self._record is not None and self._record.record_digest == record.record_digest:
            drawn, hidden = rings_of_record(chain, record.sequence, self.around.now_ns(), words())
            self.detail.line.show_rings(drawn, hidden)
            self.detail.say_replaced(superseded_sentence(record, chain, words()))

    def _file_of(self, record: RecordStatus) -> str:
        items = self.around.bridge.outbox
        return next((item.file_name for item in items if item.record_digest == record.record_digest), "")

    # ---- the bundle ----------------------------------------------------------------------------------------------
    def _ask_target(self) -> None:
        record = self._record
        if record is None:
            return
        stem = Path(self._file_of(record)).stem or record.record_digest.hex()[:16]
        pattern = tr("Evidence bundle (*.asice)")
        dialogs.ask_target(
            self, tr("Save evidence bundle"), f"{stem}.asice", pattern, lambda target: self.save_bundle(record, target)
        )

    def save_bundle(self, record: RecordStatus, target: Path) -> None:
        """Write the bundle of a record."""
        self.detail.save.setEnabled(False)
        self.around.tasks.start(
            self.around.desk.save_bundle(record.record_digest, target, include_file=self.detail.with_file.isChecked()),
            done=self._saved,
            failed=self._not_saved,
        )

    def _saved(self, path: Path) -> None:
        self.detail.save.setEnabled(True)
        sentence = tr("Saved and verified: {name}").format(name=file_name(path.name, 72))
        hint = tr("Whoever gets it can verify it without a network, with this program or by hand.")
        self.banner.say(Explanation(sentence, hint), "ok")

    def _not_saved(self, error: LuopuError) -> None:
        self.detail.save.setEnabled(True)
        self.show_error(error)


class DetailCard(Card):
    """One record: state, chain line, facts, and the bundle."""

    def __init__(self) -> None:
        super().__init__(tr("Record"))
        self.line = ChainLine()
        self._facts = FactBlock(label_width=92)
        self._note = label("", "secondary", wrap=True)
        self.with_file = QCheckBox(tr("Include the original file"))
        self.with_file.setAccessibleName(self.with_file.text())
        self.save = primary(tr("Save bundle…"), lambda: None)
        bottom = row(self._note, self.with_file, self.save, spacing=16)
        bottom.setStretch(0, 1)
        self._replaced = label("", "secondary", wrap=True)
        set_tone(self._replaced, "warn")
        for part in (bottom, self.line, self._replaced, self._facts):
            self.add(part)
        self.body.addStretch(1)

    def show_record(self, record: RecordStatus, file: str) -> None:
        """Show another record; its chain comes a moment later."""
        subject = line(record.subject, 60) if record.subject else tr("no subject")
        self.say_title(f"#{number(record.sequence)} {subject}")
        self.chip.show_chip(record_chip(record, words()))
        self.line.show_rings([])
        self.say_replaced("")
        self.show_facts(record, file)
        self._note.setText(provable_sentence(record, words()))
        self.save.setEnabled(record.provable)

    def say_replaced(self, sentence: str) -> None:
        """That a later record takes its place, or nothing."""
        self._replaced.setText(sentence)
        self._replaced.setVisible(bool(sentence))

    def show_facts(self, record: RecordStatus, file: str) -> None:
        """The facts, with the file's name where this desk knows it."""
        self._facts.show_facts(detail_facts(record, file, words()))


def _empty_card() -> QWidget:
    card = Card()
    text = tr("What you notarize appears here, with its chain and the bundle that proves it.")
    card.add(EmptyState(tr("No records yet"), text))
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(card)
    column.addStretch(1)
    return holder


def _scrolling(card: Card) -> QScrollArea:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(card)
    area = scrolled(Scrolled(column))
    area.setAccessibleName(tr("Record"))
    return area
