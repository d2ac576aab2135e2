"""Digests, against values that others published and against each other."""

from hashlib import sha256 as reference

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import hashing
from app.core.hashing import EMPTY_HASH, sha256, sm3, state_root
from app.core.record import context_digest, derive_chain, record_digest
from app.core.transaction import signing_digest

DOMAINS = {name: value for name, value in vars(hashing).items() if name.endswith("_DOMAIN")}


def test_sha256_of_the_examples_of_fips_180() -> None:
    assert sha256(b"abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert EMPTY_HASH.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_sm3_of_the_examples_of_gb_t_32905() -> None:
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_every_domain_ends_with_a_zero_byte_and_none_begins_another() -> None:
    assert len(DOMAINS) >= 7
    for name, domain in DOMAINS.items():
        assert domain.startswith(b"luopu.")
        assert domain.endswith(b".v1\x00")
        assert domain.count(0) == 1
        assert not any(other.startswith(domain) for key, other in DOMAINS.items() if key != name)


@given(st.binary(max_size=100))
def test_one_input_has_another_digest_for_each_purpose(data: bytes) -> None:
    digests = [sha256(data), sm3(data), record_digest(data), context_digest(data), signing_digest(data)]
    assert len(set(digests)) == len(digests)


def test_digests_with_a_domain_are_sha256_of_domain_zero_and_data() -> None:
    assert record_digest(b"x") == reference(b"luopu.record.v1\x00x").digest()
    assert context_digest(b"x") == reference(b"luopu.context.v1\x00x").digest()
    assert signing_digest(b"x") == reference(b"luopu.transaction.v1\x00x").digest()
    assert derive_chain(b"a" * 20, b"b" * 16) == reference(b"luopu.chain.v1\x00" + b"a" * 20 + b"b" * 16).digest()[:16]


def test_a_state_root_covers_size_log_and_map() -> None:
    log, tree = bytes(32), b"\x01" * 32
    data = b"luopu.state.v1\x00" + (5).to_bytes(8, "big") + log + tree
    assert state_root(5, log, tree) == reference(data).digest()
    assert len({state_root(5, log, tree), state_root(6, log, tree), state_root(5, tree, log)}) == 3


def test_a_log_too_large_to_count_is_no_silent_overflow() -> None:
    with pytest.raises(OverflowError):
        state_root(2**64, bytes(32), bytes(32))
