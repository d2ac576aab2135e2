"""What the bookkeepers decide together: who validates the chain (white paper 3.1 记账方)."""

import pytest

from app.core.proposal import derive_proposal
from app.core.refusals import NoSeat
from app.core.wire import registry_pb2 as wire
from app.registry.law import BlockOutcome
from app.registry.places import PROPOSALS
from app.registry.state import NONCES_KEY, SEATS_KEY, quota_key
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
from tests.registry.world import IDLE, IRON, JADE, TWIN, Chain, bookkeeper, ed25519_key, nonce, seat_key


# ---- what a proposal and an approval leave behind -------------------------------------------------------------------
def test_a_proposal_leaves_itself_entry_quota_nonce_and_event_and_its_proposer_is_for_it() -> None:
    chain = Chain()
    raw = propose(JADE, "proposal", seat(NEW, 5))
    outcome = chain.accept(raw)
    receipt, entry = outcome.receipts[0], wire.LogEntry.FromString(outcome.entries[0])
    expected = wire.Proposal(proposer=JADE.address, propose=wish(seat(NEW, 5)), approvals=[JADE.address])
    assert stored(chain) == expected
    assert set(outcome.writes) == {PROPOSALS.key(PROPOSAL), quota_key(JADE.address), NONCES_KEY}
    assert (receipt.data, receipt.log_offset) == (PROPOSAL, 0)
    assert entry.WhichOneof("fact") == "proposal"
    assert entry.proposal == wish(seat(NEW, 5)).SerializeToString(deterministic=True)
    assert (entry.transaction_hash, entry.sender) == (receipt.transaction_hash, JADE.address)
    assert (entry.signer, entry.agreement) == (JADE.keys[0].public.encode(), JADE.account.agreement)
    assert receipt.events[0].kind == "proposal"
    facts = {"account": JADE.address.hex(), "proposal": PROPOSAL.hex()}
    assert dict(receipt.events[0].facts) == facts
    assert changes(outcome) == []


def test_an_approval_leaves_itself_entry_quota_nonce_and_event() -> None:
    chain = proposed()
    outcome = chain.accept(approve(IRON, 1, PROPOSAL))
    receipt, entry = outcome.receipts[0], wire.LogEntry.FromString(outcome.entries[0])
    assert list(stored(chain).approvals) == sorted([JADE.address, IRON.address])
    assert set(outcome.writes) == {PROPOSALS.key(PROPOSAL), quota_key(IRON.address), NONCES_KEY}
    assert receipt.data == PROPOSAL
    assert entry.WhichOneof("fact") == "approval"
    assert entry.approval == wire.Approve(proposal=PROPOSAL).SerializeToString(deterministic=True)
    assert (entry.sender, entry.signer) == (IRON.address, IRON.keys[0].public.encode())
    assert receipt.events[0].kind == "approval"
    facts = {"account": IRON.address.hex(), "proposal": PROPOSAL.hex()}
    assert dict(receipt.events[0].facts) == facts


def test_the_approval_that_decides_changes_the_seats_in_its_block() -> None:
    chain = proposed()
    outcome = chain.accept(approve(IRON, 1, PROPOSAL), approve(TWIN, 2, PROPOSAL))
    assert changes(outcome) == [(NEW, 5)]
    assert seats(chain)[NEW] == (5, IDLE.account.id)
    assert stored(chain).decided
    assert list(stored(chain).approvals) == sorted([JADE.address, IRON.address, TWIN.address])
    assert SEATS_KEY in outcome.writes
    assert [wire.LogEntry.FromString(entry).result for entry in outcome.entries] == [b"", b"\x01"]


def test_the_id_of_a_proposal_follows_from_its_sender_and_nonce() -> None:
    assert derive_proposal(JADE.address, nonce("proposal")) == PROPOSAL
    ids = {proposal_of(JADE, 1), proposal_of(JADE, 2), proposal_of(IRON, 1)}
    assert {len(each) for each in ids} == {16}
    assert len(ids) == 3


def test_seats_are_kept_in_the_order_of_their_keys() -> None:
    solo = bookkeeper(1, "Solo", ed25519_key("solo"), 10)
    chain = Chain((solo,))
    for number in range(6):
        chain.accept(propose(solo, number, seat(f"in order {number}", 1, solo)))
    keys = list(seats(chain))
    assert keys == sorted(keys)
    assert len(keys) == 7


