"""What a desk in memory says of the registry: pages of whatever a test puts there, nothing to begin with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from app.client.members import (
    AccountName,
    AccountView,
    ActivityEntry,
    AgreementView,
    HeldView,
    LawParameters,
    Names,
    Page,
    RecognitionView,
    TermsView,
    VoucherView,
)
from app.client.model import QuotaStatus
from app.core.errors import NotFound
from app.core.wire import registry_pb2 as wire

T = TypeVar("T")
PARTIES = {"operator": 1, "bookkeeper": 2, "partner": 3, "user": 4, "regulator": 5}


@dataclass
class FakeReader:
    """As much of `app.client.registry.RegistryReader` as the pages of organisations ask."""

    named: dict[int, AccountName] = field(default_factory=dict)
    views: dict[int, AccountView] = field(default_factory=dict)
    open_agreements: list[AgreementView] = field(default_factory=list)
    entries: list[ActivityEntry] = field(default_factory=list)
    versions: list[TermsView] = field(default_factory=list)
    recognised: list[RecognitionView] = field(default_factory=list)
    waiting: list[HeldView] = field(default_factory=list)
    vouchers: dict[bytes, VoucherView] = field(default_factory=dict)
    law: LawParameters | None = None

    async def parameters(self) -> LawParameters:
        assert self.law is not None
        return self.law

    async def account(self, account: int) -> AccountView:
        if account in self.views:
            return self.views[account]
        made = wire.Account(id=account, party=wire.PARTY_PARTNER, permissions=[1, 2], name="示例合作方 经办 01")
        return AccountView(made, "none", (), True, QuotaStatus(10_000, 1_580, 0), {})

    async def accounts(self, party: str = "", *, cursor: object = None, limit: int = 100) -> Page[AccountView]:
        found = [view for view in self.views.values() if not party or view.account.party == PARTIES[party]]
        return self._page(found)

    async def agreements(self, account: int, *, cursor: object = None, limit: int = 100) -> Page[AgreementView]:
        return self._page(self.open_agreements[:limit])

    async def agreement(self, agreement: bytes) -> AgreementView:
        for view in self.open_agreements:
            if view.id == agreement:
                return view
        raise NotFound(what="agreement", name=agreement.hex())

    async def activity(self, account: int, *, cursor: object = None, limit: int = 100) -> Page[ActivityEntry]:
        return self._page(self.entries)

    async def orders_on_account(self, account: int, *, cursor: object = None, limit: int = 100) -> Page[ActivityEntry]:
        return self._page(self.entries)

    async def terms(self, account: int, *, cursor: object = None, limit: int = 100) -> Page[TermsView]:
        return self._page(self.versions)

    async def recognitions(self, account: int, *, cursor: object = None, limit: int = 100) -> Page[RecognitionView]:
        return self._page(self.recognised)

    async def held(self, account: int, *, cursor: object = None, limit: int = 100) -> Page[HeldView]:
        return self._page(self.waiting)

    async def voucher(self, voucher: bytes) -> VoucherView:
        if voucher not in self.vouchers:
            raise NotFound(what="voucher", name=voucher.hex())
        return self.vouchers[voucher]

    def _page(self, items: Sequence[T]) -> Page[T]:
        names: Names = self.named
        return Page(1, tuple(items), None, names)
