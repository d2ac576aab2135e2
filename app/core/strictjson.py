"""JSON from outside, decoded strictly: bounded size and depth, no duplicate names, no floats, no NaN, no endless numbers."""

import json
from collections.abc import Sequence
from typing import Final

from app.core.errors import DecodingError

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_DEPTH: Final = 32
_MAX_DIGITS: Final = 20


def decode_json(untrusted_bytes: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> object:
    """The value of a JSON document: dict, list, str, int, bool or None.

    Raises:
        DecodingError: with the reason.
    """
    if len(untrusted_bytes) > max_bytes:
        raise DecodingError(kind="JSON", expected=f"at most {max_bytes} bytes", got=len(untrusted_bytes))
    _check_depth(untrusted_bytes, max_depth)
    try:
        return json.loads(
            untrusted_bytes.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except (ValueError, RecursionError) as error:
        raise DecodingError(kind="JSON", reason=str(error)[:200]) from error


def _check_depth(data: bytes, max_depth: int) -> None:
    """Refuse deep nesting before the parser meets it. Brackets inside strings can only make this stricter if unbalanced,
    so strings are cut out first when the cheap count says there may be a problem.
    """
    if data.count(b"[") + data.count(b"{") <= max_depth:
        return
    depth, in_string, escaped = 0, False, False
    for byte in data:
        if in_string:
            escaped, in_string = (not escaped and byte == 0x5C), (escaped or byte != 0x22)
        elif byte == 0x22:
            in_string = True
        elif byte in b"[{":
            depth += 1
            if depth > max_depth:
                raise DecodingError(kind="JSON", expected=f"nesting of at most {max_depth}")
        elif byte in b"]}":
            depth -= 1


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise DecodingError(kind="JSON", reason="a name stands twice in one object")
    return result


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise DecodingError(kind="JSON", reason="a number is too long")
    return int(digits)


def _refuse_number(text: str) -> object:
    raise DecodingError(kind="JSON", reason=f"only integers are allowed, not {text[:40]}")
