"""Messages cut out of a byte stream as it arrives.

Guarantees: the messages are those of `app.node.delimited`, whatever the pieces in which the stream comes; a piece is
searched once however many messages it holds, and no more than one message beside it is kept. Unlike the reader there it
needs no coroutine, so that thousands of small messages cost little.
"""

from app.core.errors import DecodingError
from app.node.delimited import MAX_LENGTH_BYTES


class Frames:
    """Cuts messages of at most `max_bytes`."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._rest = bytearray()

    @property
    def is_between(self) -> bool:
        """Whether the stream stands between two messages."""
        return not self._rest

    def feed(self, untrusted_piece: bytes) -> list[bytes]:
        """The messages that the next piece of the stream completes.

        Raises:
            DecodingError: a length is longer than a number can be, or announces more than `max_bytes`.
        """
        rest = self._rest
        rest += untrusted_piece
        messages, position, end = [], 0, len(rest)
        while position < end:
            start, length = self._length(rest, position)
            if length is None or start + length > end:
                break
            messages.append(bytes(rest[start : start + length]))
            position = start + length
        del rest[:position]
        return messages

    def _length(self, data: bytearray, position: int) -> tuple[int, int | None]:
        """Where the message at `position` starts, and its length; None where that is not all there yet."""
        length = shift = 0
        for place in range(position, min(len(data), position + MAX_LENGTH_BYTES)):
            octet = data[place]
            length |= (octet & 0x7F) << shift
            if octet < 0x80:
                self._check(length)
                return place + 1, length
            shift += 7
        if len(data) - position >= MAX_LENGTH_BYTES:
            raise DecodingError(kind="length of a message", expected=f"at most {MAX_LENGTH_BYTES} bytes")
        return position, None

    def _check(self, length: int) -> None:
        if length > self._max_bytes:
            raise DecodingError(kind="message", expected=f"at most {self._max_bytes} bytes", got=length)
