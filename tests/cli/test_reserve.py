"""`luopu reserve`: a custodian shows each of its users, and any stranger, that it holds all that it owes."""

import csv
import signal
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.client.reserve.book import ReserveBook
from app.core.keys import encode_key_text
from tests.cli.counter import Counter, open_counter
from tests.cli.hall import ORDER
from tests.fakes.consortium import Clerk
from tests.fakes.registry import BANK, ISSUER

SHARES = {"ann": "12.50", "bob": "80", "cy": "7.50"}


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with open_counter(tmp_path) as opened:
        yield opened


@pytest.fixture
async def grain(counter: Counter) -> str:
    return await counter.grain()


# ---- the whole way ---------------------------------------------------------------------------------------------------
async def test_a_stranger_with_the_genesis_document_alone_verifies_what_a_custodian_published(
    counter: Counter, grain: str
) -> None:
    (choice,) = (await counter.say("vouchers"))["vouchers"]
    assert (choice["voucher"], choice["held"]) == (grain, 10_000)
    made = await counter.say("make", grain, counter.owed(SHARES))
    assert (made["state"], made["owed"], made["held"], made["ratio"], made["users"]) == (
        "made",
        10_000,
        10_000,
        "100%",
        3,
    )
    answer = await counter.publish(made["id"], as_json=False)
    assert answer.status == 0, answer.complained
    for text in ("Grain", "100.00 (100%)", "the users, their number, what each is owed", "published at height"):
        assert text in answer.said
    (listed,) = (await counter.say("list"))["snapshots"]
    assert (listed["id"], listed["state"]) == (made["id"], "published")
    assert listed["published"]["height"] == counter.hall.height - 1
    assert f"published at height {counter.hall.height - 1}" in (await counter.hall.type("bank", "reserve", "list")).said

    target = counter.hall.folder / "papers"
    assert (await counter.say("export", made["id"], target))["papers"] == 3
    names = {each.name for each in target.iterdir()}
    papers = {f"{number}.reserve.json" for number in counter.users.values()}
    assert names == papers | {"genesis.json", "reserve.html", "README.txt"}

    own = target / f"{counter.users['ann']}.reserve.json"
    told = await counter.verify(own, "--genesis", counter.genesis, "--account", str(counter.users["ann"]))
    assert told.status == 0, told.said
    for text in ("Verified", "✓ 10 coverage", "12.50", "bank 3", "100.00 (100%)"):
        assert text in told.said
    everybody = await counter.verify(*sorted(target.glob("*.reserve.json")), "--genesis", counter.genesis)
    assert everybody.status == 0
    assert [line.split()[0] for line in everybody.said.splitlines()] == ["Verified"] * 3


async def test_every_word_is_there_in_chinese_too(counter: Counter, grain: str) -> None:
    made = await counter.hall.type("bank", "reserve", "make", grain, counter.owed(SHARES), language="zh")
    assert "应付合计" in made.said
    assert "建树：3 份" in made.complained
    snapshot = (await counter.say("list"))["snapshots"][0]["id"]
    assert (await counter.publish(snapshot)).status == 0
    paper = await counter.paper(snapshot, "bob")
    told = await counter.hall.type(
        "bob", "reserve", "verify", paper, "--genesis", counter.genesis, language="zh", sign=False
    )
    assert (told.status, "托管方" in told.said) == (0, True)


