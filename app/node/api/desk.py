"""The API a desk uses: JSON under /v1 on loopback, with a token, and one event stream.

    GET  /v1/status                        where the node stands
    GET  /v1/parameters                    the law's parameters
    POST /v1/transactions                  body: the transaction's bytes
    GET  /v1/transactions/{hash}           receipt, or none yet, with the height at which that is so
    GET  /v1/keys/{key}                    the account of a key
    GET  /v1/accounts/{address}/records    ?before=&limit=           newest first
    GET  /v1/accounts/{address}/chains     hash chains it began
    GET  /v1/chains/{id}                   GET /v1/chains/{id}/records?after=&limit=
    GET  /v1/records/{index or digest}
    GET  /v1/files/{sha256}/records        records of a file digest
    GET  /v1/events                        server-sent events: `block` with id = height, the present one first
    GET  /v1/council …                     seats and proposals: see `app.node.api.council`
    GET  /v1/accounts … /v1/vouchers …     the registry: see `app.node.api.accounts`, `vouchers`, `agreements`, `activity`
    GET  …/proof                           of records, transactions and the state: see `app.node.api.proofs`
    GET  …/custody, …/attestations, …      who keeps vouchers for others: see `app.node.api.custody`
    POST /v1/accounts/resolve              who references are: see `app.node.api.resolving`
    POST /v1/explain                       why an action would be refused: see `app.node.api.explaining`

Questions are answered on other threads: while the node catches up, one may wait for the group of blocks being written, and
the event loop must not. Bytes are hex, proofs base64, moments nanoseconds. Errors: {"error": {"code": …, "facts": {…}}}.
"""

import asyncio
from asyncio import to_thread

from aiohttp import web

from app.core.errors import PeerBeginsLater
from app.core.plain import plain_of
from app.core.wire import registry_pb2
from app.node.api.accounts import AccountsApi
from app.node.api.activity import ActivityApi
from app.node.api.agreements import AgreementsApi
from app.node.api.council import CouncilApi
from app.node.api.custody import CustodyApi
from app.node.api.explaining import ExplainingApi
from app.node.api.proofs import ProofsApi
from app.node.api.question import hex_of, number_of
from app.node.api.registry import answer
from app.node.api.resolving import ResolvingApi
from app.node.api.server import read_body
from app.node.api.vouchers import VouchersApi
from app.node.service import AccountView, ChainView, NodeService, RecordView
from app.node.sync.peers import PeerState
from app.registry.accounts import LEVELS
from app.registry.acting import NUMBERS
from app.registry.law import LAW_VERSION

KEEPALIVE_SECONDS = 15.0
SEND_SECONDS = 10.0
ACTIONS = {number: name for name, number in NUMBERS.items()}

Json = dict[str, object]


