"""An account's own keys: who may come in, what a revoked one is still worth, and that somebody can always act."""

import pytest

from app.core.refusals import (
    AccountFrozen,
    AccountSuspended,
    ApprovalsMissing,
    BadAction,
    KeysImpossible,
    KeyTaken,
    NotYourKey,
    PossessionNotShown,
    RoleMissing,
)
from app.core.wire import registry_pb2 as wire
from app.registry.state import read_key_owner
from tests.registry.people import (
    BANK,
    CHECKER,
    CHIEF,
    CLINIC,
    FIRM,
    GUARD,
    MAKER,
    MAKER_TWO,
    OPERATOR,
    SECOND,
    Anybody,
    Town,
    changed,
    enrolment,
    entry_of,
    freeze,
    new_key,
    resume,
    suspend,
)
from tests.registry.world import BETA, Key, codes, ed25519_key, high_s_twin, p256_key, refusal

NEW, OTHER = ed25519_key("new"), p256_key("other")
RENAME = wire.Rename(name="Someone")


def add(*keys: wire.NewKey) -> wire.ChangeKeys:
    return wire.ChangeKeys(add=keys)


def drop(*keys: Key) -> wire.ChangeKeys:
    return wire.ChangeKeys(revoke=[key.public.to_wire() for key in keys])


def keys_of(town: Town, who: Anybody = BANK) -> list[bytes]:
    return [entry.key.data for entry in town.account(who).keys]


def many(count: int) -> list[Key]:
    return [ed25519_key(f"clerk {index}") for index in range(count)]


# ---- adding ------------------------------------------------------------------------------------------------------
def test_a_key_that_was_added_signs_with_its_roles_from_the_next_transaction_on() -> None:
    town = Town()
    wish = add(new_key(NEW, wire.ROLE_MAKER, wire.ROLE_CHECKER, label="经办 02"))
    before = town.transaction(BANK, drop(NEW), [NEW])
    outcome = town.block(before, town.transaction(BANK, wish), town.transaction(BANK, drop(BANK.keys[0]), [NEW]))
    refusal(outcome.receipts[0], NotYourKey)
    refusal(outcome.receipts[2], RoleMissing)
    entry = town.account(BANK).keys[1]
    assert (entry.label, list(entry.roles)) == ("经办 02", [wire.ROLE_MAKER, wire.ROLE_CHECKER])
    assert outcome.receipts[1].data == (3).to_bytes(8, "big")
    assert entry_of(outcome.receipts[1]).change_keys == wish.SerializeToString()


@pytest.mark.parametrize("key", [NEW, OTHER])
def test_both_algorithms_may_be_added(key: Key) -> None:
    town = Town()
    town.do(BANK, add(new_key(key)))
    assert key.public.data in keys_of(town)
    town.do(BANK, drop(BANK.keys[0]), [key])


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": wire.PublicKey()},
        {"key": wire.PublicKey(algorithm=wire.ALGORITHM_ED25519, data=bytes(31))},
        {"key": wire.PublicKey(algorithm=wire.ALGORITHM_P256, data=b"\x02" + b"\xff" * 32)},
        {"key": wire.PublicKey(algorithm=7, data=bytes(32))},  # type: ignore[arg-type]
        {"label": "x" * 65},
        {"label": "字" * 22},
        {"label": "a\u202eb"},
        {"roles": [wire.ROLE_CHECKER, wire.ROLE_MAKER]},
        {"roles": [wire.ROLE_MAKER, wire.ROLE_MAKER]},
        {"roles": [wire.ROLE_UNSPECIFIED]},
        {"roles": [4]},
    ],
)
def test_a_new_key_must_be_sound(wrong: dict[str, object]) -> None:
    Town().refused(BadAction, BANK, add(changed(new_key(NEW), **wrong)))


def test_a_label_may_have_64_bytes_or_none() -> None:
    town = Town()
    town.do(BANK, add(new_key(NEW, label="x" * 64), new_key(OTHER)))
    assert [entry.label for entry in town.account(BANK).keys[1:]] == ["x" * 64, ""]


def test_a_key_belongs_to_one_account_once() -> None:
    town = Town()
    for owner in (BANK, CLINIC, OPERATOR):
        for sender in (BANK, CLINIC):
            town.refused(KeyTaken, sender, add(new_key(owner.keys[0])))
    town.refused(KeyTaken, BANK, add(new_key(NEW), new_key(NEW)))


@pytest.mark.parametrize(
    "possession",
    [
        b"",
        NEW.sign(bytes(32)),
        new_key(NEW, chain_id="another").possession,
        new_key(BETA.keys[0]).possession,
        new_key(NEW).possession + b"\x00",
    ],
)
def test_the_holder_of_a_new_key_must_want_it(possession: bytes) -> None:
    Town().refused(PossessionNotShown, BANK, add(changed(new_key(NEW), possession=possession)))


def test_a_proof_of_possession_has_one_form() -> None:
    wish = new_key(OTHER)
    Town().refused(PossessionNotShown, BANK, add(changed(wish, possession=high_s_twin(wish.possession))))


