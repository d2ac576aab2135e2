"""Signs, and remembers on the disk that it signed before anybody gets the signature.

Guarantees: for one height, round and step, every signature that `sign` returns is over the same bytes, whatever happened in
between: the process killed, the power cut, a write refused, the question asked again. One process at a time may use a
state file; its folder's lock is the wiring's.
"""

from dataclasses import dataclass
from typing import Protocol

from google.protobuf.timestamp_pb2 import Timestamp

from app.core.walleterrors import SignerMisbehaved
from app.node.consensus.ed25519 import is_validator_signature
from app.node.privval.guard import LastSigned, earlier_time
from app.node.privval.keys import ValidatorKey
from app.node.privval.request import SigningRequest


class SigningState(Protocol):
    """Where the record of what was signed last is kept."""

    def load(self) -> LastSigned:
        """The record."""
        ...

    def save(self, last: LastSigned) -> None:
        """Replace the record; on return it survives a power cut."""
        ...


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature, and the time in what it covers."""

    signature: bytes
    time: Timestamp


class Signer:
    """One validator's key on one chain, and its memory."""

    def __init__(self, chain_id: str, key: ValidatorKey, state: SigningState) -> None:
        """Take up where the record ends. Errors as of `state`.

        What was read is written again: it may have been renamed into place just before a crash, and then it is seen but
        not yet on the disk.
        """
        self.chain_id = chain_id
        self._key = key
        self._state = state
        self._last = state.load()
        state.save(self._last)

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return self._key.public_key

    def sign(self, request: SigningRequest) -> Signed:
        """A signature over the request, or over the same with the time at which it was signed first.

        Raises:
            NotSigned: it would be a second, different signature in one place, or one below what was signed.
            SignerMisbehaved: the key returned something else than its signature. Nothing was released.
            TokenError: the key lies on a token, which refused or is gone. Nothing was released.
            StoreFailed: it could not be remembered. Nothing was released.
        """
        time = earlier_time(self._last, request)
        if time is not None:
            return Signed(self._last.signature, time)
        sign_bytes = request.sign_bytes
        signature = self._key.sign(sign_bytes)
        if not is_validator_signature(self._key.public_key, sign_bytes, signature):
            raise SignerMisbehaved(reason="not its signature")
        last = LastSigned(request.place, sign_bytes, signature)
        self._state.save(last)
        self._last = last
        return Signed(signature, request.message.timestamp)
