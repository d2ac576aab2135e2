"""A custodian that cheats about what it published: where, when, what, and who signed it."""

from dataclasses import replace
from hashlib import sha256

import pytest

from app.core.units import Hash32, Height
from app.core.verification import Verdict
from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import decode_genesis
from tests.fakes.custody import BANK, ISSUER, SHOP, CustodyChain, attestation, signed
from tests.fakes.evidence import GENESES, ClerkKey
from tests.reserve import model
from tests.reserve.forge import ANN, BOB, LEFT, Fraud, fraud, is_valid, judge, reason, verdict


# ---- which block, which chain ------------------------------------------------------------------------------------------
def test_another_block_than_the_header_s(held: Fraud) -> None:
    chain, voucher = held.chain, held.ground.header.voucher
    later = fraud(chain, voucher)
    paper, *_ = held.papers([ANN, BOB])
    assert verdict(held, replace(paper, snapshot=later.ground.snapshot)) == ("snapshot", "height")
    other = held.with_header(height=later.ground.header.height)
    for paper in other.papers([ANN, BOB]):
        assert verdict(other, paper) == ("snapshot", "height")
    other = held.with_header(block_hash=later.ground.header.block_hash)
    for paper in other.papers([ANN, BOB]):
        assert verdict(other, paper) == ("snapshot", "block hash")


def test_a_paper_of_another_chain_is_not_trusted(held: Fraud) -> None:
    stranger = CustodyChain(chain_id="luopu-other")
    paper, *_ = held.papers([ANN, BOB])
    report = judge(paper, stranger.genesis)
    assert report.verdict is Verdict.NOT_ENOUGH_TRUST
    assert [step.name for step in report.steps if step.passed] == ["format", "user", "tree"]
    assert report.error is not None
    assert report.error.facts["got"] == held.chain.genesis.fingerprint.hex()


def test_another_chain_that_bears_this_one_s_genesis(held: Fraud) -> None:
    """Signed by the same keys for another chain: under its own name, and under this one's."""
    stranger = CustodyChain(chain_id="luopu-other")
    made = fraud(stranger, stranger.issue({BANK: 8}))
    ours = {"genesis_fingerprint": held.chain.genesis.fingerprint}
    for paper in made.with_header(**ours).papers([ANN, BOB]):
        assert reason(judge(paper, held.chain.genesis)) == ("trust-root", "chain id")
    for paper in made.with_header(**ours, chain_id=held.chain.chain_id).papers([ANN, BOB]):
        assert reason(judge(paper, held.chain.genesis)) == ("finality", "chain_id")


def test_a_chain_of_the_same_name_by_other_validators_is_not_trusted(held: Fraud) -> None:
    stranger = CustodyChain(members=lambda height: range(20, 24))
    made = fraud(stranger, stranger.issue({BANK: 8})).with_header(genesis_fingerprint=held.chain.genesis.fingerprint)
    for paper in made.papers([ANN, BOB]):
        report = judge(paper, held.chain.genesis)
        assert report.verdict is Verdict.NOT_ENOUGH_TRUST
        assert [step.name for step in report.steps if step.passed] == ["format", "user", "tree", "trust-root"]
        first = replace(paper, light_blocks=tuple(stranger.light_block(height) for height in range(1, 7)))
        assert reason(judge(first, held.chain.genesis)) == ("finality", "validators_announced")


def test_a_genesis_that_differs_in_one_parameter(held: Fraud) -> None:
    document = held.chain.genesis_bytes.replace(b'"max_gas": "-1"', b'"max_gas": "7"')
    other = decode_genesis(document)
    GENESES[other.fingerprint] = document
    paper, *_ = held.papers([ANN, BOB])
    assert judge(paper, other).verdict is Verdict.NOT_ENOUGH_TRUST


# ---- the publication ---------------------------------------------------------------------------------------------------
def test_another_custodian_s_publication(held: Fraud) -> None:
    """The issuer, who holds 9, publishes the bank's root. The law has nothing against it."""
    leaves = held.leaves([ANN, BOB])
    top = model.top(leaves)
    publication = held.chain.attest(held.ground.header, held.root(top), 8, ISSUER)
    paper = held.paper(ANN, model.path(leaves, LEFT), publication)
    assert verdict(held, paper) == ("publication", "sender")


def test_a_header_that_names_somebody_else_s_account_as_the_custodian(held: Fraud) -> None:
    """The bank publishes about what the issuer holds."""
    chain = held.chain
    other = fraud(chain, held.ground.header.voucher, custodian=ISSUER)
    for paper in other.papers([ANN, BOB]):
        assert verdict(other, paper) == ("publication", "sender")


def test_a_publication_about_another_voucher(chain: CustodyChain) -> None:
    plenty, owed = chain.issue({BANK: 100}), chain.issue({BANK: 8})
    made = fraud(chain, owed)
    for paper in made.papers([ANN, BOB], voucher=plenty):
        assert verdict(made, paper) == ("publication", "voucher")


