"""The outbox and the log of approvals at a real desk, on a real chain."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from app.client.drafting import lasting_until, sign_entry
from app.client.model import Final
from app.core.errors import NoPeer
from app.core.keys import encode_key_text
from app.core.walleterrors import BadTransition, OutcomeUnknown
from app.core.wire import registry_pb2 as wire
from app.wallet.approval_file import load_log
from app.wallet.entry import Entry, EntryId, State
from tests.scenarios.town import ALPHA, BETA, NUMBERS, Town, TownDesk, running_town

PARTNER = NUMBERS[BETA]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with running_town(tmp_path) as made:
        yield made


@pytest.fixture
async def desk(town: Town) -> TownDesk:
    return await town.desk(ALPHA)


@pytest.fixture
def submitted(desk: TownDesk, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every transaction that the desk hands over."""
    handed: list[bytes] = []
    client = desk._client()
    submit = client.submit

    async def count(transaction: bytes) -> bytes:
        handed.append(transaction)
        return await submit(transaction)

    monkeypatch.setattr(client, "submit", count)
    return handed


def recognise(level: wire.Level) -> wire.Body:
    return wire.Body(recognise=wire.Recognise(partner=PARTNER, least=level))


async def reached(desk: TownDesk, height: int) -> None:
    async with aclosing(desk.events()) as events:
        async for _ in events:
            if (await desk.status()).height >= height:
                return


async def shortened(desk: TownDesk, deed_id: str) -> Entry:
    """The same draft, with a few blocks to land."""
    journal = desk._journal()
    entry = journal.get(EntryId(deed_id))
    draft = lasting_until(entry.draft, (await desk.status()).height + 2)
    path, context = (None, None) if entry.papers is None else (entry.papers.path, entry.papers.context)
    journal.discard(entry.id)
    return journal.save_draft(draft, path=path, context=context)


async def expires(desk: TownDesk, entry: Entry) -> Entry:
    """It is signed, nobody takes it, and its time passes."""
    sign_entry(desk._journal(), entry.id, await desk._keys.signer())
    await reached(desk, entry.valid_until)
    await desk._notary().outcome(entry.id)
    return desk._journal().get(entry.id)


def written(path: Path, text: str = "") -> Path:
    path.write_text(text or path.name, encoding="utf-8")
    return path


async def file_of(desk: TownDesk, path: Path, chain: bytes | None = None) -> str:
    hashed = await desk.hash_file(written(path), lambda _done, _total: None, lambda: False)
    (draft,) = await desk.draft([hashed], chain, "入库")
    return draft.draft_id


# ---- outbox ----------------------------------------------------------------------------------------------------------
async def test_what_expired_is_drafted_anew_signed_and_final_and_the_old_one_is_never_sent(
    desk: TownDesk, submitted: list[bytes]
) -> None:
    deed = await desk.prepare(recognise(wire.LEVEL_PHONE))
    old = await expires(desk, await shortened(desk, deed.deed_id))
    assert old.state is State.EXPIRED
    (listed,) = await desk.unsettled()
    assert (listed.state, listed.can_renew, listed.action) == ("expired", True, "recognise")
    with pytest.raises(BadTransition):
        await desk.send_again(old.id)
    again = await desk.renew(old.id)
    assert (again.facts, again.reasons) == (deed.facts, ())
    assert again.deed_id != old.id
    await desk.sign_deed(again.deed_id)
    assert isinstance(await desk.wait_for_outcome(again.deed_id), Final)
    assert await desk.unsettled() == []
    newest, before = (await desk.deeds())[:2]
    assert (newest.state, newest.replaces, before.replaced_by) == ("final", old.id, again.deed_id)
    assert (newest.height, len(newest.transaction_hash), len(newest.signed)) == (newest.height, 32, 1)
    assert old.transaction not in submitted
    assert len(set(submitted)) == 1
    with pytest.raises(BadTransition):
        await desk.renew(old.id)


async def test_a_record_is_put_on_record_anew_though_its_file_has_changed(
    desk: TownDesk, submitted: list[bytes], tmp_path: Path
) -> None:
    path = tmp_path / "report.pdf"
    old = await expires(desk, await shortened(desk, await file_of(desk, path)))
    written(path, "changed since")
    again = await desk.renew(old.id)
    assert (again.action, again.reasons) == ("notarize", ())
    await desk.sign_deed(again.deed_id)
    outcome = await desk.wait_for_outcome(again.deed_id)
    assert isinstance(outcome, Final)
    (record, *_) = await desk.records()
    assert (record.record_digest, record.sha256) == (outcome.data, old.shown.record.sha256)
    assert old.transaction not in submitted


