"""Every digest of a reserve proof, one at a time (docs/formats/reserve.md, The tree).

Guarantees: pure; what is hashed for one purpose begins with other bytes than what is hashed for any other, so a leaf never
passes for a node, nor a node for a root. Both children's sums are inside a node's hash: whoever hashes only their sum can
claim max(left, right) (Chalkias, Chatzigiannis, Ji: Broken Proofs of Solvency, 2022).
"""

from hmac import digest as hmac_digest
from typing import Final

from app.core.hashing import sha256
from app.core.units import Hash32

DIGEST_BYTES: Final = 32
SUM_BYTES: Final = 16
SUM_LIMIT: Final = 2**128
DEPTHS: Final = 256
MASTER_BYTES: Final = 32
MAX_PADDING: Final = 10_000_000
"""Leaves of zero for nobody, at most."""

LEAF_TAG: Final = b"\x00"
NODE_TAG: Final = b"\x01"
ROOT_TAG: Final = b"\x02"
HEADER_DOMAIN: Final = b"luopu.reserve.header.v1\x00"
USER_DOMAIN: Final = b"luopu.reserve.user.v1\x00"
SERIAL_DOMAIN: Final = b"luopu.reserve.serial.v1\x00"
FIRST_BLOCK: Final = b"\x01"
"""HKDF-Expand's counter; nothing here is longer than one block."""
POSITION_INFO: Final = b"pos"
SALT_INFO: Final = b"salt"
ZERO_INFO: Final = b"zero"


# ---- what a verifier computes ------------------------------------------------------------------------------------------
def user_prefix(chain_id: str) -> bytes:
    """What stands in front of account number and address in a user's digest."""
    return USER_DOMAIN + chain_id.encode() + b"\x00"


def user_digest(chain_id: str, number: int, address: bytes) -> Hash32:
    """A user's digest: what binds a leaf to one account of one chain."""
    return sha256(user_prefix(chain_id) + number.to_bytes(8, "big") + address)


def serial_position(voucher: bytes, serial: int) -> Hash32:
    """The one place of a serial."""
    return sha256(SERIAL_DOMAIN + voucher + serial.to_bytes(8, "big"))


def leaf_hash(position: bytes, user: bytes, salt: bytes, balance: int) -> Hash32:
    """Hash of a leaf; position, user and salt have 32 bytes each."""
    return sha256(LEAF_TAG + position + user + salt + balance.to_bytes(SUM_BYTES, "big"))


def node_hash(depth: int, left: tuple[bytes, int], right: tuple[bytes, int]) -> Hash32:
    """Hash of a node at `depth` (0 … 255) over the hashes and sums of its two branches."""
    (left_hash, left_sum), (right_hash, right_sum) = left, right
    return sha256(
        NODE_TAG
        + depth.to_bytes(1, "big")
        + left_hash
        + left_sum.to_bytes(SUM_BYTES, "big")
        + right_hash
        + right_sum.to_bytes(SUM_BYTES, "big")
    )


def root_hash(header_digest: bytes, top: bytes, total: int) -> Hash32:
    """The root that stands on the chain."""
    return sha256(ROOT_TAG + header_digest + top + total.to_bytes(SUM_BYTES, "big"))


def bit_at(position: bytes, depth: int) -> int:
    """Which way `position` (32 bytes) goes at a node of this depth: 0 left, 1 right."""
    return position[depth >> 3] >> (7 - (depth & 7)) & 1


# ---- what only the custodian computes (HKDF-SHA-256, RFC 5869) ---------------------------------------------------------
def snapshot_secret(header_digest: bytes, master: bytes) -> bytes:
    """HKDF-Extract: from `master` (32 bytes) the secret of one snapshot; another header gives an unrelated one."""
    return hmac_digest(header_digest, master, "sha256")


def expand(secret: bytes, info: bytes) -> bytes:
    """HKDF-Expand to 32 bytes."""
    return hmac_digest(secret, info + FIRST_BLOCK, "sha256")
