"""Random actions: any message that a body may hold, with any values, sensible or not."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.record import derive_chain
from app.core.wire import registry_pb2 as wire
from app.wallet.approval import Draft
from tests.wallet.conftest import SENDER, make_key

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For tests of random actions: other programs may have the processor."""
KINDS: dict[str, type[Message]] = {
    field.name: type(getattr(wire.Body(), field.name)) for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields
}
KEYS = [make_key(number).public_key.to_wire() for number in (1, 50, 150)]
_RANGES = {
    FieldDescriptor.TYPE_UINT32: st.integers(0, 2**32 - 1),
    FieldDescriptor.TYPE_UINT64: st.integers(0, 2**64 - 1),
    FieldDescriptor.TYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    FieldDescriptor.TYPE_ENUM: st.integers(0, 9),
    FieldDescriptor.TYPE_BOOL: st.booleans(),
    FieldDescriptor.TYPE_STRING: st.text(max_size=12),
    FieldDescriptor.TYPE_BYTES: st.sampled_from([b"", b"\x07", bytes(16), bytes(range(32))]),
}


@st.composite
def messages(draw: st.DrawFn, kind: type[Message]) -> Any:
    """Any message of a kind."""
    if kind is wire.PublicKey:
        return draw(st.sampled_from(KEYS))
    message = kind()
    for field in kind.DESCRIPTOR.fields:
        chosen = field.containing_oneof is None or message.WhichOneof(field.containing_oneof.name) is None
        if chosen and draw(st.booleans()):
            _fill(draw, message, field)
    return message


def _fill(draw: st.DrawFn, message: Message, field: FieldDescriptor) -> None:
    count = draw(st.integers(0, 3)) if field.is_repeated else 1
    values = [draw(_values(message, field)) for _ in range(count)]
    if field.is_repeated:
        getattr(message, field.name).extend(values)
    elif field.message_type is not None:
        getattr(message, field.name).CopyFrom(values[0])
    else:
        setattr(message, field.name, values[0])


def _values(message: Message, field: FieldDescriptor) -> st.SearchStrategy[Any]:
    if field.message_type is None:
        return _RANGES[field.type]
    part = getattr(message, field.name)
    return messages(type(part.add()) if field.is_repeated else type(part))


@st.composite
def actions(draw: st.DrawFn) -> tuple[str, Any]:
    """The name of an action and a message for it. A record is sound: one that is not cannot become a draft."""
    name = draw(st.sampled_from(sorted(KINDS)))
    if name != "notarize":
        return name, draw(messages(KINDS[name]))
    record = draw(messages(wire.EvidenceRecord))
    record.chain, record.sequence, record.previous = derive_chain(SENDER, bytes(16)), 1, b""
    record.sha256 = record.sm3 = record.context_digest = bytes(range(32))
    record.size, record.subject, record.supersedes = record.size % 2**63, "购销合同", 0
    record.batch_root, record.batch_size = draw(st.sampled_from([(b"", 0), (bytes(32), 7)]))
    record.timestamp, record.hosting = (
        each[:32] if len(each) == 32 else b"" for each in (record.timestamp, record.hosting)
    )
    return name, wire.Notarize(record=record)


def draft_of(name: str, message: Message, **fields: Any) -> Draft:
    """A draft that does this, always under the same nonce."""
    body = wire.Body(**{"chain_id": "luopu-1", "sender": SENDER, "nonce": bytes(16), "valid_until": 600, **fields})
    getattr(body, name).CopyFrom(message)
    getattr(body, name).SetInParent()
    return Draft(encode(body))


def leaves(plain: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Each value that stands somewhere in a plain form, with its place; the parts of a list are counted from 1."""
    if isinstance(plain, dict):
        for name, value in plain.items():
            yield from leaves(value, f"{path}.{name}" if path else name)
    elif isinstance(plain, list) and any(isinstance(each, dict) for each in plain):
        for number, value in enumerate(plain, start=1):
            yield from leaves(value, f"{path}.{number}")
    else:
        yield path, plain
