"""At the desk: the keys at this desk: the keystore's, those on tokens, and which of them signs."""

from app.desk.running import RunningDesk


class KeyDesk(RunningDesk):
    """The keys at this desk: the keystore's, those on tokens, and which of them signs."""
