"""SoftHSM in a folder of the test's own, and what a module has told."""

import os
import select
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

import pytest

from app.core.tokens import Token, TokenName
from app.hsm.discovery import find_modules
from app.hsm.module import Module
from tests.conftest import require

PIN = "123456"
SO_PIN = "12345678"
SECONDS = 20.0
"""After so long a test fails; nothing waits for it otherwise."""


class SoftHsm:
    """Tokens in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._away = folder / "tokens", folder / "away"
        self.folder.mkdir()
        self._away.mkdir()
        self.config = folder / "softhsm2.conf"
        self.config.write_text(f"directories.tokendir = {self.folder}\nobjectstore.backend = file\nlog.level = ERROR\n")
        self.path = next(found.path for found in find_modules() if found.name == "SoftHSM")

    def insert_new(self, label: str = "A", pin: str = PIN) -> None:
        """One more token."""
        command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", SO_PIN]
        subprocess.run(command, check=True, capture_output=True)

    def remove(self) -> None:
        """Pull every token out."""
        for each in self.folder.iterdir():
            each.rename(self._away / each.name)

    def put_back(self) -> None:
        """Plug in again what was pulled out."""
        for each in self._away.iterdir():
            each.rename(self.folder / each.name)


class Seen:
    """What a module has told of its tokens; called from its threads."""

    def __init__(self) -> None:
        self.told: list[tuple[Token, ...]] = []
        self._news = threading.Condition()

    def __call__(self, tokens: tuple[Token, ...]) -> None:
        with self._news:
            self.told.append(tokens)
            self._news.notify_all()

    def wait_for(self, is_wanted: Callable[[tuple[Token, ...]], bool], seconds: float = SECONDS) -> tuple[Token, ...]:
        """What is plugged in, as soon as it is as wanted."""
        with self._news:
            assert self._news.wait_for(lambda: self.told and is_wanted(self.told[-1]), seconds), self.told[-1:]
            return self.told[-1]

    def names(self, count: int) -> Sequence[TokenName]:
        """Of so many tokens, as soon as they are there."""
        return [token.name for token in self.wait_for(lambda tokens: len(tokens) == count)]


def wait_for_end(process: int) -> None:
    """Of any process, also one that is not a child of ours."""
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(process)
        try:
            assert select.select([handle], [], [], SECONDS)[0]
        finally:
            os.close(handle)


@pytest.fixture
def soft_hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    """SoftHSM without tokens."""
    require(shutil.which("softhsm2-util") is not None, "SoftHSM is not installed (Debian: softhsm2)")
    folder = tmp_path / "softhsm"
    folder.mkdir()
    made = SoftHsm(folder)
    monkeypatch.setenv("SOFTHSM2_CONF", str(made.config))
    return made


@pytest.fixture
def seen() -> Seen:
    """Nothing, yet."""
    return Seen()


@pytest.fixture
def module(soft_hsm: SoftHsm, seen: Seen) -> Iterator[Module]:
    """SoftHSM in its process, which starts when it is asked."""
    with closing(Module(soft_hsm.path, b"", seen, patience=SECONDS)) as made:
        yield made


@pytest.fixture
def token(module: Module, soft_hsm: SoftHsm, seen: Seen) -> TokenName:
    """A token without keys, logged in."""
    soft_hsm.insert_new()
    module.start()
    name = seen.names(1)[0]
    module.login(name, PIN)
    return name
