"""Partners on the desk: every organisation of the chain, under which agreement it acts, and whom this partner recognises.

Guarantees: only what the law lets this account do with an organisation is offered.
"""

from app.client.members import AccountName, AccountView, Cursor, Names, RecognitionView
from app.client.model import AccountStatus
from app.client.registry import every
from app.ui.desk import Desk
from app.ui.language import tr
from app.ui.present.partners import (
    AMEND,
    PARTIES,
    RECOGNISE,
    RESUME,
    SUSPEND,
    WITHDRAW,
    Organisation,
    deeds,
    may_admit,
)
from app.ui.windows.form import Form
from app.ui.windows.lists_page import ListsPage, made_account
from app.ui.windows.partner_forms import admit_form, amend_form, recognise_form, stop_form, withdraw_form
from app.ui.windows.partner_parts import OrganisationDetail, OrganisationList
from app.ui.windows.surroundings import Surroundings

ORDERS = 20


class PartnersPage(ListsPage):
    """Organisations of the chain, and what this account may do about them."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(
            surroundings,
            tr("Partners"),
            tr("Who takes part in this chain, under which agreement, and whom this partner recognises"),
        )

    def load(self) -> None:
        """All organisations, or the one in full sight."""
        holder, desk = self.around.bridge.account, self.around.desk
        if holder is None:
            return
        if isinstance(self.subject, int):
            self.ask(_organisation(desk, holder, self.subject), self._show_full)
        else:
            self.ask(_organisations(desk), self._show_list)

    def show_organisation(self, account: int) -> None:
        """One organisation in full sight."""
        self.show_subject(account)

    def _show_list(self, views: tuple[AccountView, ...]) -> None:
        holder = self.around.bridge.account
        if holder is None:
            return
        self.offer(tr("Admit an organisation") if may_admit(holder) else "", self._admit)
        self.show_parts((holder.id, views), lambda: OrganisationList(views, holder.id, self.show_organisation))

    def _show_full(self, organisation: Organisation) -> None:
        holder = self.around.bridge.account
        if holder is None:
            return
        can = deeds(holder, organisation)
        self.known = {int(organisation.account.id): organisation.account.name}
        self.offer("", self.load)
        self.show_parts(
            (organisation, can),
            lambda: OrganisationDetail(
                self.around,
                holder,
                organisation,
                lambda: self.show_subject(None),
                lambda deed: self._begin(deed, organisation),
                can,
            ),
        )

    def _admit(self) -> None:
        self.begin(admit_form(self.around), opens=made_account)

    def _begin(self, deed: str, organisation: Organisation) -> None:
        self.begin(self._form_of(deed, organisation))

    def _form_of(self, deed: str, organisation: Organisation) -> Form:
        forms = {
            AMEND: lambda: amend_form(self.around, organisation),
            SUSPEND: lambda: stop_form(self.around, organisation, stops=True),
            RESUME: lambda: stop_form(self.around, organisation, stops=False),
            RECOGNISE: lambda: recognise_form(organisation),
            WITHDRAW: lambda: withdraw_form(organisation),
        }
        return forms[deed]()


async def _organisations(desk: Desk) -> tuple[AccountView, ...]:
    found: list[AccountView] = []
    for party in PARTIES:
        found += [
            view async for view in every(lambda cursor, party=party: desk.registry.accounts(party, cursor=cursor))
        ]
    return tuple(found)


async def _organisation(desk: Desk, holder: AccountStatus, account: int) -> Organisation:
    reader = desk.registry
    view = await reader.account(account)
    terms = [each async for each in every(lambda cursor: reader.terms(account, cursor=cursor))]
    recognised, names = await _recognitions(desk, account)
    mine, _ = await _recognitions(desk, holder.id) if holder.party == "partner" else ((), {})
    orders = await reader.orders_on_account(account, limit=ORDERS)
    return Organisation(view, tuple(terms), recognised, mine, orders.items, {**names, **view.names, **orders.names})


async def _recognitions(desk: Desk, account: int) -> tuple[tuple[RecognitionView, ...], Names]:
    found: list[RecognitionView] = []
    names: dict[int, AccountName] = {}
    cursor: Cursor = None
    while True:
        page = await desk.registry.recognitions(account, cursor=cursor)
        found += page.items
        names |= page.names
        cursor = page.next
        if cursor is None:
            return tuple(found), names
