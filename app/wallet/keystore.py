"""The keystore file: one private key under a passphrase (white paper 3.4.1 密钥管理).

    magic "luopu.keystore" 00 · version 01
    Argon2id: operations (4) · memory in bytes (8) · salt (16)
    XChaCha20-Poly1305: nonce (24)
    number of keys 01 · for each: length (2), public key as on the wire · length (2), label in UTF-8
    the secrets (32 bytes each), sealed; everything above is authenticated with them
    SHA-256 of everything above

Guarantees: who has only the file learns the public key and the label, and pays the Argon2id cost for each guess at the
passphrase. Damage is told from a wrong passphrase by the checksum; a forged file opens for nobody. A hostile file can
neither exhaust memory (cost and size are capped) nor raise anything but the errors named here. A keystore is never
overwritten, but by the same key under another passphrase or a higher cost; until then the old one stands there whole.

Leaves to others: until it is unlocked, the label and the public key are only what the file says. The version byte
stands for the choice of algorithms; files with several keys will bring a reader that takes more than one.
"""

import os
import struct
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_ABYTES,
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
)
from nacl.exceptions import CryptoError
from nacl.exceptions import RuntimeError as SodiumFailure
from nacl.pwhash import argon2id

from app.core.errors import BadKey, FileUnreadable, OutOfRange
from app.core.hashing import sha256
from app.core.keys import Algorithm, PublicKey
from app.core.ports import Randomness
from app.core.walleterrors import (
    DerivationFailed,
    KeystoreDamaged,
    KeystoreExists,
    NoKeystore,
    WeakPassphrase,
    WrongPassphrase,
)
from app.wallet.disk import create_file, replace_file, write_bytes
from app.wallet.softkey import SECRET_BYTES, UnlockedKey, derive_public_key, generate_secret, wipe

MAGIC = b"luopu.keystore\x00"
VERSION = 1
MIN_PASSPHRASE = 8
MAX_LABEL_BYTES = 256
MAX_FILE_BYTES = 64 * 1024
_FIXED = struct.Struct(">15sBIQ16s24sB")
_SALT_BYTES, _NONCE_BYTES, _CHECKSUM_BYTES = 16, 24, 32
_SEALED_BYTES = SECRET_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at the passphrase costs: Argon2id passes, and bytes of memory."""

    operations: int
    memory: int

    @property
    def is_allowed(self) -> bool:
        """Whether it lies between what Argon2id can do and the most that this program writes (1 GiB)."""
        return (
            argon2id.OPSLIMIT_MIN <= self.operations <= argon2id.OPSLIMIT_SENSITIVE
            and argon2id.MEMLIMIT_MIN <= self.memory <= argon2id.MEMLIMIT_SENSITIVE
        )

    def or_higher(self, other: "Cost") -> "Cost":
        """At least this, and at least the other."""
        return Cost(max(self.operations, other.operations), max(self.memory, other.memory))


MODERATE = Cost(argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE)
"""256 MiB, about half a second: the floor for a person's passphrase."""

SENSITIVE = Cost(argon2id.OPSLIMIT_SENSITIVE, argon2id.MEMLIMIT_SENSITIVE)
"""1 GiB, a few seconds."""


@dataclass(frozen=True, slots=True)
class LockedKeystore:
    """A keystore as read from disk. Only `unlock` shows whether what it says of itself is true."""

    public_key: PublicKey
    label: str
    cost: Cost
    _header: bytes = field(repr=False)
    _salt: bytes = field(repr=False)
    _nonce: bytes = field(repr=False)
    _sealed: bytes = field(repr=False)

    def unlock(self, passphrase: str) -> UnlockedKey:
        """The key, ready to sign. Takes the Argon2id cost in time and memory; lets other threads run.

        Raises:
            WrongPassphrase: the passphrase does not open the file, or somebody altered the file with care.
            KeystoreDamaged: what was sealed is not the secret of the public key.
            DerivationFailed: too little memory.
        """
        return UnlockedKey(self.public_key, self._open(passphrase))

    def sealed_again(self, passphrase: str, new_passphrase: str, cost: Cost, randomness: Randomness) -> bytes:
        """The file's content with the same key under another passphrase, another cost, or both. Takes both costs.

        Raises:
            WeakPassphrase: the new one has fewer than 8 characters.
            OutOfRange: a cost out of bounds.
            WrongPassphrase, KeystoreDamaged, DerivationFailed: as of `unlock`.
        """
        check_passphrase(new_passphrase)
        check_cost(cost)
        secret = self._open(passphrase)
        try:
            return _seal(secret, new_passphrase, self.public_key.algorithm, self.label, randomness, cost)
        finally:
            wipe(secret)

    def _open(self, passphrase: str) -> bytearray:
        key = derive_key(passphrase, self._salt, self.cost)
        try:
            opened = crypto_aead_xchacha20poly1305_ietf_decrypt(self._sealed, self._header, self._nonce, key)
        except CryptoError as error:
            raise WrongPassphrase from error
        secret = bytearray(opened)
        if not _is_secret_of(self.public_key, secret):
            wipe(secret)
            raise KeystoreDamaged(reason="the secret is not that of the public key")
        return secret


