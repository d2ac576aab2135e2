"""A real CometBFT with one validator and its own key-value application, to compare answers with."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

START_SECONDS = 60.0
_LISTENING = re.compile(rb"Starting RPC HTTP server on .*?(127\.[0-9.]+:[0-9]+)")


@asynccontextmanager
async def running_kvstore(binary: Path, home: Path) -> AsyncIterator[str]:
    """A chain of its own in `home`; gives the URL of its RPC when that answers."""
    await _init(binary, home)
    config = home / "config" / "config.toml"
    text = config.read_text().replace('timeout_commit = "1s"', 'timeout_commit = "100ms"')
    config.write_text(text.replace("addr_book_strict = true", "addr_book_strict = false"))
    log = home / "log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(str(binary), "start", "--home", str(home), "--proxy_app", "kvstore"),
            *("--rpc.laddr", "tcp://127.0.0.1:0", "--p2p.laddr", "tcp://127.0.0.1:0", "--rpc.pprof_laddr", ""),
            stdout=output,
            stderr=output,
        )
    try:
        async with asyncio.timeout(START_SECONDS):
            url = await _ready(process, log)
        yield url
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _init(binary: Path, home: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        str(binary), "init", "--home", str(home), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == 0


async def _ready(process: asyncio.subprocess.Process, log: Path) -> str:
    """Where it says that it listens, once there is a block."""
    while process.returncode is None:
        url = _url_in(log)
        if url is not None and await _has_block(url):
            return url
        await asyncio.sleep(0.05)
    raise AssertionError(f"CometBFT ended; see {log}")


def _url_in(log: Path) -> str | None:
    found = _LISTENING.search(log.read_bytes())
    return None if found is None else f"http://{found[1].decode()}"


async def _has_block(url: str) -> bool:
    try:
        async with aiohttp.ClientSession() as session, session.get(url + "/status") as response:
            status = await response.json()
            return int(status["result"]["sync_info"]["latest_block_height"]) > 1
    except aiohttp.ClientError:
        return False
