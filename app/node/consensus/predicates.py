"""One predicate per check of a header, block or commit. Each raises `InvalidBlock` with `check=` naming its rule.

Guarantees: a message that passes obeys exactly the rule named; callers list the rules they need. A missing check is a
forgery let through, so the callers at the end (`check_header_basics`, `check_commit_basics`, `check_block`,
`check_header_follows`, `check_commit`) name the rules that belong together. Rules of CometBFT v0.39.4: types/block.go
(ValidateBasic), types/validation.go, state/validation.go, light/verifier.go. That transactions obey the law and that
`app_hash` is right is left to whoever executes the block.
"""

from app.core.errors import InvalidBlock
from app.core.units import Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus.genesis import Genesis
from app.node.consensus.hashes import block_id, commit_hash, data_hash, evidence_hash, header_hash
from app.node.consensus.time import from_timestamp, is_representable
from app.node.consensus.validators import ADDRESS_BYTES, ValidatorSet
from app.node.consensus.votes import (
    TrustLevel,
    check_votes,
    enough_votes,
    is_absent,
    is_vote,
    votes_by_address,
    votes_by_index,
)

BLOCK_PROTOCOL = 11
MAX_CHAIN_ID_BYTES = 50
MAY_BE_EMPTY = (
    "last_commit_hash",
    "data_hash",
    "next_validators_hash",
    "consensus_hash",
    "last_results_hash",
    "evidence_hash",
)
SIGNERS = (pb.BLOCK_ID_FLAG_COMMIT, pb.BLOCK_ID_FLAG_NIL)


# ---- header --------------------------------------------------------------------------------------------------------
def block_time(header: pb.Header) -> Nanoseconds:
    """The header's time, which must be one that CometBFT can write."""
    if not header.HasField("time") or not is_representable(header.time):
        raise InvalidBlock(check="time", expected="0001 … 9999")
    return from_timestamp(header.time)


def check_chain_id(header: pb.Header, chain_id: str) -> None:
    """The header belongs to this chain."""
    if header.chain_id != chain_id:
        raise InvalidBlock(check="chain_id", expected=chain_id, got=header.chain_id)


def check_version(header: pb.Header) -> None:
    """The header follows the block protocol that this program knows."""
    if header.version.block != BLOCK_PROTOCOL:
        raise InvalidBlock(check="version", expected=BLOCK_PROTOCOL, got=header.version.block)


def check_header_sizes(header: pb.Header) -> None:
    """Every hash and address has its length. `app_hash` may have any: it belongs to the application."""
    _check_length("validators_hash", header.validators_hash, 32)
    _check_length("proposer_address", header.proposer_address, ADDRESS_BYTES)
    for name in MAY_BE_EMPTY:
        _check_length_or_empty(name, getattr(header, name), 32)
    _check_length_or_empty("last_block_id", header.last_block_id.hash, 32)
    _check_length_or_empty("last_block_id", header.last_block_id.part_set_header.hash, 32)


def check_header_numbers(header: pb.Header) -> None:
    """The height is positive and the time one that can be written."""
    if header.height < 1:
        raise InvalidBlock(check="height", expected="at least 1", got=header.height)
    block_time(header)


def check_proposer(header: pb.Header, validators: ValidatorSet) -> None:
    """The proposer is one of the validators. Whose turn it was cannot be known without the round."""
    if validators.index_of(header.proposer_address) is None:
        raise InvalidBlock(check="proposer", expected="a validator", got=header.proposer_address.hex())


def check_validators_hash(header: pb.Header, validators: ValidatorSet) -> None:
    """The header commits to this validator set."""
    _check_equal("validators_hash", header.validators_hash, validators.hash)


def check_next_validators_hash(header: pb.Header, next_validators: ValidatorSet) -> None:
    """The header announces this validator set for the next height."""
    _check_equal("next_validators_hash", header.next_validators_hash, next_validators.hash)


# ---- header against what came before ---------------------------------------------------------------------------------
def check_height(header: pb.Header, expected: Height) -> None:
    """The header stands at this height."""
    if header.height != expected:
        raise InvalidBlock(check="height", expected=expected, got=header.height)


def check_height_rises(header: pb.Header, trusted_height: Height) -> None:
    """The header stands above what is trusted already."""
    if header.height <= trusted_height:
        raise InvalidBlock(check="height", expected=f"above {trusted_height}", got=header.height)


def check_time_rises(header: pb.Header, previous_time: Nanoseconds) -> None:
    """Block time is strictly monotonic."""
    time = block_time(header)
    if time <= previous_time:
        raise InvalidBlock(check="time_rises", expected=f"after {previous_time}", got=time)


