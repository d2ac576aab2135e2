"""What peers answer, from bytes to messages. Pure: runs wherever there is time for it, in another process too.

Guarantees: sizes are bounded by the caller who reads, pieces here before anything is parsed; whatever is not a well-formed
answer raises PeerMisbehaved. Whether an answer is *true* is decided in `app.node.sync.verification`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.codec import decode, encode
from app.core.errors import DecodingError, InvalidBlock, NodeUnreachable, PeerMisbehaved
from app.core.strictjson import decode_json
from app.core.units import INT64_MAX, Hash32, Height, check_hash32, check_int64
from app.core.wire import comet_pb2
from app.node.consensus import rpcjson
from app.node.consensus.encoding import block_bytes
from app.node.store.snapshot import MAX_CHUNKS, Snapshot
from app.node.sync.pieces import check_pieces, most_pieces

MAX_COMMIT_BYTES = 2 * 1024 * 1024
"""A commit by ten thousand validators, which is as many as CometBFT takes, has 1.2 MB."""
HAS_STOPPED = "this node has stopped"
"""How a node of ours that contradicts the consortium begins its errors: it serves nothing, which is no lie."""
MAX_LENGTH_BITS = 35
"""Of a frame's length: five bytes with seven bits each."""


class PeerError(PeerMisbehaved):
    """The peer answered with an error where an honest one would not; `reason` has its words."""

    @property
    def text(self) -> str:
        """What the peer said."""
        return str(self.facts.get("reason"))


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """A range of blocks as one of our own nodes sends them: length-prefixed blocks, and then a commit for the last."""

    first: int
    count: int
    """Blocks asked for; there may be fewer."""
    body: bytes

    @property
    def size(self) -> int:
        """Bytes received."""
        return len(self.body)


@dataclass(frozen=True, slots=True)
class JsonAnswer:
    """A range of blocks as CometBFT's RPC sends them, in batches, and the commit for the last."""

    first: int
    count: int
    batches: tuple[tuple[int, bytes], ...]
    """(number of blocks, answer), in order of height."""
    commit: bytes

    @property
    def size(self) -> int:
        """Bytes received."""
        return sum(len(body) for _, body in self.batches)


RangeAnswer = RawAnswer | JsonAnswer


@dataclass(frozen=True, slots=True)
class BlockRange:
    """Blocks one after the other in CometBFT's own encoding, and the commit that makes the last of them final."""

    first: int
    blocks: tuple[bytes, ...]
    commit: bytes


def decode_range(untrusted_answer: RangeAnswer) -> BlockRange:
    """The blocks of an answer. Their heights are not looked at.

    Raises:
        PeerMisbehaved: malformed, or not as many blocks as asked.
        NodeUnreachable: the peer says that it has stopped.
    """
    if isinstance(untrusted_answer, RawAnswer):
        return _decode_raw(untrusted_answer)
    blocks: list[bytes] = []
    for count, body in untrusted_answer.batches:
        blocks += [encode_block(result) for result in decode_results(body, count)]
    commit = decode_commit(decode_results(untrusted_answer.commit, 1)[0])
    return BlockRange(untrusted_answer.first, tuple(blocks), encode(commit))


def encode_block(untrusted_result: object) -> bytes:
    """The block of a `block` result, as CometBFT encodes it."""
    fields = as_object(untrusted_result, "block")
    try:
        return block_bytes(rpcjson.decode_block(as_object(fields.get("block"), "block")))
    except (DecodingError, InvalidBlock) as error:
        raise PeerMisbehaved(reason=f"block: {error}") from error


def decode_commit(untrusted_result: object) -> comet_pb2.Commit:
    """The commit of a `commit` result."""
    signed_header = as_object(as_object(untrusted_result, "commit").get("signed_header"), "signed_header")
    try:
        return rpcjson.decode_commit(as_object(signed_header.get("commit"), "commit"))
    except (DecodingError, InvalidBlock) as error:
        raise PeerMisbehaved(reason=f"commit: {error}") from error


def decode_snapshots(untrusted_body: bytes) -> list[Snapshot]:
    """The snapshots that a node of ours offers.

    Raises:
        DecodingError: malformed.
    """
    _check_pieces(untrusted_body)
    document = as_object(decode_json(untrusted_body, max_bytes=len(untrusted_body)), "snapshots")
    return [_snapshot(as_object(item, "snapshot")) for item in as_list(document.get("snapshots"), "snapshots")]


def _snapshot(untrusted: Mapping[str, object]) -> Snapshot:
    height, format_number = untrusted.get("height"), untrusted.get("format")
    if type(height) is not int or type(format_number) is not int:
        raise DecodingError(kind="snapshot", expected="numbers")
    chunks = [_digest(chunk) for chunk in as_list(untrusted.get("chunks"), "chunks")]
    if not 0 < len(chunks) <= MAX_CHUNKS:
        raise DecodingError(kind="snapshot", expected=f"1 … {MAX_CHUNKS} chunks", got=len(chunks))
    app_hash = _digest(untrusted.get("app_hash"))
    return Snapshot(Height(check_int64("height", height, least=1)), format_number, app_hash, tuple(chunks))


