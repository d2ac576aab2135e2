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

class Role(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ROLE_UNSPECIFIED: _ClassVar[Role]
    ROLE_MAKER: _ClassVar[Role]
    ROLE_CHECKER: _ClassVar[Role]
    ROLE_ADMINISTRATOR: _ClassVar[Role]

class Duty(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DUTY_UNSPECIFIED: _ClassVar[Duty]
    DUTY_EVIDENCE: _ClassVar[Duty]
    DUTY_AGREEMENT: _ClassVar[Duty]
    DUTY_IDENTITY: _ClassVar[Duty]
    DUTY_VOUCHER: _ClassVar[Duty]
    DUTY_ACCESS: _ClassVar[Duty]
    DUTY_KEYS: _ClassVar[Duty]
    DUTY_ADMISSION: _ClassVar[Duty]
    DUTY_ORDER: _ClassVar[Duty]
    DUTY_GOVERNANCE: _ClassVar[Duty]

class Level(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LEVEL_UNSPECIFIED: _ClassVar[Level]
    LEVEL_REGISTERED: _ClassVar[Level]
    LEVEL_ANONYMOUS: _ClassVar[Level]
    LEVEL_PHONE: _ClassVar[Level]
    LEVEL_REAL_NAME: _ClassVar[Level]
    LEVEL_CERTIFICATE: _ClassVar[Level]

class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    KIND_UNSPECIFIED: _ClassVar[Kind]
    KIND_DIVISIBLE: _ClassVar[Kind]
    KIND_UNIQUE: _ClassVar[Kind]

class Flow(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FLOW_OPEN: _ClassVar[Flow]
    FLOW_HELD: _ClassVar[Flow]
    FLOW_FROZEN: _ClassVar[Flow]

class Setting(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SETTING_UNSPECIFIED: _ClassVar[Setting]
    SETTING_VALIDITY_WINDOW: _ClassVar[Setting]
    SETTING_QUOTA_PERIOD_SECONDS: _ClassVar[Setting]
    SETTING_QUOTA_OFFSET_SECONDS: _ClassVar[Setting]
    SETTING_BYTES_PER_POINT: _ClassVar[Setting]
    SETTING_MAX_TRANSACTION_BYTES: _ClassVar[Setting]
    SETTING_ACTION_COST: _ClassVar[Setting]
    SETTING_LEVEL_POINTS: _ClassVar[Setting]

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

class VoucherState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VOUCHER_STATE_UNSPECIFIED: _ClassVar[VoucherState]
    VOUCHER_STATE_APPLIED: _ClassVar[VoucherState]
    VOUCHER_STATE_CREATED: _ClassVar[VoucherState]
    VOUCHER_STATE_DECLINED: _ClassVar[VoucherState]

class PieceEnd(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PIECE_END_LIVE: _ClassVar[PieceEnd]
    PIECE_END_REDEEMED: _ClassVar[PieceEnd]
    PIECE_END_LAPSED: _ClassVar[PieceEnd]
    PIECE_END_MERGED: _ClassVar[PieceEnd]
ALGORITHM_UNSPECIFIED: Algorithm
ALGORITHM_ED25519: Algorithm
ALGORITHM_P256: Algorithm
ROLE_UNSPECIFIED: Role
ROLE_MAKER: Role
ROLE_CHECKER: Role
ROLE_ADMINISTRATOR: Role
DUTY_UNSPECIFIED: Duty
DUTY_EVIDENCE: Duty
DUTY_AGREEMENT: Duty
DUTY_IDENTITY: Duty
DUTY_VOUCHER: Duty
DUTY_ACCESS: Duty
DUTY_KEYS: Duty
DUTY_ADMISSION: Duty
DUTY_ORDER: Duty
DUTY_GOVERNANCE: Duty
LEVEL_UNSPECIFIED: Level
LEVEL_REGISTERED: Level
LEVEL_ANONYMOUS: Level
LEVEL_PHONE: Level
LEVEL_REAL_NAME: Level
LEVEL_CERTIFICATE: Level
KIND_UNSPECIFIED: Kind
KIND_DIVISIBLE: Kind
KIND_UNIQUE: Kind
FLOW_OPEN: Flow
FLOW_HELD: Flow
FLOW_FROZEN: Flow
SETTING_UNSPECIFIED: Setting
SETTING_VALIDITY_WINDOW: Setting
SETTING_QUOTA_PERIOD_SECONDS: Setting
SETTING_QUOTA_OFFSET_SECONDS: Setting
SETTING_BYTES_PER_POINT: Setting
SETTING_MAX_TRANSACTION_BYTES: Setting
SETTING_ACTION_COST: Setting
SETTING_LEVEL_POINTS: Setting
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
VOUCHER_STATE_UNSPECIFIED: VoucherState
VOUCHER_STATE_APPLIED: VoucherState
VOUCHER_STATE_CREATED: VoucherState
VOUCHER_STATE_DECLINED: VoucherState
PIECE_END_LIVE: PieceEnd
PIECE_END_REDEEMED: PieceEnd
PIECE_END_LAPSED: PieceEnd
PIECE_END_MERGED: PieceEnd

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
    __slots__ = ("chain_id", "sender", "nonce", "valid_until", "approvers", "hold_until", "notarize", "propose", "approve", "change_keys", "set_thresholds", "rename", "countersign", "discard", "admit", "amend", "suspend", "resume", "record_order", "enrol", "certify", "revoke_certification", "recognise", "reset_key", "freeze", "unfreeze", "grant", "withdraw_grant", "open_agreement", "confirm_agreement", "retract_confirmation", "apply_voucher", "create_voucher", "decline_voucher", "manage_voucher", "allocate", "transfer", "split", "merge", "redeem", "expire", "supervise", "attest_custody", "assign_custody")
    CHAIN_ID_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    APPROVERS_FIELD_NUMBER: _ClassVar[int]
    HOLD_UNTIL_FIELD_NUMBER: _ClassVar[int]
    NOTARIZE_FIELD_NUMBER: _ClassVar[int]
    PROPOSE_FIELD_NUMBER: _ClassVar[int]
    APPROVE_FIELD_NUMBER: _ClassVar[int]
    CHANGE_KEYS_FIELD_NUMBER: _ClassVar[int]
    SET_THRESHOLDS_FIELD_NUMBER: _ClassVar[int]
    RENAME_FIELD_NUMBER: _ClassVar[int]
    COUNTERSIGN_FIELD_NUMBER: _ClassVar[int]
    DISCARD_FIELD_NUMBER: _ClassVar[int]
    ADMIT_FIELD_NUMBER: _ClassVar[int]
    AMEND_FIELD_NUMBER: _ClassVar[int]
    SUSPEND_FIELD_NUMBER: _ClassVar[int]
    RESUME_FIELD_NUMBER: _ClassVar[int]
    RECORD_ORDER_FIELD_NUMBER: _ClassVar[int]
    ENROL_FIELD_NUMBER: _ClassVar[int]
    CERTIFY_FIELD_NUMBER: _ClassVar[int]
    REVOKE_CERTIFICATION_FIELD_NUMBER: _ClassVar[int]
    RECOGNISE_FIELD_NUMBER: _ClassVar[int]
    RESET_KEY_FIELD_NUMBER: _ClassVar[int]
    FREEZE_FIELD_NUMBER: _ClassVar[int]
    UNFREEZE_FIELD_NUMBER: _ClassVar[int]
    GRANT_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_GRANT_FIELD_NUMBER: _ClassVar[int]
    OPEN_AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    CONFIRM_AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    RETRACT_CONFIRMATION_FIELD_NUMBER: _ClassVar[int]
    APPLY_VOUCHER_FIELD_NUMBER: _ClassVar[int]
    CREATE_VOUCHER_FIELD_NUMBER: _ClassVar[int]
    DECLINE_VOUCHER_FIELD_NUMBER: _ClassVar[int]
    MANAGE_VOUCHER_FIELD_NUMBER: _ClassVar[int]
    ALLOCATE_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_FIELD_NUMBER: _ClassVar[int]
    SPLIT_FIELD_NUMBER: _ClassVar[int]
    MERGE_FIELD_NUMBER: _ClassVar[int]
    REDEEM_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_FIELD_NUMBER: _ClassVar[int]
    SUPERVISE_FIELD_NUMBER: _ClassVar[int]
    ATTEST_CUSTODY_FIELD_NUMBER: _ClassVar[int]
    ASSIGN_CUSTODY_FIELD_NUMBER: _ClassVar[int]
    chain_id: str
    sender: bytes
    nonce: bytes
    valid_until: int
    approvers: _containers.RepeatedCompositeFieldContainer[PublicKey]
    hold_until: int
    notarize: Notarize
    propose: Propose
    approve: Approve
    change_keys: ChangeKeys
    set_thresholds: SetThresholds
    rename: Rename
    countersign: Countersign
    discard: Discard
    admit: Admit
    amend: Amend
    suspend: Suspend
    resume: Resume
    record_order: RecordOrder
    enrol: Enrol
    certify: Certify
    revoke_certification: RevokeCertification
    recognise: Recognise
    reset_key: ResetKey
    freeze: Freeze
    unfreeze: Unfreeze
    grant: Grant
    withdraw_grant: WithdrawGrant
    open_agreement: OpenAgreement
    confirm_agreement: ConfirmAgreement
    retract_confirmation: RetractConfirmation
    apply_voucher: ApplyVoucher
    create_voucher: CreateVoucher
    decline_voucher: DeclineVoucher
    manage_voucher: ManageVoucher
    allocate: Allocate
    transfer: Transfer
    split: Split
    merge: Merge
    redeem: Redeem
    expire: Expire
    supervise: Supervise
    attest_custody: AttestCustody
    assign_custody: AssignCustody
    def __init__(self, chain_id: _Optional[str] = ..., sender: _Optional[bytes] = ..., nonce: _Optional[bytes] = ..., valid_until: _Optional[int] = ..., approvers: _Optional[_Iterable[_Union[PublicKey, _Mapping]]] = ..., hold_until: _Optional[int] = ..., notarize: _Optional[_Union[Notarize, _Mapping]] = ..., propose: _Optional[_Union[Propose, _Mapping]] = ..., approve: _Optional[_Union[Approve, _Mapping]] = ..., change_keys: _Optional[_Union[ChangeKeys, _Mapping]] = ..., set_thresholds: _Optional[_Union[SetThresholds, _Mapping]] = ..., rename: _Optional[_Union[Rename, _Mapping]] = ..., countersign: _Optional[_Union[Countersign, _Mapping]] = ..., discard: _Optional[_Union[Discard, _Mapping]] = ..., admit: _Optional[_Union[Admit, _Mapping]] = ..., amend: _Optional[_Union[Amend, _Mapping]] = ..., suspend: _Optional[_Union[Suspend, _Mapping]] = ..., resume: _Optional[_Union[Resume, _Mapping]] = ..., record_order: _Optional[_Union[RecordOrder, _Mapping]] = ..., enrol: _Optional[_Union[Enrol, _Mapping]] = ..., certify: _Optional[_Union[Certify, _Mapping]] = ..., revoke_certification: _Optional[_Union[RevokeCertification, _Mapping]] = ..., recognise: _Optional[_Union[Recognise, _Mapping]] = ..., reset_key: _Optional[_Union[ResetKey, _Mapping]] = ..., freeze: _Optional[_Union[Freeze, _Mapping]] = ..., unfreeze: _Optional[_Union[Unfreeze, _Mapping]] = ..., grant: _Optional[_Union[Grant, _Mapping]] = ..., withdraw_grant: _Optional[_Union[WithdrawGrant, _Mapping]] = ..., open_agreement: _Optional[_Union[OpenAgreement, _Mapping]] = ..., confirm_agreement: _Optional[_Union[ConfirmAgreement, _Mapping]] = ..., retract_confirmation: _Optional[_Union[RetractConfirmation, _Mapping]] = ..., apply_voucher: _Optional[_Union[ApplyVoucher, _Mapping]] = ..., create_voucher: _Optional[_Union[CreateVoucher, _Mapping]] = ..., decline_voucher: _Optional[_Union[DeclineVoucher, _Mapping]] = ..., manage_voucher: _Optional[_Union[ManageVoucher, _Mapping]] = ..., allocate: _Optional[_Union[Allocate, _Mapping]] = ..., transfer: _Optional[_Union[Transfer, _Mapping]] = ..., split: _Optional[_Union[Split, _Mapping]] = ..., merge: _Optional[_Union[Merge, _Mapping]] = ..., redeem: _Optional[_Union[Redeem, _Mapping]] = ..., expire: _Optional[_Union[Expire, _Mapping]] = ..., supervise: _Optional[_Union[Supervise, _Mapping]] = ..., attest_custody: _Optional[_Union[AttestCustody, _Mapping]] = ..., assign_custody: _Optional[_Union[AssignCustody, _Mapping]] = ...) -> None: ...

class Notarize(_message.Message):
    __slots__ = ("record",)
    RECORD_FIELD_NUMBER: _ClassVar[int]
    record: EvidenceRecord
    def __init__(self, record: _Optional[_Union[EvidenceRecord, _Mapping]] = ...) -> None: ...

class EvidenceRecord(_message.Message):
    __slots__ = ("chain", "sequence", "previous", "sha256", "sm3", "size", "subject", "context_digest", "batch_root", "batch_size", "supersedes", "timestamp", "hosting")
    CHAIN_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SM3_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    BATCH_ROOT_FIELD_NUMBER: _ClassVar[int]
    BATCH_SIZE_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDES_FIELD_NUMBER: _ClassVar[int]
    TIMESTAMP_FIELD_NUMBER: _ClassVar[int]
    HOSTING_FIELD_NUMBER: _ClassVar[int]
    chain: bytes
    sequence: int
    previous: bytes
    sha256: bytes
    sm3: bytes
    size: int
    subject: str
    context_digest: bytes
    batch_root: bytes
    batch_size: int
    supersedes: int
    timestamp: bytes
    hosting: bytes
    def __init__(self, chain: _Optional[bytes] = ..., sequence: _Optional[int] = ..., previous: _Optional[bytes] = ..., sha256: _Optional[bytes] = ..., sm3: _Optional[bytes] = ..., size: _Optional[int] = ..., subject: _Optional[str] = ..., context_digest: _Optional[bytes] = ..., batch_root: _Optional[bytes] = ..., batch_size: _Optional[int] = ..., supersedes: _Optional[int] = ..., timestamp: _Optional[bytes] = ..., hosting: _Optional[bytes] = ...) -> None: ...

class NewKey(_message.Message):
    __slots__ = ("key", "label", "roles", "possession")
    KEY_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    POSSESSION_FIELD_NUMBER: _ClassVar[int]
    key: PublicKey
    label: str
    roles: _containers.RepeatedScalarFieldContainer[Role]
    possession: bytes
    def __init__(self, key: _Optional[_Union[PublicKey, _Mapping]] = ..., label: _Optional[str] = ..., roles: _Optional[_Iterable[_Union[Role, str]]] = ..., possession: _Optional[bytes] = ...) -> None: ...

class Threshold(_message.Message):
    __slots__ = ("duty", "checkers")
    DUTY_FIELD_NUMBER: _ClassVar[int]
    CHECKERS_FIELD_NUMBER: _ClassVar[int]
    duty: Duty
    checkers: int
    def __init__(self, duty: _Optional[_Union[Duty, str]] = ..., checkers: _Optional[int] = ...) -> None: ...

class ChangeKeys(_message.Message):
    __slots__ = ("add", "revoke")
    ADD_FIELD_NUMBER: _ClassVar[int]
    REVOKE_FIELD_NUMBER: _ClassVar[int]
    add: _containers.RepeatedCompositeFieldContainer[NewKey]
    revoke: _containers.RepeatedCompositeFieldContainer[PublicKey]
    def __init__(self, add: _Optional[_Iterable[_Union[NewKey, _Mapping]]] = ..., revoke: _Optional[_Iterable[_Union[PublicKey, _Mapping]]] = ...) -> None: ...

class SetThresholds(_message.Message):
    __slots__ = ("thresholds",)
    THRESHOLDS_FIELD_NUMBER: _ClassVar[int]
    thresholds: _containers.RepeatedCompositeFieldContainer[Threshold]
    def __init__(self, thresholds: _Optional[_Iterable[_Union[Threshold, _Mapping]]] = ...) -> None: ...

class Rename(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class Countersign(_message.Message):
    __slots__ = ("held", "digest")
    HELD_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    held: bytes
    digest: bytes
    def __init__(self, held: _Optional[bytes] = ..., digest: _Optional[bytes] = ...) -> None: ...

class Discard(_message.Message):
    __slots__ = ("held",)
    HELD_FIELD_NUMBER: _ClassVar[int]
    held: bytes
    def __init__(self, held: _Optional[bytes] = ...) -> None: ...

class Order(_message.Message):
    __slots__ = ("document", "authority", "reference")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    document: bytes
    authority: str
    reference: str
    def __init__(self, document: _Optional[bytes] = ..., authority: _Optional[str] = ..., reference: _Optional[str] = ...) -> None: ...

class Admit(_message.Message):
    __slots__ = ("party", "name", "keys", "permissions", "agreement", "quota_points", "thresholds")
    PARTY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    QUOTA_POINTS_FIELD_NUMBER: _ClassVar[int]
    THRESHOLDS_FIELD_NUMBER: _ClassVar[int]
    party: Party
    name: str
    keys: _containers.RepeatedCompositeFieldContainer[NewKey]
    permissions: _containers.RepeatedScalarFieldContainer[Permission]
    agreement: bytes
    quota_points: int
    thresholds: _containers.RepeatedCompositeFieldContainer[Threshold]
    def __init__(self, party: _Optional[_Union[Party, str]] = ..., name: _Optional[str] = ..., keys: _Optional[_Iterable[_Union[NewKey, _Mapping]]] = ..., permissions: _Optional[_Iterable[_Union[Permission, str]]] = ..., agreement: _Optional[bytes] = ..., quota_points: _Optional[int] = ..., thresholds: _Optional[_Iterable[_Union[Threshold, _Mapping]]] = ...) -> None: ...

class Amend(_message.Message):
    __slots__ = ("account", "name", "permissions", "quota_points", "agreement")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    QUOTA_POINTS_FIELD_NUMBER: _ClassVar[int]
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    account: int
    name: str
    permissions: _containers.RepeatedScalarFieldContainer[Permission]
    quota_points: int
    agreement: bytes
    def __init__(self, account: _Optional[int] = ..., name: _Optional[str] = ..., permissions: _Optional[_Iterable[_Union[Permission, str]]] = ..., quota_points: _Optional[int] = ..., agreement: _Optional[bytes] = ...) -> None: ...

class Suspend(_message.Message):
    __slots__ = ("account", "order")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    account: int
    order: Order
    def __init__(self, account: _Optional[int] = ..., order: _Optional[_Union[Order, _Mapping]] = ...) -> None: ...

class Resume(_message.Message):
    __slots__ = ("account", "order")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    account: int
    order: Order
    def __init__(self, account: _Optional[int] = ..., order: _Optional[_Union[Order, _Mapping]] = ...) -> None: ...

class RecordOrder(_message.Message):
    __slots__ = ("account", "order")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    account: int
    order: Order
    def __init__(self, account: _Optional[int] = ..., order: _Optional[_Union[Order, _Mapping]] = ...) -> None: ...

class Enrol(_message.Message):
    __slots__ = ("key", "name", "level", "root", "expires_ns", "answers")
    KEY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_NS_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    key: NewKey
    name: str
    level: Level
    root: bytes
    expires_ns: int
    answers: bool
    def __init__(self, key: _Optional[_Union[NewKey, _Mapping]] = ..., name: _Optional[str] = ..., level: _Optional[_Union[Level, str]] = ..., root: _Optional[bytes] = ..., expires_ns: _Optional[int] = ..., answers: _Optional[bool] = ...) -> None: ...

class Certify(_message.Message):
    __slots__ = ("account", "level", "root", "expires_ns", "answers")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_NS_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    account: int
    level: Level
    root: bytes
    expires_ns: int
    answers: bool
    def __init__(self, account: _Optional[int] = ..., level: _Optional[_Union[Level, str]] = ..., root: _Optional[bytes] = ..., expires_ns: _Optional[int] = ..., answers: _Optional[bool] = ...) -> None: ...

class RevokeCertification(_message.Message):
    __slots__ = ("account", "reason")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    account: int
    reason: bytes
    def __init__(self, account: _Optional[int] = ..., reason: _Optional[bytes] = ...) -> None: ...

class Recognise(_message.Message):
    __slots__ = ("partner", "least")
    PARTNER_FIELD_NUMBER: _ClassVar[int]
    LEAST_FIELD_NUMBER: _ClassVar[int]
    partner: int
    least: Level
    def __init__(self, partner: _Optional[int] = ..., least: _Optional[_Union[Level, str]] = ...) -> None: ...

class ResetKey(_message.Message):
    __slots__ = ("account", "key", "application", "authentication")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    APPLICATION_FIELD_NUMBER: _ClassVar[int]
    AUTHENTICATION_FIELD_NUMBER: _ClassVar[int]
    account: int
    key: NewKey
    application: bytes
    authentication: bytes
    def __init__(self, account: _Optional[int] = ..., key: _Optional[_Union[NewKey, _Mapping]] = ..., application: _Optional[bytes] = ..., authentication: _Optional[bytes] = ...) -> None: ...

class Freeze(_message.Message):
    __slots__ = ("account", "order")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    account: int
    order: Order
    def __init__(self, account: _Optional[int] = ..., order: _Optional[_Union[Order, _Mapping]] = ...) -> None: ...

class Unfreeze(_message.Message):
    __slots__ = ("account", "order")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    account: int
    order: Order
    def __init__(self, account: _Optional[int] = ..., order: _Optional[_Union[Order, _Mapping]] = ...) -> None: ...

class Grant(_message.Message):
    __slots__ = ("grantee", "holder", "scope", "purpose", "expires_ns")
    GRANTEE_FIELD_NUMBER: _ClassVar[int]
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_NS_FIELD_NUMBER: _ClassVar[int]
    grantee: int
    holder: int
    scope: bytes
    purpose: str
    expires_ns: int
    def __init__(self, grantee: _Optional[int] = ..., holder: _Optional[int] = ..., scope: _Optional[bytes] = ..., purpose: _Optional[str] = ..., expires_ns: _Optional[int] = ...) -> None: ...

class WithdrawGrant(_message.Message):
    __slots__ = ("grant",)
    GRANT_FIELD_NUMBER: _ClassVar[int]
    grant: bytes
    def __init__(self, grant: _Optional[bytes] = ...) -> None: ...

class OpenAgreement(_message.Message):
    __slots__ = ("sha256", "sm3", "size", "subject", "context_digest", "parties", "deadline")
    SHA256_FIELD_NUMBER: _ClassVar[int]
    SM3_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    sha256: bytes
    sm3: bytes
    size: int
    subject: str
    context_digest: bytes
    parties: _containers.RepeatedScalarFieldContainer[int]
    deadline: int
    def __init__(self, sha256: _Optional[bytes] = ..., sm3: _Optional[bytes] = ..., size: _Optional[int] = ..., subject: _Optional[str] = ..., context_digest: _Optional[bytes] = ..., parties: _Optional[_Iterable[int]] = ..., deadline: _Optional[int] = ...) -> None: ...

class ConfirmAgreement(_message.Message):
    __slots__ = ("agreement", "sha256")
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    agreement: bytes
    sha256: bytes
    def __init__(self, agreement: _Optional[bytes] = ..., sha256: _Optional[bytes] = ...) -> None: ...

class RetractConfirmation(_message.Message):
    __slots__ = ("agreement",)
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    agreement: bytes
    def __init__(self, agreement: _Optional[bytes] = ...) -> None: ...

class Terms(_message.Message):
    __slots__ = ("name", "product", "description", "kind", "decimals", "cap", "opens_ns", "closes_ns", "bound", "max_transfers", "expires_ns", "accepted")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DECIMALS_FIELD_NUMBER: _ClassVar[int]
    CAP_FIELD_NUMBER: _ClassVar[int]
    OPENS_NS_FIELD_NUMBER: _ClassVar[int]
    CLOSES_NS_FIELD_NUMBER: _ClassVar[int]
    BOUND_FIELD_NUMBER: _ClassVar[int]
    MAX_TRANSFERS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_NS_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    name: str
    product: str
    description: bytes
    kind: Kind
    decimals: int
    cap: int
    opens_ns: int
    closes_ns: int
    bound: bool
    max_transfers: int
    expires_ns: int
    accepted: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, name: _Optional[str] = ..., product: _Optional[str] = ..., description: _Optional[bytes] = ..., kind: _Optional[_Union[Kind, str]] = ..., decimals: _Optional[int] = ..., cap: _Optional[int] = ..., opens_ns: _Optional[int] = ..., closes_ns: _Optional[int] = ..., bound: _Optional[bool] = ..., max_transfers: _Optional[int] = ..., expires_ns: _Optional[int] = ..., accepted: _Optional[_Iterable[int]] = ...) -> None: ...

class ApplyVoucher(_message.Message):
    __slots__ = ("terms", "legal")
    TERMS_FIELD_NUMBER: _ClassVar[int]
    LEGAL_FIELD_NUMBER: _ClassVar[int]
    terms: Terms
    legal: bytes
    def __init__(self, terms: _Optional[_Union[Terms, _Mapping]] = ..., legal: _Optional[bytes] = ...) -> None: ...

class CreateVoucher(_message.Message):
    __slots__ = ("voucher",)
    VOUCHER_FIELD_NUMBER: _ClassVar[int]
    voucher: bytes
    def __init__(self, voucher: _Optional[bytes] = ...) -> None: ...

class DeclineVoucher(_message.Message):
    __slots__ = ("voucher", "reason")
    VOUCHER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    voucher: bytes
    reason: bytes
    def __init__(self, voucher: _Optional[bytes] = ..., reason: _Optional[bytes] = ...) -> None: ...

class ManageVoucher(_message.Message):
    __slots__ = ("voucher", "accepted")
    VOUCHER_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    voucher: bytes
    accepted: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, voucher: _Optional[bytes] = ..., accepted: _Optional[_Iterable[int]] = ...) -> None: ...

class Allotment(_message.Message):
    __slots__ = ("to", "amount")
    TO_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    to: int
    amount: int
    def __init__(self, to: _Optional[int] = ..., amount: _Optional[int] = ...) -> None: ...

class Allocate(_message.Message):
    __slots__ = ("voucher", "legs")
    VOUCHER_FIELD_NUMBER: _ClassVar[int]
    LEGS_FIELD_NUMBER: _ClassVar[int]
    voucher: bytes
    legs: _containers.RepeatedCompositeFieldContainer[Allotment]
    def __init__(self, voucher: _Optional[bytes] = ..., legs: _Optional[_Iterable[_Union[Allotment, _Mapping]]] = ...) -> None: ...

class Leg(_message.Message):
    __slots__ = ("voucher", "to", "amount", "serials")
    VOUCHER_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    SERIALS_FIELD_NUMBER: _ClassVar[int]
    voucher: bytes
    to: int
    amount: int
    serials: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, voucher: _Optional[bytes] = ..., to: _Optional[int] = ..., amount: _Optional[int] = ..., serials: _Optional[_Iterable[int]] = ...) -> None: ...

class Transfer(_message.Message):
    __slots__ = ("legs",)
    LEGS_FIELD_NUMBER: _ClassVar[int]
    legs: _containers.RepeatedCompositeFieldContainer[Leg]
    def __init__(self, legs: _Optional[_Iterable[_Union[Leg, _Mapping]]] = ...) -> None: ...

class Split(_message.Message):
    __slots__ = ("voucher", "amounts")
    VOUCHER_FIELD_NUMBER: _ClassVar[int]
    AMOUNTS_FIELD_NUMBER: _ClassVar[int]
    voucher: bytes
    amounts: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, voucher: _Optional[bytes] = ..., amounts: _Optional[_Iterable[int]] = ...) -> None: ...

class Merge(_message.Message):
    __slots__ = ("voucher", "serials")
    VOUCHER_FIELD_NUMBER: _ClassVar[int]
    SERIALS_FIELD_NUMBER: _ClassVar[int]
    voucher: bytes
    serials: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, voucher: _Optional[bytes] = ..., serials: _Optional[_Iterable[int]] = ...) -> None: ...

class Redeem(_message.Message):
    __slots__ = ("voucher", "amount", "serials", "reference")
    VOUCHER_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    SERIALS_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    voucher: bytes
    amount: int
    serials: _containers.RepeatedScalarFieldContainer[int]
    reference: bytes
    def __init__(self, voucher: _Optional[bytes] = ..., amount: _Optional[int] = ..., serials: _Optional[_Iterable[int]] = ..., reference: _Optional[bytes] = ...) -> None: ...

class Expire(_message.Message):
    __slots__ = ("voucher", "accounts", "serials")
    VOUCHER_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    SERIALS_FIELD_NUMBER: _ClassVar[int]
    voucher: bytes
    accounts: _containers.RepeatedScalarFieldContainer[int]
    serials: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, voucher: _Optional[bytes] = ..., accounts: _Optional[_Iterable[int]] = ..., serials: _Optional[_Iterable[int]] = ...) -> None: ...

class Supervise(_message.Message):
    __slots__ = ("voucher", "order", "cap", "flow", "holder", "piece")
    VOUCHER_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    CAP_FIELD_NUMBER: _ClassVar[int]
    FLOW_FIELD_NUMBER: _ClassVar[int]
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    PIECE_FIELD_NUMBER: _ClassVar[int]
    voucher: bytes
    order: Order
    cap: int
    flow: FlowMeasure
    holder: HolderMeasure
    piece: PieceMeasure
    def __init__(self, voucher: _Optional[bytes] = ..., order: _Optional[_Union[Order, _Mapping]] = ..., cap: _Optional[int] = ..., flow: _Optional[_Union[FlowMeasure, _Mapping]] = ..., holder: _Optional[_Union[HolderMeasure, _Mapping]] = ..., piece: _Optional[_Union[PieceMeasure, _Mapping]] = ...) -> None: ...

class FlowMeasure(_message.Message):
    __slots__ = ("flow",)
    FLOW_FIELD_NUMBER: _ClassVar[int]
    flow: Flow
    def __init__(self, flow: _Optional[_Union[Flow, str]] = ...) -> None: ...

class HolderMeasure(_message.Message):
    __slots__ = ("account", "frozen", "frozen_amount")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    FROZEN_FIELD_NUMBER: _ClassVar[int]
    FROZEN_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    account: int
    frozen: bool
    frozen_amount: int
    def __init__(self, account: _Optional[int] = ..., frozen: _Optional[bool] = ..., frozen_amount: _Optional[int] = ...) -> None: ...

class PieceMeasure(_message.Message):
    __slots__ = ("serial", "frozen")
    SERIAL_FIELD_NUMBER: _ClassVar[int]
    FROZEN_FIELD_NUMBER: _ClassVar[int]
    serial: int
    frozen: bool
    def __init__(self, serial: _Optional[int] = ..., frozen: _Optional[bool] = ...) -> None: ...

class AttestCustody(_message.Message):
    __slots__ = ("voucher", "root", "total", "statement", "accounts")
    VOUCHER_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    voucher: bytes
    root: bytes
    total: int
    statement: bytes
    accounts: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, voucher: _Optional[bytes] = ..., root: _Optional[bytes] = ..., total: _Optional[int] = ..., statement: _Optional[bytes] = ..., accounts: _Optional[_Iterable[int]] = ...) -> None: ...

