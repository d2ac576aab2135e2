"""A bookkeeper's vote: what the bytes say and what the node says of it, to three of four who decide."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from google.protobuf.message import Message

from app.client.council import (
    Bookkeeper,
    Change,
    EmergencyChange,
    SeatChange,
    SettingChange,
    SettingsChange,
    UpgradeChange,
    decode_proposal,
)
from app.client.fields import Fields
from app.client.governance import Ballot, Voter, Wish
from app.client.model import Final
from app.core.errors import DecodingError
from app.core.facts import facts_of
from app.core.hashing import sha256
from app.core.proposal import derive_proposal
from app.core.refusals import (
    AlreadyApproved,
    BadAction,
    NoSeat,
    ProposalClosed,
    Refused,
    SeatsImpossible,
    UnknownAccount,
    UnknownProposal,
    WrongParty,
)
from app.core.wire import registry_pb2 as wire
from app.wallet.entry import State
from app.wallet.outbox import Outbox
from tests.client.company import actor_of, open_outbox, outcome_of, transactions
from tests.client.conftest import World, make_world
from tests.fakes.consortium import Clerk
from tests.fakes.council import FIRST_BOOKKEEPER, Council, make_council

REASONS = sha256(b"minutes of the meeting")


@pytest.fixture
def council() -> Council:
    return make_council()


@pytest.fixture
async def world(council: Council) -> AsyncIterator[World]:
    async with make_world(council.consortium) as world:
        yield world


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    outbox = open_outbox(tmp_path / "outbox.db")
    yield outbox
    outbox.close()


def voter(world: World, outbox: Outbox, clerk: Clerk) -> Voter:
    """As a new command makes one."""
    return Voter(world.client, actor_of(world, outbox, clerk))


def wish(council: Council, number: int = 4, power: int = 10, *, account: int | None = None, blocks: int = 50) -> Wish:
    return Wish(council.key(number), power, account or FIRST_BOOKKEEPER + number, REASONS, blocks)


async def cast(world: World, outbox: Outbox, clerk: Clerk, ballot: Ballot) -> Final:
    """Sign and follow a vote that is accepted, and have its outcome told."""
    actor, entry_id = actor_of(world, outbox, clerk), ballot.prepared.entry.id
    ballot.prepared.check()
    actor.sign(entry_id, clerk)
    outcome = await outcome_of(world, actor, entry_id)
    assert isinstance(outcome, Final)
    actor.mark_told(entry_id)
    return outcome


async def proposed(world: World, council: Council, outbox: Outbox, *, blocks: int = 50) -> bytes:
    """A proposal on the chain by the first bookkeeper; its id."""
    clerk = council.clerks[0]
    ballot = await voter(world, outbox, clerk).propose(wish(council, blocks=blocks))
    outcome = await cast(world, outbox, clerk, ballot)
    assert outcome.data == ballot.proposal_id
    return ballot.proposal_id


# ---- the whole way ---------------------------------------------------------------------------------------------------
async def test_three_of_four_give_a_validator_its_seat(world: World, council: Council, outbox: Outbox) -> None:
    proposal = await proposed(world, council, outbox)
    for clerk in council.clerks[1:3]:
        ballot = await voter(world, outbox, clerk).approve(proposal)
        assert ballot.proposal_id == proposal
        assert (await cast(world, outbox, clerk, ballot)).data == proposal
    told = await world.client.proposal(proposal)
    assert (told.is_decided, told.is_open) == (True, False)
    assert {account.id for account in told.approved_by} == {FIRST_BOOKKEEPER + number for number in range(3)}
    seats = {seat.key: seat.power for seat in (await world.client.council()).seats}
    assert seats[council.key(4)] == 10


async def test_a_proposal_is_shown_from_its_bytes_beside_what_the_node_says(
    world: World, council: Council, outbox: Outbox
) -> None:
    ballot = await voter(world, outbox, council.clerks[0]).propose(wish(council, 1, 12, blocks=77))
    shown = ballot.prepared.entry.shown
    seat = wire.Seat(key=council.key(1), power=12, account=FIRST_BOOKKEEPER + 1)
    deadline = world.node.store.durable_tip.height + 77
    assert shown.facts.said == facts_of(wire.Propose(document=REASONS, deadline=deadline, validator=seat))
    assert ballot.proposal_id == derive_proposal(shown.sender, shown.nonce)
    assert ballot.change == SeatChange(council.key(1), 12, Bookkeeper(12, "bookkeeper 1"), 10)
    assert (ballot.proposal, ballot.prepared.account.id) == (None, FIRST_BOOKKEEPER)


async def test_consent_shows_the_id_from_the_bytes_and_the_proposal_as_the_node_says_it(
    world: World, council: Council, outbox: Outbox
) -> None:
    proposal = await proposed(world, council, outbox)
    ballot = await voter(world, outbox, council.clerks[1]).approve(proposal)
    assert ballot.prepared.entry.shown.facts.said == facts_of(wire.Approve(proposal=proposal))
    assert ballot.proposal == await world.client.proposal(proposal)
    assert ballot.change == ballot.proposal.change


async def test_who_repeats_an_interrupted_vote_sends_the_same_bytes_whatever_the_deadline(
    world: World, council: Council, outbox: Outbox
) -> None:
    clerk = council.clerks[0]
    first = await voter(world, outbox, clerk).propose(wish(council))
    before = actor_of(world, outbox, clerk).sign(first.prepared.entry.id, clerk)
    await world.advance(2)
    again = await voter(world, outbox, clerk).propose(wish(council, blocks=9))
    assert (again.prepared.entry, again.proposal_id) == (before, first.proposal_id)
    await outcome_of(world, actor_of(world, outbox, clerk), before.id)
    assert transactions(world) == [before.transaction]


async def test_consent_that_landed_unseen_is_told_and_not_made_again(
    world: World, council: Council, outbox: Outbox
) -> None:
    proposal, clerk = await proposed(world, council, outbox), council.clerks[1]
    actor = actor_of(world, outbox, clerk)
    signed = actor.sign((await voter(world, outbox, clerk).approve(proposal)).prepared.entry.id, clerk)
    assert signed.transaction is not None
    await world.client.submit(signed.transaction)
    await world.advance()
    again = await voter(world, outbox, clerk).approve(proposal)
    assert (again.prepared.entry.id, again.prepared.entry.state) == (signed.id, State.FINAL)
    actor.mark_told(signed.id)
    with pytest.raises(AlreadyApproved):
        (await voter(world, outbox, clerk).approve(proposal)).prepared.check()


# ---- refused ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("clerk", "error"),
    [(Clerk("clerk"), WrongParty), (Clerk("bookkeeper 4"), NoSeat)],
    ids=["a partner", "a bookkeeper without a seat"],
)
async def test_who_holds_no_seat_is_told_so_before_anybody_signs(
    world: World, council: Council, outbox: Outbox, clerk: Clerk, error: type[Refused]
) -> None:
    proposal = await proposed(world, council, outbox)
    one = voter(world, outbox, clerk)
    for ballot in (await one.propose(wish(council, 5)), await one.approve(proposal)):
        with pytest.raises(error):
            ballot.prepared.check()


async def test_a_stranger_drafts_nothing(world: World, council: Council, outbox: Outbox) -> None:
    with pytest.raises(UnknownAccount):
        await voter(world, outbox, Clerk("stranger")).propose(wish(council))
    assert outbox.recent(9) == ()


async def test_what_the_law_would_refuse_is_told_before_anybody_signs(
    world: World, council: Council, outbox: Outbox
) -> None:
    first = voter(world, outbox, council.clerks[0])
    for account in (2, 99):  # a partner, nobody
        with pytest.raises(BadAction):
            await first.propose(wish(council, account=account))
    with pytest.raises(UnknownProposal):
        await first.approve(bytes(16))
    with pytest.raises(SeatsImpossible):
        (await first.propose(wish(council, 4, 0))).prepared.check()
    proposal = await proposed(world, council, outbox, blocks=20)
    with pytest.raises(AlreadyApproved):
        (await first.approve(proposal)).prepared.check()
    await world.advance(20)
    with pytest.raises(ProposalClosed):
        (await voter(world, outbox, council.clerks[1]).approve(proposal)).prepared.check()


# ---- what else may be proposed ---------------------------------------------------------------------------------------
CHANGES: list[tuple[dict[str, Message], Change]] = [
    (
        {
            "settings": wire.Settings(
                settings=[
                    wire.NewSetting(setting=wire.SETTING_BYTES_PER_POINT, value=64),
                    wire.NewSetting(setting=wire.SETTING_ACTION_COST, subject=16, value=7),
                    wire.NewSetting(setting=wire.SETTING_LEVEL_POINTS, subject=4, value=9),
                ]
            )
        },
        SettingsChange(
            (
                SettingChange("bytes-per-point", "", 64, 256),
                SettingChange("action-cost", "notarize", 7, 10),
                SettingChange("level-points", "real-name", 9, 1_000),
            )
        ),
    ),
    (
        {"upgrade": wire.Upgrade(height=900, version=2, release=REASONS)},
        UpgradeChange(900, 2, REASONS, 1),
    ),
    ({"emergency": wire.Emergency(actions=[16, 65])}, EmergencyChange(("notarize", "transfer"), lifted=False)),
]


@pytest.mark.parametrize(("change", "told"), CHANGES, ids=["settings", "upgrade", "emergency"])
async def test_any_change_is_proposed_as_any_action_and_told_in_full(
    world: World, council: Council, outbox: Outbox, change: dict[str, Message], told: Change
) -> None:
    clerk = council.clerks[0]
    actor = actor_of(world, outbox, clerk)
    prepared = await actor.prepare(wire.Propose(document=REASONS, deadline=50, **change))  # type: ignore[arg-type]
    prepared.check()
    actor.sign(prepared.entry.id, clerk)
    outcome = await outcome_of(world, actor, prepared.entry.id)
    assert isinstance(outcome, Final)
    assert (await world.client.proposal(outcome.data)).change == told
    consent = await voter(world, outbox, council.clerks[1]).approve(outcome.data)
    assert consent.change == told


def test_a_change_of_another_kind_is_not_decodable() -> None:
    answer = {"id": "", "proposer": {"id": 1, "name": ""}, "document": "", "deadline": 1, "change": {"kind": "more"}}
    with pytest.raises(DecodingError):
        decode_proposal(Fields(answer))
