"""What is said of a cost before anybody signs is enough for what it will be."""

import pytest

from app.client.drafting import SIGNATURE_BYTES, in_order, points_for
from app.client.model import ChainParameters
from app.core.keys import Algorithm
from app.wallet.softkey import UnlockedKey, derive_public_key
from tests.wallet.conftest import build_action, make_key, signed_by

PARAMETERS = ChainParameters(600, {"rename": 7}, 1, 65_536)


def p256(first: int) -> UnlockedKey:
    secret = bytearray(range(first, first + 32))
    return UnlockedKey(derive_public_key(Algorithm.P256, secret), secret)


@pytest.mark.parametrize("checkers", [0, 1, 15])
@pytest.mark.parametrize("make", [make_key, p256], ids=["ed25519", "p256"])
def test_a_cost_covers_all_who_must_sign(make: object, checkers: int) -> None:
    assert callable(make)
    keys = [make(number) for number in range(1, 2 + checkers)]
    draft = build_action(1, *keys[1:])
    raw = signed_by(draft, *keys).raw
    assert 7 + len(raw) <= points_for(draft, PARAMETERS) <= 7 + len(raw) + SIGNATURE_BYTES * len(keys) // 5


def test_an_action_that_the_node_names_no_price_for_costs_its_bytes() -> None:
    draft = build_action()
    assert points_for(draft, ChainParameters(600, {}, 256, 65_536)) == 1


def test_approvers_are_in_the_order_of_the_law() -> None:
    keys = [p256(1).public_key, make_key(9).public_key, make_key(3).public_key]
    ordered = in_order(keys)
    assert [(key.algorithm, key.data) for key in ordered] == sorted((key.algorithm, key.data) for key in keys)
