"""Agreements on the desk: what waits for this account, what it opened or is a party of, and one in full sight.

Guarantees: only what the law lets this account do is offered; the badge counts what waits for its confirmation.
"""

from dataclasses import dataclass

from app.client.members import AccountView, AgreementView
from app.ui.desk import Desk
from app.ui.language import tr, words
from app.ui.present.agreements import (
    CONFIRM,
    deeds,
    has_evidence_right,
    is_waiting_for,
    no_right_sentence,
)
from app.ui.windows.agreement_forms import confirm_form, open_form, retract_form
from app.ui.windows.agreement_parts import AgreementDetail, AgreementList, deed_name
from app.ui.windows.lists_page import ListsPage
from app.ui.windows.loading import load_first
from app.ui.windows.surroundings import Surroundings

FIRST = 50


@dataclass(frozen=True, slots=True)
class _Listed:
    own: AccountView
    views: tuple[AgreementView, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class _Full:
    own: AccountView
    view: AgreementView


class AgreementsPage(ListsPage):
    """Documents that take effect when every party has confirmed."""

    is_watchful = True

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(
            surroundings, tr("Agreements"), tr("Documents that take effect when every party has confirmed")
        )
        self._wanted = FIRST
        self.load()

    def load(self) -> None:
        """The list, or the agreement in full sight."""
        account = self.around.bridge.account
        if account is None:
            return
        desk = self.around.desk
        if isinstance(self.subject, bytes):
            self.ask(_full(desk, account.id, self.subject), self._show_full)
        else:
            self.ask(_listed(desk, account.id, self._wanted), self._show_list)

    def show_agreement(self, agreement: bytes) -> None:
        """One agreement in full sight."""
        self.show_subject(agreement)

    def _show_list(self, listed: _Listed) -> None:
        account = int(listed.own.account.id)
        self.waits.emit(sum(is_waiting_for(view, account) for view in listed.views))
        self.offer(tr("Open an agreement") if has_evidence_right(listed.own) else "", self._open)
        more = self._show_more if listed.has_more else None
        self.show_parts(
            (listed.views, listed.has_more),
            lambda: AgreementList(self.around, account, listed.views, self.show_agreement, more),
        )

    def _show_full(self, full: _Full) -> None:
        account, view = int(full.own.account.id), full.view
        can = deeds(view, account) if has_evidence_right(full.own) else ()
        self.offer(deed_name(CONFIRM) if CONFIRM in can else "", lambda: self._begin(CONFIRM, view))
        why_not = no_right_sentence(full.own, words()) if deeds(view, account) else ""
        self.show_parts(
            (view, can),
            lambda: AgreementDetail(
                self.around,
                account,
                view,
                lambda: self.show_subject(None),
                lambda deed: self._begin(deed, view),
                can,
                why_not,
            ),
        )

    def _show_more(self) -> None:
        self._wanted += FIRST
        self.load()

    def _open(self) -> None:
        self.begin(open_form(self.around), opens=bytes)

    def _begin(self, deed: str, view: AgreementView) -> None:
        self.begin(confirm_form(self.around, view) if deed == CONFIRM else retract_form(self.around, view))


async def _listed(desk: Desk, account: int, wanted: int) -> _Listed:
    own = await desk.registry.account(account)
    views, has_more = await load_first(
        lambda cursor, limit: desk.registry.agreements(account, cursor=cursor, limit=limit), wanted
    )
    return _Listed(own, views, has_more)


async def _full(desk: Desk, account: int, agreement: bytes) -> _Full:
    return _Full(await desk.registry.account(account), await desk.registry.agreement(agreement))
