"""In memory: the keys at this desk: the keystore's, those on tokens, and which of them signs."""


class FakeKeyDesk:
    """The Protocol `app.ui.desks.keys.KeyDesk`."""
