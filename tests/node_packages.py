"""Packages of Node.js that tests need: installed once from a lock, kept in `.tools/` under its digest."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from tests.conftest import require

TOOLS = Path(__file__).parents[1] / ".tools"
LOCK = "package-lock.json"


def node_version() -> tuple[int, ...]:
    """Major and minor; nothing where there is no Node.js."""
    if shutil.which("node") is None:
        return ()
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in told.strip().removeprefix("v").split(".")[:2])


def installed(source: Path, name: str) -> Path:
    """The folder with `node_modules` of what `source` locks."""
    require(shutil.which("npm") is not None, "npm is missing")
    folder = TOOLS / f"{name}-{hashlib.sha256((source / LOCK).read_bytes()).hexdigest()[:16]}"
    if not folder.exists():
        _install(source, folder)
    return folder


def _install(source: Path, folder: Path) -> None:
    """Whole or not at all, whoever else installs it at the same time."""
    draft = folder.with_name(f"{folder.name}.{os.getpid()}")
    draft.mkdir(parents=True)
    for name in ("package.json", LOCK):
        shutil.copy(source / name, draft)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
    done = subprocess.run(command, cwd=draft, capture_output=True, text=True, check=False)
    if done.returncode == 0 and not folder.exists():
        try:
            draft.rename(folder)
        except OSError:
            assert folder.exists()  # another process was first
    shutil.rmtree(draft, ignore_errors=True)
    require(folder.exists(), f"packages of {source.name} could not be installed: {done.stderr[-500:]}")
