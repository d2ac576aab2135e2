"""Maker and checker (经办/复核): approvals that ride on the transaction, and approvals that come later."""

from collections.abc import Sequence

import pytest
from google.protobuf.message import Message

from app.core.codec import encode
from app.core.ids import derive_agreement, derive_held
from app.core.keys import is_signed_by
from app.core.refusals import (
    AccountSuspended,
    ActionStopped,
    AlreadySigned,
    ApprovalsMissing,
    BadAction,
    HeldClosed,
    Malformed,
    NameTaken,
    NotPermitted,
    NotYourKey,
    Refused,
    RoleMissing,
    UnknownHeld,
    UnknownMember,
)
from app.core.transaction import signing_digest
from app.core.wire import registry_pb2 as wire
from app.registry.law import rehearse
from app.registry.places import number
from tests.registry.people import (
    ACTIONS,
    BANK,
    BOOKS,
    CHECKER,
    CHIEF,
    CLINIC,
    FIRM,
    MAKER,
    MAKER_TWO,
    OPERATOR,
    SECOND,
    Town,
    changed,
    digest,
    empty,
    enrolment,
    entry_of,
    new_key,
    number_of,
    resume,
    suspend,
)
from tests.registry.world import Key, co_sign, codes, ed25519_key, first_record, nonce, sign

IDENTITY, EVIDENCE, AGREEMENT, KEYS = wire.DUTY_IDENTITY, wire.DUTY_EVIDENCE, wire.DUTY_AGREEMENT, wire.DUTY_KEYS
USER = ed25519_key("new user")
WISH = enrolment(USER)
HELD = derive_held(FIRM.address, nonce("held"))


def thresholds(**checkers: int) -> wire.SetThresholds:
    """How many checkers each duty asks: identity=1."""
    duties = sorted((wire.Duty.Value(f"DUTY_{name.upper()}"), most) for name, most in checkers.items())
    return wire.SetThresholds(thresholds=[wire.Threshold(duty=duty, checkers=most) for duty, most in duties])


def strict(**checkers: int) -> Town:
    """A town whose firm asks for checkers; one for its identity work by default."""
    town = Town()
    town.do(FIRM, thresholds(**(checkers or {"identity": 1})), [CHIEF])
    return town


def held(town: Town, action: Message = WISH, by: Sequence[Key] = (MAKER,), hold_until: int = 20) -> wire.Body:
    """The body of an action of the firm that now waits for approvals."""
    body = town.body(FIRM, action, hold_until=hold_until, name="held")
    receipt = town.accept(co_sign(body, *by)).receipts[0]
    assert (receipt.data, entry_of(receipt).WhichOneof("fact")) == (HELD, "hold")
    return body


def approval(body: wire.Body, of: bytes = HELD) -> wire.Countersign:
    return wire.Countersign(held=of, digest=signing_digest(encode(body)))


def keys_of(*keys: Key) -> list[bytes]:
    return [key.public.encode() for key in keys]


def ascending(*keys: Key) -> list[Key]:
    return sorted(keys, key=lambda key: (int(key.public.algorithm), key.public.data))


# ---- approvals on the transaction ----------------------------------------------------------------------------------
def test_a_checker_signs_behind_the_maker_and_it_takes_effect() -> None:
    town = strict(identity=2)
    receipt = town.do(FIRM, WISH, [MAKER, CHECKER, SECOND])
    entry = entry_of(receipt)
    assert entry.signer == MAKER.public.encode()
    assert list(entry.approvers) == keys_of(*ascending(CHECKER, SECOND))
    assert (entry.held, entry.enrol) == (b"", encode(WISH))
    assert (entry.partner, entry.agreement, entry.agreement_version) == (0, digest("agreement Firm"), 1)


