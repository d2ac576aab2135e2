"""A receipt tells who signed, for whom, and under which version of which legal agreement (3.6)."""

import copy
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from app.client.fields import Fields
from app.client.members import LegalAgreement, SignerView
from app.client.model import Final
from app.client.receipt import Receipt, decode_receipt
from app.core.errors import DecodingError
from app.core.facts import facts_of
from app.core.hashing import sha256
from app.core.plain import plain_of
from app.core.refusals import QuotaSpent
from app.core.wire import registry_pb2 as wire
from tests.client.company import (
    CHECKER,
    COMPANY,
    MAKER,
    OTHER_COMPANY,
    actor_of,
    make_company,
    open_outbox,
    outcome_of,
    recognise,
)
from tests.client.conftest import World, make_world
from tests.fakes.consortium import AGREEMENT

HASH = sha256(b"transaction")


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with make_world(make_company(checkers=1)) as world:
        yield world


async def test_a_receipt_leads_from_who_signed_to_the_version_of_the_agreement(world: World, tmp_path: Path) -> None:
    outbox = open_outbox(tmp_path / "outbox.db")
    actor = actor_of(world, outbox)
    draft = (await actor.prepare(recognise(), [CHECKER.public_key])).entry
    actor.sign(draft.id, MAKER)
    signed = actor.sign(draft.id, CHECKER)
    assert signed.transaction_hash is not None
    assert await world.client.receipt(signed.transaction_hash) is None
    outcome = await outcome_of(world, actor, draft.id)
    assert isinstance(outcome, Final)
    receipt = await world.client.receipt(signed.transaction_hash)
    assert receipt is not None
    assert (receipt.height, receipt.time_ns, receipt.data) == (outcome.height, outcome.time_ns, outcome.data)
    assert receipt.refusal is None
    entry = receipt.entry
    assert entry is not None
    assert (entry.action, receipt.is_held, receipt.facts) == ("recognise", False, facts_of(recognise()))
    assert entry.signer == SignerView(MAKER.public_key, "经办 01")
    assert entry.approvers == (SignerView(CHECKER.public_key, "复核 01"),)
    assert (entry.sender, entry.partner, entry.names[COMPANY].name) == (COMPANY, 0, "company")
    assert entry.agreement == LegalAgreement(AGREEMENT, 1, 0)
    assert entry.index == outcome.log_index
    outbox.close()


async def test_a_receipt_of_a_record_tells_its_facts(world: World) -> None:
    raw = world.consortium.clerk.notarize(10, subject="合同")
    await world.client.submit(raw)
    await world.advance()
    receipt = await world.client.receipt(sha256(raw))
    assert receipt is not None
    assert receipt.entry is not None
    assert receipt.entry.action == "notarize"
    assert {fact.path: fact.value for fact in receipt.facts}["subject"] == "合同"


# ---- answers of a node -------------------------------------------------------------------------------------------------
def answer(**entry: Any) -> dict[str, Any]:
    """What a node says of a transfer by a user, for whom a partner answers."""
    leg = wire.Leg(voucher=bytes(16), to=9, amount=5)
    told: dict[str, Any] = {
        "index": 7,
        "height": 5,
        "time_ns": 50,
        "transaction_hash": HASH.hex(),
        "action": "transfer",
        "fact": plain_of(wire.Transfer(legs=[leg])),
        "sender": 9,
        "signer": {"key": f"ed25519:{MAKER.public_key.data.hex()}", "label": ""},
        "approvers": [],
        "partner": OTHER_COMPANY,
        "agreement": {"digest": AGREEMENT.hex(), "version": 2, "since": 40},
        "held": "",
        "result": "",
        "data": "",
    }
    receipt = {"height": 5, "time_ns": 50, "code": 0, "facts": {}, "points": 12, "data": "", "entry": told | entry}
    named = {"id": OTHER_COMPANY, "name": "洛浦", "party": "partner", "address": bytes(20).hex()}
    return {"height": 8, "receipt": receipt, "named": [named]}


def decoded(document: dict[str, Any]) -> Receipt | None:
    return decode_receipt(Fields(document), HASH)


def test_for_a_user_its_partner_answers() -> None:
    receipt = decoded(answer())
    assert receipt is not None
    assert receipt.entry is not None
    assert (receipt.entry.sender, receipt.entry.partner) == (9, OTHER_COMPANY)
    assert {number: each.name for number, each in receipt.entry.names.items()} == {OTHER_COMPANY: "洛浦"}
    assert receipt.entry.agreement == LegalAgreement(AGREEMENT, 2, 40)


def test_what_waits_for_approvals_is_told_with_the_whole_body() -> None:
    body = wire.Body(chain_id="luopu-1", sender=bytes(20), nonce=bytes(16), valid_until=9, hold_until=50)
    body.recognise.CopyFrom(recognise())
    receipt = decoded(answer(action="hold", fact=plain_of(body)))
    assert receipt is not None
    assert (receipt.is_held, receipt.facts) == (True, facts_of(body))


def test_a_refused_transaction_has_a_reason_and_no_entry() -> None:
    document = answer()
    document["receipt"] |= {"code": 11, "facts": {"expected": "12", "got": "1"}, "entry": None}
    receipt = decoded(document)
    assert receipt is not None
    assert (receipt.entry, receipt.facts, type(receipt.refusal)) == (None, (), QuotaSpent)
    assert receipt.refusal is not None
    assert receipt.refusal.facts == {"expected": "12", "got": "1"}


def test_nothing_is_told_of_what_is_in_no_block() -> None:
    assert decoded({"height": 8, "receipt": None, "named": []}) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: answer["receipt"].update(entry=None),
        lambda answer: answer["receipt"].update(code=11),
        lambda answer: answer["receipt"]["entry"].update(transaction_hash="00" * 32),
        lambda answer: answer["receipt"]["entry"].update(height=6),
        lambda answer: answer["receipt"]["entry"].update(action="invented"),
        lambda answer: answer["receipt"]["entry"].update(action="chain_id"),
        lambda answer: answer["receipt"]["entry"].update(fact={"legs": [{"amount": "5"}]}),
        lambda answer: answer["receipt"]["entry"]["fact"].update(more=1),
        lambda answer: answer["receipt"]["entry"]["signer"].update(key="ed25519:00"),
        lambda answer: answer.update(named={}),
        lambda answer: answer.update(receipt=[]),
    ],
)
def test_an_answer_that_cannot_be_is_not_decodable(spoil: Callable[[dict[str, Any]], None]) -> None:
    document = copy.deepcopy(answer())
    spoil(document)
    with pytest.raises(DecodingError):
        decoded(document)
