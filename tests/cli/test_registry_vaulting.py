"""`luopu vault`, `luopu contacts`, and papers: kept with whom they are about, handed out whole, disclosed or hidden."""

from pathlib import Path
from typing import Any

import pytest

from app.core.hashing import sha256
from tests.cli.hall import Hall

SCAN, FORM = "passport of An An " * 5000, "I apply"


@pytest.fixture
async def ann(hall: Hall) -> str:
    """A user with a scan and a form, enrolled; the number."""
    made = await hall.do(
        "issuer",
        *("enrol", "--card", await hall.card("ann"), "--level", "phone", "--name", "ann"),
        *("--attribute", "name=安安", "--attribute", "phone=13800000000", "--notes", "window 3"),
        *("--material", hall.file("passport.pdf", SCAN), "--form", hall.file("application.pdf", FORM)),
    )
    return str(made["came"]["account"])


async def told(hall: Hall, name: str, *words: str | Path) -> dict[str, Any]:
    """What a program is told of something that needs the passphrase."""
    answer = await hall.type(name, *words, "--json")
    assert answer.status == 0, answer.said + answer.complained
    return answer.document


def sealed_in(hall: Hall) -> list[Path]:
    return sorted(each for each in hall.home("issuer").materials.iterdir() if len(each.name) == 64)


async def test_papers_are_sealed_with_the_person_and_handed_out_as_they_were(hall: Hall, ann: str) -> None:
    (hall.folder / "passport.pdf").unlink()
    assert len(sealed_in(hall)) == 2
    assert not any(b"passport of" in each.read_bytes() for each in sealed_in(hall))
    copy = hall.folder / "copy.pdf"
    written = await told(hall, "issuer", "vault", "save-paper", ann, "passport.pdf", "--output", copy)
    assert written == {"output": str(copy), "sha256": sha256(SCAN.encode()).hex(), "size": len(SCAN)}
    assert hall.read("copy.pdf") == SCAN
    by_digest = sha256(FORM.encode()).hex()[:12].upper()
    answer = await hall.type("issuer", "vault", "save-paper", "ann", by_digest, "--output", hall.folder / "form")
    assert "the same as what was taken in" in answer.said
    assert hall.read("form") == FORM


async def test_a_copy_is_never_written_over_a_file_and_no_other_paper_is_found(hall: Hall, ann: str) -> None:
    dear = hall.file("dear", "dear")
    save = ("vault", "save-paper", ann)
    assert await hall.refused("issuer", *save, "passport.pdf", "--output", dear) == "file-unwritable"
    assert hall.read("dear") == "dear"
    assert await hall.refused("issuer", *save, "passport", "--output", hall.folder / "x") == "no-paper"
    assert await hall.refused("issuer", *save, sha256(FORM.encode()).hex()[:7], "--output", dear) == "no-paper"
    assert await hall.refused("issuer", "vault", "save-paper", "2", "x", "--output", dear) == "not-found"
    for each in sealed_in(hall):
        each.write_bytes(each.read_bytes()[:-1] + b"!")
    assert await hall.refused("issuer", *save, "passport.pdf", "--output", hall.folder / "x") == "vault-damaged"
    assert not hall.has("x")


async def test_two_papers_of_one_name_are_told_apart_by_their_digests(hall: Hall, ann: str) -> None:
    (hall.folder / "again").mkdir()
    other = hall.file("again/passport.pdf", "another passport")
    await hall.do("issuer", "certify", ann, "--level", "phone", "--attribute", "name=安安", "--material", other)
    save, target = ("vault", "save-paper", ann), hall.folder / "x"
    assert await hall.misspelt("issuer", *save, "passport.pdf", "--output", target)
    digest = sha256(b"another passport").hex()
    assert (await hall.type("issuer", *save, digest, "--output", target)).status == 0
    assert hall.read("x") == "another passport"


async def test_people_are_found_by_everything_that_is_known_of_them(hall: Hall, ann: str) -> None:
    for text in ("安", "13800", "WINDOW", "passport", ann):
        found = (await told(hall, "issuer", "vault", "search", text))["people"]
        assert found == [{"account": int(ann), "name": "安安"}]
    answer = await hall.type("issuer", "vault", "search", "nobody")
    assert (answer.status, answer.said.strip()) == (0, "none")
    assert "安安" in (await hall.type("issuer", "vault", "search", "安")).said


