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
RESTORING = b"cz"


def number(value: int) -> bytes:
    """A height or index as a part of a key: eight bytes, so that keys sort as numbers do."""
    return value.to_bytes(8, "big")


def after(prefix: bytes) -> bytes:
    """The first key behind all that begin with `prefix` (whose last byte is below 255)."""
    return prefix[:-1] + bytes([prefix[-1] + 1])
