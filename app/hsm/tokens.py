"""All tokens of all accepted modules, as one: what is plugged in, their keys, and signatures.

Guarantees: one module's fault hides no other module's tokens; who listens learns within about half a second what came and
went. Any thread may call; a call may last as long as the token takes. Leaves to others: asking for the PIN, and when to log
out of what nobody uses (`log_out_idle`).
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import monotonic

from app.core.errors import LuopuError
from app.core.keys import Algorithm, PublicKey
from app.core.tokenerrors import LoginRequired, ModuleCrashed, TokenError, TokenRemoved
from app.core.tokens import Token, TokenKey, TokenName
from app.hsm.module import Module

IDLE_SECONDS = 300.0
Listener = Callable[[], None]


class Tokens:
    """The tokens at this desk."""

    def __init__(self, modules: Mapping[str, bytes], changed: Listener, *, idle: float = IDLE_SECONDS) -> None:
        """`modules`: path → SHA-256 of each accepted module. `changed` is called, from any thread, when anything may
        look different; it must ask nothing of the tokens itself, since those threads bring the answers.
        """
        self._changed, self._idle = changed, idle
        self._guard = threading.Lock()
        self._seen: dict[str, tuple[Token, ...]] = {}
        self._faults: dict[str, LuopuError] = {}
        self._used: dict[TokenName, float] = {}
        self._is_closed = False
        self._modules = {path: Module(path, digest, self._heard(path)) for path, digest in modules.items()}

    def start(self) -> None:
        """Start every module that does not run, all at once; what fails stands in `faults`."""
        self._each(self._start)

    def close(self) -> None:
        """End every module's process, and with it every session."""
        self._is_closed = True
        self._each(lambda path: self._modules[path].close())

    # ---- what is there -------------------------------------------------------------------------------------------
    @property
    def plugged(self) -> tuple[Token, ...]:
        """What is plugged in, in order of names."""
        with self._guard:
            return tuple(token for path in sorted(self._seen) for token in self._seen[path])

    @property
    def has_looked(self) -> bool:
        """Whether every module has told what is plugged in, or cannot be used."""
        with self._guard:
            return all(path in self._seen or path in self._faults for path in self._modules)

    @property
    def faults(self) -> Mapping[str, LuopuError]:
        """Modules that cannot be used, and why; also those that ended by themselves, until they are started again."""
        with self._guard:
            return dict(self._faults)

    def keys(self, token: TokenName) -> tuple[TokenKey, ...]:
        """Errors as of `Module.keys`."""
        return self._module(token).keys(token)

    # ---- what they do --------------------------------------------------------------------------------------------
    def login(self, token: TokenName, pin: str) -> None:
        """Errors as of `Module.login`."""
        self._module(token).login(token, pin)
        self._used[token] = monotonic()

    def logout(self, token: TokenName) -> None:
        """Errors as of `Module.logout`."""
        self._used.pop(token, None)
        self._module(token).logout(token)

    def sign(self, token: TokenName, key: PublicKey, data: bytes, pin: str = "") -> bytes:
        """Errors as of `Module.sign`."""
        if token in self._used:
            self._used[token] = monotonic()
        return self._module(token).sign(token, key, data, pin)

    def generate(self, token: TokenName, algorithm: Algorithm, label: str) -> TokenKey:
        """Errors as of `Module.generate`."""
        return self._module(token).generate(token, algorithm, label)

    def log_out_idle(self) -> Sequence[TokenName]:
        """Log out of what nobody has used for a while; which those are. To be called now and then."""
        now = monotonic()
        idle = [token for token, used in list(self._used.items()) if now - used > self._idle]
        for token in idle:
            with suppress(TokenError):  # of a module that failed: its sessions ended with it
                self.logout(token)
        return idle

    # ---- inside --------------------------------------------------------------------------------------------------
    def _module(self, token: TokenName) -> Module:
        module = self._modules.get(token.module)
        if module is None:
            raise TokenRemoved(token=str(token))
        return module

    def _each(self, work: Callable[[str], None]) -> None:
        """Of each module; one that takes long keeps no other waiting."""
        with ThreadPoolExecutor(max(1, len(self._modules))) as pool:
            list(pool.map(work, self._modules))

    def _start(self, path: str) -> None:
        try:
            self._modules[path].start()
        except LuopuError as error:
            self._set_fault(path, error)
        else:
            self._set_fault(path, None)
        self._changed()

    def _set_fault(self, path: str, error: LuopuError | None) -> None:
        with self._guard:
            if error is None:
                self._faults.pop(path, None)
            else:
                self._faults[path] = error

    def _heard(self, path: str) -> Callable[[tuple[Token, ...]], None]:
        def heard(tokens: tuple[Token, ...]) -> None:
            has_ended = not self._modules[path].is_running and not self._is_closed
            self._set_fault(path, ModuleCrashed(path=path) if has_ended else None)
            with self._guard:
                self._seen[path] = tokens
            self._changed()

        return heard


class TokenSigner:
    """A key on a token behind the port of all keys (`app.core.ports.Signer`)."""

    def __init__(self, tokens: Tokens, token: TokenName, key: PublicKey, pin: str = "") -> None:
        """`pin` is given again to a key that asks for it with each signature (CKA_ALWAYS_AUTHENTICATE), and to no other."""
        self._tokens, self._token, self._key, self._pin = tokens, token, key, pin

    @property
    def public_key(self) -> PublicKey:
        """The key's public half."""
        return self._key

    def sign(self, digest: bytes) -> bytes:
        """A 64-byte signature over the 32-byte `digest`, verified. Errors as of `Module.sign`."""
        try:
            return self._tokens.sign(self._token, self._key, digest)
        except LoginRequired as error:
            if not self._pin or "each" not in error.facts:
                raise
            return self._tokens.sign(self._token, self._key, digest, self._pin)
