"""Orders of authorities (3.7): against organisations by the operator, for the record by whoever it concerns."""

import pytest
from google.protobuf.message import Message

from app.core.refusals import (
    AlreadyStopped,
    BadAction,
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
    OPERATOR,
    ORDER,
    PLAIN,
    UNSOUND_ORDERS,
    Anybody,
    Town,
    certify,
    changed,
    digest,
    entry_of,
    freeze,
    number_of,
    resume,
    revoke,
    suspend,
)
from tests.registry.world import codes


def record(who: Anybody) -> wire.RecordOrder:
    return wire.RecordOrder(account=number_of(who), order=ORDER)


@pytest.mark.parametrize("who", [BOOKS, BANK, GUARD])
def test_an_organisation_is_suspended_and_resumed(who: Anybody) -> None:
    town = Town()
    receipt = town.do(OPERATOR, suspend(who))
    assert town.account(who).stop == wire.Stop(document=digest("order"), by=1, height=1)
    assert receipt.data == number(number_of(who))
    assert entry_of(receipt).suspend == suspend(who).SerializeToString()
    town.refused(AlreadyStopped, OPERATOR, suspend(who))
    receipt = town.do(OPERATOR, resume(who))
    assert not town.account(who).HasField("stop")
    assert entry_of(receipt).resume == resume(who).SerializeToString()
    town.refused(NotStopped, OPERATOR, resume(who))


def test_it_is_stopped_at_once() -> None:
    town = Town()
    level = (town.transaction(BANK, wire.Recognise(partner=4, least=each)) for each in (1, 2, 3))
    outcome = town.block(
        next(level),
        town.transaction(OPERATOR, suspend(BANK)),
        next(level),
        town.transaction(OPERATOR, resume(BANK)),
        next(level),
    )
    assert codes(outcome) == [0, 0, 23, 0, 0]


def test_neither_the_operator_nor_users_are_suspended() -> None:
    town = Town()
    for who in (OPERATOR, town.enrol("wang")):
        town.refused(WrongParty, OPERATOR, suspend(who))
        town.refused(WrongParty, OPERATOR, resume(who))


def test_nobody_but_the_operator_suspends() -> None:
    town = Town()
    town.do(OPERATOR, suspend(CLINIC))
    for who in (BANK, BOOKS, GUARD):
        town.refused(WrongParty, who, suspend(BANK))
        town.refused(WrongParty, who, resume(CLINIC))


@pytest.mark.parametrize("action", [wire.Suspend(account=99), wire.Resume(account=99), wire.RecordOrder(account=99)])
@pytest.mark.parametrize("wrong", UNSOUND_ORDERS)
def test_an_order_must_be_sound(action: Message, wrong: dict[str, object]) -> None:
    town = Town()
    town.refused(BadAction, OPERATOR, changed(action, order=changed(ORDER, **wrong)))


@pytest.mark.parametrize("action", [wire.Suspend, wire.Resume, wire.RecordOrder])
def test_the_most_that_an_order_may_say(action: type[Message]) -> None:
    town = Town()
    order = wire.Order(document=bytes(32), authority="法" * 42 + "xx", reference="y" * 128)
    if action is wire.Resume:
        town.do(OPERATOR, suspend(BANK))
    town.do(OPERATOR, action(account=3, order=order))
    town.do(OPERATOR, wire.RecordOrder(account=3, order=changed(order, reference="")))


@pytest.mark.parametrize("action", [wire.Suspend, wire.Resume, wire.RecordOrder])
@pytest.mark.parametrize("account", [0, 99, 2**63 - 1, 2**63, 2**64 - 1])
def test_the_member_must_exist(action: type[Message], account: int) -> None:
    Town().refused(UnknownMember, OPERATOR, action(account=account, order=ORDER))


# ---- for the record ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("sender", [OPERATOR, GUARD])
def test_operator_and_regulators_record_orders_about_anybody(sender: Anybody) -> None:
    town = Town()
    for who in (OPERATOR, BOOKS, BANK, GUARD, town.enrol("wang")):
        before = town.account(who).SerializeToString()
        transaction = town.transaction(sender, record(who))
        outcome = town.accept(transaction)
        assert set(outcome.writes) == {b"quota/" + sender.address, b"nonces"}
        assert outcome.receipts[0].data == number(number_of(who))
        assert entry_of(outcome.receipts[0]).record_order == record(who).SerializeToString()
        assert town.account(who).SerializeToString() == before


def test_a_partner_records_orders_about_users_that_it_certifies() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(BANK, record(wang))
    town.refused(NotYourUser, PLAIN, record(wang))
    town.refused(NotYourUser, CLINIC, record(wang))
    town.do(CLINIC, certify(wang, "registered", expires_ns=town.time_ns + 4_000_000_000))
    town.skip(3)
    town.do(CLINIC, record(wang))  # its certification counts no longer, but there it is
    town.do(CLINIC, revoke(wang))
    town.refused(NotYourUser, CLINIC, record(wang))


def test_a_partner_records_no_orders_about_organisations() -> None:
    town = Town()
    for who in (BANK, FIRM, OPERATOR, GUARD):
        town.refused(NotYourUser, BANK, record(who))


def test_an_order_is_recorded_about_what_is_stopped_too() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(BANK, freeze(wang))
    town.do(OPERATOR, suspend(CLINIC))
    town.do(BANK, record(wang))
    town.do(OPERATOR, record(CLINIC))


def test_bookkeepers_and_users_record_none() -> None:
    town = Town()
    wang = town.enrol("wang")
    for who in (BOOKS, wang):
        town.refused(WrongParty, who, record(wang))
