"""Genesis documents and the databases that belong to them."""

from pathlib import Path

from app.core.errors import BadGenesis, StoreDamaged
from app.node.consensus.genesis import Genesis, decode_genesis
from app.node.store.chain import ChainStore
from app.node.store.highwater import HighWater
from app.node.store.leveldb import quarantine
from app.node.store.noted import NotedLevelDb
from app.registry.genesis import check_seats, initial_state

MAX_GENESIS_BYTES = 16 * 1024 * 1024
DAMAGE_NOTE = "damaged"
"""Beside a database that was found damaged while it was open."""


def load_genesis(path: Path) -> tuple[Genesis, bytes, dict[bytes, bytes]]:
    """A genesis document: decoded, its bytes, and the first state.

    Raises:
        BadGenesis: it cannot be read or cannot start a chain.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_GENESIS_BYTES + 1)
    except OSError as error:
        raise BadGenesis(reason=error.strerror or "unreadable", path=str(path)) from error
    genesis = decode_genesis(data)
    return genesis, data, first_state(genesis)


def first_state(genesis: Genesis) -> dict[bytes, bytes]:
    """Every key and value of the map at genesis.

    Raises:
        BadGenesis: the document contradicts itself.
    """
    state = initial_state(genesis.chain_id, genesis.app_state)
    check_seats(state, {member.key: member.power for member in genesis.validators})
    return state


def open_store(folder: Path) -> ChainStore:
    """The chain store in `folder`.

    Raises:
        StoreInUse: another process has it.
        StoreDamaged: it is corrupted or lacks what was acknowledged, or was found to before.
        StoreFailed: the system refuses to read or write there.
    """
    note = folder / DAMAGE_NOTE
    kv = NotedLevelDb(folder / "chain", note)
    try:
        if note.exists():
            raise StoreDamaged(reason="found damaged before", path=str(folder))
        return ChainStore(kv, HighWater(folder / "mark"))
    except BaseException:
        kv.close()
        raise


def open_node_store(folder: Path) -> ChainStore:
    """As `open_store`; a damaged one is put aside, never repaired, and everything is fetched again."""
    try:
        return open_store(folder)
    except StoreDamaged:
        for name in ("chain", "mark", DAMAGE_NOTE):
            if (folder / name).exists():
                quarantine(folder / name)
        return open_store(folder)
