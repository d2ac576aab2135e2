"""Drafts over committed values, and the keys of the map."""

import pytest

from app.core.codec import encode
from app.core.errors import NotCanonical
from app.core.wire import registry_pb2 as wire
from app.registry.draft import Draft
from app.registry.state import (
    NONCES_KEY,
    PARAMETERS_KEY,
    SEATS_KEY,
    account_id_key,
    account_key,
    chain_head_key,
    decode_account,
    key_owner_key,
    proposal_key,
    quota_key,
    read_address_of_id,
    read_chain_head,
    read_nonce_head,
    read_proposal,
    read_quota_use,
    read_seats,
    write_account,
    write_chain_head,
    write_nonce_head,
    write_proposal,
    write_quota_use,
    write_seats,
)


def test_a_draft_shows_its_own_changes_over_what_lies_below() -> None:
    below = {b"a": b"1", b"b": b"2"}
    draft = Draft(below)
    draft.put(b"a", b"3")
    assert [draft.get(key) for key in (b"a", b"b", b"c")] == [b"3", b"2", None]
    assert below == {b"a": b"1", b"b": b"2"}
    assert dict(draft.changes) == {b"a": b"3"}


def test_an_empty_value_is_a_value() -> None:
    draft = Draft({b"a": b"1"})
    draft.put(b"a", b"")
    assert draft.get(b"a") == b""


def test_a_draft_that_is_not_taken_over_leaves_no_trace() -> None:
    lower = Draft({})
    upper = Draft(lower)
    upper.put(b"a", b"1")
    assert lower.get(b"a") is None
    lower.take_over(upper)
    assert lower.get(b"a") == b"1"


def test_the_keys_of_the_map_never_meet() -> None:
    names = [account_key(bytes(20)), account_id_key(0), key_owner_key(bytes(36)), chain_head_key(bytes(16))]
    names += [quota_key(bytes(20)), proposal_key(bytes(16)), PARAMETERS_KEY, SEATS_KEY, NONCES_KEY]
    assert not any(one.startswith(two) for one in names for two in names if one is not two)


def test_ids_are_stored_in_order() -> None:
    assert sorted(map(account_id_key, (256, 1, 2**53, 255))) == list(map(account_id_key, (1, 255, 256, 2**53)))


def test_what_was_written_is_read_back_and_absence_is_told_apart() -> None:
    draft = Draft({})
    assert read_chain_head(draft, bytes(16)) is None
    assert read_quota_use(draft, bytes(20)) == wire.QuotaUse()
    head = wire.ChainHead(owner=bytes(20), sequence=3, record=bytes(32))
    write_chain_head(draft, bytes(16), head)
    write_quota_use(draft, bytes(20), wire.QuotaUse(period=5, spent=7))
    assert read_chain_head(draft, bytes(16)) == head
    assert read_quota_use(draft, bytes(20)) == wire.QuotaUse(period=5, spent=7)


def test_seats_proposals_and_the_head_of_the_nonces_are_read_back_and_absence_is_told_apart() -> None:
    draft = Draft({})
    assert list(read_seats(draft)) == []
    assert read_proposal(draft, bytes(16)) is None
    assert read_nonce_head(draft) == wire.NonceHead()
    seats = [wire.Seat(key=bytes([number]) * 32, power=number, account=number) for number in (1, 2)]
    proposal = wire.Proposal(proposer=bytes(20), approvals=[bytes(20)], decided=True)
    head = wire.NonceHead(digest=bytes(32), horizon=7)
    write_seats(draft, seats)
    write_proposal(draft, bytes(16), proposal)
    write_nonce_head(draft, head)
    assert list(read_seats(draft)) == seats
    assert read_proposal(draft, bytes(16)) == proposal
    assert read_proposal(draft, bytes(15) + b"\x01") is None
    assert read_nonce_head(draft) == head


@pytest.mark.parametrize("number", [0, 2, 2**63, 2**64 - 1])
def test_an_id_that_no_account_has_leads_to_none(number: int) -> None:
    draft = Draft({})
    write_account(draft, wire.Account(address=bytes(20), id=1))
    assert read_address_of_id(draft, 1) == bytes(20)
    assert read_address_of_id(draft, number) is None


def test_a_stored_value_that_is_not_canonical_is_an_error() -> None:
    with pytest.raises(NotCanonical):
        decode_account(encode(wire.Account(id=1)) + b"\x48\x01")
