"""Snapshots: written at the same heights with the same bytes everywhere, restored or refused without harm."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.hashing import sha256
from app.core.wire import abci_pb2 as abci
from app.node.abci.restoring import Applied, Offered
from app.node.store import snapshot as snapshot_module
from app.node.store.offering import KEPT, SPARED_SECONDS
from app.node.store.snapshot import decode_snapshot
from tests.fakes.consortium import FakeConsortium, make_consortium
from tests.node.abci.asking import COMMIT, INFO, finalize
from tests.node.abci.conftest import AppInMemory, Make

INTERVAL = 5


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_module, "CHUNK_BYTES", 2_000)


def run(app: AppInMemory, transactions: list[list[bytes]]) -> None:
    """One block for each list."""
    for batch in transactions:
        app.block(app.store.tip.height + 1, *batch)
    app.snapshots.close()


@pytest.fixture
def history(consortium: FakeConsortium) -> list[list[bytes]]:
    return [[consortium.clerk.notarize(100) for _ in range(4)] for _ in range(INTERVAL)]


@pytest.fixture
def giver(consortium: FakeConsortium, make_app: Make, history: list[list[bytes]]) -> AppInMemory:
    """At height 5, with a snapshot of it."""
    app = make_app(consortium, interval=INTERVAL)
    run(app, history)
    return app


@pytest.fixture
def taker(consortium: FakeConsortium, tmp_path: Path) -> AppInMemory:
    """Empty."""
    return AppInMemory(consortium, tmp_path / "taker")


def listed(app: AppInMemory) -> list[abci.Snapshot]:
    return list(app.ask(abci.Request(list_snapshots=abci.RequestListSnapshots())).list_snapshots.snapshots)


def load(app: AppInMemory, snapshot: abci.Snapshot, index: int) -> bytes:
    request = abci.RequestLoadSnapshotChunk(height=snapshot.height, format=snapshot.format, chunk=index)
    return app.ask(abci.Request(load_snapshot_chunk=request)).load_snapshot_chunk.chunk


def offer(app: AppInMemory, snapshot: abci.Snapshot, app_hash: bytes) -> "Offered.Result":
    request = abci.RequestOfferSnapshot(snapshot=snapshot, app_hash=app_hash)
    return app.ask(abci.Request(offer_snapshot=request)).offer_snapshot.result


def apply(app: AppInMemory, index: int, chunk: bytes, sender: str = "peer") -> abci.ResponseApplySnapshotChunk:
    request = abci.RequestApplySnapshotChunk(index=index, chunk=chunk, sender=sender)
    return app.ask(abci.Request(apply_snapshot_chunk=request)).apply_snapshot_chunk


def restore(taker: AppInMemory, giver: AppInMemory) -> None:
    restore_this(taker, giver, listed(giver)[0])


def restore_this(taker: AppInMemory, giver: AppInMemory, snapshot: abci.Snapshot) -> None:
    app_hash = decode_snapshot(snapshot.metadata).app_hash
    assert offer(taker, snapshot, app_hash) == Offered.RESULT_ACCEPT
    for index in range(snapshot.chunks):
        assert apply(taker, index, load(giver, snapshot, index)).result == Applied.RESULT_ACCEPT


# ---- written ---------------------------------------------------------------------------------------------------------
def test_a_snapshot_is_of_the_moment_of_its_commit(giver: AppInMemory) -> None:
    """Also when it is written after more blocks were."""
    (snapshot,) = listed(giver)
    assert (snapshot.height, snapshot.format) == (5, 1)
    assert snapshot.chunks > 2
    assert snapshot.hash == sha256(snapshot.metadata)


def test_every_node_writes_the_same(
    consortium: FakeConsortium, giver: AppInMemory, make_app: Make, history: list[list[bytes]]
) -> None:
    other = make_app(consortium, interval=INTERVAL)
    run(other, history)
    assert listed(other) == listed(giver)
    snapshot = listed(giver)[0]
    for index in range(snapshot.chunks):
        assert load(other, snapshot, index) == load(giver, snapshot, index)


def test_none_is_written_where_none_is_wanted(app: AppInMemory, history: list[list[bytes]]) -> None:
    run(app, history)
    assert listed(app) == []


def test_the_newest_stay(giver: AppInMemory) -> None:
    for _ in range(2 * KEPT):
        run(giver, [[]] * INTERVAL)
    assert [snapshot.height for snapshot in listed(giver)] == [25, 20]
    assert load(giver, abci.Snapshot(height=5, format=1), 0) == b""


def test_one_that_was_offered_stays_until_it_is_fetched(giver: AppInMemory, taker: AppInMemory) -> None:
    (snapshot,) = listed(giver)
    for _ in range(KEPT + 1):
        run(giver, [[]] * INTERVAL)
    for index in range(snapshot.chunks):
        assert load(giver, snapshot, index)
    restore_this(taker, giver, snapshot)
    assert taker.store.tip.height == snapshot.height
    giver.seconds += SPARED_SECONDS
    run(giver, [[]] * INTERVAL)
    assert load(giver, snapshot, 0) == b""


def test_a_disk_that_fails_stops_no_block(consortium: FakeConsortium, make_app: Make) -> None:
    app = make_app(consortium, interval=1)
    app.folder.write_bytes(b"a file where the folder should be")
    run(app, [[consortium.clerk.notarize(10)], []])
    assert app.store.durable_tip.height == 2


def test_cometbft_keeps_the_blocks_after_the_oldest_snapshot(consortium: FakeConsortium, make_app: Make) -> None:
    app = make_app(consortium, interval=4, keep_blocks=2)
    retained = []
    for height in range(1, 15):
        app.ask(finalize(height, []))
        retained.append(app.ask(COMMIT).commit.retain_height)
        app.snapshots.close()
    assert retained[:4] == [0, 1, 2, 3]
    assert retained[4:8] == [4, 5, 5, 5]  # the snapshot of 4 needs 5
    assert retained[8:11] == [5, 5, 5]  # until that of 12 makes it the third
    assert retained[12:] == [9, 9]


# ---- restored --------------------------------------------------------------------------------------------------------
def test_what_was_restored_goes_on_as_if_it_had_executed_everything(
    consortium: FakeConsortium, giver: AppInMemory, taker: AppInMemory, history: list[list[bytes]]
) -> None:
    restore(taker, giver)
    info = taker.ask(INFO).info
    assert (info.last_block_height, info.last_block_app_hash) == (5, giver.store.tip.app_hash)
    replayed, fresh = history[0][0], consortium.clerk.notarize(100)
    assert taker.check(replayed) == giver.check(replayed)
    assert taker.check(fresh).code == 0
    assert taker.block(6, fresh, replayed) == giver.block(6, fresh, replayed)
    taker.kill()
    assert taker.ask(INFO).info.last_block_height == 6
    assert taker.block(7) == giver.block(7)


def test_before_anything_is_restored_nobody_is_let_in(taker: AppInMemory, consortium: FakeConsortium) -> None:
    assert taker.check(consortium.clerk.notarize(10)).code == 1
    query = abci.Request(query=abci.RequestQuery(path="/key", data=b"parameters"))
    assert taker.ask(query).query.code != 0
    assert taker.ask(INFO).info.last_block_height == 0


def test_a_wrong_chunk_costs_its_sender_the_connection_and_is_fetched_again(
    giver: AppInMemory, taker: AppInMemory
) -> None:
    snapshot = listed(giver)[0]
    offer(taker, snapshot, giver.store.tip.app_hash)
    for index in range(snapshot.chunks):
        chunk = load(giver, snapshot, index)
        answer = apply(taker, index, chunk[:-1] + bytes((chunk[-1] ^ 1,)), "liar")
        assert answer.result == Applied.RESULT_RETRY
        assert (list(answer.refetch_chunks), list(answer.reject_senders)) == ([index], ["liar"])
        assert apply(taker, index, chunk).result == Applied.RESULT_ACCEPT
    assert taker.ask(INFO).info.last_block_height == 5


def _other_app_hash(snapshot: abci.Snapshot) -> None:
    manifest = snapshot_module.decode_snapshot(snapshot.metadata)
    changed = snapshot_module.Snapshot(manifest.height, manifest.format, sha256(b"other"), manifest.chunk_hashes)
    snapshot.metadata = snapshot_module.encode_snapshot(changed)
    snapshot.hash = sha256(snapshot.metadata)


def _other_format(snapshot: abci.Snapshot) -> None:
    snapshot.format = 2


def _more_chunks(snapshot: abci.Snapshot) -> None:
    snapshot.chunks += 1


def _other_hash(snapshot: abci.Snapshot) -> None:
    snapshot.hash = bytes(32)


def _rubbish(snapshot: abci.Snapshot) -> None:
    snapshot.metadata = b"\xff"


def _other_height(snapshot: abci.Snapshot) -> None:
    snapshot.height += 1


@pytest.mark.parametrize(
    ("change", "result"),
    [
        (_other_app_hash, Offered.RESULT_REJECT),
        (_other_format, Offered.RESULT_REJECT_FORMAT),
        (_more_chunks, Offered.RESULT_REJECT_SENDER),
        (_other_hash, Offered.RESULT_REJECT_SENDER),
        (_other_height, Offered.RESULT_REJECT_SENDER),
        (_rubbish, Offered.RESULT_REJECT_SENDER),
    ],
)
def test_an_offer_that_cannot_be_right_is_refused(
    giver: AppInMemory, taker: AppInMemory, change: Callable[[abci.Snapshot], None], result: "Offered.Result"
) -> None:
    snapshot = listed(giver)[0]
    change(snapshot)
    assert offer(taker, snapshot, giver.store.tip.app_hash) == result
    restore(taker, giver)


def test_a_snapshot_whose_contents_are_not_its_state_is_refused_and_the_next_one_taken(
    giver: AppInMemory, taker: AppInMemory
) -> None:
    """Its maker changed a chunk and listed the hash of what he made of it."""
    real = listed(giver)[0]
    chunks = [load(giver, real, index) for index in range(real.chunks)]
    chunks[-2] = chunks[-2][:-1] + bytes((chunks[-2][-1] ^ 1,))
    manifest = snapshot_module.decode_snapshot(real.metadata)
    hashes = tuple(map(sha256, chunks))
    lie = snapshot_module.Snapshot(manifest.height, manifest.format, manifest.app_hash, hashes)
    metadata = snapshot_module.encode_snapshot(lie)
    snapshot = abci.Snapshot(height=5, format=1, chunks=len(chunks), hash=sha256(metadata), metadata=metadata)
    assert offer(taker, snapshot, giver.store.tip.app_hash) == Offered.RESULT_ACCEPT
    results = [apply(taker, index, chunk).result for index, chunk in enumerate(chunks)]
    assert Applied.RESULT_REJECT_SNAPSHOT in results
    assert taker.ask(INFO).info.last_block_height == 0
    restore(taker, giver)


def test_chunks_out_of_turn_are_refused(giver: AppInMemory, taker: AppInMemory) -> None:
    snapshot = listed(giver)[0]
    assert apply(taker, 0, load(giver, snapshot, 0)).result == Applied.RESULT_REJECT_SNAPSHOT
    offer(taker, snapshot, giver.store.tip.app_hash)
    assert apply(taker, 1, load(giver, snapshot, 1)).result == Applied.RESULT_REJECT_SNAPSHOT
    assert apply(taker, 0, load(giver, snapshot, 0)).result == Applied.RESULT_ACCEPT


def test_a_restore_can_begin_again_at_any_point(giver: AppInMemory, taker: AppInMemory) -> None:
    snapshot = listed(giver)[0]
    offer(taker, snapshot, giver.store.tip.app_hash)
    apply(taker, 0, load(giver, snapshot, 0))
    restore(taker, giver)
    assert taker.block(6) == giver.block(6)


def test_killed_in_a_restore_it_is_empty_and_begins_again(giver: AppInMemory, taker: AppInMemory) -> None:
    snapshot = listed(giver)[0]
    offer(taker, snapshot, giver.store.tip.app_hash)
    for index in range(snapshot.chunks - 1):
        apply(taker, index, load(giver, snapshot, index))
    taker.kill()
    assert taker.ask(INFO).info.last_block_height == 0
    restore(taker, giver)


def test_after_a_broken_restore_the_chain_can_begin_at_genesis(
    giver: AppInMemory, taker: AppInMemory, app: AppInMemory
) -> None:
    snapshot = listed(giver)[0]
    offer(taker, snapshot, giver.store.tip.app_hash)
    apply(taker, 0, load(giver, snapshot, 0))
    assert taker.begin() == app.begin()
    assert taker.block(1) == app.block(1)
    taker.kill()
    assert taker.ask(INFO).info.last_block_height == 1


def test_an_application_with_a_chain_takes_no_snapshot(giver: AppInMemory, app: AppInMemory) -> None:
    app.block(1)
    assert offer(app, listed(giver)[0], giver.store.tip.app_hash) == Offered.RESULT_ABORT
    assert app.block(2).app_hash == app.store.tip.app_hash


def test_a_snapshot_of_another_chain_is_refused(giver: AppInMemory, tmp_path: Path) -> None:
    """Though its state root were the same, the genesis is another."""
    stranger = AppInMemory(make_consortium(3), tmp_path / "stranger")
    snapshot = listed(giver)[0]
    assert offer(stranger, snapshot, giver.store.tip.app_hash) == Offered.RESULT_ACCEPT
    assert apply(stranger, 0, load(giver, snapshot, 0)).result == Applied.RESULT_REJECT_SNAPSHOT
