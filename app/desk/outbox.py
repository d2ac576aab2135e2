"""At the desk: everything that was drafted and signed here, and the log of approvals."""

from app.desk.running import RunningDesk


class OutboxDesk(RunningDesk):
    """Everything that was drafted and signed here, and the log of approvals."""
