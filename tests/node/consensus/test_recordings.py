"""Answers recorded from real nodes: every hash, signature and proof in them must come out the same here."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.units import Height
from app.node.consensus import rpcjson
from app.node.consensus.blocktime import median_time
from app.node.consensus.encoding import block_bytes
from app.node.consensus.genesis import Genesis, decode_genesis
from app.node.consensus.hashes import (
    block_id,
    consensus_hash,
    data_hash,
    header_hash,
    is_transaction_included,
    results_hash,
    tx_proof,
)
from app.node.consensus.predicates import check_block, check_commit, check_first_block, check_header_follows
from app.node.consensus.rpcresults import decode_proof, decode_tx_result, encode_proof, encode_tx_result
from app.node.consensus.rpcvalues import read_bytes
from app.node.consensus.time import from_timestamp

CHAIN_ID = "dockerchain"
SNAKE_CASE = {"total_voting_power": "TotalVotingPower", "validator_power": "ValidatorPower", "timestamp": "Timestamp"}


def load(folder: Path, name: str) -> Any:
    return json.loads((folder / "cometbft-rpc" / name).read_bytes())["result"]


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in `value`."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from objects(item)


@pytest.fixture(scope="module")
def recorded(vector_dir: Path) -> list[dict[str, Any]]:
    """Every JSON object in every recording."""
    files = sorted((vector_dir / "cometbft-rpc").glob("*.json"))
    return [item for file in files for item in objects(json.loads(file.read_bytes()))]


@pytest.fixture(scope="module")
def blocks(recorded: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Recorded blocks, each with its block id beside it."""
    found = [item for item in recorded if isinstance(item.get("block"), dict) and "block_id" in item]
    assert len(found) == 54
    return found


@pytest.fixture(scope="module")
def genesis(vector_dir: Path) -> Genesis:
    return decode_genesis(json.dumps(load(vector_dir, "genesis.json")["genesis"]).encode())


def test_every_recorded_block_has_the_recorded_block_id(blocks: list[dict[str, Any]]) -> None:
    for item in blocks:
        block, recorded_id = rpcjson.decode_block(item["block"]), rpcjson.decode_block_id(item["block_id"])
        assert block_id(block) == recorded_id
        check_block(block, recorded_id, block.header.chain_id)


def test_every_recorded_block_is_written_as_it_was_read(blocks: list[dict[str, Any]]) -> None:
    for item in blocks:
        for evidence in item["block"]["evidence"]["evidence"]:  # recorded from CometBFT 1.x, which spelled these so
            evidence["value"] = {SNAKE_CASE.get(key, key): value for key, value in evidence["value"].items()}
        assert rpcjson.encode_block(rpcjson.decode_block(item["block"])) == item["block"]
        assert rpcjson.encode_block_id(rpcjson.decode_block_id(item["block_id"])) == item["block_id"]


def test_a_recorded_block_holds_evidence(blocks: list[dict[str, Any]]) -> None:
    assert any(rpcjson.decode_block(item["block"]).evidence.evidence for item in blocks)


def test_every_recorded_header_has_the_recorded_hash(recorded: list[dict[str, Any]]) -> None:
    found = [item for item in recorded if "header" in item and "block_id" in item]
    assert len(found) == 10
    for item in found:
        header = rpcjson.decode_header(item["header"])
        assert header_hash(header) == rpcjson.decode_block_id(item["block_id"]).hash
        assert rpcjson.encode_header(header) == item["header"]


def test_encoded_blocks_have_the_recorded_size(vector_dir: Path) -> None:
    metas = {meta["header"]["height"]: meta for meta in load(vector_dir, "blockchain_from_1_to_10.json")["block_metas"]}
    for height in ("1", "10"):
        answer = load(vector_dir, f"block_at_height_{height}.json")
        assert len(block_bytes(rpcjson.decode_block(answer["block"]))) == int(metas[height]["block_size"])


def test_every_recorded_commit_verifies(blocks: list[dict[str, Any]], genesis: Genesis) -> None:
    verified = 0
    for item in blocks:
        header = rpcjson.decode_header(item["block"]["header"])
        if header.validators_hash != genesis.validators.hash or header.height == 1:
            continue  # one block is from another run, with another validator, and one from another chain
        commit = rpcjson.decode_commit(item["block"]["last_commit"])
        height = Height(header.height - 1)
        check_commit(CHAIN_ID, commit, height, header.last_block_id, genesis.validators)
        assert median_time(commit, genesis.validators) == from_timestamp(header.time)
        verified += 1
    assert verified == 51


def test_the_recorded_signed_header_verifies(vector_dir: Path, genesis: Genesis) -> None:
    recorded = load(vector_dir, "commit_at_height_10.json")["signed_header"]
    signed = rpcjson.decode_signed_header(recorded)
    assert header_hash(signed.header) == signed.commit.block_id.hash
    check_commit(CHAIN_ID, signed.commit, Height(10), signed.commit.block_id, genesis.validators)
    assert rpcjson.encode_signed_header(signed) == recorded


def test_the_recorded_first_block_follows_from_the_recorded_genesis(vector_dir: Path, genesis: Genesis) -> None:
    block = rpcjson.decode_block(load(vector_dir, "block_at_height_1.json")["block"])
    check_first_block(block, genesis)
    assert block.header.validators_hash == genesis.validators.hash
    assert block.header.consensus_hash == consensus_hash(genesis.max_block_bytes, genesis.max_block_gas)


def test_recorded_neighbours_follow_each_other(blocks: list[dict[str, Any]], genesis: Genesis) -> None:
    ours = genesis.validators.hash.hex().upper()
    mine = [item for item in blocks if item["block"]["header"]["validators_hash"] == ours]
    by_height = {int(item["block"]["header"]["height"]): item for item in mine}
    pairs = [(by_height[height], by_height[height + 1]) for height in sorted(by_height) if height + 1 in by_height]
    assert len(pairs) == 49
    for earlier, later in pairs:
        check_header_follows(
            rpcjson.decode_header(later["block"]["header"]),
            rpcjson.decode_header(earlier["block"]["header"]),
            rpcjson.decode_block_id(earlier["block_id"]),
        )


def test_the_recorded_validator_is_the_one_of_the_genesis(vector_dir: Path, genesis: Genesis) -> None:
    recorded = load(vector_dir, "status.json")["validator_info"] | {"proposer_priority": "0"}
    assert rpcjson.encode_validators(genesis.validators) == [recorded]


def test_every_recorded_transaction_proof_holds(recorded: list[dict[str, Any]]) -> None:
    found = [item for item in recorded if "proof" in item and "tx" in item]
    assert len(found) == 9
    for item in found:
        tx, outer = read_bytes(item["tx"]), item["proof"]
        proof, root = decode_proof(outer["proof"]), bytes.fromhex(outer["root_hash"])
        assert is_transaction_included(tx, proof, root)
        assert not is_transaction_included(tx + b"x", proof, root)
        assert data_hash([tx]) == root
        assert tx_proof([tx], 0) == proof
        assert encode_proof(proof) == outer["proof"]


def test_every_recorded_header_carries_the_hash_of_no_results(blocks: list[dict[str, Any]]) -> None:
    assert {item["block"]["header"]["last_results_hash"] for item in blocks} == {results_hash([]).hex().upper()}


def test_every_recorded_result_is_written_as_it_was_read(vector_dir: Path) -> None:
    items = [load(vector_dir, "broadcast_tx_commit.json"), *load(vector_dir, "tx_search_with_prove.json")["txs"]]
    for item in items:
        assert encode_tx_result(decode_tx_result(item["tx_result"])) == item["tx_result"]