class AssignCustody(_message.Message):
    __slots__ = ("voucher", "custodian")
    VOUCHER_FIELD_NUMBER: _ClassVar[int]
    CUSTODIAN_FIELD_NUMBER: _ClassVar[int]
    voucher: bytes
    custodian: int
    def __init__(self, voucher: _Optional[bytes] = ..., custodian: _Optional[int] = ...) -> None: ...

class Propose(_message.Message):
    __slots__ = ("document", "deadline", "validator", "settings", "upgrade", "emergency")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    VALIDATOR_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    UPGRADE_FIELD_NUMBER: _ClassVar[int]
    EMERGENCY_FIELD_NUMBER: _ClassVar[int]
    document: bytes
    deadline: int
    validator: Seat
    settings: Settings
    upgrade: Upgrade
    emergency: Emergency
    def __init__(self, document: _Optional[bytes] = ..., deadline: _Optional[int] = ..., validator: _Optional[_Union[Seat, _Mapping]] = ..., settings: _Optional[_Union[Settings, _Mapping]] = ..., upgrade: _Optional[_Union[Upgrade, _Mapping]] = ..., emergency: _Optional[_Union[Emergency, _Mapping]] = ...) -> None: ...

class NewSetting(_message.Message):
    __slots__ = ("setting", "subject", "value")
    SETTING_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    setting: Setting
    subject: int
    value: int
    def __init__(self, setting: _Optional[_Union[Setting, str]] = ..., subject: _Optional[int] = ..., value: _Optional[int] = ...) -> None: ...

