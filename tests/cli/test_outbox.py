"""`luopu outbox`: what was left over, what is on its way, and what came to nothing and is done once more."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.cli.hall import Hall

RECOGNISE = ("recognise", "bank", "--least", "phone")


@pytest.fixture
def paper(hall: Hall) -> Path:
    return hall.file("合同.pdf", "a contract")


async def begin(hall: Hall, *words: str | Path) -> None:
    """A command that is killed when it has signed and nobody has answered."""
    hall.came.clear()
    hall.taking = False
    process = await hall.start("issuer", *words)
    await hall.came.wait()
    process.kill()
    await process.communicate()
    hall.taking = True


async def denied(hall: Hall, *words: str) -> str:
    """What needs no key, and is refused; the code."""
    answer = await hall.type("issuer", "outbox", *words, "--json", sign=False)
    assert answer.status == 1 or answer.document["error"]["code"] == "usage"
    return str(answer.document["error"]["code"])


async def listed(hall: Hall, *more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await hall.ask("issuer", "outbox", "list", *more))["outbox"]
    return found


async def expired(hall: Hall, *words: str | Path) -> dict[str, Any]:
    """Something that was signed, never arrived, and has expired."""
    await begin(hall, *words, "--valid-for", "1m")
    await hall.pass_blocks(30)
    answer = await hall.type("issuer", "outbox", "send", "--all", "--json", sign=False)
    (entry,) = answer.document["outbox"]
    assert (answer.status, entry["state"], entry["failed"]) == (1, "expired", True)
    return dict(entry)


async def test_what_was_signed_and_never_sent_is_on_its_way_and_sent_again(hall: Hall) -> None:
    await begin(hall, *RECOGNISE)
    (entry,) = await listed(hall)
    assert (entry["action"], entry["state"], entry["missing"]) == ("recognise", "pending", [])
    said = (await hall.type("issuer", "outbox", sign=False)).said
    assert entry["id"][:16] in said
    assert "To be sent" in said
    answer = await hall.type("issuer", "outbox", "send", entry["id"][:8], "--json", sign=False)
    (sent,) = answer.document["outbox"]
    assert (answer.status, sent["state"]) == (0, "final")
    assert sent["transaction"] == entry["transaction"]
    assert await listed(hall) == []
    assert [each["state"] for each in await listed(hall, "--all")] == ["final"]
    assert hall.transactions == 1


async def test_what_expired_is_drafted_anew_shown_and_signed_and_lands_once(hall: Hall) -> None:
    old = await expired(hall, *RECOGNISE)
    said = (await hall.type("issuer", "outbox", "show", old["id"][:12], sign=False)).said
    assert "Expired (not on the chain)" in said
    assert f"luopu outbox renew {old['id'][:16]}" in said
    before = hall.submitted
    told = await hall.do("issuer", "outbox", "renew", old["id"][:16])
    assert (told["action"], told["digest"] == old["id"]) == ("recognise", False)
    assert hall.submitted == before + 1
    assert hall.transactions == 1
    new, first = await listed(hall, "--all")
    assert (new["replaces"], first["replaced_by"], first["state"]) == (old["id"], new["id"], "expired")
    assert await listed(hall) == []
    again = await hall.type("issuer", "outbox", "renew", old["id"][:16], "--json")
    assert (again.status, again.document["error"]["code"]) == (1, "bad-transition")
    resent = await hall.type("issuer", "outbox", "send", old["id"][:16], sign=False)
    assert "Expired" in resent.said
    assert hall.submitted == before + 1
    assert hall.transactions == 1


async def test_it_is_shown_before_it_is_signed_and_a_wrong_passphrase_leaves_it_as_it_was(hall: Hall) -> None:
    old = await expired(hall, *RECOGNISE)
    wrong = hall.file("wrong", "not the passphrase\n")
    answer = await hall.type("issuer", "outbox", "renew", old["id"][:8], "--passphrase-file", wrong, sign=False)
    assert answer.status == 1
    assert "what will be signed" in answer.said
    (entry,) = await listed(hall)
    assert (entry["id"], entry["replaced_by"]) == (old["id"], None)
    await hall.do("issuer", "outbox", "renew", old["id"][:8])


async def test_what_may_still_land_is_not_drafted_anew(hall: Hall) -> None:
    await begin(hall, *RECOGNISE)
    (entry,) = await listed(hall)
    assert await hall.refused("issuer", "outbox", "renew", entry["id"][:8]) == "outcome-unknown"
    assert await denied(hall, "discard", entry["id"][:8]) == "bad-transition"
    assert await denied(hall, "dismiss", entry["id"][:8]) == "bad-transition"


async def test_a_record_goes_behind_the_newest_of_its_chain(hall: Hall, paper: Path) -> None:
    first = (await hall.type("issuer", "notarize", paper, "--wait", "--json")).document["records"][0]
    old = await expired(hall, "notarize", paper, "--chain", first["chain"], "--wait")
    assert old["file"] == str(paper)
    other = hall.file("other.pdf", "another")
    taken = await hall.type("issuer", "notarize", other, "--chain", first["chain"], "--wait", "--json")
    assert taken.document["records"][0]["sequence"] == 2
    hall.file(paper.name, "changed since")
    await hall.do("issuer", "outbox", "renew", old["id"][:8])
    records = (await hall.ask("issuer", "records", "--chain", first["chain"]))["records"]
    assert [each["sequence"] for each in records] == [1, 2, 3]
    assert records[2]["sha256"] == records[0]["sha256"]


async def test_killed_between_draft_and_signature_it_is_done_anew_once(hall: Hall) -> None:
    old = await expired(hall, *RECOGNISE)
    os.mkfifo(hall.folder / "to-come")  # nobody will write the passphrase
    passphrase, hall.passphrase = hall.passphrase, hall.folder / "to-come"
    process = await hall.start("issuer", "outbox", "renew", old["id"][:8], "--language", "en")
    hall.passphrase = passphrase
    assert process.stdout is not None
    while b"nonce" not in (line := await process.stdout.readline()):
        assert line
    process.kill()
    await process.communicate()
    draft, first = await listed(hall, "--all")
    assert (draft["state"], draft["replaces"], first["replaced_by"]) == ("draft", old["id"], draft["id"])
    await hall.do("issuer", "outbox", "renew", old["id"][:8])
    assert [each["state"] for each in await listed(hall, "--all")] == ["final", "expired"]
    assert hall.transactions == 1


async def test_a_draft_that_was_left_over_is_discarded(hall: Hall, paper: Path) -> None:
    await hall.type("issuer", *RECOGNISE, "--draft-to", hall.folder / "draft.request")
    (entry,) = await listed(hall)
    assert (entry["state"], entry["signed"]) == ("draft", [])
    await hall.ask("issuer", "outbox", "discard", entry["id"][:8])
    assert await listed(hall, "--all") == []


async def test_what_is_no_longer_needed_is_not_listed_again(hall: Hall) -> None:
    old = await expired(hall, *RECOGNISE)
    assert (await hall.ask("issuer", "outbox", "dismiss", old["id"][:8]))["dismissed"] is True
    assert await listed(hall) == []
    assert [each["dismissed"] for each in await listed(hall, "--all")] == [True]


async def test_an_id_is_as_long_as_it_must_be(hall: Hall) -> None:
    assert await denied(hall, "show", "ab") == "usage"
    assert await denied(hall, "show", "abcdefgh") == "usage"
    assert await denied(hall, "show", "ab" * 8) == "not-found"
    assert await hall.misspelt("issuer", "outbox", "send", sign=False)
    assert await hall.misspelt("issuer", "outbox", "renew")


async def test_an_empty_outbox_says_so(hall: Hall) -> None:
    assert "nothing needs you" in (await hall.type("issuer", "outbox", sign=False)).said
    assert "没有要处理或在途" in (await hall.type("issuer", "outbox", "list", sign=False, language="zh")).said
    assert "nothing waits to be sent" in (await hall.type("issuer", "outbox", "send", "--all", sign=False)).said
