"""What CometBFT's RPC methods answer, from a chain store: parameters in, JSON out.

Guarantees: shapes, limits and words are CometBFT 0.38's. A method that fails raises `RpcError` (or the backend's own
error); call under the store's lock. Transport, batches and events: `app.node.api.rpc`.
"""

import base64
import json
from collections.abc import Callable
from typing import Protocol

from app import __version__
from app.core.codec import decode
from app.core.errors import MempoolFull, Refused
from app.core.hashing import sha256
from app.core.units import Hash32, Height, Nanoseconds
from app.core.wire import comet_pb2, store_pb2
from app.node.api.jsonrpc import Parameters, flag, integer, internal_error, octets
from app.node.consensus import rpcjson
from app.node.consensus.genesis import Genesis
from app.node.consensus.hashes import tx_proof
from app.node.consensus.rpcresults import encode_proof, encode_tx_result
from app.node.consensus.time import GO_ZERO_TIME, encode_time
from app.node.consensus.validators import Validator, ValidatorSet
from app.node.execution import decode_results
from app.node.store.chain import ChainStore

MAX_HEADERS = 20
MAX_PER_PAGE = 100
DEFAULT_PER_PAGE = 30
GENESIS_CHUNK = 16 * 1024 * 1024
COMETBFT_VERSION = "0.38.0"

Method = Callable[[Parameters], object]


class ChainBackend(Protocol):
    """What the RPC speaks for: the embedded engine, or a node."""

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
        """Whether it is still behind its peers."""
        ...

    @property
    def validator(self) -> Validator | None:
        """The validator it signs as, if it does."""
        ...

    def validators_at(self, height: int) -> ValidatorSet:
        """The set whose signatures make the block at `height` final."""
        ...

    async def submit(self, untrusted_transaction: bytes) -> Hash32:
        """Admit a transaction to the next blocks.

        Raises:
            Refused: the law would refuse it.
        """
        ...


