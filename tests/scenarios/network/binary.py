"""The real CometBFT, for tests that need it."""

import os
from pathlib import Path

from app.consortium.binary import find_cometbft
from app.core.errors import CometMissing, CometVersionDiffers
from app.core.messages import explain
from tests.conftest import require

OWN = Path(__file__).parents[3] / ".tools" / "bin" / "cometbft"


def cometbft() -> Path:
    """The program that `requirements/cometbft.sh` installed, or the one that LUOPU_COMETBFT or PATH names."""
    given = str(OWN) if OWN.exists() and "LUOPU_COMETBFT" not in os.environ else None
    try:
        return find_cometbft(given, os.environ)
    except (CometMissing, CometVersionDiffers) as error:
        require(False, f"{error}; {explain(error, 'en').hint}")
        raise AssertionError from error  # not reached
