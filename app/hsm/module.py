"""A PKCS#11 module at the other end of a pipe: asked from any thread, watched, and ended when it hangs.

Guarantees: whatever the module does (crash, hang, answer nonsense), this process goes on, and whoever waits for an answer
gets an error of `app.core.errors` within the time limit; a module that died is started again by the next question, and at
most a few times a minute. Every signature is verified before it is given out, and nothing else is. A question is asked
once: after a crash nobody knows whether the token signed, but nothing that was not given out can be sent.

Leaves to others: which modules may be loaded (`app.hsm.discovery`).
"""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NoAnswer
from contextlib import suppress
from itertools import count
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from time import monotonic

from app.core.errors import (
    DecodingError,
    ModuleCrashed,
    ModuleHangs,
    ModuleUnusable,
    SignerMisbehaved,
    TokenError,
)
from app.core.keys import Algorithm, PublicKey, encode_key_text, is_signed_by
from app.core.tokens import Token, TokenKey, TokenName
from app.core.units import check_length
from app.hsm import messages
from app.hsm.child import serve

START_SECONDS = 20.0
ANSWER_SECONDS = 60.0
"""Some tokens wait for a finger, and PINs are typed at some readers."""
STOP_SECONDS = 3.0
MAX_STARTS = 3
STARTS_SECONDS = 60.0
Changed = Callable[[tuple[Token, ...]], None]


class Module:
    """One module, in a process of its own."""

    def __init__(self, path: str, digest: bytes, changed: Changed, *, patience: float = ANSWER_SECONDS) -> None:
        """`changed` is called, from a thread of this module's, with what is plugged in whenever that is another."""
        self.path = path
        self._digest, self._changed, self._patience = digest, changed, patience
        self._guard = threading.Lock()
        self._line: _Line | None = None
        self._starts: deque[float] = deque(maxlen=MAX_STARTS)
        self._is_closed = False

    @property
    def is_running(self) -> bool:
        """Whether its process is there."""
        line = self._line
        return line is not None and not line.is_broken

    def start(self) -> None:
        """Start it if it is not running.

        Raises:
            ModuleUnusable, ModuleChanged: it is not what it should be.
            ModuleCrashed, ModuleHangs: it died or said nothing when it was loaded.
        """
        self._running()

    def close(self) -> None:
        """End its process; sessions end with it."""
        with self._guard:
            self._is_closed = True
            line, self._line = self._line, None
        if line is not None:
            line.end()

    # ---- what can be asked ---------------------------------------------------------------------------------------
    def keys(self, token: TokenName) -> tuple[TokenKey, ...]:
        """The key pairs that a token shows now.

        Raises:
            TokenError: as `app.hsm.driver.Driver.keys` says, or the module failed.
        """
        return tuple(messages.read_key(each, token) for each in messages.list_of(self._ask("keys", token)))

    def login(self, token: TokenName, pin: str) -> None:
        """Enter the PIN. It goes to the module's process once, and nowhere else.

        Raises:
            TokenError: as `Driver.login` says, or the module failed.
        """
        self._ask("login", token, pin=pin)

    def logout(self, token: TokenName) -> None:
        """Let the token's keys sign no more.

        Raises:
            TokenError: the module failed, and with it every session ended.
        """
        self._ask("logout", token)

    def sign(self, token: TokenName, key: PublicKey, data: bytes, pin: str = "") -> bytes:
        """A 64-byte signature over the 32-byte digest `data` (with Ed25519, over any message), which verifies.

        Raises:
            SignerMisbehaved: what came back is no signature of this key over these bytes.
            TokenError: as `Driver.sign` says, or the module failed.
        """
        if key.algorithm is Algorithm.P256:
            check_length("digest", data, 32)
        answer = self._ask("sign", token, key=encode_key_text(key), data=data.hex(), pin=pin)
        try:
            signature = bytes.fromhex(answer) if isinstance(answer, str) else b""
        except ValueError:
            signature = b""
        if not is_signed_by(key, data, signature):
            raise SignerMisbehaved(reason="the signature does not verify", token=str(token))
        return signature

    def generate(self, token: TokenName, algorithm: Algorithm, label: str) -> TokenKey:
        """A new key on the token.

        Raises:
            TokenError: as `Driver.generate` says, or the module failed.
        """
        return messages.read_key(self._ask("generate", token, algorithm=algorithm.name, label=label), token)

    # ---- inside --------------------------------------------------------------------------------------------------
    def _ask(self, what: str, token: TokenName, **more: str) -> object:
        line = self._running()
        answer = line.ask({"do": what, "token": messages.name_as_json(token), **more})
        try:
            return answer.result(self._patience)
        except NoAnswer as error:
            line.end(ModuleHangs(path=self.path, seconds=int(self._patience)))
            raise ModuleHangs(path=self.path, seconds=int(self._patience)) from error
        except DecodingError as error:
            line.end()
            raise TokenError(path=self.path, reason="its process answered nonsense") from error

    def _running(self) -> "_Line":
        with self._guard:
            if self._line is not None and not self._line.is_broken:
                return self._line
            if self._is_closed:
                raise ModuleUnusable(path=self.path, reason="closed")
            now = monotonic()
            if len(self._starts) == MAX_STARTS and now - self._starts[0] < STARTS_SECONDS:
                raise ModuleCrashed(path=self.path, reason="several times within a minute")
            self._starts.append(now)
            self._line = _Line(self.path, self._digest, self._changed)
            return self._line


