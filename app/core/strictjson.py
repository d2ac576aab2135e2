"""JSON from outside, decoded strictly: bounded size and depth, no duplicate names, no floats, no NaN, no endless numbers.

Every text in the value can be encoded as UTF-8 again, which JSON's own escapes do not promise.
"""

import json
import re
from collections.abc import Sequence
from typing import Final

from app.core.errors import DecodingError

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_DEPTH: Final = 32
_MAX_DIGITS: Final = 20
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
"""Without its end, a string reaches to the end of the document: otherwise each quote in it would be tried as a beginning,
which takes the square of its length.
"""
_OPENING: Final = b"[{"
_NOT_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in b"[]{}")


def decode_json(
    untrusted_bytes: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH, has_numbers: bool = True
) -> object:
    """The value of a JSON document: dict, list, str, bool, None and, where it `has_numbers`, int.

    Raises:
        DecodingError: with the reason.
    """
    if len(untrusted_bytes) > max_bytes:
        raise DecodingError(kind="JSON", expected=f"at most {max_bytes} bytes", got=len(untrusted_bytes))
    _check_depth(untrusted_bytes, max_depth)
    try:
        value: object = json.loads(
            untrusted_bytes.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer if has_numbers else _refuse_integer,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
        _check_surrogates(untrusted_bytes, value)
    except (ValueError, RecursionError) as error:
        raise DecodingError(kind="JSON", reason=str(error)[:200]) from error
    return value


def _check_depth(data: bytes, max_depth: int) -> None:
    """Refuse deep nesting before the parser, which recurses, meets it."""
    if data.count(b"[") + data.count(b"{") <= max_depth:
        return
    depth = 0
    for bracket in _STRING.sub(b"", data).translate(None, _NOT_BRACKETS):
        depth += 1 if bracket in _OPENING else -1
        if depth > max_depth:
            raise DecodingError(kind="JSON", expected=f"nesting of at most {max_depth}")


def _check_surrogates(data: bytes, value: object) -> None:
    """Refuse half of a surrogate pair: a text with one fails wherever it is encoded later. Only an escape can make one."""
    if b"\\ud" in data or b"\\uD" in data:
        json.dumps(value, ensure_ascii=False).encode("utf-8")


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise DecodingError(kind="JSON", reason="a name stands twice in one object")
    return result


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise DecodingError(kind="JSON", reason="a number is too long")
    return int(digits)


def _refuse_integer(text: str) -> object:
    raise DecodingError(kind="JSON", reason=f"numbers are written as text, not {text[:40]}")


def _refuse_number(text: str) -> object:
    raise DecodingError(kind="JSON", reason=f"only integers are allowed, not {text[:40]}")
