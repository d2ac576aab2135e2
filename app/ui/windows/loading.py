"""What lists are filled with: the first so many items of what a node answers page by page."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.client.members import Cursor, Page

T = TypeVar("T")


async def load_first(ask: Callable[[Cursor, int], Awaitable[Page[T]]], wanted: int) -> tuple[tuple[T, ...], bool]:
    """So many items, or all there are; and whether there are more. `ask` is given a cursor and how many are wanted yet."""
    found: list[T] = []
    cursor: Cursor = None
    while True:
        page = await ask(cursor, wanted - len(found))
        found += page.items
        cursor = page.next
        if cursor is None or len(found) >= wanted:
            return tuple(found), cursor is not None
