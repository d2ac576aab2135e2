"""The service's door: a loopback server whose every refusal is JSON with a code, facts, a sentence and a hint.

Guarantees: as of `LoopbackServer`: no web page, no stranger without the token. Each error has one status (docs/custodian.md).
"""

import logging
from collections.abc import Sequence
from typing import Final

from aiohttp import web

from app.core.errors import (
    DecodingError,
    FileUnreadable,
    FileUnwritable,
    LuopuError,
    MempoolFull,
    NodeHalted,
    NodeUnreachable,
    NoPeer,
    NotFound,
    NotYetProvable,
    PeerMisbehaved,
    RequestTooLarge,
    StoreError,
    UsageError,
)
from app.core.messages import Language
from app.core.refusals import Refused
from app.core.reserveerrors import (
    CustodianBusy,
    ListError,
    ListTooLarge,
    NotPublished,
    ReserveShort,
    SnapshotLate,
    SourceNotAllowed,
)
from app.core.tokenerrors import TokenError
from app.core.walleterrors import BadTransition, KeyLocked, OutcomeUnknown
from app.custodian import answers
from app.node.api.server import Handler, LoopbackServer

_log = logging.getLogger(__name__)

_STATUSES: Final[tuple[tuple[type[LuopuError], int], ...]] = (
    (NotFound, 404),
    (SourceNotAllowed, 403),
    (ReserveShort, 409),
    (SnapshotLate, 409),
    (NotPublished, 409),
    (BadTransition, 409),
    (OutcomeUnknown, 409),
    (NotYetProvable, 409),
    (ListTooLarge, 413),
    (RequestTooLarge, 413),
    (ListError, 422),
    (FileUnreadable, 422),
    (Refused, 422),
    (CustodianBusy, 503),
    (MempoolFull, 503),
    (NodeHalted, 503),
    (NoPeer, 503),
    (StoreError, 503),
    (FileUnwritable, 503),
    (KeyLocked, 503),
    (TokenError, 503),
    (NodeUnreachable, 502),
    (PeerMisbehaved, 502),
    (DecodingError, 400),
    (UsageError, 400),
)


class CustodianServer(LoopbackServer):
    """A loopback server whose errors have words."""

    def __init__(self, routes: Sequence[web.RouteDef], *, token: str, language: Language) -> None:
        super().__init__(routes, token=token)
        self._language: Language = language

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        async def answered(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except LuopuError as error:
                return refusal(error, self._language)
            except web.HTTPException as error:
                return self._told(error.status, {404: "not-found", 413: "request-too-large"}.get(error.status, "usage"))
            except Exception:  # noqa: BLE001 - a fault of this program, which is told as one
                _log.exception("a request could not be answered")
                return self._told(500, LuopuError.code)

        return await super()._guard(request, answered)

    def _refuse(self, request: web.Request) -> web.Response | None:
        found = super()._refuse(request)
        if found is None:
            return None
        return self._told(found.status, {421: "wrong-host", 403: "foreign-origin"}.get(found.status, "wrong-token"))

    def _told(self, status: int, code: str) -> web.Response:
        return web.json_response({"error": answers.code_as_json(code, {}, self._language)}, status=status)


def refusal(error: LuopuError, language: Language) -> web.Response:
    """The answer that tells of an error."""
    status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
    return web.json_response({"error": answers.error_as_json(error, language)}, status=status)
