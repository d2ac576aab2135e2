"""The transaction envelope: body bytes and signatures (white paper 3.2 交易并发与超时确认).

A transaction names its sender, a random 128-bit nonce and the last height at which it may stand in a block. What is
signed is a domain-separated digest of the body *as received*. Transactions of one sender do not wait for each other.
"""

from dataclasses import dataclass

from app.core.codec import decode_canonical, encode
from app.core.errors import BadKey, DecodingError, OutOfRange
from app.core.hashing import TRANSACTION_DOMAIN, sha256
from app.core.keys import Algorithm, PublicKey
from app.core.refusals import Malformed
from app.core.units import AccountAddress, Hash32, Height, check_address, check_int64, check_length
from app.core.wire import registry_pb2 as wire

NONCE_BYTES = 16
MAX_SIGNATURES = 16
MAX_CHAIN_ID = 50  # CometBFT's own bound on a chain id


@dataclass(frozen=True, slots=True)
class SignatureEntry:
    """One signature beside the body."""

    key: PublicKey
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """A decoded transaction together with the exact bytes it came in."""

    raw: bytes
    body_bytes: bytes
    body: wire.Body
    signatures: tuple[SignatureEntry, ...]

    @property
    def hash(self) -> Hash32:
        """SHA-256 of the whole transaction: the hash CometBFT knows it by."""
        return sha256(self.raw)

    @property
    def digest(self) -> Hash32:
        """What was signed."""
        return signing_digest(self.body_bytes)

    @property
    def sender(self) -> AccountAddress:
        """Address of the sending account."""
        return AccountAddress(self.body.sender)

    @property
    def valid_until(self) -> Height:
        """Last height at which it may stand in a block (超时块高)."""
        return Height(self.body.valid_until)


def signing_digest(body_bytes: bytes) -> Hash32:
    """The 32 bytes that a key signs: SHA-256("luopu.transaction.v1" ‖ 00 ‖ body)."""
    return sha256(TRANSACTION_DOMAIN + body_bytes)


def encode_transaction(body_bytes: bytes, signatures: list[SignatureEntry]) -> bytes:
    """The bytes to submit."""
    entries = [wire.Signature(key=entry.key.to_wire(), signature=entry.signature) for entry in signatures]
    return encode(wire.Transaction(body=body_bytes, signatures=entries))


def decode_body(untrusted_bytes: bytes) -> wire.Body:
    """Decode and range-check a body.

    Raises:
        Malformed: not canonical, a field out of range, or no action.
    """
    try:
        body = decode_canonical(wire.Body, untrusted_bytes)
        check_address(body.sender)
        check_length("nonce", body.nonce, NONCE_BYTES)
        check_int64("valid_until", body.valid_until, least=1)
        check_int64("hold_until", body.hold_until)
        if not 0 < len(body.chain_id) <= MAX_CHAIN_ID:
            raise OutOfRange(field="chain id", expected=f"1 … {MAX_CHAIN_ID} characters", got=len(body.chain_id))
    except DecodingError as error:
        raise Malformed(reason=str(error)) from error
    if body.WhichOneof("action") is None:
        raise Malformed(reason="no action")
    return body


def decode_transaction(untrusted_bytes: bytes) -> SignedTransaction:
    """Decode a transaction strictly. Signatures are decoded, not verified.

    Raises:
        Malformed: not canonical, a field out of range, no action, no or too many signatures, a bad key.
    """
    try:
        outer = decode_canonical(wire.Transaction, untrusted_bytes)
        if not 1 <= len(outer.signatures) <= MAX_SIGNATURES:
            raise Malformed(reason="number of signatures", expected=f"1 … {MAX_SIGNATURES}", got=len(outer.signatures))
        entries = tuple(SignatureEntry(PublicKey.from_wire(entry.key), entry.signature) for entry in outer.signatures)
    except (DecodingError, BadKey) as error:
        raise Malformed(reason=str(error)) from error
    if len({entry.key for entry in entries}) != len(entries):
        raise Malformed(reason="one key signs twice")
    return SignedTransaction(untrusted_bytes, outer.body, decode_body(outer.body), entries)


def reread_transaction(verified_bytes: bytes) -> SignedTransaction:
    """Decode bytes that `decode_transaction` has accepted before in this program; only then are they what they seem."""
    outer = wire.Transaction.FromString(verified_bytes)
    entries = tuple(
        SignatureEntry(PublicKey(Algorithm(entry.key.algorithm), entry.key.data), entry.signature)
        for entry in outer.signatures
    )
    return SignedTransaction(verified_bytes, outer.body, wire.Body.FromString(outer.body), entries)
