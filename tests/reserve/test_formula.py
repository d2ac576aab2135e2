"""Every digest of a reserve proof is what the document says, and HKDF is what RFC 5869 says."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from app.reserve.formula import (
    POSITION_INFO,
    SALT_INFO,
    ZERO_INFO,
    bit_at,
    expand,
    leaf_hash,
    node_hash,
    root_hash,
    serial_position,
    snapshot_secret,
    user_digest,
)
from tests.reserve import model

DIGESTS = st.binary(min_size=32, max_size=32)
SUMS = st.integers(0, 2**128 - 1)

# RFC 5869, appendix A.1 to A.3: input key, salt, info, PRK, and the first 32 bytes of the output
RFC_5869 = [
    (
        b"\x0b" * 22,
        bytes(range(13)),
        bytes(range(0xF0, 0xFA)),
        "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf",
    ),
    (
        bytes(range(80)),
        bytes(range(0x60, 0xB0)),
        bytes(range(0xB0, 0x100)),
        "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c",
    ),
    (
        b"\x0b" * 22,
        b"",
        b"",
        "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d",
    ),
]


@pytest.mark.parametrize(("key", "salt", "info", "secret", "output"), RFC_5869)
def test_the_secret_of_a_snapshot_and_what_follows_from_it_are_those_of_rfc_5869(
    key: bytes, salt: bytes, info: bytes, secret: str, output: str
) -> None:
    assert snapshot_secret(salt, key).hex() == secret
    assert expand(bytes.fromhex(secret), info).hex() == output


@given(master=DIGESTS, header=DIGESTS, info=st.binary(max_size=80))
def test_another_implementation_derives_the_same(master: bytes, header: bytes, info: bytes) -> None:
    other = HKDF(algorithm=SHA256(), length=32, salt=header, info=info).derive(master)
    assert expand(snapshot_secret(header, master), info) == other


def test_what_is_derived_for_one_purpose_is_not_derived_for_another() -> None:
    assert (POSITION_INFO, SALT_INFO, ZERO_INFO) == (b"pos", b"salt", b"zero")
    assert len({expand(bytes(32), info + bytes(32)) for info in (POSITION_INFO, SALT_INFO, ZERO_INFO)}) == 3


@given(DIGESTS, DIGESTS, DIGESTS, SUMS)
def test_a_leaf(position: bytes, user: bytes, salt: bytes, balance: int) -> None:
    assert (leaf_hash(position, user, salt, balance), balance) == model.leaf(position, user, salt, balance)


@given(st.integers(0, 255), DIGESTS, SUMS, DIGESTS, SUMS)
def test_a_node(depth: int, left: bytes, left_sum: int, right: bytes, right_sum: int) -> None:
    ours = node_hash(depth, (left, left_sum), (right, right_sum))
    assert ours == model.node(depth, (left, left_sum), (right, right_sum))[0]


@given(DIGESTS, DIGESTS, SUMS)
def test_a_root(header: bytes, top: bytes, total: int) -> None:
    assert root_hash(header, top, total) == model.root(header, (top, total))


@given(st.text(max_size=12), st.integers(0, 2**64 - 1), st.binary(min_size=20, max_size=20))
def test_a_user(chain_id: str, number: int, address: bytes) -> None:
    assert user_digest(chain_id, number, address) == model.user_digest(chain_id, number, address)


@given(st.binary(min_size=16, max_size=16), st.integers(0, 2**64 - 1))
def test_the_place_of_a_serial(voucher: bytes, serial: int) -> None:
    assert serial_position(voucher, serial) == model.serial_position(voucher, serial)


@given(DIGESTS)
def test_bits_are_counted_from_the_highest_of_the_first_byte(position: bytes) -> None:
    assert [bit_at(position, depth) for depth in range(256)] == [model.bit(position, depth) for depth in range(256)]


def test_vectors_of_this_format() -> None:
    """Written out from the document, so that nothing can change on both sides at once."""
    one, two = b"\1" * 32, b"\2" * 32
    leaf = hashlib.sha256(b"\0" + one + two + b"\3" * 32 + bytes(15) + b"\7").digest()
    assert leaf_hash(one, two, b"\3" * 32, 7) == leaf
    assert leaf.hex() == "0fa36ee8885bf1ea9fcf0dd33a6c9553be85d869e154d41c5696b98a50d29a62"
    node = hashlib.sha256(b"\1\5" + leaf + bytes(15) + b"\7" + one + b"\xff" * 16).digest()
    assert node_hash(5, (leaf, 7), (one, 2**128 - 1)) == node
    assert node.hex() == "7ef0fbec83454df915d853cff6927c35f024b516b9a709caedec5923c48f2fec"
    assert hmac.digest(bytes(32), b"pos" + one + b"\1", "sha256") == expand(bytes(32), b"pos" + one)


def test_what_is_hashed_of_leaf_node_and_root_differs_in_its_first_byte_and_in_length(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[bytes] = []
    monkeypatch.setattr("app.reserve.formula.sha256", lambda data: seen.append(data) or bytes(32))
    leaf_hash(bytes(32), bytes(32), bytes(32), 0)
    node_hash(0, (bytes(32), 0), (bytes(32), 0))
    root_hash(bytes(32), bytes(32), 0)
    assert [(data[0], len(data)) for data in seen] == [(0, 113), (1, 98), (2, 81)]


@pytest.mark.parametrize("value", [-1, 2**128])
def test_a_sum_that_does_not_fit_is_never_hashed(value: int) -> None:
    with pytest.raises(OverflowError):
        leaf_hash(bytes(32), bytes(32), bytes(32), value)
    with pytest.raises(OverflowError):
        node_hash(0, (bytes(32), 0), (bytes(32), value))
    with pytest.raises(OverflowError):
        root_hash(bytes(32), bytes(32), value)
