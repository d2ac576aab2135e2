"""Each rule about commits refuses exactly the fault it is for, and names itself."""

from collections.abc import Callable

import pytest

from app.core.errors import InvalidBlock, NotEnoughPower, OutOfRange
from app.core.units import Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus.predicates import (
    check_commit,
    check_commit_basics,
    check_commit_light,
    check_commit_signatures,
    check_commit_target,
    check_commit_trusting,
)
from app.node.consensus.time import FIRST_SECOND, LAST_SECOND, to_timestamp
from app.node.consensus.validators import ValidatorSet
from app.node.consensus.votes import TrustLevel
from tests.fakes.chain import (
    ABSENT,
    CHAIN_ID,
    COMMIT,
    NIL,
    START,
    FakeValidators,
    make_validators,
    resign,
    sign_commit,
)

HEIGHT = Height(7)
TARGET = pb.BlockID(hash=bytes([1]) * 32, part_set_header=pb.PartSetHeader(total=1, hash=bytes([2]) * 32))
THIRD = TrustLevel()
Rule = Callable[[str, pb.Commit, ValidatorSet], None]
BOTH = pytest.mark.parametrize("rule", [check_commit_signatures, check_commit_light])


@pytest.fixture(scope="module")
def four() -> FakeValidators:
    return make_validators(4)


@pytest.fixture
def commit(four: FakeValidators) -> pb.Commit:
    return sign_commit(four, HEIGHT, TARGET)


def check_of(error: pytest.ExceptionInfo[InvalidBlock]) -> object:
    return error.value.facts["check"]


def test_a_commit_by_all_passes(four: FakeValidators, commit: pb.Commit) -> None:
    check_commit(CHAIN_ID, commit, HEIGHT, TARGET, four.set)
    check_commit_light(CHAIN_ID, commit, four.set)
    check_commit_trusting(CHAIN_ID, commit, four.set, THIRD)


# ---- power -----------------------------------------------------------------------------------------------------------
@BOTH
@pytest.mark.parametrize("missing", [ABSENT, NIL])
def test_three_of_four_are_enough(rule: Rule, four: FakeValidators, missing: pb.BlockIDFlag) -> None:
    rule(CHAIN_ID, sign_commit(four, HEIGHT, TARGET, flags=[COMMIT, missing, COMMIT, COMMIT]), four.set)


@BOTH
@pytest.mark.parametrize("missing", [ABSENT, NIL])
def test_absent_and_nil_votes_are_not_counted(rule: Rule, four: FakeValidators, missing: pb.BlockIDFlag) -> None:
    untrusted = sign_commit(four, HEIGHT, TARGET, flags=[COMMIT, missing, COMMIT, missing])
    with pytest.raises(NotEnoughPower) as error:
        rule(CHAIN_ID, untrusted, four.set)
    assert error.value.facts == {"check": "voting_power", "expected": "more than 26", "got": 20}


@BOTH
def test_a_commit_with_exactly_two_thirds_is_refused(rule: Rule) -> None:
    three = make_validators(3)
    with pytest.raises(NotEnoughPower):
        rule(CHAIN_ID, sign_commit(three, HEIGHT, TARGET, flags=[COMMIT, COMMIT, ABSENT]), three.set)


@BOTH
def test_a_unit_more_than_two_thirds_is_enough(rule: Rule) -> None:
    uneven = make_validators(powers=[67, 33])  # 100 * 2 // 3 = 66
    rule(CHAIN_ID, sign_commit(uneven, HEIGHT, TARGET, flags=[COMMIT, ABSENT]), uneven.set)
    uneven = make_validators(powers=[66, 34])
    with pytest.raises(NotEnoughPower):
        rule(CHAIN_ID, sign_commit(uneven, HEIGHT, TARGET, flags=[COMMIT, ABSENT]), uneven.set)


@BOTH
def test_nobody_s_commit_is_refused(rule: Rule, four: FakeValidators) -> None:
    with pytest.raises(NotEnoughPower):
        rule(CHAIN_ID, sign_commit(four, HEIGHT, TARGET, flags=[ABSENT] * 4), four.set)


# ---- signatures ------------------------------------------------------------------------------------------------------
@BOTH
def test_a_forged_signature_is_refused(rule: Rule, four: FakeValidators, commit: pb.Commit) -> None:
    commit.signatures[1].signature = bytes(32) + commit.signatures[1].signature[32:]
    with pytest.raises(InvalidBlock) as error:
        rule(CHAIN_ID, commit, four.set)
    assert error.value.facts["check"] == "commit_signature"
    assert error.value.facts["index"] == 1


