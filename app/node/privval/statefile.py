"""What the key signed last, on the disk: `priv_validator_state.json`, as CometBFT writes it.

Guarantees: when `save` returns, the record survives a power cut; a write cut off at any point leaves the record before it.
A record that was changed, or that is another key's or chain's, is refused: the signature in it is the key's own over
the bytes beside it, and these say the place. A missing file is never read as "nothing signed". Cannot notice an old
copy of the file put back: nothing may do that (docs/signer.md).
"""

import base64
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import DecodingError, SignStateMissing, SignStateUnusable, StoreFailed
from app.core.strictjson import decode_json
from app.core.units import INT64_MAX
from app.node.consensus.ed25519 import is_validator_signature
from app.node.privval.guard import LastSigned, decode_sign_bytes
from app.node.privval.request import Place, Step
from app.node.store.disk import fsync_directory, fsync_file

MAX_FILE_BYTES = 10_000
MAX_ROUND = 2**31 - 1
HEIGHT = re.compile(r"0|[1-9][0-9]{0,18}")
NAMES = {"height", "round", "step", "signature", "signbytes"}


@dataclass(frozen=True, slots=True)
class StateFile:
    """The file of one key on one chain."""

    path: Path
    public_key: bytes
    chain_id: str

    def load(self) -> LastSigned:
        """What was signed last.

        Raises:
            SignStateMissing: there is no such file.
            SignStateUnusable: it cannot be read, was damaged, or belongs to another key or chain.
        """
        try:
            last = decode_state(self.path.read_bytes())
        except FileNotFoundError as error:
            raise SignStateMissing(path=str(self.path)) from error
        except OSError as error:
            raise SignStateUnusable(reason=error.strerror, path=str(self.path)) from error
        except DecodingError as error:
            raise SignStateUnusable(reason="damaged", path=str(self.path)) from error
        self._check_is_ours(last)
        return last

    def save(self, last: LastSigned) -> None:
        """Write the record to the disk.

        Raises:
            StoreFailed: the disk refused. The file holds this record or the one before.
        """
        draft = self.path.with_name(self.path.name + ".new")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(encode_state(last))
                file.flush()
                fsync_file(file.fileno())
            draft.replace(self.path)
            fsync_directory(self.path.parent)
        except OSError as error:
            raise StoreFailed(reason=error.strerror or str(error), path=str(self.path)) from error

    def _check_is_ours(self, last: LastSigned) -> None:
        if not last.sign_bytes:
            return
        if not is_validator_signature(self.public_key, last.sign_bytes, last.signature):
            raise SignStateUnusable(reason="its signature is not this key's", path=str(self.path))
        chain_id = decode_sign_bytes(last.sign_bytes).chain_id
        if chain_id != self.chain_id:
            raise SignStateUnusable(
                reason="of another chain", expected=self.chain_id, got=chain_id, path=str(self.path)
            )


def encode_state(last: LastSigned) -> bytes:
    """The bytes of a `priv_validator_state.json`."""
    document: dict[str, object] = {
        "height": str(last.place.height),
        "round": last.place.round,
        "step": int(last.place.step),
    }
    if last.sign_bytes:
        document["signature"] = base64.b64encode(last.signature).decode()
        document["signbytes"] = last.sign_bytes.hex().upper()
    return (json.dumps(document, indent=2) + "\n").encode()


def decode_state(untrusted_bytes: bytes) -> LastSigned:
    """The record in the bytes of a `priv_validator_state.json`.

    Raises:
        DecodingError: not one, or the bytes that were signed are of another place.
    """
    document = decode_json(untrusted_bytes, max_bytes=MAX_FILE_BYTES)
    if not isinstance(document, dict) or not document.keys() <= NAMES:
        raise DecodingError(kind="signing state")
    try:
        place = Place(_height(document["height"]), _round(document["round"]), Step(document["step"]))
        signature = base64.b64decode(document.get("signature", ""), validate=True)
        sign_bytes = bytes.fromhex(document.get("signbytes", ""))
    except (KeyError, TypeError, ValueError) as error:
        raise DecodingError(kind="signing state") from error
    if bool(signature) != bool(sign_bytes) or (sign_bytes and decode_sign_bytes(sign_bytes).place != place):
        raise DecodingError(kind="signing state", reason="its parts do not belong together")
    return LastSigned(place, sign_bytes, signature)


def _height(value: object) -> int:
    if not isinstance(value, str) or not HEIGHT.fullmatch(value) or int(value) > INT64_MAX:
        raise ValueError("height")
    return int(value)


def _round(value: object) -> int:
    if type(value) is not int or not 0 <= value <= MAX_ROUND:
        raise ValueError("round")
    return value
