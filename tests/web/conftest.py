"""Where the page's packages are installed, and what runs its script."""

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import require
from tests.node_packages import installed, node_version

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "web" / "reserve"
PAGE = ROOT / "resources" / "web" / "reserve.html"
SECONDS = 60.0
OLDEST_NODE = (20, 0)


@pytest.fixture(scope="session")
def node() -> str:
    require(node_version() >= OLDEST_NODE, "Node.js 20 or later is missing")
    return "node"


@pytest.fixture(scope="session")
def workshop(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the page's sources beside the packages of its lock."""
    packages = installed(SOURCES, "reserve-page")
    copy = tmp_path_factory.mktemp("page") / "reserve"
    shutil.copytree(SOURCES, copy, ignore=shutil.ignore_patterns("node_modules"))
    (copy / "node_modules").symlink_to(packages / "node_modules")
    return copy


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
