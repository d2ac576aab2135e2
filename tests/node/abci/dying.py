"""`luopu abci`, killed as by kill -9 at a chosen point of a chosen block. Run as `python -m tests.node.abci.dying`.

dying POINT HEIGHT abci …
"""

import os
import signal
import sys

from app.__main__ import main
from app.node.abci.application import Application
from app.node.abci.blocks import Blocks
from app.node.store.chain import ChainStore

POINTS = (
    "before decision",
    "after decision",
    "decided and told",
    "before writing",
    "after writing",
    "committed and told",
)
FLUSH = b"\x12"


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(point: str, height: int) -> None:
    """Let the process die there."""
    decide, flush, answer = Blocks.decide, ChainStore.flush, Application.answer

    def dying_decide(self: Blocks, at: int, *rest: object) -> object:
        if (point, at) == ("before decision", height):
            _die()
        execution = decide(self, at, *rest)  # type: ignore[arg-type]
        if (point, at) == ("after decision", height):
            _die()
        return execution

    def dying_flush(self: ChainStore) -> None:
        at = self.tip.height
        if (point, at) == ("before writing", height):
            _die()
        flush(self)
        if (point, at) == ("after writing", height):
            _die()

    def dying_answer(self: Application, request: bytes) -> bytes:
        """Dies when CometBFT comes with its next question, so it has heard the answer to the one before."""
        told = {"decided and told": (height, height - 1), "committed and told": (height, height)}.get(point)
        now = None if self._store.is_empty else (self._store.tip.height, self._store.durable_tip.height)
        if told is not None and told == now and not request.startswith(FLUSH):
            _die()
        return answer(self, request)

    Blocks.decide, ChainStore.flush = dying_decide, dying_flush  # type: ignore[assignment,method-assign]
    Application.answer = dying_answer  # type: ignore[method-assign]


if __name__ == "__main__":
    arm(sys.argv[1], int(sys.argv[2]))
    sys.exit(main(sys.argv[3:]))