# ---- lists -----------------------------------------------------------------------------------------------------------
async def test_a_list_with_wrong_rows_makes_nothing_and_all_of_them_are_told(counter: Counter, grain: str) -> None:
    wrong = {"ann": "12.505", "nobody": "1", "bob": "-3", "cy": "ten", "bank": "1"}
    problems = counter.hall.folder / "problems.csv"
    words = ("make", grain, counter.owed(wrong), "--problems", problems)
    answer = await counter.hall.type("bank", "reserve", *words)
    assert answer.status == 1
    for text in ("5 problems", "too many decimals", "Nobody on the chain", "negative", "not an amount", "not a user's"):
        assert text in answer.complained
    rows = list(csv.DictReader(counter.hall.read("problems.csv").removeprefix("\ufeff").splitlines()))
    assert [row["line"] for row in rows] == ["2", "3", "4", "5", "6"]
    assert await counter.code(*words) == "file-unwritable"  # nothing is written over
    told = await counter.say(*words[:3], status=1)
    assert (told["error"]["code"], told["count"], len(told["problems"])) == ("list-refused", 5, 5)
    assert (await counter.say("list"))["snapshots"] == []


async def test_of_many_problems_the_first_twenty_are_told_and_how_many_there_are(counter: Counter, grain: str) -> None:
    many = counter.owed({f"nobody{number}": "1" for number in range(25)})
    answer = await counter.hall.type("bank", "reserve", "make", grain, many)
    assert answer.complained.count("Nobody on the chain is called so") == 20
    assert "25 in all" in answer.complained


async def test_columns_sheets_and_delimiters_are_named(counter: Counter, grain: str) -> None:
    listed = counter.hall.file("list.txt", "note;who;how much\n1;ann;5\n2;bob;6\n")
    words = ("--delimiter", "semicolon", "--encoding", "utf-8", "--user-column", "who", "--value-column", "how much")
    made = await counter.say("make", grain, listed, *words, "--padding", "13")
    assert (made["owed"], made["users"], made["padding"], made["list"]) == (1_100, 2, 13, "list.txt")
    misnamed = ("--user-column", "whoever", "--value-column", "how much", "--delimiter", "semicolon")
    assert await counter.code("make", grain, listed, *misnamed) == "list-column-missing"


async def test_rows_that_count_but_should_be_looked_at_are_told(counter: Counter, grain: str) -> None:
    await counter.hall.do("issuer", "freeze", "ann", "--order", counter.hall.file("order", "order"), *ORDER)
    await counter.hall.pass_blocks(1)
    words = ("make", grain, counter.owed(SHARES))
    told = await counter.say(*words)
    assert (told["warning_count"], [each["code"] for each in told["warnings"]]) == (1, ["row-user-not-in-force"])
    answer = await counter.hall.type("bank", "reserve", *words)
    assert "these count, but look at them" in answer.said
    assert "suspended or frozen" in answer.complained


async def test_a_list_comes_from_a_database_whose_url_stands_in_a_file(counter: Counter, grain: str) -> None:
    path = counter.hall.folder / "ledger.db"
    with sqlite3.connect(path) as ledger:
        ledger.execute("CREATE TABLE shares (account TEXT, amount TEXT)")
        ledger.executemany("INSERT INTO shares VALUES (?, ?)", [("ann", "1.25"), ("bob", "2")])
    ledger.close()
    url = counter.hall.file("url", f"sqlite:///{path}\n")
    query = counter.hall.file("query.sql", "SELECT account, amount FROM shares")
    words = ("--database-url-file", url, "--query-file", query)
    assert (await counter.say("make", grain, *words))["owed"] == 325
    for wrong in ((), words[:2], (counter.owed(SHARES), *words), (*words, "--sheet", "one")):
        assert (await counter.hall.type("bank", "reserve", "make", grain, *wrong)).status == 2


# ---- less than is owed -----------------------------------------------------------------------------------------------
async def test_a_custodian_with_less_than_it_owes_is_told_how_much_is_missing(counter: Counter, grain: str) -> None:
    words = ("make", grain, counter.owed({"ann": "60", "bob": "40.01"}))
    answer = await counter.hall.type("bank", "reserve", *words)
    assert (answer.status, "short by 0.01: it cannot be published" in answer.said) == (1, True)
    told = await counter.say(*words, status=1)
    assert (told["state"], told["missing"], told["ratio"]) == ("short", 1, "99.9%")
    assert (await counter.publish(told["id"])).document["error"]["code"] == "reserve-short"
    assert await counter.code("export", told["id"], counter.hall.folder / "out") == "not-published"
    assert not counter.hall.has("out")


