"""The part of the desk's API that shows who keeps vouchers for others, and what they have attested (white paper 3.4.3).

    GET  /v1/vouchers/{voucher}/custody?after=                  the newest attestation of every custodian, what counts for
                                                                it now, and how much of the voucher is out
    GET  /v1/vouchers/{voucher}/attestations?account=&before=   all of them, of one custodian if that is given, newest first
    GET  /v1/accounts/{account}/assigned?voucher=&after=        accounts whose holdings count for this custodian
    GET  /v1/accounts/{account}/assignments?after=              for whom holdings of this account count

Attestations are read from the log: what was said and what was held in that block. What counts now may differ.
"""

from collections.abc import Iterator

from aiohttp import web

from app.core.codec import decode
from app.core.ids import ID_BYTES
from app.core.wire import registry_pb2 as wire
from app.node.api.question import ADDRESS_BYTES, account_of, bytes_of, hex_of, limit_of, number_of
from app.node.api.registry import Cursor, Json, Registry, answer, page
from app.node.api.vouchers import voucher_view
from app.node.service import NodeService
from app.registry.places import ASSIGNMENTS, CUSTODIES, HOLDINGS

MAX_ASSIGNED = 64
"""Accounts told beside each custodian; all of them: `/v1/accounts/{account}/assigned`."""

Items = Iterator[tuple[Cursor, int, Json]]


class CustodyApi:
    """Routes over a node service."""

    def __init__(self, service: NodeService) -> None:
        self._service = service

    def routes(self) -> list[web.RouteDef]:
        """Routes for a server."""
        return [
            web.get("/v1/vouchers/{voucher}/custody", self._custodians),
            web.get("/v1/vouchers/{voucher}/attestations", self._attestations),
            web.get("/v1/accounts/{account}/assigned", self._assigned),
            web.get("/v1/accounts/{account}/assignments", self._assignments),
        ]

    async def _custodians(self, request: web.Request) -> web.Response:
        voucher, limit = hex_of(request, "voucher", ID_BYTES), limit_of(request)
        after = bytes_of(request, "after", ADDRESS_BYTES)

        def read(registry: Registry) -> Json:
            outstanding = voucher_view(registry, voucher)["outstanding"]
            found = registry.find.custodians_of(voucher, after, limit)
            return {"outstanding": outstanding, **page("custody", limit, _custodians(registry, voucher, found))}

        return await answer(self._service, read)

    async def _attestations(self, request: web.Request) -> web.Response:
        voucher, limit = hex_of(request, "voucher", ID_BYTES), limit_of(request)
        account, before = number_of(request, "account", None), number_of(request, "before", None)

        def read(registry: Registry) -> Json:
            voucher_view(registry, voucher)
            custodian = b"" if account is None else registry.account(account).address
            found = registry.find.attestations(voucher, custodian, before, limit)
            return page("attestations", limit, (_attestation(registry, index) for index in found))

        return await answer(self._service, read)

    async def _assigned(self, request: web.Request) -> web.Response:
        name, voucher, limit = account_of(request), bytes_of(request, "voucher", ID_BYTES), limit_of(request)
        after = bytes_of(request, "after", ID_BYTES + ADDRESS_BYTES)

        def read(registry: Registry) -> Json:
            found = registry.find.assigned_to(int(registry.account(name).id), voucher, after, limit)
            return page("assigned", limit, ((key.hex(), 512, _assigned(registry, key)) for key in found))

        return await answer(self._service, read)

    async def _assignments(self, request: web.Request) -> web.Response:
        name, limit, after = account_of(request), limit_of(request), bytes_of(request, "after", ID_BYTES)

        def read(registry: Registry) -> Json:
            prefix = ASSIGNMENTS.key(registry.account(name).address)
            found = registry.under(wire.Assignment, prefix, after, limit)
            return page("assignments", limit, (_assignment(registry, *pair) for pair in found))

        return await answer(self._service, read)


# ---- values as JSON --------------------------------------------------------------------------------------------------
def _custodians(registry: Registry, voucher: bytes, found: list[bytes]) -> Items:
    for address in found:
        custodian = registry.number_of(address)
        counting = registry.find.assigned_to(custodian, voucher, b"", MAX_ASSIGNED + 1)
        own = ASSIGNMENTS.read(registry.state, address, voucher)
        told: Json = {
            "account": custodian,
            "index": next(iter(registry.find.attestations(voucher, address, None, 1)), 0),
            "custody": registry.plain(CUSTODIES.read(registry.state, address, voucher) or wire.Custody()),
            "holding": _holding(registry, address, voucher),
            "assigned_to": 0 if own is None else registry.name(int(own.custodian)),
            "assigned": [_assigned(registry, key) for key in counting[:MAX_ASSIGNED]],
            "more_assigned": len(counting) > MAX_ASSIGNED,
        }
        yield address.hex(), 512 * (1 + len(counting)), told


def _attestation(registry: Registry, index: int) -> tuple[Cursor, int, Json]:
    data = registry.store.entry(index) or b""
    entry = decode(wire.LogEntry, data)
    told: Json = {
        "index": index,
        "transaction_hash": entry.transaction_hash.hex(),
        "height": entry.height,
        "time_ns": entry.time_ns,
        "sender": registry.number_of(entry.sender),
        "attested": registry.plain(decode(wire.AttestCustody, entry.attest_custody)),
        "balance": int.from_bytes(entry.result, "big"),
    }
    return index, 2 * len(data), told


def _assigned(registry: Registry, key: bytes) -> Json:
    """An account whose holding counts for a custodian: voucher (16), address (20)."""
    voucher, address = key[:ID_BYTES], key[ID_BYTES:]
    assignment = ASSIGNMENTS.read(registry.state, address, voucher) or wire.Assignment()
    return {
        "voucher": voucher.hex(),
        "account": registry.number_of(address),
        "assignment": registry.plain(assignment),
        "holding": _holding(registry, address, voucher),
    }


def _assignment(registry: Registry, voucher: bytes, assignment: wire.Assignment) -> tuple[Cursor, int, Json]:
    return voucher.hex(), 128, {"voucher": voucher.hex(), "assignment": registry.plain(assignment)}


def _holding(registry: Registry, address: bytes, voucher: bytes) -> Json:
    return registry.plain(HOLDINGS.read(registry.state, address, voucher) or wire.Holding())
