"""The one passphrase of a home, which opens the keystore and the identity vault (white paper 3.4.1 密钥管理).

Two files cannot be changed in one step, so the keystore under the new passphrase is written beside the old one first
(`keystore.new`), then the vault is changed in one transaction, then the new keystore takes the old one's place. Guarantees:
after a kill or a power cut at any point exactly one of the two passphrases opens both, and `settle` finishes or drops what
was begun, whichever it finds. Of several programs that do it at once each finds the home as the one before left it.

Leaves to others: copies of the files that lie elsewhere still open with the passphrase they had. Who holds the vault open in
another process must open it anew.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import LuopuError, StoreError, StoreFailed
from app.core.home import Home
from app.core.ports import Randomness
from app.core.walleterrors import DerivationFailed, KeystoreDamaged, NoKeystore, WrongPassphrase
from app.wallet import keystore
from app.wallet.disk import move_over, replace_file, write_bytes
from app.wallet.keystore import MODERATE, Cost, LockedKeystore, check_passphrase, load_keystore
from app.wallet.softkey import UnlockedKey
from app.wallet.sqlite_file import SqliteFile
from app.wallet.turns import taking_turns
from app.wallet.vault import Vault
from app.wallet.vault_file import VAULT, read_head
from app.wallet.vault_seal import open_keys


@dataclass(frozen=True, slots=True)
class Wallet:
    """What a passphrase opened."""

    key: UnlockedKey
    label: str
    vault: Vault | LuopuError
    """The vault, or why it cannot be used: a clerk whose vault is damaged still has the key."""

    def vault_at_hand(self) -> Vault:
        """The vault.

        Raises:
            LuopuError: why it cannot be used.
        """
        if isinstance(self.vault, LuopuError):
            raise self.vault
        return self.vault


def alone_with(home: Home) -> AbstractContextManager[None]:
    """Nobody else changes or settles the passphrase of a home meanwhile. Errors as of `taking_turns`."""
    return taking_turns(home.wallet / ".passphrases.lock")


def pending_keystore(home: Home) -> Path:
    """Where the keystore stands under the new passphrase while that is being changed."""
    return home.keystore.with_name(f"{home.keystore.name}.new")


# ---- opening ---------------------------------------------------------------------------------------------------------
def open_wallet(home: Home, passphrase: str, *, randomness: Randomness, least: Cost = MODERATE) -> Wallet:
    """Open all that the passphrase opens, make the vault where there is none, and raise costs that have fallen behind.

    Raises:
        WrongPassphrase: it does not open the keystore, or the keystore only.
        NoKeystore, FileUnreadable, KeystoreDamaged, DerivationFailed: as of `open_key`.
        StoreError: what was begun cannot be settled.
    """
    key = open_key(home, passphrase)
    try:
        vault = _vault_or_fault(home, passphrase, randomness)
        opened = vault if isinstance(vault, Vault) else None
        raise_costs(home, passphrase, randomness=randomness, opened=opened, least=least)
        return Wallet(key, load_keystore(home.keystore).label, vault)
    except BaseException:
        key.lock()
        raise


def _vault_or_fault(home: Home, passphrase: str, randomness: Randomness) -> Vault | LuopuError:
    try:
        return open_vault(home, passphrase, randomness=randomness)
    except WrongPassphrase:
        raise
    except LuopuError as error:
        return error


def open_key(home: Home, passphrase: str) -> UnlockedKey:
    """The keystore's key, after what was begun is settled.

    Raises:
        WrongPassphrase, KeystoreDamaged, DerivationFailed: as of `LockedKeystore.unlock`.
        NoKeystore, FileUnreadable: as of `load_keystore`.
        StoreError: as of `settle`.
    """
    settle(home, passphrase)
    return load_keystore(home.keystore).unlock(passphrase)


def open_vault(home: Home, passphrase: str, *, randomness: Randomness) -> Vault:
    """The vault, after what was begun is settled; made where there is none, under the passphrase of the keystore.

    Raises:
        WrongPassphrase: it does not open the vault, or of a new one the keystore.
        StoreError, DerivationFailed: as of `Vault.open` and `Vault.create`.
    """
    settle(home, passphrase)
    if home.vault.exists():
        return Vault.open(home.vault, passphrase, randomness=randomness)
    with alone_with(home):  # nobody changes the keystore's passphrase between the look and the new vault
        if home.keystore.exists():
            load_keystore(home.keystore).unlock(passphrase).lock()
        return Vault.open_or_create(home.vault, passphrase, randomness=randomness)


def raise_costs(
    home: Home, passphrase: str, *, randomness: Randomness, opened: Vault | None = None, least: Cost = MODERATE
) -> None:
    """Seal anew what a guess at the passphrase costs less than `least`. Where that fails, it stands as it did.

    `opened` is the vault, where this process has it open: it stays open.

    Raises:
        WrongPassphrase: the passphrase was changed meanwhile.
    """
    with suppress(StoreError, DerivationFailed, KeystoreDamaged, NoKeystore), alone_with(home):
        keystore.raise_cost(home.keystore, passphrase, randomness=randomness, least=least)
        if opened is not None:
            opened.raise_cost(passphrase, least=least)


# ---- changing --------------------------------------------------------------------------------------------------------
def change_passphrases(
    home: Home, old: str, new: str, *, randomness: Randomness, opened: Vault | None = None, cost: Cost = MODERATE
) -> None:
    """Put keystore and vault under another passphrase, at no lower cost than before; on the disk when this returns.

    `opened` is the vault, where this process has it open: it stays open.

    Raises:
        WeakPassphrase: the new one has fewer than 8 characters.
        WrongPassphrase: the old one does not open both.
        NoKeystore: there is neither.
        FileUnreadable, KeystoreDamaged, VaultDamaged, DerivationFailed: one of them; the old one still opens both.
        StoreInUse: another program does the same, or holds the vault; the old one still opens both.
        StoreFailed: the disk refused; one of the two opens both, which one shows when it is typed.
    """
    check_passphrase(new)
    with alone_with(home):
        _settle(home, old)
        if not home.vault.exists():
            keystore.change_passphrase(home.keystore, old, new, randomness=randomness, cost=cost)
            return
        with _vault_of(home, old, opened, randomness) as vault:
            if not home.keystore.exists():  # all keys are on tokens
                vault.change_passphrase(old, new, cost=cost)
                return
            locked = load_keystore(home.keystore)
            content = locked.sealed_again(old, new, locked.cost.or_higher(cost), randomness)
            pending = pending_keystore(home)
            replace_file(pending, write_bytes(content))
            _change_vault(vault, old, new, cost, pending)
            move_over(pending, home.keystore)


def _change_vault(vault: Vault, old: str, new: str, cost: Cost, pending: Path) -> None:
    try:
        vault.change_passphrase(old, new, cost=cost)
    except StoreFailed:
        raise  # it may have been changed all the same: `settle` will see
    except LuopuError:
        pending.unlink(missing_ok=True)
        raise


@contextmanager
def _vault_of(home: Home, passphrase: str, opened: Vault | None, randomness: Randomness) -> Iterator[Vault]:
    if opened is not None:
        yield opened
        return
    with closing(Vault.open(home.vault, passphrase, randomness=randomness)) as vault:
        yield vault


# ---- settling --------------------------------------------------------------------------------------------------------
def settle(home: Home, passphrase: str) -> None:
    """Finish or drop a change of the passphrase that was cut off, whichever leaves a home that `passphrase` opens whole.

    Looks at one name where nothing was cut off; else it takes the Argon2id cost up to three times.

    Raises:
        WrongPassphrase: it opens a half at most. Nothing was changed.
        KeystoreDamaged, VaultDamaged, FileUnreadable, DerivationFailed, StoreError: nothing was changed.
    """
    if pending_keystore(home).exists():
        with alone_with(home):
            _settle(home, passphrase)


def _settle(home: Home, passphrase: str) -> None:
    pending = pending_keystore(home)
    if not pending.exists():
        return
    if not _opens_vault(home.vault, passphrase):
        raise WrongPassphrase
    standing = _keystore_or_fault(home.keystore)
    if isinstance(standing, LockedKeystore) and _opens(standing, passphrase):
        pending.unlink(missing_ok=True)
        return
    coming = _keystore_or_fault(pending)
    if isinstance(coming, LockedKeystore) and _is_same_key(standing, coming) and _opens(coming, passphrase):
        move_over(pending, home.keystore)
        return
    raise WrongPassphrase if isinstance(standing, LockedKeystore) else standing


def _opens(locked: LockedKeystore, passphrase: str) -> bool:
    try:
        locked.unlock(passphrase).lock()
    except WrongPassphrase:
        return False
    return True


def _opens_vault(path: Path, passphrase: str) -> bool:
    if not path.exists():
        return True
    with closing(SqliteFile(path, VAULT)) as file:
        try:
            open_keys(read_head(file), passphrase).wipe()
        except WrongPassphrase:
            return False
    return True


def _keystore_or_fault(path: Path) -> LockedKeystore | LuopuError:
    try:
        return load_keystore(path)
    except (NoKeystore, KeystoreDamaged) as error:
        return error


def _is_same_key(standing: LockedKeystore | LuopuError, coming: LockedKeystore) -> bool:
    """Of a keystore that was damaged nobody can tell; what comes was written by its owner then."""
    return not isinstance(standing, LockedKeystore) or standing.public_key == coming.public_key
