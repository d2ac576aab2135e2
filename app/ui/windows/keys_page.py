"""The page "Keys and tokens" of the desk."""

from app.ui.language import tr
from app.ui.windows.lists_page import ListsPage
from app.ui.windows.surroundings import Surroundings


class KeysPage(ListsPage):
    """With which key this desk signs, and where it is kept."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(
            surroundings, tr("Keys and tokens"), tr("With which key this desk signs, and where it is kept")
        )

    def load(self) -> None:
        """Nothing to ask yet."""
