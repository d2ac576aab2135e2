"""What goes over the pipe between the program and the process of a module: JSON, strictly read on both sides.

Only a question for a signature, and the signature, go as bytes, because there are many: one byte that begins no JSON, the
number of the question, and then the question's token and key (in JSON, read once and remembered), PIN and data, each but the
last after its length; or the signature.

Guarantees: nothing that the other process says can do more than be refused (no pickles). What it says of tokens is text and
numbers within bounds. A PIN goes one way only.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.core.errors import BadKey, DecodingError, LuopuError, OutOfRange
from app.core.keys import Algorithm, PublicKey, decode_key_text, encode_key_text
from app.core.strictjson import decode_json
from app.core.tokenerrors import (
    KeyNotOnToken,
    LoginRequired,
    ModuleChanged,
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
from app.core.tokens import PinState, Token, TokenKey, TokenName

MAX_MESSAGE_BYTES = 1_000_000
MAX_QUESTION_BYTES = 8_000
"""What every system takes into a pipe at once, so that asking a process that hangs does not hang too."""
MAX_TEXT = 1_000
MAX_PIN_BYTES = 255
MAX_TOKENS = 256
"""Tokens of one module, and keys of one token."""
_ERRORS: Mapping[str, type[LuopuError]] = {
    kind.code: kind
    for kind in (
        TokenError,
        ModuleUnusable,
        ModuleChanged,
        TokenRemoved,
        TokenAmbiguous,
        PinIncorrect,
        PinLocked,
        PinLength,
        LoginRequired,
        KeyNotOnToken,
        UnsupportedAlgorithm,
        TokenBusy,
    )
}
Message = Mapping[str, object]
SIGN = b"\x01"
_HEAD = struct.Struct(">cQ")
_LENGTHS = struct.Struct(">HH")


@dataclass(frozen=True, slots=True)
class SignQuestion:
    """A question for a signature."""

    number: int
    token: TokenName
    key: PublicKey
    data: bytes
    pin: str


def encode(message: Message) -> bytes:
    """A message as it goes over the pipe."""
    return json.dumps(message, separators=(",", ":")).encode()


def decode(untrusted_bytes: bytes) -> Message:
    """A message from the other side.

    Raises:
        DecodingError: not an object of strict JSON.
    """
    message = decode_json(untrusted_bytes, max_bytes=MAX_MESSAGE_BYTES)
    if not isinstance(message, dict):
        raise DecodingError(kind="message of a module's process")
    return message


def encode_question(message: Message) -> bytes:
    """A question as it goes over the pipe.

    Raises:
        OutOfRange: it is too long.
    """
    return _bounded(encode(message))


def _bounded(encoded: bytes) -> bytes:
    if len(encoded) > MAX_QUESTION_BYTES:
        raise OutOfRange(field="question to a token", expected=f"at most {MAX_QUESTION_BYTES} bytes", got=len(encoded))
    return encoded


# ---- signatures --------------------------------------------------------------------------------------------------------
def encode_sign(question: SignQuestion) -> bytes:
    """A question for a signature.

    Raises:
        OutOfRange: it is too long.
        PinLength: of a PIN that cannot be right.
    """
    place, pin = _place(question.token, question.key), encode_pin(question.pin)
    head = _HEAD.pack(SIGN, question.number) + _LENGTHS.pack(len(place), len(pin))
    return _bounded(head + place + pin + question.data)


def decode_sign(message: bytes, module: str) -> SignQuestion:
    """What `encode_sign` made.

    Raises:
        DecodingError: it did not.
    """
    try:
        number = _HEAD.unpack_from(message)[1]
        place_length, pin_length = _LENGTHS.unpack_from(message, _HEAD.size)
        start = _HEAD.size + _LENGTHS.size
        token, key = _read_place(message[start : start + place_length], module)
        start += place_length
        pin, data = message[start : start + pin_length].decode(), message[start + pin_length :]
    except (struct.error, UnicodeDecodeError):
        raise DecodingError(kind="question for a signature") from None  # the cause would show the PIN
    return SignQuestion(number, token, key, data, pin)


def encode_signature(number: int, signature: bytes) -> bytes:
    """A signature, as the answer to a question."""
    return _HEAD.pack(SIGN, number) + signature


def decode_signature(untrusted_bytes: bytes) -> tuple[int, bytes]:
    """Number of the question, and the signature, whoever may have made it.

    Raises:
        DecodingError: too short for that.
    """
    if len(untrusted_bytes) < _HEAD.size:
        raise DecodingError(kind="answer of a module's process")
    return _HEAD.unpack_from(untrusted_bytes)[1], untrusted_bytes[_HEAD.size :]


@lru_cache(maxsize=256)
def _place(token: TokenName, key: PublicKey) -> bytes:
    return encode({"token": name_as_json(token), "key": encode_key_text(key)})


@lru_cache(maxsize=256)
def _read_place(place: bytes, module: str) -> tuple[TokenName, PublicKey]:
    message = decode(place)
    return read_name(message.get("token"), module), read_public_key(message)


# ---- what things look like ---------------------------------------------------------------------------------------------
def name_as_json(name: TokenName) -> Message:
    """A token's name."""
    return {each: getattr(name, each) for each in TokenName.__slots__}


def read_name(untrusted: object, module: str) -> TokenName:
    """A token's name; tokens of another module are nobody's.

    Raises:
        DecodingError: it is none.
    """
    fields = {each: text_of(untrusted, each) for each in TokenName.__slots__}
    if fields["module"] != module:
        raise DecodingError(kind="name of a token", expected=module, got=fields["module"])
    return TokenName(**fields)


