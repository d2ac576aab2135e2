"""In memory: drafts and signatures that travel between computers, as files or pictures."""


class FakeTravelDesk:
    """The Protocol `app.ui.desks.travel.TravelDesk`."""
