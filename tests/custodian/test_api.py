"""Business systems ask the custodian's service: lists in, proofs out, over real HTTP with a real chain behind it."""

import asyncio
import io
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.client.reserve.work import OnStage, Order, Stage
from app.core.verification import Verdict
from app.core.wire import registry_pb2 as wire
from app.custodian import api as api_module
from app.custodian.api import PIECE_SECONDS
from app.custodian.jobs import MAX_WAITING
from app.custodian.uploads import Uploads
from app.reserve.proof import MAX_PROOF_BYTES
from app.reserve.verify import verify_proof
from tests.custodian.counter import Counter
from tests.fakes.registry import ANN, BANK, BOB, CY, ISSUER


# ---- making ------------------------------------------------------------------------------------------------------------
async def test_rows_become_a_snapshot_with_its_coverage(counter: Counter) -> None:
    voucher = counter.bank.issue(5_000)
    ended = await counter.ended(await counter.make(voucher, (ANN, "12.50"), (str(BOB), 30), ("cy", "0")))
    snapshot = ended["snapshot"]
    assert (ended["state"], ended["rows"], ended["problems"]) == ("done", 3, [])
    assert (snapshot["owed"], snapshot["held"], snapshot["ratio"]) == ("4250", "5000", "1.176470")
    assert (snapshot["users"], snapshot["state"], snapshot["published"]) == (3, "made", None)
    assert snapshot["voucher"] == {"id": voucher.hex(), "name": "Grain", "decimals": 2, "unique": False}
    assert await counter.get(f"/v1/reserves/{snapshot['id']}") == snapshot
    assert (await counter.get("/v1/reserves"))["reserves"] == [snapshot]


async def test_an_uploaded_list_is_read_and_gone(counter: Counter) -> None:
    voucher = counter.bank.issue(5_000)
    await counter.blocks(1)
    content = f"账户;余额\n{ANN};12.50\n{BOB};30\n".encode("gb18030")
    query = {"voucher": voucher.hex(), "name": "夜间.csv", "padding": "5", "delimiter": ";", "encoding": "gb18030"}
    answer = await counter.ask("POST", "/v1/reserves", data=content, params=query, headers={"Content-Type": "text/csv"})
    assert answer.status == 202, answer.document
    snapshot = (await counter.ended(answer.document["job"]))["snapshot"]
    assert (snapshot["source"], snapshot["padding"], snapshot["owed"]) == ("夜间.csv", 5, "4250")
    assert list(counter.home.custodian_uploads.iterdir()) == []


async def test_a_list_with_faults_makes_nothing_and_every_fault_is_told_with_its_row(counter: Counter) -> None:
    ended = await counter.ended(
        await counter.make(counter.bank.issue(100), (ANN, 1), (ANN, 2), (999_999, 1), (BOB, "-1"))
    )
    assert (ended["state"], ended["error"]["code"], ended["problem_count"]) == ("failed", "list-refused", 3)
    told = [(each["row"], each["column"], each["code"]) for each in ended["problems"]]
    assert told == [
        (2, "account", "row-user-twice"),
        (3, "account", "row-user-unknown"),
        (4, "amount", "row-amount-negative"),
    ]
    assert all(each["sentence"] and each["hint"] for each in ended["problems"])
    assert "row 2" in ended["problems"][0]["sentence"]
    assert ended["problems"][0]["sentence"].endswith("the first time at 1.")
    assert (await counter.get("/v1/reserves"))["reserves"] == []
    assert list(counter.home.custodian_uploads.iterdir()) == []


