"""A custodian that cheats about what it holds: other balances, other vouchers, other people's accounts and pieces."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from google.protobuf.message import Message

from app.core.codec import encode
from app.core.refusals import CustodyNotAssigned, CustodyShort, Refused, VoucherNotCreated
from app.core.wire import ics23_pb2
from app.core.wire import registry_pb2 as wire
from app.reserve.header import Kept
from tests.fakes.custody import BANK, FIRST_OF_MORE, ISSUER, SHOP, CustodyChain, attestation, state_keys
from tests.reserve import model
from tests.reserve.forge import (
    ANN,
    BOB,
    RIGHT,
    UNIQUE,
    Fraud,
    fraud,
    is_valid,
    judge,
    owner,
    piece_papers,
    reason,
    swapped,
    tickets,
    verdict,
)


# ---- what is held ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("balance", [0, 4, 6, 8, 2**64 - 1])
def test_a_header_that_says_more_or_less_than_the_state(short: Fraud, balance: int) -> None:
    """The law would not let it publish more than it has; but what it has later is not what it had at the block."""
    lying = short.with_header(accounts=(Kept(short.chain.account(BANK), balance),))
    transfer = wire.Transfer(legs=[wire.Leg(voucher=short.ground.header.voucher, to=BANK, amount=3)])
    short.chain.do(SHOP, transfer=transfer)
    for paper in lying.papers([ANN, BOB]):
        assert verdict(lying, paper) == ("custody", "custody balance")


def test_holding_enough_when_it_is_published_is_not_holding_enough_at_the_block(short: Fraud) -> None:
    transfer = wire.Transfer(legs=[wire.Leg(voucher=short.ground.header.voucher, to=BANK, amount=3)])
    short.chain.do(SHOP, transfer=transfer)
    for paper in short.papers([ANN, BOB]):
        assert verdict(short, paper) == ("coverage", "reserve-short")
        report = judge(paper, short.chain.genesis)
        assert report.error is not None
        assert dict(report.error.facts) == {"owed": "8", "held": "5", "missing": "3"}


def test_having_given_it_away_before_it_is_published_is_refused_by_the_law(held: Fraud) -> None:
    transfer = wire.Transfer(legs=[wire.Leg(voucher=held.ground.header.voucher, to=SHOP, amount=1)])
    held.chain.do(BANK, transfer=transfer)
    top = model.top(held.leaves([ANN, BOB]))
    action = attestation(held.ground.header, held.root(top), top[1])
    assert isinstance(held.chain.refusal(BANK, attest_custody=action), CustodyShort)


@pytest.mark.parametrize("whose", [SHOP, ISSUER])
def test_the_state_proof_of_another_account_s_holding(short: Fraud, whose: int) -> None:
    chain, header = short.chain, short.ground.header
    other = chain.account(whose)
    amount = chain.held(other, header.voucher)
    shown = chain.show(header.height, state_keys(header.voucher, [other]))
    proofs = short.ground.snapshot.commitments
    lying = short.with_header(accounts=(Kept(chain.account(BANK), amount),))
    snapshot = replace(short.ground.snapshot, commitments=swapped(proofs, {2: shown.commitments[2]}))
    for paper in lying.papers([replace(ANN, balance=4)]):
        assert verdict(lying, replace(paper, snapshot=snapshot)) == ("custody", "key")
    both = replace(snapshot, commitments=shown.commitments)
    for paper in lying.papers([replace(ANN, balance=4)]):
        assert verdict(lying, replace(paper, snapshot=both)) == ("custody", "key")


def test_the_state_proof_of_another_voucher(chain: CustodyChain) -> None:
    """The bank has plenty of one voucher, and owes another."""
    plenty, owed = chain.issue({BANK: 100}), chain.issue({BANK: 5})
    rich = fraud(chain, plenty)
    made = fraud(chain, owed).with_header(height=rich.ground.header.height, block_hash=rich.ground.header.block_hash)
    poor = chain.show(rich.ground.header.height, state_keys(owed, [chain.account(BANK)]))
    lying = made.with_header(accounts=(Kept(chain.account(BANK), 100),))
    proofs = rich.ground.snapshot.commitments
    for commitments in (proofs, swapped(poor.commitments, {2: proofs[2]})):
        snapshot = replace(rich.ground.snapshot, commitments=commitments)
        for paper in lying.papers([ANN]):
            assert verdict(lying, replace(paper, snapshot=snapshot)) == ("custody", "key")


def test_what_is_not_held_at_all(chain: CustodyChain) -> None:
    """The shop's holding, that there is none of, shown as one; and a holding that there is, shown as none."""
    voucher = chain.issue({BANK: 5})
    chain.assign(SHOP, voucher, BANK)
    honest = fraud(chain, voucher, others=[SHOP])
    assert all(is_valid(paper, chain.genesis) for paper in honest.papers([ANN]))
    header, proofs = honest.ground.header, honest.ground.snapshot.commitments
    lying = honest.with_header(accounts=(header.accounts[0], Kept(chain.account(SHOP), 3)))
    for paper in lying.papers([ANN]):
        assert verdict(lying, paper) == ("custody", "custody balance")
    for index, other in ((4, 2), (2, 4), (4, 0)):
        snapshot = replace(honest.ground.snapshot, commitments=swapped(proofs, {index: proofs[other]}))
        for paper in honest.papers([ANN]):
            assert verdict(honest, replace(paper, snapshot=snapshot))[0] in {"format", "custody"}
    none = honest.with_header(accounts=(Kept(chain.account(BANK), 0), header.accounts[1]))
    absent = replace(honest.ground.snapshot, commitments=swapped(proofs, {2: proofs[4]}))
    for paper in none.papers([replace(ANN, balance=0)]):
        assert verdict(none, replace(paper, snapshot=absent)) == ("custody", "key")


