"""One passphrase opens the keystore and the vault, also where its change was cut off, and whoever does it at once."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.errors import LuopuError, StoreFailed, StoreInUse
from app.core.home import Home
from app.core.keys import Algorithm
from app.core.walleterrors import KeystoreDamaged, NoKeystore, VaultDamaged, WeakPassphrase, WrongPassphrase
from app.wallet import keystore, passphrases
from app.wallet.keystore import Cost, create_keystore, load_keystore
from app.wallet.passphrases import (
    change_passphrases,
    open_key,
    open_vault,
    open_wallet,
    pending_keystore,
    raise_costs,
    settle,
)
from app.wallet.sqlite_file import SqliteFile
from app.wallet.vault import Vault
from app.wallet.vault_file import VAULT, read_head
from app.wallet.vault_seal import cost_of
from tests.wallet.conftest import CountedRandomness
from tests.wallet.vault_people import build_person

OLD, NEW = "the old passphrase", "the new passphrase"
HIGHER = Cost(2, 16_384)


def make_home(root: Path, cost: Cost, *, with_vault: bool = True) -> Home:
    home = Home(root)
    home.wallet.mkdir(parents=True)
    make_keystore(home.keystore, OLD, cost)
    if with_vault:
        with_person(home, cost)
    return home


def make_keystore(path: Path, passphrase: str, cost: Cost, seed: bytes = b"") -> None:
    create_keystore(
        path, passphrase, algorithm=Algorithm.ED25519, label="经办", randomness=CountedRandomness(seed), cost=cost
    )


def with_person(home: Home, cost: Cost, passphrase: str = OLD) -> None:
    vault = Vault.create(home.vault, passphrase, randomness=CountedRandomness(), cost=cost)
    vault.add(build_person(1))
    vault.close()


@pytest.fixture
def home(tmp_path: Path, cheap: Cost) -> Home:
    return make_home(tmp_path / "home", cheap)


@pytest.fixture
def change(randomness: CountedRandomness, cheap: Cost) -> Callable[..., None]:
    return lambda home, old=OLD, new=NEW, **more: change_passphrases(
        home, old, new, randomness=randomness, cost=cheap, **more
    )


def opens(home: Home, passphrase: str) -> bool:
    """Whether it opens the key, and the vault with who is in it."""
    try:
        open_key(home, passphrase).lock()
        vault = open_vault(home, passphrase, randomness=CountedRandomness(b"opens"))
    except WrongPassphrase:
        return False
    assert [kept.person for kept in vault.search("")] == [build_person(1)]
    vault.close()
    return True


def which_open(home: Home) -> list[str]:
    return [passphrase for passphrase in (NEW, OLD, "another passphrase") if opens(home, passphrase)]


def names(home: Home) -> set[str]:
    return {path.name for path in home.wallet.iterdir()} - {".passphrases.lock"}


# ---- changing --------------------------------------------------------------------------------------------------------
def test_the_new_passphrase_opens_both_and_the_old_one_neither(home: Home, change: Callable[..., None]) -> None:
    key = load_keystore(home.keystore).public_key
    change(home)
    assert which_open(home) == [NEW]
    assert load_keystore(home.keystore).public_key == key
    assert names(home) == {"keystore", "vault.db"}


def test_a_vault_that_is_open_here_stays_open(
    home: Home, change: Callable[..., None], randomness: CountedRandomness
) -> None:
    vault = open_vault(home, OLD, randomness=randomness)
    change(home, opened=vault)
    vault.add(build_person(2))
    assert {kept.person for kept in vault.search("")} == {build_person(1), build_person(2)}
    vault.close()
    again = open_vault(home, NEW, randomness=randomness)
    assert {kept.person for kept in again.search("")} == {build_person(1), build_person(2)}
    again.close()


@pytest.mark.parametrize("with_open_vault", [False, True])
def test_a_wrong_passphrase_changes_nothing(
    home: Home, change: Callable[..., None], randomness: CountedRandomness, with_open_vault: bool
) -> None:
    vault = open_vault(home, OLD, randomness=randomness)
    with pytest.raises(WrongPassphrase):
        change(home, old="not this one", opened=vault if with_open_vault else None)
    vault.close()
    assert which_open(home) == [OLD]
    assert names(home) == {"keystore", "vault.db"}


def test_a_passphrase_that_opens_the_keystore_only_changes_nothing(
    home: Home, change: Callable[..., None], cheap: Cost, randomness: CountedRandomness
) -> None:
    vault = open_vault(home, OLD, randomness=randomness)
    home.keystore.unlink()
    make_keystore(home.keystore, "that of the key", cheap)
    for opened in (None, vault):
        with pytest.raises(WrongPassphrase):
            change(home, old="that of the key", opened=opened)
    vault.close()
    assert names(home) == {"keystore", "vault.db"}
    load_keystore(home.keystore).unlock("that of the key").lock()
    Vault.open(home.vault, OLD, randomness=randomness).close()


def test_a_short_passphrase_is_refused_before_anything_else(home: Home, change: Callable[..., None]) -> None:
    with pytest.raises(WeakPassphrase):
        change(home, old="whatever", new="seven77")
    assert which_open(home) == [OLD]


def test_a_home_without_a_vault(tmp_path: Path, cheap: Cost, change: Callable[..., None]) -> None:
    home = make_home(tmp_path / "home", cheap, with_vault=False)
    change(home)
    assert names(home) == {"keystore"}
    open_key(home, NEW).lock()
    with pytest.raises(WrongPassphrase):
        open_key(home, OLD)


def test_a_home_whose_keys_are_on_tokens(
    home: Home, change: Callable[..., None], randomness: CountedRandomness
) -> None:
    home.keystore.unlink()
    change(home)
    open_vault(home, NEW, randomness=randomness).close()
    with pytest.raises(WrongPassphrase):
        open_vault(home, OLD, randomness=randomness)


def test_a_home_with_nothing_to_open(tmp_path: Path, change: Callable[..., None]) -> None:
    home = Home(tmp_path)
    home.wallet.mkdir()
    with pytest.raises(NoKeystore):
        change(home)


def test_the_cost_never_falls(tmp_path: Path, change: Callable[..., None]) -> None:
    home = make_home(tmp_path / "home", HIGHER)
    change(home)  # at the least cost there is
    assert costs(home) == (HIGHER, HIGHER)


def costs(home: Home) -> tuple[Cost, Cost]:
    file = SqliteFile(home.vault, VAULT)
    vault = cost_of(read_head(file))
    file.close()
    return load_keystore(home.keystore).cost, vault


# ---- cut off ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def before_the_vault(home: Home, change: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Home:
    """Cut off when the new keystore was written and the vault was not changed."""
    cut_at(monkeypatch, Vault, "change_passphrase")
    with pytest.raises(StoreFailed):
        change(home)
    monkeypatch.undo()
    return home


@pytest.fixture
def after_the_vault(home: Home, change: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> Home:
    """Cut off when the vault was changed and the keystore was not."""
    cut_at(monkeypatch, passphrases, "move_over")
    with pytest.raises(StoreFailed):
        change(home)
    monkeypatch.undo()
    return home


def cut_at(monkeypatch: pytest.MonkeyPatch, where: object, what: str) -> None:
    def fail(*_arguments: object, **_more: object) -> None:
        raise StoreFailed(reason="cut off")

    monkeypatch.setattr(where, what, fail)


def test_before_the_vault_was_changed_the_old_one_opens_all(before_the_vault: Home) -> None:
    home = before_the_vault
    assert pending_keystore(home).exists()
    assert which_open(home) == [OLD]
    assert names(home) == {"keystore", "vault.db"}


def test_after_the_vault_was_changed_the_new_one_opens_all(after_the_vault: Home) -> None:
    home = after_the_vault
    assert pending_keystore(home).exists()
    assert [opens(home, OLD), opens(home, "another one"), pending_keystore(home).exists()] == [False, False, True]
    assert which_open(home) == [NEW]
    assert names(home) == {"keystore", "vault.db"}


@pytest.mark.parametrize("stage", ["before_the_vault", "after_the_vault"])
def test_what_was_cut_off_can_be_changed_again(
    stage: str, request: pytest.FixtureRequest, change: Callable[..., None]
) -> None:
    home: Home = request.getfixturevalue(stage)
    holds, other = (OLD, NEW) if stage == "before_the_vault" else (NEW, OLD)
    with pytest.raises(WrongPassphrase):
        change(home, old=other, new="the newest passphrase")
    change(home, old=holds, new="the newest passphrase")
    assert opens(home, "the newest passphrase")
    assert which_open(home) == []


def test_a_vault_that_refuses_leaves_nothing_begun(
    home: Home, change: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_more: object) -> None:
        raise StoreInUse(path="vault")

    monkeypatch.setattr(Vault, "change_passphrase", refuse)
    with pytest.raises(StoreInUse):
        change(home)
    assert names(home) == {"keystore", "vault.db"}


def test_a_damaged_keystore_beside_a_sound_one_goes(before_the_vault: Home) -> None:
    home = before_the_vault
    pending_keystore(home).write_bytes(b"damaged")
    with pytest.raises(WrongPassphrase):
        settle(home, NEW)
    settle(home, OLD)
    assert which_open(home) == [OLD]


def test_a_damaged_keystore_is_replaced_by_its_successor(after_the_vault: Home) -> None:
    home = after_the_vault
    home.keystore.write_bytes(b"damaged")
    settle(home, NEW)
    assert which_open(home) == [NEW]


def test_a_damaged_keystore_without_a_good_successor_is_told(after_the_vault: Home) -> None:
    home = after_the_vault
    home.keystore.write_bytes(b"damaged")
    pending_keystore(home).write_bytes(b"damaged")
    with pytest.raises(KeystoreDamaged):
        settle(home, NEW)


def test_another_key_takes_nobodys_place(home: Home, cheap: Cost) -> None:
    shutil.copyfile(home.keystore, home.wallet / "saved")
    home.keystore.unlink()
    make_keystore(home.keystore, NEW, cheap, b"another key")
    (home.wallet / "saved").rename(pending_keystore(home))
    with pytest.raises(WrongPassphrase):
        settle(home, OLD)
    assert pending_keystore(home).exists()


# ---- several at once -------------------------------------------------------------------------------------------------
def test_many_who_change_it_at_once_leave_one_that_opens_all(home: Home, cheap: Cost) -> None:
    wanted = [f"the choice of {number}" for number in range(6)]
    outcomes: list[tuple[str, LuopuError | None]] = []

    def change(new: str) -> None:
        try:
            change_passphrases(home, OLD, new, randomness=CountedRandomness(new.encode()), cost=cheap)
            outcomes.append((new, None))
        except LuopuError as error:
            outcomes.append((new, error))

    def look() -> None:
        for _ in range(20):
            for passphrase in (OLD, *wanted):
                opens(home, passphrase)

    threads = [threading.Thread(target=change, args=(new,)) for new in wanted]
    threads += [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (won,) = [new for new, error in outcomes if error is None]
    assert {type(error) for _, error in outcomes} == {type(None), WrongPassphrase}
    assert [passphrase for passphrase in (OLD, *wanted) if opens(home, passphrase)] == [won]


# ---- opening ---------------------------------------------------------------------------------------------------------
def test_a_vault_is_made_under_the_passphrase_of_the_keystore_and_no_other(
    tmp_path: Path, cheap: Cost, randomness: CountedRandomness
) -> None:
    home = make_home(tmp_path / "home", cheap, with_vault=False)
    with pytest.raises(WrongPassphrase):
        open_vault(home, NEW, randomness=randomness)
    assert not home.vault.exists()
    open_vault(home, OLD, randomness=randomness).close()
    Vault.open(home.vault, OLD, randomness=randomness).close()


def test_opening_a_wallet_opens_all_and_raises_what_has_fallen_behind(
    home: Home, randomness: CountedRandomness
) -> None:
    wallet = open_wallet(home, OLD, randomness=randomness, least=HIGHER)
    assert isinstance(wallet.vault, Vault)
    assert wallet.vault_at_hand() is wallet.vault
    assert wallet.label == "经办"
    assert wallet.key.public_key == load_keystore(home.keystore).public_key
    assert costs(home) == (HIGHER, HIGHER)
    assert [kept.person for kept in wallet.vault.search("")] == [build_person(1)]
    wallet.vault.close()
    assert which_open(home) == [OLD]


def test_a_wallet_that_was_cut_off_opens_by_the_one_that_holds(
    after_the_vault: Home, randomness: CountedRandomness
) -> None:
    with pytest.raises(WrongPassphrase):
        open_wallet(after_the_vault, OLD, randomness=randomness, least=HIGHER)
    wallet = open_wallet(after_the_vault, NEW, randomness=randomness, least=HIGHER)
    assert isinstance(wallet.vault, Vault)
    wallet.vault.close()
    assert which_open(after_the_vault) == [NEW]


def test_a_passphrase_that_opens_the_keystore_only_opens_no_wallet(
    home: Home, cheap: Cost, randomness: CountedRandomness
) -> None:
    home.vault.unlink()
    with_person(home, cheap, NEW)
    with pytest.raises(WrongPassphrase):
        open_wallet(home, OLD, randomness=randomness, least=cheap)


def test_a_damaged_vault_does_not_keep_the_clerk_from_the_key(
    home: Home, cheap: Cost, randomness: CountedRandomness
) -> None:
    home.vault.write_bytes(b"damaged")
    wallet = open_wallet(home, OLD, randomness=randomness, least=cheap)
    with pytest.raises(VaultDamaged):
        wallet.vault_at_hand()
    assert wallet.key.public_key == load_keystore(home.keystore).public_key


def test_costs_that_cannot_be_raised_stay(
    home: Home, cheap: Cost, randomness: CountedRandomness, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_at(monkeypatch, keystore, "replace_file")
    raise_costs(home, OLD, randomness=randomness, least=HIGHER)
    assert costs(home) == (cheap, cheap)


def test_nothing_is_written_where_costs_are_high_enough(home: Home, cheap: Cost, randomness: CountedRandomness) -> None:
    before = home.keystore.read_bytes(), home.vault.read_bytes()
    wallet = open_wallet(home, OLD, randomness=randomness, least=cheap)
    assert isinstance(wallet.vault, Vault)
    wallet.vault.close()
    assert (home.keystore.read_bytes(), home.vault.read_bytes()) == before
