"""`luopu signer`, as an administrator types it."""

import asyncio
import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.__main__ import main
from app.core.errors import (
    BadGenesis,
    LuopuError,
    SignStateMissing,
    SignStateUnusable,
    StoreFailed,
    StoreInUse,
    UsageError,
    ValidatorKeyUnusable,
)
from app.core.home import Home
from app.core.tokens import Token
from app.core.units import Nanoseconds
from app.core.wire import privval_pb2 as wire
from app.node.consensus.genesis import encode_genesis
from app.node.consensus.validators import Validator, derive_address
from app.node.delimited import delimited
from app.node.privval.guard import NOTHING_SIGNED
from app.node.privval.keys import FileKey, encode_key
from app.node.privval.moving import CometHome
from app.node.privval.statefile import encode_state
from app.wiring.signer import KEY_NAME, STATE_NAME, create_signer, running_signer
from app.wiring.system import SystemRandomness
from tests.node.privval.questions import CHAIN_ID, KEY, OTHER_KEY, vote


def write_genesis(path: Path, key: FileKey) -> None:
    """A chain whose only validator has this key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        encode_genesis(CHAIN_ID, Nanoseconds(1_700_000_000_000_000_000), [Validator(key.public_key, 10)], {})
    )


@pytest.fixture
def home(short_path: Path) -> Home:
    """A home whose signer is ready, its key the genesis validator's."""
    home = Home(short_path / "home")
    write_genesis(home.genesis, create_signer(home, SystemRandomness()))
    return home


def test_a_new_key_is_shown_as_genesis_documents_and_proposals_want_it(
    short_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["signer", "--home", str(short_path), "--init", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    key = bytes.fromhex(told["public_key"])
    assert base64.b64decode(told["base64"]) == key
    assert bytes.fromhex(told["address"]) == derive_address(key)
    modes = {(short_path / "signer" / name).stat().st_mode & 0o777 for name in (KEY_NAME, STATE_NAME)}
    assert modes == {0o600}


def test_a_move_says_where_the_key_signed_last(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    comet = CometHome(short_path / "comet")
    write_genesis(comet.genesis, KEY)
    comet.state.parent.mkdir()
    comet.state.write_bytes(encode_state(NOTHING_SIGNED))
    comet.key.touch(mode=0o600)
    comet.key.write_bytes(encode_key(KEY))
    arguments = ["signer", "--home", str(short_path / "home"), "--import", str(comet.root), "--language", "en"]
    assert main(arguments) == 0
    told = capsys.readouterr().out
    assert "signed last at 0/0/0" in told
    assert KEY.public_key.hex() in told
    assert main(arguments) == 2  # there is a signer now


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "unix://relative", "comet.sock"])
def test_only_sockets_of_this_computer_are_dialled(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["signer", "--connect", address])
    assert "unix:///PATH" in capsys.readouterr().err


def nobody_asks(token: Token) -> str:
    """A key in a file asks for no PIN."""
    raise AssertionError(token)


async def start(home: Home, socket: Path | None = None) -> str:
    """Run it for a moment; the address that it dials."""
    async with running_signer(home, socket, nobody_asks) as running:
        return running.url


async def test_without_an_address_it_dials_the_socket_beside_its_key(home: Home) -> None:
    assert await start(home) == f"unix://{home.signer / 'comet.sock'}"


async def test_two_signers_do_not_share_a_home(home: Home) -> None:
    async with running_signer(home, None, nobody_asks):
        with pytest.raises(StoreInUse):
            await start(home)
    await start(home)


def lose_state(home: Home) -> None:
    (home.signer / STATE_NAME).unlink()


def damage_state(home: Home) -> None:
    (home.signer / STATE_NAME).write_bytes(b"{}")


def lose_key(home: Home) -> None:
    (home.signer / KEY_NAME).unlink()


def show_key(home: Home) -> None:
    (home.signer / KEY_NAME).chmod(0o644)


def lose_genesis(home: Home) -> None:
    home.genesis.unlink()


def lose_signer(home: Home) -> None:
    home.signer.rename(home.root / "elsewhere")


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (lose_state, SignStateMissing),
        (damage_state, SignStateUnusable),
        (lose_key, ValidatorKeyUnusable),
        (show_key, ValidatorKeyUnusable),
        (lose_genesis, BadGenesis),
        (lose_signer, UsageError),
    ],
)
async def test_where_it_would_not_be_safe_to_sign_it_does_not_start(
    home: Home, harm: Callable[[Home], None], error: type[LuopuError]
) -> None:
    harm(home)
    with pytest.raises(error):
        await start(home)


async def test_a_path_with_no_room_for_it_in_a_socket_s_name_is_refused(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="100 bytes"):
        await start(home, tmp_path / ("x" * 100))


async def test_a_key_that_is_no_genesis_validator_s_is_warned_about(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    await start(home)
    assert "not among the genesis validators" not in caplog.text
    write_genesis(home.genesis, OTHER_KEY)
    await start(home)
    assert "not among the genesis validators" in caplog.text


async def test_a_disk_that_fails_ends_it_with_the_reason(home: Home) -> None:
    asked = asyncio.Event()

    async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        question = wire.Message(sign_vote_request=wire.SignVoteRequest(vote=vote(), chain_id=CHAIN_ID))
        writer.write(delimited(question.SerializeToString()))
        asked.set()
        assert await reader.read() == b""  # no answer, and the end
        writer.close()

    server = await asyncio.start_unix_server(ask, home.signer / "comet.sock")
    async with running_signer(home, None, nobody_asks) as running:
        (home.signer / f"{STATE_NAME}.new").mkdir()  # where the next record would be drafted
        with pytest.raises(StoreFailed):
            await running.until(asyncio.Event())
    assert asked.is_set()
    server.close()