def test_a_holding_of_an_earlier_block(chain: CustodyChain) -> None:
    """The bank had 8, gave 3 away, and shows what it had: under the roots of then, or of now."""
    voucher = chain.issue({BANK: 8, SHOP: 1})
    before = fraud(chain, voucher)
    chain.do(BANK, transfer=wire.Transfer(legs=[wire.Leg(voucher=voucher, to=SHOP, amount=3)]))
    now = fraud(chain, voucher)
    lying = now.with_header(accounts=before.ground.header.accounts)
    old, new = before.ground.snapshot, now.ground.snapshot
    chain.do(SHOP, transfer=wire.Transfer(legs=[wire.Leg(voucher=voucher, to=BANK, amount=3)]))
    for paper in lying.papers([ANN, BOB]):
        for snapshot in (replace(new, commitments=old.commitments), replace(new, roots=old.roots)):
            assert verdict(lying, replace(paper, snapshot=snapshot))[0] == "custody"
        assert verdict(lying, replace(paper, snapshot=old)) == ("snapshot", "height")


def test_a_voucher_that_was_not_created_when_it_was_counted(chain: CustodyChain) -> None:
    voucher = chain.issue({}, is_created=False)
    made = fraud(chain, voucher)
    action = attestation(made.ground.header, bytes(32), 0)
    assert isinstance(chain.refusal(BANK, attest_custody=action), VoucherNotCreated)
    chain.create(voucher)
    for paper in made.papers([replace(ANN, balance=0)]):
        assert verdict(made, paper) == ("custody", "voucher")


def test_pieces_shown_as_amounts(chain: CustodyChain) -> None:
    """Nobody would know which piece is theirs."""
    made = fraud(chain, tickets(chain)).with_header(kind="divisible")
    for paper in made.papers([replace(ANN, balance=1)]):
        assert verdict(made, paper) == ("custody", "kind of voucher")


def test_amounts_shown_as_pieces(chain: CustodyChain) -> None:
    """A packed amount of 7 has a serial, too."""
    voucher = chain.issue({BANK: 8})
    chain.do(BANK, split=wire.Split(voucher=voucher, amounts=[7]))
    made = fraud(chain, voucher).with_header(kind="unique")
    (paper,) = piece_papers(made, [owner(20_001, voucher, 1)])
    assert verdict(made, paper) == ("custody", "kind of voucher")


