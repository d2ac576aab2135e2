"""The card about passphrase and backup, and the way back from a backup, as a clerk goes through them."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from app.core.errors import LuopuError, StoreInUse
from app.core.messages import Explanation, explain
from app.core.walleterrors import BackupDamaged
from app.ui.desk import Setup
from app.ui.present.language import Words
from app.ui.present.passphrases import backup_name
from app.ui.settings import LanguageChoice
from app.ui.windows import safekeeping
from app.ui.windows.safekeeping import SafekeepingCard
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_facts import NOW_NS
from tests.fakes.desks.safekeeping import BACKUP
from tests.ui.clerk import Clerk
from tests.ui.conftest import HANGZHOU
from tests.ui.test_layout import SIZES, check_reachable

SitDown = Callable[..., Clerk]
GOOD = "correct horse battery staple every day"
MINE = "correct horse battery"


class Told:
    """What the card tells its page."""

    def __init__(self) -> None:
        self.said: list[tuple[Explanation, str]] = []
        self.failed: list[LuopuError] = []

    def say(self, said: Explanation, tone: str) -> None:
        self.said.append((said, tone))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def clerk(sit_down: SitDown, told: Told) -> Clerk:
    """In front of nothing but the card."""
    return with_card(sit_down(FakeDesk()), told)


def with_card(clerk: Clerk, told: Told) -> Clerk:
    card = SafekeepingCard(clerk.window.around, told.say, told.failed.append)
    clerk.window.setCentralWidget(card)
    clerk.waits()
    return clerk


def fill_change(clerk: Clerk, old: str = MINE, new: str = GOOD) -> None:
    clerk.clicks("Change the passphrase")
    clerk.types("Present passphrase", old)
    clerk.types("New passphrase", new)
    clerk.types("Once more", new)


def typed(clerk: Clerk) -> list[str]:
    """What stands in any field, in sight or not."""
    return [field.text() for field in clerk.window.findChildren(QLineEdit) if field.text()]


# ---- the passphrase --------------------------------------------------------------------------------------------------
def test_i_change_the_passphrase(clerk: Clerk, told: Told) -> None:
    fill_change(clerk)
    clerk.sees("Good: hard to guess")
    clerk.clicks("Change it")
    assert clerk.desk.passphrase == GOOD
    ((said, tone),) = told.said
    assert (said.sentence, tone) == ("The passphrase was changed.", "ok")
    assert typed(clerk) == []
    assert clerk.can_press("Change the passphrase")
    assert not clerk.can_press("Change it")


def test_a_wrong_passphrase_is_told_and_i_can_correct_it(clerk: Clerk, told: Told) -> None:
    fill_change(clerk, old="not this one")
    clerk.clicks("Change it")
    assert [error.code for error in told.failed] == ["wrong-passphrase"]
    assert clerk.desk.passphrase == MINE
    clerk.types("Present passphrase", MINE)
    clerk.clicks("Change it")
    assert clerk.desk.passphrase == GOOD


def test_nothing_can_be_changed_before_all_is_typed(clerk: Clerk) -> None:
    clerk.clicks("Change the passphrase")
    assert not clerk.can_press("Change it")
    clerk.types("New passphrase", GOOD)
    clerk.types("Once more", GOOD)
    assert not clerk.can_press("Change it")
    clerk.types("Present passphrase", MINE)
    assert clerk.can_press("Change it")
    clerk.types("Once more", GOOD + "!")
    clerk.sees("The two differ")
    assert not clerk.can_press("Change it")


def test_i_see_that_it_is_under_way(sit_down: SitDown, told: Told) -> None:
    desk = FakeDesk(hold={"change_passphrase": asyncio.Event()})
    clerk = with_card(sit_down(desk), told)
    fill_change(clerk)
    clerk.clicks("Change it")
    clerk.sees("Encrypting key and vault anew…")
    assert not clerk.can_press("Change it")
    assert not clerk.can_press("Cancel")
    desk.hold["change_passphrase"].set()
    clerk.waits()
    assert [tone for _, tone in told.said] == ["ok"]


def test_what_i_typed_goes_when_i_change_my_mind(clerk: Clerk) -> None:
    fill_change(clerk)
    clerk.clicks("Cancel")
    assert typed(clerk) == []
    fill_change(clerk)
    clerk.clicks("Save a backup")
    assert typed(clerk) == []
    assert "change_passphrase" not in clerk.desk.calls


def test_what_i_type_is_hidden_unless_i_want_to_see_it(clerk: Clerk) -> None:
    fill_change(clerk)
    fields = [field for field in clerk.window.findChildren(QLineEdit) if field.isVisibleTo(clerk.window)]
    assert {field.echoMode() for field in fields} == {QLineEdit.EchoMode.Password}
    clerk.clicks("Show what I type")
    assert {field.echoMode() for field in fields} == {QLineEdit.EchoMode.Normal}


# ---- a backup --------------------------------------------------------------------------------------------------------
@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the clerk wants the backup, in whatever dialog asks."""
    chosen, asked = tmp_path / "mine.luopu-backup", list[str]()

    def ask(parent: object, title: str, name: str, pattern: str, answer: Callable[[Path], None]) -> QFileDialog:
        asked.append(name)
        answer(chosen)
        return QFileDialog()

    monkeypatch.setattr(safekeeping.dialogs, "ask_target", ask)
    yield chosen
    assert asked
    assert all(name.endswith(".luopu-backup") for name in asked)


