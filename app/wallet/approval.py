"""From a draft to a signature: what is shown is what is signed (white paper 3.3 数据上链, 数据签名).

Guarantees: everything shown is decoded from the very bytes that will be signed; a signature is made over those bytes,
only if what was shown still says the same, and it is verified before anybody gets to see it. An action that this
program cannot show in full cannot be signed.

Leaves to others: whether the law will accept the transaction, which chain this desk belongs to, how the facts look, and
who else must sign (`app.wallet.signatures`). And what the bytes only name: consent to a proposal names it by its id, a
transfer its recipient by a number, and what stands behind these a node says.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Generic, TypeVar

from google.protobuf.message import Message

from app.core.errors import DecodingError
from app.core.facts import FactKind, ShownFact, facts_of
from app.core.ids import derive_agreement, derive_grant, derive_held, derive_voucher
from app.core.keys import PublicKey, is_signed_by
from app.core.ports import Signer
from app.core.proposal import derive_proposal
from app.core.record import Additions, additions_of, check_record, encode_record, record_digest
from app.core.refusals import Malformed
from app.core.transaction import MAX_SIGNATURES, SignatureEntry, decode_body, signing_digest
from app.core.units import AccountAddress, Hash32, Height
from app.core.walleterrors import NotWhatWasShown, SignerMisbehaved
from app.core.wire import registry_pb2 as wire


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """Everything that the bytes say of an action, and the ids under which what it makes will stand on the chain."""

    said: tuple[ShownFact, ...]
    ids: tuple[ShownFact, ...]
    """Of a proposal, agreement, voucher or grant, and of the transaction itself where it may wait for approvals."""


@dataclass(frozen=True, slots=True)
class RecordFacts(ActionFacts):
    """The same of an evidence record, with its fields by name. `previous` is empty for the first of a hash chain."""

    subject: str
    sha256: Hash32
    sm3: Hash32
    size: int
    chain: bytes
    sequence: int
    previous: bytes
    context_digest: Hash32
    digest: Hash32
    additions: Additions


Facts = ActionFacts
F_co = TypeVar("F_co", bound=Facts, covariant=True)


@dataclass(frozen=True, slots=True)
class Approval(Generic[F_co]):
    """What the clerk is shown before signing, all decoded from the bytes. `digest` is the 32 bytes that each key signs."""

    chain_id: str
    sender: AccountAddress
    action: str
    facts: F_co
    nonce: bytes
    valid_until: Height
    approvers: tuple[PublicKey, ...]
    """Who must sign behind the maker (复核), in this order."""
    hold_until: Height
    """Where the chain asks for more approvals: how long it waits for them; 0: it is refused instead."""
    digest: Hash32

    @property
    def record(self) -> RecordFacts:
        """The facts of a record.

        Raises:
            Malformed: it does something else.
        """
        if not isinstance(self.facts, RecordFacts):
            raise Malformed(reason="not a record", got=self.action)
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

    @property
    def action(self) -> Message:
        """The action's own message."""
        body = decode_body(self.body_bytes)
        message: Message = getattr(body, str(body.WhichOneof("action")))
        return message


def describe(draft: Draft) -> Approval[Facts]:
    """What the draft's bytes say.

    Raises:
        Malformed: an action that cannot be shown, a record whose own fields are wrong, or approvers that cannot be.
    """
    body = decode_body(draft.body_bytes)
    action = str(body.WhichOneof("action"))
    return Approval(
        chain_id=body.chain_id,
        sender=AccountAddress(body.sender),
        action=action,
        facts=_facts(body, action),
        nonce=body.nonce,
        valid_until=Height(body.valid_until),
        approvers=_approvers(body),
        hold_until=Height(body.hold_until),
        digest=signing_digest(draft.body_bytes),
    )


def sign(draft: Draft, shown: Approval[Facts], signer: Signer) -> SignatureEntry:
    """The signer's signature over the draft's bytes.

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
    return SignatureEntry(signer.public_key, signature)


# ---- facts -----------------------------------------------------------------------------------------------------------
def _facts(body: wire.Body, action: str) -> Facts:
    message: Message = getattr(body, action)
    try:
        said = facts_of(message)
    except LookupError as error:  # a field that nobody has described
        raise Malformed(reason="an action that cannot be shown", got=action) from error
    if isinstance(message, wire.Notarize):
        return _record_facts(message.record, said)
    return ActionFacts(said, _ids(body, action))


def _ids(body: wire.Body, action: str) -> tuple[ShownFact, ...]:
    ids = [_NEW[action](body.sender, body.nonce)] if action in _NEW else []
    if body.hold_until:
        ids.append(_HELD(body.sender, body.nonce))
    return tuple(ids)


def _id(field: str, derive: Callable[[bytes, bytes], bytes]) -> Callable[[bytes, bytes], ShownFact]:
    """Shown under the name of the field in which later transactions cite it."""
    message, name = field.split(".")
    return lambda sender, nonce: ShownFact(name, message, name, FactKind.ID, derive(sender, nonce))


_NEW: Final = {
    "propose": _id("Approve.proposal", derive_proposal),
    "grant": _id("WithdrawGrant.grant", derive_grant),
    "open_agreement": _id("ConfirmAgreement.agreement", derive_agreement),
    "apply_voucher": _id("CreateVoucher.voucher", derive_voucher),
}
_HELD: Final = _id("Countersign.held", derive_held)


def _record_facts(record: wire.EvidenceRecord, said: tuple[ShownFact, ...]) -> RecordFacts:
    try:
        check_record(record)
    except DecodingError as error:
        raise Malformed(reason=str(error)) from error
    return RecordFacts(
        said=said,
        ids=(),
        subject=record.subject,
        sha256=Hash32(record.sha256),
        sm3=Hash32(record.sm3),
        size=record.size,
        chain=record.chain,
        sequence=record.sequence,
        previous=record.previous,
        context_digest=Hash32(record.context_digest),
        digest=record_digest(encode_record(record)),  # the body is canonical, so these are the bytes within it
        additions=additions_of(record),
    )


# ---- approvers -------------------------------------------------------------------------------------------------------
def _approvers(body: wire.Body) -> tuple[PublicKey, ...]:
    """As the law wants them: ascending, and one signature of the maker beside theirs."""
    try:
        keys = tuple(PublicKey.from_wire(key) for key in body.approvers)
    except DecodingError as error:
        raise Malformed(reason=str(error)) from error
    if not _is_ascending(keys):
        raise Malformed(reason="approvers", expected="ascending")
    if len(keys) >= MAX_SIGNATURES:
        raise Malformed(reason="number of approvers", expected=f"at most {MAX_SIGNATURES - 1}", got=len(keys))
    return keys


def _is_ascending(keys: Sequence[PublicKey]) -> bool:
    return all(earlier < later for earlier, later in pairwise(keys))
