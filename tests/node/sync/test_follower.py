"""Following: groups, restarts, failing disks. What is durable is told, and nothing else."""

import asyncio
import sqlite3
from typing import Any

import pytest

from app.core.errors import StoreDamaged, StoreFailed
from app.core.refusals import Refused
from app.core.units import Height
from app.node.engine.engine import EmbeddedEngine
from app.node.store.chain import ChainStore
from app.node.sync import follower as follower_module
from app.node.sync import peers
from tests.fakes.consortium import FakeConsortium, MemoryHighWater, grow, make_engine, make_store
from tests.fakes.keyvalue import MemoryKeyValue
from tests.fakes.network import (
    FakePeer,
    copy_chain,
    make_node,
    send_instead,
    serving,
    state_of,
)

HEIGHT = 8


async def test_a_long_chain_is_taken_in_groups_one_synced_batch_each(consortium: FakeConsortium) -> None:
    engine = make_engine(consortium)
    grow(engine, consortium.clerk, 175, each=2)
    kv = MemoryKeyValue()
    async with serving(engine) as url, make_node(consortium, [url], store=make_store(kv)) as node:
        told: list[tuple[int, int]] = []
        node.follower._on_blocks = lambda first, last: told.append((first, last))
        before = kv.synced_batches
        await node.follower.step()
        assert node.store.durable_tip == engine.store.durable_tip
        assert told == [(1, 50), (51, 100), (101, 150), (151, 175)]
        assert kv.synced_batches == before + 4
        assert node.follower.blocks_per_second() > 0
    for height in (1, 50, 51, 175):
        assert node.store.block(height) == engine.store.block(height)


