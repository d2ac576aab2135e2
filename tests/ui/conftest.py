"""What every test of the face needs: no display, one loop inside Qt's, and words in both languages."""

import asyncio
import os
from collections.abc import Callable, Iterator
from datetime import timedelta, timezone

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.core.messages import Language
from app.ui import language, theme
from app.ui.loop import make_loop
from app.ui.present.language import Words
from tests.ui.clerk import Clerk

HANGZHOU = timezone(timedelta(hours=8))


@pytest.fixture(params=["zh", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    """Words in each language in turn."""
    return make_words(request.param)


@pytest.fixture
def english() -> Words:
    """English words."""
    return make_words("en")


@pytest.fixture
def chinese() -> Words:
    """Chinese words."""
    return make_words("zh")


def make_words(spoken: Language) -> Words:
    """Words as the desk would use them in Hangzhou."""
    return Words(language.load_catalogue(spoken).translate, spoken, HANGZHOU)


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    """An asyncio loop inside Qt's."""
    qapp.setQuitOnLastWindowClosed(False)
    language.speak("en", HANGZHOU)
    theme.wear("light")
    made = make_loop(qapp)
    yield made
    made.close()
    asyncio.set_event_loop(None)


@pytest.fixture
def sit_down(loop: asyncio.AbstractEventLoop) -> Iterator[Callable[..., Clerk]]:
    """Seats a clerk at a desk; afterwards the window is closed."""
    clerks: list[Clerk] = []

    def seat(*args: object, **more: object) -> Clerk:
        clerk = Clerk(loop, *args, **more)  # type: ignore[arg-type]
        clerks.append(clerk)
        return clerk

    yield seat
    for clerk in clerks:
        clerk.leaves()
