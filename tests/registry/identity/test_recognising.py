"""Recognition of another partner's certifications."""

import pytest

from app.core.refusals import (
    AccountSuspended,
    BadAction,
    NoSuchCertification,
    NotPermitted,
    UnknownMember,
    WrongParty,
)
from app.core.wire import registry_pb2 as wire
from app.registry.places import RECOGNITIONS, number
from tests.registry.people import BANK, BOOKS, CLINIC, OPERATOR, PLAIN, SHOP, Town, entry_of, resume, suspend


def recognition(town: Town, partner: int) -> int | None:
    found = RECOGNITIONS.read(town.values, BANK.address, number(partner))
    return None if found is None else int(found.least)


def wish(partner: int, least: int) -> wire.Recognise:
    return wire.Recognise(partner=partner, least=least)  # type: ignore[arg-type]


@pytest.mark.parametrize("least", range(1, 6))
def test_a_partner_is_recognised_from_a_level_on(least: int) -> None:
    town = Town()
    receipt = town.do(BANK, wish(4, least))
    assert recognition(town, 4) == least
    assert receipt.data == number(4)
    assert entry_of(receipt).recognise == wish(4, least).SerializeToString()
    town.do(BANK, wish(4, 1))
    assert recognition(town, 4) == 1
    assert RECOGNITIONS.read(town.values, CLINIC.address, number(3)) is None


def test_any_partner_is_recognised_whatever_its_permissions() -> None:
    town = Town()
    town.do(BANK, wish(PLAIN.account.id, 1))


def test_a_recognition_is_taken_back() -> None:
    town = Town()
    town.refused(NoSuchCertification, BANK, wish(4, 0))
    town.do(BANK, wish(4, 3))
    town.do(BANK, wish(4, 0))
    assert recognition(town, 4) is None
    town.refused(NoSuchCertification, BANK, wish(4, 0))


def test_a_suspended_partner_is_not_recognised_but_may_be_dropped() -> None:
    town = Town()
    town.do(BANK, wish(4, 3))
    town.do(OPERATOR, suspend(CLINIC))
    town.refused(AccountSuspended, BANK, wish(4, 2))
    town.do(BANK, wish(4, 0))
    town.do(OPERATOR, resume(CLINIC))
    town.do(BANK, wish(4, 2))


def test_the_order_in_which_a_recognition_is_checked() -> None:
    town = Town()
    town.refused(BadAction, BANK, wish(99, 6))
    town.refused(UnknownMember, BANK, wish(99, 0))
    town.refused(WrongParty, BANK, wish(1, 0))
    town.refused(WrongParty, BANK, wish(town.enrol("wang").number, 1))
    town.refused(BadAction, BANK, wish(3, 0))


def test_only_partners_with_the_permission_recognise() -> None:
    town = Town()
    town.refused(NotPermitted, SHOP, wish(4, 1))
    town.refused(WrongParty, BOOKS, wish(4, 1))
    town.refused(WrongParty, OPERATOR, wish(4, 1))
