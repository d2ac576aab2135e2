"""Where a key on a token is, as a home remembers it: the key, its label, and the token that holds it.

Guarantees: a file is whole or not there; what is read is checked. Nothing of it is secret, and nothing of it is believed:
only signatures that verify under the key count.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from app.core.errors import BadKey, DecodingError
from app.core.keys import PublicKey, decode_key_text, encode_key_text
from app.core.strictjson import decode_json
from app.core.tokens import TokenKey, TokenName
from app.wiring.files import write_durably

MAX_BYTES: Final = 64 * 1024
_TOKEN_FIELDS: Final = frozenset(TokenName.__slots__)


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """A key on a token."""

    public_key: PublicKey
    label: str
    token: TokenName


def place_of(key: TokenKey) -> KeyPlace:
    """Where a key is that is plugged in."""
    return KeyPlace(key.public_key, key.label, key.token)


def save_place(path: Path, place: KeyPlace) -> None:
    """Remember it in a file. Errors as of `write_durably`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, encode_place(place), mode=0o600)


def encode_place(place: KeyPlace) -> bytes:
    """The file's content."""
    document = {"key": encode_key_text(place.public_key), "label": place.label, "token": asdict(place.token)}
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def load_place(path: Path) -> KeyPlace:
    """Read the file.

    Raises:
        OSError: it cannot be read.
        DecodingError: it does not say where a key is.
    """
    untrusted = decode_json(path.read_bytes(), max_bytes=MAX_BYTES)
    token = untrusted.get("token") if isinstance(untrusted, dict) else None
    if not isinstance(untrusted, dict) or not isinstance(token, dict) or token.keys() != _TOKEN_FIELDS:
        raise DecodingError(kind="place of a key", path=str(path))
    try:
        key = decode_key_text(str(untrusted.get("key")))
    except BadKey as error:
        raise DecodingError(kind="place of a key", path=str(path)) from error
    return KeyPlace(key, str(untrusted.get("label", "")), TokenName(**{name: str(token[name]) for name in token}))
