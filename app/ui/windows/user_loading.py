"""What the users page asks of the desk: whom a partner certifies, one of them in full, and a search over chain and vault."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.client.members import AccountView, ActivityEntry, GrantView
from app.core.errors import NotFound
from app.ui.desk import Desk
from app.ui.present.users import certification_of, is_match
from app.ui.windows.loading import load_first

MAX_FOUND = 50
RECENT = 10
MOST_GRANTS = 100


@dataclass(frozen=True, slots=True)
class Users:
    """Some users, and what those are called here of whom the vault knows."""

    own: int
    """Number of the partner."""
    views: tuple[AccountView, ...]
    known: Mapping[int, str] = field(repr=False)
    has_more: bool = False
    grants: tuple[GrantView, ...] = ()
    """Accesses that the partner was given, the newest first."""


@dataclass(frozen=True, slots=True)
class FullUser:
    """One account with all that the chain says of it."""

    own: int
    view: AccountView
    known: str = field(repr=False)
    grants: tuple[GrantView, ...] = ()
    orders: tuple[ActivityEntry, ...] = ()
    activity: tuple[ActivityEntry, ...] = ()


async def load_users(desk: Desk, own: int, wanted: int) -> Users:
    """The first users by number, and the grants to this partner."""
    views, has_more = await load_first(
        lambda cursor, limit: desk.registry.users(own, cursor=cursor, limit=limit), wanted
    )
    grants = await desk.registry.grants_to(own, limit=MOST_GRANTS)
    return Users(own, views, await desk.known_names(views), has_more, grants.items)


async def load_user(desk: Desk, own: int, number: int) -> FullUser:
    """One account in full."""
    reader = desk.registry
    view = await reader.account(number)
    return FullUser(
        own=own,
        view=view,
        known=(await desk.known_names([view])).get(number, ""),
        grants=(await reader.grants(number, limit=MOST_GRANTS)).items,
        orders=(await reader.orders_on_account(number, limit=RECENT)).items,
        activity=(await reader.activity(number, limit=RECENT)).items,
    )


async def load_access(desk: Desk, own: int) -> FullUser:
    """A user's own account: who may have its data."""
    reader = desk.registry
    grants = (await reader.grants(own, limit=MOST_GRANTS)).items
    return FullUser(own, await reader.account(own), "", grants)


async def search_users(desk: Desk, users: Users, text: str) -> Users:
    """Those whom this partner certifies, by number, by name, and by what the vault knows of them."""
    found = {
        int(view.account.id): view
        for view in users.views
        if is_match(view, users.known.get(int(view.account.id), ""), text)
    }
    numbers = [kept.person.account for kept in await desk.find_people(text, MAX_FOUND)]
    if text.isascii() and text.isdigit() and len(text) <= 18:
        numbers.append(int(text))
    for number in numbers:
        if number is not None and number not in found:
            found |= await _certified(desk, users.own, number)
    found |= await _certified(desk, users.own, text)
    views = tuple(found[number] for number in sorted(found))[:MAX_FOUND]
    return Users(users.own, views, await desk.known_names(views))


async def _certified(desk: Desk, own: int, asked: int | str) -> dict[int, AccountView]:
    """The account of that number or exact name, if this partner certifies it."""
    reader = desk.registry
    try:
        view = await (reader.account(asked) if isinstance(asked, int) else reader.account_of_name(asked))
    except NotFound:
        return {}
    return {} if certification_of(view, own) is None else {int(view.account.id): view}
