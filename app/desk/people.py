"""Whom the partner certifies, from the desk: attributes with salts into the vault first, then the action for the chain.

Guarantees: nothing is drafted whose plaintext is not kept; nothing of a person leaves the vault but what a disclosure names.
"""

import asyncio
from itertools import islice
from pathlib import Path

from app.client.registry import RegistryReader
from app.core.attributes import Attribute, attribute_root
from app.core.errors import NotFound
from app.core.ports import Clock, Randomness
from app.core.units import AccountAddress, Hash32
from app.core.wire import registry_pb2 as wire
from app.evidence.disclosure import Claim, Shown, check_account, disclose_agreed, encode_package
from app.ui.desk import PersonWish
from app.wallet.vault import Kept, Vault
from app.wallet.vault_person import Material, Person
from app.wiring.files import write_durably

SALT_BYTES = 32


class People:
    """The vault, and what of it concerns the chain."""

    def __init__(self, vault: Vault, reader: RegistryReader, clock: Clock, randomness: Randomness) -> None:
        self._vault, self._reader, self._clock, self._randomness = vault, reader, clock, randomness

    async def keep(self, wish: PersonWish) -> wire.Body:
        """Keep a person, and say what is to be drafted."""
        salt = self._randomness.random_bytes
        attributes = tuple(Attribute(name, value, salt(SALT_BYTES)) for name, value in wish.attributes)
        root = attribute_root(attributes)
        person = Person(
            name=wish.name,
            attributes=attributes,
            root=root,
            level=wish.level,
            materials=tuple(Material(file.path.name, file.digests) for file in wish.materials),
            notes=wish.notes,
            created_ns=self._clock.now(),
            account=wish.account or None,
        )
        await asyncio.to_thread(self._vault.add, person)
        certified = {"level": wish.level, "root": root, "expires_ns": wish.expires_ns, "answers": wish.answers}
        if wish.card is None:
            return wire.Body(certify=wire.Certify(account=wish.account, **certified))  # type: ignore[arg-type]
        return wire.Body(enrol=wire.Enrol(key=wish.card, name=wish.public_name, **certified))  # type: ignore[arg-type]

    async def of_account(self, account: int) -> tuple[Kept, ...]:
        """Everything known of an account; rows that the chain has given an account since are bound to it first."""
        known = await asyncio.to_thread(self._vault.by_account, account)
        view = await self._reader.account(account)
        for certification in view.account.certifications:
            kept = await asyncio.to_thread(self._vault.by_root, certification.root)
            if kept is not None and kept.person.account is None:
                await asyncio.to_thread(self._vault.bind, kept.id, account)
                known = await asyncio.to_thread(self._vault.by_account, account)
        return known

    async def find(self, text: str, limit: int) -> list[Kept]:
        """Whom the vault knows by a text."""
        return await asyncio.to_thread(lambda: list(islice(self._vault.search(text), limit)))

    async def save_disclosure(
        self, account: int, names: tuple[str, ...], target: Path, chain: tuple[str, bytes, int], partner: int
    ) -> Path:
        """Write a package of the partner's newest certification; `chain` is id, genesis fingerprint and block time.

        Raises:
            NotFound: the vault knows nothing of the certification that stands on the chain.
        """
        chain_id, fingerprint, time_ns = chain
        view, own = await self._reader.account(account), await self._reader.account(partner)
        certification = next((each for each in view.account.certifications if each.partner == partner), None)
        kept = None if certification is None else await asyncio.to_thread(self._vault.by_root, certification.root)
        if certification is None or kept is None:
            raise NotFound(what="person", name=str(account))
        claim = Claim(
            chain_id=chain_id,
            genesis_fingerprint=Hash32(fingerprint),
            account=account,
            address=AccountAddress(view.account.address),
            partner=partner,
            root=Hash32(certification.root),
            level=certification.level,
        )
        attributes = kept.person.attributes
        agreed = names or tuple(each.name for each in attributes)
        package = disclose_agreed(claim, attributes, agreed, made_ns=self._clock.now())
        check_account(package, Shown(chain_id, fingerprint, view.account, own.account, time_ns))
        await asyncio.to_thread(write_durably, target, encode_package(package), mode=0o600)
        return target
