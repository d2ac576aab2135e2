"""What windows ask of the keys at this desk: the keystore's, those on tokens, and which of them signs.

Everything that comes from a token is shown, never believed; a PIN goes to one token and is kept nowhere.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal, Protocol

from app.core.errors import LuopuError
from app.core.tokens import Token, TokenName

Asks = Literal["", "pin", "keypad"]
"""What a key wants before it signs: nothing, a PIN typed here, or one typed at the token."""


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key that can sign at this desk, or could if its token were plugged in."""

    key: str
    """The public key as text."""
    label: str
    algorithm: str
    """Its usual name."""
    token: Token | None
    """The token, as it was last seen; None: it is in the keystore, or on a token that is not plugged in (`place`)."""
    place: TokenName | None
    """The token that holds it; None: the keystore."""
    is_own: bool
    """It signs at this desk."""
    asks: Asks = ""
    account: int = 0
    """Of which account it is; 0: of none, or nobody could be asked."""
    account_name: str = ""
    subject: str = ""
    """Whom its certificate names; nobody has checked who issued it."""
    until: str = ""
    """Until which day the certificate counts, as YYYY-MM-DD."""

    @property
    def is_at_hand(self) -> bool:
        """Whether it could sign now."""
        return self.place is None or self.token is not None


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token that is plugged in, and its keys."""

    token: Token
    keys: tuple[KeyView, ...]
    error: LuopuError | None
    """Why they cannot be listed."""


@dataclass(frozen=True, slots=True)
class ModuleView:
    """A driver (PKCS#11 module) that is installed here, or was accepted."""

    name: str
    path: str
    digest: bytes
    """SHA-256 of the file that was accepted; nothing: it was not."""
    error: LuopuError | None
    """Why it cannot be used now."""


class KeyDesk(Protocol):
    """The keys at this desk."""

    def own_key(self) -> KeyView:
        """The key that signs here, as it was last seen; quick, asks nobody."""
        ...

    def key_events(self) -> AsyncIterator[None]:
        """Whenever tokens or keys may look different, for ever."""
        ...

    async def keys(self) -> tuple[KeyView, ...]:
        """Every key at hand, and the one that signs here; with the accounts that they are of."""
        ...

    async def tokens(self) -> tuple[TokenView, ...]:
        """Every token that is plugged in."""
        ...

    async def modules(self) -> tuple[ModuleView, ...]:
        """Drivers that are installed or were accepted."""
        ...

    async def accept_module(self, path: str) -> None:
        """Let a driver be loaded from now on. Every token is logged out."""
        ...

    async def drop_module(self, path: str) -> None:
        """Load a driver no more. Every token is logged out."""
        ...

    async def use_key(self, key: str) -> None:
        """Let the key with this text sign at this desk from now on."""
        ...

    async def log_in(self, token: TokenName, pin: str) -> None:
        """Enter a token's PIN; nothing where it is typed at the token."""
        ...

    async def log_out(self, token: TokenName) -> None:
        """Let a token sign no more."""
        ...

    async def generate_key(self, token: TokenName, algorithm: str, label: str) -> str:
        """A new key on a token that is logged in ("ed25519", "p256"); its text."""
        ...

    async def lock(self) -> None:
        """Lock the keystore's key and the vault, log every token out; what runs goes on. `unlock` opens again."""
        ...
