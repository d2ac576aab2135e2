"""Transactions that several sign (经办/复核): who must be named, in which order, and who must have which role."""

from dataclasses import replace

import pytest

from app.core.refusals import (
    ApprovalsMissing,
    BadAction,
    BadSignature,
    Malformed,
    NotPermitted,
    NotYourKey,
    RoleMissing,
)
from app.core.transaction import SignatureEntry, encode_transaction, signing_digest
from app.core.wire import registry_pb2 as wire
from app.registry.places import HELD
from app.registry.state import NONCES_KEY, quota_key
from tests.registry.council import NEW, propose, seat, wish
from tests.registry.verdicts import refused_but_charged, refused_without_a_trace
from tests.registry.world import (
    ALPHA,
    BETA,
    DUAL,
    GAMMA,
    PAIR,
    PARAMETERS,
    STRANGER,
    Chain,
    Key,
    co_sign,
    ed25519_key,
    high_s_twin,
    make_body,
    member,
    nonce,
    notarize,
    sign,
)

LARGE = replace(PARAMETERS, max_transaction_bytes=4_096)
MAKER, CHECKER, BOTH = DUAL.keys
"""Administrator and maker; checker, with a key of the algorithm that sorts behind; maker and checker."""


def naming(*approvers: Key) -> wire.Body:
    """A sound body of Dual's that names these approvers, as they are given."""
    body = make_body(DUAL, nonce(1))
    body.approvers.extend(key.public.to_wire() for key in approvers)
    return body


# ---- what counts ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("maker", "checkers"),
    [(MAKER, (CHECKER,)), (MAKER, (BOTH,)), (BOTH, (CHECKER,)), (MAKER, (CHECKER, BOTH))],
    ids=["one", "another", "who could be either", "more than needed"],
)
def test_a_maker_and_enough_checkers_count_and_the_log_names_them_in_their_order(
    maker: Key, checkers: tuple[Key, ...]
) -> None:
    outcome = Chain().accept(co_sign(make_body(DUAL, nonce(1)), maker, *checkers))
    entry = wire.LogEntry.FromString(outcome.entries[0])
    behind = sorted(checkers, key=lambda key: (int(key.public.algorithm), key.public.data))
    assert entry.signer == maker.public.encode()
    assert list(entry.approvers) == [key.public.encode() for key in behind]
    assert (entry.held, entry.result) == (b"", b"")


def test_more_may_sign_than_the_account_asks() -> None:
    outcome = Chain().accept(co_sign(make_body(ALPHA, nonce(1)), *ALPHA.keys))
    entry = wire.LogEntry.FromString(outcome.entries[0])
    assert list(entry.approvers) == [ALPHA.keys[1].public.encode()]


def test_fifteen_approvers_may_sign_and_a_sixteenth_may_not() -> None:
    keys = [ed25519_key(f"clerk {number}") for number in range(17)]
    many = member(1, "Many", *keys[:16])
    chain = Chain((many,), LARGE)
    chain.accept(co_sign(make_body(many, nonce(1)), keys[0], *keys[1:16]))
    raw = co_sign(make_body(many, nonce(2)), keys[0], *keys[1:17])
    facts = refused_without_a_trace(raw, Malformed, chain)
    assert facts == {"reason": "number of signatures", "expected": "1 … 16", "got": 17}


