"""What a refusal must leave behind, and what it must not."""

from app.core.refusals import Refused
from app.core.wire import registry_pb2 as wire
from app.registry.genesis import DEFAULT_COST
from app.registry.nonces import UsedNonce
from app.registry.state import NONCES_KEY, quota_key
from tests.registry.world import PARAMETERS, Chain, Member, refusal


def refused_without_a_trace(raw: bytes, kind: type[Refused], chain: Chain | None = None) -> dict[str, object]:
    """For what nobody is known to have made: no points, no nonce, no change, and the next transaction counts."""
    outcome = (chain or Chain()).preview(raw)
    assert outcome.receipts[0].points == 0
    assert (dict(outcome.writes), outcome.entries, outcome.nonces, outcome.nonce_block) == ({}, (), (), b"")
    return refusal(outcome.receipts[0], kind)


def refused_but_charged(
    sender: Member, raw: bytes, kind: type[Refused], chain: Chain | None = None
) -> dict[str, object]:
    """For what the sender did make: points and the nonce are gone, and nothing else has changed."""
    chain = chain or Chain()
    before = chain.values.get(quota_key(sender.address), b"")
    spent = wire.QuotaUse.FromString(before).spent
    outcome = chain.preview(raw)
    body = wire.Body.FromString(wire.Transaction.FromString(raw).body)
    points = cost(raw, dict(PARAMETERS.action_costs).get(body.WhichOneof("action") or "", DEFAULT_COST))
    assert outcome.receipts[0].points == points
    assert set(outcome.writes) == {quota_key(sender.address), NONCES_KEY}
    assert wire.QuotaUse.FromString(outcome.writes[quota_key(sender.address)]).spent == points + spent
    assert (outcome.entries, outcome.seat_changes) == ((), ())
    assert outcome.nonces == (UsedNonce(sender.address, body.nonce, body.valid_until),)
    return refusal(outcome.receipts[0], kind)


def cost(raw: bytes, base: int = 10) -> int:
    """The action's points, and one for each 64 bytes begun."""
    return base + len(raw) // 64 + (len(raw) % 64 > 0)