class Settings(_message.Message):
    __slots__ = ("settings",)
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    settings: _containers.RepeatedCompositeFieldContainer[NewSetting]
    def __init__(self, settings: _Optional[_Iterable[_Union[NewSetting, _Mapping]]] = ...) -> None: ...

class Upgrade(_message.Message):
    __slots__ = ("height", "version", "release")
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    height: int
    version: int
    release: bytes
    def __init__(self, height: _Optional[int] = ..., version: _Optional[int] = ..., release: _Optional[bytes] = ...) -> None: ...

class Emergency(_message.Message):
    __slots__ = ("actions", "lifted")
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    LIFTED_FIELD_NUMBER: _ClassVar[int]
    actions: _containers.RepeatedScalarFieldContainer[int]
    lifted: bool
    def __init__(self, actions: _Optional[_Iterable[int]] = ..., lifted: _Optional[bool] = ...) -> None: ...

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
    __slots__ = ("transaction_hash", "height", "time_ns", "sender", "signer", "agreement", "agreement_version", "partner", "approvers", "held", "result", "hold", "evidence_record", "proposal", "approval", "change_keys", "set_thresholds", "rename", "countersign", "discard", "admit", "amend", "suspend", "resume", "record_order", "enrol", "certify", "revoke_certification", "recognise", "reset_key", "freeze", "unfreeze", "grant", "withdraw_grant", "open_agreement", "confirm_agreement", "retract_confirmation", "apply_voucher", "create_voucher", "decline_voucher", "manage_voucher", "allocate", "transfer", "split", "merge", "redeem", "expire", "supervise", "attest_custody", "assign_custody")
    TRANSACTION_HASH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    TIME_NS_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    SIGNER_FIELD_NUMBER: _ClassVar[int]
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    AGREEMENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    PARTNER_FIELD_NUMBER: _ClassVar[int]
    APPROVERS_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_RECORD_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    CHANGE_KEYS_FIELD_NUMBER: _ClassVar[int]
    SET_THRESHOLDS_FIELD_NUMBER: _ClassVar[int]
    RENAME_FIELD_NUMBER: _ClassVar[int]
    COUNTERSIGN_FIELD_NUMBER: _ClassVar[int]
    DISCARD_FIELD_NUMBER: _ClassVar[int]
    ADMIT_FIELD_NUMBER: _ClassVar[int]
    AMEND_FIELD_NUMBER: _ClassVar[int]
    SUSPEND_FIELD_NUMBER: _ClassVar[int]
    RESUME_FIELD_NUMBER: _ClassVar[int]
    RECORD_ORDER_FIELD_NUMBER: _ClassVar[int]
    ENROL_FIELD_NUMBER: _ClassVar[int]
    CERTIFY_FIELD_NUMBER: _ClassVar[int]
    REVOKE_CERTIFICATION_FIELD_NUMBER: _ClassVar[int]
    RECOGNISE_FIELD_NUMBER: _ClassVar[int]
    RESET_KEY_FIELD_NUMBER: _ClassVar[int]
    FREEZE_FIELD_NUMBER: _ClassVar[int]
    UNFREEZE_FIELD_NUMBER: _ClassVar[int]
    GRANT_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_GRANT_FIELD_NUMBER: _ClassVar[int]
    OPEN_AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    CONFIRM_AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    RETRACT_CONFIRMATION_FIELD_NUMBER: _ClassVar[int]
    APPLY_VOUCHER_FIELD_NUMBER: _ClassVar[int]
    CREATE_VOUCHER_FIELD_NUMBER: _ClassVar[int]
    DECLINE_VOUCHER_FIELD_NUMBER: _ClassVar[int]
    MANAGE_VOUCHER_FIELD_NUMBER: _ClassVar[int]
    ALLOCATE_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_FIELD_NUMBER: _ClassVar[int]
    SPLIT_FIELD_NUMBER: _ClassVar[int]
    MERGE_FIELD_NUMBER: _ClassVar[int]
    REDEEM_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_FIELD_NUMBER: _ClassVar[int]
    SUPERVISE_FIELD_NUMBER: _ClassVar[int]
    ATTEST_CUSTODY_FIELD_NUMBER: _ClassVar[int]
    ASSIGN_CUSTODY_FIELD_NUMBER: _ClassVar[int]
    transaction_hash: bytes
    height: int
    time_ns: int
    sender: bytes
    signer: bytes
    agreement: bytes
    agreement_version: int
    partner: int
    approvers: _containers.RepeatedScalarFieldContainer[bytes]
    held: bytes
    result: bytes
    hold: bytes
    evidence_record: bytes
    proposal: bytes
    approval: bytes
    change_keys: bytes
    set_thresholds: bytes
    rename: bytes
    countersign: bytes
    discard: bytes
    admit: bytes
    amend: bytes
    suspend: bytes
    resume: bytes
    record_order: bytes
    enrol: bytes
    certify: bytes
    revoke_certification: bytes
    recognise: bytes
    reset_key: bytes
    freeze: bytes
    unfreeze: bytes
    grant: bytes
    withdraw_grant: bytes
    open_agreement: bytes
    confirm_agreement: bytes
    retract_confirmation: bytes
    apply_voucher: bytes
    create_voucher: bytes
    decline_voucher: bytes
    manage_voucher: bytes
    allocate: bytes
    transfer: bytes
    split: bytes
    merge: bytes
    redeem: bytes
    expire: bytes
    supervise: bytes
    attest_custody: bytes
    assign_custody: bytes
    def __init__(self, transaction_hash: _Optional[bytes] = ..., height: _Optional[int] = ..., time_ns: _Optional[int] = ..., sender: _Optional[bytes] = ..., signer: _Optional[bytes] = ..., agreement: _Optional[bytes] = ..., agreement_version: _Optional[int] = ..., partner: _Optional[int] = ..., approvers: _Optional[_Iterable[bytes]] = ..., held: _Optional[bytes] = ..., result: _Optional[bytes] = ..., hold: _Optional[bytes] = ..., evidence_record: _Optional[bytes] = ..., proposal: _Optional[bytes] = ..., approval: _Optional[bytes] = ..., change_keys: _Optional[bytes] = ..., set_thresholds: _Optional[bytes] = ..., rename: _Optional[bytes] = ..., countersign: _Optional[bytes] = ..., discard: _Optional[bytes] = ..., admit: _Optional[bytes] = ..., amend: _Optional[bytes] = ..., suspend: _Optional[bytes] = ..., resume: _Optional[bytes] = ..., record_order: _Optional[bytes] = ..., enrol: _Optional[bytes] = ..., certify: _Optional[bytes] = ..., revoke_certification: _Optional[bytes] = ..., recognise: _Optional[bytes] = ..., reset_key: _Optional[bytes] = ..., freeze: _Optional[bytes] = ..., unfreeze: _Optional[bytes] = ..., grant: _Optional[bytes] = ..., withdraw_grant: _Optional[bytes] = ..., open_agreement: _Optional[bytes] = ..., confirm_agreement: _Optional[bytes] = ..., retract_confirmation: _Optional[bytes] = ..., apply_voucher: _Optional[bytes] = ..., create_voucher: _Optional[bytes] = ..., decline_voucher: _Optional[bytes] = ..., manage_voucher: _Optional[bytes] = ..., allocate: _Optional[bytes] = ..., transfer: _Optional[bytes] = ..., split: _Optional[bytes] = ..., merge: _Optional[bytes] = ..., redeem: _Optional[bytes] = ..., expire: _Optional[bytes] = ..., supervise: _Optional[bytes] = ..., attest_custody: _Optional[bytes] = ..., assign_custody: _Optional[bytes] = ...) -> None: ...

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
    __slots__ = ("address", "id", "name", "party", "keys", "permissions", "agreement", "quota_points", "agreement_version", "thresholds", "stop", "partner", "certifications", "retired")
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PARTY_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    QUOTA_POINTS_FIELD_NUMBER: _ClassVar[int]
    AGREEMENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    THRESHOLDS_FIELD_NUMBER: _ClassVar[int]
    STOP_FIELD_NUMBER: _ClassVar[int]
    PARTNER_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATIONS_FIELD_NUMBER: _ClassVar[int]
    RETIRED_FIELD_NUMBER: _ClassVar[int]
    address: bytes
    id: int
    name: str
    party: Party
    keys: _containers.RepeatedCompositeFieldContainer[AccountKey]
    permissions: _containers.RepeatedScalarFieldContainer[Permission]
    agreement: bytes
    quota_points: int
    agreement_version: int
    thresholds: _containers.RepeatedCompositeFieldContainer[Threshold]
    stop: Stop
    partner: int
    certifications: _containers.RepeatedCompositeFieldContainer[Certification]
    retired: _containers.RepeatedCompositeFieldContainer[RetiredKey]
    def __init__(self, address: _Optional[bytes] = ..., id: _Optional[int] = ..., name: _Optional[str] = ..., party: _Optional[_Union[Party, str]] = ..., keys: _Optional[_Iterable[_Union[AccountKey, _Mapping]]] = ..., permissions: _Optional[_Iterable[_Union[Permission, str]]] = ..., agreement: _Optional[bytes] = ..., quota_points: _Optional[int] = ..., agreement_version: _Optional[int] = ..., thresholds: _Optional[_Iterable[_Union[Threshold, _Mapping]]] = ..., stop: _Optional[_Union[Stop, _Mapping]] = ..., partner: _Optional[int] = ..., certifications: _Optional[_Iterable[_Union[Certification, _Mapping]]] = ..., retired: _Optional[_Iterable[_Union[RetiredKey, _Mapping]]] = ...) -> None: ...