class RpcMethods:
    """The methods over one backend."""

    def __init__(self, backend: ChainBackend) -> None:
        self._backend = backend
        self.by_name: dict[str, Method] = {
            "health": lambda _: {},
            "status": self._status,
            "genesis": self._genesis,
            "genesis_chunked": self._genesis_chunked,
            "block": self.block,
            "commit": self._commit,
            "validators": self._validators,
            "blockchain": self._blockchain,
            "block_results": self._block_results,
            "tx": self._tx,
            "abci_info": self._abci_info,
        }

    # ---- where it stands -----------------------------------------------------------------------------------------
    def _status(self, _: Parameters) -> object:
        tip = self._backend.store.durable_tip
        return {
            "node_info": self._node_info(),
            "sync_info": {
                "latest_block_hash": _hex(tip.block_hash),
                "latest_app_hash": _hex(tip.app_hash),
                "latest_block_height": str(tip.height),
                "latest_block_time": encode_time(Nanoseconds(tip.time_ns)),
                **self._earliest(tip),
                "catching_up": self._backend.catching_up,
            },
            "validator_info": _validator_info(self._backend.validator),
        }

    def _node_info(self) -> dict[str, object]:
        """As of a node that speaks no peer-to-peer protocol: its id stands for nothing but the genesis."""
        return {
            "protocol_version": {"p2p": "8", "block": "11", "app": "1"},
            "id": self._backend.genesis.fingerprint[:20].hex(),
            "listen_addr": "tcp://0.0.0.0:0",
            "network": self._backend.genesis.chain_id,
            "version": COMETBFT_VERSION,
            "channels": "",
            "moniker": f"luopu {__version__}",
            "other": {"tx_index": "on", "rpc_address": ""},
        }

    def _earliest(self, tip: store_pb2.Tip) -> dict[str, object]:
        first = self._backend.genesis.initial_height
        if tip.height < first:
            return {
                "earliest_block_hash": "",
                "earliest_app_hash": "",
                "earliest_block_height": "0",
                "earliest_block_time": encode_time(GO_ZERO_TIME),
            }
        return {
            "earliest_block_hash": _hex(self._backend.store.block_hash(first)),
            "earliest_app_hash": _hex(self._load(first).header.app_hash),
            "earliest_block_height": str(first),
            "earliest_block_time": encode_time(self._backend.genesis.time_ns),
        }

    def _abci_info(self, _: Parameters) -> object:
        tip = self._backend.store.durable_tip
        return {
            "response": {
                "data": "luopu",
                "version": __version__,
                "app_version": "1",
                "last_block_height": str(tip.height),
                "last_block_app_hash": base64.b64encode(tip.app_hash).decode(),
            }
        }

    def _genesis(self, _: Parameters) -> object:
        if len(self._backend.genesis_bytes) > GENESIS_CHUNK:
            raise internal_error("genesis response is large, please use the genesis_chunked API instead")
        return {"genesis": json.loads(self._backend.genesis_bytes)}

    def _genesis_chunked(self, parameters: Parameters) -> object:
        data = self._backend.genesis_bytes
        total = max(1, -(-len(data) // GENESIS_CHUNK))
        chunk = integer(parameters, "chunk") or 0
        if not 0 <= chunk < total:
            raise internal_error(f"there are {total} chunks, but {chunk} is out of range")
        piece = data[chunk * GENESIS_CHUNK : (chunk + 1) * GENESIS_CHUNK]
        return {"chunk": str(chunk), "total": str(total), "data": base64.b64encode(piece).decode()}

    # ---- blocks --------------------------------------------------------------------------------------------------
    def block(self, parameters: Parameters) -> object:
        """A block with its id."""
        height = self._height(parameters)
        return {
            "block_id": rpcjson.encode_block_id(self._commit_of(height).block_id),
            "block": rpcjson.encode_block(self._load(height)),
        }

    def new_block(self, height: int) -> object:
        """A block as the event of its making carries it."""
        app_hash = base64.b64encode(self._app_hash_after(height)).decode()
        return {
            "block_id": rpcjson.encode_block_id(self._commit_of(height).block_id),
            "block": rpcjson.encode_block(self._load(height)),
            "result_finalize_block": {"validator_updates": [], "app_hash": app_hash},
        }

    def _commit(self, parameters: Parameters) -> object:
        height = self._height(parameters)
        return {
            "signed_header": {
                "header": rpcjson.encode_header(self._load(height).header),
                "commit": rpcjson.encode_commit(self._commit_of(height)),
            },
            "canonical": height < self._backend.store.durable_tip.height,
        }

    def _validators(self, parameters: Parameters) -> object:
        height = self._height(parameters, ahead=1)
        every = rpcjson.encode_validators(self._backend.validators_at(height))
        asked, page = integer(parameters, "per_page"), integer(parameters, "page")
        per_page = DEFAULT_PER_PAGE if asked is None or asked < 1 else min(asked, MAX_PER_PAGE)
        pages = -(-len(every) // per_page)
        page = 1 if page is None else page
        if not 1 <= page <= pages:
            raise internal_error(f"page should be within [1, {pages}] range, given {page}")
        shown = every[(page - 1) * per_page : page * per_page]
        return {
            "block_height": str(height),
            "validators": shown,
            "count": str(len(shown)),
            "total": str(len(every)),
        }

    def _blockchain(self, parameters: Parameters) -> object:
        tip, first = self._backend.store.durable_tip.height, self._backend.genesis.initial_height
        least, most = integer(parameters, "minHeight") or 0, integer(parameters, "maxHeight") or 0
        if least < 0 or most < 0:
            raise internal_error("heights must be non-negative")
        highest = min(most or tip, tip)
        lowest = max(least, first, highest - MAX_HEADERS + 1)
        if max(least, first) > highest:
            raise internal_error(f"min height {max(least, first)} can't be greater than max height {highest}")
        metas = [self._meta(height) for height in range(highest, lowest - 1, -1)]
        return {"last_height": str(tip), "block_metas": metas}

    def _meta(self, height: int) -> dict[str, object]:
        block = self._load(height)
        return {
            "block_id": rpcjson.encode_block_id(self._commit_of(height).block_id),
            "block_size": str(len(self._backend.store.block(height) or b"")),
            "header": rpcjson.encode_header(block.header),
            "num_txs": str(len(block.data.txs)),
        }

    def _block_results(self, parameters: Parameters) -> object:
        height = self._height(parameters)
        results = decode_results(self._backend.store.results(height))
        return {
            "height": str(height),
            "txs_results": [encode_tx_result(result) for result in results] or None,
            "finalize_block_events": None,
            "validator_updates": None,
            "consensus_param_updates": None,
            "app_hash": base64.b64encode(self._app_hash_after(height)).decode(),
        }

    # ---- transactions --------------------------------------------------------------------------------------------
    def _tx(self, parameters: Parameters) -> object:
        transaction_hash = octets(parameters, "hash")
        receipt = self._backend.store.receipt(transaction_hash)
        if receipt is None:
            raise internal_error(f"tx ({_hex(transaction_hash)}) not found")
        block = self._load(receipt.height)
        result = decode_results(self._backend.store.results(receipt.height))[receipt.position]
        answer: dict[str, object] = {
            "hash": _hex(transaction_hash),
            "height": str(receipt.height),
            "index": receipt.position,
            "tx_result": encode_tx_result(result),
            "tx": base64.b64encode(block.data.txs[receipt.position]).decode(),
        }
        if flag(parameters, "prove"):
            answer["proof"] = _tx_proof(list(block.data.txs), receipt.position, block.header.data_hash)
        return answer

    async def broadcast(self, parameters: Parameters) -> object:
        """Submit a transaction. Not under the lock: a node hands it on to others."""
        raw = octets(parameters, "tx")
        code, log, data = 0, "", ""
        try:
            transaction_hash = await self._backend.submit(raw)
        except MempoolFull as error:
            raise internal_error(f"mempool is full: number of txs {error.facts.get('got')}") from error
        except Refused as refusal:
            facts = {name: str(value) for name, value in refusal.facts.items() if value is not None}
            transaction_hash, code = sha256(raw), refusal.number
            log, data = str(refusal), base64.b64encode(json.dumps(facts).encode()).decode()
        codespace = "luopu" if code else ""
        return {"code": code, "data": data, "log": log, "codespace": codespace, "hash": _hex(transaction_hash)}

    # ---- inside --------------------------------------------------------------------------------------------------
    def _height(self, parameters: Parameters, *, ahead: int = 0) -> Height:
        """The height asked for; the newest when none was."""
        tip, lowest = self._backend.store.durable_tip.height, self._backend.genesis.initial_height
        height = integer(parameters, "height")
        if height is None:
            height = tip
        elif height < 1:
            raise internal_error(f"height must be greater than 0, but got {height}")
        if height > tip + ahead:
            raise internal_error(f"height {height} must be less than or equal to the current blockchain height {tip}")
        if height < lowest:
            raise internal_error(f"height {height} is not available, lowest height is {lowest}")
        return Height(height)

    def _load(self, height: int) -> comet_pb2.Block:
        data = self._backend.store.block(height)
        if data is None:
            raise internal_error(f"block {height} is not available")
        return decode(comet_pb2.Block, data)

    def _commit_of(self, height: int) -> comet_pb2.Commit:
        """The commit that makes `height` final: in the next block, or the one seen for the newest."""
        if height < self._backend.store.durable_tip.height:
            return self._load(height + 1).last_commit
        return decode(comet_pb2.Commit, self._backend.store.seen_commit() or b"")

    def _app_hash_after(self, height: int) -> bytes:
        tip = self._backend.store.durable_tip
        return tip.app_hash if height == tip.height else self._load(height + 1).header.app_hash


def _validator_info(validator: Validator | None) -> dict[str, object]:
    if validator is None:
        return {"address": "", "pub_key": None, "voting_power": "0"}
    info = rpcjson.encode_validators(ValidatorSet([validator]))[0]
    return {name: info[name] for name in ("address", "pub_key", "voting_power")}


def _tx_proof(transactions: list[bytes], position: int, data_hash: bytes) -> dict[str, object]:
    return {
        "root_hash": _hex(data_hash),
        "data": base64.b64encode(transactions[position]).decode(),
        "proof": encode_proof(tx_proof(transactions, position)),
    }


def _hex(data: bytes) -> str:
    return data.hex().upper()
