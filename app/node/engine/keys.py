"""The keys of the embedded consortium: for one machine, in one file with mode 0600."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from nacl.signing import SigningKey

from app.core.errors import BadKey, DecodingError
from app.core.ports import Randomness
from app.core.strictjson import decode_json

FORMAT = "luopu.sandbox-keys.v1"


@dataclass(frozen=True, slots=True)
class SigningSeed:
    """An Ed25519 key of the embedded consortium."""

    signing_key: SigningKey

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return bytes(self.signing_key.verify_key)

    def sign(self, message: bytes) -> bytes:
        """64-byte signature over `message`."""
        return self.signing_key.sign(message).signature


@dataclass(frozen=True, slots=True)
class ConsortiumKeys:
    """Everybody's keys."""

    operator: SigningSeed
    validators: tuple[SigningSeed, ...]


def make_consortium_keys(validators: int, randomness: Randomness) -> ConsortiumKeys:
    """New keys for an operator and so many validators."""
    operator, *others = (SigningSeed(SigningKey(randomness.random_bytes(32))) for _ in range(validators + 1))
    return ConsortiumKeys(operator, tuple(others))


def save_consortium_keys(path: Path, keys: ConsortiumKeys) -> None:
    """Write the keys once, readable by their owner only.

    Raises:
        FileExistsError: there are keys already; they are never overwritten.
    """
    seeds = [bytes(key.signing_key).hex() for key in keys.validators]
    document = {"format": FORMAT, "operator": bytes(keys.operator.signing_key).hex(), "validators": seeds}
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(document, file)
        file.flush()
        os.fsync(file.fileno())


def load_consortium_keys(path: Path) -> ConsortiumKeys:
    """Read the keys back.

    Raises:
        BadKey: the file is missing, unreadable, or not one of ours.
    """
    try:
        document = decode_json(path.read_bytes(), max_bytes=1_000_000)
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise BadKey(reason="format of the consortium's key file")
        return ConsortiumKeys(_seed(document["operator"]), tuple(_seed(text) for text in document["validators"]))
    except (OSError, DecodingError, ValueError, KeyError, TypeError) as error:
        raise BadKey(reason="the consortium's key file", file=path.name) from error


def _seed(text: str) -> SigningSeed:
    return SigningSeed(SigningKey(bytes.fromhex(text)))
