"""From a draft to a signed transaction: what is shown is what is signed (white paper 3.3 数据上链, 数据签名).

Guarantees: everything shown is decoded from the very bytes that will be signed; the signature is made over those bytes,
only if what was shown still says the same, and it is verified before anybody gets to see it. An action that this
program cannot show in full cannot be signed.

Leaves to others: whether the law will accept the transaction, which chain this desk belongs to, and how the facts look.
And what the bytes only name: consent to a proposal names it by its id, and what is proposed under that id a node says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.core.errors import DecodingError, NotWhatWasShown, SignerMisbehaved
from app.core.keys import is_signed_by
from app.core.ports import Signer
from app.core.proposal import PROPOSAL_ID_BYTES, VALIDATOR_KEY_BYTES, derive_proposal
from app.core.record import check_record, encode_record, record_digest
from app.core.refusals import Malformed
from app.core.transaction import (
    SignatureEntry,
    SignedTransaction,
    decode_body,
    decode_transaction,
    encode_transaction,
    signing_digest,
)
from app.core.units import AccountAddress, Hash32, Height, check_hash32, check_int64, check_length
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
class ProposalFacts:
    """A proposal to give a validator this voting power; 0 takes its seat away. `document` gives the reasons."""

    proposal: bytes
    """The id under which it will stand."""
    key: bytes
    power: int
    account: int
    """Numeric ID of the bookkeeper who answers for the validator."""
    document: Hash32
    deadline: Height


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """Consent to a proposal. Its id is all that the bytes say of it."""

    proposal: bytes


BallotFacts = ProposalFacts | ConsentFacts
Facts = RecordFacts | BallotFacts
F = TypeVar("F", bound=Facts)
F_co = TypeVar("F_co", bound=Facts, covariant=True)


@dataclass(frozen=True, slots=True)
class Approval(Generic[F_co]):
    """What the clerk is shown before signing, all decoded from the bytes. `digest` is the 32 bytes that the key signs."""

    chain_id: str
    sender: AccountAddress
    action: str
    facts: F_co
    nonce: bytes
    valid_until: Height
    digest: Hash32

    @property
    def record(self: "Approval[RecordFacts]") -> RecordFacts:
        """The facts, where they are those of a record."""
        return self.facts


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


def describe(draft: Draft) -> Approval[Facts]:
    """What the draft's bytes say.

    Raises:
        Malformed: an action that cannot be shown, or one whose own fields are wrong.
    """
    body = decode_body(draft.body_bytes)
    return _approval(draft, body, _facts(body))


def describe_record(draft: Draft) -> Approval[RecordFacts]:
    """The same of a draft that notarizes.

    Raises:
        Malformed: it does something else.
    """
    body = decode_body(draft.body_bytes)
    facts = _facts(body)
    if not isinstance(facts, RecordFacts):
        raise Malformed(reason="not a record", got=body.WhichOneof("action"))
    return _approval(draft, body, facts)


def describe_ballot(draft: Draft) -> Approval[BallotFacts]:
    """The same of a draft that proposes or consents.

    Raises:
        Malformed: it does something else.
    """
    body = decode_body(draft.body_bytes)
    facts = _facts(body)
    if isinstance(facts, RecordFacts):
        raise Malformed(reason="not a vote", got=body.WhichOneof("action"))
    return _approval(draft, body, facts)


def sign(draft: Draft, shown: Approval[Facts], signer: Signer) -> SignedTransaction:
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


def _facts(body: wire.Body) -> Facts:
    action = body.WhichOneof("action")
    describe_action = _ACTIONS.get(str(action))
    if describe_action is None:
        raise Malformed(reason="an action that cannot be shown", got=action)
    try:
        return describe_action(body)
    except DecodingError as error:
        raise Malformed(reason=str(error)) from error


def _approval(draft: Draft, body: wire.Body, facts: F) -> Approval[F]:
    return Approval(
        chain_id=body.chain_id,
        sender=AccountAddress(body.sender),
        action=str(body.WhichOneof("action")),
        facts=facts,
        nonce=body.nonce,
        valid_until=Height(body.valid_until),
        digest=signing_digest(draft.body_bytes),
    )


def _describe_notarize(body: wire.Body) -> RecordFacts:
    record = body.notarize.record
    check_record(record)
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


def _describe_propose(body: wire.Body) -> ProposalFacts:
    wish = body.propose
    if wish.WhichOneof("change") != "validator":
        raise Malformed(reason="a change that cannot be shown", got=wish.WhichOneof("change"))
    seat = wish.validator
    return ProposalFacts(
        proposal=derive_proposal(body.sender, body.nonce),
        key=check_length("validator key", seat.key, VALIDATOR_KEY_BYTES),
        power=check_int64("voting power", seat.power),
        account=check_int64("account", seat.account),
        document=check_hash32("document", wish.document),
        deadline=Height(check_int64("deadline", wish.deadline, least=1)),
    )


def _describe_approve(body: wire.Body) -> ConsentFacts:
    return ConsentFacts(check_length("proposal", body.approve.proposal, PROPOSAL_ID_BYTES))


_ACTIONS: dict[str, Callable[[wire.Body], Facts]] = {
    "notarize": _describe_notarize,
    "propose": _describe_propose,
    "approve": _describe_approve,
}
