"""Records of an organisation in which a second clerk must sign: by request files, from one desk to another and back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.cli.work import open_outbox
from app.client.node import NodeClient
from app.core.hashing import sha256
from tests.cli.answer import Answer
from tests.cli.hall import Hall, open_hall
from tests.client.company import make_company
from tests.fakes.registry import make_registry

ASK = ("--approver", "checker 01")


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """The partner with maker and checker has decided that a checker signs evidence, too."""
    consortium = make_registry()
    async with open_hall(tmp_path, consortium) as opened:
        opened.home("dual").genesis.write_bytes(consortium.genesis_bytes)
        await opened.do("dual", "account", "threshold", "voucher=1", "evidence=1")
        yield opened


@pytest.fixture
def file(hall: Hall) -> Path:
    return hall.file("report.txt", "report")


@pytest.fixture
def request_file(hall: Hall) -> Path:
    return hall.folder / "report.request"


async def asked(hall: Hall, *words: str | Path) -> list[dict[str, Any]]:
    """What the maker signs and the checker must sign, too."""
    answer = await hall.type("dual", "notarize", *words, *ASK, "--json")
    assert answer.status == 1, answer.said + answer.complained
    listed: list[dict[str, Any]] = answer.document["records"]
    assert {each["state"] for each in listed} == {"waiting"}
    assert {(each["transaction"], len(each["missing"])) for each in listed} == {(None, 1)}
    return listed


async def followed(hall: Hall, *words: str | Path, passing: int = 1) -> Answer:
    """A command of the maker that waits, while blocks go by."""
    task = asyncio.create_task(hall.type("dual", "notarize", *words, *ASK, "--wait", "--json"))
    while not task.done():
        await hall.pass_blocks(passing)
    return task.result()


def journal(hall: Hall, name: str) -> list[tuple[str, str]]:
    """States and ids in somebody's outbox, the oldest first."""
    with closing(open_outbox(hall.home(name))) as outbox:
        return [(entry.state.value, entry.id) for entry in reversed(outbox.recent(100)) if entry.is_record]


# ---- before anybody signs --------------------------------------------------------------------------------------------
async def test_without_a_checker_nothing_is_signed_and_nothing_stays(hall: Hall, file: Path) -> None:
    words = ("notarize", file, "--batch", hall.folder / "list.json")
    assert await hall.refused("dual", *words) == "approvals-missing"
    assert await hall.refused("dual", *words, "--approver", "nobody") == "bad-key"
    answer = await hall.type(
        "dual", *words, "--approver", "maker 01", "--json", sign=False
    )  # no passphrase is asked for
    assert answer.document["error"]["code"] == "role-missing"
    assert journal(hall, "dual") == []
    assert not hall.has("list.json")


async def test_a_request_that_could_not_be_written_is_not_signed(hall: Hall, file: Path, request_file: Path) -> None:
    other = hall.file("other.txt", "other")
    (hall.folder / "report-2.request").write_text("somebody's")
    assert await hall.refused("dual", "notarize", file, other, *ASK, "--request", request_file) == "file-unwritable"
    assert not hall.has("report-1.request")
    assert hall.read("report-2.request") == "somebody's"
    assert journal(hall, "dual") == []


async def test_what_is_signed_names_who_signs_too(hall: Hall, file: Path, request_file: Path) -> None:
    said = (await hall.type("dual", "notarize", file, *ASK, "--request", request_file)).said
    before, after = said.split("signed; 1 more keys must sign")
    assert "keys that must sign too" in before
    assert journal(hall, "dual")[0][1] in before  # the digest that both sign
    assert f"luopu sign-request {request_file}" in after
    assert "Waits for approval" in after
    shown = (await hall.type("dual checker", "sign-request", request_file)).said
    assert journal(hall, "dual")[0][1] in shown
    assert sha256(b"report").hex() in shown


