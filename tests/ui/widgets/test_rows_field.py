"""A list of lines in a form: lines are added, named by their place, judged, and taken away."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from app.ui import language
from app.ui.widgets.fields import AmountField, TextField
from app.ui.widgets.rows_field import MAX_ROWS, Row, RowsField, level


class Line(Row):
    """Whom, and how many; the second is not always asked for."""

    def __init__(self) -> None:
        self.whom, self.count = TextField("Whom"), AmountField("Count")
        super().__init__(self.whom, self.count)
        self.setLayout(level(self.whom, self.count, self.end))

    def put(self, whom: str, count: str = "1") -> None:
        self.whom.edit.setText(whom)
        self.count.edit.setText(count)


@pytest.fixture
def field(qapp: QApplication) -> Iterator[RowsField[Line]]:
    """Three lines, filled in, in a window."""
    language.speak("en")
    window = QWidget()
    made = RowsField("Parts", "Add a part", Line, note="As many as there are")
    window.setMinimumSize(600, 400)
    window.setLayout(level(made))
    window.show()
    made.add_row()
    made.add_row()
    for each, whom in zip(made.rows, "abc", strict=True):
        each.put(whom)
    yield made
    window.close()


def settle() -> None:
    """What is to be deleted is deleted."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    gc.collect()


def drops(field: RowsField[Line], place: int) -> None:
    field.rows[place].away.click()
    settle()


def named(field: RowsField[Line], kind: type[QWidget]) -> list[str]:
    return [each.accessibleName() for each in field.findChildren(kind)]


def test_each_field_is_called_by_its_name_and_line(field: RowsField[Line]) -> None:
    assert named(field, QLineEdit) == ["Whom 1", "Count 1", "Whom 2", "Count 2", "Whom 3", "Count 3"]
    assert named(field, QPushButton)[:3] == ["Remove line 1", "Remove line 2", "Remove line 3"]


def test_a_line_that_is_taken_away_is_gone_and_the_others_move_up(field: RowsField[Line]) -> None:
    drops(field, 1)
    assert [each.whom.value() for each in field.rows] == ["a", "c"]
    assert named(field, QLineEdit) == ["Whom 1", "Count 1", "Whom 2", "Count 2"]


def test_after_the_first_line_is_gone_the_next_one_gets_the_keyboard(field: RowsField[Line]) -> None:
    drops(field, 0)
    assert field.focusProxy() is field.rows[0].whom.edit


def test_the_last_line_cannot_be_taken_away(field: RowsField[Line]) -> None:
    drops(field, 0)
    assert field.rows[0].away.isVisible()
    drops(field, 0)
    assert not field.rows[0].away.isVisible()


def test_what_is_wrong_is_said_of_the_first_bad_line(field: RowsField[Line]) -> None:
    assert field.problem() == ""
    field.rows[2].put("")
    field.rows[1].put("b", "x")
    assert field.problem() == "Count 2: a number is needed"
    field.rows[1].put("b", "2")
    assert field.problem() == "Still missing: Whom 3"


def test_what_is_not_asked_for_is_not_missed(field: RowsField[Line]) -> None:
    field.rows[0].put("a", "")
    field.rows[0].count.offer(False)
    assert field.problem() == ""


def test_every_change_in_a_line_is_told(field: RowsField[Line]) -> None:
    told: list[int] = []
    field.changed.connect(lambda: told.append(1))
    field.rows[1].whom.edit.setText("other")
    assert len(told) == 1
    drops(field, 1)
    assert len(told) == 2


def test_there_are_no_more_lines_than_the_law_takes(field: RowsField[Line]) -> None:
    more = field.findChildren(QPushButton)[-1]
    while len(field.rows) < MAX_ROWS:
        assert more.isEnabled()
        more.click()
    assert not more.isEnabled()
    drops(field, 0)
    assert more.isEnabled()


def test_lines_come_and_go_many_times(field: RowsField[Line]) -> None:
    """Nothing of a line stays behind."""
    for turn in range(60):
        field.add_row().put(str(turn))
        drops(field, turn % len(field.rows))
    assert len(field.rows) == 3
    assert len(field.findChildren(Line)) == 3
