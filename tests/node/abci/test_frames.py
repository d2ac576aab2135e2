"""Messages come out of a stream as they went in, whatever the pieces."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DecodingError
from app.node.abci.frames import Frames
from app.node.delimited import delimited, read_delimited

MESSAGES = st.lists(st.binary(max_size=300), max_size=12)


def pieces_of(data: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[start:stop] for start, stop in pairwise(places)]


@given(MESSAGES, st.lists(st.integers(0, 10_000), max_size=20))
def test_pieces_do_not_matter(messages: list[bytes], cuts: list[int]) -> None:
    frames = Frames(1_000)
    stream = b"".join(map(delimited, messages))
    assert [message for piece in pieces_of(stream, cuts) for message in frames.feed(piece)] == messages
    assert frames.is_between


@given(MESSAGES)
async def test_reads_what_the_reader_reads(messages: list[bytes]) -> None:
    reader = asyncio.StreamReader()
    stream = b"".join(map(delimited, messages))
    reader.feed_data(stream)
    reader.feed_eof()
    read = []
    while (message := await read_delimited(reader, 1_000)) is not None:
        read.append(message)
    assert Frames(1_000).feed(stream) == read


def test_byte_by_byte() -> None:
    frames = Frames(1_000)
    messages = [bytes(200), b"", b"x"]
    found = [message for octet in b"".join(map(delimited, messages)) for message in frames.feed(bytes((octet,)))]
    assert found == messages


def test_half_a_message_is_not_between() -> None:
    frames = Frames(1_000)
    assert frames.feed(delimited(b"whole") + delimited(b"half")[:-1]) == [b"whole"]
    assert not frames.is_between
    assert frames.feed(b"f") == [b"half"]
    assert frames.is_between


def test_a_message_of_the_largest_size_is_taken_and_one_byte_more_is_not() -> None:
    assert Frames(300).feed(delimited(bytes(300))) == [bytes(300)]
    with pytest.raises(DecodingError):
        Frames(300).feed(delimited(bytes(301))[:2])  # before anything of it is kept


@pytest.mark.parametrize("length", [b"\xff" * 10, b"\x80" * 10 + b"\x01"])
def test_a_length_that_does_not_end_is_refused(length: bytes) -> None:
    with pytest.raises(DecodingError):
        Frames(300).feed(length)


def test_the_start_of_a_length_is_waited_for() -> None:
    assert Frames(300).feed(b"\x80" * 9) == []
