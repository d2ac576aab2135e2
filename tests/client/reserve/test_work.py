"""A custodian's work from a list to papers, with a real chain, a real node, a real vault and real files."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.client.reserve.book import ReserveBook
from app.client.reserve.work import Order, Reserving, Stage
from app.core.errors import LuopuError, NotFound
from app.core.refusals import CustodyNotAssigned
from app.core.reserveerrors import ListRefused, NotPublished, ReserveShort, SnapshotLate
from app.core.verification import Verdict
from app.core.walleterrors import BadTransition
from app.core.wire import registry_pb2 as wire
from app.reserve.liabilities.model import ListFile
from app.reserve.steps import LONGEST_WAY
from app.reserve.verify import verify_proof
from app.wallet.keystore import Cost
from app.wallet.vault import Vault
from tests.fakes.consortium import MovedClock
from tests.fakes.registry import ANN, BANK, BOB, CY, ISSUER
from tests.fakes.reserves import Custodian, custodian_at_work


class Chance:
    def random_bytes(self, count: int) -> bytes:
        return os.urandom(count)


@dataclass
class Office:
    """The bank's office: its chain, its book, and where it keeps its lists."""

    bank: Custodian
    reserving: Reserving
    vault: Vault
    folder: Path
    stages: list[Stage] = field(default_factory=list)

    def listed(self, *rows: tuple[object, object], head: str = "account,amount") -> ListFile:
        path = self.folder / "owed.csv"
        path.write_text("\n".join([head, *(f"{one},{other}" for one, other in rows)]) + "\n", encoding="utf-8")
        return ListFile(path)

    async def make(self, voucher: bytes, source: ListFile, **more: object) -> str:
        self.bank.stage.engine.produce()
        await self.bank.step()
        key = self.bank.stage.clerks[BANK].public_key
        note, _ = await self.reserving.make(Order(voucher, source, **more), key, self.stages.append)  # type: ignore[arg-type]
        return note.id

    async def publish(self, snapshot: str) -> None:
        await self.land(BANK, attest_custody=await self.reserving.publication(snapshot))

    async def land(self, account: int, **action: object) -> None:
        """An action in a final block, followed by another."""
        self.bank.stage.act(account, **action)
        self.bank.stage.engine.produce()
        await self.bank.step()

    def again(self) -> Reserving:
        """The same office after a restart."""
        old = self.reserving
        book = ReserveBook(self.folder / "reserves", self.vault.inside, Chance())
        return Reserving(
            old._node, self.bank.genesis, book, self.bank.name, clock=MovedClock(step=1), randomness=Chance()
        )


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    vault = Vault.create(tmp_path / "vault.db", "a passphrase", randomness=Chance(), cost=Cost(1, 8192))
    async with custodian_at_work() as bank:
        book = ReserveBook(tmp_path / "reserves", vault.inside, Chance())
        node = bank.reader._node
        reserving = Reserving(node, bank.genesis, book, bank.name, clock=MovedClock(step=1), randomness=Chance())
        yield Office(bank, reserving, vault, tmp_path)
    vault.close()


async def test_from_a_list_to_a_paper_that_a_stranger_verifies(office: Office) -> None:
    voucher = office.bank.issue(5_000)
    made = await office.make(voucher, office.listed((ANN, "12.50"), (BOB, "30"), ("cy", "0")))
    assert [stage.name for stage in office.stages if stage.name != "reading"] == ["chain", "tree", "keeping"]
    found = await office.reserving.snapshot(made)
    assert (found.note.total, found.note.header.custody, found.note.note.users, found.error) == (4_250, 5_000, 3, None)
    await office.publish(made)
    (published,) = await office.reserving.snapshots()
    assert published.note.published is not None
    ((name, paper),) = await office.reserving.papers_of(made, BOB)
    report = verify_proof(paper, office.bank.genesis, str(BOB))
    assert (report.verdict, name) == (Verdict.VALID, f"{BOB}.reserve.json")
    assert report.facts["coverage"] == {"owed": "4250", "held": "5000", "over": "750"}