@pytest.mark.parametrize(
    ("most", "told"),
    [
        (1, [(height, height) for height in range(1, 9)]),
        (4, [(1, 2), (3, 4), (5, 6), (7, 8)]),
        (5, [(1, 2), (3, 4), (5, 6), (7, 8)]),
        (15, [(1, 7), (8, 8)]),
        (16, [(1, 8)]),
    ],
)
async def test_a_group_of_many_transactions_is_taken_in_pieces(
    consortium: FakeConsortium,
    engine: EmbeddedEngine,
    most: int,
    told: list[tuple[int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that no reader waits for longer than a few thousand transactions take. Two records stand in each block."""
    monkeypatch.setattr(follower_module, "MAX_TRANSACTIONS", most)
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        heard: list[tuple[int, int]] = []
        node.follower._on_blocks = lambda first, last: heard.append((first, last))
        await node.follower.step()
        assert heard == told
        assert node.store.durable_tip == engine.store.durable_tip


async def test_node_and_engine_keep_the_same_state_receipts_and_look_ups(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        await node.follower.step()
    address = consortium.clerk.address
    assert node.store.records_of_account(address, None, 100) == engine.store.records_of_account(address, None, 100)
    assert [node.store.entry(index) for index in range(16)] == [engine.store.entry(index) for index in range(16)]
    assert node.store.state.log.root == engine.store.state.log.root
    assert node.store.seen_commit() == engine.store.seen_commit()


@pytest.mark.parametrize("group", [1, 2, 3, 7, 50])
async def test_the_state_does_not_depend_on_how_blocks_are_grouped(
    consortium: FakeConsortium, engine: EmbeddedEngine, group: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "GROUP", group)
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        await node.follower.step()
        assert node.store.durable_tip == engine.store.durable_tip


async def test_a_node_goes_on_from_its_tip_after_a_restart(consortium: FakeConsortium, engine: EmbeddedEngine) -> None:
    kv, mark = MemoryKeyValue(), MemoryHighWater()
    async with (
        FakePeer(copy_chain(engine, 5), consortium.genesis.chain_id) as peer,
        make_node(consortium, [peer.url], store=ChainStore(kv, mark)) as node,
    ):
        await node.follower.step()
        assert node.store.durable_tip.height == 5
    async with (
        FakePeer(copy_chain(engine), consortium.genesis.chain_id) as peer,
        make_node(consortium, [peer.url], store=ChainStore(kv.reopen(), mark)) as node,
    ):
        assert node.store.durable_tip.height == 5
        await node.follower.step()
        assert peer.asked["block"] == HEIGHT - 5
        assert node.store.durable_tip == engine.store.durable_tip


async def test_following_block_by_block_ends_where_catching_up_does(consortium: FakeConsortium) -> None:
    engine = make_engine(consortium)
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        for _ in range(10):
            grow(engine, consortium.clerk, 1)
            await node.follower.step()
            assert node.store.durable_tip == engine.store.durable_tip


async def test_without_news_a_round_does_nothing(consortium: FakeConsortium, engine: EmbeddedEngine) -> None:
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        assert await node.follower.step()
        assert not await node.follower.step()
        assert not node.catching_up


async def test_a_peer_that_boasts_makes_the_node_seem_behind_only_until_it_is_found_out(
    consortium: FakeConsortium, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "QUIET_SECONDS", 0.0)
    async with FakePeer(copy_chain(engine), consortium.genesis.chain_id) as boaster, serving(engine) as honest:
        status: Any = boaster._status({})
        status["sync_info"]["latest_block_height"] = str(10**15)
        boaster.answers["status"] = lambda _: status
        boaster.transports.update(dict.fromkeys(("block", "commit"), send_instead(b"", status=503)))
        async with make_node(consortium, [honest]) as node:
            await node.follower.step()
            assert not node.catching_up
            node.peers.replace([boaster.url, honest])
            await node.peers.refresh()
            assert node.catching_up
            for _ in range(3):
                await node.follower.step()
                await node.peers.refresh()
                assert node.peers.usable()[0] is state_of(node, boaster)
                assert not node.catching_up
            with pytest.raises(Refused):  # by our own law: nobody is asked
                await node.submit(b"garbage")
            assert not boaster.asked["broadcast_tx_sync"]


async def test_that_all_peers_have_pruned_what_is_needed_is_said_once(
    consortium: FakeConsortium, engine: EmbeddedEngine, caplog: pytest.LogCaptureFixture
) -> None:
    def said() -> list[str]:
        return [record.getMessage() for record in caplog.records if "any more" in record.getMessage()]

    async with FakePeer(copy_chain(engine), consortium.genesis.chain_id) as pruned, serving(engine) as whole:
        for height in range(1, 5):
            del pruned.chain[height]
        async with make_node(consortium, [pruned.url]) as node:
            for _ in range(3):
                assert not await node.follower.step()
            assert said() == ["no peer has block 1 any more; the lowest that one has is 5"]
            assert node.catching_up
            node.peers.replace([pruned.url, whole])
            await node.follower.step()
            assert node.store.durable_tip == engine.store.durable_tip
            assert not node.catching_up
        assert len(said()) == 1


async def test_a_peer_that_came_back_elsewhere_is_followed_on(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        await node.follower.step()
        old = url
    grow(engine, consortium.clerk, 1)
    async with make_node(consortium, [old], store=node.store) as again:
        assert not await again.follower.step()
        async with serving(engine) as new:
            again.peers.replace([new])
            await again.follower.step()
            assert again.store.durable_tip.height == HEIGHT + 1


async def test_a_restart_in_the_middle_of_a_range_goes_on_there(
    consortium: FakeConsortium, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first piece of it was durable, the second was not."""
    monkeypatch.setattr(follower_module, "MAX_TRANSACTIONS", 6)
    kv, mark = MemoryKeyValue(), MemoryHighWater()
    async with serving(engine) as url:
        async with make_node(consortium, [url], store=ChainStore(kv, mark)) as node:
            node.follower._on_blocks = lambda _, __: kv.fail_next_write()
            await node.follower.step()
            assert isinstance(node.follower.halted, StoreFailed)
        async with make_node(consortium, [url], store=ChainStore(kv.reopen(), mark)) as again:
            assert again.store.durable_tip.height == 3
            told: list[tuple[int, int]] = []
            again.follower._on_blocks = lambda first, last: told.append((first, last))
            await again.follower.step()
            assert told == [(4, 6), (7, 8)]
            assert again.store.durable_tip == engine.store.durable_tip


async def test_being_cancelled_in_the_middle_leaves_nothing_running_and_a_store_that_goes_on(
    consortium: FakeConsortium, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "GROUP", 2)
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        reached = asyncio.Event()
        node.follower._on_blocks = lambda _, last: reached.set() if last >= 4 else None
        before = asyncio.all_tasks()
        running = asyncio.create_task(node.follower.run())
        await reached.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await asyncio.sleep(0)
        assert not {task for task in asyncio.all_tasks() - before if "app.node.sync" in str(task.get_coro())}
        async with make_node(consortium, [url], store=node.store) as again:
            await again.follower.step()
            assert again.store.durable_tip == engine.store.durable_tip


# ---- disks that fail -----------------------------------------------------------------------------------------------
async def test_a_full_disk_stops_the_node_and_loses_nothing_told(
    consortium: FakeConsortium, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "GROUP", 3)
    kv, mark = MemoryKeyValue(), MemoryHighWater()
    told: list[Height] = []
    async with serving(engine) as url:
        async with make_node(consortium, [url], store=ChainStore(kv, mark)) as node:

            def full_after_the_first_group(_: Height, last: Height) -> None:
                told.append(last)
                kv.fail_next_write()

            node.follower._on_blocks = full_after_the_first_group
            await node.follower.step()
            assert isinstance(node.follower.halted, StoreFailed)
            assert told == [3]
            assert node.store.durable_tip.height == 3
            assert state_of(node, url).error is None  # it is not the peer's fault
            assert node.signers()[1] == 4  # the status can still be shown
        async with make_node(consortium, [url], store=ChainStore(kv.reopen(), mark)) as again:
            assert again.store.durable_tip.height == 3
            await again.follower.step()
            assert again.store.durable_tip == engine.store.durable_tip


async def test_a_bad_block_late_in_a_group_leaves_a_store_that_goes_on_at_once(
    consortium: FakeConsortium, engine: EmbeddedEngine
) -> None:
    """The good blocks before it are durable, and what was staged is what the next block builds on."""
    chain = copy_chain(engine)
    chain[6].commit.signatures[0].signature = bytes(64)
    chain[7].block.last_commit.signatures[0].signature = bytes(64)
    async with (
        FakePeer(chain, consortium.genesis.chain_id) as liar,
        serving(engine) as honest,
        make_node(consortium, [liar.url]) as node,
    ):
        await node.follower.step()
        assert node.store.durable_tip.height == node.store.tip.height == 6
        node.peers.replace([honest])
        await node.follower.step()
        assert node.store.durable_tip == engine.store.durable_tip


async def test_an_error_nobody_thought_of_ends_the_follower_loudly(
    consortium: FakeConsortium, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.Error("what nobody thought of")

    monkeypatch.setattr(follower_module, "check_next_block", fail)
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        with pytest.raises(sqlite3.Error):
            await node.follower.run()


# ---- running -------------------------------------------------------------------------------------------------------
async def test_run_follows_until_cancelled(
    consortium: FakeConsortium, engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "POLL_SECONDS", 0.001)
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        running = asyncio.create_task(node.follower.run())
        async for height in node.heights():
            if height >= HEIGHT + 3:
                break
            if height == engine.store.durable_tip.height:
                grow(engine, consortium.clerk, 1)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert running.cancelled()


async def test_heights_are_told_when_durable_and_none_twice(consortium: FakeConsortium, engine: EmbeddedEngine) -> None:
    async with serving(engine) as url, make_node(consortium, [url]) as node:
        heights = node.heights()
        assert await anext(heights) == 0
        waiting = asyncio.ensure_future(anext(heights))
        await node.follower.step()
        assert await waiting == HEIGHT
        waiting = asyncio.ensure_future(anext(heights))
        await node.follower.step()
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


def test_a_store_error_is_told_apart_from_damage() -> None:
    """A full disk can be emptied; a damaged store is put aside and fetched again."""
    assert not issubclass(StoreFailed, StoreDamaged)
