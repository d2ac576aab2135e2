"""Proposals, decisions and commits: one state machine with the engine, durable at commit and not before."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import ConsensusMismatch, DecodingError, StoreFailed
from app.core.wire import abci_pb2 as abci
from app.node.abci import blocks
from app.node.consensus.hashes import results_hash
from app.node.consensus.time import from_timestamp
from app.registry.state import quota_key
from tests.fakes.consortium import Clerk, block_at, grow, make_consortium, make_engine
from tests.node.abci.asking import COMMIT, INFO, ask, block_hash, finalize, prepare, process
from tests.node.abci.conftest import AppInMemory, Make

ACCEPT = abci.ResponseProcessProposal.STATUS_ACCEPT
REJECT = abci.ResponseProcessProposal.STATUS_REJECT


# ---- proposals -------------------------------------------------------------------------------------------------------
def prepared(app: AppInMemory, height: int, transactions: list[bytes], max_bytes: int = 1_000_000) -> list[bytes]:
    return list(app.ask(prepare(height, transactions, max_bytes)).prepare_proposal.txs)


def judged(app: AppInMemory, height: int, transactions: list[bytes]) -> "abci.ResponseProcessProposal.Status":
    return app.ask(process(height, transactions)).process_proposal.status


def test_a_proposal_holds_what_the_law_accepts_in_order(app: AppInMemory) -> None:
    clerk = app.consortium.clerk
    good = [clerk.notarize(10) for _ in range(3)]
    offered = [good[0], b"rubbish", good[1], good[0], clerk.notarize(0), Clerk("guest").notarize(10), good[2]]
    assert prepared(app, 1, offered) == good
    assert judged(app, 1, good) == ACCEPT


@pytest.mark.parametrize("spare", [-1, 0])
def test_a_proposal_is_no_larger_than_cometbft_allows(app: AppInMemory, spare: int) -> None:
    transactions = [app.consortium.clerk.notarize(10) for _ in range(3)]
    size = abci.RequestPrepareProposal(txs=transactions).ByteSize()  # their field has a tag of one byte there, too
    assert len(prepared(app, 1, transactions, size + spare)) == 3 + spare


def test_an_empty_proposal_is_a_good_one(app: AppInMemory) -> None:
    assert prepared(app, 1, []) == []
    assert judged(app, 1, []) == ACCEPT


@given(st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_offered_others_accept_what_is_proposed(make_app: Make, data: st.DataObject) -> None:
    proposer, other = make_app(make_consortium(quota=60)), make_app(make_consortium(quota=60))
    clerk = Clerk()
    first = clerk.first_record(bytes(16))
    pool = [clerk.notarize(data.draw(st.integers(0, 3))) for _ in range(4)]
    pool += [clerk.transaction(first, 5, nonce=bytes(16)), clerk.transaction(clerk.next_record(first), 5), b"\x01"]
    offered = data.draw(st.lists(st.sampled_from(pool), max_size=12))
    proposed = prepared(proposer, 1, offered)
    assert judged(other, 1, proposed) == ACCEPT
    assert judged(proposer, 1, proposed) == ACCEPT
    assert [result.code for result in other.block(1, *proposed).tx_results] == [0] * len(proposed)


def test_a_block_with_a_transaction_that_the_law_refuses_is_rejected(app: AppInMemory) -> None:
    clerk = app.consortium.clerk
    good, expired = clerk.notarize(10), clerk.notarize(0)
    assert judged(app, 1, [good, expired]) == REJECT
    assert judged(app, 1, [good, good]) == REJECT
    assert judged(app, 1, [good, Clerk("guest").notarize(5)]) == REJECT
    assert judged(app, 1, [good]) == ACCEPT


def test_proposals_leave_no_trace(app: AppInMemory) -> None:
    raw = app.consortium.clerk.notarize(10)
    before = app.store.state.app_hash
    prepared(app, 1, [raw])
    judged(app, 1, [raw, app.consortium.clerk.notarize(10)])
    assert app.store.state.app_hash == before
    assert app.block(1).app_hash == before


def test_a_block_of_another_round_can_be_decided(app: AppInMemory, make_app: Make) -> None:
    clerk = app.consortium.clerk
    rounds = [[clerk.notarize(10)] for _ in range(3)]
    for transactions in rounds:
        assert judged(app, 1, transactions) == ACCEPT
    twin = make_app(app.consortium)
    assert app.block(1, *rounds[0]) == twin.block(1, *rounds[0])


def test_a_block_of_another_time_is_another_block(app: AppInMemory, make_app: Make) -> None:
    """The same transactions proposed again in a later round; the time stands in the log."""
    raw = app.consortium.clerk.notarize(10)
    later = process(1, [raw])
    later.process_proposal.time.seconds += 1
    assert app.ask(later).process_proposal.status == ACCEPT
    assert app.block(1, raw) == make_app(app.consortium).block(1, raw)


# ---- decisions -------------------------------------------------------------------------------------------------------
def test_the_same_blocks_give_the_same_state_and_results_as_the_engine(app: AppInMemory) -> None:
    engine = make_engine(app.consortium)
    grow(engine, app.consortium.clerk, 5, each=4)
    app.begin()
    for height in range(1, 6):
        header, data = block_at(engine.store, height).header, block_at(engine.store, height).data
        request = finalize(height, data.txs)
        request.finalize_block.time.CopyFrom(header.time)
        answer = app.ask(request).finalize_block
        app.ask(COMMIT)
        following = engine.store.tip if height == 5 else block_at(engine.store, height + 1).header
        assert answer.app_hash == following.app_hash
        if height < 5:
            assert results_hash(answer.tx_results) == following.last_results_hash  # type: ignore[union-attr]
    assert app.store.tip.time_ns == from_timestamp(header.time)
    assert app.store.tip.results_hash == engine.store.tip.results_hash


def test_a_refused_transaction_in_a_decided_block_gets_its_code(app: AppInMemory) -> None:
    """More than a third of the consortium could put one there; the law decides what becomes of it."""
    clerk = app.consortium.clerk
    good, refused = clerk.notarize(10), Clerk("guest").notarize(5)
    results = app.block(1, good, refused).tx_results
    assert [result.code for result in results] == [0, 10]
    assert results[1].codespace == "luopu"


def test_the_law_is_asked_once_for_a_block(app: AppInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    real = blocks.apply_block
    monkeypatch.setattr(blocks, "apply_block", lambda *args: (calls.append(args[3].height), real(*args))[1])
    transactions = [app.consortium.clerk.notarize(10) for _ in range(3)]
    for raw in transactions:
        app.check(raw)
    assert prepared(app, 1, transactions) == transactions
    assert judged(app, 1, transactions) == ACCEPT
    app.block(1, *transactions)
    assert calls == [1]
    app.block(2)
    assert calls == [1, 2]


@pytest.mark.parametrize("way", ["door first", "proposal first", "block only"])
def test_each_signature_is_verified_once(app: AppInMemory, way: str) -> None:
    transactions = [app.consortium.clerk.notarize(10) for _ in range(20)]
    if way == "door first":
        for raw in transactions:
            app.check(raw)
    if way != "block only":
        prepared(app, 1, transactions)
        judged(app, 1, transactions[:-1])
        judged(app, 1, transactions)
    app.block(1, *transactions)
    assert len(app.verifier.calls) == len(set(app.verifier.calls)) == 20


def test_a_block_that_does_not_follow_stops_cometbft(app: AppInMemory) -> None:
    app.block(1)
    for request in (finalize(1, []), finalize(3, []), process(1, []), prepare(3, [])):
        with pytest.raises(ConsensusMismatch):
            app.ask(request)
    assert app.block(2).app_hash == app.store.tip.app_hash


# ---- crashes ---------------------------------------------------------------------------------------------------------
def newest(app: AppInMemory) -> tuple[int, bytes]:
    info = app.ask(INFO).info
    return info.last_block_height, info.last_block_app_hash


def test_nothing_is_written_before_the_commit(app: AppInMemory) -> None:
    written = app.kv.synced_batches
    app.check(app.consortium.clerk.notarize(10))
    transactions = [app.consortium.clerk.notarize(10)]
    prepared(app, 1, transactions)
    judged(app, 1, transactions)
    answer = app.ask(finalize(1, transactions)).finalize_block
    assert app.kv.synced_batches == written
    assert newest(app) == (0, b"")
    app.ask(COMMIT)
    assert app.kv.synced_batches == written + 1
    assert newest(app) == (1, answer.app_hash)


def test_killed_between_decision_and_commit_the_block_is_decided_again(app: AppInMemory, make_app: Make) -> None:
    raw, twin = app.consortium.clerk.notarize(10), make_app(app.consortium)
    answer = app.ask(finalize(1, [raw])).finalize_block
    app.kill()
    assert newest(app) == (0, b"")
    assert app.block(1, raw) == answer
    assert app.block(2).app_hash == answer.app_hash
    assert answer == twin.block(1, raw)


def test_killed_after_the_commit_the_block_is_there(app: AppInMemory) -> None:
    answer = app.block(1, app.consortium.clerk.notarize(10))
    app.kill()
    assert newest(app) == (1, answer.app_hash)
    assert app.store.tip.block_hash == block_hash(1)


@pytest.mark.parametrize("again", [finalize, process, prepare])
def test_cometbft_restarted_between_decision_and_commit_starts_from_the_commit(
    app: AppInMemory, make_app: Make, again: "type[object]"
) -> None:
    """The application lived on; what it had staged must not show."""
    clerk = app.consortium.clerk
    first, second = clerk.notarize(10), clerk.notarize(10)
    app.block(1, first)
    app.check(second)
    app.ask(finalize(2, [second]))
    app.ask(again(2, [second]))  # type: ignore[call-arg]
    twin = make_app(app.consortium)
    twin.block(1, first)
    assert app.block(2, second) == twin.block(2, second)
    assert app.store.tip == twin.store.tip


def test_another_block_can_be_decided_after_an_uncommitted_one(app: AppInMemory, make_app: Make) -> None:
    """Replayed from a log that lost its end, for example."""
    clerk = app.consortium.clerk
    lost, decided = clerk.notarize(10), clerk.notarize(10)
    app.check(lost)
    app.ask(finalize(1, [lost]))
    answer = app.block(1, decided)
    assert answer == make_app(app.consortium).block(1, decided)
    assert app.check(lost).code == 0


def test_a_commit_without_a_decision_stops_cometbft(app: AppInMemory) -> None:
    with pytest.raises(ConsensusMismatch):
        app.ask(COMMIT)
    app.block(1)
    with pytest.raises(ConsensusMismatch):
        app.ask(COMMIT)


def test_each_block_names_the_one_before(app: AppInMemory) -> None:
    for height in range(1, 4):
        app.block(height)
    assert (app.store.tip.block_hash, app.store.tip.previous_hash) == (block_hash(3), block_hash(2))


def test_of_old_states_nothing_is_kept(app: AppInMemory) -> None:
    for height in range(1, 8):
        app.block(height, app.consortium.clerk.notarize(10))
    assert app.store.base >= 6


def test_a_full_disk_stops_cometbft_and_nothing_of_the_block_stays(app: AppInMemory) -> None:
    app.block(1)
    app.ask(finalize(2, [app.consortium.clerk.notarize(10)]))
    app.kv.fail_next_write()
    with pytest.raises(StoreFailed):
        app.ask(COMMIT)
    app.kill()
    assert newest(app)[0] == 1


# ---- the rest --------------------------------------------------------------------------------------------------------
def test_cometbft_may_forget_blocks_below_the_window(make_app: Make) -> None:
    app = make_app(make_consortium(), keep_blocks=3)
    retained = []
    for height in range(1, 7):
        app.ask(finalize(height, []))
        retained.append(app.ask(COMMIT).commit.retain_height)
    assert retained == [0, 0, 1, 2, 3, 4]


def test_all_blocks_stay_by_default(app: AppInMemory) -> None:
    app.ask(finalize(1, []))
    assert app.ask(COMMIT).commit.retain_height == 0


def test_a_query_shows_what_is_durable(app: AppInMemory) -> None:
    key = quota_key(app.consortium.clerk.address)

    def asked(**changes: object) -> abci.ResponseQuery:
        fields = {"path": "/key", "data": key, **changes}
        return app.ask(abci.Request(query=abci.RequestQuery(**fields))).query  # type: ignore[arg-type]

    assert (asked().value, asked().log, asked().height) == (b"", "does not exist", 0)
    app.block(1, app.consortium.clerk.notarize(10))
    first = asked()
    assert (first.key, first.log, first.height) == (key, "exists", 1)
    app.ask(finalize(2, [app.consortium.clerk.notarize(10)]))
    assert asked() == first
    app.ask(COMMIT)
    assert asked().value not in {b"", first.value}
    assert asked(height=2) == asked()
    assert [asked(path="/other").code, asked(prove=True).code, asked(height=1).code] == [1, 2, 2]


def test_vote_extensions_are_empty(app: AppInMemory) -> None:
    assert app.ask(abci.Request(extend_vote=abci.RequestExtendVote())).HasField("extend_vote")
    for extension, status in ((b"", 1), (b"x", 2)):
        request = abci.RequestVerifyVoteExtension(vote_extension=extension)
        answer = app.ask(abci.Request(verify_vote_extension=request)).verify_vote_extension
        assert answer.status == status


def test_an_unknown_request_stops_cometbft(app: AppInMemory) -> None:
    for data in (b"", b"\xaa\x01\x00", b"\xff"):
        with pytest.raises(DecodingError):
            app.application.answer(data)
    assert ask(app.application.answer, INFO).HasField("info")