def check_last_block_id(header: pb.Header, previous_block_id: pb.BlockID) -> None:
    """The header names the block before it, part set included."""
    _check_block_id_equal("last_block_id", header.last_block_id, previous_block_id)


def check_validators_announced(header: pb.Header, announced_hash: bytes) -> None:
    """The validators are those that the block before announced."""
    _check_equal("validators_announced", header.validators_hash, announced_hash)


def check_not_from_future(header: pb.Header, now: Nanoseconds, clock_drift: int) -> None:
    """The block is not made later than the local clock, given `clock_drift` nanoseconds, allows."""
    time = block_time(header)
    if time >= now + clock_drift:
        raise InvalidBlock(check="from_future", expected=f"before {now + clock_drift}", got=time)


def check_within_trusting_period(trusted_time: Nanoseconds, trusting_period: int, now: Nanoseconds) -> None:
    """What is trusted is not so old that its validators may have been let go and bought."""
    if trusted_time + trusting_period <= now:
        raise InvalidBlock(check="trusting_period", expected=f"before {trusted_time + trusting_period}", got=now)


# ---- block ---------------------------------------------------------------------------------------------------------
def check_data_hash(block: pb.Block) -> None:
    """The header commits to these transactions."""
    _check_equal("data_hash", block.header.data_hash, data_hash(block.data.txs))


def check_last_commit_hash(block: pb.Block) -> None:
    """The header commits to this last commit."""
    if not block.HasField("last_commit"):
        raise InvalidBlock(check="last_commit", expected="a commit", got="none")
    _check_equal("last_commit_hash", block.header.last_commit_hash, commit_hash(block.last_commit))


def check_evidence_hash(block: pb.Block) -> None:
    """The header commits to this evidence."""
    _check_equal("evidence_hash", block.header.evidence_hash, evidence_hash(block.evidence.evidence))


def check_block_id(block: pb.Block, expected: pb.BlockID) -> None:
    """Header hash and part set of the block, encoded anew, are those that the validators vote for."""
    _check_block_id_equal("block_id", block_id(block), expected)


def check_header_hash(header: pb.Header, expected: bytes) -> None:
    """The header has this hash."""
    _check_equal("header_hash", header_hash(header), expected)


# ---- commit --------------------------------------------------------------------------------------------------------
def check_commit_numbers(commit: pb.Commit) -> None:
    """Height is positive, round not negative."""
    if commit.height < 1:
        raise InvalidBlock(check="commit_height", expected="at least 1", got=commit.height)
    if commit.round < 0:
        raise InvalidBlock(check="commit_round", expected="at least 0", got=commit.round)


def check_commit_block_id(commit: pb.Commit) -> None:
    """The commit is for a block, and names it completely."""
    target = commit.block_id
    if len(target.hash) != 32 or len(target.part_set_header.hash) != 32 or target.part_set_header.total < 1:
        raise InvalidBlock(check="commit_block_id", expected="complete", got=target.hash.hex())


def check_signature_shapes(commit: pb.Commit) -> None:
    """Who is absent left nothing; who voted left address, time and signature."""
    if not commit.signatures:
        raise InvalidBlock(check="commit_size", expected="at least 1", got=0)
    for index, signature in enumerate(commit.signatures):
        if not (is_vote(signature) if signature.block_id_flag in SIGNERS else is_absent(signature)):
            raise InvalidBlock(check="commit_signature_shape", index=index, got=int(signature.block_id_flag))


def check_commit_target(commit: pb.Commit, height: Height, expected: pb.BlockID) -> None:
    """The commit is for this block at this height."""
    if commit.height != height:
        raise InvalidBlock(check="commit_height", expected=height, got=commit.height)
    _check_block_id_equal("commit_block_id", commit.block_id, expected)


def check_commit_size(commit: pb.Commit, validators: ValidatorSet) -> None:
    """The commit has one entry for each validator."""
    if len(commit.signatures) != len(validators):
        raise InvalidBlock(check="commit_size", expected=len(validators), got=len(commit.signatures))


def check_commit_signatures(chain_id: str, commit: pb.Commit, validators: ValidatorSet) -> None:
    """More than two thirds signed for the block, and every signature, votes for nil too, is good (VerifyCommit).

    Raises:
        InvalidBlock: a size, address or signature is wrong.
        NotEnoughPower: two thirds or less.
    """
    check_commit_size(commit, validators)
    votes = votes_by_index(commit, validators, SIGNERS)
    is_for_block = [signature.block_id_flag == pb.BLOCK_ID_FLAG_COMMIT for signature in commit.signatures]
    needed = validators.total_power * 2 // 3
    enough_votes([vote for vote in votes if is_for_block[vote[0]]], needed, "voting_power")
    check_votes(chain_id, commit, votes)


