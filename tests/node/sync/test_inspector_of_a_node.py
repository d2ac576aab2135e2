"""The process beside a real node: the interpreter that starts it reads the program's own start anew."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from app.children import read_ready
from app.client.node import NodeClient
from app.core.home import Home
from app.node.sync.inspector import ENOUGH_BYTES
from app.wiring.node import load_endpoint
from tests.conftest import require
from tests.fakes.consortium import FakeConsortium, grow, make_engine
from tests.fakes.network import copy_chain, make_range, serving
from tests.scenarios.killing import make_home

ROOT = Path(__file__).parents[3]
SCRIPT = Path(sys.executable).with_name("luopu")


def inspecting_children(pid: int) -> list[int]:
    """Processes that a process started to inspect for it."""
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for file in listed for child in file.read_text().split()]
    return [child for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def require_that_it_can_be_seen(program: str) -> None:
    require(Path(program).exists(), "the program is not installed")
    require(Path("/proc/self/task").exists(), "only Linux lists a process's children")


@pytest.mark.parametrize("command", [[sys.executable, "-m", "app"], [str(SCRIPT)]], ids=["module", "script"])
async def test_a_node_that_catches_up_has_one_and_leaves_none_behind(
    consortium: FakeConsortium, tmp_path: Path, command: list[str]
) -> None:
    require_that_it_can_be_seen(command[0])
    engine = make_engine(consortium)
    grow(engine, consortium.clerk, 30, each=30)
    assert len(make_range(copy_chain(engine))) > ENOUGH_BYTES
    home = make_home(tmp_path, consortium)
    async with serving(engine) as url, asyncio.timeout(60):
        node = await asyncio.create_subprocess_exec(
            *(*command, "node", "--home", str(home.root), "--json", "--until-stdin-closes", "--peer", url),
            **dict.fromkeys(("stdin", "stdout", "stderr"), PIPE),
            cwd=ROOT,
        )
        try:
            await caught_up(node, home, 30)
            (child,) = inspecting_children(node.pid)
        except BaseException:
            node.kill()
            raise
        finally:
            _, said = await node.communicate(b"")  # at its end nobody is left who could say anything
    assert b"WARNING" not in said
    assert b"Traceback" not in said
    assert node.returncode == 0
    assert not is_running(child)


async def caught_up(node: asyncio.subprocess.Process, home: Home, height: int) -> None:
    """Wait until the node has everything."""
    assert node.stdout is not None
    read_ready(await node.stdout.readline())
    async with NodeClient(lambda: load_endpoint(home)) as client:
        await client.wait_for_height(height)