# ---- from the maker to the chain -------------------------------------------------------------------------------------
async def test_the_checker_signs_and_sends_and_the_maker_hears_of_it_and_has_receipt_and_bundle(
    hall: Hall, file: Path, request_file: Path
) -> None:
    words = (file, "--subject", "lot 1", "--request", request_file)
    (waiting,) = await asked(hall, *words)
    assert waiting["request"] == str(request_file)
    assert hall.transactions == 1  # the thresholds
    told = await hall.do("dual checker", "sign-request", request_file)
    assert told["action"] == "notarize"

    answer = await followed(hall, *words)
    (record,) = answer.document["records"]
    assert (answer.status, record["state"], record["height"]) == (0, "final", told["height"])
    assert record["index"] == told["index"]
    assert (record["record"], record["transaction"]) == (waiting["record"], told["transaction"])
    assert hall.transactions == 2
    for name in ("dual", "dual checker"):
        (listed,) = (await hall.ask(name, "records"))["records"]
        assert (listed["record"], listed["subject"]) == (waiting["record"], "lot 1")
    receipt = await hall.ask("dual", "account", "receipt", record["transaction"])
    assert receipt["signer"]["label"] == "maker 01"
    assert [each["label"] for each in receipt["approvers"]] == ["checker 01"]
    bundle = hall.folder / "report.asice"
    await hall.ask("dual", "bundle", record["record"], "-o", bundle)
    assert (await hall.ask("dual", "verify", bundle))["verdict"] == "valid"


async def test_a_maker_who_waits_hears_of_what_the_checker_sends(hall: Hall, file: Path, request_file: Path) -> None:
    words = ("notarize", file, "--request", request_file, *ASK, "--wait", "--json")
    task = asyncio.create_task(hall.type("dual", *words))
    while not hall.has(request_file.name):  # noqa: ASYNC110 - the command has a thread of its own
        await asyncio.sleep(0)
    told = await hall.do("dual checker", "sign-request", request_file)
    while not task.done():
        await hall.pass_blocks(1)
    (record,) = task.result().document["records"]
    assert (record["state"], record["transaction"]) == ("final", told["transaction"])
    assert task.result().status == 0
    assert [state for state, _ in journal(hall, "dual")] == ["final"]


async def test_what_the_checker_signed_comes_back_as_a_file_and_the_maker_has_the_receipt(
    hall: Hall, file: Path, request_file: Path
) -> None:
    signed = hall.folder / "signed.request"
    (waiting,) = await asked(hall, file, "--request", request_file)
    there = await hall.do("dual checker", "sign-request", request_file, "--request", signed)
    here = await hall.do("dual", "sign-request", signed)
    assert (here["transaction"], here["index"]) == (there["transaction"], there["index"])
    assert [state for state, _ in journal(hall, "dual")] == ["final"]
    await hall.pass_blocks(1)
    bundle = hall.folder / "report.asice"
    await hall.ask("dual", "bundle", waiting["record"], "-o", bundle)


async def test_several_records_have_a_request_each_to_be_signed_in_their_order(
    hall: Hall, file: Path, request_file: Path
) -> None:
    words = (file, hall.file("photo.txt", "photo"), "--request", request_file)
    first, second = await asked(hall, *words)
    assert [Path(each["request"]).name for each in (first, second)] == ["report-1.request", "report-2.request"]
    assert await hall.refused("dual checker", "sign-request", second["request"]) == "unknown-record-chain"
    for each in (first, second):
        await hall.do("dual checker", "sign-request", each["request"])
    answer = await followed(hall, *words)
    listed = answer.document["records"]
    assert [(each["state"], each["sequence"]) for each in listed] == [("final", 1), ("final", 2)]
    assert [each["record"] for each in listed] == [first["record"], second["record"]]
    chain = (await hall.ask("dual", "records", "--chain", first["chain"]))["records"]
    assert [each["record"] for each in chain] == [first["record"], second["record"]]


async def test_a_record_is_placed_behind_one_that_still_waits(hall: Hall, file: Path, request_file: Path) -> None:
    (first,) = await asked(hall, file, "--request", request_file)
    other, behind = hall.file("photo.txt", "photo"), hall.folder / "photo.request"
    (second,) = await asked(hall, other, "--chain", first["chain"], "--supersedes", "1", "--request", behind)
    assert (second["chain"], second["sequence"]) == (first["chain"], 2)
    for request in (request_file, behind):
        await hall.do("dual checker", "sign-request", request)
    newest = (await hall.ask("dual", "records", "--chain", first["chain"]))["records"][-1]
    assert (newest["record"], newest["supersedes"]) == (second["record"], 1)


