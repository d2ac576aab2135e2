"""Where the bookkeepers decided on a later law, a program that does not know it stops before its first block (3.7)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

import app.registry.law
from app.core.errors import NodeHalted, UpgradeNeeded
from app.core.wire import registry_pb2 as wire
from app.node.engine.engine import EmbeddedEngine
from app.node.service import NodeService
from app.registry.law import LAW_VERSION
from tests.fakes.consortium import MovedClock, grow, make_engine, make_store
from tests.fakes.council import Council, make_council
from tests.fakes.keyvalue import MemoryKeyValue
from tests.fakes.network import make_node, serving, serving_desk
from tests.node.abci.asking import INFO, finalize, prepare, process
from tests.node.abci.conftest import AppInMemory

DECIDED, HEIGHT = 4, 12
"""Blocks that decide on the upgrade, and that are the first under the later law."""
NEXT = LAW_VERSION + 1
FACTS = {"height": HEIGHT, "expected": NEXT, "got": LAW_VERSION}

NewProgram = Callable[[bool], None]


@pytest.fixture
def council() -> Council:
    return make_council()


@pytest.fixture
def new_program(monkeypatch: pytest.MonkeyPatch) -> NewProgram:
    """Lets this program know the later law, or not."""
    return lambda is_new: monkeypatch.setattr(app.registry.law, "LAW_VERSION", NEXT if is_new else LAW_VERSION)


def votes(council: Council, height: int) -> list[bytes]:
    """For the upgrade, on top of the block at `height`."""
    upgrade = wire.Upgrade(height=HEIGHT, version=NEXT, release=bytes(32))
    return council.votes(wire.Propose(document=bytes(32), deadline=HEIGHT - 1, upgrade=upgrade), height)


def engine_before(council: Council, blocks: int, clock: MovedClock | None = None) -> EmbeddedEngine:
    """An engine with so many blocks, of which one decided on the upgrade."""
    engine = make_engine(council.consortium, clock=clock)
    grow(engine, council.consortium.clerk, DECIDED - 1)
    for raw in votes(council, DECIDED - 1):
        engine.admit(raw)
    engine.produce()
    grow(engine, council.consortium.clerk, blocks - DECIDED)
    return engine


@asynccontextmanager
async def following(council: Council, engine: EmbeddedEngine, kv: MemoryKeyValue) -> AsyncIterator[NodeService]:
    """A node of this program behind the engine."""
    async with serving(engine) as url, make_node(council.consortium, [url], store=make_store(kv)) as node:
        yield node


async def run_until_halted(node: NodeService) -> None:
    async with asyncio.timeout(20):
        await node.follower.run()


# ---- the engine -----------------------------------------------------------------------------------------------------
def test_the_engine_makes_the_block_before_and_no_other(council: Council) -> None:
    clock = MovedClock()
    engine = engine_before(council, HEIGHT - 1, clock)
    before, looked = engine.store.tip.SerializeToString(), clock.at
    for _ in range(2):
        with pytest.raises(UpgradeNeeded) as caught:
            engine.produce()
        assert caught.value.facts == FACTS
    assert engine.store.tip.height == engine.store.durable_tip.height == HEIGHT - 1
    assert engine.store.tip.SerializeToString() == before
    assert clock.at == looked  # nobody dated a vote: nothing was signed


async def test_the_running_engine_ends_with_the_error(council: Council) -> None:
    engine = engine_before(council, HEIGHT - 3)
    with pytest.raises(UpgradeNeeded):
        await engine.run(0.001)
    assert engine.store.durable_tip.height == HEIGHT - 1


def test_a_program_that_knows_the_law_goes_on_where_the_other_stopped(
    council: Council, new_program: NewProgram
) -> None:
    engine = engine_before(council, HEIGHT - 1)
    new_program(True)
    grow(engine, council.consortium.clerk, 3)
    assert engine.store.durable_tip.height == HEIGHT + 2


# ---- the node that follows ------------------------------------------------------------------------------------------
async def test_the_node_halts_at_exactly_that_height_and_says_so(council: Council, new_program: NewProgram) -> None:
    new_program(True)
    engine = engine_before(council, HEIGHT + 3)
    new_program(False)
    async with following(council, engine, MemoryKeyValue()) as node, serving_desk(node) as endpoint:
        await run_until_halted(node)
        assert isinstance(node.follower.halted, UpgradeNeeded)
        assert node.follower.halted.facts == FACTS
        assert node.store.durable_tip.height == HEIGHT - 1
        assert list(node.store.contradictions()) == []
        assert [(state.offences, state.failures) for state in node.peers.states] == [(0, 0)]
        with pytest.raises(NodeHalted):
            await node.submit(council.consortium.clerk.notarize(HEIGHT + 5))
        headers = {"Authorization": f"Bearer {endpoint.token}"}
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{endpoint.url}/v1/status", headers=headers) as said,
        ):
            answer = await said.json()
        assert (answer["height"], answer["halted"]) == (HEIGHT - 1, "upgrade-needed")
        assert answer["halted_facts"] == {name: str(value) for name, value in FACTS.items()}


async def test_whoever_starts_the_old_program_again_is_told_at_once(council: Council, new_program: NewProgram) -> None:
    """Whether a peer has the next block or not."""
    engine, kv = engine_before(council, HEIGHT - 1), MemoryKeyValue()
    async with following(council, engine, kv) as node:
        while node.store.durable_tip.height < HEIGHT - 1:
            await node.follower.step()
        assert node.follower.halted is None
    async with make_node(council.consortium, [], store=make_store(kv.reopen())) as node:
        await run_until_halted(node)
        assert isinstance(node.follower.halted, UpgradeNeeded)
    new_program(True)
    grow(engine, council.consortium.clerk, 2)
    async with following(council, engine, kv.reopen()) as node:
        while node.store.durable_tip.height < HEIGHT + 1:
            await node.follower.step()
        assert node.follower.halted is None


# ---- the application of CometBFT -------------------------------------------------------------------------------------
@pytest.mark.parametrize("request_of", [prepare, process, finalize], ids=["prepare", "process", "finalize"])
def test_the_application_answers_no_question_about_that_block(
    council: Council, tmp_path: Path, request_of: Callable[..., object]
) -> None:
    application = AppInMemory(council.consortium, tmp_path)
    application.begin()
    for height in range(1, HEIGHT):
        application.block(height, *(votes(council, height - 1) if height == DECIDED else []))
    for _ in range(2):
        with pytest.raises(UpgradeNeeded) as caught:
            application.ask(request_of(HEIGHT, []))  # type: ignore[arg-type]
        assert caught.value.facts == FACTS
        application.kill()
    assert application.ask(INFO).info.last_block_height == HEIGHT - 1
