"""Which proposals and approvals are refused, when exactly, and that they change nothing."""

import pytest

from app.core.refusals import (
    AlreadyApproved,
    BadAction,
    NoSeat,
    ProposalClosed,
    SeatsImpossible,
    UnknownProposal,
    WrongParty,
)
from app.core.wire import registry_pb2 as wire
from tests.registry.council import (
    NEW,
    PROPOSAL,
    approve,
    changes,
    holders,
    proposal_of,
    propose,
    proposed,
    seat,
    seats,
    stored,
    wish,
)
from tests.registry.verdicts import refused_but_charged
from tests.registry.world import (
    ALPHA,
    IDLE,
    IRON,
    JADE,
    TWIN,
    Chain,
    Member,
    bookkeeper,
    codes,
    ed25519_key,
    seat_key,
    sign,
)


# ---- who may not, and when not --------------------------------------------------------------------------------------
def ballots(sender: Member) -> tuple[bytes, ...]:
    """What somebody may try who must not vote."""
    return propose(sender, 1, seat(NEW, 1)), approve(sender, 2, PROPOSAL), approve(sender, 3, b"")


def test_nobody_but_bookkeepers_proposes_or_approves() -> None:
    for raw in ballots(ALPHA):
        facts = refused_but_charged(ALPHA, raw, WrongParty, proposed())
        assert facts == {"account": ALPHA.account.id, "expected": "bookkeeper", "got": "partner"}


def test_a_bookkeeper_without_a_seat_neither_proposes_nor_approves() -> None:
    for raw in ballots(IDLE):
        assert refused_but_charged(IDLE, raw, NoSeat, proposed()) == {"account": IDLE.account.id}


def test_where_the_genesis_gave_no_seats_nobody_can_ever_propose() -> None:
    empty = bookkeeper(1, "Empty", ed25519_key("empty"))
    refused_but_charged(empty, propose(empty, 1, seat(NEW, 1, empty)), NoSeat, Chain((empty,)))


def test_a_proposal_that_does_not_exist_cannot_be_approved() -> None:
    facts = refused_but_charged(IRON, approve(IRON, 1, PROPOSAL), UnknownProposal)
    assert facts == {"proposal": PROPOSAL.hex()}


def test_a_proposal_counts_from_its_place_in_the_block() -> None:
    chain = Chain()
    outcome = chain.block(
        approve(IRON, 1, PROPOSAL), propose(JADE, "proposal", seat(NEW, 1)), approve(TWIN, 1, PROPOSAL)
    )
    assert codes(outcome) == [UnknownProposal.number, 0, 0]


def test_an_approval_counts_in_the_last_block_that_the_deadline_names_and_not_in_the_next() -> None:
    chain = proposed(deadline=4)
    chain.skip(2)
    assert codes(chain.preview(approve(IRON, 1, PROPOSAL))) == [0]
    chain.skip(1)
    facts = refused_but_charged(IRON, approve(IRON, 1, PROPOSAL), ProposalClosed, chain)
    assert facts == {"proposal": PROPOSAL.hex(), "deadline": 4}


def test_a_decided_proposal_is_closed_even_for_who_has_approved_it() -> None:
    four = holders(10, 10, 10, 10)
    chain = Chain(four)
    proposal = proposal_of(four[0], 1)
    chain.accept(propose(four[0], 1, seat(NEW, 1, four[0])), *(approve(each, 1, proposal) for each in four[1:3]))
    for late in (four[3], four[1]):
        facts = refused_but_charged(late, approve(late, 2, proposal), ProposalClosed, chain)
        assert facts == {"proposal": proposal.hex(), "deadline": 9}


def test_nobody_approves_twice_and_who_proposed_has_approved() -> None:
    chain = proposed()
    chain.accept(approve(IRON, 1, PROPOSAL))
    for again in (JADE, IRON):
        facts = refused_but_charged(again, approve(again, 2, PROPOSAL), AlreadyApproved, chain)
        assert facts == {"proposal": PROPOSAL.hex()}


