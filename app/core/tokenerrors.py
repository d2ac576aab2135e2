"""What goes wrong with USB tokens and with the modules through which they are reached (PKCS#11). A part of the tree of
`app.core.errors`: codes and facts there, sentences in `app.core.messages`.
"""

from app.core.walleterrors import WalletError


class TokenError(WalletError):
    """A token, or the module through which it is reached, refused; `reason` is the module's own word (CKR_…)."""

    code = "token"


class ModuleUnusable(TokenError):
    """A file that is no PKCS#11 module, or one that does not start."""

    code = "module-unusable"


class ModuleNotTrusted(TokenError):
    """Others than the administrator could have put something else in the module's place."""

    code = "module-not-trusted"


class ModuleChanged(TokenError):
    """The module's file is not the one that was accepted."""

    code = "module-changed"


class ModuleCrashed(TokenError):
    """The module took its process down."""

    code = "module-crashed"


class ModuleHangs(TokenError):
    """The module did not answer in time; its process was ended."""

    code = "module-hangs"


class TokenRemoved(TokenError):
    """The token is not there (any more)."""

    code = "token-removed"


class TokenAmbiguous(TokenError):
    """Several tokens have one name, and nothing says which is meant."""

    code = "token-ambiguous"


class PinIncorrect(TokenError):
    """The token did not accept the PIN."""

    code = "pin-incorrect"


class PinLocked(TokenError):
    """Too many wrong PINs."""

    code = "pin-locked"


class PinLength(TokenError):
    """A PIN of this length cannot be right, so the token was not asked."""

    code = "pin-length"


class LoginRequired(TokenError):
    """The token signs only after its PIN was entered."""

    code = "login-required"


class KeyNotOnToken(TokenError):
    """The token holds no such key."""

    code = "key-not-on-token"


class UnsupportedAlgorithm(TokenError):
    """The token cannot do this."""

    code = "unsupported-algorithm"


class TokenBusy(TokenError):
    """Another program uses the token, or it has no room for one more."""

    code = "token-busy"
