"""Makes a stopped node's database smaller."""

from pathlib import Path

from app.core.errors import UsageError
from app.core.home import Home
from app.node.store.noted import NotedLevelDb
from app.wiring.stores import DAMAGE_NOTE

_CHAIN = "chain"


def compact_node(home: Home) -> tuple[int, int]:
    """Give back the room of what was deleted or replaced; bytes on the disk before and after.

    Raises:
        UsageError: this home has no node.
        StoreInUse: the node is running.
        StoreFailed, StoreDamaged: as of opening the store.
    """
    folder = home.node / _CHAIN
    if not folder.exists():
        raise UsageError(argument="home", reason="no node has run here", path=str(home.root))
    before = _size(folder)
    database = NotedLevelDb(folder, home.node / DAMAGE_NOTE)
    try:
        database.compact()
    finally:
        database.close()
    return before, _size(folder)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())
