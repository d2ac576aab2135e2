"""Where a validator's key lives: the port, and the key that lies in a file.

A token that holds the key fits behind `ValidatorKey`: it gives its public key and signs. What it returns is verified by
`signer` before it is used.
"""

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from nacl.signing import SigningKey

from app.core.errors import DecodingError, ValidatorKeyUnusable
from app.core.strictjson import decode_json
from app.node.consensus.genesis import KEY_TYPE
from app.node.consensus.validators import derive_address

PRIVATE_KEY_TYPE = "tendermint/PrivKeyEd25519"
MAX_FILE_BYTES = 10_000


class ValidatorKey(Protocol):
    """An Ed25519 key that signs for a validator."""

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """64-byte signature over `message`."""
        ...


@dataclass(frozen=True, slots=True)
class FileKey:
    """A key read from a file."""

    signing_key: SigningKey

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return bytes(self.signing_key.verify_key)

    def sign(self, message: bytes) -> bytes:
        """64-byte signature over `message`."""
        return self.signing_key.sign(message).signature


def load_key(path: Path) -> FileKey:
    """The key in a `priv_validator_key.json` as CometBFT writes it.

    Raises:
        ValidatorKeyUnusable: it cannot be read, is not one, contradicts itself, or can be read by others.
    """
    try:
        content = path.read_bytes()
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise ValidatorKeyUnusable(reason="others can read the file", expected="mode 0600", path=str(path))
    except OSError as error:
        raise ValidatorKeyUnusable(reason=error.strerror, path=str(path)) from error
    try:
        return decode_key(content)
    except DecodingError as error:
        raise ValidatorKeyUnusable(reason="not a validator key file", path=str(path)) from error


def decode_key(untrusted_bytes: bytes) -> FileKey:
    """The key in the bytes of a `priv_validator_key.json`.

    Raises:
        DecodingError: not one, or its parts do not belong together.
    """
    document = decode_json(untrusted_bytes, max_bytes=MAX_FILE_BYTES)
    try:
        secret = _value(document, "priv_key", PRIVATE_KEY_TYPE)
        key = FileKey(SigningKey(secret[:32]))
        given = (secret[32:], _value(document, "pub_key", KEY_TYPE), bytes.fromhex(_text(document, "address")))
    except (KeyError, TypeError, ValueError) as error:
        raise DecodingError(kind="validator key") from error
    if given != (key.public_key, key.public_key, derive_address(key.public_key)):
        raise DecodingError(kind="validator key", reason="its parts do not belong together")
    return key


def encode_key(key: FileKey) -> bytes:
    """The bytes of a `priv_validator_key.json`."""
    secret = bytes(key.signing_key) + key.public_key
    document = {
        "address": derive_address(key.public_key).hex().upper(),
        "pub_key": {"type": KEY_TYPE, "value": base64.b64encode(key.public_key).decode()},
        "priv_key": {"type": PRIVATE_KEY_TYPE, "value": base64.b64encode(secret).decode()},
    }
    return (json.dumps(document, indent=2) + "\n").encode()


def _value(document: object, name: str, kind: str) -> bytes:
    inner = _member(document, name)
    if _text(inner, "type") != kind:
        raise ValueError(name)
    return base64.b64decode(_text(inner, "value"), validate=True)


def _text(document: object, name: str) -> str:
    value = _member(document, name)
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _member(document: object, name: str) -> object:
    if not isinstance(document, dict):
        raise TypeError(name)
    return document[name]
