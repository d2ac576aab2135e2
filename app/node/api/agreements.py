"""The part of the desk's API that shows agreements of several parties (white paper 3.4.2).

GET  /v1/agreements/{agreement}
GET  /v1/accounts/{account}/agreements?before=   that it opened or is a party of, the latest deadline first
"""

from collections.abc import Iterator

from aiohttp import web

from app.core.errors import NotFound
from app.core.ids import ID_BYTES
from app.core.wire import registry_pb2 as wire
from app.node.api.question import account_of, bytes_of, hex_of, limit_of
from app.node.api.registry import Cursor, Json, Registry, answer, page
from app.node.service import NodeService
from app.registry.places import AGREEMENTS

STAMP_BYTES = 8


class AgreementsApi:
    """Routes over a node service."""

    def __init__(self, service: NodeService) -> None:
        self._service = service

    def routes(self) -> list[web.RouteDef]:
        """Routes for a server."""
        return [
            web.get("/v1/agreements/{agreement}", self._agreement),
            web.get("/v1/accounts/{account}/agreements", self._agreements),
        ]

    async def _agreement(self, request: web.Request) -> web.Response:
        agreement_id = hex_of(request, "agreement", ID_BYTES)
        return await answer(
            self._service, lambda registry: _view(registry, agreement_id, _read(registry, agreement_id))
        )

    async def _agreements(self, request: web.Request) -> web.Response:
        name, limit, before = (
            account_of(request),
            limit_of(request),
            bytes_of(request, "before", STAMP_BYTES + ID_BYTES),
        )

        def read(registry: Registry) -> Json:
            found = registry.find.agreements_of(int(registry.account(name).id), before, limit)
            return page("agreements", limit, _agreements(registry, found))

        return await answer(self._service, read)


# ---- values as JSON --------------------------------------------------------------------------------------------------
def _read(registry: Registry, agreement_id: bytes) -> wire.Agreement:
    agreement = AGREEMENTS.read(registry.state, agreement_id)
    if agreement is None:
        raise NotFound(what="agreement", name=agreement_id.hex())
    return agreement


def _agreements(registry: Registry, found: list[bytes]) -> Iterator[tuple[Cursor, int, Json]]:
    for key in found:
        agreement = _read(registry, key[STAMP_BYTES:])
        yield key.hex(), agreement.ByteSize(), _view(registry, key[STAMP_BYTES:], agreement)


def _view(registry: Registry, agreement_id: bytes, agreement: wire.Agreement) -> Json:
    """An agreement; it is open as long as the next block may hold a confirmation."""
    is_open = not agreement.final and registry.height < agreement.terms.deadline
    return {"id": agreement_id.hex(), "agreement": registry.plain(agreement), "open": is_open}
