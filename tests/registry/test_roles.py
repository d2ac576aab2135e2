"""Who may do what (docs/registry.md, "Who may do what"; white paper 3.1, 3.4.1): every action, for everybody.

Each action is sent empty. Who may not do it is refused at the gate; who may comes as far as the action itself, which then
refuses what is missing.
"""

import pytest

from app.core.refusals import (
    AccountFrozen,
    AccountSuspended,
    ActionStopped,
    ApprovalsMissing,
    LevelTooLow,
    NotCertified,
    NotPermitted,
    Refused,
    RoleMissing,
    WrongParty,
)
from app.core.wire import registry_pb2 as wire
from tests.registry.people import (
    ACTIONS,
    BANK,
    BOOKS,
    CAST,
    CLINIC,
    GUARD,
    NOTARY,
    OPERATOR,
    PLAIN,
    SHOP,
    Anybody,
    Town,
    certify,
    digest,
    empty,
    freeze,
    new_key,
    party,
    revoke,
    suspend,
)
from tests.registry.world import SECOND, Key, Member, ed25519_key

GATE = (
    ActionStopped,
    AccountSuspended,
    AccountFrozen,
    WrongParty,
    NotPermitted,
    LevelTooLow,
    RoleMissing,
    ApprovalsMissing,
)
SIGNS = {"W": WrongParty, "P": NotPermitted, "L": LevelTooLow, ".": None}

COLUMNS = ("operator", "bookkeeper", "identity", "evidence", "voucher", "none", "regulator", "user")
MATRIX = """
notarize             P P P . P P P .
open_agreement       P P P . P P P .
confirm_agreement    P P P . P P P .
retract_confirmation P P P . P P P .
enrol                W W . P P P W W
certify              W W . P P P W W
revoke_certification W W . . . . W W
recognise            W W . P P P W W
reset_key            W W . P P P W W
apply_voucher        W W P P . P W W
manage_voucher       W W P P . P W W
allocate             W W P P . P W W
expire               W W P P . P W W
create_voucher       . W W W W W W W
decline_voucher      . W W W W W W W
transfer             W W . . . . W .
split                W W . . . . W .
merge                W W . . . . W .
redeem               W W . . . . W .
attest_custody       W W . . . . W W
assign_custody       W W . . . . W W
grant                W W W W W W W .
withdraw_grant       W W W W W W W .
change_keys          . . . . . . . .
set_thresholds       . . . . . . . .
rename               W W W W W W W .
admit                . W W W W W W W
amend                . W W W W W W W
suspend              . W W W W W W W
resume               . W W W W W W W
freeze               . W . P P P W W
unfreeze             . W . P P P W W
supervise            . W P P . P . W
record_order         . W . . . . . W
propose              W . W W W W W W
approve              W . W W W W W W
countersign          . . . . . . . .
discard              . . . . . . . .
"""
"""Operator, bookkeeper, partners with one permission each, a partner with none, regulator, a user with the highest level."""
TABLE = {line.split()[0]: line.split()[1:] for line in MATRIX.strip().splitlines()}
ORGANISATIONS = dict(zip(COLUMNS, (OPERATOR, BOOKS, CLINIC, NOTARY, SHOP, PLAIN, GUARD), strict=False))

# What a user may do whose only certification has this level (3.4.1 交易许可); the other actions are no user's.
CONTENT = ("notarize", "open_agreement", "confirm_agreement", "retract_confirmation")
VOUCHERS = ("transfer", "split", "merge", "redeem")
OWN = ("grant", "withdraw_grant", "change_keys", "set_thresholds", "rename", "countersign", "discard")
BY_LEVEL = {
    ("registered", False): OWN,
    ("registered", True): OWN,
    ("anonymous", False): OWN,
    ("anonymous", True): (*OWN, *CONTENT),
    ("phone", False): (*OWN, *CONTENT),
    ("phone", True): (*OWN, *CONTENT),
    ("real-name", False): (*OWN, *CONTENT, *VOUCHERS),
    ("certificate", False): (*OWN, *CONTENT, *VOUCHERS),
}


