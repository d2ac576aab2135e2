"""What may be signed only once while the first may still land.

A transaction's nonce and heights are new each time somebody drafts it, so two drafts of one thing differ, and the chain
would carry out both. Their matter is the same: a digest of what they do, for whom, on which chain.
"""

from app.core.codec import encode
from app.core.hashing import sha256
from app.core.transaction import decode_body
from app.core.units import Hash32
from app.wallet.approval import Draft, RecordFacts, describe

_NEW_EACH_TIME = ("nonce", "valid_until", "hold_until", "approvers")
"""Of a body. With other approvers it is the same thing that they approve."""


def subject_of(draft: Draft) -> tuple[object, ...]:
    """What a replacement has in common with what it replaces: of a record the file and who records it, else the matter."""
    shown = describe(draft)
    if isinstance(shown.facts, RecordFacts):
        return shown.chain_id, shown.sender, shown.facts.sha256, shown.facts.sm3, shown.facts.size
    return (matter_of(draft),)


def matter_of(draft: Draft) -> Hash32:
    """The digest (32 bytes) of what must not be signed twice: of a record its own, which covers its place in its hash chain;
    of any other action the digest of the body without nonce, heights that follow from the moment of drafting, and
    approvers.
    """
    facts = describe(draft).facts
    if isinstance(facts, RecordFacts):
        return facts.digest
    body = decode_body(draft.body_bytes)
    for name in _NEW_EACH_TIME:
        body.ClearField(name)
    if body.HasField("propose"):
        body.propose.ClearField("deadline")
    elif body.HasField("open_agreement"):
        body.open_agreement.ClearField("deadline")
    return sha256(encode(body))
