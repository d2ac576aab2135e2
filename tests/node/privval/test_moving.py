"""A validator moves from CometBFT's home to the signer with its record, or not at all."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import pytest

from app.core.errors import (
    BadGenesis,
    FileUnwritable,
    LuopuError,
    SignStateMissing,
    SignStateUnusable,
    StoreInUse,
    UsageError,
    ValidatorKeyUnusable,
)
from app.core.home import Home
from app.core.units import Nanoseconds
from app.node.consensus.genesis import encode_genesis
from app.node.consensus.validators import Validator
from app.node.privval import moving
from app.node.privval.guard import LastSigned
from app.node.privval.keys import encode_key, load_key
from app.node.privval.moving import CometHome, moved
from app.node.privval.request import Place, Step, vote_request
from app.node.privval.statefile import StateFile, encode_state
from app.wiring.signer import KEY_NAME, STATE_NAME, create_signer, import_signer
from app.wiring.system import SystemRandomness
from tests.node.privval.questions import CHAIN_ID, KEY, OTHER_KEY, PRECOMMIT, vote

GENESIS = encode_genesis(CHAIN_ID, Nanoseconds(1_700_000_000_000_000_000), [Validator(KEY.public_key, 10)], {})
REQUEST = vote_request(CHAIN_ID, vote(41, 2, PRECOMMIT))
LAST = LastSigned(REQUEST.place, REQUEST.sign_bytes, KEY.sign(REQUEST.sign_bytes))


@pytest.fixture
def comet(tmp_path: Path) -> CometHome:
    """The home of a CometBFT that has signed and was stopped."""
    comet = CometHome(tmp_path / "comet")
    for folder in ("config", "data", "data/state.db"):
        (comet.root / folder).mkdir(parents=True)
    comet.genesis.write_bytes(GENESIS)
    comet.key.write_bytes(encode_key(KEY))
    comet.key.chmod(0o600)
    comet.state.write_bytes(encode_state(LAST))
    (comet.root / "data" / "state.db" / "LOCK").touch()
    return comet


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def running(comet: CometHome) -> Iterator[None]:
    descriptor = os.open(comet.root / "data" / "state.db" / "LOCK", os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield
    os.close(descriptor)


def record_in(home: Home) -> LastSigned:
    return StateFile(home.signer / STATE_NAME, KEY.public_key, CHAIN_ID).load()


def test_key_record_and_genesis_come_along_and_cometbft_keeps_none_it_could_use(comet: CometHome, home: Home) -> None:
    assert import_signer(home, comet.root) == (KEY, LAST)
    assert load_key(home.signer / KEY_NAME) == KEY
    assert record_in(home) == LAST
    assert home.genesis.read_bytes() == GENESIS
    assert not comet.key.exists()
    assert not comet.state.exists()


def test_without_its_record_no_key_is_moved(comet: CometHome, home: Home) -> None:
    comet.state.unlink()
    with pytest.raises(SignStateMissing):
        import_signer(home, comet.root)
    assert comet.key.exists()
    assert not home.signer.exists()


def test_with_another_s_record_no_key_is_moved(comet: CometHome, home: Home) -> None:
    comet.key.write_bytes(encode_key(OTHER_KEY))
    with pytest.raises(SignStateUnusable):
        import_signer(home, comet.root)
    assert comet.key.exists()
    assert not home.signer.exists()


def test_the_key_of_a_running_cometbft_is_not_moved(comet: CometHome, home: Home, running: None) -> None:
    with pytest.raises(StoreInUse):
        import_signer(home, comet.root)
    assert comet.key.exists()


def test_nothing_is_moved_onto_another_signer(comet: CometHome, home: Home) -> None:
    made = create_signer(home, SystemRandomness())
    with pytest.raises(UsageError):
        import_signer(home, comet.root)
    with pytest.raises(UsageError):
        create_signer(home, SystemRandomness())
    assert load_key(home.signer / KEY_NAME) == made
    assert comet.key.exists()


def test_nothing_is_moved_into_the_home_of_another_chain(comet: CometHome, home: Home) -> None:
    home.root.mkdir()
    home.genesis.write_bytes(GENESIS.replace(CHAIN_ID.encode(), b"another"))
    with pytest.raises(UsageError):
        import_signer(home, comet.root)
    assert comet.key.exists()


def test_nothing_is_moved_from_a_folder_that_is_no_cometbft_home(tmp_path: Path, home: Home) -> None:
    with pytest.raises(BadGenesis):
        import_signer(home, tmp_path)


def test_without_a_key_nothing_is_moved(comet: CometHome, home: Home) -> None:
    comet.key.unlink()
    with pytest.raises(ValidatorKeyUnusable):
        import_signer(home, comet.root)
    assert comet.state.exists()


@pytest.mark.parametrize("name", ["key", "state"])
def test_what_an_earlier_move_left_is_not_mistaken_for_what_counts_now(
    comet: CometHome, home: Home, tmp_path: Path, name: str
) -> None:
    import_signer(home, comet.root)
    moved_back = {"key": (comet.key, encode_key(KEY)), "state": (comet.state, encode_state(LAST))}[name]
    moved_back[0].write_bytes(moved_back[1])
    with pytest.raises(FileUnwritable, match="earlier move"):
        import_signer(Home(tmp_path / "second"), comet.root)


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("step", range(6))
def test_a_move_that_was_cut_off_is_begun_again_and_the_key_never_stands_without_its_record(
    comet: CometHome, home: Home, step: int
) -> None:
    left = [step]
    rename = Path.replace

    def fragile(path: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] == -1:
            raise Killed
        return rename(path, target)

    with patch.object(Path, "replace", fragile), suppress(Killed):
        import_signer(home, comet.root)
    assert (left[0] < 0) == (step < 5)  # genesis, record, key, and record and key again on the other side
    assert not comet.key.exists() or not (home.signer / KEY_NAME).exists()
    if not comet.key.exists():
        assert moved(comet.state).exists()
    if not home.signer.exists():
        assert import_signer(home, comet.root) == (KEY, LAST)
    assert record_in(home) == LAST


def test_a_disk_that_refuses_is_an_error_of_ours(comet: CometHome, home: Home) -> None:
    def refusing(path: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    home.root.mkdir()
    home.genesis.write_bytes(GENESIS)
    with patch.object(moving.Path, "replace", refusing), pytest.raises(LuopuError):
        import_signer(home, comet.root)
    assert comet.key.exists()
    assert import_signer(home, comet.root) == (KEY, LAST)


def test_a_record_of_a_place_alone_is_moved_as_it_is(comet: CometHome, home: Home) -> None:
    comet.state.write_text(json.dumps({"height": "500", "round": 0, "step": 3}))
    import_signer(home, comet.root)
    assert record_in(home) == LastSigned(Place(500, 0, Step.PRECOMMIT))


def test_the_record_and_key_can_go_back_to_cometbft_as_they_are(comet: CometHome, home: Home) -> None:
    key, state = comet.key.read_bytes(), comet.state.read_bytes()
    import_signer(home, comet.root)
    assert json.loads((home.signer / KEY_NAME).read_bytes()) == json.loads(key)
    assert json.loads((home.signer / STATE_NAME).read_bytes()) == json.loads(state)
