"""A program that writes to a vault until it is killed, or for some steps. Started by `test_vault_killed.py`.

For each path on standard input it forks a writer, so that the interpreter starts once for many kills. The writer tells
its process id and then each step that the vault has acknowledged; when it is gone, `ended` follows. With a path and a
number of steps as arguments it writes so many and ends.
"""

import os
import sys
from itertools import count
from pathlib import Path

from conftest import CountedRandomness
from nacl.pwhash import argon2id
from vault_people import build_person

from app.core.walleterrors import WrongPassphrase
from app.wallet.keystore import Cost
from app.wallet.vault import Vault

CHEAP = Cost(argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)


def main() -> None:
    """Write so much, or fork a writer for each line."""
    if len(sys.argv) > 1:
        write(Path(sys.argv[1]), int(sys.argv[2]))
        return
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                tell(str(os.getpid()))
                write(Path(line.rstrip("\n")), 1_000_000)
            finally:
                os._exit(1)
        os.waitpid(child, 0)
        tell("ended")


def write(path: Path, steps: int) -> None:
    """Add and bind people, numbered on from those that are there, and change the passphrase after every third."""
    vault, turn = open_or_create(path)
    first = len(list(vault.search("")))
    for number in range(first, first + steps):
        person_id = vault.add(build_person(number))
        tell(f"added {number}")
        vault.bind(person_id, account_of(number))
        tell(f"bound {number}")
        if number % 3 == 2:
            vault.change_passphrase(passphrase(turn), passphrase(turn + 1), cost=CHEAP)
            turn += 1
            tell(f"passphrase {turn}")
    vault.close()


def open_or_create(path: Path) -> tuple[Vault, int]:
    """The vault, and which passphrase it has."""
    randomness = CountedRandomness(os.urandom(16))
    if not path.exists():
        vault = Vault.create(path, passphrase(0), randomness=randomness, cost=CHEAP)
        tell("passphrase 0")
        return vault, 0
    for turn in count():
        try:
            return Vault.open(path, passphrase(turn), randomness=randomness), turn
        except WrongPassphrase:
            continue
    raise AssertionError


def passphrase(turn: int) -> str:
    """The passphrase after so many changes."""
    return f"passphrase {turn}"


def account_of(number: int) -> int:
    """Two certifications for each account."""
    return 1000 + number // 2


def tell(line: str) -> None:
    """One line, whole or not at all: it is shorter than what a pipe takes at once."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