def save(clerk: Clerk, passphrase: str = GOOD) -> None:
    clerk.clicks("Save a backup")
    clerk.sees("It may be the same as yours.")
    clerk.types("Passphrase of the backup", passphrase)
    clerk.types("Once more", passphrase)
    clerk.clicks("Choose where to save it")


def test_i_save_a_backup_under_a_passphrase_of_its_own(clerk: Clerk, told: Told, target: Path) -> None:
    save(clerk)
    assert target.read_bytes() == BACKUP + GOOD.encode()
    ((said, tone),) = told.said
    assert said.sentence.startswith("The backup was saved: ")
    assert "mine.luopu-backup" in said.sentence
    assert "is not in it" in said.hint
    assert tone == "ok"
    assert typed(clerk) == []


def test_a_backup_never_replaces_another_file(clerk: Clerk, told: Told, target: Path) -> None:
    target.write_bytes(b"something")
    save(clerk)
    (error,) = told.failed
    assert "something has that name" in explain(error, "en").sentence
    assert target.read_bytes() == b"something"
    assert clerk.can_press("Choose where to save it")


def test_another_program_in_the_way_is_told(sit_down: SitDown, told: Told, target: Path) -> None:
    clerk = with_card(sit_down(FakeDesk(failure={"save_backup": StoreInUse(path="wallet")})), told)
    save(clerk)
    assert [error.code for error in told.failed] == ["store-in-use"]


def test_a_backup_is_named_for_the_day_and_time(words: Words) -> None:
    assert words.zone == HANGZHOU
    assert backup_name(NOW_NS, words) == "2026-11-22-1305.luopu-backup"


# ---- restoring -------------------------------------------------------------------------------------------------------
@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / "mine.luopu-backup"
    path.write_bytes(BACKUP + GOOD.encode())
    return path


def test_i_restore_a_backup_and_unlock(sit_down: SitDown, backup: Path) -> None:
    clerk = sit_down(FakeDesk(state=Setup.NEW))
    clerk.clicks("Restore from a backup")
    clerk.sees("Choose the backup file")
    clerk.drops("Backup file", backup)
    clerk.sees("Type its passphrase")
    assert not clerk.can_press("Restore")
    clerk.types("Passphrase of the backup", GOOD)
    clerk.clicks("Restore")
    clerk.sees("The backup was restored", "What was signed after the backup is not known here.")
    assert typed(clerk) == []
    clerk.clicks("Go on to unlocking")
    clerk.types("Passphrase", MINE)
    clerk.clicks("Unlock")
    clerk.sees("Overview")


def test_a_wrong_passphrase_of_a_backup_is_told_and_i_can_correct_it(sit_down: SitDown, backup: Path) -> None:
    clerk = sit_down(FakeDesk(state=Setup.NEW), "restore")
    clerk.drops("Backup file", backup)
    clerk.types("Passphrase of the backup", "not this one")
    clerk.clicks("Restore")
    clerk.sees("The passphrase does not open the backup.", "Nothing was restored.")
    clerk.types("Passphrase of the backup", GOOD)
    clerk.clicks("Restore")
    clerk.sees("The backup was restored")
    clerk.does_not_see("The passphrase does not open the backup.")


def test_a_damaged_backup_is_told_and_i_can_go_back(sit_down: SitDown, backup: Path) -> None:
    desk = FakeDesk(state=Setup.NEW, failure={"restore": BackupDamaged(reason="cut short or altered")})
    clerk = sit_down(desk, "restore")
    clerk.drops("Backup file", backup)
    clerk.types("Passphrase of the backup", GOOD)
    clerk.clicks("Restore")
    clerk.sees("The backup cannot be used", "cut short or altered")
    clerk.clicks("Back")
    clerk.sees("How do you want to begin?")
    assert typed(clerk) == []


def test_i_see_that_it_is_being_restored(sit_down: SitDown, backup: Path) -> None:
    desk = FakeDesk(state=Setup.NEW, hold={"restore": asyncio.Event()})
    clerk = sit_down(desk, "restore")
    clerk.drops("Backup file", backup)
    clerk.types("Passphrase of the backup", GOOD)
    clerk.clicks("Restore")
    clerk.sees("Opening and checking the backup…")
    assert not clerk.can_press("Restore")
    assert not clerk.can_press("Back")
    desk.hold["restore"].set()
    clerk.waits()
    clerk.sees("The backup was restored")


# ---- room ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_every_step_has_room_and_a_name(
    sit_down: SitDown, told: Told, backup: Path, spoken: LanguageChoice, size: tuple[int, int]
) -> None:
    clerk = sit_down(FakeDesk(state=Setup.NEW))
    clerk.window.resize(*size)
    clerk.settings.language = spoken
    clerk.window.setting_changed("language")
    screen = clerk.window.screen_widget
    check_reachable(clerk, "choice")
    screen.choose("restore")  # type: ignore[union-attr]
    check_reachable(clerk, "restore")
    screen._restore.backup.take([backup])  # type: ignore[union-attr]
    check_reachable(clerk, "restore with a file")
    screen._came_back()  # type: ignore[union-attr]
    check_reachable(clerk, "restored")
    with_card(clerk, told)
    card = clerk.window.screen_widget
    check_reachable(clerk, "card")
    for form in (card._change, card._backup):  # type: ignore[union-attr]
        card._open(form)  # type: ignore[union-attr]
        check_reachable(clerk, "form")
        form.show_busy(True)
        check_reachable(clerk, "busy")
