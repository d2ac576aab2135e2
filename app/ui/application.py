"""Starting and ending the desktop: one application, one loop, one window.

Guarantees: the program ends only after the desk has been closed; a second start on the same home raises the first
window and returns 0. Leaves constructing the desk to `app.wiring`.
"""

import asyncio
import os
import sys
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.ui import language, theme
from app.ui.desk import Desk
from app.ui.idle import SECOND_NS, IdleWatch
from app.ui.instance import SingleInstance
from app.ui.loop import make_loop, run
from app.ui.settings import Settings
from app.ui.windows.main import MainWindow

MINUTE_NS = 60 * SECOND_NS


def run_desktop(desk: Desk, settings: Settings, *, first_run_choice: str | None, home: Path | None = None) -> int:
    """Show the desktop until the clerk closes it.

    Args:
        desk: everything the clerk can do.
        settings: language and theme.
        first_run_choice: "try" or "join" to begin the first run there, else None.
        home: the folder of this desk, for which there is one window only; None allows several.

    Returns:
        The exit code of the process.
    """
    application = make_application()
    language.speak(settings.language)
    theme.wear(settings.theme)
    loop = make_loop(application)
    return run(loop, _serve(desk, settings, first_run_choice, home))


def make_application() -> QApplication:
    """The Qt application; on Linux the wheels carry no fcitx plug-in, so Chinese input goes through ibus."""
    if sys.platform == "linux" and os.environ.get("QT_IM_MODULE", "").startswith("fcitx"):
        os.environ["QT_IM_MODULE"] = "ibus"
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("luopu")
    application.setDesktopFileName("luopu")
    application.setQuitOnLastWindowClosed(False)
    return application


async def _serve(desk: Desk, settings: Settings, choice: str | None, home: Path | None) -> int:
    instance = SingleInstance(home) if home is not None else None
    raised, ended = asyncio.Event(), asyncio.Event()
    if instance is not None and not instance.claim(raised.set):
        return 0
    window = MainWindow(desk, settings, choice=choice)
    window.closed.connect(ended.set)
    window.show()
    watch = watch_over(window, settings)
    raising = asyncio.get_running_loop().create_task(_raise_when_asked(window, raised))
    await ended.wait()
    raising.cancel()
    watch.stop()
    if instance is not None:
        instance.release()
    return 0


def watch_over(window: MainWindow, settings: Settings) -> IdleWatch:
    """Lock the desk when nobody is there."""
    watch = IdleWatch(lambda: settings.lock_minutes * MINUTE_NS, now_ns=time.time_ns)
    watch.away.connect(window.lock)
    application = QApplication.instance()
    if isinstance(application, QApplication):
        application.focusWindowChanged.connect(watch.follow)
    watch.follow(window.windowHandle())
    return watch


async def _raise_when_asked(window: MainWindow, raised: asyncio.Event) -> None:
    while True:
        await raised.wait()
        raised.clear()
        window.bring_to_front()
