"""The part of the desk's API that shows accounts, and what belongs to one of them.

    GET  /v1/accounts?party=&after=&limit=          by number
    GET  /v1/accounts/{account}                     by number, or by address in hex
    GET  /v1/names/{name}                           whose a name is, or once was
    GET  /v1/accounts/{account}/users?after=        whom a partner certifies, by number; it need not count
    GET  /v1/accounts/{account}/terms?after=        versions of an organisation's legal agreement
    GET  /v1/accounts/{account}/held?after=         transactions that wait for approvals
    GET  /v1/accounts/{account}/recognitions?after= whose certifications a partner recognises
    GET  /v1/accounts/{account}/grants?after=       accesses that a user has given
    GET  /v1/accounts/{account}/custody?after=      newest attestations
    GET  /v1/grants?grantee=&before=                accesses that a partner was given, newest first

Levels and grants are told as they count at the time of the answer's block.
"""

import base64
from collections.abc import Iterator

from aiohttp import web

from app.core.errors import NotFound, UsageError
from app.core.ids import ID_BYTES
from app.core.plain import key_text
from app.core.transaction import signing_digest
from app.core.wire import registry_pb2 as wire
from app.node.api.question import (
    ADDRESS_BYTES,
    account_of,
    bytes_of,
    choice_of,
    limit_of,
    number_of,
)
from app.node.api.registry import Cursor, Json, Registry, answer, page
from app.node.service import NodeService, points_or_none
from app.registry.accounts import LEVELS, PARTIES, counting, grant_counts, is_in_force, level_of
from app.registry.approvals import missing_approvals
from app.registry.places import CUSTODIES, GRANTS, HELD, RECOGNITIONS, TERMS, number
from app.registry.quota import period_end_ns, spent_in_period
from app.registry.rules import RULES
from app.registry.state import read_account, read_account_of_id, read_name_owner

Items = Iterator[tuple[Cursor, int, Json]]

PARTY_NUMBERS = {name: party for party, name in PARTIES.items()}


