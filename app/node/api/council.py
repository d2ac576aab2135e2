"""The part of the desk's API that shows how bookkeepers decide (app.registry.governance).

    GET  /v1/council?limit=         the seats, and the proposals with the latest deadlines
    GET  /v1/proposals/{id}         one proposal
    GET  /v1/bookkeepers/{number}   id and name of a bookkeeper's account

Guarantees: one answer stands at one durable block, whose height it names. Power is counted as the seats stand there, as
the law would count it in the next block. A change names its `kind`: validator, settings, upgrade or emergency; beside what
is proposed stands what holds now.
"""

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from app.core.errors import NotFound
from app.core.plain import enum_text, plain_of
from app.core.proposal import PROPOSAL_ID_BYTES
from app.core.wire import registry_pb2
from app.node.api.question import hex_of, number_of, parse_number
from app.node.service import NodeService
from app.registry.accounts import LEVELS
from app.registry.acting import NUMBERS
from app.registry.changes import FIELDS
from app.registry.draft import Values
from app.registry.law import LAW_VERSION
from app.registry.places import PROPOSALS
from app.registry.state import read_account, read_address_of_id, read_parameters, read_seats

MAX_PROPOSALS = 256
ACTIONS = {number: name for name, number in NUMBERS.items()}

Json = dict[str, object]


class CouncilApi:
    """Routes over a node service."""

    def __init__(self, service: NodeService) -> None:
        self._service = service

    def routes(self) -> list[web.RouteDef]:
        """Routes for a server."""
        return [
            web.get("/v1/council", self._council),
            web.get("/v1/proposals/{proposal}", self._proposal),
            web.get("/v1/bookkeepers/{number}", self._bookkeeper),
        ]

    async def _council(self, request: web.Request) -> web.Response:
        limit = number_of(request, "limit", 100) or 0
        return web.json_response(await to_thread(self._read_council, min(limit, MAX_PROPOSALS)))

    async def _proposal(self, request: web.Request) -> web.Response:
        proposal_id = hex_of(request, "proposal", PROPOSAL_ID_BYTES)
        return web.json_response(await to_thread(self._read_proposal, proposal_id))

    async def _bookkeeper(self, request: web.Request) -> web.Response:
        number = parse_number("number", request.match_info["number"])
        return web.json_response(await to_thread(self._read_bookkeeper, number))

    # ---- reading -------------------------------------------------------------------------------------------------
    def _read_council(self, limit: int) -> Json:
        with self._service.store.lock:
            council = self._present()
            proposals = [council.proposal(proposal_id) for proposal_id in self._service.store.proposals(limit)]
            return {
                "height": council.height,
                "seats": [council.seat(seat) for seat in council.seats],
                "total_power": council.total_power,
                "needed_power": council.needed_power,
                "proposals": [proposal for proposal in proposals if proposal is not None],
            }

    def _read_proposal(self, proposal_id: bytes) -> Json:
        with self._service.store.lock:
            proposal = self._present().proposal(proposal_id)
        if proposal is None:
            raise NotFound(what="proposal", name=proposal_id.hex())
        return proposal

    def _read_bookkeeper(self, number: int) -> Json:
        with self._service.store.lock:
            address = read_address_of_id(self._service.store.state, number)
            account = None if address is None else read_account(self._service.store.state, address)
        if account is None or account.party != registry_pb2.PARTY_BOOKKEEPER:
            raise NotFound(what="bookkeeper", name=str(number))
        return {"id": account.id, "name": account.name}

    def _present(self) -> "_Council":
        store = self._service.store
        return _Council(store.state, store.durable_tip.height, read_seats(store.state), read_parameters(store.state))


@dataclass(frozen=True, slots=True)
class _Council:
    """The seats after one block."""

    state: Values
    height: int
    seats: Sequence[registry_pb2.Seat]
    parameters: registry_pb2.Parameters

    @property
    def total_power(self) -> int:
        """Of all seats."""
        return sum(seat.power for seat in self.seats)

    @property
    def needed_power(self) -> int:
        """The least that decides."""
        return self.parameters.approval_numerator * self.total_power // self.parameters.approval_denominator + 1

    def seat(self, seat: registry_pb2.Seat) -> Json:
        """A seat, and who answers for it."""
        return {"key": seat.key.hex(), "power": seat.power, "account": self._account_of_id(seat.account)}

    def proposal(self, proposal_id: bytes) -> Json | None:
        """A proposal with who approved it, and how much they hold."""
        stored = PROPOSALS.read(self.state, proposal_id)
        if stored is None:
            return None
        approving = [self._account(address) for address in stored.approvals]
        holders = {account["id"] for account in approving}
        return {
            "id": proposal_id.hex(),
            "proposer": self._account(stored.proposer),
            "document": stored.propose.document.hex(),
            "deadline": stored.propose.deadline,
            "change": self._change(stored.propose),
            "approved_by": approving,
            "approving_power": sum(seat.power for seat in self.seats if seat.account in holders),
            "needed_power": self.needed_power,
            "decided": stored.decided,
            "open": not stored.decided and self.height < stored.propose.deadline,
        }

    def _change(self, wish: registry_pb2.Propose) -> Json:
        kind = str(wish.WhichOneof("change"))
        if kind == "validator":
            return {"kind": kind, **self._seat_change(wish.validator)}
        if kind == "settings":
            return {"kind": kind, "settings": [self._setting(each) for each in wish.settings.settings]}
        if kind == "emergency":
            actions = [ACTIONS[int(action)] for action in wish.emergency.actions]
            return {"kind": kind, "actions": actions, "lifted": wish.emergency.lifted}
        return {
            "kind": kind,
            **plain_of(wish.upgrade),
            "version_now": LAW_VERSION,
        }

    def _seat_change(self, change: registry_pb2.Seat) -> Json:
        return {
            "key": change.key.hex(),
            "power": change.power,
            "account": self._account_of_id(change.account),
            "power_now": sum(seat.power for seat in self.seats if seat.key == change.key),
        }

    def _setting(self, wish: registry_pb2.NewSetting) -> Json:
        """A setting, of what it is one (an action, a level), the value proposed and that of now."""
        subject, now = "", 0
        if wish.setting == registry_pb2.SETTING_ACTION_COST:
            subject, now = ACTIONS[int(wish.subject)], self._cost_now(wish.subject)
        elif wish.setting == registry_pb2.SETTING_LEVEL_POINTS:
            subject, now = LEVELS[int(wish.subject)], self._points_now(wish.subject)
        else:
            now = int(getattr(self.parameters, FIELDS[wish.setting]))
        return {
            "setting": enum_text(registry_pb2.Setting.DESCRIPTOR, wish.setting),
            "subject": subject,
            "value": wish.value,
            "value_now": now,
        }

    def _cost_now(self, action: int) -> int:
        return next((int(each.points) for each in self.parameters.action_costs if each.action == action), 0)

    def _points_now(self, level: int) -> int:
        return next((int(each.points) for each in self.parameters.level_points if each.level == level), 0)

    def _account_of_id(self, number: int) -> Json:
        address = read_address_of_id(self.state, number)
        return {"id": number, "name": ""} if address is None else self._account(address)

    def _account(self, address: bytes) -> Json:
        account = read_account(self.state, address)
        return {"id": 0, "name": ""} if account is None else {"id": account.id, "name": account.name}
