"""What a process says, kept in a few files of bounded size."""

from pathlib import Path
from typing import BinaryIO

MAX_BYTES = 8 * 1024 * 1024
OLDER = 4
TAIL_BYTES = 16_000
COMPLAINTS = ("panic: ", "ERROR: ")
"""How CometBFT begins the line that says why it ends; a stack trace may follow."""


class BoundedLog:
    """`name.log`, and before it `name.log.1` … `.4`, each of about 8 MiB at most."""

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES, older: int = OLDER) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._older = older
        self._file: BinaryIO | None = None
        self._size = 0

    def write(self, untrusted_bytes: bytes) -> None:
        """Append. A log that cannot be written must not end what it speaks of: what does not go in is lost."""
        try:
            if self._file is None:
                self._open()
            elif self._size + len(untrusted_bytes) > self._max_bytes:
                self._turn()
            assert self._file is not None
            self._file.write(untrusted_bytes)
            self._size += len(untrusted_bytes)
        except OSError:
            self.close()

    def close(self) -> None:
        """Let go of the file; writing again opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def last_words(self) -> str:
        """Why it ended, as far as the log says: the last complaint, or else the last line."""
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, file.seek(0, 2) - TAIL_BYTES))
                lines = file.read().decode(errors="replace").strip().splitlines()
        except OSError:
            return ""
        complaints = [line for line in lines if line.startswith(COMPLAINTS)]
        return (complaints or lines or [""])[-1]

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("ab", buffering=0)
        self._size = self._file.tell()

    def _turn(self) -> None:
        self.close()
        for number in range(self._older - 1, 0, -1):
            older = self._numbered(number)
            if older.exists():
                older.replace(self._numbered(number + 1))
        self.path.replace(self._numbered(1))
        self._open()

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")
