"""Four real validators of CometBFT with the registry as their application, under load and perturbed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest
import pytest_asyncio

from app.consortium.cometkeys import key_address
from app.consortium.company import Company
from tests.scenarios.network.governance import decide, validator_keys
from tests.scenarios.network.load import Load
from tests.scenarios.network.network import BACK_SECONDS, Network, running_network, running_newcomer, until
from tests.scenarios.network.rpc import Rpc

pytestmark = pytest.mark.asyncio(loop_scope="module")

PERTURBED = 2
MEANWHILE = 4
"""Blocks that the others make while one is away: some two or three seconds."""
LONG_SECONDS = 10.0
SNAPSHOT_INTERVAL = 2
"""So often that a newcomer, who looks around for five seconds, chooses one that is old by then."""
PATIENCE_SECONDS = 150.0
"""CometBFT alone looks for snapshots for 15 s, and other tests may want the machine meanwhile."""
POWER = 10

Meanwhile = Callable[[Network], Awaitable[None]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def network(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Network]:
    """Four validators."""
    folder = tmp_path_factory.mktemp("network") / "联盟 consortium"
    async with running_network(folder, options=["--snapshot-interval", str(SNAPSHOT_INTERVAL)]) as network:
        yield network


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def load(network: Network) -> AsyncIterator[Load]:
    """Transactions, all the time."""
    load = Load(network)
    running = asyncio.create_task(load.run())
    await load.wait_for(1)
    yield load
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def others_go_on(network: Network) -> None:
    """Be away until the others have made some blocks."""
    others = network.others(PERTURBED)
    await network.wait_for_blocks(MEANWHILE, *others)
    assert await network.rpc[PERTURBED].height() < await network.height(*others), "it was not away"


async def others_go_on_for_long(network: Network) -> None:
    """Be away for ten seconds, in which the others make blocks."""
    await asyncio.gather(asyncio.sleep(LONG_SECONDS), others_go_on(network))


# ---- what is done to one of four -------------------------------------------------------------------------------------
async def kill(network: Network, meanwhile: Meanwhile) -> None:
    await network.kill(PERTURBED)
    await meanwhile(network)
    await network.start(PERTURBED)


async def kill_the_application(network: Network, meanwhile: Meanwhile) -> None:
    await network.kill(PERTURBED, "abci")
    await meanwhile(network)
    await network.start(PERTURBED)


async def kill_cometbft(network: Network, meanwhile: Meanwhile) -> None:
    await network.kill(PERTURBED, "cometbft")
    await meanwhile(network)
    await network.start(PERTURBED)


async def pause(network: Network, meanwhile: Meanwhile) -> None:
    network.pause(PERTURBED)
    await meanwhile(network)
    network.resume(PERTURBED)


async def disconnect(network: Network, meanwhile: Meanwhile) -> None:
    await network.disconnect(PERTURBED)
    await meanwhile(network)
    await network.reconnect(PERTURBED)


async def restart(network: Network, meanwhile: Meanwhile) -> None:
    await network.stop(PERTURBED)
    await meanwhile(network)
    await network.start(PERTURBED)


Perturbation = Callable[[Network, Meanwhile], Awaitable[None]]
PERTURBATIONS = [kill, kill_the_application, kill_cometbft, pause, disconnect, restart]


@pytest.mark.parametrize("perturb", PERTURBATIONS, ids=lambda perturb: perturb.__name__)
@pytest.mark.parametrize(
    "meanwhile",
    [
        pytest.param(others_go_on, id="short"),
        pytest.param(others_go_on_for_long, id="long", marks=pytest.mark.campaign),
    ],
)
async def test_the_chain_goes_on_without_one_of_four_which_then_comes_back(
    network: Network, load: Load, perturb: Perturbation, meanwhile: Meanwhile
) -> None:
    await perturb(network, meanwhile)
    await network.wait_until_back(PERTURBED, BACK_SECONDS)
    await network.wait_for_blocks(2)  # all four, together
    await load.wait_for_what_waits()
    await load.check_nothing_is_lost()


async def test_without_two_of_four_no_block_is_made_and_with_them_the_chain_goes_on(
    network: Network, load: Load
) -> None:
    left = network.others(1, 3)
    await network.stop(1)
    await network.disconnect(3)
    stands = await network.wait_until_still(*left)
    acknowledged = dict(load.acknowledged)
    assert await network.wait_until_still(*left) == stands
    assert load.acknowledged == acknowledged
    await network.start(1)
    await network.reconnect(3)
    await network.wait_for_height(stands + 2, seconds=2 * BACK_SECONDS)
    await load.wait_for_what_waits()
    await load.check_nothing_is_lost()


async def test_a_newcomer_starts_from_a_snapshot_gets_a_seat_signs_and_loses_it_again(
    network: Network, load: Load
) -> None:
    await network.wait_for_height(2 * SNAPSHOT_INTERVAL + 2)
    async with running_newcomer(network, await state_sync(network, 2)) as (company, rpc):
        await until(lambda: is_at_the_tip(network, rpc), PATIENCE_SECONDS)
        earliest = (await rpc.call("status"))["sync_info"]["earliest_block_height"]
        assert int(earliest) > 1, "it fetched the whole chain"

        await decide(network, company.validator, POWER, 1, 2, 3)
        await until(lambda: signs(network, company), PATIENCE_SECONDS)
        assert (await validator_keys(network, 4))[company.validator] == POWER

        await decide(network, company.validator, 0, 1, 2, 3)  # who proposes answers for the seat
        await until(lambda: has_no_seat(network, company), PATIENCE_SECONDS)
    await network.wait_for_blocks(3)
    await load.wait_for_what_waits()
    await load.check_nothing_is_lost()


async def state_sync(network: Network, trusted: int) -> str:
    """What makes a node start from a snapshot; it trusts the block at a height that everybody names alike."""
    commit = (await network.rpc[1].call("commit", height=str(trusted)))["signed_header"]["commit"]
    return f"""
[statesync]
enable = true
rpc_servers = "{network.rpc[1].url},{network.rpc[2].url}"
trust_height = {trusted}
trust_hash = "{commit["block_id"]["hash"]}"
discovery_time = "5s"
"""


async def is_at_the_tip(network: Network, rpc: Rpc) -> bool:
    return not await rpc.is_catching_up() and await rpc.height() >= await network.height() > 0


async def signs(network: Network, company: Company) -> bool:
    commit = (await network.rpc[1].call("commit"))["signed_header"]["commit"]
    address = key_address(company.validator).hex().upper()
    return address in {signature["validator_address"] for signature in commit["signatures"]}


async def has_no_seat(network: Network, company: Company) -> bool:
    return company.validator not in await validator_keys(network, 1)
