"""A bookkeeper's vote: shown from the bytes, kept before it is sent, and never made twice for one matter."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.client.council import Bookkeeper
from app.client.governance import REFUSALS, Ballot, Voter, Wish
from app.client.model import Final, NeverLanded, Outcome
from app.core.errors import NoPeer, OutcomeUnknown
from app.core.hashing import sha256
from app.core.refusals import (
    AlreadyApproved,
    BadAction,
    NotPermitted,
    ProposalClosed,
    QuotaSpent,
    Refused,
    SeatsImpossible,
    UnknownAccount,
    UnknownProposal,
)
from app.core.transaction import SignedTransaction
from app.wallet.approval import ConsentFacts, ProposalFacts
from app.wallet.ballots import Ballots
from tests.client.conftest import World, make_world
from tests.fakes.consortium import Clerk, block_at
from tests.fakes.council import FIRST_BOOKKEEPER, Council, make_council

REASONS = sha256(b"minutes of the meeting")


class Counted:
    """Randomness that never repeats."""

    def __init__(self) -> None:
        self._count = 0

    def random_bytes(self, count: int) -> bytes:
        self._count += 1
        return sha256(str(self._count).encode())[:count]


RANDOMNESS = Counted()


@pytest.fixture
def council() -> Council:
    return make_council()


@pytest.fixture
async def world(council: Council) -> AsyncIterator[World]:
    async with make_world(council.consortium) as world:
        yield world


def voter(world: World, folder: Path, clerk: Clerk) -> Voter:
    """As a new command makes one."""
    return Voter(world.client, Ballots(folder), clerk.public_key, RANDOMNESS)


def wish(council: Council, number: int = 4, power: int = 10, *, account: int | None = None, blocks: int = 50) -> Wish:
    return Wish(council.key(number), power, account or FIRST_BOOKKEEPER + number, REASONS, blocks)


async def outcome_of(world: World, one: Voter, signed: SignedTransaction) -> Outcome:
    """Follow while blocks are made, then let it be told."""
    following = asyncio.ensure_future(one.follow(signed))
    await world.advance_until(following)
    one.forget(signed)
    return following.result()


async def proposed(world: World, council: Council, folder: Path, *, blocks: int = 50) -> bytes:
    """A proposal on the chain by the first bookkeeper; its id."""
    first = voter(world, folder, council.clerks[0])
    ballot = await first.propose(wish(council, blocks=blocks))
    assert isinstance(await outcome_of(world, first, first.sign(ballot, council.clerks[0])), Final)
    return ballot.shown.facts.proposal


def kept_files(folder: Path) -> int:
    """How many votes are kept."""
    return len(list(folder.iterdir()))


def transactions(world: World) -> list[bytes]:
    """Everything in every block."""
    blocks = [block_at(world.engine.store, height) for height in range(1, world.engine.store.tip.height + 1)]
    return [raw for block in blocks for raw in block.data.txs]


# ---- the whole way ---------------------------------------------------------------------------------------------------
async def test_three_of_four_give_a_validator_its_seat(world: World, council: Council, tmp_path: Path) -> None:
    proposal = await proposed(world, council, tmp_path)
    for number in (1, 2):
        clerk = council.clerks[number]
        one = voter(world, tmp_path, clerk)
        ballot = await one.approve(proposal)
        outcome = await outcome_of(world, one, one.sign(ballot, clerk))
        assert isinstance(outcome, Final)
        assert outcome.record_digest == proposal
    told = await world.client.proposal(proposal)
    assert (told.is_decided, told.is_open) == (True, False)
    assert {account.id for account in told.approved_by} == {FIRST_BOOKKEEPER + number for number in range(3)}
    seats = {seat.key: seat.power for seat in (await world.client.council()).seats}
    assert seats[council.key(4)] == 10
    assert kept_files(tmp_path) == 0


async def test_a_proposal_is_shown_from_its_bytes_beside_what_the_node_says(
    world: World, council: Council, tmp_path: Path
) -> None:
    ballot = await voter(world, tmp_path, council.clerks[0]).propose(wish(council, 1, 12, blocks=77))
    assert ballot.shown.facts == ProposalFacts(
        proposal=ballot.shown.facts.proposal,
        key=council.key(1),
        power=12,
        account=FIRST_BOOKKEEPER + 1,
        document=REASONS,
        deadline=world.node.store.durable_tip.height + 77,  # type: ignore[arg-type]
    )
    assert (ballot.told.change.power_now, ballot.told.change.account) == (10, Bookkeeper(12, "bookkeeper 1"))
    assert (ballot.told.proposal, ballot.told.voter.id) == (None, FIRST_BOOKKEEPER)


async def test_consent_shows_the_id_from_the_bytes_and_the_proposal_as_the_node_says_it(
    world: World, council: Council, tmp_path: Path
) -> None:
    proposal = await proposed(world, council, tmp_path)
    ballot = await voter(world, tmp_path, council.clerks[1]).approve(proposal)
    assert ballot.shown.facts == ConsentFacts(proposal)
    assert ballot.told.proposal == await world.client.proposal(proposal)
    assert ballot.told.change.key == council.key(4)


async def test_the_cost_is_what_the_law_takes(world: World, council: Council, tmp_path: Path) -> None:
    first = voter(world, tmp_path, council.clerks[0])
    ballot = await first.propose(wish(council))
    await outcome_of(world, first, first.sign(ballot, council.clerks[0]))
    account = await world.client.account_of_key(council.clerks[0].public_key)
    assert account is not None
    assert account.quota.spent == ballot.told.points > 10


# ---- once ------------------------------------------------------------------------------------------------------------
async def interrupted(world: World, council: Council, folder: Path) -> Ballot:
    """A command that ends when it has signed and before it has sent."""
    first = voter(world, folder, council.clerks[0])
    ballot = await first.propose(wish(council))
    first.sign(ballot, council.clerks[0])
    return ballot


async def test_who_repeats_an_interrupted_command_sends_the_same_bytes(
    world: World, council: Council, tmp_path: Path
) -> None:
    before = await interrupted(world, council, tmp_path)
    await world.advance(2)
    again = voter(world, tmp_path, council.clerks[0])
    ballot = await again.propose(wish(council, blocks=9))
    assert ballot.shown == before.shown
    assert ballot.signed is not None
    assert isinstance(await outcome_of(world, again, ballot.signed), Final)
    assert transactions(world) == [ballot.signed.raw]


async def test_what_landed_while_nobody_looked_is_told_and_not_made_again(
    world: World, council: Council, tmp_path: Path
) -> None:
    before = await interrupted(world, council, tmp_path)
    kept = Ballots(tmp_path).find(before.draft)
    assert kept is not None
    await world.client.submit(kept.raw)
    await world.advance(2)
    again = voter(world, tmp_path, council.clerks[0])
    ballot = await again.propose(wish(council))
    assert ballot.signed == kept
    assert await outcome_of(world, again, kept) == await world.client.outcome(kept.hash, 0)
    assert transactions(world) == [kept.raw]


async def test_the_same_for_consent_that_landed(world: World, council: Council, tmp_path: Path) -> None:
    proposal, clerk = await proposed(world, council, tmp_path), council.clerks[1]
    one = voter(world, tmp_path, clerk)
    signed = one.sign(await one.approve(proposal), clerk)
    await world.client.submit(signed.raw)
    await world.advance(1)
    again = voter(world, tmp_path, clerk)
    ballot = await again.approve(proposal)
    assert ballot.signed == signed
    assert isinstance(await outcome_of(world, again, signed), Final)
    with pytest.raises(AlreadyApproved):
        await again.approve(proposal)


async def test_two_commands_at_once_sign_one_vote(world: World, council: Council, tmp_path: Path) -> None:
    clerk = council.clerks[0]
    one, other = voter(world, tmp_path, clerk), voter(world, tmp_path, clerk)
    ballots = await one.propose(wish(council)), await other.propose(wish(council))
    one.sign(ballots[0], clerk)
    with pytest.raises(OutcomeUnknown):
        other.sign(ballots[1], clerk)


async def test_what_never_landed_makes_room_for_another(world: World, council: Council, tmp_path: Path) -> None:
    before = await interrupted(world, council, tmp_path)
    await world.advance(before.shown.valid_until)
    again = voter(world, tmp_path, council.clerks[0])
    kept = Ballots(tmp_path).find(before.draft)
    assert kept is not None
    assert isinstance(await again.follow(kept), NeverLanded)
    ballot = await again.propose(wish(council))
    assert ballot.signed is None
    assert ballot.shown.nonce != before.shown.nonce
    assert isinstance(await outcome_of(world, again, again.sign(ballot, council.clerks[0])), Final)


async def test_what_was_lost_on_the_way_is_sent_again(world: World, council: Council, tmp_path: Path) -> None:
    first = voter(world, tmp_path, council.clerks[0])
    signed = first.sign(await first.propose(wish(council)), council.clerks[0])
    await world.client.submit(signed.raw)
    world.engine._mempool._forget(signed.hash)  # a mempool is not durable
    assert isinstance(await outcome_of(world, first, signed), Final)
    assert transactions(world) == [signed.raw]


# ---- refused ---------------------------------------------------------------------------------------------------------
async def test_a_refusal_by_a_peer_that_is_behind_is_overcome(
    world: World, council: Council, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal, clerk = await proposed(world, council, tmp_path), council.clerks[1]
    one = voter(world, tmp_path, clerk)
    signed = one.sign(await one.approve(proposal), clerk)
    errors: list[Exception] = [NoPeer(), UnknownProposal(proposal=proposal.hex())]
    submit = world.client.submit

    async def refuse_first(raw: bytes) -> bytes:
        if errors:
            raise errors.pop()
        return await submit(raw)

    monkeypatch.setattr(world.client, "submit", refuse_first)
    assert isinstance(await outcome_of(world, one, signed), Final)


async def test_a_refusal_that_stays_is_told_and_the_vote_is_kept(
    world: World, council: Council, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = voter(world, tmp_path, council.clerks[0])
    signed = first.sign(await first.propose(wish(council)), council.clerks[0])
    asked: list[bytes] = []

    async def refuse(raw: bytes) -> bytes:
        asked.append(raw)
        raise QuotaSpent(expected=11, got=3)

    monkeypatch.setattr(world.client, "submit", refuse)
    following = asyncio.ensure_future(first.follow(signed))
    await world.advance_until(following)
    with pytest.raises(QuotaSpent):
        following.result()
    assert asked == [signed.raw] * REFUSALS
    assert kept_files(tmp_path) == 1


@pytest.mark.parametrize(
    ("clerk", "error"),
    [(Clerk("stranger"), UnknownAccount), (Clerk("clerk"), NotPermitted), (Clerk("bookkeeper 4"), NotPermitted)],
    ids=["a stranger", "a partner", "a bookkeeper without a seat"],
)
async def test_who_holds_no_seat_drafts_nothing(
    world: World, council: Council, tmp_path: Path, clerk: Clerk, error: type[Refused]
) -> None:
    proposal = await proposed(world, council, tmp_path)
    one = voter(world, tmp_path, clerk)
    for drafting in (one.propose(wish(council, 5)), one.approve(proposal)):
        with pytest.raises(error):
            await drafting


async def test_what_the_law_would_refuse_is_told_before_anybody_signs(
    world: World, council: Council, tmp_path: Path
) -> None:
    first = voter(world, tmp_path, council.clerks[0])
    cases: list[tuple[Wish, type[Refused]]] = [
        (wish(council, account=2), BadAction),  # a partner
        (wish(council, account=99), BadAction),
        (wish(council, 4, 0), SeatsImpossible),
    ]
    for wrong, error in cases:
        with pytest.raises(error):
            await first.propose(wrong)
    with pytest.raises(UnknownProposal):
        await first.approve(bytes(16))
    proposal = await proposed(world, council, tmp_path, blocks=20)
    with pytest.raises(AlreadyApproved):
        await first.approve(proposal)
    await world.advance(20)
    with pytest.raises(ProposalClosed) as caught:
        await voter(world, tmp_path, council.clerks[1]).approve(proposal)
    assert caught.value.facts["proposal"] == proposal.hex()


async def test_a_refusal_in_a_block_makes_room_for_another(world: World, council: Council, tmp_path: Path) -> None:
    """Another proposal takes the seat away first."""
    first, clerk = voter(world, tmp_path, council.clerks[0]), council.clerks[0]
    signed = first.sign(await first.propose(wish(council, 3, 0)), clerk)
    for raw in council.ballots(world.engine, 3, 0):
        world.engine.admit(raw)
    world.engine._mempool._waiting[signed.hash] = signed.raw
    await world.advance()
    outcome = await first.follow(signed)
    assert not isinstance(outcome, Final)
    with pytest.raises(SeatsImpossible):  # asked anew: there is no such seat any more
        await voter(world, tmp_path, clerk).propose(wish(council, 3, 0))
    assert kept_files(tmp_path) == 0
