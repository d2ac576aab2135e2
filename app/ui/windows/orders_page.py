"""Orders on the desk."""

from app.ui.language import tr
from app.ui.windows.deed_page import DeedPage
from app.ui.windows.surroundings import Surroundings


class OrdersPage(DeedPage):
    """What authorities ordered, and what was done about it."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings, tr("Orders"), tr("What authorities ordered, and what was done about it"))
