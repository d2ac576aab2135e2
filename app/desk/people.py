"""Whom the partner certifies, from the desk: attributes with salts into the vault first, then the action for the chain.

Guarantees: nothing is drafted whose plaintext is not kept, and nothing is forgotten that stands on the chain; nothing of a
person leaves the vault but what a disclosure names.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
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
from app.core.wire import registry_pb2 as wire
from app.evidence.disclosure import encode_package
from app.ui.desk import CheckedDisclosure, PersonWish
from app.wallet.vault import Kept, Vault
from app.wallet.vault_person import Material, Noted, make_person
from app.wiring.files import write_durably


class People:
    """The vault, and what of it concerns the chain."""

    def __init__(self, vault: Vault, reader: RegistryReader, clock: Clock, randomness: Randomness) -> None:
        self._vault, self._reader, self._clock, self._randomness = vault, reader, clock, randomness

    async def keep(self, wish: PersonWish) -> wire.Body:
        """Keep a person, and say what is to be drafted."""
        noted = Noted(
            name=wish.name,
            attributes=wish.attributes,
            level=wish.level,
            materials=tuple(Material(file.path.name, file.digests) for file in wish.materials),
            notes=wish.notes,
            account=wish.account or None,
        )
        person = make_person(noted, self._clock, self._randomness)
        await asyncio.to_thread(self._vault.add, person)
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
            await asyncio.to_thread(self._vault.forget, kept.id)

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
        """What those of whom the vault knows are called here, by their number; who has no number there yet gets it."""
        roots = {int(view.account.id): [each.root for each in view.account.certifications] for view in views}
        return await asyncio.to_thread(self._names, roots)

    async def find(self, text: str, limit: int) -> list[Kept]:
        """Whom the vault knows by a text."""
        return await asyncio.to_thread(lambda: list(islice(self._vault.search(text), limit)))

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
        names = {}
        for number, root in ((number, root) for number, listed in roots.items() for root in listed):
            kept = self._vault.by_root(root)
            if kept is not None:
                names[number] = kept.person.name
                if kept.person.account is None:
                    self._vault.bind(kept.id, number)
        return names


def _body_of(wish: PersonWish, root: Hash32) -> wire.Body:
    level, until, answers = wire.Level.Name(wish.level), wish.expires_ns, wish.answers
    if wish.card is None:
        certify = wire.Certify(account=wish.account, level=level, root=root, expires_ns=until, answers=answers)
        return wire.Body(certify=certify)
    name = wish.public_name
    enrol = wire.Enrol(key=wish.card, name=name, level=level, root=root, expires_ns=until, answers=answers)
    return wire.Body(enrol=enrol)
