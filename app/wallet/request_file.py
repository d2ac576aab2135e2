"""A request to countersign: what the maker signed and a checker at another desk shall see and sign too (经办/复核).

The file is "luopu.countersign.v1", a zero byte, and the transaction's bytes with the signatures so far. Guarantees: what
is read decodes strictly, can be shown in full, and every signature in it verifies; a file is whole or not there at all, and
never takes the place of another. So the checker sees what the maker saw, or nothing.

Leaves to others: whether the maker's key belongs to the account (the node says), and how the file travels. It holds no
secret, but what it says is not public until it is on the chain.
"""

from pathlib import Path
from typing import Final

from app.core.errors import DecodingError, FileUnreadable, FileUnwritable, StoreFailed
from app.wallet.disk import create_file, write_bytes
from app.wallet.signatures import Signed, decode_signed

MAGIC: Final = b"luopu.countersign.v1\x00"
MAX_REQUEST_BYTES: Final = len(MAGIC) + 1_000_000
"""No transaction has more: the law's parameter cannot be set higher (docs/registry.md, settings)."""


def encode_request(signed: Signed) -> bytes:
    """The file's content."""
    return MAGIC + signed.raw


def decode_request(untrusted_bytes: bytes) -> Signed:
    """What a file's content says.

    Raises:
        DecodingError: not such a file.
        Malformed, NotWhatWasShown: as of `decode_signed`.
    """
    if not untrusted_bytes.startswith(MAGIC) or len(untrusted_bytes) > MAX_REQUEST_BYTES:
        raise DecodingError(kind="request to countersign")
    return decode_signed(untrusted_bytes[len(MAGIC) :])


def save_request(path: Path, signed: Signed) -> None:
    """Write a request where nothing is yet.

    Raises:
        FileUnwritable: something has that name, or the disk refused.
    """
    taken = FileUnwritable(file=path.name, reason="something has that name")
    try:
        create_file(path, write_bytes(encode_request(signed)), taken)
    except StoreFailed as error:
        raise FileUnwritable(file=path.name, reason=str(error.facts["reason"])) from error


def load_request(path: Path) -> Signed:
    """Read a request.

    Raises:
        FileUnreadable: it cannot be read.
        DecodingError, Malformed, NotWhatWasShown: as of `decode_request`.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_REQUEST_BYTES + 1)
    except OSError as error:
        raise FileUnreadable(file=path.name, reason=error.strerror or str(error)) from error
    return decode_request(content)
