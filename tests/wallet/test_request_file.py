"""A request to countersign arrives as it was sent, or not at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.errors import DecodingError, FileUnreadable, FileUnwritable
from app.core.refusals import Malformed
from app.core.walleterrors import NotWhatWasShown
from app.core.wire import registry_pb2 as wire
from app.wallet.request_file import (
    MAGIC,
    MAX_REQUEST_BYTES,
    UNSIGNED,
    decode_request,
    encode_request,
    load_request,
    save_request,
)
from app.wallet.signatures import Signed
from tests.wallet.actions import KEYS, UNHURRIED, actions, draft_of
from tests.wallet.conftest import build_action, make_key, signed_by

MAKER, CHECKER = make_key(0), make_key(100)
SIGNED = signed_by(build_action(1, CHECKER), MAKER)


@UNHURRIED
@given(actions())
def test_any_action_arrives_with_the_same_approval(action: tuple[str, object]) -> None:
    draft = draft_of(*action, approvers=[KEYS[0]], hold_until=0)  # type: ignore[arg-type]
    signed = signed_by(draft, MAKER)
    arrived = decode_request(encode_request(signed))
    assert isinstance(arrived, Signed)
    assert (arrived, arrived.shown) == (signed, signed.shown)
    assert decode_request(encode_request(draft)) == draft


def test_it_goes_through_a_file(tmp_path: Path) -> None:
    save_request(tmp_path / "request", SIGNED)
    assert load_request(tmp_path / "request") == SIGNED
    assert (tmp_path / "request").read_bytes() == MAGIC + SIGNED.raw
    assert list(tmp_path.iterdir()) == [tmp_path / "request"]


def test_a_file_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "request"
    path.write_bytes(b"something else")
    with pytest.raises(FileUnwritable):
        save_request(path, SIGNED)
    with pytest.raises(FileUnwritable):
        save_request(tmp_path / "no folder" / "request", SIGNED)
    assert path.read_bytes() == b"something else"


@UNHURRIED
@given(st.data())
def test_a_byte_changed_on_the_way_is_found_out(data: st.DataObject) -> None:
    content = bytearray(encode_request(SIGNED))
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises((DecodingError, Malformed, NotWhatWasShown)):
        decode_request(bytes(content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        MAGIC,
        MAGIC[:-1],
        SIGNED.raw,
        MAGIC + SIGNED.draft.body_bytes,
        encode_request(SIGNED)[:-1],
        UNSIGNED,
        UNSIGNED + SIGNED.raw,
        encode_request(SIGNED.draft)[:-1],
        encode_request(SIGNED.draft) + b"\x00",
        UNSIGNED + MAGIC + SIGNED.raw,
    ],
    ids=[
        "empty",
        "nothing in it",
        "cut",
        "a bare transaction",
        "a bare body",
        "cut at the end",
        "no draft in it",
        "signatures in a draft",
        "a draft cut at the end",
        "something behind a draft",
        "a request in a draft",
    ],
)
def test_what_is_no_request_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "request").write_bytes(content)
    with pytest.raises((DecodingError, Malformed)):
        load_request(tmp_path / "request")


def test_what_nobody_has_signed_goes_through_a_file(tmp_path: Path) -> None:
    save_request(tmp_path / "request", SIGNED.draft)
    assert load_request(tmp_path / "request") == SIGNED.draft
    assert (tmp_path / "request").read_bytes() == UNSIGNED + SIGNED.draft.body_bytes


def test_a_transaction_without_a_signature_is_no_request() -> None:
    unsigned = encode(wire.Transaction(body=SIGNED.draft.body_bytes))
    with pytest.raises(Malformed):
        decode_request(MAGIC + unsigned)


def test_a_file_that_is_too_long_or_missing_is_said(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(MAGIC + bytes(MAX_REQUEST_BYTES))
    with pytest.raises(DecodingError):
        load_request(tmp_path / "long")
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(FileUnreadable):
            load_request(path)