@pytest.mark.parametrize("proposal", [b"", PROPOSAL[:15], PROPOSAL + b"\x00"], ids=["empty", "short", "long"])
def test_what_cannot_be_the_id_of_a_proposal_is_a_bad_action(proposal: bytes) -> None:
    facts = refused_but_charged(IRON, approve(IRON, 1, proposal), BadAction, proposed())
    assert facts == {"field": "proposal", "expected": "16 bytes", "got": f"{len(proposal)} bytes"}


# ---- proposals that cannot be ----------------------------------------------------------------------------------------
def changed(name: str, value: object) -> wire.Propose:
    """A sound proposal with one field of it, or of its seat, changed."""
    spoilt = wish(seat(NEW, 5), deadline=1_000)
    setattr(spoilt.validator if name in {"key", "power", "account"} else spoilt, name, value)
    return spoilt


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("document", b"", "document"),
        ("document", bytes(31), "document"),
        ("document", bytes(33), "document"),
        ("deadline", 0, "deadline"),
        ("deadline", 3, "deadline"),
        ("deadline", -4, "deadline"),
        ("deadline", -(2**63), "deadline"),
        ("deadline", 1_000_005, "deadline"),
        ("deadline", 2**63 - 1, "deadline"),
        ("key", b"", "validator key"),
        ("key", bytes(31), "validator key"),
        ("key", bytes(33), "validator key"),
        ("power", 2**40 + 1, "voting power"),
        ("power", 2**63, "voting power"),
        ("power", 2**64 - 1, "voting power"),
        ("account", 0, "account"),
        ("account", ALPHA.account.id, "account"),
        ("account", 99, "account"),
        ("account", 2**63 + 14, "account"),
        ("account", 2**64 - 1, "account"),
    ],
)
def test_a_field_of_a_proposal_out_of_range_is_a_bad_action(name: str, value: object, field: str) -> None:
    chain = Chain()
    chain.skip(3)
    facts = refused_but_charged(JADE, propose(JADE, 1, changed(name, value)), BadAction, chain)
    assert set(facts) == {"field", "expected", "got"}
    assert facts["field"] == field


@pytest.mark.parametrize(("name", "value"), [("deadline", 4), ("deadline", 1_000_004), ("power", 2**40)])
def test_the_limits_of_a_field_are_taken(name: str, value: object) -> None:
    chain = Chain()
    chain.skip(3)
    chain.accept(propose(JADE, 1, changed(name, value)))


def test_a_proposal_without_a_change_is_a_bad_action() -> None:
    empty = wish(seat(NEW, 5))
    empty.ClearField("validator")
    facts = refused_but_charged(JADE, propose(JADE, 1, empty), BadAction)
    assert facts == {"field": "change", "expected": "a change"}
    refused_but_charged(JADE, propose(JADE, 1, changed("key", b"")), BadAction)


def test_the_account_of_a_removal_must_be_a_bookkeeper_too() -> None:
    facts = refused_but_charged(JADE, propose(JADE, 1, seat(IRON.seats[0].key, 0, ALPHA)), BadAction)
    assert facts["field"] == "account"


def test_a_nonce_used_again_after_its_expiry_cannot_put_another_proposal_in_the_place_of_the_first() -> None:
    """Approvals of the first would count for the second."""
    chain = Chain()
    chain.accept(propose(JADE, "proposal", seat(NEW, 5), valid_until=1))
    before = stored(chain)
    for other in (seat("another", 30), seat(NEW, 5)):
        raw = propose(JADE, "proposal", other)
        facts = refused_but_charged(JADE, raw, BadAction, chain)
        assert facts == {"field": "proposal", "expected": "a new one", "got": PROPOSAL.hex()}
    assert stored(chain) == before


