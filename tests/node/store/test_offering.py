"""Which snapshots stay while they are asked for, and which go."""

from pathlib import Path

import pytest

from app.core.errors import NotFound
from app.node.store.offering import KEPT, MAX_SPARED, SPARED_SECONDS, Offering
from app.node.store.snapshot import write_snapshot
from tests.node.store.worlds import World


class Shelf:
    """A store that goes on, its snapshots, and the hand of a clock."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.seconds = 0.0
        self.offering = Offering(folder, lambda: self.seconds)

    def write(self, count: int = 1) -> None:
        """So many more blocks, and a snapshot of each."""
        for _ in range(count):
            with self.world.store.frozen() as reader:
                write_snapshot(reader, self.offering.folder)
            self.offering.drop_old()
            self.world.add(self.world.record())

    def heights(self) -> list[int]:
        """Of those that are there; asks nobody."""
        return sorted((int(place.name) for place in self.offering.folder.iterdir()), reverse=True)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """At height 5, without a snapshot."""
    world = World()
    for _ in range(5):
        world.add(world.record())
    return Shelf(world, tmp_path)


def test_the_newest_stay_where_nobody_asks(shelf: Shelf) -> None:
    shelf.write(4)
    assert shelf.heights() == [8, 7]


def test_one_that_somebody_was_told_of_stays_for_a_while(shelf: Shelf) -> None:
    shelf.write()
    assert [snapshot.height for snapshot in shelf.offering.snapshots()] == [5]
    shelf.seconds = SPARED_SECONDS - 1
    shelf.write(3)
    assert shelf.heights() == [8, 7, 5]
    shelf.seconds = SPARED_SECONDS
    shelf.write()
    assert shelf.heights() == [9, 8]


def test_one_that_is_being_fetched_stays_for_as_long_as_that_takes(shelf: Shelf) -> None:
    shelf.write()
    shelf.offering.snapshots()
    for _ in range(6):
        shelf.seconds += SPARED_SECONDS - 1
        assert shelf.offering.chunk(5, 0)
        shelf.write()
    assert shelf.heights() == [11, 10, 5]


def test_a_chunk_that_is_not_there_holds_nothing(shelf: Shelf) -> None:
    shelf.write()
    for height, index in [(5, 99), (6, 0), (4, 0)]:
        with pytest.raises(NotFound):
            shelf.offering.chunk(height, index)
    shelf.write(3)
    assert shelf.heights() == [8, 7]


def test_who_keeps_asking_for_everything_does_not_fill_the_disk(shelf: Shelf) -> None:
    for _ in range(8):
        shelf.write()
        shelf.seconds += 1
        for snapshot in shelf.offering.snapshots():
            shelf.offering.chunk(snapshot.height, 0)
        assert len(shelf.heights()) <= KEPT + MAX_SPARED
    assert shelf.heights() == [12, 11, 10, 9]


def test_of_too_many_those_asked_for_last_stay(shelf: Shelf) -> None:
    shelf.write(2)
    shelf.offering.snapshots()
    shelf.write(2)
    shelf.offering.snapshots()
    shelf.seconds += 1
    shelf.offering.chunk(5, 0)
    shelf.write(2)
    assert shelf.heights() == [10, 9, 8, 5]  # of 5 … 8, which somebody was told of, one is being fetched


def test_what_is_gone_is_forgotten(shelf: Shelf) -> None:
    for _ in range(6):
        shelf.write()
        shelf.offering.snapshots()
    assert sorted(shelf.offering._asked) == sorted(shelf.heights())
