"""Where the page's packages are installed, and what runs its script."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import require

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "web" / "reserve"
PAGE = ROOT / "resources" / "web" / "reserve.html"
TOOLS = ROOT / ".tools"
SECONDS = 60.0
OLDEST_NODE = (20, 0)


def _node_version() -> tuple[int, ...]:
    if shutil.which("node") is None:
        return ()
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in told.strip().removeprefix("v").split(".")[:2])


@pytest.fixture(scope="session")
def node() -> str:
    require(_node_version() >= OLDEST_NODE, "Node.js 20 or later is missing")
    return "node"


@pytest.fixture(scope="session")
def workshop(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the page's sources beside the packages of its lock."""
    require(shutil.which("npm") is not None, "npm is missing")
    lock = (SOURCES / "package-lock.json").read_bytes()
    packages = TOOLS / f"reserve-page-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not packages.exists():
        _install(packages)
    copy = tmp_path_factory.mktemp("page") / "reserve"
    shutil.copytree(SOURCES, copy, ignore=shutil.ignore_patterns("node_modules"))
    (copy / "node_modules").symlink_to(packages / "node_modules")
    return copy


def _install(folder: Path) -> None:
    """Whole or not at all, whoever else installs it at the same time."""
    draft = folder.with_name(f"{folder.name}.{os.getpid()}")
    draft.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCES / name, draft)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
    done = subprocess.run(command, cwd=draft, capture_output=True, text=True, check=False)
    if done.returncode == 0 and not folder.exists():
        try:
            draft.rename(folder)
        except OSError:
            assert folder.exists()  # another process was first
    shutil.rmtree(draft, ignore_errors=True)
    require(folder.exists(), f"the page's packages could not be installed: {done.stderr[-500:]}")


@dataclass(frozen=True)
class Checked:
    """What `node check.mjs` said."""

    code: int
    reports: list[dict[str, Any]]
    complaint: str


@pytest.fixture
def check(node: str, tmp_path: Path) -> Callable[..., Checked]:
    """Verify papers (bytes) with the script of the built page, in Node."""

    def run(papers: Sequence[bytes], genesis: str | None = None, account: str | None = None) -> Checked:
        command = [node, str(SOURCES / "check.mjs")]
        for at, paper in enumerate(papers):
            (tmp_path / f"{at}.json").write_bytes(paper)
            command.append(str(tmp_path / f"{at}.json"))
        if genesis is not None:
            (tmp_path / "genesis.json").write_text(genesis, encoding="utf-8")
            command += ["--genesis", str(tmp_path / "genesis.json")]
        if account is not None:
            command += ["--account", account]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
        return Checked(done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr)

    return run
