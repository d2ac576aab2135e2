"""The API about what was done: entries of the log, orders, receipts, and why something would be refused."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from app.core.codec import encode
from app.core.hashing import sha256
from app.core.plain import message_of
from app.core.wire import registry_pb2 as wire
from app.node.api.activity import kind_of_fact
from tests.fakes.consortium import AGREEMENT
from tests.fakes.registry import ANN, BANK, BOB, CY, DUAL, ISSUER, ORDER, REASON, SHOP, Stage
from tests.node.api.asking import Asker, asking


@pytest.fixture(scope="module")
def stage() -> Stage:
    stage = Stage().play()
    stage.ids["record"] = sha256(raw := stage.clerks[ISSUER].notarize(stage.height + 9))
    stage.engine.admit(raw)
    wish = wire.Transfer(legs=[wire.Leg(voucher=stage.ids["points"], to=BOB, amount=10**9)])
    raw = stage.clerks[ANN].sign_body(encode(stage.body(ANN, transfer=wish)))
    stage.engine._mempool._waiting[sha256(raw)] = raw  # what no honest door lets in
    stage.engine.produce()
    stage.ids["refused"] = sha256(raw)
    return stage


@pytest.fixture
async def asker(stage: Stage, session: aiohttp.ClientSession) -> AsyncIterator[Asker]:
    async with asking(stage, session) as asker:
        yield asker


# ---- the log ---------------------------------------------------------------------------------------------------------
async def test_an_entry_is_told_from_the_signer_to_the_legal_agreement(asker: Asker, stage: Stage) -> None:
    answer = await asker.told(f"/v1/accounts/{BOB}/activity")
    transfer = next(each for each in answer["activity"] if each["transaction_hash"] == stage.ids["transfer"].hex())
    fact = message_of(wire.Transfer, transfer["fact"])
    assert (transfer["action"], fact.legs[0].to, fact.legs[0].amount) == ("transfer", BOB, 60)
    assert transfer["signer"] == {"key": f"ed25519:{stage.clerks[ANN].public_key.data.hex()}", "label": "own"}
    assert (transfer["sender"], transfer["partner"]) == (ANN, ISSUER)
    assert transfer["agreement"] == {"digest": AGREEMENT.hex(), "version": 1, "since": 0}
    assert {ANN: "ann", BOB: "bob", ISSUER: "issuer"}.items() <= {
        each["id"]: each["name"] for each in answer["named"]
    }.items()


async def test_activity_comes_newest_first_a_page_at_a_time(asker: Asker) -> None:
    for account in (ISSUER, ANN, SHOP, DUAL):
        whole = (await asker.told(f"/v1/accounts/{account}/activity"))["activity"]
        assert [each["index"] for each in whole] == sorted((each["index"] for each in whole), reverse=True)
        assert await asker.pages(f"/v1/accounts/{account}/activity", "activity", "before") == whole != []


async def test_what_waited_is_told_with_who_approved_it(asker: Asker, stage: Stage) -> None:
    waits, effect, held = (await asker.told(f"/v1/accounts/{DUAL}/activity"))["activity"]
    assert [each["action"] for each in (waits, effect, held)] == ["hold", "apply_voucher", "hold"]
    assert effect["held"] == held["data"] != ""
    assert effect["data"] == stage.ids["double"].hex()
    assert (effect["signer"]["label"], [each["label"] for each in effect["approvers"]]) == ("checker 01", ["maker 01"])
    assert message_of(wire.Body, waits["fact"]).apply_voucher.terms.name == "Waits"


async def test_every_entry_of_the_log_can_be_told(asker: Asker, stage: Stage) -> None:
    seen: dict[int, Any] = {}
    for account in stage.clerks:
        for each in (await asker.told(f"/v1/accounts/{account}/activity?limit=256"))["activity"]:
            assert seen.setdefault(each["index"], each) == each
    assert sorted(seen) == list(range(stage.engine.store.state.log.size))
    assert {"notarize", "propose", "hold", "expire", "enrol"} - {each["action"] for each in seen.values()} == {"expire"}


def test_every_fact_has_a_message() -> None:
    facts = wire.LogEntry.DESCRIPTOR.oneofs_by_name["fact"].fields
    kinds = {each.name: kind_of_fact(each.name) for each in facts}
    assert (kinds["evidence_record"], kinds["proposal"]) == (wire.EvidenceRecord, wire.Propose)
    assert (kinds["approval"], kinds["hold"], kinds["rename"]) == (wire.Approve, wire.Body, wire.Rename)


async def test_orders_are_told_of_accounts_and_vouchers(asker: Asker, stage: Stage) -> None:
    orders = await asker.pages(f"/v1/accounts/{SHOP}/orders", "orders", "before")
    assert [each["action"] for each in orders] == ["record_order", "resume", "suspend"]
    assert message_of(wire.Suspend, orders[2]["fact"]).order == ORDER
    about = await asker.pages(f"/v1/vouchers/{stage.ids['points'].hex()}/orders", "orders", "before")
    assert [each["action"] for each in about] == ["supervise", "supervise"]
    assert (await asker.told(f"/v1/accounts/{ANN}/orders"))["orders"] == []


# ---- receipts --------------------------------------------------------------------------------------------------------
async def test_a_receipt_resolves_to_the_agreement_version(asker: Asker, stage: Stage) -> None:
    answer = await asker.told(f"/v1/receipts/{stage.ids['transfer'].hex()}")
    receipt = answer["receipt"]
    assert (answer["height"], receipt["code"], receipt["facts"]) == (stage.height, 0, {})
    assert receipt["points"] > 0
    entry = receipt["entry"]
    assert (entry["height"], entry["time_ns"]) == (receipt["height"], receipt["time_ns"])
    assert (entry["partner"], entry["agreement"]["version"]) == (ISSUER, 1)
    assert [each["id"] for each in answer["named"]] == [ISSUER, ANN, BOB]


async def test_a_receipt_of_a_new_version_tells_since_when_it_holds(asker: Asker, stage: Stage) -> None:
    raw = stage.clerks[SHOP].notarize(stage.height + 9)
    stage.engine.admit(raw)
    stage.engine.produce()
    entry = (await asker.told(f"/v1/receipts/{sha256(raw).hex()}"))["receipt"]["entry"]
    versions = (await asker.told(f"/v1/accounts/{SHOP}/terms"))["terms"]
    assert (entry["action"], entry["partner"]) == ("notarize", 0)
    assert entry["agreement"] == {"digest": REASON.hex(), "version": 2, "since": versions[1]["since"]}


async def test_a_refusal_is_told_with_its_facts(asker: Asker, stage: Stage) -> None:
    receipt = (await asker.told(f"/v1/receipts/{stage.ids['refused'].hex()}"))["receipt"]
    assert (receipt["code"], receipt["entry"]) == (62, None)
    assert receipt["facts"]["expected"] or receipt["facts"]["got"]
    assert receipt["points"] > 0


async def test_there_is_no_receipt_of_what_is_in_no_block(asker: Asker, stage: Stage) -> None:
    assert await asker.told(f"/v1/receipts/{'00' * 32}") == {"height": stage.height, "receipt": None, "named": []}
    for path, status in (("00", 404), ("zz", 400)):
        assert (await asker.get(f"/v1/receipts/{path}"))[0] == status


# ---- why something would be refused ----------------------------------------------------------------------------------
async def reasons(asker: Asker, body: wire.Body) -> list[tuple[str, Any]]:
    question = json.dumps({"body": base64.b64encode(encode(body)).decode()}).encode()
    status, answer = await asker.post("/v1/explain", question)
    assert status == 200, answer
    return [(each["code"], each["facts"]) for each in answer["reasons"]]


async def test_what_would_be_accepted_has_no_reason_against_it(asker: Asker, stage: Stage) -> None:
    assert await reasons(asker, stage.body(ANN, transfer=stage.leg("points", BOB, amount=1))) == []
    assert await reasons(asker, stage.body(ISSUER, freeze=wire.Freeze(account=ANN, order=ORDER))) == []


async def test_every_reason_of_every_leg_of_a_transfer_is_told(asker: Asker, stage: Stage) -> None:
    legs = [
        wire.Leg(voucher=stage.ids["points"], to=CY, amount=41),
        wire.Leg(voucher=stage.ids["declined"], to=BOB, amount=1),
        wire.Leg(voucher=stage.ids["tickets"], to=BOB, serials=[2]),
    ]
    told = await reasons(asker, stage.body(ANN, transfer=wire.Transfer(legs=legs)))
    assert [(code, facts["leg"]) for code, facts in told] == [
        ("account-frozen", "1"),
        ("balance-short", "1"),
        ("voucher-not-created", "2"),
        ("not-holder", "3"),
    ]


async def test_what_concerns_the_sender_as_a_whole_comes_first(asker: Asker, stage: Stage) -> None:
    told = await reasons(asker, stage.body(CY, transfer=stage.leg("points", BOB, amount=1)))
    assert told[0][0] == "account-frozen"
    assert len(told) > 1
    stranger = stage.body(ANN, transfer=stage.leg("points", BOB, amount=1))
    stranger.sender = bytes(20)
    assert await reasons(asker, stranger) == [("unknown-account", {"account": "00" * 20})]


async def test_of_other_actions_the_first_reason_is_told(asker: Asker, stage: Stage) -> None:
    ((code, _),) = await reasons(asker, stage.body(BANK, freeze=wire.Freeze(account=CY, order=ORDER)))
    assert code == "already-stopped"
    ((code, _),) = await reasons(asker, stage.body(ANN, freeze=wire.Freeze(account=CY, order=ORDER)))
    assert code == "wrong-party"
    ((code, facts),) = await reasons(asker, stage.body(ANN, rename=wire.Rename(name="anne")))
    assert (code, facts) == ("action-stopped", {"action": "rename"})


async def test_asking_changes_nothing(asker: Asker, stage: Stage) -> None:
    before = stage.engine.store.state.app_hash
    await reasons(asker, stage.body(ANN, transfer=stage.leg("points", BOB, amount=1)))
    stage.engine.produce()
    assert stage.engine.store.state.app_hash == before


@pytest.mark.parametrize("question", [b"", b"{}", b"[]", b'{"body": 7}', b'{"body": "!"}', b'{"body": "', b"\xff"])
async def test_a_question_that_is_none_is_a_typed_error(asker: Asker, question: bytes) -> None:
    status, answer = await asker.post("/v1/explain", question)
    assert (status, answer["error"]["code"]) == (400, "not-decodable")


async def test_what_is_no_body_is_refused(asker: Asker) -> None:
    status, answer = await asker.post("/v1/explain", b'{"body": "AAAA"}')
    assert (status, answer["error"]["code"]) == (422, "malformed-transaction")
