"""Real validators, commits and chains for tests, made from seeds: the same arguments give the same bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from nacl.signing import SigningKey

from app.core.units import Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus.genesis import Genesis, decode_genesis, encode_genesis
from app.node.consensus.hashes import (
    block_id,
    commit_hash,
    consensus_hash,
    data_hash,
    evidence_hash,
    results_hash,
    vote_sign_bytes,
)
from app.node.consensus.time import GO_ZERO_TIME, from_timestamp, to_timestamp
from app.node.consensus.validators import Validator, ValidatorSet
from app.node.consensus.verifier import UntrustedBlock

CHAIN_ID = "luopu-test"
START = Nanoseconds(1_750_000_000_123_456_789)
INTERVAL = 3_000_000_000
COMMIT, NIL, ABSENT = pb.BLOCK_ID_FLAG_COMMIT, pb.BLOCK_ID_FLAG_NIL, pb.BLOCK_ID_FLAG_ABSENT


@dataclass(frozen=True)
class FakeValidators:
    """A validator set whose keys we hold; `keys` stand in the order of the set."""

    set: ValidatorSet
    keys: tuple[SigningKey, ...]


@dataclass(frozen=True)
class FakeBlock:
    """A block of a test chain with the commit that makes it final."""

    block: pb.Block
    block_id: pb.BlockID
    commit: pb.Commit
    validators: FakeValidators
    next_validators: FakeValidators

    @property
    def header(self) -> pb.Header:
        """The block's header."""
        return self.block.header

    @property
    def signed_header(self) -> pb.SignedHeader:
        """Header and commit."""
        return pb.SignedHeader(header=self.block.header, commit=self.commit)

    @property
    def untrusted(self) -> UntrustedBlock:
        """The block as a light client is given it."""
        return UntrustedBlock(self.signed_header, self.validators.set, self.next_validators.set)


def make_key(name: str) -> SigningKey:
    """An Ed25519 key that follows from a name."""
    return SigningKey(sha256(name.encode()).digest())


def make_validators(count: int = 4, *, powers: Sequence[int] | None = None, seed: str = "validator") -> FakeValidators:
    """`count` validators of power 10, or as many as `powers` names."""
    powers = [10] * count if powers is None else powers
    keys = [make_key(f"{seed} {index}") for index in range(len(powers))]
    by_key = {bytes(key.verify_key): key for key in keys}
    members = ValidatorSet(Validator(bytes(key.verify_key), power) for key, power in zip(keys, powers, strict=True))
    return FakeValidators(members, tuple(by_key[member.key] for member in members))


def sign_commit(
    validators: FakeValidators,
    height: int,
    target: pb.BlockID,
    *,
    chain_id: str = CHAIN_ID,
    time: Nanoseconds = START,
    flags: Sequence[pb.BlockIDFlag] | None = None,
    round_: int = 0,
) -> pb.Commit:
    """A commit for `target` in which each validator does what its flag says; all sign by default."""
    commit = pb.Commit(height=height, round=round_, block_id=target)
    for member, flag in zip(validators.set, flags or [COMMIT] * len(validators.set), strict=True):
        is_vote = flag != ABSENT
        commit.signatures.add(
            block_id_flag=flag,
            validator_address=member.address if is_vote else b"",
            timestamp=to_timestamp(time if is_vote else GO_ZERO_TIME),
        )
    resign(commit, validators, chain_id)
    return commit


def resign(commit: pb.Commit, validators: FakeValidators, chain_id: str = CHAIN_ID) -> None:
    """Sign all votes of `commit` anew, after a test has changed something that they cover."""
    for index, key in enumerate(validators.keys):
        if commit.signatures[index].block_id_flag != ABSENT:
            message = vote_sign_bytes(chain_id, commit, index)
            commit.signatures[index].signature = key.sign(message).signature


def make_block(
    height: int,
    validators: FakeValidators,
    next_validators: FakeValidators,
    *,
    previous: FakeBlock | None = None,
    chain_id: str = CHAIN_ID,
    time: Nanoseconds = START,
    txs: Sequence[bytes] = (),
    app_hash: bytes = b"",
) -> FakeBlock:
    """A block on top of `previous` (or the chain's first), made final by all of `validators` one interval later."""
    last_commit = previous.commit if previous else pb.Commit(block_id=pb.BlockID(part_set_header=pb.PartSetHeader()))
    header = pb.Header(
        version=pb.VersionConsensus(block=11, app=1),
        chain_id=chain_id,
        height=height,
        time=to_timestamp(time),
        last_block_id=previous.block_id if previous else pb.BlockID(part_set_header=pb.PartSetHeader()),
        last_commit_hash=commit_hash(last_commit),
        data_hash=data_hash(txs),
        validators_hash=validators.set.hash,
        next_validators_hash=next_validators.set.hash,
        consensus_hash=consensus_hash(22_020_096, -1),
        app_hash=app_hash,
        last_results_hash=results_hash([]),
        evidence_hash=evidence_hash([]),
        proposer_address=validators.set.validators[0].address,
    )
    block = pb.Block(header=header, data=pb.Data(txs=txs), evidence=pb.EvidenceList(), last_commit=last_commit)
    target = block_id(block)
    commit_time = Nanoseconds(time + INTERVAL)
    commit = sign_commit(validators, height, target, chain_id=chain_id, time=commit_time)
    return FakeBlock(block, target, commit, validators, next_validators)


def make_light_chain(
    length: int,
    validators: FakeValidators | Mapping[int, FakeValidators] | None = None,
    *,
    chain_id: str = CHAIN_ID,
    first_height: int = 1,
    time: Nanoseconds = START,
    txs: Mapping[int, Sequence[bytes]] | None = None,
) -> list[FakeBlock]:
    """A chain of final blocks. `validators` may name the set that is in office from each given height on."""
    sets = validators if isinstance(validators, Mapping) else {first_height: validators or make_validators()}
    chain: list[FakeBlock] = []
    for height in range(first_height, first_height + length):
        chain.append(
            make_block(
                height,
                _in_office(sets, height),
                _in_office(sets, height + 1),
                previous=chain[-1] if chain else None,
                chain_id=chain_id,
                time=time,
                txs=(txs or {}).get(height, ()),
            )
        )
        time = from_timestamp(chain[-1].commit.signatures[0].timestamp)
    return chain


def make_genesis(
    validators: FakeValidators | None = None, *, chain_id: str = CHAIN_ID, initial_height: int = 1
) -> Genesis:
    """The genesis of a chain made by `make_light_chain` with the same arguments."""
    members = (validators or make_validators()).set.validators
    return decode_genesis(encode_genesis(chain_id, START, members, {}, initial_height=Height(initial_height)))


def _in_office(sets: Mapping[int, FakeValidators], height: int) -> FakeValidators:
    return sets[max(start for start in sets if start <= height)]
