"""Not even a majority of colluding validators, that write what they like into log and headers, get a false paper through."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.client.reserve.papers import Ground
from app.core.codec import encode
from app.core.hashing import sha256
from app.core.units import Height
from app.core.verification import Verdict
from app.core.wire import comet_pb2 as pb
from app.core.wire import registry_pb2 as wire
from app.node.consensus.hashes import header_hash
from app.node.consensus.predicates import block_time
from app.node.consensus.verifier import decode_light_block
from app.reserve.proof import ReserveProof
from app.reserve.verify import STEPS
from tests.fakes.custody import BANK, SHOP, CustodyChain, attestation, signed, state_keys
from tests.fakes.evidence import ClerkKey
from tests.reserve import model
from tests.reserve.forge import ANN, BOB, LEFT, Fraud, fraud, is_valid, judge, made_on, passed, reason

DAY_NS = 86_400 * 10**9


def tampered(
    tamper: Callable[[wire.LogEntry, Ground], object], held: int = 8
) -> tuple[CustodyChain, list[ReserveProof]]:
    """Papers of a chain whose validators write something else than the law says about the publication."""
    chain = CustodyChain()
    made = made_on(chain, held)

    def change(entry: wire.LogEntry) -> None:
        if entry.WhichOneof("fact") == "attest_custody":
            tamper(entry, made.ground)

    chain.tamper = change
    return chain, made.papers([ANN, BOB])


def anchor_time(ground: Ground) -> int:
    return int(block_time(decode_light_block(ground.snapshot.anchor).header))


@pytest.mark.parametrize(("later", "is_good"), [(0, True), (1, True), (DAY_NS, True), (DAY_NS + 1, False), (-1, False)])
def test_a_snapshot_is_published_within_a_day_and_not_before_it_was_made(later: int, is_good: bool) -> None:
    chain, papers = tampered(lambda entry, ground: setattr(entry, "time_ns", anchor_time(ground) + later))
    for paper in papers:
        if is_good:
            assert passed(paper, chain) == list(STEPS)
        else:
            report = judge(paper, chain.genesis)
            assert reason(report) == ("publication", "age of the snapshot")
            assert report.error is not None
            assert report.error.facts["expected"] == "at most 86400 s"
            assert report.error.facts["got"] == f"{later // 10**9} s"


def test_a_publication_in_the_very_block_that_was_counted() -> None:
    """The validators write what cannot be known yet: the hash of the block that the publication stands in."""
    chain = CustodyChain()
    voucher = chain.issue({BANK: 8})
    honest = fraud(chain, voucher)
    seen: list[pb.Header] = []
    made: list[Fraud] = []

    def tamper(entry: wire.LogEntry) -> None:
        if entry.WhichOneof("fact") == "attest_custody":
            made.append(honest.with_header(height=Height(chain.height + 1), block_hash=header_hash(seen[-1])))
            root = made[0].root(model.top(made[0].leaves([ANN, BOB])))
            entry.attest_custody = encode(attestation(made[0].ground.header, root, 8))

    chain.tamper_header, chain.tamper = seen.append, tamper
    publication = chain.attest(honest.ground.header, bytes(32), 8)
    header = made[0].ground.header
    snapshot = chain.show(header.height, state_keys(voucher, [chain.account(BANK)]))
    there = replace(made[0], ground=replace(made[0].ground, snapshot=snapshot))
    paper = there.paper(ANN, model.path(there.leaves([ANN, BOB]), LEFT), publication)
    assert reason(judge(paper, None)) == ("publication", "height of publication")
    assert reason(judge(paper, chain.genesis)) == ("finality", "height")


def test_a_log_entry_of_another_height_than_its_block() -> None:
    for change in (-1, 1, 5):
        chain, papers = tampered(lambda entry, _, change=change: setattr(entry, "height", entry.height + change))
        assert [reason(judge(paper, chain.genesis)) for paper in papers] == [("publication", "height")] * 2


@pytest.mark.parametrize(("result", "check"), [(b"", "result of the law"), (bytes(7), "result of the law")])
def test_a_result_that_is_no_number(result: bytes, check: str) -> None:
    chain, papers = tampered(lambda entry, _: setattr(entry, "result", result))
    assert {reason(judge(paper, chain.genesis)) for paper in papers} == {("coverage", check)}


@pytest.mark.parametrize(("counted", "is_good"), [(0, False), (7, False), (8, True), (9, True), (2**64 - 1, True)])
def test_what_the_law_counted_at_the_publication_covers_the_total(counted: int, is_good: bool) -> None:
    chain, papers = tampered(lambda entry, _: setattr(entry, "result", counted.to_bytes(8, "big")))
    for paper in papers:
        if is_good:
            assert is_valid(paper, chain.genesis)
        else:
            report = judge(paper, chain.genesis)
            assert reason(report) == ("coverage", "reserve-short")
            assert report.error is not None
            assert report.error.facts["missing"] == str(8 - counted)


def test_a_longer_result_is_none() -> None:
    chain, papers = tampered(lambda entry, _: setattr(entry, "result", bytes(8) + b"\x08"))
    assert {reason(judge(paper, chain.genesis)) for paper in papers} == {("coverage", "result of the law")}


def test_another_signer_or_transaction_in_the_log() -> None:
    stranger = ClerkKey(99).public_key.encode()
    lies: list[tuple[Callable[[wire.LogEntry], object], str]] = [
        (lambda entry: setattr(entry, "signer", stranger), "signer"),
        (lambda entry: setattr(entry, "signer", b""), "signer"),
        (lambda entry: setattr(entry, "transaction_hash", sha256(b"another")), "transaction"),
        (lambda entry: setattr(entry, "transaction_hash", b""), "transaction"),
        (lambda entry: entry.approvers.append(stranger), "approvers of the log entry"),
        (lambda entry: setattr(entry, "held", bytes(16)), "action"),
    ]
    for lie, check in lies:
        chain, papers = tampered(lambda entry, _, lie=lie: lie(entry))
        assert {reason(judge(paper, chain.genesis)) for paper in papers} == {("signature", check)}


def test_a_publication_that_is_not_what_was_signed() -> None:
    """Root and total in the log are the bank's wish, and its transaction says something else."""
    chain = CustodyChain()
    made = made_on(chain)
    leaves = made.leaves([ANN, BOB])
    wished = encode(attestation(made.ground.header, made.root(model.top(leaves)), 8))
    chain.tamper = lambda entry: setattr(entry, "attest_custody", wished)
    publication = chain.attest(made.ground.header, bytes(32), 1)
    paper = made.paper(ANN, model.path(leaves, LEFT), publication)
    assert reason(judge(paper, chain.genesis)) == ("signature", "what was signed")