def check_commit_light(chain_id: str, commit: pb.Commit, validators: ValidatorSet) -> None:
    """More than two thirds signed for the block; signatures beyond that are not looked at (VerifyCommitLight).

    Raises:
        InvalidBlock: a size, address or one of the signatures needed is wrong.
        NotEnoughPower: two thirds or less.
    """
    check_commit_size(commit, validators)
    votes = votes_by_index(commit, validators, (pb.BLOCK_ID_FLAG_COMMIT,))
    needed = validators.total_power * 2 // 3
    check_votes(chain_id, commit, enough_votes(votes, needed, "voting_power"))


def check_commit_trusting(chain_id: str, commit: pb.Commit, trusted: ValidatorSet, level: TrustLevel) -> None:
    """More than `level` of a set trusted at another height signed for the block (VerifyCommitLightTrusting).

    Raises:
        InvalidBlock: a validator is counted twice, or one of the signatures needed is wrong.
        NotEnoughPower: `level` or less.
    """
    votes = votes_by_address(commit, trusted)
    needed = trusted.total_power * level.numerator // level.denominator
    check_votes(chain_id, commit, enough_votes(votes, needed, "trust_level"))


# ---- the rules that belong together ----------------------------------------------------------------------------------
def check_header_basics(header: pb.Header, chain_id: str) -> None:
    """Everything about a header that needs nothing but the header."""
    check_chain_id(header, chain_id)
    _check_chain_id_length(header)
    check_version(header)
    check_header_numbers(header)
    check_header_sizes(header)


def check_commit_basics(commit: pb.Commit) -> None:
    """Everything about a commit that needs nothing but the commit."""
    check_commit_numbers(commit)
    check_commit_block_id(commit)
    check_signature_shapes(commit)


def check_block(block: pb.Block, expected: pb.BlockID, chain_id: str) -> None:
    """The block is well-formed, agrees with itself, and is the one meant."""
    check_header_basics(block.header, chain_id)
    check_data_hash(block)
    check_last_commit_hash(block)
    check_evidence_hash(block)
    check_block_id(block, expected)


def check_header_follows(header: pb.Header, previous: pb.Header, previous_block_id: pb.BlockID) -> None:
    """The header is the next after `previous`."""
    check_height(header, Height(previous.height + 1))
    check_last_block_id(header, previous_block_id)
    check_time_rises(header, block_time(previous))
    check_validators_announced(header, previous.next_validators_hash)


def check_first_block(block: pb.Block, genesis: Genesis) -> None:
    """The block is one that this genesis may begin with."""
    header = block.header
    check_height(header, genesis.initial_height)
    check_last_block_id(header, pb.BlockID())
    if block_time(header) != genesis.time_ns:
        raise InvalidBlock(check="genesis_time", expected=genesis.time_ns, got=block_time(header))
    check_validators_hash(header, genesis.validators)
    if block.last_commit.signatures:
        raise InvalidBlock(check="commit_size", expected=0, got=len(block.last_commit.signatures))


def check_commit(
    chain_id: str, commit: pb.Commit, height: Height, expected: pb.BlockID, validators: ValidatorSet
) -> None:
    """The validators made this block final, and every signature is good."""
    check_commit_basics(commit)
    check_commit_target(commit, height, expected)
    check_commit_signatures(chain_id, commit, validators)


# ---- parts ---------------------------------------------------------------------------------------------------------
def _check_equal(check: str, got: bytes, expected: bytes) -> None:
    if got != expected:
        raise InvalidBlock(check=check, expected=expected.hex(), got=got.hex())


def _check_length(check: str, value: bytes, length: int) -> None:
    if len(value) != length:
        raise InvalidBlock(check=check, expected=f"{length} bytes", got=f"{len(value)} bytes")


def _check_length_or_empty(check: str, value: bytes, length: int) -> None:
    if value:
        _check_length(check, value, length)


def _check_chain_id_length(header: pb.Header) -> None:
    size = len(header.chain_id.encode())
    if size > MAX_CHAIN_ID_BYTES:
        raise InvalidBlock(check="chain_id", expected=f"at most {MAX_CHAIN_ID_BYTES} bytes", got=f"{size} bytes")


def _check_block_id_equal(check: str, got: pb.BlockID, expected: pb.BlockID) -> None:
    _check_equal(check, got.hash, expected.hash)
    ours, theirs = got.part_set_header, expected.part_set_header
    if ours.total != theirs.total or ours.hash != theirs.hash:
        raise InvalidBlock(
            check=f"{check}_parts",
            expected=f"{theirs.total}:{theirs.hash.hex()}",
            got=f"{ours.total}:{ours.hash.hex()}",
        )
