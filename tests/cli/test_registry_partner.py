"""`luopu partner`: the operator admits organisations, changes and stops them."""

import pytest

from app.core.hashing import sha256
from tests.cli.hall import ORDER, Hall


async def test_a_partner_is_admitted_and_can_work_at_once(hall: Hall) -> None:
    agreement = hall.file("agreement.txt", "version one")
    cards = ("--card", await hall.card("farm", "--role", "maker", "--role", "administrator"))
    cards += ("--card", await hall.card("farm checker", "--role", "checker"))
    words = ("Farm", *cards, "--permission", "voucher", "--permission", "identity", "--agreement", agreement)
    told = await hall.do("operator", "partner", "admit", *words, "--quota", "5000", "--threshold", "voucher=1")
    assert told["came"]["account"] == 12
    shown = await hall.ask("bank", "partner", "show", "Farm")
    assert shown["account"]["permissions"] == ["identity", "voucher"]
    assert shown["account"]["thresholds"] == [{"duty": "voucher", "checkers": 1}]
    assert [each["roles"] for each in shown["account"]["keys"]] == [["maker", "administrator"], ["checker"]]
    assert shown["terms"] == [{"version": 1, "agreement": sha256(b"version one").hex(), "since": hall.height}]
    assert (shown["quota"]["points"], shown["in_force"]) == (5_000, True)
    await hall.do("farm", "enrol", "--card", await hall.card("ann"), "--level", "phone")


async def test_what_is_not_named_stays_as_it_was(hall: Hall) -> None:
    told = await hall.do("operator", "partner", "amend", "shop", "--quota", "7")
    assert (told["facts"]["permissions"], told["facts"]["quota_points"]) == (["evidence"], 7)
    paper = hall.file("agreement.txt", "version two")
    told = await hall.do("operator", "partner", "amend", "5", "--permission", "voucher", "--agreement", paper)
    assert (told["facts"]["permissions"], told["facts"]["quota_points"]) == (["voucher"], 7)
    shown = await hall.ask("shop", "account")
    assert [each["version"] for each in shown["terms"]] == [1, 2]
    told = await hall.do("operator", "partner", "amend", "shop", "--no-permissions", "--name", "Shop Two")
    assert told["facts"]["permissions"] == []
    assert (await hall.ask("bank", "partner", "show", "Shop Two"))["account"]["id"] == 5
    assert await hall.misspelt("operator", "partner", "amend", "5", "--permission", "voucher", "--no-permissions")


async def test_a_receipt_names_the_version_of_the_agreement_under_which_it_was_made(hall: Hall) -> None:
    first = await hall.do("bank", "recognise", "issuer", "--least", "phone")
    await hall.do("operator", "partner", "amend", "bank", "--agreement", hall.file("agreement.txt", "version two"))
    second = await hall.do("bank", "recognise", "issuer", "--withdraw")
    versions = [
        (await hall.ask("ann", "account", "receipt", told["transaction"]))["agreement"]["version"]
        for told in (first, second)
    ]
    assert versions == [1, 2]


async def test_a_suspended_partner_can_do_nothing_until_it_is_resumed(hall: Hall) -> None:
    order = ("--order", hall.file("order.txt", "stop"), *ORDER)
    recognise = ("bank", "recognise", "issuer", "--least", "phone")
    await hall.do("operator", "partner", "suspend", "bank", *order)
    assert await hall.refused(*recognise) == "account-suspended"
    assert "suspended" in (await hall.type("bank", "partner", sign=False)).said
    assert "第一法院" not in (await hall.type("bank", "account", language="zh", sign=False)).said
    assert await hall.refused("operator", "partner", "suspend", "bank", *order) == "already-stopped"
    await hall.do("operator", "partner", "resume", "bank", *order)
    await hall.do(*recognise)
    assert await hall.refused("operator", "partner", "resume", "bank", *order) == "not-stopped"
    assert await hall.refused("issuer", "partner", "suspend", "bank", *order) == "wrong-party"


async def test_organisations_are_listed_by_kind(hall: Hall) -> None:
    partners = (await hall.ask("bank", "partner", "list"))["accounts"]
    assert [each["account"]["name"] for each in partners] == ["issuer", "bank", "shop", "dual"]
    assert len((await hall.ask("bank", "partner", "list", "--limit", "2"))["accounts"]) == 2
    books = (await hall.ask("bank", "partner", "list", "--party", "bookkeeper"))["accounts"]
    assert [each["account"]["id"] for each in books] == [11]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--party", "user"), "bad-action"),
        (("--party", "regulator", "--permission", "voucher"), "bad-action"),
        (("--threshold", "voucher=1"), "keys-impossible"),
    ],
)
async def test_who_cannot_be_admitted(hall: Hall, more: tuple[str, ...], code: str) -> None:
    words = ("Farm", "--card", await hall.card("farm"), "--agreement", hall.passphrase, "--quota", "1")
    assert await hall.refused("operator", "partner", "admit", *words, *more) == code


async def test_a_name_that_is_taken_and_a_key_that_is_used(hall: Hall) -> None:
    paper = ("--agreement", hall.passphrase, "--quota", "1")
    assert (
        await hall.refused("operator", "partner", "admit", "BANK", "--card", await hall.card("x"), *paper)
        == "name-taken"
    )
    assert (
        await hall.refused("operator", "partner", "admit", "Y", "--card", await hall.card("bank"), *paper)
        == "key-taken"
    )
