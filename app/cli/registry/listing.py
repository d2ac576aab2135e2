"""Lists and views: taken from the node a page at a time, said in lines for people and in one document for programs."""

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import aclosing
from typing import TypeVar

from app.cli.output import Speaker
from app.cli.registry.receipts import names_as_json
from app.client.members import AccountName, Names, Page
from app.client.registry import Pages

MAX_PAGE = 256

T = TypeVar("T")
Json = dict[str, object]


async def up_to(limit: int, pages: Pages[T]) -> tuple[list[T], dict[int, AccountName]]:
    """The first things of a list, and who is named in them."""
    found: list[T] = []
    names: dict[int, AccountName] = {}
    async with aclosing(_pages(pages)) as each_page:
        async for page in each_page:
            found += page.items
            names |= page.names
            if len(found) >= limit:
                break
    return found[:limit], names


async def _pages(pages: Pages[T]) -> AsyncGenerator[Page[T], None]:
    page = await pages(None)
    yield page
    while page.next is not None:
        page = await pages(page.next)
        yield page


def say_list(
    speaker: Speaker,
    what: str,
    items: Iterable[T],
    names: Names,
    line: Callable[[T], str],
    as_json: Callable[[T], Mapping[str, object]],
) -> None:
    """Say a list: a line for each, or that there is none."""
    listed = list(items)
    for item in listed:
        speaker.say(line(item))
    if not listed:
        speaker.say(speaker.words("nothing"))
    speaker.answer({what: [as_json(item) for item in listed], "named": names_as_json(names)})
