"""What an action says, field by field, for whoever is to read it before signing, in a receipt or in a log.

Guarantees: the descriptor of the message is walked, so no field is forgotten and a new one that nobody described is an
error, never an omission. Nothing is judged or dropped: wrong lengths, numbers that no enum names and empty parts are shown
as they are. What is shown follows from the message alone.

What is empty: numbers, flags and choices are shown, 0 and false too, and so are text, bytes and lists whose emptiness means
something (the name as it was, every role, nobody excluded). Left out when empty is only what `LEFT_OUT` names: what is
optional and, left out, leaves nothing unsaid. A part that is not there at all is shown as ABSENT. Which member of a oneof
was chosen is a fact of its own.

Leaves to others: canonical bytes (`app.core.codec`; a field that this version does not know is not in the message),
whether the law takes it, and the words (`app.core.messages`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from app.core.plain import enum_text, fields_of, key_text
from app.core.wire import registry_pb2 as wire


class FactKind(Enum):
    """What a value is, so that it can be shown as what it is."""

    TEXT = "text"
    DIGEST = "digest"
    """32 bytes."""
    ID = "id"
    """16 bytes that name a thing on the chain."""
    KEY = "key"
    """A public key as text: "ed25519:…"."""
    ADDRESS = "address"
    """20 bytes: an account's address."""
    ACCOUNT = "account"
    """A numeric account ID."""
    AMOUNT = "amount"
    """Of a voucher, in its smallest unit."""
    SERIAL = "serial"
    """A number in a row: of a piece, a record, a version."""
    COUNT = "count"
    SIZE = "size"
    """Bytes of a file."""
    HEIGHT = "height"
    MOMENT = "moment"
    """Nanoseconds since 1970 UTC; 0: none."""
    CHOICE = "choice"
    """A value of an enum, its name in lower case with dashes, of an unknown one its number; or the member of a oneof."""
    ACTION = "action"
    """Name of an action in Body ("change_keys"), of an unknown one its number."""
    FLAG = "flag"
    BYTES = "bytes"
    ABSENT = "absent"
    """A part that is not there: the value is an empty tuple."""


FactScalar = str | int | bytes | bool
FactValue = FactScalar | tuple[FactScalar, ...]


