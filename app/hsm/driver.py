"""One PKCS#11 module, asked by one thread: what is plugged in, which keys are there, signatures.

Runs in the module's own process (`app.hsm.child`) and nowhere else: modules crash, hang and lie. Guarantees: tokens are told
apart by what they call themselves, never by their slot; a PIN is passed on once and kept nowhere; whatever goes wrong, an
error of `app.core.tokenerrors` comes out, and after a removal it is `TokenRemoved`, whatever the module calls that. Leaves to
others: checking signatures.

What modules do was seen with SoftHSM, OpenSC (PIV and OpenPGP cards), ykcs11 and tpm2-pkcs11.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from time import monotonic, sleep
from typing import Any, TypeVar

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, PKCS11Error, TokenFlag
from pkcs11 import exceptions as ckr
from pkcs11.constants import DEFAULT

from app.core.keys import P256_ORDER, Algorithm, PublicKey
from app.core.tokenerrors import (
    KeyNotOnToken,
    LoginRequired,
    ModuleUnusable,
    PinIncorrect,
    PinLength,
    PinLocked,
    TokenAmbiguous,
    TokenError,
    TokenRemoved,
    UnsupportedAlgorithm,
)
from app.core.tokens import PinState, Token, TokenKey, TokenName
from app.hsm.objects import ED25519_PARAMS, P256_PARAMS, asks_each_time, read_keys, shown
from app.hsm.reasons import NAMED, PERHAPS_GONE, STALE, UNREADABLE, pin_state, reason_of

T = TypeVar("T")
KEY_ID_BYTES = 16
NOTICE_SECONDS = 0.8
"""How long a token that was pulled may still be listed: pcscd looks every 0.4 s."""
NOTICE_STEP_SECONDS = 0.05
_SIGN = {Algorithm.ED25519: Mechanism.EDDSA, Algorithm.P256: Mechanism.ECDSA}
_MAKE = {Algorithm.ED25519: Mechanism.EC_EDWARDS_KEY_PAIR_GEN, Algorithm.P256: Mechanism.EC_KEY_PAIR_GEN}
_KINDS = {Algorithm.ED25519: KeyType.EC_EDWARDS, Algorithm.P256: KeyType.EC}
_PARAMS = {Algorithm.ED25519: ED25519_PARAMS, Algorithm.P256: P256_PARAMS}
_NEEDS_REINITIALIZING = "SoftHSM"
"""Manufacturer of a module that sees new tokens only when it is started anew, which ends every session."""


@dataclass(frozen=True, slots=True)
class _Private:
    """A private key of an open session."""

    handle: Any
    asks_each_time: bool
    """Whether it wants the PIN for each signature (CKA_ALWAYS_AUTHENTICATE)."""


class Driver:
    """A loaded module."""

    def __init__(self, path: str) -> None:
        """Load it.

        Raises:
            ModuleUnusable: it cannot be loaded, or is no PKCS#11 module.
        """
        try:
            self._library: Any = pkcs11.lib(path)
        except (PKCS11Error, RuntimeError, OSError) as error:
            raise ModuleUnusable(path=path, reason=reason_of(error)) from error
        self._path = path
        self._places: dict[TokenName, list[Any]] = {}
        self._sessions: dict[TokenName, Any] = {}
        self._privates: dict[tuple[TokenName, PublicKey], _Private] = {}
        self._is_doubtful = False  # a call failed, and why is not known: a module may have lost its device for good

    # ---- what is there -------------------------------------------------------------------------------------------
    def scan(self) -> tuple[Token, ...]:
        """Every token that is plugged in now, in order of their names. Sessions on those that are gone are dropped.

        Raises:
            TokenError: the module cannot even list its slots.
        """
        self._start_anew_if_needed()
        try:
            slots = self._library.get_slots(False)
        except PKCS11Error as error:
            if self._sessions or not self._is_doubtful:
                raise TokenError(reason=reason_of(error)) from error
            slots = []  # it could not be started anew: its device is away
        self._places = {}
        found: dict[TokenName, Token] = {}
        for slot in slots:  # one by one: a token that vanishes meanwhile must not hide the others
            with suppress(PKCS11Error, *UNREADABLE):
                token = slot.get_token()
                if token.flags & TokenFlag.TOKEN_INITIALIZED:
                    name = self._name(token)
                    self._places.setdefault(name, []).append(token)
                    found[name] = self._token(name, token)
        for name in [name for name in self._sessions if name not in found]:
            self._drop(name)
        return tuple(replace(found[name], places=len(self._places[name])) for name in sorted(found))

    def keys(self, name: TokenName) -> tuple[TokenKey, ...]:
        """The key pairs that can be seen on a token: all, if it is logged in; else what it shows without a PIN.

        Raises:
            TokenRemoved: it is not there.
            TokenError: it cannot be read.
        """
        return self._asked(name, lambda: self._keys_in(name))

    # ---- the PIN -------------------------------------------------------------------------------------------------
    def login(self, name: TokenName, pin: str) -> None:
        """Let its keys sign until `logout`, removal, or the end of this process. Logged in already: nothing is done. The PIN
        is passed over where the token asks for none, or has it typed at the device.

        Raises:
            PinIncorrect, PinLength, PinLocked: as they say; `left` is "few" or "one" where the token says that.
            TokenRemoved, TokenBusy, TokenAmbiguous, TokenError: it could not be asked.
        """
        if name not in self._sessions:
            self._asked(name, lambda: self._login(name, pin))

    def logout(self, name: TokenName) -> None:
        """Let its keys sign no more."""
        self._drop(name)

    # ---- what it does --------------------------------------------------------------------------------------------
    def sign(self, name: TokenName, key: PublicKey, data: bytes, pin: str) -> bytes:
        """Raw signature (64 bytes) over `data`: with P-256 over the 32-byte digest that it is, with Ed25519 over any message.

        `pin` is for keys that want it for each signature, and empty for others.

        Raises:
            LoginRequired: log in first; with `each`: give the PIN with this very signature.
            KeyNotOnToken: there is no such key.
            PinIncorrect, PinLocked: of `pin`.
            TokenRemoved, TokenBusy, TokenError: it could not be asked.
        """
        signature: bytes = self._asked(name, lambda: self._sign(name, key, data, pin))
        self._is_doubtful = False
        return signature if key.algorithm is Algorithm.ED25519 else _lower(signature)

    def generate(self, name: TokenName, algorithm: Algorithm, label: str) -> TokenKey:
        """A new key pair that never leaves the token.

        Raises:
            UnsupportedAlgorithm: the token makes no such keys.
            LoginRequired, TokenRemoved, TokenBusy, TokenError: as of `sign`.
        """
        return self._asked(name, lambda: self._generate(name, algorithm, label))

    def close(self) -> None:
        """Log out everywhere."""
        for name in list(self._sessions):
            self._drop(name)

    # ---- inside --------------------------------------------------------------------------------------------------
    def _start_anew_if_needed(self) -> None:
        """Unless that would end a session. tpm2-pkcs11 goes on listing a TPM that it lost, and finds it only so."""
        is_needed = self._is_doubtful or self._library.manufacturer_id.startswith(_NEEDS_REINITIALIZING)
        if is_needed and not self._sessions:
            with suppress(PKCS11Error):
                self._library.reinitialize()
                self._is_doubtful = False

    def _name(self, token: Any) -> TokenName:
        serial = token.serial.decode("ascii", "replace") if isinstance(token.serial, bytes) else str(token.serial)
        parts = (token.manufacturer_id, token.model, serial, token.label)
        return TokenName(self._path, *(shown(part) for part in parts))

    def _token(self, name: TokenName, token: Any) -> Token:
        mechanisms = set(token.slot.get_mechanisms())
        return Token(
            name=name,
            pin=pin_state(token.flags, is_logged_in=name in self._sessions),
            asks_pin=bool(token.flags & TokenFlag.LOGIN_REQUIRED),
            has_keypad=bool(token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH),
            is_logged_in=name in self._sessions,
            signs=tuple(each for each in Algorithm if _SIGN[each] in mechanisms),
            makes=tuple(each for each in Algorithm if _MAKE[each] in mechanisms),
            places=1,
        )

    def _asked(self, name: TokenName, work: Callable[[], T]) -> T:
        """Do it, and call what goes wrong by one name."""
        if name not in self._places:
            self.scan()
        try:
            return work()
        except PKCS11Error as error:
            raise self._error(name, error) from error
        except UNREADABLE as error:
            raise TokenError(token=str(name), reason=reason_of(error)) from error

    def _error(self, name: TokenName, error: PKCS11Error) -> TokenError:
        """After a removal each module answers differently, so it is looked whether the token is there at all."""
        for kind, made in NAMED.items():
            if isinstance(error, kind):
                return made(token=str(name), **self._left(name, made))
        if isinstance(error, PERHAPS_GONE):
            if self._is_doubtful:  # twice: the session ends, so that the module can be started anew
                self._drop(name)
            self._is_doubtful = True
        if self._is_gone(name, NOTICE_SECONDS if isinstance(error, PERHAPS_GONE) else 0.0):
            self._drop(name)
            return TokenRemoved(token=str(name))
        if isinstance(error, STALE):
            self._drop(name)
            return LoginRequired(token=str(name))
        return TokenError(token=str(name), reason=reason_of(error))

    def _is_gone(self, name: TokenName, seconds: float) -> bool:
        """Whether a token vanishes so soon."""
        until = monotonic() + seconds
        while self._is_there(name):
            if monotonic() >= until:
                return False
            sleep(NOTICE_STEP_SECONDS)
        return True

    def _is_there(self, name: TokenName) -> bool:
        with suppress(TokenError):
            return any(token.name == name for token in self.scan())
        return False

    def _left(self, name: TokenName, made: type[TokenError]) -> dict[str, str]:
        """How many tries remain, if the token says anything of it."""
        if made is not PinIncorrect:
            return {}
        with suppress(TokenError):
            state = next((token.pin for token in self.scan() if token.name == name), PinState.FINE)
            if state is PinState.FINAL:
                return {"left": "one"}
            if state is PinState.LOW:
                return {"left": "few"}
        return {}

    def _places_of(self, name: TokenName) -> Sequence[Any]:
        places = self._places.get(name, [])
        if not places:
            raise TokenRemoved(token=str(name))
        return places

    @contextmanager
    def _session(self, name: TokenName, place: Any) -> Iterator[Any]:
        """The open session of a token that is logged in, or one for reading."""
        if name in self._sessions:
            yield self._sessions[name]
            return
        session = place.open()
        try:
            yield session
        finally:
            with suppress(PKCS11Error):
                session.close()

    def _keys_in(self, name: TokenName) -> tuple[TokenKey, ...]:
        keys: set[TokenKey] = set()
        for place in self._places_of(name):
            with self._session(name, place) as session:
                keys.update(read_keys(name, session))
            if name in self._sessions:
                break
        return tuple(sorted(keys))

    def _one_place(self, name: TokenName) -> Any:
        """Where to log in: the only place, or all of them if they show the same keys (one token in two slots).

        Raises:
            TokenAmbiguous: two tokens call themselves the same. A PIN must not go to the wrong one.
        """
        places = self._places_of(name)
        if len(places) > 1:
            seen = set()
            for place in places:
                with self._session(name, place) as session:
                    seen.add(read_keys(name, session))
            if len(seen) > 1 or seen == {()}:
                raise TokenAmbiguous(token=str(name), places=len(places))
        return places[0]

    def _login(self, name: TokenName, pin: str) -> None:
        place = self._one_place(name)
        if pin_state(place.flags) is PinState.LOCKED:
            raise PinLocked(token=str(name))
        given: Any = pin
        if not place.flags & TokenFlag.LOGIN_REQUIRED:
            given = None
        elif place.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH:
            given = pkcs11.PROTECTED_AUTH
        elif not pin:
            raise PinLength(token=str(name), expected="at least 1 character")
        try:
            session = _opened(place, given)
        except ckr.UserAlreadyLoggedIn:  # by a session that could not be closed; this PIN has not been looked at
            session = _opened(self._place_anew(name), given)
        self._sessions[name] = session

    def _place_anew(self, name: TokenName) -> Any:
        """Its place after the module was started anew, which logs out of every token."""
        self.close()
        self._library.reinitialize()
        self.scan()
        return self._one_place(name)

    def _sign(self, name: TokenName, key: PublicKey, data: bytes, pin: str) -> bytes:
        session = self._sessions.get(name)
        if session is None:
            self._places_of(name)
            raise LoginRequired(token=str(name))
        if (name, key) not in self._privates:
            self._privates[name, key] = self._find_private(name, session, key)
        private = self._privates[name, key]
        if private.asks_each_time and not pin:
            raise LoginRequired(token=str(name), each="yes")
        more = {"pin": pin} if private.asks_each_time else {}
        try:
            signature: bytes = private.handle.sign(data, mechanism=_SIGN[key.algorithm], **more)
        except (ckr.PinIncorrect, ckr.PinLenRange, ckr.PinLocked):  # the session is half logged out, and half signing
            self._drop(name)
            raise
        return signature

    def _find_private(self, name: TokenName, session: Any, key: PublicKey) -> "_Private":
        """The private half: what has the id of the public one.

        Raises:
            KeyNotOnToken: there is none.
        """
        for pair in read_keys(name, session):
            if pair.public_key == key:
                wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.ID: pair.id}
                for private in list(session.get_objects(wanted)):
                    is_fit = private.key_type in (_KINDS[key.algorithm], KeyType.EC)
                    if is_fit and isinstance(private, pkcs11.SignMixin):  # others only decrypt
                        return _Private(private, asks_each_time(private))
        raise KeyNotOnToken(token=str(name), key=key.data.hex())

    def _generate(self, name: TokenName, algorithm: Algorithm, label: str) -> TokenKey:
        session = self._sessions.get(name)
        place = self._places_of(name)[0]
        if session is None:
            raise LoginRequired(token=str(name))
        if _MAKE[algorithm] not in set(place.slot.get_mechanisms()):
            raise UnsupportedAlgorithm(token=str(name), algorithm=algorithm.name)
        key_id = session.generate_random(8 * KEY_ID_BYTES)
        domain = session.create_domain_parameters(
            _KINDS[algorithm], {Attribute.EC_PARAMS: _PARAMS[algorithm]}, local=True
        )
        domain.generate_keypair(
            id=key_id,
            label=label,
            store=True,
            mechanism=_MAKE[algorithm],
            public_template={Attribute.ENCRYPT: DEFAULT},  # a TPM refuses a signing key that says it does not encrypt
            private_template={
                Attribute.SENSITIVE: True,
                Attribute.EXTRACTABLE: False,
                Attribute.DECRYPT: DEFAULT,
            },
        )
        made = next((pair for pair in read_keys(name, session) if pair.id == key_id), None)
        if made is None:
            raise TokenError(token=str(name), reason="the new key cannot be found")
        return made

    def _drop(self, name: TokenName) -> None:
        session = self._sessions.pop(name, None)
        self._privates = {place: private for place, private in self._privates.items() if place[0] != name}
        if session is not None:
            with suppress(PKCS11Error):
                session.close()


def _opened(place: Any, pin: Any) -> Any:
    try:
        return place.open(rw=not place.flags & TokenFlag.WRITE_PROTECTED, user_pin=pin)
    except ckr.UserNotLoggedIn as error:  # so OpenSC calls it when an OpenPGP card refuses the PIN
        raise ckr.PinIncorrect from error


# ---- small things --------------------------------------------------------------------------------------------------------
def _lower(signature: bytes) -> bytes:
    """With s in the lower half of the order, as the chain asks; tokens give either."""
    s = int.from_bytes(signature[32:], "big")
    return signature[:32] + min(s, P256_ORDER - s).to_bytes(32, "big") if 0 < s < P256_ORDER else signature
