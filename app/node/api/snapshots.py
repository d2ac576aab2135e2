"""Snapshots for nodes that begin with one.

    GET /snapshots                             {"snapshots": [{"height", "format", "app_hash", "chunks": [SHA-256, …]}, …]},
                                               the newest first; heights are numbers, digests hex
    GET /snapshot_chunk?height=H&index=I       application/octet-stream

Guarantees: as of `app.node.api.bulk`. A snapshot that is being fetched stays for a
while (`app.node.store.offering`); a chunk that is gone is 404, and whoever wants another begins with the list again. What
is served proves nothing: who restores it checks it against a state root that he trusts.
"""

from aiohttp import web

from app.node.api.bulk import TURNS, Turns, number, send
from app.node.api.rpcbackend import InThread
from app.node.api.server import error_response
from app.node.store.offering import Offering

LIST_PATH = "/snapshots"
CHUNK_PATH = "/snapshot_chunk"


class Snapshots:
    """The routes over one folder of snapshots."""

    def __init__(self, offering: Offering, in_thread: InThread, turns: Turns) -> None:
        self._offering = offering
        self._in_thread = in_thread
        self._turns = turns

    def routes(self) -> list[web.RouteDef]:
        """Routes for a server."""
        return [web.get(LIST_PATH, self._list), web.get(CHUNK_PATH, self._chunk)]

    async def _list(self, _: web.Request) -> web.Response:
        found = await self._in_thread(self._offering.snapshots)
        listed = [
            {
                "height": snapshot.height,
                "format": snapshot.format,
                "app_hash": snapshot.app_hash.hex(),
                "chunks": [chunk_hash.hex() for chunk_hash in snapshot.chunk_hashes],
            }
            for snapshot in found
        ]
        return web.json_response({"snapshots": listed})

    async def _chunk(self, request: web.Request) -> web.StreamResponse:
        height, index = number(request, "height"), number(request, "index")
        async with self._turns.turn() as has_come:
            if not has_come:
                return error_response(503, "busy", reason=TURNS)
            chunk = await self._in_thread(lambda: self._offering.chunk(height, index))
            return await send(request, [chunk])
