"""What the errors and flags of PKCS#11 modules mean."""

from pkcs11 import PKCS11Error, TokenFlag
from pkcs11 import exceptions as ckr

from app.core.tokenerrors import PinIncorrect, PinLength, PinLocked, TokenBusy, TokenError, UnsupportedAlgorithm
from app.core.tokens import PinState

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


def pin_state(flags: int, *, is_logged_in: bool = False) -> PinState:
    """What the flags say. OpenSC keeps those of wrong PINs up after the right one, until the logout."""
    if flags & TokenFlag.USER_PIN_LOCKED:
        return PinState.LOCKED
    if is_logged_in:
        return PinState.FINE
    if flags & TokenFlag.USER_PIN_FINAL_TRY:
        return PinState.FINAL
    if flags & TokenFlag.USER_PIN_COUNT_LOW:
        return PinState.LOW
    if flags & TokenFlag.LOGIN_REQUIRED and not flags & TokenFlag.USER_PIN_INITIALIZED:
        return PinState.UNSET
    return PinState.FINE
