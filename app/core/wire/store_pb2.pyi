from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Tip(_message.Message):
    __slots__ = ("height", "block_hash", "app_hash", "time_ns", "results_hash", "block_id", "validators", "next_validators", "last_validators")
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    BLOCK_HASH_FIELD_NUMBER: _ClassVar[int]
    APP_HASH_FIELD_NUMBER: _ClassVar[int]
    TIME_NS_FIELD_NUMBER: _ClassVar[int]
    RESULTS_HASH_FIELD_NUMBER: _ClassVar[int]
    BLOCK_ID_FIELD_NUMBER: _ClassVar[int]
    VALIDATORS_FIELD_NUMBER: _ClassVar[int]
    NEXT_VALIDATORS_FIELD_NUMBER: _ClassVar[int]
    LAST_VALIDATORS_FIELD_NUMBER: _ClassVar[int]
    height: int
    block_hash: bytes
    app_hash: bytes
    time_ns: int
    results_hash: bytes
    block_id: bytes
    validators: bytes
    next_validators: bytes
    last_validators: bytes
    def __init__(self, height: _Optional[int] = ..., block_hash: _Optional[bytes] = ..., app_hash: _Optional[bytes] = ..., time_ns: _Optional[int] = ..., results_hash: _Optional[bytes] = ..., block_id: _Optional[bytes] = ..., validators: _Optional[bytes] = ..., next_validators: _Optional[bytes] = ..., last_validators: _Optional[bytes] = ...) -> None: ...

class StoredReceipt(_message.Message):
    __slots__ = ("height", "position", "code", "data", "points", "log_index", "facts", "time_ns")
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    LOG_INDEX_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    TIME_NS_FIELD_NUMBER: _ClassVar[int]
    height: int
    position: int
    code: int
    data: bytes
    points: int
    log_index: int
    facts: _containers.RepeatedCompositeFieldContainer[Fact]
    time_ns: int
    def __init__(self, height: _Optional[int] = ..., position: _Optional[int] = ..., code: _Optional[int] = ..., data: _Optional[bytes] = ..., points: _Optional[int] = ..., log_index: _Optional[int] = ..., facts: _Optional[_Iterable[_Union[Fact, _Mapping]]] = ..., time_ns: _Optional[int] = ...) -> None: ...

class Fact(_message.Message):
    __slots__ = ("name", "value")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: str
    def __init__(self, name: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