@BOTH
def test_signatures_for_another_chain_are_refused(rule: Rule, four: FakeValidators, commit: pb.Commit) -> None:
    resign(commit, four, "another-chain")
    with pytest.raises(InvalidBlock) as error:
        rule(CHAIN_ID, commit, four.set)
    assert check_of(error) == "commit_signature"


@BOTH
@pytest.mark.parametrize(
    "change",
    [
        lambda commit: setattr(commit, "height", 8),
        lambda commit: setattr(commit, "round", 1),
        lambda commit: setattr(commit.block_id, "hash", bytes(32)),
        lambda commit: setattr(commit.block_id.part_set_header, "total", 2),
        lambda commit: setattr(commit.signatures[0].timestamp, "nanos", 1),
    ],
)
def test_signatures_cover_height_round_block_and_time(
    rule: Rule, four: FakeValidators, commit: pb.Commit, change: Callable[[pb.Commit], None]
) -> None:
    change(commit)
    with pytest.raises(InvalidBlock) as error:
        rule(CHAIN_ID, commit, four.set)
    assert check_of(error) == "commit_signature"


def test_a_nil_vote_dressed_as_a_vote_for_the_block_is_refused(four: FakeValidators) -> None:
    untrusted = sign_commit(four, HEIGHT, TARGET, flags=[COMMIT, COMMIT, NIL, NIL])
    untrusted.signatures[2].block_id_flag = COMMIT
    with pytest.raises(InvalidBlock) as error:
        check_commit_light(CHAIN_ID, untrusted, four.set)
    assert check_of(error) == "commit_signature"


@pytest.mark.parametrize("flag", [COMMIT, NIL])
def test_the_full_check_looks_at_signatures_beyond_two_thirds_and_the_light_one_does_not(
    four: FakeValidators, flag: pb.BlockIDFlag
) -> None:
    untrusted = sign_commit(four, HEIGHT, TARGET, flags=[COMMIT, COMMIT, COMMIT, flag])
    untrusted.signatures[3].signature = bytes(64)
    check_commit_light(CHAIN_ID, untrusted, four.set)
    with pytest.raises(InvalidBlock) as error:
        check_commit_signatures(CHAIN_ID, untrusted, four.set)
    assert check_of(error) == "commit_signature"


# ---- who signed ------------------------------------------------------------------------------------------------------
@BOTH
def test_swapped_addresses_are_refused(rule: Rule, four: FakeValidators, commit: pb.Commit) -> None:
    first, second = commit.signatures[0], commit.signatures[1]
    first.validator_address, second.validator_address = second.validator_address, first.validator_address
    with pytest.raises(InvalidBlock) as error:
        rule(CHAIN_ID, commit, four.set)
    assert check_of(error) == "commit_address"


@BOTH
def test_swapped_signatures_are_refused(rule: Rule, four: FakeValidators, commit: pb.Commit) -> None:
    spare = pb.CommitSig.FromString(commit.signatures[0].SerializeToString())
    commit.signatures[0].CopyFrom(commit.signatures[1])
    commit.signatures[1].CopyFrom(spare)
    with pytest.raises(InvalidBlock) as error:
        rule(CHAIN_ID, commit, four.set)
    assert check_of(error) == "commit_address"


@BOTH
def test_one_validator_who_signs_for_all_is_counted_once(rule: Rule, four: FakeValidators, commit: pb.Commit) -> None:
    for signature in commit.signatures[1:]:
        signature.CopyFrom(commit.signatures[0])
    with pytest.raises(InvalidBlock) as error:
        rule(CHAIN_ID, commit, four.set)
    assert check_of(error) == "commit_address"


@BOTH
@pytest.mark.parametrize("count", [3, 5])
def test_a_commit_of_another_size_is_refused(rule: Rule, four: FakeValidators, count: int) -> None:
    others = make_validators(count)
    with pytest.raises(InvalidBlock) as error:
        rule(CHAIN_ID, sign_commit(others, HEIGHT, TARGET), four.set)
    assert check_of(error) == "commit_size"


@BOTH
def test_strangers_commit_is_refused(rule: Rule, four: FakeValidators) -> None:
    strangers = make_validators(4, seed="stranger")
    with pytest.raises(InvalidBlock) as error:
        rule(CHAIN_ID, sign_commit(strangers, HEIGHT, TARGET), four.set)
    assert check_of(error) == "commit_address"


