"""A program that keeps, publishes and discards snapshots until something happens to it. Started by `test_reserve_killed.py`.

It is given the home of which it takes the snapshots. For each line on standard input, a home, a word and a number, it forks a
writer that is killed at that step ("kill": the opening, making, naming, syncing or deleting of a file), to which the disk
refuses that step ("refuse"), or a file longer than so many bytes ("full"). The writer tells what was done and what was
refused; when it is gone, `ended` follows. Given a second home, it writes there itself, once.
"""

import errno
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

from app.client.reserve.book import KeptSnapshot, ReserveBook, SnapshotNote
from app.client.reserve.papers import Published
from app.core.errors import LuopuError
from app.core.home import Home
from app.reserve.hasher import PlainHasher
from app.reserve.shares import Shares
from app.wallet.vault import Vault
from app.wiring.system import SystemRandomness

PASSPHRASE = "the vault's passphrase"
EVENTS = {"open", "os.remove", "os.rename", "os.link", "os.mkdir", "os.rmdir", "shutil.rmtree", "fcntl.flock", "fsync"}
PLAN = (("keep", 0), ("publish", 0), ("keep", 1), ("keep", 2), ("publish", 2), ("discard", 1))

Snapshot = tuple[SnapshotNote, KeptSnapshot, Published, Shares]


def main() -> None:
    """Fork a writer for each line."""
    snapshots = read(Home(Path(sys.argv[1])))
    if len(sys.argv) > 2:
        write(Path(sys.argv[2]), "run", 0, snapshots)
        return
    for line in sys.stdin:
        home, what, number = line.split()
        child = os.fork()
        if child == 0:
            try:
                write(Path(home), what, int(number), snapshots)
            finally:
                os._exit(1)
        os.waitpid(child, 0)
        tell("ended")


def read(home: Home) -> list[Snapshot]:
    """The snapshots of a home, the oldest first."""
    with closing(Vault.open(home.vault, PASSPHRASE, randomness=SystemRandomness())) as vault:
        book = ReserveBook(home.reserves, vault.inside, SystemRandomness())
        return [_read(book, note) for note in reversed(book.notes())]


def _read(book: ReserveBook, note: SnapshotNote) -> Snapshot:
    kept, published = book.load(note.id), book.published(note.id)
    assert published is not None
    shares = Shares(PlainHasher(), kept.ground.binding(kept.master), kept.owed, note.note.padding)
    return note, kept, published, shares


def write(root: Path, what: str, number: int, snapshots: list[Snapshot]) -> None:
    """Do what is planned, until it happens."""
    home, struck = Home(root), list[int]()
    with closing(Vault.open(home.vault, PASSPHRASE, randomness=SystemRandomness())) as vault:
        book = ReserveBook(home.reserves, vault.inside, SystemRandomness())
        if what == "full":
            resource.setrlimit(resource.RLIMIT_FSIZE, (number, number))
        elif what in ("kill", "refuse"):
            harm_at(number, kill if what == "kill" else refuse, struck)
        for step, (deed, which) in enumerate(PLAN):
            try:
                do(book, deed, snapshots[which])
                tell(f"{step} done")
            except LuopuError as error:
                tell(f"{step} {error.code}")
    tell("harmed" if struck else "end")


def do(book: ReserveBook, deed: str, snapshot: Snapshot) -> None:
    """One step of the plan."""
    note, kept, published, shares = snapshot
    if deed == "keep":
        book.keep(kept.ground, shares, kept.master, note.note, kept.pieces)
    elif deed == "discard":
        book.discard(note.id)
    else:
        assert note.published is not None
        place = note.published
        book.mark_published(note.id, published, place.transaction_hash, place.height, place.time_ns)


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def refuse() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def harm_at(last: int, harm: Callable[[], None], struck: list[int]) -> None:
    """Have this happen at the step of that number, and note that it did."""
    steps, fsync = count(1), os.fsync

    def step(event: str, _arguments: object = None) -> None:
        if event in EVENTS and next(steps) == last:
            struck.append(last)
            harm()

    def synced(descriptor: int) -> None:
        step("fsync")
        fsync(descriptor)

    os.fsync = synced  # type: ignore[assignment]
    sys.addaudithook(step)


def tell(line: str) -> None:
    """One line, whole or not at all."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
