"""The part of the desk's API that says why an action would be refused, before anybody signs it (white paper 3.4.3).

    POST /v1/explain    {"body": base64 of a Body} → {"reasons": [{"code", "facts"}]}; none: the next block would take it

Of a transfer every reason of every leg is told, of other actions the first. Who signs, what it costs, and whether the body is
for this chain and still valid, is not asked.
"""

import base64
from binascii import Error

from aiohttp import web

from app.core.errors import DecodingError
from app.core.keys import is_signed_by
from app.core.refusals import Refused
from app.core.strictjson import decode_json
from app.core.transaction import decode_body
from app.core.wire import registry_pb2 as wire
from app.node.api.registry import Json, Registry, answer
from app.node.api.server import read_body
from app.node.service import NodeService
from app.registry.context import Context
from app.registry.draft import Draft
from app.registry.law import rehearse
from app.registry.state import read_account
from app.registry.vouchers.explaining import explain_transfer


class ExplainingApi:
    """Routes over a node service."""

    def __init__(self, service: NodeService) -> None:
        self._service = service

    def routes(self) -> list[web.RouteDef]:
        """Routes for a server."""
        return [web.post("/v1/explain", self._explain)]

    async def _explain(self, request: web.Request) -> web.Response:
        body = decode_body(_decode_question(await read_body(request)))
        return await answer(self._service, lambda registry: {"reasons": _reasons(registry, body)})


def _decode_question(untrusted: bytes) -> bytes:
    document = decode_json(untrusted)
    text = document.get("body") if isinstance(document, dict) else None
    try:
        return base64.b64decode(text if isinstance(text, str) else "?", validate=True)
    except (Error, ValueError) as error:
        raise DecodingError(kind="question", field="body", expected="base64") from error


def _reasons(registry: Registry, body: wire.Body) -> list[Json]:
    first = rehearse(registry.state, registry.next_block, body, is_signed_by)
    reasons = list(_of_transfer(registry, body)) if body.HasField("transfer") else []
    if first is not None and all((each.code, each.facts) != (first.code, first.facts) for each in reasons):
        reasons.insert(0, first)  # it concerns the sender's account as a whole
    return [{"code": each.code, "facts": _facts(each)} for each in reasons]


def _of_transfer(registry: Registry, body: wire.Body) -> tuple[Refused, ...]:
    """Every reason that lies in the legs; none where there is no sender."""
    draft = Draft(registry.state)
    account = read_account(draft, body.sender)
    if account is None:
        return ()
    return explain_transfer(Context(draft, registry.next_block, registry.parameters, is_signed_by, body, (), account))


def _facts(reason: Refused) -> Json:
    return {name: str(value) for name, value in reason.facts.items() if value is not None}
