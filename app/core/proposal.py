"""What names a proposal of the bookkeepers, and its bounds: alike for the law, for wallets, nodes and commands.

Whether a proposal may be made is the law's to say (`app.registry.governance`).
"""

from app.core.hashing import PROPOSAL_DOMAIN, sha256

PROPOSAL_ID_BYTES = 16
VALIDATOR_KEY_BYTES = 32
"""Ed25519, as CometBFT takes them."""
MAX_POWER = 2**40
"""With the law's bound on seats, any sum of powers stays within what CometBFT allows (2^60)."""
MAX_DEADLINE_BLOCKS = 1_000_000
"""How far ahead a deadline may lie: a month and more at three seconds a block."""


def derive_proposal(sender: bytes, nonce: bytes) -> bytes:
    """The id (16 bytes) of the proposal that a sender makes with the transaction of this nonce."""
    return sha256(PROPOSAL_DOMAIN + sender + nonce)[:PROPOSAL_ID_BYTES]
