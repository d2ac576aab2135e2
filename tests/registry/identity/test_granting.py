"""Access to a user's data, given and taken back by nobody but the user (4.2.2)."""

import pytest

from app.core.ids import derive_grant
from app.core.refusals import (
    AccountSuspended,
    BadAction,
    GrantOver,
    UnknownGrant,
    UnknownMember,
    WrongParty,
)
from app.core.wire import registry_pb2 as wire
from app.registry.accounts import grant_counts
from tests.registry.people import (
    BANK,
    BOOKS,
    CLINIC,
    OPERATOR,
    PLAIN,
    Person,
    Town,
    certify,
    changed,
    digest,
    entry_of,
    freeze,
    resume,
    revoke,
    suspend,
    unfreeze,
)
from tests.registry.world import nonce

WISH = wire.Grant(grantee=3, holder=4, scope=digest("scope"), purpose="看病")


def withdraw(grant: bytes) -> wire.WithdrawGrant:
    return wire.WithdrawGrant(grant=grant)


def counts(town: Town, who: Person, grant: bytes) -> bool:
    """Whether a grant counts at the time of the newest block."""
    return grant_counts(town.values, who.address, town.grant(who, grant), town.time_ns)


def test_access_is_granted_and_withdrawn() -> None:
    town = Town()
    wang = town.enrol("wang", "registered")
    receipt = town.do(wang, changed(WISH, expires_ns=2**63 - 1), name="grant")
    grant = derive_grant(wang.address, nonce("grant"))
    given = wire.AccessGrant(grantee=3, holder=4, scope=digest("scope"), purpose="看病", expires_ns=2**63 - 1, height=2)
    assert town.grant(wang, grant) == given
    assert receipt.data == grant
    assert entry_of(receipt).grant == changed(WISH, expires_ns=2**63 - 1).SerializeToString()
    receipt = town.do(wang, withdraw(grant))
    assert town.grant(wang, grant) == changed(given, withdrawn=3)
    assert receipt.data == grant
    assert entry_of(receipt).withdraw_grant == withdraw(grant).SerializeToString()
    assert town.refused(GrantOver, wang, withdraw(grant)) == {"grant": grant.hex()}


@pytest.mark.parametrize(
    "wrong",
    [
        {"scope": b""},
        {"scope": bytes(31)},
        {"purpose": "x" * 513},
        {"purpose": "a\u2066b"},
        {"expires_ns": -1},
        {"expires_ns": 1},
    ],
)
def test_a_grant_must_be_sound(wrong: dict[str, object]) -> None:
    town = Town()
    wang = town.enrol("wang")
    town.refused(BadAction, wang, changed(WISH, grantee=99, **wrong))


def test_the_bounds_of_a_grant() -> None:
    town = Town()
    wang = town.enrol("wang")
    now = town.environment().time_ns
    town.refused(BadAction, wang, changed(WISH, expires_ns=now))
    town.do(wang, changed(WISH, expires_ns=now + 1, purpose="x" * 512))
    town.do(wang, changed(WISH, purpose="", grantee=6, holder=6))


def test_grantee_and_holder_are_partners_in_force_the_grantee_first() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(CLINIC, certify(wang))
    for other in (1, 2, 8, wang.number):
        town.refused(WrongParty, wang, changed(WISH, grantee=other, holder=99))
        town.refused(WrongParty, wang, changed(WISH, holder=other))
    assert town.refused(UnknownMember, wang, changed(WISH, grantee=98, holder=99)) == {"account": 98}
    assert town.refused(UnknownMember, wang, changed(WISH, holder=99)) == {"account": 99}
    town.do(OPERATOR, suspend(PLAIN))
    assert town.refused(AccountSuspended, wang, changed(WISH, grantee=6, holder=99))["account"] == 6
    assert town.refused(AccountSuspended, wang, changed(WISH, holder=6))["account"] == 6


def test_nobody_withdraws_another_s_grant() -> None:
    town = Town()
    wang, li = town.enrol("wang"), town.enrol("li")
    grant = town.do(wang, WISH).data
    assert town.refused(UnknownGrant, li, withdraw(grant)) == {"grant": grant.hex()}
    town.refused(UnknownGrant, wang, withdraw(bytes(16)))
    for length in (0, 15, 17):
        town.refused(BadAction, wang, withdraw(bytes(length)))
    for who in (BANK, OPERATOR, BOOKS):
        town.refused(WrongParty, who, withdraw(grant))
        town.refused(WrongParty, who, WISH)


