"""What the emulated cards have in common: ISO 7816-4 commands, tags and lengths, a PIN with tries."""

from collections.abc import Iterator
from dataclasses import dataclass

OK = b"\x90\x00"
NOT_FOUND = b"\x6a\x82"
NO_DATA = b"\x6a\x88"
WRONG_PARAMETERS = b"\x6a\x86"
UNKNOWN = b"\x6d\x00"
LOCKED = b"\x69\x83"
FORBIDDEN = b"\x69\x82"
TRIES = 3


@dataclass(frozen=True)
class Command:
    """One command, its chain put together."""

    instruction: int
    first: int
    second: int
    data: bytes

    @property
    def parameters(self) -> int:
        """Both parameters as one number."""
        return self.first << 8 | self.second


class Pin:
    """A PIN that locks after three wrong tries."""

    def __init__(self, digits: bytes) -> None:
        self.digits, self.left, self.is_open = digits, TRIES, False

    def enter(self, entered: bytes) -> bool:
        """Whether it was right; counts."""
        self.is_open = self.left > 0 and entered == self.digits
        self.left = TRIES if self.is_open else max(0, self.left - 1)
        return self.is_open


class Card:
    """Chained commands and long answers; the rest is each card's own."""

    ATR = b""

    def __init__(self, pin: "Pin") -> None:
        self.pin, self.pins = pin, 0
        """`pins`: how many were entered, ever."""
        self._chained, self._rest = b"", b""

    def reset(self) -> None:
        """As after power on."""
        self._chained, self._rest = b"", b""

    def transmit(self, apdu: bytes) -> bytes:
        """Answer a command."""
        chained, instruction, first, second = apdu[0] & 0x10, *apdu[1:4]
        data = _data(apdu)
        if chained:
            self._chained += data
            return OK
        if instruction == 0xC0:  # GET RESPONSE
            return self._part(self._rest)
        command = Command(instruction, first, second, self._chained + data)
        self._chained = b""
        self.pins += instruction == 0x20 and bool(command.data)
        return self.answer(command)

    def answer(self, command: Command) -> bytes:
        """Of the card in question."""
        raise AssertionError(command)

    def _part(self, data: bytes) -> bytes:
        """At most 256 bytes; what remains is fetched."""
        part, self._rest = data[:256], data[256:]
        return part + (b"\x61" + bytes([min(len(self._rest), 255)]) if self._rest else OK)


def tlv(tag: str, value: bytes) -> bytes:
    """Tag, length, value (BER)."""
    length = len(value)
    if length < 0x80:
        head = bytes([length])
    elif length < 0x100:
        head = bytes([0x81, length])
    else:
        head = b"\x82" + length.to_bytes(2, "big")
    return bytes.fromhex(tag) + head + value


def read_tlv(data: bytes) -> dict[str, bytes]:
    """Values by tag."""
    return dict(_pairs(data))


def _pairs(data: bytes) -> Iterator[tuple[str, bytes]]:
    place = 0
    while place < len(data):
        size = 2 if data[place] & 0x1F == 0x1F else 1
        tag, place = data[place : place + size], place + size
        length, place = data[place], place + 1
        if length > 0x80:
            size = length & 0x7F
            length, place = int.from_bytes(data[place : place + size], "big"), place + size
        yield tag.hex(), data[place : place + length]
        place += length


def _data(apdu: bytes) -> bytes:
    """A command's data, of a short or an extended length."""
    if len(apdu) > 5 and apdu[4]:
        return apdu[5 : 5 + apdu[4]]
    if len(apdu) > 7:
        return apdu[7 : 7 + int.from_bytes(apdu[5:7], "big")]
    return b""
