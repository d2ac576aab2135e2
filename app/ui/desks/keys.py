"""What windows ask of the keys at this desk: the keystore's, those on tokens, and which of them signs."""

from typing import Protocol


class KeyDesk(Protocol):
    """The keys at this desk: the keystore's, those on tokens, and which of them signs."""
