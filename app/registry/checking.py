"""An action's own fields: whatever is wrong with them is one refusal, with the facts of the case."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

from app.core.errors import OutOfRange
from app.core.ids import ID_BYTES
from app.core.proposal import MAX_DEADLINE_BLOCKS
from app.core.refusals import BadAction
from app.core.text import check_text
from app.core.units import INT64_MAX, check_hash32, check_length
from app.core.wire import registry_pb2 as wire

MAX_AUTHORITY_BYTES = 128


@contextmanager
def fields_checked() -> Iterator[None]:
    """Within this, a field out of range refuses the action.

    Raises:
        BadAction: instead of OutOfRange.
    """
    try:
        yield
    except OutOfRange as error:
        raise BadAction(**error.facts) from error


def check_number(name: str, value: int, least: int = 0, most: int = INT64_MAX) -> int:
    """Return `value` if it lies in `least` … `most`.

    Raises:
        OutOfRange: otherwise.
    """
    if not least <= value <= most:
        shown = "2^63-1" if most == INT64_MAX else str(most)
        raise OutOfRange(field=name, expected=f"{least} … {shown}", got=value)
    return value


def check_id(name: str, value: bytes) -> bytes:
    """Return `value` if it is an id: 16 bytes.

    Raises:
        OutOfRange: otherwise.
    """
    return check_length(name, value, ID_BYTES)


def check_ascending(name: str, values: Sequence[int], least: int, most: int) -> None:
    """There are `least` … `most` values, each above the one before.

    Raises:
        OutOfRange: otherwise.
    """
    check_number(f"number of {name}", len(values), least, most)
    if any(later <= earlier for earlier, later in pairwise(values)):
        raise OutOfRange(field=name, expected="ascending, each once")


def check_deadline(name: str, value: int, height: int) -> None:
    """A deadline lies neither in the past nor farther ahead than anybody can mean.

    Raises:
        OutOfRange: otherwise.
    """
    check_number(name, value, height, height + MAX_DEADLINE_BLOCKS)


def check_later(name: str, moment_ns: int, time_ns: int) -> None:
    """A moment is after the block's time, or there is none (0).

    Raises:
        OutOfRange: otherwise.
    """
    if moment_ns != 0:
        check_number(name, moment_ns, time_ns + 1)


def check_order(order: wire.Order) -> None:
    """An order names its document, who issued it and its reference (3.7).

    Raises:
        OutOfRange: otherwise.
    """
    check_hash32("document", order.document)
    check_text("authority", order.authority, least=1, most=MAX_AUTHORITY_BYTES)
    check_text("reference", order.reference, most=MAX_AUTHORITY_BYTES)