async def test_nothing_is_handed_out_before_the_publication_is_final(office: Office) -> None:
    made = await office.make(office.bank.issue(100), office.listed((ANN, 1)))
    with pytest.raises(NotPublished):
        await office.reserving.papers_of(made, ANN)


async def test_who_is_not_in_the_list_gets_no_paper(office: Office) -> None:
    made = await office.make(office.bank.issue(100), office.listed((ANN, 1)))
    await office.publish(made)
    await office.reserving.snapshots()
    with pytest.raises(NotFound):
        await office.reserving.papers_of(made, BOB)


async def test_a_custodian_with_less_than_it_owes_is_told_by_how_much_and_publishes_nothing(office: Office) -> None:
    made = await office.make(office.bank.issue(100), office.listed((ANN, "0.60"), (BOB, "0.41")))
    error = (await office.reserving.snapshot(made)).error
    assert isinstance(error, ReserveShort)
    assert error.facts == {"owed": "101", "held": "100", "missing": "1"}
    with pytest.raises(ReserveShort):
        await office.reserving.publication(made)


async def test_a_list_with_a_fault_makes_nothing(office: Office) -> None:
    with pytest.raises(ListRefused):
        await office.make(office.bank.issue(100), office.listed((ANN, 1), (ANN, 2), (999_999, 1), (BOB, -1)))
    assert office.reserving.book.notes() == ()


async def test_the_last_published_snapshot_outlives_a_restart_and_a_newer_one_that_is_given_up(office: Office) -> None:
    voucher = office.bank.issue(5_000)
    first = await office.make(voucher, office.listed((ANN, 5)))
    await office.publish(first)
    await office.reserving.snapshots()
    second = await office.make(voucher, office.listed((ANN, 6)))
    await office.reserving.discard(second, is_waiting=False)
    ((_, paper),) = await office.again().papers_of(first, ANN)
    assert verify_proof(paper, office.bank.genesis).verdict is Verdict.VALID


async def test_what_was_published_or_may_still_be_is_not_forgotten(office: Office) -> None:
    made = await office.make(office.bank.issue(100), office.listed((ANN, 1)))
    with pytest.raises(BadTransition):
        await office.reserving.discard(made, is_waiting=True)
    await office.publish(made)
    with pytest.raises(BadTransition):
        await office.reserving.discard(made, is_waiting=False)


async def test_snapshots_are_linked_and_an_older_one_is_superseded(office: Office) -> None:
    voucher = office.bank.issue(5_000)
    first = await office.make(voucher, office.listed((ANN, 5)))
    await office.publish(first)
    second = await office.make(voucher, office.listed((ANN, 6)))
    await office.publish(second)
    newest, older = await office.reserving.snapshots()
    assert (newest.note.id, newest.later, older.later) == (second, 0, 1)
    assert newest.note.header.previous_root == older.note.root
    assert newest.note.header.previous_sequence == 1
    history = await office.reserving.history(voucher, BANK)
    assert [each.attested.total for each in history] == [500, 600]


async def test_a_snapshot_beside_which_another_was_published_is_late(office: Office) -> None:
    voucher = office.bank.issue(5_000)
    first = await office.make(voucher, office.listed((ANN, 5)))
    second = await office.make(voucher, office.listed((ANN, 6)))
    await office.publish(second)
    with pytest.raises(SnapshotLate) as late:
        await office.reserving.publication(first)
    assert late.value.facts["reason"] == "another was published"


async def test_a_snapshot_is_late_after_a_day(office: Office) -> None:
    made = await office.make(office.bank.issue(100), office.listed((ANN, 1)))
    office.bank.stage.engine._clock.at += LONGEST_WAY
    await office.land(ISSUER, recognise=wire.Recognise(partner=BANK, least=wire.LEVEL_PHONE))
    with pytest.raises(SnapshotLate):
        await office.reserving.publication(made)


