"""The key file is CometBFT's, and nothing in it is believed that can be computed."""

import json
import os
from pathlib import Path

import pytest

from app.core.errors import DecodingError, ValidatorKeyUnusable
from app.node.privval.keys import decode_key, encode_key, load_key
from tests.node.privval.questions import KEY, OTHER_KEY


def write(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_key_is_what_was_written(tmp_path: Path) -> None:
    key = load_key(write(tmp_path / "key", encode_key(KEY)))
    assert key.public_key == KEY.public_key
    assert key.sign(b"message") == KEY.sign(b"message")


@pytest.mark.skipif(os.name != "posix", reason="this system has no modes")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_not_used(tmp_path: Path, mode: int) -> None:
    with pytest.raises(ValidatorKeyUnusable, match="others can read"):
        load_key(write(tmp_path / "key", encode_key(KEY), mode))


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"priv_key": 3}', encode_key(KEY)[:-9]])
def test_another_file_is_not_taken_for_a_key(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ValidatorKeyUnusable):
        load_key(write(tmp_path / "key", content))


def test_a_key_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ValidatorKeyUnusable, match="No such file"):
        load_key(tmp_path / "key")


@pytest.mark.parametrize("name", ["address", "pub_key", "priv_key"])
def test_parts_of_two_keys_are_not_taken_for_one(name: str) -> None:
    document, other = json.loads(encode_key(KEY)), json.loads(encode_key(OTHER_KEY))
    document[name] = other[name]
    with pytest.raises(DecodingError):
        decode_key(json.dumps(document).encode())


@pytest.mark.parametrize("name", ["pub_key", "priv_key"])
def test_a_key_of_another_kind_is_refused(name: str) -> None:
    document = json.loads(encode_key(KEY))
    document[name]["type"] = "tendermint/PubKeySecp256k1"
    with pytest.raises(DecodingError):
        decode_key(json.dumps(document).encode())
