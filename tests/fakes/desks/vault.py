"""In memory: what the vault knows besides the plain attributes of people: their papers, and contacts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app.client.members import AccountView
from app.core.walleterrors import NoContact, NoPaper
from app.ui.desks.vault import ContactView
from app.wallet.contacts import Contact, check_contact
from app.wallet.vault import Kept
from app.wallet.vault_person import is_about

if TYPE_CHECKING:
    from tests.fakes.desk_registry import FakeReader


@dataclass
class FakeVaultDesk:
    """The Protocol `app.ui.desks.vault.VaultDesk`, and what of `app.ui.desk.Desk` is about people."""

    people: list[Kept] = field(default_factory=list)
    known_contacts: dict[int, Contact] = field(default_factory=dict)
    papers: dict[bytes, bytes] = field(default_factory=dict)
    """Sealed copies, by their SHA-256."""
    disclosed: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)

    if TYPE_CHECKING:
        registry: FakeReader

        async def _enter(self, name: str) -> None: ...

    # ---- people --------------------------------------------------------------------------------------------------
    async def find_people(self, text: str, limit: int = 50) -> list[Kept]:
        await self._enter("find_people")
        return [kept for kept in self.people if is_about(kept.person, text)][:limit]

    async def people_of(self, account: int) -> tuple[Kept, ...]:
        await self._enter("people_of")
        return tuple(kept for kept in self.people if kept.person.account == account)

    async def person(self, person_id: str) -> Kept:
        await self._enter("person")
        return next(kept for kept in self.people if kept.id == person_id)

    async def known_names(self, views: Sequence[AccountView]) -> Mapping[int, str]:
        return await self.called([int(view.account.id) for view in views])

    async def save_disclosure(self, account: int, names: Sequence[str], target: Path) -> Path:
        await self._enter("save_disclosure")
        self.disclosed.append((account, tuple(names)))
        return target

    # ---- papers --------------------------------------------------------------------------------------------------
    async def papers_at_hand(self, person_id: str) -> frozenset[bytes]:
        await self._enter("papers_at_hand")
        materials = (await self.person(person_id)).person.materials
        return frozenset(each.digests.sha256 for each in materials if each.digests.sha256 in self.papers)

    async def save_paper(self, person_id: str, sha256: bytes, target: Path) -> Path:
        await self._enter("save_paper")
        if sha256 not in await self.papers_at_hand(person_id):
            raise NoPaper(sha256=sha256.hex()[:16])
        target.write_bytes(self.papers[sha256])  # noqa: ASYNC240 (small, and tests are to be exact)
        return target

    # ---- contacts ------------------------------------------------------------------------------------------------
    async def contacts(self) -> list[ContactView]:
        await self._enter("contacts")
        found = sorted(self.known_contacts.values(), key=lambda each: (each.name.casefold(), each.account))
        return [
            ContactView(each.account, each.name, each.note, self.registry.views.get(each.account)) for each in found
        ]

    async def save_contact(self, account: int, name: str, note: str) -> None:
        await self._enter("save_contact")
        contact = Contact(account, name, note)
        check_contact(contact)
        await self.registry.account(account)
        self.known_contacts[account] = contact

    async def drop_contact(self, account: int) -> None:
        await self._enter("drop_contact")
        if self.known_contacts.pop(account, None) is None:
            raise NoContact(account=account)

    async def called(self, accounts: Collection[int]) -> Mapping[int, str]:
        people = {kept.person.account: kept.person.name for kept in self.people if kept.person.account in accounts}
        contacts = {number: self.known_contacts[number].name for number in accounts if number in self.known_contacts}
        return {**contacts, **{number: name for number, name in people.items() if number is not None}}

    async def account_called(self, name: str) -> int:
        found = [each.account for each in self.known_contacts.values() if each.name == name]
        return found[0] if len(found) == 1 else 0
