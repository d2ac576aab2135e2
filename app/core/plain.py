"""Protobuf messages as plain values for JSON, and back. By reflection: a new field needs nothing here.

Guarantees: `plain_of` never fails and has one shape for each kind of message: every field stands there, defaults too, but
for sub-messages that are not set and members of a oneof that were not chosen. Bytes are lower-case hex, numbers integers,
enums lower-case names without their prefix ("real-name"), public keys "ed25519:…". `message_of` takes exactly that form
back, where a field left out means its default, and refuses everything else.

Leaves to others: bounds and meaning of the values (the law), and the size of what comes in (`app.core.strictjson`). A
number that no enum of this version names is shown as that number and not taken back, and neither is a key that is none.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final, TypeVar, cast

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

from app.core.errors import BadKey, DecodingError, OutOfRange
from app.core.keys import decode_key_text, encode_key_text
from app.core.units import INT64_MAX, UINT64_MAX
from app.core.wire import registry_pb2 as wire

M = TypeVar("M", bound=Message)

_HEX: Final = re.compile("(?:[0-9a-f]{2})*")
_WORD: Final = re.compile("(?<!^)(?=[A-Z])")
_RANGES: Final = {
    FieldDescriptor.CPPTYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, UINT64_MAX),
    FieldDescriptor.CPPTYPE_INT64: (-INT64_MAX - 1, INT64_MAX),
}


# ---- messages to plain values ----------------------------------------------------------------------------------------
def plain_of(message: Message) -> dict[str, object]:
    """What the message says: text, integers, booleans, lists and dictionaries only."""
    fields = [field for field in fields_of(message) if not field.has_presence or message.HasField(field.name)]
    return {field.name: _plain_field(field, getattr(message, field.name)) for field in fields}


def fields_of(message: Message) -> list[FieldDescriptor]:
    """Its kind's fields, in the order in which they are declared."""
    return cast("list[FieldDescriptor]", list(message.DESCRIPTOR.fields))


def enum_text(enum: EnumDescriptor, number: int) -> str:
    """Name of a value: lower case, dashes, without the enum's own name. Of an unknown one its number."""
    return _names(enum).get(number, str(number))


def key_text(key: wire.PublicKey) -> str:
    """A key on the wire as text, as `app.core.keys.encode_key_text` writes it; one that is no key in the same form."""
    return f"{enum_text(wire.Algorithm.DESCRIPTOR, key.algorithm)}:{key.data.hex()}"


def _plain_field(field: FieldDescriptor, value: object) -> object:
    if field.is_repeated and isinstance(value, Iterable):
        return [_plain_value(field, each) for each in value]
    return _plain_value(field, value)


def _plain_value(field: FieldDescriptor, value: object) -> object:
    if isinstance(value, wire.PublicKey):
        return key_text(value)
    if isinstance(value, Message):
        return plain_of(value)
    if isinstance(value, bytes):
        return value.hex()
    if field.enum_type is not None and isinstance(value, int):
        return enum_text(field.enum_type, value)
    return value


@cache
def _names(enum: EnumDescriptor) -> dict[int, str]:
    prefix = _WORD.sub("_", enum.name).upper() + "_"
    return {value.number: value.name.removeprefix(prefix).lower().replace("_", "-") for value in enum.values}


# ---- and back --------------------------------------------------------------------------------------------------------
def message_of(kind: type[M], untrusted: object) -> M:
    """The message that `plain_of` would show so.

    Raises:
        DecodingError: an unknown name, a value of another type or form, two members of one oneof.
        OutOfRange: a number that the field cannot carry.
        BadKey: a text that is no public key.
    """
    message = kind()
    _fill(message, untrusted, kind.DESCRIPTOR.name)
    return message


