"""Whether the keys that an entry names suffice, by the law's own rules."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.wire import registry_pb2 as wire
from app.desk.consent import consent_reasons
from app.wallet.approval import Draft
from app.wallet.outbox import Outbox
from app.wallet.softkey import UnlockedKey
from tests.wallet.conftest import CONTEXT, FILE, StepClock, build_action, build_draft, make_key, signed_by

MAKER, CHECKER, STRANGER = make_key(0), make_key(100), make_key(200)
ACCOUNT = wire.Account(
    id=10_001,
    party=wire.PARTY_PARTNER,
    keys=[
        wire.AccountKey(key=MAKER.public_key.to_wire(), roles=[wire.ROLE_MAKER]),
        wire.AccountKey(key=CHECKER.public_key.to_wire(), roles=[wire.ROLE_CHECKER]),
    ],
    thresholds=[
        wire.Threshold(duty=wire.DUTY_EVIDENCE, checkers=1),
        wire.Threshold(duty=wire.DUTY_ORDER, checkers=1),
    ],
)
FREEZE, TRANSFER = {"freeze": wire.Freeze()}, {"transfer": wire.Transfer()}
COUNTERSIGN, DISCARD = {"countersign": wire.Countersign()}, {"discard": wire.Discard()}


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    outbox = Outbox.open(tmp_path / "outbox", StepClock())
    yield outbox
    outbox.close()


def codes(outbox: Outbox, draft: Draft, own: UnlockedKey) -> list[str]:
    """Of a draft that nobody has signed."""
    context = {"path": FILE, "context": CONTEXT} if draft.action.DESCRIPTOR.name == "Notarize" else {}
    entry = outbox.save_draft(draft, **context)  # type: ignore[arg-type]
    return [reason.code for reason in consent_reasons(ACCOUNT, entry, own.public_key)]


@pytest.mark.parametrize(
    ("draft", "own", "expected"),
    [
        (build_action(1, **FREEZE), MAKER, ["approvals-missing"]),
        (build_action(1, CHECKER, **FREEZE), MAKER, []),
        (build_action(1, hold_until=9, **FREEZE), MAKER, []),
        (build_action(1, hold_until=9, **FREEZE), CHECKER, ["role-missing"]),
        (build_action(1, STRANGER, **FREEZE), MAKER, ["key-not-of-account"]),
        (build_action(1, **FREEZE), CHECKER, ["role-missing", "approvals-missing"]),
        (build_action(1, **TRANSFER), MAKER, []),
        (build_action(1, **COUNTERSIGN), CHECKER, []),
        (build_action(1, **COUNTERSIGN), MAKER, ["role-missing"]),
        (build_action(1, **DISCARD), CHECKER, []),
        (build_draft(1), MAKER, ["approvals-missing"]),
        (build_draft(1, CHECKER), MAKER, []),
    ],
)
def test_the_first_reason_is_who_signs_and_the_next_how_many(
    outbox: Outbox, draft: Draft, own: UnlockedKey, expected: list[str]
) -> None:
    assert codes(outbox, draft, own) == expected


def test_what_the_chain_never_keeps_needs_its_approvals_at_once(outbox: Outbox) -> None:
    body = wire.Body.FromString(build_draft(1).body_bytes)
    body.hold_until = 9
    assert codes(outbox, Draft(body.SerializeToString(deterministic=True)), MAKER) == ["approvals-missing"]


def test_of_what_came_as_a_request_the_maker_is_who_signed_it(outbox: Outbox) -> None:
    draft = build_action(1, CHECKER, **FREEZE)
    entry = outbox.adopt(signed_by(draft, MAKER).raw)
    assert consent_reasons(ACCOUNT, entry, CHECKER.public_key) == ()
    other = outbox.adopt(signed_by(build_action(2, CHECKER, **FREEZE), STRANGER).raw)
    assert [reason.code for reason in consent_reasons(ACCOUNT, other, CHECKER.public_key)] == ["key-not-of-account"]
