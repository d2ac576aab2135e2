"""A true paper is valid; what is missing is said to be missing; whatever happens, there is a verdict."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.client.reserve.papers import Papers
from app.core.codec import encode
from app.core.errors import InvalidBlock, NotEnoughTrust
from app.core.keys import Algorithm
from app.core.reserveerrors import InvalidReserve
from app.core.verification import Verdict
from app.core.wire import comet_pb2 as pb
from app.core.wire import registry_pb2 as wire
from app.node.consensus.verifier import decode_light_block
from app.reserve import steps
from app.reserve.proof import ReserveProof, decode_proof, encode_proof
from app.reserve.shares import Shares
from app.reserve.verify import STEPS
from tests.fakes.custody import BANK, SHOP, CustodyChain, attestation, signed
from tests.fakes.evidence import ClerkKey
from tests.fakes.reserves import Custodian, custodian_at_work, owed_to
from tests.reserve import model
from tests.reserve.forge import (
    ANN,
    BOB,
    LEFT,
    between,
    fraud,
    is_valid,
    judge,
    made_on,
    passed,
    reason,
    swapped,
)

DAY_NS = 86_400 * 10**9


@pytest.fixture
async def custodian() -> AsyncIterator[Custodian]:
    async with custodian_at_work() as at_work:
        yield at_work


def paper_on(chain: CustodyChain) -> ReserveProof:
    """Ann's honest paper."""
    return made_on(chain).papers([ANN, BOB])[0]


# ---- what is true ------------------------------------------------------------------------------------------------------
async def test_papers_of_a_custodian_at_work(custodian: Custodian) -> None:
    papers = await custodian.papers(custodian.issue(1_000), owed_to([500, 0, 300, 200]), padding=12)
    for row, data in enumerate(papers.papers()):
        report = judge(data, custodian.genesis, str(20_000 + row))
        assert (report.verdict, report.error) == (Verdict.VALID, None)
        assert [step.name for step in report.steps if step.passed] == list(STEPS)
        assert [step.number for step in report.steps] == list(range(1, 11))
        assert encode_proof(decode_proof(data)) == data
        assert report.facts["tree"]["balance"] == str([500, 0, 300, 200][row])
        assert report.facts["tree"]["total"] == report.facts["coverage"]["owed"] == "1000"
        assert report.facts["custody"] == {
            "voucher": "Grain",
            "decimals": "2",
            "custodian": "bank",
            "custody": "1000",
        }
        assert report.facts["coverage"]["over"] == "0"


async def test_papers_of_pieces(custodian: Custodian) -> None:
    voucher = custodian.issue(5, kind=wire.KIND_UNIQUE, decimals=0)
    papers = await custodian.papers(voucher, owed_to([1, 1, 1], serials=[2, 5, 4]))
    for data, serial in zip(papers.papers(), (2, 5, 4), strict=True):
        report = judge(data, custodian.genesis)
        assert (report.verdict, report.error) == (Verdict.VALID, None)
        assert report.facts["coverage"] == {"owed": "3", "held": "5", "over": "2"}
        assert report.parts is not None
        assert report.parts.proof.leaf.serial == serial


async def test_a_snapshot_that_waited_a_day_is_too_old(custodian: Custodian) -> None:
    """The clock goes on before the bank publishes. The law does not mind; whoever reads the paper does."""
    voucher = custodian.issue(8)
    ground = await custodian.survey(voucher)
    custodian.stage.engine._clock.at += DAY_NS  # type: ignore[attr-defined]
    custodian.stage.engine.produce()
    shares = Shares(custodian.hasher, ground.binding(bytes(32)), owed_to([5, 3]))
    published = await custodian.publish(ground, shares)
    with pytest.raises(InvalidReserve) as refused:
        Papers(ground, shares, published, custodian.genesis)
    assert refused.value.facts["check"] == "age of the snapshot"


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_keys_of_both_kinds(algorithm: Algorithm) -> None:
    chain = CustodyChain(clerk=ClerkKey(1, algorithm))
    assert passed(paper_on(chain), chain) == list(STEPS)


def test_steps_are_those_of_the_document() -> None:
    document = (Path(__file__).parents[2] / "docs" / "formats" / "reserve.md").read_text("utf-8")
    numbered = re.findall(r"^\| ([0-9]+) \| ([a-z-]+) \|", document, re.MULTILINE)
    assert numbered == [(str(number), name) for number, name in enumerate(STEPS, 1)]


