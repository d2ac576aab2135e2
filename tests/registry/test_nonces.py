"""Used nonces under the root: each block links to the one before, and a suffix holds all that can still come back."""

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.units import Height
from app.core.wire import registry_pb2 as wire
from app.node.store.staging import Staging
from app.node.store.state import AuthenticatedState
from app.registry.nonces import UsedNonce
from app.registry.state import NONCES_KEY, read_nonce_head
from tests.fakes.keyvalue import MemoryKeyValue
from tests.registry.world import (
    ALPHA,
    BETA,
    GAMMA,
    POOR,
    STRANGER,
    Chain,
    Member,
    codes,
    first_record,
    nonce,
    notarize,
)

Nonces = dict[tuple[bytes, bytes], int]
"""Expiry by sender and nonce."""
ALIEN = [b"junk", notarize(STRANGER, 1), notarize(ALPHA, 1, key=BETA.keys[0]), notarize(ALPHA, 1, valid_until=99)]
"""Nobody is known to have made these in time."""


def digest(block: bytes) -> bytes:
    """What the next block names, and the head."""
    return sha256(b"luopu.nonces.v1\x00" + block).digest()


def decoded(block: bytes) -> wire.NonceBlock:
    """A block that is in its one encoding."""
    message = wire.NonceBlock.FromString(block)
    assert message.SerializeToString(deterministic=True) == block
    return message


# ---- the links ------------------------------------------------------------------------------------------------------
def test_the_first_block_that_uses_a_nonce_has_nothing_before_it_and_becomes_the_head() -> None:
    chain = Chain()
    assert NONCES_KEY not in chain.values
    chain.skip(2)
    outcome = chain.accept(notarize(ALPHA, 1, valid_until=7))
    used = wire.UsedNonce(sender=ALPHA.address, nonce=nonce(1), valid_until=7)
    assert decoded(outcome.nonce_block) == wire.NonceBlock(height=3, horizon=7, nonces=[used])
    assert read_nonce_head(chain.values) == wire.NonceHead(digest=digest(outcome.nonce_block), horizon=7)


def test_every_block_that_uses_a_nonce_names_the_one_before_whatever_lies_between() -> None:
    chain, blocks = Chain(), []
    for number in range(4):
        blocks.append(chain.accept(notarize(ALPHA, number, valid_until=number * 3 + 4)).nonce_block)
        chain.skip(number)
        chain.block(*ALIEN)
    assert [decoded(block).previous for block in blocks] == [b"", *map(digest, blocks[:-1])]
    assert [decoded(block).height for block in blocks] == [1, 3, 6, 10]
    assert read_nonce_head(chain.values).digest == digest(blocks[-1])


def test_a_block_lists_its_nonces_in_order_also_of_what_was_refused_once_its_sender_was_known() -> None:
    chain = Chain()
    bad = notarize(BETA, 3, first_record(BETA.address, nonce(3), sha256=b""), valid_until=2)
    short = [notarize(POOR, number) for number in range(3)]
    outcome = chain.block(notarize(GAMMA, 1), *ALIEN, bad, *short, notarize(ALPHA, 1), notarize(ALPHA, 1))
    assert codes(outcome) == [10, 2, 7, 9, 5, 16, 0, 0, 11, 0, 6]
    expected = [(GAMMA, 1, 5), (BETA, 3, 2), (POOR, 0, 5), (POOR, 1, 5), (POOR, 2, 5), (ALPHA, 1, 5)]
    listed = [(used.sender, used.nonce, used.valid_until) for used in decoded(outcome.nonce_block).nonces]
    assert listed == [(sender.address, nonce(name), until) for sender, name, until in expected]
    assert outcome.nonces == tuple(UsedNonce(*each) for each in listed)


def test_blocks_that_use_no_nonce_leave_head_and_root_alone() -> None:
    chain, state = Chain(), AuthenticatedState(Staging(MemoryKeyValue()))
    state.apply(Height(0), dict(chain.values), [])
    first = chain.accept(notarize(ALPHA, 1))
    root = state.apply(Height(1), dict(first.writes), list(first.entries))
    for height, transactions in enumerate([[], ALIEN, [notarize(ALPHA, 1)], []], 2):
        head = read_nonce_head(chain.values)
        outcome = chain.block(*transactions)
        assert all(receipt.code for receipt in outcome.receipts)
        assert (outcome.nonce_block, dict(outcome.writes), outcome.nonces) == (b"", {}, ())
        assert read_nonce_head(chain.values) == head
        assert state.apply(Height(height), dict(outcome.writes), list(outcome.entries)) == root


