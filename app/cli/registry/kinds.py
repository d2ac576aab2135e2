"""Kinds of arguments of the registry's commands: what is typed, checked for its form.

Guarantees: what passes has the form that its kind names, and numbers lie within the bounds of the wire format. Leaves to
others: who stands behind a name, how many decimals a voucher has (`asking`), and what the law takes.
"""

import argparse
import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from typing import Final, TypeVar

from google.protobuf.descriptor import EnumDescriptor

from app.core.errors import BadKey
from app.core.keys import decode_key_text
from app.core.plain import enum_text
from app.core.proposal import VALIDATOR_KEY_BYTES
from app.core.units import INT64_MAX, NANOSECONDS_PER_SECOND
from app.core.wire import registry_pb2 as wire

MAX_BLOCKS: Final = 1_000_000
MAX_SERIALS: Final = 256
ACTIONS: Final = {field.name: field.number for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields}
_AMOUNT: Final = re.compile(r"[0-9]{1,19}(?:\.[0-9]{1,18})?", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken of a voucher: an amount as it is written, or serials, ascending."""

    amount: str
    serials: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Leg:
    """Who gets what."""

    to: str
    what: Taken


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting of the law by its number, of what, and its new value."""

    number: int
    subject: int
    value: int


# ---- numbers ---------------------------------------------------------------------------------------------------------
def whole_number(least: int, most: int = INT64_MAX) -> Callable[[str], int]:
    """A kind: digits for a number from `least` to `most`."""

    def parse(text: str) -> int:
        if not text.isascii() or not text.isdecimal() or len(text) > 19 or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"expected {least} … {most}")
        return int(text)

    return parse


blocks = whole_number(1, MAX_BLOCKS)
page_size = whole_number(1, 256)
_serial = whole_number(1)


def amount(text: str) -> str:
    """An amount of a voucher, with a point before its decimals; how many it may have, the voucher says."""
    if not _AMOUNT.fullmatch(text):
        raise argparse.ArgumentTypeError("expected an amount, for example 12.50")
    return text


def serial(text: str) -> int:
    """A piece's serial."""
    return _serial(text)


def serials(text: str) -> tuple[int, ...]:
    """Serials and ranges of them, in any order: "1,4,7-9"."""
    found = sorted(chain.from_iterable(map(_range, text.split(","))))
    if len(set(found)) != len(found) or len(found) > MAX_SERIALS:
        raise argparse.ArgumentTypeError(f"expected at most {MAX_SERIALS} serials, each once")
    return tuple(found)


def _range(text: str) -> Iterator[int]:
    first, dash, last = text.partition("-")
    begin, end = _serial(first), _serial(last) if dash else _serial(first)
    if not begin <= end < begin + MAX_SERIALS:
        raise argparse.ArgumentTypeError(f"expected a range of at most {MAX_SERIALS} serials")
    return iter(range(begin, end + 1))


def taken(text: str) -> Taken:
    """An amount, or serials behind a "#": "12.50", "#1,4,7-9"."""
    return Taken("", serials(text[1:])) if text.startswith("#") else Taken(amount(text))


# ---- moments ---------------------------------------------------------------------------------------------------------
def moment(text: str) -> int:
    """A moment as nanoseconds since 1970 UTC: a day, which begins at 00:00 UTC, or a time with its offset."""
    try:
        if _DATE.fullmatch(text):
            day = date.fromisoformat(text)
            when = datetime(day.year, day.month, day.day, tzinfo=UTC)
        else:
            when = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("expected 2027-01-31, or 2027-01-31T18:00:00+08:00") from error
    if when.tzinfo is None:
        raise argparse.ArgumentTypeError("expected an offset behind the time, for example +08:00 or Z")
    since = when - _EPOCH
    nanoseconds = (since.days * 86_400 + since.seconds) * NANOSECONDS_PER_SECOND + since.microseconds * 1_000
    if not 0 < nanoseconds <= INT64_MAX:
        raise argparse.ArgumentTypeError("expected a moment after 1970 and before 2262")
    return nanoseconds