def token_as_json(token: Token) -> Message:
    """A token."""
    return {
        "name": name_as_json(token.name),
        "pin": token.pin.value,
        "asks_pin": token.asks_pin,
        "has_keypad": token.has_keypad,
        "is_logged_in": token.is_logged_in,
        "signs": [int(each) for each in token.signs],
        "makes": [int(each) for each in token.makes],
        "places": token.places,
    }


def read_tokens(untrusted: object, module: str) -> tuple[Token, ...]:
    """What is plugged in.

    Raises:
        DecodingError: it is no list of tokens.
    """
    return tuple(_read_token(each, module) for each in list_of(untrusted))


def _read_token(untrusted: object, module: str) -> Token:
    try:
        return Token(
            name=read_name(_field(untrusted, "name"), module),
            pin=PinState(text_of(untrusted, "pin")),
            asks_pin=_is(untrusted, "asks_pin"),
            has_keypad=_is(untrusted, "has_keypad"),
            is_logged_in=_is(untrusted, "is_logged_in"),
            signs=_algorithms(_field(untrusted, "signs")),
            makes=_algorithms(_field(untrusted, "makes")),
            places=_count(untrusted, "places"),
        )
    except ValueError as error:
        raise DecodingError(kind="token") from error


def key_as_json(key: TokenKey) -> Message:
    """A key on a token; its token's name stands in the question."""
    return {
        "key": encode_key_text(key.public_key),
        "id": key.id.hex(),
        "label": key.label,
        "certificate": key.certificate.hex(),
    }


def read_key(untrusted: object, token: TokenName) -> TokenKey:
    """A key on a token.

    Raises:
        DecodingError: it is none.
    """
    public_key = read_public_key(untrusted)
    certificate = bytes_of(untrusted, "certificate")
    return TokenKey(token, public_key, bytes_of(untrusted, "id"), text_of(untrusted, "label"), certificate)


def read_keys(untrusted: object, token: TokenName) -> tuple[TokenKey, ...]:
    """The keys on a token.

    Raises:
        DecodingError: it is no list of keys.
    """
    return tuple(read_key(each, token) for each in list_of(untrusted))


def read_public_key(untrusted: object) -> PublicKey:
    """The field `key`.

    Raises:
        DecodingError: it is none.
    """
    try:
        return decode_key_text(text_of(untrusted, "key"))
    except BadKey as error:
        raise DecodingError(kind="key on a token") from error


def error_as_json(error: LuopuError) -> Message:
    """An error: code and facts."""
    return {"code": error.code, "facts": dict(error.facts)}


def read_error(untrusted: object) -> LuopuError:
    """The error that the other side met. One that it cannot have met is a `TokenError`.

    Raises:
        DecodingError: it is none.
    """
    kind = _ERRORS.get(text_of(untrusted, "code"), TokenError)
    facts = _field(untrusted, "facts")
    if not isinstance(facts, dict):
        raise DecodingError(kind="error of a module's process")
    return kind(**{_visible(name): _fact(value) for name, value in facts.items()})


# ---- fields ------------------------------------------------------------------------------------------------------------
def text_of(untrusted: object, name: str) -> str:
    """A text field.

    Raises:
        DecodingError: it is missing, too long, or holds what cannot be seen.
    """
    value = _field(untrusted, name)
    if not isinstance(value, str) or len(value) > MAX_TEXT or not value.isprintable():
        raise DecodingError(kind="message of a module's process", field=name)
    return value


def bytes_of(untrusted: object, name: str) -> bytes:
    """A field of bytes in hex.

    Raises:
        DecodingError: it is none.
    """
    value = _field(untrusted, name)
    try:
        if isinstance(value, str):
            return bytes.fromhex(value)
    except ValueError:
        pass
    raise DecodingError(kind="message of a module's process", field=name)


def encode_pin(pin: str) -> bytes:
    """A PIN, of whatever characters it is made.

    Raises:
        PinLength: it is too long, or no text; no token was asked.
    """
    try:
        encoded = pin.encode()
    except UnicodeEncodeError:
        raise PinLength(expected="text") from None  # the cause would show the PIN
    if len(encoded) > MAX_PIN_BYTES:
        raise PinLength(expected=f"at most {MAX_PIN_BYTES} bytes")
    return encoded


def pin_of(untrusted: object) -> str:
    """The field `pin`.

    Raises:
        DecodingError: it is none.
    """
    try:
        return bytes_of(untrusted, "pin").decode()
    except UnicodeDecodeError:
        raise DecodingError(kind="message of a module's process", field="pin") from None


def list_of(untrusted: object) -> Sequence[object]:
    """A list of not too many things.

    Raises:
        DecodingError: it is none.
    """
    if not isinstance(untrusted, list) or len(untrusted) > MAX_TOKENS:
        raise DecodingError(kind="message of a module's process")
    return untrusted


def _field(untrusted: object, name: str) -> object:
    if not isinstance(untrusted, dict) or name not in untrusted:
        raise DecodingError(kind="message of a module's process", field=name)
    return untrusted[name]


def _is(untrusted: object, name: str) -> bool:
    return _field(untrusted, name) is True


def _count(untrusted: object, name: str) -> int:
    value = _field(untrusted, name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MAX_TOKENS:
        raise DecodingError(kind="message of a module's process", field=name)
    return value


def _algorithms(untrusted: object) -> tuple[Algorithm, ...]:
    return tuple(each for each in Algorithm if int(each) in list_of(untrusted))


def _fact(untrusted: object) -> str | int | None:
    if untrusted is None or (isinstance(untrusted, int) and not isinstance(untrusted, bool)):
        return untrusted
    return _visible(untrusted)


def _visible(untrusted: object) -> str:
    return "".join(character for character in str(untrusted) if character.isprintable())[:MAX_TEXT]
