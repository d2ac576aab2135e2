"""Programs that fork writers to be killed, and end with the tests that use them."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

Writer = subprocess.Popen[str]


@contextmanager
def forking(program: Path, environment: Mapping[str, str], *arguments: str) -> Iterator[Writer]:
    """The program, until left."""
    with subprocess.Popen(
        [sys.executable, str(program), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
