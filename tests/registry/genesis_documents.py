"""Documents of a chain that a test may spoil."""

from copy import deepcopy
from typing import Any

from tests.registry.world import (
    IDLE,
    app_state,
    seat_key,
)

Document = dict[str, Any]


def document() -> Document:
    """A sound `app_state` that a test may spoil."""
    return deepcopy(app_state())


def with_seats(count: int, power: int = 1) -> Document:
    """A document with so many validators, all of one bookkeeper."""
    numbers = range(count)
    seats = [{"key": seat_key(str(number)).hex(), "power": power, "account": IDLE.account.id} for number in numbers]
    return document() | {"validators": seats}