def create_keystore(
    path: Path, passphrase: str, *, algorithm: Algorithm, label: str, randomness: Randomness, cost: Cost = MODERATE
) -> None:
    """Make a new key and write it to `path` (mode 0600), on the disk when this returns.

    Raises:
        WeakPassphrase: fewer than 8 characters.
        OutOfRange: a label too long or with characters that cannot be seen, or a cost out of bounds.
        KeystoreExists: there is a file of that name.
        StoreFailed: the disk refused.
        DerivationFailed: too little memory.
    """
    check_passphrase(passphrase)
    if not _is_label(label):
        raise OutOfRange(field="label", expected=f"printable, at most {MAX_LABEL_BYTES} bytes")
    check_cost(cost)
    if os.path.lexists(path):  # told before the clerk waits; `create_file` decides
        raise KeystoreExists(path=str(path))
    secret = generate_secret(algorithm, randomness)
    try:
        content = _seal(secret, passphrase, algorithm, label, randomness, cost)
    finally:
        wipe(secret)
    create_file(path, write_bytes(content), KeystoreExists(path=str(path)))


def change_passphrase(path: Path, old: str, new: str, *, randomness: Randomness, cost: Cost = MODERATE) -> None:
    """Put the key at `path` under another passphrase, at no lower cost than before; on the disk when this returns.

    Copies of the file that lie elsewhere still open with the old one.

    Raises:
        WeakPassphrase, WrongPassphrase, DerivationFailed: as of `LockedKeystore.sealed_again`.
        NoKeystore, FileUnreadable, KeystoreDamaged: as of `load_keystore`.
        StoreFailed: the disk refused; the old passphrase still opens it.
    """
    keystore = load_keystore(path)
    content = keystore.sealed_again(old, new, keystore.cost.or_higher(cost), randomness)
    replace_file(path, write_bytes(content))


def raise_cost(path: Path, passphrase: str, *, randomness: Randomness, least: Cost = MODERATE) -> bool:
    """Seal the key at `path` anew if a guess at its passphrase costs less than `least`; whether it did.

    Raises:
        As of `change_passphrase`; what stood there still does.
    """
    keystore = load_keystore(path)
    if keystore.cost == keystore.cost.or_higher(least):
        return False
    change_passphrase(path, passphrase, passphrase, randomness=randomness, cost=least)
    return True


def load_keystore(path: Path) -> LockedKeystore:
    """Read the keystore at `path` without opening it.

    Raises:
        NoKeystore: no such file.
        FileUnreadable: the system does not let us read it.
        KeystoreDamaged: not a keystore, cut short, altered, or of a version unknown here.
    """
    try:
        with path.open("rb") as file:
            untrusted_content = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise NoKeystore(path=str(path)) from error
    except OSError as error:
        raise FileUnreadable(path=str(path), reason=error.strerror) from error
    return decode_keystore(untrusted_content)