def test_a_grant_is_withdrawn_after_its_end_and_of_a_suspended_partner_too() -> None:
    town = Town()
    wang = town.enrol("wang")
    over = town.do(wang, changed(WISH, expires_ns=town.environment().time_ns + 1)).data
    stands = town.do(wang, changed(WISH, grantee=6)).data
    town.do(OPERATOR, suspend(PLAIN))
    town.skip(1)
    town.do(wang, withdraw(over))
    town.do(wang, withdraw(stands))
    assert town.grant(wang, stands).withdrawn == town.height


def test_a_grant_outlives_the_certification() -> None:
    town = Town()
    wang = town.enrol("wang")
    grant = town.do(wang, WISH).data
    town.do(BANK, revoke(wang))
    assert town.grant(wang, grant).withdrawn == 0


def test_a_nonce_that_comes_back_brings_no_second_grant_under_one_id() -> None:
    town = Town()
    wang = town.enrol("wang")
    grant = town.do(wang, WISH, name="grant").data
    town.do(wang, withdraw(grant))
    town.skip(60)  # the nonce is free again
    town.refused(BadAction, wang, WISH, name="grant")
    assert town.grant(wang, grant).withdrawn == 3


# ---- when a grant counts -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("level", ["registered", "anonymous", "phone", "real-name", "certificate"])
def test_a_grant_counts_whatever_the_level_of_its_giver_until_it_is_withdrawn(level: str) -> None:
    town = Town()
    wang = town.enrol("wang", level)
    grant, other = town.do(wang, WISH).data, town.do(wang, WISH).data
    assert counts(town, wang, grant)
    town.do(wang, withdraw(grant))
    assert not counts(town, wang, grant)
    assert counts(town, wang, other)  # each for itself


def test_a_grant_counts_to_the_last_nanosecond_before_its_end() -> None:
    town = Town()
    wang = town.enrol("wang")
    end = town.time_ns + 10**12
    given = town.grant(wang, town.do(wang, changed(WISH, expires_ns=end)).data)
    assert grant_counts(town.values, wang.address, given, end - 1)
    assert not grant_counts(town.values, wang.address, given, end)
    assert not grant_counts(town.values, wang.address, given, end + 1)


def test_a_grant_without_an_end_counts_for_ever() -> None:
    town = Town()
    wang = town.enrol("wang")
    given = town.grant(wang, town.do(wang, WISH).data)
    assert grant_counts(town.values, wang.address, given, 2**63 - 1)


def test_a_grant_of_a_frozen_user_does_not_count_until_the_user_is_released() -> None:
    town = Town()
    wang, li = town.enrol("wang"), town.enrol("li")
    grant, of_li = town.do(wang, WISH).data, town.do(li, WISH).data
    town.do(BANK, freeze(wang))
    assert not counts(town, wang, grant)
    assert counts(town, li, of_li)
    town.do(BANK, unfreeze(wang))
    assert counts(town, wang, grant)


def test_a_grant_does_not_count_while_no_certification_of_its_giver_does() -> None:
    town = Town()
    wang = town.enrol("wang")
    grant = town.do(wang, WISH).data
    town.do(BANK, revoke(wang))
    assert not counts(town, wang, grant)
    town.do(CLINIC, certify(wang, "registered"))  # by whom does not matter, nor the level
    assert counts(town, wang, grant)
    town.do(OPERATOR, suspend(CLINIC))
    assert not counts(town, wang, grant)
    town.do(OPERATOR, resume(CLINIC))
    assert counts(town, wang, grant)


def test_a_grant_ends_with_the_last_certification_of_its_giver() -> None:
    town = Town()
    end = town.time_ns + 10**12
    wang = town.enrol("wang", expires_ns=end)
    given = town.grant(wang, town.do(wang, WISH).data)
    assert grant_counts(town.values, wang.address, given, end - 1)
    assert not grant_counts(town.values, wang.address, given, end)
    town.do(CLINIC, certify(wang, expires_ns=end + 5))
    assert grant_counts(town.values, wang.address, given, end + 4)
    assert not grant_counts(town.values, wang.address, given, end + 5)


def test_a_grant_counts_whatever_becomes_of_grantee_and_holder() -> None:
    """It is the giver's leave; whether a suspended partner should act on it is between partners and operator."""
    town = Town()
    wang = town.enrol("wang", partner=BANK)
    grant = town.do(wang, changed(WISH, grantee=6, holder=4)).data
    town.do(OPERATOR, suspend(PLAIN))
    town.do(OPERATOR, suspend(CLINIC))
    assert counts(town, wang, grant)


def test_nothing_counts_of_an_account_that_is_not_there() -> None:
    town = Town()
    wang = town.enrol("wang")
    given = town.grant(wang, town.do(wang, WISH).data)
    assert not grant_counts(town.values, bytes(20), given, town.time_ns)
    assert not grant_counts(town.values, BANK.address, given, town.time_ns)  # organisations are certified by nobody