def gate(town: Town, who: Anybody, action: str, by: tuple[Key, ...] = ()) -> type[Refused] | None:
    """The refusal at the gate, or None for who comes as far as the action."""
    refusal = town.try_(who, empty(action), by).refusal
    return type(refusal) if isinstance(refusal, (*GATE, NotCertified)) else None


def test_the_tables_name_every_action() -> None:
    assert sorted(TABLE) == sorted(ACTIONS)
    users = {action for action, row in TABLE.items() if row[-1] == "."}
    assert users == {*OWN, *CONTENT, *VOUCHERS}


@pytest.mark.parametrize("action", ACTIONS)
def test_who_may_do_it(action: str) -> None:
    town = Town()
    everybody = {**ORGANISATIONS, "user": town.enrol("wang", "certificate")}
    for column, sign in zip(COLUMNS, TABLE[action], strict=True):
        assert gate(town, everybody[column], action) is SIGNS[sign], column


@pytest.mark.parametrize("action", CONTENT)
@pytest.mark.parametrize("kind", ["operator", "bookkeeper", "partner", "regulator"])
def test_every_organisation_with_the_permission_may_put_content_on_the_chain(kind: str, action: str) -> None:
    one = party(50, "One", kind, "evidence")
    assert gate(Town([*CAST, one]), one, action) is None


@pytest.mark.parametrize("kind", ["operator", "bookkeeper", "regulator"])
def test_a_permission_makes_nobody_a_partner(kind: str) -> None:
    one = party(50, "One", kind, "evidence")
    town = Town([*CAST, one])
    assert gate(town, one, "enrol") is WrongParty
    assert gate(town, one, "apply_voucher") is WrongParty


# ---- levels ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("level", "answers"), BY_LEVEL)
def test_what_a_user_may_do_at_its_level(level: str, answers: bool) -> None:
    town = Town()
    wang = town.enrol("wang", level, answers=answers)
    for action in ACTIONS:
        if action in BY_LEVEL[level, answers]:
            expected = None
        else:
            expected = LevelTooLow if action in (*CONTENT, *VOUCHERS) else WrongParty
        assert gate(town, wang, action) is expected, action


@pytest.mark.parametrize("why", ["revoked", "expired", "partner suspended"])
def test_without_a_certification_that_counts_a_user_may_only_query(why: str) -> None:
    town = Town()
    wang = town.enrol("wang", expires_ns=town.time_ns + 4 * SECOND if why == "expired" else 0)
    if why != "expired":
        town.do(*((BANK, revoke(wang)) if why == "revoked" else (OPERATOR, suspend(BANK))))
    for action in ACTIONS:
        assert gate(town, wang, action) is NotCertified, action


def test_the_highest_certification_that_counts_decides() -> None:
    town = Town()
    wang = town.enrol("wang", "certificate")
    town.do(CLINIC, certify(wang, "registered"))
    assert gate(town, wang, "transfer") is None
    town.do(OPERATOR, suspend(BANK))
    assert gate(town, wang, "transfer") is LevelTooLow
    assert gate(town, wang, "notarize") is LevelTooLow
    assert gate(town, wang, "rename") is None


def test_one_partner_that_answers_is_enough() -> None:
    town = Town()
    wang = town.enrol("wang", "anonymous")
    town.do(CLINIC, certify(wang, "anonymous", answers=True))
    assert gate(town, wang, "notarize") is None
    town.do(OPERATOR, suspend(CLINIC))
    assert gate(town, wang, "notarize") is LevelTooLow


def test_a_refusal_names_what_is_missing() -> None:
    town = Town()
    wang = town.enrol("wang", "anonymous")
    assert town.refused(LevelTooLow, wang, empty("notarize")) == {"account": wang.number, "expected": "phone"}
    facts = town.refused(LevelTooLow, wang, empty("transfer"))
    assert facts == {"account": wang.number, "expected": "real-name", "got": "anonymous"}
    assert town.refused(NotPermitted, PLAIN, empty("enrol")) == {"account": 6, "expected": "identity"}
    facts = town.refused(WrongParty, GUARD, empty("freeze"))
    assert facts == {"account": 8, "expected": "operator, partner", "got": "regulator"}


