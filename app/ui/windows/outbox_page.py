"""The page "Outbox" of the desk."""

from app.ui.language import tr
from app.ui.windows.lists_page import ListsPage
from app.ui.windows.surroundings import Surroundings


class OutboxPage(ListsPage):
    """What this desk signed, and what became of it."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings, tr("Outbox"), tr("What this desk signed, and what became of it"))

    def load(self) -> None:
        """Nothing to ask yet."""
