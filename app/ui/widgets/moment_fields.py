"""Fields for moments in the clerk's zone.

Guarantees: the value is nanoseconds since 1970 UTC, 0 where no moment is meant.
"""

from datetime import datetime, timedelta

from PySide6.QtCore import QDate, QDateTime, QTime
from PySide6.QtWidgets import QCheckBox, QDateTimeEdit, QLineEdit, QWidget

from app.ui.language import tr, words
from app.ui.present.times import EPOCH, local
from app.ui.widgets.card import row
from app.ui.widgets.fields import Field


class MomentField(Field):
    """A moment, or none."""

    def __init__(self, name: str, now_ns: int, *, without: str, note: str = "", days: int = 365) -> None:
        super().__init__(name, note)
        self._without = QCheckBox(without)
        self._without.setAccessibleName(f"{name}: {without}")
        self._without.setChecked(True)
        self.edit = QDateTimeEdit()
        self.edit.setAccessibleName(name)
        self.edit.setCalendarPopup(True)
        self.edit.setDisplayFormat("yyyy-MM-dd HH:mm")
        then = local(now_ns, words()) + timedelta(days=days)
        self.edit.setDateTime(QDateTime(QDate(then.year, then.month, then.day), QTime(0, 0)))
        self.edit.setEnabled(False)
        for inner in self.edit.findChildren(QLineEdit):
            inner.setAccessibleName(name)
        holder = QWidget()
        holder.setLayout(row(self.edit, self._without, 1, spacing=14))
        self.put(holder)
        self.setFocusProxy(self._without)
        self._without.toggled.connect(self._toggle)
        self.edit.dateTimeChanged.connect(lambda _moment: self.changed.emit())

    def set_moment(self, moment_ns: int) -> None:
        """Show this moment; 0: none."""
        self._without.setChecked(moment_ns == 0)
        if moment_ns:
            when = local(moment_ns, words())
            self.edit.setDateTime(QDateTime(QDate(when.year, when.month, when.day), QTime(when.hour, when.minute)))

    def value(self) -> int:
        """Nanoseconds since 1970 UTC; 0: none."""
        if self._without.isChecked():
            return 0
        shown = self.edit.dateTime()
        day, time = shown.date(), shown.time()
        when = datetime(day.year(), day.month(), day.day(), time.hour(), time.minute(), tzinfo=words().zone)
        since = when - EPOCH
        return (since.days * 86_400 + since.seconds) * 1_000_000_000

    def _toggle(self, without: bool) -> None:
        self.edit.setEnabled(not without)
        self.changed.emit()


class FutureField(MomentField):
    """A moment that must be still to come, or none."""

    def __init__(self, name: str, now_ns: int, *, without: str, note: str = "") -> None:
        super().__init__(name, now_ns, without=without, note=note)
        self._now_ns = now_ns

    def problem(self) -> str:
        """It has passed."""
        return tr("{name} has passed").format(name=self.name) if 0 < self.value() <= self._now_ns else ""
