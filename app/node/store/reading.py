"""What can be asked of a chain store: blocks, results, receipts, validator sets, used nonces, records, proposals.

Guarantees: everything is read as the writer sees it, staged blocks included, but for the look-ups of records and proposals,
`find` and `raw_blocks`, which show what is durable. What was pruned is refused with the lowest height there is, and is
never taken for something that was not there. Readers on other threads hold `lock` for a moment, so they never see half a
group.
"""

import threading
from collections.abc import Iterator

from app.core.codec import decode
from app.core.errors import Pruned, StoreDamaged
from app.core.ports import KeyValue
from app.core.wire import comet_pb2, registry_pb2, store_pb2
from app.node.store import keys
from app.node.store.finding import Finder
from app.node.store.lookups import complete_receipt
from app.node.store.nonces import Nonces
from app.node.store.staging import Staging
from app.node.store.state import AuthenticatedState

_LAST = b"\xff" * 9  # behind every 8-byte number


class ChainReader:
    """The reading half of `app.node.store.chain.ChainStore`."""

    def __init__(self, kv: KeyValue) -> None:
        self.lock = threading.RLock()
        self.find = Finder(kv)
        self._kv = kv
        self._staging = Staging(kv)
        self._tip: store_pb2.Tip | None = None
        self._load()

    @property
    def is_empty(self) -> bool:
        """Whether it holds no chain yet, neither begun nor restored."""
        return self._tip is None

    @property
    def tip(self) -> store_pb2.Tip:
        """The newest block appended, durable or not. Only for the writer."""
        if self._tip is None:
            raise StoreDamaged(reason="the store was never begun")
        return self._tip

    # ---- blocks --------------------------------------------------------------------------------------------------
    @property
    def base(self) -> int:
        """The lowest height whose block is kept; one above the tip when there is none yet."""
        data = self._staging.get(keys.BASE)
        if data is None:
            raise StoreDamaged(reason="the store was never begun")
        return int.from_bytes(data, "big")

    def block(self, height: int) -> bytes | None:
        """Bytes of the block at `height`.

        Raises:
            NotFound: it was pruned, or is from before the snapshot that this store began with.
        """
        return self._kept(keys.BLOCK, "block", height)

    def raw_blocks(self, first: int, count: int, max_bytes: int) -> list[bytes]:
        """The durable blocks from `first` on, one after the other: at most `count`, and in all at most `max_bytes`, but
        the first one whatever its size.

        Raises:
            NotFound: as of `block`.
        """
        if first < 1 or count < 1:
            return []
        self._check_kept("block", first)
        found: list[bytes] = []
        size = 0
        pairs = self._kv.scan(keys.BLOCK + keys.number(first), keys.BLOCK + keys.number(first + count))
        for height, (key, block) in enumerate(pairs, start=first):
            size += len(block)
            if key[-8:] != keys.number(height) or (found and size > max_bytes):
                break
            found.append(block)
        return found

    def block_hash(self, height: int) -> bytes:
        """Hash of the block at `height`: what the tip or the block above says; empty where there is none.

        Raises:
            NotFound: the block above was pruned.
        """
        if height == self.tip.height:
            return self.tip.block_hash
        if height == self.tip.height - 1:
            return self.tip.previous_hash
        data = self.block(height + 1)
        return b"" if data is None else decode(comet_pb2.Block, data).header.last_block_id.hash

    def seen_commit(self) -> bytes | None:
        """Bytes of the commit that made the newest block final."""
        return self._staging.get(keys.SEEN_COMMIT)

    def contradictions(self) -> list[bytes]:
        """Every signed header kept by `keep_contradiction`, by height."""
        return [value for _, value in self._contradictions()]

    def validators_at(self, height: int) -> bytes | None:
        """The luopu.comet.ValidatorSet that signs the block at `height`, without priorities; None where nobody knows it
        yet, or this store began later.
        """
        if not 0 < height <= self.tip.height + 2:
            return None
        stop = keys.VALIDATORS + keys.number(height + 1)
        return next((members for _, members in self._staging.scan(keys.VALIDATORS, stop, reverse=True)), None)

    # ---- transactions --------------------------------------------------------------------------------------------
    def results(self, height: int) -> bytes:
        """Encoded results of the block's transactions; empty for an empty block.

        Raises:
            NotFound: as of `block`.
        """
        return self._kept(keys.RESULTS, "results of the block", height) or b""

    def receipt(self, transaction_hash: bytes) -> store_pb2.StoredReceipt | None:
        """What became of a transaction, if it stands in a block. An acceptance is never hidden by a later refusal.

        Acceptances are known for ever; where the block is from before a snapshot, without position and points.
        Refusals are pruned with their blocks.
        """
        receipt = self._stored_receipt(transaction_hash)
        if receipt is not None and receipt.HasField("log_index"):
            complete_receipt(receipt, decode(registry_pb2.LogEntry, self.state.log.entry(receipt.log_index)))
        return receipt

    def has_used(self, sender: bytes, nonce: bytes) -> bool:
        """Whether the nonce stands in a block and can still expire: the same answer however many blocks are staged."""
        return self._nonces.has_used(sender, nonce, self.tip.height)

    # ---- records -------------------------------------------------------------------------------------------------
    def entry(self, index: int) -> bytes | None:
        """Bytes of the log entry at `index`."""
        return self.state.log.entry(index) if 0 <= index < self.state.log.size else None

    def records_of_account(self, sender: bytes, before: int | None, limit: int) -> list[int]:
        """Log indexes of an account's records below `before`, newest first."""
        prefix = keys.BY_ACCOUNT + sender
        stop = prefix + (_LAST if before is None else keys.number(before))
        return [_index_of(key) for key, _ in _first(limit, self._kv.scan(prefix, stop, reverse=True))]

    def records_of_chain(self, chain: bytes, after: int, limit: int) -> list[int]:
        """Log indexes of a hash chain's records with sequence > `after`, ascending."""
        prefix = keys.BY_CHAIN + chain
        pairs = self._kv.scan(prefix + keys.number(after + 1), prefix + _LAST)
        return [_index_of(value) for _, value in _first(limit, pairs)]

    def records_of_file(self, file_digest: bytes, limit: int) -> list[int]:
        """Log indexes of the records of a file's SHA-256, oldest first."""
        prefix = keys.BY_FILE + file_digest
        return [_index_of(key) for key, _ in _first(limit, self._kv.scan(prefix, prefix + _LAST))]

    def record_index(self, digest: bytes) -> int | None:
        """Log index of the record with this digest."""
        data = self._kv.get(keys.BY_RECORD + digest)
        return None if data is None else _index_of(data)

    def chains_begun_by(self, owner: bytes, limit: int) -> list[bytes]:
        """Hash chains an account began, newest first."""
        prefix = keys.BEGUN + owner
        return [value for _, value in _first(limit, self._kv.scan(prefix, prefix + _LAST, reverse=True))]

    def proposals(self, limit: int) -> list[bytes]:
        """Ids of proposals, the one with the latest deadline first."""
        pairs = self._kv.scan(keys.PROPOSED, keys.after(keys.PROPOSED), reverse=True)
        return [key[len(keys.PROPOSED) + 8 :] for key, _ in _first(limit, pairs)]

    # ---- inside --------------------------------------------------------------------------------------------------
    def _contradictions(self) -> Iterator[tuple[bytes, bytes]]:
        return self._kv.scan(keys.CONTRADICTION, keys.after(keys.CONTRADICTION))

    def _load(self) -> None:
        """Everything kept in memory, from the disk."""
        self.state = AuthenticatedState(self._staging)
        self._nonces = Nonces(self._staging)
        data = self._staging.get(keys.TIP)
        self._tip = None if data is None else decode(store_pb2.Tip, data)

    def _stored_receipt(self, transaction_hash: bytes) -> store_pb2.StoredReceipt | None:
        data = self._staging.get(keys.RECEIPT + transaction_hash)
        return None if data is None else decode(store_pb2.StoredReceipt, data)

    def _kept(self, prefix: bytes, what: str, height: int) -> bytes | None:
        if height < 1:
            return None
        self._check_kept(what, height)
        return self._staging.get(prefix + keys.number(height))

    def _check_kept(self, what: str, height: int) -> None:
        if height < self.base:
            raise Pruned(what=what, height=height, oldest=self.base)


def _index_of(data: bytes) -> int:
    return int.from_bytes(data[-8:], "big")


def _first(limit: int, pairs: Iterator[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [pair for pair, _ in zip(pairs, range(limit), strict=False)]
