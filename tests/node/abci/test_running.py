"""`luopu abci` as a process: ready, in the way, without a home, and gone."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes.consortium import FakeConsortium
from tests.node.abci.asking import INFO, Asker
from tests.node.abci.comet import CHECKOUT, end


@pytest.fixture
def home(tmp_path: Path, consortium: FakeConsortium) -> Path:
    (tmp_path / "genesis.json").write_bytes(consortium.genesis_bytes)
    return tmp_path


@asynccontextmanager
async def started(home: Path, *options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    command = [sys.executable, "-m", "app", "abci", "--home", str(home), "--json", *options]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=CHECKOUT)
    try:
        yield process
    finally:
        await end(process, signal.SIGKILL)
        process._transport.close()  # type: ignore[attr-defined]


async def said(process: asyncio.subprocess.Process) -> dict[str, dict[str, str]]:
    """The first line."""
    assert process.stdout is not None
    return json.loads(await asyncio.wait_for(process.stdout.readline(), 30))


async def height_at(url: str) -> int:
    host, port = url.removeprefix("tcp://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    answer = await Asker(reader, writer).ask(INFO)
    writer.close()
    await writer.wait_closed()
    return answer.info.last_block_height


@pytest.mark.parametrize("way", ["SIGTERM", "SIGINT", "end of input"])
async def test_it_says_where_it_listens_and_ends_when_told(home: Path, way: str) -> None:
    options = ("--listen", "tcp://127.0.0.1:0", "--until-stdin-closes")
    async with started(home, *options) as process:
        ready = await said(process)
        assert await height_at(str(ready["ready"])) == 0
        if way == "end of input":
            assert process.stdin is not None
            process.stdin.close()
        else:
            process.send_signal(getattr(signal, way))
        assert await asyncio.wait_for(process.wait(), 20) == 0


async def test_one_home_has_one_application(home: Path) -> None:
    async with started(home, "--listen", f"unix://{home}/a.sock") as first:
        assert await said(first) == {"ready": f"unix://{home}/a.sock"}
        async with started(home, "--listen", f"unix://{home}/b.sock") as second:
            assert (await said(second))["error"]["code"] == "store-in-use"
            assert await second.wait() == 1


async def test_without_a_genesis_document_it_does_not_start(tmp_path: Path) -> None:
    async with started(tmp_path, "--listen", f"unix://{tmp_path}/a.sock") as process:
        assert (await said(process))["error"]["code"] == "bad-genesis"
        assert await process.wait() == 1


async def test_an_address_that_is_none_is_a_mistake_of_usage(home: Path) -> None:
    async with started(home, "--listen", "localhost:26658") as process:
        assert (await said(process))["error"]["code"] == "usage"
        assert await process.wait() == 2