async def test_what_nobody_takes_waits_and_is_sent_as_the_same_bytes(
    desk: TownDesk, submitted: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    deed = await desk.prepare(recognise(wire.LEVEL_REAL_NAME))

    async def nobody(_transaction: bytes) -> bytes:
        raise NoPeer

    with monkeypatch.context() as patch:
        patch.setattr(desk._client(), "submit", nobody)
        await desk.sign_deed(deed.deed_id)
        with pytest.raises(NoPeer):
            await desk.send_again(deed.deed_id)
    (listed,) = await desk.unsettled()
    assert (listed.state, listed.note) == ("pending", NoPeer.code)
    with pytest.raises(OutcomeUnknown):
        await desk.renew(deed.deed_id)
    await desk.send_again(deed.deed_id)
    assert isinstance(await desk.wait_for_outcome(deed.deed_id), Final)
    assert set(submitted) == {desk._journal().get(EntryId(deed.deed_id)).transaction}


async def test_a_draft_that_was_left_over_is_shown_again_and_gets_another_last_height(desk: TownDesk) -> None:
    deed = await desk.prepare(recognise(wire.LEVEL_CERTIFICATE))
    assert (await desk.resume(deed.deed_id)).deed_id == deed.deed_id
    short = await shortened(desk, deed.deed_id)
    await reached(desk, short.valid_until)
    again = await desk.resume(short.id)
    assert (again.facts, again.reasons) == (deed.facts, ())
    assert again.valid_until > short.valid_until
    assert [each.deed_id for each in await desk.unsettled()] == [again.deed_id]
    await desk.discard([again.deed_id])


async def test_records_that_were_left_over_are_signed_in_the_order_of_their_chain(
    desk: TownDesk, tmp_path: Path
) -> None:
    files = [await desk.hash_file(written(tmp_path / name), lambda _a, _b: None, lambda: False) for name in "abc"]
    first, *others = await desk.draft(files, None, "入库")
    for each in (*others, first):
        assert (await desk.resume(each.draft_id)).deed_id == first.draft_id
    await desk.sign_deed(first.draft_id)
    assert (await desk.resume(others[1].draft_id)).deed_id == others[0].draft_id
    assert (await desk.resume(others[1].draft_id)).reasons == ()
    await desk.discard([each.draft_id for each in others])
    await desk.wait_for_outcome(first.draft_id)


async def test_what_is_no_longer_needed_is_kept_and_asks_for_nothing(desk: TownDesk) -> None:
    deed = await desk.prepare(recognise(wire.LEVEL_ANONYMOUS))
    old = await expires(desk, await shortened(desk, deed.deed_id))
    await desk.dismiss(old.id)
    assert await desk.unsettled() == []
    assert (await desk.deed(old.id)).is_dismissed


async def test_the_newest_come_page_by_page(desk: TownDesk) -> None:
    for level in (wire.LEVEL_PHONE, wire.LEVEL_REAL_NAME, wire.LEVEL_CERTIFICATE):
        await desk.prepare(recognise(level))
    everything = await desk.deeds(limit=100)
    paged = [*await desk.deeds(limit=2), *await desk.deeds(before=everything[1].number, limit=100)]
    assert [each.deed_id for each in paged] == [each.deed_id for each in everything]


# ---- the log ---------------------------------------------------------------------------------------------------------
async def test_what_was_approved_is_there_word_by_word_and_can_be_carried_away(desk: TownDesk, tmp_path: Path) -> None:
    deed = await desk.prepare(recognise(wire.LEVEL_REGISTERED))
    await desk.sign_deed(deed.deed_id)
    await desk.wait_for_outcome(deed.deed_id)
    (line, *_) = await desk.approvals()
    assert (line.action, line.facts, line.signing_digest) == ("recognise", deed.facts, deed.signing_digest)
    assert (line.key, line.key_label) == (encode_key_text(desk._keys.own.public_key), desk._keys.own.label)
    standing = await desk.look_through_approvals()
    assert (standing.count, standing.digest, standing.altered) == (line.number, line.digest, ())
    assert await desk.save_approvals(tmp_path / "log.jsonl") == standing
    assert load_log(tmp_path / "log.jsonl")[0].digest == standing.digest


async def test_a_line_that_was_altered_is_named_and_the_others_stay(desk: TownDesk) -> None:
    await expires(desk, await shortened(desk, (await desk.prepare(recognise(wire.LEVEL_PHONE))).deed_id))
    await expires(desk, await shortened(desk, (await desk.prepare(recognise(wire.LEVEL_REAL_NAME))).deed_id))
    with desk._journal()._file.write() as database:
        kept = database.execute("SELECT body FROM approvals WHERE number = 1").fetchone()[0]
        database.execute("UPDATE approvals SET body = x'00' WHERE number = 1")
    lines = await desk.approvals(limit=100)
    assert [each.number for each in lines if not each.is_readable] == [1]
    assert (await desk.look_through_approvals()).altered == (1,)
    with desk._journal()._file.write() as database:
        database.execute("UPDATE approvals SET body = ? WHERE number = 1", (kept,))
    assert (await desk.look_through_approvals()).altered == ()