async def test_an_allowed_database_is_read_and_no_other_file(counter: Counter, tmp_path: Path) -> None:
    voucher = counter.bank.issue(5_000)
    database = tmp_path / "owed.db"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE owed (account TEXT, amount TEXT)")
        connection.execute("INSERT INTO owed VALUES (?, '7.50')", (str(ANN),))
    connection.close()
    allowed = counter.upload("database", f"sqlite:///{database}\n".encode())
    secret = tmp_path / "secret"
    secret.write_bytes(allowed.read_bytes())
    (counter.folder / "link").symlink_to(secret)
    query = "SELECT account, amount FROM owed"
    await counter.blocks(1)

    async def ask(url_file: Path | str) -> Any:
        wish = {"voucher": voucher.hex(), "database": {"url_file": str(url_file), "query": query}}
        return await counter.ask("POST", "/v1/reserves", json=wish)

    for other in (secret, counter.folder / "link", f"{counter.folder}/../secret", "database"):
        answer = await ask(other)
        assert (answer.status, answer.document["error"]["code"]) == (403, "source-not-allowed")
    ended = await counter.ended((await ask(allowed)).document["job"])
    assert (ended["snapshot"]["owed"], ended["snapshot"]["source"]) == ("750", "sqlite")


@pytest.mark.parametrize(
    ("wish", "argument"),
    [
        ({"rows": []}, "voucher"),
        ({"voucher": "00", "rows": []}, "voucher"),
        ({"voucher": "00" * 16}, "rows, database"),
        ({"voucher": "00" * 16, "rows": [], "database": {}}, "rows, database"),
        ({"voucher": "00" * 16, "rows": [], "colour": "red"}, "colour"),
        ({"voucher": "00" * 16, "rows": [], "padding": -1}, "padding"),
        ({"voucher": "00" * 16, "rows": [], "accounts": list(range(1, 30))}, "accounts"),
        ({"voucher": "00" * 16, "rows": [{"account": 1}]}, "rows[0]"),
        ({"voucher": "00" * 16, "rows": [{"account": 1, "amount": True}]}, "rows[0].amount"),
        ({"voucher": "00" * 16, "rows": [{"account": "1\n2", "amount": 1}]}, "rows[0].account"),
        ([], "body"),
    ],
)
async def test_a_request_that_cannot_be_used_says_what_is_wrong_with_it(
    counter: Counter, wish: object, argument: str
) -> None:
    answer = await counter.ask("POST", "/v1/reserves", json=wish)
    error = answer.document["error"]
    assert (answer.status, error["code"], error["facts"]["argument"]) == (400, "usage", argument)
    assert error["sentence"]
    assert error["hint"]


async def test_a_list_that_is_too_large_is_refused_while_it_comes(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_module, "MAX_LIST_BYTES", 1_000)
    query = {"voucher": "00" * 16}
    answer = await counter.ask("POST", "/v1/reserves", params=query, data=b"x" * 1_001)
    assert (answer.status, answer.document["error"]["code"]) == (413, "list-too-large")
    assert list(counter.home.custodian_uploads.iterdir()) == []


