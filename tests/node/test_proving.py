"""Proofs of transactions and of the state: a stranger with the genesis document follows them, at whatever height."""

import pytest

from app.core.codec import decode, encode
from app.core.errors import NotFound, NotYetProvable, OutOfRange, Pruned
from app.core.hashing import sha256
from app.core.stateproof import check_entry, proven_value
from app.core.units import Height
from app.core.wire import registry_pb2 as wire
from app.node import proving
from app.node.consensus.hashes import is_transaction_included
from app.node.proving import Prover, StateMaterial
from app.registry.places import ASSIGNMENTS, CUSTODIES, HOLDINGS, VOUCHERS
from app.registry.state import account_key
from tests.fakes.consortium import MemoryHighWater, MovedClock, make_engine, make_store
from tests.fakes.custodians import CustodyStage
from tests.fakes.keyvalue import MemoryKeyValue
from tests.fakes.registry import ANN, BANK, CY, DUAL, ISSUER, SHOP, make_registry
from tests.node.store.test_lookups_map import Played
from tests.node.store.worlds import World, restore, write_chunks
from tests.node.stranger import header_below, trusted_header


@pytest.fixture
def stage() -> CustodyStage:
    return CustodyStage().play()


@pytest.fixture
def prover(stage: CustodyStage) -> Prover:
    return Prover(stage.engine.store, stage.consortium.genesis)


def keys_of(stage: CustodyStage) -> list[bytes]:
    """What stands there, and what does not."""
    points, clerks = stage.ids["points"], stage.clerks
    return [
        VOUCHERS.key(points),
        account_key(clerks[BANK].address),
        *(HOLDINGS.key(clerks[number].address, points) for number in (ANN, BANK, SHOP, CY, DUAL)),
        *(CUSTODIES.key(clerks[number].address, points) for number in (BANK, ISSUER, SHOP)),
        *(ASSIGNMENTS.key(clerks[number].address, points) for number in (SHOP, BANK)),
        *(b"no such key %d" % number for number in range(9)),
    ]


def proven(stage: CustodyStage, material: StateMaterial, keys: list[bytes]) -> dict[bytes, bytes | None]:
    """What a stranger takes from it."""
    anchor, light_blocks = encode(material.anchor), [encode(block) for block in material.light_blocks]
    header = trusted_header(stage.consortium.genesis, anchor, light_blocks)
    assert header.height == material.height + 1
    return {key: proven_value(proof, key, header.app_hash) for key, proof in zip(keys, material.proofs, strict=True)}


def state_at(stage: CustodyStage, keys: list[bytes], height: int) -> dict[bytes, bytes | None]:
    return {key: stage.engine.store.state.map.get_at(key, height) for key in keys}


# ---- the state -------------------------------------------------------------------------------------------------------
def test_what_stood_there_and_what_did_not_is_proved_at_every_height(stage: CustodyStage, prover: Prover) -> None:
    keys = keys_of(stage)
    seen = set()
    for height in range(stage.height):
        values = proven(stage, prover.state(keys, height), keys)
        assert values == state_at(stage, keys, height)
        seen.add(tuple(values[key] is not None for key in keys))
    assert len(seen) > 5  # things came into being on the way


def test_without_a_height_it_is_the_block_below_the_tip(stage: CustodyStage, prover: Prover) -> None:
    keys = keys_of(stage)
    material = prover.state(keys, None)
    assert material == prover.state(keys, stage.height - 1)
    stage.act(ISSUER, recognise=wire.Recognise(partner=SHOP, least=wire.LEVEL_PHONE))
    assert prover.state(keys, None).height == material.height + 1
    assert prover.state(keys, int(material.height)).proofs == material.proofs  # the past stays provable as it was


def test_the_newest_state_is_provable_one_block_later(stage: CustodyStage, prover: Prover) -> None:
    for height in (stage.height, stage.height + 7, 2**63 - 2):
        with pytest.raises(NotYetProvable) as caught:
            prover.state([b"key"], height)
        assert caught.value.facts["height"] == height + 1


def test_before_the_first_block_nothing_is_provable() -> None:
    consortium = make_registry()
    prover = Prover(make_engine(consortium).store, consortium.genesis)
    for height in (None, 0):
        with pytest.raises(NotYetProvable) as caught:
            prover.state([b"key"], height)
        assert caught.value.facts["height"] == 1


