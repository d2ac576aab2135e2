"""At a real desk: the passphrase changes while the vault is open, a backup is made, and another home comes back from it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from nacl.pwhash import argon2id

from app.core.errors import BadGenesis, FileUnwritable, StoreFailed
from app.core.home import Home
from app.core.walleterrors import (
    BackupDamaged,
    KeyLocked,
    KeystoreExists,
    VaultDamaged,
    WrongBackupPassphrase,
    WrongPassphrase,
)
from app.desk.local import LocalDesk
from app.ui.desk import Setup
from app.wallet import passphrases
from app.wallet.keystore import Cost, load_keystore
from app.wallet.passphrases import open_key, open_vault, pending_keystore
from app.wallet.vault import Vault
from app.wiring.sandbox import create_sandbox
from app.wiring.system import SystemRandomness
from tests.wallet.backup_homes import archive, manifest, member, seal
from tests.wallet.test_passphrases import NEW, OLD, cut_at, make_home
from tests.wallet.vault_people import build_person

CHEAP = Cost(argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)
SECRET = "the backup's passphrase"


def ignore(*_: object) -> None:
    """Progress that nobody watches."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home of an embedded consortium whose processes do not run."""
    home = make_home(tmp_path / "home", CHEAP)
    keystore = load_keystore(home.keystore)
    create_sandbox(home, 4, keystore.public_key, keystore.label)
    return home


@pytest.fixture
async def desk(home: Home) -> AsyncIterator[LocalDesk]:
    """A desk whose vault is open."""
    desk = LocalDesk(home)
    desk._vault = asyncio.create_task(asyncio.to_thread(open_vault, home, OLD, randomness=SystemRandomness()))
    yield desk
    await desk.close()


def new_desk(tmp_path: Path) -> LocalDesk:
    return LocalDesk(Home(tmp_path / "fresh"))


async def test_the_vault_that_is_open_stays_open_when_the_passphrase_changes(desk: LocalDesk, home: Home) -> None:
    await desk.change_passphrase(OLD, NEW)
    assert desk._vault is not None
    vault = await desk._vault
    vault.add(build_person(2))
    open_key(home, NEW).lock()
    again = open_vault(home, NEW, randomness=SystemRandomness())
    assert {kept.person for kept in again.search("")} == {build_person(1), build_person(2)}
    again.close()
    with pytest.raises(WrongPassphrase):
        open_key(home, OLD)


async def test_a_wrong_passphrase_changes_nothing(desk: LocalDesk, home: Home) -> None:
    with pytest.raises(WrongPassphrase):
        await desk.change_passphrase("not this one", NEW)
    open_key(home, OLD).lock()
    assert not pending_keystore(home).exists()


async def test_what_was_cut_off_may_be_tried_again_at_once(
    desk: LocalDesk, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cut:
        cut_at(cut, passphrases, "move_over")
        with pytest.raises(StoreFailed):
            await desk.change_passphrase(OLD, NEW)
    with pytest.raises(WrongPassphrase):
        await desk.change_passphrase(OLD, NEW)
    await desk.change_passphrase(NEW, "the newest passphrase")
    open_key(home, "the newest passphrase").lock()


async def test_a_desk_that_is_not_open_changes_nothing(home: Home) -> None:
    with pytest.raises(KeyLocked):
        await LocalDesk(home).change_passphrase(OLD, NEW)


async def test_a_vault_that_cannot_be_opened_keeps_the_passphrase(desk: LocalDesk, home: Home) -> None:
    async def damaged() -> Vault:
        raise VaultDamaged(reason="a row was altered")

    assert desk._vault is not None
    (await desk._vault).close()
    desk._vault = asyncio.create_task(damaged())
    with pytest.raises(VaultDamaged):
        await desk.change_passphrase(OLD, NEW)
    open_key(home, OLD).lock()


async def test_a_new_desk_comes_back_from_a_backup_locked(desk: LocalDesk, tmp_path: Path) -> None:
    backup = tmp_path / "mine.luopu-backup"
    assert await desk.save_backup(backup, SECRET) == backup
    fresh = new_desk(tmp_path)
    assert fresh.setup() is Setup.NEW
    with pytest.raises(WrongBackupPassphrase):
        await fresh.restore(backup, OLD)
    assert fresh.setup() is Setup.NEW
    await fresh.restore(backup, SECRET)
    assert fresh.setup() is Setup.LOCKED
    assert fresh.is_embedded()
    assert fresh.public_key_text() == desk.public_key_text()
    open_key(Home(tmp_path / "fresh"), OLD).lock()


async def test_a_backup_is_never_written_over(desk: LocalDesk, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("something")
    with pytest.raises(FileUnwritable):
        await desk.save_backup(tmp_path / "mine", SECRET)


async def test_a_desk_that_was_set_up_takes_no_backup(desk: LocalDesk, tmp_path: Path) -> None:
    with pytest.raises(KeystoreExists):
        await desk.restore(tmp_path / "whatever", SECRET)


async def test_a_backup_with_a_genesis_that_is_none_is_not_restored(tmp_path: Path) -> None:
    fresh = new_desk(tmp_path)
    content = archive([manifest(), member("genesis.json", b"{}"), member("wallet/contexts/00")])
    backup = seal(tmp_path / "hostile", content, CHEAP)
    with pytest.raises(BadGenesis):
        await fresh.restore(backup, SECRET)
    assert fresh.setup() is Setup.NEW


async def test_a_file_that_is_no_backup_is_not_restored(tmp_path: Path) -> None:
    fresh = new_desk(tmp_path)
    (tmp_path / "letter").write_text("Dear all,")
    with pytest.raises(BackupDamaged):
        await fresh.restore(tmp_path / "letter", SECRET)
    assert fresh.setup() is Setup.NEW


async def test_a_day_at_a_desk_leaves_no_passphrase_on_the_disk(tmp_path: Path) -> None:
    """With real processes: set up, changed, backed up, closed; restored elsewhere, unlocked there."""
    first, other = LocalDesk(Home(tmp_path / "first")), LocalDesk(Home(tmp_path / "other"))
    (tmp_path / "first").mkdir()
    try:
        await first.try_here(OLD, ignore)
        await first.change_passphrase(OLD, NEW)
        await first.save_backup(tmp_path / "mine.luopu-backup", SECRET)
        key = first.public_key_text()
        await first.close()
        await other.restore(tmp_path / "mine.luopu-backup", SECRET)
        with pytest.raises(WrongPassphrase):
            await other.unlock(OLD, ignore)
        await other.unlock(NEW, ignore)
        assert other.setup() is Setup.OPEN
        assert other.public_key_text() == key
        assert await other.account() is not None
    finally:
        await first.close()
        await other.close()
    check_silent(tmp_path)


def check_silent(folder: Path) -> None:
    """No file below a folder says a passphrase."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"keystore", "vault.db", "outbox.db", "mine.luopu-backup"}
    spoken = [each.encode(code) for each in (OLD, NEW, SECRET) for code in ("utf-8", "utf-16-le")]
    assert [path for path in files for text in spoken if text in path.read_bytes()] == []
