"""Agreements on the desk."""

from app.ui.language import tr
from app.ui.windows.deed_page import DeedPage
from app.ui.windows.surroundings import Surroundings


class AgreementsPage(DeedPage):
    """Documents that take effect when every party has confirmed."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(
            surroundings, tr("Agreements"), tr("Documents that take effect when every party has confirmed")
        )
