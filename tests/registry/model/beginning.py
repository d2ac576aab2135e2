"""The book as the genesis document's `app_state` writes it."""

from collections.abc import Mapping
from typing import Any

from tests.registry.model.book import Book
from tests.registry.model.matrix import NUMBERS
from tests.registry.model.things import (
    Account,
    AccountKey,
    ActionCost,
    AgreementVersion,
    LevelPoints,
    NonceHead,
    Parameters,
    Seat,
    Threshold,
)

PARTIES = {"operator": 1, "bookkeeper": 2, "partner": 3, "user": 4, "regulator": 5}
PERMISSIONS = {"identity": 1, "evidence": 2, "voucher": 3}
ALGORITHMS = {"ed25519": 1, "p256": 2}
ROLES = {"maker": 1, "checker": 2, "administrator": 3}
LEVELS = {"registered": 1, "anonymous": 2, "phone": 3, "real-name": 4, "certificate": 5}
DUTIES = {
    "evidence": 1,
    "agreement": 2,
    "identity": 3,
    "voucher": 4,
    "access": 5,
    "keys": 6,
    "admission": 7,
    "order": 8,
    "governance": 9,
}


def begin(chain_id: str, app_state: Mapping[str, Any]) -> Book:
    """The first state of a chain."""
    del chain_id  # the addresses stand in the document
    book = Book()
    book.one["parameters"] = _parameters(app_state["parameters"])
    book.one["nonces"] = NonceHead()
    for each in app_state["accounts"]:
        account = _account(each)
        book.put_account(account)
        book.terms[account.address, 1] = AgreementVersion(account.agreement, 0)
    book.one["next-account"] = max(book.numbers) + 1
    for each in app_state["validators"]:
        key = bytes.fromhex(each["key"])
        book.seats[key] = Seat(key, each["power"], each["account"])
    book.mark()
    return book


def _account(document: Mapping[str, Any]) -> Account:
    return Account(
        address=bytes.fromhex(document["address"]),
        id=document["id"],
        name=document["name"],
        party=PARTIES[document["party"]],
        keys=tuple(map(_key, document["keys"])),
        permissions=tuple(sorted(PERMISSIONS[each] for each in document["permissions"])),
        agreement=bytes.fromhex(document["agreement"]),
        quota_points=document["quota_points"],
        agreement_version=1,
        thresholds=_thresholds(document["thresholds"]),
    )


def _key(document: Mapping[str, Any]) -> AccountKey:
    roles = tuple(sorted(ROLES[each] for each in document["roles"]))
    return AccountKey((ALGORITHMS[document["algorithm"]], bytes.fromhex(document["key"])), document["label"], roles)


def _thresholds(document: Mapping[str, int]) -> tuple[Threshold, ...]:
    return tuple(Threshold(duty, document[name]) for name, duty in DUTIES.items() if name in document)


def _parameters(document: Mapping[str, Any]) -> Parameters:
    costs = sorted((NUMBERS[name], points) for name, points in document["action_costs"].items())
    points = sorted((LEVELS[name], points) for name, points in document["level_points"].items())
    return Parameters(
        validity_window=document["validity_window"],
        quota_period_seconds=document["quota_period_seconds"],
        quota_offset_seconds=document["quota_offset_seconds"],
        action_costs=tuple(ActionCost(*each) for each in costs),
        bytes_per_point=document["bytes_per_point"],
        max_transaction_bytes=document["max_transaction_bytes"],
        level_points=tuple(LevelPoints(*each) for each in points),
        approval_numerator=document["approval_numerator"],
        approval_denominator=document["approval_denominator"],
    )
