"""What modules answer that SoftHSM does not: played by a library of the test's own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, TokenFlag
from pkcs11 import exceptions as ckr

import app.hsm.driver
from app.core.keys import P256_ORDER, Algorithm, PublicKey, is_signed_by
from app.core.tokenerrors import (
    KeyNotOnToken,
    LoginRequired,
    ModuleUnusable,
    PinIncorrect,
    PinLength,
    PinLocked,
    TokenAmbiguous,
    TokenBusy,
    TokenError,
    TokenRemoved,
    UnsupportedAlgorithm,
)
from app.core.tokens import PinState, TokenName
from app.hsm.driver import Driver
from app.hsm.objects import ED25519_NAMED, ED25519_PARAMS, P256_PARAMS, shown

READY = TokenFlag.TOKEN_INITIALIZED | TokenFlag.LOGIN_REQUIRED | TokenFlag.USER_PIN_INITIALIZED
EDWARDS = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
POINT = ec.derive_private_key(7, ec.SECP256R1())
ED25519_KEY = PublicKey(Algorithm.ED25519, EDWARDS.public_key().public_bytes_raw())
P256_KEY = PublicKey(Algorithm.P256, POINT.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint))
WHOLE_POINT = POINT.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
SIGNED = bytes(31) + b"\1" + bytes(31) + b"\1"
SUBJECT = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Clerk")])


def _certificate(key: Any, signer: Any = POINT) -> bytes:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(SUBJECT).issuer_name(SUBJECT).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(start).not_valid_after(start + timedelta(days=1))
    return builder.sign(signer, SHA256()).public_bytes(Encoding.DER)


class Object:
    """What lies on a token. An attribute that is an error raises it; one that is not there is of no known type."""

    def __init__(self, attributes: Mapping[Attribute, object]) -> None:
        self.attributes = attributes

    def __getitem__(self, name: Attribute) -> object:
        value = self.attributes.get(name, ckr.AttributeTypeInvalid())
        if isinstance(value, Exception):
            raise value
        return value

    @property
    def label(self) -> object:
        return self[Attribute.LABEL]

    @property
    def key_type(self) -> object:
        return self[Attribute.KEY_TYPE]


class Private(Object, pkcs11.SignMixin):
    """A private key, which signs with what the test gives it."""

    def sign(self, data: bytes, mechanism: Mechanism, **more: str) -> bytes:
        return self.attributes["sign"](data, mechanism, **more)


class Session:
    """An open one."""

    def __init__(self, token: "Slot") -> None:
        self.token, self.is_open = token, True

    def get_objects(self, template: Mapping[Attribute, object]) -> Iterator[Object]:
        self.token.check("get_objects")
        for each in self.token.objects:
            if all(each.attributes.get(name) == value for name, value in template.items()):
                yield each

    def close(self) -> None:
        self.is_open = False
        self.token.check("close")


class Slot:
    """A slot and its token in one."""

    def __init__(self, *objects: Object, label: str = "A", flags: TokenFlag = READY, serial: object = b"1") -> None:
        self.objects, self.label, self.flags, self.serial = objects, label, flags, serial
        self.manufacturer_id, self.model, self.slot = "Maker", "Model", self
        self.mechanisms: set[Mechanism | int] = {Mechanism.EDDSA, Mechanism.ECDSA, 0x80000001}
        self.faults: dict[str, Exception] = {}
        self.pins: list[object] = []
        self.sessions: list[Session] = []

    def check(self, what: str) -> None:
        if what in self.faults:
            raise self.faults[what]

    def get_token(self) -> "Slot":
        self.check("get_token")
        return self

    def get_mechanisms(self) -> set[Mechanism | int]:
        self.check("get_mechanisms")
        return self.mechanisms

    def open(self, rw: bool = False, user_pin: object = None) -> Session:
        self.pins.append(user_pin)
        self.check("open" if user_pin is None else "login")
        self.sessions.append(Session(self))
        return self.sessions[-1]


class Library:
    """A loaded module."""

    manufacturer_id = "Maker"

    def __init__(self, *slots: Slot) -> None:
        self.slots: Sequence[Slot] = slots
        self.fault: Exception | None = None
        self.restarts = 0

    def get_slots(self, token_present: bool) -> Sequence[Slot]:
        if self.fault is not None:
            raise self.fault
        return self.slots

    def reinitialize(self) -> None:
        self.restarts += 1


@pytest.fixture
def plug(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A driver of such a library, in which these slots are."""

    def plugged(*slots: Slot) -> tuple[Driver, Library]:
        library = Library(*slots)
        monkeypatch.setattr(pkcs11, "lib", lambda path: library)
        monkeypatch.setattr(app.hsm.driver, "NOTICE_SECONDS", 0.0)
        return Driver("/m.so"), library

    return plugged


