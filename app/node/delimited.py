"""Messages with their length in front, as CometBFT's sockets carry them (ABCI, remote signer).

The length is an unsigned base-128 varint of at most ten bytes, and counted before anything is read. Leaves to the caller
what the bytes mean, and how long it waits.
"""

import asyncio

from app.core.errors import DecodingError
from app.node.consensus.encoding import varint

MAX_LENGTH_BYTES = 10


def delimited(message: bytes) -> bytes:
    """The message as it goes over the wire."""
    return varint(len(message)) + message


async def read_delimited(reader: asyncio.StreamReader, max_bytes: int) -> bytes | None:
    """The next message; None where the other side ended in between two.

    Raises:
        DecodingError: the length is longer than a number can be, or announces more than `max_bytes`.
        asyncio.IncompleteReadError: the other side ended in the middle of one.
    """
    length = await _read_length(reader)
    if length is None:
        return None
    if length > max_bytes:
        raise DecodingError(kind="message", expected=f"at most {max_bytes} bytes", got=length)
    return await reader.readexactly(length)


async def _read_length(reader: asyncio.StreamReader) -> int | None:
    length = 0
    for position in range(MAX_LENGTH_BYTES):
        piece = await reader.read(1)
        if not piece:
            if position == 0:
                return None
            raise asyncio.IncompleteReadError(b"", None)
        length |= (piece[0] & 0x7F) << (7 * position)
        if piece[0] < 0x80:
            return length
    raise DecodingError(kind="length of a message", expected=f"at most {MAX_LENGTH_BYTES} bytes")
