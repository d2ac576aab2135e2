"""Finding CometBFT: where it is looked for, and what is refused."""

import sys
from pathlib import Path

import pytest

from app.consortium.binary import VERSION, find_cometbft
from app.core.errors import CometMissing, CometVersionDiffers
from app.core.messages import LANGUAGES, explain
from tests.cometbft import cometbft

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs are made of shell scripts")


def program(folder: Path, says: str, *, name: str = "cometbft", status: int = 0) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n")
    path.chmod(0o755)
    return path


def path_of(*folders: Path) -> str:
    return ":".join([*map(str, folders), "/usr/bin", "/bin"])


def test_the_one_that_is_given_comes_first_then_the_variable_then_the_path(tmp_path: Path) -> None:
    given, named, found = (program(tmp_path / name, "0.39.4") for name in ("given", "named", "found"))
    environment = {"LUOPU_COMETBFT": str(named), "PATH": path_of(found.parent)}
    assert find_cometbft(str(given), environment) == given
    assert find_cometbft(None, environment) == named
    assert find_cometbft(None, {"PATH": path_of(found.parent)}) == found


@pytest.mark.parametrize("version", ["0.39.4", "v0.39.4", "0.39.4+5ab1c2d", "0.39.11"])
def test_it_and_later_patches_of_it_will_do(tmp_path: Path, version: str) -> None:
    path = program(tmp_path / "bin", version)
    assert find_cometbft(str(path), {}) == path


@pytest.mark.parametrize("version", ["0.39.3", "0.38.25", "0.40.0", "1.0.1", "0.390.4"])
def test_another_version_is_refused(tmp_path: Path, version: str) -> None:
    with pytest.raises(CometVersionDiffers) as caught:
        find_cometbft(str(program(tmp_path / "bin", version)), {"PATH": path_of()})
    assert caught.value.facts["got"] == version


@pytest.mark.parametrize(("says", "status"), [("", 0), ("cometbft 0.39.4 or so", 0), ("0.39.4", 1)])
def test_what_does_not_say_its_version_is_not_cometbft(tmp_path: Path, says: str, status: int) -> None:
    with pytest.raises(CometMissing):
        find_cometbft(str(program(tmp_path / "bin", says, status=status)), {"PATH": path_of()})


def test_without_it_one_is_told_how_to_get_it_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(CometMissing) as caught:
        find_cometbft(None, {"PATH": str(tmp_path)})
    version = ".".join(map(str, VERSION))
    for language in LANGUAGES:
        assert f"cmd/cometbft@v{version} " in explain(caught.value, language).hint


def test_the_real_one_will_do() -> None:
    assert find_cometbft(str(cometbft()), {}) == cometbft()
