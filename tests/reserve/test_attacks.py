"""A custodian that cheats: each trick that is known against such proofs, really published, found out by whoever is cheated.

The bank holds less than it owes, or something else than it says. It may build any tree, publish any root that the law lets it
publish, and hand out any paper. What only colluding validators could do is in `test_collusion`.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.core.refusals import CustodyShort
from app.core.units import Hash32
from app.core.verification import Verdict
from app.reserve.proof import PathStep, encode_proof
from tests.fakes.custody import BANK, CustodyChain, attestation
from tests.reserve import model
from tests.reserve.forge import (
    ANN,
    BOB,
    LEFT,
    RIGHT,
    Fraud,
    User,
    fraud,
    is_valid,
    judge,
    reason,
    verdict,
)
from tests.reserve.model import h, number


def test_the_honest_custodian_convinces_both(held: Fraud) -> None:
    assert [is_valid(paper, held.chain.genesis) for paper in held.papers([ANN, BOB])] == [True, True]


# ---- sums ------------------------------------------------------------------------------------------------------------
def test_what_is_not_there_cannot_be_published(short: Fraud) -> None:
    action = attestation(short.ground.header, bytes(32), 8)
    assert isinstance(short.chain.refusal(BANK, attest_custody=action), CustodyShort)


def test_whoever_hashes_only_the_larger_sum_is_found_out(short: Fraud) -> None:
    """Nodes over max(L, R): 5 + 3 shown as 5. Whatever sum the other branch is said to have."""
    one, two = short.leaves([ANN, BOB]).values()
    top = h(b"\1", number(0, 1), one[0], two[0], number(5, 16)), 5
    publication = short.publish(short.root(top), 5)
    for claimed in range(9):
        assert verdict(short, short.paper(ANN, [(0, two[0], claimed)], publication))[0] == "publication"
        assert verdict(short, short.paper(BOB, [(0, one[0], claimed)], publication))[0] == "publication"


def test_a_branch_with_another_sum_for_each_user_convinces_one_of_them_at_most(short: Fraud) -> None:
    """To Ann Bob's branch has 0, to Bob Ann's has 2: each sum is inside the hash, so there is one root for one view."""
    one, two = short.leaves([ANN, BOB]).values()
    for_ann = model.node(0, one, (two[0], 0))
    publication = short.publish(short.root(for_ann), 5)
    assert is_valid(short.paper(ANN, [(0, two[0], 0)], publication), short.chain.genesis)
    for claimed in range(9):
        assert verdict(short, short.paper(BOB, [(0, one[0], claimed)], publication))[0] == "publication"


def test_one_hash_with_two_balances_is_found_out(short: Fraud) -> None:
    """Leaves without their balance inside: Ann is shown 5, and 2 are counted."""
    uid = model.user_digest(short.chain.chain_id, ANN.number, ANN.name.address)
    bare = h(b"\0", LEFT, uid, ANN.salt)
    two = short.leaves([BOB])[RIGHT]
    publication = short.publish(short.root(model.node(0, (bare, 2), two)), 5)
    for balance in (2, 5):
        paper = short.paper(replace(ANN, balance=balance), [(0, two[0], 3)], publication)
        assert verdict(short, paper)[0] == "publication"


def test_a_balance_changed_in_a_paper_is_found_out(held: Fraud) -> None:
    paper, _ = held.papers([ANN, BOB])
    for balance in (0, 4, 6, 2**64, 2**128 - 1):
        changed = replace(paper, leaf=replace(paper.leaf, balance=balance))
        assert verdict(held, changed)[0] in {"tree", "publication"}


@pytest.mark.parametrize("negative", [1, 3, 5])
def test_a_negative_branch_is_an_overflow(chain: CustodyChain, negative: int) -> None:
    """2^128 - 3 is what -3 looks like: 5 - 3 = 2 are all that would be owed. The root is published as the sum that wraps."""
    made = fraud(chain, chain.issue({BANK: 2}))
    wrapped, total = 2**128 - negative, 5 - negative
    one, other = made.leaves([ANN])[LEFT], h(b"a branch below nothing")
    top = model.node(0, one, (other, wrapped))[0], total
    paper = made.paper(ANN, [(0, other, wrapped)], made.publish(made.root(top), min(total, 2)))
    assert verdict(made, paper) == ("tree", "sum")


def test_a_negative_balance_cannot_be_written(held: Fraud) -> None:
    data = encode_proof(held.papers([ANN, BOB])[0])
    for text in (b'"-5"', b'"5.0"', b'"05"', b'"+5"', b"5", b"-5", b'""', b'"0x5"', b'"\xd9\xa5"', b'" 5"', b'"5e0"'):
        changed = data.replace(b'"leaf":{"balance":"5"', b'"leaf":{"balance":' + text)
        assert changed != data
        assert reason(judge(changed, held.chain.genesis))[0] == "format"
    for large in (2**128, 10**39, 10**400):
        changed = data.replace(b'"leaf":{"balance":"5"', b'"leaf":{"balance":"%d"' % large)
        assert reason(judge(changed, held.chain.genesis))[0] == "format"


@pytest.mark.parametrize("rest", [0, 1])
def test_the_largest_sum_that_fits_is_no_overflow_and_the_next_is(held: Fraud, rest: int) -> None:
    other = h(b"an enormous branch")
    paper = held.papers([ANN])[0]
    steps = (PathStep(9, Hash32(other), 2**128 - 5 - 1 + rest),)
    assert verdict(held, replace(paper, path=steps)) == [("publication", "total"), ("tree", "sum")][rest]


@pytest.mark.parametrize("published", [0, 5])
def test_a_total_that_wraps_at_2_to_the_64_is_found_out(short: Fraud, published: int) -> None:
    """The publication has 64 bits. Of 2^64 + 5 it would state 5."""
    one, other = short.leaves([ANN])[LEFT], h(b"a branch of 2^64")
    top = model.node(0, one, (other, 2**64))
    assert top[1] == 2**64 + 5
    for root in (short.root(top), short.root((top[0], published))):
        paper = short.paper(ANN, [(0, other, 2**64)], short.publish(root, published))
        assert verdict(short, paper) == ("publication", "total")


def test_the_total_that_is_published_is_that_of_the_tree(short: Fraud) -> None:
    """All leaves are there, and the total is stated lower. Root over the true total, and over the stated."""
    leaves = short.leaves([ANN, BOB])
    top = model.top(leaves)
    for root in (short.root(top), short.root((top[0], 5))):
        publication = short.publish(root, 5)
        for user in (ANN, BOB):
            paper = short.paper(user, model.path(leaves, user.position), publication)
            assert verdict(short, paper) == ("publication", "total")


def test_a_total_that_is_too_high_is_no_proof_either(held: Fraud) -> None:
    """The custodian could hide a user in the difference."""
    for paper in held.papers([ANN], total=8):
        assert verdict(held, paper) == ("publication", "total")


# ---- one leaf, one user ----------------------------------------------------------------------------------------------
def test_one_leaf_cannot_be_shown_to_two_users_who_are_owed_the_same(held: Fraud) -> None:
    twin = replace(BOB, balance=5, position=LEFT)
    paper, *_ = held.papers([ANN])
    assert is_valid(paper, held.chain.genesis)
    for changed in (
        replace(paper, user=twin.name),
        replace(paper, user=replace(twin.name, number=ANN.number)),
        replace(paper, user=replace(twin.name, address=ANN.name.address)),
        replace(paper, user=twin.name, leaf=twin.shown),
    ):
        assert verdict(held, changed) == ("publication", "root")


def test_leaves_without_users_in_them_convince_nobody(short: Fraud) -> None:
    """The custodian leaves the user out of the hash, and gives all who are owed 5 the same leaf."""
    leaf = h(b"\0", LEFT, ANN.salt, number(5, 16))
    publication = short.publish(short.root((leaf, 5)), 5)
    for user in (ANN, replace(BOB, balance=5)):
        paper = short.paper(ANN, [], publication)
        assert verdict(short, replace(paper, user=user.name)) == ("publication", "root")


def test_somebody_else_s_paper_is_not_one_s_own(held: Fraud) -> None:
    genesis, (paper, _) = held.chain.genesis, held.papers([ANN, BOB])
    for name in (str(ANN.number), ANN.name.address.hex(), ANN.name.address.hex().upper(), f" {ANN.number}\n"):
        assert judge(paper, genesis, name).verdict is Verdict.VALID
    for name in (str(BOB.number), BOB.name.address.hex(), "", "0", "020001", "2000", ANN.name.address.hex()[:-2]):
        assert reason(judge(paper, genesis, name)) == ("user", "user")


def test_a_user_in_two_leaves_is_counted_twice(short: Fraud) -> None:
    """Which gains the custodian nothing: it must hold both, whichever the user is shown."""
    again = replace(ANN, position=RIGHT, balance=3)
    action = attestation(short.ground.header, short.root(model.top(short.leaves([ANN, again]))), 8)
    assert isinstance(short.chain.refusal(BANK, attest_custody=action), CustodyShort)
    for paper in short.papers([ANN, again], total=5):
        assert verdict(short, paper) == ("publication", "total")


# ---- the shape of the tree ---------------------------------------------------------------------------------------------
def _leaf(*parts: bytes) -> Callable[[bytes, bytes, bytes, int], bytes]:
    def leaf(position: bytes, uid: bytes, salt: bytes, balance: int) -> bytes:
        known = {b"P": position, b"U": uid, b"S": salt, b"B": number(balance, 16), b"b": number(balance, 8)}
        return h(*(known.get(part, part) for part in parts))

    return leaf


def _node(*parts: bytes) -> Callable[[int, model.Item, model.Item], bytes]:
    def node(depth: int, left: model.Item, right: model.Item) -> bytes:
        known = {b"L": left[0], b"R": right[0], b"D": number(depth, 1), b"T": number(left[1] + right[1], 16)}
        known |= {b"l": number(left[1], 16), b"r": number(right[1], 16)}
        known |= {b"m": number(left[1], 8), b"s": number(right[1], 8)}
        return h(*(known.get(part, part) for part in parts))

    return node


def _root(*parts: bytes) -> Callable[[bytes, model.Item], bytes]:
    def root(digest: bytes, top: model.Item) -> bytes:
        known = {b"H": digest, b"X": top[0], b"T": number(top[1], 16), b"t": number(top[1], 8)}
        return h(*(known.get(part, part) for part in parts))

    return root


TRUE_LEAF, TRUE_NODE = (b"\0", b"P", b"U", b"S", b"B"), (b"\1", b"D", b"L", b"l", b"R", b"r")
TRUE_ROOT = (b"\2", b"H", b"X", b"T")
OTHER_FORMULAS = {
    "the true one": (TRUE_LEAF, TRUE_NODE, TRUE_ROOT),
    "leaf without tag": (TRUE_LEAF[1:], TRUE_NODE, TRUE_ROOT),
    "leaf with the tag of a node": ((b"\1", *TRUE_LEAF[1:]), TRUE_NODE, TRUE_ROOT),
    "leaf without position": ((b"\0", b"U", b"S", b"B"), TRUE_NODE, TRUE_ROOT),
    "leaf without user": ((b"\0", b"P", b"S", b"B"), TRUE_NODE, TRUE_ROOT),
    "leaf without salt": ((b"\0", b"P", b"U", b"B"), TRUE_NODE, TRUE_ROOT),
    "leaf without balance": ((b"\0", b"P", b"U", b"S"), TRUE_NODE, TRUE_ROOT),
    "leaf with a short balance": ((b"\0", b"P", b"U", b"S", b"b"), TRUE_NODE, TRUE_ROOT),
    "node without tag": (TRUE_LEAF, TRUE_NODE[1:], TRUE_ROOT),
    "node with the tag of a leaf": (TRUE_LEAF, (b"\0", *TRUE_NODE[1:]), TRUE_ROOT),
    "node without depth": (TRUE_LEAF, (b"\1", b"L", b"l", b"R", b"r"), TRUE_ROOT),
    "node without sums": (TRUE_LEAF, (b"\1", b"D", b"L", b"R"), TRUE_ROOT),
    "node with one sum": (TRUE_LEAF, (b"\1", b"D", b"L", b"R", b"T"), TRUE_ROOT),
    "node without the left sum": (TRUE_LEAF, (b"\1", b"D", b"L", b"R", b"r"), TRUE_ROOT),
    "node without the right sum": (TRUE_LEAF, (b"\1", b"D", b"L", b"l", b"R"), TRUE_ROOT),
    "node with short sums": (TRUE_LEAF, (b"\1", b"D", b"L", b"m", b"R", b"s"), TRUE_ROOT),
    "node with its sides changed": (TRUE_LEAF, (b"\1", b"D", b"R", b"r", b"L", b"l"), TRUE_ROOT),
    "node with its sums changed": (TRUE_LEAF, (b"\1", b"D", b"L", b"r", b"R", b"l"), TRUE_ROOT),
    "root without tag": (TRUE_LEAF, TRUE_NODE, TRUE_ROOT[1:]),
    "root with the tag of a node": (TRUE_LEAF, TRUE_NODE, (b"\1", *TRUE_ROOT[1:])),
    "root without header": (TRUE_LEAF, TRUE_NODE, (b"\2", b"X", b"T")),
    "root without total": (TRUE_LEAF, TRUE_NODE, (b"\2", b"H", b"X")),
    "root with a short total": (TRUE_LEAF, TRUE_NODE, (b"\2", b"H", b"X", b"t")),
}


@pytest.mark.parametrize("name", OTHER_FORMULAS)
def test_a_tree_of_another_formula_is_none(held: Fraud, name: str) -> None:
    """Each thing that is left out of a hash is one that could be changed behind somebody's back."""
    leaf, node, root = OTHER_FORMULAS[name]
    items = {}
    for user in (ANN, BOB):
        uid = model.user_digest(held.chain.chain_id, user.number, user.name.address)
        items[user] = _leaf(*leaf)(user.position, uid, user.salt, user.balance), user.balance
    top = _node(*node)(0, items[ANN], items[BOB]), 8
    publication = held.publish(_root(*root)(held.ground.header.digest, top), 8)
    for user, other in ((ANN, BOB), (BOB, ANN)):
        report = judge(held.paper(user, [(0, *items[other])], publication), held.chain.genesis)
        if name == "the true one":
            assert report.verdict is Verdict.VALID
        else:
            assert reason(report) == ("publication", "root")


