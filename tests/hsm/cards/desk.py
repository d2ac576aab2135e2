"""The program's side of the readers: `Tokens` with OpenSC, and waiting for what is plugged in."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.tokens import Token
from app.hsm.tokens import Tokens

WAIT_SECONDS = 20.0
PIN = "123456"
Plugged = tuple[Token, ...]


class Desk:
    """Tokens, and what was told of them."""

    def __init__(self, module: Path) -> None:
        self.path = str(module)
        self._told = threading.Condition()
        self.tokens = Tokens({self.path: hashlib.sha256(module.read_bytes()).digest()}, self._changed)

    def wait(self, expected: Callable[[Plugged], bool]) -> Plugged:
        """What is plugged in, once it is as expected."""
        with self._told:
            if not self._told.wait_for(lambda: expected(self.tokens.plugged), WAIT_SECONDS):
                raise AssertionError(self.tokens.plugged)
            return self.tokens.plugged

    def wait_for(self, count: int) -> Plugged:
        """Once so many tokens are plugged in."""
        return self.wait(lambda plugged: len(plugged) == count)

    def wait_for_one(self) -> Token:
        """The only token, once it is there."""
        return self.wait_for(1)[0]

    def _changed(self) -> None:
        with self._told:
            self._told.notify_all()


@contextmanager
def open_desk(module: Path) -> Iterator[Desk]:
    """Until left."""
    desk = Desk(module)
    try:
        desk.tokens.start()
        assert not desk.tokens.faults, desk.tokens.faults
        yield desk
    finally:
        desk.tokens.close()
