"""White paper 4.1.4 慈善资金登记: what was given and what was spent, and a published total that nobody can inflate."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from app.client.registry import every
from app.core.hashing import sha256
from app.core.merkle import inclusion_path, is_included, leaf_hash, root
from app.core.refusals import CustodyShort
from app.core.verification import Verdict
from app.core.wire import registry_pb2 as wire
from app.registry.places import CUSTODIES, HOLDINGS, VOUCHERS
from tests.scenarios.town import ALPHA, BETA, Town
from tests.scenarios.uses.stranger import OwnNode, judged

pytestmark = pytest.mark.asyncio(loop_scope="module")

BANK, CHARITY = ALPHA, BETA
GIFTS = {"ming": 50_000, "hong": 20_000}
SPENT = 30_000


@dataclass(frozen=True)
class Campaign:
    """Gifts in fen, each signed by its giver; a published total; then some of it spent, with a paper."""

    money: bytes
    statement: Path
    attested: int
    """Height of the published total."""
    spent: int
    """Height of the spending."""
    givers: dict[int, int]
    bundle: Path


def statement_lines(shares: dict[int, int]) -> list[bytes]:
    """One line for each giver: number and amount."""
    return [f"{account} {amount}".encode() for account, amount in sorted(shares.items())]


def attestation(money: bytes, shares: dict[int, int]) -> wire.AttestCustody:
    """What the charity says of whose the money is that it holds."""
    lines = statement_lines(shares)
    statement = sha256(b"\n".join(lines))
    return wire.AttestCustody(voucher=money, root=root(lines), total=sum(shares.values()), statement=statement)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def campaign(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    folder = tmp_path_factory.mktemp("charity")
    givers = {await town.enrol(name, by=BANK): amount for name, amount in GIFTS.items()}
    await town.do(BANK, recognise=wire.Recognise(partner=town.number(CHARITY), least=wire.LEVEL_REAL_NAME))
    money = await town.voucher(BANK, name="善款（分）", product="存于本行的人民币一分", cap=1_000_000)
    legs = [wire.Allotment(to=account, amount=amount) for account, amount in givers.items()]
    await town.do(BANK, allocate=wire.Allocate(voucher=money, legs=legs))
    for name, amount in GIFTS.items():
        leg = wire.Leg(voucher=money, to=town.number(CHARITY), amount=amount)
        await town.do(name, transfer=wire.Transfer(legs=[leg]))

    statement = folder / "募集明细.txt"
    statement.write_bytes(b"\n".join(statement_lines(givers)))
    raised = await town.notarize(CHARITY, statement, subject="募集明细 2025-06")
    attested = await town.do(CHARITY, attest_custody=attestation(money, givers))

    paper = folder / "支出 校舍修缮.txt"
    paper.write_text("校舍修缮 300.00 元，受助方回执", encoding="utf-8")
    spending = await town.notarize(CHARITY, paper, chain=raised.chain, subject="支出 2025-06")
    wish = wire.Redeem(voucher=money, amount=SPENT, reference=sha256(paper.read_bytes()))
    spent = await town.do(CHARITY, redeem=wish)
    bundle = folder / "支出.asice"
    await (await town.desk(CHARITY)).save_bundle(spending.record_digest, bundle, include_file=True)
    return Campaign(money, statement, attested.height, spent.height, givers, bundle)


async def test_the_published_total_is_what_the_statement_adds_up_to_and_no_more_than_was_there(
    town: Town, stranger: OwnNode, campaign: Campaign
) -> None:
    charity = (await (await town.desk(CHARITY)).account()).address  # type: ignore[union-attr]
    stands = await stranger.proven(CUSTODIES, charity, campaign.money, height=campaign.attested)
    assert isinstance(stands, wire.Custody)
    lines = campaign.statement.read_bytes().split(b"\n")
    assert sha256(campaign.statement.read_bytes()) == stands.statement
    assert root(lines) == stands.root
    assert sum(int(line.split()[1]) for line in lines) == stands.total == 70_000
    holding = await stranger.proven(HOLDINGS, charity, campaign.money, height=campaign.attested)
    assert isinstance(holding, wire.Holding)
    assert stands.total <= stands.balance == holding.amount


async def test_a_giver_finds_the_own_gift_under_the_published_root(
    town: Town, stranger: OwnNode, campaign: Campaign
) -> None:
    charity = (await (await town.desk(CHARITY)).account()).address  # type: ignore[union-attr]
    stands = await stranger.proven(CUSTODIES, charity, campaign.money, height=campaign.attested)
    assert isinstance(stands, wire.Custody)
    hashes = [leaf_hash(line) for line in campaign.statement.read_bytes().split(b"\n")]
    own = leaf_hash(f"{town.number('hong')} {GIFTS['hong']}".encode())
    place = hashes.index(own)
    path = inclusion_path(hashes, place)
    assert is_included(own, place, len(hashes), path, stands.root)
    less = leaf_hash(f"{town.number('hong')} 100".encode())
    assert not is_included(less, place, len(hashes), path, stands.root)


async def test_whoever_is_left_out_of_the_statement_shows(town: Town, campaign: Campaign) -> None:
    charity, registry = town.number(CHARITY), (await town.desk("ming")).registry
    given: dict[int, int] = {}
    async for entry in every(lambda cursor: registry.activity(charity, cursor=cursor)):  # type: ignore[misc]
        for leg in entry.fact.legs if entry.action == "transfer" else ():  # type: ignore[attr-defined]
            if (leg.voucher, leg.to) == (campaign.money, charity):
                given[entry.sender] = given.get(entry.sender, 0) + leg.amount
    listed = {
        int(number): int(amount) for number, amount in map(bytes.split, campaign.statement.read_bytes().split(b"\n"))
    }
    assert given == listed == campaign.givers


async def test_nobody_publishes_more_than_is_held(town: Town, campaign: Campaign) -> None:
    too_much = attestation(campaign.money, {**campaign.givers, 99_999: 1})
    assert await town.why_not(CHARITY, attest_custody=too_much) == ["custody-short"]
    with pytest.raises(CustodyShort):
        await town.insist(CHARITY, attest_custody=too_much)
    left = sum(GIFTS.values()) - SPENT
    assert await town.why_not(CHARITY, attest_custody=attestation(campaign.money, {1: left + 1})) == ["custody-short"]
    assert await town.why_not(CHARITY, attest_custody=attestation(campaign.money, {1: left})) == []


async def test_all_that_was_given_is_with_somebody_or_spent_against_a_paper(
    town: Town, stranger: OwnNode, campaign: Campaign
) -> None:
    stands = await stranger.proven(VOUCHERS, campaign.money, height=campaign.spent)
    assert isinstance(stands, wire.Voucher)
    holders = await (await town.desk("hong")).registry.holders(campaign.money)
    held = sum(each.holding.amount for each in holders.items)
    assert (stands.issued, stands.redeemed, stands.issued - stands.redeemed) == (70_000, SPENT, held)

    report = judged(campaign.bundle, town.genesis)
    assert report.verdict is Verdict.VALID
    assert report.parts is not None
    activity = (await (await town.desk("ming")).registry.activity(town.number(CHARITY))).items
    spending = next(each for each in activity if each.action == "redeem")
    assert spending.fact.reference == report.parts.record.sha256  # type: ignore[attr-defined]
    assert [record.subject for record in report.parts.segment] == ["募集明细 2025-06"]
