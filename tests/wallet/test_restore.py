"""From a backup a home comes back whole or not at all, whatever happens meanwhile; and nothing is written over."""

import errno
import os
from pathlib import Path

import pytest

from app.core.errors import FileUnreadable, FileUnwritable, FolderExists, LuopuError, StoreInUse, UsageError
from app.core.home import Home
from app.core.walleterrors import BackupDamaged, KeystoreExists, WrongBackupPassphrase
from app.wallet import restore
from app.wallet.keystore import Cost
from app.wallet.restore import restore_backup
from app.wallet.turns import taking_turns
from tests.wallet.backup_homes import (
    KEPT,
    SECRET,
    archive,
    assert_untouched,
    fresh,
    home,
    manifest,
    member,
    save,
    seal,
    target,
    tree,
)
from tests.wallet.test_passphrases import OLD, which_open

__all__ = ["fresh", "home", "target"]


# ---- restoring one ---------------------------------------------------------------------------------------------------
def test_another_passphrase_restores_nothing(home: Home, fresh: Home, target: Path, cheap: Cost) -> None:
    with pytest.raises(WrongBackupPassphrase):
        restore_backup(fresh, save(home, target, cheap), OLD)
    assert_untouched(fresh)


@pytest.mark.parametrize("left", [0.0, 0.01, 0.5, 0.9, 0.999_999])
def test_a_backup_that_was_cut_restores_nothing(
    home: Home, fresh: Home, target: Path, cheap: Cost, left: float
) -> None:
    size = save(home, target, cheap).stat().st_size
    os.truncate(target, int(size * left))
    with pytest.raises(BackupDamaged):
        restore_backup(fresh, target, SECRET)
    assert_untouched(fresh)


def test_a_backup_that_was_altered_at_its_end_restores_nothing(
    home: Home, fresh: Home, target: Path, cheap: Cost
) -> None:
    content = bytearray(save(home, target, cheap).read_bytes())
    content[-1] ^= 1
    target.write_bytes(content)
    with pytest.raises(BackupDamaged):
        restore_backup(fresh, target, SECRET)
    assert_untouched(fresh)


def test_a_backup_that_is_not_there(fresh: Home, target: Path) -> None:
    with pytest.raises(FileUnreadable):
        restore_backup(fresh, target, SECRET)
    assert_untouched(fresh)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("wallet/keystore", KeystoreExists),
        ("genesis.json", FolderExists),
        ("wallet/outbox.db", FolderExists),
        ("wallet/contexts/00", FolderExists),
        ("reserves/00/snapshot.json", FolderExists),
    ],
)
def test_a_home_that_has_something_keeps_it(
    home: Home, fresh: Home, target: Path, cheap: Cost, name: str, error: type[LuopuError]
) -> None:
    (fresh.root / name).parent.mkdir(parents=True)
    (fresh.root / name).write_bytes(b"mine")
    with pytest.raises(error):
        restore_backup(fresh, save(home, target, cheap), SECRET)
    assert tree(fresh.root) == {name: b"mine"}


def test_what_does_not_count_is_in_nobodys_way(home: Home, fresh: Home, target: Path, cheap: Cost) -> None:
    """Settings, logs, an empty wallet with its locks."""
    fresh.wallet.mkdir(parents=True)
    (fresh.wallet / ".passphrases.lock").touch()
    fresh.reserves.mkdir()
    (fresh.reserves / ".lock").touch()
    fresh.settings.write_text("{}")
    restore_backup(fresh, save(home, target, cheap), SECRET)
    assert fresh.settings.read_text() == "{}"
    assert which_open(fresh) == [OLD]


def test_one_restores_at_a_time(home: Home, fresh: Home, target: Path, cheap: Cost) -> None:
    save(home, target, cheap)
    fresh.root.mkdir()
    with taking_turns(fresh.root / ".restore.lock"), pytest.raises(StoreInUse):
        restore_backup(fresh, target, SECRET)


def test_what_somebody_has_against_it_stops_it(home: Home, fresh: Home, target: Path, cheap: Cost) -> None:
    def refuse(staged: Home) -> None:
        assert staged.genesis.read_bytes() == KEPT["genesis.json"]
        raise UsageError(reason="not this one")

    with pytest.raises(UsageError):
        restore_backup(fresh, save(home, target, cheap), SECRET, check=refuse)
    assert_untouched(fresh)


@pytest.mark.parametrize("name", ["keystore", "outbox.db", "vault.db"])
def test_a_part_that_is_not_sound_stops_it(fresh: Home, target: Path, cheap: Cost, name: str) -> None:
    seal(target, archive([manifest(), member(f"wallet/{name}", b"not sound" * 300)]), cheap)
    with pytest.raises(BackupDamaged):
        restore_backup(fresh, target, SECRET)
    assert_untouched(fresh)


def test_a_full_disk_restores_nothing(
    home: Home, fresh: Home, target: Path, cheap: Cost, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(home, target, cheap)

    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("app.wallet.restore.os.fsync", refuse)
    with pytest.raises(FileUnwritable):
        restore_backup(fresh, target, SECRET)
    monkeypatch.undo()
    assert_untouched(fresh)


@pytest.mark.parametrize("moves", range(1, 5))
def test_a_move_that_was_cut_off_is_taken_back_by_the_next_try(
    home: Home, fresh: Home, target: Path, cheap: Cost, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    """Cut off, without a chance to clean up, after so many renames: of the folder, the genesis, the peers, the reserves."""
    save(home, target, cheap)
    rename, take_back, left = Path.replace, restore._take_back, [moves]

    class Cut(BaseException):
        pass

    def replace(path: Path, aim: Path) -> Path:
        if not left[0]:
            monkeypatch.setattr(restore, "_take_back", lambda _home: None)
            raise Cut
        left[0] -= 1
        return rename(path, aim)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(Cut):
        restore_backup(fresh, target, SECRET)
    monkeypatch.setattr(Path, "replace", rename)
    monkeypatch.setattr(restore, "_take_back", take_back)
    assert not fresh.keystore.exists()
    assert (fresh.root / ".restored").exists()
    with pytest.raises(WrongBackupPassphrase):
        restore_backup(fresh, target, OLD)
    assert_untouched_but_folders(fresh)
    restore_backup(fresh, target, SECRET)
    assert which_open(fresh) == [OLD]


def assert_untouched_but_folders(fresh: Home) -> None:
    assert tree(fresh.root) == {}


def test_a_genesis_that_somebody_put_there_meanwhile_stays(home: Home, fresh: Home, target: Path, cheap: Cost) -> None:
    """A restore was killed while it unpacked; then the clerk copied a genesis document there by hand."""
    (fresh.root / ".restore" / "wallet").mkdir(parents=True)
    fresh.genesis.write_bytes(b"mine")
    with pytest.raises(FolderExists):
        restore_backup(fresh, save(home, target, cheap), SECRET)
    assert tree(fresh.root) == {"genesis.json": b"mine"}
