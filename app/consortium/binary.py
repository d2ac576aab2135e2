"""Finding CometBFT, and making sure that it is the one that the chain runs on."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from app.core.errors import CometMissing, CometVersionDiffers

VERSION = (0, 39, 4)
"""The oldest that will do. Later patches of 0.39 keep the format and the rules of blocks; 0.40 changes block time."""
VARIABLE = "LUOPU_COMETBFT"
PROGRAM = "cometbft"
ANSWER_SECONDS = 30.0
_VERSION = re.compile(r"v?([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,4})(?:[+-]\S{1,100})?")


def find_cometbft(given: str | None, environment: Mapping[str, str]) -> Path:
    """The program: the one that was given, or that LUOPU_COMETBFT names, or the first on PATH.

    Raises:
        CometMissing: there is none, or it does not run.
        CometVersionDiffers: it is not 0.39.4 or a later patch of it.
    """
    named = given or environment.get(VARIABLE) or PROGRAM
    found = shutil.which(named, path=environment.get("PATH"))
    if found is None:
        raise CometMissing(path=named, reason="not found")
    program = Path(found).absolute()
    check_version(program)
    return program


def check_version(program: Path) -> None:
    """Raise unless the program is CometBFT of a version that fits.

    Raises:
        CometMissing: it does not run, or says nothing like a version.
        CometVersionDiffers: another version.
    """
    try:
        command = [str(program), "version"]
        done = subprocess.run(command, capture_output=True, check=True, timeout=ANSWER_SECONDS, text=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError) as error:
        raise CometMissing(path=str(program), reason=str(error)) from error
    match = _VERSION.fullmatch(done.stdout.strip())
    if match is None:
        raise CometMissing(path=str(program), reason="it does not say its version")
    version = tuple(int(part) for part in match.groups())
    if version[:2] != VERSION[:2] or version < VERSION:
        raise CometVersionDiffers(
            expected=".".join(map(str, VERSION)), got=".".join(map(str, version)), path=str(program)
        )
