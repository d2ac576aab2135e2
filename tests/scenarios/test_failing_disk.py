"""A disk that fails under a running process: it says so, stops writing, and goes on when the disk is well again."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from app.children import start_child
from app.client.node import NodeClient
from app.core.errors import LuopuError
from app.core.home import Home
from app.wiring.node import load_endpoint
from app.wiring.stores import open_store
from tests.conftest import require
from tests.fakes.consortium import make_consortium
from tests.scenarios.killing import make_home
from tests.scenarios.test_kill import may_trace

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    require(shutil.which("strace") is not None, "strace is not installed")
    require(may_trace(), "strace may not trace here")
    return make_home(tmp_path / "home", make_consortium())


async def start_failing(home: Home, name: str, call: str, error: str, *arguments: str) -> asyncio.subprocess.Process:
    """The real command, for which some calls fail from some moment on."""
    harm = ["-e", f"trace={call}", "-e", f"inject={call}:error={error}"]
    command = ["-m", "app", name, "--home", str(home.root), "--json", "--until-stdin-closes", *arguments]
    return await asyncio.create_subprocess_exec(
        *("strace", "-f", "-o", os.devnull, *harm, sys.executable, *command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )


@pytest.mark.timeout(100)
@pytest.mark.parametrize(
    ("call", "error"), [("fdatasync", "EIO:when=15+"), ("fdatasync", "ENOSPC:when=25+"), ("fsync", "EIO:when=30+")]
)
async def test_a_consortium_whose_disk_fails_ends_with_the_reason_and_goes_on_later(
    home: Home, call: str, error: str
) -> None:
    failing = await start_failing(home, "sandbox", call, error, "--interval", "0.05s")
    said, _ = await failing.communicate()
    assert failing.returncode == 1
    ready, failure = (json.loads(line) for line in said.splitlines())
    assert "ready" in ready
    assert failure["error"]["code"] in {"store-write-failed", "file-unwritable"}
    store = open_store(home.sandbox)
    height = store.tip.height
    assert height > 0
    store.close()
    sandbox = await start_child(home, "sandbox", ["--interval", "0.05s"])
    await sandbox.stop()
    store = open_store(home.sandbox)
    assert store.tip.height > height
    store.close()


@pytest.mark.timeout(100)
@pytest.mark.parametrize(("call", "when"), [("fdatasync", 7), ("fsync", 11)])
async def test_a_node_whose_disk_fails_stops_and_still_shows_where_it_stands(home: Home, call: str, when: int) -> None:
    sandbox = await start_child(home, "sandbox", ["--interval", "0.05s"])
    await (await start_child(home, "node", [])).stop()  # to open a database takes fewer calls than to make one
    failing = await start_failing(home, "node", call, f"EIO:when={when}+")
    assert failing.stdout is not None
    await failing.stdout.readline()
    async with NodeClient(lambda: load_endpoint(home)) as client:
        async with asyncio.timeout(60):
            while (status := await client.status()).halted is None:
                with suppress(TimeoutError):  # a node that has stopped tells no more heights
                    await asyncio.wait_for(client.wait_for_height(status.height + 1), 0.2)
        assert status.halted == "store-write-failed"
        assert "reason" in dict(status.halted_facts)
        with pytest.raises(LuopuError) as caught:
            await client.submit(b"transaction")
        assert caught.value.code == "node-halted"
        told = (await client.status()).height
    assert failing.stdin is not None
    failing.stdin.close()
    await failing.communicate()
    store = open_store(home.node)
    assert store.tip.height >= told
    store.close()
    node = await start_child(home, "node", [])
    async with NodeClient(lambda: load_endpoint(home)) as client:
        await client.wait_for_height(told + 3)
    await node.stop()
    await sandbox.stop()
