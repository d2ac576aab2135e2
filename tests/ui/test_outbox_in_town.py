"""What expired is drafted anew, signed, final, through the real widgets, against a real node; and what was approved (3.2)."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from app.client.drafting import lasting_until, sign_entry
from app.client.model import NeverLanded
from app.core.wire import registry_pb2 as wire
from app.ui.windows import notarize_session
from app.wallet.entry import Entry, EntryId, State
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
