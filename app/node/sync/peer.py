"""One peer, asked over CometBFT's RPC. Everything it says is untrusted.

Guarantees: every request has a deadline and a bound on bytes, counted as they arrive and never decompressed, and on the
pieces they parse into; no redirect is followed; whatever is not a well-formed answer raises PeerMisbehaved, silence raises
NodeUnreachable. Whether the answer is *true* is decided in `app.node.sync.verification`.
"""

import asyncio
import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from app.core.errors import DecodingError, InvalidBlock, MempoolFull, NodeUnreachable, PeerMisbehaved
from app.core.hashing import sha256
from app.core.refusals import REFUSALS, Refused
from app.core.strictjson import decode_json
from app.core.units import Height
from app.core.wire import comet_pb2
from app.node.consensus import rpcjson
from app.node.consensus.time import decode_time
from app.node.consensus.validators import ValidatorSet
from app.node.store.snapshot import Snapshot
from app.node.sync.answers import (
    JsonAnswer,
    PeerError,
    RangeAnswer,
    RawAnswer,
    as_height,
    as_list,
    as_object,
    as_text,
    decode_results,
    decode_snapshots,
)

REQUEST_SECONDS = 10.0
SMALL_ANSWER = 2 * 1024 * 1024
COMMIT_ANSWER = 8 * 1024 * 1024
BLOCK_ANSWER = 64 * 1024 * 1024
RANGE_ANSWER = 32 * 1024 * 1024
"""Beyond so much no further batch of a range is asked for."""
RAW_ANSWER = 128 * 1024 * 1024
"""One block may have 100 MiB; our own nodes send no second one beyond 16 MiB."""
OK = 200
NOT_NOW = frozenset({404, 416, 503})
"""Pruned, not yet there, busy or stopped: no lie, but no help either."""
UNAVAILABLE = 503
BATCH = 10
PARALLEL = 2
"""Batches fetched at a time: two fill a line, and bound what a peer can make us hold."""
IDLE_SECONDS = 5.0
"""Less than any server keeps an unused connection, so that a request is not sent into one that is being closed."""
RAW_PATH = "/raw_blocks"
SNAPSHOTS_PATH = "/snapshots"
SNAPSHOTS_ANSWER = 16 * 1024 * 1024
CHUNK_PATH = "/snapshot_chunk"
CHUNK_ANSWER = 16 * 1024 * 1024
MEMPOOL_FULL = "mempool is full"
KNOWN_ALREADY = "tx already exists in cache"
VALIDATORS_PER_PAGE = 100
MAX_VALIDATOR_PAGES = 100


class AnswerTooLarge(PeerMisbehaved):
    """More bytes than the answer may have."""


@dataclass(frozen=True, slots=True)
class PeerTip:
    """What a peer claims to have."""

    chain_id: str
    height: int
    block_hash: bytes
    time_ns: int
    lowest: int = 0
    """What is below it has pruned."""
    serves_raw: bool = False
    """Whether it is a node of ours, which sends ranges of blocks as they are."""

    def has(self, height: int) -> bool:
        """Whether it claims to have the block."""
        return self.lowest <= height <= self.height


