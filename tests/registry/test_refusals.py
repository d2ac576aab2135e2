"""Each refusal of the law: when exactly, with which facts, and that nothing changes but what must."""

import pytest

from app.core.refusals import (
    BadAction,
    BadSignature,
    Malformed,
    NotPermitted,
    NotYourKey,
    QuotaSpent,
    Replayed,
    TooLarge,
    UnknownAccount,
    WrongChain,
)
from app.core.wire import registry_pb2 as wire
from app.registry.context import Environment
from app.registry.law import apply_block
from app.registry.nonces import UsedNonce
from app.registry.state import NONCES_KEY, quota_key
from tests.registry.verdicts import cost, refused_but_charged, refused_without_a_trace
from tests.registry.world import (
    ALPHA,
    BETA,
    CHAIN_ID,
    GAMMA,
    PARAMETERS,
    POOR,
    STRANGER,
    Chain,
    codes,
    ed25519_key,
    first_record,
    make_body,
    member,
    nonce,
    notarize,
    refusal,
    sign,
)


def padded(length: int) -> bytes:
    """An authentic transaction of Alpha with exactly this many bytes."""
    room = 0
    for _ in range(4):
        record = first_record(ALPHA.address, nonce("padded"), subject="x" * room)
        raw = notarize(ALPHA, "padded", record)
        if len(raw) == length:
            return raw
        room += length - len(raw)
    raise AssertionError("no transaction has this length")


# ---- before the sender is known -------------------------------------------------------------------------------------
def test_one_byte_too_many_is_too_large_and_the_byte_before_is_not() -> None:
    limit = PARAMETERS.max_transaction_bytes
    facts = refused_without_a_trace(padded(limit + 1), TooLarge)
    assert facts == {"expected": limit, "got": limit + 1}
    refused_but_charged(ALPHA, padded(limit), BadAction)  # its subject is too long, but that is another rule


def test_bytes_that_are_no_transaction_are_malformed() -> None:
    for raw in (b"", b"\x00", b"\xff" * 100, b"{}"):
        refused_without_a_trace(raw, Malformed)


def test_a_transaction_of_another_chain_is_refused() -> None:
    body = make_body(ALPHA, nonce(1), chain_id="luopu-elsewhere")
    facts = refused_without_a_trace(sign(body, ALPHA.keys[0]), WrongChain)
    assert facts == {"expected": CHAIN_ID, "got": "luopu-elsewhere"}


def test_a_sender_without_an_account_is_refused_even_with_a_good_signature() -> None:
    facts = refused_without_a_trace(notarize(STRANGER, 1), UnknownAccount)
    assert facts == {"account": STRANGER.address.hex()}


def test_the_key_of_another_account_is_refused() -> None:
    facts = refused_without_a_trace(notarize(ALPHA, 1, key=BETA.keys[0]), NotYourKey)
    assert facts == {"account": 1, "key": BETA.keys[0].public.data.hex()}


def test_the_same_bytes_as_a_key_of_another_algorithm_are_refused() -> None:
    raw = wire.Transaction.FromString(notarize(ALPHA, 1))
    raw.signatures[0].key.algorithm = wire.ALGORITHM_P256
    refused_without_a_trace(raw.SerializeToString(deterministic=True), Malformed)


def test_a_signature_over_another_body_is_refused() -> None:
    good, other = (wire.Transaction.FromString(notarize(ALPHA, name)) for name in (1, 2))
    good.signatures[0].signature = other.signatures[0].signature
    facts = refused_without_a_trace(good.SerializeToString(deterministic=True), BadSignature)
    assert facts == {"key": ALPHA.keys[0].public.data.hex()}


def test_a_transaction_without_a_signature_is_malformed() -> None:
    refused_without_a_trace(sign(make_body(ALPHA, nonce(1))), Malformed)


@pytest.mark.parametrize("keys", [ALPHA.keys, ALPHA.keys[::-1], (ALPHA.keys[0], BETA.keys[0])])
def test_a_second_signature_is_refused_since_anybody_could_take_it_away(keys: tuple[object, ...]) -> None:
    raw = sign(make_body(ALPHA, nonce(1)), *keys)
    facts = refused_without_a_trace(raw, Malformed)
    assert facts == {"reason": "number of signatures", "expected": 1, "got": 2}


def test_a_replay_is_refused_without_a_second_charge() -> None:
    chain = Chain()
    raw = notarize(ALPHA, 1)
    chain.accept(raw)
    assert refused_without_a_trace(raw, Replayed, chain) == {"nonce": nonce(1).hex()}


# ---- once the sender is known ----------------------------------------------------------------------------------------
def test_without_the_permission_for_evidence_nothing_is_recorded_but_points_are_spent() -> None:
    facts = refused_but_charged(GAMMA, notarize(GAMMA, 1), NotPermitted)
    assert facts == {"account": 3, "expected": "evidence"}


def test_no_permission_at_all_is_no_permission() -> None:
    nobody = member(9, "Nobody", ed25519_key("nobody"), permissions=())
    refused_but_charged(nobody, notarize(nobody, 1), NotPermitted, Chain((nobody,)))