async def test_accounts_that_named_the_custodian_count_with_it(counter: Counter, grain: str) -> None:
    shares = {"ann": "60", "bob": "47"}
    assert (await counter.say("make", grain, counter.owed(shares), status=1))["missing"] == 700
    await counter.hall.do("issuer", "voucher", "allocate", grain, "issuer=7")
    await counter.hall.do("issuer", "voucher", "assign-custody", grain, "--custodian", "bank")
    await counter.hall.pass_blocks(1)
    (choice,) = (await counter.say("vouchers"))["vouchers"]
    assert (choice["held"], choice["accounts"]) == (
        10_700,
        [{"account": ISSUER, "held": 700}, {"account": BANK, "held": 10_000}],
    )
    said = (await counter.hall.type("bank", "reserve", "vouchers")).said
    assert "issuer 2 (Partner) holds 7.00, which counts here" in said
    away = (await counter.say("vouchers", who="issuer"))["vouchers"]
    assert [(each["held"], each["assigned_to"]) for each in away] == [(0, BANK)]
    snapshot = await counter.published(grain, shares, "--custody-account", "issuer")
    paper = await counter.paper(snapshot, "bob")
    assert await counter.verdicts(paper, "--genesis", counter.genesis) == (0, ["valid"])


# ---- publishing ------------------------------------------------------------------------------------------------------
async def test_no_proof_leaves_before_its_publication_is_final(counter: Counter, grain: str) -> None:
    snapshot, target = await counter.make(grain, SHARES), counter.hall.folder / "out"
    assert await counter.code("export", snapshot, target) == "not-published"
    assert await counter.code("paper", snapshot, "ann", "--output", target) == "not-published"
    assert not target.exists()
    answer = await counter.hall.type("bank", "reserve", "publish", snapshot, "--no-wait", "--json")
    assert answer.document["state"] == "unknown"  # it is in a block by now, but the block after it is missing
    assert await counter.code("export", snapshot, target) == "not-published"
    assert await counter.code("discard", snapshot) == "bad-transition"
    await counter.hall.pass_blocks(1)
    assert (await counter.say("export", snapshot, target))["papers"] == 3


async def test_publishing_twice_publishes_once(counter: Counter, grain: str) -> None:
    snapshot = await counter.published(grain, SHARES)
    before = counter.hall.submitted
    again = await counter.publish(snapshot, as_json=False)
    assert (again.status, counter.hall.submitted) == (0, before)
    assert "published at height" in again.said
    assert await counter.code("discard", snapshot) == "bad-transition"
    assert [each["state"] for each in (await counter.say("list"))["snapshots"]] == ["published"]


async def test_a_snapshot_that_another_overtook_can_be_published_no_more_and_is_discarded(
    counter: Counter, grain: str
) -> None:
    old = await counter.make(grain, SHARES)
    new = await counter.published(grain, {"ann": "1"})
    states = {each["id"]: each["state"] for each in (await counter.say("list"))["snapshots"]}
    assert states == {old: "late", new: "published"}
    assert (await counter.publish(old)).document["error"]["code"] == "snapshot-late"
    assert (await counter.say("discard", old))["id"] == old
    assert await counter.code("discard", old) == "not-found"
    assert [each["id"] for each in (await counter.say("list"))["snapshots"]] == [new]


async def test_a_damaged_snapshot_is_told_beside_the_others(counter: Counter, grain: str) -> None:
    sound, broken = await counter.make(grain, SHARES), await counter.make(grain, {"ann": "1"})
    (counter.hall.home("bank").reserves / broken / "snapshot.json").write_text("{", encoding="utf-8")
    told = await counter.say("list")
    assert [each["id"] for each in told["snapshots"]] == [sound]
    assert [(each["id"], each["reason"]["code"]) for each in told["damaged"]] == [(broken, "snapshot-damaged")]
    assert (
        f"{broken}  What was kept of the snapshot is damaged"
        in (await counter.hall.type("bank", "reserve", "list")).said
    )


