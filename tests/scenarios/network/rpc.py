"""CometBFT's RPC, asked as plainly as can be: what it answers is looked at, never verified."""

import asyncio
import base64
from typing import Any

import aiohttp

SECONDS = 3.0


class Silent(Exception):
    """No answer: it is down, paused or starting."""


class Refused(Exception):
    """It answered with an error."""


class Rpc:
    """One validator's RPC."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session: aiohttp.ClientSession | None = None

    async def call(self, method: str, **parameters: object) -> Any:
        """The result of one question.

        Raises:
            Silent: no answer in time.
            Refused: an error.
        """
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS))
        question = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        try:
            async with self._session.post(self.url, json=question) as response:
                answer = await response.json()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Silent(self.url) from error
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)

    async def height(self) -> int:
        """Where it stands; 0 while it does not answer."""
        try:
            return int((await self.call("status"))["sync_info"]["latest_block_height"])
        except Silent:
            return 0

    async def is_catching_up(self) -> bool:
        """Whether it still fetches blocks, or does not answer."""
        try:
            return bool((await self.call("status"))["sync_info"]["catching_up"])
        except Silent:
            return True

    async def submit(self, raw: bytes) -> int:
        """Hand a transaction in; CheckTx's code."""
        answer = await self.call("broadcast_tx_sync", tx=base64.b64encode(raw).decode())
        return int(answer["code"])

    async def block(self, height: int) -> Any:
        """A block and its id."""
        return await self.call("block", height=str(height))

    async def transactions(self, height: int) -> list[tuple[bytes, int]]:
        """The transactions of a block with their result codes."""
        block = (await self.block(height))["block"]
        results = (await self.call("block_results", height=str(height)))["txs_results"] or []
        texts = block["data"]["txs"] or []
        return [(base64.b64decode(text), int(result["code"])) for text, result in zip(texts, results, strict=True)]
