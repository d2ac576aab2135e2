"""In memory: the keys at a desk, and the tokens that a test plugs in."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from app.core.errors import LuopuError
from app.core.keys import Algorithm
from app.core.tokenerrors import KeyNotOnToken, PinIncorrect
from app.core.tokens import PinState, Token, TokenName
from app.ui.desks.keys import KeyView, ModuleView, TokenView
from tests.fakes.desk_facts import digest_of

MODULE = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
SOFTWARE = KeyView(f"ed25519:{digest_of('clerk key').hex()}", "经办 01 的软件密钥", "Ed25519", None, None, is_own=True)


def token(
    label: str = "示例合作方 复核", serial: str = "9f3ca07b", pin: PinState = PinState.FINE, *, keypad: bool = False
) -> Token:
    """A token as a real one looks."""
    name = TokenName(MODULE, "Feitian", "ePass2003", serial, label)
    both = (Algorithm.ED25519, Algorithm.P256)
    return Token(name, pin, asks_pin=True, has_keypad=keypad, is_logged_in=False, signs=both, makes=both, places=1)


def key_on(token: Token, label: str = "复核 02", account: int = 10_086) -> KeyView:
    """A key on it."""
    key = f"p256:02{digest_of(f'{label} {token.name}').hex()}"
    asks = "keypad" if token.has_keypad else "pin"
    view = KeyView(key, label, "P-256", token, token.name, is_own=False, asks=asks, account=account)  # type: ignore[arg-type]
    return replace(view, account_name="示例合作方 经办 01" if account else "")


class FakeKeyDesk:
    """The Protocol `app.ui.desks.keys.KeyDesk`. A test plugs tokens in by `plug` and pulls them by `pull`."""

    pin = "123456"

    @property
    def _state(self) -> "_Keys":
        if "_fake_keys" not in self.__dict__:
            self.__dict__["_fake_keys"] = _Keys()
        return self.__dict__["_fake_keys"]  # type: ignore[no-any-return]

    def plug(self, token: Token, keys: Sequence[KeyView], error: LuopuError | None = None) -> None:
        """A token is plugged in."""
        self._state.tokens[token.name] = TokenView(token, tuple(keys), error)
        self._state.news.set()

    def pull(self, name: TokenName) -> None:
        """It is pulled out."""
        del self._state.tokens[name]
        self._state.news.set()

    def find_modules(self, *modules: ModuleView) -> None:
        """These drivers are there."""
        self._state.modules = modules

    def own_key(self) -> KeyView:
        return next(
            (each for each in self._listed() if each.key == self._state.own), replace(self._state.last, token=None)
        )

    async def key_events(self) -> AsyncIterator[None]:
        while True:
            await self._state.news.wait()
            self._state.news.clear()
            yield None

    async def keys(self) -> tuple[KeyView, ...]:
        return tuple(self._listed())

    async def tokens(self) -> tuple[TokenView, ...]:
        await self._enter("tokens")  # type: ignore[attr-defined]
        return tuple(
            replace(view, keys=tuple(replace(key, is_own=key.key == self._state.own) for key in view.keys))
            for view in self._state.tokens.values()
        )

    async def modules(self) -> tuple[ModuleView, ...]:
        return self._state.modules

    async def accept_module(self, path: str) -> None:
        await self._enter("accept_module")  # type: ignore[attr-defined]
        self._state.modules = tuple(
            replace(each, digest=digest_of(path)) if each.path == path else each for each in self._state.modules
        )

    async def drop_module(self, path: str) -> None:
        await self._enter("drop_module")  # type: ignore[attr-defined]
        self._state.modules = tuple(
            replace(each, digest=b"") if each.path == path else each for each in self._state.modules
        )

    async def use_key(self, key: str) -> None:
        await self._enter("use_key")  # type: ignore[attr-defined]
        found = next((each for each in self._listed() if each.key == key), None)
        if found is None:
            raise KeyNotOnToken(key=key)
        self._state.own, self._state.last = key, replace(found, is_own=True)
        self._state.news.set()

    async def log_in(self, token: TokenName, pin: str) -> None:
        await self._enter("log_in")  # type: ignore[attr-defined]
        if pin != self.pin:
            raise PinIncorrect(token=str(token))
        self._set_logged_in(token, logged_in=True)

    async def log_out(self, token: TokenName) -> None:
        self._set_logged_in(token, logged_in=False)

    async def generate_key(self, token: TokenName, algorithm: str, label: str) -> str:
        await self._enter("generate_key")  # type: ignore[attr-defined]
        view = self._state.tokens[token]
        made = replace(
            key_on(view.token, label, account=0), asks="", algorithm="Ed25519" if algorithm == "ed25519" else "P-256"
        )
        self._state.tokens[token] = replace(view, keys=(*view.keys, made))
        self._state.news.set()
        return made.key

    async def lock(self) -> None:
        await self._enter("lock")  # type: ignore[attr-defined]

    def _listed(self) -> list[KeyView]:
        keys = [SOFTWARE, *(key for view in self._state.tokens.values() for key in view.keys)]
        return [replace(key, is_own=key.key == self._state.own) for key in keys]

    def _set_logged_in(self, name: TokenName, *, logged_in: bool) -> None:
        view = self._state.tokens[name]
        token = replace(view.token, is_logged_in=logged_in)
        asks = "" if logged_in else "pin"
        keys = tuple(replace(key, token=token, asks=asks) for key in view.keys)  # type: ignore[arg-type]
        self._state.tokens[name] = replace(view, token=token, keys=keys)
        self._state.news.set()


class _Keys:
    def __init__(self) -> None:
        self.tokens: dict[TokenName, TokenView] = {}
        self.modules: tuple[ModuleView, ...] = ()
        self.own = SOFTWARE.key
        self.last = SOFTWARE
        self.news = asyncio.Event()