def test_amounts_in_pieces_are_held_like_others(chain: CustodyChain) -> None:
    voucher = chain.issue({BANK: 8})
    chain.do(BANK, split=wire.Split(voucher=voucher, amounts=[2, 5]))
    made = fraud(chain, voucher)
    assert made.ground.header.custody == 8
    assert all(is_valid(paper, chain.genesis) for paper in made.papers([ANN, BOB]))


def rewritten(commitment: bytes, change: Callable[[Any], object], shape: type[Message]) -> bytes:
    """A state proof with another value in it."""
    proof = ics23_pb2.CommitmentProof.FromString(commitment)
    value = shape.FromString(proof.exist.value)
    change(value)
    proof.exist.value = encode(value)
    return encode(proof)


def test_a_voucher_that_another_one_s_proof_would_make_good(chain: CustodyChain) -> None:
    """One that is not created yet, with the proof of one that is; and with what it will be."""
    created, applied = chain.issue({BANK: 5}), chain.issue({}, is_created=False)
    made = fraud(chain, applied)
    other = chain.show(made.ground.header.height, state_keys(created, [])).commitments[0]
    own = made.ground.snapshot.commitments
    later = rewritten(own[0], lambda value: setattr(value, "state", wire.VOUCHER_STATE_CREATED), wire.Voucher)
    chain.create(applied)
    for paper in made.papers([replace(ANN, balance=0)]):
        for proof in (other, later):
            snapshot = replace(paper.snapshot, commitments=swapped(own, {0: proof}))
            assert reason(judge(replace(paper, snapshot=snapshot), chain.genesis))[0] == "custody"


def test_an_account_whose_proof_would_give_it_a_key(held: Fraud) -> None:
    """The shop's key is put among the bank's, and the shop's account is shown in its place."""
    chain, own = held.chain, held.ground.snapshot.commitments
    key = chain.key(SHOP).public_key
    lying = held.with_header(key=key)
    more = rewritten(own[1], lambda value: value.keys.add(key=key.to_wire(), label="02"), wire.Account)
    shop = chain.show(lying.ground.header.height, [b"account/" + chain.account(SHOP).address]).commitments[0]
    renamed = rewritten(shop, lambda value: setattr(value, "id", BANK), wire.Account)
    for paper in lying.papers([ANN, BOB]):
        for proof in (more, shop, renamed):
            snapshot = replace(paper.snapshot, commitments=swapped(own, {1: proof}))
            assert reason(judge(replace(paper, snapshot=snapshot), chain.genesis))[0] == "custody"


def test_a_holding_and_a_piece_whose_proofs_would_say_more(chain: CustodyChain) -> None:
    voucher = tickets(chain)
    made = fraud(chain, voucher).with_header(accounts=(Kept(chain.account(BANK), 4),))
    _, theirs = piece_papers(made, [owner(20_001, voucher, 1), owner(20_002, voucher, 5)])
    own, bank = theirs.snapshot.commitments, chain.account(BANK).address
    holding = rewritten(own[2], lambda value: setattr(value, "packed", 4), wire.Holding)
    piece = rewritten(own[3], lambda value: setattr(value, "owner", bank), wire.Piece)
    for changes, check in (({2: holding}, "root"), ({2: holding, 3: piece}, "root"), ({3: piece}, "custody balance")):
        snapshot = replace(theirs.snapshot, commitments=swapped(own, changes))
        assert reason(judge(replace(theirs, snapshot=snapshot), chain.genesis)) == ("custody", check)


# ---- whose holdings count ----------------------------------------------------------------------------------------------
def test_accounts_that_agreed_count(chain: CustodyChain) -> None:
    voucher = chain.issue({BANK: 5, SHOP: 4})
    chain.assign(SHOP, voucher, BANK)
    made = fraud(chain, voucher, others=[SHOP])
    assert made.ground.header.custody == 9
    assert all(is_valid(paper, chain.genesis) for paper in made.papers([ANN, BOB]))


