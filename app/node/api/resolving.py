"""The part of the desk's API that says who references are, a thousand at a time: for lists of users that come from outside.

    POST /v1/accounts/resolve   {"references": [text …]} → {"accounts": [null or {number, address, party, name, in_force} …]}

A reference is the number of an account in decimal, else its address in 40 hex digits, else a name, as `/v1/names` finds it:
also one given up, which is the account's for ever. Answers come in the order of the references; null: nobody.
"""

import re

from aiohttp import web

from app.core.errors import DecodingError, OutOfRange
from app.core.strictjson import decode_json
from app.core.text import MAX_NAME
from app.core.wire import registry_pb2 as wire
from app.node.api.question import ADDRESS_BYTES
from app.node.api.registry import Json, Registry, answer
from app.node.api.server import read_body
from app.node.service import NodeService
from app.registry.accounts import PARTIES, is_in_force
from app.registry.state import account_key, read_address_of_id, read_name_owner

MAX_REFERENCES = 1_000
_NUMBER = re.compile("[0-9]{1,18}")
_ADDRESS = re.compile(f"[0-9A-Fa-f]{{{2 * ADDRESS_BYTES}}}")


class ResolvingApi:
    """Routes over a node service."""

    def __init__(self, service: NodeService) -> None:
        self._service = service

    def routes(self) -> list[web.RouteDef]:
        """Routes for a server."""
        return [web.post("/v1/accounts/resolve", self._resolve)]

    async def _resolve(self, request: web.Request) -> web.Response:
        references = _decode_question(await read_body(request))
        return await answer(
            self._service, lambda registry: {"accounts": [_resolved(registry, each) for each in references]}
        )


def _decode_question(untrusted: bytes) -> list[str]:
    document = decode_json(untrusted)
    references = document.get("references") if isinstance(document, dict) else None
    if not isinstance(references, list) or not all(isinstance(each, str) for each in references):
        raise DecodingError(kind="question", field="references", expected="a list of text")
    if len(references) > MAX_REFERENCES:
        raise OutOfRange(field="references", expected=f"at most {MAX_REFERENCES}", got=len(references))
    return references


def _resolved(registry: Registry, reference: str) -> Json | None:
    address = _address_of(registry, reference)
    data = None if address is None else registry.state.get(account_key(address))
    if data is None:
        return None
    account = wire.Account.FromString(data)  # our own state; a cache of so many would only be filled and emptied
    return {
        "number": account.id,
        "address": account.address.hex(),
        "party": PARTIES.get(account.party, ""),
        "name": account.name,
        "in_force": is_in_force(account),
    }


def _address_of(registry: Registry, reference: str) -> bytes | None:
    if _NUMBER.fullmatch(reference):
        return read_address_of_id(registry.state, int(reference))
    if _ADDRESS.fullmatch(reference):
        return bytes.fromhex(reference)
    if not 0 < len(reference) <= MAX_NAME:
        return None
    return read_name_owner(registry.state, reference)
