"""The page "Vault" of the desk."""

from app.ui.language import tr
from app.ui.windows.lists_page import ListsPage
from app.ui.windows.surroundings import Surroundings


class VaultPage(ListsPage):
    """Whom you know: people, their papers, and contacts."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings, tr("Vault"), tr("Whom you know: people, their papers, and contacts"))

    def load(self) -> None:
        """Nothing to ask yet."""
