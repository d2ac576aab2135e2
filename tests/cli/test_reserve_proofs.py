"""`luopu reserve export`, `paper`, `verify`, `history`, `overview`: what users and strangers get, and what they find."""

import asyncio
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.cli.output import Speaker
from app.cli.reserve.papers import _export
from app.core.errors import Stopped
from tests.cli.counter import Counter, altered, open_counter
from tests.cli.hall import ROOT
from tests.fakes.registry import BANK

SHARES = {"ann": "12.50", "bob": "80", "cy": "7.50"}


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    async with open_counter(tmp_path) as opened:
        yield opened


@pytest.fixture
async def grain(counter: Counter) -> str:
    return await counter.grain()


# ---- handed out ----------------------------------------------------------------------------------------------------------
async def test_proofs_are_exported_to_a_zip_file_and_never_over_a_folder(counter: Counter, grain: str) -> None:
    snapshot, packed = await counter.published(grain, SHARES), counter.hall.folder / "papers.zip"
    answer = await counter.hall.type("bank", "reserve", "export", snapshot, packed)
    assert "3 proofs were written" in answer.said
    assert "writing proofs: 1 of 3" in answer.complained
    with zipfile.ZipFile(packed) as file:
        assert len(file.namelist()) == 6
    taken = counter.hall.folder / "taken"
    taken.mkdir()
    (taken / "dear").touch()
    assert await counter.code("export", snapshot, taken) == "file-unwritable"
    assert [each.name for each in taken.iterdir()] == ["dear"]


async def test_one_proof_is_written_once_and_for_nobody_who_is_not_on_the_list(counter: Counter, grain: str) -> None:
    snapshot = await counter.published(grain, {"ann": "5"})
    paper = await counter.paper(snapshot, "ann")
    before = paper.read_bytes()
    paper.write_bytes(b"dear")
    assert await counter.code("paper", snapshot, "ann", "--output", paper.parent) == "file-unwritable"
    assert paper.read_bytes() == b"dear"
    assert before.startswith(b"{")
    assert await counter.code("paper", snapshot, "bob", "--output", paper.parent) == "not-found"


async def test_of_unique_vouchers_each_piece_has_its_proof(counter: Counter) -> None:
    tickets = await counter.grain("--unique", held="4")
    listed = counter.hall.file("tickets.csv", "account,serial\nann,1\nann,2\nbob,4\n")
    made = await counter.say("make", tickets, listed)
    assert (made["unique"], made["owed"], made["unclaimed"], made["users"]) == (True, 3, 1, 2)
    assert (await counter.publish(made["id"])).status == 0
    target = counter.hall.folder / "pieces"
    written = (await counter.say("paper", made["id"], "ann", "--output", target))["papers"]
    number = counter.users["ann"]
    assert [Path(each).name for each in written] == [f"{number}-1.reserve.json", f"{number}-2.reserve.json"]
    assert await counter.verdicts(*written, "--genesis", counter.genesis) == (0, ["valid", "valid"])


async def test_a_proof_is_refuted_or_cannot_be_tied_to_anything(counter: Counter, grain: str) -> None:
    snapshot = await counter.published(grain, SHARES)
    paper, trust = await counter.paper(snapshot, "ann"), ("--genesis", counter.genesis)
    wrong = altered(paper, balance="99")
    assert await counter.verdicts(wrong, *trust) == (1, ["refuted"])
    assert await counter.verdicts(paper, wrong, counter.hall.folder / "gone", *trust) == (1, ["valid", "refuted", None])
    assert await counter.verdicts(paper) == (2, ["not-enough-trust"])
    assert await counter.verdicts(paper, counter.hall.folder / "gone", *trust) == (2, ["valid", None])
    assert await counter.verdicts(paper, *trust, "--account", str(counter.users["bob"])) == (1, ["refuted"])
    told = await counter.verify(wrong, *trust)
    assert (told.status, "Refuted" in told.said, "hint: " in told.said) == (1, True, True)
    assert "bank 3" not in told.said  # what is not shown to be true is not told as a fact
    nonsense = await counter.verify(counter.owed(SHARES), "--json", *trust)
    assert (nonsense.status, nonsense.document["papers"][0]["claim"]) == (1, None)


async def test_verifying_loads_nothing_that_a_quick_check_does_not_need(counter: Counter, grain: str) -> None:
    paper = await counter.paper(await counter.published(grain, SHARES), "ann")
    code = (
        "import sys; from app.__main__ import main; status = main(sys.argv[1:]);"
        "print(sorted({name.partition('.')[0] for name in sys.modules}"
        "& {'aiohttp', 'PySide6', 'numpy', 'pyarrow', 'openpyxl', 'sqlalchemy'}), status)"
    )
    command = [sys.executable, "-c", code, "reserve", "verify", str(paper), "--genesis", str(counter.genesis)]
    ran = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, capture_output=True, check=True, encoding="utf-8", timeout=60
    )
    assert ran.stdout.splitlines()[-1] == "[] 0"


