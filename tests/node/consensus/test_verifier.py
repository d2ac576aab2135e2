"""The light verifier: what it trusts, what it asks more about, what it refuses."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.core.errors import InvalidBlock, NotEnoughPower
from app.core.units import Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus.hashes import header_hash
from app.node.consensus.verifier import (
    DEFAULT_OPTIONS,
    Options,
    Outcome,
    TrustedBlock,
    UntrustedBlock,
    Verdict,
    verify_chain,
    verify_update,
)
from tests.fakes.chain import (
    ABSENT,
    CHAIN_ID,
    COMMIT,
    START,
    FakeBlock,
    make_genesis,
    make_light_chain,
    make_validators,
    resign,
    sign_commit,
)

NOW = Nanoseconds(START + 3600 * 1_000_000_000)
OLD = make_validators(4, seed="old")
NEW = make_validators(4, seed="new")
GENESIS = TrustedBlock.from_genesis(make_genesis(OLD))


@pytest.fixture(scope="module")
def chain() -> list[FakeBlock]:
    """Nine blocks by the same validators."""
    return make_light_chain(9, OLD)


@pytest.fixture(scope="module")
def handover() -> list[FakeBlock]:
    """All validators change at height 4."""
    return make_light_chain(6, {1: OLD, 4: NEW})


def copy(block: FakeBlock) -> UntrustedBlock:
    """A block's claim that the test may change."""
    return replace(block.untrusted, signed_header=pb.SignedHeader.FromString(block.signed_header.SerializeToString()))


def verify(untrusted: UntrustedBlock, trusted: TrustedBlock = GENESIS, options: Options = DEFAULT_OPTIONS) -> Verdict:
    return verify_update(untrusted, trusted, options, NOW)


def check_of(verdict: Verdict) -> object:
    assert verdict.error is not None
    return verdict.error.facts["check"]


# ---- success ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("height", [1, 2, 9])
def test_the_first_check_after_the_genesis_may_be_adjacent_or_skipping(chain: list[FakeBlock], height: int) -> None:
    verdict = verify(chain[height - 1].untrusted)
    assert verdict.outcome is Outcome.SUCCESS
    assert verdict.error is None
    assert verdict.trusted is not None
    assert verdict.trusted.height == height
    assert verdict.trusted.hash == header_hash(chain[height - 1].header)
    assert verdict.trusted.validators == OLD.set


def test_the_genesis_may_stand_above_height_one() -> None:
    blocks = make_light_chain(3, OLD, first_height=500)
    trusted = TrustedBlock.from_genesis(make_genesis(OLD, initial_height=500))
    assert trusted.height == 499
    for block in blocks:
        assert verify(block.untrusted, trusted).outcome is Outcome.SUCCESS


def test_a_whole_chain_is_verified_across_a_change_of_all_validators(handover: list[FakeBlock]) -> None:
    verdict = verify_chain([block.untrusted for block in handover], GENESIS, now=NOW)
    assert verdict.outcome is Outcome.SUCCESS
    assert verdict.trusted is not None
    assert verdict.trusted.height == 6
    assert verdict.trusted.validators == NEW.set


def test_no_blocks_change_nothing() -> None:
    assert verify_chain([], GENESIS, now=NOW) == Verdict(Outcome.SUCCESS, trusted=GENESIS)


def test_without_the_next_validators_those_of_the_block_vouch(chain: list[FakeBlock]) -> None:
    light = pb.LightBlock(signed_header=chain[2].signed_header, validator_set=OLD.set.to_wire())
    verdict = verify(UntrustedBlock.from_wire(light))
    assert verdict.trusted is not None
    assert verdict.trusted.validators == OLD.set
    assert verify(chain[5].untrusted, verdict.trusted).outcome is Outcome.SUCCESS


def test_without_the_next_validators_the_handover_is_still_followed_step_by_step(handover: list[FakeBlock]) -> None:
    blocks = [UntrustedBlock(block.signed_header, block.validators.set) for block in handover]
    assert verify_chain(blocks, GENESIS, now=NOW).outcome is Outcome.SUCCESS


def test_a_pinned_header_may_be_the_root_of_trust(chain: list[FakeBlock]) -> None:
    trusted = TrustedBlock.from_header(chain[3].header, OLD.set)
    assert verify(chain[8].untrusted, trusted).outcome is Outcome.SUCCESS


