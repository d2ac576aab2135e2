"""Until when: the clerk counts days or blocks, the chain counts heights only."""

from PySide6.QtWidgets import QLineEdit, QWidget

from app.core.proposal import MAX_DEADLINE_BLOCKS
from app.ui.language import tr, words
from app.ui.present.heights import BLOCKS_OF_A_DAY, height_text
from app.ui.widgets.card import row
from app.ui.widgets.choice import ChoiceBox
from app.ui.widgets.fields import Field, missing, parse_amount
from app.ui.windows.surroundings import Surroundings

WIDTH = 110


class DeadlineField(Field):
    """A last height, so many days or blocks from now."""

    def __init__(self, surroundings: Surroundings, name: str, *, days: int = 7) -> None:
        super().__init__(name)
        self._around = surroundings
        self.edit = QLineEdit(str(days))
        self.edit.setAccessibleName(name)
        self.edit.setFixedWidth(WIDTH)
        self._unit = ChoiceBox(tr("Unit of the deadline"))
        self._unit.offer([(tr("days"), BLOCKS_OF_A_DAY), (tr("blocks"), 1)], BLOCKS_OF_A_DAY)
        holder = QWidget()
        holder.setLayout(row(self.edit, self._unit, 1))
        self.put(holder)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(self._tell)
        self._unit.chosen.connect(self._tell)
        self._tell()

    def value(self) -> int:
        """The last height that counts; 0 where nothing usable stands."""
        status, blocks = self._around.bridge.status, self._blocks()
        return 0 if status is None or blocks is None else status.height + blocks

    def problem(self) -> str:
        """Nothing there, not a number, too far, or nobody knows the height."""
        if not self.edit.text().strip():
            return missing(self.name)
        if self._blocks() is None:
            most = MAX_DEADLINE_BLOCKS // int(self._unit.currentData())
            return tr("{name}: a whole number from 1 to {most} is needed").format(name=self.name, most=most)
        if self._around.bridge.status is None:
            return tr("The height of the chain is not known yet")
        return ""

    def _blocks(self) -> int | None:
        count = parse_amount(self.edit.text().strip(), 0)
        blocks = 0 if count is None else count * int(self._unit.currentData())
        return blocks if 1 <= blocks <= MAX_DEADLINE_BLOCKS else None

    def _tell(self) -> None:
        height = self.value()
        if height:
            when = height_text(height, self._around.bridge.status, self._around.now_ns(), words())
            self.say(tr("Until {when}; what counts is the height").format(when=when))
        else:
            self.say("")
        self.changed.emit()
