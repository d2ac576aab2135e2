"""Notices that nobody is at the desk: no key or mouse for a while, or the computer slept.

Guarantees: told once for each absence, within two seconds of the deadline, or of waking up. A computer that slept is noticed
by a clock that jumped between two looks, on every system alike; a clock that was set by hand locks the desk once, too.
"""

from collections.abc import Callable
from time import monotonic_ns

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QWindow

SECOND_NS = 1_000_000_000
LOOK_MILLISECONDS = 1000
SLEPT_NS = 30 * SECOND_NS
"""No window hangs for so long; who was away for longer was asleep."""
_ACTS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
        QEvent.Type.Drop,
    }
)


class IdleWatch(QObject):
    """Watches what is done in the windows that it `follow`s."""

    away = Signal()
    """Nobody is there, or the computer slept."""

    def __init__(
        self,
        allowed_ns: Callable[[], int],
        *,
        now_ns: Callable[[], int],
        running_ns: Callable[[], int] = monotonic_ns,
    ) -> None:
        """`allowed_ns`: how long nobody may act, 0 for ever. `now_ns`: the clock on the wall. `running_ns`: one that only
        goes forward.
        """
        super().__init__()
        self._allowed_ns, self._now_ns, self._running_ns = allowed_ns, now_ns, running_ns
        self._acted = self._looked = running_ns()
        self._looked_at = now_ns()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_MILLISECONDS)

    def follow(self, window: QWindow | None) -> None:
        """Watch a window, too: to be told of each that gets the keyboard."""
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)
            self._acted = self._running_ns()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Somebody acted; the event goes its way."""
        if event.type() in _ACTS:
            self._acted = self._running_ns()
        return False

    def look(self) -> None:
        """Whether it is time."""
        running, now = self._running_ns(), self._now_ns()
        jumped = max(running - self._looked, abs(now - self._looked_at))
        self._looked, self._looked_at = running, now
        allowed = self._allowed_ns()
        if jumped > SLEPT_NS or (allowed and running - self._acted >= allowed):
            self._acted = running
            self.away.emit()

    def stop(self) -> None:
        """Watch no more."""
        self._timer.stop()
