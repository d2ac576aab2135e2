"""Maker and checkers sign one body, each once, in the order that the chain takes."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.refusals import AlreadySigned, Malformed, RoleMissing
from app.core.transaction import SignatureEntry, decode_transaction, encode_transaction
from app.core.walleterrors import NotWhatWasShown
from app.wallet.approval import Draft, describe, sign
from app.wallet.signatures import Signed, check_may_sign, decode_signed, merge, sign_next
from app.wallet.softkey import UnlockedKey
from tests.wallet.actions import UNHURRIED
from tests.wallet.conftest import build_action, make_key, signed_by

MAKER = make_key(0)
CHECKERS = sorted((make_key(number) for number in (50, 100, 150)), key=lambda key: key.public_key)
DRAFT = build_action(1, *CHECKERS)


@pytest.mark.parametrize("order", list(permutations(CHECKERS)))
def test_in_whatever_order_checkers_sign_the_bytes_are_the_same(order: tuple[UnlockedKey, ...]) -> None:
    signed = signed_by(DRAFT, MAKER, *order)
    assert signed.is_complete
    assert signed.missing == ()
    transaction = decode_transaction(signed.raw)
    keys = [MAKER.public_key, *(key.public_key for key in CHECKERS)]
    assert [entry.key for entry in transaction.signatures] == keys
    assert (transaction.body_bytes, transaction.hash) == (DRAFT.body_bytes, signed.hash)
    assert signed.raw == signed_by(DRAFT, MAKER, *CHECKERS).raw


def test_without_approvers_the_maker_s_signature_is_all() -> None:
    assert signed_by(build_action(), MAKER).is_complete


def test_who_is_missing_is_told() -> None:
    signed = signed_by(DRAFT, MAKER, CHECKERS[1])
    assert not signed.is_complete
    assert signed.maker == MAKER.public_key
    assert signed.missing == (CHECKERS[0].public_key, CHECKERS[2].public_key)
    assert decode_signed(signed.raw) == signed


def test_an_approver_is_not_the_maker_and_nobody_else_approves() -> None:
    with pytest.raises(RoleMissing):
        check_may_sign(DRAFT, None, CHECKERS[0].public_key)
    before = signed_by(DRAFT, MAKER)
    with pytest.raises(RoleMissing):
        check_may_sign(DRAFT, before, make_key(9).public_key)
    for signed, key in ((before, MAKER), (signed_by(DRAFT, MAKER, CHECKERS[0]), CHECKERS[0])):
        with pytest.raises(AlreadySigned):
            sign_next(DRAFT, describe(DRAFT), signed, key)


def entries_of(*keys: UnlockedKey, draft: Draft = DRAFT) -> list[SignatureEntry]:
    return [sign(draft, describe(draft), key) for key in keys]


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [CHECKERS[0]],
        [CHECKERS[0], MAKER],
        [MAKER, CHECKERS[1], CHECKERS[0]],
        [MAKER, make_key(9)],
        [MAKER, CHECKERS[0], make_key(9)],
    ],
    ids=["nobody", "no maker", "maker last", "descending", "not named", "one more"],
)
def test_signatures_that_the_chain_does_not_take_are_none(keys: list[UnlockedKey]) -> None:
    entries = entries_of(*keys)
    with pytest.raises(Malformed):
        Signed(DRAFT, tuple(entries))
    with pytest.raises(Malformed):
        decode_signed(encode_transaction(DRAFT.body_bytes, entries))


def test_a_signature_over_something_else_is_none() -> None:
    (maker,) = entries_of(MAKER)
    (other,) = entries_of(CHECKERS[0], draft=build_action(2, *CHECKERS))
    with pytest.raises(NotWhatWasShown):
        Signed(DRAFT, (maker, other))


@UNHURRIED
@given(st.data())
def test_a_byte_changed_on_the_way_is_found_out(data: st.DataObject) -> None:
    raw = bytearray(signed_by(DRAFT, MAKER, CHECKERS[2]).raw)
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises((Malformed, NotWhatWasShown)):
        decode_signed(bytes(raw))


def test_signatures_of_two_desks_come_together() -> None:
    one, other = signed_by(DRAFT, MAKER, CHECKERS[2]), signed_by(DRAFT, MAKER, CHECKERS[0])
    both = signed_by(DRAFT, MAKER, CHECKERS[0], CHECKERS[2])
    assert merge(one, other) == merge(other, one) == merge(both, one) == both


def test_what_does_not_belong_together_does_not_come_together() -> None:
    signed = signed_by(DRAFT, MAKER)
    others = [signed_by(build_action(2, *CHECKERS), MAKER), signed_by(DRAFT, make_key(9))]
    for other in others:
        with pytest.raises(NotWhatWasShown):
            merge(signed, other)


def test_two_signatures_of_one_key_would_be_two_transactions() -> None:
    """A key may sign one digest in two ways (P-256 from a token): then nobody would know by which hash to wait."""
    first = signed_by(DRAFT, MAKER, CHECKERS[0])
    second = signed_by(DRAFT, MAKER, CHECKERS[0])
    forged = SignatureEntry(CHECKERS[0].public_key, bytes(64))
    object.__setattr__(second, "signatures", (second.signatures[0], forged))  # no softkey does it
    with pytest.raises(NotWhatWasShown):
        merge(first, second)