async def test_all_that_is_known_is_shown_to_who_asks(hall: Hall, ann: str) -> None:
    said = (await hall.type("issuer", "vault", "show", "ann")).said
    for text in ("安安", "13800000000", "window 3", "passport.pdf", "scanned document", "application form"):
        assert text in said
    assert "no copy is kept here" not in said
    sealed_in(hall)[0].unlink()
    assert "no copy is kept here" in (await hall.type("issuer", "vault", "show", "ann")).said
    (known,) = (await told(hall, "issuer", "vault", "show", ann))["known"]
    assert {each["kind"] for each in known["papers"]} == {"scan", "form"}
    assert sorted(each["kept"] for each in known["papers"]) == [False, True]
    assert await hall.refused("issuer", "vault", "show", "2") == "not-found"


async def test_papers_are_forgotten_with_a_person_of_whom_nothing_came_onto_the_chain(hall: Hall, ann: str) -> None:
    paper = hall.file("third.pdf", "third")
    words = ("--level", "phone", "--attribute", "name=x", "--material", paper)
    assert await hall.refused("issuer", "certify", "issuer", *words) == "wrong-party"
    assert len(sealed_in(hall)) == 2


# ---- disclosed -------------------------------------------------------------------------------------------------------
async def test_a_paper_is_shown_or_hidden_like_any_attribute_and_compared_with_the_file(hall: Hall, ann: str) -> None:
    shown, hidden = hall.folder / "shown.json", hall.folder / "hidden.json"
    make = ("disclose", ann, "--attribute", "phone")
    assert (await hall.type("issuer", *make, "--attribute", "paper-1", "--output", shown)).status == 0
    assert (await hall.type("issuer", *make, "--output", hidden)).status == 0
    passport, form = hall.folder / "passport.pdf", hall.folder / "application.pdf"
    checked = await told(hall, "bank", "disclose", "verify", shown, "--paper", passport)
    assert (checked["valid"], checked["papers"], checked["total"]) == (True, ["paper-1"], 4)
    assert (
        "one of the papers shown" in (await hall.type("bank", "disclose", "--check", shown, "--paper", passport)).said
    )
    assert await hall.refused("bank", "disclose", "--check", shown, "--paper", form) == "invalid-proof"
    assert await hall.refused("bank", "disclose", "--check", hidden, "--paper", passport) == "invalid-proof"
    assert sha256(SCAN.encode()).hex() not in hall.read("hidden.json")


async def test_an_account_may_be_called_verify(hall: Hall, ann: str) -> None:
    out = hall.folder / "out.json"
    assert await hall.refused("issuer", "disclose", "verify", "--all", "--output", out) == "not-found"
    assert await hall.misspelt("issuer", "disclose", "ann", "file", "--all", "--output", out)
    assert await hall.misspelt("issuer", "disclose", "ann", "--all", "--output", out, "--paper", out)
    assert await hall.refused("issuer", "disclose", "verify", out) == "file-unreadable"


# ---- contacts --------------------------------------------------------------------------------------------------------
async def test_a_contact_is_kept_for_an_account_that_there_is(hall: Hall) -> None:
    assert (await told(hall, "shop", "contacts", "list")) == {"contacts": []}
    added = await told(hall, "shop", "contacts", "add", "issuer", "发行方 李经理", "--note", "call first")
    assert added == {"account": 2, "name": "发行方 李经理", "note": "call first"}
    await told(hall, "shop", "contacts", "add", "3", "the bank")
    listed = (await told(hall, "shop", "contacts", "list"))["contacts"]
    assert [(each["account"], each["name"], each["public_name"]) for each in listed] == [
        (3, "the bank", "bank"),
        (2, "发行方 李经理", "issuer"),
    ]
    said = (await hall.type("shop", "contacts", "list")).said
    assert "2  发行方 李经理  issuer  call first" in said
    assert await hall.refused("shop", "contacts", "add", "99999", "nobody") == "not-found"
    assert await hall.refused("shop", "contacts", "add", "issuer", "") == "out-of-range"


async def test_a_contact_is_changed_and_forgotten(hall: Hall) -> None:
    await told(hall, "shop", "contacts", "add", "issuer", "first")
    await told(hall, "shop", "contacts", "add", "2", "second")
    assert [each["name"] for each in (await told(hall, "shop", "contacts", "list"))["contacts"]] == ["second"]
    assert "removed" in (await hall.type("shop", "contacts", "remove", "issuer")).said
    assert await hall.refused("shop", "contacts", "remove", "issuer") == "no-contact"
    assert "none" in (await hall.type("shop", "contacts", "list")).said
