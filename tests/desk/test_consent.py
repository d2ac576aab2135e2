"""Whether the keys that a draft names suffice, by the law's own rules."""

import pytest
from nacl.signing import SigningKey

from app.core.codec import encode
from app.core.keys import Algorithm, PublicKey
from app.core.wire import registry_pb2 as wire
from app.desk.consent import consent_reasons
from app.wallet.approval import Draft, describe


def key_of(seed: int) -> PublicKey:
    return PublicKey(Algorithm.ED25519, bytes(SigningKey(bytes([seed]) * 32).verify_key))


MAKER, CHECKER, STRANGER = key_of(1), key_of(2), key_of(3)
ACCOUNT = wire.Account(
    id=10_001,
    party=wire.PARTY_PARTNER,
    keys=[
        wire.AccountKey(key=MAKER.to_wire(), roles=[wire.ROLE_MAKER]),
        wire.AccountKey(key=CHECKER.to_wire(), roles=[wire.ROLE_CHECKER]),
    ],
    thresholds=[wire.Threshold(duty=wire.DUTY_ORDER, checkers=1)],
)


def codes(maker: PublicKey, *approvers: PublicKey, hold_until: int = 0, action: str = "freeze") -> list[str]:
    body = wire.Body(chain_id="x", sender=bytes(20), nonce=bytes(16), valid_until=9, hold_until=hold_until)
    body.approvers.extend(key.to_wire() for key in sorted(approvers))
    getattr(body, action).SetInParent()
    return [reason.code for reason in consent_reasons(ACCOUNT, describe(Draft(encode(body))), maker)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (codes(MAKER), ["approvals-missing"]),
        (codes(MAKER, CHECKER), []),
        (codes(MAKER, hold_until=9), []),
        (codes(CHECKER, hold_until=9), ["role-missing"]),
        (codes(MAKER, STRANGER), ["key-not-of-account"]),
        (codes(CHECKER), ["role-missing", "approvals-missing"]),
        (codes(MAKER, action="transfer"), []),
        (codes(CHECKER, action="countersign"), []),
        (codes(MAKER, action="countersign"), ["role-missing"]),
        (codes(CHECKER, action="discard"), []),
    ],
)
def test_the_first_reason_is_who_signs_and_the_next_how_many(said: list[str], expected: list[str]) -> None:
    assert said == expected