def test_a_publication_of_another_snapshot(held: Fraud) -> None:
    """The same list in the next block: statement and root are another header's."""
    old = held.papers([ANN, BOB])[0]
    later = fraud(held.chain, held.ground.header.voucher)
    new = later.papers([ANN, BOB])[0]
    assert is_valid(old, held.chain.genesis)
    assert is_valid(new, held.chain.genesis)
    assert verdict(held, replace(new, publication=old.publication))[0] == "publication"
    assert verdict(held, replace(old, publication=new.publication))[0] == "publication"


def test_a_statement_of_another_header(held: Fraud) -> None:
    """The root is this header's, and the statement is not."""
    other = replace(held.ground.header, previous_sequence=9, previous_root=bytes(32))
    for paper in held.papers([ANN, BOB], statement=other.digest):
        assert verdict(held, paper) == ("publication", "statement")


def test_a_root_of_another_header(held: Fraud) -> None:
    """The statement is this header's, and the root is not."""
    other = replace(held.ground.header, previous_sequence=9, previous_root=bytes(32))
    leaves = held.leaves([ANN, BOB])
    top = model.top(leaves)
    publication = held.publish(model.root(other.digest, top), 8)
    assert verdict(held, held.paper(ANN, model.path(leaves, LEFT), publication)) == ("publication", "root")


@pytest.mark.parametrize(("sequence", "root"), [(1, bytes(32)), (2, sha256(b"").digest())])
def test_what_was_published_before_is_in_the_header(held: Fraud, sequence: int, root: bytes) -> None:
    """It cannot be changed in a paper once the header is published."""
    paper, *_ = held.papers([ANN, BOB])
    header = replace(paper.header, previous_sequence=sequence, previous_root=root)
    assert verdict(held, replace(paper, header=header)) == ("publication", "root")


def test_a_chain_of_publications_names_the_one_before(held: Fraud) -> None:
    first = held.papers([ANN, BOB])[0]
    later = fraud(held.chain, held.ground.header.voucher)
    attested = wire.AttestCustody.FromString(wire.LogEntry.FromString(first.publication.entry).attest_custody)
    header = later.ground.header
    assert (header.previous_sequence, header.previous_root) == (1, attested.root)
    assert all(is_valid(paper, held.chain.genesis) for paper in later.papers([ANN, BOB]))


def test_a_log_entry_that_is_none(held: Fraud) -> None:
    """A true entry in the wrong place of the log, under other roots, or of something else than a publication."""
    paper, *_ = held.papers([ANN, BOB])
    publication, chain = paper.publication, held.chain
    for index in (0, publication.log_index - 1, publication.log_index + 1, 2**63 - 1):
        assert verdict(held, replace(paper, publication=replace(publication, log_index=index))) == (
            "publication",
            "log root",
        )
    for path in ((), publication.log_path[1:], publication.log_path[::-1], (*publication.log_path, Hash32(bytes(32)))):
        if path != publication.log_path:
            assert verdict(held, replace(paper, publication=replace(publication, log_path=path)))[0] == "publication"
    snapshot = replace(publication, roots=paper.snapshot.roots)
    assert verdict(held, replace(paper, publication=snapshot)) == ("publication", "state root")
    index = next(
        at for at, entry in enumerate(chain.entries) if wire.LogEntry.FromString(entry).WhichOneof("fact") == "allocate"
    )
    other = chain.published(publication.transaction, index, Height(chain.height - 1))
    assert reason(judge(replace(paper, publication=other), chain.genesis))[0] == "format"


# ---- who signed --------------------------------------------------------------------------------------------------------
def test_a_signature_out_of_another_transaction(held: Fraud) -> None:
    chain, action = held.chain, attestation(held.ground.header, bytes(32), 5)
    paper, *_ = held.papers([ANN, BOB])
    mine = wire.Transaction.FromString(paper.publication.transaction)
    other = wire.Transaction.FromString(signed(chain.body(BANK, attest_custody=action), chain.clerk))
    for raw in (
        wire.Transaction(body=mine.body, signatures=other.signatures),
        wire.Transaction(body=other.body, signatures=mine.signatures),
        other,
    ):
        changed = replace(paper.publication, transaction=raw.SerializeToString(deterministic=True))
        assert verdict(held, replace(paper, publication=changed)) == ("signature", "transaction")


@pytest.mark.parametrize("whose", [SHOP, ISSUER])
def test_a_key_that_is_none_of_the_custodian_s(held: Fraud, whose: int) -> None:
    lying = held.with_header(key=held.chain.key(whose).public_key)
    for paper in lying.papers([ANN, BOB]):
        assert verdict(lying, paper) == ("custody", "holder's key")


def test_a_key_of_the_custodian_s_that_did_not_sign() -> None:
    chain = CustodyChain(checkers=[ClerkKey(7)])
    made = fraud(chain, chain.issue({BANK: 8})).with_header(key=ClerkKey(7).public_key)
    for paper in made.papers([ANN, BOB]):
        assert verdict(made, paper) == ("signature", "holder's key")


def test_a_stranger_s_signature_is_refused_by_the_law(held: Fraud) -> None:
    body = held.chain.body(BANK, attest_custody=attestation(held.ground.header, bytes(32), 5))
    with pytest.raises(AssertionError):
        held.chain.publication(signed(body, held.chain.shop))