def test_a_header_cannot_be_pinned_with_validators_it_does_not_know(chain: list[FakeBlock]) -> None:
    with pytest.raises(InvalidBlock, match="next_validators_hash"):
        TrustedBlock.from_header(chain[3].header, NEW.set)


def test_evidence_is_verified_years_later_when_no_period_is_set(chain: list[FakeBlock]) -> None:
    years_later = Nanoseconds(START + 10**18)
    assert verify_update(chain[8].untrusted, GENESIS, Options(), years_later).outcome is Outcome.SUCCESS
    expired = verify_update(chain[8].untrusted, GENESIS, Options(trusting_period=10**15), years_later)
    assert expired.outcome is Outcome.INVALID
    assert check_of(expired) == "trusting_period"


# ---- not enough trust ------------------------------------------------------------------------------------------------
def test_skipping_over_a_change_of_all_validators_is_not_enough_trust(handover: list[FakeBlock]) -> None:
    verdict = verify(handover[4].untrusted)
    assert verdict.outcome is Outcome.NOT_ENOUGH_TRUST
    assert verdict.trusted is None
    assert isinstance(verdict.error, NotEnoughPower)
    assert check_of(verdict) == "trust_level"


def test_a_block_in_between_restores_the_trust(handover: list[FakeBlock]) -> None:
    assert verify_chain([handover[2].untrusted, handover[4].untrusted], GENESIS, now=NOW).outcome is Outcome.SUCCESS


def test_a_chain_of_blocks_stops_at_the_first_that_does_not_follow(handover: list[FakeBlock]) -> None:
    verdict = verify_chain([handover[0].untrusted, handover[5].untrusted], GENESIS, now=NOW)
    assert verdict.outcome is Outcome.NOT_ENOUGH_TRUST


def test_overlap_of_exactly_the_trust_level_is_not_enough() -> None:
    three = make_validators(3)
    kept = make_validators(powers=[10, 100], seed="validator")  # of the three, one of power 10 stays
    blocks = make_light_chain(4, {1: three, 3: kept})
    trusted = TrustedBlock.from_genesis(make_genesis(three))
    commit = sign_commit(kept, 4, blocks[3].block_id)
    untrusted = replace(blocks[3].untrusted, signed_header=pb.SignedHeader(header=blocks[3].header, commit=commit))
    overlap = {member.address for member in three.set} & {member.address for member in kept.set}
    assert len(overlap) == 2
    assert verify(untrusted, trusted).outcome is Outcome.SUCCESS
    light = next(index for index, member in enumerate(kept.set) if member.power == 10)
    commit.signatures[light].CopyFrom(pb.CommitSig(block_id_flag=ABSENT))
    absent = replace(untrusted, signed_header=pb.SignedHeader(header=blocks[3].header, commit=commit))
    assert verify(absent, trusted).outcome is Outcome.NOT_ENOUGH_TRUST


# ---- invalid ---------------------------------------------------------------------------------------------------------
def break_round(untrusted: UntrustedBlock) -> None:
    untrusted.signed_header.commit.round = -1


def break_header(untrusted: UntrustedBlock) -> None:
    untrusted.signed_header.header.app_hash = b"another state"


def break_chain(untrusted: UntrustedBlock) -> None:
    untrusted.signed_header.header.chain_id = "another-chain"


def break_commit_height(untrusted: UntrustedBlock) -> None:
    untrusted.signed_header.commit.height += 1


def break_signature(untrusted: UntrustedBlock) -> None:
    untrusted.signed_header.commit.signatures[0].signature = bytes(64)


def drop_header(untrusted: UntrustedBlock) -> None:
    untrusted.signed_header.ClearField("header")


def drop_commit(untrusted: UntrustedBlock) -> None:
    untrusted.signed_header.ClearField("commit")


@pytest.mark.parametrize("height", [1, 7])
@pytest.mark.parametrize(
    ("damage", "check"),
    [
        (break_round, "commit_round"),
        (break_header, "header_hash"),
        (break_chain, "chain_id"),
        (break_commit_height, "commit_height"),
        (break_signature, "commit_signature"),
        (drop_header, "chain_id"),
        (drop_commit, "commit_height"),
    ],
)
def test_a_damaged_claim_is_invalid(
    chain: list[FakeBlock], height: int, damage: Callable[[UntrustedBlock], None], check: str
) -> None:
    untrusted = copy(chain[height - 1])
    damage(untrusted)
    verdict = verify(untrusted)
    assert verdict.outcome is Outcome.INVALID
    assert verdict.trusted is None
    assert check_of(verdict) == check