def test_a_used_nonce_changes_the_root_even_where_nothing_else_changes() -> None:
    chain = Chain()
    chain.accept(notarize(POOR, 1), notarize(POOR, 2))
    outcome = chain.block(notarize(POOR, 3))
    assert (outcome.receipts[0].code, set(outcome.writes)) == (11, {NONCES_KEY})


def test_the_horizon_never_falls() -> None:
    chain, horizons = Chain(), []
    for number, until in enumerate((4, 9, 5, 7, 6, 10)):
        outcome = chain.accept(
            notarize(ALPHA, number, valid_until=until), notarize(BETA, number, valid_until=number + 1)
        )
        horizons.append(decoded(outcome.nonce_block).horizon)
        assert read_nonce_head(chain.values).horizon == horizons[-1]
    assert horizons == [4, 9, 9, 9, 9, 10]


# ---- who takes over a state -----------------------------------------------------------------------------------------
def shipped(blocks: Sequence[bytes], height: int) -> list[bytes]:
    """What is handed over with the state at a height: the newest block whose horizon has passed, and all after it."""
    passed = [index for index, block in enumerate(blocks) if decoded(block).horizon <= height]
    return list(blocks[passed[-1] if passed else 0 :])


def taken_over(head: wire.NonceHead, height: int, untrusted_blocks: Sequence[bytes]) -> Nonces | None:
    """Every nonce that can still come back after `height`, or None where the blocks do not show that these are all."""
    if not untrusted_blocks:
        return None if head.digest else {}
    messages = [decoded(block) for block in untrusted_blocks]
    links = [message.previous for message in messages[1:]] + [head.digest]
    is_begin = not messages[0].previous or messages[0].horizon <= height
    if not is_begin or links != [digest(block) for block in untrusted_blocks]:
        return None
    used = [each for message in messages for each in message.nonces]
    return {(each.sender, each.nonce): each.valid_until for each in used if each.valid_until > height}


Wish = tuple[Member, int, int]
"""Sender, nonce, blocks until expiry."""
WISHES = st.tuples(st.sampled_from([ALPHA, BETA, GAMMA]), st.integers(0, 9), st.integers(1, 3) | st.integers(1, 10))
TRAFFIC = st.lists(st.lists(WISHES, max_size=3) | st.just([]), min_size=4, max_size=20)


def test_what_is_handed_over_holds_every_nonce_that_can_come_back_and_no_block_of_it_can_be_kept_back() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=120, deadline=None)
    @given(TRAFFIC)
    def run(traffic: list[list[Wish]]) -> None:
        chain, blocks, ever = Chain(), [], Nonces()
        for wishes in traffic:
            outcome = chain.block(*raws_of(wishes, chain.height))
            blocks += [outcome.nonce_block] if outcome.nonce_block else []
            ever.update({(used.sender, used.nonce): used.valid_until for used in outcome.nonces})
            head, pieces = read_nonce_head(chain.values), shipped(blocks, chain.height)
            nonces = taken_over(head, chain.height, pieces)
            assert nonces == {key: until for key, until in ever.items() if until > chain.height}
            for left_out in range(len(pieces)):
                assert taken_over(head, chain.height, pieces[:left_out] + pieces[left_out + 1 :]) is None
            seen["shorter"] += len(pieces) < len(blocks)
            seen["needed"] += bool(nonces) and len(pieces) < len(blocks)

    run()
    assert seen["shorter"] > 50
    assert seen["needed"] > 20


@settings(max_examples=60, deadline=None)
@given(TRAFFIC, TRAFFIC)
def test_who_takes_over_a_state_goes_on_as_who_was_there_from_the_start(
    traffic: list[list[Wish]], later: list[list[Wish]]
) -> None:
    old, new, blocks = Chain(), Chain(), []
    for wishes in traffic:
        outcome = old.block(*raws_of(wishes, old.height))
        blocks += [outcome.nonce_block] if outcome.nonce_block else []
    nonces = taken_over(read_nonce_head(old.values), old.height, shipped(blocks, old.height))
    assert nonces is not None
    new.values, new.nonces, new.height, new.time_ns = dict(old.values), nonces, old.height, old.time_ns
    for wishes in later:
        raws = raws_of(wishes, old.height)
        assert codes(new.block(*raws)) == codes(old.block(*raws))
        assert new.values == old.values


def raws_of(wishes: Sequence[Wish], tip: int) -> list[bytes]:
    """The transactions, each under a nonce that others may have used."""
    return [notarize(sender, name, valid_until=tip + ahead) for sender, name, ahead in wishes]