@pytest.mark.parametrize("length", [0, 8, 16, 20, 31])
def test_hashes_cut_short_are_none(held: Fraud, length: int) -> None:
    """A second leaf for a hash of 16 bytes is found in 2^64 tries. Cut and filled with zeros, or written shorter."""

    def cut(item: model.Item) -> model.Item:
        return item[0][:length].ljust(32, b"\0"), item[1]

    one, two = map(cut, held.leaves([ANN, BOB]).values())
    publication = held.publish(held.root(cut(model.node(0, one, two))), 8)
    paper = held.paper(ANN, [(0, *two)], publication)
    assert verdict(held, paper) == ("publication", "root")
    step = model.number(0, 1).hex() + two[0].hex()
    data = encode_proof(paper)
    assert step.encode() in data
    shorter = data.replace(step.encode(), step[: 2 + 2 * length].encode())
    assert reason(judge(shorter, held.chain.genesis))[0] == "format"


def test_the_leaf_or_the_top_published_in_the_root_s_place(held: Fraud) -> None:
    one, two = held.leaves([ANN, BOB]).values()
    for root, path in ((one[0], []), (model.node(0, one, two)[0], [(0, *two)])):
        paper = held.paper(ANN, path, held.publish(root, 5 if not path else 8))
        assert verdict(held, paper) == ("publication", "root")


