"""What every page is given: the desk, what it last said, running calls, the clerk's choices, and the clock."""

from collections.abc import Callable
from dataclasses import dataclass

from app.ui.bridge import DeskBridge
from app.ui.desk import Desk
from app.ui.settings import Settings
from app.ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Handed down from the main window; nothing here is global."""

    desk: Desk
    bridge: DeskBridge
    tasks: Tasks
    settings: Settings
    now_ns: Callable[[], int]

    def block_time_ns(self) -> int:
        """Time of the newest block, by which the law judges; this computer's as long as none is known."""
        status = self.bridge.status
        return self.now_ns() if status is None else status.block_time_ns
