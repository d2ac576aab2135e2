"""Hypothesis strategies that draw any message of the wire format, by reflection."""

from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from hypothesis import strategies as st

from app.core.wire import registry_pb2 as wire

M = TypeVar("M", bound=Message)

EVERY_KIND: list[type[Message]] = [GetMessageClass(each) for each in wire.DESCRIPTOR.message_types_by_name.values()]
ACTIONS: dict[str, type[Message]] = {
    field.name: GetMessageClass(field.message_type) for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields
}
_POINTS = [
    derive_private_key(number, SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    for number in (1, 2, 3)
]
_RANGES = {
    FieldDescriptor.CPPTYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, 2**64 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
}
MAX_PARTS = 3


def keys() -> st.SearchStrategy[wire.PublicKey]:
    """Sound public keys of both algorithms."""
    ed25519 = st.binary(min_size=32, max_size=32).map(
        lambda data: wire.PublicKey(algorithm=wire.ALGORITHM_ED25519, data=data)
    )
    p256 = st.sampled_from(_POINTS).map(lambda data: wire.PublicKey(algorithm=wire.ALGORITHM_P256, data=data))
    return ed25519 | p256


def messages(kind: type[M]) -> st.SearchStrategy[M]:
    """Messages of this kind with known enum values and sound keys, whatever the law would say of them."""
    return st.composite(_draw_message)(kind)


def _draw_message(draw: st.DrawFn, kind: type[M]) -> M:
    if kind is wire.PublicKey:
        return draw(keys())  # type: ignore[return-value]
    message = kind()
    for field in _fields_to_fill(draw, kind):
        if field.is_repeated:
            for _ in range(draw(st.integers(0, MAX_PARTS))):
                _append(message, field, draw)
        elif field.message_type is not None:
            part = getattr(message, field.name)
            part.SetInParent()
            part.CopyFrom(draw(messages(GetMessageClass(field.message_type))))
        else:
            setattr(message, field.name, draw(_values(field)))
    return message


def _fields_to_fill(draw: st.DrawFn, kind: type[Message]) -> list[FieldDescriptor]:
    """Some of the fields, of each oneof at most one."""
    chosen = {oneof.name: draw(st.sampled_from([None, *oneof.fields])) for oneof in kind.DESCRIPTOR.oneofs}
    free = [field for field in kind.DESCRIPTOR.fields if field.containing_oneof is None and draw(st.booleans())]
    return free + [field for field in chosen.values() if field is not None]


def _append(message: Message, field: FieldDescriptor, draw: st.DrawFn) -> None:
    if field.message_type is None:
        getattr(message, field.name).append(draw(_values(field)))
    else:
        getattr(message, field.name).append(draw(messages(GetMessageClass(field.message_type))))


def _values(field: FieldDescriptor) -> st.SearchStrategy[object]:
    if field.enum_type is not None:
        return st.sampled_from([value.number for value in field.enum_type.values])
    if field.type == FieldDescriptor.TYPE_BYTES:
        return st.binary(max_size=40)
    if field.type == FieldDescriptor.TYPE_STRING:
        return st.text(max_size=20)
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return st.booleans()
    least, most = _RANGES[field.cpp_type]
    return st.integers(least, most)
