"""The id of a proposal."""

from hashlib import sha256

from app.core.proposal import derive_proposal


def test_the_id_is_the_first_half_of_a_digest_of_its_own_domain() -> None:
    sender, nonce = bytes(range(20)), bytes(range(16))
    assert derive_proposal(sender, nonce) == sha256(b"luopu.proposal.v1\x00" + sender + nonce).digest()[:16]
