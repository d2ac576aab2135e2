"""The part of the desk's API that shows vouchers, who holds them, and their pieces (white paper 3.4.3).

GET  /v1/vouchers?issuer=&state=&after=         by state; what the operator has to decide: state=applied
GET  /v1/vouchers/{voucher}
GET  /v1/vouchers/{voucher}/holders?after=
GET  /v1/vouchers/{voucher}/pieces/{serial}     live or not
GET  /v1/accounts/{account}/holdings?after=     with the voucher of each
GET  /v1/accounts/{account}/pieces?voucher=&after=   live ones
"""

from collections.abc import Iterator

from aiohttp import web

from app.core.errors import NotFound
from app.core.ids import ID_BYTES
from app.core.wire import registry_pb2 as wire
from app.node.api.question import (
    ADDRESS_BYTES,
    account_of,
    bytes_of,
    choice_of,
    hex_of,
    limit_of,
    number_of,
    parse_number,
)
from app.node.api.registry import Cursor, Json, Registry, answer, page
from app.node.service import NodeService
from app.registry.places import HOLDINGS, PIECES, VOUCHERS, number

STATES = {
    "applied": wire.VOUCHER_STATE_APPLIED,
    "created": wire.VOUCHER_STATE_CREATED,
    "declined": wire.VOUCHER_STATE_DECLINED,
}
STAMP_BYTES = 8

Items = Iterator[tuple[Cursor, int, Json]]


class VouchersApi:
    """Routes over a node service."""

    def __init__(self, service: NodeService) -> None:
        self._service = service

    def routes(self) -> list[web.RouteDef]:
        """Routes for a server."""
        return [
            web.get("/v1/vouchers", self._vouchers),
            web.get("/v1/vouchers/{voucher}", self._voucher),
            web.get("/v1/vouchers/{voucher}/holders", self._holders),
            web.get("/v1/vouchers/{voucher}/pieces/{serial}", self._piece),
            web.get("/v1/accounts/{account}/holdings", self._holdings),
            web.get("/v1/accounts/{account}/pieces", self._pieces),
        ]

    async def _vouchers(self, request: web.Request) -> web.Response:
        issuer, state = number_of(request, "issuer", None), choice_of(request, "state", STATES)
        limit, after = limit_of(request), bytes_of(request, "after", STAMP_BYTES + ID_BYTES)

        def read(registry: Registry) -> Json:
            own = None if issuer is None else int(registry.account(issuer).id)
            found = registry.find.vouchers(own, state, after, limit)
            return page("vouchers", limit, _vouchers(registry, found))

        return await answer(self._service, read)

    async def _voucher(self, request: web.Request) -> web.Response:
        voucher = hex_of(request, "voucher", ID_BYTES)
        return await answer(self._service, lambda registry: voucher_view(registry, voucher))

    async def _holders(self, request: web.Request) -> web.Response:
        voucher, limit = hex_of(request, "voucher", ID_BYTES), limit_of(request)
        after = bytes_of(request, "after", ADDRESS_BYTES)

        def read(registry: Registry) -> Json:
            _read_voucher(registry, voucher)
            found = registry.find.holders_of(voucher, after, limit)
            return page("holders", limit, _holders(registry, voucher, found))

        return await answer(self._service, read)

    async def _piece(self, request: web.Request) -> web.Response:
        voucher = hex_of(request, "voucher", ID_BYTES)
        serial = parse_number("serial", request.match_info["serial"])
        return await answer(self._service, lambda registry: _piece_view(registry, voucher, serial))

    async def _holdings(self, request: web.Request) -> web.Response:
        name, limit, after = account_of(request), limit_of(request), bytes_of(request, "after", ID_BYTES)

        def read(registry: Registry) -> Json:
            found = registry.under(wire.Holding, HOLDINGS.key(registry.account(name).address), after, limit)
            return page("holdings", limit, (_holding(registry, voucher, each) for voucher, each in found))

        return await answer(self._service, read)

    async def _pieces(self, request: web.Request) -> web.Response:
        name, voucher, limit = account_of(request), bytes_of(request, "voucher", ID_BYTES), limit_of(request)
        after = bytes_of(request, "after", ID_BYTES + STAMP_BYTES)

        def read(registry: Registry) -> Json:
            found = registry.find.pieces_of(registry.account(name).address, voucher, after, limit)
            return page("pieces", limit, _pieces(registry, found))

        return await answer(self._service, read)


# ---- values as JSON --------------------------------------------------------------------------------------------------
def voucher_view(registry: Registry, voucher_id: bytes) -> Json:
    """A voucher, and how much of it is out.

    Raises:
        NotFound: there is none.
    """
    voucher = _read_voucher(registry, voucher_id)
    outstanding = voucher.issued - voucher.redeemed - voucher.lapsed
    return {"id": voucher_id.hex(), "voucher": registry.plain(voucher), "outstanding": outstanding}


def _read_voucher(registry: Registry, voucher_id: bytes) -> wire.Voucher:
    voucher = VOUCHERS.read(registry.state, voucher_id)
    if voucher is None:
        raise NotFound(what="voucher", name=voucher_id.hex())
    return voucher


def _vouchers(registry: Registry, found: list[bytes]) -> Items:
    for key in found:
        voucher = key[STAMP_BYTES:]
        yield key.hex(), _read_voucher(registry, voucher).ByteSize(), voucher_view(registry, voucher)


def _holders(registry: Registry, voucher: bytes, found: list[bytes]) -> Items:
    for address in found:
        holding = HOLDINGS.read(registry.state, address, voucher) or wire.Holding()
        told: Json = {"account": registry.number_of(address), "holding": registry.plain(holding)}
        yield address.hex(), holding.ByteSize(), told


def _holding(registry: Registry, voucher: bytes, holding: wire.Holding) -> tuple[Cursor, int, Json]:
    told = {**voucher_view(registry, voucher), "holding": registry.plain(holding)}
    return voucher.hex(), 1024, told


def _piece_view(registry: Registry, voucher: bytes, serial: int) -> Json:
    piece = PIECES.read(registry.state, voucher, number(serial))
    if piece is None:
        raise NotFound(what="piece", name=f"{voucher.hex()} {serial}")
    owner = registry.number_of(piece.owner)
    return {"voucher": voucher.hex(), "serial": serial, "owner": owner, "piece": registry.plain(piece)}


def _pieces(registry: Registry, found: list[bytes]) -> Items:
    for key in found:
        voucher, serial = key[:ID_BYTES], int.from_bytes(key[ID_BYTES:], "big")
        yield key.hex(), 256, _piece_view(registry, voucher, serial)
