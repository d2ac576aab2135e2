"""One peer, asked over CometBFT's RPC. Everything it says is untrusted.

Guarantees: every request has a deadline and a bound on bytes, counted as they arrive and never decompressed, and on the
pieces they parse into; no redirect is followed; whatever is not a well-formed answer raises PeerMisbehaved, silence raises
NodeUnreachable. Whether the answer is *true* is decided in `app.node.sync.verification`.
"""

import asyncio
import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aiohttp

from app.core.errors import (
    REFUSALS,
    DecodingError,
    InvalidBlock,
    MempoolFull,
    NodeUnreachable,
    PeerMisbehaved,
    Refused,
)
from app.core.hashing import sha256
from app.core.strictjson import decode_json
from app.core.units import INT64_MAX
from app.core.wire import comet_pb2
from app.node.consensus import rpcjson
from app.node.consensus.time import decode_time
from app.node.consensus.validators import ValidatorSet

REQUEST_SECONDS = 10.0
SMALL_ANSWER = 2 * 1024 * 1024
COMMIT_ANSWER = 8 * 1024 * 1024
BLOCK_ANSWER = 64 * 1024 * 1024
BATCH = 10
IDLE_SECONDS = 5.0
"""Less than any server keeps an unused connection, so that a request is not sent into one that is being closed."""
LEAST_PIECES = 1_000
BYTES_PER_PIECE = 16
"""An answer of many tiny pieces takes twenty times its size in memory; an honest one has 30 bytes and more in each."""
MEMPOOL_FULL = "mempool is full"
KNOWN_ALREADY = "tx already exists in cache"
VALIDATORS_PER_PAGE = 100
MAX_VALIDATOR_PAGES = 100


class PeerError(PeerMisbehaved):
    """The peer answered with an error where an honest one would not; `reason` has its words."""

    @property
    def text(self) -> str:
        """What the peer said."""
        return str(self.facts.get("reason"))


class AnswerTooLarge(PeerMisbehaved):
    """More bytes than the answer may have."""


@dataclass(frozen=True, slots=True)
class PeerTip:
    """What a peer claims to have."""

    chain_id: str
    height: int
    block_hash: bytes
    time_ns: int


@dataclass(frozen=True, slots=True)
class FetchedBlock:
    """A block as a peer sent it, and the id the peer gives it."""

    block: comet_pb2.Block
    block_id: comet_pb2.BlockID


