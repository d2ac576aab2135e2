"""Reads the registry through a node: accounts, vouchers, agreements, and what was done. (Receipts and reasons: `NodeClient`.)

Guarantees: one answer stands at one durable height; what is not there is NotFound. Lists come a page at a time; `every`
goes through all pages, each of which may stand at a later height than the one before.
"""

from collections.abc import AsyncGenerator, Awaitable
from typing import Protocol, TypeVar
from urllib.parse import quote

from app.client.answers import (
    decode_account,
    decode_agreement,
    decode_custody,
    decode_entry,
    decode_grant,
    decode_held,
    decode_holder,
    decode_holding,
    decode_names,
    decode_page,
    decode_parameters,
    decode_piece,
    decode_recognition,
    decode_terms,
    decode_voucher,
)
from app.client.fields import Fields
from app.client.members import (
    AccountView,
    ActivityEntry,
    AgreementView,
    Cursor,
    CustodyView,
    GrantView,
    HeldView,
    HolderView,
    HoldingView,
    LawParameters,
    Page,
    PieceView,
    RecognitionView,
    TermsView,
    VoucherView,
)
from app.client.node import NodeClient

PAGE = 100

T = TypeVar("T")
Account = int | bytes
"""An account's number, or its address."""


class Pages(Protocol[T]):
    """A question that is answered a page at a time."""

    def __call__(self, cursor: Cursor) -> Awaitable[Page[T]]:
        """The page at a cursor; None: the first."""
        ...


async def every(pages: Pages[T]) -> AsyncGenerator[T, None]:
    """All there is, page by page: `every(lambda cursor: reader.users(7, cursor=cursor))`."""
    cursor: Cursor = None
    while True:
        page = await pages(cursor)
        for item in page.items:
            yield item
        if page.next is None:
            return
        cursor = page.next