# ---- the trust level ---------------------------------------------------------------------------------------------------
def test_a_third_of_the_trusted_power_is_not_enough_and_more_is(four: FakeValidators) -> None:
    three = make_validators(3)
    only_one = sign_commit(three, HEIGHT, TARGET, flags=[COMMIT, ABSENT, ABSENT])
    with pytest.raises(NotEnoughPower) as error:
        check_commit_trusting(CHAIN_ID, only_one, three.set, THIRD)
    assert check_of(error) == "trust_level"
    check_commit_trusting(
        CHAIN_ID, sign_commit(four, HEIGHT, TARGET, flags=[COMMIT, COMMIT, NIL, NIL]), four.set, THIRD
    )


def test_trusted_validators_are_found_wherever_they_stand_among_strangers() -> None:
    trusted = make_validators(2)
    mixed = make_validators(powers=[10, 10, 50, 60])  # the same two, and two heavier strangers before them
    check_commit_trusting(CHAIN_ID, sign_commit(mixed, HEIGHT, TARGET), trusted.set, THIRD)


def test_strangers_do_not_count_towards_the_trust_level(four: FakeValidators) -> None:
    strangers = make_validators(4, seed="stranger")
    with pytest.raises(NotEnoughPower):
        check_commit_trusting(CHAIN_ID, sign_commit(strangers, HEIGHT, TARGET), four.set, THIRD)


def test_a_double_vote_is_refused(four: FakeValidators) -> None:
    untrusted = sign_commit(four, HEIGHT, TARGET, flags=[COMMIT, ABSENT, ABSENT, ABSENT])
    untrusted.signatures[2].CopyFrom(untrusted.signatures[0])
    with pytest.raises(InvalidBlock) as error:
        check_commit_trusting(CHAIN_ID, untrusted, four.set, THIRD)
    assert check_of(error) == "double_vote"


def test_a_forged_signature_of_a_trusted_validator_is_refused(four: FakeValidators, commit: pb.Commit) -> None:
    commit.signatures[0].signature = bytes(64)
    with pytest.raises(InvalidBlock) as error:
        check_commit_trusting(CHAIN_ID, commit, four.set, THIRD)
    assert check_of(error) == "commit_signature"


def test_a_higher_trust_level_asks_for_more(four: FakeValidators) -> None:
    untrusted = sign_commit(four, HEIGHT, TARGET, flags=[COMMIT, COMMIT, ABSENT, ABSENT])
    check_commit_trusting(CHAIN_ID, untrusted, four.set, THIRD)
    with pytest.raises(NotEnoughPower):
        check_commit_trusting(CHAIN_ID, untrusted, four.set, TrustLevel(2, 3))


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 4), (2, 1), (0, 1), (1, 0), (-1, -3), (33, 100)])
def test_a_trust_level_outside_a_third_to_one_is_refused(numerator: int, denominator: int) -> None:
    with pytest.raises(OutOfRange):
        TrustLevel(numerator, denominator)


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 3), (2, 3), (1, 1), (34, 100)])
def test_a_trust_level_of_a_third_to_one_is_accepted(numerator: int, denominator: int) -> None:
    assert TrustLevel(numerator, denominator).numerator == numerator


# ---- shape -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda commit: setattr(commit, "height", 0), "commit_height"),
        (lambda commit: setattr(commit, "height", -1), "commit_height"),
        (lambda commit: setattr(commit, "round", -1), "commit_round"),
        (lambda commit: commit.ClearField("block_id"), "commit_block_id"),
        (lambda commit: setattr(commit.block_id, "hash", b""), "commit_block_id"),
        (lambda commit: setattr(commit.block_id, "hash", bytes(31)), "commit_block_id"),
        (lambda commit: setattr(commit.block_id.part_set_header, "total", 0), "commit_block_id"),
        (lambda commit: setattr(commit.block_id.part_set_header, "hash", bytes(33)), "commit_block_id"),
        (lambda commit: commit.ClearField("signatures"), "commit_size"),
    ],
)
def test_a_malformed_commit_is_refused(commit: pb.Commit, change: Callable[[pb.Commit], None], check: str) -> None:
    change(commit)
    with pytest.raises(InvalidBlock) as error:
        check_commit_basics(commit)
    assert check_of(error) == check


