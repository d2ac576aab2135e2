"""A passphrase and a PIN reach no file, no log, no command line and no environment, whatever is done with them."""

import gc
import logging
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.client.model import Final
from app.core.tokenerrors import PinIncorrect
from app.core.walleterrors import WrongPassphrase
from tests.desk.test_keys import thresholds, with_own_key
from tests.hsm.conftest import PIN, SoftHsm, soft_hsm
from tests.scenarios.town import ALPHA, PASSPHRASE, Town, TownDesk, running_town

__all__ = ["soft_hsm"]
WRONG_PIN, WRONG_PASSPHRASE = "PIN-774411", "not the right horse"
SECRETS = [PASSPHRASE, WRONG_PASSPHRASE, WRONG_PIN]
"""The right PIN is too short to be looked for: its digits stand in digests by chance. The wrong one goes the same way."""


@pytest.fixture
async def town(tmp_path: Path, soft_hsm: SoftHsm) -> AsyncIterator[Town]:
    assert soft_hsm.folder.exists()
    async with running_town(tmp_path / "town") as made:
        yield made


async def whole_day(desk: TownDesk, soft_hsm: SoftHsm) -> None:
    """Sign with a token, mistype, lock, mistype, unlock, sign again."""
    own = await with_own_key(desk, soft_hsm)
    deed = await desk.prepare(thresholds())
    with pytest.raises(PinIncorrect):
        await desk.sign_deed(deed.deed_id, WRONG_PIN)
    await desk.sign_deed(deed.deed_id, PIN)
    assert isinstance(await desk.wait_for_outcome(deed.deed_id), Final)
    await desk.lock()
    with pytest.raises(WrongPassphrase):
        await desk.unlock(WRONG_PASSPHRASE, lambda _step: None)
    await desk.unlock(PASSPHRASE, lambda _step: None)
    assert own.place is not None
    await desk.find_people("")
    await desk.log_in(own.place, PIN)


async def test_secrets_stay_where_they_were_typed(
    town: Town, soft_hsm: SoftHsm, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    desk = await town.desk(ALPHA)
    await desk.accept_module(soft_hsm.path)
    await whole_day(desk, soft_hsm)
    searched = list(processes())
    assert len(searched) >= 3, "this process, the driver's, and the node's or the consortium's"
    for place, content in (*files(tmp_path), *searched, ("the log", caplog.text.encode())):
        for secret in SECRETS:
            assert secret.encode() not in content, place


async def test_an_error_about_a_secret_does_not_hold_it(town: Town, soft_hsm: SoftHsm) -> None:
    desk = await town.desk(ALPHA)
    await desk.accept_module(soft_hsm.path)
    await with_own_key(desk, soft_hsm)
    deed = await desk.prepare(thresholds())
    with pytest.raises(PinIncorrect) as wrong:
        await desk.sign_deed(deed.deed_id, WRONG_PIN)
    assert WRONG_PIN not in f"{wrong.value!r} {wrong.value} {wrong.value.facts}"
    await desk.lock()
    gc.collect()
    assert not any(WRONG_PIN in repr(each) for each in (desk.own_key(), desk._keys.own, desk._keys.plugged))


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Everything that lies in a folder."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()


def processes() -> Iterator[tuple[str, bytes]]:
    """Command lines and environments of this process and of all that it started."""
    own = os.getpid()
    parents = {int(path.name): _parent_of(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    for pid in parents:
        line, seen = pid, set[int]()
        while line not in (0, own) and line not in seen:
            seen.add(line)
            line = parents.get(line, 0)
        if line == own:
            yield f"process {pid}", _read(pid, "cmdline") + _read(pid, "environ")


def _parent_of(path: Path) -> int:
    try:
        return int((path / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it has ended meanwhile
        return 0


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
