"""The process that holds one PKCS#11 module.

Guarantees: the module is loaded only if its file is the one that was accepted; one thread makes every call; what is plugged
in is looked at twice a second, also while much is signed, and told when it changes; the process ends when the other end of
the pipe closes, and with whoever started it. What the module writes to standard output reaches nobody's protocol.

Leaves to `app.hsm.module`: time limits, and starting again after a crash.
"""

import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from time import monotonic

from app.core.errors import DecodingError, LuopuError, ModuleChanged, TokenError
from app.core.keys import Algorithm
from app.core.tokens import Token
from app.hsm import messages
from app.hsm.discovery import file_digest
from app.hsm.driver import Driver

SCAN_SECONDS = 0.4


def serve(pipe: Connection, path: str, digest: bytes) -> None:
    """Load the module, say so or why not, and answer until the pipe closes. `digest`: SHA-256 of the file; empty for any."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C goes to the whole group, and is the owner's business
    with suppress(EOFError, OSError):  # the owner is gone
        try:
            driver = _load(path, digest)
        except LuopuError as error:
            _say(pipe, {"error": messages.error_as_json(error)})
            return
        _say(pipe, {"ready": True})
        Server(pipe, path, driver).run()


def _load(path: str, digest: bytes) -> Driver:
    found = file_digest(path)
    if digest and found != digest:
        raise ModuleChanged(path=path, expected=digest.hex(), got=found.hex())
    return Driver(path)


class Server:
    """Questions and scans, one at a time."""

    def __init__(self, pipe: Connection, path: str, driver: Driver) -> None:
        self._pipe, self._path, self._driver = pipe, path, driver
        self._tokens: tuple[Token, ...] | None = None
        self._next_scan = 0.0

    def run(self) -> None:
        """Until the pipe closes, or it is asked to end."""
        while True:
            if monotonic() >= self._next_scan:
                self._look()
            if self._pipe.poll(max(0.0, self._next_scan - monotonic())):
                question = messages.decode(self._pipe.recv_bytes(messages.MAX_MESSAGE_BYTES))
                if question.get("do") == "end":
                    self._driver.close()
                    return
                _say(self._pipe, self._answer(question))

    def _look(self) -> None:
        """Tell what is plugged in, if it changed."""
        tokens = self._tokens
        with suppress(TokenError):  # listing fails for a moment while a reader is pulled; then nothing is told
            tokens = self._driver.scan()
        if tokens is not None and tokens != self._tokens:
            self._tokens = tokens
            _say(self._pipe, {"tokens": [messages.token_as_json(token) for token in tokens]})
        self._next_scan = monotonic() + SCAN_SECONDS

    def _answer(self, question: messages.Message) -> messages.Message:
        number = question.get("id")
        try:
            work = _WORK.get(str(question.get("do")))
            if work is None:
                raise DecodingError(kind="question to a module's process")
            return {"id": number, "ok": work(self, question)}
        except LuopuError as error:
            return {"id": number, "error": messages.error_as_json(error)}
        finally:
            if question.get("do") in _CHANGES:
                self._next_scan = 0.0

    # ---- what can be asked ---------------------------------------------------------------------------------------
    def keys(self, question: messages.Message) -> object:
        """The keys of a token."""
        name = messages.read_name(question.get("token"), self._path)
        return [messages.key_as_json(key) for key in self._driver.keys(name)]

    def login(self, question: messages.Message) -> object:
        """Enter a PIN."""
        self._driver.login(messages.read_name(question.get("token"), self._path), messages.text_of(question, "pin"))
        return True

    def logout(self, question: messages.Message) -> object:
        """Forget it."""
        self._driver.logout(messages.read_name(question.get("token"), self._path))
        return True

    def sign(self, question: messages.Message) -> object:
        """A signature."""
        name, key = messages.read_name(question.get("token"), self._path), messages.read_public_key(question)
        data, pin = messages.bytes_of(question, "data"), messages.text_of(question, "pin")
        return self._driver.sign(name, key, data, pin).hex()

    def generate(self, question: messages.Message) -> object:
        """A new key."""
        name = messages.read_name(question.get("token"), self._path)
        algorithm = Algorithm[messages.text_of(question, "algorithm")]
        return messages.key_as_json(self._driver.generate(name, algorithm, messages.text_of(question, "label")))


_WORK: Mapping[str, Callable[[Server, messages.Message], object]] = {
    "keys": Server.keys,
    "login": Server.login,
    "logout": Server.logout,
    "sign": Server.sign,
    "generate": Server.generate,
}
_CHANGES = {"login", "logout", "generate"}
"""After these, what is plugged in looks different."""


def _say(pipe: Connection, message: messages.Message) -> None:
    pipe.send_bytes(messages.encode(message))
