"""CometBFT's RPC JSON to messages and back, for all that a verifying node reads and serves.

Guarantees: the JSON types are those that CometBFT writes (64-bit numbers as text, smaller ones as numbers, hashes as
hex, other bytes as base64, times in RFC 3339), null counts as empty where Go has a nil, and what decodes encodes to the
same JSON again. Every inner message that CometBFT always encodes is set. Unknown keys are skipped, as CometBFT does.
Nothing is checked beyond the types: whether a block is valid is the business of `app.node.consensus.predicates`.
Formats of CometBFT v0.39.4: libs/json, types/block.go, types/evidence.go, types/validator.go.
"""

from typing import Any

from app.core.errors import DecodingError
from app.core.wire import comet_pb2 as pb
from app.node.consensus.rpcvalues import (
    Node,
    read_bytes,
    read_hex,
    read_int,
    read_list,
    read_number,
    read_text,
    read_time,
    strict,
    write_base64,
    write_bytes,
    write_hex,
    write_time,
)
from app.node.consensus.validators import ValidatorSet

DUPLICATE_VOTE = "tendermint/DuplicateVoteEvidence"
LIGHT_CLIENT_ATTACK = "tendermint/LightClientAttackEvidence"
ED25519_KEY = "tendermint/PubKeyEd25519"
SECP256K1_KEY = "tendermint/PubKeySecp256k1"


# ---- block ids and headers -------------------------------------------------------------------------------------------
@strict
def decode_block_id(untrusted: Node | None) -> pb.BlockID:
    """A block id; null is the empty one."""
    return _block_id(untrusted)


def encode_block_id(block_id: pb.BlockID) -> dict[str, Any]:
    """A block id, empty or not."""
    parts = block_id.part_set_header
    return {"hash": write_hex(block_id.hash), "parts": {"total": parts.total, "hash": write_hex(parts.hash)}}


@strict
def decode_header(untrusted: Node) -> pb.Header:
    """A block header."""
    return _header(untrusted)


def encode_header(header: pb.Header) -> dict[str, Any]:
    """A block header. The application's version is left out when 0, as CometBFT does."""
    versions = {"block": header.version.block, "app": header.version.app}
    return {
        "version": {name: str(value) for name, value in versions.items() if value},
        "chain_id": header.chain_id,
        "height": str(header.height),
        "time": write_time(header.time, header.HasField("time")),
        "last_block_id": encode_block_id(header.last_block_id),
        "last_commit_hash": write_hex(header.last_commit_hash),
        "data_hash": write_hex(header.data_hash),
        "validators_hash": write_hex(header.validators_hash),
        "next_validators_hash": write_hex(header.next_validators_hash),
        "consensus_hash": write_hex(header.consensus_hash),
        "app_hash": write_hex(header.app_hash),
        "last_results_hash": write_hex(header.last_results_hash),
        "evidence_hash": write_hex(header.evidence_hash),
        "proposer_address": write_hex(header.proposer_address),
    }


# ---- commits and blocks ----------------------------------------------------------------------------------------------
@strict
def decode_commit(untrusted: Node) -> pb.Commit:
    """A commit."""
    return _commit(untrusted)


def encode_commit(commit: pb.Commit) -> dict[str, Any]:
    """A commit."""
    return {
        "height": str(commit.height),
        "round": commit.round,
        "block_id": encode_block_id(commit.block_id),
        "signatures": [_encode_signature(signature) for signature in commit.signatures],
    }


@strict
def decode_signed_header(untrusted: Node) -> pb.SignedHeader:
    """A header with a commit, as `/commit` answers it under `signed_header`."""
    return _signed_header(untrusted)


def encode_signed_header(signed: pb.SignedHeader) -> dict[str, Any]:
    """A header with a commit."""
    return {"header": encode_header(signed.header), "commit": encode_commit(signed.commit)}


@strict
def decode_block(untrusted: Node) -> pb.Block:
    """A whole block, as `/block` answers it under `block`."""
    evidence = [_evidence(item) for item in read_list(untrusted["evidence"], "evidence")]
    return pb.Block(
        header=_header(untrusted["header"]),
        data=pb.Data(txs=[read_bytes(tx) for tx in read_list(untrusted["data"], "txs")]),
        evidence=pb.EvidenceList(evidence=evidence),
        last_commit=_commit(untrusted["last_commit"]),
    )


def encode_block(block: pb.Block) -> dict[str, Any]:
    """A whole block."""
    return {
        "header": encode_header(block.header),
        "data": {"txs": [write_base64(tx) for tx in block.data.txs]},
        "evidence": {"evidence": [encode_evidence(item) for item in block.evidence.evidence]},
        "last_commit": encode_commit(block.last_commit),
    }


