"""White paper 4.2.1 统一身份鉴权: one partner certifies a person, others believe it as far as they say."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from app.core.attributes import Attribute
from app.core.errors import InvalidProof, NotEnoughTrust
from app.core.hashing import sha256
from app.core.refusals import NoSuchCertification
from app.core.wire import registry_pb2 as wire
from app.evidence.disclosure import DisclosurePackage, Shown, check_account, decode_package
from tests.scenarios.town import ALPHA, BETA, Town
from tests.scenarios.uses.stranger import OwnNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

AGENCY, SHOP = ALPHA, BETA
ATTRIBUTES = (
    ("name", "张明"),
    ("id-number", "330102199001011234"),
    ("phone", "13800000000"),
    ("birth-date", "1990-01-01"),
)


@dataclass(frozen=True)
class Member:
    """Ming, whom the agency knows by real name, and a voucher of the shop for whoever is known so."""

    number: int
    voucher: bytes


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def member(town: Town) -> Member:
    number = await town.enrol("ming", by=AGENCY, attributes=ATTRIBUTES)
    await town.do(SHOP, recognise=wire.Recognise(partner=town.number(AGENCY), least=wire.LEVEL_REAL_NAME))
    return Member(number, await town.voucher(SHOP, name="会员积分"))


async def disclosed(town: Town, number: int, names: list[str], target: Path) -> bytes:
    """What the agency writes of a person, who agreed to these attributes."""
    return (await (await town.desk(AGENCY)).save_disclosure(number, names, target)).read_bytes()


async def checked(town: Town, untrusted_file: bytes, by: str = SHOP) -> tuple[Attribute, ...]:
    """What the shop, or somebody else, finds when it compares the file with the chain, through its own node."""
    package = decode_package(untrusted_file)
    return check_account(package, await chain_shows(town, package, by))


async def chain_shows(town: Town, package: DisclosurePackage, to: str) -> Shown:
    desk = await town.desk(to)
    account = (await desk.registry.account(package.claim.account)).account
    partner = (await desk.registry.account(package.claim.partner)).account
    status = await desk.status()
    return Shown(status.chain_id, status.genesis_fingerprint, account, partner, status.block_time_ns)


async def test_the_shop_sees_what_the_person_agreed_to_and_nothing_else(
    town: Town, member: Member, tmp_path: Path
) -> None:
    file = await disclosed(town, member.number, ["name", "phone"], tmp_path / "shown.json")
    assert {each.name: each.value for each in await checked(town, file)} == {"name": "张明", "phone": "13800000000"}
    assert b"330102199001011234" not in file
    assert b"1990-01-01" not in file


async def test_a_disclosure_that_was_touched_up_is_found_out(town: Town, member: Member, tmp_path: Path) -> None:
    file = await disclosed(town, member.number, ["name"], tmp_path / "shown.json")
    for old, new in (("张明", "张亮"), ('"level":"real-name"', '"level":"certificate"')):
        forged = file.replace(old.encode(), new.encode())
        assert forged != file
        with pytest.raises(InvalidProof):
            await checked(town, forged)


async def test_what_the_person_tells_the_shop_can_be_compared_without_the_agency(
    town: Town, stranger: OwnNode, member: Member, tmp_path: Path
) -> None:
    file = await disclosed(town, member.number, [], tmp_path / "mine.json")
    package = decode_package(file)
    assert package.is_complete
    height = (await (await town.desk(SHOP)).status()).height - 1
    account = await stranger.proven_account(package.claim.address, height=height)
    assert [each.root for each in account.certifications] == [package.claim.root]
    assert {each.name for each in await checked(town, file)} == {name for name, _ in ATTRIBUTES}


async def test_who_is_certified_by_a_recognised_partner_is_served_and_who_is_below_the_level_is_not(
    town: Town, member: Member
) -> None:
    lan = await town.enrol("lan", by=AGENCY, level=wire.LEVEL_PHONE)
    for number, reasons in ((member.number, []), (lan, ["holder-not-accepted"])):
        wish = wire.Allocate(voucher=member.voucher, legs=[wire.Allotment(to=number, amount=1)])
        assert await town.why_not(SHOP, allocate=wish) == reasons


async def test_a_person_certified_by_a_partner_that_is_not_recognised_is_not_served(town: Town, member: Member) -> None:
    other = "另一机构"
    await town.admit(other, wire.PARTY_PARTNER, wire.PERMISSION_IDENTITY)
    mei = await town.enrol("mei", by=other)
    wish = wire.Allocate(voucher=member.voucher, legs=[wire.Allotment(to=mei, amount=1)])
    assert await town.why_not(SHOP, allocate=wish) == ["holder-not-accepted"]
    await town.do(SHOP, recognise=wire.Recognise(partner=town.number(other), least=wire.LEVEL_CERTIFICATE))
    assert await town.why_not(SHOP, allocate=wish) == [
        "holder-not-accepted"
    ]  # recognised, but only from a higher level on


async def test_a_revoked_certification_no_longer_passes(town: Town, member: Member, tmp_path: Path) -> None:
    gang = await town.enrol("gang", by=AGENCY)
    file = await disclosed(town, gang, ["name"], tmp_path / "shown.json")
    assert await checked(town, file)
    await town.do(AGENCY, revoke_certification=wire.RevokeCertification(account=gang, reason=sha256(b"moved away")))
    with pytest.raises(NoSuchCertification):
        await checked(town, file)
    wish = wire.Allocate(voucher=member.voucher, legs=[wire.Allotment(to=gang, amount=1)])
    assert await town.why_not(SHOP, allocate=wish) == ["holder-not-accepted"]


async def test_an_expired_certification_no_longer_passes(town: Town, member: Member, tmp_path: Path) -> None:
    ends = await town.later(8)
    yan = await town.enrol("yan", by=AGENCY, expires_ns=ends)
    file = await disclosed(town, yan, ["name"], tmp_path / "shown.json")
    assert await checked(town, file)
    await town.wait_until(ends)
    with pytest.raises(NotEnoughTrust):
        await checked(town, file)
    wish = wire.Allocate(voucher=member.voucher, legs=[wire.Allotment(to=yan, amount=1)])
    assert await town.why_not(SHOP, allocate=wish) == ["holder-not-accepted"]


async def test_a_supervisor_compares_what_it_was_shown_with_all_that_the_person_holds_and_did(
    town: Town, member: Member, tmp_path: Path
) -> None:
    supervisor = "监管局"
    await town.admit(supervisor, wire.PARTY_REGULATOR)
    wish = wire.Allocate(voucher=member.voucher, legs=[wire.Allotment(to=member.number, amount=7)])
    await town.do(SHOP, allocate=wish)
    await town.do("ming", redeem=wire.Redeem(voucher=member.voucher, amount=2))
    file = await disclosed(town, member.number, [], tmp_path / "all.json")
    shown = await checked(town, file, by=supervisor)
    assert {each.name: each.value for each in shown} == dict(ATTRIBUTES)  # all of it, as it was certified
    with pytest.raises(InvalidProof):
        await checked(town, file.replace(b"330102199001011234", b"330102199001015678"), by=supervisor)
    registry = (await town.desk(supervisor)).registry
    account = int(json.loads(file)["account"]["number"])
    (held,) = (await registry.holdings(account)).items
    assert (held.voucher.id, held.holding.amount) == (member.voucher, 5)
    done = [each.action for each in (await registry.activity(account)).items]
    assert done == ["redeem", "allocate", "enrol"]
