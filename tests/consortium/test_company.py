"""A company's public file: what goes in comes out, and nothing else is taken."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.consortium.company import Company, check_address, check_distinct, decode_company, encode_company
from app.core.errors import BadCompany
from app.core.keys import Algorithm, PublicKey
from tests.fakes.chain import make_key


def key(name: str) -> bytes:
    return bytes(make_key(name).verify_key)


COMPANY = Company(
    "甲公司", "a.example:26656", key("validator"), PublicKey(Algorithm.ED25519, key("bookkeeper")), key("node")
)
OTHER = Company(
    "乙公司",
    "[2001:db8::1]:26656",
    key("validator 2"),
    PublicKey(Algorithm.ED25519, key("bookkeeper 2")),
    key("node 2"),
)
PRINTABLE = st.text(min_size=1, max_size=60).filter(lambda text: text.isprintable() and bool(text.strip()))


@given(PRINTABLE, st.integers(1, 65_535), st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read_again(name: str, port: int, validator: bytes) -> None:
    company = replace(COMPANY, name=name, address=f"10.0.0.1:{port}", validator=validator)
    assert decode_company(encode_company(company)) == company


@pytest.mark.parametrize(
    "change",
    [
        {"format": "luopu.company.v2"},
        {"name": ""},
        {"name": "甲\u202e公司"},
        {"name": 5},
        {"name": "x" * 257},
        {"address": "a.example"},
        {"address": "a.example:0"},
        {"address": "a.example:65536"},
        {"address": "tcp://a.example:26656"},
        {"address": "a.example:26656,b.example:26656"},
        {"address": 'a.example:26656"\nproxy_app = "kvstore'},
        {"validator": "p256:02" + "11" * 32},
        {"validator": "ed25519:11"},
        {"validator": "11" * 32},
        {"bookkeeper": None},
        {"node": "ed25519:" + "zz" * 32},
        {"more": "fields"},
    ],
)
def test_anything_else_is_refused(change: dict[str, object]) -> None:
    document = json.loads(encode_company(COMPANY)) | change
    with pytest.raises(BadCompany):
        decode_company(json.dumps(document).encode())


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"{}", b"\xff", b"9" * 100_000])
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    with pytest.raises(BadCompany):
        decode_company(content)


@pytest.mark.parametrize("place", ["a.example:1", "10.0.0.1:26656", "[::1]:26656", "localhost:65535", "a-b.c:9"])
def test_places_that_can_be_dialled(place: str) -> None:
    assert check_address(place) == place


@pytest.mark.parametrize("field", ["name", "address", "validator", "bookkeeper", "node"])
def test_two_companies_share_nothing(field: str) -> None:
    check_distinct([COMPANY, OTHER])
    with pytest.raises(BadCompany) as caught:
        check_distinct([COMPANY, replace(OTHER, **{field: getattr(COMPANY, field)})])
    assert caught.value.facts["field"] == field


def test_a_company_is_named_to_its_peers_by_its_node_key() -> None:
    assert COMPANY.peer.endswith("@a.example:26656")
    assert len(COMPANY.peer.partition("@")[0]) == 40
