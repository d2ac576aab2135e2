"""A computer's card readers, in namespaces of their own: pcscd with vpcd, and emulated cards that come and go.

Run as `unshare --net --mount python -m tests.hsm.cards.host FOLDER`. pcscd's driver listens on all interfaces, at fixed
ports; in a network of its own nobody reaches it. The socket of pcscd stands in FOLDER, for PCSCLITE_CSOCK_NAME. Lines on
standard input: `insert READER KIND NAME [serial]`, `remove READER`, `pull READER AFTER` (at the AFTER-th command from now),
`lock READER`. Each is answered with a line. Ends when standard input closes.
"""

import fcntl
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.hsm.cards.card import Card
from tests.hsm.cards.openpgp import OpenPgp
from tests.hsm.cards.piv import Piv

PORTS = (0x8C7B, 0x8C7C)
"""Where the two readers of vpcd listen."""
SOCKET = "pcscd.comm"
RUN = Path("/run/pcscd")
POWER = (0, 1, 2)
SEND_ATR = 4
KINDS: dict[str, Callable[..., Card]] = {
    "piv": Piv,
    "bare-piv": lambda name: Piv(name, certificates=False),
    "openpgp": lambda name, serial="": OpenPgp(name, bytes.fromhex(serial)),
}
CARDS: dict[tuple[str, ...], Card] = {}
"""Cards keep their PIN tries between plugs."""


class Reader(threading.Thread):
    """A card in a reader, until it is pulled."""

    def __init__(self, card: Card, port: int) -> None:
        super().__init__(daemon=True)
        self.card, self.left = card, -1
        self.socket = socket.create_connection(("127.0.0.1", port))

    def run(self) -> None:
        with suppress(OSError):
            while True:
                message = self._take(int.from_bytes(self._take(2), "big"))
                if len(message) == 1 and message[0] in POWER:
                    self.card.reset()
                elif len(message) == 1 and message[0] == SEND_ATR:
                    self._send(self.card.ATR)
                else:
                    self._count()
                    self._send(self.card.transmit(message))

    def pull(self) -> None:
        """Now."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def _count(self) -> None:
        if self.left >= 0:
            self.left -= 1
            if self.left < 0:
                self.pull()

    def _take(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)  # else each command waits 40 ms
            part = self.socket.recv(size - len(data))
            if not part:
                raise OSError("pulled")
            data += part
        return data

    def _send(self, data: bytes) -> None:
        self.socket.sendall(len(data).to_bytes(2, "big") + data)


def main(folder: Path) -> None:
    """Until standard input closes."""
    RUN.mkdir(exist_ok=True)
    subprocess.run(["mount", "--bind", str(folder), str(RUN)], check=True)
    _loopback_up()
    command = ["pcscd", "--foreground", "--config", "/etc/reader.conf.d/vpcd"]
    with (folder / "pcscd.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as pcscd:
        try:
            _wait_for_readers(folder, pcscd)
            _say("ready")
            _serve()
        finally:
            pcscd.terminate()


def _serve() -> None:
    readers: dict[int, Reader] = {}
    for line in sys.stdin:
        word, number, *more = line.split()
        reader = int(number)
        if word == "insert":
            readers[reader] = Reader(_card(*more), PORTS[reader])
            readers[reader].start()
        elif word == "remove":
            readers.pop(reader).pull()
        elif word == "pull":
            readers[reader].left = int(more[0])
        elif word == "lock":
            pin: Any = readers[reader].card
            pin.pin.left = 0
        _say("done")


def _card(*what: str) -> Card:
    if what not in CARDS:
        CARDS[what] = KINDS[what[0]](*what[1:])
    return CARDS[what]


def _loopback_up() -> None:
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS: IFF_UP, IFF_RUNNING


def _wait_for_readers(folder: Path, pcscd: "subprocess.Popen[bytes]") -> None:
    """Until the driver listens: a connection is tried, and closed at once, which is no card."""
    while pcscd.poll() is None:
        with suppress(OSError):
            if (folder / SOCKET).exists():
                for port in PORTS:
                    socket.create_connection(("127.0.0.1", port)).close()
                return
    raise SystemExit("pcscd ended")


def _say(word: str) -> None:
    print(word, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
