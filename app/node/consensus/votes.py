"""Which signatures of a commit count, whose they are, and whether they are good. The parts of the commit predicates.

Guarantees: every vote returned is paired with the validator whose key must have made it, each validator at most once.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.errors import InvalidBlock, NotEnoughPower, OutOfRange
from app.core.wire import comet_pb2 as pb
from app.node.consensus.ed25519 import is_validator_signature
from app.node.consensus.hashes import CommitSignBytes
from app.node.consensus.time import FIRST_SECOND, is_representable
from app.node.consensus.validators import ADDRESS_BYTES, Validator, ValidatorSet

SIGNATURE_BYTES = 64

IndexedVote = tuple[int, Validator]
"""Index of a signature in its commit, and the validator it must be by."""


@dataclass(frozen=True, slots=True)
class TrustLevel:
    """The share of a trusted set's power that must have signed, when heights are skipped: 1/3 … 1.

    Raises:
        OutOfRange: below a third, where nobody honest need have signed, or above 1.
    """

    numerator: int = 1
    denominator: int = 3

    def __post_init__(self) -> None:
        if not 0 < self.denominator <= self.numerator * 3 <= self.denominator * 3:
            raise OutOfRange(field="trust level", expected="1/3 … 1", got=f"{self.numerator}/{self.denominator}")


def is_vote(signature: pb.CommitSig) -> bool:
    """Whether somebody voted: address, time and signature are there and have their sizes."""
    return (
        len(signature.validator_address) == ADDRESS_BYTES
        and len(signature.signature) == SIGNATURE_BYTES
        and signature.HasField("timestamp")
        and is_representable(signature.timestamp)
    )


def is_absent(signature: pb.CommitSig) -> bool:
    """Whether nobody voted: nothing is there but, perhaps, Go's zero time."""
    time = signature.timestamp
    return (
        signature.block_id_flag == pb.BLOCK_ID_FLAG_ABSENT
        and not signature.validator_address
        and not signature.signature
        and (not signature.HasField("timestamp") or (time.seconds == FIRST_SECOND and time.nanos == 0))
    )


def votes_by_index(commit: pb.Commit, validators: ValidatorSet, flags: tuple[pb.BlockIDFlag, ...]) -> list[IndexedVote]:
    """The votes with one of these flags, by the validators in whose places they stand; sizes must be equal.

    Raises:
        InvalidBlock: an address is not that of the validator in its place.
    """
    votes = []
    for index, (signature, member) in enumerate(zip(commit.signatures, validators, strict=True)):
        if signature.block_id_flag in flags:
            if signature.validator_address != member.address:
                raise InvalidBlock(
                    check="commit_address",
                    index=index,
                    expected=member.address.hex(),
                    got=signature.validator_address.hex(),
                )
            votes.append((index, member))
    return votes


def votes_by_address(commit: pb.Commit, trusted: ValidatorSet) -> list[IndexedVote]:
    """The votes for the block by members of `trusted`, wherever they stand; strangers are passed over.

    Raises:
        InvalidBlock: a validator votes twice.
    """
    votes: dict[bytes, IndexedVote] = {}
    for index, signature in enumerate(commit.signatures):
        member = trusted.by_address(signature.validator_address)
        if signature.block_id_flag != pb.BLOCK_ID_FLAG_COMMIT or member is None:
            continue
        if member.address in votes:
            raise InvalidBlock(check="double_vote", index=index, validator=member.address.hex())
        votes[member.address] = (index, member)
    return list(votes.values())


def enough_votes(votes: Iterable[IndexedVote], needed: int, check: str) -> list[IndexedVote]:
    """The first votes whose power exceeds `needed`.

    Raises:
        NotEnoughPower: all of them do not.
    """
    chosen, tally = [], 0
    for index, member in votes:
        chosen.append((index, member))
        tally += member.power
        if tally > needed:
            return chosen
    raise NotEnoughPower(check=check, expected=f"more than {needed}", got=tally)


def check_votes(chain_id: str, commit: pb.Commit, votes: Iterable[IndexedVote]) -> None:
    """Each of the votes is signed by its validator.

    Raises:
        InvalidBlock: one is not.
    """
    sign_bytes = CommitSignBytes.of(chain_id, commit)
    for index, member in votes:
        signature = commit.signatures[index]
        if not is_validator_signature(member.key, sign_bytes.for_signature(signature), signature.signature):
            raise InvalidBlock(check="commit_signature", index=index, validator=member.address.hex())
