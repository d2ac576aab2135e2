"""What the RPC speaks for, and what it reads from there.

Guarantees: every piece is read under the store's lock, so none is half of a group of blocks; whoever needs several pieces
that fit together holds `BlockReader.lock` around them, and encodes them afterwards. What is missing is a JSON-RPC error in
CometBFT's words.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

from app.core.codec import decode
from app.core.errors import NotFound
from app.core.units import Hash32, Height
from app.core.wire import comet_pb2, store_pb2
from app.node.api.jsonrpc import Parameters, integer, internal_error
from app.node.consensus.genesis import Genesis
from app.node.consensus.validators import Validator
from app.node.execution import load_results
from app.node.store.chain import ChainStore

HEADERS_REMEMBERED = 64
SEARCHED_BY_HASH = 100
"""Newest blocks that are looked through for a hash: nothing is kept by hash of a block."""


T = TypeVar("T")


class InThread(Protocol):
    """Runs a function on another thread."""

    async def __call__(self, call: Callable[[], T]) -> T:
        """What it returns, or raises."""
        ...


class ChainBackend(Protocol):
    """The embedded engine, or a node."""

    @property
    def store(self) -> ChainStore:
        """Its chain."""
        ...

    @property
    def genesis(self) -> Genesis:
        """Its genesis."""
        ...

    @property
    def genesis_bytes(self) -> bytes:
        """The genesis document as it was given."""
        ...

    @property
    def catching_up(self) -> bool:
        """Whether it is still behind its peers. Only on the event loop."""
        ...

    @property
    def halted(self) -> str | None:
        """Code of the error that stopped it; it then shows where it stands and serves nothing."""
        ...

    @property
    def validator(self) -> Validator | None:
        """The validator it signs as, if it does."""
        ...

    def waiting(self) -> Sequence[bytes]:
        """Transactions that wait here for a block, oldest first. Only on the event loop."""
        ...

    async def submit(self, untrusted_transaction: bytes) -> Hash32:
        """Admit a transaction to the next blocks.

        Raises:
            Refused: the law would refuse it.
            MempoolFull: too many wait.
        """
        ...


class BlockReader:
    """Blocks and what belongs to them, by height."""

    def __init__(self, store: ChainStore) -> None:
        self._store = store
        self.lock = store.lock
        self.header = lru_cache(HEADERS_REMEMBERED)(self._header)

    @property
    def tip(self) -> store_pb2.Tip:
        """The newest block that would survive a power cut."""
        return self._store.durable_tip

    @property
    def base(self) -> int:
        """The lowest height whose block is kept."""
        with self.lock:
            return self._store.base

    def height(self, parameters: Parameters, *, ahead: int = 0) -> Height:
        """The height asked for; the newest, and `ahead` beyond it, when none was."""
        newest = self.tip.height + ahead
        height = integer(parameters, "height")
        if height is None:
            return Height(newest)
        if height < 1:
            raise internal_error(f"height must be greater than 0, but got {height}")
        if height > newest:
            raise internal_error(
                f"height {height} must be less than or equal to the current blockchain height {newest}"
            )
        if height < (base := self.base):
            raise pruned(height, base)
        return Height(height)

    def block_bytes(self, height: int) -> bytes:
        """The block as it was received."""
        try:
            with self.lock:
                data = self._store.block(height)
        except NotFound as error:
            raise pruned(height, self.base) from error
        if data is None:
            raise internal_error(f"block {height} is not available")
        return data

    def block(self, height: int) -> comet_pb2.Block:
        """The block."""
        return decode(comet_pb2.Block, self.block_bytes(height))

    def commit(self, height: int) -> comet_pb2.Commit:
        """The commit that makes `height` final: in the next block, or the one seen for the newest."""
        with self.lock:
            if height < self.tip.height:
                return self.block(height + 1).last_commit
            return decode(comet_pb2.Commit, self._store.durable_commit or b"")

    def block_id(self, height: int) -> comet_pb2.BlockID:
        """The block's id."""
        with self.lock:
            tip = self.tip
            if height == tip.height:
                return decode(comet_pb2.BlockID, tip.block_id)
            return self.header(height + 1).last_block_id

    def app_hash_after(self, height: int) -> bytes:
        """The state root after the block."""
        with self.lock:
            tip = self.tip
            return tip.app_hash if height == tip.height else self.header(height + 1).app_hash

    def height_of(self, block_hash: bytes) -> Height | None:
        """The height of a block among the newest; None where none of all there are has this hash.

        Raises:
            RpcError: there are more blocks than are looked through.
        """
        newest, base = self.tip.height, self.base
        for height in range(newest, max(base, newest - SEARCHED_BY_HASH + 1) - 1, -1):
            if self.block_id(height).hash == block_hash:
                return Height(height)
        if newest - base >= SEARCHED_BY_HASH:
            raise internal_error(f"only the newest {SEARCHED_BY_HASH} blocks are found by hash; ask by height")
        return None

    def results(self, height: int) -> list[comet_pb2.ExecTxResult]:
        """Results of the block's transactions."""
        try:
            with self.lock:
                return load_results(self._store, height)
        except NotFound as error:
            raise pruned(height, self.base) from error

    def receipt(self, transaction_hash: bytes) -> store_pb2.StoredReceipt | None:
        """What became of a transaction, if it stands in a block."""
        with self.lock:
            return self._store.receipt(transaction_hash)

    def value(self, key: bytes) -> tuple[bytes | None, int]:
        """The newest value of a key of the state's map, and the height at which it is so."""
        with self.lock:
            return self._store.state.get(key), self.tip.height

    def validators(self, height: int) -> list[comet_pb2.Validator]:
        """Who signs the block at `height`; with the proposer priorities of that moment for the newest block and the next."""
        with self.lock:
            tip = self.tip
            around = {tip.height: tip.last_validators, tip.height + 1: tip.validators}
            data = around.get(height) or self._store.validators_at(height)
        if not data:
            raise internal_error(f"could not find validator set for height #{height}")
        return list(decode(comet_pb2.ValidatorSet, data).validators)

    def validator_updates(self, height: int) -> list[comet_pb2.Validator]:
        """Whom the block at `height` brought in, out (power 0) or to another power; they count from the second block on."""
        with self.lock:
            before, after = self._store.validators_at(height + 1), self._store.validators_at(height + 2)
        if before == after or not before or not after:
            return []
        old, new = _powers(before), _powers(after)
        changed = [key for key, power in new.items() if old.get(key) != power] + [key for key in old if key not in new]
        return [
            comet_pb2.Validator(pub_key=comet_pb2.PublicKey(ed25519=key), voting_power=new.get(key, 0))
            for key in changed
        ]

    def _header(self, height: int) -> comet_pb2.Header:
        """A final block's header never changes, so it is remembered; nobody may change the message."""
        return self.block(height).header


def pruned(height: int, base: int) -> Exception:
    """What CometBFT says of a block it no longer has."""
    return internal_error(f"height {height} is not available, lowest height is {base}")


def _powers(validator_set: bytes) -> dict[bytes, int]:
    members = decode(comet_pb2.ValidatorSet, validator_set).validators
    return {member.pub_key.ed25519: member.voting_power for member in members}
