"""At the desk: what the vault knows besides the plain attributes of people: their papers, and contacts."""

from app.desk.running import RunningDesk


class VaultDesk(RunningDesk):
    """What the vault knows besides the plain attributes of people: their papers, and contacts."""
