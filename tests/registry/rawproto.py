"""Protobuf bytes written by hand, right or wrong, without the library that the law uses."""

VARINT, FIXED64, BYTES, START_GROUP, END_GROUP, FIXED32 = range(6)


def varint(value: int, padding: int = 0) -> bytes:
    """The varint of `value` (of its two's complement, when negative), `padding` bytes longer than need be."""
    value &= 2**64 - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    for _ in range(padding):
        out[-1] |= 0x80
        out.append(0)
    return bytes(out)


def tag(number: int, kind: int) -> bytes:
    """The tag of a field."""
    return varint(number << 3 | kind)


def varint_field(number: int, value: int, padding: int = 0) -> bytes:
    """A number, written out whatever it is."""
    return tag(number, VARINT) + varint(value, padding)


def bytes_field(number: int, value: bytes, padding: int = 0) -> bytes:
    """Bytes, text or a message, written out even when empty; `padding` lengthens the length."""
    return tag(number, BYTES) + varint(len(value), padding) + value


def canonical(*fields: tuple[int, int | bytes | str | None]) -> bytes:
    """A message of these fields in the order given, without defaults. None stands for an absent field."""
    out = b""
    for number, value in fields:
        if isinstance(value, int) and value:
            out += varint_field(number, value)
        elif value:
            out += bytes_field(number, value.encode() if isinstance(value, str) else value)
    return out
