"""Contacts: one for each account, sealed in the vault's file, also in one that an older program made."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.core.errors import OutOfRange
from app.core.ports import Randomness
from app.core.walleterrors import KeyLocked, VaultDamaged
from app.wallet.contacts import MAX_NAME_BYTES, Contact, Contacts
from app.wallet.keystore import Cost
from app.wallet.vault import Vault
from app.wallet.vault_file import newest_generation
from tests.wallet.vault_people import PASSPHRASE, build_person, change

FIRST_VERSION = Path(__file__).with_name("vault_version_1.sqlite3")
BANK = Contact(10_023, "杭州银行 李经理", "柜台 3\n先打电话")
SHOP = Contact(10_007, "shop")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


@pytest.fixture
def vault(path: Path, randomness: Randomness, cheap: Cost) -> Iterator[Vault]:
    with closing(Vault.create(path, PASSPHRASE, randomness=randomness, cost=cheap)) as vault:
        yield vault


def test_a_contact_is_there_by_its_account_and_in_the_list(vault: Vault) -> None:
    contacts = Contacts(vault)
    assert (contacts.all(), contacts.get(SHOP.account)) == ((), None)
    contacts.save(BANK)
    contacts.save(SHOP)
    assert contacts.all() == (SHOP, BANK)
    assert (contacts.get(10_023), contacts.get(10_024)) == (BANK, None)


def test_an_account_has_one_contact_also_after_the_passphrase_was_changed(vault: Vault, cheap: Cost) -> None:
    contacts = Contacts(vault)
    contacts.save(BANK)
    contacts.save(SHOP)
    vault.change_passphrase(PASSPHRASE, PASSPHRASE, cost=cheap)
    assert contacts.all() == (SHOP, BANK)
    contacts.save(Contact(BANK.account, "another"))
    assert contacts.all() == (SHOP, Contact(BANK.account, "another"))
    assert newest_generation(vault.inside().file) == 2
    assert contacts.remove(SHOP.account)
    assert contacts.all() == (Contact(BANK.account, "another"),)


def test_a_removed_contact_is_gone_and_removing_nobody_is_told(vault: Vault, path: Path) -> None:
    contacts = Contacts(vault)
    contacts.save(BANK)
    assert contacts.remove(BANK.account)
    assert not contacts.remove(BANK.account)
    assert (contacts.all(), contacts.get(BANK.account)) == ((), None)


def test_it_is_there_when_the_vault_is_opened_again(vault: Vault, path: Path, randomness: Randomness) -> None:
    Contacts(vault).save(BANK)
    vault.close()
    with closing(Vault.open(path, PASSPHRASE, randomness=randomness)) as again:
        assert Contacts(again).all() == (BANK,)
    with pytest.raises(KeyLocked):
        Contacts(vault).all()


@pytest.mark.parametrize(
    "contact",
    [
        Contact(0, "x"),
        Contact(2**63, "x"),
        Contact(1, ""),
        Contact(1, " secret"),
        Contact(1, "secret\u202e"),
        Contact(1, "secret\ud800"),
        Contact(1, "two\nlines"),
        Contact(1, "x" * (MAX_NAME_BYTES + 1)),
        Contact(1, "x", "secret\u200b"),
        Contact(1, "x", "x" * 2049),
    ],
    ids=[
        *("no account", "too high", "no name", "space before", "reordered", "no character", "two lines", "too long"),
        *("hidden in the note", "note too long"),
    ],
)
def test_what_may_not_be_kept_is_refused_without_repeating_it(vault: Vault, contact: Contact) -> None:
    with pytest.raises(OutOfRange) as caught:
        Contacts(vault).save(contact)
    assert "secret" not in str(caught.value) + repr(caught.value)
    assert Contacts(vault).all() == ()


def test_nothing_of_a_contact_stands_in_the_file_or_in_print(vault: Vault, path: Path) -> None:
    Contacts(vault).save(BANK)
    assert "杭州" not in repr(BANK)
    raw = path.read_bytes()
    secrets = [BANK.name.encode(), b"contact.v1", BANK.account.to_bytes(8, "big"), str(BANK.account).encode()]
    assert [secret for secret in secrets if secret in raw] == []


# ---- altered ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contacts SET sealed = substr(sealed, 1, 40)",
        "UPDATE contacts SET sealed = zeroblob(length(sealed))",
        "UPDATE contacts SET tag = zeroblob(32)",
        "UPDATE contacts SET generation = 0",
    ],
    ids=str,
)
def test_an_altered_row_is_refused(vault: Vault, path: Path, statement: str) -> None:
    Contacts(vault).save(BANK)
    change(path, statement)
    with pytest.raises(VaultDamaged):
        Contacts(vault).all()


def test_a_row_in_another_s_place_is_refused(vault: Vault, path: Path) -> None:
    contacts = Contacts(vault)
    contacts.save(BANK)
    with closing(sqlite3.connect(path)) as database:
        (bank,) = database.execute("SELECT sealed FROM contacts").fetchone()
    contacts.remove(BANK.account)
    contacts.save(SHOP)
    change(path, "UPDATE contacts SET sealed = ?", bank)
    with pytest.raises(VaultDamaged):
        contacts.get(SHOP.account)


def test_an_older_head_than_a_contact_is_refused(vault: Vault, path: Path, randomness: Randomness, cheap: Cost) -> None:
    with closing(sqlite3.connect(path)) as database:
        (head,) = database.execute("SELECT keys FROM head").fetchone()
    vault.change_passphrase(PASSPHRASE, PASSPHRASE, cost=cheap)
    Contacts(vault).save(BANK)
    vault.close()
    change(path, "UPDATE head SET keys = ?", head)
    with pytest.raises(VaultDamaged):
        Vault.open(path, PASSPHRASE, randomness=randomness)


# ---- older files -----------------------------------------------------------------------------------------------------
def test_a_vault_of_the_first_version_is_brought_up_to_date(path: Path, randomness: Randomness) -> None:
    """`vault_version_1.sqlite3` was written by that version: three people, two of them bound, a changed passphrase."""
    shutil.copyfile(FIRST_VERSION, path)
    with closing(Vault.open(path, PASSPHRASE, randomness=randomness)) as vault:
        people = {kept.person for kept in vault.search("")}
        assert people == {build_person(1, 77), build_person(2, 78), build_person(3)}
        Contacts(vault).save(BANK)
    with closing(Vault.open(path, PASSPHRASE, randomness=randomness)) as again:
        assert Contacts(again).all() == (BANK,)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (2,)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_file_brought_up_to_date_is_built_like_a_new_one(vault: Vault, path: Path, randomness: Randomness) -> None:
    old = path.with_name("old.db")
    shutil.copyfile(FIRST_VERSION, old)
    Vault.open(old, PASSPHRASE, randomness=randomness).close()
    schemas = []
    for file in (old, path):
        with closing(sqlite3.connect(file)) as database:
            schemas.append(sorted(database.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()))
    assert schemas[0] == schemas[1]
