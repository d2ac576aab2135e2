"""What CometBFT's RPC methods answer about a chain and its blocks: parameters in, JSON values out.

Guarantees: shapes, limits and words are CometBFT's of 0.38 to 0.40, whose answers are alike. A method that fails raises
`RpcError` (or the store's own error). Methods may run on any thread; what they read together they read under one lock, and
encode after it. Transactions: `app.node.api.rpctxs`. Transport, batches and events: `app.node.api.rpc`.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from app import __version__
from app.core.hashing import sha256
from app.core.units import Nanoseconds
from app.core.wire import comet_pb2
from app.node.api.jsonrpc import Parameters, flag, hex_octets, integer, internal_error, octets, text
from app.node.api.rpcbackend import BlockReader, ChainBackend
from app.node.consensus import rpcjson
from app.node.consensus.genesis import EVIDENCE_BLOCKS, EVIDENCE_NANOSECONDS, MAX_EVIDENCE_BYTES
from app.node.consensus.hashes import header_hash
from app.node.consensus.rpcresults import encode_tx_result
from app.node.consensus.rpcvalues import write_base64, write_bytes, write_hex
from app.node.consensus.time import GO_ZERO_TIME, encode_time, from_timestamp
from app.node.consensus.validators import Validator

MAX_HEADERS = 20
MAX_PER_PAGE = 100
DEFAULT_PER_PAGE = 30
GENESIS_CHUNK = 16 * 1024 * 1024
ANSWERS_OF = "0.38.0"
"""The version of CometBFT whose answers these are: clients, @cosmjs among them, choose how to read them by it. Which
program gives them stands in `moniker`."""
NO_KEY = bytes(32)
"""Named as the key of a node that signs nothing, with no power: clients expect every node to have one."""
KEY_PATH = "/key"
UNKNOWN_PATH = 1
NOT_OFFERED = 2

Method = Callable[[Parameters], object]


class RpcMethods:
    """The methods over one backend."""

    def __init__(self, backend: ChainBackend, advertised: Mapping[str, str]) -> None:
        """`advertised` are paths of what else is served here, for our own nodes."""
        self._backend = backend
        self._advertised = advertised
        self._blocks = BlockReader(backend.store)
        self._first = lru_cache(1)(self._load_first)
        self._genesis_document = lru_cache(1)(lambda: json.loads(backend.genesis_bytes))
        self.by_name: dict[str, tuple[Method, Sequence[str]]] = {
            "health": (lambda _: {}, ()),
            "net_info": (self._net_info, ()),
            "genesis": (self._genesis, ()),
            "genesis_chunked": (self._genesis_chunked, ("chunk",)),
            "block": (self.block, ("height",)),
            "block_by_hash": (self._block_by_hash, ("hash",)),
            "header": (self._header, ("height",)),
            "header_by_hash": (self._header_by_hash, ("hash",)),
            "commit": (self._commit, ("height",)),
            "validators": (self._validators, ("height", "page", "per_page")),
            "consensus_params": (self._consensus_params, ("height",)),
            "blockchain": (self._blockchain, ("minHeight", "maxHeight")),
            "block_results": (self._block_results, ("height",)),
            "abci_info": (self._abci_info, ()),
            "abci_query": (self._abci_query, ("path", "data", "height", "prove")),
        }

    # ---- where it stands -----------------------------------------------------------------------------------------
    def status(self, *, catching_up: bool) -> object:
        """Where the chain stands here; whether it is behind is known on the event loop."""
        with self._blocks.lock:
            tip = self._blocks.tip
            is_empty = tip.height < self._backend.genesis.initial_height
            app_hash = tip.app_hash if is_empty else self._blocks.header(tip.height).app_hash
            first = _no_block() if is_empty else self._first(self._blocks.base)
        return {
            "node_info": self._node_info(),
            "sync_info": {
                "latest_block_hash": write_hex(tip.block_hash),
                "latest_app_hash": write_hex(app_hash),
                "latest_block_height": str(tip.height),
                "latest_block_time": encode_time(Nanoseconds(tip.time_ns)),
                **first,
                "catching_up": catching_up,
            },
            "validator_info": self._validator_info(self._backend.validator),
        }

    def _node_info(self) -> dict[str, object]:
        """As of a node that speaks no peer-to-peer protocol: its id stands for nothing but the genesis."""
        return {
            "protocol_version": {"p2p": "8", "block": "11", "app": "1"},
            "id": self._backend.genesis.fingerprint[:20].hex(),
            "listen_addr": "tcp://0.0.0.0:0",
            "network": self._backend.genesis.chain_id,
            "version": ANSWERS_OF,
            "channels": "",
            "moniker": f"luopu {__version__}",
            "other": {"tx_index": "on", "rpc_address": "", **self._advertised},
        }

    def _validator_info(self, validator: Validator | None) -> dict[str, object]:
        if validator is None:
            address, key = sha256(NO_KEY)[:20], NO_KEY
            power = 0
        else:
            address, key = validator.address, validator.key
            members = self._blocks.validators(self._blocks.tip.height + 1)
            power = next((member.voting_power for member in members if member.address == address), 0)
        return {
            "address": write_hex(address),
            "pub_key": {"type": rpcjson.ED25519_KEY, "value": write_base64(key)},
            "voting_power": str(power),
        }

    def _load_first(self, base: int) -> dict[str, object]:
        """Of the lowest block there is; it does not change until blocks are pruned."""
        header = self._blocks.header(base)
        return {
            "earliest_block_hash": write_hex(header_hash(header)),
            "earliest_app_hash": write_hex(header.app_hash),
            "earliest_block_height": str(base),
            "earliest_block_time": encode_time(from_timestamp(header.time)),
        }

    def _net_info(self, _: Parameters) -> object:
        """No peer-to-peer protocol, so no connections of it."""
        return {"listening": False, "listeners": [], "n_peers": "0", "peers": []}

    # ---- genesis and parameters ----------------------------------------------------------------------------------
    def _genesis(self, _: Parameters) -> object:
        if len(self._backend.genesis_bytes) > GENESIS_CHUNK:
            raise internal_error("genesis response is large, please use the genesis_chunked API instead")
        return {"genesis": self._genesis_document()}

    def _genesis_chunked(self, parameters: Parameters) -> object:
        data = self._backend.genesis_bytes
        total = max(1, -(-len(data) // GENESIS_CHUNK))
        chunk = integer(parameters, "chunk") or 0
        if not 0 <= chunk < total:
            raise internal_error(f"there are {total} chunks, but {chunk} is out of range")
        piece = data[chunk * GENESIS_CHUNK : (chunk + 1) * GENESIS_CHUNK]
        return {"chunk": str(chunk), "total": str(total), "data": write_base64(piece)}

    def _consensus_params(self, parameters: Parameters) -> object:
        """Those of the genesis document: nothing in the law changes them."""
        genesis = self._backend.genesis
        evidence = {"max_age_num_blocks": EVIDENCE_BLOCKS, "max_age_duration": EVIDENCE_NANOSECONDS}
        return {
            "block_height": str(self._blocks.height(parameters, ahead=1)),
            "consensus_params": {
                "block": {"max_bytes": str(genesis.max_block_bytes), "max_gas": str(genesis.max_block_gas)},
                "evidence": _texts({**evidence, "max_bytes": MAX_EVIDENCE_BYTES}),
                "validator": {"pub_key_types": ["ed25519"]},
                "version": {"app": "0"},
                "abci": {"vote_extensions_enable_height": "0"},
                "authority": {"authority": ""},
            },
        }

    # ---- blocks --------------------------------------------------------------------------------------------------
    def block(self, parameters: Parameters) -> dict[str, object]:
        """A block with its id."""
        with self._blocks.lock:
            height = self._blocks.height(parameters)
            block, block_id = self._blocks.block(height), self._blocks.block_id(height)
        return {"block_id": rpcjson.encode_block_id(block_id), "block": rpcjson.encode_block(block)}

    def _block_by_hash(self, parameters: Parameters) -> object:
        height = self._blocks.height_of(octets(parameters, "hash"))
        if height is None:
            return {"block_id": rpcjson.encode_block_id(comet_pb2.BlockID()), "block": None}
        return self.block({"height": height})

    def _header(self, parameters: Parameters) -> object:
        return {"header": rpcjson.encode_header(self._blocks.header(self._blocks.height(parameters)))}

    def _header_by_hash(self, parameters: Parameters) -> object:
        height = self._blocks.height_of(hex_octets(parameters, "hash"))
        return {"header": None if height is None else rpcjson.encode_header(self._blocks.header(height))}

    def _commit(self, parameters: Parameters) -> object:
        with self._blocks.lock:
            height = self._blocks.height(parameters)
            header, commit = self._blocks.header(height), self._blocks.commit(height)
            is_canonical = height < self._blocks.tip.height
        signed = {"header": rpcjson.encode_header(header), "commit": rpcjson.encode_commit(commit)}
        return {"signed_header": signed, "canonical": is_canonical}

    def _validators(self, parameters: Parameters) -> object:
        height = self._blocks.height(parameters, ahead=1)
        members = self._blocks.validators(height)
        shown = page_of(members, parameters)
        encoded = rpcjson.encode_validator_set(comet_pb2.ValidatorSet(validators=shown))["validators"]
        return {
            "block_height": str(height),
            "validators": encoded,
            "count": str(len(shown)),
            "total": str(len(members)),
        }

    def _blockchain(self, parameters: Parameters) -> object:
        with self._blocks.lock:
            tip = self._blocks.tip.height
            metas = [self._meta(height) for height in self._heights(parameters, tip, self._blocks.base)]
        return {"last_height": str(tip), "block_metas": metas}

    @staticmethod
    def _heights(parameters: Parameters, tip: int, base: int) -> range:
        least, most = integer(parameters, "minHeight") or 0, integer(parameters, "maxHeight") or 0
        if least < 0 or most < 0:
            raise internal_error("heights must be non-negative")
        highest = min(most or tip, tip)
        lowest = max(least, base, 1)
        if lowest > highest:
            raise internal_error(f"min height {lowest} can't be greater than max height {highest}")
        return range(highest, max(lowest, highest - MAX_HEADERS + 1) - 1, -1)

    def _meta(self, height: int) -> dict[str, object]:
        data = self._blocks.block_bytes(height)
        block = comet_pb2.Block.FromString(data)
        return {
            "block_id": rpcjson.encode_block_id(self._blocks.block_id(height)),
            "block_size": str(len(data)),
            "header": rpcjson.encode_header(block.header),
            "num_txs": str(len(block.data.txs)),
        }

    def _block_results(self, parameters: Parameters) -> object:
        with self._blocks.lock:
            height = self._blocks.height(parameters)
            results, app_hash = self._blocks.results(height), self._blocks.app_hash_after(height)
            updates = self._blocks.validator_updates(height)
        return {
            "height": str(height),
            "txs_results": [encode_tx_result(result) for result in results] or None,
            "finalize_block_events": None,
            "validator_updates": [encode_update(update) for update in updates] or None,
            "consensus_param_updates": None,
            "app_hash": write_base64(app_hash),
        }

    # ---- the application -----------------------------------------------------------------------------------------
    def _abci_info(self, _: Parameters) -> object:
        tip = self._blocks.tip
        return {
            "response": {
                "data": "luopu",
                "version": __version__,
                "app_version": "1",
                "last_block_height": str(tip.height),
                "last_block_app_hash": base64.b64encode(tip.app_hash).decode(),
            }
        }

    def _abci_query(self, parameters: Parameters) -> object:
        """The newest value of a key of the state's map. What else can be asked, a node's own API answers."""
        path, height = text(parameters, "path"), integer(parameters, "height") or 0
        if path != KEY_PATH:
            return _queried(code=UNKNOWN_PATH, log=f"unknown path; {KEY_PATH} is offered")
        key = hex_octets(parameters, "data")
        value, newest = self._blocks.value(key)
        if flag(parameters, "prove") or height not in {0, newest}:
            return _queried(
                code=NOT_OFFERED, log=f"only the newest value, without a proof; the newest height is {newest}"
            )
        log = "does not exist" if value is None else "exists"
        return _queried(log=log, key=write_bytes(key), value=write_bytes(value or b""), height=str(newest))


def page_of(items: Sequence[Any], parameters: Parameters) -> list[Any]:
    """The page asked for; the first 30 when none was."""
    asked, page = integer(parameters, "per_page"), integer(parameters, "page")
    per_page = DEFAULT_PER_PAGE if asked is None or asked < 1 else min(asked, MAX_PER_PAGE)
    pages = max(1, -(-len(items) // per_page))
    page = 1 if page is None else page
    if not 1 <= page <= pages:
        raise internal_error(f"page should be within [1, {pages}] range, given {page}")
    return list(items[(page - 1) * per_page : page * per_page])


def encode_update(update: comet_pb2.Validator) -> dict[str, object]:
    """A change of a validator's power, as the application's answers word it; a power of 0 is left out."""
    value = {"ed25519": write_base64(update.pub_key.ed25519)}
    encoded: dict[str, object] = {"pub_key": {"Sum": {"type": "tendermint.crypto.PublicKey_Ed25519", "value": value}}}
    if update.voting_power:
        encoded["power"] = str(update.voting_power)
    return encoded


def _queried(**fields: object) -> dict[str, object]:
    blank = {"code": 0, "log": "", "info": "", "index": "0", "key": None, "value": None, "proofOps": None}
    return {"response": {**blank, "height": "0", "codespace": "", **fields}}


def _no_block() -> dict[str, object]:
    return {
        "earliest_block_hash": "",
        "earliest_app_hash": "",
        "earliest_block_height": "0",
        "earliest_block_time": encode_time(GO_ZERO_TIME),
    }


def _texts(numbers: Mapping[str, int]) -> dict[str, str]:
    return {name: str(number) for name, number in numbers.items()}
