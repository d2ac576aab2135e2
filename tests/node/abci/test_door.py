"""Who may wait for a block, and what those hear who may not."""

import json

from app.core.refusals import BadSignature, ChainForked, Expired, NotPermitted, QuotaSpent, Replayed
from app.core.wire import abci_pb2 as abci
from tests.fakes.consortium import Clerk, make_consortium
from tests.node.abci.asking import COMMIT, finalize
from tests.node.abci.conftest import AppInMemory, Make


def facts_of(answer: abci.ResponseCheckTx) -> dict[str, str]:
    return json.loads(answer.data)


def test_a_good_transaction_is_let_in(app: AppInMemory) -> None:
    assert app.check(app.consortium.clerk.notarize(10)) == abci.ResponseCheckTx()


def test_a_refusal_says_what_our_rpc_says(app: AppInMemory) -> None:
    answer = app.check(Clerk("guest").notarize(10))
    assert (answer.code, answer.codespace) == (NotPermitted.number, "luopu")
    assert facts_of(answer) == {"account": "4", "expected": "evidence"}
    assert answer.log == "not permitted: account 4, expected evidence"


def test_facts_have_an_even_length(app: AppInMemory) -> None:
    """Written in hex by CometBFT, they are then base64 too: @cosmjs decodes them so."""
    lengths = {len(app.check(Clerk("guest").notarize(valid)).data) for valid in (0, 10, 10_000, 100_000)}
    assert all(length % 2 == 0 for length in lengths)


def test_rubbish_is_turned_away(app: AppInMemory) -> None:
    for raw in (b"", b"\xff", app.consortium.clerk.notarize(10) + b"\x00"):
        assert app.check(raw).code != 0


def test_the_same_transaction_twice_is_no_error(app: AppInMemory) -> None:
    """CometBFT may have thrown it out for want of room, and then it comes again."""
    raw = app.consortium.clerk.notarize(10)
    assert app.check(raw).code == 0
    assert app.check(raw).code == 0
    assert len(app.verifier.calls) == 1


def test_a_second_transaction_with_the_nonce_of_one_inside_is_turned_away(app: AppInMemory) -> None:
    clerk, nonce = app.consortium.clerk, bytes(16)
    assert app.check(clerk.transaction(clerk.first_record(nonce), 10, nonce=nonce)).code == 0
    again = clerk.transaction(clerk.first_record(nonce, file=b"other"), 10, nonce=nonce)
    assert app.check(again).code == Replayed.number


def test_a_record_may_follow_one_that_still_waits(app: AppInMemory) -> None:
    clerk, nonce = app.consortium.clerk, bytes(16)
    first = clerk.first_record(nonce)
    assert app.check(clerk.transaction(first, 10, nonce=nonce)).code == 0
    assert app.check(clerk.transaction(clerk.next_record(first), 10)).code == 0
    assert app.check(clerk.transaction(clerk.next_record(first, file=b"fork"), 10)).code == ChainForked.number


def test_quota_is_spent_by_those_that_wait(make_app: Make) -> None:
    app = make_app(make_consortium(quota=30))  # 12 points each
    assert [app.check(app.consortium.clerk.notarize(10)).code for _ in range(3)] == [0, 0, QuotaSpent.number]


def test_what_a_block_left_over_stays_and_what_it_overtook_leaves(app: AppInMemory) -> None:
    clerk, nonce = app.consortium.clerk, bytes(16)
    waits, expires = clerk.notarize(10), clerk.notarize(1)
    first = clerk.first_record(nonce)
    begins = clerk.transaction(first, 10, nonce=nonce)
    follows, forks = (clerk.transaction(clerk.next_record(first, file=file), 10) for file in (b"one", b"two"))
    assert [app.check(raw).code for raw in (waits, expires, begins, follows)] == [0, 0, 0, 0]
    app.block(1, begins, forks)
    codes = [app.check(raw, again=True).code for raw in (waits, expires, follows)]
    assert codes == [0, Expired.number, ChainForked.number]
    assert app.check(begins).code == Replayed.number


def test_a_recheck_verifies_no_signature_again(app: AppInMemory) -> None:
    waiting = [app.consortium.clerk.notarize(10) for _ in range(5)]
    for raw in waiting:
        app.check(raw)
    app.block(1)
    assert [app.check(raw, again=True).code for raw in waiting] == [0] * 5
    assert len(app.verifier.calls) == 5


def test_what_comes_between_decision_and_commit_is_not_lost(app: AppInMemory) -> None:
    clerk = app.consortium.clerk
    inside, between = clerk.notarize(10), clerk.notarize(10)
    app.check(inside)
    app.ask(finalize(1, [inside]))
    assert app.check(between).code == 0
    app.ask(COMMIT)
    assert app.check(between, again=True).code == 0
    assert app.block(2, between).tx_results[0].code == 0


def test_a_forged_copy_of_a_known_transaction_is_not_taken_for_it(app: AppInMemory) -> None:
    raw = app.consortium.clerk.notarize(10)
    assert app.check(raw).code == 0
    forged = raw[:-1] + bytes((raw[-1] ^ 1,))
    app.block(1)
    assert app.check(forged).code == BadSignature.number
