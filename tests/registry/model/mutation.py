"""One thing wrong with a message: a field of it, however deep, takes another value.

`mutate` draws one such change, `each_odd` makes all of them, one after the other.
"""

from collections.abc import Callable, Iterator, Sequence
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


# ---- all of them ---------------------------------------------------------------------------------------------------
LENGTHS = (0, 1, 2, 3, 15, 16, 17, 64, 65, 256, 257)
"""Of lists: those at which something ends, and one more."""


def each_odd(message: Message, near: Sequence[int]) -> Iterator[None]:
    """Change one thing of the message after the other; each time, it is as it was when the next one comes.

    `near` are numbers worth trying everywhere.
    """
    before = type(message)()
    before.CopyFrom(message)
    for field in message.DESCRIPTOR.fields:
        for change in _changes(message, field, near):
            change()
            yield
            message.CopyFrom(before)
        inner = getattr(message, field.name)
        if field.message_type is None:
            continue
        if field.is_repeated:
            for element in inner:
                yield from each_odd(element, near)
        elif message.HasField(field.name):
            yield from each_odd(inner, near)


def _changes(message: Message, field: FieldDescriptor, near: Sequence[int]) -> Iterator[Callable[[], object]]:
    name, value = field.name, getattr(message, field.name)
    if field.is_repeated:
        if field.message_type is not None:
            yield value.add
        for values in _odd_lists(list(value), field):
            yield lambda values=values: _put_list(message, name, values)
    elif field.message_type is None:
        for odd in _odd_values(value, field, near):
            yield lambda odd=odd: setattr(message, name, odd)
    elif message.HasField(name):
        yield lambda: message.ClearField(name)
    elif field.containing_oneof is None or len(field.containing_oneof.fields) < 5:
        yield lambda: getattr(message, name).SetInParent()


def _put_list(message: Message, name: str, values: list[Any]) -> None:
    message.ClearField(name)
    getattr(message, name).extend(values)


def _odd_lists(values: list[Any], field: FieldDescriptor) -> Iterator[list[Any]]:
    yield from (values[:-1], values[::-1], [*values, *values[-1:]])
    if field.message_type is not None:
        yield from (values[:1] * length for length in LENGTHS[1:])
    elif field.type != FieldDescriptor.TYPE_BYTES:
        yield from (list(range(1, 1 + length)) for length in LENGTHS)
        yield from ([0, *values], [*values, HIGHEST[field.type]])


def _odd_values(value: Any, field: FieldDescriptor, near: Sequence[int]) -> Iterator[Any]:
    if field.type == FieldDescriptor.TYPE_BYTES:
        yield from (b"", value[:-1], value + b"\x00", b"\x07" * len(value), bytes(16), bytes(20), bytes(32), bytes(33))
    elif field.type == FieldDescriptor.TYPE_STRING:
        yield from (*ODD_TEXTS, value + " ", value.swapcase(), "x" * 64, "x" * 128, "y" * 512)
    elif field.type == FieldDescriptor.TYPE_BOOL:
        yield not value
    else:
        highest = HIGHEST[field.type]
        least = -(2**63) if field.type == FieldDescriptor.TYPE_INT64 else 0
        numbers = {*ODD_NUMBERS, *near, *range(12), value - 1, value + 1, highest, least, -1, 2**63, 2**40}
        yield from sorted(each for each in numbers if least <= each <= highest and each != value)
