"""What the chain keeps, as plain values named as the messages of registry.proto, and the reading of messages into them.

A thing is never changed: whoever changes something puts a new thing in the place of the old one. Lists are tuples, a key is
(algorithm, data), and where a message is missing stands None.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

Key = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Threshold:
    duty: int
    checkers: int


@dataclass(frozen=True, slots=True)
class AccountKey:
    key: Key
    label: str
    roles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RetiredKey:
    key: Key
    height: int


@dataclass(frozen=True, slots=True)
class Stop:
    document: bytes
    by: int
    height: int


@dataclass(frozen=True, slots=True)
class Certification:
    partner: int
    level: int
    root: bytes
    expires_ns: int
    answers: bool


@dataclass(frozen=True, slots=True)
class Account:
    address: bytes
    id: int
    name: str
    party: int
    keys: tuple[AccountKey, ...]
    permissions: tuple[int, ...] = ()
    agreement: bytes = b""
    quota_points: int = 0
    agreement_version: int = 0
    thresholds: tuple[Threshold, ...] = ()
    stop: Stop | None = None
    partner: int = 0
    certifications: tuple[Certification, ...] = ()
    retired: tuple[RetiredKey, ...] = ()


@dataclass(frozen=True, slots=True)
class AgreementVersion:
    agreement: bytes
    height: int


@dataclass(frozen=True, slots=True)
class Recognition:
    least: int


@dataclass(frozen=True, slots=True)
class Held:
    body: bytes
    maker: Key
    approvers: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class AccessGrant:
    grantee: int
    holder: int
    scope: bytes
    purpose: str
    expires_ns: int
    height: int
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class OpenAgreement:
    sha256: bytes
    sm3: bytes
    size: int
    subject: str
    context_digest: bytes
    parties: tuple[int, ...]
    deadline: int


@dataclass(frozen=True, slots=True)
class Agreement:
    opener: int
    terms: OpenAgreement
    confirmed: tuple[int, ...] = ()
    final: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    name: str
    product: str
    description: bytes
    kind: int
    decimals: int
    cap: int
    opens_ns: int
    closes_ns: int
    bound: bool
    max_transfers: int
    expires_ns: int
    accepted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Voucher:
    issuer: int
    state: int
    terms: Terms
    legal: bytes
    issued: int = 0
    redeemed: int = 0
    lapsed: int = 0
    serials: int = 0
    flow: int = 0
    order: bytes = b""


@dataclass(frozen=True, slots=True)
class Holding:
    amount: int = 0
    pieces: int = 0
    packed: int = 0
    frozen_amount: int = 0
    frozen: bool = False
    stop: Stop | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    owner: bytes
    amount: int
    transfers: int = 0
    end: int = 0
    stop: Stop | None = None


@dataclass(frozen=True, slots=True)
class Custody:
    sequence: int
    root: bytes
    total: int
    statement: bytes
    balance: int
    height: int
    accounts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    custodian: int
    height: int


@dataclass(frozen=True, slots=True)
class ChainHead:
    owner: bytes
    sequence: int
    record: bytes


@dataclass(frozen=True, slots=True)
class QuotaUse:
    period: int = 0
    spent: int = 0


@dataclass(frozen=True, slots=True)
class Upgrade:
    height: int
    version: int
    release: bytes


@dataclass(frozen=True, slots=True)
class ActionCost:
    action: int
    points: int


@dataclass(frozen=True, slots=True)
class LevelPoints:
    level: int
    points: int


@dataclass(frozen=True, slots=True)
class Parameters:
    validity_window: int
    quota_period_seconds: int
    quota_offset_seconds: int
    action_costs: tuple[ActionCost, ...]
    bytes_per_point: int
    max_transaction_bytes: int
    level_points: tuple[LevelPoints, ...]
    approval_numerator: int
    approval_denominator: int
    stopped_actions: tuple[int, ...] = ()
    upgrade: Upgrade | None = None
    law_version: int = 0


@dataclass(frozen=True, slots=True)
class NonceHead:
    digest: bytes = b""
    horizon: int = 0


@dataclass(frozen=True, slots=True)
class Seat:
    key: bytes
    power: int
    account: int


@dataclass(frozen=True, slots=True)
class Seats:
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class NewSetting:
    setting: int
    subject: int
    value: int


@dataclass(frozen=True, slots=True)
class Settings:
    settings: tuple[NewSetting, ...]


@dataclass(frozen=True, slots=True)
class Emergency:
    actions: tuple[int, ...]
    lifted: bool


@dataclass(frozen=True, slots=True)
class Propose:
    document: bytes
    deadline: int
    validator: Seat | None
    settings: Settings | None
    upgrade: Upgrade | None
    emergency: Emergency | None


@dataclass(frozen=True, slots=True)
class Proposal:
    proposer: bytes
    propose: Propose
    approvals: tuple[bytes, ...]
    decided: bool = False


THINGS: dict[str, Any] = {name: kind for name, kind in globals().items() if hasattr(kind, "__dataclass_fields__")}


def plain(message: Message) -> Any:
    """The thing that a message says."""
    kind, fields = _layout(message.DESCRIPTOR)
    values = []
    for name, is_list, is_message in fields:
        value = getattr(message, name)
        if is_list:
            value = tuple(map(plain, value)) if is_message else tuple(value)
        elif is_message:
            value = plain(value) if message.HasField(name) else None
        values.append(value)
    return tuple(values) if kind is None else kind(*values)


@cache
def _layout(descriptor: Descriptor) -> tuple[Any, list[tuple[str, bool, bool]]]:
    fields = {
        field.name: (field.name, field.is_repeated, field.message_type is not None) for field in descriptor.fields
    }
    if descriptor.name == "PublicKey":
        return None, list(fields.values())
    kind = THINGS[descriptor.name]
    assert set(kind.__dataclass_fields__) == set(fields), descriptor.name
    return kind, [fields[name] for name in kind.__dataclass_fields__]