def test_with_fewer_it_is_refused() -> None:
    town = strict(identity=2)
    assert town.refused(ApprovalsMissing, FIRM, WISH, [MAKER]) == {"account": 9, "expected": 2}
    assert town.refused(ApprovalsMissing, FIRM, WISH, [MAKER, CHECKER]) == {"account": 9, "expected": 1}
    town.do(FIRM, WISH, [MAKER, MAKER_TWO, CHECKER])


def test_more_than_needed_may_sign() -> None:
    town = Town()
    entry = entry_of(town.do(FIRM, WISH, [MAKER, CHECKER, SECOND, MAKER_TWO]))
    assert list(entry.approvers) == keys_of(*ascending(CHECKER, SECOND, MAKER_TWO))


def test_the_threshold_of_another_duty_asks_for_nothing() -> None:
    town = strict(evidence=3, agreement=3, voucher=3, access=3, keys=3, admission=3, order=3, governance=3)
    town.do(FIRM, WISH, [MAKER])


def test_the_maker_does_not_check_its_own_work() -> None:
    town = strict()
    body = town.body(FIRM, WISH)
    assert isinstance(town.preview(co_sign(body, MAKER_TWO, MAKER_TWO)).receipts[0].refusal, Malformed)
    body.approvers.append(MAKER_TWO.public.to_wire())
    assert isinstance(town.preview(sign(body, MAKER_TWO)).receipts[0].refusal, Malformed)


def test_who_is_no_checker_approves_nothing() -> None:
    town = strict()
    for key in (CHIEF, MAKER):
        town.refused(RoleMissing, FIRM, WISH, [MAKER_TWO, key])
    town.refused(NotYourKey, FIRM, WISH, [MAKER, BANK.keys[0]])


# ---- held --------------------------------------------------------------------------------------------------------
def test_without_enough_approvals_it_waits_and_changes_nothing_else() -> None:
    town = strict()
    body = town.body(FIRM, WISH, hold_until=20, name="held")
    outcome = town.accept(co_sign(body, MAKER))
    receipt, entry = outcome.receipts[0], entry_of(outcome.receipts[0])
    assert receipt.data == HELD
    assert (entry.hold, entry.signer, list(entry.approvers)) == (encode(body), MAKER.public.encode(), [])
    assert (entry.agreement, entry.agreement_version, entry.result, entry.held) == (
        digest("agreement Firm"),
        1,
        HELD,
        b"",
    )
    assert town.held(FIRM, HELD) == wire.Held(body=encode(body), maker=MAKER.public.to_wire())
    assert set(outcome.writes) == {b"quota/" + FIRM.address, b"nonces", b"held/" + FIRM.address + HELD}


def test_with_the_last_approval_it_takes_effect() -> None:
    town = strict(identity=2)
    body = held(town, by=(MAKER, CHECKER))
    before = town.values[b"next-account"]
    receipt = town.do(FIRM, approval(body), [SECOND])
    entry = entry_of(receipt)
    assert receipt.data == entry.result == before
    assert entry.enrol == encode(WISH)
    assert entry.held == HELD
    assert entry.signer == SECOND.public.encode()
    assert list(entry.approvers) == keys_of(MAKER, CHECKER)
    assert town.held(FIRM, HELD) is None
    town.refused(UnknownHeld, FIRM, approval(body), [MAKER_TWO])


def test_approvals_are_kept_in_the_order_in_which_they_came() -> None:
    town = strict(identity=3)
    body = held(town)
    receipt = town.do(FIRM, approval(body), [SECOND])
    entry = entry_of(receipt)
    assert (receipt.data, entry.countersign, entry.held) == (HELD, encode(approval(body)), b"")
    assert (entry.signer, list(entry.approvers)) == (SECOND.public.encode(), [])
    town.do(FIRM, approval(body), [CHECKER])
    waiting = town.held(FIRM, HELD)
    assert waiting is not None
    assert list(waiting.approvers) == [SECOND.public.to_wire(), CHECKER.public.to_wire()]
    entry = entry_of(town.do(FIRM, approval(body), [MAKER_TWO]))
    assert (entry.WhichOneof("fact"), entry.signer) == ("enrol", MAKER_TWO.public.encode())
    assert list(entry.approvers) == keys_of(MAKER, SECOND, CHECKER)


