"""Under which keys a chain store keeps what. The state beneath has prefixes of its own: `l`, `m` and `s`."""

TIP = b"ct"
GENESIS = b"cg"
BASE = b"cl"
SEEN_COMMIT = b"cc"
CONTRADICTION = b"cd"
BLOCK = b"cb"
RESULTS = b"cr"
RECEIPT = b"cx"
REFUSED = b"cf"
VALIDATORS = b"cv"
NONCE = b"cn"
NONCE_BLOCK = b"co"
BY_ACCOUNT = b"ia"
BY_CHAIN = b"ic"
BY_RECORD = b"ir"
BY_FILE = b"if"
BEGUN = b"io"
PROPOSED = b"ip"
ACTED = b"ib"
"""Address, log index: entries other than records that it sent, or that name it by its address."""
NAMED = b"in"
"""Number of an account, log index: entries that name it."""
ORDERS_ON_ACCOUNT = b"id"
ORDERS_ON_VOUCHER = b"ie"
OF_PARTY = b"iq"
"""Party, number of the account."""
USERS = b"iu"
"""Number of a partner, number of a user that it certifies."""
AGREEMENTS = b"ig"
"""Number of a party or of who opened it, deadline, id."""
GRANTED = b"it"
"""Number of the grantee, height, address of the user, id."""
VOUCHERS = b"iv"
"""Number of the issuer (0: whoever it is), state, id."""
HOLDERS = b"ih"
"""Voucher, address."""
PIECES = b"iw"
"""Address of the owner, voucher, serial; live ones only."""
RESTORING = b"cz"


def number(value: int) -> bytes:
    """A height or index as a part of a key: eight bytes, so that keys sort as numbers do."""
    return value.to_bytes(8, "big")


def after(prefix: bytes) -> bytes:
    """The first key behind all that begin with `prefix` (whose first byte is below 255)."""
    head = prefix.rstrip(b"\xff")
    return head[:-1] + bytes([head[-1] + 1])
