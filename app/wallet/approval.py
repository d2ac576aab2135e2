"""From a draft to a signed transaction: what is shown is what is signed (white paper 3.3 数据上链, 数据签名).

Guarantees: everything shown is decoded from the very bytes that will be signed; the signature is made over those bytes,
only if what was shown still says the same, and it is verified before anybody gets to see it. An action that this
program cannot show in full cannot be signed.

Leaves to others: whether the law will accept the transaction, which chain this desk belongs to, and how the facts look.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.errors import DecodingError, Malformed, NotWhatWasShown, SignerMisbehaved
from app.core.keys import is_signed_by
from app.core.ports import Signer
from app.core.record import check_record, encode_record, record_digest
from app.core.transaction import (
    SignatureEntry,
    SignedTransaction,
    decode_body,
    decode_transaction,
    encode_transaction,
    signing_digest,
)
from app.core.units import AccountAddress, Hash32, Height
from app.core.wire import registry_pb2 as wire


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """An evidence record as it will stand on the chain. `previous` is empty for the first record of a hash chain."""

    subject: str
    sha256: Hash32
    sm3: Hash32
    size: int
    chain: bytes
    sequence: int
    previous: bytes
    context_digest: Hash32
    digest: Hash32


@dataclass(frozen=True, slots=True)
class Approval:
    """What the clerk is shown before signing. `digest` is the 32 bytes that the key signs."""

    chain_id: str
    sender: AccountAddress
    action: str
    record: RecordFacts
    nonce: bytes
    valid_until: Height
    digest: Hash32


@dataclass(frozen=True, slots=True)
class Draft:
    """The exact bytes of a transaction's body, known to decode.

    Raises:
        Malformed: on construction, when the bytes are no body or hold an action that cannot be shown.
    """

    body_bytes: bytes

    def __post_init__(self) -> None:
        object.__setattr__(self, "body_bytes", bytes(self.body_bytes))  # nobody else holds a view to change them by
        describe(self)


def describe(draft: Draft) -> Approval:
    """What the draft's bytes say.

    Raises:
        Malformed: an action that cannot be shown, or one whose own fields are wrong.
    """
    body = decode_body(draft.body_bytes)
    action = body.WhichOneof("action")
    describe_action = _ACTIONS.get(str(action))
    if describe_action is None:
        raise Malformed(reason="an action that cannot be shown", got=action)
    return Approval(
        chain_id=body.chain_id,
        sender=AccountAddress(body.sender),
        action=str(action),
        record=describe_action(body),
        nonce=body.nonce,
        valid_until=Height(body.valid_until),
        digest=signing_digest(draft.body_bytes),
    )


def sign(draft: Draft, shown: Approval, signer: Signer) -> SignedTransaction:
    """The transaction to submit (`.raw`): the draft's bytes and one signature over them.

    Raises:
        NotWhatWasShown: the draft is not the one that `shown` describes. Nothing was signed.
        SignerMisbehaved: what the key returned is not its signature. Nothing must be submitted.
    """
    described = describe(draft)
    if described != shown:
        raise NotWhatWasShown(what="body", expected=shown.digest.hex(), got=described.digest.hex())
    signature = signer.sign(described.digest)
    if not is_signed_by(signer.public_key, described.digest, signature):
        raise SignerMisbehaved(reason="not its signature", key=signer.public_key.data.hex())
    return decode_transaction(encode_transaction(draft.body_bytes, [SignatureEntry(signer.public_key, signature)]))


def _describe_notarize(body: wire.Body) -> RecordFacts:
    record = body.notarize.record
    try:
        check_record(record)
    except DecodingError as error:
        raise Malformed(reason=str(error)) from error
    return RecordFacts(
        subject=record.subject,
        sha256=Hash32(record.sha256),
        sm3=Hash32(record.sm3),
        size=record.size,
        chain=record.chain,
        sequence=record.sequence,
        previous=record.previous,
        context_digest=Hash32(record.context_digest),
        digest=record_digest(encode_record(record)),  # the body is canonical, so these are the bytes within it
    )


_ACTIONS: dict[str, Callable[[wire.Body], RecordFacts]] = {"notarize": _describe_notarize}