@pytest.mark.parametrize("kind", [wire.KIND_DIVISIBLE, UNIQUE])
def test_sixteen_accounts_may_count_beside_the_custodian_s(kind: wire.Kind) -> None:
    chain = CustodyChain(more=16)
    others = range(FIRST_OF_MORE, FIRST_OF_MORE + 16)
    voucher = chain.issue({BANK: 1, **{number: number % 3 + 1 for number in others}}, kind)
    for number in others:
        chain.assign(number, voucher, BANK)
    made = fraud(chain, voucher, others=list(others))
    assert len(made.ground.header.accounts) == 17
    if kind == UNIQUE:
        users = [owner(20_000 + serial, voucher, serial) for serial in (1, 2, 7, 20)]
        papers = piece_papers(made, users)
    else:
        papers = made.papers([ANN, BOB])
    assert all(is_valid(paper, chain.genesis) for paper in papers)
    last = made.ground.header.accounts[-1]
    lying = made.with_header(accounts=(*made.ground.header.accounts[:-1], replace(last, balance=last.balance + 1)))
    for paper in piece_papers(lying, users) if kind == UNIQUE else lying.papers([ANN, BOB]):
        assert verdict(lying, paper) == ("custody", "custody balance")


@pytest.mark.parametrize("change", ["never asked", "for another", "taken back"])
def test_accounts_that_did_not_agree_do_not_count(chain: CustodyChain, change: str) -> None:
    """The law refuses the publication that names them; one that does not name them is another than the header says."""
    voucher = chain.issue({BANK: 5, SHOP: 4})
    if change != "never asked":
        chain.assign(SHOP, voucher, ISSUER if change == "for another" else BANK)
    made = fraud(chain, voucher, others=[SHOP])
    if change == "taken back":
        chain.assign(SHOP, voucher, 0)
    action = attestation(made.ground.header, bytes(32), 5)
    assert isinstance(chain.refusal(BANK, attest_custody=action), CustodyNotAssigned)
    for paper in made.papers([ANN], accounts=[]):
        assert verdict(made, paper) == ("publication", "accounts")


def test_a_custodian_whose_own_holding_counts_for_another_has_none(chain: CustodyChain) -> None:
    voucher = chain.issue({BANK: 5})
    chain.assign(BANK, voucher, SHOP)
    made = fraud(chain, voucher)
    action = attestation(made.ground.header, bytes(32), 5)
    assert isinstance(chain.refusal(BANK, attest_custody=action), Refused)


def test_accounts_left_out_of_the_header_or_added_to_it(chain: CustodyChain) -> None:
    voucher = chain.issue({BANK: 8, SHOP: 4, ISSUER: 2})
    for partner in (SHOP, ISSUER):
        chain.assign(partner, voucher, BANK)
    one, two, three = (fraud(chain, voucher, others=others) for others in ([], [SHOP], [ISSUER, SHOP]))
    for made, accounts in ((one, [SHOP]), (two, []), (two, [ISSUER]), (three, [SHOP]), (two, [ISSUER, SHOP])):
        for paper in made.papers([ANN, BOB], accounts=accounts):
            assert verdict(made, paper) == ("publication", "accounts")


def test_an_account_under_another_number_or_address(chain: CustodyChain) -> None:
    voucher = chain.issue({BANK: 8, SHOP: 4})
    made = fraud(chain, voucher)
    bank = chain.account(BANK)
    for name in (replace(bank, number=BANK + 5), replace(bank, number=1)):
        lying = made.with_header(custodian=name, accounts=(Kept(name, 8),))
        for paper in lying.papers([ANN, BOB]):
            assert verdict(lying, paper) == ("custody", "account number")
    name = replace(bank, address=chain.account(SHOP).address)
    lying = made.with_header(custodian=name, accounts=(Kept(name, 8),))
    for paper in lying.papers([ANN, BOB]):
        assert verdict(lying, paper) == ("custody", "key")


# ---- pieces ------------------------------------------------------------------------------------------------------------
def test_everybody_sees_their_own_piece_in_custody(chain: CustodyChain) -> None:
    voucher = tickets(chain)
    chain.assign(SHOP, voucher, BANK)
    made = fraud(chain, voucher, others=[SHOP])
    users = [owner(20_001, voucher, 1), owner(20_001, voucher, 3), owner(20_002, voucher, 4)]
    assert all(is_valid(paper, chain.genesis) for paper in piece_papers(made, users))


