"""Answers of a node, read field by field and strictly."""

import base64
from collections.abc import Mapping

from app.core.errors import DecodingError


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

    def facts(self, name: str) -> dict[str, str]:
        value = self._fields.get(name, {})
        if not isinstance(value, dict):
            raise DecodingError(kind="answer", field=name, expected="an object")
        return {str(key): str(item) for key, item in value.items()}

    def strings(self, name: str) -> tuple[str, ...]:
        return tuple(str(item) for item in self.items(name))


def _decode_base64(untrusted: object, name: str) -> bytes:
    try:
        return base64.b64decode(untrusted if isinstance(untrusted, str) else "!", validate=True)
    except ValueError as error:
        raise DecodingError(kind="answer", field=name, expected="base64") from error
