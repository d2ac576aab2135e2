"""Users on the desk."""

from app.ui.language import tr
from app.ui.windows.deed_page import DeedPage
from app.ui.windows.surroundings import Surroundings


class UsersPage(DeedPage):
    """Whom this partner has certified; what is known of them stays in the vault on this computer."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(
            surroundings,
            tr("Users"),
            tr("Whom this partner has certified; what is known of them stays in the vault on this computer"),
        )