def _digest(untrusted: object) -> Hash32:
    try:
        return check_hash32("digest", bytes.fromhex(as_text(untrusted, "digest")))
    except ValueError as error:
        raise DecodingError(kind="digest", expected="hex") from error


def decode_results(untrusted_body: bytes, count: int) -> list[object]:
    """The results of so many JSON-RPC calls, which were numbered from 0.

    Raises:
        PeerMisbehaved: malformed, or an error; then it is a PeerError.
        NodeUnreachable: the peer says that it has stopped.
    """
    try:
        _check_pieces(untrusted_body)
        document = decode_json(untrusted_body, max_bytes=len(untrusted_body))
    except DecodingError as error:
        raise PeerMisbehaved(reason=str(error)) from error
    by_id: dict[int, object] = {}
    for answer in document if isinstance(document, list) else [document]:
        fields = as_object(answer, "answer")
        if fields.get("error") is not None:
            raise _error(fields["error"])
        number = fields.get("id")
        if type(number) is int:
            by_id[number] = fields.get("result")
    if set(by_id) != set(range(count)):
        raise PeerMisbehaved(reason="answers do not fit what was asked")
    return [by_id[number] for number in range(count)]


def _error(untrusted: object) -> PeerError | NodeUnreachable:
    words = json.dumps(untrusted)[:200]
    if HAS_STOPPED in words:
        return NodeUnreachable(reason="it has stopped")
    return PeerError(reason=f"error {words}")


def as_object(untrusted: object, name: str) -> Mapping[str, object]:
    """A JSON object."""
    if not isinstance(untrusted, dict):
        raise PeerMisbehaved(reason=f"{name} is not an object")
    return untrusted


def as_list(untrusted: object, name: str) -> Sequence[object]:
    """A JSON list."""
    if not isinstance(untrusted, list):
        raise PeerMisbehaved(reason=f"{name} is not a list")
    return untrusted


def as_text(untrusted: object, name: str) -> str:
    """A JSON text."""
    if not isinstance(untrusted, str):
        raise PeerMisbehaved(reason=f"{name} is not text")
    return untrusted


def as_height(untrusted: object) -> int:
    """A number that CometBFT writes as text, 0 … 2^63-1."""
    text = str(untrusted)
    if not text.isascii() or not text.isdecimal() or len(text) > 19 or int(text) > INT64_MAX:
        raise PeerMisbehaved(reason="a height that cannot be", got=text[:40])
    return int(text)


def _decode_raw(untrusted_answer: RawAnswer) -> BlockRange:
    frames = _split(untrusted_answer.body, untrusted_answer.count + 1)
    if len(frames) < 2:
        raise PeerMisbehaved(reason="number of blocks", expected=f"1 … {untrusted_answer.count}", got=len(frames) - 1)
    if len(frames[-1]) > MAX_COMMIT_BYTES:
        raise PeerMisbehaved(reason="commit", expected=f"at most {MAX_COMMIT_BYTES} bytes", got=len(frames[-1]))
    check_pieces(comet_pb2.Commit, frames[-1])
    try:
        commit = decode(comet_pb2.Commit, frames[-1])
        commit.DiscardUnknownFields()
    except DecodingError as error:
        raise PeerMisbehaved(reason=f"commit: {error}") from error
    return BlockRange(untrusted_answer.first, tuple(frames[:-1]), encode(commit))


def _split(data: bytes, most: int) -> list[bytes]:
    """Frames with their length in front, at most so many."""
    frames: list[bytes] = []
    position = 0
    while position < len(data):
        if len(frames) == most:
            raise PeerMisbehaved(reason="more blocks than asked for", expected=most - 1)
        length, position = _length_of_frame(data, position)
        if position + length > len(data):
            raise PeerMisbehaved(reason="a frame that is cut off")
        frames.append(data[position : position + length])
        position += length
    return frames


def _length_of_frame(data: bytes, position: int) -> tuple[int, int]:
    """A base-128 varint in its shortest form, and where it ends."""
    length = shift = 0
    while position < len(data) and shift < MAX_LENGTH_BITS:
        byte = data[position]
        position += 1
        length |= (byte & 0x7F) << shift
        if byte < 0x80 and (byte or not shift):
            return length, position
        shift += 7
    raise PeerMisbehaved(reason="length of a frame")


def _check_pieces(untrusted_data: bytes) -> None:
    pieces = sum(map(untrusted_data.count, (b",", b"[", b"{")))
    if pieces > most_pieces(len(untrusted_data)):
        raise DecodingError(kind="JSON", reason="too many pieces", got=pieces)
