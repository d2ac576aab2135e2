"""What there is to know of a USB token and of the keys on it, in the words of PKCS#11 (white paper 3.2 加密机).

Everything here comes from a device that nobody vouches for: names are shown, never believed, and a public key counts only
because signatures verify under it.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.core.keys import Algorithm, PublicKey


@dataclass(frozen=True, slots=True, order=True)
class TokenName:
    """How a token is told from others. The slot it is in says nothing: it changes with every plug."""

    module: str
    """Path of the PKCS#11 module through which it is reached."""
    manufacturer: str
    model: str
    serial: str
    label: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.label, self.model, self.serial) if part)


class PinState(StrEnum):
    """What the token says of its PIN."""

    FINE = "fine"
    LOW = "low"
    """A wrong PIN was entered since the last right one."""
    FINAL = "final"
    """One more wrong PIN locks it."""
    LOCKED = "locked"
    UNSET = "unset"
    """It has none yet."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token that is plugged in."""

    name: TokenName
    pin: PinState
    asks_pin: bool
    """Whether its keys sign only after a PIN."""
    has_keypad: bool
    """Whether the PIN is typed at the device."""
    is_logged_in: bool
    signs: tuple[Algorithm, ...]
    makes: tuple[Algorithm, ...]
    """Of which keys can be generated on it."""
    places: int
    """Slots in which a token of this name is: above 1, it is in two slots, or another one calls itself the same."""

    @property
    def wants_typed_pin(self) -> bool:
        """Whether its PIN is to be typed on this computer."""
        return self.asks_pin and not self.has_keypad


@dataclass(frozen=True, slots=True, order=True)
class TokenKey:
    """A key pair on a token, as far as can be seen without a PIN."""

    token: TokenName
    public_key: PublicKey
    id: bytes
    """CKA_ID: what belongs together on the token has the same."""
    label: str
    certificate: bytes
    """DER; nothing where there is none."""