class AccountKey(_message.Message):
    __slots__ = ("key", "label", "roles")
    KEY_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    key: PublicKey
    label: str
    roles: _containers.RepeatedScalarFieldContainer[Role]
    def __init__(self, key: _Optional[_Union[PublicKey, _Mapping]] = ..., label: _Optional[str] = ..., roles: _Optional[_Iterable[_Union[Role, str]]] = ...) -> None: ...

class RetiredKey(_message.Message):
    __slots__ = ("key", "height")
    KEY_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    key: PublicKey
    height: int
    def __init__(self, key: _Optional[_Union[PublicKey, _Mapping]] = ..., height: _Optional[int] = ...) -> None: ...

class Stop(_message.Message):
    __slots__ = ("document", "by", "height")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    document: bytes
    by: int
    height: int
    def __init__(self, document: _Optional[bytes] = ..., by: _Optional[int] = ..., height: _Optional[int] = ...) -> None: ...

class Certification(_message.Message):
    __slots__ = ("partner", "level", "root", "expires_ns", "answers")
    PARTNER_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_NS_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    partner: int
    level: Level
    root: bytes
    expires_ns: int
    answers: bool
    def __init__(self, partner: _Optional[int] = ..., level: _Optional[_Union[Level, str]] = ..., root: _Optional[bytes] = ..., expires_ns: _Optional[int] = ..., answers: _Optional[bool] = ...) -> None: ...