def _public(params: bytes, point: bytes, key_id: bytes = b"1", label: object = "k") -> Object:
    return Object(
        {
            Attribute.CLASS: ObjectClass.PUBLIC_KEY,
            Attribute.ID: key_id,
            Attribute.EC_PARAMS: params,
            Attribute.EC_POINT: point,
            Attribute.LABEL: label,
        }
    )


def _on_token(certificate: object, key_id: object = b"1") -> Object:
    return Object({Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.ID: key_id, Attribute.VALUE: certificate})


def _private(sign: Any, kind: KeyType = KeyType.EC, **more: object) -> Private:
    found: dict[Any, object] = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.ID: b"1", Attribute.KEY_TYPE: kind}
    return Private({**found, "sign": sign, **{Attribute[name]: value for name, value in more.items()}})


def _refuses(error: Exception) -> Any:
    def sign(data: bytes, mechanism: Mechanism, **more: str) -> bytes:
        raise error

    return sign


PUBLIC = _public(P256_PARAMS, WHOLE_POINT)


# ---- names and states --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "visible"),
    [
        (" A \x00", "A"),
        ("a\x1b[31mb\n", "a[31mb"),
        (None, ""),
        ("x" * 99, "x" * 64),
        ("令牌\u202e", "令牌"),
        ("�", "�"),
    ],
)
def test_names_are_what_can_be_seen_of_them(said: str | None, visible: str) -> None:
    assert shown(said) == visible


@pytest.mark.parametrize("serial", [b"1234", "1234", b"\xff12", b""])
def test_serial_numbers_of_any_kind_are_text(plug: Any, serial: object) -> None:
    driver, _ = plug(Slot(serial=serial))
    (token,) = driver.scan()
    assert isinstance(token.name.serial, str)


@pytest.mark.parametrize(
    ("flags", "state"),
    [
        (READY, PinState.FINE),
        (READY | TokenFlag.USER_PIN_COUNT_LOW, PinState.LOW),
        (READY | TokenFlag.USER_PIN_COUNT_LOW | TokenFlag.USER_PIN_FINAL_TRY, PinState.FINAL),
        (READY | TokenFlag.USER_PIN_FINAL_TRY | TokenFlag.USER_PIN_LOCKED, PinState.LOCKED),
        (TokenFlag.TOKEN_INITIALIZED | TokenFlag.LOGIN_REQUIRED, PinState.UNSET),
        (TokenFlag.TOKEN_INITIALIZED, PinState.FINE),
    ],
)
def test_the_pin_is_in_the_worst_state_that_the_token_tells(plug: Any, flags: TokenFlag, state: PinState) -> None:
    driver, _ = plug(Slot(flags=flags))
    assert [token.pin for token in driver.scan()] == [state]


def test_a_token_that_was_never_set_up_is_not_shown(plug: Any) -> None:
    assert plug(Slot(flags=TokenFlag.LOGIN_REQUIRED))[0].scan() == ()


@pytest.mark.parametrize("error", [ckr.TokenNotPresent(), ckr.DeviceError(), ValueError("of an enumeration")])
@pytest.mark.parametrize("where", ["get_token", "get_mechanisms"])
def test_a_slot_that_fails_while_it_is_listed_hides_no_other(plug: Any, where: str, error: Exception) -> None:
    bad, good = Slot(label="bad"), Slot(label="good")
    bad.faults[where] = error
    driver, _ = plug(bad, good)
    assert [token.name.label for token in driver.scan()] == ["good"]


def test_a_list_that_cannot_be_had_is_an_error_of_the_token(plug: Any) -> None:
    driver, library = plug(Slot())
    library.fault = ckr.GeneralError()
    with pytest.raises(TokenError) as caught:
        driver.scan()
    assert caught.value.facts["reason"] == "GeneralError"


