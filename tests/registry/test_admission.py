"""Admission to the next block agrees with the block: what it takes is accepted, what it refuses would be refused."""

from itertools import islice

import pytest

from app.core.refusals import Malformed, NotPermitted, QuotaSpent, Refused, Replayed
from app.registry.context import SignatureCheck
from app.registry.law import Admission, Receipt, apply_block
from tests.registry.forger import Forger
from tests.registry.naive import NaiveChain
from tests.registry.traffic import FLAWS, intents
from tests.registry.world import (
    ALPHA,
    CHAIN_ID,
    GAMMA,
    POOR,
    Chain,
    app_state,
    first_record,
    next_record,
    nonce,
    notarize,
)


def admission(chain: Chain) -> Admission:
    """Admission to the chain's next block."""
    return Admission(dict(chain.values), chain, chain.environment())


def try_to_admit(gate: Admission, raw: bytes) -> Refused | None:
    """Why it was not admitted, or None."""
    try:
        gate.admit(raw)
    except Refused as refused:
        return refused
    return None


def last(chain: Chain, transactions: list[bytes]) -> Receipt:
    """What the block that is made of these does with the last of them."""
    return chain.preview(*transactions).receipts[-1]


def test_whatever_is_sent_admission_and_block_say_the_same() -> None:
    source = intents("admission")
    chain, naive = Chain(), NaiveChain(CHAIN_ID, app_state())
    forger, refused = Forger(naive, []), 0
    for _ in range(8):
        environment = chain.environment(7)
        naive.open_block(environment.height, environment.time_ns)
        gate, admitted = Admission(dict(chain.values), chain, environment), []
        for wish in islice(source, 30):
            raw = forger.forge(wish, FLAWS)
            said = try_to_admit(gate, raw)
            receipt = apply_block(chain.values, chain, [*admitted, raw], environment).receipts[-1]
            assert (said and (type(said), said.facts)) == (
                receipt.refusal and (type(receipt.refusal), receipt.refusal.facts)
            )
            if said is None:
                admitted.append(raw)
                assert naive.apply(raw).code == 0
            else:
                refused += 1
        outcome = chain.block(*admitted, seconds=7)
        assert [receipt.code for receipt in outcome.receipts] == [0] * len(admitted)
    assert refused > 100
    assert len(chain.log) > 20


def test_what_is_refused_leaves_no_trace_not_even_its_cost() -> None:
    chain = Chain()
    gate = admission(chain)
    for _ in range(5):
        assert isinstance(try_to_admit(gate, notarize(GAMMA, 1)), NotPermitted)  # never Replayed, never QuotaSpent
    bad = notarize(POOR, 1, first_record(POOR.address, nonce(1), sha256=b""))
    for _ in range(5):
        assert try_to_admit(gate, bad) is not None
    gate.admit(notarize(POOR, 1))  # the same nonce
    gate.admit(notarize(POOR, 2))


def test_an_admitted_transaction_uses_its_nonce_and_its_points() -> None:
    gate = admission(Chain())
    gate.admit(notarize(POOR, 1))
    assert isinstance(try_to_admit(gate, notarize(POOR, 1)), Replayed)
    gate.admit(notarize(POOR, 2))
    assert isinstance(try_to_admit(gate, notarize(POOR, 3)), QuotaSpent)


def test_records_of_one_hash_chain_are_admitted_behind_each_other() -> None:
    gate = admission(Chain())
    first = first_record(ALPHA.address, nonce(1))
    assert try_to_admit(gate, notarize(ALPHA, 2, next_record(first))) is not None
    gate.admit(notarize(ALPHA, 1, first))
    gate.admit(notarize(ALPHA, 2, next_record(first)))
    assert try_to_admit(gate, notarize(ALPHA, 3, next_record(first, subject="fork"))) is not None


def test_nonces_of_earlier_blocks_count() -> None:
    chain = Chain()
    chain.accept(notarize(ALPHA, 1))
    assert isinstance(try_to_admit(admission(chain), notarize(ALPHA, 1)), Replayed)


def test_admission_changes_neither_the_state_nor_the_nonces_below() -> None:
    chain = Chain()
    values = dict(chain.values)
    gate = Admission(chain.values, chain, chain.environment())
    gate.admit(notarize(ALPHA, 1))
    assert chain.values == values
    assert chain.nonces == {}


def test_admission_uses_the_signature_check_it_was_given() -> None:
    def never(*_: object) -> bool:
        return False

    check: SignatureCheck = never
    chain = Chain()
    gate = Admission(chain.values, chain, chain.environment(), check)
    with pytest.raises(Refused):
        gate.admit(notarize(ALPHA, 1))


def test_junk_is_refused_and_nothing_else() -> None:
    with pytest.raises(Malformed):
        admission(Chain()).admit(b"junk")
    assert last(Chain(), [b"junk"]).code == Malformed.number
