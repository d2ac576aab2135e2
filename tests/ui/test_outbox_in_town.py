"""What expired is drafted anew, signed, final, through the real widgets, against a real node; and what was approved (3.2)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox

from app.client.drafting import lasting_until, sign_entry
from app.client.model import NeverLanded
from app.core.wire import registry_pb2 as wire
from app.ui.windows import notarize_session
from app.wallet.entry import Entry, EntryId, State
from app.wallet.overview import find_listed
from tests.scenarios.town import ALPHA, BETA, NUMBERS, TownDesk
from tests.ui.town_guest import Place, day, open_place


@pytest.fixture(scope="module")
def place(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with open_place(qapp, tmp_path_factory.mktemp("town")) as made:
        yield made


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outcomes are asked for without a pause."""
    monkeypatch.setattr(notarize_session, "RETRY_SECONDS", 0.2)


async def expired(desk: TownDesk) -> Entry:
    """Signed here, taken by nobody, and its time has passed."""
    action = wire.Body(recognise=wire.Recognise(partner=NUMBERS[BETA], least=wire.LEVEL_PHONE))
    journal = desk._journal()
    first = journal.get(EntryId((await desk.prepare(action)).deed_id))
    height = (await desk.status()).height
    entry = journal.save_draft(lasting_until(first.draft, height + 2))
    journal.discard(first.id)
    return await runs_out(desk, entry)


async def runs_out(desk: TownDesk, entry: Entry) -> Entry:
    journal = desk._journal()
    sign_entry(journal, entry.id, await desk._keys.signer())
    async for _ in desk.events():
        if isinstance(await desk._notary().outcome(entry.id), NeverLanded):
            return journal.get(entry.id)
    raise AssertionError("blocks come for ever")


@day
def test_a_clerk_drafts_anew_what_expired_signs_it_and_finds_it_final_and_in_the_log(place: Place) -> None:
    run = place.loop.run_until_complete
    desk = run(place.town.desk(ALPHA))
    old = run(expired(desk))
    handed: list[bytes] = []
    submit = desk._client().submit

    async def count(transaction: bytes) -> bytes:
        handed.append(transaction)
        return await submit(transaction)

    desk._client().submit = count  # type: ignore[method-assign]
    clerk = place.seat(ALPHA)
    clerk.until(lambda: clerk.badge("outbox") == 1)
    clerk.goes_to("outbox")
    clerk.awaits("Needs you", "Expired (not on the chain)", "绍兴合作方", "It did not come onto the chain in time")
    clerk.clicks("Draft anew")
    clerk.awaits("What is signed is what you see", "It came to nothing and is never sent again.")
    clerk.until(lambda: clerk.can_press("Sign and send"))
    clerk.clicks("Sign and send")
    clerk.awaits("In force since")
    clerk.clicks("Done")
    clerk.awaits("Done", "Final (height", "It was done anew since.")
    clerk.until(lambda: clerk.badge("outbox") == 0)
    assert len(set(handed)) == 1
    assert old.transaction not in handed
    newest = desk._journal().recent(1)[0]
    assert (newest.state, newest.replaces, newest.transaction) == (State.FINAL, old.id, handed[0])
    clerk.goes_to("log")
    clerk.awaits("whole", "#2 ", "#1 ", "绍兴合作方", "with the key")


async def expired_record(desk: TownDesk, path: Path) -> Entry:
    """The same of a record."""
    hashed = await desk.hash_file(path, lambda _done, _total: None, lambda: False)
    (draft,) = await desk.draft([hashed], None, "入库检验")
    journal = desk._journal()
    first = journal.get(EntryId(draft.draft_id))
    height = (await desk.status()).height
    entry = journal.save_draft(lasting_until(first.draft, height + 2), path=first.path, context=first.context)
    journal.discard(first.id)
    return await runs_out(desk, entry)


@day
def test_a_record_that_by_now_a_colleague_must_sign_goes_round_as_a_request(place: Place, tmp_path: Path) -> None:
    run = place.loop.run_until_complete
    desk = run(place.town.desk(ALPHA))
    path = tmp_path / "检验报告.pdf"
    path.write_bytes(b"report")
    old = run(expired_record(desk, path))
    card = run(place.town.card("alpha-second", "checker"))
    card.label = "复核 李经理"
    place.do(ALPHA, change_keys=wire.ChangeKeys(add=[card]))
    two = wire.Threshold(duty=wire.DUTY_EVIDENCE, checkers=1)
    place.do(ALPHA, set_thresholds=wire.SetThresholds(thresholds=[two]))
    clerk = place.seat(ALPHA)
    clerk.goes_to("outbox")
    clerk.awaits("Needs you", "检验报告.pdf")
    clerk.clicks("Draft anew")
    clerk.awaits("1 colleague must approve this", "Prepare a request file")
    clerk.does_not_see("Let it wait on the chain")
    next(box for box in clerk._all(QCheckBox) if "李经理" in box.text()).setChecked(True)
    clerk.clicks("Prepare a request file")
    clerk.until(lambda: clerk.can_press("Sign and send"))
    clerk.clicks("Sign and send")
    clerk.awaits("Signed here. Save the request")
    clerk.clicks("Done")
    clerk.awaits("Waits for approval", "missing: ", "李经理", "Save file…")
    clerk.until(lambda: clerk.badge("outbox") == 0)
    (waiting,) = desk._journal().waiting()
    assert waiting.context == old.context
    assert find_listed(desk._journal(), old.id).replaced_by == waiting.id
