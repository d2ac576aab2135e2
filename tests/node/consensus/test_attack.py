"""Two signed blocks at one height: what they are called, whom they accuse, and what is kept of them."""

from collections.abc import Callable

import pytest

from app.core.units import Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus.attack import (
    AttackKind,
    CommonPoint,
    attack_evidence,
    attack_kind,
    encode_attack,
    signed_both,
    without_bad_votes,
)
from app.node.consensus.verifier import UntrustedBlock
from tests.fakes.chain import ABSENT, COMMIT, NIL, START, FakeBlock, make_genesis, make_light_chain, make_validators
from tests.fakes.light import fork

MEMBERS = make_validators(powers=[40, 10, 30, 20])
CHAIN = make_light_chain(4, MEMBERS)
COMMON = CommonPoint.of_block(CHAIN[1].untrusted)
OURS = CHAIN[3].untrusted


def forged(**changes: object) -> UntrustedBlock:
    return fork(CHAIN, 4, 1, **changes)[-1].untrusted  # type: ignore[arg-type]


def attack_of(conflicting: UntrustedBlock, opposed: UntrustedBlock = OURS) -> pb.LightClientAttackEvidence:
    return attack_evidence(conflicting, opposed, COMMON).light_client_attack_evidence


@pytest.mark.parametrize(
    "name", ["validators_hash", "next_validators_hash", "consensus_hash", "app_hash", "last_results_hash"]
)
def test_what_does_not_follow_from_the_chain_is_lunatic(name: str) -> None:
    block = forged()
    setattr(block.header, name, bytes(32))
    assert attack_kind(block, OURS) is AttackKind.LUNATIC


@pytest.mark.parametrize("name", ["data_hash", "evidence_hash", "last_commit_hash"])
def test_what_a_proposer_may_choose_makes_it_equivocation(name: str) -> None:
    block = forged()
    setattr(block.header, name, bytes(32))
    assert attack_kind(block, OURS) is AttackKind.EQUIVOCATION


def test_the_same_in_another_round_is_amnesia() -> None:
    assert attack_kind(forged(round_=2), OURS) is AttackKind.AMNESIA


def test_lunatics_are_judged_at_the_common_block_others_at_the_block_itself() -> None:
    lunatic = attack_of(forged(app_hash=b"forged"))
    assert (lunatic.common_height, lunatic.timestamp) == (2, CHAIN[1].header.time)
    for block in (forged(), forged(round_=1)):
        assert (attack_of(block).common_height, attack_of(block).timestamp) == (4, CHAIN[3].header.time)
    assert lunatic.total_voting_power == attack_of(forged()).total_voting_power == 100


def test_the_guilty_are_listed_by_power() -> None:
    for evidence in (attack_of(forged()), attack_of(forged(app_hash=b"forged"))):
        assert [member.voting_power for member in evidence.byzantine_validators] == [40, 30, 20, 10]
    assert not attack_of(forged(round_=1)).byzantine_validators


def test_only_members_of_the_common_set_are_lunatics() -> None:
    strangers = make_validators(2, seed="stranger")
    assert not attack_of(forged(validators=strangers)).byzantine_validators


def test_who_signed_one_block_only_did_not_sign_both() -> None:
    flags = [COMMIT, COMMIT, ABSENT, NIL]
    both = signed_both(without_bad_votes(forged(flags=flags)), without_bad_votes(OURS))
    assert [member.power for member in both] == [40, 30]


def _damage(block: UntrustedBlock) -> None:
    block.signed_header.commit.signatures[1].signature = bytes(64)


def _redate(block: UntrustedBlock) -> None:
    block.signed_header.commit.signatures[1].timestamp.seconds += 1


def _swap(block: UntrustedBlock) -> None:
    first, second = block.signed_header.commit.signatures[1], block.signed_header.commit.signatures[2]
    second.signature = first.signature


@pytest.mark.parametrize(("spoil", "place"), [(_damage, 1), (_redate, 1), (_swap, 2)])
def test_a_bad_vote_becomes_an_absence_and_nothing_else_changes(
    spoil: Callable[[UntrustedBlock], None], place: int
) -> None:
    block = forged()
    spoil(block)
    before = block.signed_header.SerializeToString()
    cleaned = without_bad_votes(block).signed_header
    assert block.signed_header.SerializeToString() == before
    votes = [signature.block_id_flag for signature in cleaned.commit.signatures]
    assert votes == [ABSENT if index == place else COMMIT for index in range(4)]
    assert not cleaned.commit.signatures[place].validator_address
    assert cleaned.header == block.header


def test_a_proposer_who_is_no_member_is_replaced_in_the_evidence() -> None:
    block = forged()
    assert attack_of(block).conflicting_block.validator_set.proposer.address == block.header.proposer_address
    block.header.proposer_address = bytes(20)
    members = attack_of(block).conflicting_block.validator_set
    assert members.proposer == members.validators[0]


def test_the_genesis_stands_for_the_first_block() -> None:
    point = CommonPoint.of_genesis(make_genesis(MEMBERS))
    assert point == CommonPoint.of_block(CHAIN[0].untrusted)
    assert point.time == Nanoseconds(START)


def test_what_is_kept_holds_both_blocks_whole() -> None:
    other: FakeBlock = fork(CHAIN, 4, 1)[-1]
    evidence = attack_evidence(other.untrusted, OURS, COMMON), attack_evidence(OURS, other.untrusted, COMMON)
    kept = pb.EvidenceList.FromString(encode_attack(evidence))
    shown = [item.light_client_attack_evidence.conflicting_block for item in kept.evidence]
    assert [block.signed_header.header for block in shown] == [other.header, CHAIN[3].header]
    assert [block.signed_header.commit for block in shown] == [other.commit, CHAIN[3].commit]
    assert all(UntrustedBlock.from_wire(block).validators == MEMBERS.set for block in shown)
