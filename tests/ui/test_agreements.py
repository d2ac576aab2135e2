"""Agreements at the desks of two partners and a bookkeeper, through the real widgets, against a real node."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.core.hashing import sha256
from app.core.wire import registry_pb2 as wire
from app.evidence.context import decode_context
from tests.scenarios.town import ALPHA, BETA, BOOKKEEPER, NAMES, NUMBERS
from tests.ui.town_guest import Guest, Place, day, open_place


@pytest.fixture(scope="module")
def place(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with open_place(qapp, tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    path = tmp_path / "检验委托合同.pdf"
    path.write_bytes(b"%PDF contract")
    return path


def fills_in(clerk: Guest, subject: str, document: Path, other: int) -> None:
    clerk.goes_to("agreements")
    clerk.until(lambda: clerk.can_press("Open an agreement"))
    clerk.clicks("Open an agreement")
    clerk.drops("Document to agree on", document)
    clerk.types("Subject", subject)
    clerk.types("Party 2", str(other))


def opened_by_alpha(place: Place, subject: str, document: Path, blocks: int = 100_000) -> bytes:
    status = place.loop.run_until_complete(place.loop.run_until_complete(place.town.desk(ALPHA)).status())
    terms = wire.OpenAgreement(
        sha256=sha256(document.read_bytes()),
        sm3=bytes(32),
        size=document.stat().st_size,
        subject=subject,
        context_digest=bytes(32),
        parties=[NUMBERS[ALPHA], NUMBERS[BETA]],
        deadline=status.height + blocks,
    )
    return place.do(ALPHA, open_agreement=terms).data


@day
def test_an_agreement_opened_at_one_desk_and_confirmed_at_two_is_final(place: Place, contract: Path) -> None:
    alpha = place.seat(ALPHA)
    fills_in(alpha, "检验委托合同 2026-118", contract, NUMBERS[BETA])
    alpha.awaits(NAMES[BETA], "Until height")
    alpha.signs()
    alpha.awaits("0 of 2 confirmed", "not yet", "SM3", NAMES[BETA])
    alpha.until(lambda: alpha.can_press("Confirm…"))
    alpha.clicks("Confirm…")
    alpha.drops("My document", contract)
    alpha.signs()
    alpha.awaits("1 of 2 confirmed", "You have confirmed")

    beta = place.seat(BETA)
    beta.until(lambda: beta.badge("agreements") == 1)
    beta.goes_to("agreements")
    beta.awaits("Waiting for me", "Waits for your confirmation until height")
    beta.clicks_beside("Open \u2068检验委托合同 2026-118\u2069")
    beta.until(lambda: beta.can_press("Confirm…"))
    beta.clicks("Confirm…")
    beta.drops("My document", contract)
    beta.awaits("is the document: its SHA-256 is the same")
    beta.reviews()
    beta.sees("检验委托合同 2026-118", sha256(contract.read_bytes()).hex()[:4])
    beta.clicks("Sign and send")
    beta.awaits("In force since")
    beta.clicks("Done")
    beta.awaits("Final at height", "It is final: nobody can confirm or withdraw any more.")
    assert not beta.can_press("Confirm…")
    beta.clicks("← All agreements")
    beta.until(lambda: beta.badge("agreements") == 0)

    alpha.awaits("Final at height")
    (listed,) = place.loop.run_until_complete(alpha.desk.registry.agreements(NUMBERS[ALPHA])).items
    assert list(listed.agreement.confirmed) == [NUMBERS[ALPHA], NUMBERS[BETA]]
    assert listed.agreement.final > 0
    kept = list((place.town._root / ALPHA / "wallet" / "contexts").iterdir())
    assert [decode_context(each.read_bytes()).file_name for each in kept] == [contract.name]
    assert kept[0].stem == listed.agreement.terms.context_digest.hex()


@day
def test_another_document_than_the_one_agreed_on_cannot_be_confirmed(
    place: Place, contract: Path, tmp_path: Path
) -> None:
    opened_by_alpha(place, "another", contract)
    other = tmp_path / "other.pdf"
    other.write_bytes(b"%PDF something else")
    beta = place.seat(BETA)
    beta.goes_to("agreements")
    beta.clicks_beside("Open \u2068another\u2069")
    beta.until(lambda: beta.can_press("Confirm…"))
    beta.clicks("Confirm…")
    beta.drops("My document", other)
    beta.awaits("is another document than the one to be confirmed", "the agreement's document has")
    assert not beta.can_press("Review what will be signed")
    beta.drops("\u2068other.pdf\u2069", contract)
    beta.until(lambda: beta.can_press("Review what will be signed"))


@day
def test_a_confirmation_is_withdrawn_until_the_last_party_confirms(place: Place, contract: Path) -> None:
    agreement = opened_by_alpha(place, "withdrawn", contract)
    confirm = wire.ConfirmAgreement(agreement=agreement, sha256=sha256(contract.read_bytes()))
    place.do(ALPHA, confirm_agreement=confirm)
    alpha = place.seat(ALPHA)
    alpha.goes_to("agreements")
    alpha.clicks_beside("Open \u2068withdrawn\u2069")
    alpha.until(lambda: alpha.can_press("Withdraw my confirmation…"))
    alpha.clicks("Withdraw my confirmation…")
    alpha.signs()
    alpha.awaits("0 of 2 confirmed")
    assert not alpha.can_press("Withdraw my confirmation…")
    assert alpha.can_press("Confirm…")


@day
def test_one_that_was_not_confirmed_in_time_says_who_did_not(place: Place, contract: Path) -> None:
    opened_by_alpha(place, "too late", contract, blocks=8)
    beta = place.seat(BETA)
    beta.goes_to("agreements")
    beta.awaits("too late", "Not confirmed in time")
    beta.clicks_beside("Open \u2068too late\u2069")
    beta.awaits("Its deadline has passed before all confirmed", "did not confirm")
    assert not beta.can_press("Confirm…")


@day
def test_the_form_says_in_a_sentence_what_is_missing(place: Place, contract: Path) -> None:
    alpha = place.seat(ALPHA)
    fills_in(alpha, "", contract, NUMBERS[ALPHA])
    alpha.awaits("Still missing: Subject")
    alpha.types("Subject", "x")
    alpha.awaits("Parties: somebody is named twice")
    alpha.types("Party 2", "99999")
    alpha.until(lambda: "somebody is named twice" not in alpha.screen)
    assert not alpha.can_press("Review what will be signed")
    alpha.types("Party 2", str(NUMBERS[BETA]))
    alpha.until(lambda: alpha.can_press("Review what will be signed"))
    alpha.types("Deadline", "36")
    alpha.awaits("Deadline: a whole number from 1 to 34 is needed")
    alpha.chooses("Unit of the deadline", "blocks")
    alpha.until(lambda: alpha.can_press("Review what will be signed"))


@day
def test_who_has_no_permission_for_evidence_has_no_such_page(place: Place) -> None:
    clerk = place.seat(BOOKKEEPER)
    clerk.awaits("no permission for evidence")
    assert "agreements" not in clerk.frame.pages
    clerk.awaits("No Notarize, Agreements: no permission for evidence")
    assert not clerk.can_press("New evidence")
    clerk.frame.open_page("notarize")
    assert clerk.frame.open_name == "overview"
