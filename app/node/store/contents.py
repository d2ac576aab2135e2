"""What a snapshot consists of: one stream of items, and the way back from bytes to items.

Order: the header; the map's pairs by key; the log's entries by index; the nonces of the blocks that may still count, by
height. Everything but the time in the header is bound to the state root; `app.node.store.restore` checks that it is.
"""

from collections.abc import Iterator

from app.core.codec import decode, encode
from app.core.errors import DecodingError, SnapshotInvalid, StoreDamaged
from app.core.ports import Reader
from app.core.wire import store_pb2
from app.node.store import keys
from app.node.store.nonces import counting_nonce_blocks
from app.node.store.staging import Staging
from app.node.store.state import AuthenticatedState

FORMAT = 1
LENGTH_BYTES = 4
MAX_ITEM_BYTES = 64 * 1024 * 1024
"""More than the nonces of the largest block that CometBFT allows (100 MB)."""


def state_of(reader: Reader) -> tuple[store_pb2.Tip, AuthenticatedState]:
    """The newest block that `reader` shows, and the state after it.

    Raises:
        StoreDamaged: there is none.
    """
    tip = reader.get(keys.TIP)
    if tip is None:
        raise StoreDamaged(reason="the store was never begun")
    return decode(store_pb2.Tip, tip), AuthenticatedState(Staging(reader))


def snapshot_stream(reader: Reader) -> Iterator[bytes]:
    """The stream, item by item. `reader` must not change meanwhile."""
    for item in _items(reader):
        data = encode(item)
        yield len(data).to_bytes(LENGTH_BYTES, "big") + data


def _items(reader: Reader) -> Iterator[store_pb2.SnapshotItem]:
    tip, state = state_of(reader)
    yield store_pb2.SnapshotItem(
        header=store_pb2.SnapshotHeader(
            format=FORMAT,
            height=tip.height,
            fingerprint=reader.get(keys.GENESIS) or b"",
            log_size=state.roots.log_size,
            log_root=state.roots.log_root,
            map_root=state.roots.map_root,
            time_ns=tip.time_ns,
        )
    )
    for key, value in state.map.pairs():
        yield store_pb2.SnapshotItem(pair=store_pb2.MapPair(key=key, value=value))
    for entry in state.log.entries():
        yield store_pb2.SnapshotItem(log_entry=entry)
    for _, nonce_block in counting_nonce_blocks(reader, tip.height):
        yield store_pb2.SnapshotItem(nonce_block=nonce_block)


class ItemDecoder:
    """Takes chunks in order and gives the items that are complete. Holds back no more than one item and one chunk."""

    def __init__(self) -> None:
        self._rest = b""

    @property
    def is_between_items(self) -> bool:
        """Whether no item is half read."""
        return not self._rest

    def items(self, untrusted_chunk: bytes) -> Iterator[store_pb2.SnapshotItem]:
        """Every item that ends in this chunk.

        Raises:
            SnapshotInvalid: bytes that are no items.
        """
        data, position = self._rest + untrusted_chunk, 0
        while (stop := _end_of_item(data, position)) <= len(data):
            yield _decode_item(data[position + LENGTH_BYTES : stop])
            position = stop
        self._rest = data[position:]


def _end_of_item(data: bytes, position: int) -> int:
    start = position + LENGTH_BYTES
    if start > len(data):
        return start
    length = int.from_bytes(data[position:start], "big")
    if length > MAX_ITEM_BYTES:
        raise SnapshotInvalid(check="length of an item", expected=f"at most {MAX_ITEM_BYTES}", got=length)
    return start + length


def _decode_item(data: bytes) -> store_pb2.SnapshotItem:
    try:
        return decode(store_pb2.SnapshotItem, data)
    except DecodingError as error:
        raise SnapshotInvalid(check="encoding of an item") from error
