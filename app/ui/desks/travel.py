"""What windows ask of drafts and signatures that travel between computers, as files or pictures."""

from typing import Protocol


class TravelDesk(Protocol):
    """Drafts and signatures that travel between computers, as files or pictures."""
