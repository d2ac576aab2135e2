"""`luopu notarize`: lists of batches, what it replaces, and commands that end early and are typed again."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.cli.parser import make_parser
from app.cli.work import open_outbox
from app.client.notarization import Notary
from app.core.errors import StoreFailed
from app.wallet.entry import Entry
from tests.cli.hall import ORDER, Hall


@pytest.fixture
def files(hall: Hall) -> tuple[Path, Path]:
    return hall.file("a.txt", "a"), hall.file("b.txt", "b")


@pytest.fixture
def batch(hall: Hall, files: tuple[Path, Path]) -> tuple[str | Path, ...]:
    return ("notarize", *files, "--batch", hall.folder / "list.json")


async def recorded(hall: Hall, name: str, *words: str | Path) -> list[dict[str, Any]]:
    """Something that must come to its end; what was put on record."""
    answer = await hall.type(name, *words, "--wait", "--json")
    assert answer.status == 0, answer.said + answer.complained
    listed: list[dict[str, Any]] = answer.document["records"]
    assert {each["state"] for each in listed} == {"final"}
    return listed


def kept(hall: Hall, name: str) -> list[Entry]:
    """All that is in somebody's outbox, the oldest first."""
    with closing(open_outbox(hall.home(name))) as outbox:
        return list(reversed(outbox.recent(100)))


async def begin(hall: Hall, name: str, *words: str | Path) -> None:
    """Start a command, and kill it when it has signed and nobody takes what it sends."""
    hall.taking = False
    hall.came.clear()
    process = await hall.start(name, *words)
    await hall.came.wait()
    process.kill()
    await process.communicate()
    hall.taking = True


# ---- the list of a batch ---------------------------------------------------------------------------------------------
async def test_a_wrong_passphrase_leaves_nothing_behind_and_the_right_one_works(
    hall: Hall, batch: tuple[str | Path, ...]
) -> None:
    hall.passphrase.write_text("not the passphrase\n")
    assert await hall.refused("bank", *batch) == "wrong-passphrase"
    assert not hall.has("list.json")
    assert kept(hall, "bank") == []
    hall.passphrase = hall.file("right", "correct horse battery\n")
    (record,) = await recorded(hall, "bank", *batch)
    assert hall.has("list.json")
    assert record["file"] == str(hall.folder / "list.json")


async def test_nobody_to_ask_for_the_passphrase_leaves_nothing_behind(
    hall: Hall, batch: tuple[str | Path, ...]
) -> None:
    assert await hall.misspelt("bank", *batch, sign=False)
    assert not hall.has("list.json")
    assert kept(hall, "bank") == []


async def test_a_file_that_has_the_lists_name_is_left_alone_and_nothing_is_signed(
    hall: Hall, batch: tuple[str | Path, ...]
) -> None:
    hall.file("list.json", "somebody's")
    answer = await hall.type("bank", *batch, sign=False)  # no passphrase is asked for
    assert answer.status == 1
    assert "list.json" in answer.complained
    assert hall.read("list.json") == "somebody's"
    assert "已有同名文件" in (await hall.type("bank", *batch, language="zh")).complained
    (hall.folder / "list.json").unlink()
    (hall.folder / "list.json").symlink_to(hall.folder / "nowhere")
    assert await hall.refused("bank", *batch) == "file-unwritable"
    assert (hall.folder / "list.json").is_symlink()
    assert not hall.has("nowhere")
    assert kept(hall, "bank") == []


async def test_the_same_list_from_an_earlier_attempt_is_in_nobodys_way(
    hall: Hall, batch: tuple[str | Path, ...]
) -> None:
    await recorded(hall, "bank", *batch)
    (record,) = await recorded(hall, "issuer", *batch)
    assert record["sha256"] == kept(hall, "bank")[0].shown.record.sha256.hex()
    hall.file("b.txt", "another b")
    assert await hall.refused("bank", *batch) == "file-unwritable"


async def test_a_folder_that_is_not_there_is_said_and_nothing_is_signed(hall: Hall, files: tuple[Path, Path]) -> None:
    assert await hall.refused("bank", "notarize", *files, "--batch", hall.folder / "no" / "list") == "file-unwritable"
    assert kept(hall, "bank") == []


