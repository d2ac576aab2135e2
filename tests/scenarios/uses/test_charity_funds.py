"""White paper 4.1.4 慈善资金登记: what was given and what was spent, and a published total that nobody can inflate.

The charity has a node's address in its home and types the commands of its reserve proofs; every giver gets a proof.
"""

import asyncio
import csv
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from app.client.registry import every
from app.core.hashing import sha256
from app.core.home import Home
from app.core.refusals import CustodyShort
from app.core.verification import Verdict
from app.core.wire import registry_pb2 as wire
from app.registry.places import CUSTODIES, HOLDINGS, VOUCHERS
from app.wiring.files import write_durably
from tests.scenarios.command import Answer, luopu
from tests.scenarios.town import ALPHA, BETA, PASSPHRASE, Town, home_of
from tests.scenarios.uses.stranger import OwnNode, judged

pytestmark = pytest.mark.asyncio(loop_scope="module")

BANK, CHARITY = ALPHA, BETA
GIFTS = {"ming": 50_000, "hong": 20_000}
LATE = {"lan": 5_000}
SPENT = 30_000


@dataclass(frozen=True)
class Office:
    """The charity at its keyboard."""

    home: Home

    async def reserve(self, *words: str | Path, status: int = 0) -> Answer:
        """Type something behind `luopu reserve`."""
        command = ("reserve", *words, "--home", self.home.root, "--language", "en")
        answer = await asyncio.to_thread(luopu, *command, "--passphrase-file", self.home.root / "passphrase")
        assert answer.status == status, (answer.document, answer.words)
        return answer

    async def published(self, money: bytes, statement: Path, folder: Path) -> int:
        """Make a snapshot of a statement, publish it, hand out all proofs; the height of the publication."""
        made = (await self.reserve("make", money.hex(), statement)).document
        published = (await self.reserve("publish", made["id"])).document["snapshot"]["published"]
        assert (await self.reserve("export", made["id"], folder)).document["papers"] == made["users"]
        return int(published["height"])


@dataclass(frozen=True)
class Campaign:
    """Gifts in fen, each signed by its giver; the total published twice, with proofs; then some of it spent, with a paper."""

    money: bytes
    statement: Path
    attested: int
    """Height of the newer published total."""
    spent: int
    """Height of the spending."""
    givers: dict[int, int]
    early: Path
    """Proofs of the first total."""
    proofs: Path
    """Of the newer one."""
    bundle: Path
    of_statement: Path = field(repr=False)
    """Bundle of the list's record."""


