"""What a client reads for a statement: proofs that lead to the genesis, what the node holds, nothing that was not asked."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.client import statements as statements_module
from app.client.node import NodeClient
from app.client.registry import every
from app.client.statements import StatementReader
from app.core.codec import decode, encode
from app.core.errors import DecodingError, InvalidProof, NotFound, NotYetProvable, OutOfRange, Pruned
from app.core.hashing import sha256
from app.core.stateproof import check_entry, proven_value
from app.core.units import Height
from app.core.wire import comet_pb2
from app.core.wire import registry_pb2 as wire
from app.node.consensus.hashes import is_transaction_included
from app.registry.places import ASSIGNMENTS, CUSTODIES, HOLDINGS, VOUCHERS
from app.registry.state import account_key
from tests.fakes.custodians import CustodyStage
from tests.fakes.network import make_node, serving_desk
from tests.fakes.registry import ANN, BANK, CY, ISSUER, SHOP
from tests.node.stranger import header_below, trusted_header


@pytest.fixture
def stage() -> CustodyStage:
    stage = CustodyStage().play()
    stage.engine.produce()
    return stage


@pytest.fixture
async def reader(stage: CustodyStage) -> AsyncIterator[StatementReader]:
    async with (
        make_node(stage.consortium, [], store=stage.engine.store) as node,
        serving_desk(node) as endpoint,
        NodeClient(lambda: endpoint) as client,
    ):
        yield StatementReader(client)


# ---- proofs ----------------------------------------------------------------------------------------------------------
async def test_a_holding_and_its_absence_are_proved_from_the_genesis(
    reader: StatementReader, stage: CustodyStage
) -> None:
    points, genesis = stage.ids["points"], stage.consortium.genesis
    address = {number: clerk.address for number, clerk in stage.clerks.items()}
    keys = [VOUCHERS.key(points), account_key(address[BANK]), ASSIGNMENTS.key(address[SHOP], points)]
    keys += [HOLDINGS.key(address[number], points) for number in (BANK, SHOP, CY)]
    proofs = await reader.state_proofs(keys)
    assert (proofs.chain_id, proofs.genesis_fingerprint) == (genesis.chain_id, genesis.fingerprint)
    assert (proofs.height, proofs.keys) == (stage.height - 1, tuple(keys))
    header = trusted_header(genesis, proofs.anchor, proofs.light_blocks)
    assert header.height == proofs.height + 1
    values = {key: proven_value(proofs.proof(key), key, header.app_hash) for key in keys}
    assert values == {key: stage.engine.store.state.map.get_at(key, proofs.height) for key in keys}
    assert values[keys[-1]] is None
    assert sum(value is not None for value in values.values()) == 5
    with pytest.raises(InvalidProof):  # what proves one key proves no other
        proven_value(proofs.proof(keys[0]), keys[1], header.app_hash)


async def test_an_earlier_height_stays_provable(reader: StatementReader, stage: CustodyStage) -> None:
    key = CUSTODIES.key(stage.clerks[BANK].address, stage.ids["points"])
    sequences = []
    for height in range(stage.height):
        proofs = await reader.state_proofs([key], height)
        header = trusted_header(stage.consortium.genesis, proofs.anchor, proofs.light_blocks)
        value = proven_value(proofs.proof(key), key, header.app_hash)
        sequences.append(0 if value is None else decode(wire.Custody, value).sequence)
    assert sequences == sorted(sequences)
    assert set(sequences) == {0, 1, 2, 3}


async def test_an_attestation_is_proved_from_the_genesis(reader: StatementReader, stage: CustodyStage) -> None:
    genesis = stage.consortium.genesis
    for name in ("first", "second", "fourth"):
        answer = await reader.transaction_proof(stage.ids[name])
        assert (answer.chain_id, answer.genesis_fingerprint) == (genesis.chain_id, genesis.fingerprint)
        anchor = trusted_header(genesis, answer.anchor, answer.light_blocks)
        header, place = header_below(anchor, answer.header), answer.transaction_proof
        proof = comet_pb2.Proof(
            total=place.total,
            index=place.index,
            leaf_hash=sha256(b"\x00" + sha256(answer.transaction)),
            aunts=place.aunts,
        )
        assert is_transaction_included(answer.transaction, proof, header.data_hash)
        check_entry(answer.entry_proof, answer.log_entry, anchor.app_hash)
        entry = decode(wire.LogEntry, answer.log_entry)
        wish = decode(wire.AttestCustody, entry.attest_custody)
        assert (wish.root, entry.height) == (sha256(b"root " + name.encode()), header.height)


async def test_what_cannot_be_proved_is_the_typed_error(reader: StatementReader, stage: CustodyStage) -> None:
    with pytest.raises(NotYetProvable) as caught:
        await reader.state_proofs([b"key"], stage.height)
    assert caught.value.facts["height"] == str(stage.height + 1)
    with pytest.raises(NotFound):
        await reader.transaction_proof(bytes(32))
    for keys in ([], [b"key"] * 257, [b""]):
        with pytest.raises(OutOfRange):
            await reader.state_proofs(keys)
    stage.engine.store.prune(Height(stage.height - 1))
    stage.engine.store.flush()
    for question in (reader.state_proofs([b"key"], 3), reader.transaction_proof(stage.ids["first"])):
        with pytest.raises(Pruned):
            await question


# ---- custody ---------------------------------------------------------------------------------------------------------
async def test_custodians_are_told_with_what_counts_for_them(reader: StatementReader, stage: CustodyStage) -> None:
    points, state = stage.ids["points"], stage.engine.store.state
    page = await reader.custodians(points)
    assert (page.height, page.outstanding, page.next) == (stage.height, 200, None)
    found = {each.account: each for each in page.items}
    assert {number: each.counted for number, each in found.items()} == {BANK: 70, ISSUER: 30}
    for number, each in found.items():
        address = stage.clerks[number].address
        assert each.custody == CUSTODIES.read(state, address, points)
        assert each.holding == HOLDINGS.read(state, address, points)
    (shop,) = found[BANK].assigned
    assert (shop.account, shop.voucher, shop.holding.amount) == (SHOP, points, 20)
    assert not found[BANK].has_more
    assert page.names[SHOP].name == "shop"
    stage.assign(BANK, ISSUER)
    found = {
        each.account: each async for each in every(lambda cursor: reader.custodians(points, cursor=cursor, limit=1))
    }
    assert (found[BANK].assigned_to, found[BANK].counted, found[ISSUER].counted) == (ISSUER, 20, 80)


async def test_attestations_are_the_log_s(reader: StatementReader, stage: CustodyStage) -> None:
    points = stage.ids["points"]
    found = [each async for each in every(lambda cursor: reader.attestations(points, cursor=cursor, limit=1))]
    assert [each.transaction_hash for each in found] == [
        stage.ids[name] for name in ("third", "issuer", "second", "first")
    ]
    for each in found:
        entry = wire.LogEntry.FromString(stage.engine.store.entry(each.index) or b"")
        assert encode(each.attested) == entry.attest_custody
        assert (each.height, each.time_ns) == (entry.height, entry.time_ns)
        assert each.balance.to_bytes(8, "big") == entry.result
    assert (await reader.attestations(points, ISSUER)).items == tuple(each for each in found if each.sender == ISSUER)
    newest = {each.account: each.index for each in (await reader.custodians(points)).items}
    assert newest == {BANK: found[0].index, ISSUER: found[1].index}


async def test_assignments_are_told_from_both_sides(reader: StatementReader, stage: CustodyStage) -> None:
    points = stage.ids["points"]
    everything = [each async for each in every(lambda cursor: reader.assigned(BANK, cursor=cursor, limit=1))]
    assert {(each.voucher, each.account) for each in everything} == {(points, SHOP), (stage.ids["other"], SHOP)}
    (one,) = (await reader.assigned(stage.clerks[BANK].address, points)).items
    assert one in everything
    assert one.assignment == ASSIGNMENTS.read(stage.engine.store.state, stage.clerks[SHOP].address, points)
    said = {
        each.voucher: each.assignment async for each in every(lambda c: reader.assignments(SHOP, cursor=c, limit=1))
    }
    assert said == {each.voucher: each.assignment for each in everything}


# ---- references ------------------------------------------------------------------------------------------------------
async def test_references_are_resolved_in_their_order(
    reader: StatementReader, stage: CustodyStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = stage.clerks[ANN].address
    references = [str(ANN), "nobody", "shop", "", "x" * 90, "bad\ud800", ann.hex(), "安\n", "99", "ANN"]
    expected = [ANN, None, SHOP, None, None, None, ANN, None, None, ANN]
    for at_once in (1_000, 3, 1):
        monkeypatch.setattr(statements_module, "MAX_REFERENCES", at_once)
        found = await reader.resolve(references)
        assert [each and each.number for each in found] == expected
    first = found[0]
    assert first is not None
    assert (first.address, first.party, first.name, first.is_in_force) == (ann, "user", "ann", True)
    assert await reader.resolve([]) == ()


# ---- a node that answers something else ------------------------------------------------------------------------------
class Liar(NodeClient):
    """Answers as told."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    async def ask(self, path: str, body: bytes | None = None) -> Any:
        return self.answer


