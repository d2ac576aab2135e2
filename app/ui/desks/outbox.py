"""What windows ask of everything that was drafted and signed here, and the log of approvals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.core.errors import LuopuError
from app.core.facts import ShownFact

if TYPE_CHECKING:  # presenters read this module, and they do no IO
    from pathlib import Path

    from app.ui.desk import DeedView


@dataclass(frozen=True, slots=True)
class OutboxDeed:
    """Something this desk drafted or signed, a record or any other action, decoded from its bytes."""

    deed_id: str
    number: int
    """Rises from one to the next."""
    action: str
    facts: tuple[ShownFact, ...]
    file_name: str
    """Of a record that was drafted here."""
    record_digest: bytes
    """Of a record."""
    created_ns: int
    changed_ns: int
    state: str
    """draft, waiting (for colleagues to sign), elsewhere (sent from a colleague's desk, and on the chain), pending (signed,
    waits to be sent), unknown, final, expired or refused."""
    height: int | None
    log_index: int | None
    error: LuopuError | None
    """Why it came to nothing."""
    note: str
    """Code of the node's latest word while it is on its way."""
    valid_until: int
    hold_until: int
    signed: tuple[str, ...]
    """Public keys (as text) that have signed, the maker's first."""
    missing: tuple[str, ...]
    """Those that must still."""
    transaction_hash: bytes
    """Nobody knows it before all have signed."""
    signing_digest: bytes
    replaces: str
    replaced_by: str
    can_renew: bool
    """It came to nothing, and may be drafted anew here."""
    is_dismissed: bool
    """It came to nothing, and is no longer wanted."""


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """A line of the log of approvals: what was shown, decoded from the bytes that were approved."""

    number: int
    time_ns: int
    action: str
    facts: tuple[ShownFact, ...]
    key: str
    """Public key as text."""
    key_label: str
    """What it is called at this desk, where that is known."""
    chain_id: str
    valid_until: int
    approvers: tuple[str, ...]
    signing_digest: bytes
    digest: bytes
    """Of the line; it covers the one before."""
    is_readable: bool = True
    """Otherwise it was damaged, and only its number says something."""


@dataclass(frozen=True, slots=True)
class LogView:
    """How the log of approvals stands."""

    count: int
    digest: bytes
    """Of the newest line."""
    altered: tuple[int, ...]
    """Numbers of lines that were altered, or do not follow from the one before."""


class OutboxDesk(Protocol):
    """Everything that was drafted and signed here, and the log of approvals."""

    async def unsettled(self) -> "Sequence[OutboxDeed]":
        """What somebody or the chain still has to do something about, the newest first."""
        ...

    async def deeds(self, *, before: int | None = None, limit: int = 50) -> "Sequence[OutboxDeed]":
        """Everything, the newest first, with numbers < `before`."""
        ...

    async def deed(self, deed_id: str) -> OutboxDeed:
        """One of them, as it stands now."""
        ...

    async def send_again(self, deed_id: str) -> None:
        """Hand over what all have signed, the same bytes as before. Raises what the node says against it."""
        ...

    async def resume(self, deed_id: str) -> "DeedView":
        """A draft that was left over, as it would be signed."""
        ...

    async def renew(self, deed_id: str) -> "DeedView":
        """Draft anew what came to nothing, to be signed once more; the old one is never sent again."""
        ...

    async def dismiss(self, deed_id: str) -> None:
        """What came to nothing is no longer wanted."""
        ...

    async def approvals(self, *, before: int | None = None, limit: int = 50) -> "Sequence[ApprovalView]":
        """Lines of the log, the newest first, with numbers < `before`; damaged ones too."""
        ...

    async def look_through_approvals(self) -> LogView:
        """Whether each line of the log follows from the one before."""
        ...

    async def save_approvals(self, target: "Path") -> LogView:
        """Write the log as a file that a stranger can check."""
        ...
