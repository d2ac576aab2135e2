"""How the vault is sealed: rows under vault keys, vault keys under the clerk's passphrase.

    the head: version 01 · Argon2id: operations (4) · memory in bytes (8) · salt (16) · XChaCha20-Poly1305: nonce (24)
              the vault keys (32 bytes each, the oldest first), sealed; the head's first bytes are authenticated with them
              SHA-256 of everything above
    a row:    nonce (24) · sealed: length (4), content, zeros up to a multiple of 256 bytes

Guarantees: who has only the file learns the sizes of rows in steps of 256 bytes, and pays the Argon2id cost for each
guess at the passphrase. What a row is looked up by is authenticated with it, so a row in another's place does not open.
A changed passphrase brings a new vault key for what is sealed from then on; rows before stay as they are. Damage to the
head is told from a wrong passphrase by the checksum. A hostile head can neither exhaust memory nor raise anything but the
errors named here, and no error carries what was sealed.

Leaves to others: Python and the libraries may have copied keys while they were in use; `wipe` overwrites the only copies
that a ring keeps.
"""

import hmac
import struct
import threading
from collections.abc import Sequence
from typing import Final

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_ABYTES,
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from app.core.hashing import sha256
from app.core.ports import Randomness
from app.core.units import Hash32
from app.core.walleterrors import KeyLocked, VaultDamaged, WrongPassphrase
from app.wallet.keystore import Cost, derive_key
from app.wallet.softkey import wipe

VERSION: Final = 1
KEY_BYTES: Final = 32
BLOCK_BYTES: Final = 256
_HEAD: Final = struct.Struct(">BIQ16s24s")
_LENGTH: Final = struct.Struct(">I")
_SALT_BYTES, _NONCE_BYTES, _CHECKSUM_BYTES = 16, 24, 32
_ROW_PURPOSE: Final = b"luopu.vault.row.v1\x00"
_TAG_PURPOSE: Final = b"luopu.vault.tag.v1\x00"


