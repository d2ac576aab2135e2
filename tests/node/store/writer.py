"""A process that writes one batch after another and says which ones it acknowledges; tests do harm to it.

Usage: writer.py FOLDER BATCHES VALUE_BYTES WRITE_BUFFER_BYTES
"""

import hashlib
import os
import sys
from pathlib import Path

from app.core.errors import StoreError
from app.core.units import Hash32, Height
from app.node.store import leveldb
from app.node.store.highwater import HighWater, HighWaterRecord
from app.node.store.leveldb import LevelDb

TRIES_AFTER_FAILURE = 3


def entry(number: int, size: int) -> tuple[bytes, bytes]:
    """Key and value of batch `number`; the value does not compress."""
    return b"n%08d" % number, hashlib.shake_256(b"%d" % number).digest(size)


def mark(number: int) -> HighWaterRecord:
    """The high-water record of batch `number`."""
    digest = Hash32(hashlib.sha256(b"%d" % number).digest())
    return HighWaterRecord(Height(number), digest, digest)


def say(line: str) -> None:
    """Say it at once and in one call, so that a recording shows where it was said."""
    os.write(1, f"{line}\n".encode())


def main(folder: Path, batches: int, size: int, buffer: int) -> None:
    """Go on from the newest batch that is there."""
    leveldb._OPTIONS["write_buffer_size"] = buffer
    try:
        store = LevelDb(folder / "db")
    except StoreError as error:
        say(f"refused {error.code}")
        return
    water = HighWater(folder / "highwater")
    first, failures = int(store.get(b"tip") or b"0") + 1, 0
    for number in range(first, first + batches):
        try:
            store.write([entry(number, size), (b"tip", b"%d" % number)], sync=True)
            water.save(mark(number))
        except StoreError as error:
            say(f"failed {error.code}")
            failures += 1
            if failures > TRIES_AFTER_FAILURE:
                return
        else:
            say(f"acked {number}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
