"""The keys at a desk: the keystore's while it is open, those on tokens that are plugged in, and which of them signs.

Guarantees: a token that hangs or is missing keeps nobody from opening the desk; a PIN goes to the token that holds the key
and is kept nowhere; which key signs is remembered. Leaves to others: whether a key may act (the law).
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from app.core.errors import DecodingError, FileUnreadable, LuopuError
from app.core.home import Home
from app.core.keys import PublicKey
from app.core.ports import Signer
from app.core.tokenerrors import LoginRequired, ModuleUnusable, TokenRemoved
from app.core.tokens import Token, TokenKey, TokenName
from app.core.walleterrors import KeyLocked
from app.wallet.softkey import UnlockedKey
from app.wiring.key_place import KeyPlace, load_place, place_of, save_place
from app.wiring.tokens import Tokens, TokenSigner, accepted_modules, find_keys


@dataclass(frozen=True, slots=True)
class DeskKey:
    """The key that acts at a desk, whether or not it is at hand."""

    public_key: PublicKey
    label: str
    token: TokenName | None
    """The token that holds it; None: it is in the keystore."""


class Keyring:
    """The keys at one desk, of one event loop."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._software: UnlockedKey | None = None
        self._label = ""
        self._chosen: KeyPlace | None = None
        self._tokens: Tokens | None = None
        self._starting: asyncio.Task[None] | None = None
        self._fault: LuopuError | None = None
        self._news = asyncio.Event()

    # ---- open and locked -----------------------------------------------------------------------------------------
    def open(self, key: UnlockedKey, label: str) -> None:
        """The keystore's key is at hand; tokens are looked for. Again after `lock`."""
        self._software, self._label = key, label
        self._load_chosen()
        if self._tokens is None:
            self._open_tokens()

    async def lock(self) -> None:
        """No key signs any more until `open`."""
        if self._software is not None:
            self._software.lock()
        tokens = self._tokens
        if tokens is not None:
            await asyncio.to_thread(_log_out_all, tokens)

    async def close(self) -> None:
        """The same, and end the drivers' processes."""
        if self._software is not None:
            self._software.lock()
            self._software = None
        await self._close_tokens()

    @property
    def is_locked(self) -> bool:
        """Whether the keystore's key is not open."""
        return self._software is None or self._software.is_locked

    # ---- who signs -----------------------------------------------------------------------------------------------
    @property
    def own(self) -> DeskKey:
        """The key that acts at this desk.

        Raises:
            KeyLocked: the desk was never opened.
        """
        if self._software is None:
            raise KeyLocked(reason="the desk is not open")
        if self._chosen is None:
            return self.software
        return DeskKey(self._chosen.public_key, self._chosen.label, self._chosen.token)

    @property
    def software(self) -> DeskKey:
        """The keystore's key.

        Raises:
            KeyLocked: the desk was never opened.
        """
        if self._software is None:
            raise KeyLocked(reason="the desk is not open")
        return DeskKey(self._software.public_key, self._label, None)

    async def signer(self, pin: str = "") -> Signer:
        """The key that acts, ready to sign; a token that is not logged in gets the PIN, once.

        Raises:
            KeyLocked: the desk is locked.
            TokenRemoved, LoginRequired: the token is not there, or wants a PIN and got none.
            TokenError: as of `Tokens.login`.
        """
        if self._software is None or self._software.is_locked:
            raise KeyLocked(reason="the desk is locked")
        own = self.own
        if own.token is None:
            return self._software
        tokens, token = self.tokens, self.seen(own.token)
        if token is None:
            raise tokens.faults.get(own.token.module) or TokenRemoved(token=str(own.token))
        if not token.is_logged_in:
            await self.log_in(token, pin)
        return TokenSigner(tokens, own.token, own.public_key, pin)

    def choose(self, key: TokenKey | None) -> None:
        """This key acts from now on; None: the keystore's."""
        if key is None:
            self._home.chosen_key.unlink(missing_ok=True)
        else:
            save_place(self._home.chosen_key, place_of(key))
        self._chosen, self._fault = None if key is None else place_of(key), None
        self._tell()

    # ---- tokens --------------------------------------------------------------------------------------------------
    @property
    def plugged(self) -> tuple[Token, ...]:
        """What is plugged in."""
        return () if self._tokens is None else self._tokens.plugged

    def seen(self, name: TokenName) -> Token | None:
        """A token that is plugged in."""
        return next((token for token in self.plugged if token.name == name), None)

    @property
    def faults(self) -> Mapping[str, LuopuError]:
        """Drivers that cannot be used, and why."""
        return {} if self._tokens is None else self._tokens.faults

    @property
    def fault(self) -> LuopuError | None:
        """What of the wallet's notes is damaged: the list of drivers, or which key signs here."""
        return self._fault

    async def keys_on(self, name: TokenName) -> tuple[TokenKey, ...]:
        """Errors as of `Tokens.keys`."""
        return await asyncio.to_thread(self.tokens.keys, name)

    async def plugged_keys(self) -> tuple[TokenKey, ...]:
        """The keys of every token that shows them."""
        tokens = self._tokens
        return () if tokens is None else (await asyncio.to_thread(find_keys, tokens))[0]

    async def log_in(self, token: Token, pin: str) -> None:
        """Enter a token's PIN.

        Raises:
            LoginRequired: none was given.
            TokenError: as of `Tokens.login`.
        """
        if token.wants_typed_pin and not pin:
            raise LoginRequired(token=str(token.name))
        await asyncio.to_thread(self.tokens.login, token.name, pin if token.wants_typed_pin else "")
        self._tell()

    async def log_out(self, name: TokenName) -> None:
        """Errors as of `Tokens.logout`."""
        await asyncio.to_thread(self.tokens.logout, name)
        self._tell()

    @property
    def tokens(self) -> Tokens:
        """For what is done to them besides signing.

        Raises:
            ModuleUnusable: there are none, because the desk was never opened or the list of drivers is damaged.
        """
        if self._tokens is None:
            raise self._fault or ModuleUnusable(reason="no driver is open")
        return self._tokens

    async def look_again(self) -> None:
        """The list of drivers changed: begin anew. Every session ends."""
        await self._close_tokens()
        self._fault = None
        self._open_tokens()
        if self._starting is not None:
            await self._starting

    async def keep(self) -> None:
        """To be called now and then: log out of what nobody uses, start drivers that ended by themselves."""
        tokens = self._tokens
        if tokens is None or (self._starting is not None and not self._starting.done()):
            return
        if await asyncio.to_thread(tokens.log_out_idle):
            self._tell()
        if tokens.faults:
            await asyncio.to_thread(tokens.start)

    async def changed(self) -> None:
        """Return when anything may look different."""
        await self._news.wait()
        self._news.clear()

    # ---- inside --------------------------------------------------------------------------------------------------
    def _load_chosen(self) -> None:
        """Where the note is damaged, the keystore's key signs, and `fault` says so."""
        try:
            self._chosen = load_place(self._home.chosen_key)
        except FileNotFoundError:
            self._chosen = None
        except OSError as error:
            self._chosen = None
            self._fault = FileUnreadable(file=self._home.chosen_key.name, reason=error.strerror or str(error))
        except DecodingError as error:
            self._chosen, self._fault = None, error

    def _open_tokens(self) -> None:
        loop = asyncio.get_running_loop()

        def heard() -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens any more
                loop.call_soon_threadsafe(self._tell)

        try:
            self._tokens = Tokens(accepted_modules(self._home), heard)
        except LuopuError as error:
            self._fault = error
            return
        self._starting = asyncio.create_task(asyncio.to_thread(self._tokens.start))

    async def _close_tokens(self) -> None:
        tokens, self._tokens = self._tokens, None
        if tokens is not None:
            await asyncio.to_thread(tokens.close)
        if self._starting is not None:
            await asyncio.gather(self._starting, return_exceptions=True)
            self._starting = None

    def _tell(self) -> None:
        self._news.set()


def _log_out_all(tokens: Tokens) -> None:
    for token in tokens.plugged:
        if token.is_logged_in:
            with suppress(LuopuError):  # its process is gone, and with it every session
                tokens.logout(token.name)
