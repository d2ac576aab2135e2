"""What the errors of PKCS#11 modules mean."""

from pkcs11 import PKCS11Error
from pkcs11 import exceptions as ckr

from app.core.tokenerrors import PinIncorrect, PinLength, PinLocked, TokenBusy, TokenError, UnsupportedAlgorithm

UNREADABLE = (ValueError, TypeError, LookupError, NotImplementedError)
"""What the library for modules raises over numbers and texts that it does not know."""
STALE = (
    ckr.SessionHandleInvalid,
    ckr.SessionClosed,
    ckr.UserNotLoggedIn,
    ckr.ObjectHandleInvalid,
    ckr.KeyHandleInvalid,
)
PERHAPS_GONE = (
    ckr.GeneralError,
    ckr.FunctionFailed,
    ckr.DeviceError,
    ckr.DeviceRemoved,
    ckr.TokenNotPresent,
    ckr.TokenNotRecognised,
)
"""What a module says of a token that was pulled, before it notices."""
NAMED: dict[type[PKCS11Error], type[TokenError]] = {
    ckr.PinIncorrect: PinIncorrect,
    ckr.PinInvalid: PinIncorrect,
    ckr.PinLenRange: PinLength,
    ckr.PinLocked: PinLocked,
    ckr.SessionCount: TokenBusy,
    ckr.OperationActive: TokenBusy,
    ckr.MechanismInvalid: UnsupportedAlgorithm,
    ckr.FunctionNotSupported: UnsupportedAlgorithm,
    ckr.DomainParamsInvalid: UnsupportedAlgorithm,
}


def reason_of(error: BaseException) -> str:
    """A module's own word for what went wrong."""
    return type(error).__name__ if isinstance(error, PKCS11Error) else str(error)[:200]
