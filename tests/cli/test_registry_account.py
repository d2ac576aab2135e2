"""`luopu account`: keys, thresholds, names, activity, receipts."""

from tests.cli.hall import Hall


async def test_a_key_is_added_and_another_revoked(hall: Hall) -> None:
    told = await hall.do("bank", "account", "keys", "add", await hall.card("second", "--role", "maker"))
    assert told["came"]["account"] == 3
    keys = (await hall.ask("second", "account"))["account"]["keys"]
    assert [(key["label"], key["roles"]) for key in keys] == [("maker 01", []), ("second", ["maker"])]
    told = await hall.do("bank", "account", "keys", "add", await hall.card("third"), "--revoke", "second")
    assert told["facts"]["revoke"] == [keys[1]["key"]]
    assert await hall.refused("second", "recognise", "issuer", "--least", "phone") == "unknown-account"
    await hall.do("third", "account", "keys", "revoke", "1")
    assert [key["label"] for key in (await hall.ask("third", "account"))["account"]["keys"]] == ["third"]
    assert await hall.refused("third", "account", "keys", "revoke", "third") == "keys-impossible"
    assert await hall.refused("third", "account", "keys", "revoke", "nobody's") == "bad-key"


async def test_a_card_is_made_for_this_chain_and_with_the_passphrase_only(hall: Hall) -> None:
    answer = await hall.type("ann", "account", "card", "--role", "checker", "--label", "复核 02")
    assert answer.status == 0
    assert answer.said.startswith("luopu-card:")
    assert await hall.misspelt("ann", "account", "card", "--role", "king")
    wrong = hall.file("wrong", "not the passphrase\n")
    answer = await hall.type("ann", "account", "card", "--passphrase-file", wrong, "--json", sign=False)
    assert answer.document["error"]["code"] == "wrong-passphrase"


async def test_thresholds_that_are_not_named_stay(hall: Hall) -> None:
    await hall.do("bank", "account", "keys", "add", await hall.card("second"))
    await hall.do("bank", "account", "threshold", "order=1")
    told = await hall.do("bank", "account", "threshold", "evidence=1")
    wanted = [{"duty": "evidence", "checkers": 1}, {"duty": "order", "checkers": 1}]
    assert told["facts"]["thresholds"] == wanted
    assert (await hall.do("bank", "account", "threshold", "order=0"))["facts"]["thresholds"] == wanted[:1]
    assert await hall.refused("bank", "account", "threshold", "order=9") == "keys-impossible"
    assert await hall.misspelt("bank", "account", "threshold", "order")
    assert await hall.misspelt("bank", "account", "threshold", "war=1")


async def test_a_user_renames_itself_and_its_activity_tells(hall: Hall) -> None:
    ann = await hall.enrol("issuer", "ann")
    told = await hall.do("ann", "account", "rename", "安 娜")
    assert told["partner"] == 2
    assert await hall.refused("bank", "account", "rename", "Big Bank") == "wrong-party"
    assert await hall.refused("ann", "account", "rename", "Bank") == "name-taken"
    found = (await hall.ask("bank", "account", "activity", str(ann)))["activity"]
    assert [each["action"] for each in found] == ["rename", "enrol"]
    assert found[0]["facts"] == {"name": "安 娜"}
    said = (await hall.type("bank", "account", "activity", "安 娜", "--limit", "1", language="zh", sign=False)).said
    assert "已终局（高度 2）" in said
    assert len(said.splitlines()) == 1


async def test_a_receipt_is_found_again_and_an_unknown_one_is_said(hall: Hall) -> None:
    told = await hall.do("bank", "recognise", "issuer", "--least", "phone")
    found = await hall.ask("ann", "account", "receipt", told["transaction"])
    for name in ("state", "height", "action", "facts", "signer", "partner", "agreement", "points"):
        assert found[name] == told[name]
    said = (await hall.type("ann", "account", "receipt", told["transaction"], sign=False)).said
    assert "who answers" in said
    assert "version 1" in said
    answer = await hall.type("ann", "account", "receipt", "00" * 32, "--json", sign=False)
    assert (answer.status, answer.document["state"]) == (1, "unknown")
    assert await hall.misspelt("ann", "account", "receipt", "00", sign=False)


async def test_a_stranger_has_no_account_of_its_own(hall: Hall) -> None:
    answer = await hall.type("stranger", "account", "--json", sign=False)
    assert (answer.status, answer.document["error"]["code"]) == (1, "unknown-account")
    assert (await hall.ask("stranger", "account", "show", "bank"))["account"]["id"] == 3
