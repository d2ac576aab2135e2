"""A TPM with two tokens, made once for the tests of a file; a copy of it for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.hsm.discovery import find_modules
from tests.conftest import require
from tests.hsm.cards.desk import Desk, open_desk
from tests.hsm.tpm.chip import Chip

PROGRAMS = {"swtpm": "swtpm", "tpm2_ptool": "libtpm2-pkcs11-tools", "tpm2_flushcontext": "tpm2-tools"}
"""And the packages in which they come."""


@pytest.fixture(scope="module")
def tpm_module() -> Path:
    """tpm2-pkcs11, where it is installed."""
    found = [each.path for each in find_modules() if each.name == "TPM 2.0"]
    require(bool(found), "the PKCS#11 module for TPMs is missing (libtpm2-pkcs11-1)")
    return Path(found[0])


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a TPM that was shut down."""
    for program, package in PROGRAMS.items():
        require(shutil.which(program) is not None, f"{program} is missing ({package})")
    folder = tmp_path_factory.mktemp("tpm")
    chip = Chip(folder)
    chip.start()
    try:
        chip.make_store()
        chip.shut_down()
    finally:
        chip.kill()
    return folder


@pytest.fixture
def chip(made_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chip]:
    """A running one, which modules that start now will find."""
    folder = shutil.copytree(made_once, tmp_path / "tpm")
    made = Chip(folder)
    try:
        made.start()
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made
    finally:
        made.kill()


@pytest.fixture
def desk(chip: Chip, tpm_module: Path) -> Iterator[Desk]:
    """tpm2-pkcs11 through `Tokens`, with both tokens there."""
    with open_desk(tpm_module) as desk:
        desk.wait_for(2)
        yield desk
