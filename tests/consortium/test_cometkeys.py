"""Key files that CometBFT itself reads, and the names that it derives from them."""

import json
import subprocess
from pathlib import Path

from app.consortium.cometkeys import encode_node_key, encode_validator_key, encode_validator_state, key_address, node_id
from app.node.engine.keys import SigningSeed
from tests.cometbft import cometbft
from tests.fakes.chain import make_key

VALIDATOR, NODE = SigningSeed(make_key("validator")), SigningSeed(make_key("node"))


def comet_home(root: Path) -> Path:
    (root / "config").mkdir()
    (root / "data").mkdir()
    (root / "config" / "priv_validator_key.json").write_bytes(encode_validator_key(VALIDATOR))
    (root / "data" / "priv_validator_state.json").write_bytes(encode_validator_state())
    (root / "config" / "node_key.json").write_bytes(encode_node_key(NODE))
    return root


def ask(home: Path, verb: str) -> str:
    done = subprocess.run([cometbft(), verb, "--home", home], capture_output=True, check=True, text=True)
    return done.stdout.strip()


def test_cometbft_reads_the_validator_s_key(tmp_path: Path) -> None:
    shown = json.loads(ask(comet_home(tmp_path), "show-validator"))
    assert shown == json.loads(encode_validator_key(VALIDATOR))["pub_key"]


def test_cometbft_gives_the_node_the_same_name(tmp_path: Path) -> None:
    assert ask(comet_home(tmp_path), "show-node-id") == node_id(NODE.public_key)


def test_the_files_hold_the_secret_and_what_follows_from_it() -> None:
    document = json.loads(encode_validator_key(VALIDATOR))
    assert document["address"] == key_address(VALIDATOR.public_key).hex().upper()
    assert json.loads(encode_validator_state()) == {"height": "0", "round": 0, "step": 0}
