"""Approvals on the desk."""

from app.ui.language import tr
from app.ui.windows.deed_page import DeedPage
from app.ui.windows.surroundings import Surroundings


class ApprovalsPage(DeedPage):
    """What colleagues have signed and what waits for a second signature."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(
            surroundings, tr("Approvals"), tr("What colleagues have signed and what waits for a second signature")
        )
