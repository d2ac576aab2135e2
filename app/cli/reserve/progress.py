"""How far long work is, on standard error: a line that changes at a terminal, else one line for each stage."""

import sys

from app.cli.output import Speaker
from app.client.reserve.work import Stage

EVERY = 1_000
"""Papers between two words."""


class Progress:
    """Tells stages. Silent with JSON."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker, self._stage = speaker, ""
        self._is_terminal = sys.stderr.isatty()

    def tell(self, stage: Stage) -> None:
        """A stage, or how far it is by now."""
        is_new = stage.name != self._stage
        if self._speaker.as_json or not (is_new or self._is_terminal):
            return
        total = "?" if stage.total is None else stage.total
        text = self._speaker.words(f"reserve-stage-{stage.name}", done=stage.done, total=total)
        if self._is_terminal:
            text = f"{chr(10) if is_new and self._stage else ''}\r\x1b[K{text}"
        print(text, end="" if self._is_terminal else "\n", file=sys.stderr, flush=True)
        self._stage = stage.name

    def end(self) -> None:
        """Nothing more comes."""
        if self._is_terminal and self._stage and not self._speaker.as_json:
            print(file=sys.stderr)
