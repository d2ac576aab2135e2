"""A program that keeps and forgets people with papers until it is killed. Started by `test_papers_killed.py`.

For each line on standard input, a folder and a number, it forks a writer that kills itself at that step: the opening, naming,
syncing or deleting of a file. The writer tells what was acknowledged; when it is gone, `ended` follows.
"""

import os
import signal
import sys
from contextlib import closing
from itertools import count
from pathlib import Path

from conftest import CountedRandomness
from paper_people import PASSPHRASE, PLAN, files_of, person_of

from app.wallet.papers import Papers
from app.wallet.vault import Vault

EVENTS = {"open", "os.remove", "os.rename", "os.link", "os.mkdir", "fcntl.flock", "fsync"}


def main() -> None:
    """Fork a writer for each line."""
    for line in sys.stdin:
        folder, last = line.split()
        child = os.fork()
        if child == 0:
            try:
                write(Path(folder), int(last))
            finally:
                os._exit(1)
        os.waitpid(child, 0)
        tell("ended")


def write(folder: Path, last: int) -> None:
    """Do what is planned, and die at step `last`."""
    with closing(Vault.open(folder / "vault.db", PASSPHRASE, randomness=CountedRandomness(os.urandom(16)))) as vault:
        papers = Papers(vault)
        die_at(last)
        kept = {}
        for what, number in PLAN:
            if what == "keep":
                kept[number] = papers.keep(person_of(number), files_of(folder, number))
            else:
                papers.forget(kept[number])
            tell(f"{what} {number}")
    tell("done")


def die_at(last: int) -> None:
    """Be killed at the step of that number."""
    steps, fsync = count(1), os.fsync

    def step(event: str, _arguments: object = None) -> None:
        if event in EVENTS and next(steps) == last:
            os.kill(os.getpid(), signal.SIGKILL)

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