# ---- more than two thirds -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("approving", "others", "decided"),
    [
        (1, 1, False),
        (2, 1, False),
        (3, 1, True),
        (200, 100, False),
        (201, 100, True),
        (199, 100, False),
        (2**40, 2**39, False),
        (2**40, 2**39 - 1, True),
    ],
)
def test_exactly_two_thirds_is_not_enough_and_with_more_a_proposer_decides_alone_at_once(
    approving: int, others: int, decided: bool
) -> None:
    strong, weak = holders(approving, others)
    chain = Chain((strong, weak))
    outcome = chain.accept(propose(strong, 1, seat(NEW, 1, weak)))
    assert changes(outcome) == ([(NEW, 1)] if decided else [])
    assert stored(chain, proposal_of(strong, 1)).decided == decided
    assert (NEW in seats(chain)) == decided


def test_two_of_three_equals_do_not_decide_and_the_third_does() -> None:
    chain = proposed()
    assert changes(chain.accept(approve(IRON, 1, PROPOSAL))) == []
    assert changes(chain.accept(approve(TWIN, 2, PROPOSAL))) == [(NEW, 5)]


def test_all_seats_of_one_bookkeeper_count_together() -> None:
    twice, once = bookkeeper(1, "Twice", ed25519_key("twice"), 4, 3), bookkeeper(2, "Once", ed25519_key("once"), 3)
    assert changes(Chain((twice, once)).accept(propose(twice, 1, seat(NEW, 1, once)))) == [(NEW, 1)]


def test_only_who_lets_the_tally_pass_two_thirds_decides_and_not_the_number_of_heads() -> None:
    heavy, *light = holders(25, 2, 2, 2, 2, 2, 2)
    chain = Chain((heavy, *light))
    proposal = proposal_of(light[0], 1)
    chain.accept(propose(light[0], 1, seat(NEW, 1, heavy)))
    outcome = chain.accept(*(approve(each, 2, proposal) for each in light[1:]))
    assert changes(outcome) == []  # six of seven heads
    assert changes(chain.accept(approve(heavy, 3, proposal))) == [(NEW, 1)]


# ---- power as it stands at the approval ------------------------------------------------------------------------------
def test_an_approval_that_would_have_decided_does_not_once_others_weigh_more() -> None:
    one, two, three = holders(4, 3, 3)
    chain = Chain((one, two, three))
    waiting, growth = proposal_of(one, "waiting"), proposal_of(three, "growth")
    chain.accept(propose(one, "waiting", seat(NEW, 1, one)))
    chain.accept(propose(three, "growth", seat(three.seats[0].key, 30, three)))
    assert chain.preview(approve(two, 1, waiting)).seat_changes  # seven of ten
    chain.accept(approve(one, 2, growth))
    assert changes(chain.accept(approve(two, 1, waiting))) == []  # seven of 37
    assert not stored(chain, waiting).decided


def test_an_approval_that_would_not_have_decided_does_once_who_approved_weighs_more() -> None:
    one, two, three = holders(4, 3, 3)
    chain = Chain((one, two, three))
    waiting, growth = proposal_of(two, "waiting"), proposal_of(two, "growth")
    chain.accept(propose(two, "waiting", seat(NEW, 1, one)), propose(two, "growth", seat(two.seats[0].key, 30, two)))
    assert chain.preview(approve(three, 1, waiting)).seat_changes == ()  # six of ten
    outcome = chain.accept(approve(one, 2, growth))
    assert changes(outcome) == [(two.seats[0].key, 30)]
    assert not stored(chain, waiting).decided  # nobody counts again before somebody approves
    assert changes(chain.accept(approve(three, 1, waiting))) == [(NEW, 1)]  # 33 of 37


def test_the_approval_of_somebody_whose_seat_is_gone_no_longer_counts() -> None:
    one, two, three = holders(4, 3, 3)
    chain = Chain((one, two, three))
    waiting, removal = proposal_of(three, "waiting"), proposal_of(one, "removal")
    chain.accept(propose(three, "waiting", seat(NEW, 1, one)))
    assert chain.preview(approve(one, 1, waiting)).seat_changes  # seven of ten
    chain.accept(propose(one, "removal", seat(three.seats[0].key, 0, three)), approve(two, 2, removal))
    assert changes(chain.accept(approve(one, 1, waiting))) == []  # four of seven
    refused_but_charged(three, approve(three, 3, waiting), NoSeat, chain)
    assert changes(chain.accept(approve(two, 4, waiting))) == [(NEW, 1)]


