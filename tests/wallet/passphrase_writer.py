"""A program that changes a home's passphrase until it is killed, or so many times. Started by `test_passphrases_killed.py`.

For each home on standard input it forks a writer; the writer tells its process id, and then each change that was
acknowledged; when it is gone, `ended` follows. With a home and a number as arguments it changes it so many times and ends.
"""

import os
import sys
from itertools import count
from pathlib import Path

from conftest import CountedRandomness
from vault_writer import CHEAP, passphrase, tell

from app.core.home import Home
from app.core.keys import Algorithm
from app.core.walleterrors import WrongPassphrase
from app.wallet.keystore import create_keystore
from app.wallet.passphrases import change_passphrases, open_vault, settle
from app.wallet.vault import Vault
from tests.wallet.vault_people import build_person


def main() -> None:
    """Change it so many times, or fork a writer for each line."""
    if len(sys.argv) > 1:
        write(Home(Path(sys.argv[1])), int(sys.argv[2]))
        return
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                tell(str(os.getpid()))
                write(Home(Path(line.rstrip("\n"))), 1_000_000)
            finally:
                os._exit(1)
        os.waitpid(child, 0)
        tell("ended")


def write(home: Home, times: int) -> None:
    """Change the passphrase from what it is, each turn to the next; every other time with the vault held open."""
    randomness = CountedRandomness(os.urandom(16))
    first = turn_of(home, randomness)
    tell(f"passphrase {first}")
    for turn in range(first, first + times):
        opened = open_vault(home, passphrase(turn), randomness=randomness) if turn % 2 else None
        change_passphrases(
            home, passphrase(turn), passphrase(turn + 1), randomness=randomness, opened=opened, cost=CHEAP
        )
        tell(f"passphrase {turn + 1}")
        if opened is not None:
            opened.close()


def turn_of(home: Home, randomness: CountedRandomness) -> int:
    """Which passphrase the home has; a new one has the first."""
    if not home.keystore.exists():
        vault = Vault.create(home.vault, passphrase(0), randomness=randomness, cost=CHEAP)
        vault.add(build_person(0))
        vault.close()
        create_keystore(
            home.keystore, passphrase(0), algorithm=Algorithm.ED25519, label="", randomness=randomness, cost=CHEAP
        )
        return 0
    for turn in count():
        try:
            settle(home, passphrase(turn))
            open_vault(home, passphrase(turn), randomness=randomness).close()
        except WrongPassphrase:
            continue
        return turn
    raise AssertionError


if __name__ == "__main__":
    main()
