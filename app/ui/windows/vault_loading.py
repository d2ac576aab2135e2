"""What the page of the vault asks of the desk: people with what the chain says of them, contacts, one person in full."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from app.client.members import AccountView
from app.core.errors import LuopuError
from app.ui.desk import Desk
from app.ui.desks.vault import ContactView
from app.ui.present.people import VaultPerson, newest_first
from app.wallet.vault import Kept

MAX_SHOWN = 50


@dataclass(frozen=True, slots=True, repr=False)
class VaultLists:
    """Some people, and all contacts."""

    people: tuple[VaultPerson, ...]
    has_more: bool
    contacts: tuple[ContactView, ...]


async def load_lists(desk: Desk, *, has_people: bool, text: str) -> VaultLists:
    """The people of a text, and the contacts."""
    people, has_more = await search_people(desk, text) if has_people else ((), False)
    return VaultLists(people, has_more, tuple(await desk.contacts()))


async def search_people(desk: Desk, text: str) -> tuple[tuple[VaultPerson, ...], bool]:
    """The people of a text, the newest first; and whether there are more than are shown."""
    found = await desk.find_people(text, MAX_SHOWN + 1)
    return tuple(await _shown(desk, found[:MAX_SHOWN])), len(found) > MAX_SHOWN


async def load_person(desk: Desk, person_id: str) -> VaultPerson:
    """One person in full, with all that was certified of it before."""
    kept = await desk.person(person_id)
    account = kept.person.account
    if account is None:
        return VaultPerson(kept, (), None)
    others = tuple(each for each in await desk.people_of(account) if each.id != kept.id)
    return VaultPerson(kept, others, await _view(desk, account))


async def _shown(desk: Desk, found: Sequence[Kept]) -> list[VaultPerson]:
    return [
        VaultPerson(kept, earlier, None if kept.person.account is None else await _view(desk, kept.person.account))
        for kept, earlier in newest_first(found)
    ]


async def _view(desk: Desk, account: int) -> AccountView | None:
    with suppress(LuopuError):
        return await desk.registry.account(account)
    return None
