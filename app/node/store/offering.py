"""The snapshots in one folder, as they are handed out: what somebody may be fetching stays until he has it.

CometBFT chooses a snapshot some seconds after it was offered, then fetches it piece by piece, and where a piece is missing
waits for two minutes before it chooses another. So a snapshot does not go because a newer one was written while it is asked
for.

Guarantees: the newest `KEPT` stay, and of those before them at most `MAX_SPARED`, those asked for last, for `SPARED_SECONDS`
after somebody was told of them or read a chunk: whoever keeps asking cannot fill the disk. Any thread.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.node.store.snapshot import Snapshot, drop_snapshots, list_snapshots, read_chunk

KEPT: Final = 2
MAX_SPARED: Final = 2
SPARED_SECONDS: Final = 300.0
"""More than CometBFT waits for one chunk."""


class Offering:
    """One folder of snapshots."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.monotonic) -> None:
        """`now` gives seconds that never go back."""
        self.folder = folder
        self._now = now
        self._asked: dict[int, float] = {}
        self._lock = threading.Lock()

    def snapshots(self) -> list[Snapshot]:
        """Every whole snapshot, the newest first, for somebody who may fetch one of them.

        Raises:
            StoreFailed: they cannot be read.
        """
        found = list_snapshots(self.folder)
        self._note(*(snapshot.height for snapshot in found))
        return found

    def chunk(self, height: int, index: int) -> bytes:
        """The bytes of one chunk.

        Raises:
            NotFound: there is no such snapshot (any more), or it has no such chunk.
            StoreFailed: it cannot be read.
        """
        chunk = read_chunk(self.folder, height, index)
        self._note(height)
        return chunk

    def drop_old(self) -> None:
        """Delete what nobody needs any more.

        Raises:
            StoreFailed: something cannot be deleted.
        """
        heights = [snapshot.height for snapshot in list_snapshots(self.folder)]
        newest, older = heights[:KEPT], heights[KEPT:]
        with self._lock:
            since = self._now() - SPARED_SECONDS
            wanted = sorted(filter(lambda height: self._asked.get(height, since) > since, older), key=self._last_asked)
            kept = {*newest, *wanted[-MAX_SPARED:]}
            self._asked = {height: asked for height, asked in self._asked.items() if height in kept}
        drop_snapshots(self.folder, except_for=kept)

    def _note(self, *heights: int) -> None:
        with self._lock:
            self._asked.update(dict.fromkeys(heights, self._now()))

    def _last_asked(self, height: int) -> tuple[float, int]:
        return self._asked[height], height
