"""Strict protobuf at the door: one value has one encoding, and the bytes received are the bytes that count.

Guarantees: what `decode_canonical` returns re-encodes to exactly the bytes given. Unknown fields, fields out of order,
written-out defaults, overlong varints and duplicates are refused, at every depth.
"""

from typing import TypeVar

from google.protobuf.message import DecodeError, Message

from app.core.errors import DecodingError, NotCanonical

M = TypeVar("M", bound=Message)


def encode(message: Message) -> bytes:
    """The canonical bytes of `message`."""
    return message.SerializeToString(deterministic=True)


def decode_canonical(kind: type[M], untrusted_bytes: bytes) -> M:
    """Decode bytes that must be the canonical encoding of a `kind`.

    Raises:
        DecodingError: not a `kind` at all.
        NotCanonical: a `kind`, but not in its one encoding.
    """
    message = decode(kind, untrusted_bytes)
    message.DiscardUnknownFields()
    if encode(message) != untrusted_bytes:
        raise NotCanonical(kind=kind.DESCRIPTOR.name)
    return message


def decode(kind: type[M], untrusted_bytes: bytes) -> M:
    """Decode a `kind` whose bytes need not be canonical. Hash the bytes, never a re-encoding.

    Raises:
        DecodingError: not a `kind`.
    """
    try:
        return kind.FromString(untrusted_bytes)
    except (DecodeError, RecursionError, ValueError) as error:
        raise DecodingError(kind=kind.DESCRIPTOR.name) from error
