"""A backup holds what cannot be fetched again, as it stood at one moment; from it a home comes back whole or not at all."""

import errno
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from app.core.errors import FileUnreadable, FileUnwritable, LuopuError, StoreDamaged, StoreInUse
from app.core.home import Home
from app.core.walleterrors import NoKeystore, VaultDamaged, WeakPassphrase
from app.wallet import passphrases
from app.wallet.keystore import Cost
from app.wallet.outbox import Outbox
from app.wallet.passphrases import change_passphrases, pending_keystore
from app.wallet.restore import restore_backup
from app.wallet.turns import taking_turns
from app.wallet.vault import Vault
from tests.wallet.backup_homes import (
    KEPT,
    MADE,
    SECRET,
    fresh,
    home,
    save,
    target,
    tree,
)
from tests.wallet.conftest import CountedRandomness, StepClock, build_draft
from tests.wallet.test_passphrases import NEW, OLD, cut_at, which_open
from tests.wallet.vault_people import build_person

__all__ = ["fresh", "home", "target"]


# ---- there and back --------------------------------------------------------------------------------------------------
def test_a_home_comes_back_with_all_that_cannot_be_fetched_again(
    home: Home, fresh: Home, target: Path, cheap: Cost
) -> None:
    assert restore_backup(fresh, save(home, target, cheap), SECRET) == MADE
    assert which_open(fresh) == [OLD]
    with closing(Outbox.open(fresh.outbox, StepClock())) as outbox:
        assert [entry.draft for entry in outbox.recent(9)] == [build_draft(1)]
    back = tree(fresh.root)
    assert back.keys() == KEPT.keys() | {"wallet/keystore", "wallet/vault.db", "wallet/outbox.db"}
    assert {name: back[name] for name in KEPT} == KEPT
    assert back["wallet/keystore"] == home.keystore.read_bytes()


def test_everything_in_it_is_readable_by_its_owner_alone(home: Home, fresh: Home, target: Path, cheap: Cost) -> None:
    restore_backup(fresh, save(home, target, cheap), SECRET)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    for path in fresh.wallet.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_neither_names_nor_content_can_be_seen(home: Home, target: Path, cheap: Cost) -> None:
    content = save(home, target, cheap).read_bytes()
    for text in (b"keystore", b"wallet", b"luopu-1", b"context", "很长".encode(), b"SQLite"):
        assert text not in content[64:]


def test_an_embedded_consortium_keeps_its_keys_and_not_its_chain(
    home: Home, fresh: Home, target: Path, cheap: Cost
) -> None:
    (home.sandbox / "chain").mkdir(parents=True)
    for path in (home.sandbox_keys, home.agreement, home.sandbox / "chain" / "CURRENT"):
        path.write_text("x")
    restore_backup(fresh, save(home, target, cheap), SECRET)
    assert {name for name in tree(fresh.root) if name.startswith("sandbox")} == {
        "sandbox/keys.json",
        "sandbox/agreement.txt",
    }


def test_databases_are_copied_while_somebody_writes_to_them(home: Home, fresh: Home, target: Path, cheap: Cost) -> None:
    """Each transaction adds two people; no copy has one of the two alone."""
    stop, added = threading.Event(), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(home.wallet / "other.db", isolation_level=None)) as database:
            database.execute("CREATE TABLE numbers (number INTEGER)")
            while not stop.is_set():
                database.execute("BEGIN IMMEDIATE")
                database.execute("INSERT INTO numbers VALUES (1)")
                database.execute("INSERT INTO numbers VALUES (2)")
                database.execute("COMMIT")
                added.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert added.wait(10)
        with closing(Vault.open(home.vault, OLD, randomness=CountedRandomness(b"again"))) as vault:
            vault.add(build_person(2))
            save(home, target, cheap)
            vault.add(build_person(3))
    finally:
        stop.set()
        writer.join()
    restore_backup(fresh, target, SECRET)
    with closing(sqlite3.connect(fresh.wallet / "other.db")) as database:
        counted = database.execute("SELECT number, count(*) FROM numbers GROUP BY number").fetchall()
    assert len(counted) == 2
    assert counted[0][1] == counted[1][1] > 0
    with closing(Vault.open(fresh.vault, OLD, randomness=CountedRandomness())) as vault:
        assert {kept.person for kept in vault.search("")} == {build_person(1), build_person(2)}