def decode_keystore(untrusted_content: bytes) -> LockedKeystore:
    """Decode a keystore file's content strictly.

    Raises:
        KeystoreDamaged: anything but a whole keystore.
    """
    if len(untrusted_content) > MAX_FILE_BYTES:
        raise KeystoreDamaged(reason="size", expected=f"at most {MAX_FILE_BYTES}")
    content, checksum = untrusted_content[:-_CHECKSUM_BYTES], untrusted_content[-_CHECKSUM_BYTES:]
    reader = _Reader(content)
    magic, version, operations, memory, salt, nonce, keys = _FIXED.unpack(reader.take(_FIXED.size))
    if magic != MAGIC:
        raise KeystoreDamaged(reason="not a keystore")
    if sha256(content) != checksum:
        raise KeystoreDamaged(reason="checksum")
    if (version, keys) != (VERSION, 1):
        raise KeystoreDamaged(reason="version", expected=f"{VERSION}, 1 key", got=f"{version}, {keys} keys")
    cost = Cost(operations, memory)
    if not cost.is_allowed:
        raise KeystoreDamaged(reason="cost", got=f"{operations} × {memory} bytes")
    public_key, label = _decode_key(reader.take_counted()), _decode_label(reader.take_counted())
    header = reader.taken()
    sealed = reader.take(_SEALED_BYTES)
    if reader.taken() != content:
        raise KeystoreDamaged(reason="bytes after the end")
    return LockedKeystore(public_key, label, cost, header, salt, nonce, sealed)


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def take(self, count: int) -> bytes:
        part = self._content[self._at : self._at + count]
        if len(part) != count:
            raise KeystoreDamaged(reason="cut short")
        self._at += count
        return part

    def take_counted(self) -> bytes:
        return self.take(int.from_bytes(self.take(2), "big"))

    def taken(self) -> bytes:
        return self._content[: self._at]


def _seal(
    secret: bytearray, passphrase: str, algorithm: Algorithm, label: str, randomness: Randomness, cost: Cost
) -> bytes:
    salt, nonce = randomness.random_bytes(_SALT_BYTES), randomness.random_bytes(_NONCE_BYTES)
    public_key = derive_public_key(algorithm, secret)
    header = _FIXED.pack(MAGIC, VERSION, cost.operations, cost.memory, salt, nonce, 1)
    header += _counted(public_key.encode()) + _counted(label.encode())
    sealed = crypto_aead_xchacha20poly1305_ietf_encrypt(
        bytes(secret), header, nonce, derive_key(passphrase, salt, cost)
    )
    return header + sealed + sha256(header + sealed)


def _counted(part: bytes) -> bytes:
    return len(part).to_bytes(2, "big") + part


def check_passphrase(passphrase: str) -> None:
    """Whether something may be sealed under it.

    Raises:
        WeakPassphrase: fewer than 8 characters.
    """
    length = len(_normalize(passphrase))
    if length < MIN_PASSPHRASE:
        raise WeakPassphrase(expected=MIN_PASSPHRASE, got=length)


def check_cost(cost: Cost) -> None:
    """Whether something may be sealed at this cost.

    Raises:
        OutOfRange: otherwise.
    """
    if not cost.is_allowed:
        raise OutOfRange(field="cost", got=f"{cost.operations} × {cost.memory} bytes")


def derive_key(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """The key (32 bytes) that a passphrase stands for. Takes the Argon2id cost; lets other threads run.

    Raises:
        DerivationFailed: too little memory.
    """
    # "surrogatepass": whatever the keyboard produced is a passphrase; it must not end in another error
    secret = _normalize(passphrase).encode("utf-8", "surrogatepass")
    size = crypto_aead_xchacha20poly1305_ietf_KEYBYTES
    try:
        return argon2id.kdf(size, secret, salt, opslimit=cost.operations, memlimit=cost.memory)
    except (SodiumFailure, MemoryError) as error:
        raise DerivationFailed(reason=f"{cost.memory >> 20} MiB of memory needed") from error


def _normalize(passphrase: str) -> str:
    """One form for what looks the same: composed or not, or full-width, as a Chinese input method types it unseen."""
    return unicodedata.normalize("NFKC", passphrase)


def _is_label(label: str) -> bool:
    """Printable excludes what is not valid Unicode, and the characters that reorder or hide text."""
    return label.isprintable() and len(label.encode()) <= MAX_LABEL_BYTES


def _decode_key(untrusted_bytes: bytes) -> PublicKey:
    try:
        return PublicKey.decode(untrusted_bytes)
    except BadKey as error:
        raise KeystoreDamaged(reason="public key") from error


def _decode_label(untrusted_bytes: bytes) -> str:
    try:
        label = untrusted_bytes.decode()
    except UnicodeDecodeError as error:
        raise KeystoreDamaged(reason="label") from error
    if not _is_label(label):
        raise KeystoreDamaged(reason="label")
    return label


def _is_secret_of(public_key: PublicKey, secret: bytearray) -> bool:
    try:
        return derive_public_key(public_key.algorithm, secret) == public_key
    except ValueError:
        return False