@pytest.mark.parametrize("error", [RuntimeError("no such function"), OSError("cannot open"), ckr.GeneralError()])
def test_a_library_that_cannot_be_loaded_is_unusable(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def load(path: str) -> object:
        raise error

    monkeypatch.setattr(pkcs11, "lib", load)
    with pytest.raises(ModuleUnusable):
        Driver("/m.so")


# ---- keys --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("params", "point", "key"),
    [
        (ED25519_PARAMS, b"\x04\x20" + ED25519_KEY.data, ED25519_KEY),
        (ED25519_PARAMS, ED25519_KEY.data, ED25519_KEY),
        (ED25519_NAMED, b"\x04\x20" + ED25519_KEY.data, ED25519_KEY),
        (P256_PARAMS, b"\x04\x41" + WHOLE_POINT, P256_KEY),
        (P256_PARAMS, WHOLE_POINT, P256_KEY),
        (P256_PARAMS, P256_KEY.data, P256_KEY),
    ],
)
def test_points_are_read_in_each_way_in_which_they_are_written(
    plug: Any, params: bytes, point: bytes, key: PublicKey
) -> None:
    driver, _ = plug(Slot(_public(params, point)))
    assert [each.public_key for each in driver.keys(driver.scan()[0].name)] == [key]


@pytest.mark.parametrize(
    "bad",
    [
        _public(bytes.fromhex("06052b81040022"), bytes(97)),
        _public(P256_PARAMS, b"\x04" + b"\xff" * 64),
        _public(P256_PARAMS, b""),
        _public(ED25519_PARAMS, bytes(31)),
        _public(P256_PARAMS, WHOLE_POINT, b"2", label=UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid")),
        _public(P256_PARAMS, WHOLE_POINT, b"2", label=ckr.AttributeSensitive()),
        Object({Attribute.CLASS: ObjectClass.PUBLIC_KEY}),
        Object({Attribute.CLASS: ObjectClass.PUBLIC_KEY, Attribute.ID: ValueError("of an enumeration")}),
        _on_token(b"no certificate", b"2"),
        _on_token(_certificate(rsa.generate_private_key(65537, 1024)), b"2"),
        _on_token(_certificate(ec.derive_private_key(7, ec.SECP384R1())), b"2"),
        _on_token(ckr.AttributeSensitive(), b"2"),
        _on_token(None, b"2"),
    ],
)
def test_a_thing_that_cannot_be_read_hides_no_key(plug: Any, bad: Object) -> None:
    good = _public(ED25519_PARAMS, ED25519_KEY.data, b"9")
    driver, _ = plug(Slot(bad, good))
    assert ED25519_KEY in [each.public_key for each in driver.keys(driver.scan()[0].name)]


@pytest.mark.parametrize(("key", "public_key"), [(POINT, P256_KEY), (EDWARDS, ED25519_KEY)])
def test_a_key_that_stands_only_in_a_certificate_is_found(plug: Any, key: Any, public_key: PublicKey) -> None:
    certificate = _certificate(key)
    driver, _ = plug(Slot(_on_token(certificate)))
    (found,) = driver.keys(driver.scan()[0].name)
    assert (found.public_key, found.certificate, found.id) == (public_key, certificate, b"1")


def test_a_key_with_its_certificate_is_one_key(plug: Any) -> None:
    driver, _ = plug(Slot(_on_token(_certificate(POINT)), PUBLIC))
    (found,) = driver.keys(driver.scan()[0].name)
    assert (found.label, bool(found.certificate)) == ("k", True)


def test_a_session_for_reading_is_closed_again(plug: Any) -> None:
    slot = Slot(PUBLIC)
    driver, _ = plug(slot)
    driver.keys(driver.scan()[0].name)
    slot.faults["get_objects"] = ckr.DeviceError()
    with pytest.raises(TokenError):
        driver.keys(driver.scan()[0].name)
    assert len(slot.sessions) == 2
    assert not any(session.is_open for session in slot.sessions)


# ---- the PIN -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ckr.PinIncorrect(), PinIncorrect),
        (ckr.PinInvalid(), PinIncorrect),
        (ckr.PinLocked(), PinLocked),
        (ckr.PinLenRange(), PinLength),
        (ckr.SessionCount(), TokenBusy),
        (ckr.DeviceError(), TokenError),
        (ckr.UserPinNotInitialized(), TokenError),
    ],
)
def test_what_the_token_says_of_a_pin_has_a_name_and_it_is_asked_once(
    plug: Any, error: Exception, kind: type[TokenError]
) -> None:
    slot = Slot()
    slot.faults["login"] = error
    driver, _ = plug(slot)
    name = driver.scan()[0].name
    with pytest.raises(kind) as caught:
        driver.login(name, "1234")
    assert type(caught.value) is kind
    assert slot.pins == ["1234"]
    with pytest.raises(LoginRequired):
        driver.sign(name, P256_KEY, bytes(32), "")


