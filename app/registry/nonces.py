"""What a block used of nonces, bound to the state root, so that who takes over a state can be kept from none of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.core.codec import encode
from app.core.hashing import NONCES_DOMAIN, sha256
from app.core.units import AccountAddress, Height
from app.core.wire import registry_pb2 as wire
from app.registry.draft import Draft
from app.registry.state import read_nonce_head, write_nonce_head


@dataclass(frozen=True, slots=True)
class UsedNonce:
    """A nonce that may not be used again before it has expired."""

    sender: AccountAddress
    nonce: bytes
    valid_until: Height


class NonceBook(Protocol):
    """Nonces used in the blocks of the validity window."""

    def has_used(self, sender: bytes, nonce: bytes) -> bool:
        """Whether a transaction of `sender` with this nonce stands in an earlier block of the window."""
        ...


def link_nonces(draft: Draft, used: Sequence[UsedNonce], height: int) -> bytes:
    """Bytes of the block's NonceBlock, whose digest becomes the head; nothing where no nonce was used."""
    if not used:
        return b""
    head = read_nonce_head(draft)
    horizon = max(head.horizon, *(nonce.valid_until for nonce in used))
    block = encode(
        wire.NonceBlock(
            previous=head.digest,
            height=height,
            horizon=horizon,
            nonces=[
                wire.UsedNonce(sender=nonce.sender, nonce=nonce.nonce, valid_until=nonce.valid_until) for nonce in used
            ],
        )
    )
    write_nonce_head(draft, wire.NonceHead(digest=sha256(NONCES_DOMAIN + block), horizon=horizon))
    return block
