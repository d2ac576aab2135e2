"""A validator whose key lies on a token: a real CometBFT makes blocks with it; without its token it signs nothing."""

import asyncio
import base64
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from app.__main__ import main
from app.core.home import Home
from app.core.keys import Algorithm, encode_key_text
from app.core.tokens import TokenKey
from app.node.consensus.validators import derive_address
from app.wiring.tokens import Tokens, accept_module, plugged_tokens
from tests.conftest import require
from tests.node.privval.real import Relay, kill, make_comet_home, relaying, start_comet, start_signer

pytestmark = pytest.mark.timeout(120)
MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "135790"


@pytest.fixture
def home(short_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home that has accepted SoftHSM, with an empty token plugged in, and the file with its PIN."""
    require(Path(MODULE).exists(), "softhsm2 is not installed")
    (short_path / "tokens").mkdir()
    config = short_path / "softhsm.conf"
    config.write_text(f"directories.tokendir={short_path / 'tokens'}\nobjectstore.backend=file\nlog.level=ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(config))
    made = ["softhsm2-util", "--init-token", "--free", "--label", "validator", "--pin", PIN, "--so-pin", "24680135"]
    subprocess.run(made, check=True, capture_output=True)
    (short_path / "pin").write_text(f"{PIN}\n")
    home = Home(short_path / "home")
    accept_module(home, MODULE)
    return home


@pytest.fixture
def tokens(home: Home) -> Iterator[Tokens]:
    """Its tokens."""
    with plugged_tokens(home) as tokens:
        yield tokens


def key_on(tokens: Tokens, algorithm: Algorithm) -> TokenKey:
    """A new key."""
    name = tokens.plugged[0].name
    tokens.login(name, PIN)
    return tokens.generate(name, algorithm, f"validator {algorithm.name}")


def taken(home: Home, key: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    """Exit status and answer of `luopu signer --token`."""
    pin_file = str(home.root.parent / "pin")
    status = main(["signer", "--home", str(home.root), "--token", key, "--pin-file", pin_file, "--json"])
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return status, answer


async def test_a_real_chain_is_made_with_a_key_on_a_token_and_stands_while_it_is_out(
    home: Home, tokens: Tokens, short_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = key_on(tokens, Algorithm.ED25519)
    tokens.close()
    status, told = await asyncio.to_thread(taken, home, encode_key_text(key.public_key), capsys)
    assert (status, told["public_key"]) == (0, key.public_key.data.hex())
    assert not (home.signer / "priv_validator_key.json").exists()
    chain_id = write_genesis_of(make_comet_home(short_path / "comet"), home, key.public_key.data)
    relay = Relay(short_path / "near", short_path / "far", chain_id, key.public_key.data)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(relaying(relay))
        comet = await start_comet(short_path / "comet", relay.far, short_path / "comet.log")
        stack.push_async_callback(kill, comet)
        signer = await start_signer(home.root, relay.near, "--pin-file", str(short_path / "pin"))
        stack.push_async_callback(kill, signer)
        await relay.until_height(3)
        shutil.move(short_path / "tokens", short_path / "pulled")
        (short_path / "tokens").mkdir()
        await kill(signer)
        refused = await start_signer(home.root, relay.near, "--pin-file", str(short_path / "pin"))
        assert await refused.wait() == 1
        height = relay.height
        (short_path / "tokens").rmdir()
        shutil.move(short_path / "pulled", short_path / "tokens")
        again = await start_signer(home.root, relay.near, "--pin-file", str(short_path / "pin"))
        stack.push_async_callback(kill, again)
        await relay.until_height(height + 2)
    assert all(len(set(signed)) == 1 for signed in relay.released.values())
    assert PIN not in (short_path / "signer.log").read_text()
    assert "The USB token is not plugged in" in (short_path / "signer.log").read_text()


def write_genesis_of(comet: Path, home: Home, key: bytes) -> str:
    """Let the token's key be the chain's only validator; the chain's id."""
    path = comet / "config" / "genesis.json"
    document = json.loads(path.read_text())
    document["validators"][0]["pub_key"]["value"] = base64.b64encode(key).decode()
    document["validators"][0]["address"] = derive_address(key).hex().upper()
    path.write_text(json.dumps(document))
    home.genesis.write_bytes(path.read_bytes())
    return str(document["chain_id"])


def test_a_p256_key_is_no_validators(home: Home, tokens: Tokens, capsys: pytest.CaptureFixture[str]) -> None:
    key = key_on(tokens, Algorithm.P256)
    status, told = taken(home, encode_key_text(key.public_key), capsys)
    assert (status, told["error"]["code"]) == (2, "usage")  # type: ignore[index]
    assert not home.signer.exists()


def test_a_key_that_is_on_no_token_makes_no_signer(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = taken(home, "nobody's", capsys)
    assert (status, told["error"]["code"]) == (1, "key-not-on-token")  # type: ignore[index]
    assert not home.signer.exists()


def test_two_keys_of_one_label_make_no_signer(home: Home, tokens: Tokens, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = key_on(tokens, Algorithm.ED25519), key_on(tokens, Algorithm.ED25519)
    assert first.label == second.label
    status, told = taken(home, first.label, capsys)
    assert (status, told["error"]["code"]) == (1, "bad-key")  # type: ignore[index]
    assert not home.signer.exists()


def test_a_wrong_pin_makes_no_signer(home: Home, tokens: Tokens, capsys: pytest.CaptureFixture[str]) -> None:
    key = key_on(tokens, Algorithm.ED25519)
    tokens.close()
    (home.root.parent / "pin").write_text("000000\n")
    status, told = taken(home, key.label, capsys)
    assert (status, told["error"]["code"]) == (1, "pin-incorrect")  # type: ignore[index]
    assert not home.signer.exists()