async def test_a_list_whose_sender_goes_away_leaves_neither_a_file_nor_its_place_taken(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, gone = asyncio.Event(), asyncio.Event()
    receive, forget = Uploads.receive, Uploads.forget

    async def told_receive(self: Uploads, *given: Any) -> Path:
        begun.set()
        return await receive(self, *given)

    def told_forget(self: Uploads, path: Path) -> None:
        forget(self, path)
        gone.set()

    async def half() -> AsyncIterator[bytes]:
        yield b"account,amount\n"
        await asyncio.Event().wait()

    monkeypatch.setattr(Uploads, "receive", told_receive)
    monkeypatch.setattr(Uploads, "forget", told_forget)
    sending = asyncio.create_task(counter.ask("POST", "/v1/reserves", params={"voucher": "00" * 16}, data=half()))
    await asyncio.wait_for(begun.wait(), PIECE_SECONDS - 1)
    sending.cancel()
    await asyncio.wait_for(gone.wait(), PIECE_SECONDS - 1)
    await asyncio.sleep(0)
    assert list(counter.home.custodian_uploads.iterdir()) == []
    assert counter.custodian.jobs._jobs == {}


async def test_who_comes_when_all_places_are_taken_is_told_to_come_again(counter: Counter) -> None:
    places = [counter.custodian.jobs.place() for _ in range(MAX_WAITING)]
    for each in places:
        each.__enter__()
    answer = await counter.ask("POST", "/v1/reserves", json={"voucher": "00" * 16, "rows": []})
    assert (answer.status, answer.document["error"]["code"]) == (503, "custodian-busy")
    for each in places:
        each.__exit__(None, None, None)
    assert (await counter.ask("POST", "/v1/reserves", json={"voucher": "00" * 16, "rows": []})).status == 202


async def test_a_job_is_given_up_when_it_is_told_to(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = asyncio.Event()

    async def make(_order: Order, on_stage: OnStage) -> Any:
        on_stage(Stage("reading", 50_000))
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(counter.custodian.jobs, "_make", make)
    running, waiting = [await counter.make(bytes(16), (ANN, number)) for number in (1, 2)]
    await begun.wait()
    shown = [await counter.get(f"/v1/jobs/{job}") for job in (running, waiting)]
    assert [(each["state"], each["stage"], each["rows"]) for each in shown] == [
        ("running", "reading", 50_000),
        ("waiting", "waiting", 0),
    ]
    assert len(list(counter.home.custodian_uploads.iterdir())) == 2
    for job in (waiting, running):
        answer = await counter.ask("DELETE", f"/v1/jobs/{job}")
        assert (answer.status, answer.document["state"]) == (200, "cancelled")
        assert (await counter.ended(job))["state"] == "cancelled"
    assert list(counter.home.custodian_uploads.iterdir()) == []


async def test_a_voucher_that_is_not_there_fails_the_job(counter: Counter) -> None:
    ended = await counter.ended(await counter.make(bytes(16), (ANN, 1)))
    assert (ended["state"], ended["error"]["code"]) == ("failed", "not-found")


# ---- publishing --------------------------------------------------------------------------------------------------------
async def test_from_rows_to_a_paper_that_a_stranger_and_the_service_verify(counter: Counter) -> None:
    voucher = counter.bank.issue(5_000)
    snapshot = await counter.made(voucher, (ANN, "12.50"), (BOB, 30))
    early = await counter.ask("GET", f"/v1/reserves/{snapshot}/papers/{ANN}")
    assert (early.status, early.document["error"]["code"]) == (409, "not-published")
    shown = await counter.published(snapshot)
    assert (shown["state"], shown["publication"]["state"]) == ("published", "final")
    assert shown["published"]["height"] == shown["publication"]["height"] > shown["height"]
    paper = await counter.ask("GET", f"/v1/reserves/{snapshot}/papers/{ANN}")
    assert verify_proof(paper.body, counter.bank.genesis, str(ANN)).verdict is Verdict.VALID
    verified = (await counter.ask("POST", f"/v1/verify?account={ANN}", data=paper.body)).document
    assert (verified["verdict"], verified["standing"]["state"], verified["error"]) == ("valid", "newest", None)
    assert (verified["claim"]["balance"], verified["claim"]["owed"]) == ("1250", "4250")
    assert [each["passed"] for each in verified["steps"]] == [True] * 10


async def test_a_publication_is_signed_once_however_often_it_is_asked_for(counter: Counter) -> None:
    snapshot = await counter.made(counter.bank.issue(5_000), (ANN, "12.50"))
    answers = [await counter.ask("POST", f"/v1/reserves/{snapshot}/publication") for _ in range(3)]
    assert {each.status for each in answers} == {202}
    assert {each.document["publication"]["state"] for each in answers} == {"unknown"}
    assert len({each.document["publication"]["transaction"] for each in answers}) == 1
    assert counter.transactions == 1
    assert (await counter.get(f"/v1/reserves/{snapshot}"))["state"] == "publishing"
    await counter.blocks(2)
    again = await counter.ask("POST", f"/v1/reserves/{snapshot}/publication")
    assert (again.status, again.document["error"]["code"]) == (409, "bad-transition")


async def test_less_than_is_owed_is_not_published_and_by_how_much_is_told(counter: Counter) -> None:
    snapshot = await counter.made(counter.bank.issue(100), (ANN, "0.60"), (BOB, "0.41"))
    shown = await counter.get(f"/v1/reserves/{snapshot}")
    assert (shown["state"], shown["missing"], shown["ratio"]) == ("short", "1", "0.990099")
    answer = await counter.ask("POST", f"/v1/reserves/{snapshot}/publication")
    assert (answer.status, answer.document["error"]["code"]) == (409, "reserve-short")
    assert answer.document["error"]["facts"] == {"owed": "101", "held": "100", "missing": "1"}
    assert counter.transactions == 0


async def test_what_expired_may_be_asked_for_again(counter: Counter) -> None:
    snapshot = await counter.made(counter.bank.issue(5_000), (ANN, "12.50"))
    first = (await counter.ask("POST", f"/v1/reserves/{snapshot}/publication")).document["publication"]
    counter.bank.stage.engine._mempool._waiting.clear()  # it was lost
    following = list(counter.custodian.publisher._following.values())
    for task in following:
        task.cancel()
    await counter.blocks(601)
    counter.bank.stage.engine._mempool._waiting.clear()
    counter.custodian.publisher.start()
    await counter.blocks_until(*counter.custodian.publisher._following.values())
    assert (await counter.get(f"/v1/reserves/{snapshot}"))["publication"]["state"] == "expired"
    second = (await counter.ask("POST", f"/v1/reserves/{snapshot}/publication")).document["publication"]
    assert (second["state"], second["transaction"] != first["transaction"]) == ("unknown", True)
    await counter.blocks(2)
    assert (await counter.get(f"/v1/reserves/{snapshot}"))["state"] == "published"


async def test_what_the_law_refuses_is_not_signed(counter: Counter) -> None:
    voucher = counter.bank.issue(5_000)
    snapshot = await counter.made(voucher, (ANN, "12.50"))
    legs = [wire.Leg(voucher=voucher, to=ISSUER, amount=5_000)]
    counter.bank.stage.act(BANK, transfer=wire.Transfer(legs=legs))
    await counter.blocks(1)
    answer = await counter.ask("POST", f"/v1/reserves/{snapshot}/publication")
    assert answer.status == 422, answer.document
    assert counter.transactions == 0
    assert (await counter.get(f"/v1/reserves/{snapshot}"))["publication"]["state"] == "none"


# ---- papers and looking back -------------------------------------------------------------------------------------------
async def test_pieces_of_one_user_come_as_a_list(counter: Counter) -> None:
    voucher = counter.bank.issue(3, kind=wire.KIND_UNIQUE, decimals=0)
    snapshot = await counter.made(voucher, (ANN, 3), (BOB, 2), (ANN, 1), value="serial")
    await counter.published(snapshot)
    listed = await counter.get(f"/v1/reserves/{snapshot}/papers/{ANN}")
    assert [(each["serial"], each["name"]) for each in listed["papers"]] == [
        (1, f"{ANN}-1.reserve.json"),
        (3, f"{ANN}-3.reserve.json"),
    ]
    for each in listed["papers"]:
        assert verify_proof(each["paper"].encode(), counter.bank.genesis, str(ANN)).verdict is Verdict.VALID
    behind = await counter.get(f"/v1/reserves/{snapshot}/papers/{ANN}?after=1")
    assert [each["serial"] for each in behind["papers"]] == [3]


async def test_who_is_owed_nothing_gets_no_paper(counter: Counter) -> None:
    snapshot = await counter.made(counter.bank.issue(5_000), (ANN, "12.50"))
    await counter.published(snapshot)
    answer = await counter.ask("GET", f"/v1/reserves/{snapshot}/papers/{CY}")
    assert (answer.status, answer.document["error"]["code"]) == (404, "not-found")
    assert (await counter.ask("GET", f"/v1/reserves/{snapshot}/papers/ann")).status == 400
    assert (await counter.ask("GET", f"/v1/reserves/{'0' * 16}/papers/{ANN}")).status == 404


async def test_anything_may_be_handed_in_to_be_verified(counter: Counter) -> None:
    snapshot = await counter.made(counter.bank.issue(5_000), (ANN, "12.50"), (BOB, 30))
    await counter.published(snapshot)
    paper = (await counter.ask("GET", f"/v1/reserves/{snapshot}/papers/{ANN}")).body
    document = json.loads(paper)
    document["leaf"]["balance"] = "9999"
    forged = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    for untrusted in (b"", b"{}", b"\xff\x00", b"[" * 100_000, forged, b"x" * (MAX_PROOF_BYTES + 5_000_000)):
        answer = await counter.ask("POST", "/v1/verify", data=io.BytesIO(untrusted))
        assert (answer.status, answer.document["verdict"]) == (200, "refuted")
        assert answer.document["error"]["sentence"]
    other = (await counter.ask("POST", f"/v1/verify?account={BOB}", data=paper)).document
    assert other["verdict"] == "refuted"
    assert next(each["name"] for each in other["steps"] if not each["passed"]) == "user"


async def test_of_a_body_that_never_ends_no_more_is_read_than_a_paper_has(counter: Counter) -> None:
    answered = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"x" * (MAX_PROOF_BYTES + 1)
        await answered.wait()

    answer = await asyncio.wait_for(counter.ask("POST", "/v1/verify", data=endless()), PIECE_SECONDS - 1)
    answered.set()
    assert (answer.status, answer.document["verdict"]) == (200, "refuted")


async def test_coverage_and_all_reserves_of_a_voucher(counter: Counter) -> None:
    voucher = counter.bank.issue(5_000)
    first = await counter.made(voucher, (ANN, "12.50"))
    await counter.published(first)
    second = await counter.made(voucher, (ANN, "13"))
    await counter.published(second)
    coverage = await counter.get(f"/v1/vouchers/{voucher.hex()}/coverage")
    assert [(each["owed"], each["held"]) for each in coverage["publications"]] == [("1250", "5000"), ("1300", "5000")]
    assert (await counter.get(f"/v1/reserves/{first}"))["state"] == "superseded"
    overview = await counter.get(f"/v1/vouchers/{voucher.hex()}/reserves")
    (bank,) = overview["custodians"]
    assert (overview["outstanding"], bank["account"], bank["owed"], bank["held_now"]) == ("5000", BANK, "1300", "5000")
    assert (await counter.get(f"/v1/vouchers/{voucher.hex()}/coverage?custodian={ISSUER}"))["publications"] == []


# ---- the door ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Authorization": "Bearer another"}, 401, "wrong-token"),
        ({"Origin": "https://example.org"}, 403, "foreign-origin"),
        ({"Host": "example.org"}, 421, "wrong-host"),
    ],
)
async def test_a_web_page_or_a_stranger_gets_nothing(
    counter: Counter, headers: dict[str, str], status: int, code: str
) -> None:
    answer = await counter.ask("GET", "/v1/reserves", headers=headers)
    assert (answer.status, answer.document["error"]["code"]) == (status, code)
    assert answer.document["error"]["sentence"]


async def test_a_fault_of_the_program_is_told_without_what_it_was_about(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_limit: int) -> Any:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(counter.custodian, "listed", broken)
    answer = await counter.ask("GET", "/v1/reserves")
    assert (answer.status, answer.document["error"]["code"], b"secret" in answer.body) == (500, "error", False)


async def test_what_is_not_there_is_told_in_the_same_form(counter: Counter) -> None:
    for method, path, status in (
        ("GET", "/v1/nothing", 404),
        ("PUT", "/v1/reserves", 405),
        ("GET", "/v1/jobs/00", 404),
        ("DELETE", "/v1/jobs/00", 404),
        ("GET", "/v1/reserves/00", 404),
        ("GET", "/v1/reserves/..%2F..%2Fwallet", 404),
        ("POST", "/v1/reserves/00/publication", 404),
        ("DELETE", "/v1/schedule/00", 404),
        ("GET", "/v1/vouchers/zz/coverage", 400),
        ("GET", "/v1/reserves?limit=0", 400),
    ):
        answer = await counter.ask(method, path)
        assert (answer.status, set(answer.document["error"])) == (status, {"code", "facts", "sentence", "hint"}), path
