"""What looks at the real state alone does see what must never be: each of these states has one thing wrong."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.core.wire import registry_pb2 as wire
from tests.registry.model.dice import digest, make_key
from tests.registry.model.drawer import Drawn
from tests.registry.model.invariants import Witness, check_conserved
from tests.registry.model.reading import RealState
from tests.registry.model.things import (
    Account,
    AccountKey,
    Certification,
    Holding,
    Key,
    Piece,
    Stop,
    Terms,
    Voucher,
)

VOUCHER = digest("voucher")[:16]
ALICE, BOB, BANK = (digest(name)[:20] for name in ("alice", "bob", "bank"))
SERIAL = VOUCHER + bytes(7) + b"\x01"
ORDER = Stop(digest("order"), 1, 3)
OPERATOR, PARTNER, USER = 1, 3, 4
EVIDENCE, VOUCHERS = 2, 3
REAL_NAME = 4
TERMS = Terms("Tea", "tea", digest("tea"), 1, 0, 12, 0, 0, False, 0, 0, ())


def account(address: bytes, number: int, party: int, *keys: Key, **facts: Any) -> Account:
    return Account(address, number, "", party, tuple(AccountKey(key, "", ()) for key in keys), **facts)


def real_state() -> RealState:
    """A bank has issued 10: Alice holds 4 and a piece of 3, Bob holds 1; 2 are redeemed."""
    real = RealState({})
    certified = (Certification(1, REAL_NAME, digest("root"), 0, False),)
    real.tables["account/"] = {
        BANK: account(BANK, 1, PARTNER, make_key("bank"), permissions=(VOUCHERS,)),
        ALICE: account(ALICE, 2, USER, make_key("alice"), make_key("alice 2"), certifications=certified),
        BOB: account(BOB, 3, USER, make_key("bob"), certifications=certified),
    }
    real.tables["voucher/"] = {VOUCHER: Voucher(1, 2, TERMS, digest("legal"), issued=10, redeemed=2, serials=1)}
    real.tables["holding/"] = {ALICE + VOUCHER: Holding(4, 1, 3), BOB + VOUCHER: Holding(1)}
    real.tables["piece/"] = {SERIAL: Piece(ALICE, 3)}
    return real


def change(table: str, key: bytes, **facts: Any) -> Callable[[RealState], None]:
    """One thing put in the place of another."""

    def made(real: RealState) -> None:
        real.tables[table][key] = replace(real.tables[table][key], **facts)

    return made


def all_of(*changes: Callable[[RealState], None]) -> Callable[[RealState], None]:
    """One after the other."""

    def made(real: RealState) -> None:
        for each in changes:
            each(real)

    return made


MOVE_AMOUNT = all_of(
    change("holding/", ALICE + VOUCHER, amount=2),
    change("holding/", BOB + VOUCHER, amount=3),
)
MOVE_PIECE = all_of(
    change("holding/", ALICE + VOUCHER, pieces=0, packed=0),
    change("holding/", BOB + VOUCHER, pieces=1, packed=3),
    change("piece/", SERIAL, owner=BOB, transfers=1),
)
REDEEM_PIECE = all_of(
    change("holding/", ALICE + VOUCHER, pieces=0, packed=0),
    change("piece/", SERIAL, end=1),
    change("voucher/", VOUCHER, redeemed=5),
)


def drawn(sender: bytes, action: str, *signers: Key, **fields: Any) -> Drawn:
    body = wire.Body(sender=sender)
    getattr(body, action).SetInParent()
    for name, value in fields.items():
        setattr(getattr(body, action), name, value)
    return Drawn(b"", body, signers)


@pytest.mark.parametrize("made", [MOVE_AMOUNT, MOVE_PIECE, REDEEM_PIECE], ids=["amount", "piece", "end"])
def test_what_may_move_moves(made: Callable[[RealState], None]) -> None:
    real = real_state()
    witness = Witness(real)
    made(real)
    witness.look([], 5, 50)


@pytest.mark.parametrize(
    ("table", "key", "facts"),
    [
        ("voucher/", VOUCHER, {"issued": 11}),
        ("voucher/", VOUCHER, {"redeemed": 3}),
        ("voucher/", VOUCHER, {"lapsed": 1}),
        ("voucher/", VOUCHER, {"terms": replace(TERMS, cap=9)}),
        ("holding/", ALICE + VOUCHER, {"amount": 5}),
        ("holding/", ALICE + VOUCHER, {"pieces": 2}),
        ("holding/", ALICE + VOUCHER, {"packed": 4}),
        ("holding/", ALICE + VOUCHER, {"frozen_amount": 5, "stop": ORDER}),
        ("holding/", ALICE + VOUCHER, {"frozen": True}),
        ("holding/", ALICE + VOUCHER, {"stop": ORDER}),
        ("piece/", SERIAL, {"owner": BOB}),
        ("piece/", SERIAL, {"amount": 2}),
        ("piece/", SERIAL, {"end": 1}),
    ],
)
def test_a_sum_that_is_wrong_is_seen(table: str, key: bytes, facts: dict[str, Any]) -> None:
    real = real_state()
    check_conserved(real)
    change(table, key, **facts)(real)
    with pytest.raises(AssertionError):
        check_conserved(real)


def test_an_empty_holding_is_seen() -> None:
    real = real_state()
    real.tables["holding/"][BANK + VOUCHER] = Holding()
    with pytest.raises(AssertionError):
        check_conserved(real)


@pytest.mark.parametrize(
    ("frozen", "moved"),
    [
        (change("holding/", ALICE + VOUCHER, frozen=True, stop=ORDER), MOVE_AMOUNT),
        (change("holding/", ALICE + VOUCHER, frozen=True, stop=ORDER), MOVE_PIECE),
        (change("holding/", ALICE + VOUCHER, frozen_amount=3, stop=ORDER), MOVE_AMOUNT),
        (change("piece/", SERIAL, stop=ORDER), MOVE_PIECE),
        (change("piece/", SERIAL, stop=ORDER), REDEEM_PIECE),
        (change("voucher/", VOUCHER, flow=2, order=digest("order")), MOVE_AMOUNT),
        (change("voucher/", VOUCHER, flow=2, order=digest("order")), REDEEM_PIECE),
        (change("voucher/", VOUCHER, flow=1, order=digest("order")), MOVE_PIECE),
    ],
)
def test_a_frozen_thing_that_moved_is_seen(
    frozen: Callable[[RealState], None], moved: Callable[[RealState], None]
) -> None:
    real = real_state()
    frozen(real)
    witness = Witness(real)
    witness.look([], 4, 40)
    moved(real)
    with pytest.raises(AssertionError):
        witness.look([], 5, 50)


def test_what_is_left_free_of_a_frozen_holding_moves() -> None:
    real = real_state()
    change("holding/", ALICE + VOUCHER, frozen_amount=2, stop=ORDER)(real)
    witness = Witness(real)
    MOVE_AMOUNT(real)
    MOVE_PIECE(real)
    change("holding/", BOB + VOUCHER, amount=3)(real)
    witness.look([], 5, 50)


def test_a_dead_key_that_lives_or_acts_again_is_seen() -> None:
    lost = make_key("alice 2")
    for again in ("owns", "acts"):
        real = real_state()
        witness = Witness(real)
        full = real.tables["account/"][ALICE]
        real.tables["account/"][ALICE] = replace(full, keys=full.keys[:1])
        witness.look([], 5, 50)
        if again == "owns":
            real.tables["account/"][ALICE] = full
        acts = [drawn(ALICE, "rename", lost)] if again == "acts" else []
        with pytest.raises(AssertionError):
            witness.look(acts, 6, 60)


def test_one_key_of_two_accounts_is_seen() -> None:
    real = real_state()
    witness = Witness(real)
    change("account/", BOB, keys=real.tables["account/"][ALICE].keys)(real)
    with pytest.raises(AssertionError):
        witness.look([], 5, 50)


@pytest.mark.parametrize(
    ("before", "acted"),
    [
        (change("account/", ALICE, stop=ORDER), drawn(ALICE, "rename")),
        (change("account/", BANK, stop=ORDER), drawn(BANK, "allocate")),
        (change("account/", BANK, permissions=()), drawn(BANK, "allocate")),
        (change("account/", BANK, permissions=(VOUCHERS,)), drawn(BANK, "notarize")),
        (change("account/", BANK, permissions=(EVIDENCE,)), drawn(BANK, "enrol")),
        (change("account/", ALICE), drawn(ALICE, "allocate")),
        (change("account/", ALICE), drawn(ALICE, "admit")),
        (change("account/", BANK), drawn(BANK, "rename")),
        (change("account/", ALICE, certifications=()), drawn(ALICE, "grant")),
        (
            change("account/", ALICE, certifications=(Certification(1, 3, digest("root"), 0, False),)),
            drawn(ALICE, "transfer"),
        ),
        (
            change("account/", ALICE, certifications=(Certification(1, 4, digest("root"), 50, False),)),
            drawn(ALICE, "grant"),
        ),
    ],
)
def test_who_acted_without_permission_is_seen(before: Callable[[RealState], None], acted: Drawn) -> None:
    real = real_state()
    before(real)
    with pytest.raises(AssertionError):
        Witness(real).look([acted], 5, 50)


def test_who_may_act_is_let_alone() -> None:
    real = real_state()
    change("account/", BOB, stop=ORDER)(real)
    may = [drawn(BANK, "allocate"), drawn(ALICE, "transfer"), drawn(ALICE, "rename"), drawn(BOB, "change_keys")]
    Witness(real).look(may, 5, 50)
