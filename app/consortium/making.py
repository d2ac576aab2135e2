"""Making a consortium: a company's folder and keys, the genesis document of several, the configuration of each.

Guarantees: keys are made where they are used and only public parts leave the folder; key files are readable by their owner
alone; nothing with keys is ever written over; a folder appears whole or not at all.
"""

import secrets
import shutil
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nacl.signing import SigningKey

from app.consortium.cometkeys import encode_node_key, encode_validator_key, encode_validator_state
from app.consortium.company import Company, check_address, check_name, decode_company, encode_company
from app.consortium.configuration import SIGNER, NodeSettings, encode_config, reachable
from app.consortium.folders import ValidatorFolder
from app.core.errors import BadGenesis, FileUnreadable, FileUnwritable, FolderExists, UsageError
from app.core.home import Home
from app.core.keys import Algorithm, PublicKey
from app.node.engine.founding import Bookkeeper
from app.node.engine.keys import SigningSeed
from app.node.store.disk import fsync_directory, make_directory
from app.wallet.keystore import MODERATE, Cost, create_keystore, load_keystore
from app.wiring.files import write_durably
from app.wiring.node import save_peers
from app.wiring.stores import load_genesis
from app.wiring.system import SystemRandomness

MAX_COMPANY_BYTES = 1024 * 1024
CONFIG_BEFORE = "config.toml.before"


@dataclass(frozen=True, slots=True)
class Lock:
    """What closes a keystore: a passphrase, and what a guess at it costs."""

    passphrase: str
    cost: Cost = MODERATE


def make_folder(output: Path, fill: Callable[[Path], object]) -> None:
    """Let `fill` write into a new folder, which gets the name `output` when it is whole.

    Raises:
        FolderExists: there is something of that name.
        FileUnwritable: the system refuses; nothing is left.
    """
    if output.is_symlink() or output.exists():
        raise FolderExists(path=str(output))
    draft = output.with_name(f".{output.name}.{secrets.token_hex(4)}")
    try:
        make_directory(output.absolute().parent)
        draft.mkdir(mode=0o700)
        fill(draft)
        draft.rename(output)
        fsync_directory(output.absolute().parent)
    except OSError as error:
        raise FileUnwritable(path=str(output), reason=error.strerror) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def make_key(home: Home, label: str, lock: Lock) -> PublicKey:
    """A new key in the home's keystore; its public half."""
    make_directory(home.keystore.parent)
    create_keystore(
        home.keystore,
        lock.passphrase,
        algorithm=Algorithm.ED25519,
        label=label,
        randomness=SystemRandomness(),
        cost=lock.cost,
    )
    return load_keystore(home.keystore).public_key


def make_company(folder: ValidatorFolder, name: str, address: str, lock: Lock) -> Company:
    """A company's keys and its public file, in a folder that exists and is empty.

    Raises:
        BadCompany: a name that cannot be shown, or a place that cannot be dialled.
        WeakPassphrase: fewer than 8 characters.
    """
    check_name(name)
    check_address(address)
    validator, node = _seed(), _seed()
    company = Company(
        name=name,
        address=address,
        validator=validator.public_key,
        bookkeeper=make_key(folder.bookkeeper, name, lock),
        node=node.public_key,
    )
    make_directory(folder.config.parent)
    make_directory(folder.validator_state.parent)
    write_durably(folder.validator_key, encode_validator_key(validator), mode=0o600)
    write_durably(folder.validator_state, encode_validator_state(), mode=0o600)
    write_durably(folder.node_key, encode_node_key(node), mode=0o600)
    write_durably(folder.company, encode_company(company), mode=0o644)
    return company


def load_company(path: Path) -> Company:
    """A company's public file.

    Raises:
        FileUnreadable: it cannot be read.
        BadCompany: it is not one.
    """
    try:
        with path.open("rb") as file:
            return decode_company(file.read(MAX_COMPANY_BYTES))
    except OSError as error:
        raise FileUnreadable(path=str(path), reason=error.strerror) from error


def as_bookkeeper(company: Company, *, has_seat: bool = True) -> Bookkeeper:
    """The company as the genesis document names it; without a seat it may be given one later."""
    return Bookkeeper(company.name, company.bookkeeper, company.validator if has_seat else None)


def configure(folder: ValidatorFolder, genesis: Path, settings: NodeSettings) -> bool:
    """Write CometBFT's and the application's configuration; returns whether the validator has a seat from the start.

    Keys, data and the address of a signer stay as they are. A configuration that was there before is kept beside the new one.

    Raises:
        BadGenesis: no chain can start from `genesis`, or the folder belongs to another.
        FileUnwritable: the system refuses.
        UsageError: the configuration that is there cannot be read.
    """
    document, content, _ = load_genesis(genesis)
    company = load_company(folder.company)
    if folder.genesis.exists() and folder.genesis.read_bytes() != content:
        raise BadGenesis(reason="this data folder holds another chain", path=str(folder.root))
    signer = settings.signer or _signer_of(folder.config)
    _write_configuration(folder, content, replace(settings, signer=signer))
    return any(validator.key == company.validator for validator in document.validators)


def furnish(home: Home, genesis: bytes, rpc_urls: Sequence[str]) -> None:
    """Make a home belong to the chain of `genesis`, with peers to follow."""
    make_directory(home.root)
    save_peers(home, rpc_urls)
    write_durably(home.genesis, genesis, mode=0o644)


def _signer_of(config: Path) -> str:
    """Where the signer of an earlier configuration connects. Without it CometBFT would make itself a stranger's key."""
    try:
        found = tomllib.loads(config.read_text(encoding="utf-8")).get(SIGNER, "")
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise UsageError(argument="config.toml", reason=str(error), path=str(config)) from error
    return found if isinstance(found, str) else ""


def _write_configuration(folder: ValidatorFolder, genesis: bytes, settings: NodeSettings) -> None:
    try:
        for place in (folder.genesis, folder.application.genesis):
            make_directory(place.parent)
            write_durably(place, genesis, mode=0o644)
        furnish(folder.bookkeeper, genesis, [reachable(settings.rpc)])
        _keep(folder.config)
    except OSError as error:
        raise FileUnwritable(path=str(folder.root), reason=error.strerror) from error
    write_durably(folder.config, encode_config(settings).encode(), mode=0o644)


def _keep(config: Path) -> None:
    if config.exists():
        write_durably(config.with_name(CONFIG_BEFORE), config.read_bytes(), mode=0o644)


def _seed() -> SigningSeed:
    return SigningSeed(SigningKey(SystemRandomness().random_bytes(32)))
