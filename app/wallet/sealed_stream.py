"""A stream of bytes under a passphrase, in a file of any size: written once, read from its beginning to its end.

    magic "luopu.backup" 00 · version 01
    Argon2id: operations (4) · memory in bytes (8) · salt (16) · header of libsodium's secretstream (24)
    HMAC-SHA256 of everything above, under a key that follows from the passphrase · SHA-256 of everything above
    chunks of 1 MiB, the last of them shorter: each sealed by secretstream (XChaCha20-Poly1305), 17 bytes longer than its
    content; everything above is authenticated with the first, and the last carries the mark that it is the last

Guarantees: who has only the file learns its size, and pays the Argon2id cost for each guess at the passphrase. A wrong
passphrase is told from damage. A reader hands out only what was sealed, in its place; that it was all shows at `finish`,
which refuses a stream without its last chunk or with anything behind it. A hostile file can neither exhaust memory nor raise
anything but the errors named here.

Leaves to others: what was read before `finish` has returned may not be used.
"""

import hmac
import struct
from typing import BinaryIO, Final

from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_ABYTES,
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_init_push,
    crypto_secretstream_xchacha20poly1305_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
    crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
)
from nacl.exceptions import RuntimeError as SodiumFailure

from app.core.errors import FileUnreadable, StoreTooNew
from app.core.hashing import sha256
from app.core.ports import Randomness
from app.core.walleterrors import BackupDamaged, WrongBackupPassphrase
from app.wallet.keystore import Cost, derive_key

MAGIC: Final = b"luopu.backup\x00"
VERSION: Final = 1
CHUNK_BYTES: Final = 1 << 20
_HEAD: Final = struct.Struct(">13sBIQ16s24s")
_CHECK_BYTES, _CHECKSUM_BYTES, _SALT_BYTES = 32, 32, 16
HEADER_BYTES: Final = _HEAD.size + _CHECK_BYTES + _CHECKSUM_BYTES
_SEALED_BYTES: Final = CHUNK_BYTES + crypto_secretstream_xchacha20poly1305_ABYTES
_STREAM_PURPOSE: Final = b"luopu.backup.stream.v1\x00"
_CHECK_PURPOSE: Final = b"luopu.backup.check.v1\x00"
_MORE: Final = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_LAST: Final = crypto_secretstream_xchacha20poly1305_TAG_FINAL


class SealedWriter:
    """Seals what is written. `finish` is part of it: without it nobody reads the stream."""

    def __init__(self, file: BinaryIO, passphrase: str, cost: Cost, randomness: Randomness) -> None:
        """Write the header. Takes the Argon2id cost; passphrase and cost were checked by the caller.

        Raises:
            DerivationFailed: too little memory.
        """
        salt = randomness.random_bytes(_SALT_BYTES)
        key = derive_key(passphrase, salt, cost)
        self._state = crypto_secretstream_xchacha20poly1305_state()
        started = crypto_secretstream_xchacha20poly1305_init_push(self._state, _subkey(key, _STREAM_PURPOSE))
        head = _HEAD.pack(MAGIC, VERSION, cost.operations, cost.memory, salt, started)
        head += _subkey(key, _CHECK_PURPOSE + head)
        self._file, self._beside = file, head + sha256(head)
        self._waiting = bytearray()
        file.write(self._beside)

    def write(self, data: bytes) -> int:
        """Take more of the content."""
        self._waiting += data
        while len(self._waiting) > CHUNK_BYTES:
            self._push(bytes(self._waiting[:CHUNK_BYTES]), _MORE)
            del self._waiting[:CHUNK_BYTES]
        return len(data)

    def finish(self) -> None:
        """Write the last chunk."""
        self._push(bytes(self._waiting), _LAST)
        self._waiting.clear()

    def _push(self, content: bytes, tag: int) -> None:
        self._file.write(crypto_secretstream_xchacha20poly1305_push(self._state, content, self._beside, tag))
        self._beside = b""


class SealedReader:
    """Opens a stream piece by piece."""

    def __init__(self, untrusted_file: BinaryIO, passphrase: str) -> None:
        """Read the header. Takes the Argon2id cost in time and memory; lets other threads run.

        Raises:
            WrongBackupPassphrase: the passphrase does not open it, or somebody altered the header with care.
            BackupDamaged: not such a stream, cut short, or altered.
            StoreTooNew: written by a newer program.
            FileUnreadable: the disk refused.
            DerivationFailed: too little memory.
        """
        self._file = untrusted_file
        self._beside = self._take(HEADER_BYTES)
        cost, salt, started = _parts_of(self._beside)
        key = derive_key(passphrase, salt, cost)
        check = _subkey(key, _CHECK_PURPOSE + self._beside[: _HEAD.size])
        if not hmac.compare_digest(check, self._beside[_HEAD.size : -_CHECKSUM_BYTES]):
            raise WrongBackupPassphrase
        self._state = crypto_secretstream_xchacha20poly1305_state()
        crypto_secretstream_xchacha20poly1305_init_pull(self._state, started, _subkey(key, _STREAM_PURPOSE))
        self._opened = memoryview(b"")
        self._is_ended = False

    def read(self, size: int) -> bytes:
        """At most `size` bytes of the content; none at its end.

        Raises:
            BackupDamaged: cut short, or altered.
            FileUnreadable: the disk refused.
        """
        while not self._opened and not self._is_ended:
            self._pull()
        taken = bytes(self._opened[:size])
        self._opened = self._opened[size:]
        return taken

    def finish(self) -> None:
        """Read what is left, which must be zeros, and see that it was all.

        Raises:
            BackupDamaged, FileUnreadable: as of `read`.
        """
        while rest := self.read(CHUNK_BYTES):
            if any(rest):
                raise BackupDamaged(reason="bytes after the end")

    def _pull(self) -> None:
        sealed = self._take(_SEALED_BYTES)
        try:
            content, tag = crypto_secretstream_xchacha20poly1305_pull(self._state, sealed, self._beside)
        except (SodiumFailure, ValueError) as error:
            raise BackupDamaged(reason="cut short or altered") from error
        if tag not in (_MORE, _LAST):
            raise BackupDamaged(reason="cut short or altered")
        self._beside, self._opened, self._is_ended = b"", memoryview(content), tag == _LAST
        if self._is_ended and self._take(1):
            raise BackupDamaged(reason="bytes after the end")

    def _take(self, count: int) -> bytes:
        try:
            return self._file.read(count)
        except OSError as error:
            raise FileUnreadable(reason=error.strerror or str(error)) from error


def _parts_of(untrusted_header: bytes) -> tuple[Cost, bytes, bytes]:
    if not untrusted_header.startswith(MAGIC):
        raise BackupDamaged(reason="not a backup")
    if len(untrusted_header) < HEADER_BYTES:
        raise BackupDamaged(reason="cut short or altered")
    _, version, operations, memory, salt, started = _HEAD.unpack(untrusted_header[: _HEAD.size])
    if version > VERSION:
        raise StoreTooNew(expected=VERSION, got=version)
    cost = Cost(operations, memory)
    content, checksum = untrusted_header[:-_CHECKSUM_BYTES], untrusted_header[-_CHECKSUM_BYTES:]
    if sha256(content) != checksum or version != VERSION or not cost.is_allowed:
        raise BackupDamaged(reason="cut short or altered")
    return cost, salt, started


def _subkey(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, purpose, "sha256")
