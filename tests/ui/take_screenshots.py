"""Pictures of every page, taken from the real window.

    python -m tests.ui.take_screenshots --output docs/screenshots [--language zh] [--theme dark] [--size 1280x860] [--states]

`take_all` takes any `Desk` through a clerk's day: what a home holds now, overview, notarizing two files, records, verifying
a bundle. Run as a program it uses the fake desk; `--states` adds what the fake can be put into (behind, halted, refused …).
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta, timezone, tzinfo
from pathlib import Path

from PySide6.QtWidgets import QScrollArea

from app.client.model import Final, QuotaStatus, RecordStatus, RefusedInBlock
from app.core.home import Home
from app.core.refusals import QuotaSpent
from app.desk.local import LocalDesk
from app.ui import language, theme
from app.ui.application import make_application
from app.ui.desk import Desk, Setup
from app.ui.loop import make_loop, run
from app.ui.present.pages import HOME_PAGES
from app.ui.settings import LanguageChoice, ThemeChoice
from app.ui.windows.first_run import FirstRun
from app.ui.windows.frame import Frame
from app.ui.windows.main import MainWindow
from app.ui.windows.notarize import NotarizePage
from app.ui.windows.records import RecordsPage
from app.ui.windows.unlock import UnlockPage
from app.ui.windows.verify import VerifyPage
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_facts import NOW_NS, realistic_items

PATIENCE_SECONDS = 60.0
PASSPHRASE = "correct horse battery"
HANGZHOU = timezone(timedelta(hours=8))


class Choices:
    """Settings that are not kept."""

    def __init__(self, language_choice: LanguageChoice, theme_choice: ThemeChoice) -> None:
        self.language, self.theme = language_choice, theme_choice
        self.lock_minutes = 10

    def save(self) -> None:
        """Nowhere."""


class Camera:
    """One window and the folder its pictures go to."""

    def __init__(self, window: MainWindow, output: Path, suffix: str) -> None:
        self.window, self._output, self._suffix = window, output, suffix

    async def take(self, name: str) -> None:
        """Wait until everything has been drawn, then take a picture."""
        await settle()
        self.window.grab().save(str(self._output / f"{name}-{self._suffix}.png"))

    @property
    def frame(self) -> Frame:
        """The desk's frame."""
        screen = self.window.screen_widget
        assert isinstance(screen, Frame)
        return screen


async def settle() -> None:
    """Let everything that is ready happen."""
    for _ in range(30):
        await asyncio.sleep(0.005)


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("the desk did not get there in time")
        await asyncio.sleep(0.02)


def open_window(desk: Desk, output: Path, spoken: LanguageChoice, worn: ThemeChoice, **more: object) -> Camera:
    """A window on a desk, in a language and a theme."""
    zone = more.get("zone")
    language.speak(spoken, zone if isinstance(zone, tzinfo) else None)
    theme.wear(worn)
    now_ns = (lambda: NOW_NS) if isinstance(desk, FakeDesk) else time.time_ns
    window = MainWindow(desk, Choices(spoken, worn), now_ns=now_ns)
    size = more.get("size", (1280, 860))
    assert isinstance(size, tuple)
    window.resize(*size)
    window.show()
    return Camera(window, output, f"{spoken}-{worn}")


async def take_all(
    desk: Desk, output: Path, spoken: LanguageChoice, worn: ThemeChoice, *, bundle: Path | None = None, **more: object
) -> None:
    """Every page of a desk, from whatever its home holds now."""
    camera = open_window(desk, output, spoken, worn, **more)
    await enter(camera, desk)
    bridge = camera.window.bridge
    await until(lambda: bridge.status is not None and bridge.account_known)
    await camera.take("overview")
    with tempfile.TemporaryDirectory() as folder:
        if bridge.account is not None:
            await notarize(camera, sample_files(Path(folder)))
        camera.frame.open_page("records")
        await camera.take("records")
        await verify(camera, bundle, Path(folder))
    for page in HOME_PAGES:
        camera.frame.open_page(page)
        await camera.take(page)
    await leave(camera)


async def enter(camera: Camera, desk: Desk) -> None:
    """Through the first run or the lock, where there is one."""
    screen = camera.window.screen_widget
    if isinstance(screen, FirstRun):
        await first_run(camera, screen)
    elif isinstance(screen, UnlockPage):
        screen.field.setText(PASSPHRASE)
        screen.field.textEdited.emit(PASSPHRASE)
        await camera.take("unlock")
        screen.unlock()
    await until(lambda: desk.setup() is Setup.OPEN and isinstance(camera.window.screen_widget, Frame))