def forged_transaction(
    make: Callable[[CustodyChain, wire.AttestCustody], bytes], **entry_changes: bytes
) -> tuple[str, str]:
    """Where a paper fails whose log entry is said to come from a transaction that the law never saw."""
    checker = ClerkKey(7)
    chain = CustodyChain(checkers=[checker])
    made = made_on(chain)
    leaves = made.leaves([ANN, BOB])
    action = attestation(made.ground.header, made.root(model.top(leaves)), 8)
    raw = make(chain, action)

    def tamper(entry: wire.LogEntry) -> None:
        entry.transaction_hash = sha256(raw)
        for name, value in entry_changes.items():
            setattr(entry, name, value)

    chain.tamper = tamper
    publication = replace(chain.attest(made.ground.header, action.root, 8), transaction=raw)
    report = judge(made.paper(ANN, model.path(leaves, LEFT), publication), chain.genesis)
    return ("", "") if report.verdict is Verdict.VALID else reason(report)


def test_transactions_that_the_law_never_saw() -> None:
    checker, stranger = ClerkKey(7), ClerkKey(99)

    def changed(body: wire.Body, **fields: object) -> wire.Body:
        for name, value in fields.items():
            setattr(body, name, value)
        return body

    def of(chain: CustodyChain, action: wire.AttestCustody, **more: object) -> wire.Body:
        return chain.body(BANK, attest_custody=action, **more)

    assert forged_transaction(lambda chain, action: signed(of(chain, action), chain.clerk)) == ("", "")
    forgeries: list[tuple[Callable[[CustodyChain, wire.AttestCustody], bytes], str]] = [
        (
            lambda chain, action: signed(changed(of(chain, action), chain_id="luopu-x"), chain.clerk),
            "chain id of the transaction",
        ),
        (
            lambda chain, action: signed(chain.body(SHOP, attest_custody=action), chain.clerk),
            "sender of the transaction",
        ),
        (lambda chain, action: signed(of(chain, action), stranger), "signer"),
        (lambda chain, action: signed(of(chain, action), checker), "signer"),
        (lambda chain, action: signed(of(chain, action), chain.clerk, checker), "approvers"),
        (lambda chain, action: signed(of(chain, action, approvers=[checker]), chain.clerk), "approvers"),
        (lambda chain, action: signed(of(chain, action, approvers=[stranger]), chain.clerk, checker), "approvers"),
        (
            lambda chain, action: signed(of(chain, action, approvers=[checker]), chain.clerk, checker),
            "approvers of the log entry",
        ),
        (lambda chain, action: signed(chain.body(BANK, discard=wire.Discard(held=bytes(16))), chain.clerk), "action"),
        (
            lambda chain, action: signed(chain.body(BANK, countersign=wire.Countersign(held=bytes(16))), chain.clerk),
            "action",
        ),
        (lambda chain, action: _resigned(signed(of(chain, action), chain.clerk)), "bad-signature"),
        (lambda chain, action: _resigned(signed(of(chain, action), chain.clerk), bytes(64)), "bad-signature"),
        (lambda chain, action: _resigned(signed(of(chain, action), chain.clerk), b""), "bad-signature"),
    ]
    for make, check in forgeries:
        assert forged_transaction(make) == ("signature", check)


