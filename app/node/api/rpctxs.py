"""What CometBFT's RPC methods answer about transactions: found, proved, searched for, and handed in.

Guarantees: as of `app.node.api.rpcmethods`. Handing in runs on the event loop, where the backend admits; it never waits
for the store's lock there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from app.core.errors import MempoolFull
from app.core.hashing import sha256
from app.core.refusals import Refused
from app.core.wire import comet_pb2, store_pb2
from app.node.api.jsonrpc import Parameters, flag, integer, internal_error, octets, text
from app.node.api.rpcbackend import BlockReader, ChainBackend, InThread
from app.node.api.rpcmethods import DEFAULT_PER_PAGE, MAX_PER_PAGE, Method, page_of
from app.node.api.rpcquery import parse_query
from app.node.consensus.hashes import tx_proof
from app.node.consensus.rpcresults import encode_proof, encode_tx_result
from app.node.consensus.rpcvalues import write_base64, write_hex
from app.node.execution import CODESPACE, refusal_data

COMMIT_SECONDS = 10.0
MAX_WAITING = 100
"""Callers that wait for a block at a time."""

LoopMethod = Callable[[Parameters], Awaitable[object]]


class TransactionMethods:
    """The methods over one backend."""

    def __init__(self, backend: ChainBackend) -> None:
        self._blocks = BlockReader(backend.store)
        self.by_name: dict[str, tuple[Method, Sequence[str]]] = {
            "tx": (self._tx, ("hash", "prove")),
            "tx_search": (self._search, ("query", "prove", "page", "per_page", "order_by")),
        }

    def _tx(self, parameters: Parameters) -> object:
        transaction_hash = octets(parameters, "hash")
        receipt = self._blocks.receipt(transaction_hash)
        if receipt is None:
            raise internal_error(f"tx ({write_hex(transaction_hash)}) not found")
        return self._found(receipt.height, [receipt.position], prove=flag(parameters, "prove"))[0]

    def _search(self, parameters: Parameters) -> object:
        query = parse_query(text(parameters, "query"))
        if query.event not in {None, "Tx"} or (query.transaction_hash is None and query.height is None):
            raise internal_error("transactions are found by tx.hash or tx.height")
        is_descending = _is_descending(text(parameters, "order_by"))
        with self._blocks.lock:
            if query.transaction_hash is not None:
                receipt = self._blocks.receipt(query.transaction_hash)
                met = receipt is not None and query.is_met(query.transaction_hash, receipt.height)
                height, positions = (receipt.height, [receipt.position]) if receipt and met else (0, [])
            else:
                height, positions = self._positions(query.height or 0)
        if is_descending:
            positions.reverse()
        shown = page_of(positions, parameters)
        found = self._found(height, shown, prove=flag(parameters, "prove")) if shown else []
        return {"txs": found, "total_count": str(len(positions))}

    def _positions(self, height: int) -> tuple[int, list[int]]:
        if not self._blocks.base <= height <= self._blocks.tip.height:
            return 0, []
        return height, list(range(len(self._blocks.block(height).data.txs)))

    def _found(self, height: int, positions: Sequence[int], *, prove: bool) -> list[dict[str, object]]:
        with self._blocks.lock:
            block, results = self._blocks.block(height), self._blocks.results(height)
        transactions = list(block.data.txs)
        found: list[dict[str, object]] = []
        for position in positions:
            raw = transactions[position]
            answer: dict[str, object] = {
                "hash": write_hex(sha256(raw)),
                "height": str(height),
                "index": position,
                "tx_result": encode_tx_result(results[position]),
                "tx": write_base64(raw),
            }
            if prove:
                answer["proof"] = {
                    "root_hash": write_hex(block.header.data_hash),
                    "data": write_base64(raw),
                    "proof": encode_proof(tx_proof(transactions, position)),
                }
            found.append(answer)
        return found


class SubmissionMethods:
    """The methods that run on the event loop: handing in, and what waits."""

    def __init__(self, backend: ChainBackend, in_thread: InThread) -> None:
        self._backend = backend
        self._blocks = BlockReader(backend.store)
        self._in_thread = in_thread
        self._news = asyncio.Event()
        self._waiting = 0
        self.by_name: dict[str, tuple[LoopMethod, Sequence[str]]] = {
            "broadcast_tx_sync": (self._sync, ("tx",)),
            "broadcast_tx_async": (self._async, ("tx",)),
            "broadcast_tx_commit": (self._commit, ("tx",)),
            "unconfirmed_txs": (self._unconfirmed, ("limit",)),
            "num_unconfirmed_txs": (self._count, ()),
        }

    def announce(self) -> None:
        """A block is final: whoever waits for one looks again."""
        self._news.set()
        self._news = asyncio.Event()

    # ---- handing in ----------------------------------------------------------------------------------------------
    async def _sync(self, parameters: Parameters) -> object:
        raw = octets(parameters, "tx")
        check = await self._submit(raw)
        return {
            "code": check.code,
            "data": write_hex(check.data),
            "log": check.log,
            "codespace": check.codespace,
            "hash": write_hex(sha256(raw)),
        }

    async def _async(self, parameters: Parameters) -> object:
        """What became of it is not told, as with CometBFT; it is known when it has been handed on all the same."""
        raw = octets(parameters, "tx")
        await self._submit(raw)
        return {"code": 0, "data": "", "log": "", "codespace": "", "hash": write_hex(sha256(raw))}

    async def _commit(self, parameters: Parameters) -> object:
        """Hand in and wait for the block."""
        raw = octets(parameters, "tx")
        if self._waiting >= MAX_WAITING:
            raise internal_error(f"error on broadcastTxCommit: {MAX_WAITING} wait already")
        self._waiting += 1
        try:
            before = self._blocks.tip.height
            check = await self._submit(raw)
            receipt = None if check.code else await self._wait(sha256(raw), before)
        finally:
            self._waiting -= 1
        result = comet_pb2.ExecTxResult()
        if receipt is not None:
            height = receipt.height
            result = (await self._in_thread(lambda: self._blocks.results(height)))[receipt.position]
        return {
            "check_tx": encode_tx_result(check),
            "tx_result": encode_tx_result(result),
            "hash": write_hex(sha256(raw)),
            "height": str(0 if receipt is None else receipt.height),
        }

    async def _submit(self, raw: bytes) -> comet_pb2.ExecTxResult:
        """How the backend takes it; a refusal carries its facts in `data`."""
        try:
            await self._backend.submit(raw)
        except MempoolFull as error:
            raise internal_error(f"mempool is full: number of txs {error.facts.get('got')}") from error
        except Refused as refusal:
            data = refusal_data(refusal)
            return comet_pb2.ExecTxResult(code=refusal.number, data=data, log=str(refusal), codespace=CODESPACE)
        return comet_pb2.ExecTxResult()

    async def _wait(self, transaction_hash: bytes, above: int) -> store_pb2.StoredReceipt:
        """The receipt of a block above a height."""
        try:
            async with asyncio.timeout(COMMIT_SECONDS):
                while True:
                    news = self._news
                    receipt = await self._in_thread(lambda: self._blocks.receipt(transaction_hash))
                    if receipt is not None and receipt.height > above:
                        return receipt
                    await news.wait()
        except TimeoutError as error:
            raise internal_error("timed out waiting for tx to be included in a block") from error

    # ---- what waits ----------------------------------------------------------------------------------------------
    async def _unconfirmed(self, parameters: Parameters) -> object:
        limit, waiting = integer(parameters, "limit"), self._backend.waiting()
        count = DEFAULT_PER_PAGE if limit is None or limit < 1 else min(limit, MAX_PER_PAGE)
        shown = [write_base64(raw) for raw in waiting[:count]]
        return {**_sizes(waiting), "n_txs": str(len(shown)), "txs": shown}

    async def _count(self, _: Parameters) -> object:
        return {**_sizes(self._backend.waiting()), "txs": None}


def _is_descending(order: str) -> bool:
    if order not in {"", "asc", "desc"}:
        raise internal_error("expected order_by to be either `asc` or `desc` or empty")
    return order == "desc"


def _sizes(waiting: Sequence[bytes]) -> dict[str, str]:
    return {"n_txs": str(len(waiting)), "total": str(len(waiting)), "total_bytes": str(sum(map(len, waiting)))}
