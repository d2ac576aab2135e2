"""What windows ask of drafts that travel to another computer, as files or pictures, to be signed there."""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # presenters read this module, and they do no IO
    from pathlib import Path


class TravelDesk(Protocol):
    """Drafts that are carried to a key on another computer, which may have no network. What comes back is opened as any
    request is (`Desk.open_request`), which takes pictures, too."""

    async def save_draft(self, deed_id: str, target: "Path") -> "Path":
        """Write a draft, of a record or of any other action, to a file for `luopu sign`. It lasts as long as the law allows,
        and stays here until it comes back or is given up; the one that is shown stays as it is."""
        ...

    async def draft_picture(self, deed_id: str) -> bytes:
        """The same as a QR code: a PNG, black on white. Raises RequestTooLarge where it does not fit into one."""
        ...
