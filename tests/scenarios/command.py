"""The real command, as a user types it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    status: int
    document: dict[str, Any]
    words: str


def luopu(*arguments: str | Path) -> Answer:
    """Run the real command with --json."""
    command = [sys.executable, "-m", "app", *map(str, arguments), "--json"]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=120, check=False)
    document = json.loads(done.stdout) if done.stdout.strip() else {}
    return Answer(done.returncode, document, done.stderr.decode())
