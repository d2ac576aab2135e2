"""A receipt in full: from who signed to the version of the legal agreement under which it was done (white paper 3.6).

It is the node's word, from its own verified state: the log entry it names can be proved (`app.client.papers`). Labels of keys
and names of accounts are those of now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from google.protobuf.message import Message

from app.client.fields import Fields
from app.core.errors import DecodingError, LuopuError
from app.core.facts import ShownFact, facts_of
from app.core.keys import PublicKey, decode_key_text
from app.core.plain import message_of
from app.core.refusals import REFUSALS, Refused
from app.core.wire import registry_pb2 as wire

ACTIONS: Final = frozenset(field.name for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields)


@dataclass(frozen=True, slots=True)
class Party:
    """An account by its number. Name and party are empty where the node does not know it any more."""

    id: int
    name: str
    party: str


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signed, and what its account calls it now; empty where it is no longer the account's."""

    key: PublicKey
    label: str


@dataclass(frozen=True, slots=True)
class AgreementStatus:
    """A version of a legal agreement: its digest, and the height since which it was in force; 0 where nobody knows."""

    digest: bytes
    version: int
    since: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the transaction put on the log, and who answers for it: signer → sender → partner → agreement version."""

    log_index: int
    action: str
    is_held: bool
    """It waits for approvals; `facts` are then those of the transaction that waits."""
    facts: tuple[ShownFact, ...]
    signer: SigningKey
    approvers: tuple[SigningKey, ...]
    sender: Party
    partner: Party
    """Who answers for the sender: an organisation for itself."""
    agreement: AgreementStatus
    held: bytes
    """Id of the transaction that waited and came to effect with this one; empty: none."""
    result: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a transaction that stands in a block. Exactly one of `accepted` and `refusal` is there."""

    transaction_hash: bytes
    height: int
    time_ns: int
    points: int
    """Quota points that it cost."""
    data: bytes
    """What the receipt names; see `app.client.model.Final`."""
    accepted: Accepted | None
    refusal: LuopuError | None


def decode_receipt(answer: Fields, transaction_hash: bytes) -> Receipt | None:
    """The answer of /v1/receipts/….

    Raises:
        DecodingError: something else, or of another transaction.
    """
    fields = answer.optional_object("receipt")
    if fields is None:
        return None
    code, entry = fields.integer("code"), fields.optional_object("entry")
    if (code == 0) != (entry is not None):
        raise DecodingError(kind="answer", field="entry", expected="one for what was accepted, and only then")
    if entry is not None:
        _check_same(fields, entry, transaction_hash)
    return Receipt(
        transaction_hash=transaction_hash,
        height=fields.integer("height"),
        time_ns=fields.integer("time_ns"),
        points=fields.integer("points"),
        data=fields.hex("data"),
        accepted=None if entry is None else _accepted(entry, _named(answer.items("named"))),
        refusal=REFUSALS.get(code, Refused)(**fields.facts("facts")) if code else None,
    )


def _accepted(entry: Fields, named: dict[int, Party]) -> Accepted:
    sender, partner = entry.integer("sender"), entry.integer("partner")
    action, agreement = entry.text("action"), entry.object("agreement")
    return Accepted(
        log_index=entry.integer("index"),
        action=action,
        is_held=action == "hold",
        facts=facts_of(message_of(_kind_of(action), entry.plain("fact"))),
        signer=_signing_key(entry.object("signer")),
        approvers=tuple(_signing_key(Fields(item)) for item in entry.items("approvers")),
        sender=_party(sender, named),
        partner=_party(partner or sender, named),
        agreement=AgreementStatus(agreement.hex("digest"), agreement.integer("version"), agreement.integer("since")),
        held=entry.hex("held"),
        result=entry.hex("result"),
    )


def _kind_of(action: str) -> type[Message]:
    """What the log keeps of an action. Of a record without what surrounds it; of what waits, the whole body."""
    if action == "hold":
        return wire.Body
    if action == "notarize":
        return wire.EvidenceRecord
    if action not in ACTIONS:
        raise DecodingError(kind="answer", field="action", got=action[:64])
    return type(getattr(wire.Body(), action))


def _check_same(receipt: Fields, entry: Fields, transaction_hash: bytes) -> None:
    if entry.hex("transaction_hash") != transaction_hash or entry.integer("height") != receipt.integer("height"):
        raise DecodingError(kind="answer", field="entry", expected="one of this transaction")


def _signing_key(fields: Fields) -> SigningKey:
    return SigningKey(decode_key_text(fields.text("key")), fields.text("label"))


def _party(number: int, named: dict[int, Party]) -> Party:
    return named.get(number, Party(number, "", ""))


def _named(items: Iterable[object]) -> dict[int, Party]:
    parties = (Fields(item) for item in items)
    told = (Party(fields.integer("id"), fields.text("name"), fields.text("party")) for fields in parties)
    return {party.id: party for party in told}