class AgreementVersion(_message.Message):
    __slots__ = ("agreement", "height")
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    agreement: bytes
    height: int
    def __init__(self, agreement: _Optional[bytes] = ..., height: _Optional[int] = ...) -> None: ...

class Recognition(_message.Message):
    __slots__ = ("least",)
    LEAST_FIELD_NUMBER: _ClassVar[int]
    least: Level
    def __init__(self, least: _Optional[_Union[Level, str]] = ...) -> None: ...

class Held(_message.Message):
    __slots__ = ("body", "maker", "approvers")
    BODY_FIELD_NUMBER: _ClassVar[int]
    MAKER_FIELD_NUMBER: _ClassVar[int]
    APPROVERS_FIELD_NUMBER: _ClassVar[int]
    body: bytes
    maker: PublicKey
    approvers: _containers.RepeatedCompositeFieldContainer[PublicKey]
    def __init__(self, body: _Optional[bytes] = ..., maker: _Optional[_Union[PublicKey, _Mapping]] = ..., approvers: _Optional[_Iterable[_Union[PublicKey, _Mapping]]] = ...) -> None: ...

class AccessGrant(_message.Message):
    __slots__ = ("grantee", "holder", "scope", "purpose", "expires_ns", "height", "withdrawn")
    GRANTEE_FIELD_NUMBER: _ClassVar[int]
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_NS_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    grantee: int
    holder: int
    scope: bytes
    purpose: str
    expires_ns: int
    height: int
    withdrawn: int
    def __init__(self, grantee: _Optional[int] = ..., holder: _Optional[int] = ..., scope: _Optional[bytes] = ..., purpose: _Optional[str] = ..., expires_ns: _Optional[int] = ..., height: _Optional[int] = ..., withdrawn: _Optional[int] = ...) -> None: ...

