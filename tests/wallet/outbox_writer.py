"""A program that writes to an outbox until it is killed. Started by `test_outbox_killed.py`.

For each path on standard input it forks a writer, so that the interpreter starts once for many kills. The writer tells
its process id and then each step that the outbox has acknowledged; when it is gone, `ended` follows.
"""

import os
import sys
from pathlib import Path

from conftest import StepClock, build_action, build_draft, make_key, signed_by

from app.core.wire import registry_pb2 as wire
from app.wallet.outbox import Outbox


def main() -> None:
    """Fork a writer for each line."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                write_for_ever(Path(line.rstrip("\n")))
            finally:
                os._exit(1)
        os.waitpid(child, 0)
        tell("ended")


def write_for_ever(path: Path) -> None:
    """Save and sign drafts, numbered on from those that are there: a record, then an action with an approver."""
    tell(str(os.getpid()))
    key, checker = make_key(0), make_key(100)
    outbox = Outbox.open(path, StepClock())
    number = len(outbox.recent(1_000_000))
    while True:
        number += 1
        entry = outbox.save_draft(build_draft(number), path=Path("paper"), context=b"{}")
        tell(f"{entry.id} draft")
        outbox.mark_signed(entry.id, signed_by(entry.draft, key).raw)
        tell(f"{entry.id} signed")
        number += 1
        entry = outbox.save_draft(build_action(number, checker, rename=wire.Rename(name=str(number))))
        tell(f"{entry.id} draft")
        outbox.mark_signed(entry.id, signed_by(entry.draft, key).raw)
        tell(f"{entry.id} waiting")
        outbox.adopt(signed_by(entry.draft, key, checker).raw)
        tell(f"{entry.id} signed")


def tell(line: str) -> None:
    """One line, whole or not at all: it is shorter than what a pipe takes at once."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()
