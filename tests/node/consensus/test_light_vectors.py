"""CometBFT's own light-client cases, derived from a model of the protocol: every verdict must be the one expected."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import InvalidBlock
from app.core.units import NANOSECONDS_PER_SECOND
from app.node.consensus import rpcjson
from app.node.consensus.time import decode_time
from app.node.consensus.validators import ValidatorSet
from app.node.consensus.verifier import Options, Outcome, TrustedBlock, UntrustedBlock, verify_update

OUTCOMES = {
    "SUCCESS": Outcome.SUCCESS,
    "NOT_ENOUGH_TRUST": Outcome.NOT_ENOUGH_TRUST,
    "INVALID": Outcome.INVALID,
}
CLOCK_DRIFT = 1 * NANOSECONDS_PER_SECOND
CASES = 30
WITHOUT_VALIDATORS = "MC4_4_faulty_TestUntrustedBeforeTrusted.json"


def run(case: dict[str, Any]) -> list[tuple[Outcome, Outcome]]:
    """(expected, got) for each step; what succeeds is trusted in the next."""
    initial = case["initial"]
    header = rpcjson.decode_signed_header(initial["signed_header"]).header
    trusted = TrustedBlock.from_header(header, decode_set(initial["next_validator_set"]))
    options = Options(trusting_period=int(initial["trusting_period"]), clock_drift=CLOCK_DRIFT)
    outcomes = []
    for step in case["input"]:
        verdict = verify_update(decode_block(step["block"]), trusted, options, decode_time(step["now"]))
        trusted = verdict.trusted or trusted
        outcomes.append((OUTCOMES[step["verdict"]], verdict.outcome))
    return outcomes


def decode_block(block: dict[str, Any]) -> UntrustedBlock:
    signed = rpcjson.decode_signed_header(block["signed_header"])
    announced = block["next_validator_set"]  # in one case nobody, which is no set here: then it is left out
    next_validators = decode_set(announced) if announced["validators"] else None
    return UntrustedBlock(signed, decode_set(block["validator_set"]), next_validators)


def decode_set(members: dict[str, Any]) -> ValidatorSet:
    return ValidatorSet.from_wire(rpcjson.decode_validator_set(members))


def load(folder: Path) -> dict[str, dict[str, Any]]:
    files = sorted((folder / "cometbft-light").glob("*.json"))
    assert len(files) == 9
    return {file.name: json.loads(file.read_bytes()) for file in files}


def test_every_verdict_is_the_expected_one(vector_dir: Path) -> None:
    cases = load(vector_dir)
    del cases[WITHOUT_VALIDATORS]
    outcomes = [pair for case in cases.values() for pair in run(case)]
    assert len(outcomes) == CASES - 1
    assert [got for _, got in outcomes] == [expected for expected, _ in outcomes]


def test_the_invalid_block_without_validators_is_refused_before_it_is_judged(vector_dir: Path) -> None:
    (step,) = load(vector_dir)[WITHOUT_VALIDATORS]["input"]
    assert step["verdict"] == "INVALID"
    with pytest.raises(InvalidBlock, match="validator_count"):
        decode_block(step["block"])


def test_a_block_older_than_the_trusted_one_is_invalid_whoever_signed_it(vector_dir: Path) -> None:
    """The rule that the case without validators is about, on a block that has some."""
    case = load(vector_dir)["MC4_4_faulty_TestSuccess.json"]
    step = case["input"][-1]
    assert step["verdict"] == "SUCCESS"
    untrusted = decode_block(step["block"])
    trusted = TrustedBlock.from_header(untrusted.signed_header.header, untrusted.validators)
    verdict = verify_update(untrusted, trusted, Options(clock_drift=CLOCK_DRIFT), decode_time(step["now"]))
    assert verdict.outcome is Outcome.INVALID
    assert verdict.error is not None
    assert verdict.error.facts["check"] == "height"
