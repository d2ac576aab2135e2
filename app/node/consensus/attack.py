"""Two validly signed blocks that contradict each other: what kind of attack that is, who took part, and the evidence.

Guarantees: pure. The evidence is CometBFT's own (`LightClientAttackEvidence`), so that its nodes accept it where it can be
proved on chain. A validator is named only if its signature is good: votes that nobody had to check to verify a commit may be
invented, so those whose signatures are wrong are taken out first. CometBFT v0.39.4, types/evidence.go, evidence/verify.go.
"""

from dataclasses import dataclass
from enum import Enum

from app.core.codec import encode
from app.core.errors import InvalidBlock
from app.core.units import Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus.encoding import complete_evidence
from app.node.consensus.genesis import Genesis
from app.node.consensus.predicates import block_time
from app.node.consensus.time import GO_ZERO_TIME, to_timestamp
from app.node.consensus.validators import Validator, ValidatorSet
from app.node.consensus.verifier import UntrustedBlock
from app.node.consensus.votes import check_votes

DERIVED = ("validators_hash", "next_validators_hash", "consensus_hash", "app_hash", "last_results_hash")
"""What follows from the blocks before: a header that differs here was invented, not merely signed beside another."""


class AttackKind(Enum):
    """How validators came to sign two blocks."""

    LUNATIC = "lunatic"
    """One header claims a state that does not follow from the chain."""
    EQUIVOCATION = "equivocation"
    """Two blocks in one round: who signed both is guilty."""
    AMNESIA = "amnesia"
    """Two blocks in two rounds: somebody forgot a lock, and the signatures alone do not say who."""


@dataclass(frozen=True, slots=True)
class CommonPoint:
    """The newest block on which both sides agree: its height, time and validators."""

    height: Height
    time: Nanoseconds
    validators: ValidatorSet

    @classmethod
    def of_block(cls, block: UntrustedBlock) -> "CommonPoint":
        """A block that was verified."""
        return cls(Height(block.header.height), block_time(block.header), block.validators)

    @classmethod
    def of_genesis(cls, genesis: Genesis) -> "CommonPoint":
        """The first block, of which the genesis determines all that counts here."""
        return cls(genesis.initial_height, genesis.time_ns, genesis.validators)


def attack_kind(conflicting: UntrustedBlock, opposed: UntrustedBlock) -> AttackKind:
    """What `conflicting` is, if `opposed` is the chain's."""
    if any(getattr(conflicting.header, name) != getattr(opposed.header, name) for name in DERIVED):
        return AttackKind.LUNATIC
    same_round = conflicting.signed_header.commit.round == opposed.signed_header.commit.round
    return AttackKind.EQUIVOCATION if same_round else AttackKind.AMNESIA


def attack_evidence(conflicting: UntrustedBlock, opposed: UntrustedBlock, common: CommonPoint) -> pb.Evidence:
    """Evidence against those who signed `conflicting`, for nodes whose chain has `opposed`; both without bad votes."""
    kind = attack_kind(conflicting, opposed)
    point = common if kind is AttackKind.LUNATIC else CommonPoint.of_block(opposed)
    attack = pb.LightClientAttackEvidence(
        conflicting_block=_with_proposer(conflicting),
        common_height=point.height,
        byzantine_validators=[member.to_wire() for member in _guilty(kind, conflicting, opposed, common)],
        total_voting_power=point.validators.total_power,
        timestamp=to_timestamp(point.time),
    )
    return pb.Evidence(light_client_attack_evidence=attack)


def encode_attack(evidence: tuple[pb.Evidence, pb.Evidence]) -> bytes:
    """What is kept of an attack: CometBFT's `EvidenceList` with the evidence against either side.

    Each holds that side's light block whole (header, commit, validators) and the height on which both agree.
    """
    both = pb.EvidenceList(evidence=evidence)
    for item in both.evidence:
        complete_evidence(item)
    return encode(both)


def signed_both(first: UntrustedBlock, second: UntrustedBlock) -> tuple[Validator, ...]:
    """The validators with votes for both blocks, which are without bad votes; the most powerful first."""
    others = {member.key for member in _voters(second, second.validators)}
    return tuple(member for member in _voters(first, first.validators) if member.key in others)


def without_bad_votes(block: UntrustedBlock) -> UntrustedBlock:
    """A verified block, each vote of whose commit that is not for it, or not signed well, replaced by an absence."""
    signed, chain_id = pb.SignedHeader(), block.header.chain_id
    signed.CopyFrom(block.signed_header)
    for index, (signature, member) in enumerate(zip(signed.commit.signatures, block.validators, strict=True)):
        if not _is_good_vote(chain_id, block.signed_header.commit, index, member):
            signature.CopyFrom(
                pb.CommitSig(block_id_flag=pb.BLOCK_ID_FLAG_ABSENT, timestamp=to_timestamp(GO_ZERO_TIME))
            )
    return UntrustedBlock(signed, block.validators)


def _with_proposer(block: UntrustedBlock) -> pb.LightBlock:
    """CometBFT takes no validator set without a proposer; a forged header may name one who is no member."""
    light, members = block.to_wire(), block.validators
    proposer = members.by_address(block.header.proposer_address) or members.validators[0]
    light.validator_set.proposer.CopyFrom(proposer.to_wire())
    return light


def _is_good_vote(chain_id: str, commit: pb.Commit, index: int, member: Validator) -> bool:
    if commit.signatures[index].block_id_flag != pb.BLOCK_ID_FLAG_COMMIT:
        return False
    try:
        check_votes(chain_id, commit, [(index, member)])
    except InvalidBlock:
        return False
    return True


def _guilty(
    kind: AttackKind, conflicting: UntrustedBlock, opposed: UntrustedBlock, common: CommonPoint
) -> tuple[Validator, ...]:
    if kind is AttackKind.LUNATIC:
        return _voters(conflicting, common.validators)
    return signed_both(conflicting, opposed) if kind is AttackKind.EQUIVOCATION else ()


def _voters(block: UntrustedBlock, among: ValidatorSet) -> tuple[Validator, ...]:
    """Members of `among` that voted for the block, in the order of the set: by power, then by address."""
    voted = {
        signature.validator_address
        for signature in block.signed_header.commit.signatures
        if signature.block_id_flag == pb.BLOCK_ID_FLAG_COMMIT
    }
    return tuple(member for member in among if member.address in voted)
