"""How a paper is sealed: its bytes as a stream under a key of its own, that key under a key of the vault (3.4.1).

    "luopu.paper.v1" ‖ 00 · the paper's key (32), sealed as a row of the vault is (296) · header of the stream (24)
    pieces of 65,536 bytes, each with 17 bytes that authenticate it and its place; the last one is marked as such

The pieces hold the paper's bytes and zeros behind them (XChaCha20-Poly1305 in libsodium's secretstream), so a file tells
the size of a paper in steps of 64 KiB. With the key is authenticated under which name the file lies.

Guarantees: memory does not grow with a paper. What `open_paper` has written when it returns is the paper whose digest it was
given; a file that was altered, cut short, lengthened or renamed raises, and then what was written is to be thrown away.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
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

from app.core.errors import FileChanged, FileUnreadable, StoreFailed
from app.core.ports import Randomness
from app.core.record import FileDigests
from app.core.walleterrors import VaultDamaged
from app.wallet.vault_seal import KeyRing

MAGIC: Final = b"luopu.paper.v1\x00"
PIECE_BYTES: Final = 65_536
_SEALED_KEY_BYTES: Final = 296
_STREAM_BYTES: Final = crypto_secretstream_xchacha20poly1305_HEADERBYTES
HEAD_BYTES: Final = len(MAGIC) + _SEALED_KEY_BYTES + _STREAM_BYTES
SEALED_PIECE_BYTES: Final = PIECE_BYTES + crypto_secretstream_xchacha20poly1305_ABYTES
_MESSAGE: Final = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL: Final = crypto_secretstream_xchacha20poly1305_TAG_FINAL


def sealed_size(size: int) -> int:
    """Size of the file of a paper of `size` bytes."""
    return HEAD_BYTES + _pieces(size) * SEALED_PIECE_BYTES


def seal_paper(
    source: Path,
    digests: FileDigests,
    target: BinaryIO,
    *,
    keys: KeyRing,
    generation: int,
    name: str,
    random: Randomness,
) -> None:
    """Write the file at `source` sealed, to lie under `name`.

    Raises:
        FileUnreadable: it is gone, or is no file.
        FileChanged: it is no longer what its digests say.
        KeyLocked: the vault was closed.
        OSError: `target` cannot be written.
    """
    key = random.random_bytes(crypto_secretstream_xchacha20poly1305_KEYBYTES)
    target.write(MAGIC + keys.seal(generation, _names(name), key, random))
    state = crypto_secretstream_xchacha20poly1305_state()
    target.write(crypto_secretstream_xchacha20poly1305_init_push(state, key))
    sha256, left = hashlib.sha256(), digests.size
    with _opened(source) as file:
        for place in range(_pieces(digests.size) - 1, -1, -1):
            piece = _read(source, file, min(PIECE_BYTES, left))
            sha256.update(piece)
            left -= len(piece)
            tag = _MESSAGE if place else _FINAL
            padded = piece.ljust(PIECE_BYTES, b"\x00")
            target.write(crypto_secretstream_xchacha20poly1305_push(state, padded, MAGIC, tag))
        is_at_end = not _read(source, file, 1)
    if left or not is_at_end or sha256.digest() != digests.sha256:
        raise FileChanged(path=source.name, what="content")


def open_paper(
    untrusted_file: Path, digests: FileDigests, target: BinaryIO | None, *, keys: KeyRing, generation: int
) -> None:
    """Write what is sealed in a file to `target`, or (None) only see whether it is all there.

    Raises:
        VaultDamaged: it is not the paper of these digests, whole. Throw away what was written.
        StoreFailed: it cannot be read.
        KeyLocked: the vault was closed.
        OSError: `target` cannot be written.
    """
    sha256, left = hashlib.sha256(), digests.size
    with _sealed(untrusted_file) as file:
        if os.fstat(file.fileno()).st_size != sealed_size(digests.size):
            raise VaultDamaged(reason="a paper has another size")
        state = _begin(file, keys, generation, untrusted_file)
        for place in range(_pieces(digests.size) - 1, -1, -1):
            piece = _next(state, _read_sealed(untrusted_file, file, SEALED_PIECE_BYTES), _MESSAGE if place else _FINAL)
            piece = piece[:left]
            sha256.update(piece)
            left -= len(piece)
            if target is not None:
                target.write(piece)
    if sha256.digest() != digests.sha256:
        raise VaultDamaged(reason="a paper is not the one that its person names")


def _pieces(size: int) -> int:
    return max(1, -(-size // PIECE_BYTES))


def _names(name: str) -> bytes:
    return MAGIC + name.encode()


def _begin(file: BinaryIO, keys: KeyRing, generation: int, path: Path) -> crypto_secretstream_xchacha20poly1305_state:
    head = _read_sealed(path, file, HEAD_BYTES)
    if not head.startswith(MAGIC):
        raise VaultDamaged(reason="a paper is of another kind")
    key = keys.open(generation, _names(path.name), head[len(MAGIC) : -_STREAM_BYTES])
    state = crypto_secretstream_xchacha20poly1305_state()
    crypto_secretstream_xchacha20poly1305_init_pull(state, head[-_STREAM_BYTES:], key)
    return state


def _next(state: crypto_secretstream_xchacha20poly1305_state, untrusted_piece: bytes, expected: int) -> bytes:
    try:
        piece, tag = crypto_secretstream_xchacha20poly1305_pull(state, untrusted_piece, MAGIC)
    except CryptoError as error:
        raise VaultDamaged(reason="a paper was altered") from error
    if tag != expected:
        raise VaultDamaged(reason="a paper was cut")
    return bytes(piece)


@contextmanager
def _sealed(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise StoreFailed(path=str(path), reason=error.strerror) from error
    with file:
        yield file


def _read_sealed(path: Path, file: BinaryIO, count: int) -> bytes:
    try:
        return file.read(count)
    except OSError as error:
        raise StoreFailed(path=str(path), reason=error.strerror) from error


# ---- the file that is taken in ---------------------------------------------------------------------------------------
@contextmanager
def _opened(source: Path) -> Iterator[BinaryIO]:
    """A regular file; nothing else is touched, and no pipe's other end is waited for."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(source, flags)
    except (OSError, ValueError) as error:
        raise FileUnreadable(file=source.name, reason=getattr(error, "strerror", None) or "name") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileUnreadable(file=source.name, reason="special file")
    with os.fdopen(descriptor, "rb") as file:
        yield file


def _read(source: Path, file: BinaryIO, count: int) -> bytes:
    try:
        return file.read(count)
    except OSError as error:
        raise FileUnreadable(file=source.name, reason=error.strerror) from error
