"""Drafts over committed values, and the keys of the map."""

import pytest
from google.protobuf.message import Message

from app.core.codec import encode
from app.core.errors import NotCanonical
from app.core.wire import registry_pb2 as wire
from app.registry.draft import Draft
from app.registry.places import (
    AGREEMENTS,
    CUSTODIES,
    GRANTS,
    HELD,
    HOLDINGS,
    PIECES,
    PROPOSALS,
    RECOGNITIONS,
    TERMS,
    VOUCHERS,
    Place,
    copy_of,
    number,
)
from app.registry.state import (
    NEXT_ACCOUNT_KEY,
    NONCES_KEY,
    PARAMETERS_KEY,
    SEATS_KEY,
    account_id_key,
    account_key,
    chain_head_key,
    decode_account,
    key_owner_key,
    name_owner_key,
    quota_key,
    read_account,
    read_account_of_id,
    read_address_of_id,
    read_chain_head,
    read_key_owner,
    read_name_owner,
    read_next_account,
    read_nonce_head,
    read_quota_use,
    read_seats,
    write_chain_head,
    write_new_account,
    write_next_account,
    write_nonce_head,
    write_quota_use,
    write_seats,
)

PLACES = (AGREEMENTS, CUSTODIES, GRANTS, HELD, HOLDINGS, PIECES, PROPOSALS, RECOGNITIONS, TERMS, VOUCHERS)


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
    address, name, eight = bytes(20), bytes(16), number(0)
    names = [account_key(address), account_id_key(0), key_owner_key(bytes(36)), chain_head_key(name)]
    names += [quota_key(address), name_owner_key("a"), PARAMETERS_KEY, SEATS_KEY, NONCES_KEY, NEXT_ACCOUNT_KEY]
    names += [place.key(name) for place in (AGREEMENTS, VOUCHERS, PROPOSALS)]
    names += [place.key(address, name) for place in (HELD, GRANTS, HOLDINGS, CUSTODIES)]
    names += [TERMS.key(address, eight), RECOGNITIONS.key(address, eight), PIECES.key(name, eight)]
    assert len(names) == 10 + len(PLACES)
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
    assert PROPOSALS.read(draft, bytes(16)) is None
    assert read_nonce_head(draft) == wire.NonceHead()
    seats = [wire.Seat(key=bytes([number]) * 32, power=number, account=number) for number in (1, 2)]
    proposal = wire.Proposal(proposer=bytes(20), approvals=[bytes(20)], decided=True)
    head = wire.NonceHead(digest=bytes(32), horizon=7)
    write_seats(draft, seats)
    PROPOSALS.write(draft, proposal, bytes(16))
    write_nonce_head(draft, head)
    assert list(read_seats(draft)) == seats
    assert PROPOSALS.read(draft, bytes(16)) == proposal
    assert PROPOSALS.read(draft, bytes(15) + b"\x01") is None
    assert read_nonce_head(draft) == head


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.prefix.decode())
def test_what_stands_in_a_place_is_read_back_until_it_is_deleted(place: Place[Message]) -> None:
    below = Draft({})
    draft = Draft(below)
    assert place.read(draft, b"part") is None
    message = place.kind()
    place.write(draft, message, b"p", b"art")
    assert place.read(draft, b"part") == message
    assert draft.changes == {place.prefix + b"part": b""}
    below.take_over(draft)
    upper = Draft(below)
    place.delete(upper, b"part")
    assert place.read(upper, b"part") is None
    assert place.read(below, b"part") == message
    assert upper.changes == {place.prefix + b"part": None}


def test_a_copy_may_be_changed_and_what_was_read_stays() -> None:
    draft = Draft({})
    HELD.write(draft, wire.Held(body=b"body"), b"part")
    stored = HELD.read(draft, b"part")
    assert stored is not None
    copy = copy_of(stored)
    copy.body = b"another"
    assert HELD.read(draft, b"part") == wire.Held(body=b"body")


@pytest.mark.parametrize("number", [0, 2, 2**63, 2**64 - 1])
def test_a_number_that_no_account_has_leads_to_none(number: int) -> None:
    draft = Draft({})
    write_new_account(draft, wire.Account(address=bytes(20), id=1))
    assert read_address_of_id(draft, 1) == bytes(20)
    assert read_address_of_id(draft, number) is None
    assert read_account_of_id(draft, number) is None


def test_a_new_account_is_found_by_number_name_and_keys_and_one_without_a_name_by_the_rest() -> None:
    draft = Draft({})
    key = wire.PublicKey(algorithm=wire.ALGORITHM_ED25519, data=bytes(32))
    account = wire.Account(address=bytes(20), id=7, name="MUller & 张", keys=[wire.AccountKey(key=key)])
    write_new_account(draft, account)
    assert read_account(draft, bytes(20)) == read_account_of_id(draft, 7) == account
    assert read_key_owner(draft, encode(key)) == bytes(20)
    assert read_name_owner(draft, "muller & 张") == read_name_owner(draft, "MULLER & 张") == bytes(20)
    assert read_name_owner(draft, "muller") is None
    write_new_account(draft, wire.Account(address=bytes(19) + b"1", id=8))
    assert name_owner_key("") not in draft.changes


def test_the_next_number_is_read_back_and_a_state_without_one_never_began() -> None:
    draft = Draft({})
    with pytest.raises(LookupError):
        read_next_account(draft)
    write_next_account(draft, 300)
    assert read_next_account(draft) == 300


def test_a_stored_value_that_is_not_canonical_is_an_error() -> None:
    with pytest.raises(NotCanonical):
        decode_account(encode(wire.Account(id=1)) + b"\x78\x01")