# ---- who signs is who is named --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("named", "signing", "reason"),
    [
        ((CHECKER,), (MAKER,), "number of signatures"),
        ((), (MAKER, CHECKER), "number of signatures"),
        ((CHECKER,), (MAKER, CHECKER, BOTH), "number of signatures"),
        ((BOTH, CHECKER), (MAKER, CHECKER), "number of signatures"),
        ((CHECKER,), (MAKER, BOTH), "signatures of the approvers"),
        ((CHECKER,), (CHECKER, MAKER), "signatures of the approvers"),
        ((BOTH, CHECKER), (MAKER, CHECKER, BOTH), "signatures of the approvers"),
        ((CHECKER, BOTH), (MAKER, CHECKER, BOTH), "approvers"),
        ((CHECKER, BOTH), (MAKER, BOTH, CHECKER), "approvers"),
        ((CHECKER, CHECKER), (MAKER, CHECKER), "approvers"),
    ],
    ids=[
        *("missing", "not named", "one too many", "one of two missing", "another", "checker first"),
        *("signed in another order", "named in another order", "named in another order than signed", "named twice"),
    ],
)
def test_signatures_are_those_of_the_maker_and_of_the_approvers_as_the_body_names_them(
    named: tuple[Key, ...], signing: tuple[Key, ...], reason: str
) -> None:
    facts = refused_without_a_trace(sign(naming(*named), *signing), Malformed)
    assert facts["reason"] == reason


@pytest.mark.parametrize("signing", [(MAKER, MAKER), (MAKER, CHECKER, CHECKER)], ids=["the maker", "an approver"])
def test_nobody_signs_twice(signing: tuple[Key, ...]) -> None:
    facts = refused_without_a_trace(sign(naming(*signing[1:]), *signing), Malformed)
    assert facts == {"reason": "one key signs twice"}


@pytest.mark.parametrize(
    "key",
    [
        wire.PublicKey(),
        wire.PublicKey(algorithm=wire.ALGORITHM_ED25519, data=bytes(31)),
        wire.PublicKey(algorithm=wire.Algorithm.ValueType(3), data=CHECKER.public.data),
        wire.PublicKey(
            algorithm=wire.ALGORITHM_P256, data=bytes([CHECKER.public.data[0] ^ 1]) + CHECKER.public.data[1:]
        ),
    ],
    ids=["nothing", "short", "another algorithm", "the other point"],
)
def test_an_approver_who_is_no_signer_is_malformed(key: wire.PublicKey) -> None:
    body = make_body(DUAL, nonce(1))
    body.approvers.append(key)
    refused_without_a_trace(sign(body, MAKER, CHECKER), Malformed)


@pytest.mark.parametrize("stranger", [BETA.keys[0], STRANGER.keys[0]], ids=["another account's", "nobody's"])
def test_every_approver_s_key_is_one_of_the_account_s(stranger: Key) -> None:
    raw = co_sign(make_body(DUAL, nonce(1)), MAKER, CHECKER, stranger)
    facts = refused_without_a_trace(raw, NotYourKey)
    assert facts == {"account": DUAL.account.id, "key": stranger.public.data.hex()}


def test_every_approver_s_signature_verifies_and_has_no_twin() -> None:
    body = naming(CHECKER).SerializeToString(deterministic=True)
    digest = signing_digest(body)
    good = CHECKER.sign(digest)
    for wrong in (bytes(64), good[:63], high_s_twin(good), CHECKER.sign(digest[::-1]), MAKER.sign(digest)):
        entries = [SignatureEntry(MAKER.public, MAKER.sign(digest)), SignatureEntry(CHECKER.public, wrong)]
        facts = refused_without_a_trace(encode_transaction(body, entries), BadSignature)
        assert facts == {"key": CHECKER.public.data.hex()}


def test_a_good_approval_does_not_heal_the_maker_s_signature() -> None:
    body = naming(CHECKER).SerializeToString(deterministic=True)
    digest = signing_digest(body)
    entries = [SignatureEntry(MAKER.public, bytes(64)), SignatureEntry(CHECKER.public, CHECKER.sign(digest))]
    facts = refused_without_a_trace(encode_transaction(body, entries), BadSignature)
    assert facts == {"key": MAKER.public.data.hex()}


