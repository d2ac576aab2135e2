"""How tests call an RPC, and compare what it answers with what CometBFT does."""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

Json = dict[str, Any]


class Caller:
    """Calls the RPC in all three ways."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.session = session

    async def post(self, data: bytes | str) -> tuple[int, Any]:
        async with self.session.post(self.url + "/", data=data) as response:
            return response.status, json.loads(await response.read())

    async def get(self, path: str) -> tuple[int, Any]:
        async with self.session.get(self.url + path) as response:
            return response.status, json.loads(await response.read())

    async def call(self, method: str, **params: object) -> Json:
        status, answer = await self.post(json.dumps({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}))
        assert status == 200
        assert answer["id"] == 7
        result = answer["result"]
        assert isinstance(result, dict)
        return result

    async def error(self, method: str, **params: object) -> Json:
        _, answer = await self.post(json.dumps({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}))
        error = answer["error"]
        assert {"code", "message"} <= set(error) <= {"code", "message", "data"}
        return error  # type: ignore[no-any-return]


def missing_keys(expected: object, got: object, path: str = "") -> list[str]:
    """Where `got` lacks a key of `expected` or has another JSON type; lists are compared by their first item."""
    if isinstance(expected, Mapping):
        if not isinstance(got, Mapping):
            return [f"{path}: {type(got).__name__} instead of an object"]
        return [
            text
            for key, value in expected.items()
            for text in (missing_keys(value, got[key], f"{path}.{key}") if key in got else [f"{path}.{key}"])
        ]
    if isinstance(expected, list):
        if not isinstance(got, list):
            return [f"{path}: {type(got).__name__} instead of a list"]
        return missing_keys(expected[0], got[0], f"{path}[0]") if expected and got else []
    if expected is None or got is None:
        return []
    return [] if type(expected) is type(got) else [f"{path}: {type(got).__name__}"]
