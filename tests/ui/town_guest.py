"""Clerks at real desks of the town (tests.scenarios.town): one loop and one town for a whole module of tests."""

import asyncio
import functools
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QAbstractButton, QApplication

from app.client.model import Final
from app.desk.local import LocalDesk
from app.ui import language, theme
from app.ui.loop import make_loop
from app.ui.settings import LanguageChoice
from tests.scenarios.town import Town, running_town
from tests.ui.clerk import Clerk
from tests.ui.conftest import HANGZHOU

PATIENCE_SECONDS = 30.0
POLL_SECONDS = 0.01
Result = TypeVar("Result")


class Steps:
    """The loop in steps. qasync's own ends each step with Qt's events, and those would run tasks without a loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def run_until_complete(self, work: Coroutine[object, object, Result]) -> Result:
        """Run until this is done, and not an event longer."""
        task = self._loop.create_task(work)
        task.add_done_callback(lambda _task: self._loop.stop())
        self._loop.run_forever()
        return task.result()

    def close(self) -> None:
        """No step more."""
        self._loop.close()
        asyncio.set_event_loop(None)


class Guest(Clerk):
    """A clerk at a desk of the town. The town closes its desks; the guest only leaves the window."""

    def __init__(self, loop: Steps, desk: LocalDesk, spoken: LanguageChoice = "en") -> None:
        desk.now_ns = time.time_ns()  # type: ignore[attr-defined]
        desk.close = _stay  # type: ignore[method-assign]
        super().__init__(loop, desk)  # type: ignore[arg-type]
        self.settings.language = spoken
        self.window.setting_changed("language")
        self.until(lambda: self.window.bridge.account is not None and self.window.bridge.status is not None)

    def until(self, holds: Callable[[], bool]) -> None:
        """Waits for the node to answer, which it does in its own time."""
        self.loop.run_until_complete(_until(holds, lambda: self.screen))

    def awaits(self, *texts: str) -> None:
        """Waits for these texts to come into sight."""
        self.until(lambda: all(text in self.screen for text in texts))

    def goes_to(self, page: str) -> None:
        """Opens a page by its name."""
        self.until(lambda: page not in self.frame._excluded)
        self.frame.open_page(page)
        self.waits()

    def clicks_beside(self, name: str) -> None:
        """Clicks the button whose accessible name ends so, once it is there."""
        self.until(lambda: bool(self._named(name)))
        self.loop.run_until_complete(self._click(self._named(name)[0]))

    def reviews(self) -> None:
        """Goes on to what will be signed, once nothing is missing."""
        self.until(lambda: self.can_press("Review what will be signed"))
        self.clicks("Review what will be signed")
        self.awaits("What is signed is what you see")

    def signs(self) -> None:
        """Reviews, signs, and waits until it is final."""
        self.reviews()
        self.clicks("Sign and send")
        self.awaits("In force since")
        self.clicks("Done")

    def badge(self, page: str) -> int:
        """How many things wait behind a page, as the side bar says."""
        return self.frame.sidebar._buttons[page]._badge

    def leaves(self) -> None:
        """Closes the window, and leaves the desk to the town."""
        super().leaves()
        self.desk.__dict__.pop("close", None)

    def _named(self, name: str) -> list[QAbstractButton]:
        return [each for each in self._all(QAbstractButton) if each.accessibleName() == name and each.isEnabled()]


class Place:
    """The town with its loop, and who sits down in it."""

    def __init__(self, loop: Steps, town: Town) -> None:
        self.loop, self.town = loop, town
        self.guests: list[Guest] = []

    def do(self, name: str, **action: object) -> Final:
        """Somebody does something without a window."""
        return self.loop.run_until_complete(self.town.do(name, **action))

    def seat(self, name: str, spoken: LanguageChoice = "en") -> Guest:
        """A window on somebody's desk."""
        guest = Guest(self.loop, self.loop.run_until_complete(self.town.desk(name)), spoken)
        self.guests.append(guest)
        return guest

    def goes_home(self) -> None:
        """Everybody leaves the windows."""
        while self.guests:
            self.guests.pop().leaves()


@contextmanager
def open_place(qapp: QApplication, root: Path) -> Iterator[Place]:
    """The town for a module."""
    qapp.setQuitOnLastWindowClosed(False)
    language.speak("en", HANGZHOU)
    theme.wear("light")
    loop = Steps(make_loop(qapp))
    context: AbstractAsyncContextManager[Town] = running_town(root)
    town = loop.run_until_complete(context.__aenter__())
    place = Place(loop, town)
    try:
        yield place
    finally:
        place.goes_home()
        loop.run_until_complete(context.__aexit__(None, None, None))
        loop.close()


def day(test: Callable[..., None]) -> Callable[..., None]:
    """A test at the end of which everybody leaves the windows: outside of a test, Qt's events run without the loop."""

    @functools.wraps(test)
    def lived(place: Place, *args: object, **more: object) -> None:
        try:
            test(place, *args, **more)
        finally:
            place.goes_home()

    return lived


async def _stay() -> None:
    """The desk stays open."""


async def _until(holds: Callable[[], bool], said: Callable[[], str]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, f"it did not come to pass; in sight:\n{said()}"
        await asyncio.sleep(POLL_SECONDS)
