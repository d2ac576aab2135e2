"""Units with a type of their own, and the checks that values from outside must pass to become one.

Guarantees: a value returned by `check_*` lies in the range that the wire format can carry, so arithmetic on it cannot
silently grow past what every other node can represent.
"""

from typing import NewType

from app.core.errors import OutOfRange

Height = NewType("Height", int)
"""Height of a block, 1 … 2^63-1."""

Nanoseconds = NewType("Nanoseconds", int)
"""A moment, nanoseconds since 1970-01-01T00:00:00Z (may be negative: Go's zero time is)."""

Hash32 = NewType("Hash32", bytes)
"""A 32-byte digest."""

AccountAddress = NewType("AccountAddress", bytes)
"""The 20 bytes that name an account for ever; keys change, the address does not."""

INT64_MAX = 2**63 - 1
UINT64_MAX = 2**64 - 1
NANOSECONDS_PER_SECOND = 1_000_000_000


def check_int64(name: str, value: int, *, least: int = 0) -> int:
    """Return `value` if it lies in `least` … 2^63-1.

    Raises:
        OutOfRange: otherwise.
    """
    if not least <= value <= INT64_MAX:
        raise OutOfRange(field=name, expected=f"{least} … 2^63-1", got=value)
    return value


def check_length(name: str, value: bytes, length: int) -> bytes:
    """Return `value` if it has exactly `length` bytes.

    Raises:
        OutOfRange: otherwise.
    """
    if len(value) != length:
        raise OutOfRange(field=name, expected=f"{length} bytes", got=f"{len(value)} bytes")
    return value


def check_address(value: bytes) -> AccountAddress:
    """Return `value` as an account address (20 bytes).

    Raises:
        OutOfRange: when it has another length.
    """
    return AccountAddress(check_length("account address", value, 20))


def check_hash32(name: str, value: bytes) -> Hash32:
    """Return `value` as a 32-byte digest.

    Raises:
        OutOfRange: when it has another length.
    """
    return Hash32(check_length(name, value, 32))
