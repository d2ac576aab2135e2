"""How many pieces an encoded message unfolds into, counted before it is decoded.

An element of a list takes seventy bytes in memory and more, and two in an encoding that was made to hurt; an honest one has
sixteen at least. One of several alternatives counts as well: each change of mind takes memory anew. Guarantees: a message
that passes takes a small multiple of its size when it is decoded. Groups, which no message of the chain has, are refused.
Whether a message can be decoded at all is left to the decoder.
"""

from collections.abc import Mapping
from functools import lru_cache

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from app.core.errors import PeerMisbehaved

LEAST_PIECES = 1_000
BYTES_PER_PIECE = 16
HARMLESS_BYTES = 64 * 1024
"""So much cannot hurt, whatever it unfolds into, and need not be counted."""
VARINT, LENGTH = 0, 2
FIXED = {1: 8, 5: 4}
"""Wire types of fixed length."""
MAX_VARINT_BITS = 70

_Shape = Mapping[int, tuple[bool, "_Shape"]]
"""Fields that are counted or hold such: whether it is counted, and what is inside."""
NOTHING: tuple[bool, _Shape] = (False, {})


def check_pieces(kind: type[Message], untrusted_bytes: bytes) -> None:
    """The message has no more pieces, at any depth, than its size can honestly hold.

    Raises:
        PeerMisbehaved: it has, or is no encoding of anything.
    """
    size = len(untrusted_bytes)
    if size > HARMLESS_BYTES:
        _count(_shape(kind.DESCRIPTOR), untrusted_bytes, (0, size), 0, most_pieces(size))


def most_pieces(size: int) -> int:
    """How many pieces so many bytes may unfold into."""
    return LEAST_PIECES + size // BYTES_PER_PIECE


@lru_cache
def _shape(descriptor: Descriptor) -> _Shape:
    """No message of the chain holds itself, so this ends."""
    shape: dict[int, tuple[bool, _Shape]] = {}
    for field in descriptor.fields:
        inside = {} if field.message_type is None else _shape(field.message_type)
        is_choice = field.message_type is not None and field.containing_oneof is not None
        if field.is_repeated or is_choice or inside:
            shape[field.number] = (field.is_repeated or is_choice, inside)
    return shape


def _count(shape: _Shape, data: bytes, span: tuple[int, int], found: int, most: int) -> int:
    """`found` and the pieces between two positions."""
    position, stop = span
    while position < stop:
        tag, position = _varint(data, position, stop)
        start, end = _field(tag & 7, data, position, stop)
        is_counted, inside = shape.get(tag >> 3, NOTHING)
        if is_counted:
            found += 1
            if found > most:
                raise PeerMisbehaved(reason="too many pieces", expected=f"at most {most}")
        if inside and tag & 7 == LENGTH:
            found = _count(inside, data, (start, end), found, most)
        position = end
    return found


def _field(wire_type: int, data: bytes, position: int, stop: int) -> tuple[int, int]:
    """Where the value behind a tag begins and ends."""
    if wire_type == LENGTH:
        length, position = _varint(data, position, stop)
        end = position + length
    elif wire_type == VARINT:
        _, end = _varint(data, position, stop)
    elif wire_type in FIXED:
        end = position + FIXED[wire_type]
    else:
        raise PeerMisbehaved(reason="a group in a message")
    if end > stop:
        raise PeerMisbehaved(reason="a field that is cut off")
    return position, end


def _varint(data: bytes, position: int, stop: int) -> tuple[int, int]:
    value = shift = 0
    while position < stop and shift < MAX_VARINT_BITS:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
    raise PeerMisbehaved(reason="a number that is cut off")