class RegistryReader:
    """Asks one node."""

    def __init__(self, node: NodeClient) -> None:
        self._node = node

    # ---- accounts ------------------------------------------------------------------------------------------------
    async def parameters(self) -> LawParameters:
        """All parameters of the law."""
        return decode_parameters(Fields(await self._node.ask("/v1/parameters")))

    async def account(self, account: Account) -> AccountView:
        """An account."""
        return await self._account(f"/v1/accounts/{_path(account)}")

    async def account_of_name(self, name: str) -> AccountView:
        """Whose a name is, or once was."""
        return await self._account(f"/v1/names/{quote(name, safe='')}")

    async def accounts(self, party: str = "", *, cursor: Cursor = None, limit: int = PAGE) -> Page[AccountView]:
        """Accounts, of one party if that is given, by number."""
        fields = await self._page("/v1/accounts", limit, party=party, after=cursor)
        return decode_page(fields, "accounts", decode_account)

    async def users(self, partner: Account, *, cursor: Cursor = None, limit: int = PAGE) -> Page[AccountView]:
        """Whom a partner certifies, by number; the certification need not count."""
        fields = await self._page(f"/v1/accounts/{_path(partner)}/users", limit, after=cursor)
        return decode_page(fields, "accounts", decode_account)

    async def terms(self, account: Account, *, cursor: Cursor = None, limit: int = PAGE) -> Page[TermsView]:
        """Versions of an organisation's legal agreement."""
        fields = await self._page(f"/v1/accounts/{_path(account)}/terms", limit, after=cursor)
        return decode_page(fields, "terms", decode_terms)

    async def held(self, account: Account, *, cursor: Cursor = None, limit: int = PAGE) -> Page[HeldView]:
        """Transactions that wait for approvals."""
        fields = await self._page(f"/v1/accounts/{_path(account)}/held", limit, after=cursor)
        return decode_page(fields, "held", decode_held)

    async def recognitions(
        self, partner: Account, *, cursor: Cursor = None, limit: int = PAGE
    ) -> Page[RecognitionView]:
        """Whose certifications a partner recognises."""
        fields = await self._page(f"/v1/accounts/{_path(partner)}/recognitions", limit, after=cursor)
        return decode_page(fields, "recognitions", decode_recognition)

    async def grants(self, user: Account, *, cursor: Cursor = None, limit: int = PAGE) -> Page[GrantView]:
        """Accesses that a user has given."""
        fields = await self._page(f"/v1/accounts/{_path(user)}/grants", limit, after=cursor)
        return decode_page(fields, "grants", decode_grant)

    async def grants_to(self, grantee: int, *, cursor: Cursor = None, limit: int = PAGE) -> Page[GrantView]:
        """Accesses that a partner was given, newest first."""
        fields = await self._page("/v1/grants", limit, grantee=grantee, before=cursor)
        return decode_page(fields, "grants", decode_grant)

    async def custody(self, account: Account, *, cursor: Cursor = None, limit: int = PAGE) -> Page[CustodyView]:
        """The newest attestation about each voucher."""
        fields = await self._page(f"/v1/accounts/{_path(account)}/custody", limit, after=cursor)
        return decode_page(fields, "custody", decode_custody)

    # ---- vouchers ------------------------------------------------------------------------------------------------
    async def voucher(self, voucher: bytes) -> VoucherView:
        """A voucher."""
        fields = Fields(await self._node.ask(f"/v1/vouchers/{voucher.hex()}"))
        return decode_voucher(fields, decode_names(fields))

    async def vouchers(
        self, issuer: int | None = None, state: str = "", *, cursor: Cursor = None, limit: int = PAGE
    ) -> Page[VoucherView]:
        """Vouchers, of one issuer and in one state (applied, created, declined) where these are given."""
        fields = await self._page("/v1/vouchers", limit, issuer=issuer, state=state, after=cursor)
        return decode_page(fields, "vouchers", decode_voucher)

    async def holders(self, voucher: bytes, *, cursor: Cursor = None, limit: int = PAGE) -> Page[HolderView]:
        """Who holds some of a voucher."""
        fields = await self._page(f"/v1/vouchers/{voucher.hex()}/holders", limit, after=cursor)
        return decode_page(fields, "holders", decode_holder)

    async def holdings(self, account: Account, *, cursor: Cursor = None, limit: int = PAGE) -> Page[HoldingView]:
        """What an account holds."""
        fields = await self._page(f"/v1/accounts/{_path(account)}/holdings", limit, after=cursor)
        return decode_page(fields, "holdings", decode_holding)

    async def piece(self, voucher: bytes, serial: int) -> PieceView:
        """A piece, live or not."""
        fields = Fields(await self._node.ask(f"/v1/vouchers/{voucher.hex()}/pieces/{serial}"))
        return decode_piece(fields, decode_names(fields))

    async def pieces(
        self, account: Account, voucher: bytes = b"", *, cursor: Cursor = None, limit: int = PAGE
    ) -> Page[PieceView]:
        """An account's live pieces, of one voucher if that is given."""
        fields = await self._page(f"/v1/accounts/{_path(account)}/pieces", limit, voucher=voucher.hex(), after=cursor)
        return decode_page(fields, "pieces", decode_piece)

    # ---- agreements ----------------------------------------------------------------------------------------------
    async def agreement(self, agreement: bytes) -> AgreementView:
        """An agreement of several parties."""
        fields = Fields(await self._node.ask(f"/v1/agreements/{agreement.hex()}"))
        return decode_agreement(fields, decode_names(fields))

    async def agreements(self, account: Account, *, cursor: Cursor = None, limit: int = PAGE) -> Page[AgreementView]:
        """Agreements that an account opened or is a party of, the latest deadline first."""
        fields = await self._page(f"/v1/accounts/{_path(account)}/agreements", limit, before=cursor)
        return decode_page(fields, "agreements", decode_agreement)

    # ---- what was done -------------------------------------------------------------------------------------------
    async def activity(self, account: Account, *, cursor: Cursor = None, limit: int = PAGE) -> Page[ActivityEntry]:
        """What an account did and what concerns it, newest first."""
        fields = await self._page(f"/v1/accounts/{_path(account)}/activity", limit, before=cursor)
        return decode_page(fields, "activity", decode_entry)

    async def orders_on_account(
        self, account: Account, *, cursor: Cursor = None, limit: int = PAGE
    ) -> Page[ActivityEntry]:
        """Orders about an account, newest first."""
        fields = await self._page(f"/v1/accounts/{_path(account)}/orders", limit, before=cursor)
        return decode_page(fields, "orders", decode_entry)

    async def orders_on_voucher(
        self, voucher: bytes, *, cursor: Cursor = None, limit: int = PAGE
    ) -> Page[ActivityEntry]:
        """Orders about a voucher, newest first."""
        fields = await self._page(f"/v1/vouchers/{voucher.hex()}/orders", limit, before=cursor)
        return decode_page(fields, "orders", decode_entry)

    # ---- inside --------------------------------------------------------------------------------------------------
    async def _account(self, path: str) -> AccountView:
        fields = Fields(await self._node.ask(path))
        return decode_account(fields, decode_names(fields))

    async def _page(self, path: str, limit: int, **query: Cursor) -> Fields:
        given = {"limit": limit, **{name: value for name, value in query.items() if value not in {None, ""}}}
        return Fields(await self._node.ask(f"{path}?{'&'.join(f'{name}={value}' for name, value in given.items())}"))


def _path(account: Account) -> str:
    return str(account) if isinstance(account, int) else account.hex()
