"""The embedded consortium's keys and genesis."""

import json
from pathlib import Path

import pytest

from app.core.errors import BadKey
from app.core.hashing import sha256
from app.core.keys import Algorithm, PublicKey
from app.core.units import Nanoseconds
from app.node.consensus.genesis import decode_genesis
from app.node.engine.keys import load_consortium_keys, make_consortium_keys, save_consortium_keys
from app.node.engine.sandbox import make_sandbox
from app.registry.genesis import initial_state
from app.registry.state import decode_account, key_owner_key
from tests.fakes.chain import START, make_key


class Counted:
    def __init__(self) -> None:
        self.count = 0

    def random_bytes(self, count: int) -> bytes:
        self.count += 1
        return sha256(str(self.count).encode())[:count]


CLERK = PublicKey(Algorithm.ED25519, bytes(make_key("clerk").verify_key))


def test_keys_are_read_back_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    keys = make_consortium_keys(4, Counted())
    path = tmp_path / "keys.json"
    save_consortium_keys(path, keys)
    assert load_consortium_keys(path) == keys
    assert path.stat().st_mode & 0o777 == 0o600


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    save_consortium_keys(path, make_consortium_keys(1, Counted()))
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        save_consortium_keys(path, make_consortium_keys(2, Counted()))
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{}",
        b"[]",
        b'{"format": "luopu.sandbox-keys.v1"}',
        b'{"format": "luopu.sandbox-keys.v1", "operator": "00", "validators": []}',
        b'{"format": "luopu.sandbox-keys.v1", "operator": 5, "validators": []}',
        json.dumps({"format": "luopu.sandbox-keys.v1", "operator": "11" * 32, "validators": 7}).encode(),
        json.dumps({"format": "luopu.sandbox-keys.v1", "operator": "zz" * 32, "validators": []}).encode(),
        b"\xff\xfe",
    ],
)
def test_a_file_that_holds_no_keys_is_refused(tmp_path: Path, document: bytes) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(document)
    with pytest.raises(BadKey):
        load_consortium_keys(path)


def test_a_missing_key_file_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(BadKey):
        load_consortium_keys(tmp_path / "keys.json")


def test_sandbox_genesis_begins_a_chain_on_which_the_clerk_may_notarize() -> None:
    keys = make_consortium_keys(4, Counted())
    sandbox = make_sandbox("abc", keys, [(CLERK, "经办 01")], Nanoseconds(START))
    genesis = decode_genesis(sandbox.genesis)
    state = initial_state(genesis.chain_id, genesis.app_state)
    account = decode_account(state[b"account/" + state[key_owner_key(CLERK.encode())]])
    assert genesis.chain_id == "luopu-local-abc"
    assert {member.key for member in genesis.validators} == {key.public_key for key in keys.validators}
    assert account.agreement == sha256(sandbox.agreement)
    assert account.keys[0].label == "经办 01"
    assert len(account.permissions) == 3


def test_the_same_arguments_give_the_same_sandbox() -> None:
    keys = make_consortium_keys(2, Counted())
    first, second = (make_sandbox("abc", keys, [(CLERK, "01")], Nanoseconds(START)) for _ in range(2))
    assert first == second
