"""Look-ups that follow from the map: whatever is written, in whatever order, they are those of what stands there now."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.codec import encode
from app.core.errors import SnapshotInvalid
from app.core.hashing import sha256
from app.core.units import Height
from app.core.wire import registry_pb2 as wire
from app.core.wire import store_pb2
from app.node.store import keys, mapped
from app.node.store.chain import ChainStore
from app.node.store.finding import Finder
from app.node.store.keys import number
from app.node.store.mapped import lookups_of
from app.node.store.staging import Staging
from app.node.store.state import AuthenticatedState
from app.registry import places
from app.registry.state import account_key
from tests.fakes.consortium import MemoryHighWater
from tests.fakes.custodians import CustodyStage
from tests.fakes.keyvalue import MemoryKeyValue
from tests.fakes.registry import ANN, BANK, BOB, CY, ISSUER, SHOP, Stage
from tests.node.store.worlds import World, restore, write_chunks

LOOKUPS = (b"i", b"j")


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage().play()


@pytest.fixture
def find(stage: Stage) -> Finder:
    return stage.engine.store.find


def lookups(kv: object) -> dict[bytes, bytes]:
    return dict(kv.scan(*LOOKUPS))  # type: ignore[attr-defined]


# ---- against the map itself ------------------------------------------------------------------------------------------
KINDS = [
    *("account", "agreement", "grant", "voucher", "holding", "piece", "proposal", "chain", "account-id"),
    *("custody", "assigned"),
]
NUMBERS = st.integers(1, 4)
IDS = st.sampled_from([bytes([value]) * 16 for value in (0, 1, 255)])
ADDRESSES = st.sampled_from([bytes([value]) * 20 for value in (0, 7, 255)])


@st.composite
def pairs(draw: st.DrawFn) -> tuple[bytes, bytes | None]:
    """A key of the law with a value of its kind, or with none. No two accounts have the same number."""
    kind = draw(st.sampled_from(KINDS))
    first, second = draw(IDS), draw(ADDRESSES)
    rest, value = {
        "account": (second, wire.Account(address=second, id=second[0] + 1, party=draw(NUMBERS), certifications=[
            wire.Certification(partner=partner) for partner in draw(st.lists(NUMBERS, unique=True, max_size=3))])),
        "agreement": (first, wire.Agreement(opener=draw(NUMBERS), terms=wire.OpenAgreement(
            parties=draw(st.lists(NUMBERS, unique=True)), deadline=draw(NUMBERS)))),
        "grant": (second + first, wire.AccessGrant(grantee=draw(NUMBERS), height=draw(NUMBERS))),
        "voucher": (first, wire.Voucher(issuer=draw(NUMBERS), state=draw(st.integers(1, 3)))),
        "holding": (second + first, wire.Holding(amount=draw(NUMBERS))),
        "piece": (first + number(draw(NUMBERS)), wire.Piece(owner=second, amount=1, end=draw(st.integers(0, 3)))),
        "proposal": (first, wire.Proposal(propose=wire.Propose(deadline=draw(NUMBERS)))),
        "custody": (second + first, wire.Custody(sequence=draw(NUMBERS))),
        "assigned": (second + first, wire.Assignment(custodian=draw(NUMBERS), height=draw(NUMBERS))),
        "chain": (first, wire.ChainHead(owner=second)),
        "account-id": (number(draw(NUMBERS)), wire.Account(address=second)),
    }[kind]  # fmt: skip
    return kind.encode() + b"/" + rest, draw(st.sampled_from([encode(value), encode(value), None]))


@settings(deadline=None, max_examples=200)
@given(st.lists(st.lists(pairs(), max_size=6), max_size=6))
def test_look_ups_are_those_of_what_stands_there_now(blocks: list[list[tuple[bytes, bytes | None]]]) -> None:
    kv = MemoryKeyValue()
    staging = Staging(kv)
    state = AuthenticatedState(staging)
    for height, writes in enumerate(blocks, 1):
        state.apply(Height(height), dict(writes), [])
        if height % 2:  # several blocks in one batch, too
            kv.write(staging.take(), sync=True)
    kv.write(staging.take(), sync=True)
    expected = {key for pair in state.map.pairs() for key in lookups_of(*pair)}
    assert lookups(kv) == dict.fromkeys(expected, b"")


def test_a_change_that_the_map_refuses_leaves_the_look_ups_alone() -> None:
    kv = MemoryKeyValue()
    staging = Staging(kv)
    state = AuthenticatedState(staging)
    account = encode(wire.Account(id=1, party=wire.PARTY_USER))
    with pytest.raises(Exception, match="map value"):
        state.apply(Height(1), {account_key(bytes(20)): account, b"other": b""}, [])
    assert len(staging) == 0


def test_the_law_s_keys_begin_as_the_store_believes() -> None:
    known = {
        account_key(b""),
        *(place.prefix for place in (places.AGREEMENTS, places.GRANTS, places.VOUCHERS, places.HOLDINGS)),
        *(place.prefix for place in (places.PIECES, places.PROPOSALS, places.CUSTODIES, places.ASSIGNMENTS)),
    }
    assert mapped._KINDS.keys() == known


def test_keys_of_other_kinds_have_none() -> None:
    for key in (b"account", b"accounts/1", b"account-id/1", b"quota/1", b"proposal", b"nonces", b"/", b""):
        assert lookups_of(key, b"\xff") == []


# ---- what is found ---------------------------------------------------------------------------------------------------
def test_accounts_are_found_by_party(find: Finder) -> None:
    assert find.accounts_of_party(wire.PARTY_USER, 0, 9) == [ANN, BOB, CY]
    assert find.accounts_of_party(wire.PARTY_USER, ANN, 1) == [BOB]
    assert find.accounts_of_party(wire.PARTY_UNSPECIFIED, 0, 9) == []


def test_users_are_found_by_who_certifies_them_until_it_is_revoked(find: Finder) -> None:
    assert find.users_of(ISSUER, 0, 9) == [ANN]
    assert find.users_of(BANK, 0, 9) == [ANN, BOB, CY]
    assert find.users_of(BANK, BOB, 9) == [CY]


def test_vouchers_are_found_by_issuer_and_state(stage: Stage, find: Finder) -> None:
    ids = {name: stage.ids[name] for name in ("points", "tickets", "declined", "applied", "double")}
    applied = sorted([ids["applied"], ids["double"]])
    created, declined = sorted([ids["points"], ids["tickets"]]), [ids["declined"]]
    assert [key[8:] for key in find.vouchers(None, None, b"", 9)] == [*applied, *created, *declined]
    assert [key[8:] for key in find.vouchers(None, wire.VOUCHER_STATE_APPLIED, b"", 9)] == applied
    assert [key[8:] for key in find.vouchers(ISSUER, None, b"", 9)] == [*created, *declined]
    assert [key[8:] for key in find.vouchers(ISSUER, wire.VOUCHER_STATE_APPLIED, b"", 9)] == []
    assert [key[8:] for key in find.vouchers(BANK, None, b"", 9)] == [ids["applied"]]


def test_who_holds_a_voucher_and_which_pieces(stage: Stage, find: Finder) -> None:
    points, tickets = stage.ids["points"], stage.ids["tickets"]
    address = {number: stage.clerks[number].address for number in (ANN, BOB, BANK)}
    assert find.holders_of(points, b"", 9) == sorted(address.values())
    assert find.holders_of(tickets, b"", 9) == [address[ANN]]  # Bob has redeemed his
    assert find.pieces_of(address[BOB], b"", b"", 9) == [points + number(3)]  # redeemed: 1, merged: 2
    assert find.pieces_of(address[ANN], tickets, b"", 9) == [tickets + number(1), tickets + number(3)]
    assert find.pieces_of(address[ANN], points, b"", 9) == []


def test_agreements_are_found_by_each_party_and_who_opened_them(stage: Stage, find: Finder) -> None:
    expected = [number(600) + stage.ids["open"], number(500) + stage.ids["final"]]
    for account in (ISSUER, ANN, BOB):
        assert find.agreements_of(account, b"", 9) == expected
    assert find.agreements_of(CY, b"", 9) == []


def test_grants_are_found_by_whom_they_were_given_to_newest_first(stage: Stage, find: Finder) -> None:
    found = find.grants_to(BANK, b"", 9)
    assert [key[-16:] for key in found] == [stage.ids["withdrawn"], stage.ids["grant"]]
    assert {key[8:-16] for key in found} == {stage.clerks[ANN].address}
    assert find.grants_to(ISSUER, b"", 9) == []


@pytest.fixture(scope="module")
def custody() -> CustodyStage:
    return CustodyStage().play()


def test_custodians_of_a_voucher_are_found_and_who_counts_for_them(custody: CustodyStage) -> None:
    find, points, other = custody.engine.store.find, custody.ids["points"], custody.ids["other"]
    address = {number: clerk.address for number, clerk in custody.clerks.items()}
    assert find.custodians_of(points, b"", 9) == sorted([address[BANK], address[ISSUER]])
    assert find.custodians_of(other, b"", 9) == [address[BANK]]
    both = sorted([points + address[SHOP], other + address[SHOP]])
    assert find.assigned_to(BANK, b"", b"", 9) == both
    assert [*find.assigned_to(BANK, b"", b"", 1), *find.assigned_to(BANK, b"", both[0], 9)] == both
    assert find.assigned_to(BANK, points, b"", 9) == [points + address[SHOP]]
    assert find.assigned_to(BANK, points, points + address[SHOP], 9) == []
    assert find.assigned_to(ISSUER, b"", b"", 9) == []


def test_who_counts_for_whom_follows_what_was_said_last() -> None:
    stage = CustodyStage()
    find, points, shop = stage.engine.store.find, stage.ids["points"], stage.clerks[SHOP].address
    for custodian in (BANK, ISSUER, BANK, 0):
        stage.assign(SHOP, custodian)
        found = {each: find.assigned_to(each, b"", b"", 9) for each in (BANK, ISSUER)}
        assert found == {each: [points + shop] if each == custodian else [] for each in (BANK, ISSUER)}


def test_whose_holdings_of_one_voucher_count_is_told_page_by_page() -> None:
    stage = CustodyStage()
    find, points = stage.engine.store.find, stage.ids["points"]
    for account in (SHOP, ISSUER):
        for voucher in ("points", "other"):
            stage.assign(account, BANK, voucher=voucher)
    first, second = find.assigned_to(BANK, points, b"", 9)
    assert {first, second} == {points + stage.clerks[account].address for account in (SHOP, ISSUER)}
    assert find.assigned_to(BANK, points, b"", 1) == [first]
    assert find.assigned_to(BANK, points, first, 9) == [second]
    assert find.assigned_to(BANK, points, second, 9) == []


def test_attestations_are_found_newest_first_of_all_and_of_one(custody: CustodyStage) -> None:
    store, points = custody.engine.store, custody.ids["points"]
    bank, issuer = custody.clerks[BANK].address, custody.clerks[ISSUER].address

    def hashes(indexes: list[int]) -> list[bytes]:
        return [wire.LogEntry.FromString(store.entry(index) or b"").transaction_hash for index in indexes]

    everything = store.find.attestations(points, b"", None, 99)
    assert hashes(everything) == [custody.ids[name] for name in ("third", "issuer", "second", "first")]
    assert hashes(store.find.attestations(points, bank, None, 99)) == [
        custody.ids[name] for name in ("third", "second", "first")
    ]
    assert hashes(store.find.attestations(points, issuer, None, 99)) == [custody.ids["issuer"]]
    assert store.find.attestations(points, b"", everything[1], 1) == everything[2:3]
    assert hashes(store.find.attestations(custody.ids["other"], b"", None, 99)) == [custody.ids["fourth"]]
    assert store.find.attestations(custody.ids["other"], issuer, None, 99) == []


def pages(find: Finder, stage: Stage) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """All at once, and one by one."""
    points, bob, ann = stage.ids["points"], stage.clerks[BOB].address, stage.clerks[ANN].address
    questions = [
        lambda after, limit: find.vouchers(None, None, after, limit),
        lambda after, limit: find.vouchers(None, wire.VOUCHER_STATE_CREATED, after, limit),
        lambda after, limit: find.holders_of(points, after, limit),
        lambda after, limit: find.pieces_of(ann, b"", after, limit),
        lambda after, limit: find.pieces_of(ann, stage.ids["tickets"], after, limit),
        lambda after, limit: find.pieces_of(bob, b"", after, limit),
        lambda after, limit: find.grants_to(BANK, after, limit),
        lambda after, limit: find.agreements_of(ANN, after, limit),
    ]
    for ask in questions:
        found: list[bytes] = []
        while step := ask(found[-1] if found else b"", 1):
            found += step
        yield ask(b"", 99), found


def test_page_by_page_everything_is_seen_once(find: Finder, stage: Stage) -> None:
    for whole, steps in pages(find, stage):
        assert whole == steps != []


# ---- snapshots -------------------------------------------------------------------------------------------------------
class Played(World):
    """A stage as the tests of snapshots know worlds."""

    def __init__(self, stage: Stage) -> None:
        self.consortium, self.store, self.sent = stage.consortium, stage.engine.store, []


def test_a_store_that_began_with_a_snapshot_has_the_same_look_ups(stage: Stage) -> None:
    kv = MemoryKeyValue()
    store = ChainStore(kv, MemoryHighWater())
    restore(store, Played(stage), *write_chunks(stage.engine.store))
    assert len(lookups(kv)) > 100
    assert lookups(kv).items() ^ lookups(stage.engine.store._kv).items() == set()


IMPOSSIBLE = [
    (b"account/" + bytes(20), wire.Account(party=-1)),  # type: ignore[arg-type]
    (b"agreement/" + bytes(16), wire.Agreement(terms=wire.OpenAgreement(deadline=-1))),
    (b"grant/" + bytes(36), wire.AccessGrant(height=-(2**63))),
    (b"voucher/" + bytes(16), wire.Voucher(state=-1)),  # type: ignore[arg-type]
    (b"proposal/" + bytes(16), wire.Proposal(propose=wire.Propose(deadline=-1))),
]


@pytest.mark.parametrize(("key", "value"), IMPOSSIBLE)
def test_a_snapshot_with_something_that_cannot_be_is_refused(
    stage: Stage, key: bytes, value: wire.Account | wire.Agreement
) -> None:
    snapshot, chunks = write_chunks(stage.engine.store, 10**7)
    for data in (encode(value), b"\xff"):
        item = encode(store_pb2.SnapshotItem(pair=store_pb2.MapPair(key=key, value=data)))
        head = chunks[0][: 4 + int.from_bytes(chunks[0][:4], "big")]
        forged = head + len(item).to_bytes(4, "big") + item
        lie = snapshot.__class__(snapshot.height, snapshot.format, snapshot.app_hash, (sha256(forged),))
        store = ChainStore(MemoryKeyValue(), MemoryHighWater())
        with pytest.raises(SnapshotInvalid, match="content of a pair"):
            restore(store, Played(stage), lie, [forged])
        assert store.is_empty


# ---- keys ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("prefix", "behind"), [(b"ia", b"ib"), (b"i\xff", b"j"), (b"ia\xff\xff", b"ib")])
def test_what_follows_a_prefix_is_behind_all_that_begin_with_it(prefix: bytes, behind: bytes) -> None:
    assert keys.after(prefix) == behind > prefix + b"\xff" * 99


def test_the_map_is_read_in_bounded_pieces() -> None:
    kv = MemoryKeyValue()
    staging = Staging(kv)
    state = AuthenticatedState(staging)
    owner = b"\xff" * 20
    writes = {b"holding/" + owner + bytes([value]) * 16: b"%d" % value for value in (0, 1, 255)}
    state.apply(Height(1), {**writes, b"holding/": b"x", b"holdinh/": b"y"}, [])
    prefix = b"holding/" + owner
    whole = [(bytes([value]) * 16, b"%d" % value) for value in (0, 1, 255)]
    assert state.scan(prefix, b"", 9) == whole
    assert state.scan(prefix, b"", 2) == whole[:2]
    assert state.scan(prefix, whole[0][0], 9) == whole[1:]
    kv.write(staging.take(), sync=True)
    state.apply(Height(2), {prefix + bytes(16): None}, [])
    assert state.scan(prefix, b"", 1) == whole[1:2]
