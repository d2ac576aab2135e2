"""Whom the partner certifies, from the desk: attributes with salts into the vault first, then the action for the chain.

Guarantees: nothing is drafted whose plaintext and papers are not kept, and nothing is forgotten that stands on the chain;
nothing of a person leaves the vault but what a disclosure names, and papers to where the clerk wants them. Contacts of
accounts that are no people of this partner are kept beside them.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from app.client.disclosing import check_disclosure, make_disclosure
from app.client.members import AccountView
from app.client.model import NodeStatus
from app.client.registry import RegistryReader
from app.core.errors import NotFound
from app.core.ids import derive_address
from app.core.keys import PublicKey
from app.core.ports import Clock, Randomness
from app.core.units import Hash32
from app.core.walleterrors import NoContact
from app.core.wire import registry_pb2 as wire
from app.evidence.disclosure import encode_package
from app.ui.desk import CheckedDisclosure, PersonWish
from app.wallet.contacts import Contact, Contacts, check_contact
from app.wallet.papers import Papers
from app.wallet.vault import Kept, PersonId, Vault
from app.wallet.vault_person import Material, Noted, make_person
from app.wiring.files import write_durably


class People:
    """The vault, and what of it concerns the chain."""

    def __init__(self, vault: Vault, reader: RegistryReader, clock: Clock, randomness: Randomness) -> None:
        self._vault, self._reader, self._clock, self._randomness = vault, reader, clock, randomness
        self._papers, self._contacts = Papers(vault), Contacts(vault)

    async def keep(self, wish: PersonWish) -> wire.Body:
        """Keep a person, and say what is to be drafted."""
        noted = Noted(
            name=wish.name,
            attributes=wish.attributes,
            level=wish.level,
            materials=await self._materials(wish),
            notes=wish.notes,
            account=wish.account or None,
        )
        person = make_person(noted, self._clock, self._randomness)
        files = {each.digests.sha256: each.path for each in wish.materials}
        await asyncio.to_thread(self._papers.keep, person, files)
        return _body_of(wish, person.root)

    async def of_account(self, account: int) -> tuple[Kept, ...]:
        """Everything known of an account; rows that the chain has given an account since are bound to it first."""
        await self.names([await self._reader.account(account)])
        return await asyncio.to_thread(self._vault.by_account, account)

    async def bind(self, root: bytes, account: int) -> None:
        """Note the number that the chain gave to whom a root stands for."""
        kept = await asyncio.to_thread(self._vault.by_root, root)
        if kept is not None and kept.person.account is None:
            await asyncio.to_thread(self._vault.bind, kept.id, account)

    async def forget(self, root: bytes) -> None:
        """Take out whom a root stands for, which nobody has signed and nobody will."""
        kept = await asyncio.to_thread(self._vault.by_root, root)
        if kept is not None:
            await asyncio.to_thread(self._papers.forget, kept.id)

    async def give_up(self, action: wire.Enrol | wire.Certify, chain_id: str) -> None:
        """The same of an action whose draft is gone, unless its certification stands on the chain all the same: who has
        restored an older outbox must not lose what an authority may ask for (身份监管).

        Raises:
            LuopuError: the chain cannot be asked; nobody is forgotten.
        """
        if isinstance(action, wire.Certify):
            account: int | bytes = int(action.account)
        else:
            account = derive_address(chain_id, PublicKey.from_wire(action.key.key))
        if action.root not in await self._roots_of(account):
            await self.forget(action.root)

    async def names(self, views: Sequence[AccountView]) -> Mapping[int, str]:
        """What accounts are called here, by their number: people as the vault knows them, others by their contact. Who has no
        number in the vault yet gets it.
        """
        roots = {int(view.account.id): [each.root for each in view.account.certifications] for view in views}
        return await asyncio.to_thread(self._names, roots)

    async def find(self, text: str, limit: int) -> list[Kept]:
        """Whom the vault knows by a text."""
        return await asyncio.to_thread(lambda: list(islice(self._vault.search(text), limit)))

    async def person(self, person_id: str) -> Kept:
        """One person. Errors as of `Vault.get`."""
        return await asyncio.to_thread(self._vault.get, PersonId(person_id))

    # ---- papers --------------------------------------------------------------------------------------------------
    async def papers_at_hand(self, person_id: str) -> frozenset[bytes]:
        """SHA-256 of those papers of a person of which a sealed copy is kept here."""
        return await asyncio.to_thread(self._at_hand, PersonId(person_id))

    async def save_paper(self, person_id: str, sha256: bytes, target: Path) -> Path:
        """Write a paper to `target`, in the place of what is there. Errors as of `Papers.save`."""
        return await asyncio.to_thread(self._papers.save, PersonId(person_id), sha256, target, replaces=True)

    # ---- contacts ------------------------------------------------------------------------------------------------
    async def contacts(self) -> list[Contact]:
        """All contacts, by name."""
        found = await asyncio.to_thread(self._contacts.all)
        return sorted(found, key=lambda each: (each.name.casefold(), each.account))

    async def save_contact(self, account: int, name: str, note: str) -> None:
        """Keep a contact.

        Raises:
            OutOfRange: as of `check_contact`.
            NotFound: the node knows no such account.
        """
        contact = Contact(account, name, note)
        check_contact(contact)
        await self._reader.account(account)
        await asyncio.to_thread(self._contacts.save, contact)

    async def drop_contact(self, account: int) -> None:
        """Forget a contact.

        Raises:
            NoContact: there is none.
        """
        if not await asyncio.to_thread(self._contacts.remove, account):
            raise NoContact(account=account)

    async def called(self, accounts: Collection[int]) -> Mapping[int, str]:
        """What accounts are called here, without asking the chain."""
        return await asyncio.to_thread(self._called, accounts)

    # ---- disclosures ---------------------------------------------------------------------------------------------
    async def save_disclosure(
        self, account: int, names: Collection[str], target: Path, status: NodeStatus, partner: int
    ) -> Path:
        """Write a package of what the partner certified: the attributes of these names (none: all).

        Raises:
            FileUnwritable: the disk refused.
            LuopuError: as of `make_disclosure`.
        """

        async def keeper(root: bytes) -> Kept | None:
            return await asyncio.to_thread(self._vault.by_root, root)

        now = self._clock.now()
        made = await make_disclosure(self._reader, status, keeper, account, partner, names or None, now)
        await asyncio.to_thread(write_durably, target, encode_package(made.package), mode=0o600)
        return target

    async def check_disclosure(self, path: Path, status: NodeStatus) -> CheckedDisclosure:
        """What a package shows, if the chain says so now. Errors as of `app.client.disclosing.check_disclosure`."""
        checked = await check_disclosure(self._reader, status, path)
        package, claim = checked.package, checked.package.claim
        return CheckedDisclosure(
            account=claim.account,
            account_name=checked.account.account.name,
            is_in_force=checked.account.is_in_force,
            partner=claim.partner,
            partner_name=checked.partner.account.name,
            level=claim.level,
            attributes=tuple((each.name, each.value) for each in checked.attributes),
            total=package.disclosure.total,
            made_ns=package.made_ns,
        )

    # ---- inside --------------------------------------------------------------------------------------------------
    async def _roots_of(self, account: int | bytes) -> tuple[bytes, ...]:
        """Of an account's certifications; none where there is no such account."""
        with suppress(NotFound):
            return tuple(each.root for each in (await self._reader.account(account)).account.certifications)
        return ()

    def _names(self, roots: Mapping[int, Sequence[bytes]]) -> dict[int, str]:
        names = self._contact_names(roots)
        for number, root in ((number, root) for number, listed in roots.items() for root in listed):
            kept = self._vault.by_root(root)
            if kept is not None:
                names[number] = kept.person.name
                if kept.person.account is None:
                    self._vault.bind(kept.id, number)
        return names

    def _contact_names(self, accounts: Iterable[int]) -> dict[int, str]:
        found = {number: self._contacts.get(number) for number in accounts}
        return {number: contact.name for number, contact in found.items() if contact is not None}

    def _called(self, accounts: Collection[int]) -> dict[int, str]:
        known = {number: self._vault.by_account(number) for number in accounts}
        return self._contact_names(accounts) | {number: kept[0].person.name for number, kept in known.items() if kept}

    def _at_hand(self, person_id: PersonId) -> frozenset[bytes]:
        materials = self._vault.get(person_id).person.materials
        return frozenset(each.digests.sha256 for each in materials if self._papers.has(each))

    async def _materials(self, wish: PersonWish) -> tuple[Material, ...]:
        """Papers that come along, and those of the account's newest certification that are to stay, each once."""
        listed = {each.digests.sha256: Material(each.path.name, each.digests, each.kind) for each in wish.materials}
        if wish.kept:
            for kept in (await asyncio.to_thread(self._vault.by_account, wish.account))[:1]:
                stay = [each for each in kept.person.materials if each.digests.sha256 in wish.kept]
                listed = {each.digests.sha256: each for each in stay} | listed
        return tuple(listed.values())


def _body_of(wish: PersonWish, root: Hash32) -> wire.Body:
    level, until, answers = wire.Level.Name(wish.level), wish.expires_ns, wish.answers
    if wish.card is None:
        certify = wire.Certify(account=wish.account, level=level, root=root, expires_ns=until, answers=answers)
        return wire.Body(certify=certify)
    name = wish.public_name
    enrol = wire.Enrol(key=wish.card, name=name, level=level, root=root, expires_ns=until, answers=answers)
    return wire.Body(enrol=enrol)