async def first_run(camera: Camera, screen: FirstRun) -> None:
    """Choice, joining, passphrase, progress; in the end it is tried on this computer."""
    await camera.take("first-run-1-choice")
    screen.choose("join")
    await camera.take("first-run-2-join")
    screen.choose("try")
    card = screen.passphrase
    card.first.setText(PASSPHRASE)
    card.second.setText(PASSPHRASE)
    card.first.textEdited.emit(PASSPHRASE)
    await camera.take("first-run-3-passphrase")
    card.second.returnPressed.emit()
    await asyncio.sleep(0.05)
    await camera.take("first-run-4-progress")


async def notarize(camera: Camera, files: list[Path]) -> None:
    """Some files on the newest chain, up to the receipts."""
    page, session = camera.frame.pages["notarize"], camera.window.session
    assert isinstance(page, NotarizePage)
    camera.frame.open_page("notarize")
    await camera.take("notarize-1-empty")
    page.take(files)
    await until(lambda: not any(file.is_reading for file in session.files.values()))
    chains = camera.window.bridge.chains
    session.choose_chain(chains[0].chain if chains else None)
    session.subject = "入库" if language.current() == "zh" else "Goods received"
    await camera.take("notarize-2-files")
    session.prepare()
    await until(lambda: session.stage == "approving")
    await camera.take("notarize-3-approval")
    session.sign()
    await until(lambda: session.stage == "sent")
    await until(lambda: all(isinstance(outcome, Final) for outcome in session.outcomes.values()))
    await camera.take("notarize-4-receipts")
    session.begin_again()


async def verify(camera: Camera, bundle: Path | None, folder: Path) -> None:
    """A bundle made of the newest provable record, with its original, unless one is given."""
    camera.frame.open_page("verify")
    await camera.take("verify-1-empty")
    page, records = camera.frame.pages["verify"], camera.frame.pages["records"]
    assert isinstance(page, VerifyPage)
    assert isinstance(records, RecordsPage)
    if bundle is None:
        bundle = folder / "2026-11-22 入库.asice"
        real = not isinstance(camera.window.around.desk, FakeDesk)
        await until(lambda: newest_provable(records, real=real) is not None)
        record = newest_provable(records, real=real)
        assert record is not None
        await camera.window.around.desk.save_bundle(record.record_digest, bundle, include_file=True)
    page.bundle.take([bundle])
    page.verify()
    await until(lambda: not page.verdict.isHidden())
    await camera.take("verify-2-verdict")
    await scroll_down(page)
    await camera.take("verify-3-steps")


async def scroll_down(page: VerifyPage) -> None:
    """To the end of a page."""
    area = page.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    await settle()
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())


def newest_provable(page: RecordsPage, *, real: bool) -> RecordStatus | None:
    """The newest record that a bundle can be made of.

    On a real desk the very newest, once the block after it has come: the originals of an earlier visit are gone.
    """
    page.refresh("records")
    rows = [page.model.record_at(row) for row in range(1 if real else page.model.rowCount())]
    return next((entry for entry in rows if entry is not None and entry.provable), None)


async def leave(camera: Camera) -> None:
    """Close the window and with it the desk."""
    closed = asyncio.Event()
    camera.window.closed.connect(closed.set)
    camera.window.close()
    await closed.wait()
    camera.window.deleteLater()
    await settle()


def sample_files(folder: Path) -> list[Path]:
    """Two files to notarize."""
    report, film = folder / "2026-11-22 入库检验报告.pdf", folder / "入库全景录像.mp4"
    report.write_bytes(b"%PDF-1.7 " + bytes(range(256)) * 1_200)
    film.write_bytes(bytes(range(255, -1, -1)) * 16_000)
    return [report, film]


# ---- what only the fake can be put into --------------------------------------------------------------------------
async def take_states(output: Path, spoken: LanguageChoice, worn: ThemeChoice, **more: object) -> None:
    """States a clerk meets on a bad day."""
    states: dict[str, tuple[FakeDesk, str]] = {
        "overview-behind": (FakeDesk(height=34_610, behind=18_204, rate=2310.0), "overview"),
        "overview-halted": (FakeDesk(halted="app-hash-differs"), "overview"),
        "overview-alone": (FakeDesk(behind=None, peers=(), block_age_ns=3_700_000_000_000), "overview"),
        "overview-unregistered": (FakeDesk(registered=False, all_records=[]), "overview"),
        "notarize-unregistered": (FakeDesk(registered=False), "notarize"),
        "notarize-behind": (FakeDesk(height=34_610, behind=18_204, rate=2310.0), "notarize"),
        "records-empty": (FakeDesk(all_records=[]), "records"),
    }
    for name, (desk, page) in states.items():
        camera = open_window(desk, output, spoken, worn, **more)
        await until(lambda camera=camera: camera.window.bridge.account_known)
        camera.frame.open_page(page)
        await camera.take(name)
        await leave(camera)
    await take_reading(output, spoken, worn, **more)
    await take_refused(output, spoken, worn, **more)
    await take_refuted(output, spoken, worn, **more)


