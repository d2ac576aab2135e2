"""The record of what was signed last: on the disk before anybody knows, and refused when it is not what was written."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DecodingError, SignStateMissing, SignStateUnusable, StoreFailed
from app.node.privval.guard import NOTHING_SIGNED, LastSigned
from app.node.privval.keys import FileKey
from app.node.privval.request import Place, Step, vote_request
from app.node.privval.statefile import StateFile, decode_state, encode_state
from tests.node.privval.questions import CHAIN_ID, KEY, OTHER_KEY, PRECOMMIT, vote


def signed(height: int = 7, chain_id: str = CHAIN_ID, key: FileKey = KEY) -> LastSigned:
    request = vote_request(chain_id, vote(height, 1, PRECOMMIT))
    return LastSigned(request.place, request.sign_bytes, key.sign(request.sign_bytes))


def state_file(folder: Path) -> StateFile:
    return StateFile(folder / "state", KEY.public_key, CHAIN_ID)


@pytest.mark.parametrize("last", [NOTHING_SIGNED, signed(), LastSigned(Place(2**63 - 1, 2**31 - 1, Step.PROPOSE))])
def test_what_was_saved_is_loaded(tmp_path: Path, last: LastSigned) -> None:
    state_file(tmp_path).save(signed(1))
    state_file(tmp_path).save(last)
    assert state_file(tmp_path).load() == last


def test_a_record_of_cometbft_s_own_is_read() -> None:
    # as CometBFT v0.39.4 writes it for a validator that precommitted nil at height 12
    written = (
        b'{\n  "height": "12",\n  "round": 3,\n  "step": 3,\n'
        b'  "signature": "c2lnbmVk",\n'
        b'  "signbytes": "2A0802110C000000000000001903000000000000002A0B0880E2CFAA0610959AEF3A32076C756F70752D78"\n}'
    )
    last = decode_state(written)
    assert last.place == Place(12, 3, Step.PRECOMMIT)
    assert last.signature == b"signed"
    assert encode_state(last).strip() == written


def test_a_missing_record_is_not_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(SignStateMissing):
        state_file(tmp_path).load()


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"{}", b'"12"', bytes(100), b"{" + bytes(20_000) + b"}"),
        b'{"height": 12, "round": 0, "step": 1}',
        b'{"height": "-1", "round": 0, "step": 1}',
        b'{"height": "9223372036854775808", "round": 0, "step": 1}',
        b'{"height": "1", "round": -1, "step": 1}',
        b'{"height": "1", "round": true, "step": 1}',
        b'{"height": "1", "round": 0, "step": 4}',
        b'{"height": "1", "round": 0, "step": 1, "more": 2}',
        b'{"height": "1", "round": 0}',
        b'{"height": "1", "round": 0, "step": 1, "signature": "c2lnbmVk"}',
        b'{"height": "1", "round": 0, "step": 1, "signature": "?", "signbytes": "00"}',
        b'{"height": "1", "round": 0, "step": 1, "signature": 5, "signbytes": "00"}',
        b'{"height": "1", "round": 0, "step": 1, "signature": "c2lnbmVk", "signbytes": "00"}',
    ],
)
def test_a_damaged_record_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "state").write_bytes(content)
    with pytest.raises(SignStateUnusable):
        state_file(tmp_path).load()


@given(st.data())
def test_no_flipped_byte_makes_another_record(data: st.DataObject) -> None:
    last = signed()
    written = encode_state(last)
    at = data.draw(st.integers(0, len(written) - 1))
    flipped = written[:at] + bytes([written[at] ^ data.draw(st.integers(1, 255))]) + written[at + 1 :]
    state = StateFile(Path("state"), KEY.public_key, CHAIN_ID)
    try:
        read = decode_state(flipped)
        state._check_is_ours(read)
    except (DecodingError, SignStateUnusable):
        return
    assert read == last  # blanks and the case of hexadecimal digits say nothing


@pytest.mark.parametrize("name", ["height", "round", "step"])
def test_a_place_that_is_not_what_was_signed_is_refused(name: str) -> None:
    document = json.loads(encode_state(signed()))
    document[name] = {"height": "8", "round": 0, "step": 2}[name]
    with pytest.raises(DecodingError):
        decode_state(json.dumps(document).encode())


def test_the_record_of_another_key_or_chain_is_refused(tmp_path: Path) -> None:
    for foreign in (signed(key=OTHER_KEY), signed(chain_id="another")):
        state_file(tmp_path).save(foreign)
        with pytest.raises(SignStateUnusable):
            state_file(tmp_path).load()


def test_a_record_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    state = state_file(tmp_path)
    state.save(signed(1))
    (tmp_path / "state.new").mkdir()
    with pytest.raises(StoreFailed):
        state.save(signed(2))
    assert state.load() == signed(1)


def test_a_record_that_cannot_be_read_is_said_to_be_unusable(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    with pytest.raises(SignStateUnusable):
        state_file(tmp_path).load()