def test_another_chain_s_block_is_invalid_by_that_name() -> None:
    other = make_light_chain(1, OLD, chain_id="another-chain")[0]
    verdict = verify(other.untrusted)
    assert verdict.outcome is Outcome.INVALID
    assert check_of(verdict) == "chain_id"


@pytest.mark.parametrize("height", [1, 2, 3])
def test_a_block_not_above_the_trusted_one_is_invalid(chain: list[FakeBlock], height: int) -> None:
    trusted = TrustedBlock.from_header(chain[2].header, OLD.set)
    verdict = verify(chain[height - 1].untrusted, trusted)
    assert verdict.outcome is Outcome.INVALID
    assert check_of(verdict) == "height"


def test_a_block_that_is_not_later_is_invalid(chain: list[FakeBlock]) -> None:
    trusted = replace(GENESIS, time=Nanoseconds(START + 10**12))
    verdict = verify(chain[4].untrusted, trusted)
    assert verdict.outcome is Outcome.INVALID
    assert check_of(verdict) == "time_rises"


def test_a_block_from_the_future_is_invalid(chain: list[FakeBlock]) -> None:
    verdict = verify_update(chain[8].untrusted, GENESIS, DEFAULT_OPTIONS, START)
    assert verdict.outcome is Outcome.INVALID
    assert check_of(verdict) == "from_future"


def test_other_validators_than_the_header_s_are_invalid(chain: list[FakeBlock]) -> None:
    verdict = verify(replace(chain[4].untrusted, validators=NEW.set))
    assert verdict.outcome is Outcome.INVALID
    assert check_of(verdict) == "validators_hash"


def test_other_next_validators_than_the_header_s_are_invalid(chain: list[FakeBlock]) -> None:
    verdict = verify(replace(chain[4].untrusted, next_validators=NEW.set))
    assert verdict.outcome is Outcome.INVALID
    assert check_of(verdict) == "next_validators_hash"


def test_validators_on_their_way_out_cannot_be_passed_off_as_the_next(handover: list[FakeBlock]) -> None:
    verdict = verify(replace(handover[2].untrusted, next_validators=OLD.set))
    assert verdict.outcome is Outcome.INVALID
    assert check_of(verdict) == "next_validators_hash"


def test_an_adjacent_block_by_validators_nobody_announced_is_invalid() -> None:
    usurped = make_light_chain(1, NEW)[0]
    verdict = verify(usurped.untrusted)
    assert verdict.outcome is Outcome.INVALID
    assert check_of(verdict) == "validators_announced"


@pytest.mark.parametrize("height", [1, 5])
def test_too_few_signatures_of_the_block_s_own_validators_are_invalid(chain: list[FakeBlock], height: int) -> None:
    block = chain[height - 1]
    commit = sign_commit(OLD, height, block.block_id, flags=[COMMIT, COMMIT, ABSENT, ABSENT])
    signed = pb.SignedHeader(header=block.header, commit=commit)
    verdict = verify(replace(block.untrusted, signed_header=signed))
    assert verdict.outcome is Outcome.INVALID
    assert isinstance(verdict.error, NotEnoughPower)
    assert check_of(verdict) == "voting_power"


def test_a_commit_signed_for_another_chain_is_invalid(chain: list[FakeBlock]) -> None:
    untrusted = copy(chain[4])
    resign(untrusted.signed_header.commit, OLD, "another-chain")
    verdict = verify(untrusted)
    assert verdict.outcome is Outcome.INVALID
    assert check_of(verdict) == "commit_signature"


def test_a_malformed_validator_set_is_refused_at_the_door(chain: list[FakeBlock]) -> None:
    light = pb.LightBlock(signed_header=chain[2].signed_header, validator_set=OLD.set.to_wire())
    light.validator_set.validators[0].voting_power = -1
    with pytest.raises(InvalidBlock, match="validator_power"):
        UntrustedBlock.from_wire(light)


def test_the_chain_id_of_what_is_trusted_is_the_one_that_counts() -> None:
    assert GENESIS.chain_id == CHAIN_ID
    assert GENESIS.hash is None
