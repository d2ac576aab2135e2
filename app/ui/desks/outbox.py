"""What windows ask of everything that was drafted and signed here, and the log of approvals."""

from typing import Protocol


class OutboxDesk(Protocol):
    """Everything that was drafted and signed here, and the log of approvals."""
