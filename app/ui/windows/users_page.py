"""Users on the desk of a partner; on the desk of a user, who may have its data (white paper 3.4.1, 4.2.2).

Guarantees: what the vault knows of somebody is shown only when the clerk asks for it, and hidden again when the page is left;
only what the law lets this account do is offered.
"""

from app.client.members import GrantView
from app.ui.language import tr
from app.ui.present.users import CERTIFY, FREEZE, RESET, REVOKE, UNFREEZE, certification_of
from app.ui.windows.disclosing_page import DisclosingPage
from app.ui.windows.lists_page import made_account
from app.ui.windows.parts import Parts
from app.ui.windows.surroundings import Surroundings
from app.ui.windows.user_detail import CertificationsCard, UserDetail
from app.ui.windows.user_forms import (
    certify_form,
    change_form,
    enrol_form,
    freeze_form,
    grant_form,
    reset_form,
    revoke_form,
    unfreeze_form,
    withdraw_form,
)
from app.ui.windows.user_lists import AccessCard, AskCard, CheckedCard, UserList
from app.ui.windows.user_loading import FullUser, Users, load_access, load_user, load_users
from app.wallet.vault import Kept

FIRST = 100


class UsersPage(DisclosingPage):
    """Whom this partner has certified; what is known of them stays in the vault on this computer."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings, "", "")
        self.searched = ""
        self._wanted = FIRST
        self._full: FullUser | None = None
        self._say_whose()

    def load(self) -> None:
        """The lists, or the user in full sight; of a user its own accesses."""
        account = self.around.bridge.account
        if account is None:
            return
        self._say_whose()
        desk = self.around.desk
        if account.party == "user":
            self.ask(load_access(desk, account.id), self._show_access)
        elif isinstance(self.subject, int):
            self.ask(load_user(desk, account.id, self.subject), self._show_full)
        else:
            self.ask(load_users(desk, account.id, self._wanted), self._show_list)

    # ---- what is shown -------------------------------------------------------------------------------------------
    def _say_whose(self) -> None:
        account = self.around.bridge.account
        if account is not None and account.party == "user":
            self.say_title(tr("Access"), tr("Who may have my data; I give access and can withdraw it at any time"))
        else:
            sentence = tr("Whom this partner has certified; what is known of them stays in the vault on this computer")
            self.say_title(tr("Users"), sentence)

    def _show_list(self, users: Users) -> None:
        self._full = None
        self.offer(tr("Enrol a user"), self.enrol)
        self.show_parts((users, self.checked), lambda: self._lists(users))

    def _lists(self, users: Users) -> Parts:
        lists = [UserList(self.around, users, self), AskCard(self.around, users)]
        if self.checked is not None:
            return Parts(CheckedCard(self.checked, self.close_disclosure), *lists)
        return Parts(*lists)

    def _show_full(self, full: FullUser) -> None:
        self._full = full
        self.known = {int(full.view.account.id): full.known or full.view.account.name}
        self.offer("", self.load)
        self.show_parts(full, lambda: UserDetail(self.around, full, self))

    def _show_access(self, full: FullUser) -> None:
        self._full = full
        self.offer(tr("Give access"), lambda: self.begin(grant_form(self.around, full.view)))
        self.show_parts(
            full,
            lambda: Parts(AccessCard(self.around, full.grants, self.withdraw), CertificationsCard(self.around, full)),
        )

    def show_more(self) -> None:
        """More users in the list."""
        self._wanted += FIRST
        self.load()

    # ---- what is done --------------------------------------------------------------------------------------------
    def enrol(self) -> None:
        """A new user."""
        self.begin(enrol_form(self.around), opens=made_account)

    def certify(self) -> None:
        """Somebody whom another partner enrolled."""
        self.begin(certify_form(self.around))

    def withdraw(self, grant: GrantView) -> None:
        """Take an access back."""
        self.begin(withdraw_form(self.around, grant))

    def start(self, deed: str) -> None:
        """Something with the user in full sight."""
        if self._full is None:
            return
        around, view = self.around, self._full.view
        if deed == CERTIFY:
            number = int(view.account.id)
            around.tasks.start(around.desk.people_of(number), done=self._change, failed=self.show_error)
            return
        makers = {RESET: reset_form, FREEZE: freeze_form, UNFREEZE: unfreeze_form, REVOKE: revoke_form}
        self.begin(makers[deed](around, view))

    def _change(self, known: tuple[Kept, ...]) -> None:
        if self._full is not None:
            own = certification_of(self._full.view, self._full.own)
            person = known[0].person if known else None
            self.begin(change_form(self.around, self._full.view, own, person))
