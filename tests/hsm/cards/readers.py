"""The readers as a test holds them: cards go in and out, and PKCS#11 modules find them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.hsm.cards.host import SOCKET

ROOT = Path(__file__).parents[3]
END_SECONDS = 5.0


class Readers:
    """Two card readers."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self._process = process
        self.environment = {"PCSCLITE_CSOCK_NAME": str(folder / SOCKET)}
        """For processes that are to see these readers."""

    def insert(self, kind: str, name: str, *more: str, reader: int = 0) -> None:
        """Plug a card in: `piv`, `bare-piv` (no certificates) or `openpgp` (with its serial number in hex)."""
        self._tell("insert", reader, kind, name, *more)

    def remove(self, reader: int = 0) -> None:
        """Pull it out."""
        self._tell("remove", reader)

    def empty(self) -> None:
        """Pull out all cards at once."""
        self._tell("empty")

    def pull_at(self, command: int, reader: int = 0) -> None:
        """Pull it out once it has answered so many more commands."""
        self._tell("pull", reader, command)

    def await_pull(self, reader: int = 0) -> None:
        """Until that has happened."""
        self._tell("pulled", reader)

    def lock(self, reader: int = 0) -> None:
        """As after three wrong PINs."""
        self._tell("lock", reader)

    def pins(self, reader: int = 0) -> int:
        """How many PINs its card was ever given."""
        return int(self._ask("pins", str(reader)))

    def kill_service(self) -> None:
        """End pcscd as a crash does; the readers are empty then."""
        self._tell("kill")

    def start_service(self) -> None:
        """pcscd again."""
        self._tell("start")

    def _tell(self, word: str, *more: object) -> None:
        answer = self._ask(word, *more)
        assert answer == "done", answer

    def _ask(self, *words: object) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self._process.stdin.flush()
        return self.hear()

    def hear(self) -> str:
        """The next line."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def unshared(*command: str) -> list[str]:
    """A command in namespaces of its own; all that runs there ends with it, and with `unshare`."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", *user, *command]


@contextmanager
def running_readers(folder: Path) -> Iterator[Readers]:
    """Readers without cards, until left. `folder` must have a short path, not below /run: a socket stands in it."""
    pipe = subprocess.PIPE
    command = unshared(sys.executable, "-m", "tests.hsm.cards.host", str(folder))
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as process:
        try:
            readers = Readers(process, folder)
            assert readers.hear() == "ready"
            yield readers
        finally:
            _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
