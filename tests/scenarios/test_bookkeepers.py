"""Bookkeepers of real validators decide with the real command, each at a node of their own, and CometBFT's set follows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest_asyncio

from app.children import start_child
from app.core.hashing import sha256
from app.core.home import Home
from app.node.engine.founding import FIRST_BOOKKEEPER
from tests.fakes.chain import make_key
from tests.scenarios.command import Answer, luopu
from tests.scenarios.network.governance import validator_keys
from tests.scenarios.network.network import QUICK, Network, running_network, until

REASONS = "会议纪要：丁公司加入\n"
POWER = 5
PATIENCE_SECONDS = 60.0
NEWCOMER = bytes(make_key("newcomer").verify_key)
BOOKKEEPERS = (1, 2, 3)


@dataclass
class Chamber:
    """The homes of three bookkeepers, whose nodes run."""

    network: Network
    folder: Path

    def home(self, number: int) -> Home:
        return self.network.folder.validator(number).bookkeeper

    async def luopu(self, number: int, *arguments: str | Path) -> Answer:
        """`luopu gov …` in a bookkeeper's home."""
        return await asyncio.to_thread(luopu, "gov", "--home", self.home(number).root, *arguments)

    async def vote(self, number: int, *arguments: str | Path) -> dict[str, Any]:
        """The same for a vote, which must become final; the proposal afterwards."""
        answer = await self.luopu(number, *arguments, "--passphrase-file", self.folder / "passphrase")
        assert answer.status == 0, answer.document
        assert answer.document["state"] == "final"
        proposal: dict[str, Any] = answer.document["proposal"]
        return proposal

    async def propose(self, number: int, power: int) -> dict[str, Any]:
        change = ("--validator-key", NEWCOMER.hex(), "--power", str(power), "--account", str(FIRST_BOOKKEEPER))
        return await self.vote(number, "propose", "validator", *change, "--document", self.folder / "minutes.txt")

    async def approve(self, number: int, proposal: str) -> dict[str, Any]:
        """As soon as the bookkeeper's own node has the proposal."""

        async def is_listed() -> bool:
            return proposal in {each["id"] for each in (await self.luopu(number)).document["proposals"]}

        await until(is_listed, PATIENCE_SECONDS)
        return await self.vote(number, "approve", proposal)

    async def make_blocks(self, count: int) -> None:
        """Nobody makes empty blocks for a minute, so put something into them."""
        for _ in range(count):
            height = await self.network.height()
            assert await self.network.rpc[1].submit(self.network.clerk.notarize(height + 100)) == 0
            await self.network.wait_for_height(height + 1)

    async def seats(self, number: int) -> dict[str, int]:
        """Key → power, as the list says."""
        return {seat["key"]: seat["power"] for seat in (await self.luopu(number)).document["seats"]}


@pytest_asyncio.fixture
async def chamber(tmp_path: Path) -> AsyncIterator[Chamber]:
    (tmp_path / "passphrase").write_text(QUICK.passphrase + "\n", encoding="utf-8")
    (tmp_path / "minutes.txt").write_text(REASONS, encoding="utf-8")
    async with running_network(tmp_path / "network") as network, AsyncExitStack() as nodes:
        chamber = Chamber(network, tmp_path)
        for number in BOOKKEEPERS:
            child = await start_child(chamber.home(number), "node", [])
            nodes.push_async_callback(child.stop)
        yield chamber


async def test_three_of_four_bookkeepers_seat_a_validator_and_unseat_it(chamber: Chamber) -> None:
    network = chamber.network
    before = await validator_keys(network, 1)
    proposal = await chamber.propose(1, POWER)
    assert (proposal["decided"], proposal["approving_power"], proposal["needed_power"]) == (False, 10, 27)
    assert proposal["document"] == sha256(REASONS.encode()).hex()
    assert not (await chamber.approve(2, proposal["id"]))["decided"]
    assert await validator_keys(network, 1) == before
    assert (await chamber.approve(3, proposal["id"]))["decided"]

    await chamber.make_blocks(3)
    assert await validator_keys(network, 4) == {**before, NEWCOMER: POWER}
    assert (await chamber.seats(3))[NEWCOMER.hex()] == POWER
    again = await chamber.luopu(1, "approve", proposal["id"], "--passphrase-file", chamber.folder / "passphrase")
    assert (again.status, again.document["error"]["code"]) == (1, "proposal-closed")

    leaving = (await chamber.propose(2, 0))["id"]
    for number in (1, 3):
        decided = (await chamber.approve(number, leaving))["decided"]
    assert decided
    await chamber.make_blocks(3)
    assert await validator_keys(network, 1) == before
    assert NEWCOMER.hex() not in await chamber.seats(3)
