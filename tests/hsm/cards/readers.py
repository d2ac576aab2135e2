"""The readers as a test holds them: cards go in and out, and PKCS#11 modules find them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.hsm.cards.host import SOCKET


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

    def pull_at(self, command: int, reader: int = 0) -> None:
        """Pull it out before it answers so many commands from now."""
        self._tell("pull", reader, str(command))

    def lock(self, reader: int = 0) -> None:
        """As after three wrong PINs."""
        self._tell("lock", reader)

    def _tell(self, word: str, reader: int, *more: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join((word, str(reader), *more)) + "\n")
        self._process.stdin.flush()
        self.hear("done")

    def hear(self, word: str) -> None:
        """The next line is this."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line == word, line


@contextmanager
def running_readers(folder: Path) -> Iterator[Readers]:
    """Readers without cards, until left. `folder` must have a short path: a socket stands in it."""
    command = ["unshare", "--net", "--mount", sys.executable, "-m", "tests.hsm.cards.host", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        readers = Readers(process, folder)
        readers.hear("ready")
        yield readers
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
