"""What is said of a cost before anybody signs is enough for what it will be."""

import pytest

from app.client.drafting import (
    DAY_BLOCKS,
    OLD_NS,
    PEERS_BEHIND,
    SIGNATURE_BYTES,
    SIGNED_HERE,
    USUAL_BLOCKS,
    Lasting,
    in_order,
    last_height,
    lasting_until,
    points_for,
)
from app.client.model import ChainParameters, NodeStatus
from app.core.errors import UsageError
from app.core.keys import Algorithm
from app.core.units import Nanoseconds
from app.wallet.approval import describe
from app.wallet.matter import matter_of
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


# ---- until when --------------------------------------------------------------------------------------------------------
HEIGHT, WEEK, NOW = 5_000, 201_600, 1_800_000_000 * 10**9


def status(*, age_ns: int = 3 * 10**9, target: int | None = HEIGHT + 1) -> NodeStatus:
    return NodeStatus(
        chain_id="luopu-test",
        genesis_fingerprint=bytes(32),
        height=HEIGHT,
        block_hash=bytes(32),
        app_hash=bytes(32),
        block_time_ns=NOW - age_ns,
        target_height=target,
        target_time_ns=None,
        blocks_per_second=0.0,
        signed_validators=4,
        total_validators=4,
        signed_power=40,
        total_power=40,
        peers=(),
        halted=None,
    )


def blocks(
    at: NodeStatus, window: int = WEEK, *, needs_others: bool = False, lasting: Lasting = SIGNED_HERE, now: int = NOW
) -> int:
    return last_height(at, window, Nanoseconds(now), needs_others=needs_others, lasting=lasting) - HEIGHT


def test_what_is_sent_at_once_lasts_half_an_hour_and_what_others_sign_a_day() -> None:
    assert blocks(status()) == USUAL_BLOCKS == 600
    assert blocks(status(), needs_others=True) == DAY_BLOCKS == 28_800


@pytest.mark.parametrize("at", [status(target=None), status(age_ns=OLD_NS + 1)], ids=["no peer", "old block"])
@pytest.mark.parametrize("needs_others", [False, True])
def test_without_a_network_it_lasts_as_long_as_the_law_allows(at: NodeStatus, needs_others: bool) -> None:
    assert blocks(at, needs_others=needs_others) == WEEK


def test_a_block_is_old_after_ten_minutes_and_one_of_the_future_is_not() -> None:
    assert blocks(status(age_ns=OLD_NS)) == USUAL_BLOCKS
    assert blocks(status(age_ns=-OLD_NS)) == USUAL_BLOCKS
    assert OLD_NS == 600 * 10**9


@pytest.mark.parametrize("needs_others", [False, True])
def test_what_is_signed_on_another_computer_lasts_as_long_as_the_law_allows(needs_others: bool) -> None:
    assert blocks(status(), needs_others=needs_others, lasting=Lasting(is_signed_elsewhere=True)) == WEEK


@pytest.mark.parametrize("window", [1, 2, 10, 199, 200, 600, 30_000, WEEK])
def test_nothing_lasts_longer_than_the_law_allows_and_a_peer_that_is_behind_takes_what_is_sent_at_once(
    window: int,
) -> None:
    behind = min(PEERS_BEHIND, window // 2)
    for lasting in (SIGNED_HERE, Lasting(window)):
        assert 1 <= blocks(status(), window, lasting=lasting) <= window - behind
        assert 1 <= blocks(status(), window, needs_others=True, lasting=lasting) <= window
        assert blocks(status(target=None), window, lasting=lasting) == window


def test_a_clerk_may_say_how_long() -> None:
    for wanted in (1, 90, 100_000):
        assert blocks(status(), lasting=Lasting(wanted)) == wanted
        assert blocks(status(target=None), lasting=Lasting(wanted)) == wanted
        assert blocks(status(), lasting=Lasting(wanted, is_signed_elsewhere=True)) == wanted


@pytest.mark.parametrize("wanted", [-1, 0, WEEK + 1])
def test_more_than_the_law_allows_is_refused(wanted: int) -> None:
    with pytest.raises(UsageError) as refused:
        blocks(status(), lasting=Lasting(wanted))
    assert refused.value.facts == {"argument": "valid-for", "expected": f"1 … {WEEK} blocks", "got": wanted}


def test_a_draft_that_lasts_longer_says_the_same_otherwise() -> None:
    draft = build_action(1, make_key(3))
    longer = lasting_until(draft, 77_777)
    before, after = describe(draft), describe(longer)
    assert (after.valid_until, after.nonce, after.approvers) == (77_777, before.nonce, before.approvers)
    assert (after.facts, matter_of(longer)) == (before.facts, matter_of(draft))
