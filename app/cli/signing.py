"""Which key acts for a command, and how it is opened: the keystore's by the passphrase, one on a token by its PIN.

Guarantees: a key signs only while it is `opened`, which asks once and only then; a token is logged out afterwards. A name
that fits several keys is refused. What comes from a device is cleaned before it is shown. Leaves to others: the check that
signatures verify (`app.hsm.module`, `app.wallet.signatures`), and whether the key may act (the law).
"""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, suppress
from typing import Protocol

from app.cli.output import Speaker
from app.cli.passphrase import read_pin
from app.core.errors import BadKey, LuopuError
from app.core.home import Home
from app.core.keys import PublicKey, decode_key_text, encode_key_text
from app.core.messages import clean
from app.core.ports import Signer
from app.core.tokenerrors import KeyNotOnToken, ModuleUnusable, PinLocked, TokenError, TokenRemoved
from app.core.tokens import PinState, TokenKey, TokenName
from app.wallet.keystore import load_keystore
from app.wallet.passphrases import open_key
from app.wiring.tokens import Tokens, TokenSigner, accepted_modules, find_keys, plugged_tokens


class OwnKey(Protocol):
    """The key that acts, closed until it is opened."""

    @property
    def public_key(self) -> PublicKey:
        """Its public half."""
        ...

    @property
    def label(self) -> str:
        """What it is called where it is kept."""
        ...

    @property
    def token(self) -> TokenName | None:
        """The token that holds it; None: it is in the keystore."""
        ...

    def opened(self) -> AbstractAsyncContextManager[Signer]:
        """The key ready to sign, until left. Asks for what opens it; errors as that has them."""
        ...


class KeystoreKey:
    """The key of the home's keystore."""

    token: TokenName | None = None

    def __init__(self, home: Home, passphrase: Callable[[], str]) -> None:
        self._home, self._passphrase = home, passphrase
        self._keystore = load_keystore(home.keystore)

    @property
    def public_key(self) -> PublicKey:
        """Its public half."""
        return self._keystore.public_key

    @property
    def label(self) -> str:
        """Its label in the keystore."""
        return self._keystore.label

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Signer]:
        """Asks for the passphrase. Errors as of `open_key`."""
        key = await asyncio.to_thread(open_key, self._home, self._passphrase())
        try:
            yield key
        finally:
            key.lock()


class TokenKeyAtDesk:
    """A key on a token that is plugged in."""

    def __init__(self, tokens: Tokens, key: TokenKey, speaker: Speaker, pin_file: str | None) -> None:
        self._tokens, self._key, self._speaker, self._pin_file = tokens, key, speaker, pin_file

    @property
    def public_key(self) -> PublicKey:
        """Its public half."""
        return self._key.public_key

    @property
    def label(self) -> str:
        """Its label on the token."""
        return self._key.label

    @property
    def token(self) -> TokenName | None:
        """The token."""
        return self._key.token

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Signer]:
        """Asks for the PIN. Errors as of `logged_in`."""
        async with logged_in(self._tokens, self._key.token, self._speaker, self._pin_file) as pin:
            yield TokenSigner(self._tokens, self._key.token, self._key.public_key, pin)


@asynccontextmanager
async def logged_in(tokens: Tokens, name: TokenName, speaker: Speaker, pin_file: str | None) -> AsyncIterator[str]:
    """A token whose keys sign, until left; its PIN, which was asked for.

    Raises:
        TokenRemoved, PinLocked: before anybody is asked.
        TokenError: as of `Tokens.login`.
    """
    token = next((token for token in tokens.plugged if token.name == name), None)
    if token is None:
        raise TokenRemoved(token=clean(str(name)))
    if token.pin is PinState.LOCKED:
        raise PinLocked(token=clean(str(name)))
    if token.asks_pin and token.has_keypad:
        speaker.say(speaker.words("pin-keypad", token=clean(str(name))))
    pin = read_pin(speaker, pin_file, token) if token.wants_typed_pin else ""
    await asyncio.to_thread(tokens.login, name, pin)
    try:
        yield pin
    finally:
        with suppress(TokenError):  # its process is gone, and with it every session
            await asyncio.to_thread(tokens.logout, name)


class Chooser:
    """Finds the key that a command names."""

    def __init__(self, home: Home, speaker: Speaker, given: Namespace, passphrase: Callable[[], str]) -> None:
        self._home, self._speaker, self._given, self._passphrase = home, speaker, given, passphrase

    def choose(self, name: str | None, opened: ExitStack) -> OwnKey:
        """The key with this text or label; the keystore's, where none is named. `opened` holds what must be closed.

        Raises:
            NoKeystore, KeystoreDamaged: the keystore.
            BadKey: no text of a key, or a label of several.
            KeyNotOnToken: it is neither in the keystore nor on a token.
            ModuleUnusable, ModuleChanged, TokenError: something through which it might be reached cannot be used.
        """
        if name is None:
            return self._of_keystore()
        wanted = _wanted(name)
        found: dict[PublicKey, OwnKey] = {}
        if self._home.keystore.exists():
            own = self._of_keystore()
            if own.public_key == wanted:
                return own
            if wanted is None and own.label == name:
                found[own.public_key] = own
        for key in self._on_tokens(name, opened, is_needed=not found):
            found.setdefault(key.public_key, key)
        if len(found) > 1:
            raise BadKey(reason="not exactly one key is called so", got=name)
        return next(iter(found.values()))

    def _of_keystore(self) -> KeystoreKey:
        return KeystoreKey(self._home, self._passphrase)

    def _on_tokens(self, name: str, opened: ExitStack, *, is_needed: bool) -> list["TokenKeyAtDesk"]:
        """Of one key that is in several places, the first. None only where none `is_needed`."""
        if is_needed:
            check_any_module(self._home)
        tokens = opened.enter_context(plugged_tokens(self._home))
        keys, error = keys_called(tokens, name)
        if is_needed and not keys:
            raise error
        return [TokenKeyAtDesk(tokens, key, self._speaker, self._given.pin_file) for key in keys]


def check_any_module(home: Home) -> None:
    """Some module was accepted, through which tokens could be reached.

    Raises:
        ModuleUnusable: none was.
    """
    if not accepted_modules(home):
        raise ModuleUnusable(reason="none was accepted: luopu token accept PATH")


def keys_called(tokens: Tokens, name: str) -> tuple[tuple[TokenKey, ...], LuopuError]:
    """Keys that are plugged in with this text or label; and what to raise where they are too few.

    Raises:
        BadKey: no text of a key.
    """
    wanted = _wanted(name)
    keys, error = find_keys(tokens, lambda key: key.label == name if wanted is None else key.public_key == wanted)
    return keys, error or KeyNotOnToken(key=name)


def _wanted(name: str) -> PublicKey | None:
    return decode_key_text(name) if is_key_text(name) else None


def is_key_text(name: str) -> bool:
    """Whether it names an algorithm, as the text of a key does."""
    return name.startswith(("ed25519:", "p256:"))


# ---- what is shown of it ---------------------------------------------------------------------------------------------
def key_pairs(speaker: Speaker, key: OwnKey) -> list[tuple[str, str]]:
    """Label and text of the key, and the token that holds it."""
    pairs = [(speaker.words("key"), f"{clean(key.label)} {encode_key_text(key.public_key)}".strip())]
    return pairs if key.token is None else [*pairs, (speaker.words("token"), clean(str(key.token)))]
