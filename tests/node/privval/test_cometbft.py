"""The signer behind a real CometBFT: blocks are made, whoever is killed, and nothing is ever signed twice."""

import asyncio
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from app.core.errors import StoreInUse
from app.core.home import Home
from app.core.wire import privval_pb2 as wire
from app.node.consensus.genesis import decode_genesis
from app.node.privval.guard import LastSigned
from app.wiring.signer import import_signer
from tests.node.privval.real import (
    Process,
    Relay,
    kill,
    make_comet_home,
    relaying,
    start_comet,
    start_signer,
    until_told,
)

pytestmark = pytest.mark.timeout(120)
KILLS = 8
CHANCE = Random(39)


@dataclass
class Validator:
    """A validator in two processes with a relay between them."""

    folder: Path
    relay: Relay
    stack: AsyncExitStack

    async def start_signer(self) -> Process:
        """Start the signer; it is ended with the test."""
        process = await start_signer(self.folder / "home", self.relay.near)
        self.stack.push_async_callback(kill, process)
        return process

    async def start_comet(self) -> Process:
        """Start CometBFT; it is ended with the test."""
        self.relay.far.unlink(missing_ok=True)  # the relay stands between it and the signer, which would do this
        process = await start_comet(self.folder / "comet", self.relay.far, self.folder / "comet.log")
        self.stack.push_async_callback(kill, process)
        return process

    async def make_blocks(self, count: int = 2) -> None:
        """Wait until so many more heights are signed."""
        await self.relay.until_height(self.relay.height + count)


@pytest.fixture
def comet(short_path: Path) -> Path:
    """CometBFT's home, of a new validator."""
    return make_comet_home(short_path / "comet")


def move(comet: Path) -> tuple[Relay, LastSigned]:
    """Move the validator to a signer; the relay for it, and what it signed last."""
    home = Home(comet.parent / "home")
    key, last = import_signer(home, comet)
    chain_id = decode_genesis(home.genesis.read_bytes()).chain_id
    return Relay(comet.parent / "near", comet.parent / "far", chain_id, key.public_key), last


def check_never_twice(relay: Relay) -> None:
    """In each place one thing was signed, however often it was asked for."""
    assert {place: len(set(signed)) for place, signed in relay.released.items() if len(set(signed)) > 1} == {}


def kill_at(relay: Relay, direction: str, count: int, process: Process) -> "asyncio.Event":
    """Kill the signer when so many more messages have come that way; the last one is lost with it."""
    done, left = asyncio.Event(), [count]

    async def hook(message: wire.Message) -> None:
        if message.WhichOneof("sum") in {"ping_request", "ping_response"}:
            return
        left[0] -= 1
        if left[0] == 0:
            process.kill()
            done.set()
            raise ConnectionResetError

    setattr(relay, direction, hook)
    return done


async def test_a_signer_killed_at_any_moment_comes_back_and_never_signs_twice(comet: Path) -> None:
    relay, _ = move(comet)
    async with relaying(relay) as stack:
        validator = Validator(comet.parent, relay, stack)
        signer = await validator.start_signer()
        await validator.start_comet()
        await validator.make_blocks()
        for number in range(KILLS):
            direction = ("on_answer", "on_question")[number % 2]
            killed = kill_at(relay, direction, CHANCE.randint(1, 9), signer)
            await killed.wait()
            await signer.wait()
            setattr(relay, direction, None)
            signer = await validator.start_signer()
            await validator.make_blocks()
    check_never_twice(relay)
    assert [place for place, signed in relay.released.items() if len(signed) > 1]  # lost answers were asked for again


async def test_a_pause_a_restart_and_a_killed_cometbft_do_no_harm(comet: Path) -> None:
    relay, _ = move(comet)
    async with relaying(relay) as stack:
        validator = Validator(comet.parent, relay, stack)
        signer = await validator.start_signer()
        process = await validator.start_comet()
        await validator.make_blocks()
        relay.hung_up.clear()
        signer.send_signal(signal.SIGSTOP)
        await relay.hung_up.wait()  # CometBFT waits five seconds for an answer
        signer.send_signal(signal.SIGCONT)
        await validator.make_blocks()
        for end in (Process.terminate, Process.kill):
            end(process)
            await process.wait()
            process = await validator.start_comet()
            await validator.make_blocks()
    check_never_twice(relay)


async def test_a_second_signer_on_one_home_is_refused(comet: Path) -> None:
    relay, _ = move(comet)
    async with relaying(relay) as stack:
        validator = Validator(comet.parent, relay, stack)
        await validator.start_signer()
        await validator.start_comet()
        await validator.make_blocks(1)
        second = await validator.start_signer()
        assert await second.wait() == 1
        await validator.make_blocks(1)
    assert "Another program is using this data folder" in (comet.parent / "signer.log").read_text()


async def test_the_chain_goes_on_after_cometbft_was_killed_and_left_its_socket(comet: Path) -> None:
    move(comet)
    socket = comet.parent / "socket"
    signer = await start_signer(comet.parent / "home", socket)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(kill, signer)
        for _ in range(2):
            await make_a_block(comet, socket, stack)
    assert "nobody listens" in (comet.parent / "signer.log").read_text()


async def make_a_block(comet: Path, socket: Path, stack: AsyncExitStack) -> None:
    """Start CometBFT, again and again as whoever supervises it would, until it makes a block; then kill it."""
    while True:
        process = await start_comet(comet, socket)
        stack.push_async_callback(kill, process)
        made = await until_told(process, "committed state")
        await kill(process)
        if made:
            return


async def test_a_validator_that_signed_by_itself_goes_on_behind_the_signer(comet: Path) -> None:
    async with AsyncExitStack() as stack:
        process = await start_comet(comet, None)
        stack.push_async_callback(kill, process)
        assert await until_told(process, "height=4")
        with pytest.raises(StoreInUse):
            move(comet)
        await kill(process)
    relay, last = move(comet)
    assert last.place.height >= 3
    async with relaying(relay) as stack:
        validator = Validator(comet.parent, relay, stack)
        await validator.start_signer()
        await validator.start_comet()
        await relay.until_height(last.place.height + 3)
    check_never_twice(relay)
    for place, signed in relay.released.items():
        assert place > last.place or (place, signed[0][0]) == (last.place, last.sign_bytes)
