"""Maker and checker: a request file for approvers at other desks, and what waits on the chain."""

from pathlib import Path

import pytest

from tests.cli.hall import Hall

APPLY = ("voucher", "apply", "Double", "--product", "rice", "--cap", "9", "--divisible")


@pytest.fixture
def apply(hall: Hall) -> tuple[str | Path, ...]:
    """An application of the partner whose vouchers want a checker."""
    paper = hall.file("paper.txt", "paper")
    return (*APPLY, "--description", paper, "--legal", paper)


async def test_without_a_checker_it_is_refused_before_anything_is_signed(
    hall: Hall, apply: tuple[str | Path, ...]
) -> None:
    assert await hall.refused("dual", *apply) == "approvals-missing"
    assert "--anyway" in (await hall.type("dual", *apply)).complained
    assert await hall.refused("dual", *apply, "--approver", "9") == "bad-key"


async def test_an_approver_at_another_desk_signs_the_request_and_sends_it(
    hall: Hall, apply: tuple[str | Path, ...]
) -> None:
    request = hall.folder / "apply.request"
    words = (*apply, "--approver", "checker 01", "--request", request)
    answer = await hall.type("dual", *words, "--json")
    assert (answer.status, answer.document["state"], answer.document["request"]) == (1, "waiting", str(request))
    assert len(answer.document["missing"]) == 1
    assert hall.submitted == 0

    again = await hall.type("dual", *words)  # the same request, and nothing new is signed
    assert "signed before" in again.said
    assert "luopu sign-request" in again.said

    told = await hall.do("dual checker", "sign-request", request)
    assert told["action"] == "apply_voucher"
    assert [each["label"] for each in told["approvers"]] == ["checker 01"]
    assert told["signer"]["label"] == "maker 01"
    assert (await hall.ask("bank", "voucher"))["vouchers"][0]["terms"]["name"] == "Double"


async def test_what_the_approver_signed_comes_back_and_the_maker_has_the_receipt(
    hall: Hall, apply: tuple[str | Path, ...]
) -> None:
    request, signed = hall.folder / "apply.request", hall.folder / "signed.request"
    await hall.type("dual", *apply, "--approver", "checker 01", "--request", request)
    there = await hall.do("dual checker", "sign-request", request, "--request", signed)
    here = await hall.do("dual", "sign-request", signed)
    assert (here["transaction"], here["height"]) == (there["transaction"], 1)
    assert hall.transactions == 1


async def test_a_request_that_nobody_signed_in_time_makes_room_for_another(
    hall: Hall, apply: tuple[str | Path, ...]
) -> None:
    first, second = hall.folder / "first.request", hall.folder / "second.request"
    await hall.type("dual", *apply, "--approver", "checker 01", "--request", first, "--valid-for", "1m")
    await hall.pass_blocks(20)
    assert await hall.refused("dual checker", "sign-request", first) == "expired"
    answer = await hall.type("dual", *apply, "--approver", "checker 01", "--request", second)
    assert "what will be signed" in answer.said
    await hall.do("dual checker", "sign-request", second)


async def test_an_approver_who_was_interrupted_sends_the_same_again(hall: Hall, apply: tuple[str | Path, ...]) -> None:
    request = hall.folder / "apply.request"
    await hall.type("dual", *apply, "--approver", "2", "--request", request)
    hall.taking = False
    process = await hall.start("dual checker", "sign-request", request)
    await hall.came.wait()
    process.kill()
    await process.communicate()
    hall.taking = True
    told = await hall.do("dual checker", "sign-request", request)
    assert told["height"] == 1
    assert hall.transactions == 1


async def test_who_is_no_approver_cannot_sign_a_request(hall: Hall, apply: tuple[str | Path, ...]) -> None:
    request = hall.folder / "apply.request"
    await hall.type("dual", *apply, "--approver", "checker 01", "--request", request)
    assert await hall.refused("bank", "sign-request", request) == "key-not-of-account"
    assert await hall.refused("stranger", "sign-request", request) == "unknown-account"
    assert await hall.refused("bank", "sign-request", hall.passphrase) == "not-decodable"
    assert await hall.refused("bank", "sign-request", hall.folder / "missing") == "file-unreadable"
    said = (await hall.type("dual checker", "sign-request", request, language="zh")).said
    assert "须复核的密钥" in said
    assert "已签名" in said


async def test_it_waits_on_the_chain_until_a_checker_countersigns(hall: Hall, apply: tuple[str | Path, ...]) -> None:
    answer = await hall.type("dual", *apply, "--hold", "100", "--json")
    told = answer.document
    assert (answer.status, told["state"], told["action"], told["height"]) == (0, "held", "apply_voucher", 1)
    held = told["came"]["held"]
    assert told["ids"]["held"] == held

    (waiting,) = (await hall.ask("dual checker", "held"))["held"]
    assert (waiting["id"], waiting["missing"], waiting["open"]) == (held, 1, True)
    assert await hall.refused("dual", "held", "countersign", held) == "already-signed"
    answer = await hall.type("dual checker", "held", "countersign", held)
    assert answer.status == 0, answer.complained
    signed, node = answer.said.split("according to your node")
    assert waiting["digest"] in signed
    assert "Double" not in signed
    assert "“Double”" in node
    assert "Final (height 2)" in node
    assert (await hall.ask("dual", "held", "list"))["held"] == []
    assert await hall.refused("dual checker", "held", "countersign", held) == "unknown-held"


async def test_the_receipt_of_the_last_approval_tells_what_took_effect(
    hall: Hall, apply: tuple[str | Path, ...]
) -> None:
    held = (await hall.type("dual", *apply, "--hold", "100", "--json")).document["came"]["held"]
    told = await hall.do("dual checker", "held", "countersign", held)
    assert (told["action"], told["did"], told["held"]) == ("countersign", "apply_voucher", held)
    assert (told["signer"]["label"], [each["label"] for each in told["approvers"]]) == ("checker 01", ["maker 01"])
    assert told["came"]["voucher"] == (await hall.ask("bank", "voucher"))["vouchers"][0]["id"]


async def test_what_waits_is_discarded(hall: Hall, apply: tuple[str | Path, ...]) -> None:
    held = (await hall.type("dual", *apply, "--hold", "100", "--json")).document["came"]["held"]
    assert (await hall.type("dual", "held", language="zh", sign=False)).said.count("还须 1 人复核") == 1
    await hall.do("dual checker", "held", "discard", held)
    assert (await hall.ask("dual", "held"))["held"] == []
    assert await hall.refused("dual", "held", "discard", held) == "unknown-held"
    assert await hall.misspelt("dual", "held", "discard", "00")


async def test_anyway_signs_what_would_be_refused_and_tells_the_refusal(hall: Hall) -> None:
    answer = await hall.type("bank", "recognise", "bank", "--least", "phone", "--anyway", "--json")
    assert answer.status == 1
    assert answer.document["error"]["code"] == "bad-action"


async def test_what_is_refused_in_a_block_is_told_with_the_height_and_fails(hall: Hall) -> None:
    hall.checking = False
    answer = await hall.type("bank", "recognise", "bank", "--least", "phone", "--anyway", "--json")
    told = answer.document
    assert (answer.status, told["state"], told["code"], told["height"]) == (1, "refused", "bad-action", 1)
    receipt = await hall.type("issuer", "account", "receipt", told["transaction"], sign=False)
    assert receipt.status == 1
    assert "Refused" in receipt.said
    assert "quota points" in receipt.said
