"""At the desk: the keys, as windows see them, and which of them signs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from app.core.errors import LuopuError
from app.core.keys import Algorithm, decode_key_text, encode_key_text
from app.core.tokenerrors import KeyNotOnToken, TokenRemoved
from app.core.tokens import Token, TokenKey, TokenName
from app.desk.keyring import DeskKey
from app.desk.running import RunningDesk
from app.ui.desks.keys import Asks, KeyView, ModuleView, TokenView
from app.ui.views import algorithm_name
from app.wiring.tokens import accept_module, accepted_modules, drop_module, find_modules, read_certificate


class KeyDesk(RunningDesk):
    """The keys at this desk: the keystore's, those on tokens, and which of them signs."""

    def own_key(self) -> KeyView:
        """The key that signs here."""
        own = self._keys.own
        return self._view(own, None if own.token is None else self._keys.seen(own.token))

    async def key_events(self) -> AsyncIterator[None]:
        """Whenever tokens or keys may look different."""
        while True:
            yield None
            await self._keys.changed()

    async def keys(self) -> tuple[KeyView, ...]:
        """Every key at hand, and the one that signs here, each once."""
        own, software = self._keys.own, self._keys.software
        plugged = [_at_hand(key) for key in await self._keys.plugged_keys()]
        listed = {(key.public_key, key.token): key for key in (software, *plugged, own)}
        return tuple([await self._with_account(self._seen(key)) for key in listed.values()])

    async def tokens(self) -> tuple[TokenView, ...]:
        """Every token that is plugged in."""
        return tuple([await self._token_view(token) for token in self._keys.plugged])

    async def modules(self) -> tuple[ModuleView, ...]:
        """Drivers that are installed or were accepted."""
        accepted = await asyncio.to_thread(accepted_modules, self._home)
        names = {module.path: module.name for module in await asyncio.to_thread(find_modules)}
        names |= {path: names.get(path, Path(path).name) for path in accepted}
        faults = self._keys.faults
        return tuple(
            ModuleView(names[path], path, accepted.get(path, b""), faults.get(path))
            for path in sorted(names, key=lambda path: (path not in accepted, names[path], path))
        )

    async def accept_module(self, path: str) -> None:
        """Let a driver be loaded from now on."""
        await asyncio.to_thread(accept_module, self._home, path)
        await self._keys.look_again()

    async def drop_module(self, path: str) -> None:
        """Load a driver no more."""
        await asyncio.to_thread(drop_module, self._home, path)
        await self._keys.look_again()

    async def use_key(self, key: str) -> None:
        """Let a key sign at this desk.

        Raises:
            KeyNotOnToken: it is neither in the keystore nor on a token that is plugged in.
        """
        wanted = decode_key_text(key)
        if self._keys.software.public_key == wanted:
            self._keys.choose(None)
            return
        found = next((each for each in await self._keys.plugged_keys() if each.public_key == wanted), None)
        if found is None:
            raise KeyNotOnToken(key=key)
        self._keys.choose(found)

    async def log_in(self, token: TokenName, pin: str) -> None:
        """Enter a token's PIN.

        Raises:
            TokenRemoved: it is not there.
        """
        seen = self._keys.seen(token)
        if seen is None:
            raise TokenRemoved(token=str(token))
        await self._keys.log_in(seen, pin)

    async def log_out(self, token: TokenName) -> None:
        """Let a token sign no more."""
        await self._keys.log_out(token)

    async def generate_key(self, token: TokenName, algorithm: str, label: str) -> str:
        """A new key on a token."""
        made = await asyncio.to_thread(self._keys.tokens.generate, token, Algorithm[algorithm.upper()], label)
        return encode_key_text(made.public_key)

    # ---- what is shown -------------------------------------------------------------------------------------------
    async def _token_view(self, token: Token) -> TokenView:
        try:
            keys = await self._keys.keys_on(token.name)
        except LuopuError as error:
            return TokenView(token, (), error)
        views = [await self._with_account(self._of_token(key, token)) for key in keys]
        return TokenView(token, tuple(views), None)

    def _of_token(self, key: TokenKey, token: Token) -> KeyView:
        view, facts = self._view(_at_hand(key), token), read_certificate(key.certificate)
        if facts is None:
            return view
        return replace(view, subject=facts.subject, until=facts.until.isoformat())

    def _seen(self, key: DeskKey) -> KeyView:
        return self._view(key, None if key.token is None else self._keys.seen(key.token))

    def _view(self, key: DeskKey, token: Token | None) -> KeyView:
        own = self._keys.own
        return KeyView(
            key=encode_key_text(key.public_key),
            label=key.label,
            algorithm=algorithm_name(key.public_key.algorithm),
            token=token,
            place=key.token,
            is_own=(key.public_key, key.token) == (own.public_key, own.token),
            asks=_asks(token),
        )

    async def _with_account(self, view: KeyView) -> KeyView:
        """With its account, where the node can be asked."""
        with suppress(LuopuError):
            account = await self._client().account_of_key(decode_key_text(view.key))
            if account is not None:
                return replace(view, account=account.id, account_name=account.name)
        return view


def _at_hand(key: TokenKey) -> DeskKey:
    return DeskKey(key.public_key, key.label, key.token)


def _asks(token: Token | None) -> Asks:
    if token is None or token.is_logged_in or not token.asks_pin:
        return ""
    return "keypad" if token.has_keypad else "pin"
