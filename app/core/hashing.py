"""Digests. SHA-256 for everything the chain computes; SM3 (GB/T 32905) beside it for files.

Every digest that something signs or links is domain-separated: SHA-256(domain ‖ 00 ‖ data), so that bytes made for one
purpose never count for another.
"""

from hashlib import sha256 as _sha256

from cryptography.hazmat.primitives.hashes import SM3, Hash

from app.core.units import Hash32

EMPTY_HASH = Hash32(_sha256(b"").digest())
"""SHA-256 of nothing: CometBFT's root of an empty Merkle tree."""

TRANSACTION_DOMAIN = b"luopu.transaction.v1\x00"
RECORD_DOMAIN = b"luopu.record.v1\x00"
CHAIN_DOMAIN = b"luopu.chain.v1\x00"
STATE_DOMAIN = b"luopu.state.v1\x00"
ACCOUNT_DOMAIN = b"luopu.account.v1\x00"
CONTEXT_DOMAIN = b"luopu.context.v1\x00"
GENESIS_DOMAIN = b"luopu.genesis.v1\x00"
NONCES_DOMAIN = b"luopu.nonces.v1\x00"
PROPOSAL_DOMAIN = b"luopu.proposal.v1\x00"
HELD_DOMAIN = b"luopu.held.v1\x00"
GRANT_DOMAIN = b"luopu.grant.v1\x00"
AGREEMENT_DOMAIN = b"luopu.agreement.v1\x00"
VOUCHER_DOMAIN = b"luopu.voucher.v1\x00"
POSSESSION_DOMAIN = b"luopu.possession.v1\x00"
APPROVAL_DOMAIN = b"luopu.approval.v1\x00"


def sha256(data: bytes) -> Hash32:
    """SHA-256 of `data`, 32 bytes."""
    return Hash32(_sha256(data).digest())


def sm3(data: bytes) -> Hash32:
    """SM3 of `data`, 32 bytes."""
    state = Hash(SM3())
    state.update(data)
    return Hash32(state.finalize())


def state_root(log_size: int, log_root: bytes, map_root: bytes) -> Hash32:
    """The chain's `app_hash`: SHA-256(domain ‖ 00 ‖ log size, 8 bytes big-endian ‖ log root ‖ map root)."""
    return sha256(STATE_DOMAIN + log_size.to_bytes(8, "big") + log_root + map_root)