@pytest.mark.parametrize(("serial", "whose"), [(4, SHOP), (5, ISSUER), (6, ISSUER)])
def test_a_piece_that_is_somebody_else_s(chain: CustodyChain, serial: int, whose: int) -> None:
    voucher = tickets(chain)
    made = fraud(chain, voucher)
    mine, theirs = piece_papers(made, [owner(20_001, voucher, 1), owner(20_002, voucher, serial)])
    assert is_valid(mine, chain.genesis)
    assert verdict(made, theirs) == ("custody", "owner of the piece")
    report = judge(theirs, chain.genesis)
    assert report.error is not None
    assert report.error.facts["got"] == chain.account(whose).address.hex()


def test_a_piece_that_there_never_was(chain: CustodyChain) -> None:
    voucher = tickets(chain)
    made = fraud(chain, voucher)
    (paper,) = piece_papers(made, [owner(20_001, voucher, 99)])
    assert reason(judge(paper, chain.genesis))[0] == "format"
    own = piece_papers(made, [owner(20_001, voucher, 1)])[0].snapshot
    assert verdict(made, replace(paper, snapshot=own)) == ("custody", "key")


def test_a_piece_that_has_ended(chain: CustodyChain) -> None:
    voucher = tickets(chain)
    chain.do(BANK, redeem=wire.Redeem(voucher=voucher, serials=[2]))
    made = fraud(chain, voucher)
    mine, ended = piece_papers(made, [owner(20_001, voucher, 1), owner(20_002, voucher, 2)])
    assert is_valid(mine, chain.genesis)
    assert verdict(made, ended) == ("custody", "piece")


def test_a_piece_that_the_bank_had_once(chain: CustodyChain) -> None:
    voucher = tickets(chain)
    chain.do(BANK, transfer=wire.Transfer(legs=[wire.Leg(voucher=voucher, to=SHOP, serials=[2])]))
    made = fraud(chain, voucher)
    _, gone = piece_papers(made, [owner(20_001, voucher, 1), owner(20_002, voucher, 2)])
    assert verdict(made, gone) == ("custody", "owner of the piece")


def test_one_serial_promised_to_two_users(chain: CustodyChain) -> None:
    """A serial has one place, so the second can stand nowhere: beside the first, below it, or in a place of its own."""
    voucher = tickets(chain)
    made = fraud(chain, voucher)
    first, second = owner(20_001, voucher, 1), owner(20_002, voucher, 1)
    one, two = (made.leaves([user])[user.position] for user in (first, second))
    valid = 0
    for depth in (0, 1, 100, 255):
        for pair in ((one, two), (two, one)):
            publication = made.publish(made.root(model.node(depth, *pair)), 2)
            for user, other in ((first, two), (second, one)):
                paper = made.paper(user, [(depth, *other)], publication)
                snapshot = piece_papers(made, [user])[0].snapshot
                valid += is_valid(replace(paper, snapshot=snapshot), chain.genesis)
    assert valid == 8  # of each of eight trees one user is convinced, and the other is not
    away = replace(second, position=RIGHT)
    for paper in piece_papers(made, [first, away])[1:]:
        assert verdict(made, paper) == ("tree", "position of the serial")


def test_the_state_proof_of_another_piece(chain: CustodyChain) -> None:
    voucher = tickets(chain)
    made = fraud(chain, voucher)
    mine, theirs = piece_papers(made, [owner(20_001, voucher, 1), owner(20_002, voucher, 5)])
    assert verdict(made, replace(theirs, snapshot=mine.snapshot)) == ("custody", "key")


@pytest.mark.parametrize("balance", [0, 2, 3])
def test_a_piece_counts_once(chain: CustodyChain, balance: int) -> None:
    voucher = tickets(chain)
    made = fraud(chain, voucher)
    (paper,) = piece_papers(made, [replace(owner(20_001, voucher, 1), balance=balance)])
    assert reason(judge(paper, chain.genesis))[0] == "format"


def test_the_place_of_a_serial_of_another_voucher(chain: CustodyChain) -> None:
    voucher, other = tickets(chain), chain.issue({BANK: 3}, UNIQUE)
    made = fraud(chain, voucher)
    (paper,) = piece_papers(made, [replace(owner(20_001, other, 1), serial=1)])
    assert verdict(made, paper) == ("tree", "position of the serial")
