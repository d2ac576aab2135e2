"""A custodian as it might be: a rice merchant's vouchers kept for customers, with a warehouse that keeps some of them."""

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from app.client.members import VoucherView
from app.core.errors import NodeUnreachable
from app.core.facts import facts_of
from app.core.reserveerrors import (
    AmountNegative,
    InvalidReserve,
    ListRefused,
    ReserveShort,
    RowProblem,
    UserNotInForce,
    UserTwice,
    UserUnknown,
)
from app.core.wire import registry_pb2 as wire
from app.ui.desk import DeedView, VerificationStep
from app.ui.desks.reserves import (
    ChainWord,
    CoverageView,
    CustodianView,
    CustodyAccount,
    CustodyView,
    MadeSnapshot,
    PaperCheck,
    PaperClaim,
    PublicationView,
    ReservesView,
    ReserveVoucher,
    SnapshotView,
)
from tests.fakes.desk_facts import BLOCK_NS, NOW_NS, SECOND_NS

if TYPE_CHECKING:
    from tests.fakes.desk import FakeDesk

DAY_NS = 86_400 * SECOND_NS
TIP = 12_481_906
"""After a year of blocks."""
OWN, WAREHOUSE, BRANCH, BANK = 10_086, 10_023, 10_031, 10_044
RICE = ReserveVoucher(bytes.fromhex("4f1c2ab0d9e87755aa01020304050607"), "五常大米提货券", 2, is_unique=False)
MEDAL = ReserveVoucher(bytes.fromhex("b7003e5511aa22bb33cc44dd55ee66ff"), "2026 丙午马年纪念章", 0, is_unique=True)
KEPT = (
    CustodyAccount(OWN, "示例合作方 经办 01", 8_420_150_00),
    CustodyAccount(WAREHOUSE, "杭州良渚第二仓储", 1_900_000_00),
    CustodyAccount(BRANCH, "绍兴越城分公司", 120_000_00),
)
STEPS = (
    *("format", "user", "tree", "trust-root", "finality", "snapshot"),
    *("custody", "publication", "signature", "coverage"),
)


def digest(text: str) -> bytes:
    """A digest."""
    return hashlib.sha256(text.encode()).digest()


def height_at(moment_ns: int) -> int:
    """The height of about that moment."""
    return TIP - (NOW_NS - moment_ns) // BLOCK_NS


def snapshot(name: str, state: str = "made", days: int = 0, owed: int = 10_112_300_00, **more: object) -> SnapshotView:
    """A snapshot so many days old, with what follows from its state."""
    made = NOW_NS - days * DAY_NS - 7 * 60 * SECOND_NS
    view = SnapshotView(
        snapshot_id=name,
        voucher=RICE,
        state=state,
        height=height_at(made),
        time_ns=made - 40 * SECOND_NS,
        made_ns=made,
        owed=owed,
        accounts=KEPT,
        users=52_814,
        rows=52_814,
        padding=0,
        unclaimed=0,
        source_name="应付清单 2026-11.xlsx",
        source_sha256=digest(f"list {name}"),
        root=digest(f"root {name}"),
    )
    if state in {"published", "superseded"}:
        published = made + 9 * 60 * SECOND_NS
        view = replace(
            view, published_height=height_at(published), published_ns=published, transaction_hash=digest(f"tx {name}")
        )
    if state == "short":
        missing = view.owed - view.held
        view = replace(view, error=ReserveShort(owed=view.owed, held=view.held, missing=missing))
    return replace(view, **more)  # type: ignore[arg-type]


def custody() -> list[CustodyView]:
    """What is kept: rice with two others, medals alone."""
    medals = CustodyAccount(OWN, "示例合作方 经办 01", 1_200)
    return [CustodyView(RICE, KEPT[0], KEPT[1:]), CustodyView(MEDAL, medals, ())]


def publication(days: int, owed: int, held: int) -> PublicationView:
    """One of so many days ago."""
    moment = NOW_NS - days * DAY_NS
    return PublicationView(
        index=90_000 - days,
        height=height_at(moment),
        time_ns=moment,
        owed=owed,
        held=held,
        accounts=(WAREHOUSE, BRANCH),
        root=digest(f"root {days}"),
        transaction_hash=digest(f"tx {days}"),
    )


