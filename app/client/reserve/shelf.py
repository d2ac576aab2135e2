"""A folder of folders, each of which comes into being whole and goes at once, whenever the process or the power goes.

Guarantees: `adding` makes a folder that is there under its name on the disk, with all that is in it, or not at all; `remove`
takes it away in one step. What either left behind when it was killed has a name of its own and is deleted by the next one,
also in another process; what opens a sealed file is overwritten first.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from app.core.errors import LuopuError, StoreFailed
from app.core.ports import Randomness
from app.wallet.disk import sync_folder
from app.wallet.turns import PATIENCE_SECONDS, taking_turns

LOCK: Final = ".lock"
_NAME: Final = re.compile(r"[0-9a-f]{16}")
_UNFINISHED: Final = re.compile(r"\.[0-9a-f]{16}-[0-9a-f]{16}")
_TAIL_BYTES: Final = 8


class Shelf:
    """Folders of 16 hex digits in one folder, which is made when the first is added."""

    def __init__(self, folder: Path, sealed: str, head_bytes: int, randomness: Randomness) -> None:
        """`sealed` is the file of each whose first `head_bytes` are overwritten before it is deleted."""
        self.folder = folder
        self._sealed, self._head_bytes, self._randomness = sealed, head_bytes, randomness

    def names(self) -> list[str]:
        """What is there, in no order.

        Raises:
            StoreFailed: the folder cannot be read.
        """
        return [path.name for path in self._entries() if _NAME.fullmatch(path.name) and path.is_dir()]

    def find(self, name: str) -> Path | None:
        """The folder of that name."""
        path = self.folder / name
        return path if _NAME.fullmatch(name) and path.is_dir() else None

    @contextmanager
    def turn(self, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
        """Nobody else adds or removes while inside.

        Raises:
            StoreInUse: somebody else did for longer than `patience` seconds.
            StoreFailed: the disk refused.
        """
        with writing(self.folder):
            self.folder.mkdir(mode=0o700, exist_ok=True)
            sync_folder(self.folder.parent)
        with taking_turns(self.folder / LOCK, patience=patience):
            yield

    @contextmanager
    def adding(self, name: str) -> Iterator[Path]:
        """A new folder to fill; it gets its name when left. Only in one's turn.

        Raises:
            StoreFailed: the disk refused; nothing is left of it, or it is there whole.
        """
        unfinished = self._unfinished(name)
        try:
            with writing(unfinished):
                unfinished.mkdir(mode=0o700)
                yield unfinished
                sync_folder(unfinished)
                unfinished.rename(self.folder / name)
        except BaseException:
            with suppress(LuopuError):
                self._erase(unfinished)
            raise
        with writing(self.folder):
            sync_folder(self.folder)

    def remove(self, name: str) -> None:
        """Take a folder away. Only in one's turn.

        Raises:
            StoreFailed: the disk refused. It is there still, or the rest of it goes with the next `tidy`.
        """
        unfinished = self._unfinished(name)
        with writing(self.folder):
            (self.folder / name).rename(unfinished)
            sync_folder(self.folder)
        self._erase(unfinished)

    def has_leftovers(self) -> bool:
        """Whether something was left behind, or somebody is at it."""
        return any(True for _ in self._leftovers())

    def tidy(self) -> None:
        """Delete what was left behind. Only in one's turn.

        Raises:
            StoreFailed: the disk refused.
        """
        for path in list(self._leftovers()):
            if path.is_dir():
                self._erase(path)
            else:
                with writing(path):
                    path.unlink(missing_ok=True)

    # ---- inside ------------------------------------------------------------------------------------------------------
    def _entries(self) -> list[Path]:
        try:
            return list(self.folder.iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreFailed(path=str(self.folder), reason=error.strerror) from error

    def _leftovers(self) -> Iterator[Path]:
        """Folders that are none yet or no more, and files that were to take the place of another."""
        for path in self._entries():
            if _UNFINISHED.fullmatch(path.name):
                yield path
            elif _NAME.fullmatch(path.name):
                yield from path.glob(".*-*")

    def _unfinished(self, name: str) -> Path:
        return self.folder / f".{name}-{self._randomness.random_bytes(_TAIL_BYTES).hex()}"

    def _erase(self, folder: Path) -> None:
        with writing(folder):
            if (folder / self._sealed).is_file():
                with (folder / self._sealed).open("r+b") as file:
                    file.write(bytes(self._head_bytes))
                    file.flush()
                    os.fsync(file.fileno())
            if folder.exists():
                shutil.rmtree(folder)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Inside, what the disk refuses is a StoreFailed."""
    try:
        yield
    except OSError as error:
        raise StoreFailed(path=str(path), reason=error.strerror or str(error)) from error


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A new file (mode 0600), on the disk when left."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
