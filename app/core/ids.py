"""What names accounts, and the things that a transaction brings onto the chain: those by 16 bytes from its sender and nonce.

Nobody can take or guess such an id, and the sender knows it before the transaction is in a block.
"""

from app.core.hashing import (
    ACCOUNT_DOMAIN,
    AGREEMENT_DOMAIN,
    GRANT_DOMAIN,
    HELD_DOMAIN,
    POSSESSION_DOMAIN,
    VOUCHER_DOMAIN,
    sha256,
)
from app.core.keys import PublicKey
from app.core.units import AccountAddress, Hash32

ID_BYTES = 16


def derive_address(chain_id: str, first_key: PublicKey) -> AccountAddress:
    """The address of an account: SHA-256(domain ‖ 00 ‖ chain id ‖ 00 ‖ first key)[:20]. It outlives the key."""
    return AccountAddress(sha256(ACCOUNT_DOMAIN + chain_id.encode() + b"\x00" + first_key.encode())[:20])


def possession_digest(chain_id: str, key: PublicKey) -> Hash32:
    """What a key signs to show that whoever registers it holds it: domain, 00, chain id, 00, key."""
    return sha256(POSSESSION_DOMAIN + chain_id.encode() + b"\x00" + key.encode())


def derive_held(sender: bytes, nonce: bytes) -> bytes:
    """Id of the transaction that waits for approvals."""
    return _derive(HELD_DOMAIN, sender, nonce)


def derive_grant(sender: bytes, nonce: bytes) -> bytes:
    """Id of an access grant."""
    return _derive(GRANT_DOMAIN, sender, nonce)


def derive_agreement(sender: bytes, nonce: bytes) -> bytes:
    """Id of an agreement of several parties."""
    return _derive(AGREEMENT_DOMAIN, sender, nonce)


def derive_voucher(sender: bytes, nonce: bytes) -> bytes:
    """Id of a voucher, from its application on."""
    return _derive(VOUCHER_DOMAIN, sender, nonce)


def _derive(domain: bytes, sender: bytes, nonce: bytes) -> bytes:
    return sha256(domain + sender + nonce)[:ID_BYTES]