# ---- roles of keys -------------------------------------------------------------------------------------------------
ROLE_OF = dict.fromkeys(ACTIONS, "maker") | {
    "change_keys": "administrator",
    "set_thresholds": "administrator",
    "rename": "administrator",
    "countersign": "checker",
    "discard": "any",
}
ROLES = {"maker": wire.ROLE_MAKER, "checker": wire.ROLE_CHECKER, "administrator": wire.ROLE_ADMINISTRATOR}


def clerks(of: str) -> dict[str, Key]:
    return {role: ed25519_key(f"{of} {role}") for role in (*ROLES, "all")}


def roled(number: int, kind: str, *permissions: str) -> Member:
    """An organisation with a key for each role, and one for all."""
    keys = tuple(clerks(kind).values())
    roles = [*((role,) for role in ROLES), ()]
    return party(number, f"Roled {kind}", kind, *permissions, keys=keys, roles=roles)


ROLED = {
    "operator": roled(60, "operator"),
    "bookkeeper": roled(61, "bookkeeper"),
    "partner": roled(62, "partner", "identity", "evidence", "voucher"),
}


def doer(town: Town, action: str) -> tuple[Anybody, dict[str, Key]]:
    """Somebody who may do it, and that account's keys."""
    row = dict(zip(COLUMNS, TABLE[action], strict=True))
    for kind in ("operator", "bookkeeper"):
        if row[kind] == ".":
            return ROLED[kind], clerks(kind)
    if "." in (row[column] for column in ("identity", "evidence", "voucher")):
        return ROLED["partner"], clerks("partner")
    user = town.enrol("all")
    keys = clerks("user")
    assert user.keys[0].public == keys["all"].public
    town.do(user, wire.ChangeKeys(add=[new_key(keys[role], number) for role, number in ROLES.items()]))
    return user, keys


@pytest.mark.parametrize("action", ACTIONS)
def test_which_key_may_sign_first(action: str) -> None:
    town = Town([*CAST, *ROLED.values()])
    who, keys = doer(town, action)
    for role, key in keys.items():
        may = role == "all" or ROLE_OF[action] in (role, "any")
        assert gate(town, who, action, (key,)) is (None if may else RoleMissing), role


@pytest.mark.parametrize("action", ACTIONS)
def test_only_checkers_approve(action: str) -> None:
    town = Town([*CAST, *ROLED.values()])
    who, keys = doer(town, action)
    for role in ("maker", "administrator"):
        assert gate(town, who, action, (keys["all"], keys[role])) is RoleMissing
        assert gate(town, who, action, (keys["all"], keys["checker"], keys[role])) is RoleMissing
    assert gate(town, who, action, (keys["all"], keys["checker"])) is None


def test_the_party_is_looked_at_before_the_key() -> None:
    town = Town([*CAST, *ROLED.values()])
    assert gate(town, ROLED["partner"], "admit", (clerks("partner")["checker"],)) is WrongParty


# ---- classes of action that were stopped, accounts that were stopped -------------------------------------------------
@pytest.mark.parametrize(
    "action", [action for action in ACTIONS if action not in ("propose", "approve", "change_keys")]
)
def test_what_the_bookkeepers_have_stopped_nobody_does(action: str) -> None:
    town = Town()
    wang = town.enrol("wang", "certificate")
    town.do(OPERATOR, suspend(PLAIN))
    stopped = wire.Emergency(actions=[wire.Body.DESCRIPTOR.fields_by_name[action].number])
    town.do(BOOKS, wire.Propose(document=digest("why"), deadline=50, emergency=stopped))
    for who in (OPERATOR, BOOKS, BANK, GUARD, PLAIN, wang):
        assert gate(town, who, action) is ActionStopped


@pytest.mark.parametrize("action", ACTIONS)
def test_who_is_suspended_or_frozen_does_nothing(action: str) -> None:
    """But for a change of keys that only revokes (tests of keys)."""
    wish = wire.ChangeKeys(add=[new_key(ed25519_key("new"))]) if action == "change_keys" else empty(action)
    town = Town()
    wang = town.enrol("wang", "certificate", partner=CLINIC)
    town.do(CLINIC, freeze(wang))
    for who in (BOOKS, BANK, GUARD):
        town.do(OPERATOR, suspend(who))
        town.refused(AccountSuspended, who, wish)
    town.refused(AccountFrozen, wang, wish)
