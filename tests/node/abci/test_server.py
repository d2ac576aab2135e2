"""Connections are answered in order, consensus first, and nothing that arrives harms another connection."""

import asyncio
import socket
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from app.core.errors import DecodingError, MempoolFull, StoreFailed, UpgradeNeeded, UsageError
from app.core.wire import abci_pb2 as abci
from app.node.abci.address import Address
from app.node.abci.server import WAITING_BYTES, AbciServer
from app.node.delimited import delimited
from tests.node.abci.asking import COMMIT, FLUSH, Asker, check, connected, served

MAX_BYTES = 2 * 1024 * 1024


class Recorder:
    """An application that answers everything and remembers the order in which it was asked."""

    def __init__(self) -> None:
        self.asked: list[abci.Request] = []
        self.failure: Exception | None = None
        self.on_request: Callable[[abci.Request], None] = lambda request: None

    def answer(self, data: bytes) -> bytes:
        request = abci.Request.FromString(data)
        self.asked.append(request)
        self.on_request(request)
        if self.failure is not None:
            raise self.failure
        kind = request.WhichOneof("value")
        if kind is None:
            raise DecodingError(kind="ABCI request")
        if kind == "echo":
            return abci.Response(echo=abci.ResponseEcho(message=request.echo.message)).SerializeToString()
        name = {"check_tx": abci.ResponseCheckTx(), "flush": abci.ResponseFlush(), "commit": abci.ResponseCommit()}
        return abci.Response(**{kind: name[kind]}).SerializeToString()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def server(recorder: Recorder) -> AbciServer:
    return AbciServer(recorder.answer, MAX_BYTES)


@pytest.fixture
async def address(server: AbciServer, tmp_path: Path) -> AsyncIterator[Address]:
    async with served(server, tmp_path) as listening:
        yield listening


def echo(text: str) -> abci.Request:
    return abci.Request(echo=abci.RequestEcho(message=text))


async def test_pipelined_requests_are_answered_in_order(address: Address) -> None:
    async with connected(address) as asker:
        asker.send(*(echo(str(number)) for number in range(2_000)), FLUSH)
        answers = [await asker.receive() for _ in range(2_001)]
    assert [answer.echo.message for answer in answers[:-1] if answer] == [str(number) for number in range(2_000)]
    assert answers[-1] == abci.Response(flush=abci.ResponseFlush())


async def test_a_request_in_many_pieces_is_one_request(address: Address) -> None:
    async with connected(address) as asker:
        for octet in delimited(echo("piece by piece").SerializeToString()):
            asker.writer.write(bytes((octet,)))
            await asker.writer.drain()
            await asyncio.sleep(0)
        answer = await asker.receive()
    assert answer is not None
    assert answer.echo.message == "piece by piece"


async def test_connections_do_not_wait_for_each_other(address: Address) -> None:
    async with connected(address) as silent, connected(address) as half, connected(address) as asker:
        half.writer.write(delimited(echo("x").SerializeToString())[:3])
        assert (await asker.ask(echo("here"))).echo.message == "here"
        assert not silent.reader.at_eof()


