"""What goes wrong with keys, consent and what a wallet keeps. A part of the tree of `app.core.errors`: codes and facts there,
sentences in `app.core.messages`.
"""

from app.core.errors import LuopuError, StoreDamaged


class WalletError(LuopuError):
    """Keys and consent."""

    code = "wallet"


class WrongPassphrase(WalletError):
    """The passphrase does not open the keystore."""

    code = "wrong-passphrase"


class KeystoreDamaged(WalletError):
    """The keystore file is not one, or is cut short."""

    code = "keystore-damaged"


class KeystoreExists(WalletError):
    """There is a keystore already; it is never overwritten."""

    code = "keystore-exists"


class NoKeystore(WalletError):
    """There is no keystore yet."""

    code = "no-keystore"


class WeakPassphrase(WalletError):
    """Too short."""

    code = "weak-passphrase"


class NoVault(WalletError):
    """There is no identity vault yet."""

    code = "no-vault"


class VaultExists(WalletError):
    """There is an identity vault already; it is never overwritten."""

    code = "vault-exists"


class VaultDamaged(StoreDamaged):
    """The identity vault is not one, or something in it was altered."""

    code = "vault-damaged"


class NoPaper(WalletError):
    """No sealed copy of a paper is kept here."""

    code = "no-paper"


class NoContact(WalletError):
    """This desk has no contact for the account."""

    code = "no-contact"


class OutcomeUnknown(WalletError):
    """A replacement was asked for while the first transaction may still land."""

    code = "outcome-unknown"


class NotWhatWasShown(WalletError):
    """The bytes to be signed or kept are not those that were shown."""

    code = "not-what-was-shown"


class KeyLocked(WalletError):
    """The key has been locked; the passphrase is needed again."""

    code = "key-locked"


class SignerMisbehaved(WalletError):
    """A key or token returned something that is not its signature over what was shown."""

    code = "signer-misbehaved"


class DerivationFailed(WalletError):
    """The key could not be derived from the passphrase: too little memory."""

    code = "derivation-failed"


class BackupDamaged(WalletError):
    """A backup that is not one, is cut short, was altered, or holds what no backup holds. Nothing of it was restored."""

    code = "backup-damaged"


class WrongBackupPassphrase(WrongPassphrase):
    """The passphrase is not the one that the backup was made with."""

    code = "wrong-backup-passphrase"


class BadTransition(WalletError):
    """The outbox entry is not in a state from which this may happen. Nothing was changed."""

    code = "bad-transition"


class ApprovalLogAltered(WalletError):
    """A line of the log of approvals does not follow the one before it."""

    code = "approval-log-altered"
