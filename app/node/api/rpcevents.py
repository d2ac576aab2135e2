"""Events of new blocks for WebSockets: who subscribed to what, and what each is told.

Guarantees: events are a hint. A reader that does not keep up is cut off, and whoever needs every block asks by height.
What one block's events say is encoded once, however many listen. Shapes are those of CometBFT v0.39.4.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.core.hashing import sha256
from app.core.wire import comet_pb2
from app.node.api.jsonrpc import internal_error
from app.node.api.rpcbackend import BlockReader
from app.node.api.rpcmethods import encode_update
from app.node.api.rpcquery import Query, parse_query
from app.node.consensus import rpcjson
from app.node.consensus.rpcresults import encode_tx_result
from app.node.consensus.rpcvalues import write_base64, write_hex
from app.node.store.chain import ChainStore

EVENT_QUEUE = 100
MAX_SUBSCRIPTIONS = 5
"""Of one connection, as CometBFT's own default."""
BLOCKS_REMEMBERED = 4
EMPTY: Sequence[object] = (0, "0", "", None, [])


@dataclass(frozen=True, slots=True)
class Subscription:
    """One query on one connection, and the id of the call that began it, which its events carry."""

    request_id: object
    text: str
    query: Query


@dataclass(frozen=True, slots=True)
class TransactionEvent:
    """What is told of one transaction, encoded."""

    transaction_hash: bytes
    value: str
    events: str


class Subscriber:
    """One connection: what it subscribed to, and the heights that it has yet to be told of."""

    def __init__(self, transport: asyncio.Transport | None) -> None:
        self._transport = transport
        self._by_text: dict[str, Subscription] = {}
        self.heights: asyncio.Queue[int] = asyncio.Queue(EVENT_QUEUE)

    @property
    def subscriptions(self) -> list[Subscription]:
        """What it subscribed to."""
        return list(self._by_text.values())

    def subscribe(self, request_id: object, untrusted_query: str) -> None:
        """Begin a subscription.

        Raises:
            RpcError: the query is not offered, or one subscription is too many.
        """
        query = parse_query(untrusted_query)
        if query.event is None:
            raise internal_error("failed to parse query: tm.event is missing")
        if untrusted_query in self._by_text:
            raise internal_error("already subscribed")
        if len(self._by_text) >= MAX_SUBSCRIPTIONS:
            raise internal_error(f"max_subscriptions_per_client {MAX_SUBSCRIPTIONS} reached")
        self._by_text[untrusted_query] = Subscription(request_id, untrusted_query, query)

    def unsubscribe(self, text: str) -> None:
        """End a subscription.

        Raises:
            RpcError: there is none of these words.
        """
        if self._by_text.pop(text, None) is None:
            raise internal_error("subscription not found")

    def unsubscribe_all(self) -> None:
        """End all subscriptions."""
        self._by_text.clear()

    def tell(self, height: int) -> bool:
        """Queue a height; false when there was no room, and the connection has been cut."""
        try:
            self.heights.put_nowait(height)
        except asyncio.QueueFull:
            if self._transport is not None:
                self._transport.abort()
            return False
        return True


class EventWriter:
    """Events of a height, as JSON."""

    def __init__(self, store: ChainStore) -> None:
        self._blocks = BlockReader(store)
        self._block_value = lru_cache(BLOCKS_REMEMBERED)(self._encode_block)
        self._header_value = lru_cache(BLOCKS_REMEMBERED)(self._encode_header)
        self._transactions = lru_cache(BLOCKS_REMEMBERED)(self._encode_transactions)

    def messages(self, height: int, subscription: Subscription) -> list[str]:
        """What a subscription is told of a block."""
        event, query = subscription.query.event, subscription.query
        if event != "Tx":
            value = self._block_value(height) if event == "NewBlock" else self._header_value(height)
            return [_message(subscription, value, json.dumps({"tm.event": [event]}))]
        return [
            _message(subscription, transaction.value, transaction.events)
            for transaction in self._transactions(height)
            if query.is_met(transaction.transaction_hash, height)
        ]

    def _encode_block(self, height: int) -> str:
        with self._blocks.lock:
            block, block_id = self._blocks.block(height), self._blocks.block_id(height)
            results, app_hash = self._blocks.results(height), self._blocks.app_hash_after(height)
            updates = self._blocks.validator_updates(height)
        outcome: dict[str, object] = {} if not results else {"tx_results": [encode_tx_result(item) for item in results]}
        outcome["validator_updates"] = [encode_update(update) for update in updates]
        outcome["app_hash"] = write_base64(app_hash)
        return json.dumps(
            {
                "block": rpcjson.encode_block(block),
                "block_id": rpcjson.encode_block_id(block_id),
                "result_finalize_block": outcome,
            }
        )

    def _encode_header(self, height: int) -> str:
        return json.dumps({"header": rpcjson.encode_header(self._blocks.header(height))})

    def _encode_transactions(self, height: int) -> list[TransactionEvent]:
        with self._blocks.lock:
            transactions, results = list(self._blocks.block(height).data.txs), self._blocks.results(height)
        pairs = zip(transactions, results, strict=True)
        return [_transaction_event(height, position, raw, result) for position, (raw, result) in enumerate(pairs)]


def _transaction_event(height: int, position: int, raw: bytes, result: comet_pb2.ExecTxResult) -> TransactionEvent:
    """Here CometBFT leaves out every field that is empty, where elsewhere it writes them all."""
    transaction_hash = sha256(raw)
    full: dict[str, object] = {"height": str(height), "index": position, "tx": write_base64(raw)}
    full["result"] = {name: value for name, value in encode_tx_result(result).items() if value not in EMPTY}
    value = {name: item for name, item in full.items() if item != 0}
    events = dict(_attributes(result))
    events |= {"tm.event": ["Tx"], "tx.hash": [write_hex(transaction_hash)], "tx.height": [str(height)]}
    return TransactionEvent(transaction_hash, json.dumps({"TxResult": value}), json.dumps(events))


def _attributes(result: comet_pb2.ExecTxResult) -> Iterator[tuple[str, list[str]]]:
    """What a result's events say, by kind and name."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for event in result.events:
        for attribute in event.attributes:
            found[f"{event.type}.{attribute.key}"].append(attribute.value)
    yield from found.items()


def _message(subscription: Subscription, value: str, events: str) -> str:
    """An event as it is sent; the parts are JSON already."""
    kind = json.dumps(f"tendermint/event/{subscription.query.event}")
    request_id, text = json.dumps(subscription.request_id), json.dumps(subscription.text)
    data = f'{{"type": {kind}, "value": {value}}}'
    return (
        f'{{"jsonrpc": "2.0", "id": {request_id}, "result": {{"query": {text}, "data": {data}, "events": {events}}}}}'
    )