async def test_serials_are_proved_to_lie_in_custody_and_those_nobody_is_owed_are_counted(office: Office) -> None:
    voucher = office.bank.issue(5, kind=wire.KIND_UNIQUE, decimals=0)
    made = await office.make(voucher, office.listed((ANN, 1), (BOB, 2), (ANN, 4), head="account,serial"))
    assert office.reserving.book.note(made).note.unclaimed == 2
    await office.publish(made)
    await office.reserving.snapshots()
    papers = await office.reserving.papers_of(made, ANN)
    assert [name for name, _ in papers] == [f"{ANN}-1.reserve.json", f"{ANN}-4.reserve.json"]
    assert all(verify_proof(paper, office.bank.genesis).verdict is Verdict.VALID for _, paper in papers)


async def test_a_serial_that_is_not_in_custody_is_refused(office: Office) -> None:
    voucher = office.bank.issue(5, kind=wire.KIND_UNIQUE, decimals=0)
    with pytest.raises(LuopuError):
        await office.make(voucher, office.listed((ANN, 6), head="account,serial"))
    assert office.reserving.book.notes() == ()


async def test_everything_is_exported_with_what_a_reader_needs_beside(office: Office) -> None:
    made = await office.make(office.bank.issue(5_000), office.listed((ANN, 1), (BOB, 2), (CY, 3)))
    await office.publish(made)
    await office.reserving.snapshots()
    counted: list[int] = []
    target = office.folder / "papers"
    assert await office.reserving.export(made, target, (("genesis.json", b"{}"),), counted.append, lambda: False) == 3
    papers = sorted(path for path in target.rglob("*.reserve.json"))
    assert [path.name for path in papers] == sorted(f"{each}.reserve.json" for each in (ANN, BOB, CY))
    assert all(verify_proof(path.read_bytes(), office.bank.genesis).verdict is Verdict.VALID for path in papers)


async def test_a_paper_is_held_against_the_chain(office: Office) -> None:
    voucher = office.bank.issue(5_000)
    first = await office.make(voucher, office.listed((ANN, 5)))
    await office.publish(first)
    await office.reserving.snapshots()
    ((_, paper),) = await office.reserving.papers_of(first, ANN)
    second = await office.make(voucher, office.listed((ANN, 1)))
    await office.publish(second)
    standing = await office.reserving.standing(await office.reserving.verify(paper, None))
    assert standing is not None
    assert (standing.found is not None, standing.later) == (True, 1)


async def test_the_regulator_sees_every_custodian_against_the_supply(office: Office) -> None:
    voucher = office.bank.issue(5_000)
    made = await office.make(voucher, office.listed((ANN, 5)))
    await office.publish(made)
    overview = await office.reserving.overview(voucher)
    assert overview.outstanding == 5_000
    ((custodian),) = overview.custodians
    assert (custodian.account, custodian.counted, custodian.custody.total) == (BANK, 5_000, 500)


async def test_another_account_counts_when_it_said_so(office: Office) -> None:
    voucher = office.bank.issue(300)
    legs = [wire.Allotment(to=ISSUER, amount=700)]
    await office.land(ISSUER, allocate=wire.Allocate(voucher=voucher, legs=legs))
    made = await office.make(voucher, office.listed((ANN, 10)), others=(ISSUER,))
    with pytest.raises(CustodyNotAssigned):
        await office.publish(made)
    await office.land(ISSUER, assign_custody=wire.AssignCustody(voucher=voucher, custodian=BANK))
    await office.publish(made)
    await office.reserving.snapshots()
    ((_, paper),) = await office.reserving.papers_of(made, ANN)
    report = verify_proof(paper, office.bank.genesis)
    assert (report.verdict, report.facts["coverage"]["held"]) == (Verdict.VALID, "1000")
