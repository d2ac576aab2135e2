"""What names a proposal of the bookkeepers, and its bounds: alike for the law, for wallets, nodes, commands and the desk.

Whether a proposal may be made is the law's to say (`app.registry.governance`).
"""

from collections.abc import Mapping

from app.core.hashing import PROPOSAL_DOMAIN, sha256
from app.core.wire import registry_pb2 as wire

PROPOSAL_ID_BYTES = 16
VALIDATOR_KEY_BYTES = 32
"""Ed25519, as CometBFT takes them."""
MAX_POWER = 2**40
"""With the law's bound on seats, any sum of powers stays within what CometBFT allows (2^60)."""
MAX_DEADLINE_BLOCKS = 1_000_000
"""How far ahead a deadline may lie: a month and more at three seconds a block."""
MAX_SETTINGS = 64
"""As many settings, or actions to be stopped, one proposal may name."""
MAX_POINTS = 1_000_000_000
YEAR_SECONDS = 366 * 86_400
SETTING_BOUNDS: Mapping[int, tuple[int, int]] = {
    wire.SETTING_VALIDITY_WINDOW: (10, 1_000_000),
    wire.SETTING_QUOTA_PERIOD_SECONDS: (60, YEAR_SECONDS),
    wire.SETTING_QUOTA_OFFSET_SECONDS: (0, YEAR_SECONDS),
    wire.SETTING_BYTES_PER_POINT: (1, 1_000_000),
    wire.SETTING_MAX_TRANSACTION_BYTES: (4_096, 1_000_000),
    wire.SETTING_ACTION_COST: (0, MAX_POINTS),
    wire.SETTING_LEVEL_POINTS: (0, MAX_POINTS),
}
"""Least and most value of each setting."""
NEVER_STOPPED = frozenset(
    {wire.Body.PROPOSE_FIELD_NUMBER, wire.Body.APPROVE_FIELD_NUMBER, wire.Body.CHANGE_KEYS_FIELD_NUMBER}
)
"""What is decided must stay decidable, and a stolen key must be revocable whatever else stands still."""


def derive_proposal(sender: bytes, nonce: bytes) -> bytes:
    """The id (16 bytes) of the proposal that a sender makes with the transaction of this nonce."""
    return sha256(PROPOSAL_DOMAIN + sender + nonce)[:PROPOSAL_ID_BYTES]
