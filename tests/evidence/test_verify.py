"""A true bundle is valid; whoever lies anywhere is found out at the step that says so."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import app.registry.acting
import app.registry.law
from app.core.codec import encode
from app.core.hashing import sha256
from app.core.keys import Algorithm
from app.core.units import Height
from app.core.verification import Verdict
from app.core.wire import comet_pb2 as pb
from app.core.wire import ics23_pb2
from app.core.wire import registry_pb2 as wire
from app.evidence import verify
from app.evidence.bundle import make_bundle
from app.evidence.proof import TransactionProof, account_key, encode_proof
from app.evidence.verify import STEPS, verify_bundle
from app.node.consensus.genesis import decode_genesis
from app.node.consensus.hashes import tx_proof
from tests.fakes.bundles import changed_anchor, contents, failed_step, flipped, forge, verified, write_zip
from tests.fakes.evidence import FILE_NAME, ORIGINAL, ClerkKey, Consortium, MadeEvidence, make_evidence


@pytest.fixture(scope="module")
def evidence() -> MadeEvidence:
    return make_evidence()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "bundle.asice"


# ---- what is true ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("records", [1, 2, 5])
@pytest.mark.parametrize("company", [0, 1, 4])
@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_true_bundle_is_valid(tmp_path: Path, target: Path, records: int, company: int, algorithm: Algorithm) -> None:
    made = make_evidence(records=records, company=company, consortium=Consortium(clerk=ClerkKey(1, algorithm)))
    make_bundle(made.proof, made.source(tmp_path), target)
    report = verify_bundle(target, made.genesis)
    assert (report.verdict, report.error) == (Verdict.VALID, None)
    assert [step.name for step in report.steps if step.passed] == list(STEPS)


def test_the_report_says_what_was_proven(tmp_path: Path, target: Path, evidence: MadeEvidence) -> None:
    make_bundle(evidence.proof, evidence.source(tmp_path), target)
    report = verify_bundle(target, evidence.genesis)
    assert report.parts is not None
    assert report.parts.record.sha256 == sha256(ORIGINAL)
    assert report.parts.context.file_name == FILE_NAME
    assert report.parts.account.id == 10_001
    assert report.parts.entry.height == report.parts.header.height == evidence.consortium.height - 1
    signers = report.parts.signers
    assert (signers.signed, signers.validators, signers.signed_power, signers.total_power) == (4, 4, 40, 40)


def test_step_names_are_those_that_the_desk_shows() -> None:
    assert (
        *("container", "format", "trust-root", "finality", "block", "transaction"),
        *("signature", "account", "record", "context", "file", "chain"),
    ) == STEPS
    assert verify.__doc__ is not None
    assert all(f"{number:2}. {name} " in verify.__doc__ for number, name in enumerate(STEPS, 1))


def test_three_of_four_signatures_are_enough_and_are_counted(target: Path) -> None:
    made = make_evidence(consortium=Consortium(absent=(1,)))
    report = verified(made, target)
    assert report.verdict is Verdict.VALID
    assert report.steps[3].facts == (("signed", "3 of 4"), ("power", "30 of 40"))


def test_a_validator_set_that_changed_step_by_step_is_followed_through_light_blocks(target: Path) -> None:
    chain = Consortium(members=lambda height: range(height, height + 4))
    made = make_evidence(records=8, consortium=chain)
    assert verified(made, target).verdict is Verdict.NOT_ENOUGH_TRUST
    between = tuple(chain.light_block(height) for height in (3, 5, 7, 9))
    report = verified(made, target, light_blocks=between)
    assert (report.verdict, report.error) == (Verdict.VALID, None)
    assert verified(made, target, light_blocks=between[::-1]).verdict is not Verdict.VALID


def test_deflated_entries_are_read_too(target: Path, evidence: MadeEvidence) -> None:
    write_zip(target, contents(evidence.proof, evidence.original), method=8)
    assert verify_bundle(target, evidence.genesis).verdict is Verdict.VALID


def test_an_empty_file_can_be_evidence(tmp_path: Path, target: Path) -> None:
    made = make_evidence(original=b"")
    make_bundle(made.proof, made.source(tmp_path), target)
    assert verify_bundle(target, made.genesis).verdict is Verdict.VALID


# ---- the root of trust -----------------------------------------------------------------------------------------------
def test_without_a_genesis_nothing_is_shown_as_passed_that_hangs_on_it(target: Path, evidence: MadeEvidence) -> None:
    report = verify_bundle(forge(target, evidence), None)
    assert report.verdict is Verdict.NOT_ENOUGH_TRUST
    assert "genesis" in str(report.error)
    assert [step.name for step in report.steps if step.passed] == ["container", "format"]
    assert all(step.skipped for step in report.steps[2:])


def test_a_bundle_of_another_chain_is_not_trusted(target: Path, evidence: MadeEvidence) -> None:
    other = Consortium(chain_id="another-chain").genesis
    report = verify_bundle(forge(target, evidence), other)
    assert report.verdict is Verdict.NOT_ENOUGH_TRUST
    assert report.error is not None
    assert report.error.facts["expected"] == other.fingerprint.hex()
    assert [step.name for step in report.steps if step.passed] == ["container", "format"]


def test_without_a_genesis_a_contradiction_is_still_found(target: Path, evidence: MadeEvidence) -> None:
    report = verify_bundle(forge(target, evidence, segment=evidence.proof.segment[::-1]), None)
    assert report.verdict is Verdict.REFUTED
    assert [step.name for step in report.steps if not step.passed and not step.skipped] == ["chain"]
    assert [step.name for step in report.steps if step.passed] == ["container", "format"]


def test_a_genesis_with_the_same_name_but_other_content_is_another_chain(target: Path, evidence: MadeEvidence) -> None:
    text = evidence.consortium.genesis_bytes.replace(b'"max_gas": "-1"', b'"max_gas": "7"')
    report = verify_bundle(forge(target, evidence), decode_genesis(text))
    assert report.verdict is Verdict.NOT_ENOUGH_TRUST


def test_a_chain_id_that_is_not_the_genesis_s_is_refuted(target: Path, evidence: MadeEvidence) -> None:
    assert failed_step(verified(evidence, target, chain_id="elsewhere")) == "trust-root"


# ---- finality --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("validator", range(4))
def test_one_forged_signature_is_refuted_even_when_the_others_would_do(
    target: Path, evidence: MadeEvidence, validator: int
) -> None:
    def forge_signature(anchor: pb.LightBlock) -> None:
        signature = anchor.signed_header.commit.signatures[validator]
        signature.signature = flipped(signature.signature, 7)

    anchor = changed_anchor(evidence, forge_signature)
    assert failed_step(verified(evidence, target, anchor=anchor)) == "finality"


@pytest.mark.parametrize(("validators", "absent"), [(4, (0, 1)), (6, (0, 1)), (3, (2,)), (1, (0,))])
def test_two_thirds_or_less_are_not_final(target: Path, validators: int, absent: tuple[int, ...]) -> None:
    made = make_evidence(consortium=Consortium(members=lambda height: range(validators)))
    anchor = made.consortium.light_block_signed(made.consortium.height, absent)
    report = verified(made, target, anchor=anchor)
    assert report.verdict is not Verdict.VALID
    assert not report.steps[3].passed


def test_somebody_else_s_validators_prove_nothing(target: Path, evidence: MadeEvidence) -> None:
    """An attacker runs a whole consistent chain of his own and claims that it is ours."""
    theirs = make_evidence(consortium=Consortium(members=lambda height: range(50, 54)))
    path = forge(target, theirs, genesis_fingerprint=evidence.genesis.fingerprint)
    report = verify_bundle(path, evidence.genesis)
    assert report.verdict is Verdict.NOT_ENOUGH_TRUST
    assert [step.name for step in report.steps if step.passed] == ["container", "format", "trust-root"]


def test_the_first_block_s_validators_must_be_the_genesis_s(target: Path, evidence: MadeEvidence) -> None:
    theirs = make_evidence(consortium=Consortium(members=lambda height: range(50, 54)))
    blocks = tuple(theirs.consortium.light_block(height) for height in range(1, theirs.consortium.height))
    path = forge(target, theirs, genesis_fingerprint=evidence.genesis.fingerprint, light_blocks=blocks)
    assert failed_step(verify_bundle(path, evidence.genesis)) == "finality"


def test_another_validator_set_beside_the_commit_is_refuted(target: Path, evidence: MadeEvidence) -> None:
    theirs = make_evidence(consortium=Consortium(members=lambda height: range(50, 54)))

    def swap(anchor: pb.LightBlock) -> None:
        anchor.validator_set.CopyFrom(pb.LightBlock.FromString(theirs.proof.anchor).validator_set)

    assert failed_step(verified(evidence, target, anchor=changed_anchor(evidence, swap))) == "finality"


@pytest.mark.parametrize(
    "field", ["app_hash", "data_hash", "validators_hash", "last_results_hash", "proposer_address", "evidence_hash"]
)
def test_an_anchor_whose_header_was_changed_is_refuted(target: Path, evidence: MadeEvidence, field: str) -> None:
    def change(anchor: pb.LightBlock) -> None:
        header = anchor.signed_header.header
        setattr(header, field, flipped(getattr(header, field)))

    assert failed_step(verified(evidence, target, anchor=changed_anchor(evidence, change))) == "finality"


def test_the_reader_s_clock_has_no_say(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fakes.evidence.START_NS", 9_000_000_000_000_000_000)  # the year 2255
    assert verified(make_evidence(), target).verdict is Verdict.VALID


# ---- block and transaction -------------------------------------------------------------------------------------------
def test_the_header_of_another_height_is_refuted(target: Path, evidence: MadeEvidence) -> None:
    header = encode(evidence.consortium.blocks[1].header)
    assert failed_step(verified(evidence, target, block_header=header)) == "block"


def test_a_changed_header_is_refuted(target: Path, evidence: MadeEvidence) -> None:
    header = pb.Header.FromString(evidence.proof.block_header)
    header.time.nanos += 1
    assert failed_step(verified(evidence, target, block_header=encode(header))) == "block"


def test_an_anchor_that_is_not_the_next_block_is_refuted(target: Path, evidence: MadeEvidence) -> None:
    anchor = evidence.consortium.light_block(evidence.consortium.height - 2)
    assert failed_step(verified(evidence, target, anchor=anchor)) == "block"


def test_a_transaction_of_another_block_is_refuted(target: Path) -> None:
    """The first record's transaction, otherwise true, with the second record's block."""
    made, first = make_evidence(records=2), make_evidence(records=1)
    path = write_zip(target, contents(replace(made.proof, transaction=first.proof.transaction), ORIGINAL))
    assert failed_step(verify_bundle(path, made.genesis)) == "transaction"


def test_a_neighbour_s_transaction_does_not_go_with_this_log_entry(target: Path, evidence: MadeEvidence) -> None:
    other = evidence.consortium.blocks[-2].transactions[0]
    place = TransactionProof.from_wire(tx_proof(evidence.consortium.blocks[-2].transactions, 0))
    report = verified(evidence, target, transaction=other, transaction_proof=place)
    assert failed_step(report) == "transaction"


@pytest.mark.parametrize(
    "change",
    [
        lambda place: replace(place, index=place.index + 1),
        lambda place: replace(place, total=place.total + 2),
        lambda place: replace(place, total=0),
        lambda place: replace(place, aunts=place.aunts[1:]),
        lambda place: replace(place, aunts=place.aunts[::-1]),
        lambda place: replace(place, aunts=(*place.aunts, bytes(32))),
        lambda place: replace(place, aunts=(place.aunts[0][:31], *place.aunts[1:])),
    ],
)
def test_a_wrong_path_to_the_block_is_refuted(
    target: Path, evidence: MadeEvidence, change: Callable[[TransactionProof], TransactionProof]
) -> None:
    place = change(evidence.proof.transaction_proof)
    assert failed_step(verified(evidence, target, transaction_proof=place)) == "transaction"


# ---- signature, account, record: what a majority that colludes could try ----------------------------------------------
def test_a_transaction_with_a_bad_signature_is_refuted_even_from_a_final_block(target: Path) -> None:
    class BadHand(ClerkKey):
        def sign(self, digest: bytes) -> bytes:
            return flipped(super().sign(digest), 3)

    chain = Consortium(clerk=BadHand(1), is_signed=lambda key, digest, signature: True)
    assert failed_step(verified(make_evidence(consortium=chain), target)) == "signature"


def test_a_signer_who_is_not_of_the_account_is_refuted(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.registry.law, "check_keys", lambda transaction, account: None)
    monkeypatch.setattr(app.registry.acting, "check_roles", lambda account, signers, rule: None)
    chain, stranger = Consortium(), ClerkKey(9)
    owner = chain.address(chain.clerk)
    monkeypatch.setattr(
        chain, "address", lambda key: owner if key is stranger else Consortium.address(chain, key), raising=True
    )
    chain.clerk = stranger
    report = verified(make_evidence(consortium=chain), target)
    assert failed_step(report) == "account"
    assert "not one of the account's" in str(report.error)


def _set(name: str, value: object) -> Callable[[wire.LogEntry], object]:
    return lambda entry: setattr(entry, name, value)


@pytest.mark.parametrize(
    ("tamper", "step"),
    [
        (_set("transaction_hash", bytes(32)), "transaction"),
        (_set("sender", bytes(20)), "signature"),
        (_set("signer", b"\x08\x01"), "signature"),
        (_set("signer", ClerkKey(2).public_key.encode()), "signature"),
        (_set("agreement", sha256(b"another agreement")), "account"),
        (_set("agreement_version", 2), "account"),
        (_set("partner", 10_002), "account"),
        (lambda entry: entry.approvers.append(ClerkKey(2).public_key.encode()), "signature"),
        (_set("height", 3), "record"),
        (_set("time_ns", 1), "record"),
        (lambda entry: setattr(entry, "evidence_record", flipped(entry.evidence_record)), "record"),
    ],
)
def test_a_log_entry_that_says_something_else_is_refuted(
    target: Path, tamper: Callable[[wire.LogEntry], object], step: str
) -> None:
    made = make_evidence(records=1, consortium=Consortium(tamper=tamper), company=0)
    assert failed_step(verified(made, target)) == step


@pytest.mark.parametrize(("field", "value"), [("height", 70), ("chain_id", "elsewhere"), ("evidence_hash", b"short")])
def test_a_header_that_is_linked_but_breaks_the_rules_is_refuted(target: Path, field: str, value: object) -> None:
    def tamper(header: pb.Header) -> None:
        if header.height == 2:
            setattr(header, field, value)

    made = make_evidence(records=1, company=0, consortium=Consortium(tamper_header=tamper))
    assert made.consortium.height == 3
    assert failed_step(verified(made, target)) == "block"


def test_a_transaction_for_another_chain_is_refuted(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.registry.law, "check_chain", lambda transaction, environment: None)
    made = make_evidence(consortium=Consortium(body_chain_id="elsewhere"))
    assert failed_step(verified(made, target)) == "signature"


def test_an_account_that_stands_in_another_s_place_is_refuted(target: Path) -> None:
    chain = Consortium()
    chain.add_block()
    account = wire.Account.FromString(chain.state.get(account_key(chain.address(chain.clerk))) or b"")
    account.address = bytes(20)
    chain.state.apply(Height(1), {account_key(chain.address(chain.clerk)): encode(account)}, [])
    assert failed_step(verified(make_evidence(consortium=chain), target)) == "account"


def changed_account(made: MadeEvidence, change: Callable[[wire.Account], object]) -> bytes:
    commitment = ics23_pb2.CommitmentProof.FromString(made.proof.account_proof)
    account = wire.Account.FromString(commitment.exist.value)
    change(account)
    commitment.exist.value = encode(account)
    return encode(commitment)


@pytest.mark.parametrize(
    "change",
    [
        lambda account: setattr(account, "name", "别人"),
        lambda account: setattr(account, "id", 7),
        lambda account: setattr(account, "agreement", bytes(32)),
        lambda account: account.keys.add(key=ClerkKey(9).public_key.to_wire()),
    ],
)
def test_a_changed_account_is_refuted(
    target: Path, evidence: MadeEvidence, change: Callable[[wire.Account], object]
) -> None:
    report = verified(evidence, target, account_proof=changed_account(evidence, change))
    assert failed_step(report) == "account"


def test_another_account_s_proof_is_refuted(target: Path, evidence: MadeEvidence) -> None:
    chain = evidence.consortium
    proof = chain.state.prove_key(account_key(chain.address(chain.other)), Height(chain.height - 1))
    assert failed_step(verified(evidence, target, account_proof=proof.commitment)) == "account"


def test_a_proof_that_there_is_no_account_is_refuted(target: Path, evidence: MadeEvidence) -> None:
    proof = evidence.consortium.state.prove_key(account_key(bytes(20)), Height(evidence.consortium.height - 1))
    entries = contents(evidence.proof, ORIGINAL)
    entries["proof.json"] = encode_proof(replace(evidence.proof, account_proof=proof.commitment))
    assert failed_step(verify_bundle(write_zip(target, entries), evidence.genesis)) == "format"


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({"log_index": 0}, "record"),
        ({"log_size": 8}, "account"),
        ({"log_root": bytes(32)}, "account"),
        ({"map_root": bytes(32)}, "account"),
        ({"log_path": ()}, "record"),
    ],
)
def test_wrong_roots_and_places_are_refuted(
    target: Path, evidence: MadeEvidence, changes: dict[str, object], step: str
) -> None:
    assert failed_step(verified(evidence, target, **changes)) == step


def test_a_changed_log_path_is_refuted(target: Path, evidence: MadeEvidence) -> None:
    path = evidence.proof.log_path
    assert failed_step(verified(evidence, target, log_path=(flipped(path[0]), *path[1:]))) == "record"


def test_a_true_log_entry_of_another_record_is_refuted(target: Path, evidence: MadeEvidence) -> None:
    index = evidence.proof.log_index - 1
    proof = evidence.consortium.state.prove_entry(index, Height(evidence.consortium.height - 1))
    report = verified(
        evidence,
        target,
        log_entry=evidence.consortium.entries[index],
        log_index=index,
        log_path=tuple(proof.path),
    )
    assert failed_step(report) == "transaction"
