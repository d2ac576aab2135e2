"""White paper 4.1.1 食品溯源: dairy, carrier and shop, each with a hash chain of its own, tied together by what they cite."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from app.client.model import RecordStatus
from app.core.codec import encode
from app.core.refusals import ChainForked
from app.core.verification import Verdict
from app.core.wire import registry_pb2 as wire
from app.evidence.bundle import read_parts
from app.evidence.container import open_file, read_container
from app.evidence.parts import Parts
from app.evidence.proof import EvidenceProof
from tests.fakes.bundles import contents, write_zip
from tests.scenarios.town import ALPHA, BETA, Town
from tests.scenarios.uses.stranger import failed_step, judged

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAIRY, CARRIER, SHOP = ALPHA, BETA, "城西超市"
LOT = "2025-0611-07"


@dataclass(frozen=True)
class Journey:
    """A lot of milk: three records of the dairy, one of the carrier, one of the shop, and what each handed out."""

    folder: Path
    dairy: list[RecordStatus]
    carried: RecordStatus
    sold: RecordStatus

    def bundle(self, name: str) -> Path:
        return self.folder / f"{name}.asice"

    def paper(self, name: str) -> Path:
        return self.folder / f"{name}.json"


def write_paper(folder: Path, name: str, **words: str) -> Path:
    """What a company writes down about the lot."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"lot": LOT, **words}, ensure_ascii=False, sort_keys=True), encoding="utf-8")
    return path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def journey(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    folder = tmp_path_factory.mktemp("papers")
    await town.admit(SHOP, wire.PARTY_PARTNER, wire.PERMISSION_EVIDENCE)
    dairy: list[RecordStatus] = []
    for step in ("milked", "heated", "filled"):
        paper = write_paper(folder, step, step=step, date="2025-06-11")
        chain = dairy[0].chain if dairy else None
        dairy.append(await town.notarize(DAIRY, paper, chain=chain, subject=f"批次 {LOT}"))
    paper = write_paper(folder, "carried", cites=dairy[-1].record_digest.hex(), degrees="4")
    carried = await town.notarize(CARRIER, paper, subject="冷链运输")
    paper = write_paper(folder, "sold", cites=carried.record_digest.hex(), price="12.80")
    sold = await town.notarize(SHOP, paper, subject="零售")
    made = Journey(folder, dairy, carried, sold)
    for name, company, record in (("filled", DAIRY, dairy[-1]), ("carried", CARRIER, carried), ("sold", SHOP, sold)):
        await (await town.desk(company)).save_bundle(record.record_digest, made.bundle(name), include_file=True)
    return made


def parts_of(bundle: Path) -> Parts:
    with open_file(bundle) as file:
        return read_parts(read_container(file))


def forged(journey: Journey, target: Path, segment: tuple[bytes, ...]) -> Path:
    """The dairy's bundle with other records before the last, and everything else made to fit."""
    proof: EvidenceProof = parts_of(journey.bundle("filled")).proof
    return write_zip(target, contents(replace(proof, segment=segment), journey.paper("filled").read_bytes()))


async def test_a_stranger_goes_from_the_shop_back_to_the_cow_with_three_files_and_the_genesis(
    town: Town, journey: Journey
) -> None:
    found: list[Parts] = []
    for name in ("sold", "carried", "filled"):
        report = judged(journey.bundle(name), town.genesis)
        assert report.verdict is Verdict.VALID
        assert report.parts is not None
        found.append(report.parts)
    sold, carried, filled = found
    assert json.loads(journey.paper("sold").read_text())["cites"] == carried.record_digest.hex()
    assert json.loads(journey.paper("carried").read_text())["cites"] == filled.record_digest.hex()
    assert [parts.account.name for parts in found] == [SHOP, "绍兴合作方", "杭州合作方"]
    assert [record.sequence for record in (*filled.segment, filled.record)] == [1, 2, 3]
    assert sold.entry.time_ns > carried.entry.time_ns > filled.entry.time_ns


def _without_second(segment: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return (segment[0],)


def _with_another_between(segment: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return (segment[0], segment[1], segment[1])


def _with_edited_second(segment: tuple[bytes, ...]) -> tuple[bytes, ...]:
    record = wire.EvidenceRecord.FromString(segment[1])
    record.subject = "批次 2025-0612-01"
    return (segment[0], encode(record))


@pytest.mark.parametrize("change", [_without_second, _with_another_between, _with_edited_second])
async def test_a_lost_an_inserted_and_an_edited_record_are_found_out(
    town: Town, journey: Journey, tmp_path: Path, change: Callable[[tuple[bytes, ...]], tuple[bytes, ...]]
) -> None:
    segment = parts_of(journey.bundle("filled")).proof.segment
    assert judged(forged(journey, tmp_path / "same.asice", segment), town.genesis).verdict is Verdict.VALID
    report = judged(forged(journey, tmp_path / "changed.asice", change(segment)), town.genesis)
    assert (report.verdict, failed_step(report)) == (Verdict.REFUTED, "chain")


async def test_a_paper_that_was_changed_afterwards_is_found_out(town: Town, journey: Journey, tmp_path: Path) -> None:
    changed = tmp_path / "carried.json"
    changed.write_text(journey.paper("carried").read_text().replace('"4"', '"2"'), encoding="utf-8")
    report = judged(journey.bundle("carried"), town.genesis, changed)
    assert (report.verdict, failed_step(report)) == (Verdict.REFUTED, "file")


async def test_nobody_puts_a_record_between_two_that_stand(town: Town, journey: Journey, tmp_path: Path) -> None:
    paper = write_paper(tmp_path, "between", step="tested")
    first = journey.dairy[0]
    with pytest.raises(ChainForked):
        await town.notarize(DAIRY, paper, chain=first.chain, sequence=2, previous=first.record_digest)


async def test_a_production_paper_that_was_written_after_the_sale_shows_it_by_its_block_time(
    town: Town, journey: Journey, tmp_path: Path
) -> None:
    claimed = write_paper(tmp_path, "tested", step="tested", date="2025-06-10")
    late = await town.notarize(DAIRY, claimed, subject="补录检验")
    target = tmp_path / "late.asice"
    await (await town.desk(DAIRY)).save_bundle(late.record_digest, target, include_file=True)
    report, sale = judged(target, town.genesis), judged(journey.bundle("sold"), town.genesis)
    assert (report.verdict, sale.verdict) == (Verdict.VALID, Verdict.VALID)
    assert report.parts is not None
    assert sale.parts is not None
    assert report.parts.entry.time_ns > sale.parts.entry.time_ns
