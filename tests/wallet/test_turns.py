"""One is inside at a time; who waits in vain is told."""

from pathlib import Path

import pytest

from app.core.errors import StoreFailed, StoreInUse
from app.wallet.turns import taking_turns


def test_who_waits_in_vain_is_told(tmp_path: Path) -> None:
    with (
        taking_turns(tmp_path / "lock"),
        pytest.raises(StoreInUse),
        taking_turns(tmp_path / "lock", patience=0),
    ):
        pass
    with taking_turns(tmp_path / "lock", patience=0):
        pass


def test_turns_need_a_folder(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed), taking_turns(tmp_path / "none" / "lock"):
        pass
