"""What windows ask of what the vault knows besides the plain attributes of people: their papers, and contacts."""

from typing import Protocol


class VaultDesk(Protocol):
    """What the vault knows besides the plain attributes of people: their papers, and contacts."""
