"""A PKCS#11 module at the other end of a pipe: asked from any thread, watched, and ended when it hangs.

Guarantees: whatever the module does (crash, hang, answer nonsense), this process goes on, and whoever waits for an answer
gets an error of `app.core.tokenerrors` within the time limit; a module that died is started again by the next question, and
at most a few times a minute. Every signature is verified before it is given out, and nothing else is. A question is asked
once: after a crash nobody knows whether the token signed, but nothing that was not given out can be sent.

Leaves to others: which modules may be loaded (`app.hsm.discovery`).
"""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from itertools import count
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from time import monotonic
from typing import TypeVar

from app.core.errors import DecodingError, LuopuError, OutOfRange
from app.core.keys import Algorithm, PublicKey, is_signed_by
from app.core.tokenerrors import ModuleCrashed, ModuleHangs, ModuleUnusable, TokenError
from app.core.tokens import Token, TokenKey, TokenName
from app.core.units import check_length
from app.core.walleterrors import SignerMisbehaved
from app.hsm import messages
from app.hsm.child import serve

START_SECONDS = 20.0
ANSWER_SECONDS = 60.0
"""Some tokens wait for a finger, and PINs are typed at some readers."""
STOP_SECONDS = 3.0
"""How long a process that was asked to end may take for it."""
MAX_DATA_BYTES = 2_048
MAX_LABEL = 64
MAX_STARTS = 3
STARTS_SECONDS = 60.0
Changed = Callable[[tuple[Token, ...]], None]
T = TypeVar("T")


class Module:
    """One module, in a process of its own."""

    def __init__(self, path: str, digest: bytes, changed: Changed, *, patience: float = ANSWER_SECONDS) -> None:
        """`changed` is called with what is plugged in, whenever that is another: from a thread of this module's, which
        brings the answers too, so it must ask nothing itself.
        """
        self.path = path
        self._digest, self._changed, self._patience = digest, changed, patience
        self._starting = threading.Lock()
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
        """End its process, also one that is being started; sessions end with it."""
        self._is_closed = True
        line = self._line
        if line is not None:
            line.end(STOP_SECONDS)

    # ---- what can be asked ---------------------------------------------------------------------------------------
    def keys(self, token: TokenName) -> tuple[TokenKey, ...]:
        """The key pairs that a token shows now.

        Raises:
            TokenError: as `app.hsm.driver.Driver.keys` says, or the module failed.
        """
        return self._ask("keys", token, lambda answer: messages.read_keys(answer, token))

    def login(self, token: TokenName, pin: str) -> None:
        """Enter the PIN. It goes to the module's process once, and nowhere else.

        Raises:
            TokenError: as `Driver.login` says, or the module failed.
        """
        self._ask("login", token, bool, pin=messages.encode_pin(pin).hex())

    def logout(self, token: TokenName) -> None:
        """Let the token's keys sign no more.

        Raises:
            TokenError: the module failed, and with it every session ended.
        """
        if self.is_running:
            self._ask("logout", token, bool)

    def sign(self, token: TokenName, key: PublicKey, data: bytes, pin: str = "") -> bytes:
        """A 64-byte signature over the 32-byte digest `data` (with Ed25519, over any message of up to 2 KiB), which verifies.

        Raises:
            OutOfRange: `data` has another length.
            SignerMisbehaved: what came back is no signature of this key over these bytes.
            TokenError: as `Driver.sign` says, or the module failed.
        """
        _check_data(key, data)
        line = self._running()
        answer = line.ask(lambda number: messages.encode_sign(messages.SignQuestion(number, token, key, data, pin)))
        signature = self._wait(line, answer, _signature)
        if not is_signed_by(key, data, signature):
            raise SignerMisbehaved(reason="the signature does not verify", token=str(token))
        return signature

    def generate(self, token: TokenName, algorithm: Algorithm, label: str) -> TokenKey:
        """A new key on the token. `label`: at most 64 characters that can be seen.

        Raises:
            OutOfRange: another label.
            TokenError: as `Driver.generate` says, or the module failed.
        """
        if len(label) > MAX_LABEL or not label.isprintable():
            raise OutOfRange(field="label", expected=f"at most {MAX_LABEL} characters that can be seen")
        more = {"algorithm": algorithm.name, "label": label}
        return self._ask("generate", token, lambda answer: messages.read_key(answer, token), **more)

    # ---- inside --------------------------------------------------------------------------------------------------
    def _ask(self, what: str, token: TokenName, read: Callable[[object], T], **more: str) -> T:
        line = self._running()
        question = {"do": what, "token": messages.name_as_json(token), **more}
        answer = line.ask(lambda number: messages.encode_question({"id": number, **question}))
        return self._wait(line, answer, read)

    def _wait(self, line: "_Line", answer: "_Answer", read: Callable[[object], T]) -> T:
        if not answer.is_there(self._patience):
            line.end(0.0, ModuleHangs(path=self.path, seconds=int(self._patience)))
        try:
            return read(answer.value())
        except DecodingError as error:
            line.end(0.0)
            raise TokenError(path=self.path, reason="its process answered nonsense") from error

    def _running(self) -> "_Line":
        line = self._line
        if line is not None and not line.is_broken and line.is_greeted:
            return line
        with self._starting:
            if self._line is None or self._line.is_broken:
                self._check_startable()
                self._line = _Line(self.path, self._digest, self._changed)
                if not self._is_closed:  # `close` says so first, and looks for the line then
                    self._line.greet()
            self._check_open()
            return self._line

    def _check_startable(self) -> None:
        self._check_open()
        now = monotonic()
        if len(self._starts) == MAX_STARTS and now - self._starts[0] < STARTS_SECONDS:
            raise ModuleCrashed(path=self.path, reason="several times within a minute")
        self._starts.append(now)

    def _check_open(self) -> None:
        if self._is_closed:
            if self._line is not None:
                self._line.end(0.0)
            raise ModuleUnusable(path=self.path, reason="closed")


