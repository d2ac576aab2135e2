"""At the desk: what the vault knows besides the plain attributes of people: their papers, and contacts.

Guarantees: a contact is kept only for an account that the node knows. Everything runs on other threads.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

from app.client.members import AccountView
from app.core.errors import LuopuError
from app.desk.running import RunningDesk
from app.ui.desks.vault import ContactView
from app.wallet.vault import Kept


class VaultDesk(RunningDesk):
    """What the vault knows besides the plain attributes of people: their papers, and contacts."""

    async def contacts(self) -> list[ContactView]:
        """All contacts, by name, with what the node shows of their accounts."""
        found = await (await self._people()).contacts()
        return [ContactView(each.account, each.name, each.note, await self._shown(each.account)) for each in found]

    async def save_contact(self, account: int, name: str, note: str) -> None:
        """Call an account so here."""
        await (await self._people()).save_contact(account, name, note)

    async def drop_contact(self, account: int) -> None:
        """Forget a contact."""
        await (await self._people()).drop_contact(account)

    async def called(self, accounts: Collection[int]) -> Mapping[int, str]:
        """What accounts are called here."""
        return await (await self._people()).called(accounts)

    async def account_called(self, name: str) -> int:
        """The account of the one contact of this name, or 0."""
        found = [each.account for each in await (await self._people()).contacts() if each.name == name]
        return found[0] if len(found) == 1 else 0

    async def person(self, person_id: str) -> Kept:
        """One person of the vault."""
        return await (await self._people()).person(person_id)

    async def papers_at_hand(self, person_id: str) -> frozenset[bytes]:
        """Those papers of a person of which a sealed copy is kept here."""
        return await (await self._people()).papers_at_hand(person_id)

    async def save_paper(self, person_id: str, sha256: bytes, target: Path) -> Path:
        """Write a paper of a person where the clerk wants it."""
        return await (await self._people()).save_paper(person_id, sha256, target)

    async def _shown(self, account: int) -> AccountView | None:
        with suppress(LuopuError):
            return await self.registry.account(account)
        return None
