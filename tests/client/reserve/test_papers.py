"""The ground of a snapshot and its papers are the chain's, whatever the node says."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from app.client.node import NodeClient
from app.client.reserve import papers as reserves_module
from app.client.reserve.papers import (
    Ground,
    Papers,
    check_covered,
    publication_of,
    read_pieces,
    read_publication,
    survey,
)
from app.client.stated import ResolvedAccount, StateProofs, TransactionProofAnswer
from app.client.statements import StatementReader
from app.core.codec import encode
from app.core.errors import (
    DecodingError,
    InvalidBlock,
    InvalidProof,
    LuopuError,
    NotEnoughTrust,
    NotFound,
    NotYetProvable,
)
from app.core.refusals import NotYourKey, VoucherNotCreated
from app.core.reserveerrors import InvalidReserve, ReserveShort
from app.core.units import AccountAddress, Hash32, Height
from app.core.verification import Verdict
from app.core.wire import comet_pb2, ics23_pb2
from app.core.wire import registry_pb2 as wire
from app.node.consensus.verifier import decode_light_block
from app.reserve.header import AccountName, Kept
from app.reserve.shares import Shares
from app.reserve.verify import verify_proof
from tests.fakes.consortium import CHAIN_ID
from tests.fakes.custody import CustodyChain
from tests.fakes.network import make_node, serving, serving_desk
from tests.fakes.registry import BANK, BOB, ISSUER, SHOP, Stage
from tests.fakes.reserves import MASTER, Custodian, custodian_at_work, owed_to


class Liar(StatementReader):
    """Passes on what an honest reader found, changed."""

    def __init__(self, honest: StatementReader) -> None:
        super().__init__(honest._node)
        self.state: Callable[[StateProofs], StateProofs] = lambda found: found
        self.transaction: Callable[[TransactionProofAnswer], TransactionProofAnswer] = lambda found: found
        self.names: Callable[[ResolvedAccount], ResolvedAccount | None] = lambda found: found
        self.height: int | None = None

    async def state_proofs(self, keys: Sequence[bytes], height: int | None = None) -> StateProofs:
        return self.state(await super().state_proofs(keys, self.height if height is None else height))

    async def transaction_proof(self, transaction_hash: bytes) -> TransactionProofAnswer:
        return self.transaction(await super().transaction_proof(transaction_hash))

    async def resolve(self, references: Sequence[str]) -> tuple[ResolvedAccount | None, ...]:
        found = await super().resolve(references)
        return tuple(None if each is None else self.names(each) for each in found)


@pytest.fixture
async def custodian() -> AsyncIterator[Custodian]:
    async with custodian_at_work() as at_work:
        yield at_work


@pytest.fixture
def liar(custodian: Custodian) -> Liar:
    return Liar(custodian.reader)


async def surveyed(custodian: Custodian, reader: StatementReader, voucher: bytes, others: Sequence[int] = ()) -> Ground:
    custodian.stage.engine.produce()
    await custodian.step()
    key = custodian.stage.clerks[BANK].public_key
    return await survey(reader, custodian.genesis, custodian.name, voucher, key, others)


# ---- what is so ------------------------------------------------------------------------------------------------------
async def test_the_ground_is_the_newest_block_that_can_be_proved(custodian: Custodian) -> None:
    voucher = custodian.issue(1_000)
    ground = await custodian.survey(voucher)
    header, store = ground.header, custodian.stage.engine.store
    assert header.height == store.tip.height - 1
    anchor = decode_light_block(ground.snapshot.anchor).header
    assert (anchor.height, anchor.last_block_id.hash) == (header.height + 1, header.block_hash)
    assert (header.chain_id, header.genesis_fingerprint) == (CHAIN_ID, custodian.genesis.fingerprint)
    assert (header.kind, header.voucher, header.custodian) == ("divisible", voucher, custodian.name)
    assert header.accounts == (Kept(custodian.name, 1_000),)
    assert (header.previous_sequence, header.previous_root) == (0, b"")
    assert (ground.terms.name, ground.terms.decimals) == ("Grain", 2)


async def test_other_accounts_are_counted_in_the_order_of_their_numbers(custodian: Custodian) -> None:
    voucher, stage = custodian.issue(1_000), custodian.stage
    legs = [wire.Allotment(to=ISSUER, amount=7)]
    stage.act(ISSUER, allocate=wire.Allocate(voucher=voucher, legs=legs))
    ground = await custodian.survey(voucher, [SHOP, ISSUER])
    addresses = {number: AccountAddress(stage.clerks[number].address) for number in (ISSUER, BANK, SHOP)}
    expected = [
        Kept(AccountName(number, addresses[number]), held) for number, held in ((ISSUER, 7), (BANK, 1_000), (SHOP, 0))
    ]
    assert list(ground.header.accounts) == expected
    assert ground.header.others == (ISSUER, SHOP)
    assert ground.header.custody == 1_007


async def test_the_next_ground_names_what_was_published_last(custodian: Custodian) -> None:
    voucher = custodian.issue(10)
    for sequence in range(3):
        ground = await custodian.survey(voucher)
        assert ground.header.previous_sequence == sequence
        shares = Shares(custodian.hasher, ground.binding(MASTER), owed_to([sequence]))
        await custodian.publish(ground, shares)
        after = await custodian.survey(voucher)
        assert after.header.previous_root == shares.root


async def test_with_others_that_agreed_the_papers_are_valid(custodian: Custodian) -> None:
    voucher, stage = custodian.issue(10), custodian.stage
    stage.act(ISSUER, allocate=wire.Allocate(voucher=voucher, legs=[wire.Allotment(to=ISSUER, amount=7)]))
    stage.act(ISSUER, assign_custody=wire.AssignCustody(voucher=voucher, custodian=BANK))
    ground = await custodian.survey(voucher, [ISSUER])
    shares = Shares(custodian.hasher, ground.binding(MASTER), owed_to([12, 5]))
    papers = Papers(ground, shares, await custodian.publish(ground, shares), custodian.genesis)
    reports = [verify_proof(paper, custodian.genesis) for paper in papers.papers()]
    assert [report.verdict for report in reports] == [Verdict.VALID] * 2
    assert reports[0].facts["custody"]["custody"] == "17"


async def test_papers_one_at_a_time_are_those_of_all(custodian: Custodian) -> None:
    papers = await custodian.papers(custodian.issue(100), owed_to(list(range(13))), padding=5)
    every = list(papers.papers())
    assert len(set(every)) == 13
    assert [papers.paper(row) for row in range(13)] == every
    assert list(papers.papers(3, 7)) == every[3:7]
    for row in range(13):
        papers.check(row)


async def test_with_nothing_on_the_chain_there_is_nothing_to_count(custodian: Custodian) -> None:
    with pytest.raises(NotFound):
        await custodian.survey(bytes(16))
    voucher = custodian.issue(5)
    with pytest.raises(NotFound):
        await custodian.survey(voucher, [99])
    unknown = replace(custodian.name, number=77)
    key = custodian.stage.clerks[BANK].public_key
    with pytest.raises(NotFound):
        await survey(custodian.reader, custodian.genesis, unknown, voucher, key)
    nobody = replace(custodian.name, address=AccountAddress(bytes(20)))
    with pytest.raises(NotFound):
        await survey(custodian.reader, custodian.genesis, nobody, voucher, key)


async def test_less_than_is_owed_cannot_be_published_and_is_said_with_how_much(custodian: Custodian) -> None:
    ground = await custodian.survey(custodian.issue(10))
    check_covered(ground.header, 10)
    for total in (11, 2**64):
        with pytest.raises(ReserveShort) as refused:
            publication_of(ground.header, bytes(32), total)
        assert dict(refused.value.facts) == {"owed": str(total), "held": "10", "missing": str(total - 10)}
    action = publication_of(ground.header, b"r" * 32, 10)
    assert (action.total, action.root, action.statement) == (10, b"r" * 32, ground.header.digest)


# ---- a node that lies ----------------------------------------------------------------------------------------------------
def changed_commitment(
    place: int, change: Callable[[ics23_pb2.CommitmentProof], object]
) -> Callable[[StateProofs], StateProofs]:
    def lie(found: StateProofs) -> StateProofs:
        proof = ics23_pb2.CommitmentProof.FromString(found.commitments[place])
        change(proof)
        commitments = list(found.commitments)
        commitments[place] = encode(proof)
        return replace(found, commitments=tuple(commitments))

    return lie


def more(proof: ics23_pb2.CommitmentProof) -> None:
    holding = wire.Holding.FromString(proof.exist.value)
    holding.amount += 1
    proof.exist.value = encode(holding)


def swapped(found: StateProofs) -> StateProofs:
    return replace(found, commitments=(found.commitments[1], found.commitments[0], *found.commitments[2:]))


def other_anchor(change: Callable[[comet_pb2.LightBlock], object]) -> Callable[[StateProofs], StateProofs]:
    def lie(found: StateProofs) -> StateProofs:
        block = comet_pb2.LightBlock.FromString(found.anchor)
        change(block)
        return replace(found, anchor=encode(block))

    return lie


def of_another_chain(found: StateProofs) -> StateProofs:
    stranger = CustodyChain(chain_id=CHAIN_ID)
    while stranger.height <= found.height:
        stranger.add_block()
    return replace(found, anchor=stranger.light_block(found.height + 1))


LIES: dict[str, tuple[Callable[[StateProofs], StateProofs], type[LuopuError]]] = {
    "another genesis": (lambda found: replace(found, genesis_fingerprint=Hash32(bytes(32))), InvalidProof),
    "a height below": (lambda found: replace(found, height=Height(found.height - 1)), InvalidProof),
    "a height above": (lambda found: replace(found, height=Height(found.height + 1)), InvalidProof),
    "another log root": (
        lambda found: replace(found, roots=replace(found.roots, log_root=Hash32(bytes(32)))),
        InvalidProof,
    ),
    "another map root": (
        lambda found: replace(found, roots=replace(found.roots, map_root=Hash32(bytes(32)))),
        InvalidProof,
    ),
    "another log size": (
        lambda found: replace(found, roots=replace(found.roots, log_size=found.roots.log_size + 1)),
        InvalidProof,
    ),
    "more than is held": (changed_commitment(2, more), InvalidProof),
    "another voucher": (
        changed_commitment(0, lambda proof: setattr(proof.exist, "value", proof.exist.value + b"\x98\x06\x01")),
        InvalidProof,
    ),
    "an account that is not there": (
        lambda found: replace(found, commitments=(*found.commitments[:1], b"", *found.commitments[2:])),
        InvalidProof,
    ),
    "proofs in another order": (swapped, InvalidProof),
    "no publication before": (
        changed_commitment(3, lambda proof: setattr(proof.nonexist, "key", b"custody/")),
        InvalidProof,
    ),
    "a header of its own": (
        other_anchor(lambda block: setattr(block.signed_header.header, "app_hash", bytes(32))),
        InvalidBlock,
    ),
    "a signature of its own": (
        other_anchor(lambda block: setattr(block.signed_header.commit.signatures[0], "signature", bytes(64))),
        InvalidBlock,
    ),
    "another chain's block": (of_another_chain, NotEnoughTrust),
    "no block": (lambda found: replace(found, anchor=b""), LuopuError),
}


@pytest.mark.parametrize("name", LIES)
async def test_what_is_not_the_chain_s_is_refused(custodian: Custodian, liar: Liar, name: str) -> None:
    voucher = custodian.issue(1_000)
    liar.state, error = LIES[name]
    with pytest.raises(error) as refused:
        await surveyed(custodian, liar, voucher)
    assert not isinstance(refused.value, NotFound)
    liar.state = lambda found: found
    assert (await surveyed(custodian, liar, voucher)).header.custody == 1_000


async def test_a_block_of_another_height_shows_nothing_about_this_one(custodian: Custodian, liar: Liar) -> None:
    """Both are the chain's; one is not the other's."""
    voucher = custodian.issue(1_000)
    before = (await surveyed(custodian, liar, voucher)).snapshot.anchor
    liar.state = lambda found: replace(found, anchor=before)
    with pytest.raises(InvalidProof):
        await surveyed(custodian, liar, voucher)


async def test_an_older_block_is_older_and_says_so(custodian: Custodian, liar: Liar) -> None:
    """A node may lag behind. What it shows is then the ground of that height, and the header says which."""
    voucher = custodian.issue(1_000)
    await surveyed(custodian, liar, voucher)
    liar.height = custodian.stage.height - 1
    held = custodian.stage.engine.store.tip.height - 1
    ground = await surveyed(custodian, liar, voucher)
    assert (ground.header.height, ground.header.custody) == (held, 1_000)


async def test_a_node_that_misnames_an_account_is_found_out(custodian: Custodian, liar: Liar) -> None:
    voucher = custodian.issue(5)
    address = custodian.stage.clerks[BOB].address
    for lie in (
        lambda found: replace(found, address=address),
        lambda found: replace(found, number=SHOP + 1),
        lambda found: replace(found, address=bytes(20)),
        lambda found: None,
    ):
        liar.names = lie
        with pytest.raises(NotFound):
            await surveyed(custodian, liar, voucher, [SHOP])


async def test_the_genesis_that_counts_is_the_one_at_home(custodian: Custodian) -> None:
    voucher = custodian.issue(5)
    await custodian.survey(voucher)
    key = custodian.stage.clerks[BANK].public_key
    with pytest.raises(InvalidProof):
        await survey(custodian.reader, CustodyChain().genesis, custodian.name, voucher, key)


# ---- papers ------------------------------------------------------------------------------------------------------------
async def test_no_paper_leaves_that_its_reader_would_refuse(custodian: Custodian, liar: Liar) -> None:
    """What the node says of the publication is not verified when it is read, but when the first paper is made."""
    voucher = custodian.issue(8)
    ground = await custodian.survey(voucher)
    shares = Shares(custodian.hasher, ground.binding(MASTER), owed_to([5, 3]))
    good = await custodian.publish(ground, shares)
    Papers(ground, shares, good, custodian.genesis)
    publication = good.publication
    for wrong in (
        replace(publication, log_index=publication.log_index - 1),
        replace(publication, anchor=ground.snapshot.anchor),
        replace(publication, entry=publication.entry[:-1]),
        replace(publication, transaction=publication.transaction + b"\0"),
        replace(publication, roots=ground.snapshot.roots),
    ):
        with pytest.raises(LuopuError):
            Papers(ground, shares, replace(good, publication=wrong), custodian.genesis)
    with pytest.raises(NotEnoughTrust):
        Papers(ground, shares, good, CustodyChain().genesis)
    for other in ([5, 2], [5, 3, 0], [8]):
        with pytest.raises(InvalidReserve):
            Papers(ground, Shares(custodian.hasher, ground.binding(MASTER), owed_to(other)), good, custodian.genesis)
    with pytest.raises(InvalidReserve):
        Papers(ground, Shares(custodian.hasher, ground.binding(bytes(32)), owed_to([5, 3])), good, custodian.genesis)


async def test_a_publication_is_there_once_the_block_behind_it_is_final(custodian: Custodian) -> None:
    ground = await custodian.survey(custodian.issue(8))
    action = publication_of(ground.header, bytes(32), 8)
    landed = custodian.stage.land(custodian.stage.body(BANK, attest_custody=action))
    await custodian.step()
    with pytest.raises(NotYetProvable):
        await read_publication(custodian.reader, landed)
    custodian.stage.engine.produce()
    await custodian.step()
    published = await read_publication(custodian.reader, landed)
    assert wire.LogEntry.FromString(published.publication.entry).attest_custody == encode(action)
    with pytest.raises(NotFound):
        await read_publication(custodian.reader, bytes(32))


# ---- pieces ------------------------------------------------------------------------------------------------------------
async def read_all(reader: StatementReader, ground: Ground, serials: Sequence[int]) -> list[bytes]:
    return [each async for some in read_pieces(reader, ground, serials) for each in some]


async def test_pieces_are_read_some_at_a_time(custodian: Custodian, monkeypatch: pytest.MonkeyPatch) -> None:
    voucher = custodian.issue(9, kind=wire.KIND_UNIQUE, decimals=0)
    ground = await custodian.survey(voucher)
    at_once = await read_all(custodian.reader, ground, range(1, 10))
    monkeypatch.setattr(reserves_module, "PIECES_AT_ONCE", 4)
    assert await read_all(custodian.reader, ground, range(1, 10)) == at_once
    assert len(set(at_once)) == 9
    custodian.stage.act(BANK, redeem=wire.Redeem(voucher=voucher, serials=[4]))
    custodian.stage.engine.produce()
    await custodian.step()
    assert await read_all(custodian.reader, ground, range(1, 10)) == at_once  # as of the ground, whatever came after


async def test_pieces_that_do_not_lie_in_custody_are_refused(custodian: Custodian) -> None:
    voucher, stage = custodian.issue(4, kind=wire.KIND_UNIQUE, decimals=0), custodian.stage
    stage.act(ISSUER, allocate=wire.Allocate(voucher=voucher, legs=[wire.Allotment(to=ISSUER, amount=2)]))
    stage.act(BANK, redeem=wire.Redeem(voucher=voucher, serials=[3]))
    ground = await custodian.survey(voucher)
    assert len(await read_all(custodian.reader, ground, [1, 2, 4])) == 3
    for serial in (3, 5, 6, 99):
        with pytest.raises(InvalidReserve) as refused:
            await read_all(custodian.reader, ground, [1, serial])
        assert refused.value.facts["got"] == str(serial)
    with_issuer = await custodian.survey(voucher, [ISSUER])
    assert len(await read_all(custodian.reader, with_issuer, [1, 5, 6])) == 3


async def test_pieces_of_another_height_or_other_pieces_are_refused(custodian: Custodian, liar: Liar) -> None:
    voucher = custodian.issue(4, kind=wire.KIND_UNIQUE, decimals=0)
    ground = await custodian.survey(voucher)
    liar.state = swapped
    with pytest.raises(InvalidProof):
        await read_all(liar, ground, [1, 2])
    liar.state = lambda found: replace(found, roots=replace(found.roots, log_size=1))
    with pytest.raises(DecodingError):
        await read_all(liar, ground, [1])


# ---- validators that change ------------------------------------------------------------------------------------------------
def test_light_blocks_of_both_ways_are_put_together_without_the_anchors() -> None:
    chain = CustodyChain()
    while chain.height < 12:
        chain.add_block()
    blocks = {height: chain.light_block(height) for height in range(1, 13)}

    class Anchored:
        def __init__(self, anchor: int, light_blocks: Sequence[int]) -> None:
            self.anchor = blocks[anchor]
            self.snapshot = self.publication = self
            self.light_blocks = tuple(blocks[height] for height in light_blocks)

    ground, published = Anchored(5, [2, 4]), Anchored(11, [2, 5, 8, 10])
    between = reserves_module._between(ground, published)  # type: ignore[arg-type]
    assert between == tuple(blocks[height] for height in (2, 4, 8, 10))


async def test_a_new_chain_has_nothing_to_show_yet() -> None:
    stage = Stage()
    async with (
        serving(stage.engine) as url,
        make_node(stage.consortium, [url]) as node,
        serving_desk(node) as endpoint,
        NodeClient(lambda: endpoint) as client,
    ):
        clerk = stage.clerks[BANK]
        bank = AccountName(BANK, AccountAddress(clerk.address))
        with pytest.raises(NotYetProvable):
            await survey(StatementReader(client), stage.consortium.genesis, bank, bytes(16), clerk.public_key)


async def test_numbers_of_a_paper_are_those_of_the_list(custodian: Custodian) -> None:
    owed = owed_to([1, 2, 3], first=2**63)
    papers = await custodian.papers(custodian.issue(6), owed)
    report = verify_proof(papers.paper(2), custodian.genesis, str(2**63 + 2))
    assert report.verdict is Verdict.VALID
    assert np.array_equal(owed.balances, [1, 2, 3])


async def test_a_key_of_somebody_else_is_refused_before_anything_is_made(custodian: Custodian) -> None:
    voucher = custodian.issue(100)
    custodian.stage.engine.produce()
    await custodian.step()
    key = custodian.stage.clerks[ISSUER].public_key
    with pytest.raises(NotYourKey):
        await survey(custodian.reader, custodian.genesis, custodian.name, voucher, key)


async def test_of_a_voucher_that_was_only_applied_for_nothing_is_surveyed(custodian: Custodian) -> None:
    voucher = custodian.stage._apply("Later")
    custodian.stage.engine.produce()
    await custodian.step()
    key = custodian.stage.clerks[BANK].public_key
    with pytest.raises(VoucherNotCreated):
        await survey(custodian.reader, custodian.genesis, custodian.name, voucher, key)
