"""The signer of a validator: its key, its record, its lock, the socket it dials."""

import asyncio
import logging
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from nacl.signing import SigningKey

from app.core.errors import BadGenesis, DecodingError, StoreFailed, UsageError, ValidatorKeyUnusable
from app.core.home import Home
from app.core.keys import Algorithm, PublicKey
from app.core.ports import Randomness
from app.core.tokenerrors import TokenRemoved
from app.core.tokens import Token, TokenKey, TokenName
from app.node.consensus.genesis import MAX_GENESIS_BYTES, Genesis, decode_genesis
from app.node.privval.answers import answer
from app.node.privval.dialer import MAX_PATH_BYTES, Dialer
from app.node.privval.guard import NOTHING_SIGNED, LastSigned
from app.node.privval.keys import FileKey, ValidatorKey, encode_key, load_key
from app.node.privval.moving import CometHome, take_key
from app.node.privval.signer import Signer
from app.node.privval.statefile import StateFile
from app.node.store.disk import fsync_directory, make_directory
from app.node.store.lock import FileLock
from app.wiring.files import write_durably
from app.wiring.key_place import KeyPlace, encode_place, load_place, place_of
from app.wiring.running import Running, cancel
from app.wiring.tokens import Tokens, plugged_tokens

KEY_NAME = "priv_validator_key.json"
STATE_NAME = "priv_validator_state.json"
PLACE_NAME = "token.json"
"""In the place of the key file, where the key lies on a token: which key, on which token."""
_TRIAL = b"luopu: can this key sign?"
"""No vote and no proposal: those begin with their length and a field."""
SOCKET_NAME = "comet.sock"

_log = logging.getLogger(__name__)


def create_signer(home: Home, randomness: Randomness) -> FileKey:
    """A new validator key that has signed nothing.

    Raises:
        UsageError: the home has a signer.
    """
    with _new_signer(home) as folder:
        key = FileKey(SigningKey(randomness.random_bytes(32)))
        _fill(folder, key, NOTHING_SIGNED, "")
    return key


def create_token_signer(home: Home, tokens: Tokens, key: TokenKey) -> bytes:
    """A signer whose key lies on a token and has signed nothing for a validator before; the public key (32 bytes).

    Raises:
        UsageError: the home has a signer, or the key is not Ed25519, which CometBFT asks for.
        TokenError: the token does not sign with it now.
    """
    if key.public_key.algorithm is not Algorithm.ED25519:
        raise UsageError(argument="key", expected="ed25519", got=key.public_key.algorithm.name.lower())
    held = KeyOnToken(tokens, key.token, key.public_key)
    held.sign(_TRIAL)  # who makes a validator of a key that cannot sign has none
    with _new_signer(home) as folder:
        StateFile(folder / STATE_NAME, held.public_key, "").save(NOTHING_SIGNED)
        write_durably(folder / PLACE_NAME, encode_place(place_of(key)), mode=0o600)
    return held.public_key


def import_signer(home: Home, comet_root: Path) -> tuple[FileKey, LastSigned]:
    """Move the validator of a CometBFT home here, with what it signed last. Errors as of `take_key`, and:

    Raises:
        UsageError: the home has a signer, or belongs to another chain.
        BadGenesis: one of the genesis documents cannot be read.
    """
    comet = CometHome(comet_root)
    genesis, genesis_bytes = _load_genesis(comet.genesis)
    if home.genesis.exists() and _load_genesis(home.genesis)[0].fingerprint != genesis.fingerprint:
        raise UsageError(argument="home", reason="another genesis.json is there already", path=str(home.genesis))
    with _new_signer(home) as folder:
        if not home.genesis.exists():
            write_durably(home.genesis, genesis_bytes, mode=0o644)
        key, last = take_key(comet, genesis.chain_id)
        _fill(folder, key, last, genesis.chain_id)
    return key, last


@dataclass(frozen=True, slots=True)
class KeyOnToken:
    """A validator's key on a token, behind the port of `app.node.privval.keys`."""

    tokens: Tokens
    token: TokenName
    key: PublicKey

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return self.key.data

    def sign(self, message: bytes) -> bytes:
        """64-byte signature over `message`. Errors as of `Tokens.sign`."""
        return self.tokens.sign(self.token, self.key, message)