@pytest.mark.parametrize(
    "change",
    [
        lambda vote: setattr(vote, "block_id_flag", 0),
        lambda vote: setattr(vote, "block_id_flag", 4),
        lambda vote: setattr(vote, "block_id_flag", ABSENT),
        lambda vote: setattr(vote, "validator_address", bytes(19)),
        lambda vote: setattr(vote, "signature", b""),
        lambda vote: setattr(vote, "signature", bytes(63)),
        lambda vote: setattr(vote, "signature", bytes(96)),
        lambda vote: vote.ClearField("timestamp"),
        lambda vote: setattr(vote.timestamp, "nanos", -1),
        lambda vote: setattr(vote.timestamp, "seconds", LAST_SECOND + 1),
    ],
)
@pytest.mark.parametrize("flag", [COMMIT, NIL])
def test_a_malformed_vote_is_refused(
    four: FakeValidators, flag: pb.BlockIDFlag, change: Callable[[pb.CommitSig], None]
) -> None:
    untrusted = sign_commit(four, HEIGHT, TARGET, flags=[COMMIT, COMMIT, COMMIT, flag])
    change(untrusted.signatures[3])
    with pytest.raises(InvalidBlock) as error:
        check_commit_basics(untrusted)
    assert check_of(error) == "commit_signature_shape"
    assert error.value.facts["index"] == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda absent: setattr(absent, "validator_address", bytes(20)),
        lambda absent: setattr(absent, "signature", bytes(64)),
        lambda absent: setattr(absent.timestamp, "seconds", 0),
        lambda absent: setattr(absent.timestamp, "nanos", 1),
    ],
)
def test_who_is_absent_leaves_nothing(four: FakeValidators, change: Callable[[pb.CommitSig], None]) -> None:
    untrusted = sign_commit(four, HEIGHT, TARGET, flags=[COMMIT, COMMIT, COMMIT, ABSENT])
    check_commit_basics(untrusted)
    change(untrusted.signatures[3])
    with pytest.raises(InvalidBlock) as error:
        check_commit_basics(untrusted)
    assert check_of(error) == "commit_signature_shape"


def test_an_absent_vote_may_have_no_time_at_all(four: FakeValidators) -> None:
    untrusted = sign_commit(four, HEIGHT, TARGET, flags=[COMMIT, COMMIT, COMMIT, ABSENT])
    assert untrusted.signatures[3].timestamp.seconds == FIRST_SECOND
    untrusted.signatures[3].ClearField("timestamp")
    check_commit(CHAIN_ID, untrusted, HEIGHT, TARGET, four.set)


# ---- what the commit is for --------------------------------------------------------------------------------------------
def test_a_commit_for_another_height_is_refused(commit: pb.Commit) -> None:
    with pytest.raises(InvalidBlock) as error:
        check_commit_target(commit, Height(8), TARGET)
    assert check_of(error) == "commit_height"


@pytest.mark.parametrize(
    ("other", "check"),
    [
        (pb.BlockID(hash=bytes(32), part_set_header=TARGET.part_set_header), "commit_block_id"),
        (
            pb.BlockID(hash=TARGET.hash, part_set_header=pb.PartSetHeader(total=1, hash=bytes(32))),
            "commit_block_id_parts",
        ),
        (
            pb.BlockID(hash=TARGET.hash, part_set_header=pb.PartSetHeader(total=2, hash=TARGET.part_set_header.hash)),
            "commit_block_id_parts",
        ),
    ],
)
def test_a_commit_for_another_block_is_refused(commit: pb.Commit, other: pb.BlockID, check: str) -> None:
    with pytest.raises(InvalidBlock) as error:
        check_commit_target(commit, HEIGHT, other)
    assert check_of(error) == check


def test_each_vote_may_have_its_own_time(four: FakeValidators, commit: pb.Commit) -> None:
    for index, signature in enumerate(commit.signatures):
        signature.timestamp.CopyFrom(to_timestamp(Nanoseconds(START + index)))
    resign(commit, four)
    check_commit(CHAIN_ID, commit, HEIGHT, TARGET, four.set)


# ---- all of it together ------------------------------------------------------------------------------------------------
def forge(commit: pb.Commit) -> None:
    commit.signatures[3].signature = bytes(64)


def hide(commit: pb.Commit) -> None:
    commit.signatures[3].signature = b""


def move(commit: pb.Commit) -> None:
    commit.height = 8


@pytest.mark.parametrize(
    ("damage", "check"), [(forge, "commit_signature"), (hide, "commit_signature_shape"), (move, "commit_height")]
)
def test_the_whole_check_includes_every_part(
    four: FakeValidators, commit: pb.Commit, damage: Callable[[pb.Commit], None], check: str
) -> None:
    damage(commit)
    with pytest.raises(InvalidBlock) as error:
        check_commit(CHAIN_ID, commit, HEIGHT, TARGET, four.set)
    assert check_of(error) == check
