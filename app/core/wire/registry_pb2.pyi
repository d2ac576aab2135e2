from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Algorithm(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ALGORITHM_UNSPECIFIED: _ClassVar[Algorithm]
    ALGORITHM_ED25519: _ClassVar[Algorithm]
    ALGORITHM_P256: _ClassVar[Algorithm]

class Party(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PARTY_UNSPECIFIED: _ClassVar[Party]
    PARTY_OPERATOR: _ClassVar[Party]
    PARTY_BOOKKEEPER: _ClassVar[Party]
    PARTY_PARTNER: _ClassVar[Party]
    PARTY_USER: _ClassVar[Party]
    PARTY_REGULATOR: _ClassVar[Party]

class Permission(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PERMISSION_UNSPECIFIED: _ClassVar[Permission]
    PERMISSION_IDENTITY: _ClassVar[Permission]
    PERMISSION_EVIDENCE: _ClassVar[Permission]
    PERMISSION_VOUCHER: _ClassVar[Permission]
ALGORITHM_UNSPECIFIED: Algorithm
ALGORITHM_ED25519: Algorithm
ALGORITHM_P256: Algorithm
PARTY_UNSPECIFIED: Party
PARTY_OPERATOR: Party
PARTY_BOOKKEEPER: Party
PARTY_PARTNER: Party
PARTY_USER: Party
PARTY_REGULATOR: Party
PERMISSION_UNSPECIFIED: Permission
PERMISSION_IDENTITY: Permission
PERMISSION_EVIDENCE: Permission
PERMISSION_VOUCHER: Permission

class PublicKey(_message.Message):
    __slots__ = ("algorithm", "data")
    ALGORITHM_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    algorithm: Algorithm
    data: bytes
    def __init__(self, algorithm: _Optional[_Union[Algorithm, str]] = ..., data: _Optional[bytes] = ...) -> None: ...

class Transaction(_message.Message):
    __slots__ = ("body", "signatures")
    BODY_FIELD_NUMBER: _ClassVar[int]
    SIGNATURES_FIELD_NUMBER: _ClassVar[int]
    body: bytes
    signatures: _containers.RepeatedCompositeFieldContainer[Signature]
    def __init__(self, body: _Optional[bytes] = ..., signatures: _Optional[_Iterable[_Union[Signature, _Mapping]]] = ...) -> None: ...

class Signature(_message.Message):
    __slots__ = ("key", "signature")
    KEY_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    key: PublicKey
    signature: bytes
    def __init__(self, key: _Optional[_Union[PublicKey, _Mapping]] = ..., signature: _Optional[bytes] = ...) -> None: ...

class Body(_message.Message):
    __slots__ = ("chain_id", "sender", "nonce", "valid_until", "notarize", "propose", "approve")
    CHAIN_ID_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    NOTARIZE_FIELD_NUMBER: _ClassVar[int]
    PROPOSE_FIELD_NUMBER: _ClassVar[int]
    APPROVE_FIELD_NUMBER: _ClassVar[int]
    chain_id: str
    sender: bytes
    nonce: bytes
    valid_until: int
    notarize: Notarize
    propose: Propose
    approve: Approve
    def __init__(self, chain_id: _Optional[str] = ..., sender: _Optional[bytes] = ..., nonce: _Optional[bytes] = ..., valid_until: _Optional[int] = ..., notarize: _Optional[_Union[Notarize, _Mapping]] = ..., propose: _Optional[_Union[Propose, _Mapping]] = ..., approve: _Optional[_Union[Approve, _Mapping]] = ...) -> None: ...

class Notarize(_message.Message):
    __slots__ = ("record",)
    RECORD_FIELD_NUMBER: _ClassVar[int]
    record: EvidenceRecord
    def __init__(self, record: _Optional[_Union[EvidenceRecord, _Mapping]] = ...) -> None: ...

class EvidenceRecord(_message.Message):
    __slots__ = ("chain", "sequence", "previous", "sha256", "sm3", "size", "subject", "context_digest")
    CHAIN_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SM3_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    chain: bytes
    sequence: int
    previous: bytes
    sha256: bytes
    sm3: bytes
    size: int
    subject: str
    context_digest: bytes
    def __init__(self, chain: _Optional[bytes] = ..., sequence: _Optional[int] = ..., previous: _Optional[bytes] = ..., sha256: _Optional[bytes] = ..., sm3: _Optional[bytes] = ..., size: _Optional[int] = ..., subject: _Optional[str] = ..., context_digest: _Optional[bytes] = ...) -> None: ...

class Propose(_message.Message):
    __slots__ = ("document", "deadline", "validator")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    VALIDATOR_FIELD_NUMBER: _ClassVar[int]
    document: bytes
    deadline: int
    validator: Seat
    def __init__(self, document: _Optional[bytes] = ..., deadline: _Optional[int] = ..., validator: _Optional[_Union[Seat, _Mapping]] = ...) -> None: ...

class Approve(_message.Message):
    __slots__ = ("proposal",)
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    proposal: bytes
    def __init__(self, proposal: _Optional[bytes] = ...) -> None: ...

class Seat(_message.Message):
    __slots__ = ("key", "power", "account")
    KEY_FIELD_NUMBER: _ClassVar[int]
    POWER_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    key: bytes
    power: int
    account: int
    def __init__(self, key: _Optional[bytes] = ..., power: _Optional[int] = ..., account: _Optional[int] = ...) -> None: ...

class LogEntry(_message.Message):
    __slots__ = ("transaction_hash", "height", "time_ns", "sender", "signer", "agreement", "evidence_record", "proposal", "approval")
    TRANSACTION_HASH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    TIME_NS_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    SIGNER_FIELD_NUMBER: _ClassVar[int]
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_RECORD_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    transaction_hash: bytes
    height: int
    time_ns: int
    sender: bytes
    signer: bytes
    agreement: bytes
    evidence_record: bytes
    proposal: bytes
    approval: bytes
    def __init__(self, transaction_hash: _Optional[bytes] = ..., height: _Optional[int] = ..., time_ns: _Optional[int] = ..., sender: _Optional[bytes] = ..., signer: _Optional[bytes] = ..., agreement: _Optional[bytes] = ..., evidence_record: _Optional[bytes] = ..., proposal: _Optional[bytes] = ..., approval: _Optional[bytes] = ...) -> None: ...

class NonceBlock(_message.Message):
    __slots__ = ("previous", "height", "horizon", "nonces")
    PREVIOUS_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    HORIZON_FIELD_NUMBER: _ClassVar[int]
    NONCES_FIELD_NUMBER: _ClassVar[int]
    previous: bytes
    height: int
    horizon: int
    nonces: _containers.RepeatedCompositeFieldContainer[UsedNonce]
    def __init__(self, previous: _Optional[bytes] = ..., height: _Optional[int] = ..., horizon: _Optional[int] = ..., nonces: _Optional[_Iterable[_Union[UsedNonce, _Mapping]]] = ...) -> None: ...

class UsedNonce(_message.Message):
    __slots__ = ("sender", "nonce", "valid_until")
    SENDER_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    sender: bytes
    nonce: bytes
    valid_until: int
    def __init__(self, sender: _Optional[bytes] = ..., nonce: _Optional[bytes] = ..., valid_until: _Optional[int] = ...) -> None: ...

class Account(_message.Message):
    __slots__ = ("address", "id", "name", "party", "keys", "permissions", "agreement", "quota_points")
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    QUOTA_POINTS_FIELD_NUMBER: _ClassVar[int]
    address: bytes
    id: int
    name: str
    party: Party
    keys: _containers.RepeatedCompositeFieldContainer[AccountKey]
    permissions: _containers.RepeatedScalarFieldContainer[Permission]
    agreement: bytes
    quota_points: int
    def __init__(self, address: _Optional[bytes] = ..., id: _Optional[int] = ..., name: _Optional[str] = ..., party: _Optional[_Union[Party, str]] = ..., keys: _Optional[_Iterable[_Union[AccountKey, _Mapping]]] = ..., permissions: _Optional[_Iterable[_Union[Permission, str]]] = ..., agreement: _Optional[bytes] = ..., quota_points: _Optional[int] = ...) -> None: ...

class AccountKey(_message.Message):
    __slots__ = ("key", "label")
    KEY_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    key: PublicKey
    label: str
    def __init__(self, key: _Optional[_Union[PublicKey, _Mapping]] = ..., label: _Optional[str] = ...) -> None: ...

class ChainHead(_message.Message):
    __slots__ = ("owner", "sequence", "record")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    owner: bytes
    sequence: int
    record: bytes
    def __init__(self, owner: _Optional[bytes] = ..., sequence: _Optional[int] = ..., record: _Optional[bytes] = ...) -> None: ...

class QuotaUse(_message.Message):
    __slots__ = ("period", "spent")
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    SPENT_FIELD_NUMBER: _ClassVar[int]
    period: int
    spent: int
    def __init__(self, period: _Optional[int] = ..., spent: _Optional[int] = ...) -> None: ...

class Parameters(_message.Message):
    __slots__ = ("validity_window", "quota_period_seconds", "quota_offset_seconds", "action_costs", "bytes_per_point", "max_transaction_bytes")
    VALIDITY_WINDOW_FIELD_NUMBER: _ClassVar[int]
    QUOTA_PERIOD_SECONDS_FIELD_NUMBER: _ClassVar[int]
    QUOTA_OFFSET_SECONDS_FIELD_NUMBER: _ClassVar[int]
    ACTION_COSTS_FIELD_NUMBER: _ClassVar[int]
    BYTES_PER_POINT_FIELD_NUMBER: _ClassVar[int]
    MAX_TRANSACTION_BYTES_FIELD_NUMBER: _ClassVar[int]
    validity_window: int
    quota_period_seconds: int
    quota_offset_seconds: int
    action_costs: _containers.RepeatedCompositeFieldContainer[ActionCost]
    bytes_per_point: int
    max_transaction_bytes: int
    def __init__(self, validity_window: _Optional[int] = ..., quota_period_seconds: _Optional[int] = ..., quota_offset_seconds: _Optional[int] = ..., action_costs: _Optional[_Iterable[_Union[ActionCost, _Mapping]]] = ..., bytes_per_point: _Optional[int] = ..., max_transaction_bytes: _Optional[int] = ...) -> None: ...

class ActionCost(_message.Message):
    __slots__ = ("action", "points")
    ACTION_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    action: int
    points: int
    def __init__(self, action: _Optional[int] = ..., points: _Optional[int] = ...) -> None: ...

class NonceHead(_message.Message):
    __slots__ = ("digest", "horizon")
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    HORIZON_FIELD_NUMBER: _ClassVar[int]
    digest: bytes
    horizon: int
    def __init__(self, digest: _Optional[bytes] = ..., horizon: _Optional[int] = ...) -> None: ...

class Seats(_message.Message):
    __slots__ = ("seats",)
    SEATS_FIELD_NUMBER: _ClassVar[int]
    seats: _containers.RepeatedCompositeFieldContainer[Seat]
    def __init__(self, seats: _Optional[_Iterable[_Union[Seat, _Mapping]]] = ...) -> None: ...

class Proposal(_message.Message):
    __slots__ = ("proposer", "propose", "approvals", "decided")
    PROPOSER_FIELD_NUMBER: _ClassVar[int]
    PROPOSE_FIELD_NUMBER: _ClassVar[int]
    APPROVALS_FIELD_NUMBER: _ClassVar[int]
    DECIDED_FIELD_NUMBER: _ClassVar[int]
    proposer: bytes
    propose: Propose
    approvals: _containers.RepeatedScalarFieldContainer[bytes]
    decided: bool
    def __init__(self, proposer: _Optional[bytes] = ..., propose: _Optional[_Union[Propose, _Mapping]] = ..., approvals: _Optional[_Iterable[bytes]] = ..., decided: _Optional[bool] = ...) -> None: ...