class _Answer:
    """What one thread waits for and another brings, once. A `Future` of the library takes several times as long."""

    __slots__ = ("_come", "_error", "_value")

    def __init__(self) -> None:
        self._come = threading.Lock()
        self._come.acquire()
        self._value: object = None
        self._error: LuopuError | None = None

    def bring(self, value: object, error: LuopuError | None = None) -> None:
        """Only whoever took it from those that wait may do that."""
        self._value, self._error = value, error
        self._come.release()

    def is_there(self, seconds: float) -> bool:
        """Whether it came within so long."""
        return self._come.acquire(timeout=seconds)

    def value(self) -> object:
        """What came.

        Raises:
            LuopuError: that came.
        """
        if self._error is not None:
            raise self._error
        return self._value


class _Line:
    """The process, the pipe to it, and those who wait for answers."""

    def __init__(self, path: str, digest: bytes, changed: Changed) -> None:
        """Start the process; greet it.

        Raises:
            ModuleUnusable: this computer has no room for one more process.
        """
        self.path, self._changed = path, changed
        self.is_broken, self.is_greeted = False, False
        self._waiting: dict[int, _Answer] = {}
        self._numbers = count(1)
        self._guard = threading.Lock()  # of those who wait
        self._sending = threading.Lock()  # of the pipe: one writes at a time, and nobody after it is closed
        self._ending = threading.Lock()  # of the process's end, which the system tells only once
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(
            target=serve, args=(theirs, path, digest), name="pkcs11", daemon=True
        )
        try:
            self._process.start()
        except OSError as error:
            self._pipe.close()
            raise ModuleUnusable(path=path, reason=error.strerror or str(error)) from error
        finally:
            theirs.close()

    def greet(self) -> None:
        """Wait until the module is loaded; from then on questions are answered.

        Raises:
            ModuleUnusable, ModuleChanged, ModuleCrashed, ModuleHangs: as of `Module.start`.
        """
        try:
            self._check_ready()
        except BaseException:
            self.end(0.0)
            self._pipe.close()
            raise
        self.is_greeted = True
        threading.Thread(target=self._read, name="pkcs11 answers", daemon=True).start()

    def ask(self, question: Callable[[int], bytes]) -> _Answer:
        """Send the question of a number; its answer comes later, or the error for which there will be none.

        Raises:
            ModuleCrashed: the process is gone.
        """
        number, answer = next(self._numbers), _Answer()
        encoded = question(number)
        with self._guard:
            if self.is_broken:
                raise ModuleCrashed(path=self.path)
            self._waiting[number] = answer
        self._send(encoded)
        return answer

    def end(self, grace: float, reason: TokenError | None = None) -> None:
        """End the process, within `grace` seconds by itself; whoever waits is told `reason`."""
        try:
            self._break(reason or ModuleCrashed(path=self.path))
        finally:
            self._end_process(grace)

    def _check_ready(self) -> None:
        try:
            if not self._pipe.poll(START_SECONDS):
                raise ModuleHangs(path=self.path, seconds=int(START_SECONDS))
            message = messages.decode(self._pipe.recv_bytes(messages.MAX_MESSAGE_BYTES))
            if "error" in message:
                raise messages.read_error(message["error"])
            if message != {"ready": True}:
                raise DecodingError(kind="first message of a module's process")
        except (EOFError, OSError, DecodingError) as error:
            raise ModuleCrashed(path=self.path, reason="while it was loaded") from error

    def _read(self) -> None:
        """Give each answer to who waits for it, until the process is gone or talks nonsense, or who listens fails."""
        grace = 0.0
        try:
            while True:
                self._take(self._pipe.recv_bytes(messages.MAX_MESSAGE_BYTES))
        except EOFError:
            grace = STOP_SECONDS
        except (OSError, DecodingError):  # also: a message without end
            pass
        finally:
            self.end(grace)
            with self._sending:
                self._pipe.close()

    def _take(self, untrusted_bytes: bytes) -> None:
        if untrusted_bytes.startswith(messages.SIGN):
            number, signature = messages.decode_signature(untrusted_bytes)
            self._waiter(number).bring(signature)
            return
        message = messages.decode(untrusted_bytes)
        if "tokens" in message:
            self._changed(messages.read_tokens(message["tokens"], self.path))
        elif "error" in message:
            self._waiter(message.get("id")).bring(None, _error(message["error"]))
        else:
            self._waiter(message.get("id")).bring(message.get("ok"))

    def _waiter(self, number: object) -> _Answer:
        with self._guard:
            answer = self._waiting.pop(number, None) if isinstance(number, int) else None
        if answer is None:
            raise DecodingError(kind="answer of a module's process")
        return answer

    def _send(self, encoded: bytes) -> None:
        """A process that is gone takes nothing; then whoever reads finds the end of the pipe, and tells who waits."""
        with suppress(OSError), self._sending:
            self._pipe.send_bytes(encoded)

    def _break(self, reason: TokenError) -> None:
        with self._guard:
            was_broken, self.is_broken = self.is_broken, True
            waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            answer.bring(None, copy(reason))
        if not was_broken and self.is_greeted:
            self._changed(())

    def _end_process(self, grace: float) -> None:
        """Ask it to end, so that it leaves its tokens in order; one that does not is killed."""
        with self._ending:
            if grace and self._process.is_alive():
                killer = threading.Timer(grace, self._process.kill)  # of a pipe that is full, too
                killer.start()
                self._send(messages.encode({"do": "end"}))
                self._process.join(grace)
                killer.cancel()
            self._process.kill()
            self._process.join(STOP_SECONDS)


def _error(untrusted: object) -> LuopuError:
    """What went wrong over there; that this cannot be read is itself something that went wrong."""
    try:
        return messages.read_error(untrusted)
    except DecodingError as error:
        return error


def _signature(untrusted: object) -> bytes:
    """Any bytes: whether they are a signature is checked next. Another kind of answer is nonsense."""
    if not isinstance(untrusted, bytes):
        raise DecodingError(kind="answer of a module's process")
    return untrusted


def _check_data(key: PublicKey, data: bytes) -> None:
    if key.algorithm is Algorithm.P256:
        check_length("digest", data, 32)
    elif len(data) > MAX_DATA_BYTES:
        raise OutOfRange(field="message", expected=f"at most {MAX_DATA_BYTES} bytes", got=len(data))
