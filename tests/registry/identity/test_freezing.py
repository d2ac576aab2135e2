"""Orders against users (3.4.1, 3.7): who freezes, who releases, and what a frozen user may still do."""

import pytest
from google.protobuf.message import Message

from app.core.refusals import (
    AccountFrozen,
    AlreadyStopped,
    BadAction,
    NotPermitted,
    NotStopped,
    NotYourUser,
    UnknownMember,
    WrongParty,
)
from app.core.wire import registry_pb2 as wire
from app.registry.places import number
from tests.registry.people import (
    BANK,
    BOOKS,
    CLINIC,
    FIRM,
    GUARD,
    MAKER,
    OPERATOR,
    ORDER,
    SHOP,
    UNSOUND_ORDERS,
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
from tests.registry.world import codes

RENAME = wire.Rename(name="A")


def test_a_user_is_frozen_and_released() -> None:
    town = Town()
    wang = town.enrol("wang")
    receipt = town.do(BANK, freeze(wang))
    assert town.account(wang).stop == wire.Stop(document=digest("order"), by=3, height=2)
    assert receipt.data == number(wang.number)
    assert entry_of(receipt).freeze == freeze(wang).SerializeToString()
    assert town.refused(AccountFrozen, wang, RENAME)["order"] == digest("order").hex()
    town.refused(AlreadyStopped, BANK, freeze(wang))
    receipt = town.do(BANK, unfreeze(wang))
    assert not town.account(wang).HasField("stop")
    assert entry_of(receipt).unfreeze == unfreeze(wang).SerializeToString()
    town.refused(NotStopped, BANK, unfreeze(wang))
    town.do(wang, RENAME)


def test_it_is_frozen_at_once() -> None:
    town = Town()
    wang = town.enrol("wang")
    names = (town.transaction(wang, wire.Rename(name=name)) for name in "ABC")
    outcome = town.block(
        next(names),
        town.transaction(BANK, freeze(wang)),
        next(names),
        town.transaction(BANK, unfreeze(wang)),
        next(names),
    )
    assert codes(outcome) == [0, 0, AccountFrozen.number, 0, 0]


@pytest.mark.parametrize("action", [wire.Freeze(account=99), wire.Unfreeze(account=99)])
@pytest.mark.parametrize("wrong", UNSOUND_ORDERS)
def test_the_order_must_be_sound(action: Message, wrong: dict[str, object]) -> None:
    Town().refused(BadAction, BANK, changed(action, order=changed(ORDER, **wrong)))


@pytest.mark.parametrize("action", [wire.Freeze, wire.Unfreeze])
def test_only_users_are_frozen(action: type[Message]) -> None:
    town = Town()
    town.refused(UnknownMember, BANK, action(account=99, order=ORDER))
    for who in (BANK, CLINIC, OPERATOR):
        town.refused(WrongParty, OPERATOR, action(account=who.account.id, order=ORDER))


def test_any_partner_that_certifies_the_user_freezes_it() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.refused(NotYourUser, CLINIC, freeze(wang))
    town.do(CLINIC, certify(wang, "registered", expires_ns=town.environment().time_ns + 1))
    town.skip(1)
    town.do(CLINIC, freeze(wang))  # a certification that counts no longer is one still
    town.do(CLINIC, unfreeze(wang))
    town.do(CLINIC, revoke(wang))
    town.refused(NotYourUser, CLINIC, freeze(wang))


def test_the_partner_that_enrolled_a_user_but_no_longer_certifies_it_does_not_freeze_it() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(CLINIC, certify(wang))
    town.do(BANK, revoke(wang))
    town.refused(NotYourUser, BANK, freeze(wang))


def test_only_who_froze_a_user_releases_it() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(CLINIC, certify(wang))
    town.do(FIRM, certify(wang), [MAKER])
    town.do(CLINIC, freeze(wang))
    assert town.refused(NotYourUser, BANK, unfreeze(wang)) == {"account": wang.number, "partner": 4}
    town.refused(NotYourUser, FIRM, unfreeze(wang), [MAKER])
    town.refused(NotYourUser, OPERATOR, unfreeze(wang))
    town.do(CLINIC, revoke(wang))
    town.do(CLINIC, unfreeze(wang))  # it froze the user, whether it certifies it now or not


def test_the_operator_stands_in_for_the_suspended_partner_that_enrolled_the_user() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(CLINIC, certify(wang))
    town.refused(NotYourUser, OPERATOR, freeze(wang))
    town.do(OPERATOR, suspend(CLINIC))
    town.refused(NotYourUser, OPERATOR, freeze(wang))  # another partner than who enrolled it
    town.do(OPERATOR, suspend(BANK))
    town.do(OPERATOR, freeze(wang))
    assert town.account(wang).stop.by == 1
    town.do(OPERATOR, unfreeze(wang))
    town.do(OPERATOR, freeze(wang))
    town.do(OPERATOR, resume(BANK))
    town.refused(NotYourUser, BANK, unfreeze(wang))
    town.do(OPERATOR, unfreeze(wang))  # it froze the user


def test_the_operator_releases_whom_a_suspended_partner_froze() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(BANK, freeze(wang))
    town.refused(NotYourUser, OPERATOR, unfreeze(wang))
    town.do(OPERATOR, suspend(BANK))
    town.do(OPERATOR, unfreeze(wang))
    assert not town.account(wang).HasField("stop")


def test_the_operator_releases_whom_a_partner_froze_that_did_not_enrol_the_user_and_is_suspended() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(CLINIC, certify(wang))
    town.do(CLINIC, freeze(wang))
    town.do(OPERATOR, suspend(BANK))
    town.refused(NotYourUser, OPERATOR, unfreeze(wang))  # who froze it can release it
    town.do(OPERATOR, suspend(CLINIC))
    town.do(OPERATOR, resume(BANK))
    town.do(OPERATOR, unfreeze(wang))


def test_the_operator_stands_in_for_a_partner_that_may_not_certify_any_more() -> None:
    town = Town()
    wang = town.enrol("wang")
    others = [wire.PERMISSION_EVIDENCE, wire.PERMISSION_VOUCHER]
    town.do(OPERATOR, wire.Amend(account=BANK.account.id, permissions=others, quota_points=10_000))
    town.refused(NotPermitted, BANK, freeze(wang))
    town.do(OPERATOR, freeze(wang))
    town.do(OPERATOR, unfreeze(wang))


def test_the_order_in_which_it_is_checked() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.refused(NotStopped, CLINIC, unfreeze(wang))
    town.do(BANK, freeze(wang))
    town.refused(NotYourUser, CLINIC, freeze(wang))
    town.refused(AlreadyStopped, BANK, freeze(wang))


def test_others_freeze_nobody() -> None:
    town = Town()
    wang = town.enrol("wang")
    for action in (freeze(wang), unfreeze(wang)):
        town.refused(NotPermitted, SHOP, action)
        for who in (GUARD, BOOKS, wang):
            town.refused(WrongParty, who, action)