@pytest.mark.parametrize(
    ("flags", "left"),
    [(TokenFlag.USER_PIN_COUNT_LOW, "few"), (TokenFlag.USER_PIN_FINAL_TRY, "one"), (TokenFlag(0), None)],
)
def test_a_wrong_pin_tells_how_many_tries_are_left_where_the_token_does(
    plug: Any, flags: TokenFlag, left: str | None
) -> None:
    slot = Slot(flags=READY | flags)
    slot.faults["login"] = ckr.PinIncorrect()
    driver, _ = plug(slot)
    with pytest.raises(PinIncorrect) as caught:
        driver.login(driver.scan()[0].name, "1234")
    assert caught.value.facts.get("left") == left


@pytest.mark.parametrize(
    ("flags", "pin", "kind"),
    [
        (TokenFlag.USER_PIN_LOCKED, "1234", PinLocked),
        (TokenFlag(0), "", PinLength),
    ],
)
def test_a_pin_that_cannot_be_right_never_reaches_the_token(
    plug: Any, flags: TokenFlag, pin: str, kind: type[TokenError]
) -> None:
    slot = Slot(flags=READY | flags)
    driver, _ = plug(slot)
    with pytest.raises(kind):
        driver.login(driver.scan()[0].name, pin)
    assert slot.pins == []


def test_where_the_pin_is_typed_at_the_device_none_is_sent(plug: Any) -> None:
    slot = Slot(flags=READY | TokenFlag.PROTECTED_AUTHENTICATION_PATH)
    driver, _ = plug(slot)
    (token,) = driver.scan()
    assert token.has_keypad
    driver.login(token.name, "")
    assert slot.pins == [pkcs11.PROTECTED_AUTH]


def test_a_token_that_asks_for_no_pin_is_sent_none_and_signs(plug: Any) -> None:
    slot = Slot(flags=READY & ~TokenFlag.LOGIN_REQUIRED)
    driver, _ = plug(slot)
    (token,) = driver.scan()
    assert not token.wants_typed_pin
    driver.login(token.name, "1234")
    assert slot.pins == [None]
    assert driver.scan()[0].is_logged_in


def test_a_pin_goes_to_no_token_if_another_calls_itself_the_same(plug: Any) -> None:
    slots = [Slot(_public(ED25519_PARAMS, ED25519_KEY.data)), Slot(PUBLIC)]
    driver, _ = plug(*slots)
    (token,) = driver.scan()
    assert token.places == 2
    with pytest.raises(TokenAmbiguous):
        driver.login(token.name, "1234")
    assert all(set(slot.pins) == {None} for slot in slots)


def test_two_empty_tokens_of_one_name_cannot_be_told_apart(plug: Any) -> None:
    driver, _ = plug(Slot(), Slot())
    with pytest.raises(TokenAmbiguous):
        driver.login(driver.scan()[0].name, "1234")


def test_one_token_in_two_slots_is_logged_in_once(plug: Any) -> None:
    slots = [Slot(PUBLIC), Slot(PUBLIC)]
    driver, _ = plug(*slots)
    driver.login(driver.scan()[0].name, "1234")
    assert sum(slot.pins.count("1234") for slot in slots) == 1


# ---- signatures --------------------------------------------------------------------------------------------------------
def _logged_in(plug: Any, *objects: Object) -> tuple[Driver, Any, Slot]:
    slot = Slot(*objects)
    driver, _ = plug(slot)
    name = driver.scan()[0].name
    driver.login(name, "1234")
    return driver, name, slot


def _high(data: bytes, mechanism: Mechanism) -> bytes:
    assert mechanism is Mechanism.ECDSA
    r, s = decode_dss_signature(POINT.sign(data, ec.ECDSA(Prehashed(SHA256()))))
    return r.to_bytes(32, "big") + max(s, P256_ORDER - s).to_bytes(32, "big")


