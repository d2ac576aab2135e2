"""The page of the vault: people with their papers, contacts, disclosures; at a desk in memory and at real ones (3.4.1)."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QLineEdit

from app.core.errors import StoreInUse
from app.core.walleterrors import KeyLocked
from app.core.wire import registry_pb2 as wire
from app.ui.settings import LanguageChoice
from app.ui.windows.user_fields import MaterialsField
from app.ui.windows.vault_page import VaultPage
from tests.fakes.desk import FakeDesk
from tests.fakes.desks.vault_facts import BANK, FORM, PASSPORT, SHOP, WANG, ZHANG, digests_of, furnish
from tests.scenarios.town import ALPHA, BETA, NUMBERS
from tests.ui.clerk import Clerk
from tests.ui.test_layout import SIZES, check_reachable
from tests.ui.test_layout import seat as seat_at
from tests.ui.test_users import ID_NUMBER, card_of, enrols
from tests.ui.town_guest import Place, day, open_place

SitDown = Callable[..., Clerk]


def page_of(clerk: Clerk) -> VaultPage:
    page = clerk.frame.pages["vault"]
    assert isinstance(page, VaultPage)
    return page


@pytest.fixture
def clerk(sit_down: SitDown) -> Clerk:
    """A clerk of a partner, at the page."""
    desk = FakeDesk()
    furnish(desk)
    clerk = sit_down(desk)
    clerk.frame.open_page("vault")
    clerk.waits()
    return clerk


def opens(clerk: Clerk, number: int) -> None:
    kept = next(each for each in clerk.desk.people if each.person.account == number)
    page_of(clerk).show_subject(kept.id)
    clerk.waits()


# ---- people ----------------------------------------------------------------------------------------------------------
def test_everybody_stands_there_with_the_state_on_the_chain_and_nothing_private(clerk: Clerk) -> None:
    clerk.sees("张小明", "李晓红", "王芳", "陈建国", "赵敏")
    clerk.sees(
        "in force", "expired", "revoked", "certified otherwise", "not on the chain yet", "1 earlier certification"
    )
    clerk.does_not_see(ID_NUMBER, "139 0000 1234", "身份证正反面")


def test_the_search_finds_while_one_types_by_what_is_not_shown(clerk: Clerk) -> None:
    clerk.types("Search the vault", "文三路")
    clerk.sees("张小明", "1 found")
    clerk.does_not_see("李晓红", "王芳")
    clerk.types("Search the vault", "护照")
    clerk.sees("李晓红")
    clerk.does_not_see("张小明")
    clerk.types("Search the vault", "nobody")
    clerk.sees("Nobody is found by this.")
    clerk.types("Search the vault", "")
    clerk.sees("张小明", "李晓红", "王芳")


def test_only_the_answer_to_the_last_letter_counts(clerk: Clerk) -> None:
    clerk.desk.hold["find_people"] = asyncio.Event()
    clerk.types("Search the vault", "王")
    clerk.types("Search the vault", "王芳")
    clerk.desk.hold["find_people"].set()
    clerk.waits()
    clerk.sees("王芳", "1 found")
    assert [edit.text() for edit in clerk._all(QLineEdit)] == ["王芳"]


def test_a_new_block_does_not_take_away_what_is_being_typed(clerk: Clerk) -> None:
    clerk.types("Search the vault", "王")
    edit = clerk._all(QLineEdit)[0]
    clerk.desk.height += 1
    clerk.hears("status")
    assert clerk._all(QLineEdit)[0] is edit
    clerk.sees("王芳")


def test_one_person_is_shown_in_full_and_hidden_when_the_page_is_left(clerk: Clerk) -> None:
    opens(clerk, ZHANG)
    clerk.sees(ID_NUMBER, "身份证正反面 张小明.pdf", "Scanned document", "Application form", "窗口 3 办理，原件已核对")
    clerk.sees("real name · until", "Other certifications of this account")
    clerk.frame.open_page("overview")
    clerk.waits()
    assert page_of(clerk).home_column.count() == 0
    clerk.frame.open_page("vault")
    clerk.waits()
    clerk.clicks("← Vault")
    clerk.sees("People", "Contacts")
    clerk.does_not_see(ID_NUMBER)


def test_a_copy_of_a_paper_is_saved_where_the_clerk_wants_it(clerk: Clerk, tmp_path: Path) -> None:
    opens(clerk, ZHANG)
    assert clerk.can_press("Save a copy…")
    person = page_of(clerk).subject
    page_of(clerk).save_paper(str(person), digests_of(FORM).sha256, tmp_path / "copy.pdf")
    clerk.waits()
    clerk.sees("Saved, and the same as what was taken in:", "delete it when it is no longer needed")
    assert (tmp_path / "copy.pdf").read_bytes() == FORM


def test_a_paper_without_a_copy_is_said_and_cannot_be_saved(clerk: Clerk) -> None:
    clerk.desk.papers.pop(digests_of(PASSPORT).sha256)
    opens(clerk, ZHANG)
    clerk.sees("Of some papers no copy is kept here, only the digests.")
    assert sum(each.text() == "Save a copy…" for each in clerk._all(QAbstractButton)) == 1


def test_who_may_have_what_is_said_and_only_what_is_ticked_is_disclosed(clerk: Clerk, tmp_path: Path) -> None:
    opens(clerk, ZHANG)
    clerk.sees("Everything only to an authority that may ask for it; to others what the person has agreed to.")
    assert not clerk.can_press("Disclose what is ticked…")
    for name in ("Disclose Phone", "Disclose Paper 1"):
        next(each for each in clerk._all(QCheckBox) if each.accessibleName() == name).setChecked(True)
    assert clerk.can_press("Disclose what is ticked…")
    page_of(clerk).save_disclosure(ZHANG, ["phone", "paper-1"], tmp_path / "d.json")
    clerk.waits()
    clerk.sees("Saved, and checked against the chain: ")
    assert clerk.desk.disclosed == [(ZHANG, ("phone", "paper-1"))]


def test_what_the_chain_does_not_bear_out_cannot_be_disclosed(clerk: Clerk) -> None:
    opens(clerk, WANG)
    clerk.sees("revoked", "It can be disclosed once our certification of exactly this stands on the chain.")
    assert not clerk.can_press("Disclose everything to an authority…")
    assert clerk._all(QCheckBox) == []


def test_who_may_not_certify_has_contacts_only_and_is_told_so(sit_down: SitDown) -> None:
    for more in ({"permissions": ("evidence",)}, {"party": "user"}, {"registered": False}):
        desk = FakeDesk(**more)  # type: ignore[arg-type]
        furnish(desk)
        clerk = sit_down(desk)
        clerk.frame.open_page("vault")
        clerk.waits()
        clerk.sees("people are kept by partners that may certify", "绍兴 王经理")
        clerk.does_not_see("张小明", "People")
        assert "find_people" not in desk.calls
        clerk.leaves()


def test_a_vault_that_cannot_be_read_is_said(sit_down: SitDown) -> None:
    desk = FakeDesk(failure={"contacts": KeyLocked(reason="closed")})
    clerk = sit_down(desk)
    clerk.frame.open_page("vault")
    clerk.waits()
    assert page_of(clerk).banner.text


# ---- contacts --------------------------------------------------------------------------------------------------------
def test_contacts_stand_with_number_public_name_and_note(clerk: Clerk) -> None:
    clerk.sees("绍兴 王经理", f"account {BANK}", "绍兴合作方", "合同续签前先打电话")
    clerk.sees("城西门店", "no public name", "stopped by an order")


def test_a_contact_is_added_for_an_account_that_the_node_knows(clerk: Clerk) -> None:
    clerk.clicks("Add a contact")
    clerk.sees("New contact", "Still missing: Account")
    clerk.types("Account", "10240")
    clerk.sees("王芳", "account 10240", "Still missing: Name")
    clerk.types("Name", "bad\u202ename")
    assert not clerk.can_press("Save")
    clerk.types("Name", "王女士")
    clerk.types("Note", "微信联系")
    clerk.clicks("Save")
    clerk.sees("王女士", "微信联系", "绍兴 王经理")
    assert clerk.desk.known_contacts[10_240].name == "王女士"


def test_what_was_typed_stays_when_it_cannot_be_saved_or_another_page_is_looked_at(clerk: Clerk) -> None:
    clerk.clicks("Add a contact")
    clerk.types("Account", str(SHOP))
    clerk.types("Name", "门店")
    clerk.frame.open_page("overview")
    clerk.frame.open_page("vault")
    clerk.desk.height += 1
    clerk.hears("status")
    clerk.desk.failure["save_contact"] = StoreInUse(path="vault.db")
    clerk.clicks("Save")
    clerk.sees("New contact", "Another program is using this data folder")
    assert {edit.text() for edit in clerk._all(QLineEdit)} >= {str(SHOP), "门店"}
    del clerk.desk.failure["save_contact"]
    clerk.clicks("Save")
    clerk.sees("门店", "Contacts")


def test_a_contact_is_changed_and_removed(clerk: Clerk) -> None:
    clerk.clicks("Change…", 1)
    clerk.sees("Change the contact", str(BANK))
    clerk.types("Name", "绍兴 李经理")
    clerk.clicks("Save")
    clerk.sees("绍兴 李经理", "合同续签前先打电话")
    clerk.does_not_see("绍兴 王经理")
    clerk.clicks("Remove", 0)
    clerk.sees("No longer a contact: ", "The account itself is as it was.")
    assert clerk.desk.known_contacts.keys() == {BANK}
    clerk.clicks("Remove")
    clerk.sees("No contacts yet")


def test_giving_up_changes_nothing(clerk: Clerk) -> None:
    clerk.clicks("Change…")
    clerk.types("Name", "another")
    clerk.clicks("Cancel")
    clerk.sees("城西门店")
    clerk.does_not_see("another")


# ---- looks -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_everything_has_room_and_can_be_reached(
    size: tuple[int, int], spoken: LanguageChoice, sit_down: SitDown
) -> None:
    desk = FakeDesk()
    furnish(desk)
    clerk = seat_at(sit_down, desk, spoken, size)
    clerk.frame.open_page("vault")
    check_reachable(clerk, "lists")
    for kept in desk.people:
        page_of(clerk).show_subject(kept.id)
        check_reachable(clerk, kept.person.name)
    page_of(clerk).add_contact()
    check_reachable(clerk, "form")
    page_of(clerk).show_subject(None)
    desk.people, desk.known_contacts = [], {}
    page_of(clerk).load()
    check_reachable(clerk, "nothing yet")


# ---- at real desks ---------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def place(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with open_place(qapp, tmp_path_factory.mktemp("town")) as made:
        yield made


def checked_by_the_regulator(place: Place, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """What `luopu disclose verify` says at another node's home."""
    command = [sys.executable, "-m", "app", "disclose", "verify", *map(str, words)]
    command += ["--home", str(place.town._node.root), "--language", "en"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@day
def test_from_the_scan_to_what_a_regulator_has_checked(place: Place, tmp_path: Path) -> None:
    scan, form = tmp_path / "身份证 周小雨.pdf", tmp_path / "申请表.pdf"
    scan.write_bytes(b"%PDF scan " * 20_000)
    form.write_bytes(b"%PDF form")
    clerk = place.seat(ALPHA)
    clerk.goes_to("users")
    clerk.until(lambda: clerk.can_press("Enrol a user"))
    clerk.clicks("Enrol a user")
    clerk.types("Key card", card_of(place, "yu"))
    clerk.types("Known here as", "周小雨")
    clerk.clicks("Add an attribute")
    clerk.chooses("Attribute 2", "Document number")
    clerk.types("Value 2", ID_NUMBER)
    clerk.drops("Drop files here", scan, form)
    clerk.until(lambda: len(clerk.window.findChildren(MaterialsField)[0].files()) == 2)
    kinds = {each.path.name: each.kind for each in clerk.window.findChildren(MaterialsField)[0].files()}
    assert kinds == {scan.name: "scan", form.name: "form"}
    clerk.signs()
    clerk.awaits("← All users", "周小雨")
    number = clerk.frame.pages["users"].subject  # type: ignore[attr-defined]
    content = scan.read_bytes()
    scan.unlink()

    clerk.goes_to("vault")
    clerk.awaits("周小雨", "in force")
    clerk.types("Search the vault", ID_NUMBER[:12])
    clerk.awaits("1 found")
    clerk.clicks_beside(f"Open \u2068周小雨\u2069 · account {number}")
    clerk.awaits(ID_NUMBER, "Save a copy…")
    page = page_of(clerk)
    kept = clerk.desk._vault.result().by_account(number)[0]
    page.save_paper(kept.id, kept.person.materials[0].digests.sha256, tmp_path / "copy.pdf")
    clerk.awaits("Saved, and the same as what was taken in")
    assert (tmp_path / "copy.pdf").read_bytes() == content

    shown = tmp_path / "shown.json"
    page.save_disclosure(number, ["name", "paper-1", "paper-2"], shown)
    clerk.awaits("Saved, and checked against the chain")
    assert ID_NUMBER not in shown.read_text(encoding="utf-8")
    answer = checked_by_the_regulator(place, shown, "--paper", tmp_path / "copy.pdf")
    assert answer.returncode == 0, answer.stderr
    assert all(each in answer.stdout for each in ("周小雨", "3 / 4", "counts now", "one of the papers shown"))
    assert ID_NUMBER not in answer.stdout
    (tmp_path / "copy.pdf").write_bytes(content + b"!")
    assert checked_by_the_regulator(place, shown, "--paper", tmp_path / "copy.pdf").returncode == 1

    page.show_subject(None)
    clerk.awaits("Check a disclosure…")
    page.check_disclosure(shown)
    clerk.awaits("The disclosure holds", "3 of 4 attributes", "Paper 1")


@day
def test_a_certification_is_done_anew_with_the_papers_of_before(place: Place, tmp_path: Path) -> None:
    scan = tmp_path / "护照.pdf"
    scan.write_bytes(b"%PDF")
    number = enrols(place, ALPHA, "qin", "秦二")
    clerk = place.seat(ALPHA)
    for round_ in range(2):
        clerk.goes_to("users")
        clerk.frame.pages["users"].show_subject(number)  # type: ignore[attr-defined]
        clerk.until(lambda: clerk.can_press("Certify anew…"))
        clerk.clicks("Certify anew…")
        clerk.awaits("Takes the place of our certification")
        if round_ == 0:
            clerk.drops("Drop files here", scan)
            clerk.until(lambda: bool(clerk.window.findChildren(MaterialsField)[0].files()))
            clerk.signs()
            scan.unlink()
        else:
            clerk.sees("护照.pdf", "kept before")
            clerk.chooses("Level", "digital certificate")
            clerk.signs()
        clerk.awaits("← All users")
    newest = clerk.desk._vault.result().by_account(number)[0].person
    assert newest.level == wire.LEVEL_CERTIFICATE
    assert [each.file_name for each in newest.materials] == ["护照.pdf"]
    assert "paper-1" in {each.name for each in newest.attributes}


@day
def test_a_contact_s_name_finds_the_account_and_stands_where_it_is_signed_for(place: Place, tmp_path: Path) -> None:
    scope = tmp_path / "scope.pdf"
    scope.write_bytes(b"%PDF")
    enrols(place, ALPHA, "xu", "许三")
    clerk = place.seat("xu")
    clerk.goes_to("vault")
    clerk.awaits("people are kept by partners that may certify", "No contacts yet")
    clerk.clicks("Add a contact")
    clerk.types("Account", "999999")
    clerk.awaits("The node has no such thing")
    clerk.types("Account", str(NUMBERS[BETA]))
    clerk.awaits("绍兴合作方")
    clerk.types("Name", "绍兴 王经理")
    clerk.clicks("Save")
    clerk.awaits("Contacts", "绍兴 王经理", "publicly")

    clerk.goes_to("users")
    clerk.until(lambda: clerk.can_press("Give access"))
    clerk.clicks("Give access")
    clerk.types("Who may have it", "绍兴 王经理")
    clerk.awaits(f"account {NUMBERS[BETA]}", "publicly \u2068绍兴合作方")
    clerk.drops("Which data", scope)
    clerk.reviews()
    clerk.awaits("绍兴 王经理")
    assert any(str(NUMBERS[BETA]) in text and "绍兴 王经理" in text for text in clerk._texts())
