"""Disclosures at a real node: made of what the vault keeps, and worth something only while the chain bears them out."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.client.disclosing import Disclosed, check_disclosure, make_disclosure
from app.client.model import Final
from app.client.registry import RegistryReader
from app.core.card import make_card
from app.core.errors import (
    DecodingError,
    FileUnreadable,
    InvalidProof,
    LuopuError,
    NotEnoughTrust,
    NotFound,
    OutOfRange,
)
from app.core.refusals import NoSuchCertification
from app.core.units import Nanoseconds
from app.core.wire import registry_pb2 as wire
from app.evidence.disclosure import encode_package
from app.wallet.keystore import Cost
from app.wallet.vault import Kept, Vault
from app.wallet.vault_person import Noted, make_person
from tests.client.company import COMPANY, OTHER_COMPANY, Counted, actor_of, make_company, open_outbox, outcome_of
from tests.client.conftest import World, make_world
from tests.fakes.consortium import CHAIN_ID, Clerk, MovedClock

MADE = Nanoseconds(1_795_000_000_000_000_000)
ATTRIBUTES = (("id-number", "330102199001011234"), ("name", "张三"), ("phone", "13900000000"))


class Chance:
    def random_bytes(self, count: int) -> bytes:
        return os.urandom(count)


@dataclass
class Office:
    """A partner with a vault, at a chain on which it has enrolled somebody."""

    world: World
    vault: Vault
    folder: Path
    user: int = 0
    asked: list[bytes] = field(default_factory=list)

    async def keeper(self, root: bytes) -> Kept | None:
        self.asked.append(root)
        return self.vault.by_root(root)

    async def does(self, action: wire.Enrol | wire.Certify | wire.RevokeCertification) -> bytes:
        outbox = open_outbox(self.folder / "outbox.db")
        actor = actor_of(self.world, outbox)
        prepared = await actor.prepare(action)
        actor.sign(prepared.entry.id, self.world.consortium.clerk)
        outcome = await outcome_of(self.world, actor, prepared.entry.id)
        outbox.close()
        assert isinstance(outcome, Final)
        return outcome.data

    async def enrol(self) -> None:
        noted = Noted(
            name="张三", attributes=ATTRIBUTES, level=wire.LEVEL_REAL_NAME, materials=(), notes="", account=None
        )
        person = make_person(noted, MovedClock(), Counted())
        self.vault.add(person)
        card = make_card(Clerk("ming"), CHAIN_ID, "ming")
        enrol = wire.Enrol(key=card, name="ming", level=wire.LEVEL_REAL_NAME, root=person.root)
        self.user = int.from_bytes(await self.does(enrol), "big")

    async def make(self, agreed: tuple[str, ...] | None, *, partner: int = COMPANY, account: int = 0) -> Disclosed:
        reader, status = RegistryReader(self.world.client), await self.world.client.status()
        return await make_disclosure(reader, status, self.keeper, account or self.user, partner, agreed, MADE)

    async def check(self, content: bytes) -> Disclosed:
        path = self.folder / "disclosure.json"
        path.write_bytes(content)
        return await check_disclosure(RegistryReader(self.world.client), await self.world.client.status(), path)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    vault = Vault.create(tmp_path / "vault", "correct horse battery", randomness=Chance(), cost=Cost(1, 8192))
    async with make_world(make_company()) as world:
        office = Office(world, vault, tmp_path)
        await office.enrol()
        yield office
    vault.close()


def shown(disclosed: Disclosed) -> dict[str, str]:
    return {each.name: each.value for each in disclosed.attributes}


async def test_what_is_made_shows_what_was_agreed_and_holds_at_the_reader_s(office: Office) -> None:
    made = await office.make(("phone",))
    content = encode_package(made.package)
    assert b"330102199001011234" not in content
    read = await office.check(content)
    assert read == made
    assert shown(read) == {"phone": "13900000000"}
    assert (read.account.account.name, read.partner.account.id, read.package.made_ns) == ("ming", COMPANY, MADE)
    assert "13900000000" not in repr(read)


async def test_all_is_shown_when_nothing_is_picked_and_nothing_is_shown_when_nothing_is_agreed(office: Office) -> None:
    assert shown(await office.make(None)) == dict(ATTRIBUTES)
    with pytest.raises(OutOfRange):
        await office.make(())
    with pytest.raises(OutOfRange):
        await office.make(("age",))


async def test_whom_the_partner_does_not_certify_the_vault_is_not_asked_for(office: Office) -> None:
    with pytest.raises(NoSuchCertification):
        await office.make(None, partner=OTHER_COMPANY)
    with pytest.raises(NotFound):
        await office.make(None, account=office.user + 1)
    assert office.asked == []


async def test_what_the_vault_does_not_know_is_not_disclosed(office: Office) -> None:
    await office.does(wire.Certify(account=office.user, level=wire.LEVEL_REAL_NAME, root=bytes(range(32))))
    with pytest.raises(NotFound):
        await office.make(None)
    assert office.asked == [bytes(range(32))]


@pytest.mark.parametrize(
    ("before", "after", "refusal"),
    [
        (b"13900000000", b"13900000001", InvalidProof),
        (b'"level":"real-name"', b'"level":"certificate"', InvalidProof),
        (b'"partner":"2"', b'"partner":"3"', NoSuchCertification),
        (b'"partner":"2"', b'"partner":"99"', NotFound),
        (CHAIN_ID.encode(), b"another", NotEnoughTrust),
        (b"{", b"", DecodingError),
    ],
)
async def test_what_somebody_changed_does_not_hold(
    office: Office, before: bytes, after: bytes, refusal: type[LuopuError]
) -> None:
    content = encode_package((await office.make(None)).package)
    assert before in content
    with pytest.raises(refusal):
        await office.check(content.replace(before, after, 1))


async def test_it_holds_no_longer_than_the_certification(office: Office) -> None:
    content = encode_package((await office.make(None)).package)
    await office.check(content)
    await office.does(wire.RevokeCertification(account=office.user, reason=bytes(32)))
    with pytest.raises(NoSuchCertification):
        await office.check(content)


async def test_a_file_that_is_not_there_is_told_as_such(office: Office) -> None:
    with pytest.raises(FileUnreadable):
        await check_disclosure(
            RegistryReader(office.world.client), await office.world.client.status(), office.folder / "nowhere.json"
        )
