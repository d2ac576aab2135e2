"""The loopback server: what a web page, a slow client and a broken one cannot do."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web

from app.core.errors import (
    DecodingError,
    LuopuError,
    MempoolFull,
    NodeHalted,
    NodeUnreachable,
    NoPeer,
    NotFound,
    NotYetProvable,
    PeerMisbehaved,
    StoreFailed,
    UsageError,
)
from app.core.refusals import QuotaSpent
from app.node.api import server
from app.node.api.server import LoopbackServer, read_body

TOKEN = "correct horse"
RAISED: dict[str, LuopuError] = {
    error.code: error
    for error in (
        NotFound(what="record"),
        NotYetProvable(height=5),
        MempoolFull(got=1),
        NodeHalted(reason="fork-detected"),
        NoPeer(peers=0),
        StoreFailed(reason="no space"),
        NodeUnreachable(node="x"),
        PeerMisbehaved(peer="x"),
        QuotaSpent(expected=2, got=1),
        DecodingError(kind="x"),
        UsageError(argument="limit"),
        LuopuError(what="else"),
    )
}


async def greet(_: web.Request) -> web.Response:
    return web.json_response({"hello": True})


async def fail(request: web.Request) -> web.Response:
    raise RAISED[request.match_info["code"]]


async def echo(request: web.Request) -> web.Response:
    return web.json_response({"bytes": len(await read_body(request))})


@pytest.fixture
async def running() -> AsyncIterator[LoopbackServer]:
    routes = [web.get("/hello", greet), web.get("/fail/{code}", fail), web.post("/echo", echo)]
    running = LoopbackServer(routes, token=TOKEN)
    await running.start("127.0.0.1", 0)
    yield running
    await running.close()


@pytest.fixture
def url(running: LoopbackServer) -> str:
    return running.url


def port_of(url: str) -> int:
    return int(url.rsplit(":", 1)[1])


async def exchange(url: str, request: bytes) -> bytes:
    """Send bytes as they are and read until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(url))
    writer.write(request)
    answer = b""
    with suppress(ConnectionError):
        answer = await reader.read()
    writer.close()
    return answer


def request_of(url: str, *headers: str, path: str = "/hello") -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", *headers, "Connection: close", "", ""]).encode()


def own(url: str) -> tuple[str, str]:
    return f"Host: {url.removeprefix('http://')}", f"Authorization: Bearer {TOKEN}"


# ---- who may ask ---------------------------------------------------------------------------------------------------
async def test_the_token_opens(url: str, session: aiohttp.ClientSession) -> None:
    async with session.get(url + "/hello", headers={"Authorization": f"Bearer {TOKEN}"}) as response:
        assert await response.json() == {"hello": True}


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", TOKEN, f"bearer {TOKEN}", f"Bearer {TOKEN} ", f"Bearer {TOKEN[:-1]}", "Basic x"],
)
async def test_without_the_token_nothing_is_answered(url: str, authorization: str | None) -> None:
    headers = [own(url)[0]] + ([] if authorization is None else [f"Authorization: {authorization}x"])
    answer = await exchange(url, request_of(url, *headers))
    assert answer.startswith(b"HTTP/1.1 401")
    assert b"hello" not in answer


async def test_a_token_of_odd_bytes_is_only_wrong(url: str) -> None:
    request = request_of(url, own(url)[0], "Authorization: Bearer X").replace(b"Bearer X", b"Bearer \xff\xfe")
    assert (await exchange(url, request)).startswith(b"HTTP/1.1 401")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost", "", "evil.example:{port}"])
async def test_another_host_is_misdirected(url: str, host: str) -> None:
    """DNS rebinding: the page's own name leads to our address."""
    answer = await exchange(url, request_of(url, f"Host: {host.format(port=port_of(url))}", own(url)[1]))
    assert answer.startswith(b"HTTP/1.1 421")


async def test_localhost_is_our_name_too(url: str) -> None:
    answer = await exchange(url, request_of(url, f"Host: localhost:{port_of(url)}", own(url)[1]))
    assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://127.0.0.1:80"])
async def test_a_web_page_is_forbidden_even_with_the_token(url: str, origin: str) -> None:
    answer = await exchange(url, request_of(url, *own(url), f"Origin: {origin}"))
    assert answer.startswith(b"HTTP/1.1 403")
    assert b"Access-Control" not in answer


async def test_a_preflight_gives_a_web_page_nothing(url: str) -> None:
    request = request_of(url, *own(url), "Origin: https://evil.example").replace(b"GET", b"OPTIONS")
    answer = await exchange(url, request)
    assert answer.startswith(b"HTTP/1.1 403")
    assert b"Access-Control" not in answer


async def test_an_unknown_path_asks_for_the_token_first(url: str) -> None:
    answer = await exchange(url, request_of(url, own(url)[0], path="/nothing"))
    assert answer.startswith(b"HTTP/1.1 401")
    answer = await exchange(url, request_of(url, *own(url), path="/nothing"))
    assert answer.startswith(b"HTTP/1.1 404")
    assert json.loads(answer.split(b"\r\n\r\n")[1])["error"]["code"] == "http"


