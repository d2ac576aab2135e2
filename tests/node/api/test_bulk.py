"""Ranges of blocks as they were received: what our own nodes fetch from each other, bounded in every way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import aiohttp
import pytest
from aiohttp import web

from app.core.codec import decode
from app.core.units import Height
from app.core.wire import comet_pb2 as pb
from app.node.api import bulk
from app.node.api.bulk import RawBlocks, Turns, send
from app.node.api.rpc import Rpc
from app.node.api.server import PublicServer
from app.node.consensus.hashes import block_id
from app.node.consensus.predicates import check_commit
from app.node.engine.engine import EmbeddedEngine
from app.node.sync.answers import BlockRange, RawAnswer, decode_range
from tests.fakes.consortium import FakeConsortium, grow

BLOCKS = 12


@pytest.fixture
def grown(engine: EmbeddedEngine, consortium: FakeConsortium) -> EmbeddedEngine:
    grow(engine, consortium.clerk, BLOCKS, each=2)
    return engine


class Reader:
    """Fetches as our sync does."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def get(self, query: str) -> tuple[int, bytes]:
        async with self.session.get(f"{self.url}/raw_blocks?{query}") as response:
            body = await response.read()
            if response.status == 200:
                assert response.headers["Content-Type"] == "application/octet-stream"
                assert int(response.headers["Content-Length"]) == len(body)
            return response.status, body

    async def range(self, first: int, count: int) -> BlockRange:
        status, body = await self.get(f"first={first}&count={count}")
        assert status == 200
        return decode_range(RawAnswer(first, count, body))


@pytest.fixture
def reader(url: str, session: aiohttp.ClientSession) -> Reader:
    return Reader(url, session)


def check_range(engine: EmbeddedEngine, found: BlockRange, last: int) -> None:
    """The very blocks of the store, and a commit that makes the last of them final."""
    assert list(found.blocks) == [engine.store.block(height) for height in range(found.first, last + 1)]
    block, commit = decode(pb.Block, found.blocks[-1]), decode(pb.Commit, found.commit)
    check_commit(engine.genesis.chain_id, commit, Height(last), block_id(block), engine.genesis.validators)


@pytest.mark.parametrize(("first", "count", "last"), [(1, 5, 5), (4, 1, 4), (12, 1, 12), (8, 500, 12), (1, 10**9, 12)])
async def test_a_range_is_the_stored_bytes_and_a_commit_for_the_last(
    grown: EmbeddedEngine, reader: Reader, first: int, count: int, last: int
) -> None:
    check_range(grown, await reader.range(first, count), last)


async def test_a_range_is_read_in_pieces(
    grown: EmbeddedEngine, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PIECE_BLOCKS", 5)
    check_range(grown, await reader.range(1, 11), 11)


async def test_a_range_has_no_more_blocks_than_the_bound(
    grown: EmbeddedEngine, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MAX_BLOCKS", 3)
    check_range(grown, await reader.range(2, 10), 4)


@pytest.mark.parametrize("piece", [2, 50])
async def test_a_range_ends_at_a_block_before_it_is_too_large(
    grown: EmbeddedEngine, reader: Reader, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    sizes = [len(grown.store.block(height) or b"") for height in range(1, BLOCKS + 1)]
    monkeypatch.setattr(bulk, "PIECE_BLOCKS", piece)
    monkeypatch.setattr(bulk, "MAX_BYTES", sum(sizes[:4]) + sizes[4] - 1)
    check_range(grown, await reader.range(1, 12), 4)
    monkeypatch.setattr(bulk, "MAX_BYTES", 1)
    check_range(grown, await reader.range(3, 12), 3)


async def test_a_range_above_the_newest_block_is_refused(grown: EmbeddedEngine, reader: Reader) -> None:
    status, body = await reader.get("first=13&count=1")
    assert (status, b"height 13 is above the newest, which is 12" in body) == (416, True)


async def test_a_range_below_the_lowest_block_is_refused(grown: EmbeddedEngine, reader: Reader) -> None:
    grown.store.prune(Height(6))
    grown.store.flush()
    status, body = await reader.get("first=5&count=3")
    assert (status, b"lowest height is 6" in body) == (404, True)
    check_range(grown, await reader.range(6, 3), 8)


BAD = ["", "first=1", "count=1", "first=0&count=1", "first=1&count=0", "first=-1&count=1", "first=a&count=1"]


@pytest.mark.parametrize("query", [*BAD, f"first={'9' * 40}&count=1"])
async def test_a_range_that_makes_no_sense_is_a_typed_error(grown: EmbeddedEngine, reader: Reader, query: str) -> None:
    status, body = await reader.get(query)
    assert (status, b'"usage"' in body) == (400, True)


async def test_who_gets_no_turn_in_time_is_told_so(
    grown: EmbeddedEngine, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_A_TIME", 1)
    monkeypatch.setattr(bulk, "WAIT_SECONDS", 0.01)
    turns = Turns()
    server = PublicServer(RawBlocks(grown.store, asyncio.to_thread, turns).routes())
    reader = Reader(await server.start("127.0.0.1", 0), session)
    async with turns.turn():
        status, body = await reader.get("first=1&count=1")
        assert (status, b'"busy"' in body) == (503, True)
    check_range(grown, await reader.range(1, 1), 1)
    await server.close()


async def test_nodes_find_the_range_by_status(rpc: Rpc, url: str, session: aiohttp.ClientSession) -> None:
    async with session.get(url + "/status") as response:
        other = (await response.json())["result"]["node_info"]["other"]
    assert other["raw_blocks"] == "/raw_blocks"
    assert "snapshots" not in other


# ---- sending -------------------------------------------------------------------------------------------------------
MEGABYTE = bytes(1024 * 1024)


class Sender:
    """Serves so many megabytes."""

    def __init__(self) -> None:
        self.megabytes = 0
        self.has_ended = asyncio.Event()
        self.server = PublicServer([web.get("/", self._answer)])

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        response = await send(request, [MEGABYTE] * self.megabytes)
        self.has_ended.set()
        return response

    async def ask(self, megabytes: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection that has asked."""
        self.megabytes = megabytes
        reader, writer = await asyncio.open_connection("127.0.0.1", int(self.server.url.rsplit(":", 1)[1]), limit=1024)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return reader, writer


@pytest.fixture
async def sender() -> AsyncIterator[Sender]:
    sender = Sender()
    await sender.server.start("127.0.0.1", 0)
    yield sender
    await sender.server.close()


async def test_a_large_answer_arrives_whole(sender: Sender) -> None:
    reader, writer = await sender.ask(20)
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    assert len(await reader.read()) == 20 * len(MEGABYTE)
    writer.close()


async def test_who_does_not_take_an_answer_in_time_is_cut_off(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "SEND_SECONDS", 0.05)
    reader, writer = await sender.ask(64)
    await sender.has_ended.wait()
    received = 0
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            received += len(data)
    assert received < 64 * len(MEGABYTE)
    writer.close()