async def test_a_draft_for_another_computer_keeps_its_snapshot_from_being_discarded(
    counter: Counter, grain: str
) -> None:
    snapshot, draft = await counter.make(grain, SHARES), counter.hall.folder / "draft.request"
    answer = await counter.hall.type("bank", "reserve", "publish", snapshot, "--draft-to", draft, "--json")
    assert (answer.status, answer.document["state"], draft.exists()) == (0, "draft", True)
    assert [each["state"] for each in (await counter.say("list"))["snapshots"]] == ["waiting"]
    assert await counter.code("discard", snapshot) == "bad-transition"


async def test_a_custodian_with_makers_and_checkers_publishes_once_both_have_signed(counter: Counter) -> None:
    hall, request = counter.hall, counter.hall.folder / "publish.request"
    await counter.settle("dual")
    await hall.do("issuer", "recognise", "dual", "--least", "phone")
    salt = await hall.voucher("Salt")
    await hall.do("issuer", "voucher", "allocate", salt, "dual=5")
    await hall.pass_blocks(1)
    snapshot = (await counter.say("make", salt, counter.owed({"ann": "5"}), who="dual"))["id"]
    assert await counter.code("publish", snapshot, who="dual") == "approvals-missing"
    checker = ("--key", encode_key_text(Clerk("dual checker").public_key), "--draft-to", request)
    assert (
        await counter.code("publish", snapshot, *checker, who="dual") == "bad-key"
    )  # it was made for another of its keys
    assert not request.exists()
    words = ("publish", snapshot, "--approver", "checker 01", "--request", request)
    assert (await counter.say(*words, who="dual", status=1))["state"] == "waiting"
    assert [each["state"] for each in (await counter.say("list", who="dual"))["snapshots"]] == ["waiting"]
    await hall.do("dual checker", "sign-request", request)
    await hall.pass_blocks(1)
    assert [each["state"] for each in (await counter.say("list", who="dual"))["snapshots"]] == ["published"]
    (paper,) = (await counter.say("paper", snapshot, "ann", "--output", hall.folder / "p", who="dual"))["papers"]
    assert await counter.verdicts(paper, "--genesis", counter.genesis) == (0, ["valid"])


async def test_a_wrong_passphrase_shows_before_the_list_is_read(counter: Counter, grain: str) -> None:
    counter.hall.passphrase.write_text("another passphrase\n", encoding="utf-8")
    assert await counter.code("make", grain, counter.hall.folder / "no-such-list.csv") == "wrong-passphrase"


# ---- interrupted -----------------------------------------------------------------------------------------------------
async def test_what_is_interrupted_keeps_nothing(counter: Counter, grain: str) -> None:
    path = counter.hall.folder / "endless.db"
    sqlite3.connect(path).close()
    url = counter.hall.file("url", f"sqlite:///{path}")
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS account, 0 AS amount FROM n"
    query = counter.hall.file("query.sql", endless)
    words = ("reserve", "make", grain, "--database-url-file", url, "--query-file", query, "--language", "en")
    process = await counter.hall.start("bank", *words)
    assert process.stderr is not None
    said = b""
    while b"reading the list" not in said:
        line = await process.stderr.readline()
        assert line, said
        said += line
    process.send_signal(signal.SIGINT)
    output, complained = await process.communicate()
    assert (process.returncode, output) == (130, b"")
    assert b"Traceback" not in complained
    book = ReserveBook(counter.hall.home("bank").reserves, _never, _never)  # type: ignore[arg-type]
    assert book.notes() == ()


def _never() -> None:
    raise AssertionError