def write_statement(path: Path, shares: dict[int, int]) -> Path:
    """One line for each giver: number and amount."""
    lines = ["account,amount", *(f"{account},{amount}" for account, amount in sorted(shares.items()))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read_statement(path: Path) -> dict[int, int]:
    """Who gave how much, as the list says it."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {int(row["account"]): int(row["amount"]) for row in csv.DictReader(lines)}


async def verify(town: Town, *words: str | Path) -> Answer:
    """What somebody finds who has a genesis document, and neither node nor account."""
    nobody = town.genesis.parent.parent / "nobody"
    command = ("reserve", "verify", *words, "--genesis", town.genesis)
    return await asyncio.to_thread(luopu, *command, "--home", nobody, "--language", "en")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(town: Town) -> Office:
    root = town.genesis.parent.parent
    home, node = home_of(root, CHARITY), home_of(root, "node")
    home.node.mkdir()
    write_durably(home.node_endpoint, node.node_endpoint.read_bytes(), mode=0o600)
    write_durably(home.root / "passphrase", PASSPHRASE.encode(), mode=0o600)
    return Office(home)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def campaign(town: Town, office: Office, tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    folder = tmp_path_factory.mktemp("charity")
    givers = {await town.enrol(name, by=BANK): amount for name, amount in (GIFTS | LATE).items()}
    await town.do(BANK, recognise=wire.Recognise(partner=town.number(CHARITY), least=wire.LEVEL_REAL_NAME))
    money = await town.voucher(BANK, name="善款（分）", product="存于本行的人民币一分", cap=1_000_000)
    legs = [wire.Allotment(to=account, amount=amount) for account, amount in givers.items()]
    await town.do(BANK, allocate=wire.Allocate(voucher=money, legs=legs))

    await give(town, money, GIFTS)
    first = write_statement(folder / "募集明细 1.csv", {town.number(name): amount for name, amount in GIFTS.items()})
    await office.published(money, first, folder / "early")
    await give(town, money, LATE)
    statement = write_statement(folder / "募集明细.csv", givers)
    raised = await town.notarize(CHARITY, statement, subject="募集明细 2025-06")
    attested = await office.published(money, statement, folder / "proofs")

    paper = folder / "支出 校舍修缮.txt"
    paper.write_text("校舍修缮 300.00 元，受助方回执", encoding="utf-8")
    spending = await town.notarize(CHARITY, paper, chain=raised.chain, subject="支出 2025-06")
    wish = wire.Redeem(voucher=money, amount=SPENT, reference=sha256(paper.read_bytes()))
    spent = await town.do(CHARITY, redeem=wish)
    bundle, of_statement = folder / "支出.asice", folder / "募集明细.asice"
    await (await town.desk(CHARITY)).save_bundle(spending.record_digest, bundle, include_file=True)
    await (await town.desk(CHARITY)).save_bundle(raised.record_digest, of_statement, include_file=False)
    early, proofs = folder / "early", folder / "proofs"
    return Campaign(money, statement, attested, spent.height, givers, early, proofs, bundle, of_statement)


async def give(town: Town, money: bytes, gifts: dict[str, int]) -> None:
    """Gifts to the charity, each signed by who gives."""
    for name, amount in gifts.items():
        leg = wire.Leg(voucher=money, to=town.number(CHARITY), amount=amount)
        await town.do(name, transfer=wire.Transfer(legs=[leg]))


async def test_the_published_total_is_what_the_statement_adds_up_to_and_no_more_than_was_there(
    town: Town, stranger: OwnNode, campaign: Campaign
) -> None:
    charity = (await (await town.desk(CHARITY)).account()).address  # type: ignore[union-attr]
    stands = await stranger.proven(CUSTODIES, charity, campaign.money, height=campaign.attested)
    assert isinstance(stands, wire.Custody)
    report = judged(campaign.of_statement, town.genesis, campaign.statement)
    assert report.verdict is Verdict.VALID
    assert sum(read_statement(campaign.statement).values()) == stands.total == 75_000
    holding = await stranger.proven(HOLDINGS, charity, campaign.money, height=campaign.attested)
    assert isinstance(holding, wire.Holding)
    assert stands.total <= stands.balance == holding.amount


async def test_every_giver_has_a_proof_that_anybody_verifies_with_the_genesis_document_alone(
    town: Town, stranger: OwnNode, campaign: Campaign
) -> None:
    papers = sorted(campaign.proofs.glob("*.reserve.json"))
    answer = await verify(town, *papers)
    assert answer.status == 0, answer.document
    claims = [each["claim"] for each in answer.document["papers"]]
    assert {claim["account"]: claim["balance"] for claim in claims} == campaign.givers
    charity = (await (await town.desk(CHARITY)).account()).address  # type: ignore[union-attr]
    stands = await stranger.proven(CUSTODIES, charity, campaign.money, height=campaign.attested)
    assert isinstance(stands, wire.Custody)
    assert {(claim["root"], claim["owed"]) for claim in claims} == {(stands.root.hex(), stands.total)}


async def test_a_giver_finds_the_own_gift_under_the_published_root(town: Town, campaign: Campaign) -> None:
    number = town.number("hong")
    paper = campaign.proofs / f"{number}.reserve.json"
    assert (await verify(town, paper, "--account", str(number))).status == 0
    assert (await verify(town, paper, "--account", str(town.number("ming")))).status == 1
    less = paper.with_name("less.json")
    less.write_text(paper.read_text(encoding="utf-8").replace(f'"balance":"{GIFTS["hong"]}"', '"balance":"100"', 1))
    answer = await verify(town, less)
    assert (answer.status, answer.document["papers"][0]["error"]["code"]) == (1, "invalid-reserve")
    other = (await (await town.desk("ming")).account()).address.hex()  # type: ignore[union-attr]
    assert other not in paper.read_text(encoding="utf-8")


async def test_a_proof_of_an_earlier_total_stays_true_and_the_chain_tells_of_the_newer_one(
    town: Town, office: Office, campaign: Campaign
) -> None:
    name = f"{town.number('ming')}.reserve.json"
    assert (await verify(town, campaign.early / name)).status == 0
    words = ("reserve", "verify", campaign.early / name, campaign.proofs / name, "--chain", "--home", office.home.root)
    answer = await asyncio.to_thread(luopu, *words)
    standings = [(each["chain"]["standing"], each["chain"]["newest"]) for each in answer.document["papers"]]
    assert (answer.status, standings) == (0, [("superseded", campaign.attested), ("newest", campaign.attested)])
    history = ("reserve", "history", campaign.money.hex(), "--custodian", str(town.number(CHARITY)))
    told = await asyncio.to_thread(luopu, *history, "--home", office.home.root)
    published = [(each["owed"], each["held"], each["ratio"]) for each in told.document["publications"]]
    assert published == [(70_000, 70_000, "100%"), (75_000, 75_000, "100%")]


async def test_whoever_is_left_out_of_the_statement_shows(town: Town, campaign: Campaign) -> None:
    charity, registry = town.number(CHARITY), (await town.desk("ming")).registry
    given: dict[int, int] = {}
    async for entry in every(lambda cursor: registry.activity(charity, cursor=cursor)):  # type: ignore[misc]
        for leg in entry.fact.legs if entry.action == "transfer" else ():  # type: ignore[attr-defined]
            if (leg.voucher, leg.to) == (campaign.money, charity):
                given[entry.sender] = given.get(entry.sender, 0) + leg.amount
    assert given == read_statement(campaign.statement) == campaign.givers


async def test_nobody_publishes_more_than_is_held(
    town: Town, office: Office, campaign: Campaign, tmp_path: Path
) -> None:
    made = await office.reserve("make", campaign.money.hex(), campaign.statement, status=1)
    assert (made.document["state"], made.document["missing"]) == ("short", SPENT)
    refused = await office.reserve("publish", made.document["id"], status=1)
    assert refused.document["error"]["code"] == "reserve-short"
    refused = await office.reserve("export", made.document["id"], tmp_path / "proofs", status=1)
    assert refused.document["error"]["code"] == "not-published"
    assert not await asyncio.to_thread((tmp_path / "proofs").exists)

    left = sum(campaign.givers.values()) - SPENT
    anyway = wire.AttestCustody(voucher=campaign.money, root=bytes(32), total=left + 1, statement=bytes(32))
    assert await town.why_not(CHARITY, attest_custody=anyway) == ["custody-short"]
    with pytest.raises(CustodyShort):
        await town.insist(CHARITY, attest_custody=anyway)


async def test_a_statement_with_somebody_whom_nobody_knows_makes_nothing(
    town: Town, office: Office, campaign: Campaign, tmp_path: Path
) -> None:
    wrong = write_statement(tmp_path / "wrong.csv", {**campaign.givers, 99_999: 1})
    refused = await office.reserve("make", campaign.money.hex(), wrong, status=1)
    assert [each["code"] for each in refused.document["problems"]] == ["row-user-unknown"]


async def test_all_that_was_given_is_with_somebody_or_spent_against_a_paper(
    town: Town, stranger: OwnNode, campaign: Campaign
) -> None:
    stands = await stranger.proven(VOUCHERS, campaign.money, height=campaign.spent)
    assert isinstance(stands, wire.Voucher)
    holders = await (await town.desk("hong")).registry.holders(campaign.money)
    held = sum(each.holding.amount for each in holders.items)
    assert (stands.issued, stands.redeemed, stands.issued - stands.redeemed) == (75_000, SPENT, held)

    report = judged(campaign.bundle, town.genesis)
    assert report.verdict is Verdict.VALID
    assert report.parts is not None
    activity = (await (await town.desk("ming")).registry.activity(town.number(CHARITY))).items
    spending = next(each for each in activity if each.action == "redeem")
    assert spending.fact.reference == report.parts.record.sha256  # type: ignore[attr-defined]
    assert [record.subject for record in report.parts.segment] == ["募集明细 2025-06"]
