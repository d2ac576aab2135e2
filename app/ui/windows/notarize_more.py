"""What a record can say besides its file, folded away under "More": most records need none of it (3.4.2)."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.ui.language import tr, words
from app.ui.present.besides import supersede_choices, wished_text
from app.ui.recording import NOTHING_BESIDES
from app.ui.widgets.buttons import link
from app.ui.widgets.card import row
from app.ui.widgets.fields import ChoiceField, Field, FlagField, TextField
from app.ui.widgets.text import ElidedLabel, label
from app.ui.windows.notarize_session import NotarizeSession
from app.ui.windows.pickers import DocumentPicker
from app.ui.windows.surroundings import Surroundings

LABEL_WIDTH = 76


class MoreFields(QWidget):
    """A line that says what is asked for, and below it, unfolded, the fields."""

    changed = Signal()

    def __init__(self, surroundings: Surroundings, session: NotarizeSession) -> None:
        super().__init__()
        self._around, self._session = surroundings, session
        self._make_fields()
        self._fold = link(tr("More"), self._turn)
        self._asked = ElidedLabel("", "secondary")
        self._fields = QWidget()
        self._grid = QGridLayout(self._fields)
        self._fill_grid()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = row(self._fold, self._asked, spacing=12)
        head.setStretch(1, 1)
        column.addLayout(head)
        column.addWidget(self._fields)
        self._unfold(session.besides != NOTHING_BESIDES)
        self._put_back()
        for field in self._all:
            field.changed.connect(self._take)
        session.chain_changed.connect(self.show_session)
        self.show_session()

    @property
    def problem(self) -> str:
        """What is wrong in a field, or nothing."""
        return next((field.problem() for field in self._all if field.problem()), "")

    def show_session(self) -> None:
        """Offer the records of the chosen chain, and say what is asked for while that is folded away."""
        session = self._session
        self._replaces.box.offer(
            supersede_choices(session.chain_records, self._around.now_ns(), words()), session.supersedes
        )
        self._replaces.box.setEnabled(session.chain is not None)
        self._replaces.say(
            tr("The earlier record stays on the chain; whoever looks it up sees that another takes its place")
            if session.chain is not None
            else tr("Only a record of the same chain can be replaced: first choose that chain above")
        )
        asked = wished_text(session.besides, words()) or tr(
            "several files in one record, replacing, time-stamp, hosting"
        )
        self._asked.setText("" if self._is_open else asked)

    # ---- inside --------------------------------------------------------------------------------------------------
    def _make_fields(self) -> None:
        self._batch = FlagField(
            tr("Batch"),
            tr("Put all files into one record"),
            note=tr("A list of the files is recorded and kept here; each file can later be shown to be on it"),
        )
        self._replaces = ChoiceField(tr("Replaces"), [])
        self._timestamp = DocumentPicker(
            self._around,
            tr("Time-stamp"),
            note=tr("The file that a time-stamp service gave for this file (.tsr); only its digest is recorded"),
            is_required=False,
        )
        self._hosting = TextField(
            tr("Hosted at"),
            example=tr("address of the hosted file"),
            note=tr("Only the digest of the address is recorded; whoever is given the address can compare it"),
            is_required=False,
        )

    @property
    def _all(self) -> tuple[Field, ...]:
        return (self._batch, self._replaces, self._timestamp, self._hosting)

    def _fill_grid(self) -> None:
        self._grid.setContentsMargins(0, 0, 0, 6)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        for place, field in enumerate(self._all):
            name = label(field.name, "secondary")
            name.setMinimumHeight(32)
            name.setBuddy(field.focus_widget())
            self._grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(field, place, 1)

    def _turn(self) -> None:
        self._unfold(not self._is_open)
        self.show_session()

    def _unfold(self, wanted: bool) -> None:
        self._is_open = wanted
        self._fields.setVisible(wanted)
        self._fold.setText(tr("Less") if wanted else tr("More"))
        self._fold.setAccessibleName(self._fold.text())

    def _put_back(self) -> None:
        """What was asked for before the language was changed."""
        self._batch.box.setChecked(self._session.is_batch)
        self._hosting.edit.setText(self._session.hosting)
        if self._session.timestamp is not None:
            self._timestamp.take(self._session.timestamp.path)

    def _take(self) -> None:
        session = self._session
        session.is_batch, session.hosting = self._batch.value(), self._hosting.edit.text()
        session.supersedes = int(str(self._replaces.value() or 0))
        session.timestamp = self._timestamp.file
        self.changed.emit()
