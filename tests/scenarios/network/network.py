"""Four real validators, each line between two of them through a relay, to be perturbed at will.

`Network` starts CometBFT and the application as `luopu consortium start` does, but leaves what falls where it fell, so
that a test decides. Validators are counted from 1. Everything is ended by its process id when `running_network` is left.
"""

import asyncio
import os
import random
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from app.consortium.company import Company
from app.consortium.folders import ConsortiumFolder
from app.consortium.making import Lock, configure, load_company, make_company
from app.consortium.onecomputer import PEER_PORT, RPC_PORT, Plan, make_consortium
from app.consortium.validator import Validator
from app.core.keys import PublicKey
from app.wallet.keystore import Cost
from tests.cometbft import cometbft
from tests.fakes.consortium import PLENTY, Clerk
from tests.scenarios.network.relay import Relay
from tests.scenarios.network.rpc import Rpc

INTERVAL = 0.5
QUICK = Lock("a passphrase", Cost(1, 8192))
"""For keys that nobody will miss."""
BACK_SECONDS = 20.0
"""A validator that was perturbed is at the tip again within so long."""
POLL = 0.05
CHAIN_ID = "luopu-network"


async def until(condition: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """Wait until a condition holds.

    Raises:
        TimeoutError: not in time.
    """
    async with asyncio.timeout(seconds):
        while True:
            if await condition():
                return
            await asyncio.sleep(POLL)


class Network:
    """The validators, their lines, and what a test does to them."""

    def __init__(
        self, root: Path, plan: Plan, clerk: Clerk, relays: dict[tuple[int, int], Relay], options: Sequence[str]
    ) -> None:
        self.folder = ConsortiumFolder(root)
        self.plan = plan
        self.clerk = clerk
        self.numbers = range(1, len(plan.names) + 1)
        program = cometbft()
        self.validators = {
            number: Validator(self.folder.validator(number), program, options) for number in self.numbers
        }
        self.rpc = {number: Rpc(plan.rpc_url(number)) for number in self.numbers}
        self._relays = relays

    def others(self, *numbers: int) -> list[int]:
        """All but these."""
        return [number for number in self.numbers if number not in numbers]

    # ---- what is done to them ------------------------------------------------------------------------------------
    async def start(self, *numbers: int) -> None:
        """Start validators that do not run, and wait until they answer."""
        await asyncio.gather(*(self.validators[number].start() for number in numbers))

    async def stop(self, *numbers: int) -> None:
        """End validators in peace."""
        await asyncio.gather(*(self.validators[number].stop() for number in numbers))

    async def restart(self, number: int) -> None:
        """End a validator in peace and start it again."""
        await self.stop(number)
        await self.start(number)

    async def kill(self, number: int, *names: str) -> None:
        """Kill a validator's processes, or those of these names ("abci", "cometbft"); nothing of it runs afterwards."""
        for process in self.validators[number].processes:
            if not names or process.name in names:
                os.kill(process.pid, signal.SIGKILL)
        await self.stop(number)

    def pause(self, number: int) -> None:
        """Stop both processes where they stand; their sockets stay open."""
        self._signal(number, signal.SIGSTOP)

    def resume(self, number: int) -> None:
        """Let them go on."""
        self._signal(number, signal.SIGCONT)

    async def disconnect(self, number: int) -> None:
        """Cut every line from and to a validator. It goes on running, and its RPC answers."""
        await asyncio.gather(*(relay.cut() for relay in self._lines(number)))

    async def reconnect(self, number: int) -> None:
        """Mend them."""
        await asyncio.gather(*(relay.mend() for relay in self._lines(number)))

    # ---- what is waited for --------------------------------------------------------------------------------------
    async def height(self, *numbers: int) -> int:
        """The highest that one of these (or all) says it has."""
        heights = await asyncio.gather(*(self.rpc[number].height() for number in numbers or self.numbers))
        return max(heights)

    async def wait_for_height(self, height: int, *numbers: int, seconds: float = 60.0) -> None:
        """Wait until each of these (or all) has this height."""

        async def have_it() -> bool:
            return min([await self.rpc[number].height() for number in numbers or self.numbers]) >= height

        await until(have_it, seconds)

    async def wait_for_blocks(self, count: int, *numbers: int, seconds: float = 60.0) -> None:
        """Wait until each of these (or all) has so many more blocks than the highest of them has now."""
        await self.wait_for_height(await self.height(*numbers) + count, *numbers, seconds=seconds)

    async def wait_until_back(self, number: int, seconds: float = BACK_SECONDS) -> None:
        """Wait until a validator stands where the others stand, and takes part."""

        async def is_back() -> bool:
            if await self.rpc[number].is_catching_up():
                return False
            return await self.height(*self.others(number)) <= await self.rpc[number].height()

        await until(is_back, seconds)

    async def wait_until_still(self, *numbers: int, seconds: float = 3.0) -> int:
        """Wait until none of these makes a block for so many seconds; the height at which they stand."""
        while True:
            height = await self.height(*numbers)
            try:
                await self.wait_for_height(height + 1, *numbers, seconds=seconds)
            except TimeoutError:
                if await self.height(*numbers) == height:
                    return height

    def _lines(self, number: int) -> Iterable[Relay]:
        return [relay for ends, relay in self._relays.items() if number in ends]

    def _signal(self, number: int, what: signal.Signals) -> None:
        for process in self.validators[number].processes:
            os.kill(process.pid, what)


@asynccontextmanager
async def running_network(
    root: Path,
    *,
    validators: int = 4,
    interval: float = INTERVAL,
    options: Sequence[str] = (),
    partner_key: PublicKey | None = None,
) -> AsyncIterator[Network]:
    """A consortium of real validators that has made its first block, until left; `options` are for `luopu abci`.

    The partner is the network's own clerk, or whoever has `partner_key`.
    """
    clerk = Clerk(chain_id=CHAIN_ID)
    plan = Plan(
        names=tuple(f"记账方 {number}" for number in range(1, validators + 1)),
        chain_id=CHAIN_ID,
        partner="合作方",
        partner_key=partner_key or clerk.public_key,
        partner_quota=PLENTY,
        first_address=free_address(),
        interval_seconds=interval,
    )
    make_consortium(root, plan, QUICK)
    relays = lay_lines(ConsortiumFolder(root), plan)
    network = Network(root, plan, clerk, relays, options)
    try:
        await asyncio.gather(*(relay.mend() for relay in relays.values()))
        await network.start(*network.numbers)
        await network.wait_for_height(1)
        yield network
    finally:
        for number in network.numbers:
            network.resume(number)  # a paused process ends only when it goes on
        await network.stop(*network.numbers)
        await asyncio.gather(*(relay.cut() for relay in relays.values()))
        await asyncio.gather(*(rpc.close() for rpc in network.rpc.values()))


@asynccontextmanager
async def running_newcomer(network: Network, more: str = "") -> AsyncIterator[tuple[Company, Rpc]]:
    """One more node, without a seat, that dials all validators, until left; `more` is added to its config.toml."""
    number = len(network.numbers) + 1
    folder = network.folder.validator(number)
    companies = [load_company(network.folder.validator(other).company) for other in network.numbers]
    folder.root.mkdir()
    company = make_company(folder, "新来者", f"{network.plan.host(number)}:{PEER_PORT}", QUICK)
    configure(folder, network.folder.genesis, network.plan.settings(number, companies))
    with folder.config.open("a") as file:
        file.write(more)
    validator, rpc = Validator(folder, cometbft()), Rpc(network.plan.rpc_url(number))
    try:
        await validator.start()
        yield company, rpc
    finally:
        await validator.stop()
        await rpc.close()


def lay_lines(folder: ConsortiumFolder, plan: Plan) -> dict[tuple[int, int], Relay]:
    """Relays from each validator to each other (from, to), and configurations that dial them."""
    numbers = range(1, len(plan.names) + 1)
    companies = [load_company(folder.validator(number).company) for number in numbers]
    relays: dict[tuple[int, int], Relay] = {}
    for source in numbers:
        seen = list(companies)
        for target in numbers:
            if target != source:
                relay = Relay(_relay_host(plan, source, target), PEER_PORT, (plan.host(target), PEER_PORT))
                relays[source, target] = relay
                seen[target - 1] = replace(companies[target - 1], address=f"{relay.host}:{relay.port}")
        configure(folder.validator(source), folder.genesis, plan.settings(source, seen))
    return relays


def _relay_host(plan: Plan, source: int, target: int) -> str:
    return f"{plan.first_address.rsplit('.', 1)[0]}.{10 * source + 100 + target}"


def free_address() -> str:
    """The first of a range of loopback addresses that nobody uses."""
    while True:
        address = f"127.{random.randint(1, 250)}.{random.randint(1, 250)}.1"
        try:
            with socket.create_server((address, RPC_PORT)):
                return address
        except OSError:
            continue