def test_permission_is_asked_before_the_record_is_looked_at() -> None:
    record = first_record(GAMMA.address, nonce(1), sha256=b"")
    refused_but_charged(GAMMA, notarize(GAMMA, 1, record), NotPermitted)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("chain", b""),
        ("chain", bytes(15)),
        ("chain", bytes(17)),
        ("sequence", 0),
        ("sequence", 2**63),
        ("sequence", 2**64 - 1),
        ("previous", bytes(32)),
        ("sha256", bytes(31)),
        ("sm3", bytes(33)),
        ("size", 2**63),
        ("context_digest", b""),
        ("subject", "x" * 513),
        ("subject", "字" * 171),
        ("subject", "line\nbreak"),
        ("subject", "safe\u202egpj.exe"),
    ],
)
def test_a_field_of_the_record_out_of_range_is_a_bad_action(field: str, value: object) -> None:
    record = first_record(ALPHA.address, nonce(1), **{field: value})
    facts = refused_but_charged(ALPHA, notarize(ALPHA, 1, record), BadAction)
    assert set(facts) == {"field", "expected", "got"}


def test_an_action_without_a_record_is_a_bad_action() -> None:
    body = make_body(ALPHA, nonce(1))
    body.notarize.ClearField("record")
    assert body.WhichOneof("action") == "notarize"
    refused_but_charged(ALPHA, sign(body, ALPHA.keys[0]), BadAction)


def test_short_of_points_the_nonce_is_used_up_and_nothing_is_taken() -> None:
    chain = Chain()
    chain.accept(notarize(POOR, 1), notarize(POOR, 2))
    raw = notarize(POOR, 3)
    outcome = chain.preview(raw)
    left = POOR.account.quota_points - 2 * cost(raw)
    assert refusal(outcome.receipts[0], QuotaSpent) == {"expected": cost(raw), "got": left}
    assert outcome.receipts[0].points == 0
    assert (set(outcome.writes), outcome.entries) == ({NONCES_KEY}, ())
    assert outcome.nonces == (UsedNonce(POOR.address, nonce(3), 5),)


def test_a_refused_transaction_cannot_come_back_as_accepted() -> None:
    """A refusal is final: the nonce is used up, whatever the reason was."""
    chain = Chain()
    bad = notarize(ALPHA, 1, first_record(ALPHA.address, nonce(1), sha256=b""))
    good = notarize(ALPHA, 1)
    assert codes(chain.block(bad)) == [BadAction.number]
    assert codes(chain.block(good)) == [Replayed.number]


# ---- the block goes on ----------------------------------------------------------------------------------------------
def test_refused_transactions_do_not_disturb_their_neighbours() -> None:
    chain, alone = Chain(), Chain()
    good = [notarize(ALPHA, 1), notarize(BETA, 2)]
    outcome = chain.block(b"junk", good[0], notarize(STRANGER, 3), notarize(ALPHA, 4, key=BETA.keys[0]), good[1])
    assert codes(outcome) == [2, 0, 7, 9, 0]
    alone.accept(*good)
    assert chain.values == alone.values
    assert chain.log == alone.log
    assert [receipt.log_offset for receipt in outcome.receipts] == [None, 0, None, None, 1]


def test_an_empty_block_changes_nothing() -> None:
    outcome = Chain().preview()
    assert (outcome.receipts, dict(outcome.writes), outcome.entries, outcome.nonces) == ((), {}, (), ())
    assert (outcome.nonce_block, outcome.seat_changes) == (b"", ())


def test_the_state_that_is_given_is_never_touched() -> None:
    chain = Chain()
    before = dict(chain.values)
    apply_block(chain.values, chain, [notarize(ALPHA, 1), notarize(GAMMA, 2)], chain.environment())
    assert chain.values == before


def test_a_state_without_parameters_is_an_error_of_the_program_not_of_a_transaction() -> None:
    with pytest.raises(LookupError):
        apply_block({}, Chain(), [], Environment(CHAIN_ID, Chain().environment().height, 0))


# ---- what an acceptance leaves behind --------------------------------------------------------------------------------
def test_an_accepted_transaction_leaves_record_entry_head_quota_nonce_and_event() -> None:
    chain = Chain()
    raw = notarize(BETA, 1)
    environment = chain.environment()
    outcome = chain.accept(raw)
    receipt, entry = outcome.receipts[0], wire.LogEntry.FromString(outcome.entries[0])
    record = first_record(BETA.address, nonce(1))
    assert entry.evidence_record == record.SerializeToString(deterministic=True)
    assert (entry.transaction_hash, entry.height) == (receipt.transaction_hash, environment.height)
    assert (entry.time_ns, entry.sender) == (environment.time_ns, BETA.address)
    assert entry.signer == BETA.keys[0].public.encode()
    assert entry.agreement == BETA.account.agreement
    head = wire.ChainHead.FromString(outcome.writes[b"chain/" + record.chain])
    assert head == wire.ChainHead(owner=BETA.address, sequence=1, record=receipt.data)
    assert set(outcome.writes) == {b"chain/" + record.chain, quota_key(BETA.address), NONCES_KEY}
    assert outcome.nonces == (UsedNonce(BETA.address, nonce(1), 5),)
    assert (receipt.points, receipt.log_offset, receipt.refusal) == (cost(raw), 0, None)
    assert receipt.events[0].kind == "record"
    assert dict(receipt.events[0].facts) == {
        "account": BETA.address.hex(),
        "chain": record.chain.hex(),
        "sequence": "1",
        "record": receipt.data.hex(),
        "sha256": record.sha256.hex(),
    }


def test_the_log_names_the_key_that_signed_and_not_the_account_s_first() -> None:
    outcome = Chain().preview(notarize(ALPHA, 1, key=ALPHA.keys[1]))
    assert wire.LogEntry.FromString(outcome.entries[0]).signer == ALPHA.keys[1].public.encode()
