"""`luopu disclose`: a partner shows attributes of a user, and whoever gets them checks them against the chain."""

from pathlib import Path

import pytest

from tests.cli.hall import ORDER, Hall

ATTRIBUTES = ("--attribute", "name=安安", "--attribute", "phone=13800000000", "--attribute", "account=secret")


@pytest.fixture
async def known(hall: Hall) -> Path:
    """A user of whom the vault knows three things; where a disclosure goes."""
    await hall.do("issuer", "enrol", "--card", await hall.card("ann"), "--level", "phone", "--name", "ann", *ATTRIBUTES)
    return hall.folder / "disclosure.json"


async def test_one_attribute_is_shown_and_holds_before_the_chain(hall: Hall, known: Path) -> None:
    made = await hall.type("issuer", "disclose", "ann", "--attribute", "phone", "--output", known, "--json")
    assert made.document["attributes"] == {"phone": "13800000000"}
    assert "安安" not in hall.read(known.name)
    checked = await hall.type("bank", "disclose", "--check", known, "--json")
    assert (checked.status, checked.document["valid"]) == (0, True)
    assert (checked.document["attributes"], checked.document["total"]) == ({"phone": "13800000000"}, 3)
    assert (checked.document["partner"], checked.document["level"]) == (2, "phone")


async def test_all_of_it_is_shown_and_no_attribute_hides_another_line(hall: Hall, known: Path) -> None:
    said = (await hall.type("issuer", "disclose", "ann", "--all", "--output", known)).said
    for text in ("安安", "13800000000", "secret", "ann 12", "issuer 2", "3 / 3"):
        assert text in said
    assert "counts now" in (await hall.type("bank", "disclose", "--check", known)).said


async def test_what_was_changed_or_no_longer_counts_does_not_hold(hall: Hall, known: Path) -> None:
    assert (await hall.type("issuer", "disclose", "ann", "--all", "--output", known)).status == 0
    forged = hall.file("forged.json", hall.read(known.name).replace("13800000000", "13800000001"))
    answer = await hall.type("bank", "disclose", "--check", forged, "--json")
    assert (answer.status, answer.document["error"]["code"]) == (1, "invalid-proof")
    await hall.do("issuer", "revoke", "ann", "--reason", hall.file("reason", "no longer"))
    answer = await hall.type("bank", "disclose", "--check", known, "--json")
    assert (answer.status, answer.document["error"]["code"]) == (1, "no-such-certification")


async def test_nothing_is_disclosed_of_whom_one_does_not_know(hall: Hall, known: Path) -> None:
    assert await hall.refused("bank", "disclose", "ann", "--all", "--output", known) == "no-such-certification"
    assert await hall.refused("issuer", "disclose", "ann", "--attribute", "age", "--output", known) == "out-of-range"
    await hall.do("issuer", "certify", "ann", "--level", "phone")  # without attributes: nothing is in the vault of that
    assert await hall.refused("issuer", "disclose", "ann", "--all", "--output", known) == "not-found"
    assert await hall.misspelt("issuer", "disclose", "ann", "--output", known)
    assert await hall.misspelt("issuer", "disclose", "--all", "--output", known)
    assert not hall.has(known.name)


async def test_a_file_that_is_there_is_never_overwritten(hall: Hall, known: Path) -> None:
    hall.file(known.name, "dear")
    assert await hall.refused("issuer", "disclose", "ann", "--all", "--output", known) == "file-unwritable"
    assert hall.read(known.name) == "dear"


async def test_a_suspended_partners_word_does_not_hold(hall: Hall, known: Path) -> None:
    assert (await hall.type("issuer", "disclose", "ann", "--all", "--output", known)).status == 0
    await hall.do("operator", "partner", "suspend", "issuer", "--order", hall.file("order", "stop"), *ORDER)
    answer = await hall.type("bank", "disclose", "--check", known, "--json")
    assert (answer.status, answer.document["error"]["code"]) == (1, "not-enough-trust")