class AccountsApi:
    """Routes over a node service."""

    def __init__(self, service: NodeService) -> None:
        self._service = service

    def routes(self) -> list[web.RouteDef]:
        """Routes for a server."""
        return [
            web.get("/v1/accounts", self._accounts),
            web.get("/v1/accounts/{account}", self._account),
            web.get("/v1/names/{name}", self._name),
            web.get("/v1/accounts/{account}/users", self._users),
            web.get("/v1/accounts/{account}/terms", self._terms),
            web.get("/v1/accounts/{account}/held", self._held),
            web.get("/v1/accounts/{account}/recognitions", self._recognitions),
            web.get("/v1/accounts/{account}/grants", self._grants),
            web.get("/v1/accounts/{account}/custody", self._custody),
            web.get("/v1/grants", self._granted),
        ]

    async def _accounts(self, request: web.Request) -> web.Response:
        party, limit = choice_of(request, "party", PARTY_NUMBERS), limit_of(request)
        after = number_of(request, "after", 0) or 0
        return await answer(
            self._service, lambda registry: page("accounts", limit, _accounts(registry, party, after, limit))
        )

    async def _account(self, request: web.Request) -> web.Response:
        name = account_of(request)
        return await answer(self._service, lambda registry: account_view(registry, registry.account(name)))

    async def _name(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        return await answer(self._service, lambda registry: _account_of_name(registry, name))

    async def _users(self, request: web.Request) -> web.Response:
        name, limit, after = account_of(request), limit_of(request), number_of(request, "after", 0) or 0

        def read(registry: Registry) -> Json:
            numbers = registry.find.users_of(int(registry.account(name).id), after, limit)
            return page("accounts", limit, _views(registry, numbers))

        return await answer(self._service, read)

    async def _terms(self, request: web.Request) -> web.Response:
        name, limit, after = account_of(request), limit_of(request), number_of(request, "after", 0) or 0

        def read(registry: Registry) -> Json:
            prefix = TERMS.key(registry.account(name).address)
            found = registry.under(wire.AgreementVersion, prefix, number(after), limit)
            return page("terms", limit, (_version(rest, each) for rest, each in found))

        return await answer(self._service, read)

    async def _held(self, request: web.Request) -> web.Response:
        name, limit, after = account_of(request), limit_of(request), bytes_of(request, "after", ID_BYTES)

        def read(registry: Registry) -> Json:
            account = registry.account(name)
            found = registry.under(wire.Held, HELD.key(account.address), after, limit)
            return page("held", limit, (_held(registry, account, held_id, held) for held_id, held in found))

        return await answer(self._service, read)

    async def _recognitions(self, request: web.Request) -> web.Response:
        name, limit, after = account_of(request), limit_of(request), number_of(request, "after", 0) or 0

        def read(registry: Registry) -> Json:
            prefix = RECOGNITIONS.key(registry.account(name).address)
            found = registry.under(wire.Recognition, prefix, number(after), limit)
            return page("recognitions", limit, (_recognition(registry, rest, each) for rest, each in found))

        return await answer(self._service, read)

    async def _grants(self, request: web.Request) -> web.Response:
        name, limit, after = account_of(request), limit_of(request), bytes_of(request, "after", ID_BYTES)

        def read(registry: Registry) -> Json:
            user = registry.account(name)
            found = registry.under(wire.AccessGrant, GRANTS.key(user.address), after, limit)
            return page("grants", limit, (_grant(registry, user.address, *pair, pair[0].hex()) for pair in found))

        return await answer(self._service, read)

    async def _custody(self, request: web.Request) -> web.Response:
        name, limit, after = account_of(request), limit_of(request), bytes_of(request, "after", ID_BYTES)

        def read(registry: Registry) -> Json:
            found = registry.under(wire.Custody, CUSTODIES.key(registry.account(name).address), after, limit)
            return page("custody", limit, (_attestation(registry, rest, each) for rest, each in found))

        return await answer(self._service, read)

    async def _granted(self, request: web.Request) -> web.Response:
        grantee, limit = number_of(request, "grantee", None), limit_of(request)
        before = bytes_of(request, "before", 8 + ADDRESS_BYTES + ID_BYTES)
        if grantee is None:
            raise UsageError(argument="grantee", expected="number of an account")

        def read(registry: Registry) -> Json:
            found = registry.find.grants_to(int(registry.account(grantee).id), before, limit)
            return page("grants", limit, _granted(registry, found))

        return await answer(self._service, read)


# ---- values as JSON --------------------------------------------------------------------------------------------------
def account_view(registry: Registry, account: wire.Account) -> Json:
    """An account with its level, who certifies it so that it counts, and its quota."""
    time_ns, parameters = registry.time_ns, registry.parameters
    spent = spent_in_period(registry.state, parameters, account.address, time_ns)
    registry.name(int(account.id))
    return {
        "account": registry.plain(account),
        "level": LEVELS[level_of(registry.state, account, time_ns)],
        "counting": [int(each.partner) for each, _ in counting(registry.state, account, time_ns)],
        "in_force": is_in_force(account),
        "quota": {
            "points": points_or_none(registry.state, parameters, account, time_ns),
            "spent": spent,
            "renews_ns": period_end_ns(parameters, time_ns),
        },
    }


def _accounts(registry: Registry, party: int | None, after: int, limit: int) -> Items:
    if party is not None:
        return _views(registry, registry.find.accounts_of_party(party, after, limit))
    found = registry.state.scan(b"account-id/", number(after), limit)
    return _views(registry, [int.from_bytes(rest, "big") for rest, _ in found])


def _views(registry: Registry, numbers: list[int]) -> Items:
    for each in numbers:
        account = read_account_of_id(registry.state, each)
        if account is not None:
            yield each, account.ByteSize(), account_view(registry, account)


def _account_of_name(registry: Registry, name: str) -> Json:
    address = read_name_owner(registry.state, name)
    account = None if address is None else read_account(registry.state, address)
    if account is None:
        raise NotFound(what="name", name=name[:80])
    return account_view(registry, account)


def _version(rest: bytes, terms: wire.AgreementVersion) -> tuple[Cursor, int, Json]:
    version = int.from_bytes(rest, "big")
    return version, 64, {"version": version, "agreement": terms.agreement.hex(), "since": terms.height}


def _held(registry: Registry, account: wire.Account, held_id: bytes, held: wire.Held) -> tuple[Cursor, int, Json]:
    body = wire.Body.FromString(held.body)
    action = str(body.WhichOneof("action"))
    told: Json = {
        "id": held_id.hex(),
        "action": action,
        "body": registry.plain(body),
        "bytes": base64.b64encode(held.body).decode(),
        "digest": signing_digest(held.body).hex(),
        "maker": key_text(held.maker),
        "approvers": [key_text(key) for key in held.approvers],
        "missing": missing_approvals(account, len(held.approvers), RULES[action]),
        "open": registry.height < body.hold_until,
    }
    return held_id.hex(), 4 * len(held.body), told


def _recognition(registry: Registry, rest: bytes, recognition: wire.Recognition) -> tuple[Cursor, int, Json]:
    partner = int.from_bytes(rest, "big")
    return partner, 64, {"partner": registry.name(partner), "recognition": registry.plain(recognition)}


def _granted(registry: Registry, found: list[bytes]) -> Items:
    for key in found:
        user, grant_id = key[8:-ID_BYTES], key[-ID_BYTES:]
        grant = GRANTS.read(registry.state, user, grant_id)
        if grant is not None:
            yield _grant(registry, user, grant_id, grant, key.hex())


def _grant(
    registry: Registry, user: bytes, grant_id: bytes, grant: wire.AccessGrant, cursor: str
) -> tuple[Cursor, int, Json]:
    told: Json = {
        "id": grant_id.hex(),
        "user": registry.number_of(user),
        "grant": registry.plain(grant),
        "in_force": grant_counts(registry.state, user, grant, registry.time_ns),
    }
    return cursor, grant.ByteSize(), told


def _attestation(registry: Registry, voucher: bytes, custody: wire.Custody) -> tuple[Cursor, int, Json]:
    return voucher.hex(), 256, {"voucher": voucher.hex(), "custody": registry.plain(custody)}
