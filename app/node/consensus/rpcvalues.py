"""The values inside CometBFT's RPC JSON: numbers as text, hex, base64, times. One reader and one writer for each.

Guarantees: a reader takes exactly what CometBFT's `libs/json` writes for its type; anything else is a `DecodingError`,
or a TypeError, ValueError or KeyError that `strict` turns into one.
"""

from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from app.core.errors import DecodingError
from app.node.consensus.time import FIRST_SECOND, decode_seconds, encode_seconds

Node = Mapping[str, Any]
"""A JSON object whose values' types are not known yet."""

T = TypeVar("T")

MAX_DIGITS = 20  # of a 64-bit number, sign included


def strict(decode: Callable[[Any], T]) -> Callable[[object], T]:
    """Turn every complaint about a missing key, a type or a range into a DecodingError that names what was decoded."""
    kind = decode.__name__.removeprefix("decode_")

    @wraps(decode)
    def decode_strictly(untrusted: object) -> T:
        try:
            return decode(untrusted)
        except KeyError as error:
            raise DecodingError(kind=kind, missing=str(error.args[0])) from error
        except (TypeError, ValueError, AttributeError) as error:
            raise DecodingError(kind=kind, reason="type or range") from error

    return decode_strictly


def read_int(node: Node, key: str) -> int:
    """A 64-bit number, written as text."""
    text = node[key]
    if type(text) is not str or len(text) > MAX_DIGITS:
        raise DecodingError(field=key, expected="a number as text")
    value = int(text)
    if str(value) != text:  # int() takes blanks, plus signs, underscores and other scripts' digits
        raise DecodingError(field=key, expected="a number as text")
    return value


def read_number(node: Node, key: str) -> int:
    """A number of 32 bits or less, written as a number."""
    value = node[key]
    if type(value) is not int:
        raise DecodingError(field=key, expected="a number")
    return value


def read_text(node: Node, key: str) -> str:
    """Text."""
    value = node[key]
    if type(value) is not str:
        raise DecodingError(field=key, expected="text")
    return value


def read_hex(node: Node, key: str) -> bytes:
    """Bytes in hex; null is empty."""
    text = node[key]
    if text is None:
        return b""
    value = bytes.fromhex(text)
    if len(value) * 2 != len(text):  # fromhex skips blanks
        raise DecodingError(field=key, expected="hex")
    return value


def read_bytes(text: Any) -> bytes:
    """Bytes in base64; null is empty."""
    if text is None:
        return b""
    if type(text) is not str:
        raise DecodingError(expected="base64")
    return a2b_base64(text, strict_mode=True)


def read_time(node: Node, key: str) -> Timestamp:
    """A moment in RFC 3339; null is Go's zero time."""
    text = node[key]
    seconds, nanoseconds = (FIRST_SECOND, 0) if text is None else decode_seconds(text)
    return Timestamp(seconds=seconds, nanos=nanoseconds)


def read_list(node: Node, key: str) -> list[Any]:
    """A list; null is empty."""
    value = node[key]
    if value is None:
        return []
    if type(value) is not list:
        raise DecodingError(field=key, expected="a list")
    return value


def write_hex(value: bytes) -> str:
    """Bytes in upper-case hex."""
    return value.hex().upper()


def write_base64(value: bytes) -> str:
    """Bytes in base64, as in a list, where empty ones are text too."""
    return b2a_base64(value, newline=False).decode()


def write_bytes(value: bytes) -> str | None:
    """Bytes in base64; null when empty, as Go writes a field that nobody set."""
    return write_base64(value) if value else None


def write_time(timestamp: Timestamp, is_set: bool) -> str:
    """A moment in RFC 3339; Go's zero time when there is none."""
    return encode_seconds(timestamp.seconds, timestamp.nanos) if is_set else encode_seconds(FIRST_SECOND, 0)
