"""Ranges of blocks as our own nodes send them: whatever comes, blocks and a commit or one error, in bounded memory."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.codec import decode, encode
from app.core.errors import InvalidBlock, PeerMisbehaved
from app.core.units import Height
from app.core.wire import comet_pb2 as pb
from app.node.consensus.encoding import block_bytes
from app.node.consensus.predicates import check_commit
from app.node.sync import answers
from app.node.sync.answers import BlockRange, JsonAnswer, RawAnswer, decode_range
from tests.fakes.chain import make_light_chain, make_validators, sign_commit
from tests.fakes.network import raw_body

CHAIN = make_light_chain(4, make_validators(4))
BLOCKS = tuple(block_bytes(each.block) for each in CHAIN)
COMMIT = encode(CHAIN[-1].commit)
BODY = raw_body([*BLOCKS, COMMIT])
frames = st.lists(st.binary(max_size=300), min_size=1, max_size=12)


def answer(body: bytes, count: int = 4) -> RawAnswer:
    return RawAnswer(1, count, body)


# ---- what is well-formed -------------------------------------------------------------------------------------------
def test_blocks_come_out_as_they_went_in() -> None:
    assert decode_range(answer(BODY)) == BlockRange(1, BLOCKS, COMMIT)


@given(frames)
def test_any_blocks_come_out_as_they_went_in(blocks: list[bytes]) -> None:
    """What a block is made of is looked at elsewhere."""
    decoded = decode_range(answer(raw_body([*blocks, COMMIT]), len(blocks)))
    assert decoded == BlockRange(1, tuple(blocks), COMMIT)


@pytest.mark.parametrize("size", [0, 1, 127, 128, 16_383, 16_384, 2_097_152])
def test_lengths_of_one_to_four_bytes_are_read(size: int) -> None:
    assert decode_range(answer(raw_body([bytes(size), COMMIT]))).blocks == (bytes(size),)


@given(st.integers(1, 4))
def test_fewer_blocks_than_asked_for_are_an_answer(number: int) -> None:
    """A node of ours sends no second block beyond its bound."""
    commit = encode(CHAIN[number - 1].commit)
    assert decode_range(answer(raw_body([*BLOCKS[:number], commit]))) == BlockRange(1, BLOCKS[:number], commit)


def test_unknown_fields_of_a_commit_are_left_out_and_the_votes_still_hold() -> None:
    """The commit is kept and handed on, and none of it is signed but the votes."""
    stuffed = COMMIT + b"\x9a\x06\x03abc"
    decoded = decode_range(answer(raw_body([*BLOCKS, stuffed])))
    assert decoded.commit == COMMIT
    commit = decode(pb.Commit, decoded.commit)
    check_commit("luopu-test", commit, Height(4), CHAIN[-1].block_id, CHAIN[-1].validators.set)


def test_a_commit_by_ten_thousand_validators_is_within_the_bound() -> None:
    one = sign_commit(make_validators(1), 4, CHAIN[-1].block_id).signatures[0]
    commit = pb.Commit(height=4, block_id=CHAIN[-1].block_id, signatures=[one] * 10_000)
    assert decode_range(answer(raw_body([BLOCKS[-1], encode(commit)]))).commit == encode(commit)


# ---- what is not ---------------------------------------------------------------------------------------------------
def test_an_answer_cut_off_anywhere_is_refused_or_makes_nothing_final() -> None:
    """Between two frames the last block stands in the commit's place, which no validator signed."""
    between = {len(raw_body(BLOCKS[:number])) for number in (2, 3, 4)}
    for end in range(len(BODY)):
        if end in between:
            decoded = decode_range(answer(BODY[:end]))
            last = CHAIN[len(decoded.blocks) - 1]
            commit, height = decode(pb.Commit, decoded.commit), Height(last.header.height)
            with pytest.raises(InvalidBlock):
                check_commit("luopu-test", commit, height, last.block_id, last.validators.set)
        else:
            with pytest.raises(PeerMisbehaved):
                decode_range(answer(BODY[:end]))