def test_less_owed_than_held_is_covered_with_so_much_over(chain: CustodyChain) -> None:
    (paper,) = made_on(chain).papers([ANN])
    assert judge(paper, chain.genesis).facts["coverage"] == {"owed": "5", "held": "8", "over": "3"}


def test_nothing_owed_and_nothing_held_is_covered(chain: CustodyChain) -> None:
    made = fraud(chain, chain.issue({SHOP: 1}))
    assert made.ground.header.custody == 0
    (paper,) = made.papers([replace(ANN, balance=0)])
    assert is_valid(paper, chain.genesis)


def test_the_largest_amount_there_can_be(chain: CustodyChain) -> None:
    made = made_on(chain, 2**63 - 1)
    papers = made.papers([replace(ANN, balance=2**62), replace(BOB, balance=2**63 - 1 - 2**62)])
    assert all(is_valid(paper, chain.genesis) for paper in papers)


@pytest.mark.parametrize("blocks", [0, 1, 5])
def test_blocks_between_snapshot_and_publication(chain: CustodyChain, blocks: int) -> None:
    made = made_on(chain)
    for _ in range(blocks):
        chain.add_block()
    assert all(is_valid(paper, chain.genesis) for paper in made.papers([ANN, BOB]))


# ---- several sign ------------------------------------------------------------------------------------------------------
def test_maker_and_checker_in_one_transaction() -> None:
    checker = ClerkKey(7, Algorithm.P256)
    chain = CustodyChain(checkers=[checker], threshold=1)
    made = made_on(chain)
    leaves = made.leaves([ANN, BOB])
    action = attestation(made.ground.header, made.root(model.top(leaves)), 8)
    raw = signed(chain.body(BANK, approvers=[checker], attest_custody=action), chain.clerk, checker)
    paper = made.paper(ANN, model.path(leaves, LEFT), chain.publication(raw))
    assert passed(paper, chain) == list(STEPS)


@pytest.mark.parametrize("holder", ["maker", "checker", "another"])
def test_what_was_held_and_countersigned(holder: str) -> None:
    """The transaction in the paper is the checker's; the holder's key may be either's."""
    checker, third = ClerkKey(7), ClerkKey(8)
    chain = CustodyChain(checkers=[checker, third], threshold=1)
    made = made_on(chain)
    made = made.with_header(key={"maker": chain.clerk, "checker": checker, "another": third}[holder].public_key)
    leaves = made.leaves([ANN, BOB])
    action = attestation(made.ground.header, made.root(model.top(leaves)), 8)
    publication = chain.countersigned(action, checker)
    entry = wire.LogEntry.FromString(publication.entry)
    assert entry.held
    assert entry.approvers
    for user in (ANN, BOB):
        paper = made.paper(user, model.path(leaves, user.position), publication)
        if holder == "another":
            assert reason(judge(paper, chain.genesis)) == ("signature", "holder's key")
        else:
            assert passed(paper, chain) == list(STEPS)


def test_without_the_checker_nothing_is_published() -> None:
    checker = ClerkKey(7)
    chain = CustodyChain(checkers=[checker], threshold=1)
    made = made_on(chain)
    action = attestation(made.ground.header, bytes(32), 8)
    assert chain.refusal(BANK, attest_custody=action) is not None
    body = chain.body(BANK, hold_until=chain.height + 50, attest_custody=action)
    held = chain.publication(signed(body, chain.clerk))
    paper = made.paper(ANN, [], held)
    assert reason(judge(paper, chain.genesis))[0] == "format"


# ---- what is missing -----------------------------------------------------------------------------------------------------
def test_without_a_genesis_nothing_that_hangs_on_it_is_shown_as_passed(chain: CustodyChain) -> None:
    report = judge(paper_on(chain), None)
    assert report.verdict is Verdict.NOT_ENOUGH_TRUST
    assert isinstance(report.error, NotEnoughTrust)
    assert [step.name for step in report.steps if step.passed] == ["format", "user", "tree"]
    assert all(step.skipped and not step.facts for step in report.steps[3:])


def test_without_a_genesis_contradictions_are_still_found(chain: CustodyChain) -> None:
    made = made_on(chain, 5)
    for paper in made.papers([ANN, BOB], total=5):
        assert reason(judge(paper, None)) == ("publication", "total")
        assert passed(paper, None) == ["format", "user", "tree"]