def test_a_removal_names_the_bookkeeper_who_holds_the_seat() -> None:
    facts = refused_but_charged(JADE, propose(JADE, 1, seat(IRON.seats[0].key, 0, IDLE)), BadAction)
    assert facts == {"field": "account", "expected": "12, who holds the seat", "got": IDLE.account.id}
    Chain().accept(propose(JADE, 1, seat(IRON.seats[0].key, 0, IRON)))


# ---- validators that cannot be ---------------------------------------------------------------------------------------
def test_nobody_s_seat_cannot_be_taken_away() -> None:
    facts = refused_but_charged(JADE, propose(JADE, 1, seat(NEW, 0)), SeatsImpossible)
    assert facts == {"reason": "removal of nobody", "key": NEW.hex()}


def test_the_last_seat_cannot_be_taken_away() -> None:
    alone = bookkeeper(1, "Alone", ed25519_key("alone"), 10)
    raw = propose(alone, 1, seat(alone.seats[0].key, 0, alone))
    facts = refused_but_charged(alone, raw, SeatsImpossible, Chain((alone,)))
    assert facts == {"reason": "number of validators", "expected": "1 … 100", "got": 0}


def test_there_are_at_most_a_hundred_seats() -> None:
    crowd = bookkeeper(1, "Crowd", ed25519_key("crowd"), *range(1, 101))
    chain = Chain((crowd,))
    facts = refused_but_charged(crowd, propose(crowd, 1, seat(NEW, 1, crowd)), SeatsImpossible, chain)
    assert facts == {"reason": "number of validators", "expected": "1 … 100", "got": 101}
    chain.accept(propose(crowd, 2, seat(crowd.seats[0].key, 7, crowd)))  # another power is no further seat
    chain.accept(propose(crowd, 3, seat(crowd.seats[0].key, 0, crowd)), propose(crowd, 4, seat(NEW, 1, crowd)))
    assert len(seats(chain)) == 100


def test_a_change_that_has_become_impossible_is_refused_at_the_approval_that_would_decide() -> None:
    chain = Chain()
    removals = [propose(JADE, name, seat("Twin 2", 0, TWIN)) for name in ("first", "second")]
    first, second = (proposal_of(JADE, name) for name in ("first", "second"))
    chain.accept(*removals, approve(IRON, 1, first), approve(IRON, 2, second))
    chain.accept(approve(TWIN, 3, first))
    before = stored(chain, second)
    facts = refused_but_charged(TWIN, approve(TWIN, 4, second), SeatsImpossible, chain)
    assert facts == {"reason": "removal of nobody", "key": seat_key("Twin 2").hex()}
    chain.block(approve(TWIN, 4, second))
    assert stored(chain, second) == before
    again = proposal_of(JADE, "again")
    chain.accept(propose(JADE, "again", seat("Twin 2", 4, TWIN)), approve(IRON, 5, again))
    assert changes(chain.accept(approve(TWIN, 7, second))) == [(seat_key("Twin 2"), 0)]


def test_the_last_two_seats_cannot_both_go_by_proposals_made_while_there_were_two() -> None:
    one, two = holders(5, 5)
    chain = Chain((one, two))
    keys = [each.seats[0].key for each in (one, two)]
    chain.accept(propose(one, 1, seat(keys[1], 0, two)), propose(two, 2, seat(keys[0], 0, one)))
    outcome = chain.block(approve(one, 3, proposal_of(two, 2)), approve(two, 4, proposal_of(one, 1)))
    assert codes(outcome) == [0, SeatsImpossible.number]
    assert list(seats(chain)) == [keys[1]]


def test_an_approval_signed_with_another_nonce_is_still_one_approval() -> None:
    chain = proposed()
    outcome = chain.block(*(approve(IRON, number, PROPOSAL) for number in range(3)))
    assert codes(outcome) == [0, AlreadyApproved.number, AlreadyApproved.number]
    assert len(stored(chain).approvals) == 2


def test_an_approval_of_another_account_s_key_does_not_count() -> None:
    body = wire.Transaction.FromString(approve(IRON, 1, PROPOSAL)).body
    assert codes(proposed().block(sign(body, JADE.keys[0]))) == [9]
