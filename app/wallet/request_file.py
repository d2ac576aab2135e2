"""Requests to sign, which travel as files or pictures: what a maker signed and a checker at another desk shall see and sign
too (经办/复核), and what nobody has signed yet, for a key on another computer, which may have no network.

A request is "luopu.countersign.v1", a zero byte, and the transaction's bytes with the signatures so far; or, of what nobody
has signed, "luopu.draft.v1", a zero byte, and the body's bytes. Guarantees: what is read decodes strictly, can be shown in
full, and every signature in it verifies; a file is whole or not there at all, and never takes the place of another. So
whoever is asked sees what the maker saw, or nothing.

Leaves to others: whether a key belongs to the account (the node says), and how the request travels. It holds no secret, but
what it says is not public until it is on the chain.
"""

from pathlib import Path
from typing import Final

from app.core.errors import DecodingError, FileUnreadable, FileUnwritable, StoreFailed
from app.wallet.approval import Draft
from app.wallet.disk import create_file, write_bytes
from app.wallet.signatures import Signed, decode_signed

MAGIC: Final = b"luopu.countersign.v1\x00"
UNSIGNED: Final = b"luopu.draft.v1\x00"
MAX_REQUEST_BYTES: Final = len(MAGIC) + 1_000_000
"""No transaction has more: the law's parameter cannot be set higher (docs/registry.md, settings)."""
PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""How a PNG begins, and a JPEG: such a file may be a picture of a request's code (`app.ui.pictures`)."""

Request = Draft | Signed
"""What somebody is asked to sign: signed by nobody, or by the maker and perhaps others."""


def encode_request(request: Request) -> bytes:
    """What travels."""
    return MAGIC + request.raw if isinstance(request, Signed) else UNSIGNED + request.body_bytes


def decode_request(untrusted_bytes: bytes) -> Request:
    """What came says.

    Raises:
        DecodingError: not a request.
        Malformed, NotWhatWasShown: as of `decode_signed`.
    """
    if len(untrusted_bytes) <= MAX_REQUEST_BYTES:
        if untrusted_bytes.startswith(MAGIC):
            return decode_signed(untrusted_bytes[len(MAGIC) :])
        if untrusted_bytes.startswith(UNSIGNED):
            return Draft(untrusted_bytes[len(UNSIGNED) :])
    raise DecodingError(what="request to sign")


def save_request(path: Path, request: Request) -> None:
    """Write a request where nothing is yet.

    Raises:
        FileUnwritable: something has that name, or the disk refused.
    """
    save_new(path, encode_request(request))


def save_new(path: Path, content: bytes) -> None:
    """Write a file where nothing is yet.

    Raises:
        FileUnwritable: something has that name, or the disk refused.
    """
    taken = FileUnwritable(file=path.name, reason="something has that name")
    try:
        create_file(path, write_bytes(content), taken)
    except StoreFailed as error:
        raise FileUnwritable(file=path.name, reason=str(error.facts["reason"])) from error


def load_request(path: Path) -> Request:
    """Read a request.

    Raises:
        FileUnreadable: it cannot be read.
        DecodingError, Malformed, NotWhatWasShown: as of `decode_request`.
    """
    return decode_request(read_request_bytes(path))


def is_picture(untrusted_bytes: bytes) -> bool:
    """Whether a file that begins so is a picture."""
    return untrusted_bytes.startswith(PICTURES)


def read_request_bytes(path: Path) -> bytes:
    """What stands in a file, as far as a request could be long, and a byte more.

    Raises:
        FileUnreadable: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_REQUEST_BYTES + 1)
    except OSError as error:
        raise FileUnreadable(file=path.name, reason=error.strerror or str(error)) from error
