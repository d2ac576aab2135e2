"""Documents in canonical JSON (RFC 8785): one value has one encoding.

Guarantees: `decode_document` returns an object whose canonical encoding is exactly the bytes given. Every field that is
read through `Fields` has its type, length and range; `Fields` refuses missing and unknown names. Numbers are decimal text
and nothing else, as JSON numbers end at 2^53 (RFC 8785, 3.2.2.3); bytes are hex or base64 in their one spelling.
"""

import json
import re
from base64 import b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Mapping, Sequence
from typing import Final

import rfc8785

from app.core.errors import DecodingError, NotCanonical
from app.core.strictjson import decode_json
from app.core.units import INT64_MAX

MAX_DEPTH: Final = 16  # far more than any document has, so that only a hostile one is counted byte by byte
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,38}", re.ASCII)


class Fields:
    """The fields of one object of a document, read strictly.

    Every method raises DecodingError, with `what` as the document and `reason` naming the field.
    """

    def __init__(self, what: str, value: object, names: set[str], optional: frozenset[str] = frozenset()) -> None:
        """Take over an object that has all of `names`, perhaps some of `optional`, and nothing else."""
        self._what = what
        if not isinstance(value, dict):
            raise DecodingError(what=what, reason="not an object")
        odd = (names - value.keys()) | (value.keys() - names - optional)
        if odd:
            raise DecodingError(what=what, reason=f"missing or unknown: {', '.join(sorted(odd))[:80]}")
        self._values: dict[str, object] = value

    def has(self, name: str) -> bool:
        """Whether an optional field is there."""
        return name in self._values

    def text(self, name: str, most_bytes: int, *, least_bytes: int = 1) -> str:
        """Text of `least_bytes` to `most_bytes` bytes in UTF-8."""
        value = self._values[name]
        if not isinstance(value, str) or not least_bytes <= len(value.encode("utf-8", "surrogatepass")) <= most_bytes:
            raise self._bad(name, f"{least_bytes} to {most_bytes} bytes of text")
        return value

    def constant(self, name: str, expected: str) -> None:
        """Text that can only be this."""
        if self._values[name] != expected:
            raise self._bad(name, expected)

    def number(self, name: str, *, least: int = 0, most: int = INT64_MAX) -> int:
        """A number from `least` to `most`, as decimal text."""
        value = self._values[name]
        if not isinstance(value, str) or not _DECIMAL.fullmatch(value) or not least <= int(value) <= most:
            raise self._bad(name, "a number as decimal text")
        return int(value)

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self._values[name]
        if not isinstance(value, bool):
            raise self._bad(name, "true or false")
        return value

    def hex(self, name: str, length: int) -> bytes:
        """`length` bytes in lower-case hex."""
        data = _from_hex(self._values[name], length)
        if data is None:
            raise self._bad(name, f"{length} bytes in hex")
        return data

    def base64(self, name: str) -> bytes:
        """Bytes in base64."""
        return self._decode_base64(name, self._values[name])

    def base64_list(self, name: str) -> tuple[bytes, ...]:
        """A list of bytes in base64."""
        values = self._values[name]
        if not isinstance(values, list):
            raise self._bad(name, "a list")
        return tuple(self._decode_base64(name, value) for value in values)

    def hex_list(self, name: str, length: int, most: int) -> tuple[bytes, ...]:
        """A list of at most `most` items of `length` bytes, each in lower-case hex."""
        items = []
        for value in self._list(name, most):
            data = _from_hex(value, length)
            if data is None:
                raise self._bad(name, f"{length} bytes in hex each")
            items.append(data)
        return tuple(items)

    def objects(self, name: str, names: set[str], most: int) -> tuple["Fields", ...]:
        """A list of at most `most` objects, each with these names."""
        return tuple(Fields(f"{self._what}: {name}", each, names) for each in self._list(name, most))

    def nested(self, name: str, names: set[str], optional: frozenset[str] = frozenset()) -> "Fields":
        """An object inside."""
        return Fields(f"{self._what}: {name}", self._values[name], names, optional)

    def _list(self, name: str, most: int) -> list[object]:
        value = self._values[name]
        if not isinstance(value, list) or len(value) > most:
            raise self._bad(name, f"a list of at most {most}")
        return value

    def _decode_base64(self, name: str, value: object) -> bytes:
        if not isinstance(value, str) or not value.isascii():
            raise self._bad(name, "base64")
        try:
            data = a2b_base64(value, strict_mode=True)
        except (Base64Error, ValueError) as error:
            raise self._bad(name, "base64") from error
        if to_base64(data) != value:  # unused bits of the last character
            raise self._bad(name, "base64 in its one spelling")
        return data

    def _bad(self, name: str, expected: str) -> DecodingError:
        return DecodingError(what=self._what, reason=f"{name}: {expected}")


def _from_hex(untrusted_value: object, length: int) -> bytes | None:
    """`length` bytes from lower-case hex, its one spelling; None for anything else."""
    if not isinstance(untrusted_value, str):
        return None
    try:
        data = bytes.fromhex(untrusted_value)
    except ValueError:
        return None
    return data if len(data) == length and data.hex() == untrusted_value else None


def to_base64(data: bytes) -> str:
    """Base64 in its one spelling."""
    return b64encode(data).decode()


def to_base64_list(items: Sequence[bytes]) -> list[str]:
    """Each item in base64."""
    return [to_base64(item) for item in items]


def _has_no_numbers(document: object) -> bool:
    if isinstance(document, dict):
        return all(isinstance(name, str) for name in document) and all(map(_has_no_numbers, document.values()))
    if isinstance(document, list):
        return all(map(_has_no_numbers, document))
    return document is None or isinstance(document, str | bool)


def _encode_plainly(document: object) -> bytes | None:
    """The one encoding of a document without numbers, made fast; None where the standard library's need not be that.

    RFC 8785 orders names by UTF-16, which makes no difference in ASCII, and writes numbers as ECMAScript does.
    """
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode() if text.isascii() else None


def encode_document(what: str, document: Mapping[str, object]) -> bytes:
    """The canonical bytes of a document.

    Raises:
        DecodingError: it holds something that has no canonical JSON, such as half a surrogate pair.
    """
    plainly = _encode_plainly(document) if _has_no_numbers(document) else None
    if plainly is not None:
        return plainly
    try:
        return rfc8785.dumps(document)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeError) as error:
        raise DecodingError(what=what, reason="no canonical JSON") from error


def decode_document(what: str, untrusted_bytes: bytes, max_bytes: int) -> object:
    """The value of a canonical document.

    Raises:
        DecodingError: not JSON, too long or too deep.
        NotCanonical: JSON, but not in its one encoding.
    """
    document = decode_json(untrusted_bytes, max_bytes=max_bytes, max_depth=MAX_DEPTH, has_numbers=False)
    if untrusted_bytes.isascii() and _encode_plainly(document) == untrusted_bytes:
        return document
    try:
        canonical = rfc8785.dumps(document)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeError) as error:
        raise NotCanonical(what=what) from error
    if canonical != untrusted_bytes:
        raise NotCanonical(what=what)
    return document