def test_a_genesis_that_is_another(chain: CustodyChain) -> None:
    other = CustodyChain(chain_id="luopu-other")
    report = judge(paper_on(chain), other.genesis)
    assert report.verdict is Verdict.NOT_ENOUGH_TRUST
    assert report.error is not None
    assert report.error.facts["expected"] == other.genesis.fingerprint.hex()


@pytest.fixture
def changing() -> CustodyChain:
    """One of four validators is another at every second height."""
    return CustodyChain(members=lambda height: range(height // 2, height // 2 + 4))


def test_validators_that_changed_are_followed_through_light_blocks(changing: CustodyChain) -> None:
    paper = paper_on(changing)
    assert judge(paper, changing.genesis).verdict is Verdict.NOT_ENOUGH_TRUST
    assert passed(paper, changing) == ["format", "user", "tree", "trust-root"]
    anchors = {paper.header.height + 1, decode_light_block(paper.publication.anchor).header.height}
    heights = [height for height in range(2, max(anchors), 2) if height not in anchors]
    assert passed(between(changing, paper, heights), changing) == list(STEPS)
    every = [height for height in range(1, max(anchors)) if height not in anchors]
    assert passed(between(changing, paper, every), changing) == list(STEPS)


def test_light_blocks_have_one_order_and_none_is_there_twice_or_above(changing: CustodyChain) -> None:
    paper = paper_on(changing)
    top = int(decode_light_block(paper.publication.anchor).header.height)
    heights = [height for height in range(2, top, 2) if height != paper.header.height + 1]
    changing.add_block()
    changing.add_block()
    for wrong in (heights[::-1], [*heights, heights[-1]], [heights[0], *heights]):
        assert reason(judge(between(changing, paper, wrong), changing.genesis))[0] == "format"
    for again in (top, paper.header.height + 1):
        chosen = sorted([*heights, again])
        assert reason(judge(between(changing, paper, chosen), changing.genesis)) == ("finality", "height")
    above = between(changing, paper, [*heights, top + 1])
    assert reason(judge(above, changing.genesis)) == ("finality", "light blocks")


def test_too_many_light_blocks(chain: CustodyChain, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = between(chain, paper_on(chain), [1, 2, 3])
    assert is_valid(paper, chain.genesis)
    monkeypatch.setattr("app.reserve.parts.MAX_LIGHT_BLOCKS", 3)
    assert is_valid(paper, chain.genesis)
    monkeypatch.setattr("app.reserve.parts.MAX_LIGHT_BLOCKS", 2)
    assert reason(judge(paper, chain.genesis))[0] == "format"


# ---- finality ----------------------------------------------------------------------------------------------------------
def signed_without(chain: CustodyChain, anchor: bytes, absent: list[int]) -> bytes:
    """The anchor with a commit that lacks the signatures in some places."""
    return chain.light_block_signed(int(decode_light_block(anchor).header.height), absent)


@pytest.mark.parametrize("which", ["snapshot", "publication"])
@pytest.mark.parametrize(
    ("absent", "expected"),
    [
        ([3], Verdict.VALID),
        ([1], Verdict.VALID),
        ([0, 1], Verdict.REFUTED),
        ([2, 3], Verdict.REFUTED),
        ([0, 1, 2], Verdict.NOT_ENOUGH_TRUST),  # not even a third of those who are trusted: there may be blocks between
        ([0, 1, 2, 3], Verdict.NOT_ENOUGH_TRUST),
    ],
)
def test_a_block_that_two_thirds_have_not_signed_is_not_final(
    chain: CustodyChain, which: str, absent: list[int], expected: Verdict
) -> None:
    paper = paper_on(chain)
    part = getattr(paper, which)
    changed = replace(paper, **{which: replace(part, anchor=signed_without(chain, part.anchor, absent))})
    report = judge(changed, chain.genesis)
    assert report.verdict is expected
    assert report.steps[4].passed == (expected is Verdict.VALID)


@pytest.mark.parametrize("which", ["snapshot", "publication"])
@pytest.mark.parametrize("place", range(4))
def test_each_signature_of_an_anchor_is_good_even_where_others_would_do(
    chain: CustodyChain, which: str, place: int
) -> None:
    paper = paper_on(chain)
    part = getattr(paper, which)
    block = pb.LightBlock.FromString(part.anchor)
    signature = bytearray(block.signed_header.commit.signatures[place].signature)
    signature[5] ^= 1
    block.signed_header.commit.signatures[place].signature = bytes(signature)
    changed = replace(paper, **{which: replace(part, anchor=encode(block))})
    report = judge(changed, chain.genesis)
    assert reason(report)[0] == "finality"
    assert isinstance(report.error, InvalidBlock)


def test_the_publication_may_not_be_taken_from_a_block_that_forks_off(chain: CustodyChain) -> None:
    """Validators of another chain with the same keys at the same height: its blocks are good, and do not fit the log."""
    paper = paper_on(chain)
    fork = CustodyChain()
    other = paper_on(fork)
    fork.add_block()
    assert is_valid(other, fork.genesis)
    changed = replace(paper, publication=replace(paper.publication, anchor=fork.light_block(fork.height)))
    assert reason(judge(changed, chain.genesis)) == ("publication", "height")


# ---- what is in the state ------------------------------------------------------------------------------------------------
def test_state_proofs_are_as_many_as_the_document_says_and_in_its_order(chain: CustodyChain) -> None:
    paper = paper_on(chain)
    proofs = paper.snapshot.commitments
    for wrong in (proofs[:-1], (*proofs, proofs[0]), proofs[1:], ()):
        assert (
            reason(judge(replace(paper, snapshot=replace(paper.snapshot, commitments=wrong)), chain.genesis))[0]
            == "format"
        )
    for one, other in ((0, 1), (1, 2), (0, 2)):
        order = swapped(proofs, {one: proofs[other], other: proofs[one]})
        report = judge(replace(paper, snapshot=replace(paper.snapshot, commitments=order)), chain.genesis)
        assert reason(report)[0] in {"format", "custody"}


def test_a_fact_of_another_kind_is_no_publication(chain: CustodyChain) -> None:
    paper = paper_on(chain)
    entry = wire.LogEntry.FromString(paper.publication.entry)
    entry.assign_custody = entry.attest_custody
    changed = replace(paper, publication=replace(paper.publication, entry=encode(entry)))
    assert reason(judge(changed, chain.genesis))[0] == "format"


def test_of_several_keys_any_that_signed_may_be_the_holder_s(chain: CustodyChain) -> None:
    """A key that the custodian has given up since was its own at the block, which is what counts."""
    new = ClerkKey(50)
    made = made_on(chain)
    chain.do(BANK, change_keys=wire.ChangeKeys(add=[chain.new_key(new)]))
    assert all(is_valid(paper, chain.genesis) for paper in made.papers([ANN, BOB]))
    later = fraud(chain, made.ground.header.voucher).with_header(key=new.public_key)
    leaves = later.leaves([ANN, BOB])
    action = attestation(later.ground.header, later.root(model.top(leaves)), 8)
    publication = chain.publication(signed(chain.body(BANK, attest_custody=action), new))
    assert is_valid(later.paper(ANN, model.path(leaves, LEFT), publication), chain.genesis)
    earlier = made.with_header(key=new.public_key)
    action = attestation(earlier.ground.header, earlier.root(model.top(leaves)), 8)
    publication = chain.publication(signed(chain.body(BANK, attest_custody=action), new))
    paper = earlier.paper(ANN, model.path(leaves, LEFT), publication)
    assert reason(judge(paper, chain.genesis)) == ("custody", "holder's key")


# ---- nothing escapes -----------------------------------------------------------------------------------------------------
def test_whatever_happens_inside_is_a_verdict(chain: CustodyChain, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = encode_proof(paper_on(chain))
    for name in STEPS[1:]:
        with monkeypatch.context() as patched:
            patched.setattr(steps, f"check_{name.replace('-', '_')}", _raise)
            report = judge(paper, chain.genesis)
            assert reason(report) == (name, "understanding")
            assert report.error is not None
            assert report.error.facts["got"] == "ZeroDivisionError"


def _raise(*_: object) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"null", b"\xff", b"{", b'{"format":"luopu.reserve.v1"}', bytes(100)]
)
def test_files_that_are_something_else(chain: CustodyChain, data: bytes) -> None:
    report = judge(data, chain.genesis)
    assert reason(report)[0] == "format"
    assert report.parts is None
    assert [step.skipped for step in report.steps] == [False] + [True] * 9
