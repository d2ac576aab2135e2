"""Decisions on the desk."""

from app.ui.language import tr
from app.ui.windows.deed_page import DeedPage
from app.ui.windows.surroundings import Surroundings


class GovernancePage(DeedPage):
    """What the bookkeepers propose and decide together."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings, tr("Decisions"), tr("What the bookkeepers propose and decide together"))