# ---- errors --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("not-found", 404),
        ("not-yet-provable", 409),
        ("mempool-full", 503),
        ("node-halted", 503),
        ("no-peer", 503),
        ("store-write-failed", 503),
        ("node-unreachable", 502),
        ("peer-misbehaved", 502),
        ("quota-spent", 422),
        ("not-decodable", 400),
        ("usage", 400),
        ("error", 500),
    ],
)
async def test_an_error_is_told_with_its_code_and_facts(
    url: str, session: aiohttp.ClientSession, code: str, status: int
) -> None:
    async with session.get(f"{url}/fail/{code}", headers={"Authorization": f"Bearer {TOKEN}"}) as response:
        assert response.status == status
        facts = {name: str(value) for name, value in RAISED[code].facts.items()}
        assert await response.json() == {"error": {"code": code, "facts": facts}}


# ---- slow and large ------------------------------------------------------------------------------------------------
async def test_a_half_open_connection_is_closed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "REQUEST_DEADLINE_SECONDS", 0.05)
    for sent in (b"", b"GET /hello HT", b"GET /hello HTTP/1.1\r\nHost: x\r\nA: "):
        assert await exchange(url, sent) == b""


async def test_a_whole_request_ends_the_deadline(running: LoopbackServer, url: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(url))
    writer.write(request_of(url, *own(url)).replace(b"Connection: close\r\n", b""))
    assert (await reader.readuntil(b"}")).startswith(b"HTTP/1.1 200")
    assert not running._waiting
    writer.close()


async def test_an_old_connection_with_half_a_request_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "IDLE_SECONDS", 0.05)
    running = LoopbackServer([web.get("/hello", greet)], token=TOKEN)
    url = await running.start("127.0.0.1", 0)
    whole = request_of(url, *own(url)).replace(b"Connection: close\r\n", b"")
    assert (await exchange(url, whole + b"GET /hello HT")).count(b"HTTP/1.1") == 1
    await running.close()


async def test_a_body_that_does_not_come_is_not_waited_for(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "BODY_DEADLINE_SECONDS", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(url))
    head = request_of(url, *own(url), "Content-Length: 10", path="/echo").replace(b"GET", b"POST")
    writer.write(head + b"abc")
    assert (await reader.readline()).startswith(b"HTTP/1.1 400")
    writer.close()


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_beyond_the_limit_is_refused(url: str, session: aiohttp.ClientSession, chunked: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"x" * 100_000

    data = pieces() if chunked else BytesIO(b"x" * 1_100_000)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with session.post(url + "/echo", data=data, headers=headers) as response:
        assert response.status == 413


async def test_a_body_at_the_limit_is_taken(url: str, session: aiohttp.ClientSession) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with session.post(url + "/echo", data=b"x" * 1_000_000, headers=headers) as response:
        assert await response.json() == {"bytes": 1_000_000}


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"GET /hello HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",  # TLS
        b"GET /hello HTTP/1.1\r\nHost: " + b"x" * 20_000 + b"\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
async def test_nonsense_is_refused_and_the_server_goes_on(
    url: str, session: aiohttp.ClientSession, request_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "REQUEST_DEADLINE_SECONDS", 0.2)
    answer = await exchange(url, request_bytes)
    assert answer == b"" or answer.startswith((b"HTTP/1.0 400", b"HTTP/1.1 4"))
    async with session.get(url + "/hello", headers={"Authorization": f"Bearer {TOKEN}"}) as response:
        assert response.status == 200


async def test_connections_are_bounded_and_the_place_comes_back(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MAX_CONNECTIONS", 2)
    whole = request_of(url, *own(url))
    held = [await asyncio.open_connection("127.0.0.1", port_of(url)) for _ in range(2)]
    for _, writer in held:  # both are served, so the server has met them
        writer.write(whole.replace(b"Connection: close\r\n", b""))
    for reader, _ in held:
        await reader.readuntil(b"}")
    assert await exchange(url, whole) == b""
    for reader, writer in held:
        writer.write(whole)  # this one asks to close
        await reader.read()
        writer.close()
    assert (await exchange(url, whole)).startswith(b"HTTP/1.1 200")


# ---- listening -----------------------------------------------------------------------------------------------------
async def test_a_port_that_is_taken_is_a_typed_error(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        await LoopbackServer([], token=None).start("127.0.0.1", port_of(url))
    assert caught.value.facts["argument"] == "port"


@pytest.mark.parametrize("port", [-1, 65_536, 10**20])
async def test_a_port_that_cannot_be_is_a_typed_error(port: int) -> None:
    with pytest.raises(UsageError):
        await LoopbackServer([], token=None).start("127.0.0.1", port)


async def test_it_listens_on_loopback_only(url: str) -> None:
    assert url.startswith("http://127.0.0.1:")
