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
from tests.registry.people import (
    BANK,
    BOOKS,
    CLINIC,
    OPERATOR,
    PLAIN,
    Town,
    certify,
    changed,
    digest,
    entry_of,
    revoke,
    suspend,
)
from tests.registry.world import nonce

WISH = wire.Grant(grantee=3, holder=4, scope=digest("scope"), purpose="看病")


def withdraw(grant: bytes) -> wire.WithdrawGrant:
    return wire.WithdrawGrant(grant=grant)


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