def _fill(message: Message, untrusted: object, path: str) -> None:
    if not isinstance(untrusted, Mapping):
        raise _wrong_type(path, "an object", untrusted)
    known = {field.name: field for field in fields_of(message)}
    chosen: set[str] = set()
    for name, value in untrusted.items():
        if not isinstance(name, str) or name not in known:
            raise DecodingError(field=path, reason="an unknown name", got=str(name)[:64])
        field = known[name]
        _check_chosen_once(field, chosen, path)
        _set_field(message, field, value, f"{path}.{name}")


def _check_chosen_once(field: FieldDescriptor, chosen: set[str], path: str) -> None:
    if field.containing_oneof is not None:
        if field.containing_oneof.name in chosen:
            raise DecodingError(field=f"{path}.{field.containing_oneof.name}", reason="more than one was chosen")
        chosen.add(field.containing_oneof.name)


def _set_field(message: Message, field: FieldDescriptor, untrusted: object, path: str) -> None:
    if field.is_repeated:
        if not isinstance(untrusted, list):
            raise _wrong_type(path, "a list", untrusted)
        target = getattr(message, field.name)
        for index, each in enumerate(untrusted):
            place = f"{path}.{index}"
            if field.message_type is not None:
                _fill_message(target.add(), each, place)
            else:
                target.append(_read_value(field, each, place))
    elif field.message_type is not None:
        part = getattr(message, field.name)
        part.SetInParent()
        _fill_message(part, untrusted, path)
    else:
        setattr(message, field.name, _read_value(field, untrusted, path))


def _fill_message(message: Message, untrusted: object, path: str) -> None:
    if isinstance(message, wire.PublicKey):
        message.CopyFrom(_read_key(untrusted, path))
    else:
        _fill(message, untrusted, path)


def _read_key(untrusted: object, path: str) -> wire.PublicKey:
    if not isinstance(untrusted, str):
        raise _wrong_type(path, "a public key as text", untrusted)
    try:
        key = decode_key_text(untrusted)
    except BadKey as error:
        raise BadKey(**{**error.facts, "field": path}) from error
    if encode_key_text(key) != untrusted:
        raise BadKey(field=path, reason="text", expected=encode_key_text(key))
    return key.to_wire()


def _read_value(field: FieldDescriptor, untrusted: object, path: str) -> object:
    if field.enum_type is not None:
        return _read_choice(field.enum_type, untrusted, path)
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        if not isinstance(untrusted, bool):
            raise _wrong_type(path, "true or false", untrusted)
        return untrusted
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return _read_string(field, untrusted, path)
    return _read_integer(field, untrusted, path)


def _read_string(field: FieldDescriptor, untrusted: object, path: str) -> str | bytes:
    if not isinstance(untrusted, str):
        raise _wrong_type(path, "text", untrusted)
    if field.type == FieldDescriptor.TYPE_BYTES:
        if not _HEX.fullmatch(untrusted):
            raise DecodingError(field=path, reason="not lower-case hex")
        return bytes.fromhex(untrusted)
    try:
        untrusted.encode()
    except UnicodeEncodeError as error:
        raise DecodingError(field=path, reason="not Unicode") from error
    return untrusted


def _read_integer(field: FieldDescriptor, untrusted: object, path: str) -> int:
    if not isinstance(untrusted, int) or isinstance(untrusted, bool):
        raise _wrong_type(path, "an integer", untrusted)
    least, most = _RANGES[field.cpp_type]
    if not least <= untrusted <= most:
        raise OutOfRange(field=path, expected=f"{least} … {most}")
    return untrusted


def _read_choice(enum: EnumDescriptor, untrusted: object, path: str) -> int:
    if not isinstance(untrusted, str):
        raise _wrong_type(path, "a name", untrusted)
    numbers = {name: number for number, name in _names(enum).items()}
    if untrusted not in numbers:
        raise DecodingError(field=path, reason="an unknown name", expected=", ".join(numbers), got=untrusted[:64])
    return numbers[untrusted]


def _wrong_type(path: str, expected: str, untrusted: object) -> DecodingError:
    return DecodingError(field=path, reason="another type", expected=expected, got=type(untrusted).__name__)