async def take_reading(output: Path, spoken: LanguageChoice, worn: ThemeChoice, **more: object) -> None:
    """Files being read, one not readable."""
    desk = FakeDesk(hold={"hash_file": asyncio.Event()})
    camera = open_window(desk, output, spoken, worn, **more)
    await until(lambda: camera.window.bridge.account_known)
    camera.frame.open_page("notarize")
    with tempfile.TemporaryDirectory() as folder:
        camera.window.session.add(sample_files(Path(folder)))
        await camera.take("notarize-reading")
        desk.hold["hash_file"].set()
        await settle()
    await leave(camera)


async def take_refused(output: Path, spoken: LanguageChoice, worn: ThemeChoice, **more: object) -> None:
    """A refusal, and the quota that caused it."""
    refusal = RefusedInBlock(52_815, QuotaSpent(expected=12, got=3))
    desk = FakeDesk(outcome=refusal, quota=QuotaStatus(10_000, 9_997, NOW_NS + 39_255_000_000_000))
    camera = open_window(desk, output, spoken, worn, **more)
    session = camera.window.session
    await until(lambda: camera.window.bridge.account_known)
    camera.frame.open_page("notarize")
    with tempfile.TemporaryDirectory() as folder:
        session.add(sample_files(Path(folder))[:1])
        await until(lambda: len(session.hashed) == 1)
        session.subject = "入库"
        session.prepare()
        await until(lambda: session.stage == "approving")
        session.sign()
        await until(lambda: session.stage == "sent")
        await camera.take("notarize-refused")
    await leave(camera)


async def take_refuted(output: Path, spoken: LanguageChoice, worn: ThemeChoice, **more: object) -> None:
    """A refuted bundle."""
    desk = FakeDesk()
    desk.report = desk.refuted_report("signature")
    camera = open_window(desk, output, spoken, worn, **more)
    await until(lambda: camera.window.bridge.account_known)
    camera.frame.open_page("verify")
    page = camera.frame.pages["verify"]
    assert isinstance(page, VerifyPage)
    page.show_report(await desk.verify_bundle(Path("x"), None, None))
    await camera.take("verify-refuted")
    await leave(camera)


async def take_fake(options: argparse.Namespace) -> None:
    """All pictures of the fake desk."""
    more = {"size": tuple(int(side) for side in options.size.split("x")), "zone": HANGZHOU}
    await take_all(FakeDesk(items=realistic_items()), options.output, options.language, options.theme, **more)
    if options.states:
        new = FakeDesk(state=Setup.NEW, hold={"consortium": asyncio.Event()})
        asyncio.get_running_loop().call_later(2.5, new.hold["consortium"].set)
        camera = open_window(new, options.output, options.language, options.theme, **more)
        await enter(camera, new)
        await leave(camera)
        locked = open_window(FakeDesk(state=Setup.LOCKED), options.output, options.language, options.theme, **more)
        await locked.take("unlock")
        await leave(locked)
        await take_states(options.output, options.language, options.theme, **more)


async def take_real(output: Path) -> None:
    """All pages of a real desk with its own consortium and node: first run and a day, in both languages and in dark."""
    languages: tuple[LanguageChoice, ...] = ("zh", "en")
    for spoken in languages:
        with tempfile.TemporaryDirectory() as folder:
            home = Home(Path(folder))
            await take_all(LocalDesk(home), output, spoken, "light", zone=HANGZHOU)
            await take_all(LocalDesk(home), output, spoken, "dark", zone=HANGZHOU)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Take pictures of every page.")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--language", choices=("zh", "en"), default="zh")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--size", default="1280x860")
    parser.add_argument("--states", action="store_true")
    parser.add_argument("--real", action="store_true", help="a real desk and node, both languages, light and dark")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application()
    run(make_loop(application), take_real(options.output) if options.real else take_fake(options))


if __name__ == "__main__":
    main()
