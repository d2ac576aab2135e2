"""Readers and OpenSC for the tests of a file; a desk for each test."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import require
from tests.hsm.cards.desk import Desk, open_desk
from tests.hsm.cards.host import CONFIG
from tests.hsm.cards.readers import Readers, running_readers, unshared

OPENSC = ("*/opensc-pkcs11.so", "*/pkcs11/opensc-pkcs11.so")


@pytest.fixture(scope="module")
def opensc() -> Path:
    """The module."""
    found = [path for pattern in OPENSC for path in Path("/usr/lib").glob(pattern)]
    require(bool(found), "OpenSC's PKCS#11 module is missing (opensc-pkcs11)")
    return found[0].resolve()


@pytest.fixture(scope="module")
def all_readers() -> Iterator[Readers]:
    """pcscd with two readers, in namespaces of their own."""
    require(shutil.which("pcscd") is not None, "pcscd is missing")
    require(CONFIG.is_file(), "the emulated readers are missing (vsmartcard-vpcd)")
    require(_has_namespaces(), "namespaces cannot be made (unshare): root, or user namespaces, are needed")
    with tempfile.TemporaryDirectory(prefix="card") as folder, running_readers(Path(folder)) as readers:
        yield readers


@pytest.fixture
def readers(all_readers: Readers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Readers]:
    """Empty ones, which modules that start now will find."""
    for name, value in all_readers.environment.items():
        monkeypatch.setenv(name, value)
    yield all_readers
    all_readers.empty()


@pytest.fixture
def desk(readers: Readers, opensc: Path) -> Iterator[Desk]:
    """OpenSC through `Tokens`, with nothing plugged in."""
    with open_desk(opensc) as desk:
        desk.wait_for(0)
        yield desk


def _has_namespaces() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(unshared("true"), check=False, capture_output=True).returncode == 0
