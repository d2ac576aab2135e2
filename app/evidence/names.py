"""Names of files inside a bundle: the original's own, made safe for every system that may unpack it.

Guarantees: `entry_name` gives a single path segment that Windows, macOS and Linux accept, that hides and reorders nothing,
and that is not the name of any other entry. It follows from the file's name alone, so a verifier can compute it again.
"""

import re
from typing import Final

from app.core.messages import clean

MANIFEST: Final = "META-INF/manifest.xml"
MIMETYPE: Final = "mimetype"
INSTRUCTIONS: Final = "VERIFY.txt"
PROOF: Final = "proof.json"
RECORD: Final = "record.bin"
TRANSACTION: Final = "transaction.bin"
ENTRY: Final = "entry.bin"
CONTEXT: Final = "context.json"
WRITTEN_BY_HAND: Final = frozenset({"key.pem", "signed.bin", "signature.bin", "node.bin", "up.bin"})
"""What the commands of the instructions write beside the unpacked files."""
RESERVED: Final = WRITTEN_BY_HAND | {MIMETYPE, INSTRUCTIONS, PROOF, RECORD, TRANSACTION, ENTRY, CONTEXT, "META-INF"}

MAX_ENTRY_NAME_BYTES: Final = 200
_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\ufffd]')
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_TAKEN: Final = frozenset(name.casefold() for name in RESERVED)
PREFIX: Final = "original-"


def entry_name(file_name: str) -> str:
    """The name under which a file of this name lies in a bundle."""
    safe = _FORBIDDEN.sub("_", clean(file_name)).strip(" ").rstrip(". ")
    safe = _shorten(safe)
    if not safe or _DEVICE.fullmatch(safe) or safe.casefold() in _TAKEN or safe.startswith("-"):
        return PREFIX + safe
    return safe


def _shorten(name: str) -> str:
    """The name within the bytes that every file system takes, its ending kept."""
    if len(name.encode()) <= MAX_ENTRY_NAME_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = (dot + ending).encode() if stem and len(ending.encode()) <= 16 else b""
    head = (stem if tail else name).encode()[: MAX_ENTRY_NAME_BYTES - len(tail)]
    return (head.decode("utf-8", "ignore") + tail.decode()).rstrip(". ")