def test_what_a_held_transaction_begins_has_the_id_of_its_own_nonce() -> None:
    town = strict(agreement=1)
    wish = wire.OpenAgreement(sha256=bytes(32), sm3=bytes(32), context_digest=bytes(32), parties=[3, 9], deadline=30)
    body = held(town, wish)
    receipt = town.do(FIRM, approval(body), [CHECKER])
    assert receipt.data == derive_agreement(FIRM.address, nonce("held"))
    assert town.agreement(receipt.data).opener == 9


def test_a_user_s_transaction_waits_too_and_its_partner_answers() -> None:
    town = Town()
    wang = town.enrol("wang", partner=CLINIC)
    spare = ed25519_key("spare")
    town.do(wang, wire.ChangeKeys(add=[new_key(spare)]))
    town.do(wang, thresholds(keys=1))
    body = town.body(wang, wire.Rename(name="王小明"), hold_until=20)
    waiting = town.accept(co_sign(body, spare)).receipts[0]
    receipt = town.do(wang, approval(body, waiting.data), wang.keys)
    for entry in (entry_of(waiting), entry_of(receipt)):
        assert (entry.partner, entry.agreement, entry.agreement_version) == (4, digest("agreement Clinic"), 1)
    assert (receipt.data, town.account(wang).name) == (number(wang.number), "王小明")


def test_the_entry_names_the_agreement_of_the_moment_in_which_it_takes_effect() -> None:
    town = strict()
    body = held(town)
    town.do(OPERATOR, wire.Amend(account=9, permissions=[1], quota_points=10_000, agreement=digest("v2")))
    entry = entry_of(town.do(FIRM, approval(body), [CHECKER]))
    assert (entry.agreement, entry.agreement_version) == (digest("v2"), 2)


def test_a_checker_pays_for_the_countersigning_alone() -> None:
    town = strict()
    body = held(town, enrolment(USER, root=digest("long")))
    receipt = town.do(FIRM, approval(body), [CHECKER])
    assert receipt.points == 10 + 1


def test_a_record_is_never_held() -> None:
    """Nor are countersigning and discarding, for which no checker is ever asked."""
    town = strict(evidence=1)
    record = wire.Notarize(record=first_record(FIRM.address, nonce("held")))
    town.refused(ApprovalsMissing, FIRM, record, [MAKER], hold_until=20, name="held")
    town.do(FIRM, record, [MAKER, CHECKER], hold_until=20, name="held")


HOLDABLE = [action for action in ACTIONS if action not in ("notarize", "countersign", "discard")]


@pytest.mark.parametrize("action", HOLDABLE)
def test_every_other_action_may_be_held(action: str) -> None:
    town = Town()
    wang = town.enrol("wang", "certificate")
    every = {name.removeprefix("DUTY_").lower(): 1 for name, duty in wire.Duty.items() if duty}
    for who in (OPERATOR, BOOKS, BANK, wang):
        second = new_key(ed25519_key(f"second of {number_of(who)}"))
        town.do(who, wire.ChangeKeys(add=[second]))
        town.do(who, thresholds(**every))
    receipts = [town.try_(who, empty(action), hold_until=20) for who in (OPERATOR, BOOKS, BANK, wang)]
    taken = [receipt for receipt in receipts if receipt.code == 0]
    assert taken
    assert {entry_of(receipt).WhichOneof("fact") for receipt in taken} == {"hold"}


@pytest.mark.parametrize(("hold_until", "is_fine"), [(2, True), (1_000_002, True), (1, False), (1_000_003, False)])
def test_how_long_it_may_wait(hold_until: int, is_fine: bool) -> None:
    town = strict()
    assert town.environment().height == 2
    if is_fine:
        held(town, hold_until=hold_until)
    else:
        town.refused(BadAction, FIRM, WISH, [MAKER], hold_until=hold_until)