# ---- roles and thresholds -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("maker", "checkers", "missing", "role"),
    [(CHECKER, (BOTH,), CHECKER, "maker"), (BOTH, (MAKER,), MAKER, "checker"), (CHECKER, (), CHECKER, "maker")],
    ids=["a checker makes", "a maker checks", "a checker makes alone"],
)
def test_who_signs_has_the_role_for_it(maker: Key, checkers: tuple[Key, ...], missing: Key, role: str) -> None:
    facts = refused_but_charged(DUAL, co_sign(make_body(DUAL, nonce(1)), maker, *checkers), RoleMissing)
    assert facts == {"account": DUAL.account.id, "key": missing.public.data.hex(), "expected": role}


def test_one_alone_does_not_notarize_where_two_must() -> None:
    facts = refused_but_charged(DUAL, notarize(DUAL, 1), ApprovalsMissing)
    assert facts == {"account": DUAL.account.id, "expected": 1}


def test_the_permission_is_asked_before_the_roles_and_these_before_the_record() -> None:
    refused_but_charged(GAMMA, co_sign(make_body(GAMMA, nonce(1)), GAMMA.keys[0]), NotPermitted)
    body = make_body(DUAL, nonce(1))
    body.notarize.record.sha256 = b""
    refused_but_charged(DUAL, sign(body, CHECKER), RoleMissing)
    refused_but_charged(DUAL, sign(body, MAKER), ApprovalsMissing)
    refused_but_charged(DUAL, co_sign(body, MAKER, CHECKER), BadAction)


# ---- held until others approve ---------------------------------------------------------------------------------------
def vote(until: int, *keys: Key) -> bytes:
    """Pair's proposal, which two must sign, with the height up to which it may wait."""
    body = make_body(PAIR, nonce("held"), wish(seat(NEW, 1)))
    body.hold_until = until
    return sign(body, *keys) if len(keys) == 1 else co_sign(body, *keys)


@pytest.mark.parametrize("until", [4, 5, 1_000_004])
def test_what_lacks_an_approval_waits_for_it_and_changes_nothing_else(until: int) -> None:
    chain = Chain()
    chain.skip(3)
    raw = vote(until, PAIR.keys[0])
    outcome = chain.accept(raw)
    receipt, entry = outcome.receipts[0], wire.LogEntry.FromString(outcome.entries[0])
    body = wire.Transaction.FromString(raw).body
    place = HELD.key(PAIR.address, receipt.data)
    assert set(outcome.writes) == {place, quota_key(PAIR.address), NONCES_KEY}
    held = wire.Held.FromString(outcome.writes[place] or b"")
    assert held == wire.Held(body=body, maker=PAIR.keys[0].public.to_wire())
    assert (entry.WhichOneof("fact"), entry.hold, entry.result) == ("hold", body, receipt.data)
    assert receipt.events[0].kind == "hold"


@pytest.mark.parametrize("until", [1, 3, 1_000_005, 2**63 - 1])
def test_the_last_height_for_approvals_is_neither_past_nor_too_far(until: int) -> None:
    chain = Chain()
    chain.skip(3)
    facts = refused_but_charged(PAIR, vote(until, PAIR.keys[0]), BadAction, chain)
    assert facts["field"] == "last height for approvals"


@pytest.mark.parametrize("until", [-1, -(2**63)])
def test_a_negative_height_is_malformed(until: int) -> None:
    refused_without_a_trace(vote(until, PAIR.keys[0]), Malformed)


def test_without_a_height_nothing_waits_and_a_record_never_does() -> None:
    refused_but_charged(PAIR, propose(PAIR, 1, seat(NEW, 1)), ApprovalsMissing)
    body = make_body(DUAL, nonce(1))
    body.hold_until = 5
    refused_but_charged(DUAL, sign(body, MAKER), ApprovalsMissing)


def test_where_no_approval_is_missing_the_height_means_nothing() -> None:
    body = make_body(DUAL, nonce(1))
    body.hold_until = 2**63 - 1
    Chain().accept(co_sign(body, MAKER, CHECKER))
