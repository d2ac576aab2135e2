"""The signer finds CometBFT again whatever becomes of the connection, and is not harmed by what comes over it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from app.core.errors import StoreFailed
from app.core.wire import privval_pb2 as wire
from app.node.delimited import delimited, read_delimited
from app.node.privval import dialer
from app.node.privval.answers import answer
from app.node.privval.dialer import MAX_MESSAGE_BYTES, Dialer
from app.node.privval.signer import Signer
from tests.node.privval.questions import CHAIN_ID, KEY, MemoryState

PING = wire.Message(ping_request=wire.PingRequest()).SerializeToString()
PONG = wire.Message(ping_response=wire.PingResponse()).SerializeToString()
pytestmark = pytest.mark.timeout(30)


def long_ping(length: int) -> bytes:
    """A ping with a field of a later version that makes it so long."""
    padding = length - len(PING) - 3
    return PING + b"\x7a" + bytes([padding & 0x7F | 0x80, padding >> 7]) + bytes(padding)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialer, "FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(dialer, "LONGEST_PAUSE_SECONDS", 0.002)


class Listener:
    """CometBFT's side: waits at a path for the signer."""

    def __init__(self) -> None:
        self.calls: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()

    async def ask(self, question: bytes) -> bytes | None:
        """Take the next call, send bytes, and read what comes back; None when the signer hangs up."""
        reader, writer = await self.calls.get()
        try:
            writer.write(question)
            await writer.drain()
            return await read_delimited(reader, MAX_MESSAGE_BYTES)
        finally:
            writer.close()


@asynccontextmanager
async def listening(path: Path) -> AsyncIterator[Listener]:
    listener = Listener()
    server = await asyncio.start_unix_server(lambda *call: listener.calls.put_nowait(call), path)
    try:
        yield listener
    finally:
        server.close()


@asynccontextmanager
async def dialling(path: Path, reply: Callable[[bytes], bytes] | None = None) -> AsyncIterator["asyncio.Task[None]"]:
    signer = Signer(CHAIN_ID, KEY, MemoryState())
    task = asyncio.create_task(Dialer(path, reply or partial(answer, signer)).run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_questions_are_answered_one_after_the_other(short_path: Path) -> None:
    path = short_path / "socket"
    async with listening(path) as comet, dialling(path):
        reader, writer = await comet.calls.get()
        writer.write(delimited(PING) * 3)
        for _ in range(3):
            assert await read_delimited(reader, MAX_MESSAGE_BYTES) == PONG
        writer.close()


async def test_a_question_may_come_byte_by_byte(short_path: Path) -> None:
    path = short_path / "socket"
    key = wire.Message(pub_key_request=wire.PubKeyRequest(chain_id=CHAIN_ID)).SerializeToString()
    async with listening(path) as comet, dialling(path):
        reader, writer = await comet.calls.get()
        for byte in delimited(key):
            writer.write(bytes([byte]))
            await writer.drain()
        told = await read_delimited(reader, MAX_MESSAGE_BYTES)
        assert wire.Message.FromString(told or b"").pub_key_response.pub_key.ed25519 == KEY.public_key
        writer.close()


async def test_it_dials_again_after_every_connection(short_path: Path) -> None:
    path = short_path / "socket"
    async with listening(path) as comet, dialling(path):
        for _ in range(5):
            assert await comet.ask(delimited(PING)) == PONG


@pytest.mark.parametrize(
    "harm",
    [
        delimited(b"\xff\xff"),
        delimited(b""),
        delimited(long_ping(MAX_MESSAGE_BYTES + 1)),
        b"\xff" * 11,
        delimited(wire.Message(ping_response=wire.PingResponse()).SerializeToString()),
    ],
    ids=["no message", "empty", "too long", "endless length", "no question"],
)
async def test_what_is_no_question_ends_the_connection_with_a_line_in_the_log(
    short_path: Path, harm: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = short_path / "socket"
    async with listening(path) as comet, dialling(path):
        assert await comet.ask(harm) is None
        assert await comet.ask(delimited(PING)) == PONG
    assert "connection closed" in caplog.text


async def test_a_question_of_the_greatest_length_is_read(short_path: Path) -> None:
    path = short_path / "socket"
    async with listening(path) as comet, dialling(path):
        assert await comet.ask(delimited(long_ping(MAX_MESSAGE_BYTES))) == PONG


async def test_a_connection_that_ends_within_a_question_is_left(short_path: Path) -> None:
    path = short_path / "socket"
    async with listening(path) as comet, dialling(path):
        _, writer = await comet.calls.get()
        writer.write(delimited(PING)[:-1])
        writer.close()
        assert await comet.ask(delimited(PING)) == PONG


async def test_it_waits_for_whoever_does_not_listen_yet(short_path: Path) -> None:
    path = short_path / "socket"
    missing = asyncio.Event()
    loop = asyncio.get_running_loop()
    dial = loop.create_unix_connection

    async def watched(*arguments: object, **more: object) -> object:
        try:
            return await dial(*arguments, **more)  # type: ignore[arg-type]
        except FileNotFoundError:
            missing.set()
            raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "create_unix_connection", watched)
        async with dialling(path):
            await missing.wait()
            async with listening(path) as comet:
                assert await comet.ask(delimited(PING)) == PONG


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> "asyncio.Queue[bool]":
    """After each look at a socket on which nobody listens: whether something is there still."""
    looked: asyncio.Queue[bool] = asyncio.Queue()
    look = Dialer._remove_if_abandoned

    def watched(self: Dialer) -> None:
        look(self)
        looked.put_nowait(self._path.exists())

    monkeypatch.setattr(Dialer, "_remove_if_abandoned", watched)
    return looked


async def test_a_socket_that_a_killed_cometbft_left_is_cleared_away(
    short_path: Path, looks: "asyncio.Queue[bool]"
) -> None:
    path = short_path / "socket"
    with socket.socket(socket.AF_UNIX) as abandoned:
        abandoned.bind(str(path))
        abandoned.listen()
    async with dialling(path):
        assert [await looks.get(), await looks.get()] == [
            True,
            False,
        ]  # never at the first look: it may be listening soon
        async with listening(path) as comet:
            assert await comet.ask(delimited(PING)) == PONG


async def test_a_file_that_is_no_socket_is_left_alone(short_path: Path, looks: "asyncio.Queue[bool]") -> None:
    path = short_path / "file"
    path.write_bytes(b"precious")
    async with dialling(path):
        assert [await looks.get() for _ in range(4)] == [True] * 4
    assert path.read_bytes() == b"precious"


async def test_a_disk_that_fails_ends_the_signer(short_path: Path) -> None:
    path = short_path / "socket"

    def failing(question: bytes) -> bytes:
        raise StoreFailed(reason="Input/output error")

    async with listening(path) as comet, dialling(path, failing) as task:
        assert await comet.ask(delimited(PING)) is None
        with pytest.raises(StoreFailed):
            await task
