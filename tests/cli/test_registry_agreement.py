"""`luopu agreement`: a document that several parties confirm."""

import json

import pytest

from app.core.hashing import sha256, sm3
from app.core.record import context_digest
from app.evidence.context import decode_context
from tests.cli.hall import Hall


@pytest.fixture
async def lease(hall: Hall) -> str:
    """An agreement of Ann and Bob, opened by the issuer; its id."""
    await hall.enrol("issuer", "ann")
    await hall.enrol("bank", "bob")
    words = (hall.file("lease.txt", "the lease"), "--party", "bob", "--party", "ann", "--blocks", "50")
    told = await hall.do("issuer", "agreement", "open", *words, "--subject", "lease 7")
    assert told["facts"]["parties"] == [12, 13]
    assert told["facts"]["deadline"] == hall.height - 1 + 50
    return str(told["came"]["agreement"])


async def test_it_is_final_with_the_last_confirmation(hall: Hall, lease: str) -> None:
    document = hall.folder / "lease.txt"
    assert not (await hall.do("ann", "agreement", "confirm", lease, document))["came"]["agreement_final"]
    await hall.do("ann", "agreement", "retract", lease)
    await hall.do("ann", "agreement", "confirm", lease, document)
    shown = await hall.ask("bob", "agreement", "show", lease)
    assert (shown["confirmed"], shown["open"], shown["final"]) == ([12], True, 0)
    assert (shown["terms"]["sha256"], shown["terms"]["sm3"]) == (sha256(b"the lease").hex(), sm3(b"the lease").hex())
    told = await hall.do("bob", "agreement", "confirm", lease, document)
    assert told["came"] == {"agreement": lease, "agreement_final": True}
    assert (await hall.ask("bob", "agreement", "show", lease))["final"] == told["height"]
    assert [each["id"] for each in (await hall.ask("ann", "agreement", "list"))["agreements"]] == [lease]
    assert await hall.refused("bob", "agreement", "retract", lease) == "agreement-closed"


async def test_its_context_is_kept_before_it_is_signed(hall: Hall, lease: str) -> None:
    shown = await hall.ask("ann", "agreement", "show", lease)
    content = hall.read(f"homes/issuer/wallet/contexts/{shown['terms']['context_digest']}.json").encode()
    assert context_digest(content).hex() == shown["terms"]["context_digest"]
    assert decode_context(content).file_name == "lease.txt"


async def test_another_document_another_person_and_a_second_time_are_refused(hall: Hall, lease: str) -> None:
    document, other = hall.folder / "lease.txt", hall.file("other.txt", "another lease")
    assert await hall.refused("ann", "agreement", "confirm", lease, other) == "bad-action"
    assert await hall.refused("issuer", "agreement", "confirm", lease, document) == "not-a-party"
    assert await hall.refused("ann", "agreement", "retract", lease) == "not-confirmed"
    assert await hall.refused("ann", "agreement", "confirm", "00" * 16, document) == "unknown-agreement"
    await hall.do("ann", "agreement", "confirm", lease, document)
    assert await hall.refused("ann", "agreement", "confirm", lease, document) == "already-confirmed"
    await hall.pass_blocks(50)
    assert await hall.refused("bob", "agreement", "confirm", lease, document) == "agreement-closed"


async def test_without_a_document_two_parties_or_a_deadline_nothing_is_opened(hall: Hall) -> None:
    document = hall.file("lease.txt", "the lease")
    opened = ("issuer", "agreement", "open")
    assert await hall.refused(*opened, document, "--party", "bank", "--blocks", "9") == "bad-action"
    assert (
        await hall.refused(*opened, document, "--party", "bank", "--party", "99", "--blocks", "9") == "unknown-member"
    )
    assert await hall.refused(*opened, hall.folder, "--party", "bank", "--blocks", "9") == "file-unreadable"
    assert await hall.misspelt(*opened, document, "--party", "bank", "--party", "shop", "--blocks", "0")
    assert not hall.has("homes/issuer/wallet/contexts")


async def test_who_has_confirmed_is_said_in_words(hall: Hall, lease: str) -> None:
    await hall.do("ann", "agreement", "confirm", lease, hall.folder / "lease.txt")
    said = (await hall.type("bob", "agreement", "show", lease, sign=False)).said
    lines = {line.split("  ")[1].strip(): line for line in said.splitlines() if line.startswith("  ")}
    assert "has confirmed" in lines["ann 12"]
    assert "has not confirmed" in lines["bob 13"]
    assert "已确认 1/2" in (await hall.type("bob", "agreement", language="zh", sign=False)).said
    assert json.loads((await hall.type("bob", "agreement", "--json", sign=False)).said)["agreements"]


async def test_an_interrupted_opening_is_repeated_and_opens_once(hall: Hall) -> None:
    words = (hall.file("lease.txt", "the lease"), "--party", "shop", "--party", "bank", "--blocks", "50")
    hall.taking = False
    process = await hall.start("issuer", "agreement", "open", *words)
    await hall.came.wait()
    process.kill()
    await process.communicate()
    hall.taking = True
    await hall.pass_blocks(2)
    answer = await hall.type("issuer", "agreement", "open", *words)
    assert answer.status == 0, answer.complained
    assert "signed before" in answer.said
    (opened,) = (await hall.ask("bank", "agreement"))["agreements"]
    assert hall.has(f"homes/issuer/wallet/contexts/{opened['terms']['context_digest']}.json")
    again = await hall.do("issuer", "agreement", "open", *words)  # told once, the same again is meant as another
    assert again["came"]["agreement"] != opened["id"]