def coverage(custodian: int = OWN, name: str = "示例合作方 经办 01") -> CoverageView:
    """A year of months, rising with the season."""
    rise = (62, 64, 71, 69, 74, 80, 85, 83, 90, 97, 99, 101)
    margin = (40, 30, 22, 31, 28, 19, 12, 25, 33, 18, 9, 32)
    months = [
        publication(30 * (11 - place), owed * 100_000_00, owed * 100_000_00 * (1000 + more) // 1000)
        for place, (owed, more) in enumerate(zip(rise, margin, strict=True))
    ]
    return CoverageView(RICE, custodian, name, tuple(reversed(months)))


def reserves() -> ReservesView:
    """Three custodians: one sound, one old, one that holds less now."""
    newest = coverage().publications[0]
    bank = replace(publication(3, 2_150_000_00, 2_150_000_00), accounts=())
    old = replace(publication(64, 880_000_00, 905_000_00), accounts=())
    return ReservesView(
        voucher=RICE,
        issuer_name="五常市绿色稻米专业合作社",
        supply=16_500_000_00,
        height=TIP,
        time_ns=NOW_NS,
        custodians=(
            CustodianView(OWN, "示例合作方 经办 01", newest, 10_440_150_00, KEPT[1:]),
            CustodianView(BANK, "Zhejiang Tailong Commercial Bank", bank, 2_020_000_00, ()),
            CustodianView(10_052, "宁波甬江粮油", old, 905_000_00, ()),
        ),
    )


def medals() -> ReservesView:
    """Nobody published."""
    return ReservesView(MEDAL, "中国造币文化", 5_000, TIP, NOW_NS, ())


def problems(count: int = 23) -> ListRefused:
    """A list in which some rows are wrong."""
    kinds: list[RowProblem] = [
        UserTwice(line=18, column="account", cell="10318", first=7),
        AmountNegative(line=41, column="amount", cell="-120.00"),
        UserUnknown(line=96, column="account", cell="浙江某某商行"),
    ]
    return ListRefused([kinds[place % 3] for place in range(min(count, 1_000))], count=count, line=18)


def made(**more: object) -> MadeSnapshot:
    """What comes of a good list, with a row that should be looked at."""
    warning = UserNotInForce(line=310, column="account", cell="10411")
    return MadeSnapshot(snapshot("fresh", **more), (warning,), 1)  # type: ignore[arg-type]


def claim() -> PaperClaim:
    """What a paper of a customer says."""
    newest = coverage().publications[1]
    return PaperClaim(
        voucher=RICE,
        custodian=OWN,
        custodian_name="示例合作方 经办 01",
        account=10_231,
        balance=12_850_00,
        serial=None,
        owed=newest.owed,
        held=newest.held,
        height=newest.height - 200,
        time_ns=newest.time_ns - 200 * BLOCK_NS,
        published_height=newest.height,
        published_ns=newest.time_ns,
        root=newest.root,
    )


def good_check(later: int = 1) -> PaperCheck:
    """A true paper, superseded by so many later ones."""
    paper, newest = claim(), coverage().publications[0]
    word = ChainWord(
        "superseded" if later else "newest",
        paper.published_height,
        paper.published_ns,
        later,
        newest.height,
        newest.time_ns,
    )
    found = {
        "user": (("account", "10231"), ("address", "00" * 20)),
        "tree": (("balance", "1285000"), ("total", str(paper.owed)), ("root", paper.root.hex())),
        "finality": (("validators", "4"),),
        "snapshot": (("height", str(paper.height)), ("time", str(paper.time_ns))),
        "custody": (("voucher", RICE.name), ("decimals", "2"), ("custody", str(paper.held))),
        "coverage": (("owed", str(paper.owed)), ("held", str(paper.held)), ("over", str(paper.held - paper.owed))),
    }
    steps = [
        VerificationStep(place, name, passed=True, skipped=False, facts=found.get(name, ()))
        for place, name in enumerate(STEPS, 1)
    ]
    return PaperCheck("valid", tuple(steps), None, paper, word)


def bad_check(at: str = "tree") -> PaperCheck:
    """A paper that was tampered with; its root is not on the chain."""
    place = STEPS.index(at)
    steps = tuple(
        VerificationStep(number + 1, name, passed=number < place, skipped=number > place)
        for number, name in enumerate(STEPS)
    )
    error = InvalidReserve(check="root", expected="ab12", got="cd34")
    return PaperCheck("refuted", steps, error, replace(claim(), balance=9_999_00), ChainWord("absent"))


def lonely_check() -> PaperCheck:
    """A true paper, and a node that does not answer."""
    return replace(good_check(), chain=None, chain_error=NodeUnreachable(url="http://127.0.0.1:26657"))


def furnish(desk: "FakeDesk") -> None:
    """Everything a custodian has after a year."""
    desk.height = TIP
    desk.in_custody = custody()
    desk.shots = [
        snapshot("made"),
        snapshot("short", "short", 1, owed=10_640_000_00),
        snapshot("published", "published", 2),
        snapshot("superseded", "superseded", 30, later=1),
    ]
    desk.next_made = made()
    for number, name in (
        (0, "示例合作方 经办 01"),
        (OWN, "示例合作方 经办 01"),
        (BANK, "Zhejiang Tailong Commercial Bank"),
    ):
        desk.covered[RICE.id, number] = coverage(number or OWN, name)
    desk.covered[MEDAL.id, 0] = CoverageView(MEDAL, OWN, "示例合作方 经办 01", ())
    desk.all_reserves = {RICE.id: reserves(), MEDAL.id: medals()}
    desk.paper_check = good_check()
    desk.owed_to = {10_231: 1, 10_232: 3}


def voucher_view() -> VoucherView:
    """The rice as the node shows it."""
    terms = wire.Terms(name=RICE.name, kind=wire.KIND_DIVISIBLE, decimals=RICE.decimals, cap=10**12)
    shown = wire.Voucher(issuer=10_001, state=wire.VOUCHER_STATE_CREATED, terms=terms)
    return VoucherView(RICE.id, shown, {})


def deed_of(body: wire.Body, name: str) -> DeedView:
    """An action as it would be signed."""
    return DeedView(
        deed_id=name,
        action=str(body.WhichOneof("action")),
        facts=facts_of(body.attest_custody),
        account_name="示例合作方 经办 01",
        account_id=OWN,
        quota_points=12,
        valid_until=TIP + 600,
        valid_until_estimate_ns=NOW_NS + 600 * BLOCK_NS,
        hold_until=0,
        approvers=(),
        signing_digest=digest(name),
        reasons=(),
    )