class Agreement(_message.Message):
    __slots__ = ("opener", "terms", "confirmed", "final")
    OPENER_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_FIELD_NUMBER: _ClassVar[int]
    FINAL_FIELD_NUMBER: _ClassVar[int]
    opener: int
    terms: OpenAgreement
    confirmed: _containers.RepeatedScalarFieldContainer[int]
    final: int
    def __init__(self, opener: _Optional[int] = ..., terms: _Optional[_Union[OpenAgreement, _Mapping]] = ..., confirmed: _Optional[_Iterable[int]] = ..., final: _Optional[int] = ...) -> None: ...

class Voucher(_message.Message):
    __slots__ = ("issuer", "state", "terms", "legal", "issued", "redeemed", "lapsed", "serials", "flow", "order")
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    LEGAL_FIELD_NUMBER: _ClassVar[int]
    ISSUED_FIELD_NUMBER: _ClassVar[int]
    REDEEMED_FIELD_NUMBER: _ClassVar[int]
    LAPSED_FIELD_NUMBER: _ClassVar[int]
    SERIALS_FIELD_NUMBER: _ClassVar[int]
    FLOW_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    issuer: int
    state: VoucherState
    terms: Terms
    legal: bytes
    issued: int
    redeemed: int
    lapsed: int
    serials: int
    flow: Flow
    order: bytes
    def __init__(self, issuer: _Optional[int] = ..., state: _Optional[_Union[VoucherState, str]] = ..., terms: _Optional[_Union[Terms, _Mapping]] = ..., legal: _Optional[bytes] = ..., issued: _Optional[int] = ..., redeemed: _Optional[int] = ..., lapsed: _Optional[int] = ..., serials: _Optional[int] = ..., flow: _Optional[_Union[Flow, str]] = ..., order: _Optional[bytes] = ...) -> None: ...

