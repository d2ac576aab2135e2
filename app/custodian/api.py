"""The service's routes (docs/custodian.md; white paper 3.4.3: 业务系统调用该接口).

Guarantees: every answer is JSON, an error too; a body is bounded in size and time, and a list that is sent never lies on the
disk longer than its job takes. A request that is cut off after a publication was asked for takes nothing of it back.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import tzinfo
from pathlib import Path
from typing import Final, Literal, cast

from aiohttp import web

from app.client.reserve.work import Order
from app.core.errors import DecodingError, UsageError
from app.core.messages import Language
from app.core.ports import Clock, Randomness
from app.core.reserveerrors import ListTooLarge
from app.core.strictjson import decode_json
from app.core.units import INT64_MAX
from app.custodian import answers
from app.custodian.asked import Asked, number_of, voucher_of
from app.custodian.custodian import MAX_PAPERS, Custodian
from app.custodian.jobs import Job, JobState, Work
from app.custodian.schedule import ScheduleBook, Scheduler
from app.custodian.sources import Allowed, QueryFiles, list_of_rows, load_query
from app.custodian.timetable import WISH, Plan, next_slot, plan_of
from app.custodian.uploads import Uploads
from app.reserve.formula import MAX_PADDING
from app.reserve.liabilities.model import ColumnNames, ListFile
from app.reserve.proof import MAX_PROOF_BYTES

MAX_JSON_BYTES: Final = 16 * 1024 * 1024
MAX_LIST_BYTES: Final = 2 * 1024 * 1024 * 1024
PIECE_SECONDS: Final = 10.0
"""Within which the next piece of a body must come."""
ROWS_NAME: Final = "rows"
_MADE: Final = {"voucher", "accounts", "padding"}
_JSON: Final = _MADE | {"rows", "database"}
_UPLOAD: Final = _MADE | {
    *("name", "user_column", "value_column", "voucher_column"),
    *("encoding", "delimiter", "sheet"),
}


# ---- the routes --------------------------------------------------------------------------------------------------------
class CustodianApi:
    """Answers what business systems ask."""

    def __init__(
        self,
        custodian: Custodian,
        uploads: Uploads,
        allowed: Allowed,
        scheduler: Scheduler,
        *,
        clock: Clock,
        randomness: Randomness,
        language: Language,
    ) -> None:
        self._custodian, self._uploads, self._allowed = custodian, uploads, allowed
        self._scheduler = scheduler
        self._schedule: ScheduleBook = scheduler.book
        self._zone: tzinfo | None = scheduler.zone
        self._clock, self._randomness, self._language = clock, randomness, language
        self._asked: set[asyncio.Task[object]] = set()

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        return [
            web.post("/v1/reserves", self._make),
            web.get("/v1/reserves", self._snapshots),
            web.get("/v1/reserves/{id}", self._snapshot),
            web.post("/v1/reserves/{id}/publication", self._publish),
            web.get("/v1/reserves/{id}/papers/{account}", self._papers),
            web.get("/v1/jobs/{id}", self._job),
            web.delete("/v1/jobs/{id}", self._cancel),
            web.post("/v1/verify", self._verify),
            web.get("/v1/vouchers/{voucher}/coverage", self._coverage),
            web.get("/v1/vouchers/{voucher}/reserves", self._overview),
            web.get("/v1/schedule", self._entries),
            web.post("/v1/schedule", self._add_entry),
            web.delete("/v1/schedule/{id}", self._remove_entry),
        ]

    # ---- making ------------------------------------------------------------------------------------------------------
    async def _make(self, request: web.Request) -> web.Response:
        with self._custodian.jobs.place() as job:
            is_json = request.content_type == "application/json"
            work = await (self._asked_work(request) if is_json else self._uploaded_work(request))
            self._custodian.jobs.begin(job, work)
        return web.json_response({"job": job.id}, status=202, headers={"Location": f"/v1/jobs/{job.id}"})

    async def _asked_work(self, request: web.Request) -> Work:
        asked = await _json_of(request, _JSON)
        if asked.has("rows") == asked.has("database"):
            raise UsageError(argument="rows, database", expected="one of the two")
        if asked.has("database"):
            database = asked.inside("database", {"url_file", "query"})
            url_file = self._allowed.check("url_file", database.text("url_file"))
            return Work(_order(asked, await asyncio.to_thread(load_query, url_file, database.text("query"))))
        content = await asyncio.to_thread(list_of_rows, asked.objects("rows"))
        _order(asked, ListFile(Path(ROWS_NAME)))  # before anything lies on the disk
        path = await self._uploads.receive(_once(content), ROWS_NAME, len(content))
        return Work(_order(asked, ListFile(path)), lambda: self._uploads.forget(path), is_of_rows=True)

    async def _uploaded_work(self, request: web.Request) -> Work:
        asked = Asked(dict(request.query), _UPLOAD, "query")
        columns = ColumnNames(*(_optional(asked, f"{each}_column") for each in ("user", "value", "voucher")))
        encoding = cast("Literal['utf-8', 'gb18030'] | None", _choice(asked, "encoding", ("utf-8", "gb18030")))
        delimiter = cast("Literal[',', ';', '\\t'] | None", _choice(asked, "delimiter", (",", ";", "\t")))
        sheet = _optional(asked, "sheet")
        _order(asked, ListFile(Path("list")))  # before anything is received
        path = await self._uploads.receive(_body(request), asked.text("name", "list"), MAX_LIST_BYTES)
        source = ListFile(path, columns, encoding, delimiter, sheet)
        return Work(_order(asked, source), lambda: self._uploads.forget(path))

    async def _job(self, request: web.Request) -> web.Response:
        return web.json_response(await self._job_as_json(self._custodian.jobs.get(request.match_info["id"])))

    async def _cancel(self, request: web.Request) -> web.Response:
        job = self._custodian.jobs.cancel(request.match_info["id"])
        return web.json_response(await self._job_as_json(job))

    async def _job_as_json(self, job: Job) -> answers.Json:
        snapshot = None
        if job.state is JobState.DONE and job.note is not None:
            snapshot = await self._shown(job.note.id)
        return answers.job_as_json(job, snapshot, self._language)

    # ---- snapshots ---------------------------------------------------------------------------------------------------
    async def _snapshots(self, request: web.Request) -> web.Response:
        limit = number_of("limit", request.query.get("limit", "100"), 1, 1_000)
        found = await self._custodian.listed(limit)
        return web.json_response({"reserves": [answers.snapshot_as_json(*each, self._language) for each in found]})

    async def _snapshot(self, request: web.Request) -> web.Response:
        return web.json_response(await self._shown(request.match_info["id"]))

    async def _publish(self, request: web.Request) -> web.Response:
        snapshot = request.match_info["id"]
        publishing = asyncio.ensure_future(self._custodian.publisher.publish(snapshot))
        self._asked.add(cast("asyncio.Task[object]", publishing))
        publishing.add_done_callback(self._asked.discard)
        publication = await asyncio.shield(publishing)
        answer = {"id": snapshot, "publication": answers.publication_as_json(publication, self._language)}
        return web.json_response(answer, status=202, headers={"Location": f"/v1/reserves/{snapshot}"})

    async def _papers(self, request: web.Request) -> web.Response:
        snapshot = request.match_info["id"]
        account = number_of("account", request.match_info["account"], 1, INT64_MAX)
        after = number_of("after", request.query.get("after", "0"), 0, INT64_MAX)
        papers = await self._custodian.papers(snapshot, account, after)
        if papers and not papers[0].serial:
            name = f'attachment; filename="{papers[0].name}"'
            return web.Response(
                body=papers[0].content, content_type="application/json", headers={"Content-Disposition": name}
            )
        listed = [{"serial": each.serial, "name": each.name, "paper": each.content.decode()} for each in papers]
        more = papers[-1].serial if len(papers) == MAX_PAPERS else None
        return web.json_response({"papers": listed, "next": more})

    async def _shown(self, snapshot: str) -> answers.Json:
        return answers.snapshot_as_json(*await self._custodian.shown(snapshot), self._language)

    # ---- verifying and looking back ------------------------------------------------------------------------------------
    async def _verify(self, request: web.Request) -> web.Response:
        paper = bytearray()
        async for piece in _body(request):
            paper += piece
            if len(paper) > MAX_PROOF_BYTES:
                break  # so much is enough to see that it is too large
        account = request.query.get("account") or None
        report, standing, error = await self._custodian.verify(bytes(paper[: MAX_PROOF_BYTES + 1]), account)
        return web.json_response(answers.report_as_json(report, standing, error, self._language))

    async def _coverage(self, request: web.Request) -> web.Response:
        voucher, reserving = voucher_of(request.match_info["voucher"]), self._custodian.reserving
        own = str(reserving.custodian.number)
        custodian = number_of("custodian", request.query.get("custodian", own), 1, INT64_MAX)
        published = await reserving.history(voucher, custodian)
        return web.json_response(answers.coverage_as_json(voucher, custodian, published))

    async def _overview(self, request: web.Request) -> web.Response:
        voucher = voucher_of(request.match_info["voucher"])
        return web.json_response(answers.overview_as_json(voucher, await self._custodian.reserving.overview(voucher)))

    # ---- the schedule ------------------------------------------------------------------------------------------------
    async def _entries(self, request: web.Request) -> web.Response:
        del request
        entries, runs = await asyncio.to_thread(self._schedule.entries), await asyncio.to_thread(self._schedule.runs)
        now, language = self._clock.now(), self._language
        listed = [
            answers.entry_as_json(
                each,
                runs.get(each.id, ()),
                next_slot(each, now, self._zone),
                is_running=self._scheduler.is_running(each.id),
                language=language,
            )
            for each in entries
        ]
        return web.json_response({"schedule": listed})

    async def _add_entry(self, request: web.Request) -> web.Response:
        plan = plan_of(await _json_of(request, WISH))
        plan = await asyncio.to_thread(self._checked, plan)
        entry = await asyncio.to_thread(self._schedule.add, plan, self._clock, self._randomness)
        next_ns = next_slot(entry, entry.added_ns, self._zone)
        answer = answers.entry_as_json(entry, (), next_ns, is_running=False, language=self._language)
        return web.json_response(answer, status=201)

    async def _remove_entry(self, request: web.Request) -> web.Response:
        entry = await asyncio.to_thread(self._schedule.remove, request.match_info["id"])
        return web.json_response({"removed": entry.id})

    def _checked(self, plan: Plan) -> Plan:
        """The plan with the files that it may name, every link followed."""
        source, check = plan.source, self._allowed.check
        kept: ListFile | QueryFiles
        if isinstance(source, ListFile):
            kept = ListFile(check("file", str(source.path)))
        else:
            kept = QueryFiles(check("url_file", str(source.url_file)), check("query_file", str(source.query_file)))
        return Plan(plan.voucher, kept, plan.when, plan.accounts, plan.padding, plan.publish)


# ---- bodies ------------------------------------------------------------------------------------------------------------
async def _json_of(request: web.Request, names: set[str] | frozenset[str]) -> Asked:
    content = bytearray()
    async for piece in _body(request):
        content += piece
        if len(content) > MAX_JSON_BYTES:
            raise ListTooLarge(what="bytes", expected=f"at most {MAX_JSON_BYTES}")
    return Asked(await asyncio.to_thread(decode_json, bytes(content), max_bytes=MAX_JSON_BYTES), names)


async def _body(request: web.Request) -> AsyncIterator[bytes]:
    """The body, piece by piece.

    Raises:
        DecodingError: too slow, or cut off.
    """
    while True:
        try:
            async with asyncio.timeout(PIECE_SECONDS):
                piece = await request.content.readany()
        except TimeoutError as error:
            raise DecodingError(kind="request body", reason="too slow") from error
        except (ConnectionError, web.RequestPayloadError) as error:
            raise DecodingError(kind="request body", reason="cut off") from error
        if not piece:
            return
        yield piece


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _order(asked: Asked, source: object) -> Order:
    """What is to be made. Errors as of `Asked`."""
    padding = asked.number("padding", 0, MAX_PADDING, 0)
    return Order(asked.voucher(), source, asked.numbers("accounts"), padding)  # type: ignore[arg-type]


def _optional(asked: Asked, name: str) -> str | None:
    return asked.text(name) if asked.has(name) else None


def _choice(asked: Asked, name: str, choices: tuple[str, ...]) -> str | None:
    value = _optional(asked, name)
    if value is not None and value not in choices:
        raise UsageError(argument=name, expected=", ".join(map(repr, choices)), got=value[:80])
    return value