@asynccontextmanager
async def running_signer(home: Home, socket: Path | None, ask_pin: Callable[[Token], str]) -> AsyncIterator[Running]:
    """The signer, dialling `socket` (or the one in the home) until left. Where the key lies on a token, `ask_pin` is told
    which, and asked once. Where the PIN is typed at the device, it is not asked for.

    Raises:
        UsageError: no signer was made here, or the socket's path is too long.
        TokenError: the token is not there, or does not take the PIN.
        StoreInUse: another signer uses this home.
        ValidatorKeyUnusable, SignStateMissing, SignStateUnusable: it would not be safe to sign.
    """
    path = _check_socket(socket or home.signer / SOCKET_NAME)
    genesis, _ = _load_genesis(home.genesis)
    if not home.signer.is_dir():
        raise UsageError(argument="home", reason="no signer was made here", path=str(home.signer))
    lock = FileLock(home.signer)
    try:
        with _open_key(home, ask_pin) as key:
            signer = Signer(
                genesis.chain_id, key, StateFile(home.signer / STATE_NAME, key.public_key, genesis.chain_id)
            )
            _warn_if_stranger(genesis, key.public_key)
            dialling = asyncio.create_task(Dialer(path, partial(answer, signer)).run())
            try:
                yield Running(f"unix://{path}", (dialling,))
            finally:
                await cancel(dialling)
    finally:
        lock.release()


@contextmanager
def _open_key(home: Home, ask_pin: Callable[[Token], str]) -> Iterator[ValidatorKey]:
    """The key in the file, or on the token, which is logged out at the end."""
    place = home.signer / PLACE_NAME
    if not place.exists():
        yield load_key(home.signer / KEY_NAME)
        return
    held = _load_place(place)
    token = held.token
    with plugged_tokens(home) as tokens:
        found = next((each for each in tokens.plugged if each.name == token), None)
        if found is None:  # said before the PIN is asked for
            raise tokens.faults.get(token.module) or TokenRemoved(token=str(token))
        tokens.login(token, ask_pin(found) if found.wants_typed_pin else "")
        yield KeyOnToken(tokens, token, held.public_key)


def _load_place(path: Path) -> KeyPlace:
    """Which key, on which token.

    Raises:
        ValidatorKeyUnusable: the file does not say.
    """
    try:
        return load_place(path)
    except OSError as error:
        raise ValidatorKeyUnusable(reason=error.strerror, path=str(path)) from error
    except DecodingError as error:
        raise ValidatorKeyUnusable(reason="not the place of a key", path=str(path)) from error


@contextmanager
def _new_signer(home: Home) -> Iterator[Path]:
    """A folder that becomes the home's signer whole, or not at all."""
    make_directory(home.root)
    lock = FileLock(home.signer)
    try:
        if home.signer.exists():
            raise UsageError(argument="home", reason="a signer was made here already", path=str(home.signer))
        draft = home.signer.with_name(home.signer.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)  # of an attempt that was cut off; nothing was ever signed from it
        make_directory(draft)
        yield draft
        draft.rename(home.signer)
        fsync_directory(home.root)
    except OSError as error:
        raise StoreFailed(reason=error.strerror, path=str(home.signer)) from error
    finally:
        lock.release()


def _fill(folder: Path, key: FileKey, last: LastSigned, chain_id: str) -> None:
    StateFile(folder / STATE_NAME, key.public_key, chain_id).save(last)
    write_durably(folder / KEY_NAME, encode_key(key), mode=0o600)


def _load_genesis(path: Path) -> tuple[Genesis, bytes]:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_GENESIS_BYTES + 1)
    except OSError as error:
        raise BadGenesis(reason=error.strerror or "unreadable", path=str(path)) from error
    return decode_genesis(data), data


def _check_socket(path: Path) -> Path:
    if sys.platform == "win32":
        raise UsageError(argument="signer", reason="this system has no unix sockets")
    if len(str(path).encode()) > MAX_PATH_BYTES:
        raise UsageError(argument="connect", reason=f"at most {MAX_PATH_BYTES} bytes", path=str(path))
    return path


def _warn_if_stranger(genesis: Genesis, public_key: bytes) -> None:
    if all(validator.key != public_key for validator in genesis.validators):
        _log.warning("the key %s is not among the genesis validators: the consortium must admit it", public_key.hex())
