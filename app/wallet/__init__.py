"""Keys and consent: the keystore, the draft that is shown and then signed, and the outbox that forgets nothing."""