async def test_consensus_does_not_wait_behind_queues_of_transactions(
    recorder: Recorder, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.node.abci.server.TURN_SECONDS", 0.0)
    async with AsyncExitStack() as stack:
        consensus, *mempools = [await stack.enter_async_context(connected(address)) for _ in range(7)]
        assert (await consensus.ask(COMMIT)).HasField("commit")
        recorder.asked.clear()
        recorder.on_request = lambda request: consensus.send(COMMIT) if len(recorder.asked) == 20 else None
        for mempool in mempools:
            mempool.send(*(check(bytes((number,))) for number in range(100)))
        assert await consensus.receive() is not None
        kinds = [request.WhichOneof("value") for request in recorder.asked]
        for mempool in mempools:
            for _ in range(100):
                assert await mempool.receive() is not None
    assert kinds.index("commit") < 20 + len(mempools) // 2  # at the next or the next but one turn


async def test_several_connections_take_turns(recorder: Recorder, address: Address) -> None:
    async with connected(address) as first, connected(address) as second:
        first.send(*(echo(f"first {number}") for number in range(3_000)))
        second.send(*(echo(f"second {number}") for number in range(3_000)))
        for asker in (first, second):
            for _ in range(3_000):
                assert await asker.receive() is not None
    assert len(recorder.asked) == 6_000


@pytest.mark.parametrize(
    "garbage",
    [b"\xff" * 20, delimited(bytes(MAX_BYTES))[:3] + b"\xff" * 10, (MAX_BYTES + 1).to_bytes(4, "little")[::-1] * 8],
    ids=["length without end", "no request", "too long"],
)
async def test_garbage_ends_its_own_connection_only(address: Address, garbage: bytes) -> None:
    async with connected(address) as good, connected(address) as bad:
        bad.writer.write(garbage + delimited(b"\xff\xff\xff") + bytes(100))
        answer = await bad.receive()
        assert answer is not None
        assert answer.HasField("exception")
        assert await bad.receive() is None
        assert (await good.ask(echo("still here"))).echo.message == "still here"


async def test_what_was_asked_before_garbage_is_answered(address: Address) -> None:
    async with connected(address) as asker:
        asker.send(echo("one"))
        answer = await asker.receive()
        assert answer is not None
        asker.writer.write(delimited(b""))
        answer = await asker.receive()
        assert answer is not None
        assert answer.HasField("exception")


async def test_an_error_of_the_chain_is_an_exception_and_the_server_goes_on(
    recorder: Recorder, server: AbciServer, address: Address
) -> None:
    recorder.failure = MempoolFull(got=1)
    async with connected(address) as asker:
        assert (await asker.ask(COMMIT)).exception.error == "mempool full: got 1"
        assert await asker.receive() is None
    recorder.failure = None
    async with connected(address) as asker:
        assert (await asker.ask(echo("again"))).echo.message == "again"
    assert not server.has_failed


@pytest.mark.parametrize(
    "failure",
    [
        StoreFailed(reason="no space left on device"),
        UpgradeNeeded(height=9, expected=2, got=1),
        RuntimeError("a mistake"),
    ],
    ids=lambda failure: type(failure).__name__,
)
async def test_after_a_failure_the_application_is_not_asked_again(
    recorder: Recorder, server: AbciServer, address: Address, failure: Exception
) -> None:
    recorder.failure = failure
    async with connected(address) as asker, connected(address) as other:
        assert (await asker.ask(COMMIT)).HasField("exception")
        with pytest.raises(type(failure)):
            await server.run()
        recorder.failure = None
        other.send(echo("anybody"))
        asked = len(recorder.asked)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert len(recorder.asked) == asked


async def test_a_peer_that_never_reads_does_not_make_answers_pile_up(recorder: Recorder, address: Address) -> None:
    """Answers stop when the line is full; they go on when it is read again."""
    async with connected(address) as asker:
        asker.reader._transport.pause_reading()  # type: ignore[attr-defined]
        text = "x" * 60_000
        total = 200
        sending = asyncio.create_task(_send_all(asker, [echo(text)] * total))
        await _until_quiet(recorder)
        assert len(recorder.asked) < total
        asker.reader._transport.resume_reading()  # type: ignore[attr-defined]
        for _ in range(total):
            assert await asker.receive() is not None
        await sending
        assert len(recorder.asked) == total


async def test_requests_that_wait_are_bounded(recorder: Recorder, server: AbciServer, address: Address) -> None:
    async with connected(address) as asker:
        asker.send(echo("begin"))
        await asker.receive()
        connection = next(iter(server._connections))
        connection.pause_writing()  # as if nobody read
        sending = asyncio.create_task(_send_all(asker, [echo("x" * 50_000)] * 100))
        await _until(lambda: not connection._is_reading)
        for _ in range(200):
            await asyncio.sleep(0)
        assert WAITING_BYTES < connection._waiting_bytes < WAITING_BYTES + 400_000
        connection.resume_writing()
        for _ in range(100):
            assert await asker.receive() is not None
        await sending


async def test_a_connection_that_ends_in_the_middle_leaves_no_trace(server: AbciServer, address: Address) -> None:
    async with connected(address) as asker:
        asker.writer.write(delimited(echo("half").SerializeToString())[:-1])
        await asker.writer.drain()
    await _until(lambda: not server._connections)
    async with connected(address) as asker:
        assert (await asker.ask(echo("whole"))).echo.message == "whole"


async def _send_all(asker: Asker, requests: list[abci.Request]) -> None:
    for request in requests:
        asker.send(request)
        await asker.writer.drain()


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 (nobody announces it)
            await asyncio.sleep(0)


async def _until_quiet(recorder: Recorder) -> None:
    """Until the loop has turned many times without a new question."""
    seen, turns = -1, 0
    while turns < 200:
        await asyncio.sleep(0)
        turns = turns + 1 if len(recorder.asked) == seen else 0
        seen = len(recorder.asked)


# ---- addresses -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["tcp://127.0.0.1:26658", "unix:///run/luopu/abci.sock", "tcp://[::1]:1"])
def test_an_address_is_written_as_it_was_read(text: str) -> None:
    assert str(Address.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["127.0.0.1:26658", "tcp://127.0.0.1", "unix://relative", "tcp://a b:1", "tcp://1:99999"]
)
def test_anything_else_is_no_address(text: str) -> None:
    with pytest.raises(UsageError):
        Address.parse(text)


@pytest.mark.parametrize(
    ("text", "is_local"),
    [("tcp://127.0.0.9:1", True), ("unix:///x", True), ("tcp://[::1]:1", True), ("tcp://0.0.0.0:1", False)],
)
def test_who_can_reach_an_address(text: str, is_local: bool) -> None:
    assert Address.parse(text).is_local is is_local


async def test_port_0_becomes_a_free_one(server: AbciServer) -> None:
    url = await server.start(Address(host="127.0.0.1"))
    try:
        port = Address.parse(url).port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await Asker(reader, writer).ask(echo("tcp"))).echo.message == "tcp"
        writer.close()
        await writer.wait_closed()
    finally:
        await server.close()


async def test_a_port_in_use_is_said(server: AbciServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError):
        await server.start(Address(host="127.0.0.1", port=taken.getsockname()[1]))


def test_a_unix_socket_is_for_this_user_only(tmp_path: Path) -> None:
    address = Address(path=str(tmp_path / "s"))
    with address.bind():
        assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o600
    address.release()
    assert not (tmp_path / "s").exists()


def test_a_socket_left_behind_is_replaced_and_a_living_one_is_not(tmp_path: Path) -> None:
    address = Address(path=str(tmp_path / "s"))
    address.bind().close()
    with address.bind(), pytest.raises(UsageError):
        address.bind()
