"""Publications that checkers must approve, and those that a service which was started anew finds in the outbox."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.core.codec import encode
from app.core.ids import derive_held
from app.core.transaction import decode_body, signing_digest
from app.core.wire import registry_pb2 as wire
from app.custodian import publishing
from app.custodian.publishing import Publisher
from tests.custodian.counter import Chance, Counter, open_counter
from tests.fakes.consortium import MovedClock
from tests.fakes.registry import ANN, DUAL, ISSUER


@pytest.fixture
async def dual(tmp_path: Path) -> AsyncIterator[Counter]:
    """The counter of a partner with a maker, who runs the service, and a checker."""
    async with open_counter(tmp_path, account=DUAL) as opened:
        opened.bank.stage.act(ISSUER, recognise=wire.Recognise(partner=DUAL, least=wire.LEVEL_PHONE))
        yield opened


def issue_to_dual(counter: Counter) -> bytes:
    voucher = counter.bank.issue(0)
    legs = [wire.Allotment(to=DUAL, amount=5_000)]
    counter.bank.stage.act(ISSUER, allocate=wire.Allocate(voucher=voucher, legs=legs))
    return voucher


async def approve(counter: Counter) -> None:
    """The checker lets what the chain holds take effect."""
    stage = counter.bank.stage
    row = counter.custodian.publisher._outbox.recent(1)[0]
    body = decode_body(row.draft.body_bytes)
    held = derive_held(body.sender, body.nonce)
    wish = wire.Countersign(held=held, digest=signing_digest(encode(body)))
    stage.land(stage.body(DUAL, countersign=wish), stage.checker)
    await counter.blocks(1)


async def test_what_a_checker_must_approve_is_held_and_final_only_then(dual: Counter) -> None:
    snapshot = await dual.made(issue_to_dual(dual), (ANN, "12.50"))
    shown = await dual.published(snapshot)
    assert (shown["state"], shown["publication"]["state"], shown["published"]) == ("publishing", "held", None)
    assert shown["publication"]["height"] > dual.bank.stage.height
    again = await dual.ask("POST", f"/v1/reserves/{snapshot}/publication")
    assert (again.status, again.document["publication"]["state"], dual.transactions) == (202, "held", 0)
    assert (await dual.ask("GET", f"/v1/reserves/{snapshot}/papers/{ANN}")).status == 409
    await approve(dual)
    assert (await dual.get(f"/v1/reserves/{snapshot}"))["state"] == "published"
    assert (await dual.ask("GET", f"/v1/reserves/{snapshot}/papers/{ANN}")).status == 200


async def test_what_no_checker_approved_in_time_may_be_asked_for_again(
    dual: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "DAY_BLOCKS", 5)
    snapshot = await dual.made(issue_to_dual(dual), (ANN, "12.50"))
    first = (await dual.published(snapshot))["publication"]
    await dual.blocks(6)
    over = await dual.get(f"/v1/reserves/{snapshot}")
    assert (first["state"], over["state"], over["publication"]["state"]) == ("held", "made", "expired")
    second = (await dual.published(snapshot))["publication"]
    assert (second["state"], second["transaction"] != first["transaction"]) == ("held", True)
    await approve(dual)
    assert (await dual.get(f"/v1/reserves/{snapshot}"))["state"] == "published"


async def test_a_service_that_starts_anew_follows_what_was_signed_before(counter: Counter) -> None:
    voucher = counter.bank.issue(5_000)
    snapshot = await counter.made(voucher, (ANN, "12.50"))
    await counter.ask("POST", f"/v1/reserves/{snapshot}/publication")
    old = counter.custodian.publisher
    await old.close()
    counter.bank.stage.engine._mempool._waiting.clear()  # and what was sent was lost
    signer = counter.bank.stage.clerks[2 + 1]
    new = Publisher(
        counter.node,
        old._outbox,
        signer,
        counter.custodian.reserving,
        counter.custodian.look,
        clock=MovedClock(step=1),
        randomness=Chance(),
    )
    new.start()
    (following,) = new._following.values()
    await counter.blocks_until(following)
    await counter.blocks(1)
    assert (await counter.get(f"/v1/reserves/{snapshot}"))["state"] == "published"
    assert sum(each.action == "attest_custody" for each in old._outbox.recent(10)) == 1
