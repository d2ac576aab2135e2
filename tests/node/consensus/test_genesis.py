"""A genesis document is one that every node and CometBFT understand alike, or it is refused with a reason."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import BadGenesis
from app.core.hashing import GENESIS_DOMAIN
from app.core.units import Nanoseconds
from app.node.consensus.genesis import MAX_GENESIS_BYTES, UNLIMITED, Genesis, decode_genesis, encode_genesis
from app.node.consensus.time import GO_ZERO_TIME, decode_time, encode_time
from app.node.consensus.validators import MAX_TOTAL_POWER, ValidatorSet
from tests.fakes.chain import CHAIN_ID, START, make_validators

Document = dict[str, Any]
MEMBERS = make_validators(4).set
STATE: dict[str, object] = {"format": "test", "names": ["络谱", "a"], "number": 7}


def encoded() -> bytes:
    return encode_genesis(CHAIN_ID, START, MEMBERS.validators, STATE, app_hash=b"\x01\xab")


def document() -> Document:
    value: Document = json.loads(encoded())
    return value


def decode(value: object) -> Genesis:
    return decode_genesis(json.dumps(value).encode())


# ---- what is accepted ------------------------------------------------------------------------------------------------
def test_a_genesis_survives_encoding() -> None:
    genesis = decode_genesis(encoded())
    assert genesis.chain_id == CHAIN_ID
    assert genesis.initial_height == 1
    assert genesis.time_ns == START
    assert genesis.validators == MEMBERS
    assert genesis.app_hash == b"\x01\xab"
    assert genesis.app_state == STATE
    assert (genesis.max_block_bytes, genesis.max_block_gas) == (22_020_096, -1)


def test_the_same_arguments_give_the_same_bytes() -> None:
    reordered = dict(reversed(STATE.items()))
    assert encode_genesis(CHAIN_ID, START, MEMBERS.validators, reordered, app_hash=b"\x01\xab") == encoded()


def test_every_consensus_parameter_is_written_out() -> None:
    assert document()["consensus_params"] == {
        "abci": {"vote_extensions_enable_height": "0"},
        "block": {"max_bytes": "22020096", "max_gas": "-1"},
        "evidence": {"max_age_duration": "172800000000000", "max_age_num_blocks": "100000", "max_bytes": "1048576"},
        "validator": {"pub_key_types": ["ed25519"]},
        "version": {"app": "0"},
    }


@pytest.mark.parametrize(("max_bytes", "evidence"), [(UNLIMITED, "1048576"), (1000, "1000"), (104_857_600, "1048576")])
def test_evidence_never_has_more_room_than_a_block(max_bytes: int, evidence: str) -> None:
    data = encode_genesis(CHAIN_ID, START, MEMBERS.validators, STATE, max_block_bytes=max_bytes, max_block_gas=5)
    genesis = decode_genesis(data)
    assert (genesis.max_block_bytes, genesis.max_block_gas) == (max_bytes, 5)
    assert json.loads(data)["consensus_params"]["evidence"]["max_bytes"] == evidence


def test_the_recorded_genesis_of_a_real_chain_is_read(vector_dir: Path) -> None:
    recorded = json.loads((vector_dir / "cometbft-rpc" / "genesis.json").read_bytes())["result"]["genesis"]
    genesis = decode(recorded)
    assert genesis.chain_id == "dockerchain"
    assert genesis.time_ns == decode_time("2023-05-17T14:12:48.347696215Z")
    assert genesis.validators.total_power == 10
    assert genesis.app_state == {}


def test_the_fingerprint_is_over_the_canonical_form_with_its_domain() -> None:
    canonical = json.dumps(document(), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert decode_genesis(encoded()).fingerprint == sha256(GENESIS_DOMAIN + canonical).digest()


def test_the_fingerprint_does_not_depend_on_spacing_or_order() -> None:
    compact = json.dumps(dict(reversed(document().items())), separators=(",", ":")).encode()
    assert decode_genesis(compact).fingerprint == decode_genesis(encoded()).fingerprint


@pytest.mark.parametrize("name", ["chain_id", "genesis_time", "app_state", "app_hash"])
def test_the_fingerprint_depends_on_everything_said(name: str) -> None:
    value = document()
    value[name] = {"chain_id": "other", "genesis_time": "2024-01-01T00:00:00Z", "app_state": {}, "app_hash": ""}[name]
    assert decode(value).fingerprint != decode_genesis(encoded()).fingerprint


@pytest.mark.parametrize("change", [{"address": ""}, {}])
def test_an_address_may_be_left_to_the_key(change: Document) -> None:
    value = document()
    member = value["validators"][0]
    del member["address"]
    del member["name"]
    member.update(change)
    assert decode(value).validators == MEMBERS


def test_height_zero_means_one_as_for_cometbft() -> None:
    assert decode(document() | {"initial_height": "0"}).initial_height == 1
    assert decode(document() | {"initial_height": "12"}).initial_height == 12


def test_a_chain_id_may_have_fifty_bytes() -> None:
    assert decode(document() | {"chain_id": "c" * 50}).chain_id == "c" * 50


def test_what_cometbft_adds_is_passed_over() -> None:
    value = document()
    value["consensus_params"]["authority"] = {"authority": ""}
    assert decode(value).validators == MEMBERS


# ---- what is refused -------------------------------------------------------------------------------------------------
def put(*path: str | int, to: object) -> Callable[[Document], None]:
    def change(value: Document) -> None:
        node: Any = value
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = to

    return change


def drop(*path: str | int) -> Callable[[Document], None]:
    def change(value: Document) -> None:
        node: Any = value
        for step in path[:-1]:
            node = node[step]
        del node[path[-1]]

    return change


def repeat_validator(value: Document) -> None:
    value["validators"].append(value["validators"][0])


def take_another_s_address(value: Document) -> None:
    value["validators"][0]["address"] = value["validators"][1]["address"]


PARAMS = "consensus_params"
BAD = {
    "empty chain id": (put("chain_id", to=""), "chain_id"),
    "chain id too long": (put("chain_id", to="c" * 51), "chain_id"),
    "chain id too long in bytes": (put("chain_id", to="络" * 17), "chain_id"),
    "chain id missing": (drop("chain_id"), "chain_id"),
    "chain id a number": (put("chain_id", to=5), "chain_id"),
    "time missing": (drop("genesis_time"), "genesis_time"),
    "time zero": (put("genesis_time", to="0001-01-01T00:00:00Z"), "genesis_time"),
    "time in another zone": (put("genesis_time", to="2024-01-01T00:00:00+08:00"), "not decodable: kind time"),
    "height a number": (put("initial_height", to=1), "initial_height"),
    "height missing": (drop("initial_height"), "initial_height"),
    "height negative": (put("initial_height", to="-1"), "initial_height"),
    "height beyond int64": (put("initial_height", to=str(2**63)), "initial_height"),
    "height padded": (put("initial_height", to="01"), "initial_height"),
    "height with a blank": (put("initial_height", to=" 1"), "initial_height"),
    "height with an underscore": (put("initial_height", to="1_0"), "initial_height"),
    "height in other digits": (put("initial_height", to="١"), "initial_height"),
    "height endless": (put("initial_height", to="9" * 5000), "initial_height"),
    "height minus zero": (put("initial_height", to="-0"), "initial_height"),
    "validators missing": (drop("validators"), "validators"),
    "validators null": (put("validators", to=None), "validators"),
    "no validators": (put("validators", to=[]), "validators"),
    "validators an object": (put("validators", to={}), "validators"),
    "validator no object": (put("validators", 0, to="x"), "validators"),
    "validator twice": (repeat_validator, "validators"),
    "zero power": (put("validators", 0, "power", to="0"), "power"),
    "negative power": (put("validators", 0, "power", to="-5"), "power"),
    "power a number": (put("validators", 0, "power", to=10), "power"),
    "power beyond int64": (put("validators", 0, "power", to=str(2**63)), "power"),
    "too much power": (put("validators", 0, "power", to=str(MAX_TOTAL_POWER)), "validators"),
    "another's address": (take_another_s_address, "validator address"),
    "address not hex": (put("validators", 0, "address", to="zz"), "address"),
    "address with blanks": (put("validators", 0, "address", to="AB CD"), "address"),
    "address null": (put("validators", 0, "address", to=None), "address"),
    "name a number": (put("validators", 0, "name", to=1), "name"),
    "key missing": (drop("validators", 0, "pub_key"), "pub_key"),
    "key of another kind": (put("validators", 0, "pub_key", "type", to="tendermint/PubKeySecp256k1"), "pub_key"),
    "key too short": (put("validators", 0, "pub_key", "value", to="AAAA"), "validators"),
    "key not base64": (put("validators", 0, "pub_key", "value", to="!!!!"), "value"),
    "key base64 without padding": (put("validators", 0, "pub_key", "value", to="AAAAA"), "value"),
    "app hash not hex": (put("app_hash", to="0x00"), "app_hash"),
    "app hash null": (put("app_hash", to=None), "app_hash"),
    "app hash missing": (drop("app_hash"), "app_hash"),
    "app state a list": (put("app_state", to=[]), "app_state"),
    "app state null": (put("app_state", to=None), "app_state"),
    "number too large for one form": (put("app_state", to={"n": 2**53}), "not canonicalizable"),
    "parameters missing": (drop(PARAMS), PARAMS),
    "parameters null": (put(PARAMS, to=None), PARAMS),
    "block parameters missing": (drop(PARAMS, "block"), "block"),
    "max bytes zero": (put(PARAMS, "block", "max_bytes", to="0"), "max_bytes"),
    "max bytes below -1": (put(PARAMS, "block", "max_bytes", to="-2"), "max_bytes"),
    "max bytes too large": (put(PARAMS, "block", "max_bytes", to="104857601"), "max_bytes"),
    "max gas below -1": (put(PARAMS, "block", "max_gas", to="-2"), "max_gas"),
    "max gas missing": (drop(PARAMS, "block", "max_gas"), "max_gas"),
    "evidence age zero": (put(PARAMS, "evidence", "max_age_num_blocks", to="0"), "max_age_num_blocks"),
    "evidence duration zero": (put(PARAMS, "evidence", "max_age_duration", to="0"), "max_age_duration"),
    "evidence larger than a block": (put(PARAMS, "evidence", "max_bytes", to="22020097"), "max_bytes"),
    "evidence negative": (put(PARAMS, "evidence", "max_bytes", to="-1"), "max_bytes"),
    "evidence missing": (drop(PARAMS, "evidence"), "evidence"),
    "other keys allowed": (put(PARAMS, "validator", "pub_key_types", to=["ed25519", "secp256k1"]), "pub_key_types"),
    "no keys allowed": (put(PARAMS, "validator", "pub_key_types", to=[]), "pub_key_types"),
    "version missing": (drop(PARAMS, "version"), "version"),
    "version negative": (put(PARAMS, "version", "app", to="-1"), "app"),
    "abci missing": (drop(PARAMS, "abci"), "abci"),
    "extensions at a negative height": (
        put(PARAMS, "abci", "vote_extensions_enable_height", to="-1"),
        "vote_extensions_enable_height",
    ),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_document_is_refused_with_its_reason(fault: str) -> None:
    change, reason = BAD[fault]
    value = document()
    change(value)
    with pytest.raises(BadGenesis) as error:
        decode(value)
    assert error.value.facts["reason"] == reason


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"5",
        b"\xff\xfe",
        b'{"chain_id": "a", "chain_id": "b"}',
        b'{"app_state": "\\ud800"}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1.5}',
        b'{"a": 1e3}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 1000 + b"1" + b"}" * 1000,
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_not_strict_json_is_refused(data: bytes) -> None:
    with pytest.raises(BadGenesis):
        decode_genesis(data)


def test_a_document_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(BadGenesis):
        decode_genesis(b" " * (MAX_GENESIS_BYTES + 1))


# ---- what is not written ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("chain_id", ["", "c" * 51])
def test_a_genesis_that_nobody_could_read_is_not_written(chain_id: str) -> None:
    with pytest.raises(BadGenesis):
        encode_genesis(chain_id, START, MEMBERS.validators, STATE)


@pytest.mark.parametrize("state", [{"a": 1.5}, {"a": b"bytes"}, {"a": "\ud800"}, {"a": 2**53}])
def test_a_state_that_is_no_strict_json_is_not_written(state: dict[str, object]) -> None:
    with pytest.raises(BadGenesis):
        encode_genesis(CHAIN_ID, START, MEMBERS.validators, state)


def test_a_genesis_without_validators_is_not_written() -> None:
    with pytest.raises(BadGenesis):
        encode_genesis(CHAIN_ID, START, [], STATE)


@pytest.mark.parametrize("moment", [GO_ZERO_TIME, Nanoseconds(2**80)])
def test_a_genesis_at_no_time_is_not_written(moment: Nanoseconds) -> None:
    with pytest.raises(BadGenesis):
        encode_genesis(CHAIN_ID, moment, MEMBERS.validators, STATE)


def test_a_genesis_keeps_its_nanoseconds() -> None:
    assert document()["genesis_time"] == encode_time(START)
    assert START % 1000 != 0
    assert isinstance(decode_genesis(encoded()).validators, ValidatorSet)
