"""Snapshots after the process was killed, the disk refused or the power went at any step: whole, or not there."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.client.reserve.book import ReserveBook
from app.core.home import Home
from app.wallet.vault import Vault
from app.wiring.system import SystemRandomness
from tests.client.reserve.snapshots import Made, chain, open_book, open_vault
from tests.client.reserve.writer import PLAN
from tests.conftest import require
from tests.node.store.powercut import CALLS, Disk, torn, worst, write_out
from tests.wallet.forking import Writer, forking

PROGRAM = Path(__file__).with_name("writer.py")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
STEPS = 400
CUTS = 60
ENDS = {"end", "harmed"}
REFUSED = {"store-write-failed", "not-found", "bad-transition", "snapshot-damaged"}
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks a writer to kill it")


def snapshots() -> tuple[Made, ...]:
    return chain().first, chain().second, chain().unique


@dataclass
class Place:
    """Where the snapshots come from, a vault for every home, and the program that forks writers."""

    source: Home
    writer: Writer
    vault: Vault

    def new_home(self, root: Path) -> Home:
        home = Home(root)
        home.wallet.mkdir(parents=True)
        shutil.copyfile(self.source.vault, home.vault)
        return home

    def write(self, home: Home, what: str, number: int) -> list[str]:
        """Let a writer run until that happens; what it told."""
        assert self.writer.stdin is not None
        assert self.writer.stdout is not None
        print(home.root, what, number, file=self.writer.stdin, flush=True)
        told = []
        while (line := self.writer.stdout.readline()) != "ended\n":
            assert line, "the program that forks writers has died"
            told.append(line.strip())
        return told


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    source = Home(tmp_path_factory.mktemp("source"))
    with open_vault(source) as vault:
        book = open_book(source, vault)
        for each in snapshots():
            each.keep(book)
            each.mark(book)
    with open_vault(source) as vault, forking(PROGRAM, ENVIRONMENT, str(source.root)) as writer:
        yield Place(source, writer, vault)


# ---- what must be there ----------------------------------------------------------------------------------------------
State = dict[int, bool]
"""Which snapshots are there, and whether it is noted that they are published."""


def after(state: State, deed: str, which: int) -> State:
    if deed == "discard":
        return {number: published for number, published in state.items() if number != which}
    return {**state, which: deed == "publish"}


def possible(told: list[str], *, was_cut: bool) -> list[State]:
    """In which states a book can be after all this was told: what was done is done, what was refused may be."""
    states: list[State] = [{}]
    said = [line.split() for line in told if line not in ENDS]
    for number, (deed, which) in enumerate(PLAN):
        if number > len(said) or (number == len(said) and not was_cut):
            break
        changed = [after(state, deed, which) for state in states]
        is_done = number < len(said) and said[number][1] == "done"
        states = changed if is_done else states + changed
    return states


def check(root: Path, place: Place, told: list[str], *, was_cut: bool) -> None:
    """What is there is one of the possible states, all of it sound, and nothing else is left."""
    book = ReserveBook(Home(root).reserves, place.vault.inside, SystemRandomness())
    numbers = {each.id: number for number, each in enumerate(snapshots())}
    assert book.damaged() == ()
    state = {numbers[note.id]: note.published is not None for note in book.notes()}
    assert state in possible(told, was_cut=was_cut), told
    for number, is_published in state.items():
        made = snapshots()[number]
        kept = book.load(made.id)
        assert (kept.ground, kept.master, tuple(kept.pieces)) == (made.ground, made.master, made.pieces)
        assert kept.owed.balances.tolist() == made.shares.owed.balances.tolist()
        assert book.published(made.id) == (made.published if is_published else None)
    check_nothing_else(Home(root), state)


def check_nothing_else(home: Home, state: State) -> None:
    if home.reserves.exists():
        assert {path.name for path in home.reserves.iterdir()} - {".lock"} == {snapshots()[each].id for each in state}
    for path in home.reserves.glob("*/*"):
        assert path.name in {"snapshot.json", "owed.sealed", "pieces", "published.json"}


# ---- the tests -------------------------------------------------------------------------------------------------------
def test_killed_at_every_step_nothing_is_half_done(tmp_path: Path, place: Place) -> None:
    for step in range(1, STEPS):
        home = place.new_home(tmp_path / str(step))
        told = place.write(home, "kill", step)
        check(home.root, place, told, was_cut=True)
        if told and told[-1] == "end":
            break
    assert told == [f"{number} done" for number in range(len(PLAN))] + ["end"]
    assert step > 100


def test_refused_at_every_step_nothing_is_half_done_and_it_is_told(tmp_path: Path, place: Place) -> None:
    refused = 0
    for step in range(1, STEPS):
        home = place.new_home(tmp_path / str(step))
        told = place.write(home, "refuse", step)
        assert told, "the writer died of something that is no error of ours"
        assert told[-1] in ENDS, told
        check(home.root, place, told, was_cut=False)
        codes = {line.split()[1] for line in told[:-1]} - {"done"}
        assert codes <= REFUSED, codes
        refused += bool(codes)
        if told[-1] == "end":
            break
    assert told[-1] == "end"
    assert codes == set()
    assert refused > 60


@pytest.mark.parametrize("most", [0, 10, 400, 3_000, 4_000, 5_000, 66_000])
def test_on_a_full_disk_nothing_is_half_done_and_it_is_told(tmp_path: Path, place: Place, most: int) -> None:
    home = place.new_home(tmp_path / "home")
    assert place.write(home, "run", 0)[-1] == "end"
    before = place.write(home, "full", most)
    assert before[-1] == "end"
    check(home.root, place, [f"{number} done" for number in range(len(PLAN))] + ["end"], was_cut=False)
    other = place.new_home(tmp_path / "other")
    told = place.write(other, "full", most)
    assert told[-1] == "end"
    assert (told[0] == "0 store-write-failed") == (most < 66_000)
    check(other.root, place, told, was_cut=False)


LEFTOVERS = {
    "only synced names, only synced bytes": (True, worst),
    "all names, only synced bytes": (False, worst),
    "all names, torn ends": (False, torn),
}


@pytest.mark.parametrize("leftover", LEFTOVERS)
def test_a_power_cut_leaves_all_that_was_told_and_nothing_half(tmp_path: Path, place: Place, leftover: str) -> None:
    require(shutil.which("strace") is not None, "strace is not installed")
    home, recording = place.new_home(tmp_path / "home"), tmp_path / "recording"
    disk = Disk(home.root)
    command = ["strace", "-f", "-xx", "-s", "10000000", "-e", f"trace={CALLS}", "-o", str(recording)]
    command += [sys.executable, str(PROGRAM), str(place.source.root), str(home.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=ENVIRONMENT)
    require(done.returncode == 0 and "end" in done.stdout, "strace may not trace here")
    only_synced_names, content = LEFTOVERS[leftover]
    every = len(recording.read_text("ascii").splitlines()) // CUTS
    for number, _ in enumerate(disk.follow(recording)):
        if number % every == 0:
            left = tmp_path / f"left-{number}"
            write_out(disk.top, left, only_synced_names=only_synced_names, content=content)
            check(left, place, disk.said.splitlines(), was_cut=True)
            shutil.rmtree(left)
    assert disk.said.splitlines()[-1] == "end"
