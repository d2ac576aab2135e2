"""What a partner does for users: enrol, certify, revoke, recognise, reset keys, freeze."""

import pytest

from app.core.attributes import attribute_root
from app.core.hashing import sha256
from app.core.paper_words import CertifiedPaper, paper_words
from app.wallet.vault import Vault
from app.wiring.system import SystemRandomness
from tests.cli.hall import ORDER, PASSPHRASE, Hall


async def test_a_user_is_enrolled_and_the_receipt_leads_to_the_legal_agreement(hall: Hall) -> None:
    told = await hall.do("issuer", "enrol", "--card", await hall.card("ann"), "--level", "real-name", "--name", "Ann")
    assert (told["action"], told["partner"], told["agreement"]["version"]) == ("enrol", 2, 1)
    assert told["signer"]["label"] == "maker 01"
    shown = await hall.ask("ann", "account")
    assert (shown["account"]["id"], shown["account"]["name"]) == (told["came"]["account"], "Ann")
    assert (shown["level"], shown["counting"], shown["in_force"]) == ("real-name", [2], True)


async def test_attributes_go_into_the_vault_and_only_their_root_goes_on_the_chain(hall: Hall) -> None:
    listed = hall.file("attributes", "id-number=330102199001011234\n\nphone=13800000000\n")
    material = hall.file("passport.txt", "passport")
    words = (
        "--attribute",
        "name=安安",
        "--attributes",
        listed,
        "--material",
        material,
        "--notes",
        "seen at the counter",
    )
    told = await hall.do("issuer", "enrol", "--card", await hall.card("ann"), "--level", "real-name", *words)
    vault = Vault.open(hall.home("issuer").vault, PASSPHRASE, randomness=SystemRandomness())
    (kept,) = vault.by_account(told["came"]["account"])
    vault.close()
    assert kept.person.name == "安安"
    assert {each.name: each.value for each in kept.person.attributes} == {
        "name": "安安",
        "id-number": "330102199001011234",
        "phone": "13800000000",
        "paper-1": paper_words(CertifiedPaper("scan", kept.person.materials[0].digests)),
    }
    assert len({each.salt for each in kept.person.attributes}) == 4
    assert kept.person.materials[0].digests.sha256 == sha256(b"passport")
    assert told["facts"]["root"] == attribute_root(kept.person.attributes).hex()
    assert "安安" not in str(told)


async def test_the_expiry_and_the_flag_are_shown_beside_the_timeout_height(hall: Hall) -> None:
    words = ("--expires", "2031-05-06T08:00:00+08:00", "--answers", "--level", "anonymous")
    answer = await hall.type("issuer", "enrol", "--card", await hall.card("ann"), *words)
    assert answer.status == 0, answer.complained
    signed, told = answer.said.split("according to your node")
    assert "2031-05-06T00:00:00Z" in signed
    assert "timeout height" in signed
    assert "the partner answers for what the account records  yes" in signed
    assert "Final (height 1)" in told
    assert "legal agreement  version 1" in told


async def test_what_cannot_be_is_not_kept_and_not_signed(hall: Hall) -> None:
    card = await hall.card("ann")
    enrol = ("enrol", "--card", card, "--level", "phone")
    assert await hall.refused("issuer", *enrol, "--attribute", "Name=x") == "out-of-range"
    assert await hall.refused("regulator", *enrol) == "wrong-party"
    assert await hall.refused("shop", *enrol) == "not-permitted"
    assert await hall.refused("stranger", *enrol) == "unknown-account"
    assert await hall.refused("issuer", "enrol", "--card", card[:-9], "--level", "phone") == "not-decodable"
    assert (
        await hall.refused("issuer", "enrol", "--card", hall.folder / "no file", "--level", "phone")
        == "file-unreadable"
    )
    assert await hall.misspelt("issuer", *enrol, "--material", hall.passphrase)
    assert await hall.misspelt("issuer", *enrol, "--attributes", hall.file("bad", "name"))
    assert await hall.misspelt("issuer", "enrol", "--card", card, "--level", "royal")
    assert not hall.has("homes/issuer/wallet/vault.db")
    ann = await hall.enrol("issuer", "ann")
    assert await hall.refused("bank", *enrol) == "key-taken"
    assert await hall.refused("issuer", "certify", "issuer", "--level", "phone") == "wrong-party"
    assert ann == 12


async def test_a_card_may_be_a_file(hall: Hall) -> None:
    path = hall.folder / "ann.card"
    assert (await hall.type("ann", "account", "card", "--label", "own", "--output", path, "--json")).status == 0
    told = await hall.do("issuer", "enrol", "--card", path, "--level", "registered")
    assert told["facts"]["key"]["label"] == "own"


