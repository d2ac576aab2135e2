"""What came in the address of a question to the desk's API: decoded strictly, or refused with a typed error."""

from aiohttp import web

from app.core.errors import DecodingError, NotFound, UsageError


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