@pytest.mark.parametrize(
    "length",
    [
        b"\xff\xff\xff\xff\xff\x01",  # six bytes
        b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00",
        b"\x80\x80\x80\x80\x80",
        b"\xff\xff\xff\xff\x7f",  # 34 GiB
        b"\xff\xff\xff\xff\x0f",
        b"\x80\x00",  # nothing, in two bytes
        b"\x81\x00",
        b"\x81\x80\x00",
        b"\x80",
    ],
)
@pytest.mark.parametrize("before", [b"", raw_body([BLOCKS[0]]), BODY], ids=["first", "second", "last"])
def test_a_length_that_is_too_long_or_not_its_shortest_is_refused(length: bytes, before: bytes) -> None:
    with pytest.raises(PeerMisbehaved):
        decode_range(answer(before + length, 50))


@pytest.mark.parametrize("asked", [1, 2, 3])
def test_more_blocks_than_asked_for_are_refused(asked: int) -> None:
    with pytest.raises(PeerMisbehaved) as caught:
        decode_range(answer(BODY, asked))
    assert caught.value.facts["expected"] == asked


@pytest.mark.parametrize(
    "body", [b"", raw_body([COMMIT]), raw_body([b""])], ids=["nothing", "a commit", "an empty frame"]
)
def test_an_answer_without_a_block_and_a_commit_is_refused(body: bytes) -> None:
    with pytest.raises(PeerMisbehaved):
        decode_range(answer(body))


@pytest.mark.parametrize("commit", [b"\x08", b"\xff\xff", b"\x22\x05\x08\x02"], ids=["cut", "tag", "vote"])
def test_a_commit_that_is_none_is_refused(commit: bytes) -> None:
    with pytest.raises(PeerMisbehaved):
        decode_range(answer(raw_body([*BLOCKS, commit])))


def test_a_commit_larger_than_any_is_refused() -> None:
    commit = COMMIT + b"\x9a\x06\x80\x80\x80\x01" + bytes(2 * 1024 * 1024)
    with pytest.raises(PeerMisbehaved):
        decode_range(answer(raw_body([*BLOCKS, commit])))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.integers(1, 6))
def test_garbage_is_refused_and_raises_nothing_else(body: bytes, count: int) -> None:
    try:
        decoded = decode_range(answer(body, count))
    except PeerMisbehaved:
        return
    assert 1 <= len(decoded.blocks) <= count
    assert raw_body(decoded.blocks) == body[: len(raw_body(decoded.blocks))]


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_one_changed_byte_raises_nothing_else(position: int, mask: int) -> None:
    body = bytearray(BODY)
    body[position] ^= mask
    try:
        decoded = decode_range(answer(bytes(body)))
    except PeerMisbehaved:
        return
    assert decoded != BlockRange(1, BLOCKS, COMMIT)


# ---- memory --------------------------------------------------------------------------------------------------------
def peak_of(body: bytes, count: int = 50) -> int:
    """Bytes that Python took in order to refuse."""
    tracemalloc.start()
    try:
        with pytest.raises(PeerMisbehaved):
            decode_range(answer(body, count))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_millions_of_empty_frames_are_not_unfolded() -> None:
    """One list entry for each byte would be eight times the size."""
    assert peak_of(bytes(4_000_000)) < 100_000


def test_a_length_beyond_what_came_reserves_nothing() -> None:
    assert peak_of(b"\xff\xff\xff\xff\x07" + bytes(1_000)) < 100_000


def test_a_commit_of_a_million_empty_votes_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decoded it would take thirty-six times its size."""
    monkeypatch.setattr(answers, "decode", None)
    with pytest.raises(PeerMisbehaved, match="too many pieces"):
        decode_range(answer(raw_body([BLOCKS[0], b"\x22\x00" * 1_000_000])))


# ---- JSON ----------------------------------------------------------------------------------------------------------
def test_a_range_in_json_may_be_shorter_than_asked_but_no_batch() -> None:
    """Whoever put the answer together says how many blocks each batch was asked for."""
    one = b'{"id": 0, "result": {}}'
    with pytest.raises(PeerMisbehaved, match="answers do not fit"):
        decode_range(JsonAnswer(1, 4, ((2, one),), one))


def test_the_size_of_an_answer_is_what_came() -> None:
    assert answer(BODY).size == len(BODY)
    assert JsonAnswer(1, 4, ((2, bytes(30)), (2, bytes(12))), bytes(5)).size == 42
