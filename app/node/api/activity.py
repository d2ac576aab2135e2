"""The part of the desk's API that shows what was done: the log, and receipts (white paper 3.2 打包回执, 3.6 司法追溯).

    GET  /v1/accounts/{account}/activity?before=    what it did and what concerns it, newest first
    GET  /v1/accounts/{account}/orders?before=      orders about it
    GET  /v1/vouchers/{voucher}/orders?before=      orders about a voucher
    GET  /v1/receipts/{hash}                        what became of a transaction, and who answers for it

An entry tells its transaction from the signer to the version of the legal agreement under which it was made, as the log does;
labels of keys and names of accounts are those of now.
"""

from collections.abc import Iterator

from aiohttp import web
from google.protobuf.message import Message

from app.core.codec import decode
from app.core.errors import NotFound
from app.core.ids import ID_BYTES
from app.core.plain import key_text
from app.core.wire import registry_pb2 as wire
from app.core.wire import store_pb2
from app.node.api.question import account_of, hex_of, limit_of, number_of
from app.node.api.registry import Cursor, Json, Registry, answer, page
from app.node.service import NodeService
from app.registry.places import TERMS, VOUCHERS, number
from app.registry.state import read_account

OTHER_NAMES = {"evidence_record": "notarize", "proposal": "propose", "approval": "approve"}
"""Facts that are called otherwise than their actions."""
OTHER_KINDS: dict[str, type[Message]] = {"evidence_record": wire.EvidenceRecord, "hold": wire.Body}

Items = Iterator[tuple[Cursor, int, Json]]


class ActivityApi:
    """Routes over a node service."""

    def __init__(self, service: NodeService) -> None:
        self._service = service

    def routes(self) -> list[web.RouteDef]:
        """Routes for a server."""
        return [
            web.get("/v1/accounts/{account}/activity", self._activity),
            web.get("/v1/accounts/{account}/orders", self._account_orders),
            web.get("/v1/vouchers/{voucher}/orders", self._voucher_orders),
            web.get("/v1/receipts/{hash}", self._receipt),
        ]

    async def _activity(self, request: web.Request) -> web.Response:
        name, limit, before = account_of(request), limit_of(request), number_of(request, "before", None)

        def read(registry: Registry) -> Json:
            account = registry.account(name)
            found = registry.find.activity(account.address, int(account.id), before, limit)
            return page("activity", limit, _entries(registry, found))

        return await answer(self._service, read)

    async def _account_orders(self, request: web.Request) -> web.Response:
        name, limit, before = account_of(request), limit_of(request), number_of(request, "before", None)

        def read(registry: Registry) -> Json:
            found = registry.find.orders_on_account(int(registry.account(name).id), before, limit)
            return page("orders", limit, _entries(registry, found))

        return await answer(self._service, read)

    async def _voucher_orders(self, request: web.Request) -> web.Response:
        voucher, limit = hex_of(request, "voucher", ID_BYTES), limit_of(request)
        before = number_of(request, "before", None)

        def read(registry: Registry) -> Json:
            if VOUCHERS.read(registry.state, voucher) is None:
                raise NotFound(what="voucher", name=voucher.hex())
            return page("orders", limit, _entries(registry, registry.find.orders_on_voucher(voucher, before, limit)))

        return await answer(self._service, read)

    async def _receipt(self, request: web.Request) -> web.Response:
        transaction_hash = hex_of(request, "hash", 32)
        return await answer(self._service, lambda registry: _receipt(registry, transaction_hash))


# ---- values as JSON --------------------------------------------------------------------------------------------------
def _receipt(registry: Registry, transaction_hash: bytes) -> Json:
    receipt = registry.store.receipt(transaction_hash)
    if receipt is None:
        return {"receipt": None}
    is_accepted = receipt.HasField("log_index")
    told: Json = {
        "height": receipt.height,
        "time_ns": receipt.time_ns,
        "code": receipt.code,
        "facts": {fact.name: fact.value for fact in receipt.facts},
        "points": receipt.points,
        "data": receipt.data.hex(),
        "entry": _entry_at(registry, receipt.log_index)[1] if is_accepted else None,
    }
    return {"receipt": told}


def _entries(registry: Registry, found: list[int]) -> Items:
    for index in found:
        size, told = _entry_at(registry, index)
        yield index, size, told


def _entry_at(registry: Registry, index: int) -> tuple[int, Json]:
    data = registry.store.entry(index) or b""
    entry = decode(wire.LogEntry, data)
    receipt = registry.store.receipt(entry.transaction_hash) or store_pb2.StoredReceipt()
    return 3 * len(data), _entry(registry, index, entry, receipt.data)


def _entry(registry: Registry, index: int, entry: wire.LogEntry, data: bytes) -> Json:
    fact = str(entry.WhichOneof("fact"))
    return {
        "index": index,
        "height": entry.height,
        "time_ns": entry.time_ns,
        "transaction_hash": entry.transaction_hash.hex(),
        "action": OTHER_NAMES.get(fact, fact),
        "fact": registry.plain(decode(kind_of_fact(fact), getattr(entry, fact))),
        "sender": registry.number_of(entry.sender),
        "signer": _signer(registry, entry, entry.signer),
        "approvers": [_signer(registry, entry, key) for key in entry.approvers],
        "partner": registry.name(int(entry.partner)),
        "agreement": _agreement(registry, entry),
        "held": entry.held.hex(),
        "result": entry.result.hex(),
        "data": data.hex(),
    }


def kind_of_fact(fact: str) -> type[Message]:
    """The message that the bytes of a fact on the log are."""
    if fact in OTHER_KINDS:
        return OTHER_KINDS[fact]
    return type(getattr(wire.Body(), OTHER_NAMES.get(fact, fact)))


def _signer(registry: Registry, entry: wire.LogEntry, encoded_key: bytes) -> Json:
    """A key that signed, and what the sender calls it, as long as it is the sender's."""
    key = decode(wire.PublicKey, encoded_key)
    account = read_account(registry.state, entry.sender) or wire.Account()
    label = next((each.label for each in account.keys if each.key == key), "")
    return {"key": key_text(key), "label": label}


def _agreement(registry: Registry, entry: wire.LogEntry) -> Json:
    """The legal agreement of who answers, and the height since which that version was in force."""
    answering = entry.sender
    if entry.partner:
        answering = registry.account(int(entry.partner)).address
    version = TERMS.read(registry.state, answering, number(entry.agreement_version))
    return {
        "digest": entry.agreement.hex(),
        "version": entry.agreement_version,
        "since": 0 if version is None else version.height,
    }