def test_one_answer_has_bounds(stage: CustodyStage, prover: Prover, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(prover.state([b"%d" % number for number in range(256)], None).proofs) == 256
    for keys in ([], [b"key"] * 257, [b""], [bytes(1025)]):
        with pytest.raises(OutOfRange):
            prover.state(keys, None)
    size = len(prover.state([b"key"], None).proofs[0].commitment)
    monkeypatch.setattr(proving, "MAX_COMMITMENT_BYTES", 2 * size)
    prover.state([b"key"] * 2, None)
    with pytest.raises(OutOfRange, match="proofs"):
        prover.state([b"key"] * 3, None)


# ---- transactions ----------------------------------------------------------------------------------------------------
def check_transaction(stage: CustodyStage, prover: Prover, transaction_hash: bytes) -> wire.LogEntry:
    """The log entry, once a stranger has followed everything."""
    material = prover.transaction(transaction_hash)
    anchor = trusted_header(
        stage.consortium.genesis, encode(material.anchor), [encode(block) for block in material.light_blocks]
    )
    header = header_below(anchor, encode(material.header))
    assert is_transaction_included(material.transaction, material.transaction_proof, header.data_hash)
    check_entry(material.entry_proof, material.entry, anchor.app_hash)
    entry = decode(wire.LogEntry, material.entry)
    assert (entry.height, entry.transaction_hash) == (header.height, sha256(material.transaction))
    assert entry.transaction_hash == transaction_hash
    return entry


def test_every_accepted_transaction_is_proved_whatever_it_did(stage: CustodyStage, prover: Prover) -> None:
    stage.engine.produce()
    entries = [decode(wire.LogEntry, data) for data in stage.engine.store.state.log.entries()]
    assert len(entries) > 20
    for entry in entries:
        assert check_transaction(stage, prover, entry.transaction_hash) == entry


def test_several_transactions_of_one_block_are_each_proved(stage: CustodyStage, prover: Prover) -> None:
    raws = [stage.clerks[BANK].notarize(stage.height + 9) for _ in range(5)]
    for raw in raws:
        stage.engine.admit(raw)
    stage.engine.produce()
    stage.engine.produce()
    assert len({check_transaction(stage, prover, sha256(raw)).evidence_record for raw in raws}) == 5


def test_a_transaction_of_the_newest_block_is_not_provable_yet(stage: CustodyStage, prover: Prover) -> None:
    with pytest.raises(NotFound):
        prover.transaction(bytes(32))
    stage.attest("newest", BANK, 1)
    with pytest.raises(NotYetProvable) as caught:
        prover.transaction(stage.ids["newest"])
    assert caught.value.facts["height"] == stage.height + 1
    stage.engine.produce()
    assert check_transaction(stage, prover, stage.ids["newest"]).HasField("attest_custody")


def test_a_refused_transaction_is_not_proved() -> None:
    world = World()
    refused = world.refused()
    world.add(refused)
    world.add()
    receipt = world.store.receipt(sha256(refused))
    assert receipt is not None
    assert receipt.code
    with pytest.raises(NotFound) as caught:
        Prover(world.store, world.consortium.genesis).transaction(sha256(refused))
    assert caught.value.facts["what"] == "transaction"


# ---- stores that keep less -------------------------------------------------------------------------------------------
def test_pruned_heights_are_said_to_be(stage: CustodyStage, prover: Prover) -> None:
    keys, store = keys_of(stage), stage.engine.store
    first = decode(wire.LogEntry, store.state.log.entry(0)).transaction_hash
    kept = stage.height - 4
    store.prune(Height(kept))
    store.flush()
    for height in range(kept):
        with pytest.raises(Pruned) as caught:
            prover.state(keys, height)
        assert caught.value.facts["oldest"] == kept
    with pytest.raises(Pruned):
        prover.transaction(first)
    for height in range(kept, stage.height):
        assert proven(stage, prover.state(keys, height), keys) == state_at(stage, keys, height)
    check_transaction(stage, prover, stage.ids["fourth"])


def test_a_store_that_began_with_a_snapshot_proves_what_came_after_it(stage: CustodyStage) -> None:
    keys, genesis = keys_of(stage), stage.consortium.genesis
    store = make_store(MemoryKeyValue(), MemoryHighWater())
    restore(store, Played(stage), *write_chunks(stage.engine.store))
    prover = Prover(store, genesis)
    begun = stage.height
    with pytest.raises(NotYetProvable) as caught:
        prover.state(keys, None)
    assert caught.value.facts["height"] == begun + 1
    with pytest.raises(Pruned):
        prover.state(keys, begun - 1)
    with pytest.raises(Pruned):
        prover.transaction(stage.ids["third"])
    stage.engine = make_engine(stage.consortium, store=store, clock=MovedClock(store.tip.time_ns))
    stage.attest("after", BANK, 3)
    stage.engine.produce()
    for height in (begun, begun + 1):
        assert proven(stage, prover.state(keys, height), keys) == state_at(stage, keys, height)
    assert check_transaction(stage, prover, stage.ids["after"]).height == begun + 1