def test_who_may_not_do_it_does_not_have_it_held() -> None:
    town = strict()
    town.refused(RoleMissing, FIRM, WISH, [CHECKER], hold_until=20)
    town.do(OPERATOR, wire.Amend(account=9, permissions=[2], quota_points=10_000))
    town.refused(NotPermitted, FIRM, WISH, [MAKER], hold_until=20)


def test_a_nonce_that_comes_back_takes_no_other_s_place() -> None:
    town = strict()
    body = held(town, hold_until=500)
    town.skip(60)
    other = enrolment(ed25519_key("other"))
    town.refused(BadAction, FIRM, other, [MAKER], hold_until=500, name="held")
    town.do(FIRM, approval(body), [CHECKER])


# ---- what a checker signs ----------------------------------------------------------------------------------------
def test_a_checker_approves_what_it_saw_and_nothing_else() -> None:
    town = strict()
    body = held(town)
    for wrong in (b"", bytes(32), signing_digest(encode(body))[:31]):
        town.refused(BadAction, FIRM, changed(approval(body), digest=wrong), [CHECKER])


def test_only_the_account_s_own_held_transactions() -> None:
    town = strict()
    body = held(town)
    assert town.refused(UnknownHeld, BANK, approval(body)) == {"held": HELD.hex()}
    town.refused(UnknownHeld, BANK, wire.Discard(held=HELD))
    town.refused(UnknownHeld, FIRM, approval(body, bytes(16)), [CHECKER])
    for wrong in (b"", HELD[:15], HELD + b"\x00"):
        town.refused(BadAction, FIRM, approval(body, wrong), [CHECKER])
        town.refused(BadAction, FIRM, wire.Discard(held=wrong), [CHECKER])


def test_until_the_last_height_and_not_after_it() -> None:
    town = strict()
    body = held(town, hold_until=5)
    town.skip(2)
    assert town.environment().height == 5
    assert town.try_(FIRM, approval(body), [CHECKER]).code == 0
    town.skip(1)
    assert town.refused(HeldClosed, FIRM, approval(body), [CHECKER]) == {"held": HELD.hex(), "deadline": 5}
    assert town.held(FIRM, HELD) is not None
    town.do(FIRM, wire.Discard(held=HELD), [CHIEF])


def test_each_key_signs_once() -> None:
    town = strict(identity=3)
    body = held(town, by=(MAKER_TWO, CHECKER))
    town.refused(AlreadySigned, FIRM, approval(body), [MAKER_TWO])
    town.refused(AlreadySigned, FIRM, approval(body), [CHECKER])
    town.do(FIRM, approval(body), [SECOND])
    assert town.refused(AlreadySigned, FIRM, approval(body), [SECOND])["held"] == HELD.hex()


def test_only_checkers_countersign() -> None:
    town = strict()
    body = held(town, by=(MAKER_TWO,))
    for key in (MAKER, CHIEF):
        town.refused(RoleMissing, FIRM, approval(body), [key])
    town.do(FIRM, approval(body), [CHECKER])


def test_whoever_signs_behind_a_countersigning_does_not_count() -> None:
    town = strict(identity=2)
    body = held(town)
    receipt = town.do(FIRM, approval(body), [CHECKER, SECOND])
    assert entry_of(receipt).WhichOneof("fact") == "countersign"
    entry = entry_of(town.do(FIRM, approval(body), [SECOND, MAKER_TWO]))
    assert (entry.WhichOneof("fact"), list(entry.approvers)) == ("enrol", keys_of(MAKER, CHECKER))


def test_the_order_in_which_a_countersigning_is_checked() -> None:
    town = strict()
    body = held(town, by=(MAKER_TWO,), hold_until=3)
    town.skip(2)
    wrong = changed(approval(body), digest=bytes(32))
    town.refused(BadAction, FIRM, wrong, [MAKER_TWO])
    town.refused(HeldClosed, FIRM, approval(body), [MAKER_TWO])


