"""How tests ask the desk's API about the registry."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.fakes.network import make_node, serving_desk
from tests.fakes.registry import Stage


class Asker:
    """Asks a node that has all blocks of a stage."""

    def __init__(self, url: str, token: str, session: aiohttp.ClientSession) -> None:
        self._url, self._session = url, session
        self._headers = {"Authorization": f"Bearer {token}"}

    async def get(self, path: str) -> tuple[int, Any]:
        async with self._session.get(self._url + path, headers=self._headers) as response:
            return response.status, await response.json()

    async def post(self, path: str, body: bytes) -> tuple[int, Any]:
        async with self._session.post(self._url + path, data=body, headers=self._headers) as response:
            return response.status, await response.json()

    async def told(self, path: str) -> Any:
        """An answer that is there."""
        status, answer = await self.get(path)
        assert status == 200, answer
        return answer

    async def pages(self, path: str, what: str, cursor: str) -> list[Any]:
        """A list, one by one."""
        items: list[Any] = []
        mark = "&" if "?" in path else "?"
        answer = await self.told(f"{path}{mark}limit=1")
        while answer[what]:
            items += answer[what]
            if answer["next"] is None:
                break
            answer = await self.told(f"{path}{mark}limit=1&{cursor}={answer['next']}")
        return items


@asynccontextmanager
async def asking(stage: Stage, session: aiohttp.ClientSession) -> AsyncIterator[Asker]:
    """A node over the store of a stage, behind the API."""
    async with make_node(stage.consortium, [], store=stage.engine.store) as node, serving_desk(node) as endpoint:
        yield Asker(endpoint.url, endpoint.token, session)
