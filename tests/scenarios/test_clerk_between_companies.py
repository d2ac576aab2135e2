"""A clerk of a partner, with the real command and a node of their own, while the companies' validators fail one by one.

Whatever happens to one of four, files become final, and a stranger with nothing but the genesis document finds every bundle
valid. With two of four down nothing becomes final and nobody says so.
"""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from app.children import Child, start_child
from app.consortium.making import load_company
from app.core.home import Home
from app.wallet.keystore import load_keystore
from app.wiring.sandbox import create_clerk_key
from tests.scenarios.command import Answer, luopu
from tests.scenarios.network.governance import decide, validator_keys
from tests.scenarios.network.network import Network, running_network, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSPHRASE = "四个词 的 口令"
VERIFIED_STEPS = 12
BACK_SECONDS = 20.0
NEW_POWER = 13
PATIENCE_SECONDS = 60.0


@dataclass
class Desk:
    """A clerk's home whose node follows all validators."""

    network: Network
    home: Home
    node: Child
    files: Path
    made: int = 0

    async def notarize(self) -> Answer:
        """Notarize a new file and wait for the outcome."""
        self.made += 1
        path = self.files / f"报告 {self.made}.txt"
        await asyncio.to_thread(path.write_text, f"第 {self.made} 份报告\n", encoding="utf-8")
        return await self.luopu("notarize", path, "--wait", "--passphrase-file", self.files / "passphrase")

    async def luopu(self, *arguments: str | Path) -> Answer:
        """The command in this home."""
        return await asyncio.to_thread(luopu, *arguments, "--home", self.home.root)

    async def height(self) -> int:
        """Where the node stands."""
        return int((await self.luopu("status")).document["height"])


@asynccontextmanager
async def desk_of(network: Network, home: Home, files: Path) -> AsyncIterator[Desk]:
    """The desk while its node runs."""
    peers = [part for rpc in network.rpc.values() for part in ("--peer", rpc.url)]
    node = await start_child(home, "node", peers)
    try:
        yield Desk(network, home, node, files)
    finally:
        await node.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """Four validators and a clerk."""
    folder = tmp_path_factory.mktemp("clerk")
    home = Home(folder / "办公桌 desk")
    create_clerk_key(home, PASSPHRASE)
    (folder / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    key = load_keystore(home.keystore).public_key
    async with running_network(folder / "network", partner_key=key) as network:
        shutil.copy(network.folder.genesis, home.genesis)
        async with desk_of(network, home, folder) as desk:
            yield desk


async def kill(network: Network, meanwhile: Callable[[], Awaitable[None]]) -> None:
    await network.kill(1)
    await meanwhile()
    await network.start(1)


async def pause(network: Network, meanwhile: Callable[[], Awaitable[None]]) -> None:
    network.pause(2)
    await meanwhile()
    network.resume(2)


async def disconnect(network: Network, meanwhile: Callable[[], Awaitable[None]]) -> None:
    await network.disconnect(3)
    await meanwhile()
    await network.reconnect(3)


async def restart(network: Network, meanwhile: Callable[[], Awaitable[None]]) -> None:
    await network.stop(4)
    await meanwhile()
    await network.start(4)


Perturbation = Callable[[Network, Callable[[], Awaitable[None]]], Awaitable[None]]


@pytest.mark.parametrize(
    ("perturb", "number"),
    [(kill, 1), (pause, 2), (disconnect, 3), (restart, 4)],
    ids=["kill", "pause", "disconnect", "restart"],
)
async def test_a_file_becomes_final_while_one_of_four_validators_fails_and_a_stranger_can_check_it(
    desk: Desk, perturb: Perturbation, number: int, tmp_path: Path
) -> None:
    answers: list[Answer] = []

    async def notarize() -> None:
        answers.append(await desk.notarize())

    await perturb(desk.network, notarize)
    assert answers[0].status == 0, answers[0].words
    record = answers[0].document["records"][0]
    assert record["state"] == "final"
    await desk.network.wait_until_back(number, BACK_SECONDS)
    await assert_a_stranger_finds_it_valid(desk, record["record"], tmp_path)


async def test_with_two_of_four_down_nothing_is_final_until_they_are_back(desk: Desk, tmp_path: Path) -> None:
    await desk.network.stop(1, 2)
    stands = await desk.network.wait_until_still(3, 4)
    notarizing = asyncio.create_task(desk.notarize())
    await wait_for_a_waiting_transaction(desk.network, 3)
    assert await desk.network.wait_until_still(3, 4) == stands
    assert not notarizing.done(), "nobody may be told of an outcome"
    assert await desk.height() <= stands
    await desk.network.start(1, 2)
    answer = await notarizing
    assert answer.status == 0, answer.words
    record = answer.document["records"][0]
    assert record["state"] == "final"
    await assert_a_stranger_finds_it_valid(desk, record["record"], tmp_path)


async def test_a_node_that_slept_while_the_validators_changed_goes_on_and_blames_nobody(desk: Desk) -> None:
    changed = seat_key(desk.network, 4)
    os.kill(desk.node.pid, signal.SIGSTOP)
    try:
        await decide(desk.network, changed, NEW_POWER, 4, 1, 2)

        async def is_changed() -> bool:
            return (await validator_keys(desk.network, 1))[changed] == NEW_POWER

        await until(is_changed, PATIENCE_SECONDS)
    finally:
        os.kill(desk.node.pid, signal.SIGCONT)
    answer = await desk.notarize()
    assert answer.document["records"][0]["state"] == "final"
    assert all(peer["error"] is None for peer in (await desk.luopu("status")).document["peers"])
    listed = (await desk.luopu("gov")).document["seats"]
    assert {seat["key"]: seat["power"] for seat in listed}[changed.hex()] == NEW_POWER


async def test_the_node_has_what_every_validator_has(desk: Desk) -> None:
    status = (await desk.luopu("status")).document
    height = str(status["height"])
    for rpc in desk.network.rpc.values():
        block = await rpc.call("block", height=height)
        assert block["block_id"]["hash"].lower() == status["block_hash"]


def seat_key(network: Network, number: int) -> bytes:
    return load_company(network.folder.validator(number).company).validator


async def assert_a_stranger_finds_it_valid(desk: Desk, record: str, folder: Path) -> None:
    """The bundle needs the block after the record's, which comes by itself because the state changed."""
    bundle, stranger = folder / "bundle.asice", folder / "stranger"
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (made := await desk.luopu("bundle", record[:16], "-o", bundle)).status != 0:
            assert made.document["error"]["code"] == "not-yet-provable", made.words
    answer = await asyncio.to_thread(luopu, "verify", bundle, "--trust", desk.home.genesis, "--home", stranger)
    assert answer.document["verdict"] == "valid", answer.document
    assert [step["state"] for step in answer.document["steps"]] == ["passed"] * VERIFIED_STEPS


async def wait_for_a_waiting_transaction(network: Network, number: int) -> None:
    """Until a validator's mempool holds one: the node has handed it on."""

    async def one_waits() -> bool:
        return int((await network.rpc[number].call("num_unconfirmed_txs"))["n_txs"]) > 0

    await until(one_waits, PATIENCE_SECONDS)