# ---- what has changed meanwhile ----------------------------------------------------------------------------------
def test_a_maker_whose_key_was_revoked_has_made_nothing() -> None:
    town = strict()
    body = held(town)
    town.do(FIRM, wire.ChangeKeys(revoke=[MAKER.public.to_wire()]), [CHIEF])
    town.refused(NotYourKey, FIRM, approval(body), [CHECKER])
    assert town.held(FIRM, HELD) == wire.Held(body=encode(body), maker=MAKER.public.to_wire())
    town.do(FIRM, wire.Discard(held=HELD), [CHECKER])


def test_a_checker_whose_key_was_revoked_has_approved_nothing() -> None:
    town = strict(identity=2)
    body = held(town, by=(MAKER, CHECKER))
    town.do(FIRM, wire.ChangeKeys(revoke=[CHECKER.public.to_wire()]), [CHIEF])
    town.refused(NotYourKey, FIRM, approval(body), [SECOND])
    town.refused(NotYourKey, FIRM, approval(body), [CHECKER])


def test_a_dead_key_is_seen_before_whether_the_account_may() -> None:
    town = strict()
    body = held(town)
    town.do(FIRM, wire.ChangeKeys(revoke=[MAKER.public.to_wire()]), [CHIEF])
    town.do(OPERATOR, wire.Amend(account=9, quota_points=10_000))
    town.refused(NotYourKey, FIRM, approval(body), [CHECKER])


def test_the_threshold_is_that_of_the_moment() -> None:
    town = strict()
    body = held(town)
    town.do(FIRM, thresholds(identity=3), [CHIEF])
    for key in (CHECKER, SECOND):
        assert entry_of(town.do(FIRM, approval(body), [key])).WhichOneof("fact") == "countersign"
    town.do(FIRM, thresholds(identity=1), [CHIEF])
    entry = entry_of(town.do(FIRM, approval(body), [MAKER_TWO]))
    assert (entry.WhichOneof("fact"), list(entry.approvers)) == ("enrol", keys_of(MAKER, CHECKER, SECOND))


def test_where_no_checker_is_asked_any_more_one_still_brings_it_to_effect() -> None:
    town = strict()
    body = held(town)
    town.do(FIRM, thresholds(), [CHIEF])
    assert town.held(FIRM, HELD) is not None
    assert entry_of(town.do(FIRM, approval(body), [CHECKER])).held == HELD


def test_what_is_refused_when_it_would_take_effect_stays_held() -> None:
    town = strict()
    body = held(town, enrolment(USER, name="Red"))
    wang = town.enrol("wang")
    town.do(wang, wire.Rename(name="red"))
    before = town.held(FIRM, HELD)
    town.refused(NameTaken, FIRM, approval(body), [CHECKER])
    town.block(town.transaction(FIRM, approval(body), [CHECKER]))
    assert town.held(FIRM, HELD) == before
    assert before is not None


def test_it_takes_effect_once_what_stood_in_its_way_is_gone() -> None:
    town = strict()
    body = held(town, wire.Recognise(partner=4, least=wire.LEVEL_PHONE))
    town.do(OPERATOR, suspend(CLINIC))
    town.refused(AccountSuspended, FIRM, approval(body), [CHECKER])
    town.do(OPERATOR, resume(CLINIC))
    assert entry_of(town.do(FIRM, approval(body), [CHECKER])).WhichOneof("fact") == "recognise"


def test_a_permission_that_was_lost_meanwhile_is_lost() -> None:
    town = strict()
    body = held(town)
    town.do(OPERATOR, wire.Amend(account=9, permissions=[wire.PERMISSION_EVIDENCE], quota_points=10_000))
    town.refused(NotPermitted, FIRM, approval(body), [CHECKER])


