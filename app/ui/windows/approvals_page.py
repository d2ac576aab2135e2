"""Approvals on the desk: what waits for a second signature, on the chain or in a file, and the keys of the account.

Guarantees: who approves sees all that the waiting bytes say, and signs their digest; the badge counts what waits for this
desk's key.
"""

from dataclasses import dataclass
from pathlib import Path

from app.client.members import AccountView, HeldView
from app.client.model import Final
from app.client.registry import every
from app.core.messages import Explanation
from app.ui.desk import Desk, RequestView
from app.ui.language import tr
from app.ui.present.approvals import count_waiting, is_asked, request_file_name
from app.ui.windows import dialogs
from app.ui.windows.approval_forms import (
    add_form,
    countersign_form,
    discard_form,
    rename_form,
    request_form,
    revoke_form,
    rotate_form,
    thresholds_form,
)
from app.ui.windows.approval_keys import KeysCard, OwnCard, ThresholdsCard
from app.ui.windows.approval_parts import HeldDetail, HeldList, RequestList, request_saved
from app.ui.windows.form import Form
from app.ui.windows.lists_page import ListsPage
from app.ui.windows.parts import Parts
from app.ui.windows.surroundings import Surroundings

REQUESTS = "*.luopu-request"
PICTURES = "*.png *.jpg *.jpeg"


@dataclass(frozen=True, slots=True)
class _Listed:
    own: AccountView
    own_key: str
    held: tuple[HeldView, ...]
    requests: tuple[RequestView, ...]


class ApprovalsPage(ListsPage):
    """What colleagues have signed and what waits for a second signature."""

    is_watchful = True

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(
            surroundings, tr("Approvals"), tr("What waits for a second signature, and which keys may sign")
        )
        self._listed: _Listed | None = None
        self.load()

    def load(self) -> None:
        """Everything; what is in full sight is one of it."""
        account = self.around.bridge.account
        if account is None:
            self.show_parts(None, lambda: Parts(OwnCard(self.around)))
        else:
            self.ask(_load(self.around.desk, account.id), self._show)

    def settled(self, _outcome: Final) -> None:
        """What waited waits no longer: back to the lists."""
        self.show_subject(None)

    # ---- what is shown -------------------------------------------------------------------------------------------
    def _show(self, listed: _Listed) -> None:
        self._listed = listed
        self.waits.emit(count_waiting(listed.held, listed.requests, listed.own.account, listed.own_key))
        view = next((each for each in listed.held if each.id == self.subject), None)
        if view is not None:
            self._show_held(listed, view)
        else:
            self.subject = None
            self.offer("", self.load)
            self.show_parts(listed, lambda: self._lists(listed))

    def _show_held(self, listed: _Listed, view: HeldView) -> None:
        asked = is_asked(view, listed.own.account, listed.own_key)
        self.offer(tr("Countersign") if asked else "", lambda: self.countersign(view))
        self.show_parts(
            (listed.own, view),
            lambda: HeldDetail(
                self.around,
                listed.own.account,
                view,
                listed.own_key,
                back=lambda: self.show_subject(None),
                discard=lambda: self.begin(discard_form(self.around, listed.own.account, view)),
            ),
        )

    def _lists(self, listed: _Listed) -> Parts:
        account, own_key = listed.own.account, listed.own_key
        held = HeldList(self.around, account, listed.held, own_key, self.show_subject)
        requests = RequestList(self.around, account, listed.requests, self)
        keys = KeysCard(account, own_key, self)
        return Parts(held, requests, keys, ThresholdsCard(account, self), OwnCard(self.around))

    # ---- what waits on the chain ---------------------------------------------------------------------------------
    def countersign(self, view: HeldView) -> None:
        """Approve what waits: it stays in sight until it is signed."""
        if self._listed is not None:
            self._begin_at_once(countersign_form(self.around, self._listed.own.account, view))

    # ---- requests ------------------------------------------------------------------------------------------------
    def sign_request(self, request: RequestView) -> None:
        """Show what a request says, and sign it."""
        self._begin_at_once(request_form(self.around, request))

    def ask_request(self) -> None:
        """Let the clerk choose a request file."""
        pattern = tr("Requests ({pattern});;All files (*)").format(pattern=f"{REQUESTS} {PICTURES}")
        dialogs.ask_file(self, tr("Open a request file"), pattern, self.open_request)

    def open_request(self, path: Path) -> None:
        """Take in a request file."""
        self.around.tasks.start(self.around.desk.open_request(path), done=self._opened, failed=self.show_error)

    def ask_target(self, request: RequestView) -> None:
        """Let the clerk choose where a request file goes."""
        dialogs.ask_target(
            self,
            tr("Save the request"),
            request_file_name(request),
            tr("Requests ({pattern});;All files (*)").format(pattern=REQUESTS),
            lambda target: self.save_request(request, target),
        )

    def save_request(self, request: RequestView, target: Path) -> None:
        """Write a request file."""
        self.around.tasks.start(
            self.around.desk.save_request(request.deed_id, target), done=self._saved, failed=self.show_error
        )

    def discard_request(self, request: RequestView) -> None:
        """Forget a request."""
        self.around.tasks.start(
            self.around.desk.discard_request(request.deed_id), done=lambda _none: self.load(), failed=self.show_error
        )

    def _opened(self, request: RequestView) -> None:
        if request.missing:
            said = Explanation(tr("The request was taken in."), tr("It stands below, with everything that it says."))
        else:
            said = Explanation(tr("All have signed it."), tr("It is on its way to the chain."))
        self.banner.say(said, "ok")
        self.load()

    def _saved(self, path: Path) -> None:
        self.banner.say(request_saved(path), "ok")

    # ---- keys ----------------------------------------------------------------------------------------------------
    def add_key(self) -> None:
        """Take in another key."""
        self.begin(add_form(self.around))

    def revoke_key(self, key: bytes) -> None:
        """Take a key away."""
        if self._listed is not None:
            self.begin(revoke_form(self._listed.own.account, self._listed.own_key, key))

    def rotate_key(self) -> None:
        """Put another key in the place of this desk's own."""
        if self._listed is not None:
            self.begin(rotate_form(self.around, self._listed.own.account, self._listed.own_key))

    def change_thresholds(self) -> None:
        """Say anew how many must sign."""
        if self._listed is not None:
            self.begin(thresholds_form(self._listed.own.account))

    def rename(self) -> None:
        """Another public name."""
        if self._listed is not None:
            self.begin(rename_form(self._listed.own.account))

    def _begin_at_once(self, form: Form) -> None:
        """A form without fields: what will be signed is drafted right away."""
        self.begin(form)
        form.filled.emit(form.made())


async def _load(desk: Desk, account: int) -> _Listed:
    held = [view async for view in every(lambda cursor: desk.registry.held(account, cursor=cursor))]
    own = await desk.registry.account(account)
    return _Listed(own, desk.public_key_text(), tuple(held), tuple(await desk.requests()))
