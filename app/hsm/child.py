"""The process that holds one PKCS#11 module.

Guarantees: the module is loaded only if its file is the one that was accepted; one thread makes every call; what is plugged
in is looked at twice a second, also while much is signed, and told when it changes; the process ends when the other end of
the pipe closes, and with whoever started it. What the module writes to standard output or standard error reaches nobody's
protocol or terminal: some tell there of every wrong PIN, which is told by an error already.

Leaves to `app.hsm.module`: time limits, and starting again after a crash.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from selectors import EVENT_READ, DefaultSelector
from time import monotonic

from app.core.errors import DecodingError, LuopuError
from app.core.keys import Algorithm
from app.core.tokenerrors import ModuleChanged, TokenError
from app.core.tokens import Token
from app.hsm import messages
from app.hsm.discovery import file_digest
from app.hsm.driver import Driver

SCAN_SECONDS = 0.4


def serve(pipe: Connection, path: str, digest: bytes) -> None:
    """Load the module, say so or why not, and answer until the pipe closes. `digest`: SHA-256 of the file; empty for any."""
    _settle()
    with suppress(EOFError, OSError):  # the owner is gone
        try:
            driver = _load(path, digest)
        except LuopuError as error:
            _say(pipe, {"error": messages.error_as_json(error)})
            return
        _say(pipe, {"ready": True})
        Server(pipe, path, driver).run()


def _settle() -> None:
    """Be a process in which somebody else's program can do little harm."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C goes to the whole group, and is the owner's business
    with suppress(OSError):  # a window has no standard output
        _silence()
    if os.name == "posix":
        import resource  # noqa: PLC0415 - only there

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a PIN may stand in the memory of a module that crashes


def _silence() -> None:
    """Of the module alone: what this program itself has to say of its own faults goes where it went."""
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, errors="backslashreplace", closefd=False)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for each in (1, 2):
        os.dup2(nowhere, each)
    os.close(nowhere)


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
        self._is_asked = _readable(pipe)

    def run(self) -> None:
        """Until the pipe closes, or it is asked to end."""
        while True:
            if monotonic() >= self._next_scan:
                self._look()
            if self._is_asked(max(0.0, self._next_scan - monotonic())):
                received = self._pipe.recv_bytes(messages.MAX_MESSAGE_BYTES)
                if received.startswith(messages.SIGN):
                    self._pipe.send_bytes(self._signature(received))
                    continue
                question = messages.decode(received)
                if question.get("do") == "end":
                    self._driver.close()
                    return
                self._reply(question)

    def _look(self) -> None:
        """Tell what is plugged in, if it changed."""
        tokens = self._tokens
        with suppress(TokenError):  # listing fails for a moment while a reader is pulled; then nothing is told
            tokens = self._driver.scan()[: messages.MAX_TOKENS]
        if tokens is not None and tokens != self._tokens:
            self._tokens = tokens
            _say(self._pipe, {"tokens": [messages.token_as_json(token) for token in tokens]})
        self._next_scan = monotonic() + SCAN_SECONDS

    def _signature(self, received: bytes) -> bytes:
        question = messages.decode_sign(received, self._path)
        try:
            signature = self._driver.sign(question.token, question.key, question.data, question.pin)
        except LuopuError as error:
            return messages.encode({"id": question.number, "error": messages.error_as_json(error)})
        return messages.encode_signature(question.number, signature)

    def _reply(self, question: messages.Message) -> None:
        answer = messages.encode(self._answer(question))
        if len(answer) > messages.MAX_MESSAGE_BYTES:
            error = messages.error_as_json(TokenError(reason="more than this program reads"))
            answer = messages.encode({"id": question.get("id"), "error": error})
        self._pipe.send_bytes(answer)

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
        keys = self._driver.keys(name)
        if len(keys) > messages.MAX_TOKENS:
            raise TokenError(token=str(name), reason=f"more than {messages.MAX_TOKENS} keys")
        return [messages.key_as_json(key) for key in keys]

    def login(self, question: messages.Message) -> object:
        """Enter a PIN."""
        self._driver.login(messages.read_name(question.get("token"), self._path), messages.pin_of(question))
        return True

    def logout(self, question: messages.Message) -> object:
        """Forget it."""
        self._driver.logout(messages.read_name(question.get("token"), self._path))
        return True

    def generate(self, question: messages.Message) -> object:
        """A new key."""
        name = messages.read_name(question.get("token"), self._path)
        algorithm = Algorithm[messages.text_of(question, "algorithm")]
        return messages.key_as_json(self._driver.generate(name, algorithm, messages.text_of(question, "label")))


_WORK: Mapping[str, Callable[[Server, messages.Message], object]] = {
    "keys": Server.keys,
    "login": Server.login,
    "logout": Server.logout,
    "generate": Server.generate,
}
_CHANGES = {"login", "logout", "generate"}
"""After these, what is plugged in looks different."""


def _readable(pipe: Connection) -> Callable[[float], bool]:
    """Whether something comes within so many seconds. `Connection.poll` sets all of this up anew each time."""
    if os.name != "posix":
        return pipe.poll
    selector = DefaultSelector()
    selector.register(pipe, EVENT_READ)
    return lambda seconds: bool(selector.select(seconds))


def _say(pipe: Connection, message: messages.Message) -> None:
    pipe.send_bytes(messages.encode(message))