HASH, KEY = base64.b64encode(bytes(32)).decode(), b"key"
CHAIN = {"chain_id": "x", "genesis_fingerprint": "00" * 32}
ROOTS = {"log_size": 1, "log_root": HASH, "map_root": HASH}
STATE = {**CHAIN, **ROOTS, "height": 1, "anchor": "", "light_blocks": [], "commitments": [""]}
PLACE = {"transaction": "", "transaction_proof": "", "header": "", "anchor": "", "log_entry": "", "log_index": 0}
PROOF = {**CHAIN, **ROOTS, **PLACE, "log_path": [HASH], "light_blocks": []}
ATTESTED = {"voucher": "01" * 16, "root": "", "total": 0, "statement": "", "accounts": []}
ENTRY = {
    "index": 1,
    "transaction_hash": "00" * 32,
    "height": 1,
    "time_ns": 1,
    "sender": 1,
    "balance": 1,
    "attested": ATTESTED,
}
PAGE = {"height": 1, "next": None, "named": []}
NOTHING = {"amount": 0, "pieces": 0, "packed": 0, "frozen": False, "frozen_amount": 0}
ASSIGNED = {"voucher": "01" * 16, "account": 1, "assignment": {"custodian": 1, "height": 1}, "holding": NOTHING}
CUSTODY = {"sequence": 1, "root": "", "total": 0, "statement": "", "balance": 0, "height": 1, "accounts": []}
CUSTODIAN = {
    "account": 1,
    "index": 1,
    "custody": CUSTODY,
    "holding": NOTHING,
    "assigned_to": 0,
    "assigned": [ASSIGNED],
    "more_assigned": False,
}
FOUND = {"number": 7, "address": "01" * 20, "party": "user", "name": "", "in_force": True}