def test_a_signature_with_a_high_s_comes_out_low(plug: Any) -> None:
    driver, name, _ = _logged_in(plug, PUBLIC, _private(_high))
    assert is_signed_by(P256_KEY, bytes(32), driver.sign(name, P256_KEY, bytes(32), ""))


@pytest.mark.parametrize("signature", [b"", bytes(64), b"\xff" * 64, b"\xff" * 100])
def test_a_signature_that_is_none_is_passed_on_for_the_check(plug: Any, signature: bytes) -> None:
    driver, name, _ = _logged_in(plug, PUBLIC, _private(lambda data, mechanism: signature))
    assert driver.sign(name, P256_KEY, bytes(32), "") == signature


def test_a_key_that_asks_each_time_wants_the_pin_with_the_signature(plug: Any) -> None:
    private = _private(lambda data, mechanism, pin: pin.encode(), ALWAYS_AUTHENTICATE=True)
    driver, name, _ = _logged_in(plug, PUBLIC, private)
    with pytest.raises(LoginRequired) as caught:
        driver.sign(name, P256_KEY, bytes(32), "")
    assert caught.value.facts["each"] == "yes"
    assert driver.sign(name, P256_KEY, bytes(32), "1234") == b"1234"


def test_a_key_that_does_not_ask_each_time_gets_no_pin(plug: Any) -> None:
    driver, name, _ = _logged_in(plug, PUBLIC, _private(lambda data, mechanism: b"signed"))
    assert driver.sign(name, P256_KEY, bytes(32), "1234") == b"signed"


@pytest.mark.parametrize("others", [(), (PUBLIC,), (_private(_high),), (PUBLIC, _private(_high, KeyType.RSA))])
def test_a_key_without_both_halves_is_not_there(plug: Any, others: Sequence[Object]) -> None:
    driver, name, _ = _logged_in(plug, *others)
    with pytest.raises(KeyNotOnToken):
        driver.sign(name, P256_KEY, bytes(32), "")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ckr.MechanismInvalid(), UnsupportedAlgorithm),
        (ckr.FunctionNotSupported(), UnsupportedAlgorithm),
        (ckr.UserNotLoggedIn(), LoginRequired),
        (ckr.SessionHandleInvalid(), LoginRequired),
        (ckr.OperationActive(), TokenBusy),
        (ckr.GeneralError(), TokenError),
        (ckr.DataLenRange(), TokenError),
    ],
)
def test_what_the_token_says_of_a_signature_has_a_name(plug: Any, error: Exception, kind: type[TokenError]) -> None:
    driver, name, _ = _logged_in(plug, PUBLIC, _private(_refuses(error)))
    with pytest.raises(TokenError) as caught:
        driver.sign(name, P256_KEY, bytes(32), "")
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    "error", [ckr.GeneralError(), ckr.DeviceError(), ckr.SessionHandleInvalid(), ckr.ObjectHandleInvalid()]
)
@pytest.mark.parametrize("can_list", [True, False])
def test_after_a_removal_it_is_gone_whatever_the_module_says(plug: Any, error: Exception, can_list: bool) -> None:
    library: Library

    def sign(data: bytes, mechanism: Mechanism) -> bytes:
        library.slots = ()
        library.fault = None if can_list else ckr.GeneralError()
        raise error

    slot = Slot(PUBLIC, _private(sign))
    driver, library = plug(slot)
    name = driver.scan()[0].name
    driver.login(name, "1234")
    slot.faults["close"] = ckr.DeviceRemoved()
    with pytest.raises(TokenRemoved):
        driver.sign(name, P256_KEY, bytes(32), "")
    library.slots, library.fault, slot.faults = (slot,), None, {}
    with pytest.raises((LoginRequired, TokenRemoved)):
        driver.sign(name, P256_KEY, bytes(32), "")


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_token_that_makes_no_such_keys_is_not_asked(plug: Any, algorithm: Algorithm) -> None:
    driver, name, _ = _logged_in(plug)
    assert driver.scan()[0].makes == ()
    with pytest.raises(UnsupportedAlgorithm):
        driver.generate(name, algorithm, "k")


def test_closing_logs_out_everywhere(plug: Any) -> None:
    driver, _, slot = _logged_in(plug, PUBLIC)
    driver.close()
    assert not any(session.is_open for session in slot.sessions)