class Holding(_message.Message):
    __slots__ = ("amount", "pieces", "packed", "frozen_amount", "frozen", "stop")
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    PIECES_FIELD_NUMBER: _ClassVar[int]
    PACKED_FIELD_NUMBER: _ClassVar[int]
    FROZEN_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    FROZEN_FIELD_NUMBER: _ClassVar[int]
    STOP_FIELD_NUMBER: _ClassVar[int]
    amount: int
    pieces: int
    packed: int
    frozen_amount: int
    frozen: bool
    stop: Stop
    def __init__(self, amount: _Optional[int] = ..., pieces: _Optional[int] = ..., packed: _Optional[int] = ..., frozen_amount: _Optional[int] = ..., frozen: _Optional[bool] = ..., stop: _Optional[_Union[Stop, _Mapping]] = ...) -> None: ...

class Piece(_message.Message):
    __slots__ = ("owner", "amount", "transfers", "end", "stop")
    OWNER_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TRANSFERS_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    STOP_FIELD_NUMBER: _ClassVar[int]
    owner: bytes
    amount: int
    transfers: int
    end: PieceEnd
    stop: Stop
    def __init__(self, owner: _Optional[bytes] = ..., amount: _Optional[int] = ..., transfers: _Optional[int] = ..., end: _Optional[_Union[PieceEnd, str]] = ..., stop: _Optional[_Union[Stop, _Mapping]] = ...) -> None: ...

