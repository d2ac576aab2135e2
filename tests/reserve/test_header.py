"""A header has one encoding, and whoever changes anything in it has another."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.document import Fields
from app.core.errors import BadKey, DecodingError
from app.core.keys import Algorithm
from app.core.strictjson import decode_json
from app.core.units import AccountAddress, Hash32, Height
from app.reserve.header import (
    HEADER_NAMES,
    MAX_ACCOUNTS,
    AccountName,
    Kept,
    ReserveHeader,
    decode_header,
    encode_header,
    header_document,
)
from tests.fakes.evidence import ClerkKey
from tests.reserve import model

KEYS = [ClerkKey(1).public_key, ClerkKey(2, Algorithm.P256).public_key]


def name(number: int) -> AccountName:
    return AccountName(number, AccountAddress(number.to_bytes(20, "big")))


HEADER = ReserveHeader(
    chain_id="luopu-test",
    genesis_fingerprint=Hash32(b"\1" * 32),
    voucher=b"\2" * 16,
    kind="divisible",
    height=Height(7),
    block_hash=Hash32(b"\3" * 32),
    custodian=name(10_001),
    key=KEYS[0],
    accounts=(Kept(name(10_000), 0), Kept(name(10_001), 2**64 - 1), Kept(name(2**64 - 1), 5)),
    previous_sequence=3,
    previous_root=b"\4" * 32,
)


def decoded(document: object) -> ReserveHeader:
    return decode_header(Fields("header", document, HEADER_NAMES))


@st.composite
def headers(draw: st.DrawFn) -> ReserveHeader:
    numbers = sorted(draw(st.sets(st.integers(1, 2**64 - 1), min_size=1, max_size=MAX_ACCOUNTS)))
    balances = [draw(st.integers(0, 2**64 - 1)) for _ in numbers]
    sequence = draw(st.one_of(st.just(0), st.integers(1, 2**64 - 1)))
    return ReserveHeader(
        chain_id=draw(st.text("abc-汉1", min_size=1, max_size=16)),
        genesis_fingerprint=Hash32(draw(st.binary(min_size=32, max_size=32))),
        voucher=draw(st.binary(min_size=16, max_size=16)),
        kind=draw(st.sampled_from(["divisible", "unique"])),
        height=Height(draw(st.integers(1, 2**63 - 1))),
        block_hash=Hash32(draw(st.binary(min_size=32, max_size=32))),
        custodian=name(draw(st.sampled_from(numbers))),
        key=draw(st.sampled_from(KEYS)),
        accounts=tuple(Kept(name(number), balance) for number, balance in zip(numbers, balances, strict=True)),
        previous_sequence=sequence,
        previous_root=draw(st.binary(min_size=32, max_size=32)) if sequence else b"",
    )


@settings(max_examples=100, deadline=None)
@given(headers())
def test_what_is_encoded_is_decoded_again(header: ReserveHeader) -> None:
    encoded = encode_header(header)
    again = decoded(decode_json(encoded))
    assert again == header
    assert encode_header(again) == encoded
    assert header.digest == model.header_digest(encoded)


def test_its_bytes_are_those_of_the_document() -> None:
    account = '{"account":"%d","address":"%040x"}'
    kept = '{"account":"%d","address":"%040x","balance":"%d"}'
    accounts = ",".join(
        kept % each for each in ((10_000,) * 2 + (0,), (10_001,) * 2 + (2**64 - 1,), (2**64 - 1,) * 2 + (5,))
    )
    assert encode_header(HEADER).decode() == (
        f'{{"accounts":[{accounts}],"block_hash":"{"03" * 32}","chain_id":"luopu-test",'
        f'"custodian":{account % (10_001, 10_001)},"format":"luopu.reserve.header.v1",'
        f'"genesis_fingerprint":"{"01" * 32}","height":"7","key":"ed25519:{KEYS[0].data.hex()}","kind":"divisible",'
        f'"previous":{{"root":"{"04" * 32}","sequence":"3"}},"voucher":"{"02" * 16}"}}'
    )


def test_every_field_is_in_the_digest() -> None:
    changes: dict[str, Any] = {
        "chain_id": "luopu-test2",
        "genesis_fingerprint": bytes(32),
        "voucher": bytes(16),
        "kind": "unique",
        "height": 8,
        "block_hash": bytes(32),
        "custodian": name(10_000),
        "key": KEYS[1],
        "accounts": HEADER.accounts[1:],
        "previous_sequence": 4,
        "previous_root": bytes(32),
    }
    assert changes.keys() == {field.name for field in fields(ReserveHeader)}
    digests = {replace(HEADER, **{field: value}).digest for field, value in changes.items()}
    assert len(digests | {HEADER.digest}) == len(changes) + 1


def test_what_it_says_of_custody() -> None:
    assert HEADER.custody == 2**64 + 4
    assert HEADER.others == (10_000, 2**64 - 1)
    assert not HEADER.is_unique
    assert replace(HEADER, kind="unique").is_unique


def with_(path: str, value: object) -> Callable[[dict[str, Any]], object]:
    """Put a value into a document, at names and indexes with points between them."""

    def change(document: dict[str, Any]) -> None:
        *way, last = path.split(".")
        place: Any = document
        for each in way:
            place = place[int(each) if isinstance(place, list) else each]
        place[int(last) if isinstance(place, list) else last] = value

    return change


ACCOUNT = header_document(HEADER)["accounts"]
REFUSED = [
    ("format", "luopu.reserve.header.v2"),
    ("format", None),
    ("chain_id", ""),
    ("chain_id", "x" * 51),
    ("chain_id", "汉" * 17),
    ("chain_id", "a\nb"),
    ("chain_id", "a\u202eb"),
    ("chain_id", 7),
    ("genesis_fingerprint", "01" * 31),
    ("genesis_fingerprint", "01" * 33),
    ("genesis_fingerprint", "0A" * 32),
    ("genesis_fingerprint", "zz" * 32),
    ("genesis_fingerprint", ["01" * 32]),
    ("voucher", "02" * 15),
    ("voucher", ""),
    ("kind", "fungible"),
    ("kind", ""),
    ("kind", "Unique"),
    ("kind", "divisible "),
    ("height", "0"),
    ("height", "-1"),
    ("height", "07"),
    ("height", str(2**63)),
    ("height", 7),
    ("height", "٧"),
    ("block_hash", ""),
    ("custodian", {"account": "10001"}),
    ("custodian.account", "0"),
    ("custodian.account", "10002"),
    ("custodian.account", str(2**64)),
    ("custodian.address", "00" * 20),
    ("custodian.address", "00" * 19),
    ("custodian", {"account": "10001", "address": "00" * 20, "name": "bank"}),
    ("accounts", []),
    ("accounts", {}),
    ("accounts", "10001"),
    ("accounts.0.balance", "-1"),
    ("accounts.0.balance", str(2**64)),
    ("accounts.0.balance", "1.0"),
    ("accounts.0.balance", 1),
    ("accounts.0.account", "10001"),
    ("accounts.0.account", "10002"),
    ("accounts.0.address", f"{10_001:040x}"),
    ("accounts.0", "10000"),
    ("accounts.1.address", "00" * 20),
    ("previous.sequence", "0"),
    ("previous.sequence", str(2**64)),
    ("previous.sequence", "03"),
    ("previous.root", ""),
    ("previous.root", "04" * 31),
    ("previous", None),
    ("previous", {"sequence": "0", "root": "04" * 32}),
]


@pytest.mark.parametrize(("path", "value"), REFUSED, ids=lambda each: str(each)[:24])
def test_a_field_that_is_not_as_it_must_be_is_refused(path: str, value: object) -> None:
    document = decode_json(encode_header(HEADER))
    assert decoded(document) == HEADER
    assert isinstance(document, dict)
    with_(path, value)(document)
    with pytest.raises(DecodingError):
        decoded(document)


@pytest.mark.parametrize(
    "text",
    [
        "ed25519:" + "00" * 31,
        "ed25519:" + "00" * 33,
        "ED25519:" + "00" * 32,
        "ed25519:" + "AB" * 32,
        " ed25519:" + "00" * 32,
        "ed25519:" + "00 " * 32,
        "p256:" + "00" * 33,
        "p256:" + "02" + "ff" * 32,
        "sm2:" + "00" * 32,
        "00" * 32,
        "ed25519",
        "",
        7,
    ],
    ids=lambda each: str(each)[:12],
)
def test_a_key_that_is_none_or_is_spelled_otherwise_is_refused(text: object) -> None:
    with pytest.raises((DecodingError, BadKey)):
        decoded(header_document(HEADER) | {"key": text})


@pytest.mark.parametrize("field", sorted(HEADER_NAMES))
def test_a_field_that_is_missing_is_refused(field: str) -> None:
    document = header_document(HEADER)
    del document[field]
    with pytest.raises(DecodingError):
        decoded(document)


def test_a_field_that_nobody_knows_is_refused() -> None:
    with pytest.raises(DecodingError):
        decoded(header_document(HEADER) | {"comment": "trust me"})


def test_accounts_rise_and_none_is_there_twice() -> None:
    for order in ([1, 0, 2], [0, 0, 1, 2], [2, 1, 0], [0, 1, 1, 2]):
        with pytest.raises(DecodingError):
            decoded(header_document(replace(HEADER, accounts=tuple(HEADER.accounts[each] for each in order))))


def test_seventeen_accounts_are_the_most() -> None:
    accounts = tuple(Kept(name(number), 1) for number in range(9_990, 9_990 + 18))
    assert decoded(header_document(replace(HEADER, accounts=accounts[1:]))).custody == 17
    with pytest.raises(DecodingError):
        decoded(header_document(replace(HEADER, accounts=accounts)))


def test_the_first_publication_has_none_before_it() -> None:
    first = replace(HEADER, previous_sequence=0, previous_root=b"")
    assert decoded(header_document(first)) == first