def test_nobody_countersigns_for_a_suspended_account() -> None:
    town = strict()
    body = held(town)
    town.do(OPERATOR, suspend(FIRM))
    town.refused(AccountSuspended, FIRM, approval(body), [CHECKER])
    town.refused(AccountSuspended, FIRM, wire.Discard(held=HELD), [CHECKER])


def test_an_action_that_was_stopped_meanwhile_waits() -> None:
    town = strict()
    body = held(town)
    stop = wire.Emergency(actions=[wire.Body.ENROL_FIELD_NUMBER])
    town.do(BOOKS, wire.Propose(document=bytes(32), deadline=50, emergency=stop))
    assert town.refused(ActionStopped, FIRM, approval(body), [CHECKER]) == {"action": "enrol"}
    lifted = changed(stop, lifted=True)
    town.do(BOOKS, wire.Propose(document=bytes(32), deadline=50, emergency=lifted))
    town.do(FIRM, approval(body), [CHECKER])


def test_what_is_wrong_with_the_action_is_found_when_it_would_take_effect() -> None:
    town = strict()
    body = held(town, wire.Recognise(partner=99, least=wire.LEVEL_PHONE))
    town.refused(UnknownMember, FIRM, approval(body), [CHECKER])


def test_keys_that_are_changed_by_a_held_transaction_are_dead_at_once() -> None:
    town = strict(keys=1)
    wish = wire.ChangeKeys(revoke=[MAKER.public.to_wire()])
    body = held(town, wish, by=(CHIEF,))
    outcome = town.block(
        town.transaction(FIRM, enrolment(USER), [MAKER]),
        town.transaction(FIRM, approval(body), [CHECKER]),
        town.transaction(FIRM, enrolment(ed25519_key("late")), [MAKER]),
    )
    assert codes(outcome) == [0, 0, NotYourKey.number]


# ---- asked before anybody signs ------------------------------------------------------------------------------------
def rehearsed(town: Town, body: wire.Body) -> Refused | None:
    """What would become of the next approval, whoever gives it."""
    return rehearse(town.values, town.environment(), town.body(FIRM, approval(body)), is_signed_by)


def test_a_checker_hears_whether_its_approval_would_pass() -> None:
    town = strict(identity=2)
    body = held(town, wire.Recognise(partner=4, least=wire.LEVEL_PHONE))
    assert rehearsed(town, body) is None
    assert isinstance(rehearsed(town, town.body(FIRM, WISH)), BadAction)
    town.do(OPERATOR, suspend(CLINIC))
    assert rehearsed(town, body) is None  # another one is still missing
    town.do(FIRM, approval(body), [CHECKER])
    assert isinstance(rehearsed(town, body), AccountSuspended)
    town.do(OPERATOR, resume(CLINIC))
    assert rehearsed(town, body) is None
    town.do(FIRM, wire.ChangeKeys(revoke=[MAKER.public.to_wire()]), [CHIEF])
    assert isinstance(rehearsed(town, body), NotYourKey)


# ---- discarding --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", [MAKER, CHECKER, CHIEF])
def test_any_key_of_the_account_discards(key: Key) -> None:
    town = strict()
    body = held(town)
    receipt = town.do(FIRM, wire.Discard(held=HELD), [key])
    assert (receipt.data, entry_of(receipt).discard) == (HELD, encode(wire.Discard(held=HELD)))
    assert town.held(FIRM, HELD) is None
    town.refused(UnknownHeld, FIRM, approval(body), [CHECKER])
    town.refused(UnknownHeld, FIRM, wire.Discard(held=HELD), [key])


def test_two_wait_beside_each_other() -> None:
    town = strict()
    body = held(town)
    second = town.body(FIRM, enrolment(ed25519_key("second")), hold_until=20, name="second")
    of = town.accept(co_sign(second, MAKER_TWO)).receipts[0].data
    town.refused(BadAction, FIRM, approval(second), [CHECKER])
    town.do(FIRM, approval(second, of), [CHECKER])
    town.do(FIRM, approval(body), [SECOND])