async def ask_state(answer: Any) -> Any:
    return await StatementReader(Liar(answer)).state_proofs([KEY], 1)


async def ask_transaction(answer: Any) -> Any:
    return await StatementReader(Liar(answer)).transaction_proof(bytes(32))


async def ask_attestations(answer: Any) -> Any:
    return await StatementReader(Liar(answer)).attestations(b"\x01" * 16)


async def ask_assigned(answer: Any) -> Any:
    return await StatementReader(Liar(answer)).assigned(1, b"\x01" * 16)


async def ask_custodians(answer: Any) -> Any:
    return await StatementReader(Liar(answer)).custodians(b"\x01" * 16)


async def ask_whose(answer: Any) -> Any:
    return await StatementReader(Liar(answer)).resolve(["7"])


async def ask_where(answer: Any) -> Any:
    return await StatementReader(Liar(answer)).resolve(["01" * 20])


TRUTHS = [
    (ask_state, STATE),
    (ask_transaction, PROOF),
    (ask_attestations, {**PAGE, "attestations": [ENTRY]}),
    (ask_assigned, {**PAGE, "assigned": [ASSIGNED]}),
    (ask_custodians, {**PAGE, "outstanding": 1, "custody": [CUSTODIAN]}),
    (ask_whose, {"accounts": [FOUND]}),
    (ask_where, {"accounts": [FOUND]}),
    (ask_whose, {"accounts": [None]}),
]
SHORT = base64.b64encode(bytes(31)).decode()
LIES = [
    *((ask_state, {**STATE, "height": height}) for height in (2, -1, "1", None)),
    *((ask_state, {**STATE, "commitments": given}) for given in ([], ["", ""], [1], "", None)),
    *((ask_state, {**STATE, name: SHORT}) for name in ("log_root", "map_root")),
    *((ask_state, {**STATE, "log_size": size}) for size in (-1, 2**63, True)),
    (ask_state, {**STATE, "genesis_fingerprint": "00"}),
    (ask_state, {**STATE, "anchor": "?"}),
    (ask_state, []),
    (ask_transaction, {**PROOF, "log_path": [SHORT]}),
    (ask_transaction, {**PROOF, "log_path": [HASH] * 64}),
    (ask_transaction, {**PROOF, "log_index": -1}),
    (ask_transaction, {**PROOF, "transaction_proof": base64.b64encode(b"\xff").decode()}),
    *((ask_attestations, {**PAGE, "attestations": [{**ENTRY, name: -1}]}) for name in ("index", "height", "balance")),
    (ask_attestations, {**PAGE, "attestations": [{**ENTRY, "transaction_hash": "00"}]}),
    (ask_attestations, {**PAGE, "attestations": [{**ENTRY, "attested": {**ATTESTED, "voucher": "02" * 16}}]}),
    (ask_attestations, {**PAGE, "height": -1, "attestations": [ENTRY]}),
    (ask_assigned, {**PAGE, "assigned": [{**ASSIGNED, "voucher": "02" * 16}]}),
    (ask_assigned, {**PAGE, "assigned": [{**ASSIGNED, "voucher": "01"}]}),
    (ask_assigned, {**PAGE, "assigned": [{**ASSIGNED, "holding": None}]}),
    (ask_custodians, {**PAGE, "custody": [CUSTODIAN]}),
    (ask_custodians, {**PAGE, "outstanding": -1, "custody": [CUSTODIAN]}),
    (ask_custodians, {**PAGE, "outstanding": 1, "custody": [{**CUSTODIAN, "more_assigned": 0}]}),
    (ask_custodians, {**PAGE, "outstanding": 1, "custody": [{**CUSTODIAN, "assigned": [{**ASSIGNED, "account": -1}]}]}),
    (
        ask_custodians,
        {**PAGE, "outstanding": 1, "custody": [{**CUSTODIAN, "assigned": [{**ASSIGNED, "voucher": "02" * 16}]}]},
    ),
    *((ask_whose, {"accounts": given}) for given in ([], [FOUND, FOUND], [{**FOUND, "number": 8}], [7], None)),
    (ask_whose, {"accounts": [{**FOUND, "address": "01"}]}),
    (ask_where, {"accounts": [{**FOUND, "address": "02" * 20}]}),
]


@pytest.mark.parametrize(("ask", "answer"), TRUTHS)
async def test_an_answer_as_it_should_be_is_taken(ask: Any, answer: Any) -> None:
    await ask(answer)


@pytest.mark.parametrize(("ask", "answer"), LIES)
async def test_anything_else_is_not_decodable(ask: Any, answer: Any) -> None:
    with pytest.raises(DecodingError):
        await ask(answer)