async def test_the_list_lies_on_the_disk_before_its_record_is_signed_and_goes_if_it_is_not(
    hall: Hall, batch: tuple[str | Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    there: list[bool] = []

    def fail(*_: object) -> Entry:
        there.append(hall.has("list.json"))
        raise StoreFailed(reason="disk full")

    with monkeypatch.context() as patch:
        patch.setattr(Notary, "sign", fail)
        assert await hall.refused("bank", *batch) == "store-write-failed"
    assert there == [True]
    assert not hall.has("list.json")
    assert kept(hall, "bank") == []
    await recorded(hall, "bank", *batch)


# ---- refused before anything is signed -------------------------------------------------------------------------------
async def test_what_the_law_would_refuse_is_said_before_anything_is_signed(
    hall: Hall, batch: tuple[str | Path, ...]
) -> None:
    paper = hall.file("order.txt", "order")
    await hall.do("operator", "partner", "suspend", "shop", "--order", paper, *ORDER)
    assert await hall.refused("shop", *batch) == "account-suspended"
    assert not hall.has("list.json")
    assert kept(hall, "shop") == []


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", str(2**63)])
async def test_a_number_that_no_record_has_is_not_understood(hall: Hall, files: tuple[Path, Path], number: str) -> None:
    answer = await hall.type("bank", "notarize", files[0], "--chain", "00" * 16, f"--supersedes={number}")
    assert answer.status == 2
    assert "argument --supersedes: expected 1 or more" in answer.complained


async def test_only_an_earlier_record_of_the_chain_is_replaced(hall: Hall, files: tuple[Path, Path]) -> None:
    (first,) = await recorded(hall, "bank", "notarize", files[0])
    words = ("notarize", files[1], "--chain", first["chain"], "--supersedes")
    before = kept(hall, "bank")
    for number in ("2", "3"):
        answer = await hall.type("bank", *words, number, "--json")
        error = answer.document["error"]
        assert (answer.status, error["code"], error["facts"]["argument"]) == (2, "usage", "supersedes")
        assert (error["facts"]["expected"], error["facts"]["got"]) == ("below 2", number)
        assert "not an earlier record of this chain" in error["sentence"]
        assert error["hint"] == "Correct it and try again."
    said = (await hall.type("bank", *words, "2", language="zh")).complained
    assert "不是这条存证链中较早的记录" in said
    assert "小于 2" in said
    assert kept(hall, "bank") == before
    (second,) = await recorded(hall, "bank", *words, "1")
    assert second["sequence"] == 2


async def test_a_new_chain_has_nothing_to_replace(hall: Hall, files: tuple[Path, Path]) -> None:
    answer = await hall.type("bank", "notarize", files[0], "--supersedes", "1")
    assert answer.status == 2
    assert "--chain" in answer.complained
    said = (await hall.type("bank", "notarize", files[0], "--supersedes", "1", language="zh")).complained
    assert "没有较早的记录" in said
    assert kept(hall, "bank") == []


# ---- typed again -----------------------------------------------------------------------------------------------------
async def test_a_batch_that_was_signed_and_not_sent_is_sent_when_typed_again(
    hall: Hall, batch: tuple[str | Path, ...]
) -> None:
    await begin(hall, "bank", *batch)
    (begun,) = kept(hall, "bank")
    content = hall.read("list.json")
    (hall.folder / "list.json").unlink()
    hall.passphrase.unlink()  # nothing new is signed
    assert "signed before" in (await hall.type("bank", *batch)).said
    assert hall.read("list.json") == content
    (record,) = await recorded(hall, "bank", *batch)
    assert record["record"] == begun.record_digest.hex()
    assert hall.transactions == 1


async def test_typed_again_it_follows_all_records_of_the_interrupted_command(
    hall: Hall, files: tuple[Path, Path]
) -> None:
    await begin(hall, "bank", "notarize", *files, "--subject", "lot 1")
    begun = [entry.record_digest.hex() for entry in kept(hall, "bank")]
    listed = await recorded(hall, "bank", "notarize", *files, "--subject", "lot 1")
    assert [each["record"] for each in listed] == begun
    assert hall.transactions == 2


async def test_a_draft_that_was_left_behind_is_not_taken_for_signed(
    hall: Hall, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("app.cli.notarize._forget", lambda *_: False)  # as if it had been killed
        assert await hall.misspelt("bank", "notarize", files[0], sign=False)
    assert [entry.state.value for entry in kept(hall, "bank")] == ["draft"]
    answer = await hall.type("bank", "notarize", files[0], "--wait")
    assert answer.status == 0
    assert "what will be signed" in answer.said


async def test_other_words_are_another_command(hall: Hall, files: tuple[Path, Path]) -> None:
    (first,) = await recorded(hall, "bank", "notarize", files[0])
    (elsewhere,) = await recorded(hall, "bank", "notarize", files[0])
    words = ("notarize", files[1], "--chain", first["chain"])
    await begin(hall, "bank", *words)
    others: Sequence[tuple[str | Path, ...]] = [
        ("notarize", files[1]),
        ("notarize", files[1], "--chain", elsewhere["chain"]),
        (*words, "--subject", "else"),
        (*words, "--hosting", "https://example.org/b"),
        ("notarize", files[0], "--chain", first["chain"]),
    ]
    for other in others:
        assert "signed before" not in (await hall.type("bank", *other, sign=False)).said
    (second,) = await recorded(hall, "bank", *words)
    assert second["sequence"] == 2


async def test_what_has_been_told_is_meant_as_another_when_typed_again(hall: Hall, files: tuple[Path, Path]) -> None:
    (first,) = await recorded(hall, "bank", "notarize", files[0])
    (second,) = await recorded(hall, "bank", "notarize", files[0])
    assert first["chain"] != second["chain"]


async def test_without_wait_a_file_goes_on_record_each_time_once_the_last_is_final(
    hall: Hall, files: tuple[Path, Path]
) -> None:
    for _ in range(2):
        assert (await hall.type("bank", "notarize", files[0])).status == 0
    assert hall.transactions == 2
    (record,) = await recorded(hall, "bank", "notarize", files[0])  # what became of one of them was never told
    assert hall.transactions == 2
    assert record["record"] in {entry.record_digest.hex() for entry in kept(hall, "bank")}


async def test_what_expired_makes_room(hall: Hall, files: tuple[Path, Path]) -> None:
    await begin(hall, "bank", "notarize", files[0], "--valid-for", "1m")
    await hall.pass_blocks(20)
    answer = await hall.type("bank", "notarize", files[0], "--wait")
    assert answer.status == 0
    assert "what will be signed" in answer.said


@pytest.mark.parametrize("was_killed", [False, True])
async def test_of_a_command_that_signed_some_of_its_records_the_rest_is_signed(
    hall: Hall, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, was_killed: bool
) -> None:
    sign, count = Notary.sign, 0

    def fail_later(self: Notary, *words: Any) -> Entry:
        nonlocal count
        count += 1
        if count > 1:
            raise StoreFailed(reason="disk full")
        return sign(self, *words)

    with monkeypatch.context() as patch:
        patch.setattr(Notary, "sign", fail_later)
        if was_killed:
            patch.setattr("app.cli.notarize._forget", lambda *_: False)
        assert await hall.refused("bank", "notarize", *files) == "store-write-failed"
    begun, *drafts = kept(hall, "bank")
    assert [entry.state.value for entry in drafts] == ["draft"] * was_killed
    listed = await recorded(hall, "bank", "notarize", *files)
    assert listed[0]["record"] == begun.record_digest.hex()
    assert [(each["chain"], each["sequence"]) for each in listed] == [(begun.chain_hex, 1), (begun.chain_hex, 2)]
    assert hall.transactions == 2


async def test_one_file_named_twice_goes_on_record_twice(hall: Hall, files: tuple[Path, Path]) -> None:
    await begin(hall, "bank", "notarize", files[0], files[0])
    listed = await recorded(hall, "bank", "notarize", files[0], files[0])
    assert [each["sequence"] for each in listed] == [1, 2]
    assert hall.transactions == 2


def test_approvers_and_requests_are_named_as_for_every_other_command() -> None:
    words = ["--approver", "a", "--approver", "b", "--request", "r", "--passphrase-file", "p"]
    here, there = (
        make_parser().parse_args([*verb, *words]) for verb in (["notarize", "f"], ["held", "discard", "00" * 16])
    )
    assert (here.approver, here.request) == (there.approver, there.request) == (["a", "b"], "r")
