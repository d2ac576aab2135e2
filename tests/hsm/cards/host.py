"""A computer's card readers, in namespaces of their own: pcscd with vpcd, and emulated cards that come and go.

Run as `tests.hsm.cards.readers` does it, with FOLDER. pcscd's driver listens on all interfaces, at fixed ports; in a network
of its own nobody reaches it, and with an empty folder of USB drivers it takes no reader that somebody uses. The socket of
pcscd stands in FOLDER, for PCSCLITE_CSOCK_NAME.

Lines on standard input, each answered with a line: `insert READER KIND NAME …`, `remove READER`, `pull READER AFTER` (once it
has answered so many more commands), `pulled READER` (waits until it is), `lock READER`, `pins READER` (how many PINs its card
was ever given), `empty` (all readers at once), `kill` and `start` (pcscd). Ends when standard input closes.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.hsm.cards.card import Card
from tests.hsm.cards.openpgp import OpenPgp
from tests.hsm.cards.piv import Piv

PORTS = (0x8C7B, 0x8C7C)
"""Where the two readers of vpcd listen."""
SOCKET = "pcscd.comm"
RUN = Path("/run")
CONFIG = Path("/etc/reader.conf.d/vpcd")
LISTENING = "0A"
"""State of a socket in /proc/net/tcp."""
HAND_SECONDS = 0.6
"""No hand changes cards faster; pcscd looks every 0.4 s, and does not see a change in between."""
POWER = (0, 1, 2)
SEND_ATR = 4
KINDS: dict[str, Callable[..., Card]] = {
    "piv": Piv,
    "bare-piv": lambda name: Piv(name, certificates=False),
    "twin-piv": lambda name, keys: Piv(name, keys=keys),
    "openpgp": lambda name, serial="": OpenPgp(name, bytes.fromhex(serial)),
}
CARDS: dict[tuple[str, ...], Card] = {}
"""Cards keep their PIN tries between plugs."""
PULLED: dict[int, float] = {}
"""When a card was pulled, by port."""


class Reader(threading.Thread):
    """A card in a reader, until it is pulled."""

    def __init__(self, card: Card, port: int) -> None:
        super().__init__(daemon=True)
        self.card, self.left = card, -1
        card.reset()  # it had no power
        self.port = port
        time.sleep(max(0.0, PULLED.get(port, 0.0) + HAND_SECONDS - time.monotonic()))
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
        PULLED[self.port] = time.monotonic()

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


class Host:
    """pcscd, and what is in its readers."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._readers = folder, dict[int, Reader]()
        (folder / "drivers").mkdir()
        self._pcscd: subprocess.Popen[bytes] | None = None

    def serve(self) -> None:
        """Until standard input closes."""
        self.start()
        _say("ready")
        try:
            for line in sys.stdin:
                _say(str(self._do(*line.split())))
        finally:
            self.kill()

    def start(self) -> None:
        """pcscd, until its readers listen."""
        command = ["pcscd", "--foreground", "--config", str(CONFIG)]
        environment = {**os.environ, "PCSCLITE_HP_DROPDIR": str(self._folder / "drivers")}
        with (self._folder / "pcscd.log").open("ab") as log:
            self._pcscd = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        while not ((self._folder / SOCKET).exists() and set(PORTS) <= _listening()):
            if self._pcscd.poll() is not None:
                raise SystemExit("pcscd ended")
            time.sleep(0.005)

    def kill(self) -> None:
        """pcscd, as a crash does."""
        if self._pcscd is not None:
            self._pcscd.kill()
            self._pcscd.wait()
            self._pcscd = None
        (self._folder / SOCKET).unlink(missing_ok=True)
        self._readers.clear()

    def empty(self) -> None:
        """Every reader."""
        for reader in self._readers.values():
            reader.pull()
        self._readers.clear()

    def _do(self, word: str, *more: str) -> object:
        if word == "kill":
            self.kill()
        elif word == "start":
            self.start()
        elif word == "empty":
            self.empty()
        else:
            return self._do_with(word, int(more[0]), *more[1:])
        return "done"

    def _do_with(self, word: str, reader: int, *more: str) -> object:
        if word == "insert":
            self._readers[reader] = Reader(_card(*more), PORTS[reader])
            self._readers[reader].start()
        elif word == "remove":
            self._readers.pop(reader).pull()
        elif word == "pull":
            self._readers[reader].left = int(more[0])
        elif word == "lock":
            self._readers[reader].card.pin.left = 0
        elif word == "pulled":
            self._readers.pop(reader).join()
        elif word == "pins":
            return self._readers[reader].card.pins
        return "done"


def main(folder: Path) -> None:
    """Until standard input closes."""
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(RUN)], check=True)
    (RUN / "pcscd").mkdir()
    subprocess.run(["mount", "--bind", str(folder), str(RUN / "pcscd")], check=True)
    _loopback_up()
    Host(folder).serve()


def _card(*what: str) -> Card:
    if what not in CARDS:
        CARDS[what] = KINDS[what[0]](*what[1:])
    return CARDS[what]


def _loopback_up() -> None:
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS: IFF_UP, IFF_RUNNING


def _listening() -> set[int]:
    """Ports. To connect and see would be a card."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return {int(row[1].partition(":")[2], 16) for row in rows if row[3] == LISTENING}


def _say(word: str) -> None:
    print(word, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