# ---- revoking ----------------------------------------------------------------------------------------------------
def test_something_must_change() -> None:
    Town().refused(BadAction, BANK, wire.ChangeKeys())


def test_only_the_accounts_own_keys_are_revoked_each_once() -> None:
    town = Town()
    town.do(BANK, add(new_key(NEW)))
    town.refused(NotYourKey, BANK, drop(OTHER))
    town.refused(NotYourKey, BANK, drop(CLINIC.keys[0]))
    town.refused(NotYourKey, BANK, drop(NEW, NEW))


def test_revoking_comes_before_adding() -> None:
    town = Town()
    both = wire.ChangeKeys(add=[new_key(NEW)], revoke=[OTHER.public.to_wire()])
    town.refused(NotYourKey, BANK, changed(both, add=[changed(new_key(NEW), possession=b"")]))
    town.refused(KeyTaken, BANK, changed(both, revoke=[BANK.keys[0].public.to_wire()], add=[new_key(BANK.keys[0])]))
    town.do(BANK, changed(both, revoke=[BANK.keys[0].public.to_wire()]))
    assert keys_of(town) == [NEW.public.data]


def test_a_revoked_key_is_dead_at_once_also_later_in_the_same_block() -> None:
    town = Town()
    old = BANK.keys[0]
    early, late = (town.transaction(BANK, wire.Recognise(partner=4, least=level), [old]) for level in (1, 2))
    swap = wire.ChangeKeys(add=[new_key(NEW)], revoke=[old.public.to_wire()])
    outcome = town.block(early, town.transaction(BANK, swap, [old]), late)
    assert codes(outcome) == [0, 0, NotYourKey.number]
    refusal(town.try_(BANK, drop(NEW), [old]), NotYourKey)


def test_a_revoked_key_never_comes_back_anywhere() -> None:
    town = Town()
    town.do(BANK, add(new_key(NEW)))
    town.do(BANK, drop(NEW))
    town.skip(3)
    town.refused(KeyTaken, BANK, add(new_key(NEW)))
    town.refused(KeyTaken, CLINIC, add(new_key(NEW)))
    town.refused(KeyTaken, BANK, enrolment(NEW))
    assert read_key_owner(town.values, NEW.public.encode()) == BANK.address


def test_retired_are_the_keys_lost_in_the_newest_block_in_which_any_was_lost() -> None:
    town = Town()
    first, second, third, fourth = clerks = many(4)
    town.do(BANK, add(*map(new_key, clerks)))
    town.accept(town.transaction(BANK, drop(second)), town.transaction(BANK, drop(first)))
    retired = [(each.key.data, each.height) for each in town.account(BANK).retired]
    assert retired == [(second.public.data, 2), (first.public.data, 2)]
    town.do(BANK, add(new_key(NEW)))
    assert [each.height for each in town.account(BANK).retired] == [2, 2]
    town.do(BANK, drop(fourth, third))
    assert [(each.key.data, each.height) for each in town.account(BANK).retired] == [
        (fourth.public.data, 4),
        (third.public.data, 4),
    ]


@pytest.mark.parametrize("is_user", [True, False])
def test_whoever_is_stopped_may_still_revoke_a_stolen_key_and_nothing_else(is_user: bool) -> None:
    town = Town()
    who = town.enrol("wang") if is_user else CLINIC
    town.do(who, add(new_key(NEW)))
    town.do(*((BANK, freeze(who)) if is_user else (OPERATOR, suspend(who))))
    kind = AccountFrozen if is_user else AccountSuspended
    town.refused(kind, who, add(new_key(OTHER)))
    town.refused(kind, who, wire.ChangeKeys(add=[new_key(OTHER)], revoke=[NEW.public.to_wire()]))
    town.refused(kind, who, wire.SetThresholds())
    town.do(who, drop(NEW))
    assert len(town.account(who).keys) == 1
    assert town.account(who).HasField("stop")


# ---- somebody can always act ---------------------------------------------------------------------------------------
def test_the_last_key_stays() -> None:
    Town().refused(KeysImpossible, BANK, drop(BANK.keys[0]))


def test_an_account_has_at_most_16_keys() -> None:
    town = Town()
    clerks = many(16)
    town.refused(KeysImpossible, BANK, add(*map(new_key, clerks)))
    town.do(BANK, add(*map(new_key, clerks[:15])))
    town.refused(KeysImpossible, BANK, add(new_key(NEW)))
    town.do(BANK, wire.ChangeKeys(add=[new_key(NEW)], revoke=[clerks[0].public.to_wire()]))
    assert len(keys_of(town)) == 16


def test_each_work_has_a_key_that_may_do_it() -> None:
    town = Town()
    town.refused(KeysImpossible, FIRM, drop(CHIEF), [CHIEF])
    town.refused(KeysImpossible, FIRM, drop(MAKER, MAKER_TWO), [CHIEF])
    town.do(FIRM, drop(MAKER, CHECKER, SECOND), [CHIEF])
    assert keys_of(town, FIRM) == [CHIEF.public.data, MAKER_TWO.public.data]