# ---- against the chain -----------------------------------------------------------------------------------------------
async def test_a_proof_of_an_earlier_publication_is_true_and_said_to_be_superseded(
    counter: Counter, grain: str
) -> None:
    first = await counter.published(grain, SHARES)
    old = await counter.paper(first, "ann", "first")
    new = await counter.paper(await counter.published(grain, {"ann": "13", "bob": "80"}), "ann", "second")
    answer = await counter.verify(old, new, "--chain", "--json", who="issuer")
    standings = [each["chain"]["standing"] for each in answer.document["papers"]]
    assert (answer.status, standings) == (0, ["superseded", "newest"])
    told = (await counter.verify(old, "--chain", who="issuer")).said
    assert "1 came later" in told
    assert "ask the custodian for its proof" in told
    states = [each["state"] for each in (await counter.say("list"))["snapshots"]]
    assert states == ["published", "superseded"]
    assert await counter.verdicts(altered(old, balance="1"), "--chain", who="issuer") == (1, ["refuted"])


async def test_a_proof_that_is_true_on_another_history_of_the_consortium_is_found_out(
    counter: Counter, grain: str, tmp_path: Path
) -> None:
    paper = await counter.paper(await counter.published(grain, SHARES), "ann")
    async with open_counter(tmp_path / "other") as other:
        mine = await other.grain()
        assert mine != grain
        behind = await other.verify(paper, "--chain", "--json", who="issuer")
        assert behind.document["papers"][0]["verdict"] == "valid"
        assert (behind.status, behind.document["papers"][0]["chain"]["standing"]) == (2, "behind")
        await other.hall.pass_blocks(counter.hall.height - other.hall.height)
        absent = await other.verify(paper, "--chain", "--json", who="issuer")
        assert (absent.status, absent.document["papers"][0]["chain"]["standing"]) == (1, "absent")
        assert "Keep the file" in (await other.verify(paper, "--chain", who="issuer")).said


async def test_coverage_is_told_over_time_and_all_custodians_against_the_supply(counter: Counter, grain: str) -> None:
    assert (await counter.hall.ask("bank", "reserve", "history", grain))["publications"] == []
    assert (
        "nothing was published yet" in (await counter.hall.type("ann", "reserve", "overview", grain, sign=False)).said
    )
    await counter.published(grain, SHARES)
    await counter.published(grain, {"ann": "50"})
    await counter.hall.do("issuer", "voucher", "allocate", grain, "ann=100")
    told = await counter.hall.ask("ann", "reserve", "history", grain, "--custodian", "bank")
    assert [(each["owed"], each["held"], each["ratio"]) for each in told["publications"]] == [
        (10_000, 10_000, "100%"),
        (5_000, 10_000, "200%"),
    ]
    lines = (await counter.hall.type("bank", "reserve", "history", grain, sign=False)).said.splitlines()
    assert ([len(line.split("  ")) > 4 for line in lines[1:]], lines[1].split()[-2:]) == ([True] * 3, ["held", "ratio"])
    view = await counter.hall.ask("ann", "reserve", "overview", grain)
    assert (view["outstanding"], view["held"], view["owed"]) == (20_000, 10_000, 5_000)
    (custodian,) = view["custodians"]
    assert (custodian["account"], custodian["sequence"], custodian["ratio"]) == (BANK, 2, "200%")
    said = (await counter.hall.type("ann", "reserve", "overview", grain, sign=False)).said
    for text in ("issuer 2", "100.00 (50% of what is out)", "50.00 (25% of what is out)", "bank 3"):
        assert text in said


async def test_an_interrupted_export_ends_only_after_what_was_begun_is_gone(counter: Counter) -> None:
    begun, gone, target = asyncio.Event(), [], counter.hall.folder / "target"

    class Exporting:
        book = SimpleNamespace(note=lambda _: SimpleNamespace(note=SimpleNamespace(rows=3)))

        async def export(
            self, snapshot: str, target: Path, beside: object, tell: object, cancelled: Callable[[], bool]
        ) -> int:
            begun.set()
            while not cancelled():
                await asyncio.to_thread(cancelled)
            gone.append(target)
            raise Stopped

    session = SimpleNamespace(speaker=Speaker("en", as_json=True), home=counter.hall.home("bank"))
    task = asyncio.create_task(_export(session, Exporting(), "0" * 16, target))  # type: ignore[arg-type]
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert gone == [target]