class Custody(_message.Message):
    __slots__ = ("sequence", "root", "total", "statement", "balance", "height", "accounts")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    root: bytes
    total: int
    statement: bytes
    balance: int
    height: int
    accounts: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, sequence: _Optional[int] = ..., root: _Optional[bytes] = ..., total: _Optional[int] = ..., statement: _Optional[bytes] = ..., balance: _Optional[int] = ..., height: _Optional[int] = ..., accounts: _Optional[_Iterable[int]] = ...) -> None: ...

class Assignment(_message.Message):
    __slots__ = ("custodian", "height")
    CUSTODIAN_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    custodian: int
    height: int
    def __init__(self, custodian: _Optional[int] = ..., height: _Optional[int] = ...) -> None: ...

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
    __slots__ = ("validity_window", "quota_period_seconds", "quota_offset_seconds", "action_costs", "bytes_per_point", "max_transaction_bytes", "level_points", "approval_numerator", "approval_denominator", "stopped_actions", "upgrade", "law_version")
    VALIDITY_WINDOW_FIELD_NUMBER: _ClassVar[int]
    QUOTA_PERIOD_SECONDS_FIELD_NUMBER: _ClassVar[int]
    QUOTA_OFFSET_SECONDS_FIELD_NUMBER: _ClassVar[int]
    ACTION_COSTS_FIELD_NUMBER: _ClassVar[int]
    BYTES_PER_POINT_FIELD_NUMBER: _ClassVar[int]
    MAX_TRANSACTION_BYTES_FIELD_NUMBER: _ClassVar[int]
    LEVEL_POINTS_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_NUMERATOR_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_DENOMINATOR_FIELD_NUMBER: _ClassVar[int]
    STOPPED_ACTIONS_FIELD_NUMBER: _ClassVar[int]
    UPGRADE_FIELD_NUMBER: _ClassVar[int]
    LAW_VERSION_FIELD_NUMBER: _ClassVar[int]
    validity_window: int
    quota_period_seconds: int
    quota_offset_seconds: int
    action_costs: _containers.RepeatedCompositeFieldContainer[ActionCost]
    bytes_per_point: int
    max_transaction_bytes: int
    level_points: _containers.RepeatedCompositeFieldContainer[LevelPoints]
    approval_numerator: int
    approval_denominator: int
    stopped_actions: _containers.RepeatedScalarFieldContainer[int]
    upgrade: Upgrade
    law_version: int
    def __init__(self, validity_window: _Optional[int] = ..., quota_period_seconds: _Optional[int] = ..., quota_offset_seconds: _Optional[int] = ..., action_costs: _Optional[_Iterable[_Union[ActionCost, _Mapping]]] = ..., bytes_per_point: _Optional[int] = ..., max_transaction_bytes: _Optional[int] = ..., level_points: _Optional[_Iterable[_Union[LevelPoints, _Mapping]]] = ..., approval_numerator: _Optional[int] = ..., approval_denominator: _Optional[int] = ..., stopped_actions: _Optional[_Iterable[int]] = ..., upgrade: _Optional[_Union[Upgrade, _Mapping]] = ..., law_version: _Optional[int] = ...) -> None: ...

class LevelPoints(_message.Message):
    __slots__ = ("level", "points")
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    level: Level
    points: int
    def __init__(self, level: _Optional[_Union[Level, str]] = ..., points: _Optional[int] = ...) -> None: ...

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
