"""At the desk: drafts and signatures that travel between computers, as files or pictures."""

from app.desk.running import RunningDesk


class TravelDesk(RunningDesk):
    """Drafts and signatures that travel between computers, as files or pictures."""
