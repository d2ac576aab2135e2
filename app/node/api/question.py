"""What came in the address of a question to the desk's API: decoded strictly, or refused with a typed error."""

from collections.abc import Mapping

from aiohttp import web

from app.core.errors import DecodingError, NotFound, UsageError

ADDRESS_BYTES = 20
MAX_PAGE = 256
"""How many things one answer tells."""
_DEFAULT_PAGE = 100

AccountName = int | bytes
"""An account's number, or its address."""


def hex_of(request: web.Request, name: str, length: int | None) -> bytes:
    """Bytes in hex, a part of the path. Of another length than asked for, there is no such thing.

    Raises:
        DecodingError: not hex.
        NotFound: another length.
    """
    text: str = request.match_info[name]
    try:
        value = bytes.fromhex(text)
    except ValueError as error:
        raise DecodingError(kind=name, expected="hex") from error
    if length is not None and len(value) != length:
        raise NotFound(what=name, name=text[:80])
    return value


def number_of(request: web.Request, name: str, default: int | None) -> int | None:
    """A number after the question mark.

    Raises:
        UsageError: not a number.
    """
    text = request.query.get(name)
    return default if text is None else parse_number(name, text)


def parse_number(name: str, untrusted_text: str) -> int:
    """A number of up to 18 digits.

    Raises:
        UsageError: anything else.
    """
    if not untrusted_text.isascii() or not untrusted_text.isdecimal() or len(untrusted_text) > 18:
        raise UsageError(argument=name, expected="a number", got=untrusted_text[:40])
    return int(untrusted_text)


def account_of(request: web.Request) -> AccountName:
    """The account that the path names, by its number or by its address in hex.

    Raises:
        DecodingError: neither.
        NotFound: hex of another length than addresses have.
    """
    text: str = request.match_info["account"]
    if text.isascii() and text.isdecimal() and len(text) <= 18:
        return int(text)
    return hex_of(request, "account", ADDRESS_BYTES)


def limit_of(request: web.Request) -> int:
    """How many things are asked for: from 1 to `MAX_PAGE`.

    Raises:
        UsageError: not a number.
    """
    return max(1, min(number_of(request, "limit", None) or _DEFAULT_PAGE, MAX_PAGE))


def bytes_of(request: web.Request, name: str, length: int) -> bytes:
    """Bytes in hex after the question mark; none where nothing is given.

    Raises:
        UsageError: not hex, or of another length.
    """
    text = request.query.get(name, "")
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b"?"
    if value and len(value) != length:
        raise UsageError(argument=name, expected=f"{length} bytes in hex", got=text[:80])
    return value


def choice_of(request: web.Request, name: str, choices: Mapping[str, int]) -> int | None:
    """One of several names after the question mark, as the number that it stands for.

    Raises:
        UsageError: another name.
    """
    text = request.query.get(name)
    if text is not None and text not in choices:
        raise UsageError(argument=name, expected=", ".join(choices), got=text[:40])
    return None if text is None else choices[text]