def test_a_root_over_one_user_s_leaf_convinces_nobody_else(short: Fraud) -> None:
    """Ann is given a tree of her own. The chain has one root for all, so Bob has none."""
    one = short.leaves([ANN])[LEFT]
    publication = short.publish(short.root(one), 5)
    assert is_valid(short.paper(ANN, [], publication), short.chain.genesis)
    for path in ([], [(0, one[0], 5)], [(0, one[0], 2)], [(0, short.root(one), 2)]):
        assert verdict(short, short.paper(BOB, path, publication))[0] == "publication"


def test_a_path_that_starts_above_the_leaf_is_none(held: Fraud) -> None:
    """The branch that Ann is under, shown as if it were hers; a leaf shown as if it were a branch."""
    carl = User(20_003, 0, bytes([0x55]) * 32)
    paper, _, bob = held.papers([ANN, carl, BOB])
    assert verdict(held, replace(paper, path=paper.path[1:])) == ("publication", "root")
    assert verdict(held, replace(bob, path=())) == ("publication", "total")
    below = PathStep(200, Hash32(bytes(32)), 0)
    assert verdict(held, replace(paper, path=(below, *paper.path))) == ("publication", "root")


def test_a_leaf_on_the_wrong_side_is_none(held: Fraud) -> None:
    """Both leaves are on the left of something: the bit of the position says otherwise."""
    one, two = held.leaves([ANN, BOB]).values()
    publication = held.publish(held.root(model.node(0, two, one)), 8)
    for user, other in ((ANN, two), (BOB, one)):
        assert verdict(held, held.paper(user, [(0, *other)], publication)) == ("publication", "root")