@dataclass(frozen=True, slots=True)
class ShownFact:
    """One thing that a message says. Of a list of plain values, all of them together: then `value` is a tuple."""

    path: str
    """Where it stands; the parts of a list are counted from 1: "legs.2.amount"."""
    message: str
    """Name of the message whose field it is: "Leg"."""
    name: str
    """Name of the field: "amount"."""
    kind: FactKind
    value: FactValue
    around: tuple[str, ...] = ()
    """Full names of the fields that lead there, from the outside: ("Transfer.legs",)."""

    @property
    def field(self) -> str:
        """Full name of the field: "Leg.amount"."""
        return f"{self.message}.{self.name}"

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said here: nothing, 0, or a choice that was not made. A flag always says something."""
        if self.kind is FactKind.CHOICE:
            return self.value in ("unspecified", ())
        return not self.value and self.kind is not FactKind.FLAG


_BY_KIND: Final[dict[FactKind, tuple[str, ...]]] = {
    FactKind.TEXT: (
        *("Body.chain_id", "EvidenceRecord.subject", "NewKey.label", "Rename.name", "Admit.name", "Amend.name"),
        *("Order.authority", "Order.reference", "Enrol.name", "Grant.purpose", "OpenAgreement.subject"),
        *("Terms.name", "Terms.product"),
    ),
    FactKind.DIGEST: (
        *("EvidenceRecord.previous", "EvidenceRecord.sha256", "EvidenceRecord.sm3", "EvidenceRecord.context_digest"),
        *("EvidenceRecord.batch_root", "EvidenceRecord.timestamp", "EvidenceRecord.hosting"),
        *("Propose.document", "Upgrade.release", "Countersign.digest", "Admit.agreement", "Amend.agreement"),
        *("Order.document", "Enrol.root", "Certify.root", "RevokeCertification.reason"),
        *("ResetKey.application", "ResetKey.authentication", "Grant.scope"),
        *("OpenAgreement.sha256", "OpenAgreement.sm3", "OpenAgreement.context_digest", "ConfirmAgreement.sha256"),
        *("Terms.description", "ApplyVoucher.legal", "DeclineVoucher.reason", "Redeem.reference"),
        *("AttestCustody.root", "AttestCustody.statement"),
    ),
    FactKind.ID: (
        *("Body.nonce", "EvidenceRecord.chain", "Approve.proposal", "Countersign.held", "Discard.held"),
        *("WithdrawGrant.grant", "ConfirmAgreement.agreement", "RetractConfirmation.agreement"),
        *("CreateVoucher.voucher", "DeclineVoucher.voucher", "ManageVoucher.voucher", "Allocate.voucher"),
        *("Leg.voucher", "Split.voucher", "Merge.voucher", "Redeem.voucher", "Expire.voucher", "Supervise.voucher"),
        *("AttestCustody.voucher", "AssignCustody.voucher"),
    ),
    FactKind.KEY: ("Body.approvers", "NewKey.key", "ChangeKeys.revoke", "Seat.key"),
    FactKind.ADDRESS: ("Body.sender",),
    FactKind.ACCOUNT: (
        *("Seat.account", "Amend.account", "Suspend.account", "Resume.account", "RecordOrder.account"),
        *("Certify.account", "RevokeCertification.account", "Recognise.partner", "ResetKey.account"),
        *("Freeze.account", "Unfreeze.account", "Grant.grantee", "Grant.holder", "OpenAgreement.parties"),
        *("Terms.accepted", "ManageVoucher.accepted", "Allotment.to", "Leg.to", "Expire.accounts"),
        *("HolderMeasure.account", "AttestCustody.accounts", "AssignCustody.custodian"),
    ),
    FactKind.AMOUNT: (
        *("Terms.cap", "Allotment.amount", "Leg.amount", "Split.amounts", "Redeem.amount", "Supervise.cap"),
        *("HolderMeasure.frozen_amount", "AttestCustody.total"),
    ),
    FactKind.SERIAL: (
        *("EvidenceRecord.sequence", "EvidenceRecord.supersedes", "Upgrade.version", "Leg.serials", "Merge.serials"),
        *("Redeem.serials", "Expire.serials", "PieceMeasure.serial"),
    ),
    FactKind.COUNT: (
        *("EvidenceRecord.batch_size", "Threshold.checkers", "Admit.quota_points", "Amend.quota_points"),
        *("Terms.decimals", "Terms.max_transfers", "NewSetting.subject", "NewSetting.value", "Seat.power"),
    ),
    FactKind.SIZE: ("EvidenceRecord.size", "OpenAgreement.size"),
    FactKind.HEIGHT: (
        *("Body.valid_until", "Body.hold_until", "Propose.deadline", "Upgrade.height", "OpenAgreement.deadline"),
    ),
    FactKind.MOMENT: (
        *("Enrol.expires_ns", "Certify.expires_ns", "Grant.expires_ns"),
        *("Terms.opens_ns", "Terms.closes_ns", "Terms.expires_ns"),
    ),
    FactKind.CHOICE: (
        *("NewKey.roles", "Threshold.duty", "Admit.party", "Admit.permissions", "Amend.permissions"),
        *("Enrol.level", "Certify.level", "Recognise.least", "Terms.kind", "FlowMeasure.flow", "NewSetting.setting"),
    ),
    FactKind.ACTION: ("Emergency.actions",),
    FactKind.FLAG: (
        *("Enrol.answers", "Certify.answers", "Terms.bound", "HolderMeasure.frozen", "PieceMeasure.frozen"),
        "Emergency.lifted",
    ),
    FactKind.BYTES: ("NewKey.possession",),
}
KINDS: Final = {name: kind for kind, names in _BY_KIND.items() for name in names}
"""Full name of every field of every action that is not itself a part with fields → what it is."""

LEFT_OUT: Final = frozenset(
    {
        *("Body.approvers", "EvidenceRecord.batch_root", "EvidenceRecord.batch_size", "EvidenceRecord.supersedes"),
        *("EvidenceRecord.timestamp", "EvidenceRecord.hosting", "NewKey.label", "Order.reference"),
        *("ChangeKeys.add", "ChangeKeys.revoke", "Leg.amount", "Leg.serials", "Redeem.amount", "Redeem.serials"),
        *("Redeem.reference", "Expire.accounts", "Expire.serials", "NewSetting.subject", "AttestCustody.accounts"),
    }
)
"""Full names of the fields that are not shown when they are empty, unless they are choices."""

_ACTIONS: Final = {field.number: field.name for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields}
_CHOICES: Final = (FactKind.CHOICE, FactKind.ACTION)
_SUBJECTS: Final = {wire.SETTING_ACTION_COST: FactKind.ACTION, wire.SETTING_LEVEL_POINTS: FactKind.CHOICE}


def facts_of(message: Message) -> tuple[ShownFact, ...]:
    """What an action, or a whole Body, says: its fields in the order of the wire format, parts within parts flattened."""
    return tuple(_walk(message, "", ()))


def _walk(message: Message, prefix: str, around: tuple[str, ...]) -> Iterator[ShownFact]:
    for field in fields_of(message):
        if field.containing_oneof is not None:
            if not message.HasField(field.name):
                continue
            yield _chosen(message, field.containing_oneof.name, prefix, around)
        yield from _of_field(message, field, prefix, around)
    for oneof in message.DESCRIPTOR.oneofs:
        if message.WhichOneof(oneof.name) is None:
            yield _chosen(message, oneof.name, prefix, around)


def _chosen(message: Message, oneof: str, prefix: str, around: tuple[str, ...]) -> ShownFact:
    """Which member of a oneof was chosen."""
    name, chosen = message.DESCRIPTOR.name, message.WhichOneof(oneof)
    if chosen is None:
        return ShownFact(f"{prefix}{oneof}", name, oneof, FactKind.ABSENT, (), around)
    kind = FactKind.ACTION if isinstance(message, wire.Body) else FactKind.CHOICE
    return ShownFact(f"{prefix}{oneof}", name, oneof, kind, str(chosen), around)


def _of_field(message: Message, field: FieldDescriptor, prefix: str, around: tuple[str, ...]) -> Iterator[ShownFact]:
    path, name = f"{prefix}{field.name}", message.DESCRIPTOR.name
    absent = ShownFact(path, name, field.name, FactKind.ABSENT, (), around)
    if field.has_presence and not message.HasField(field.name):
        yield absent
        return
    if _is_part(field):
        yield from _of_parts(message, field, absent)
        return
    kind, raw = _kind_of(message, field), getattr(message, field.name)
    if raw or kind in _CHOICES or f"{name}.{field.name}" not in LEFT_OUT:
        yield ShownFact(path, name, field.name, kind, _value_of(kind, field, raw), around)


def _of_parts(message: Message, field: FieldDescriptor, absent: ShownFact) -> Iterator[ShownFact]:
    inside, parts = (*absent.around, absent.field), getattr(message, field.name)
    if not field.is_repeated:
        yield from _walk(parts, f"{absent.path}.", inside)
    elif not parts and absent.field not in LEFT_OUT:
        yield absent
    else:
        for number, part in enumerate(parts, start=1):
            yield from _walk(part, f"{absent.path}.{number}.", inside)


def _is_part(field: FieldDescriptor) -> bool:
    """Whether it has fields of its own. A public key is one value."""
    return field.message_type is not None and field.message_type is not wire.PublicKey.DESCRIPTOR


def _kind_of(message: Message, field: FieldDescriptor) -> FactKind:
    name = f"{message.DESCRIPTOR.name}.{field.name}"
    if isinstance(message, wire.NewSetting) and name == "NewSetting.subject":
        return _SUBJECTS.get(message.setting, KINDS[name])
    return KINDS[name]


def _value_of(kind: FactKind, field: FieldDescriptor, raw: Any) -> FactValue:
    if not field.is_repeated:
        return _one_value(kind, field, raw)
    return tuple(_one_value(kind, field, each) for each in raw)


def _one_value(kind: FactKind, field: FieldDescriptor, raw: Any) -> FactScalar:
    if isinstance(raw, wire.PublicKey):
        return key_text(raw)
    if kind is FactKind.KEY:
        return f"ed25519:{raw.hex()}" if raw else ""  # of a validator: the only kind of key that CometBFT takes
    if kind is FactKind.CHOICE:
        return enum_text(field.enum_type or wire.Level.DESCRIPTOR, raw)  # a setting's subject has no enum of its own
    if kind is FactKind.ACTION:
        return _ACTIONS.get(raw, str(raw))
    assert isinstance(raw, str | int | bytes)
    return raw
