"""White paper 4.2.2 医疗大数据平台: a patient lets a clinic have what a hospital keeps, for a purpose, for a time."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from app.core.hashing import sha256
from app.core.wire import registry_pb2 as wire
from app.registry.places import GRANTS
from tests.scenarios.town import ALPHA, BETA, Town
from tests.scenarios.uses.stranger import OwnNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOSPITAL, CLINIC = ALPHA, BETA
SCOPE = "门诊病历 2024-01-01 至 2024-12-31".encode()


@dataclass(frozen=True)
class Patient:
    """An account, with the hospital's own number of the patient under its certification."""

    number: int
    address: bytes


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def patient(town: Town) -> Patient:
    number = await town.enrol("ming", by=HOSPITAL, attributes=(("name", "张明"), ("patient-number", "A-20417")))
    view = await (await town.desk(HOSPITAL)).registry.account(number)
    return Patient(number, view.account.address)


async def granted(town: Town, *, expires_ns: int = 0, scope: bytes = SCOPE) -> tuple[bytes, int]:
    """The patient lets the clinic have it; id of the grant, and height."""
    wish = wire.Grant(
        grantee=town.number(CLINIC),
        holder=town.number(HOSPITAL),
        scope=sha256(scope),
        purpose="会诊",
        expires_ns=expires_ns,
    )
    outcome = await town.do("ming", grant=wish)
    return outcome.data, outcome.height


async def may_have(
    town: Town, own: OwnNode, patient: Patient, grant: bytes, *, asks: str, scope: bytes = SCOPE
) -> bool:
    """What the hospital checks before it hands anything out: its own node proves the grant at the newest provable height."""
    status = await (await town.desk(HOSPITAL)).status()
    stands = await own.proven(GRANTS, patient.address, grant, height=status.height - 1)
    if not isinstance(stands, wire.AccessGrant):
        return False
    fits = (stands.grantee, stands.holder, stands.scope) == (
        *(town.number(asks), town.number(HOSPITAL)),
        sha256(scope),
    )
    return fits and not stands.withdrawn and (not stands.expires_ns or status.block_time_ns < stands.expires_ns)


async def after(town: Town, height: int) -> None:
    """Wait until the state after this height can be proved."""
    while (await (await town.desk(HOSPITAL)).status()).height <= height:
        await town.wait_until(await town.now() + 1)


async def test_a_grant_opens_what_it_names_to_whom_it_names_and_can_be_proved(
    town: Town, stranger: OwnNode, patient: Patient
) -> None:
    grant, height = await granted(town)
    await after(town, height)
    assert await may_have(town, stranger, patient, grant, asks=CLINIC)
    assert not await may_have(town, stranger, patient, grant, asks=HOSPITAL)
    assert not await may_have(town, stranger, patient, grant, asks=CLINIC, scope=b"everything")
    assert await stranger.proven(GRANTS, patient.address, grant, height=height - 1) is None
    seen = (await (await town.desk(CLINIC)).registry.grants_to(town.number(CLINIC))).items[0]
    assert (seen.id, seen.user, seen.is_in_force, seen.grant.purpose) == (grant, patient.number, True, "会诊")


async def test_a_withdrawn_grant_opens_nothing_and_the_day_on_which_it_stood_stays_provable(
    town: Town, stranger: OwnNode, patient: Patient
) -> None:
    grant, height = await granted(town)
    gone = await town.do("ming", withdraw_grant=wire.WithdrawGrant(grant=grant))
    await after(town, gone.height)
    assert not await may_have(town, stranger, patient, grant, asks=CLINIC)
    before = await stranger.proven(GRANTS, patient.address, grant, height=height)
    since = await stranger.proven(GRANTS, patient.address, grant, height=gone.height)
    assert isinstance(before, wire.AccessGrant)
    assert isinstance(since, wire.AccessGrant)
    assert (before.withdrawn, since.withdrawn) == (0, gone.height)
    assert await town.why_not("ming", withdraw_grant=wire.WithdrawGrant(grant=grant)) == ["grant-over"]


async def test_a_grant_ends_with_its_date(town: Town, stranger: OwnNode, patient: Patient) -> None:
    ends = await town.later(6)
    grant, height = await granted(town, expires_ns=ends)
    await after(town, height)
    await town.wait_until(ends)
    assert not await may_have(town, stranger, patient, grant, asks=CLINIC)
    views = {each.id: each for each in (await (await town.desk("ming")).registry.grants(patient.number)).items}
    assert not views[grant].is_in_force


async def test_only_the_patient_gives_and_takes_back(town: Town, patient: Patient) -> None:
    grant, _ = await granted(town)
    await town.enrol("hong", by=CLINIC)
    assert await town.why_not("hong", withdraw_grant=wire.WithdrawGrant(grant=grant)) == ["unknown-grant"]
    own = wire.Grant(grantee=town.number(CLINIC), holder=town.number(HOSPITAL), scope=sha256(SCOPE), purpose="自取")
    assert await town.why_not(CLINIC, grant=own) == ["wrong-party"]
    assert await town.why_not(HOSPITAL, grant=own) == ["wrong-party"]


async def test_a_second_hospital_ties_its_own_patient_number_to_the_same_account(
    town: Town, patient: Patient, tmp_path: Path
) -> None:
    await town.enrol("ming", by=CLINIC, attributes=(("patient-number", "B-311"),))
    view = await (await town.desk(CLINIC)).registry.account(patient.number)
    assert [each.partner for each in view.account.certifications] == [town.number(HOSPITAL), town.number(CLINIC)]
    assert b"B-311" not in view.account.SerializeToString()
    shown = await (await town.desk(CLINIC)).save_disclosure(patient.number, ["patient-number"], tmp_path / "shown.json")
    assert b"B-311" in shown.read_bytes()