@pytest.mark.parametrize(("cut", "holds"), [((Vault, "change_passphrase"), OLD), (("passphrases", "move_over"), NEW)])
def test_a_home_in_the_middle_of_a_change_comes_back_in_the_middle(
    home: Home,
    fresh: Home,
    target: Path,
    cheap: Cost,
    monkeypatch: pytest.MonkeyPatch,
    cut: tuple[object, str],
    holds: str,
) -> None:
    cut_at(monkeypatch, passphrases if cut[0] == "passphrases" else cut[0], cut[1])
    with pytest.raises(LuopuError):
        change_passphrases(home, OLD, NEW, randomness=CountedRandomness(), cost=cheap)
    monkeypatch.undo()
    restore_backup(fresh, save(home, target, cheap), SECRET)
    assert pending_keystore(fresh).exists()
    assert which_open(fresh) == [holds]
    assert which_open(home) == [holds]


# ---- making one ------------------------------------------------------------------------------------------------------
def test_nothing_is_written_over(home: Home, target: Path, cheap: Cost) -> None:
    target.write_bytes(b"something")
    with pytest.raises(FileUnwritable) as caught:
        save(home, target, cheap)
    assert caught.value.facts["reason"] == "something has that name"
    assert target.read_bytes() == b"something"


def test_a_home_with_nothing_in_its_wallet_has_no_backup(fresh: Home, target: Path, cheap: Cost) -> None:
    with pytest.raises(NoKeystore):
        save(fresh, target, cheap)
    fresh.wallet.mkdir(parents=True)
    fresh.genesis.write_text("{}")
    fresh.reserves.mkdir()
    (fresh.reserves / "snapshot").write_text("{}")
    with pytest.raises(NoKeystore):
        save(fresh, target, cheap)
    assert not target.exists()


def test_a_short_passphrase_is_refused(home: Home, target: Path, cheap: Cost) -> None:
    with pytest.raises(WeakPassphrase):
        save(home, target, cheap, "seven77")
    assert not target.exists()


def test_it_may_not_lie_in_what_it_keeps(home: Home, cheap: Cost) -> None:
    for folder in (home.wallet, home.reserves):
        with pytest.raises(FileUnwritable) as caught:
            save(home, folder / "backup", cheap)
        assert caught.value.facts["reason"] == "it would lie in what is backed up"


def test_a_folder_that_is_not_there_is_said(home: Home, tmp_path: Path, cheap: Cost) -> None:
    with pytest.raises(FileUnwritable):
        save(home, tmp_path / "none" / "backup", cheap)


@pytest.mark.parametrize("name", ["vault.db", "outbox.db"])
def test_a_damaged_database_makes_no_backup(home: Home, target: Path, cheap: Cost, name: str) -> None:
    path = home.wallet / name
    path.write_bytes(b"damaged" * 1_000)
    with pytest.raises(VaultDamaged if name == "vault.db" else StoreDamaged):
        save(home, target, cheap)
    assert not target.exists()
    assert not (home.wallet / ".backup").exists()


def test_a_link_makes_no_backup(home: Home, target: Path, cheap: Cost, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("x")
    (home.wallet / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileUnreadable):
        save(home, target, cheap)


def test_a_folder_that_is_a_link_makes_no_backup(home: Home, target: Path, cheap: Cost, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (home.wallet / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileUnreadable):
        save(home, target, cheap)


def test_a_name_that_some_systems_do_not_have_makes_no_backup(home: Home, target: Path, cheap: Cost) -> None:
    (home.wallet / "a:b").write_text("x")
    with pytest.raises(FileUnreadable):
        save(home, target, cheap)


def test_what_a_killed_backup_left_behind_goes(home: Home, target: Path, cheap: Cost) -> None:
    (home.wallet / ".backup").mkdir()
    (home.wallet / ".backup" / "0").write_bytes(b"left behind")
    save(home, target, cheap)
    assert not (home.wallet / ".backup").exists()


def test_one_is_made_at_a_time(home: Home, target: Path, cheap: Cost) -> None:
    with taking_turns(home.wallet / ".backup.lock"), pytest.raises(StoreInUse):
        save(home, target, cheap)


def test_what_cannot_be_restored_is_no_backup(
    home: Home, target: Path, cheap: Cost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that loses what is written to it."""
    monkeypatch.setattr("app.wallet.sealed_stream.SealedWriter.finish", lambda _writer: None)
    with pytest.raises(FileUnwritable) as caught:
        save(home, target, cheap)
    assert caught.value.facts["reason"] == "it could not be read back"
    assert list(target.parent.iterdir()) == [home.root]


def test_a_full_disk_leaves_nothing_of_it(
    home: Home, target: Path, cheap: Cost, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("app.wallet.backup.os.fsync", refuse)
    before = tree(home.root)
    with pytest.raises(FileUnwritable):
        save(home, target, cheap)
    assert list(target.parent.iterdir()) == [home.root]
    assert tree(home.root) == before