class RpcPeer:
    """A connection to one peer."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url.rstrip("/")
        self._session = session

    async def tip(self) -> PeerTip:
        """The newest block the peer claims."""
        result = _object(await self._call("status", {}, SMALL_ANSWER), "status")
        info, node = _object(result.get("sync_info"), "sync_info"), _object(result.get("node_info"), "node_info")
        try:
            return PeerTip(
                chain_id=_text(node.get("network"), "network"),
                height=_height(info.get("latest_block_height")),
                block_hash=bytes.fromhex(_text(info.get("latest_block_hash"), "latest_block_hash")),
                time_ns=decode_time(_text(info.get("latest_block_time"), "latest_block_time")),
            )
        except (ValueError, DecodingError) as error:
            raise PeerMisbehaved(peer=self.url, reason=f"status: {error}") from error

    async def genesis(self) -> object:
        """The genesis document the peer serves, parsed."""
        result = await self._call("genesis", {}, SMALL_ANSWER)
        return _object(result, "genesis").get("genesis")

    async def blocks(self, heights: Sequence[int]) -> list[FetchedBlock]:
        """Blocks at `heights` (at most `BATCH`), in that order."""
        calls = [("block", {"height": str(height)}) for height in heights]
        try:
            answers = await self._call_many(calls, BLOCK_ANSWER)
        except AnswerTooLarge:
            if len(heights) == 1:
                raise
            middle = len(heights) // 2  # large blocks are no lie
            return await self.blocks(heights[:middle]) + await self.blocks(heights[middle:])
        return [self._decode_block(answer, height) for answer, height in zip(answers, heights, strict=True)]

    async def commit(self, height: int) -> comet_pb2.Commit:
        """The commit that the peer says makes `height` final."""
        result = _object(await self._call("commit", {"height": str(height)}, COMMIT_ANSWER), "commit")
        signed_header = _object(result.get("signed_header"), "signed_header")
        try:
            return rpcjson.decode_commit(_object(signed_header.get("commit"), "commit"))
        except (DecodingError, InvalidBlock) as error:
            raise PeerMisbehaved(peer=self.url, reason=f"commit: {error}") from error

    async def validators(self, height: int) -> ValidatorSet:
        """The validator set the peer names for `height`."""
        listed: list[object] = []
        for page in range(1, MAX_VALIDATOR_PAGES + 1):
            parameters = {"height": str(height), "page": str(page), "per_page": str(VALIDATORS_PER_PAGE)}
            result = _object(await self._call("validators", parameters, SMALL_ANSWER), "validators")
            listed += _list(result.get("validators"), "validators")
            if len(listed) >= _height(result.get("total")):
                break
        try:
            return ValidatorSet.from_wire(rpcjson.decode_validators(listed))
        except (DecodingError, InvalidBlock) as error:
            raise PeerMisbehaved(peer=self.url, reason=f"validators: {error}") from error

    async def submit(self, transaction: bytes) -> None:
        """Hand a transaction on. One that the peer has already is no error.

        Raises:
            Refused: the peer's admission refuses it.
            MempoolFull: the peer has no room now.
        """
        encoded = base64.b64encode(transaction).decode()
        try:
            result = _object(await self._call("broadcast_tx_sync", {"tx": encoded}, SMALL_ANSWER), "broadcast_tx_sync")
        except PeerError as error:
            if KNOWN_ALREADY in error.text:
                return
            if MEMPOOL_FULL in error.text:
                raise MempoolFull(peer=self.url) from error
            raise
        code = result.get("code")
        if code != 0:
            raise _refusal(code, result)
        if result.get("hash") != sha256(transaction).hex().upper():
            raise PeerMisbehaved(peer=self.url, reason="hash of a transaction")

    # ---- transport -----------------------------------------------------------------------------------------------
    async def _call(self, method: str, parameters: Mapping[str, str], limit: int) -> object:
        return (await self._call_many([(method, parameters)], limit))[0]

    async def _call_many(self, calls: Sequence[tuple[str, Mapping[str, str]]], limit: int) -> list[object]:
        requests = [
            {"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}
            for number, (method, parameters) in enumerate(calls)
        ]
        body = json.dumps(requests if len(requests) > 1 else requests[0]).encode()
        data = await self._exchange(body, limit)
        try:
            _check_pieces(data)
            document = decode_json(data, max_bytes=limit)
        except DecodingError as error:
            raise PeerMisbehaved(peer=self.url, reason=str(error)) from error
        answers = document if isinstance(document, list) else [document]
        return self._in_order(answers, len(calls))

    def _in_order(self, answers: Sequence[object], count: int) -> list[object]:
        """Results by the ids that were asked."""
        by_id: dict[int, object] = {}
        for answer in answers:
            fields = _object(answer, "answer")
            if fields.get("error") is not None:
                raise PeerError(peer=self.url, reason=f"error {json.dumps(fields['error'])[:200]}")
            number = fields.get("id")
            if type(number) is int:
                by_id[number] = fields.get("result")
        if set(by_id) != set(range(count)):
            raise PeerMisbehaved(peer=self.url, reason="answers do not fit what was asked")
        return [by_id[number] for number in range(count)]

    async def _exchange(self, body: bytes, limit: int) -> bytes:
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
                async with self._session.post(
                    self.url + "/", data=body, headers=headers, allow_redirects=False
                ) as response:
                    return await self._read_bounded(response, limit)
        except TimeoutError as error:
            raise NodeUnreachable(node=self.url, reason="no answer in time") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NodeUnreachable(node=self.url, reason=type(error).__name__) from error

    async def _read_bounded(self, response: aiohttp.ClientResponse, limit: int) -> bytes:
        received = bytearray()
        async for chunk in response.content.iter_any():
            received += chunk
            if len(received) > limit:
                raise AnswerTooLarge(peer=self.url, reason="answer too large", expected=f"at most {limit} bytes")
        return bytes(received)

    def _decode_block(self, answer: object, height: int) -> FetchedBlock:
        fields = _object(answer, "block")
        try:
            block = rpcjson.decode_block(_object(fields.get("block"), "block"))
            block_id = rpcjson.decode_block_id(_object(fields.get("block_id"), "block_id"))
        except (DecodingError, InvalidBlock) as error:
            raise PeerMisbehaved(peer=self.url, reason=f"block {height}: {error}") from error
        if block.header.height != height:
            raise PeerMisbehaved(peer=self.url, reason="another block than asked", expected=height)
        return FetchedBlock(block, block_id)


def open_session() -> aiohttp.ClientSession:
    """A client session for peers: nothing decompressed, no proxies, no cookies."""
    return aiohttp.ClientSession(
        auto_decompress=False,
        connector=aiohttp.TCPConnector(limit=64, limit_per_host=4, keepalive_timeout=IDLE_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def _check_pieces(untrusted_data: bytes) -> None:
    pieces = sum(map(untrusted_data.count, (b",", b"[", b"{")))
    if pieces > LEAST_PIECES + len(untrusted_data) // BYTES_PER_PIECE:
        raise DecodingError(kind="JSON", reason="too many pieces", got=pieces)


def _refusal(code: object, result: Mapping[str, object]) -> Refused:
    kind = REFUSALS.get(code, Refused) if isinstance(code, int) else Refused
    facts: dict[str, str] = {}
    try:
        decoded = decode_json(base64.b64decode(_text(result.get("data") or "", "data")), max_bytes=10_000)
        if isinstance(decoded, dict):
            facts = {str(name)[:40]: str(value)[:300] for name, value in decoded.items()}
    except (DecodingError, ValueError, binascii.Error):
        facts = {"reason": str(result.get("log", ""))[:300]}
    return kind(**facts)


def _object(untrusted: object, name: str) -> Mapping[str, object]:
    if not isinstance(untrusted, dict):
        raise PeerMisbehaved(reason=f"{name} is not an object")
    return untrusted


def _list(untrusted: object, name: str) -> list[object]:
    if not isinstance(untrusted, list):
        raise PeerMisbehaved(reason=f"{name} is not a list")
    return untrusted


def _text(untrusted: object, name: str) -> str:
    if not isinstance(untrusted, str):
        raise PeerMisbehaved(reason=f"{name} is not text")
    return untrusted


def _height(untrusted: object) -> int:
    text = str(untrusted)
    if not text.isascii() or not text.isdecimal() or len(text) > 19 or int(text) > INT64_MAX:
        raise PeerMisbehaved(reason="a height that cannot be", got=text[:40])
    return int(text)
