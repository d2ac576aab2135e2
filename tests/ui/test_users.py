"""The users page at the desks of a partner and of a user, through the real widgets, against a real node (3.4.1, 4.2.2)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox

from app.core.hashing import sha256
from app.core.wire import registry_pb2 as wire
from app.ui.desk import PersonWish
from app.ui.settings import LanguageChoice
from app.ui.windows.users_page import UsersPage
from tests.scenarios.town import ALPHA, BETA, BOOKKEEPER, NUMBERS
from tests.ui.test_layout import SIZES, check_reachable
from tests.ui.town_guest import Guest, Place, day, open_place

ID_NUMBER = "330102199001011234"
FREEZING = wire.Order(document=bytes(32), authority="杭州市公安局", reference="杭公冻〔2026〕7 号")


@pytest.fixture(scope="module")
def place(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with open_place(qapp, tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "材料.pdf"
    path.write_bytes(b"%PDF paper")
    return path


def card_of(place: Place, name: str) -> str:
    """The key card that somebody brings along."""
    run = place.loop.run_until_complete
    return run(run(place.town.desk(name)).key_card())


def enrols(place: Place, partner: str, name: str, known: str, public: str = "") -> int:
    """A partner enrols somebody without a window."""
    run = place.loop.run_until_complete
    desk = run(place.town.desk(partner))
    card = run(place.town.card(name))
    pairs = (("name", known), ("id-number", ID_NUMBER), ("phone", "13900000000"))
    wish = PersonWish(card, 0, known, public, pairs, wire.LEVEL_REAL_NAME, 0, False, (), "")
    deed = run(desk.prepare_person(wish))
    run(desk.sign_deed(deed.deed_id))
    outcome = run(desk.wait_for_outcome(deed.deed_id))
    return int.from_bytes(outcome.data, "big")


def page_of(clerk: Guest) -> UsersPage:
    page = clerk.frame.pages["users"]
    assert isinstance(page, UsersPage)
    return page


def opens_user(clerk: Guest, number: int) -> None:
    clerk.goes_to("users")
    clerk.awaits("Whom we certify")
    page_of(clerk).show_subject(number)
    clerk.awaits("← All users")


def view_of(place: Place, number: int):  # type: ignore[no-untyped-def]
    run = place.loop.run_until_complete
    return run(run(place.town.desk(ALPHA)).registry.account(number))


# ---- enrolling -------------------------------------------------------------------------------------------------------
@day
def test_a_user_is_enrolled_from_the_key_card_to_the_number(place: Place, paper: Path) -> None:
    clerk = place.seat(ALPHA)
    clerk.goes_to("users")
    clerk.awaits("Whom we certify")
    clerk.until(lambda: clerk.can_press("Enrol a user"))
    clerk.clicks("Enrol a user")
    clerk.sees("Still missing: Key card")
    clerk.types("Key card", "luopu-card:nonsense")
    clerk.does_not_see("Still missing: Key card")
    assert not clerk.can_press("Review what will be signed")
    clerk.types("Key card", card_of(place, "ming"))
    clerk.sees("its holder has signed the card", "Still missing: Known here as")
    clerk.types("Known here as", "张小明")
    assert page_of(clerk)._form.fields[2].pairs() == (("name", "张小明"),)  # type: ignore[union-attr]
    clerk.clicks("Add an attribute")
    clerk.chooses("Attribute 2", "Document number")
    clerk.sees("Still missing: the value of Document number")
    clerk.types("Value 2", ID_NUMBER)
    clerk.drops("Drop files here", paper)
    clerk.awaits("材料.pdf")
    clerk.sees("Also vouchers: may hold, hand over and redeem them.")
    clerk.chooses("Level", "phone verified")
    clerk.sees("Also evidence and agreements; no vouchers.")
    clerk.reviews()
    clerk.sees("phone verified")
    clerk.does_not_see("张小明", ID_NUMBER)
    clerk.clicks("Sign and send")
    clerk.awaits("In force since", "The new account has the number")
    clerk.clicks("Done")
    clerk.awaits("← All users", "张小明", "Certifications", "phone verified")
    clerk.does_not_see(ID_NUMBER)
    clerk.clicks_beside("Show what we know")
    clerk.awaits(ID_NUMBER, "材料.pdf", "Document number")
    clerk.clicks("Hide")
    clerk.does_not_see(ID_NUMBER)

    number = page_of(clerk).subject
    assert isinstance(number, int)
    vault = clerk.desk._vault.result()
    assert [kept.person.name for kept in vault.by_account(number)] == ["张小明"]
    account = view_of(place, number).account
    assert (account.name, account.certifications[0].level) == ("", wire.LEVEL_PHONE)
    assert sha256(paper.read_bytes()) == vault.by_account(number)[0].person.materials[0].digests.sha256


def test_who_was_enrolled_is_known_by_the_number_at_once(place: Place) -> None:
    number = enrols(place, ALPHA, "feng", "冯十")
    desk = place.loop.run_until_complete(place.town.desk(ALPHA))
    assert desk._vault is not None
    assert [kept.person.name for kept in desk._vault.result().by_account(number)] == ["冯十"]


@day
def test_somebody_is_found_by_number_name_and_by_what_only_the_vault_knows(place: Place) -> None:
    first, second = enrols(place, ALPHA, "lin", "林一", "lin-public"), enrols(place, ALPHA, "wu", "吴二")
    clerk = place.seat(ALPHA)
    clerk.goes_to("users")
    clerk.awaits("林一", "吴二", "in force", "publicly")
    for text, found in ((str(first), first), ("LIN-pub", first), ("吴", second)):
        clerk.types("Search users", text)
        other = second if found == first else first
        clerk.until(
            lambda found=found, other=other: str(found) in clerk.screen and f"account {other}" not in clerk.screen
        )
    clerk.types("Search users", "13900000000")
    clerk.until(lambda: f"account {first}" in clerk.screen and f"account {second}" in clerk.screen)
    clerk.does_not_see("13900000000")
    clerk.types("Search users", "nobody of that name")
    clerk.awaits("Nobody is found by this.")
    clerk.types("Search users", "")
    clerk.awaits("林一", "吴二")


@day
def test_a_user_of_another_partner_is_certified_and_the_certification_taken_back(place: Place, paper: Path) -> None:
    number = enrols(place, BETA, "he", "何三", "he-public")
    clerk = place.seat(ALPHA)
    clerk.goes_to("users")
    clerk.awaits("Whom we certify")
    clerk.clicks("Certify an account…")
    clerk.types("User", str(NUMBERS[BETA]))
    clerk.awaits("this has to be a User")
    clerk.types("User", str(number))
    clerk.awaits("he-public")
    clerk.types("Known here as", "何先生")
    clerk.signs()
    assert len(view_of(place, number).account.certifications) == 2

    opens_user(clerk, number)
    clerk.awaits("Certify anew…", "counts")
    assert not clerk.can_press("Reset the key…")
    clerk.clicks("Revoke…")
    clerk.drops("Reason", paper)
    clerk.signs()
    clerk.awaits("not certified by us")
    assert [each.partner for each in view_of(place, number).account.certifications] == [NUMBERS[BETA]]


@day
def test_a_certification_is_changed_with_what_is_known_filled_in(place: Place) -> None:
    number = enrols(place, ALPHA, "qian", "钱四")
    clerk = place.seat(ALPHA)
    opens_user(clerk, number)
    clerk.awaits("Certify anew…")
    clerk.clicks("Certify anew…")
    clerk.awaits("Takes the place of our certification")
    names = [name for name, _ in page_of(clerk)._form.fields[1].pairs()]  # type: ignore[union-attr]
    assert sorted(names) == ["id-number", "name", "phone"]
    clerk.chooses("Level", "digital certificate")
    clerk.signs()
    clerk.awaits("digital certificate")
    clerk.clicks_beside("Show what we know")
    clerk.awaits("1 earlier certification is kept as well.")


# ---- keys and orders -------------------------------------------------------------------------------------------------
@day
def test_a_lost_key_is_replaced_and_the_old_one_is_dead(place: Place, paper: Path) -> None:
    number = enrols(place, ALPHA, "sun", "孙五")
    before = view_of(place, number).account.keys[0].key
    clerk = place.seat(ALPHA)
    opens_user(clerk, number)
    clerk.until(lambda: clerk.can_press("Reset the key…"))
    clerk.clicks("Reset the key…")
    clerk.sees("All old keys", "are dead at once")
    clerk.types("Card of the new key", card_of(place, "sun-new"))
    clerk.drops("Application", paper)
    clerk.awaits("Still missing: Authentication")
    clerk.drops("Authentication", paper)
    clerk.signs()
    clerk.awaits("← All users")
    keys = [each.key for each in view_of(place, number).account.keys]
    assert len(keys) == 1
    assert before not in keys


@day
def test_a_user_is_frozen_on_an_order_and_unfrozen(place: Place, paper: Path) -> None:
    number = enrols(place, ALPHA, "li", "李六")
    clerk = place.seat(ALPHA)
    opens_user(clerk, number)
    clerk.until(lambda: clerk.can_press("Freeze…"))
    clerk.clicks("Freeze…")
    clerk.drops("Order", paper)
    clerk.types("Authority", FREEZING.authority)
    clerk.types("Reference", FREEZING.reference)
    clerk.signs()
    clerk.awaits("frozen", "Orders about this account", FREEZING.authority)
    assert not view_of(place, number).is_in_force
    assert not clerk.can_press("Certify anew…")
    clerk.clicks("Unfreeze…")
    clerk.drops("Order", paper)
    clerk.types("Authority", FREEZING.authority)
    clerk.signs()
    clerk.until(lambda: clerk.can_press("Freeze…"))
    assert view_of(place, number).is_in_force


# ---- disclosure ------------------------------------------------------------------------------------------------------
@day
def test_what_is_ticked_is_disclosed_and_another_partner_checks_it(place: Place, tmp_path: Path) -> None:
    number = enrols(place, ALPHA, "zhou", "周七")
    clerk = place.seat(ALPHA)
    opens_user(clerk, number)
    clerk.clicks_beside("Show what we know")
    clerk.awaits(ID_NUMBER)
    assert not clerk.can_press("Disclose what is ticked…")
    box = next(each for each in clerk._all(QCheckBox) if each.accessibleName() == "Disclose Phone")
    box.setChecked(True)
    assert clerk.can_press("Disclose what is ticked…")
    some, everything = tmp_path / "some.json", tmp_path / "all.json"
    page_of(clerk).save_disclosure(number, ["phone"], some)
    clerk.awaits("Saved, and checked against the chain")
    page_of(clerk).save_disclosure(number, (), everything)
    clerk.until(everything.exists)
    assert ID_NUMBER not in some.read_text(encoding="utf-8")
    clerk.leaves()

    reader = place.seat(BETA)
    reader.goes_to("users")
    reader.awaits("Whom we certify")
    page_of(reader).check_disclosure(some)
    reader.awaits("The disclosure holds", "13900000000", "1 of 3 attributes", f"account {number}")
    reader.does_not_see(ID_NUMBER)
    page_of(reader).check_disclosure(everything)
    reader.awaits(ID_NUMBER, "3 of 3 attributes")
    reader.goes_to("overview")
    reader.goes_to("users")
    reader.awaits("Whom we certify")
    reader.does_not_see(ID_NUMBER)
    some.write_text(some.read_text(encoding="utf-8").replace("13900000000", "13900000001"), encoding="utf-8")
    page_of(reader).check_disclosure(some)
    reader.until(lambda: bool(page_of(reader).banner.text))
    reader.does_not_see("13900000001")


# ---- access ----------------------------------------------------------------------------------------------------------
@day
def test_a_user_gives_access_and_the_partner_sees_that_it_may_have_the_data(place: Place, paper: Path) -> None:
    number = enrols(place, ALPHA, "zheng", "郑八")
    user = place.seat("zheng")
    user.goes_to("users")
    user.awaits("Who may have my data", "Nobody may have the data.", "Certifications")
    user.does_not_see("Whom we certify")
    assert user.frame.sidebar._buttons["users"].text() == "Access"
    user.until(lambda: user.can_press("Give access"))
    user.clicks("Give access")
    user.types("Who may have it", str(NUMBERS[BETA]))
    user.drops("Which data", paper)
    user.types("Purpose", "门诊病历查询")
    user.signs()
    user.awaits("门诊病历查询", "in force", "Withdraw…")

    doctor = place.seat(BETA)
    doctor.goes_to("users")
    doctor.awaits("Whose data we may have", "门诊病历查询")
    doctor.types("User", str(number))
    doctor.awaits("Yes: a grant for it is in force.")
    doctor.types("Purpose", "贷款")
    doctor.awaits("Not for this")
    doctor.leaves()

    user.clicks("Withdraw…")
    user.awaits("the partner may no longer ask for the data")
    user.signs()
    user.awaits("withdrawn at height")
    assert not user.can_press("Withdraw…")
    doctor = place.seat(BETA)
    doctor.goes_to("users")
    doctor.awaits("Whose data we may have")
    doctor.types("User", str(number))
    doctor.awaits("No: no grant of this user to us is in force.")


@day
def test_who_neither_certifies_nor_is_certified_has_no_such_page(place: Place) -> None:
    clerk = place.seat(BOOKKEEPER)
    clerk.awaits("for partners only")
    assert "users" not in clerk.frame.pages


# ---- looks -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("spoken", ["zh", "en"])
@day
def test_everything_has_room_and_can_be_reached(place: Place, spoken: LanguageChoice) -> None:
    number = enrols(place, ALPHA, f"wang-{spoken}", "王" * 20, "public name that is rather long " + spoken)
    clerk = place.seat(ALPHA, spoken)
    clerk.goes_to("users")
    page = page_of(clerk)
    clerk.until(lambda: page.home_column.count() > 0)
    for size in SIZES:
        clerk.window.resize(*size)
        page.show_subject(None)
        clerk.until(lambda: page._full is None and page.home_column.count() > 0)
        check_reachable(clerk, "list")
        page.show_subject(number)
        clerk.until(lambda: page._full is not None)
        check_reachable(clerk, "detail")
        for begin in (
            page.enrol,
            page.certify,
            *(lambda deed=deed: page.start(deed) for deed in ("reset_key", "freeze")),
        ):
            begin()
            clerk.waits()
            check_reachable(clerk, "form")
            page.leave()
