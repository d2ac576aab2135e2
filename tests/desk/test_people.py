"""People at the desk: kept before anything is drafted, bound to their numbers, disclosed and checked against the chain."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from app.client.members import AccountView
from app.client.model import NodeStatus, QuotaStatus
from app.core.errors import FileUnreadable, InvalidProof, LuopuError, NotEnoughTrust, NotFound
from app.core.refusals import NoSuchCertification
from app.core.wire import registry_pb2 as wire
from app.desk.people import People
from app.ui.desk import PersonWish
from app.wallet.keystore import Cost
from app.wallet.vault import Vault
from tests.fakes.desk_registry import FakeReader

OWN, USER = 10_001, 10_007
NOW = 1_795_000_000_000_000_000
STATUS = NodeStatus(
    chain_id="luopu-town",
    genesis_fingerprint=bytes(range(32)),
    height=1,
    block_hash=bytes(32),
    app_hash=bytes(32),
    block_time_ns=NOW,
    target_height=1,
    target_time_ns=NOW,
    blocks_per_second=0.0,
    signed_validators=1,
    total_validators=1,
    signed_power=1,
    total_power=1,
    peers=(),
    halted=None,
)
CHEAP = Cost(1, 8192)
WISH = PersonWish(
    card=wire.NewKey(),
    account=0,
    name="张三",
    public_name="",
    attributes=(("name", "张三"), ("phone", "13900000000"), ("id-number", "330102199001011234")),
    level=wire.LEVEL_REAL_NAME,
    expires_ns=0,
    answers=False,
    materials=(),
    notes="",
)


class Chance:
    def random_bytes(self, count: int) -> bytes:
        return os.urandom(count)


class Clock:
    def now(self) -> int:
        return NOW


class Office:
    """A vault and what the node shows."""

    def __init__(self, path: Path) -> None:
        self.vault = Vault.create(path, "correct horse battery", randomness=Chance(), cost=CHEAP)
        self.reader = FakeReader()
        self.people = People(self.vault, self.reader, Clock(), Chance())  # type: ignore[arg-type]

    async def enrols(self, **more: object) -> wire.Enrol:
        """Keep somebody, and let the chain have it."""
        enrol = (await self.people.keep(replace(WISH, **more))).enrol  # type: ignore[arg-type]
        self.shows(root=enrol.root)
        return enrol

    def shows(self, **certification: object) -> None:
        """The chain shows a certification of the user."""
        own = wire.Certification(partner=OWN, level=wire.LEVEL_REAL_NAME, **certification)  # type: ignore[arg-type]
        account = wire.Account(address=bytes(20), id=USER, party=wire.PARTY_USER, partner=OWN, certifications=[own])
        self.reader.views[USER] = AccountView(account, "real-name", (OWN,), True, QuotaStatus(0, 0, 0), {})

    @property
    def view(self) -> AccountView:
        return self.reader.views[USER]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "vault")


async def test_somebody_is_kept_before_anything_is_drafted(office: Office) -> None:
    body = await office.people.keep(WISH)
    kept = office.vault.by_root(body.enrol.root)
    assert kept is not None
    assert (kept.person.name, kept.person.account) == ("张三", None)
    assert b"13900000000" not in body.SerializeToString()
    salts = {each.salt for each in kept.person.attributes}
    assert len(salts) == 3


async def test_the_number_is_bound_once_and_stays(office: Office) -> None:
    enrol = await office.enrols()
    await office.people.bind(enrol.root, USER)
    await office.people.bind(enrol.root, USER + 1)
    await office.people.bind(bytes(32), USER)
    assert [kept.person.account for kept in office.vault.by_account(USER)] == [USER]


async def test_names_are_found_by_what_the_chain_shows_and_bound_on_the_way(office: Office) -> None:
    await office.enrols()
    stranger = AccountView(wire.Account(id=9), "none", (), True, QuotaStatus(0, 0, 0), {})
    assert await office.people.names([office.view, stranger]) == {USER: "张三"}
    assert [kept.person.account for kept in await office.people.find("139", 5)] == [USER]


async def test_what_is_disclosed_can_be_checked(office: Office, tmp_path: Path) -> None:
    await office.enrols()
    path = await office.people.save_disclosure(USER, ("phone",), tmp_path / "d.json", STATUS, OWN)
    assert "330102" not in path.read_text(encoding="utf-8")
    checked = await office.people.check_disclosure(path, STATUS)
    assert checked.attributes == (("phone", "13900000000"),)
    assert (checked.account, checked.partner, checked.total, checked.is_in_force) == (USER, OWN, 3, True)
    assert "13900000000" not in repr(checked)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"root": bytes(32)}, InvalidProof),
        ({"expires_ns": NOW - 1}, NotEnoughTrust),
        ({"partner": OWN + 1}, NoSuchCertification),
    ],
)
async def test_a_disclosure_that_the_chain_no_longer_bears_out_is_refused(
    office: Office, tmp_path: Path, change: dict[str, object], refusal: type[LuopuError]
) -> None:
    enrol = await office.enrols()
    path = await office.people.save_disclosure(USER, (), tmp_path / "d.json", STATUS, OWN)
    certification = wire.Certification(
        **{"partner": OWN, "level": wire.LEVEL_REAL_NAME, "root": enrol.root, **change}  # type: ignore[arg-type]
    )
    del office.view.account.certifications[:]
    office.view.account.certifications.append(certification)
    with pytest.raises(refusal):
        await office.people.check_disclosure(path, STATUS)


async def test_another_chain_s_disclosure_is_refused(office: Office, tmp_path: Path) -> None:
    await office.enrols()
    path = await office.people.save_disclosure(USER, (), tmp_path / "d.json", STATUS, OWN)
    with pytest.raises(NotEnoughTrust):
        await office.people.check_disclosure(path, replace(STATUS, genesis_fingerprint=bytes(32)))


async def test_no_file_nothing_known_and_nothing_certified_are_told_apart(office: Office, tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        await office.people.check_disclosure(tmp_path / "nowhere.json", STATUS)
    office.shows(root=bytes(32))
    with pytest.raises(NotFound):
        await office.people.save_disclosure(USER, (), tmp_path / "d.json", STATUS, OWN)
    del office.view.account.certifications[:]
    with pytest.raises(NoSuchCertification):
        await office.people.save_disclosure(USER, (), tmp_path / "d.json", STATUS, OWN)
    assert not (tmp_path / "d.json").exists()
