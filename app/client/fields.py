"""Answers of a node, read field by field and strictly."""

import base64
from collections.abc import Mapping
from typing import TypeVar

from google.protobuf.message import Message

from app.core.errors import BadKey, DecodingError
from app.core.plain import message_of

M = TypeVar("M", bound=Message)


class Fields:
    """A JSON object read field by field; anything missing or of another type is a DecodingError."""

    def __init__(self, untrusted: object) -> None:
        if not isinstance(untrusted, dict):
            raise DecodingError(kind="answer", expected="an object")
        self._fields: Mapping[str, object] = untrusted

    def integer(self, name: str) -> int:
        value = self._fields.get(name)
        if type(value) is not int:
            raise DecodingError(kind="answer", field=name, expected="an integer")
        return value

    def optional_integer(self, name: str) -> int | None:
        return None if self._fields.get(name) is None else self.integer(name)

    def text(self, name: str) -> str:
        value = self._fields.get(name)
        if not isinstance(value, str):
            raise DecodingError(kind="answer", field=name, expected="text")
        return value

    def optional_text(self, name: str) -> str | None:
        return None if self._fields.get(name) is None else self.text(name)

    def hex(self, name: str) -> bytes:
        try:
            return bytes.fromhex(self.text(name))
        except ValueError as error:
            raise DecodingError(kind="answer", field=name, expected="hex") from error

    def base64(self, name: str) -> bytes:
        return _decode_base64(self.text(name), name)

    def base64_list(self, name: str) -> list[bytes]:
        return [_decode_base64(item, name) for item in self.items(name)]

    def flag(self, name: str) -> bool:
        value = self._fields.get(name)
        if not isinstance(value, bool):
            raise DecodingError(kind="answer", field=name, expected="true or false")
        return value

    def items(self, name: str) -> list[object]:
        value = self._fields.get(name)
        if not isinstance(value, list):
            raise DecodingError(kind="answer", field=name, expected="a list")
        return value

    def object(self, name: str) -> "Fields":
        return Fields(self._fields.get(name))

    def optional_object(self, name: str) -> "Fields | None":
        return None if self._fields.get(name) is None else self.object(name)

    def message(self, name: str, kind: type[M]) -> M:
        """A message of the registry, as `app.core.plain` writes it."""
        try:
            return message_of(kind, self._fields.get(name))
        except BadKey as error:
            raise DecodingError(kind="answer", **error.facts) from error

    def optional_message(self, name: str, kind: type[M]) -> M | None:
        return None if self._fields.get(name) is None else self.message(name, kind)

    def numbers(self, name: str) -> tuple[int, ...]:
        """A list of integers."""
        values = self.items(name)
        if any(type(value) is not int for value in values):
            raise DecodingError(kind="answer", field=name, expected="integers")
        return tuple(int(str(value)) for value in values)

    def cursor(self, name: str) -> int | str | None:
        """Where the next page begins."""
        return self.text(name) if isinstance(self._fields.get(name), str) else self.optional_integer(name)

    def facts(self, name: str) -> dict[str, str]:
        value = self._fields.get(name, {})
        if not isinstance(value, dict):
            raise DecodingError(kind="answer", field=name, expected="an object")
        return {str(key): str(item) for key, item in value.items()}

    def integers(self, name: str) -> dict[str, int]:
        """An object of integers by name."""
        inside = self.object(name)
        return {each: inside.integer(each) for each in inside._fields}

    def strings(self, name: str) -> tuple[str, ...]:
        return tuple(str(item) for item in self.items(name))


def _decode_base64(untrusted: object, name: str) -> bytes:
    try:
        return base64.b64decode(untrusted if isinstance(untrusted, str) else "!", validate=True)
    except ValueError as error:
        raise DecodingError(kind="answer", field=name, expected="base64") from error