# ---- validators ------------------------------------------------------------------------------------------------------
@strict
def decode_validators(untrusted: list[Any]) -> pb.ValidatorSet:
    """Validators, as `/validators` lists them, all pages put together."""
    return pb.ValidatorSet(validators=[_validator(item) for item in read_list({"validators": untrusted}, "validators")])


def encode_validators(validators: ValidatorSet) -> list[dict[str, Any]]:
    """Validators, as `/validators` lists them; priorities are not kept with a set and read 0."""
    return [_encode_validator(member.to_wire()) for member in validators]


@strict
def decode_validator_set(untrusted: Node) -> pb.ValidatorSet:
    """Validators with the `proposer` beside them, if there is one, as evidence carries them."""
    proposer = untrusted.get("proposer")
    return pb.ValidatorSet(
        validators=[_validator(item) for item in read_list(untrusted, "validators")],
        proposer=None if proposer is None else _validator(proposer),
    )


def encode_validator_set(members: pb.ValidatorSet) -> dict[str, Any]:
    """Validators and the proposer, null when there is none."""
    proposer = _encode_validator(members.proposer) if members.HasField("proposer") else None
    return {"validators": [_encode_validator(member) for member in members.validators], "proposer": proposer}


# ---- inner objects, decoding -----------------------------------------------------------------------------------------
def _block_id(node: Node | None) -> pb.BlockID:
    if node is None:
        return pb.BlockID(part_set_header=pb.PartSetHeader())
    parts = node["parts"]
    header = pb.PartSetHeader(total=read_number(parts, "total"), hash=read_hex(parts, "hash"))
    return pb.BlockID(hash=read_hex(node, "hash"), part_set_header=header)


def _header(node: Node) -> pb.Header:
    version = node["version"]
    return pb.Header(
        version=pb.VersionConsensus(
            block=read_int(version, "block") if "block" in version else 0,
            app=read_int(version, "app") if "app" in version else 0,
        ),
        chain_id=read_text(node, "chain_id"),
        height=read_int(node, "height"),
        time=read_time(node, "time"),
        last_block_id=_block_id(node["last_block_id"]),
        last_commit_hash=read_hex(node, "last_commit_hash"),
        data_hash=read_hex(node, "data_hash"),
        validators_hash=read_hex(node, "validators_hash"),
        next_validators_hash=read_hex(node, "next_validators_hash"),
        consensus_hash=read_hex(node, "consensus_hash"),
        app_hash=read_hex(node, "app_hash"),
        last_results_hash=read_hex(node, "last_results_hash"),
        evidence_hash=read_hex(node, "evidence_hash"),
        proposer_address=read_hex(node, "proposer_address"),
    )


def _commit(node: Node) -> pb.Commit:
    return pb.Commit(
        height=read_int(node, "height"),
        round=read_number(node, "round"),
        block_id=_block_id(node["block_id"]),
        signatures=[_signature(item) for item in read_list(node, "signatures")],
    )


def _signature(node: Node) -> pb.CommitSig:
    return pb.CommitSig(
        block_id_flag=read_number(node, "block_id_flag"),  # type: ignore[arg-type]
        validator_address=read_hex(node, "validator_address"),
        timestamp=read_time(node, "timestamp"),
        signature=read_bytes(node["signature"]),
    )


def _signed_header(node: Node) -> pb.SignedHeader:
    return pb.SignedHeader(header=_header(node["header"]), commit=_commit(node["commit"]))


def _validator(node: Node) -> pb.Validator:
    key = node["pub_key"]
    value = read_bytes(key["value"])
    if key["type"] == ED25519_KEY:
        public_key = pb.PublicKey(ed25519=value)
    elif key["type"] == SECP256K1_KEY:
        public_key = pb.PublicKey(secp256k1=value)
    else:
        raise DecodingError(kind="validator", expected=ED25519_KEY, got=str(key["type"])[:50])
    priority = node.get("proposer_priority")
    return pb.Validator(
        address=read_hex(node, "address"),
        pub_key=public_key,
        voting_power=read_int(node, "voting_power"),
        proposer_priority=0 if priority is None else read_int(node, "proposer_priority"),
    )


def _evidence(node: Node) -> pb.Evidence:
    value = node["value"]
    if node["type"] == DUPLICATE_VOTE:
        return pb.Evidence(duplicate_vote_evidence=_duplicate_vote(value))
    if node["type"] == LIGHT_CLIENT_ATTACK:
        return pb.Evidence(light_client_attack_evidence=_light_client_attack(value))
    raise DecodingError(
        kind="evidence", expected=f"{DUPLICATE_VOTE} or {LIGHT_CLIENT_ATTACK}", got=str(node["type"])[:50]
    )


def _duplicate_vote(node: Node) -> pb.DuplicateVoteEvidence:
    return pb.DuplicateVoteEvidence(
        vote_a=_vote(node["vote_a"]),
        vote_b=_vote(node["vote_b"]),
        total_voting_power=read_int(node, _spelled(node, "TotalVotingPower", "total_voting_power")),
        validator_power=read_int(node, _spelled(node, "ValidatorPower", "validator_power")),
        timestamp=read_time(node, _spelled(node, "Timestamp", "timestamp")),
    )