class DeskApi:
    """Routes over a node service."""

    def __init__(self, service: NodeService) -> None:
        self._service = service

    def routes(self) -> list[web.RouteDef]:
        """Routes for a server."""
        return [
            web.get("/v1/status", self._status),
            web.get("/v1/parameters", self._parameters),
            web.post("/v1/transactions", self._submit),
            web.get("/v1/transactions/{hash}", self._transaction),
            web.get("/v1/keys/{key}", self._key),
            web.get("/v1/accounts/{address}/records", self._account_records),
            web.get("/v1/accounts/{address}/chains", self._account_chains),
            web.get("/v1/chains/{chain}", self._chain),
            web.get("/v1/chains/{chain}/records", self._chain_records),
            web.get("/v1/records/{name}", self._record),
            web.get("/v1/files/{sha256}/records", self._file_records),
            web.get("/v1/events", self._events),
            *CouncilApi(self._service).routes(),
            *AccountsApi(self._service).routes(),
            *VouchersApi(self._service).routes(),
            *AgreementsApi(self._service).routes(),
            *ActivityApi(self._service).routes(),
            *ExplainingApi(self._service).routes(),
            *ProofsApi(self._service).routes(),
            *CustodyApi(self._service).routes(),
            *ResolvingApi(self._service).routes(),
        ]

    # ---- status --------------------------------------------------------------------------------------------------
    async def _status(self, _: web.Request) -> web.Response:
        service = self._service
        tip = service.store.durable_tip
        best = service.peers.best()
        signed, total, signed_power, total_power = await to_thread(service.signers)
        halted = service.follower.halted
        facts = {} if halted is None else {name: str(value) for name, value in halted.facts.items()}
        return web.json_response(
            {
                "chain_id": service.genesis.chain_id,
                "genesis_fingerprint": service.genesis.fingerprint.hex(),
                "height": tip.height,
                "block_hash": tip.block_hash.hex(),
                "app_hash": tip.app_hash.hex(),
                "block_time_ns": tip.time_ns,
                "target_height": None if best is None else max(best.height, tip.height),
                "target_time_ns": None if best is None else best.time_ns,
                "blocks_per_ten_seconds": round(10 * service.follower.blocks_per_second()),
                "signed_validators": signed,
                "total_validators": total,
                "signed_power": signed_power,
                "total_power": total_power,
                "peers": [_peer(state, tip.height + 1) for state in service.peers.states],
                "halted": None if halted is None else halted.code,
                "halted_facts": facts,
            }
        )

    async def _parameters(self, _: web.Request) -> web.Response:
        return await answer(self._service, lambda registry: _parameters(registry.parameters))

    # ---- transactions --------------------------------------------------------------------------------------------
    async def _submit(self, request: web.Request) -> web.Response:
        transaction_hash = await self._service.submit(await read_body(request))
        return web.json_response({"hash": transaction_hash.hex()})

    async def _transaction(self, request: web.Request) -> web.Response:
        receipt, height = await to_thread(self._service.receipt, hex_of(request, "hash", 32))
        answer: Json = {"height": height, "receipt": None}
        if receipt is not None:
            answer["receipt"] = {
                "height": receipt.height,
                "time_ns": receipt.time_ns,
                "code": receipt.code,
                "data": receipt.data.hex(),
                "points": receipt.points,
                "log_index": receipt.log_index if receipt.HasField("log_index") else None,
                "facts": {fact.name: fact.value for fact in receipt.facts},
            }
        return web.json_response(answer)

    # ---- accounts ------------------------------------------------------------------------------------------------
    async def _key(self, request: web.Request) -> web.Response:
        return web.json_response(_account(await to_thread(self._service.account_of_key, hex_of(request, "key", None))))

    async def _account_records(self, request: web.Request) -> web.Response:
        before = number_of(request, "before", None)
        limit = number_of(request, "limit", 100) or 100
        views = await to_thread(self._service.records, hex_of(request, "address", 20), before, limit)
        return web.json_response({"records": [_record(view) for view in views]})

    async def _account_chains(self, request: web.Request) -> web.Response:
        views = await to_thread(self._service.chains, hex_of(request, "address", 20))
        return web.json_response({"chains": [_chain(view) for view in views]})

    # ---- records -------------------------------------------------------------------------------------------------
    async def _chain(self, request: web.Request) -> web.Response:
        return web.json_response(_chain(await to_thread(self._service.chain, hex_of(request, "chain", 16))))

    async def _chain_records(self, request: web.Request) -> web.Response:
        after, limit = number_of(request, "after", 0) or 0, number_of(request, "limit", 100) or 100
        views = await to_thread(self._service.chain_records, hex_of(request, "chain", 16), after, limit)
        return web.json_response({"records": [_record(view) for view in views]})

    async def _record(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name.isascii() and name.isdecimal() and len(name) < 19:
            return web.json_response(_record(await to_thread(self._service.record, int(name))))
        return web.json_response(_record(await to_thread(self._service.find_record, hex_of(request, "name", 32))))

    async def _file_records(self, request: web.Request) -> web.Response:
        views = await to_thread(self._service.records_of_file, hex_of(request, "sha256", 32))
        return web.json_response({"records": [_record(view) for view in views]})

    # ---- events --------------------------------------------------------------------------------------------------
    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Heights as they become durable. A reader that does not take its events in time is dropped and resumes."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        heights = self._service.heights()
        pending: asyncio.Task[int] | None = None
        try:
            while True:
                pending = pending or asyncio.ensure_future(anext(heights))
                done, _ = await asyncio.wait({pending}, timeout=KEEPALIVE_SECONDS)
                if done:
                    text = f"id: {pending.result()}\nevent: block\ndata: {{}}\n\n"
                    pending = None
                else:
                    text = ": still here\n\n"
                await asyncio.wait_for(response.write(text.encode()), SEND_SECONDS)
        except (TimeoutError, ConnectionError):
            if request.transport is not None:
                request.transport.abort()  # what is still to be sent would be waited for without end
            return response
        finally:
            if pending is not None:
                pending.cancel()


# ---- values as JSON ------------------------------------------------------------------------------------------------
def _peer(state: PeerState, wanted: int) -> Json:
    """A peer; one whose blocks begin after the one that is wanted next is no help, and that is its error."""
    error = state.error
    if error is None and state.tip is not None and state.tip.lowest > wanted:
        error = PeerBeginsLater(lowest=state.tip.lowest)
    return {
        "address": state.peer.url,
        "connected": state.tip is not None,
        "height": None if state.tip is None else state.tip.height,
        "error": None if error is None else error.code,
    }


def _parameters(parameters: registry_pb2.Parameters) -> Json:
    costs = dict.fromkeys(NUMBERS, 0) | {
        ACTIONS[int(each.action)]: int(each.points) for each in parameters.action_costs
    }
    return {
        **plain_of(parameters),
        "action_costs": costs,
        "level_points": {LEVELS[int(each.level)]: int(each.points) for each in parameters.level_points},
        "stopped_actions": [ACTIONS[int(action)] for action in parameters.stopped_actions],
        "upgrade": plain_of(parameters.upgrade) if parameters.HasField("upgrade") else None,
        "law_version": LAW_VERSION,
    }


def _account(view: AccountView) -> Json:
    account = view.account
    return {
        "address": account.address.hex(),
        "id": account.id,
        "name": account.name,
        "party": registry_pb2.Party.Name(account.party).removeprefix("PARTY_").lower(),
        "permissions": [
            registry_pb2.Permission.Name(item).removeprefix("PERMISSION_").lower() for item in account.permissions
        ],
        "agreement": account.agreement.hex(),
        "quota": {"points": view.points, "spent": view.spent, "renews_ns": view.renews_ns},
    }


def _chain(view: ChainView) -> Json:
    return {
        "chain": view.chain.hex(),
        "owner": view.head.owner.hex(),
        "sequence": view.head.sequence,
        "head": view.head.record.hex(),
        "title": view.title,
    }


def _record(view: RecordView) -> Json:
    record, entry = view.record, view.entry
    return {
        "index": view.index,
        "record_digest": view.digest.hex(),
        "chain": record.chain.hex(),
        "sequence": record.sequence,
        "previous": record.previous.hex(),
        "sha256": record.sha256.hex(),
        "sm3": record.sm3.hex(),
        "size": record.size,
        "subject": record.subject,
        "context_digest": record.context_digest.hex(),
        "height": entry.height,
        "time_ns": entry.time_ns,
        "transaction_hash": entry.transaction_hash.hex(),
        "sender": entry.sender.hex(),
        "provable": view.provable,
        "batch_root": record.batch_root.hex(),
        "batch_size": record.batch_size,
        "supersedes": record.supersedes,
        "timestamp": record.timestamp.hex(),
        "hosting": record.hosting.hex(),
    }
