"""All shares of a snapshot: places, salts, root and paths as the document says, and nothing that links two snapshots."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.reserveerrors import ReserveOverflow, SharesCollide
from app.reserve import shares as shares_module
from app.reserve.hasher import PlainHasher, RowHasher, best_hasher
from app.reserve.shares import Binding, Owed, Share, Shares
from tests.fakes.reserves import owed_to
from tests.reserve import model
from tests.reserve.test_tree import steps

BINDING = Binding("luopu-test", b"voucher of grain", sha256(b"header").digest(), bytes(range(32)))
QUICK = settings(max_examples=60, deadline=None)
ROWS = st.lists(
    st.tuples(
        st.integers(1, 2**64 - 1), st.binary(min_size=20, max_size=20), st.one_of(st.just(0), st.integers(0, 2**50))
    ),
    min_size=1,
    max_size=200,
    unique_by=lambda row: row[:2],
)


def owed_of(rows: Sequence[model.Owed]) -> Owed:
    """The same list in arrays."""
    addresses = np.frombuffer(b"".join(row.address for row in rows), np.uint8).reshape(-1, 20)
    serials = [row.serial for row in rows if row.serial is not None]
    return Owed(
        np.array([row.account for row in rows], np.uint64),
        addresses,
        np.array([row.balance for row in rows], np.uint64),
        np.array(serials, np.uint64) if serials else None,
    )


def rows_of(owed: Owed) -> list[model.Owed]:
    """The same list for the model."""
    serials = [None] * len(owed.numbers) if owed.serials is None else owed.serials.tolist()
    columns = zip(owed.numbers.tolist(), owed.addresses, owed.balances.tolist(), serials, strict=True)
    return [model.Owed(number, address.tobytes(), balance, serial) for number, address, balance, serial in columns]


def shown(shares: Shares) -> list[Share]:
    """What every row is shown."""
    return list(shares.shares(np.arange(len(shares.owed.numbers), dtype=np.int32)))


def check_same(shares: Shares, rows: Sequence[model.Owed], padding: int = 0, binding: Binding = BINDING) -> None:
    """Root, total, and all that every user is shown, are those of the model."""
    made = model.snapshot(binding.chain_id, binding.voucher, binding.header_digest, binding.master, rows, padding)
    assert shares.root == model.root(binding.header_digest, model.top(made.leaves))
    assert shares.tree.total == sum(row.balance for row in rows)
    for row, place, share in zip(rows, made.places, shown(shares), strict=True):
        assert (share.position, share.salt) == place
        assert (share.balance, share.serial) == (row.balance, row.serial)
        assert steps(share.path) == model.path(made.leaves, share.position)


# ---- the same as the model ---------------------------------------------------------------------------------------------
@QUICK
@given(ROWS, st.integers(0, 30))
def test_lists_of_amounts(drawn: list[tuple[int, bytes, int]], padding: int) -> None:
    rows = [model.Owed(*row) for row in drawn]
    check_same(Shares(PlainHasher(), BINDING, owed_of(rows), padding), rows, padding)


@QUICK
@given(ROWS, st.data())
def test_lists_of_serials(drawn: list[tuple[int, bytes, int]], data: st.DataObject) -> None:
    serials = data.draw(
        st.lists(st.integers(1, 2**64 - 1), min_size=len(drawn), max_size=len(drawn), unique=True), label="serials"
    )
    rows = [model.Owed(row[0], row[1], 1, serial) for row, serial in zip(drawn, serials, strict=True)]
    check_same(Shares(PlainHasher(), BINDING, owed_of(rows)), rows)


def test_one_user_may_have_many_serials() -> None:
    rows = [model.Owed(7, bytes(20), 1, serial) for serial in range(1, 40)]
    shares = Shares(best_hasher(), BINDING, owed_of(rows))
    check_same(shares, rows)
    assert len({share.salt for share in shown(shares)}) == 39


@settings(max_examples=10, deadline=None)
@given(st.text(min_size=1, max_size=50), st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))
def test_whatever_the_snapshot_is_bound_to(chain_id: str, voucher: bytes, digest: bytes) -> None:
    binding = Binding(chain_id, voucher, digest, sha256(digest).digest())
    for owed in (owed_to([5, 0, 3]), owed_to([1, 1], serials=[2, 9])):
        check_same(Shares(PlainHasher(), binding, owed, 2), rows_of(owed), 2, binding)


@pytest.mark.parametrize("hasher", [PlainHasher(), best_hasher()], ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("padding", [0, 1, 50])
def test_a_longer_list_in_pieces(hasher: RowHasher, padding: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares_module, "PIECE", 64)
    owed = owed_to([each * 17 % 101 for each in range(300)])
    check_same(Shares(hasher, BINDING, owed, padding), rows_of(owed), padding)


# ---- one root ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 2, 3, 4, 31, 100, 1_000, 4_999, 5_000])
def test_both_hashers_give_one_root(count: int) -> None:
    owed = owed_to([each % 1_000 for each in range(count)])
    one, other = (Shares(hasher, BINDING, owed, padding=count % 7) for hasher in (PlainHasher(), best_hasher()))
    assert one.root == other.root
    assert one.tree.total == other.tree.total == int(owed.balances.sum())
    some = np.array([0, count // 2, count - 1], np.int32)
    assert list(one.shares(some)) == list(other.shares(some))


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(60)))
def test_the_order_of_the_list_does_not_matter(order: list[int]) -> None:
    owed = owed_to(list(range(60)))
    mixed = Owed(owed.numbers[order], owed.addresses[order], owed.balances[order])
    one, other = Shares(PlainHasher(), BINDING, owed), Shares(PlainHasher(), BINDING, mixed)
    assert one.root == other.root
    mine, theirs = shown(one), shown(other)
    assert [mine[row] for row in order] == theirs


def test_every_change_of_the_list_changes_the_root() -> None:
    owed = owed_to([5, 3, 0])
    changed = [
        replace(owed, balances=owed.balances + np.array([0, 0, 1], np.uint64)),
        replace(owed, balances=owed.balances[[1, 0, 2]]),
        replace(owed, numbers=owed.numbers + np.array([0, 9, 0], np.uint64)),
        replace(owed, addresses=owed.addresses[::-1].copy()),
        owed_to([5, 3]),
        owed_to([5, 3, 0, 0]),
    ]
    roots = {Shares(PlainHasher(), BINDING, each).root for each in (owed, *changed)}
    roots.add(Shares(PlainHasher(), BINDING, owed, padding=1).root)
    assert len(roots) == 8


# ---- what is refused ---------------------------------------------------------------------------------------------------
def twice(owed: Owed, first: int, second: int) -> Owed:
    """The list with one row where another was."""
    rows = np.arange(len(owed.numbers))
    rows[second] = first
    serials = None if owed.serials is None else owed.serials[rows]
    return Owed(owed.numbers[rows], owed.addresses[rows], owed.balances, serials)


@pytest.mark.parametrize(("first", "second"), [(0, 1), (3, 19), (19, 0), (7, 5)])
def test_a_user_in_two_rows_is_refused_by_their_numbers(first: int, second: int) -> None:
    with pytest.raises(SharesCollide) as refused:
        Shares(best_hasher(), BINDING, twice(owed_to(list(range(20))), first, second), padding=3)
    rows = sorted((first + 1, second + 1))
    assert [refused.value.facts["row"], refused.value.facts["other"]] == rows


def test_a_serial_owed_to_two_users_is_refused_by_their_rows() -> None:
    owed = owed_to([1] * 6, serials=[5, 6, 7, 8, 6, 9])
    with pytest.raises(SharesCollide) as refused:
        Shares(best_hasher(), BINDING, owed)
    assert (refused.value.facts["row"], refused.value.facts["other"]) == (2, 5)


def test_more_than_any_voucher_can_have_is_refused() -> None:
    with pytest.raises(ReserveOverflow):
        Shares(best_hasher(), BINDING, owed_to([2**64 - 1, 1]))


def test_positions_whose_first_bytes_are_equal_stand_in_order() -> None:
    """Which never happens by chance."""
    rng = np.random.default_rng(5)
    positions = rng.integers(0, 2, (200, 32), dtype=np.uint8)
    order = shares_module._order(positions)
    ordered = [positions[each].tobytes() for each in order]
    assert ordered == sorted(ordered)


# ---- what others learn ---------------------------------------------------------------------------------------------------
def test_two_snapshots_of_one_list_have_nothing_in_common() -> None:
    owed = owed_to([each % 5 for each in range(120)])
    other = replace(BINDING, header_digest=sha256(b"the next header").digest())
    one, two = (Shares(best_hasher(), binding, owed, padding=20) for binding in (BINDING, other))
    for part in (lambda share: share.position, lambda share: share.salt, lambda share: share.path[1:33]):
        assert not set(map(part, shown(one))) & set(map(part, shown(two)))
    assert not {each.tobytes() for each in one.tree.hashes} & {each.tobytes() for each in two.tree.hashes}
    assert sorted(one.tree.sums[:140].tolist()) == sorted(two.tree.sums[:140].tolist())
    assert one.tree.sums[:140].tolist() != two.tree.sums[:140].tolist()


def test_another_secret_gives_other_places_and_salts() -> None:
    owed = owed_to([1, 2, 3])
    one, two = (Shares(best_hasher(), replace(BINDING, master=bytes([each]) * 32), owed) for each in (1, 2))
    assert not {share.position for share in shown(one)} & {share.position for share in shown(two)}
    assert not {share.salt for share in shown(one)} & {share.salt for share in shown(two)}


def test_snapshots_of_serials_share_their_places_and_nothing_else() -> None:
    owed = owed_to([1] * 30, serials=list(range(1, 31)))
    other = replace(BINDING, header_digest=sha256(b"the next header").digest())
    one, two = (Shares(best_hasher(), binding, owed) for binding in (BINDING, other))
    assert [share.position for share in shown(one)] == [share.position for share in shown(two)]
    assert not {share.salt for share in shown(one)} & {share.salt for share in shown(two)}
    assert not {each.tobytes() for each in one.tree.hashes} & {each.tobytes() for each in two.tree.hashes}


def test_a_path_shows_sums_of_branches_and_nothing_of_anybody() -> None:
    owed = owed_to([1_000 + 7 * each for each in range(200)])
    shares = Shares(best_hasher(), BINDING, owed)
    rows = rows_of(owed)
    made = model.snapshot(BINDING.chain_id, BINDING.voucher, BINDING.header_digest, BINDING.master, rows)
    secrets = {model.user_digest(BINDING.chain_id, row.account, row.address) for row in rows}
    secrets |= {row.address for row in rows} | {part for place in made.places for part in place}
    for share in shown(shares):
        assert not [secret for secret in secrets if secret in share.path]
        for depth, _, total in steps(share.path):
            branch = model.beside(made.leaves, share.position, depth)
            assert branch
            assert total == sum(made.leaves[each][1] for each in branch)
        assert sum(total for _, _, total in steps(share.path)) + share.balance == shares.tree.total


def test_a_path_has_about_as_many_sums_as_the_count_has_bits() -> None:
    lengths = [len(share.path) // 49 for share in shown(Shares(best_hasher(), BINDING, owed_to([1] * 1_024)))]
    assert 10 <= sum(lengths) / len(lengths) <= 13
    assert max(lengths) < 30


def test_a_neighbour_s_hash_cannot_be_found_by_guessing_who_it_is() -> None:
    """Whoever knows all users and all balances still lacks position and salt."""
    shares = Shares(best_hasher(), BINDING, owed_to([5, 3]))
    row = rows_of(shares.owed)[1]
    uid = model.user_digest(BINDING.chain_id, row.account, row.address)
    mine, theirs = shown(shares)
    assert mine.path[1:33] == model.leaf(theirs.position, uid, theirs.salt, 3)[0]
    for guess in (bytes(32), mine.position, mine.salt):
        assert mine.path[1:33] != model.leaf(theirs.position, uid, guess, 3)[0]


def test_leaves_of_zero_hide_how_many_users_there_are() -> None:
    few = Shares(best_hasher(), BINDING, owed_to([5]), padding=63)
    many = Shares(best_hasher(), BINDING, owed_to([5] + [1] * 63))
    assert few.tree.leaves == many.tree.leaves == 64
    assert few.tree.total == 5
    assert len(shown(few)[0].path) >= 49