async def test_a_second_partner_certifies_and_revokes(hall: Hall) -> None:
    ann = await hall.enrol("issuer", "ann", "phone")
    told = await hall.do("bank", "certify", "ann", "--level", "certificate", "--attribute", "name=Ann")
    assert (told["came"]["account"], told["facts"]["level"]) == (ann, "certificate")
    assert (await hall.ask("ann", "account"))["level"] == "certificate"
    reason = hall.file("reason.txt", "she asked")
    told = await hall.do("bank", "revoke", str(ann), "--reason", reason)
    assert told["facts"]["reason"] == sha256(b"she asked").hex()
    assert (await hall.ask("ann", "account"))["level"] == "phone"
    assert await hall.refused("bank", "revoke", "ann", "--reason", reason) == "no-such-certification"
    assert await hall.refused("bank", "certify", "nobody", "--level", "phone") == "not-found"
    assert await hall.refused("bank", "certify", "Ann", "--level", "phone") == "not-found"  # the exact name


async def test_another_partner_is_recognised_and_no_longer(hall: Hall) -> None:
    await hall.do("issuer", "recognise", "bank", "--least", "phone")
    shown = await hall.ask("bank", "partner", "show", "issuer")
    assert shown["recognitions"] == [{"partner": 3, "least": "phone"}]
    await hall.do("issuer", "recognise", "3", "--withdraw")
    assert (await hall.ask("bank", "partner", "show", "issuer"))["recognitions"] == []
    assert await hall.refused("issuer", "recognise", "3", "--withdraw") == "no-such-certification"
    assert await hall.refused("issuer", "recognise", "issuer", "--least", "phone") == "bad-action"
    assert await hall.misspelt("issuer", "recognise", "bank")


async def test_a_reset_key_replaces_the_old_one_at_once(hall: Hall) -> None:
    ann = await hall.enrol("issuer", "ann")
    application, proof = hall.file("application", "lost it"), hall.file("proof", "her face")
    papers = ("--application", application, "--authentication", proof)
    told = await hall.do("issuer", "reset-key", "ann", "--card", await hall.card("ann anew"), *papers)
    assert told["came"]["account"] == ann
    assert told["facts"]["application"] == sha256(b"lost it").hex()
    assert (await hall.ask("ann anew", "account"))["account"]["id"] == ann
    assert await hall.refused("ann", "account", "rename", "Anna") == "unknown-account"
    assert (
        await hall.refused("bank", "reset-key", "ann", "--card", await hall.card("third"), *papers) == "not-your-user"
    )


async def test_a_user_is_frozen_and_unfrozen_by_order(hall: Hall) -> None:
    ann = await hall.enrol("issuer", "ann")
    order = ("--order", hall.file("order.txt", "freeze her"), *ORDER)
    assert await hall.refused("bank", "freeze", "ann", *order) == "not-your-user"
    told = await hall.do("issuer", "freeze", "ann", *order)
    assert told["facts"]["order"] == {
        "document": sha256(b"freeze her").hex(),
        "authority": "第一法院",
        "reference": "2025-7",
    }
    assert not (await hall.ask("ann", "account"))["in_force"]
    assert await hall.refused("ann", "account", "rename", "Anna") == "account-frozen"
    assert await hall.refused("issuer", "freeze", "ann", *order) == "already-stopped"
    assert (await hall.do("issuer", "unfreeze", str(ann), *order))["came"]["account"] == ann
    assert await hall.refused("issuer", "unfreeze", "ann", *order) == "not-stopped"
    assert await hall.misspelt("issuer", "freeze", "ann")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "real name, until always, counts"), ("zh", "普通实名，至 长期，有效")]
)
async def test_an_account_is_shown_in_both_languages(hall: Hall, language: str, words: str) -> None:
    await hall.enrol("issuer", "ann")
    said = (await hall.type("ann", "account", "show", language=language, sign=False)).said
    assert "issuer 2" in said
    assert words in said


async def test_an_interrupted_enrolment_is_repeated_and_enrols_once(hall: Hall) -> None:
    words = ("enrol", "--card", await hall.card("ann"), "--level", "phone", "--attribute", "phone=13800000000")
    hall.taking = False
    process = await hall.start("issuer", *words)
    await hall.came.wait()
    process.kill()
    await process.communicate()
    hall.taking = True
    answer = await hall.type("issuer", *words)
    assert answer.status == 0, answer.complained
    assert "signed before" in answer.said
    output = hall.folder / "disclosure.json"
    assert (await hall.type("issuer", "disclose", "12", "--all", "--output", output)).status == 0
