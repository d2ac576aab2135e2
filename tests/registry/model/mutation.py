"""One thing wrong with a message: a field of it, however deep, takes another value."""

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from tests.registry.model.dice import Dice

ODD_NUMBERS = (0, 1, 2, 15, 16, 17, 18, 19, 64, 257, 1_000_001, 2**40 + 1, 2**62, 2**63 - 1)
ODD_TEXTS = (
    "",
    "x" * 65,
    "字" * 64,
    "x" * 129,
    "y" * 513,
    "a\u202eb",
    "a\x00b",
    " a",
    "a ",
    "Ａ",
    "é",
    "a\u200b",
    "甲乙",
)
HIGHEST = {
    FieldDescriptor.TYPE_UINT32: 2**32 - 1,
    FieldDescriptor.TYPE_UINT64: 2**64 - 1,
    FieldDescriptor.TYPE_INT64: 2**63 - 1,
    FieldDescriptor.TYPE_ENUM: 2**31 - 1,
}


def mutate(message: Message, dice: Dice) -> None:
    """Change one thing of a message."""
    fields = list(message.DESCRIPTOR.fields)
    if not fields:
        return
    field = dice.one(fields)
    if field.is_repeated:
        _mutate_list(getattr(message, field.name), field, dice)
    elif field.message_type is None:
        setattr(message, field.name, odd_value(getattr(message, field.name), field, dice))
    elif message.HasField(field.name) and dice.chance(15):
        message.ClearField(field.name)
    elif field.containing_oneof is None or message.HasField(field.name):
        mutate(getattr(message, field.name), dice)
    else:
        getattr(message, field.name).SetInParent()


def _mutate_list(values: Any, field: FieldDescriptor, dice: Dice) -> None:
    if not values:
        if field.message_type is not None:
            values.add()
        else:
            values.append(odd_value(_empty(field), field, dice))
        return
    at = dice.below(len(values))
    how: Callable[[], None] = dice.one(
        (
            lambda: values.pop(at),
            lambda: values.append(values[at]),
            lambda: _turn(values),
            lambda: _mutate_element(values, at, field, dice),
            lambda: _mutate_element(values, at, field, dice),
            lambda: [values.append(values[at]) for _ in range(64)] and None,
        )
    )
    how()


def _turn(values: Any) -> None:
    turned = list(values)[::-1]
    del values[:]
    values.extend(turned)


def _mutate_element(values: Any, at: int, field: FieldDescriptor, dice: Dice) -> None:
    if field.message_type is not None:
        mutate(values[at], dice)
    else:
        values[at] = odd_value(values[at], field, dice)


def _empty(field: FieldDescriptor) -> Any:
    return b"" if field.type == FieldDescriptor.TYPE_BYTES else 0


def odd_value(value: Any, field: FieldDescriptor, dice: Dice) -> Any:
    """Another value of a field."""
    if field.type == FieldDescriptor.TYPE_BYTES:
        odd = bytes(dice.below(256) for _ in range(len(value)))
        return dice.one((b"", value[:-1], value + b"\x00", odd, b"\x00" * 32, b"\x07" * 16))
    if field.type == FieldDescriptor.TYPE_STRING:
        return dice.one(ODD_TEXTS)
    if field.type == FieldDescriptor.TYPE_BOOL:
        return not value
    highest = HIGHEST[field.type]
    if field.type == FieldDescriptor.TYPE_ENUM:
        return dice.one((0, 1, 2, 3, 4, 5, 6, 9, 10, highest))
    least = -(2**63) if field.type == FieldDescriptor.TYPE_INT64 else 0
    odd = dice.one((*ODD_NUMBERS, value + 1, value - 1, highest, least, 2**63, dice.below(100)))
    return min(max(odd, least), highest)
