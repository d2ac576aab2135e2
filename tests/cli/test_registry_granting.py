"""`luopu grant`: a user lets a partner have data that another keeps."""

from app.core.hashing import sha256
from tests.cli.hall import Hall


async def test_a_grant_is_given_checked_listed_and_withdrawn(hall: Hall) -> None:
    ann = await hall.enrol("issuer", "ann")
    scope = hall.file("scope.txt", "blood tests of 2025")
    words = ("bank", "--holder", "issuer", "--scope", scope, "--purpose", "a loan", "--expires", "2099-01-01")
    told = await hall.do("ann", "grant", "give", *words)
    grant = told["came"]["grant"]
    assert told["ids"] == {"grant": grant}
    assert (told["facts"]["scope"], told["facts"]["purpose"]) == (sha256(b"blood tests of 2025").hex(), "a loan")

    checked = await hall.ask("issuer", "grant", "check", "ann", "bank", "--scope", scope)
    assert (checked["granted"], [each["id"] for each in checked["grants"]]) == (True, [grant])
    assert (await hall.ask("issuer", "grant", "check", str(ann), "bank"))["granted"]
    other = hall.file("other.txt", "everything")
    for words in (("ann", "bank", "--scope", other), ("ann", "shop"), ("ann", "bank", "--holder", "bank")):
        answer = await hall.type("issuer", "grant", "check", *words, "--json", sign=False)
        assert (answer.status, answer.document["granted"]) == (1, False)

    assert [each["id"] for each in (await hall.ask("ann", "grant"))["grants"]] == [grant]
    received = (await hall.ask("bank", "grant", "list", "--received"))["grants"]
    assert [(each["user"], each["in_force"]) for each in received] == [(ann, True)]

    await hall.do("ann", "grant", "withdraw", grant)
    answer = await hall.type("issuer", "grant", "check", "ann", "bank", sign=False)
    assert (answer.status, answer.said.strip()) == (1, "no grant that counts")
    assert await hall.refused("ann", "grant", "withdraw", grant) == "grant-over"
    assert await hall.refused("ann", "grant", "withdraw", "00" * 16) == "unknown-grant"


async def test_only_users_give_and_only_partners_get(hall: Hall) -> None:
    await hall.enrol("issuer", "ann")
    scope = ("--scope", hall.file("scope.txt", "all"))
    assert await hall.refused("bank", "grant", "give", "shop", "--holder", "issuer", *scope) == "wrong-party"
    assert await hall.refused("ann", "grant", "give", "ann", "--holder", "issuer", *scope) == "wrong-party"
    expired = ("--expires", "2001-01-01")
    assert await hall.refused("ann", "grant", "give", "bank", "--holder", "issuer", *scope, *expired) == "bad-action"
    assert await hall.misspelt(
        "ann", "grant", "give", "bank", "--holder", "issuer", *scope, "--expires", "2026-01-01T10:00"
    )


async def test_the_grant_is_shown_in_chinese_with_whose_the_numbers_are(hall: Hall) -> None:
    await hall.enrol("issuer", "ann")
    words = ("grant", "give", "bank", "--holder", "issuer", "--scope", hall.file("scope.txt", "all"))
    said = (await hall.type("ann", *words, language="zh")).said
    signed, told = said.split("以下由本机节点核验并告知")
    assert "bank" not in signed
    assert "bank 3 (合作方)" in told
    assert "issuer 2 (合作方)" in told
    assert "有效" in (await hall.type("ann", "grant", language="zh", sign=False)).said
