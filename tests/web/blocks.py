"""Light blocks and a genesis document, made by hand from docs/formats/reserve.md."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from app.core.wire import comet_pb2 as comet
from tests.web.keys import Key, ed25519_key
from tests.web.trees import log_root

CHAIN = "harbour-1"
BEGINNING = 1_700_000_000
BLOCK_SECONDS = 5
ABSENT, FOR_BLOCK, FOR_NIL = 1, 2, 3
NO_TIME = -62135596800


@dataclass(frozen=True)
class Member:
    """A validator: its key and its power."""

    key: Key
    power: int = 10

    @property
    def address(self) -> bytes:
        return sha256(self.key.public).digest()[:20]


def members(*names: str) -> list[Member]:
    """Validators of equal power, in the order of the chain."""
    return sorted((Member(ed25519_key(name)) for name in names), key=lambda member: member.address)


def set_hash(validators: Sequence[Member]) -> bytes:
    leaves = [
        comet.SimpleValidator(
            pub_key=comet.PublicKey(ed25519=one.key.public), voting_power=one.power
        ).SerializeToString()
        for one in validators
    ]
    return log_root(leaves)


def time_of(height: int, nanos: int = 0) -> Timestamp:
    return Timestamp(seconds=BEGINNING + height * BLOCK_SECONDS, nanos=nanos)


def header_hash(header: comet.Header) -> bytes:
    wrapped = [
        comet.BytesValue(value=value).SerializeToString()
        for value in (
            *(header.last_commit_hash, header.data_hash, header.validators_hash, header.next_validators_hash),
            *(
                header.consensus_hash,
                header.app_hash,
                header.last_results_hash,
                header.evidence_hash,
                header.proposer_address,
            ),
        )
    ]
    return log_root(
        [
            header.version.SerializeToString(),
            comet.StringValue(value=header.chain_id).SerializeToString(),
            comet.Int64Value(value=header.height).SerializeToString(),
            header.time.SerializeToString(),
            header.last_block_id.SerializeToString(),
            *wrapped,
        ]
    )


def vote_bytes(block_id: comet.BlockID | None, height: int, time: Timestamp) -> bytes:
    vote = comet.CanonicalVote(type=2, height=height, timestamp=time, chain_id=CHAIN)  # type: ignore[arg-type]
    if block_id is not None:
        parts = comet.CanonicalPartSetHeader(total=block_id.part_set_header.total, hash=block_id.part_set_header.hash)
        vote.block_id.CopyFrom(comet.CanonicalBlockID(hash=block_id.hash, part_set_header=parts))
    whole = vote.SerializeToString()
    assert len(whole) < 128 * 128
    size = bytes([len(whole)]) if len(whole) < 128 else bytes([len(whole) & 127 | 128, len(whole) >> 7])
    return size + whole


def signature_of(member: Member, flag: int, block_id: comet.BlockID, height: int, place: int) -> comet.CommitSig:
    if flag == ABSENT:
        return comet.CommitSig(block_id_flag=ABSENT, timestamp=Timestamp(seconds=NO_TIME))  # type: ignore[arg-type]
    time = time_of(height + 1, nanos=place + 1)
    signed = vote_bytes(block_id if flag == FOR_BLOCK else None, height, time)
    return comet.CommitSig(
        block_id_flag=flag,  # type: ignore[arg-type]
        validator_address=member.address,
        timestamp=time,
        signature=member.key.sign(signed),
    )


def light_block(
    height: int,
    app_hash: bytes,
    validators: Sequence[Member],
    following: Sequence[Member] | None = None,
    flags: Sequence[int] = (),
    time: Timestamp | None = None,
    claimed: Sequence[Member] | None = None,
) -> comet.LightBlock:
    """A block of this height; the others of the chain are only known by their hashes."""
    header = comet.Header(
        version=comet.VersionConsensus(block=11, app=1),
        chain_id=CHAIN,
        height=height,
        time=time or time_of(height),
        last_block_id=comet.BlockID(
            hash=sha256(b"block %d" % (height - 1)).digest(),
            part_set_header=comet.PartSetHeader(total=1, hash=sha256(b"parts").digest()),
        ),
        validators_hash=set_hash(claimed or validators),
        next_validators_hash=set_hash(validators if following is None else following),
        app_hash=app_hash,
        proposer_address=validators[0].address,
    )
    parts = comet.PartSetHeader(total=1, hash=sha256(b"parts %d" % height).digest())
    block_id = comet.BlockID(hash=header_hash(header), part_set_header=parts)
    chosen = flags or [FOR_BLOCK] * len(validators)
    commit = comet.Commit(
        height=height,
        block_id=block_id,
        signatures=[
            signature_of(one, flag, block_id, height, place)
            for place, (one, flag) in enumerate(zip(validators, chosen, strict=True))
        ],
    )
    entries = [
        comet.Validator(address=one.address, pub_key=comet.PublicKey(ed25519=one.key.public), voting_power=one.power)
        for one in validators
    ]
    return comet.LightBlock(
        signed_header=comet.SignedHeader(header=header, commit=commit),
        validator_set=comet.ValidatorSet(validators=entries),
    )


def genesis(validators: Sequence[Member]) -> dict[str, Any]:
    return {
        "app_hash": "",
        "app_state": {"town": "港口"},
        "chain_id": CHAIN,
        "consensus_params": {
            "abci": {"vote_extensions_enable_height": "0"},
            "block": {"max_bytes": "4194304", "max_gas": "-1"},
            "evidence": {"max_age_duration": "172800000000000", "max_age_num_blocks": "100000", "max_bytes": "1048576"},
            "validator": {"pub_key_types": ["ed25519"]},
            "version": {"app": "1"},
        },
        "genesis_time": "2023-11-14T22:13:20.000000001Z",
        "initial_height": "1",
        "validators": [
            {
                "address": one.address.hex().upper(),
                "name": "",
                "power": str(one.power),
                "pub_key": {"type": "tendermint/PubKeyEd25519", "value": base64.b64encode(one.key.public).decode()},
            }
            for one in reversed(validators)
        ],
    }
