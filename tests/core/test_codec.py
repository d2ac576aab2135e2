"""One value, one encoding."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.codec import decode, decode_canonical, encode
from app.core.errors import DecodingError, NotCanonical
from app.core.wire import registry_pb2 as wire

KEYS = st.builds(
    wire.PublicKey,
    algorithm=st.sampled_from([0, 1, 2, 99, -1]),  # proto3 keeps numbers that it does not know
    data=st.binary(max_size=40),
)
ACCOUNTS = st.builds(
    wire.Account,
    address=st.binary(max_size=20),
    id=st.integers(0, 2**64 - 1),
    name=st.text(st.characters(codec="utf-8"), max_size=20),
    party=st.sampled_from(range(6)),
    keys=st.lists(
        st.builds(wire.AccountKey, key=KEYS, label=st.text(st.characters(codec="utf-8"), max_size=8)), max_size=3
    ),
    permissions=st.lists(st.integers(0, 3), max_size=4),
)
HEAD = wire.ChainHead(owner=b"\x01" * 20, sequence=300, record=b"\x02" * 32)
OWNER, SEQUENCE, RECORD = b"\x0a\x14" + b"\x01" * 20, b"\x10\xac\x02", b"\x1a\x20" + b"\x02" * 32


@settings(deadline=None)
@given(ACCOUNTS)
def test_every_value_comes_back_from_its_encoding(account: wire.Account) -> None:
    assert decode_canonical(wire.Account, encode(account)) == account


@settings(deadline=None)
@given(ACCOUNTS)
def test_equal_values_have_equal_encodings(account: wire.Account) -> None:
    assert encode(wire.Account.FromString(account.SerializeToString())) == encode(account)


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=120))
def test_whatever_is_decoded_is_encoded_to_the_same_bytes(raw: bytes) -> None:
    for kind in (wire.Account, wire.Transaction, wire.ChainHead, wire.Parameters):
        try:
            assert encode(decode_canonical(kind, raw)) == raw
        except DecodingError:
            continue


def test_the_encoding_is_the_one_of_the_format() -> None:
    assert encode(HEAD) == OWNER + SEQUENCE + RECORD
    assert decode_canonical(wire.ChainHead, OWNER + SEQUENCE + RECORD) == HEAD


def test_nothing_is_the_encoding_of_a_value_without_fields() -> None:
    assert encode(wire.ChainHead()) == b""
    assert decode_canonical(wire.ChainHead, b"") == wire.ChainHead()


@pytest.mark.parametrize(
    "raw",
    [
        SEQUENCE + OWNER + RECORD,
        OWNER + SEQUENCE + RECORD + b"\x20\x01",
        b"\x78\x01" + OWNER + SEQUENCE + RECORD,
        OWNER + SEQUENCE + SEQUENCE + RECORD,
        OWNER + b"\x10\x00" + RECORD,
        OWNER + b"\x10\xac\x82\x00" + RECORD,
        OWNER + b"\x90\x00\xac\x02" + RECORD,
        b"\x0a\x00" + SEQUENCE + RECORD,
        OWNER + SEQUENCE + RECORD + b"\x2b\x2c",
    ],
    ids=["order", "unknown", "unknown first", "twice", "default", "overlong number", "overlong tag", "empty", "group"],
)
def test_the_same_value_in_another_encoding_is_not_canonical(raw: bytes) -> None:
    wire.ChainHead.FromString(raw)  # the library takes it
    with pytest.raises(NotCanonical) as caught:
        decode_canonical(wire.ChainHead, raw)
    assert caught.value.facts == {"kind": "ChainHead"}


@pytest.mark.parametrize(
    "inner",
    [b"\x12\x01x\x08\x01", b"\x08\x01\x12\x01x\x18\x01", b"\x08\x81\x00\x12\x01x", b"\x08\x00\x12\x01x"],
    ids=["order", "unknown", "overlong", "default"],
)
def test_inner_messages_are_held_to_it_too(inner: bytes) -> None:
    key = b"\x0a" + bytes([len(inner)]) + inner
    account = b"\x10\x01\x2a" + bytes([len(key)]) + key
    with pytest.raises(NotCanonical):
        decode_canonical(wire.Account, account)


def test_repeated_numbers_are_packed_and_nothing_else() -> None:
    assert encode(wire.Account(permissions=[1, 2])) == b"\x32\x02\x01\x02"
    for loose in (b"\x30\x01\x30\x02", b"\x32\x01\x01\x32\x01\x02", b"\x32\x00"):
        with pytest.raises(NotCanonical):
            decode_canonical(wire.Account, loose)


def test_an_empty_message_that_is_there_differs_from_one_that_is_not() -> None:
    there, absent = b"\x0a\x00", b""
    assert decode_canonical(wire.AccountKey, there).HasField("key")
    assert not decode_canonical(wire.AccountKey, absent).HasField("key")


def test_a_message_written_in_two_pieces_is_not_canonical() -> None:
    pieces = b"\x0a\x02\x08\x01" + b"\x0a\x03\x12\x01x"
    assert wire.AccountKey.FromString(pieces).key == wire.PublicKey(algorithm=wire.ALGORITHM_ED25519, data=b"x")
    with pytest.raises(NotCanonical):
        decode_canonical(wire.AccountKey, pieces)


@pytest.mark.parametrize("raw", [b"\x00", b"\x0a\x05abc", b"\x10", b"\xff" * 11, b"\x0b", b"\x0c", b"\x1a\x02\xff\xff"])
def test_what_is_no_such_message_is_not_decodable(raw: bytes) -> None:
    for reader in (decode, decode_canonical):
        with pytest.raises(DecodingError) as caught:
            reader(wire.Account, raw)
        assert type(caught.value) is DecodingError
        assert caught.value.facts == {"kind": "Account"}


def test_the_lenient_reader_takes_what_need_not_be_canonical() -> None:
    assert decode(wire.ChainHead, SEQUENCE + OWNER + RECORD) == HEAD
    assert decode(wire.ChainHead, OWNER + SEQUENCE + RECORD + b"\x20\x01").sequence == 300


def test_groups_nested_without_end_are_an_error_and_no_crash() -> None:
    for depth in (50, 99, 101, 10_000):
        with pytest.raises(DecodingError):
            decode_canonical(wire.Account, b"\x7b" * depth + b"\x7c" * depth)
