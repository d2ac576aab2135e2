"""The part of the desk's API that hands out proofs: of records, of any transaction, of what the state held.

    GET  /v1/records/{digest}/proof             transaction, log entry, the sender's account, the records before
    GET  /v1/transactions/{hash}/proof          of any accepted transaction: it and its log entry
    GET  /v1/state/proof?height=&key=&key=…     ICS 23 proofs of 1 to 256 keys (hex) after a height
    POST /v1/state/proof                        {"height": number or null, "keys": [hex …]}: the same, of long keys, too

Without a height it is the newest that can be proved: the one below the tip. What verifies them is `app.core.stateproof`;
nothing here is believed. Each answer is bounded (`app.node.proving`).
"""

import base64
from asyncio import to_thread
from collections.abc import Iterable, Sequence

from aiohttp import web
from google.protobuf.message import Message

from app.core.codec import encode
from app.core.errors import DecodingError
from app.core.stateproof import StateRoots
from app.core.strictjson import decode_json
from app.core.units import check_int64
from app.node.api.question import hex_of, number_of
from app.node.api.registry import Json
from app.node.api.server import read_body
from app.node.proving import StateMaterial, TransactionMaterial
from app.node.service import NodeService


class ProofsApi:
    """Routes over a node service."""

    def __init__(self, service: NodeService) -> None:
        self._service = service

    def routes(self) -> list[web.RouteDef]:
        """Routes for a server."""
        return [
            web.get("/v1/records/{name}/proof", self._record),
            web.get("/v1/transactions/{hash}/proof", self._transaction),
            web.get("/v1/state/proof", self._state),
            web.post("/v1/state/proof", self._long_state),
        ]

    async def _record(self, request: web.Request) -> web.Response:
        material = await to_thread(self._service.prove, hex_of(request, "name", 32))
        account_proof = _base64(material.account_proof.commitment)
        own: Json = {"account_proof": account_proof, "segment": _base64_list(material.segment)}
        return web.json_response({**self._chain(), **_transaction(material), **own})

    async def _transaction(self, request: web.Request) -> web.Response:
        material = await to_thread(self._service.prove_transaction, hex_of(request, "hash", 32))
        return web.json_response({**self._chain(), **_transaction(material)})

    async def _state(self, request: web.Request) -> web.Response:
        keys = [_key(text) for text in request.query.getall("key", [])]
        return await self._answer(keys, number_of(request, "height", None))

    async def _long_state(self, request: web.Request) -> web.Response:
        return await self._answer(*_decode_question(await read_body(request)))

    async def _answer(self, keys: Sequence[bytes], height: int | None) -> web.Response:
        material = await to_thread(self._service.prove_state, keys, height)
        return web.json_response({**self._chain(), **_state(material)})

    def _chain(self) -> Json:
        genesis = self._service.genesis
        return {"chain_id": genesis.chain_id, "genesis_fingerprint": genesis.fingerprint.hex()}


def _decode_question(untrusted: bytes) -> tuple[list[bytes], int | None]:
    document = decode_json(untrusted)
    if not isinstance(document, dict) or not document.keys() <= {"height", "keys"}:
        raise DecodingError(kind="question", expected="height and keys")
    keys, height = document.get("keys"), document.get("height")
    if not isinstance(keys, list):
        raise DecodingError(kind="question", field="keys", expected="a list")
    if height is not None:
        if type(height) is not int:
            raise DecodingError(kind="question", field="height", expected="a number")
        check_int64("height", height)
    return [_key(key) for key in keys], height


def _key(untrusted: object) -> bytes:
    try:
        return bytes.fromhex(untrusted if isinstance(untrusted, str) else "?")
    except ValueError as error:
        raise DecodingError(kind="key", expected="hex") from error


# ---- values as JSON --------------------------------------------------------------------------------------------------
def _transaction(material: TransactionMaterial) -> Json:
    return {
        "transaction": _base64(material.transaction),
        "transaction_proof": _base64(encode(material.transaction_proof)),
        "header": _base64(encode(material.header)),
        "anchor": _base64(encode(material.anchor)),
        "log_entry": _base64(material.entry),
        "log_index": material.entry_proof.index,
        "log_path": _base64_list(material.entry_proof.path),
        **_roots(material.entry_proof.roots),
        "light_blocks": _encoded_list(material.light_blocks),
    }


def _state(material: StateMaterial) -> Json:
    return {
        "height": material.height,
        **_roots(material.roots),
        "anchor": _base64(encode(material.anchor)),
        "light_blocks": _encoded_list(material.light_blocks),
        "commitments": _base64_list(proof.commitment for proof in material.proofs),
    }


def _roots(roots: StateRoots) -> Json:
    return {"log_size": roots.log_size, "log_root": _base64(roots.log_root), "map_root": _base64(roots.map_root)}


def _encoded_list(messages: Iterable[Message]) -> list[str]:
    return _base64_list(map(encode, messages))


def _base64_list(parts: Iterable[bytes]) -> list[str]:
    return [_base64(part) for part in parts]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