async def test_a_batch_keeps_its_list_while_it_waits(hall: Hall, file: Path, request_file: Path) -> None:
    listed = hall.folder / "list.json"
    words = (file, hall.file("photo.txt", "photo"), "--batch", listed, "--request", request_file)
    (waiting,) = await asked(hall, *words)
    assert waiting["sha256"] == sha256(listed.read_bytes()).hex()
    await hall.do("dual checker", "sign-request", request_file)
    answer = await followed(hall, *words)
    assert answer.document["records"][0]["state"] == "final"
    (record,) = (await hall.ask("dual", "records"))["records"]
    assert (record["record"], record["batch_size"]) == (waiting["record"], 2)
    await hall.ask("dual", "bundle", record["record"], "-o", hall.folder / "list.asice")


async def test_two_checkers_sign_one_after_the_other(tmp_path: Path) -> None:
    async with open_hall(tmp_path, make_company(checkers=2, duty="evidence")) as hall:
        file, first, second = hall.file("report.txt", "report"), hall.folder / "r1", hall.folder / "r2"
        words = ("notarize", file, "--request", first)
        assert await hall.refused("maker", *words, "--approver", "复核 01") == "approvals-missing"
        answer = await hall.type("maker", *words, "--approver", "复核 02", "--approver", "2", "--json")
        (waiting,) = answer.document["records"]
        assert (waiting["state"], len(waiting["missing"])) == ("waiting", 2)
        passed_on = await hall.type("second checker", "sign-request", first, "--request", second, "--json")
        assert passed_on.document["state"] == "waiting"
        told = await hall.do("checker", "sign-request", second)
        assert sorted(each["label"] for each in told["approvers"]) == ["复核 01", "复核 02"]
        (record,) = (await hall.ask("maker", "records"))["records"]
        assert record["record"] == waiting["record"]


# ---- typed again -----------------------------------------------------------------------------------------------------
async def test_typed_again_it_hands_over_the_same_request(hall: Hall, file: Path, request_file: Path) -> None:
    words = (file, "--request", request_file)
    (first,) = await asked(hall, *words)
    assert await asked(hall, *words) == [first]
    await asyncio.to_thread(request_file.unlink)
    assert await asked(hall, *words) == [first]
    assert hall.has(request_file.name)
    assert len(journal(hall, "dual")) == 1
    assert "signed before" in (await hall.type("dual", "notarize", *words, *ASK)).said


async def test_what_the_checker_has_sent_is_not_asked_for_again(
    hall: Hall, file: Path, request_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("notarize", file, "--request", request_file, *ASK)
    await hall.type("dual", *words)
    await hall.do("dual checker", "sign-request", request_file)
    looking, loop, wait = asyncio.Event(), asyncio.get_running_loop(), NodeClient.wait_for_height

    async def tell(self: NodeClient, height: int) -> None:
        loop.call_soon_threadsafe(looking.set)
        await wait(self, height)

    monkeypatch.setattr(NodeClient, "wait_for_height", tell)
    task = asyncio.create_task(hall.type("dual", *words))
    await asyncio.wait([task, asyncio.create_task(looking.wait())], return_when=asyncio.FIRST_COMPLETED)
    assert not task.done(), "it has come, and the block behind it shows how it was signed"
    while not task.done():
        await hall.pass_blocks(1)
    assert "Final (height 2)" in task.result().said
    assert "must sign. The request" not in task.result().said


async def test_what_nobody_signed_in_time_has_expired_and_makes_room(
    hall: Hall, file: Path, request_file: Path
) -> None:
    (first,) = await asked(hall, file, "--request", request_file, "--valid-for", "30m")
    answer = await followed(hall, file, "--request", request_file, passing=50)
    (record,) = answer.document["records"]
    assert (answer.status, record["state"], record["record"]) == (1, "expired", first["record"])
    assert await hall.refused("dual checker", "sign-request", request_file) == "expired"
    again = hall.folder / "again.request"
    (second,) = await asked(hall, file, "--request", again)
    assert second["record"] != first["record"]
    await hall.do("dual checker", "sign-request", again)


async def test_once_told_the_same_words_mean_another_record(hall: Hall, file: Path, request_file: Path) -> None:
    words = (file, "--request", request_file)
    await asked(hall, *words)
    await hall.do("dual checker", "sign-request", request_file)
    assert (await followed(hall, *words)).status == 0
    assert await hall.refused("dual", "notarize", *words, *ASK) == "file-unwritable"  # the request of the first
    await asked(hall, file, "--request", hall.folder / "another.request")
