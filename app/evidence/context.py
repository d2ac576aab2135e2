"""The circumstances in which a file was notarized (在线诉讼规则, rule 18: truth before upload), kept off the chain.

A record commits to this document by digest only. It says what a court asks for beyond the bytes: the file's name, who took
it in, on which machine, system and program version, and when by that machine's own clock, which nobody vouches for. The
salt keeps others from guessing the contents from the digest. Where the file lay (its path) is left out on purpose.

Guarantees: one context has one encoding, and whatever `make_context` makes, `decode_context` accepts. Texts come from the
clerk's machine: whoever shows them cleans them (`app.core.messages.clean`).
"""

import re
from dataclasses import dataclass
from typing import Final

from app.core.document import Fields, decode_document, encode_document
from app.core.errors import DecodingError
from app.core.messages import clean
from app.core.units import INT64_MAX, check_int64, check_length

FORMAT: Final = "luopu.context.v1"
SALT_BYTES: Final = 16
MAX_NAME_BYTES: Final = 1024
MAX_TEXT_BYTES: Final = 256
MAX_MEDIA_TYPE_BYTES: Final = 127
MAX_CONTEXT_BYTES: Final = 16 * 1024
_WHAT: Final = "context"
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*", re.ASCII)  # RFC 6838, 4.2


@dataclass(frozen=True, slots=True)
class Capture:
    """Who took the file in, and with what."""

    by: str
    """Operator or key label: 经办 01."""
    machine: str
    system: str
    program: str
    """Name and version."""
    local_clock_ns: int
    """What the machine's clock said, nanoseconds since 1970 UTC. The time that counts is the block's."""


@dataclass(frozen=True, slots=True)
class Context:
    """A decoded context document."""

    salt: bytes
    file_name: str
    file_size: int
    media_type: str | None
    """A guess by the file's name; None when there is none."""
    captured: Capture


def make_context(
    salt: bytes, file_name: str, file_size: int, captured: Capture, media_type: str | None = None
) -> bytes:
    """The context document of a file, ready to be digested. `salt`: 16 random bytes.

    The file's name is kept as it is, except for bytes that are no Unicode; the other texts are cleaned and shortened, so
    that no odd host name stands in the way of notarizing.

    Raises:
        OutOfRange: the salt or a number.
        DecodingError: a name that no file can have (empty, with a slash or NUL, too long), or no media type.
    """
    check_length("salt", salt, SALT_BYTES)
    file = {"name": _unicode(file_name), "size": str(check_int64("file size", file_size))}
    if media_type is not None:
        file["media_type"] = media_type
    document = {
        "format": FORMAT,
        "salt": salt.hex(),
        "file": file,
        "captured": {
            "by": _plain(captured.by),
            "machine": _plain(captured.machine),
            "system": _plain(captured.system),
            "program": _plain(captured.program),
            "local_clock_ns": str(min(max(captured.local_clock_ns, 0), INT64_MAX)),
        },
    }
    encoded = encode_document(_WHAT, document)
    decode_context(encoded)
    return encoded


def decode_context(untrusted_bytes: bytes) -> Context:
    """Decode a context document strictly.

    Raises:
        DecodingError: not one, or not in its one encoding.
    """
    document = decode_document(_WHAT, untrusted_bytes, MAX_CONTEXT_BYTES)
    fields = Fields(_WHAT, document, {"format", "salt", "file", "captured"})
    fields.constant("format", FORMAT)
    file = fields.nested("file", {"name", "size"}, frozenset({"media_type"}))
    return Context(
        salt=fields.hex("salt", SALT_BYTES),
        file_name=_file_name(file),
        file_size=file.number("size"),
        media_type=_media_type(file) if file.has("media_type") else None,
        captured=_capture(fields.nested("captured", {"by", "machine", "system", "program", "local_clock_ns"})),
    )


def _capture(fields: Fields) -> Capture:
    return Capture(
        by=_clean_text(fields, "by"),
        machine=_clean_text(fields, "machine"),
        system=_clean_text(fields, "system"),
        program=_clean_text(fields, "program"),
        local_clock_ns=fields.number("local_clock_ns"),
    )


def _file_name(fields: Fields) -> str:
    name = fields.text("name", MAX_NAME_BYTES)
    if "/" in name or "\0" in name:
        raise DecodingError(what=_WHAT, reason="name: a file's own name")
    return name


def _media_type(fields: Fields) -> str:
    media_type = fields.text("media_type", MAX_MEDIA_TYPE_BYTES)
    if not _MEDIA_TYPE.fullmatch(media_type):
        raise DecodingError(what=_WHAT, reason="media_type: type/subtype")
    return media_type


def _clean_text(fields: Fields, name: str) -> str:
    text = fields.text(name, MAX_TEXT_BYTES, least_bytes=0)
    if clean(text) != text:
        raise DecodingError(what=_WHAT, reason=f"{name}: no hidden characters")
    return text


def _plain(text: str) -> str:
    """The text without hidden characters, cut to the bytes that it may have."""
    whole = clean(_unicode(text)).encode()
    return whole[:MAX_TEXT_BYTES].decode("utf-8", "ignore")


def _unicode(text: str) -> str:
    """The text with a visible mark for whatever is no Unicode (undecodable bytes of a file name)."""
    return "".join("\ufffd" if 0xD800 <= ord(character) <= 0xDFFF else character for character in text)
