"""Where the application listens, written as CometBFT writes it: tcp://127.0.0.1:26658 or unix:///path.

Guarantees: a unix socket can be opened by this user only, one that a killed process left is replaced, and one that still
answers is not.
"""

import os
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import UsageError

BACKLOG = 16
_TCP = re.compile(r"tcp://(?P<host>[0-9.]+|localhost|\[[0-9a-fA-F:]+\]):(?P<port>[0-9]{1,5})", re.ASCII)
_UNIX = re.compile(r"unix://(?P<path>/.+)")


@dataclass(frozen=True, slots=True)
class Address:
    """A place to listen: a path, or a host and a port."""

    path: str = ""
    host: str = ""
    port: int = 0

    @classmethod
    def parse(cls, text: str) -> "Address":
        """From its text.

        Raises:
            UsageError: it is neither form.
        """
        if match := _UNIX.fullmatch(text):
            return cls(path=match["path"])
        if (match := _TCP.fullmatch(text)) and int(match["port"]) < 65_536:
            return cls(host=match["host"].strip("[]"), port=int(match["port"]))
        raise UsageError(argument="--listen", expected="tcp://HOST:PORT or unix:///PATH", got=text)

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return bool(self.path) or self.host in {"localhost", "::1"} or self.host.startswith("127.")

    def bind(self) -> socket.socket:
        """A socket that listens there.

        Raises:
            UsageError: the system or another process stands in the way.
        """
        try:
            return self._bind_path() if self.path else self._bind_port()
        except OSError as error:
            raise UsageError(argument="--listen", reason=error.strerror or str(error), got=str(self)) from error

    def bound(self, listening: socket.socket) -> str:
        """Its text, with the port that the system chose."""
        return str(self) if self.path else str(Address(host=self.host, port=listening.getsockname()[1]))

    def release(self) -> None:
        """Remove what listening left on the disk."""
        if self.path:
            Path(self.path).unlink(missing_ok=True)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"unix://{self.path}" if self.path else f"tcp://{host}:{self.port}"

    def _bind_path(self) -> socket.socket:
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with suppress(ConnectionRefusedError, FileNotFoundError), socket.socket(socket.AF_UNIX) as probe:
            probe.connect(self.path)
            listening.close()
            raise UsageError(argument="--listen", reason="another process listens there", got=str(self))
        Path(self.path).unlink(missing_ok=True)
        mask = os.umask(0o177)
        try:
            listening.bind(self.path)
        finally:
            os.umask(mask)
        listening.listen(BACKLOG)
        return listening

    def _bind_port(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        return socket.create_server((self.host, self.port), family=family, backlog=BACKLOG)