@pytest.mark.parametrize("depth", [1, 7, 8, 100, 255])
def test_a_leaf_at_a_depth_where_its_position_says_the_other_side(held: Fraud, depth: int) -> None:
    for user, other in ((ANN, BOB), (BOB, ANN)):
        mine, theirs = held.leaves([user])[user.position], held.leaves([other])[other.position]
        pair = (theirs, mine) if model.bit(user.position, depth) else (mine, theirs)
        right = model.node(depth, *pair)
        wrong = model.node(depth, *reversed(pair))
        for top, expected in ((right, True), (wrong, False)):
            paper = held.paper(user, [(depth, *theirs)], held.publish(held.root(top), 8))
            assert is_valid(paper, held.chain.genesis) == expected


def test_a_position_of_one_s_own_choice_is_in_the_hash(held: Fraud) -> None:
    paper, _ = held.papers([ANN, BOB])
    for position in (RIGHT, bytes(32), ANN.position[:-1] + b"\0"):
        changed = replace(paper, leaf=replace(paper.leaf, position=Hash32(position)))
        assert verdict(held, changed) == ("publication", "root")


def test_depths_that_do_not_fall_are_no_path(held: Fraud) -> None:
    """A node twice, siblings behind the last, and two nodes of one depth: branches that others do not see."""
    carl = User(20_003, 0, bytes([0x55]) * 32)
    paper, *_ = held.papers([ANN, carl, BOB])
    low, high = paper.path
    assert (low.depth, high.depth) == (1, 0)
    zero = PathStep(0, Hash32(bytes(32)), 0)
    for path in ((high, low), (low, high, high), (low, high, zero), (low, low, high), (high, high), (high, zero)):
        assert verdict(held, replace(paper, path=path)) == ("tree", "path")


