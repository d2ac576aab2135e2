"""A file of any size under a random key of its own, that key under a key of the vault (white paper 3.4.1).

    what the file begins with · its key (32), sealed as a row of the vault is (296) · header of libsodium's secretstream (24)
    pieces of 65,536 bytes, each with 17 bytes that authenticate it and its place; the last one is marked as such

The pieces hold the content and zeros behind it (XChaCha20-Poly1305), so a file tells its size in steps of 64 KiB. With the
key is authenticated what the caller names: a file opens only in its place.

Guarantees: memory does not grow with a file. A file that was altered, cut short, lengthened or put in another's place raises
at the latest behind the last piece; what was read before is then to be thrown away. Leaves to others: how large the content
is, and putting the file on the disk.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_ABYTES,
    crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_init_push,
    crypto_secretstream_xchacha20poly1305_KEYBYTES,
    crypto_secretstream_xchacha20poly1305_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
    crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
)
from nacl.exceptions import CryptoError

from app.core.errors import StoreFailed
from app.core.ports import Randomness
from app.core.walleterrors import VaultDamaged
from app.wallet.vault_seal import KeyRing

PIECE_BYTES: Final = 65_536
SEALED_PIECE_BYTES: Final = PIECE_BYTES + crypto_secretstream_xchacha20poly1305_ABYTES
_SEALED_KEY_BYTES: Final = 296
_STREAM_BYTES: Final = crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MESSAGE: Final = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL: Final = crypto_secretstream_xchacha20poly1305_TAG_FINAL

Content = bytes | bytearray | memoryview
"""Bytes; a view has to be contiguous."""


@dataclass(frozen=True, slots=True)
class Seal:
    """How a file is sealed."""

    beginning: bytes
    """What it begins with, authenticated with every piece."""
    names: bytes
    """What is authenticated with its key."""
    keys: KeyRing
    generation: int
    """Of the vault's key."""
    what: str
    """What an error calls it."""

    def damaged(self, how: str) -> VaultDamaged:
        """What to raise about a file that is not as it was written."""
        return VaultDamaged(reason=f"{self.what} {how}")


def head_bytes(beginning: bytes) -> int:
    """Size of what stands in front of the pieces. Without it nobody opens the file."""
    return len(beginning) + _SEALED_KEY_BYTES + _STREAM_BYTES


def sealed_size(beginning: bytes, size: int) -> int:
    """Size of the file of a content of `size` bytes."""
    return head_bytes(beginning) + _pieces(size) * SEALED_PIECE_BYTES


def _pieces(size: int) -> int:
    return max(1, -(-size // PIECE_BYTES))


# ---- writing ---------------------------------------------------------------------------------------------------------
def seal_content(content: Iterable[Content], target: BinaryIO, seal: Seal, randomness: Randomness) -> None:
    """Write the content, which may come in parts of any size, sealed to `target`.

    Raises:
        KeyLocked: the vault was closed.
        OSError: `target` cannot be written.
        Exception: whatever `content` raises; the file is then not whole and never opens.
    """
    key = randomness.random_bytes(crypto_secretstream_xchacha20poly1305_KEYBYTES)
    target.write(seal.beginning + seal.keys.seal(seal.generation, seal.names, key, randomness))
    state = crypto_secretstream_xchacha20poly1305_state()
    target.write(crypto_secretstream_xchacha20poly1305_init_push(state, key))
    before: bytes | None = None
    for piece in _cut(content):
        if before is not None:
            target.write(crypto_secretstream_xchacha20poly1305_push(state, before, seal.beginning, _MESSAGE))
        before = piece
    last = (before or b"").ljust(PIECE_BYTES, b"\x00")
    target.write(crypto_secretstream_xchacha20poly1305_push(state, last, seal.beginning, _FINAL))


def _cut(content: Iterable[Content]) -> Iterator[bytes]:
    """The same bytes in parts of one piece each, the last one shorter."""
    waiting = bytearray()
    for part in content:
        view = memoryview(part).cast("B")
        while len(view):
            taken = view[: PIECE_BYTES - len(waiting)]
            waiting += taken
            view = view[len(taken) :]
            if len(waiting) == PIECE_BYTES:
                yield bytes(waiting)
                waiting.clear()
    if waiting:
        yield bytes(waiting)


# ---- reading ---------------------------------------------------------------------------------------------------------
def check_size(untrusted_file: Path, seal: Seal, size: int) -> None:
    """A file can hold a content of `size` bytes. Errors as of `open_content`, which looks, too."""
    try:
        found = untrusted_file.stat().st_size
    except OSError as error:
        raise StoreFailed(path=str(untrusted_file), reason=error.strerror) from error
    if found != sealed_size(seal.beginning, size):
        raise seal.damaged("has another size")


def open_content(untrusted_file: Path, seal: Seal, size: int) -> Iterator[bytes]:
    """The content of a file, `size` bytes, in parts of at most one piece. Only when it has ended was it all and whole.

    Raises:
        VaultDamaged: it is not what was sealed, whole.
        StoreFailed: it cannot be read.
        KeyLocked: the vault was closed.
    """
    check_size(untrusted_file, seal, size)
    with _opened(untrusted_file) as file:
        state = _begin(untrusted_file, file, seal)
        left = size
        for place in range(_pieces(size) - 1, -1, -1):
            sealed = _read(untrusted_file, file, SEALED_PIECE_BYTES)
            piece = _open_piece(state, sealed, seal, _MESSAGE if place else _FINAL)[:left]
            left -= len(piece)
            yield piece


def _begin(path: Path, file: BinaryIO, seal: Seal) -> crypto_secretstream_xchacha20poly1305_state:
    head = _read(path, file, head_bytes(seal.beginning))
    if not head.startswith(seal.beginning):
        raise seal.damaged("is of another kind")
    key = seal.keys.open(seal.generation, seal.names, head[len(seal.beginning) : -_STREAM_BYTES])
    state = crypto_secretstream_xchacha20poly1305_state()
    crypto_secretstream_xchacha20poly1305_init_pull(state, head[-_STREAM_BYTES:], key)
    return state


def _open_piece(
    state: crypto_secretstream_xchacha20poly1305_state, untrusted_piece: bytes, seal: Seal, expected: int
) -> bytes:
    try:
        piece, tag = crypto_secretstream_xchacha20poly1305_pull(state, untrusted_piece, seal.beginning)
    except CryptoError as error:
        raise seal.damaged("was altered") from error
    if tag != expected:
        raise seal.damaged("was cut")
    return bytes(piece)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise StoreFailed(path=str(path), reason=error.strerror) from error
    with file:
        yield file


def _read(path: Path, file: BinaryIO, count: int) -> bytes:
    try:
        return file.read(count)
    except OSError as error:
        raise StoreFailed(path=str(path), reason=error.strerror) from error
