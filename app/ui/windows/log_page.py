"""The page "Approval log" of the desk."""

from app.ui.language import tr
from app.ui.windows.lists_page import ListsPage
from app.ui.windows.surroundings import Surroundings


class LogPage(ListsPage):
    """What was approved at this desk, and with which key."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings, tr("Approval log"), tr("What was approved at this desk, and with which key"))

    def load(self) -> None:
        """Nothing to ask yet."""