def test_a_seat_that_changes_hands_takes_its_vote_along_and_orders_nothing() -> None:
    chain = proposed(seat(JADE.seats[0].key, 10, IDLE))
    outcome = chain.accept(approve(IRON, 1, PROPOSAL), approve(TWIN, 2, PROPOSAL))
    assert changes(outcome) == []
    assert seats(chain)[JADE.seats[0].key] == (10, IDLE.account.id)
    refused_but_charged(JADE, propose(JADE, 3, seat(NEW, 1)), NoSeat, chain)
    chain.accept(propose(IDLE, 4, seat(NEW, 1)), *(approve(each, 5, proposal_of(IDLE, 4)) for each in (IRON, TWIN)))
    assert NEW in seats(chain)


# ---- what a block orders ---------------------------------------------------------------------------------------------
SOLO = bookkeeper(1, "Solo", ed25519_key("solo"), 1_000)
"""Decides alone, whatever the others of these tests hold."""


def decided(*wishes: wire.Seat) -> tuple[Chain, BlockOutcome]:
    """A chain on which one block carried all of this out, one after the other; before it there was one more seat."""
    chain = Chain((SOLO,))
    chain.accept(propose(SOLO, "before", seat("old", 5, SOLO)))
    return chain, chain.accept(*(propose(SOLO, number, each) for number, each in enumerate(wishes)))


def test_several_changes_in_one_block_are_one_for_each_key_in_the_order_of_keys() -> None:
    names = ["old", "a", "b", "c", "d"]
    chain, outcome = decided(
        *(seat(name, power, SOLO) for power in (3, 4) for name in names),
        seat("old", 9, SOLO),
    )
    assert changes(outcome) == sorted({seat_key(name): 9 if name == "old" else 4 for name in names}.items())
    assert {key: seats(chain)[key][0] for key, _ in changes(outcome)} == dict(changes(outcome))


def test_what_is_undone_in_the_same_block_is_not_ordered() -> None:
    _, outcome = decided(
        *(seat("old", 7, SOLO), seat("new", 3, SOLO), seat("kept", 2, SOLO)),
        *(seat("new", 0, SOLO), seat("old", 5, SOLO)),
    )
    assert changes(outcome) == [(seat_key("kept"), 2)]
    chain, outcome = decided(seat("old", 0, SOLO), seat("old", 5, SOLO))
    assert changes(outcome) == []
    assert seats(chain)[seat_key("old")] == (5, SOLO.account.id)


def test_a_seat_taken_away_and_given_back_in_one_block_is_a_change_of_power() -> None:
    _, outcome = decided(seat("old", 0, SOLO), seat("old", 6, SOLO))
    assert changes(outcome) == [(seat_key("old"), 6)]


def test_a_seat_given_and_taken_away_over_two_blocks_is_ordered_twice() -> None:
    chain, outcome = decided(seat("old", 0, SOLO))
    assert changes(outcome) == [(seat_key("old"), 0)]
    assert changes(chain.accept(propose(SOLO, "again", seat("old", 5, SOLO)))) == [(seat_key("old"), 5)]


def test_a_change_that_changes_nothing_is_decided_and_orders_nothing() -> None:
    chain, outcome = decided(seat("old", 5, SOLO))
    assert changes(outcome) == []
    assert stored(chain, proposal_of(SOLO, 0)).decided


def test_the_new_power_counts_for_the_next_transaction_of_the_block() -> None:
    one, two = holders(7, 3)
    growth, waiting = (propose(one, name, seat(key, 30, two)) for name, key in ((1, two.seats[0].key), (2, NEW)))
    assert changes(Chain((one, two)).accept(waiting)) == [(NEW, 30)]
    chain = Chain((one, two))
    assert changes(chain.accept(growth, waiting)) == [(two.seats[0].key, 30)]  # seven of 37 do not decide any more
    assert changes(chain.accept(approve(two, 3, proposal_of(one, 2)))) == [(NEW, 30)]