# ---- failures of no known reason -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("error", [ckr.GeneralError(), ckr.DeviceError(), ckr.FunctionFailed()])
def test_a_token_that_fails_twice_is_logged_out_and_its_module_started_anew(plug: Any, error: Exception) -> None:
    fails = True
    driver, name, library, slot = _failing(plug, lambda: error if fails else None)
    with pytest.raises(TokenError):
        driver.sign(name, P256_KEY, bytes(32), "")
    driver.scan()
    assert (library.restarts, slot.sessions[-1].is_open) == (0, True)
    with pytest.raises(TokenError):
        driver.sign(name, P256_KEY, bytes(32), "")
    assert (library.restarts, slot.sessions[-1].is_open) == (1, False)
    driver.scan()
    assert library.restarts == 1
    with pytest.raises(LoginRequired):
        driver.sign(name, P256_KEY, bytes(32), "")
    fails = False
    driver.login(name, "right")
    assert driver.sign(name, P256_KEY, bytes(32), "") == SIGNED


def test_a_token_that_fails_now_and_then_stays_logged_in(plug: Any) -> None:
    errors = iter([ckr.GeneralError(), None, ckr.GeneralError(), None])
    driver, name, library, _ = _failing(plug, lambda: next(errors))
    for _ in range(2):
        with pytest.raises(TokenError):
            driver.sign(name, P256_KEY, bytes(32), "")
        assert driver.sign(name, P256_KEY, bytes(32), "") == SIGNED
    assert library.restarts == 0


def test_no_module_is_started_anew_while_another_of_its_tokens_is_logged_in(plug: Any) -> None:
    other = Slot(PUBLIC, label="other")
    driver, name, library, _ = _failing(plug, ckr.GeneralError, other)
    theirs = next(token.name for token in driver.scan() if token.name.label == "other")
    driver.login(theirs, "theirs")
    for _ in range(2):
        with pytest.raises(TokenError):
            driver.sign(name, P256_KEY, bytes(32), "")
    assert library.restarts == 0
    driver.logout(theirs)
    driver.scan()
    assert library.restarts == 1


def test_a_module_that_cannot_be_started_anew_shows_nothing_until_it_can(plug: Any) -> None:
    driver, name, library, _ = _failing(plug, ckr.GeneralError)
    restart = library.reinitialize

    def refuse() -> None:
        library.fault = pkcs11.PKCS11Error("not initialized")
        raise ckr.GeneralError

    library.reinitialize = refuse
    with pytest.raises(TokenError):
        driver.sign(name, P256_KEY, bytes(32), "")
    with pytest.raises(TokenRemoved):
        driver.sign(name, P256_KEY, bytes(32), "")
    assert driver.scan() == ()
    with pytest.raises(TokenRemoved):
        driver.login(name, "right")
    library.fault, library.reinitialize = None, restart
    assert [token.name for token in driver.scan()] == [name]
    assert library.restarts == 1


def _failing(plug: Any, error: Callable[[], Exception | None], *more: Slot) -> tuple[Driver, TokenName, Library, Slot]:
    """A token that is logged in, and fails as `error` says."""

    def sign(data: bytes, mechanism: Mechanism) -> bytes:
        found = error()
        if found is not None:
            raise found
        return SIGNED

    slot = Slot(PUBLIC, _private(sign))
    driver, library = plug(slot, *more)
    name = driver.scan()[0].name
    driver.login(name, "right")
    return driver, name, library, slot


# ---- logged in already -------------------------------------------------------------------------------------------------
def test_a_token_that_the_module_left_logged_in_is_not_opened_by_a_wrong_pin(plug: Any) -> None:
    slot = Slot(PUBLIC, _private(lambda data, mechanism: b"signed"))
    driver, library = plug(slot)
    name = driver.scan()[0].name
    slot.faults["login"] = ckr.UserAlreadyLoggedIn()

    def restart() -> None:
        library.restarts += 1
        slot.faults["login"] = ckr.PinIncorrect()

    library.reinitialize = restart
    with pytest.raises(PinIncorrect):
        driver.login(name, "wrong")
    assert library.restarts == 1
    with pytest.raises(LoginRequired):
        driver.sign(name, P256_KEY, bytes(32), "")
