"""The real CometBFT, for tests that need it."""

import os
from functools import cache
from pathlib import Path

from app.consortium.binary import find_cometbft
from app.core.errors import CometMissing, CometVersionDiffers
from app.core.messages import explain
from tests.conftest import require

OWN = Path(__file__).parents[1] / ".tools" / "bin" / "cometbft"


def cometbft() -> Path:
    """The program that `requirements/cometbft.sh` installed, or the one that LUOPU_COMETBFT or PATH names."""
    found = _find()
    require(isinstance(found, Path), str(found))
    assert isinstance(found, Path)
    return found


@cache
def _find() -> Path | str:
    """The program, or why there is none."""
    given = str(OWN) if OWN.exists() and "LUOPU_COMETBFT" not in os.environ else None
    try:
        return find_cometbft(given, os.environ)
    except (CometMissing, CometVersionDiffers) as error:
        return f"{error}; {explain(error, 'en').hint}"
