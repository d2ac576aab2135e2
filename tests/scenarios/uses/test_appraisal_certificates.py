"""White paper 4.1.3 鉴定证书登记: a certificate with its picture on record, and the title to the piece in custody."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from app.client.members import ActivityEntry
from app.client.model import RecordStatus
from app.client.registry import every
from app.core.hashing import sha256
from app.core.verification import Verdict
from app.core.wire import registry_pb2 as wire
from app.registry.places import PIECES, number
from tests.scenarios.town import ALPHA, BETA, Town
from tests.scenarios.uses.stranger import OwnNode, failed_step, judged

pytestmark = pytest.mark.asyncio(loop_scope="module")

INSTITUTE, CUSTODIAN = ALPHA, BETA
CERTIFICATE, PICTURE = "证书 GTC-2025-0007.txt", "GTC-2025-0007.png"


@dataclass(frozen=True)
class Certified:
    """The papers of a jade plaque, in one hash chain, and their bundles."""

    folder: Path
    records: tuple[RecordStatus, RecordStatus]

    def bundle(self, name: str) -> Path:
        return self.folder / f"{name}.asice"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def certified(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Certified:
    folder = tmp_path_factory.mktemp("certificate")
    (folder / CERTIFICATE).write_text("和田玉牌，127.4 克，天然", encoding="utf-8")
    (folder / PICTURE).write_bytes(b"\x89PNG\r\n" + bytes(range(256)))
    paper = await town.notarize(INSTITUTE, folder / CERTIFICATE, subject="GTC-2025-0007")
    picture = await town.notarize(INSTITUTE, folder / PICTURE, chain=paper.chain, subject="GTC-2025-0007 照片")
    made = Certified(folder, (paper, picture))
    for name, record in ((CERTIFICATE, paper), (PICTURE, picture)):
        await (await town.desk(INSTITUTE)).save_bundle(record.record_digest, made.bundle(name), include_file=True)
    return made


@dataclass(frozen=True)
class Title:
    """The plaque lies with the custodian; who holds serial 1 owns it. Ming had it first, then Hong."""

    voucher: bytes
    ming: int
    hong: int
    allocated: int
    transferred: int


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def title(town: Town, certified: Certified) -> Title:
    ming, hong = await town.enrol("ming", by=INSTITUTE), await town.enrol("hong", by=INSTITUTE)
    recognised = wire.Recognise(partner=town.number(INSTITUTE), least=wire.LEVEL_REAL_NAME)
    await town.do(CUSTODIAN, recognise=recognised)
    voucher = await town.voucher(
        CUSTODIAN,
        name="和田玉牌 GTC-2025-0007",
        product=f"证书存证 {certified.records[0].record_digest.hex()}",
        kind=wire.KIND_UNIQUE,
        cap=1,
    )
    wish = wire.Allocate(voucher=voucher, legs=[wire.Allotment(to=ming, amount=1)])
    allocated = await town.do(CUSTODIAN, allocate=wish)
    transferred = await town.do("ming", transfer=handing_on(voucher, hong))
    return Title(voucher, ming, hong, allocated.height, transferred.height)


def handing_on(voucher: bytes, to: int) -> wire.Transfer:
    return wire.Transfer(legs=[wire.Leg(voucher=voucher, to=to, serials=[1])])


async def owner_at(town: Town, stranger: OwnNode, title: Title, height: int) -> int:
    """Whose the title provably was after a block."""
    piece = await stranger.proven(PIECES, title.voucher, number(1), height=height)
    assert isinstance(piece, wire.Piece)
    registry = (await town.desk(CUSTODIAN)).registry
    return int((await registry.account(piece.owner)).account.id)


async def moves(town: Town, accounts: list[int], voucher: bytes) -> list[ActivityEntry]:
    """All that happened to a voucher, from what these accounts did, oldest first."""
    registry = (await town.desk(CUSTODIAN)).registry
    found: dict[int, ActivityEntry] = {}
    for account in accounts:
        async for entry in every(lambda cursor, of=account: registry.activity(of, cursor=cursor)):  # type: ignore[misc]
            if entry.action in {"allocate", "redeem"} and entry.fact.voucher == voucher:  # type: ignore[attr-defined]
                found[entry.index] = entry
            if entry.action == "transfer" and any(leg.voucher == voucher for leg in entry.fact.legs):  # type: ignore[attr-defined]
                found[entry.index] = entry
    return [found[index] for index in sorted(found)]


async def test_certificate_and_picture_are_checked_by_a_stranger_and_an_edited_one_is_found_out(
    town: Town, certified: Certified, tmp_path: Path
) -> None:
    for name, record in zip((CERTIFICATE, PICTURE), certified.records, strict=True):
        report = judged(certified.bundle(name), town.genesis)
        assert report.verdict is Verdict.VALID
        assert report.parts is not None
        assert report.parts.record_digest == record.record_digest
        assert report.parts.account.name == "杭州合作方"
    edited = tmp_path / CERTIFICATE
    edited.write_text("和田玉牌，127.4 克，籽料", encoding="utf-8")
    report = judged(certified.bundle(CERTIFICATE), town.genesis, edited)
    assert (report.verdict, failed_step(report)) == (Verdict.REFUTED, "file")


async def test_the_title_leads_to_the_certificate_and_its_owner_is_proven_at_each_height(
    town: Town, stranger: OwnNode, title: Title, certified: Certified
) -> None:
    assert await owner_at(town, stranger, title, title.allocated) == title.ming
    assert await owner_at(town, stranger, title, title.transferred) == title.hong
    view = await (await town.desk("hong")).registry.voucher(title.voucher)
    assert certified.records[0].record_digest.hex() in view.voucher.terms.product


async def test_the_history_of_the_title_is_read_from_what_was_done(town: Town, title: Title) -> None:
    accounts = [town.number(CUSTODIAN), title.ming, title.hong]
    history = [(each.action, each.sender, each.partner) for each in await moves(town, accounts, title.voucher)]
    assert history == [
        ("allocate", town.number(CUSTODIAN), 0),
        ("transfer", title.ming, town.number(INSTITUTE)),
    ]


async def test_who_is_not_known_by_real_name_gets_no_title(town: Town, title: Title) -> None:
    lan = await town.enrol("lan", by=INSTITUTE, level=wire.LEVEL_PHONE)
    assert await town.why_not("hong", transfer=handing_on(title.voucher, lan)) == ["holder-not-accepted"]
    assert await town.why_not("ming", transfer=handing_on(title.voucher, lan)) == ["holder-not-accepted", "not-holder"]


async def test_there_is_one_title_to_one_piece(town: Town, title: Title) -> None:
    wish = wire.Allocate(voucher=title.voucher, legs=[wire.Allotment(to=title.ming, amount=1)])
    assert await town.why_not(CUSTODIAN, allocate=wish) == ["cap-exceeded"]


async def test_when_the_plaque_is_handed_out_the_title_has_ended(
    town: Town, stranger: OwnNode, tmp_path: Path, title: Title
) -> None:
    voucher = await town.voucher(CUSTODIAN, name="翡翠手镯 GTC-2025-0008", kind=wire.KIND_UNIQUE, cap=1)
    await town.do(CUSTODIAN, allocate=wire.Allocate(voucher=voucher, legs=[wire.Allotment(to=title.ming, amount=1)]))
    handover = tmp_path / "交接单.txt"
    handover.write_text("手镯一只，交予持有人", encoding="utf-8")
    await town.notarize(CUSTODIAN, handover, subject="交接单")
    reference = sha256(handover.read_bytes())
    ended = await town.do("ming", redeem=wire.Redeem(voucher=voucher, serials=[1], reference=reference))
    piece = await stranger.proven(PIECES, voucher, number(1), height=ended.height)
    assert isinstance(piece, wire.Piece)
    assert piece.end == wire.PIECE_END_REDEEMED
    assert await town.why_not("ming", transfer=handing_on(voucher, title.hong)) == ["piece-ended"]
    (last,) = (await moves(town, [title.ming], voucher))[-1:]
    assert (last.action, last.fact.reference) == ("redeem", reference)  # type: ignore[attr-defined]
    assert [view.record.subject for view in stranger.records_of_file(reference)] == ["交接单"]