# ---- names -----------------------------------------------------------------------------------------------------------
def account(text: str) -> str:
    """An account's number, or its exact name."""
    if not text.strip():
        raise argparse.ArgumentTypeError("expected the number or the name of an account")
    return text


def identifier(text: str) -> bytes:
    """An id of 16 bytes."""
    return _hex(text, 16)


def digest(text: str) -> bytes:
    """A digest of 32 bytes."""
    return _hex(text, 32)


def _hex(text: str, length: int) -> bytes:
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    if len(value) != length:
        raise argparse.ArgumentTypeError(f"expected {2 * length} hex digits")
    return value


def names_of(enum: EnumDescriptor) -> tuple[str, ...]:
    """What a choice may be called, in the order of the wire format."""
    return tuple(enum_text(enum, value.number) for value in enum.values if value.number)


def one_of(enum: EnumDescriptor) -> Callable[[str], int]:
    """A kind: the name of one of an enum's values."""
    numbers = {enum_text(enum, value.number): value.number for value in enum.values if value.number}

    def parse(text: str) -> int:
        if text not in numbers:
            raise argparse.ArgumentTypeError(f"expected one of {', '.join(numbers)}")
        return numbers[text]

    return parse


level, role, duty = map(one_of, (wire.Level.DESCRIPTOR, wire.Role.DESCRIPTOR, wire.Duty.DESCRIPTOR))
party, permission = map(one_of, (wire.Party.DESCRIPTOR, wire.Permission.DESCRIPTOR))
_setting = one_of(wire.Setting.DESCRIPTOR)


def action(text: str) -> int:
    """An action of the law, with dashes or underscores."""
    number = ACTIONS.get(text.replace("-", "_"))
    if number is None:
        raise argparse.ArgumentTypeError("expected the name of an action, for example transfer")
    return number


def validator_key(text: str) -> bytes:
    """An Ed25519 key: hex as in genesis.json's app_state, "ed25519:…" as in company.json, base64 as CometBFT writes it."""
    try:
        if len(text) == 44:
            key = base64.b64decode(text, validate=True)
        else:
            key = decode_key_text(text if ":" in text else f"ed25519:{text}").data
    except (BadKey, binascii.Error, ValueError):
        key = b""
    if len(key) != VALIDATOR_KEY_BYTES:
        raise argparse.ArgumentTypeError("expected 64 hex digits, or 44 characters of base64")
    return key


# ---- two things in one -----------------------------------------------------------------------------------------------
def threshold(text: str) -> tuple[int, int]:
    """A duty, and how many checkers must sign beside the maker: "governance=2"."""
    name, value = _pair(text, "DUTY=N")
    return duty(name), whole_number(0, 15)(value)


def attribute(text: str) -> tuple[str, str]:
    """A name and a value."""
    return _pair(text, "name=value")


def leg(text: str) -> Leg:
    """Who gets what: "7=12.50", "张三=#1,4,7-9"."""
    to, what = _pair(text, "ACCOUNT=AMOUNT or ACCOUNT=#SERIALS")
    return Leg(account(to), taken(what))


def allotment(text: str) -> Leg:
    """Who gets how much."""
    to, what = _pair(text, "ACCOUNT=AMOUNT")
    return Leg(account(to), Taken(amount(what)))


def setting(text: str) -> Setting:
    """A setting and its new value: "validity-window=600", "action-cost:enrol=10", "level-points:phone=100"."""
    name, value = _pair(text, "SETTING=VALUE")
    name, _, subject = name.partition(":")
    number = _setting(name)
    about = _SUBJECTS.get(number)
    if (about is None) != (not subject):
        raise argparse.ArgumentTypeError("expected action-cost:ACTION, level-points:LEVEL, or a setting by itself")
    return Setting(number, about(subject) if about else 0, whole_number(0)(value))


_SUBJECTS: Final[dict[int, Callable[[str], int]]] = {
    wire.SETTING_ACTION_COST: action,
    wire.SETTING_LEVEL_POINTS: level,
}


def _pair(text: str, form: str) -> tuple[str, str]:
    first, sign, second = text.partition("=")
    if not first or not sign or not second:
        raise argparse.ArgumentTypeError(f"expected {form}")
    return first, second
