"""Whatever bytes arrive: a refusal, never another exception, and never a change that nobody signed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.refusals import Refused
from app.core.transaction import SignedTransaction, decode_transaction
from app.core.wire import registry_pb2 as wire
from app.registry.state import read_seats
from tests.registry.council import approve, proposal_of, propose, seat
from tests.registry.rawproto import bytes_field, tag, varint, varint_field
from tests.registry.world import ALPHA, BETA, IRON, JADE, TWIN, Chain, make_body, nonce, notarize, seat_key, sign

VALID = [
    notarize(ALPHA, 1),
    notarize(BETA, 2),
    notarize(ALPHA, 3, key=ALPHA.keys[1]),
    propose(JADE, 4, seat("new", 5)),
    approve(IRON, 5, proposal_of(JADE, 4)),
]
BYTE = st.integers(0, 255)
FIELD = st.integers(0, 20)
LEAF = st.one_of(
    st.builds(varint_field, FIELD, st.integers(0, 2**64 - 1), st.integers(0, 2)),
    st.builds(bytes_field, FIELD, st.binary(max_size=40), st.integers(0, 2)),
    st.builds(tag, FIELD, st.integers(0, 7)),
    st.builds(lambda number, data: tag(number, 5) + data, FIELD, st.binary(min_size=4, max_size=4)),
    st.sampled_from([bytes_field(2, ALPHA.address), bytes_field(3, bytes(16)), varint_field(4, 5)]),
)
MESSAGE = st.recursive(
    st.lists(LEAF, max_size=6).map(b"".join),
    lambda inner: st.lists(st.builds(bytes_field, FIELD, inner), max_size=4).map(b"".join),
    max_leaves=12,
)


def decode(raw: bytes) -> SignedTransaction | None:
    """The transaction, or None for a refusal; anything else gets out and fails the test."""
    try:
        return decode_transaction(raw)
    except Refused:
        return None


def check(raw: bytes) -> None:
    """The block takes it or refuses it; what it does not take leaves the state as it was."""
    decoded = decode(raw)
    assert decoded is None or decoded.raw == raw
    chain = Chain()
    outcome = chain.preview(raw, VALID[0])
    if raw not in VALID:
        alone = chain.preview(VALID[0])
        assert outcome.receipts[0].code != 0
        assert outcome.writes == alone.writes
        assert outcome.entries == alone.entries
        assert outcome.nonces == alone.nonces


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_are_refused(raw: bytes) -> None:
    check(raw)


@settings(max_examples=300, deadline=None)
@given(MESSAGE)
def test_random_messages_are_refused(raw: bytes) -> None:
    check(raw)


@settings(max_examples=200, deadline=None)
@given(MESSAGE)
def test_random_messages_in_a_signed_body_are_refused(body: bytes) -> None:
    check(sign(body, ALPHA.keys[0]))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(VALID), st.lists(st.tuples(st.integers(0, 2**16), BYTE), min_size=1, max_size=4))
def test_a_valid_transaction_with_changed_bytes_does_not_count(raw: bytes, changes: list[tuple[int, int]]) -> None:
    spoilt = bytearray(raw)
    for position, value in changes:
        spoilt[position % len(spoilt)] = value
    check(bytes(spoilt))


@pytest.mark.parametrize("raw", [VALID[0], *VALID[3:]], ids=["notarize", "propose", "approve"])
def test_a_valid_transaction_with_any_one_bit_flipped_does_not_count(raw: bytes) -> None:
    for bit in range(0, len(raw) * 8, 3):
        spoilt = bytearray(raw)
        spoilt[bit // 8] ^= 1 << bit % 8
        decode(bytes(spoilt))
        outcome = Chain().preview(bytes(spoilt))
        assert (dict(outcome.writes), outcome.entries, outcome.nonces) == ({}, (), ()), bit


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(VALID), st.integers(0, 400), st.integers(0, 400), st.binary(max_size=20))
def test_a_valid_transaction_cut_and_spliced_does_not_count(raw: bytes, start: int, stop: int, middle: bytes) -> None:
    check(raw[:start] + middle + raw[stop:])


@settings(max_examples=100, deadline=None)
@given(st.text(), st.integers(-(2**63), 2**63 - 1), st.binary(max_size=24), st.binary(max_size=24))
def test_a_signed_body_of_any_values_is_decided(
    chain_id: str, valid_until: int, address: bytes, of_nonce: bytes
) -> None:
    body = make_body(ALPHA, nonce(1))
    body.chain_id, body.valid_until, body.sender, body.nonce = chain_id, valid_until, address, of_nonce
    decode(sign(body, ALPHA.keys[0]))
    Chain().preview(sign(body, ALPHA.keys[0]))


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=40) | st.just(bytes(32)),
    st.integers(-(2**63), 2**63 - 1) | st.integers(0, 12),
    st.sampled_from([JADE.seats[0].key, IRON.seats[0].key, *(each.key for each in TWIN.seats), seat_key("new"), b"x"]),
    st.integers(0, 2**64 - 1) | st.integers(0, 40),
    st.integers(0, 2**64 - 1) | st.integers(9, 16),
)
def test_a_signed_proposal_of_any_values_is_decided_and_leaves_validators_that_can_be(
    document: bytes, deadline: int, key: bytes, power: int, account: int
) -> None:
    change = wire.Seat(key=key, power=power, account=account)
    wish = wire.Propose(document=document, deadline=deadline, validator=change)
    proposal, chain = proposal_of(JADE, "any"), Chain()
    chain.block(propose(JADE, "any", wish), approve(IRON, 1, proposal), approve(TWIN, 2, proposal))
    seats = read_seats(chain.values)
    assert 1 <= len(seats) <= 5
    assert all(1 <= each.power <= 2**40 and 11 <= each.account <= 15 and len(each.key) == 32 for each in seats)


def test_endless_nesting_is_refused() -> None:
    for number in (1, 2, 16, 17, 18, 99):
        raw = b""
        for _ in range(1_000):
            raw = bytes_field(number, raw)
        check(raw[-100_000:])
    check(tag(3, 3) * 2_000)
    check(tag(3, 3) * 800 + tag(3, 4) * 800)


def test_a_length_that_lies_is_refused() -> None:
    for length in (1, 2**31 - 1, 2**31, 2**32, 2**63, 2**64 - 1):
        for number in (1, 2, 16, 17, 18):
            check(tag(number, 2) + varint(length))
            check(tag(number, 2) + varint(length) + bytes(10)) if length > 10 else None