def _light_client_attack(node: Node) -> pb.LightClientAttackEvidence:
    block = node[_spelled(node, "ConflictingBlock", "conflicting_block")]
    members = read_list(node, _spelled(node, "ByzantineValidators", "byzantine_validators"))
    return pb.LightClientAttackEvidence(
        conflicting_block=pb.LightBlock(
            signed_header=_signed_header(block["signed_header"]),
            validator_set=decode_validator_set(block["validator_set"]),
        ),
        common_height=read_int(node, _spelled(node, "CommonHeight", "common_height")),
        byzantine_validators=[_validator(member) for member in members],
        total_voting_power=read_int(node, _spelled(node, "TotalVotingPower", "total_voting_power")),
        timestamp=read_time(node, _spelled(node, "Timestamp", "timestamp")),
    )


def _vote(node: Node) -> pb.Vote:
    return pb.Vote(
        type=read_number(node, "type"),  # type: ignore[arg-type]
        height=read_int(node, "height"),
        round=read_number(node, "round"),
        block_id=_block_id(node["block_id"]),
        timestamp=read_time(node, "timestamp"),
        validator_address=read_hex(node, "validator_address"),
        validator_index=read_number(node, "validator_index"),
        signature=read_bytes(node["signature"]),
        extension=read_bytes(node.get("extension")),
        extension_signature=read_bytes(node.get("extension_signature")),
    )


def _spelled(node: Node, go_name: str, snake_name: str) -> str:
    """The key that this node uses: CometBFT up to 0.40 writes Go's names here, 1.x wrote the others."""
    return go_name if go_name in node else snake_name


# ---- inner objects, encoding -----------------------------------------------------------------------------------------
def _encode_signature(signature: pb.CommitSig) -> dict[str, Any]:
    return {
        "block_id_flag": int(signature.block_id_flag),
        "validator_address": write_hex(signature.validator_address),
        "timestamp": write_time(signature.timestamp, signature.HasField("timestamp")),
        "signature": write_bytes(signature.signature),
    }


def _encode_validator(member: pb.Validator) -> dict[str, Any]:
    is_ed25519 = member.pub_key.WhichOneof("sum") != "secp256k1"
    key = member.pub_key.ed25519 if is_ed25519 else member.pub_key.secp256k1
    return {
        "address": write_hex(member.address),
        "pub_key": {"type": ED25519_KEY if is_ed25519 else SECP256K1_KEY, "value": write_bytes(key)},
        "voting_power": str(member.voting_power),
        "proposer_priority": str(member.proposer_priority),
    }


def encode_evidence(evidence: pb.Evidence) -> dict[str, Any]:
    """A piece of evidence, as a block holds it and `/broadcast_evidence` takes it."""
    if evidence.WhichOneof("sum") == "light_client_attack_evidence":
        value = _encode_light_client_attack(evidence.light_client_attack_evidence)
        return {"type": LIGHT_CLIENT_ATTACK, "value": value}
    return {"type": DUPLICATE_VOTE, "value": _encode_duplicate_vote(evidence.duplicate_vote_evidence)}


def _encode_duplicate_vote(evidence: pb.DuplicateVoteEvidence) -> dict[str, Any]:
    return {
        "vote_a": _encode_vote(evidence.vote_a),
        "vote_b": _encode_vote(evidence.vote_b),
        "TotalVotingPower": str(evidence.total_voting_power),
        "ValidatorPower": str(evidence.validator_power),
        "Timestamp": write_time(evidence.timestamp, evidence.HasField("timestamp")),
    }


def _encode_light_client_attack(evidence: pb.LightClientAttackEvidence) -> dict[str, Any]:
    block = evidence.conflicting_block
    return {
        "ConflictingBlock": {
            "signed_header": encode_signed_header(block.signed_header),
            "validator_set": encode_validator_set(block.validator_set),
        },
        "CommonHeight": str(evidence.common_height),
        "ByzantineValidators": [_encode_validator(member) for member in evidence.byzantine_validators],
        "TotalVotingPower": str(evidence.total_voting_power),
        "Timestamp": write_time(evidence.timestamp, evidence.HasField("timestamp")),
    }


def _encode_vote(vote: pb.Vote) -> dict[str, Any]:
    return {
        "type": int(vote.type),
        "height": str(vote.height),
        "round": vote.round,
        "block_id": encode_block_id(vote.block_id),
        "timestamp": write_time(vote.timestamp, vote.HasField("timestamp")),
        "validator_address": write_hex(vote.validator_address),
        "validator_index": vote.validator_index,
        "signature": write_bytes(vote.signature),
        "extension": write_bytes(vote.extension),
        "extension_signature": write_bytes(vote.extension_signature),
    }