def _resigned(transaction: bytes, signature: bytes | None = None) -> bytes:
    """With a signature that is another."""
    changed = wire.Transaction.FromString(transaction)
    good = bytearray(changed.signatures[0].signature)
    good[40] ^= 1
    changed.signatures[0].signature = bytes(good) if signature is None else signature
    return encode(changed)


def test_every_signature_is_looked_at() -> None:
    checker = ClerkKey(7)

    def make(chain: CustodyChain, action: wire.AttestCustody) -> bytes:
        raw = signed(chain.body(BANK, approvers=[checker], attest_custody=action), chain.clerk, checker)
        transaction = wire.Transaction.FromString(raw)
        transaction.signatures[1].signature = transaction.signatures[0].signature
        return encode(transaction)

    chain = CustodyChain(checkers=[checker])
    made = made_on(chain)
    leaves = made.leaves([ANN, BOB])
    raw = make(chain, attestation(made.ground.header, made.root(model.top(leaves)), 8))

    def tamper(entry: wire.LogEntry) -> None:
        entry.transaction_hash = sha256(raw)
        entry.approvers.append(checker.public_key.encode())

    chain.tamper = tamper
    publication = replace(chain.attest(made.ground.header, made.root(model.top(leaves)), 8), transaction=raw)
    report = judge(made.paper(ANN, model.path(leaves, LEFT), publication), chain.genesis)
    assert reason(report) == ("signature", "bad-signature")
    assert report.error is not None
    assert report.error.facts["key"] == checker.public_key.data.hex()


def test_a_countersignature_of_something_else_that_was_held() -> None:
    """The log says that it brought one thing to effect, the transaction approves another."""
    held = b"0123456789abcdef"

    def make(which: bytes) -> Callable[[CustodyChain, wire.AttestCustody], bytes]:
        return lambda chain, _: signed(chain.body(BANK, countersign=wire.Countersign(held=which)), chain.clerk)

    assert forged_transaction(make(held), held=held) == ("", "")
    assert forged_transaction(make(bytes(16)), held=held) == ("signature", "held transaction")
