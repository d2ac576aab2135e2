"""Passphrase, backup and restoring through the real widgets, on a real home."""

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.core.home import Home
from app.core.messages import Explanation
from app.core.walleterrors import WrongPassphrase
from app.desk.local import LocalDesk
from app.ui import language, theme
from app.ui.desk import Setup
from app.ui.loop import make_loop
from app.ui.windows import safekeeping
from app.ui.windows.safekeeping import SafekeepingCard
from app.wallet.keystore import load_keystore
from app.wallet.passphrases import open_key, open_vault
from app.wiring.sandbox import create_sandbox
from app.wiring.system import SystemRandomness
from tests.ui.clerk import Clerk
from tests.ui.conftest import HANGZHOU
from tests.ui.town_guest import Steps, _until
from tests.wallet.test_passphrases import NEW, OLD, make_home
from tests.wallet.test_sealed_stream import CHEAP

SECRET = "the backup's passphrase"


class Somebody(Clerk):
    """A clerk at a real desk whose processes do not run."""

    def __init__(self, loop: Steps, desk: LocalDesk) -> None:
        desk.now_ns = time.time_ns()  # type: ignore[attr-defined]
        super().__init__(loop, desk)  # type: ignore[arg-type]

    def until(self, holds: Callable[[], bool]) -> None:
        """Waits for the other threads."""
        self.loop.run_until_complete(_until(holds, lambda: self.screen))


@pytest.fixture
def steps(qapp: QApplication) -> Iterator[Steps]:
    qapp.setQuitOnLastWindowClosed(False)
    language.speak("en", HANGZHOU)
    theme.wear("light")
    made = Steps(make_loop(qapp))
    yield made
    made.close()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = make_home(tmp_path / "home", CHEAP)
    keystore = load_keystore(home.keystore)
    create_sandbox(home, 4, keystore.public_key, keystore.label)
    return home


def test_i_change_the_passphrase_save_a_backup_and_come_back_from_it(
    steps: Steps, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = tmp_path / "mine.luopu-backup"
    at_the_desk(steps, home, backup, monkeypatch)
    open_key(home, NEW).lock()
    fresh = Home(tmp_path / "fresh")
    clerk = Somebody(steps, LocalDesk(fresh))
    try:
        clerk.clicks("Restore from a backup")
        clerk.drops("Backup file", backup)
        clerk.types("Passphrase of the backup", NEW)
        clerk.clicks("Restore")
        clerk.until(lambda: "The passphrase does not open the backup." in clerk.screen)
        clerk.types("Passphrase of the backup", SECRET)
        clerk.clicks("Restore")
        clerk.until(lambda: "The backup was restored" in clerk.screen)
        assert clerk.desk.setup() is Setup.LOCKED
        clerk.clicks("Go on to unlocking")
        assert clerk.can_press("Unlock") is False
        clerk.sees("Unlock")
    finally:
        clerk.leaves()
    open_key(fresh, NEW).lock()
    open_vault(fresh, NEW, randomness=SystemRandomness()).close()
    with pytest.raises(WrongPassphrase):
        open_key(fresh, OLD)


def at_the_desk(steps: Steps, home: Home, backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The card, at a desk whose vault is open."""
    said = list[Explanation]()
    desk = LocalDesk(home)

    async def unlock_vault() -> None:
        desk._vault = asyncio.create_task(asyncio.to_thread(open_vault, home, OLD, randomness=SystemRandomness()))
        await desk._vault

    def choose(_parent: object, _title: str, _name: str, _pattern: str, chosen: Callable[[Path], None]) -> QFileDialog:
        chosen(backup)
        return QFileDialog()

    monkeypatch.setattr(safekeeping.dialogs, "ask_target", choose)
    steps.run_until_complete(unlock_vault())
    clerk = Somebody(steps, desk)
    try:
        card = SafekeepingCard(
            clerk.window.around,
            lambda what, _tone: said.append(what),
            lambda error: said.append(Explanation(error.code, "")),
        )
        clerk.window.setCentralWidget(card)
        clerk.waits()
        clerk.clicks("Change the passphrase")
        clerk.types("Present passphrase", OLD)
        clerk.types("New passphrase", NEW)
        clerk.types("Once more", NEW)
        clerk.clicks("Change it")
        clerk.until(lambda: len(said) == 1)
        clerk.clicks("Save a backup")
        clerk.types("Passphrase of the backup", SECRET)
        clerk.types("Once more", SECRET)
        clerk.clicks("Choose where to save it")
        clerk.until(lambda: len(said) == 2)
    finally:
        clerk.leaves()
    assert said[0].sentence == "The passphrase was changed."
    assert backup.name in said[1].sentence
