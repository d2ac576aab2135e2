"""In memory: everything that was drafted and signed here, and the log of approvals."""


class FakeOutboxDesk:
    """The Protocol `app.ui.desks.outbox.OutboxDesk`."""