def test_the_maker_is_not_its_own_checker() -> None:
    """A key of every role that is alone has nobody beside it."""
    town = Town()
    one = wire.SetThresholds(thresholds=[wire.Threshold(duty=wire.DUTY_EVIDENCE, checkers=1)])
    town.refused(KeysImpossible, BANK, one)
    town.do(BANK, add(new_key(NEW, wire.ROLE_MAKER)))
    town.do(BANK, one)
    town.refused(KeysImpossible, BANK, changed(one, thresholds=[wire.Threshold(duty=wire.DUTY_EVIDENCE, checkers=2)]))


@pytest.mark.parametrize(
    ("duty", "most"), [(wire.DUTY_EVIDENCE, 3), (wire.DUTY_VOUCHER, 3), (wire.DUTY_KEYS, 3), (wire.DUTY_GOVERNANCE, 3)]
)
def test_a_threshold_is_as_high_as_there_are_other_checkers(duty: wire.Duty, most: int) -> None:
    """Checkers of the firm: CHECKER, SECOND and MAKER_TWO; MAKER and CHIEF are none."""
    town = Town()
    for checkers in range(1, 5):
        wish = wire.SetThresholds(thresholds=[wire.Threshold(duty=duty, checkers=checkers)])
        receipt = town.try_(FIRM, wish, [CHIEF])
        if checkers <= most:
            assert receipt.code == 0
        else:
            assert refusal(receipt, KeysImpossible)["duty"]


def test_keys_that_a_threshold_needs_stay() -> None:
    town = Town()
    town.do(FIRM, wire.SetThresholds(thresholds=[wire.Threshold(duty=wire.DUTY_KEYS, checkers=2)]), [CHIEF])
    town.refused(KeysImpossible, FIRM, drop(CHECKER, SECOND), [CHIEF, CHECKER, SECOND])
    town.do(FIRM, drop(CHECKER), [CHIEF, CHECKER, SECOND])


# ---- thresholds ----------------------------------------------------------------------------------------------------
def test_thresholds_are_all_replaced() -> None:
    town = Town()
    first = [wire.Threshold(duty=wire.DUTY_EVIDENCE, checkers=1), wire.Threshold(duty=wire.DUTY_VOUCHER, checkers=2)]
    receipt = town.do(FIRM, wire.SetThresholds(thresholds=first), [CHIEF])
    assert list(town.account(FIRM).thresholds) == first
    assert receipt.data == (9).to_bytes(8, "big")
    town.do(FIRM, wire.SetThresholds(), [CHIEF])
    assert list(town.account(FIRM).thresholds) == []


@pytest.mark.parametrize(
    "thresholds",
    [
        [(wire.DUTY_VOUCHER, 1), (wire.DUTY_EVIDENCE, 1)],
        [(wire.DUTY_VOUCHER, 1), (wire.DUTY_VOUCHER, 1)],
        [(wire.DUTY_UNSPECIFIED, 1)],
        [(10, 1)],
        [(wire.DUTY_VOUCHER, 0)],
        [(wire.DUTY_VOUCHER, 16)],
    ],
)
def test_thresholds_must_be_sound(thresholds: list[tuple[wire.Duty, int]]) -> None:
    wish = wire.SetThresholds(thresholds=[wire.Threshold(duty=duty, checkers=most) for duty, most in thresholds])
    Town().refused(BadAction, FIRM, wish, [CHIEF])


def test_fifteen_checkers_may_be_asked() -> None:
    town = Town()
    clerks = many(15)
    town.do(BANK, add(*map(new_key, clerks)))
    town.do(BANK, wire.SetThresholds(thresholds=[wire.Threshold(duty=wire.DUTY_KEYS, checkers=15)]))
    town.refused(ApprovalsMissing, BANK, wire.SetThresholds(), [BANK.keys[0], *clerks[1:]])
    town.do(BANK, wire.SetThresholds(), [BANK.keys[0], *clerks])


def test_the_thresholds_of_keys_hold_for_what_changes_them() -> None:
    town = Town()
    town.do(FIRM, wire.SetThresholds(thresholds=[wire.Threshold(duty=wire.DUTY_KEYS, checkers=1)]), [CHIEF])
    assert town.refused(ApprovalsMissing, FIRM, wire.SetThresholds(), [CHIEF]) == {"account": 9, "expected": 1}
    town.refused(ApprovalsMissing, FIRM, add(new_key(NEW)), [CHIEF])
    town.do(FIRM, wire.SetThresholds(), [CHIEF, SECOND])


def test_a_user_keeps_several_keys_too() -> None:
    town = Town()
    wang = town.enrol("wang", "registered")
    town.do(wang, add(new_key(NEW)))
    town.do(wang, wire.SetThresholds(thresholds=[wire.Threshold(duty=wire.DUTY_KEYS, checkers=1)]))
    town.refused(ApprovalsMissing, wang, RENAME, [NEW])
    town.do(wang, RENAME, [NEW, wang.keys[0]])


def test_a_suspended_regulator_that_is_resumed_has_its_keys_as_before() -> None:
    town = Town()
    town.do(OPERATOR, suspend(GUARD))
    town.do(OPERATOR, resume(GUARD))
    town.do(GUARD, add(new_key(NEW)))