class _Line:
    """The process, the pipe to it, and those who wait for answers."""

    def __init__(self, path: str, digest: bytes, changed: Changed) -> None:
        self.path, self._changed = path, changed
        self.is_broken = False
        self._waiting: dict[int, Future[object]] = {}
        self._numbers = count(1)
        self._guard = threading.Lock()
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(
            target=serve, args=(theirs, path, digest), name="pkcs11", daemon=True
        )
        self._process.start()
        theirs.close()
        try:
            self._greet()
        except BaseException:
            self._end_process(0.0)
            self._pipe.close()
            raise
        self._reader = threading.Thread(target=self._read, name="pkcs11 answers", daemon=True)
        self._reader.start()

    def ask(self, question: Mapping[str, object]) -> "Future[object]":
        """Send a question; its answer comes later.

        Raises:
            ModuleCrashed: the process is gone.
        """
        answer: Future[object] = Future()
        with self._guard:
            if self.is_broken:
                raise ModuleCrashed(path=self.path)
            number = next(self._numbers)
            self._waiting[number] = answer
            try:
                self._pipe.send_bytes(messages.encode({"id": number, **question}))
            except (OSError, ValueError) as error:
                del self._waiting[number]
                raise ModuleCrashed(path=self.path) from error
        return answer

    def end(self, reason: TokenError | None = None) -> None:
        """End the process; whoever waits is told."""
        self._break(reason or ModuleCrashed(path=self.path))
        self._end_process(0.0 if isinstance(reason, ModuleHangs) else STOP_SECONDS)

    def _greet(self) -> None:
        try:
            if not self._pipe.poll(START_SECONDS):
                raise ModuleHangs(path=self.path, seconds=int(START_SECONDS))
            message = messages.decode(self._pipe.recv_bytes(messages.MAX_MESSAGE_BYTES))
        except (EOFError, OSError, DecodingError) as error:
            raise ModuleCrashed(path=self.path, reason="while it was loaded") from error
        if "error" in message:
            raise messages.read_error(message["error"])

    def _read(self) -> None:
        """Give each answer to who waits for it, until the process is gone or talks nonsense."""
        with suppress(EOFError, OSError, DecodingError):
            while True:
                self._take(messages.decode(self._pipe.recv_bytes(messages.MAX_MESSAGE_BYTES)))
        self.end()
        self._pipe.close()

    def _take(self, message: messages.Message) -> None:
        if "tokens" in message:
            self._changed(messages.read_tokens(message["tokens"], self.path))
            return
        number = message.get("id")
        with self._guard:
            answer = self._waiting.pop(number, None) if isinstance(number, int) else None
        if answer is None:
            raise DecodingError(kind="answer of a module's process")
        if "error" in message:
            answer.set_exception(messages.read_error(message["error"]))
        else:
            answer.set_result(message.get("ok"))

    def _break(self, reason: TokenError) -> None:
        with self._guard:
            was_broken, self.is_broken = self.is_broken, True
            waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            answer.set_exception(reason)
        if not was_broken:
            self._changed(())

    def _end_process(self, grace: float) -> None:
        """Ask it to end, so that it leaves its tokens in order; one that does not is killed."""
        with suppress(OSError, ValueError), self._guard:
            self._pipe.send_bytes(messages.encode({"do": "end"}))
        with suppress(ValueError):  # another thread has done all that
            self._process.join(grace)
            self._process.kill()
            self._process.join()
