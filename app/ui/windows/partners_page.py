"""Partners on the desk."""

from app.ui.language import tr
from app.ui.windows.deed_page import DeedPage
from app.ui.windows.surroundings import Surroundings


class PartnersPage(DeedPage):
    """Who takes part in this chain, under which agreement, and whom this partner recognises."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(
            surroundings,
            tr("Partners"),
            tr("Who takes part in this chain, under which agreement, and whom this partner recognises"),
        )
