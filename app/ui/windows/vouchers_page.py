"""Vouchers on the desk."""

from app.ui.language import tr
from app.ui.windows.deed_page import DeedPage
from app.ui.windows.surroundings import Surroundings


class VouchersPage(DeedPage):
    """Rights against an issuer: what this account issues, holds and may do with them."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(
            surroundings,
            tr("Vouchers"),
            tr("Rights against an issuer: what this account issues, holds and may do with them"),
        )