class KeyRing:
    """The vault keys, in memory until `wipe`. A key's generation is its place, from 1; the last one seals."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = [bytearray(key) for key in keys]
        self._wiped = False
        self._mutex = threading.Lock()

    @property
    def newest(self) -> int:
        """Generation of the key that seals."""
        return len(self._keys)

    @property
    def is_wiped(self) -> bool:
        """Whether `wipe` was called."""
        return self._wiped

    def grow(self, key: bytes) -> None:
        """Take in another key, which seals from now on."""
        with self._mutex:
            self._keys.append(bytearray(key))

    def keys(self) -> list[bytes]:
        """All of them, to be sealed again.

        Raises:
            KeyLocked: after `wipe`.
        """
        return [self._key(generation) for generation in range(1, self.newest + 1)]

    def seal(self, generation: int, names: bytes, content: bytes, randomness: Randomness) -> bytes:
        """A row under one of the keys. It opens only with the same `names`.

        Raises:
            KeyLocked: after `wipe`.
        """
        nonce = randomness.random_bytes(_NONCE_BYTES)
        padded = _LENGTH.pack(len(content)) + content
        padded += bytes(-len(padded) % BLOCK_BYTES)
        key = self._subkey(generation, _ROW_PURPOSE)
        return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(padded, names, nonce, key)

    def open(self, generation: int, names: bytes, untrusted_row: bytes) -> bytes:
        """The content of a row.

        Raises:
            VaultDamaged: it was altered, stands in another's place, or is under a key that the head does not have.
            KeyLocked: after `wipe`.
        """
        if not 1 <= generation <= self.newest:
            raise VaultDamaged(reason="a row under an unknown key")
        nonce, sealed = untrusted_row[:_NONCE_BYTES], untrusted_row[_NONCE_BYTES:]
        if len(sealed) < _LENGTH.size + crypto_aead_xchacha20poly1305_ietf_ABYTES:
            raise VaultDamaged(reason="a row is cut short")
        key = self._subkey(generation, _ROW_PURPOSE)
        try:
            padded = crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, names, nonce, key)
        except CryptoError as error:
            raise VaultDamaged(reason="a row was altered") from error
        (length,) = _LENGTH.unpack(padded[: _LENGTH.size])
        return padded[_LENGTH.size : _LENGTH.size + length]

    def tag(self, generation: int, *parts: bytes) -> Hash32:
        """What stands in the file for something that a row is looked up by: a keyed hash.

        Raises:
            KeyLocked: after `wipe`.
        """
        return _keyed_hash(self._subkey(generation, _TAG_PURPOSE), b"".join(map(_counted, parts)))

    def wipe(self) -> None:
        """Overwrite the keys. May be called again."""
        with self._mutex:
            self._wiped = True
            for key in self._keys:
                wipe(key)

    def _key(self, generation: int) -> bytes:
        with self._mutex:
            if self._wiped:
                raise KeyLocked
            return bytes(self._keys[generation - 1])

    def _subkey(self, generation: int, purpose: bytes) -> Hash32:
        return _keyed_hash(self._key(generation), purpose)


def seal_keys(keys: Sequence[bytes], passphrase: str, cost: Cost, randomness: Randomness) -> bytes:
    """The head of a vault with these keys. Takes the Argon2id cost; passphrase and cost were checked by the caller.

    Raises:
        DerivationFailed: too little memory.
    """
    salt, nonce = randomness.random_bytes(_SALT_BYTES), randomness.random_bytes(_NONCE_BYTES)
    head = _HEAD.pack(VERSION, cost.operations, cost.memory, salt, nonce)
    key = derive_key(passphrase, salt, cost)
    head += crypto_aead_xchacha20poly1305_ietf_encrypt(b"".join(keys), head, nonce, key)
    return head + sha256(head)


def open_keys(untrusted_head: bytes, passphrase: str) -> KeyRing:
    """The vault keys under a head. Takes the Argon2id cost in time and memory; lets other threads run.

    Raises:
        WrongPassphrase: the passphrase does not open it, or somebody altered the head with care.
        VaultDamaged: not a whole head, or of a version unknown here.
        DerivationFailed: too little memory.
    """
    header, sealed = _parts_of(untrusted_head)
    salt, nonce = _HEAD.unpack(header)[-2:]
    key = derive_key(passphrase, salt, cost_of(untrusted_head))
    try:
        opened = crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, header, nonce, key)
    except (CryptoError, ValueError) as error:  # ValueError: shorter than what authenticates it
        raise WrongPassphrase from error
    if not opened or len(opened) % KEY_BYTES:
        raise VaultDamaged(reason="head of the vault: keys")
    return KeyRing([opened[at : at + KEY_BYTES] for at in range(0, len(opened), KEY_BYTES)])


def cost_of(untrusted_head: bytes) -> Cost:
    """What a guess at the passphrase of a head costs.

    Raises:
        VaultDamaged: as of `open_keys`.
    """
    version, operations, memory, _, _ = _HEAD.unpack(_parts_of(untrusted_head)[0])
    cost = Cost(operations, memory)
    if version != VERSION or not cost.is_allowed:
        raise VaultDamaged(reason="head of the vault: version or cost", expected=VERSION, got=version)
    return cost


def _parts_of(untrusted_head: bytes) -> tuple[bytes, bytes]:
    """The first bytes, and what is sealed."""
    content, checksum = untrusted_head[:-_CHECKSUM_BYTES], untrusted_head[-_CHECKSUM_BYTES:]
    if len(content) < _HEAD.size or sha256(content) != checksum:
        raise VaultDamaged(reason="head of the vault")
    return content[: _HEAD.size], content[_HEAD.size :]


def _keyed_hash(key: bytes, data: bytes) -> Hash32:
    return Hash32(hmac.digest(key, data, "sha256"))


def _counted(part: bytes) -> bytes:
    return _LENGTH.pack(len(part)) + part
