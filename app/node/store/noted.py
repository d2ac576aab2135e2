"""A database that remembers having been found damaged.

LevelDB finds a damaged block only when it is read, long after opening. The note beside the database makes the next start
act on it: a node puts the database aside and fetches the chain again, the embedded engine refuses to go on.
"""

from contextlib import suppress
from pathlib import Path

from app.core.errors import StoreDamaged, StoreError
from app.node.store.disk import fsync_path
from app.node.store.leveldb import LevelDb


class NotedLevelDb(LevelDb):
    """A database that leaves a note when damage is met, wherever that is, so that the next start puts it aside."""

    def __init__(self, path: Path, note: Path) -> None:
        self._note = note
        try:
            super().__init__(path)
        except StoreDamaged as error:
            self._leave_note(error)
            raise

    def _give_up(self, error: Exception) -> StoreError:
        failure = super()._give_up(error)
        if isinstance(failure, StoreDamaged):
            self._leave_note(failure)
        return failure

    def _leave_note(self, error: StoreDamaged) -> None:
        with suppress(OSError):  # without the note, the next start meets the damage again
            self._note.write_text(str(error), encoding="utf-8")
            fsync_path(self._note)
