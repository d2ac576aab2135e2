from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Tip(_message.Message):
    __slots__ = ("height", "block_hash", "app_hash", "time_ns", "results_hash", "block_id", "validators", "next_validators", "last_validators", "previous_hash")
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    BLOCK_HASH_FIELD_NUMBER: _ClassVar[int]
    APP_HASH_FIELD_NUMBER: _ClassVar[int]
    TIME_NS_FIELD_NUMBER: _ClassVar[int]
    RESULTS_HASH_FIELD_NUMBER: _ClassVar[int]
    BLOCK_ID_FIELD_NUMBER: _ClassVar[int]
    VALIDATORS_FIELD_NUMBER: _ClassVar[int]
    NEXT_VALIDATORS_FIELD_NUMBER: _ClassVar[int]
    LAST_VALIDATORS_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_HASH_FIELD_NUMBER: _ClassVar[int]
    height: int
    block_hash: bytes
    app_hash: bytes
    time_ns: int
    results_hash: bytes
    block_id: bytes
    validators: bytes
    next_validators: bytes
    last_validators: bytes
    previous_hash: bytes
    def __init__(self, height: _Optional[int] = ..., block_hash: _Optional[bytes] = ..., app_hash: _Optional[bytes] = ..., time_ns: _Optional[int] = ..., results_hash: _Optional[bytes] = ..., block_id: _Optional[bytes] = ..., validators: _Optional[bytes] = ..., next_validators: _Optional[bytes] = ..., last_validators: _Optional[bytes] = ..., previous_hash: _Optional[bytes] = ...) -> None: ...

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

class SnapshotManifest(_message.Message):
    __slots__ = ("height", "format", "app_hash", "chunk_hashes")
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    APP_HASH_FIELD_NUMBER: _ClassVar[int]
    CHUNK_HASHES_FIELD_NUMBER: _ClassVar[int]
    height: int
    format: int
    app_hash: bytes
    chunk_hashes: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, height: _Optional[int] = ..., format: _Optional[int] = ..., app_hash: _Optional[bytes] = ..., chunk_hashes: _Optional[_Iterable[bytes]] = ...) -> None: ...

class SnapshotItem(_message.Message):
    __slots__ = ("header", "pair", "log_entry", "nonce_block")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    PAIR_FIELD_NUMBER: _ClassVar[int]
    LOG_ENTRY_FIELD_NUMBER: _ClassVar[int]
    NONCE_BLOCK_FIELD_NUMBER: _ClassVar[int]
    header: SnapshotHeader
    pair: MapPair
    log_entry: bytes
    nonce_block: bytes
    def __init__(self, header: _Optional[_Union[SnapshotHeader, _Mapping]] = ..., pair: _Optional[_Union[MapPair, _Mapping]] = ..., log_entry: _Optional[bytes] = ..., nonce_block: _Optional[bytes] = ...) -> None: ...

class SnapshotHeader(_message.Message):
    __slots__ = ("format", "height", "fingerprint", "log_size", "log_root", "map_root", "time_ns")
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    LOG_SIZE_FIELD_NUMBER: _ClassVar[int]
    LOG_ROOT_FIELD_NUMBER: _ClassVar[int]
    MAP_ROOT_FIELD_NUMBER: _ClassVar[int]
    TIME_NS_FIELD_NUMBER: _ClassVar[int]
    format: int
    height: int
    fingerprint: bytes
    log_size: int
    log_root: bytes
    map_root: bytes
    time_ns: int
    def __init__(self, format: _Optional[int] = ..., height: _Optional[int] = ..., fingerprint: _Optional[bytes] = ..., log_size: _Optional[int] = ..., log_root: _Optional[bytes] = ..., map_root: _Optional[bytes] = ..., time_ns: _Optional[int] = ...) -> None: ...

class MapPair(_message.Message):
    __slots__ = ("key", "value")
    KEY_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    key: bytes
    value: bytes
    def __init__(self, key: _Optional[bytes] = ..., value: _Optional[bytes] = ...) -> None: ...