def test_a_published_tree_with_a_trailing_sibling_is_none(held: Fraud) -> None:
    """The root itself is built that way: two nodes of depth 0."""
    one, two = held.leaves([ANN, BOB]).values()
    zero = bytes(32), 0
    top = model.node(0, model.node(0, one, two), zero)
    paper = held.paper(ANN, [(0, *two), (0, *zero)], held.publish(held.root(top), 8))
    assert verdict(held, paper) == ("tree", "path")


@pytest.mark.parametrize("depth", [1, 2, 128, 255])
def test_an_extra_sibling_of_zero_is_none(held: Fraud, depth: int) -> None:
    paper, _ = held.papers([ANN, BOB])
    extra = PathStep(depth, Hash32(bytes(32)), 0)
    assert verdict(held, replace(paper, path=(extra, *paper.path))) == ("publication", "root")


def test_every_depth_may_have_a_node_and_none_may_have_two(held: Fraud) -> None:
    paper, _ = held.papers([ANN, BOB])
    steps = tuple(PathStep(depth, Hash32(bytes(32)), 0) for depth in range(255, -1, -1))
    assert verdict(held, replace(paper, path=steps)) == ("publication", "total")
    assert reason(judge(replace(paper, path=(*steps, steps[-1])), held.chain.genesis))[0] == "format"
