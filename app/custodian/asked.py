"""What a request or a file of ours says, read name by name.

Guarantees: a name that is not expected, is missing or has a value of another type is refused as a UsageError which names it.
"""

import re
from collections.abc import Mapping, Set
from typing import Final

from app.core.errors import UsageError
from app.core.ids import ID_BYTES
from app.core.units import INT64_MAX

MAX_TEXT: Final = 4_096
MAX_ACCOUNTS: Final = 16
"""As many as may count for a custodian (docs/registry.md)."""
_NUMBER: Final = re.compile("[0-9]{1,19}")


class Asked:
    """A JSON object with names that are known."""

    def __init__(self, untrusted: object, names: Set[str], what: str = "body") -> None:
        """Take it apart.

        Raises:
            UsageError: not an object, or one with other names.
        """
        if not isinstance(untrusted, dict):
            raise UsageError(argument=what, expected="a JSON object", got=_kind(untrusted))
        for name in untrusted:
            if name not in names:
                raise UsageError(argument=str(name)[:80], expected=", ".join(sorted(names)), got="another name")
        self._values: Mapping[str, object] = untrusted

    def has(self, name: str) -> bool:
        """Whether something is said."""
        return self._values.get(name) is not None

    def text(self, name: str, default: str | None = None) -> str:
        """Text of at least one character."""
        value = self._values.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT:
            raise UsageError(argument=name, expected=f"text of 1 … {MAX_TEXT} characters", got=_kind(value))
        return value

    def flag(self, name: str) -> bool:
        """True or false; false where nothing is said."""
        value = self._values.get(name, False)
        if not isinstance(value, bool):
            raise UsageError(argument=name, expected="true or false", got=_kind(value))
        return value

    def number(self, name: str, least: int, most: int, default: int | None = None) -> int:
        """An integer, which may be written as text."""
        value = self._values.get(name)
        return default if value is None and default is not None else _number(name, value, least, most)

    def numbers(self, name: str) -> tuple[int, ...]:
        """Numbers of accounts, each once, rising; none where nothing is said."""
        value = self._values.get(name, [])
        listed = value.split(",") if isinstance(value, str) and value else value or []
        if not isinstance(listed, list) or len(listed) > MAX_ACCOUNTS:
            raise UsageError(argument=name, expected=f"a list of at most {MAX_ACCOUNTS} numbers", got=_kind(value))
        return tuple(sorted({_number(name, each, 1, INT64_MAX) for each in listed}))

    def objects(self, name: str) -> list[object]:
        """A list."""
        value = self._values.get(name)
        if not isinstance(value, list):
            raise UsageError(argument=name, expected="a list", got=_kind(value))
        return value

    def inside(self, name: str, names: Set[str]) -> "Asked":
        """An object in it."""
        return Asked(self._values.get(name), names, name)

    def voucher(self, name: str = "voucher") -> bytes:
        """The id of a voucher. Errors as of `voucher_of`."""
        return voucher_of(self.text(name), name)


def voucher_of(untrusted_text: str, name: str = "voucher") -> bytes:
    """The id of a voucher: 32 hex digits.

    Raises:
        UsageError: anything else.
    """
    if not re.fullmatch(f"[0-9A-Fa-f]{{{2 * ID_BYTES}}}", untrusted_text):
        raise UsageError(argument=name, expected=f"{2 * ID_BYTES} hex digits", got=untrusted_text[:80])
    return bytes.fromhex(untrusted_text)


def number_of(name: str, untrusted: object, least: int, most: int) -> int:
    """An integer, which may be written as text.

    Raises:
        UsageError: anything else, or out of range.
    """
    return _number(name, untrusted, least, most)


def _number(name: str, untrusted: object, least: int, most: int) -> int:
    value = int(untrusted) if isinstance(untrusted, str) and _NUMBER.fullmatch(untrusted) else untrusted
    if type(value) is not int or not least <= value <= most:
        raise UsageError(argument=name, expected=f"{least} … {most}", got=_kind(untrusted))
    return value


def _kind(untrusted: object) -> str:
    """What stands there, shortly; of what is compound only its kind."""
    if untrusted is None:
        return "nothing"
    return str(untrusted)[:80] if isinstance(untrusted, str | int) else type(untrusted).__name__
