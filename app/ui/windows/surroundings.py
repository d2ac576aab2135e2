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
