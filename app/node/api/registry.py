"""The registry as it stands at one durable block, for the API's answers.

Guarantees: one answer is read under the store's lock, so all of it stands at the height that it names; every account whose
number stands in it is told in `named`, with its name; a page has at most 256 things and about four megabytes, and `next` is
where the page behind it begins. Messages of the registry are written by `app.core.plain`.
"""

from asyncio import to_thread
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from aiohttp import web
from google.protobuf.message import Message

from app.core.codec import decode
from app.core.errors import NotFound
from app.core.plain import plain_of
from app.core.units import Height
from app.core.wire import registry_pb2 as wire
from app.node.api.naming import accounts_named
from app.node.api.question import AccountName
from app.node.service import NodeService
from app.registry.accounts import PARTIES
from app.registry.context import Environment
from app.registry.state import read_account, read_account_of_id, read_parameters

MAX_PAGE_BYTES = 4 * 1024 * 1024
"""Of messages in one page; the first is told whatever its size."""

Json = dict[str, object]
M = TypeVar("M", bound=Message)
Cursor = int | str | None


class Registry:
    """Reads the state, and notes whom it tells of."""

    def __init__(self, service: NodeService) -> None:
        """Hold the store's lock as long as it is used."""
        self.store = service.store
        self.state = service.store.state
        self.find = service.store.find
        self.parameters = read_parameters(self.state)
        tip = service.store.durable_tip
        self.height, self.time_ns = tip.height, tip.time_ns
        self.next_block = Environment(service.genesis.chain_id, Height(tip.height + 1), tip.time_ns)
        self._named: dict[int, Json] = {}

    # ---- accounts ------------------------------------------------------------------------------------------------
    def account(self, name: AccountName) -> wire.Account:
        """An account by its number or its address.

        Raises:
            NotFound: there is none.
        """
        if isinstance(name, int):
            account, shown = read_account_of_id(self.state, name), str(name)
        else:
            account, shown = read_account(self.state, name), name.hex()
        if account is None:
            raise NotFound(what="account", name=shown)
        return account

    def number_of(self, address: bytes) -> int:
        """Number of the account at an address; 0 where there is none."""
        account = read_account(self.state, address)
        return 0 if account is None else self._note(account)

    def name(self, number: int) -> int:
        """The number, once it is noted whose it is."""
        if number and number not in self._named:
            account = read_account_of_id(self.state, number)
            if account is not None:
                self._note(account)
        return number

    @property
    def named(self) -> list[Json]:
        """Who was named, by number."""
        return [self._named[number] for number in sorted(self._named)]

    # ---- messages ------------------------------------------------------------------------------------------------
    def plain(self, message: Message) -> Json:
        """A message as JSON; whoever it names is noted."""
        for number in accounts_named(message):
            self.name(int(number))
        return plain_of(message)

    def under(self, kind: type[M], prefix: bytes, after: bytes, limit: int) -> Iterator[tuple[bytes, M]]:
        """What stands under keys of the map that begin with `prefix`, behind `after`: the rest of the key, the message."""
        return ((rest, decode(kind, value)) for rest, value in self.state.scan(prefix, after, limit))

    def _note(self, account: wire.Account) -> int:
        number = int(account.id)
        if number not in self._named:
            party = PARTIES.get(account.party, "")
            self._named[number] = {
                "id": number,
                "name": account.name,
                "party": party,
                "address": account.address.hex(),
            }
        return number


async def answer(service: NodeService, read: Callable[[Registry], Json]) -> web.Response:
    """What `read` tells, read on another thread at one durable block."""
    return web.json_response(await to_thread(_read, service, read))


def _read(service: NodeService, read: Callable[[Registry], Json]) -> Json:
    with service.store.lock:
        registry = Registry(service)
        told = read(registry)
        return {"height": registry.height, **told, "named": registry.named}


def page(what: str, limit: int, items: Iterable[tuple[Cursor, int, Json]]) -> Json:
    """A page of at most `limit` things: each with the cursor behind it and about how many bytes it has."""
    told: list[Json] = []
    size, behind = 0, None
    for cursor, length, item in items:
        size += length
        if told and size > MAX_PAGE_BYTES:
            return {what: told, "next": behind}
        told.append(item)
        behind = cursor
        if len(told) == limit:
            return {what: told, "next": behind}
    return {what: told, "next": None}