class RpcPeer:
    """A connection to one peer."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url.rstrip("/")
        self._session = session

    async def tip(self) -> PeerTip:
        """The newest block the peer claims."""
        result = as_object(await self._call("status", {}, SMALL_ANSWER), "status")
        info, node = as_object(result.get("sync_info"), "sync_info"), as_object(result.get("node_info"), "node_info")
        try:
            return PeerTip(
                chain_id=as_text(node.get("network"), "network"),
                height=as_height(info.get("latest_block_height")),
                block_hash=bytes.fromhex(as_text(info.get("latest_block_hash"), "latest_block_hash")),
                time_ns=decode_time(as_text(info.get("latest_block_time"), "latest_block_time")),
                lowest=as_height(info.get("earliest_block_height", "0")),
                serves_raw=_serves_raw(node.get("other")),
            )
        except (ValueError, DecodingError) as error:
            raise PeerMisbehaved(peer=self.url, reason=f"status: {error}") from error

    async def fetch(self, first: int, count: int, *, raw: bool) -> RangeAnswer:
        """Blocks from `first` on and the commit for the last, as bytes yet to be decoded. `raw` where it serves that."""
        if raw:
            query = f"{RAW_PATH}?first={first}&count={count}"
            return RawAnswer(first, count, await self._exchange(query, None, RAW_ANSWER))
        return await self._fetch_json(first, count)

    async def _fetch_json(self, first: int, count: int) -> JsonAnswer:
        """Blocks in batches, fewer than asked where they are large, and the commit."""
        heights = range(first, first + count)
        groups = [heights[start : start + BATCH] for start in range(0, count, BATCH)]
        turns, received = asyncio.Semaphore(PARALLEL), _Received(first)

        async def fetch(group: Sequence[int]) -> list[tuple[int, bytes]]:
            async with turns:
                return await self._fetch_blocks(group, received)

        tasks = [asyncio.create_task(fetch(group)) for group in groups]
        commit = asyncio.create_task(self._exchange("/", _commit_call(heights[-1]), COMMIT_ANSWER))
        try:
            await asyncio.gather(commit, *tasks)
            batches = _without_gap(groups, [task.result() for task in tasks])
            delivered = sum(number for number, _ in batches)
            if delivered == count:
                return JsonAnswer(first, count, batches, commit.result())
            last = await self._exchange("/", _commit_call(heights[delivered - 1]), COMMIT_ANSWER)
            return JsonAnswer(first, count, batches, last)
        finally:
            await give_up([commit, *tasks])

    async def _fetch_blocks(self, heights: Sequence[int], received: "_Received") -> list[tuple[int, bytes]]:
        if received.is_enough and heights[0] > received.first:
            return []
        body = _request([("block", {"height": str(height)}) for height in heights])
        try:
            answer = await self._exchange("/", body, BLOCK_ANSWER)
        except AnswerTooLarge:
            if len(heights) == 1:
                raise
            middle = len(heights) // 2  # large blocks are no lie
            halves = [heights[:middle], heights[middle:]]
            return list(_without_gap(halves, [await self._fetch_blocks(half, received) for half in halves]))
        received.bytes += len(answer)
        return [(len(heights), answer)]

    async def commit(self, height: int) -> comet_pb2.Commit:
        """The commit that the peer says makes `height` final."""
        return (await self.signed_header(Height(height))).commit

    async def validators(self, height: int) -> ValidatorSet:
        """The validator set the peer names for `height`."""
        listed: list[object] = []
        for page in range(1, MAX_VALIDATOR_PAGES + 1):
            parameters = {"height": str(height), "page": str(page), "per_page": str(VALIDATORS_PER_PAGE)}
            result = as_object(await self._call("validators", parameters, SMALL_ANSWER), "validators")
            found = as_list(result.get("validators"), "validators")
            if len(found) > VALIDATORS_PER_PAGE:
                raise PeerMisbehaved(peer=self.url, reason="validators on a page", got=len(found))
            listed += found
            if len(listed) >= as_height(result.get("total")):
                break
        try:
            return ValidatorSet.from_wire(rpcjson.decode_validators(listed))
        except (DecodingError, InvalidBlock) as error:
            raise PeerMisbehaved(peer=self.url, reason=f"validators: {error}") from error

    async def snapshots(self) -> list[Snapshot]:
        """Snapshots that a node of ours offers."""
        body = await self._exchange(SNAPSHOTS_PATH, None, SNAPSHOTS_ANSWER)
        try:
            return decode_snapshots(body)
        except DecodingError as error:
            raise PeerMisbehaved(peer=self.url, reason=f"snapshots: {error}") from error

    async def snapshot_chunk(self, height: int, index: int) -> bytes:
        """A chunk of a snapshot, whatever it holds."""
        return await self._exchange(f"{CHUNK_PATH}?height={height}&index={index}", None, CHUNK_ANSWER)

    async def submit(self, transaction: bytes) -> None:
        """Hand a transaction on. One that the peer has already is no error.

        Raises:
            Refused: the peer's admission refuses it.
            MempoolFull: the peer has no room now.
        """
        encoded = base64.b64encode(transaction).decode()
        try:
            result = as_object(
                await self._call("broadcast_tx_sync", {"tx": encoded}, SMALL_ANSWER), "broadcast_tx_sync"
            )
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

    async def signed_header(self, height: int | None) -> comet_pb2.SignedHeader:
        """Header and commit of `height`, or of the newest block."""
        parameters = {} if height is None else {"height": str(height)}
        result = as_object(await self._call("commit", parameters, COMMIT_ANSWER), "commit")
        try:
            return rpcjson.decode_signed_header(dict(as_object(result.get("signed_header"), "signed_header")))
        except (DecodingError, InvalidBlock) as error:
            raise PeerMisbehaved(peer=self.url, reason=f"commit: {error}") from error

    async def report_evidence(self, evidence: comet_pb2.Evidence) -> None:
        """Hand on evidence of misbehaviour.

        Raises:
            PeerError: the peer does not take it.
        """
        await self._call("broadcast_evidence", {"evidence": rpcjson.encode_evidence(evidence)}, SMALL_ANSWER)

    # ---- transport -----------------------------------------------------------------------------------------------
    async def _call(self, method: str, parameters: Mapping[str, object], limit: int) -> object:
        return decode_results(await self._exchange("/", _request([(method, parameters)]), limit), 1)[0]

    async def _exchange(self, path: str, body: bytes | None, limit: int) -> bytes:
        """POST `body`, or GET where there is none; the answer's bytes."""
        method, headers = ("GET" if body is None else "POST"), {"Accept-Encoding": "identity"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                async with self._session.request(
                    method, self.url + path, data=body, headers=headers, allow_redirects=False
                ) as response:
                    if response.status == UNAVAILABLE:
                        raise NodeUnreachable(node=self.url, reason="it is busy")
                    if body is None and response.status in NOT_NOW:
                        raise NodeUnreachable(node=self.url, reason=f"status {response.status}")
                    if body is None and response.status != OK:
                        raise PeerMisbehaved(peer=self.url, reason=f"status {response.status}")
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


def open_session() -> aiohttp.ClientSession:
    """A client session for peers: nothing decompressed, no proxies, no cookies."""
    return aiohttp.ClientSession(
        auto_decompress=False,
        connector=aiohttp.TCPConnector(limit=64, limit_per_host=4, keepalive_timeout=IDLE_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


def _request(calls: Sequence[tuple[str, Mapping[str, object]]]) -> bytes:
    requests = [
        {"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}
        for number, (method, parameters) in enumerate(calls)
    ]
    return json.dumps(requests if len(requests) > 1 else requests[0]).encode()


def _commit_call(height: int) -> bytes:
    return _request([("commit", {"height": str(height)})])


def _serves_raw(untrusted_other: object) -> bool:
    return isinstance(untrusted_other, dict) and untrusted_other.get("raw_blocks") == RAW_PATH


@dataclass(slots=True)
class _Received:
    """How much of a range has come."""

    first: int
    bytes: int = 0

    @property
    def is_enough(self) -> bool:
        """Whether no more should be asked for than the first block, without which there is no answer."""
        return self.bytes >= RANGE_ANSWER


def _without_gap(
    asked: Sequence[Sequence[int]], answered: Sequence[Sequence[tuple[int, bytes]]]
) -> tuple[tuple[int, bytes], ...]:
    """Batches up to the first that is not whole."""
    batches: list[tuple[int, bytes]] = []
    for heights, parts in zip(asked, answered, strict=True):
        batches += parts
        if sum(number for number, _ in parts) < len(heights):
            break
    return tuple(batches)


async def give_up(tasks: "Sequence[asyncio.Task[Any]]") -> None:
    """Cancel what still runs, and take note of every end, so that nothing goes on unseen."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _refusal(code: object, result: Mapping[str, object]) -> Refused:
    kind = REFUSALS.get(code, Refused) if isinstance(code, int) else Refused
    facts: dict[str, str] = {}
    try:
        decoded = decode_json(bytes.fromhex(as_text(result.get("data") or "", "data")), max_bytes=10_000)
        if isinstance(decoded, dict):
            facts = {str(name)[:40]: str(value)[:300] for name, value in decoded.items()}
    except (DecodingError, ValueError):
        facts = {"reason": str(result.get("log", ""))[:300]}
    return kind(**facts)
