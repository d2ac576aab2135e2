"""A chain that tests take a snapshot of."""

import pytest

from tests.node.store.worlds import World


@pytest.fixture
def world() -> World:
    """Some blocks, with nonces that have expired and others that have not."""
    made = World()
    for height in range(1, 21):
        made.add(*(made.record(expiry, begins=expiry > 2) for expiry in range(1, height % 4)), made.refused())
    return made
