"""What goes over the pipe between the program and the process of a module: JSON, strictly read on both sides.

Guarantees: nothing that the other process says can do more than be refused (no pickles). What it says of tokens is text and
numbers within bounds. A PIN goes one way only.
"""

import json
from collections.abc import Mapping, Sequence

from app.core.errors import (
    BadKey,
    DecodingError,
    KeyNotOnToken,
    LoginRequired,
    LuopuError,
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
from app.core.keys import Algorithm, PublicKey, decode_key_text, encode_key_text
from app.core.strictjson import decode_json
from app.core.tokens import PinState, Token, TokenKey, TokenName

MAX_MESSAGE_BYTES = 1_000_000
MAX_TEXT = 1_000
MAX_TOKENS = 256
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
    return kind(**{str(name)[:MAX_TEXT]: _fact(value) for name, value in facts.items()})


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
    if not isinstance(value, int) or not 1 <= value <= MAX_TOKENS:
        raise DecodingError(kind="message of a module's process", field=name)
    return value


def _algorithms(untrusted: object) -> tuple[Algorithm, ...]:
    numbers = [each for each in list_of(untrusted) if isinstance(each, int)]
    return tuple(Algorithm(each) for each in numbers)


def _fact(untrusted: object) -> str | int | None:
    if untrusted is None or (isinstance(untrusted, int) and not isinstance(untrusted, bool)):
        return untrusted
    return "".join(character for character in str(untrusted) if character.isprintable())[:MAX_TEXT]
