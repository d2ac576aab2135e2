"""Whom a draft was about is forgotten when the draft is given up, and only then: at real desks, on a real chain (3.4.1)."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.client.model import Final
from app.core.codec import decode, encode
from app.core.errors import LuopuError, NodeUnreachable
from app.core.wire import registry_pb2 as wire
from app.ui.desk import DeedView, PersonWish
from app.wallet.approval import Draft
from app.wallet.entry import EntryId
from tests.scenarios.town import ALPHA, BETA, PASSPHRASE, Town, TownDesk, home_of, running_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with running_town(tmp_path) as made:
        yield made


@pytest.fixture
async def desk(town: Town) -> TownDesk:
    return await town.desk(ALPHA)


def wish(name: str, card: wire.NewKey | None = None, account: int = 0) -> PersonWish:
    attributes = (("name", name), ("phone", "13900000000"))
    return PersonWish(card, account, name, "", attributes, wire.LEVEL_REAL_NAME, 0, False, (), "")


async def known(desk: TownDesk) -> list[str]:
    """Whom the vault knows."""
    return sorted(kept.person.name for kept in await desk.find_people(""))


async def finish(desk: TownDesk, deed: DeedView) -> None:
    await desk.sign_deed(deed.deed_id)
    assert isinstance(await desk.wait_for_outcome(deed.deed_id), Final)


async def test_who_was_to_be_enrolled_is_forgotten_and_nobody_else(town: Town, desk: TownDesk) -> None:
    number = await town.enrol("ming")
    deed = await desk.prepare_person(wish("张雷", await town.card("lei")))
    again = await desk.prepare_person(wish("张雷", await town.card("lei")))
    assert await known(desk) == ["张ming", "张雷", "张雷"]
    await desk.discard([deed.deed_id])
    assert await known(desk) == ["张ming", "张雷"]
    await finish(desk, again)
    assert await known(desk) == ["张ming", "张雷"]
    assert [kept.person.name for kept in await desk.people_of(number)] == ["张ming"]


async def test_who_was_to_be_certified_anew_is_known_as_before(town: Town, desk: TownDesk) -> None:
    number = await town.enrol("ming")
    before = await desk.people_of(number)
    deed = await desk.prepare_person(wish("张大明", account=number))
    assert len(await desk.people_of(number)) == 2
    await desk.discard([deed.deed_id])
    assert await desk.people_of(number) == before


async def test_a_draft_that_takes_another_s_place_keeps_whom_it_is_about(town: Town, desk: TownDesk) -> None:
    first = await desk.prepare_person(wish("张雷", await town.card("lei")))
    second = await desk.prepare_again(first.deed_id, (), 50)
    assert await known(desk) == ["张雷"]
    await desk.discard([second.deed_id])
    assert await known(desk) == []


async def test_who_another_draft_is_about_as_well_is_kept(town: Town, desk: TownDesk) -> None:
    deed = await desk.prepare_person(wish("张雷", await town.card("lei")))
    journal = desk._journal()
    body = decode(wire.Body, journal.get(EntryId(deed.deed_id)).draft.body_bytes)
    body.nonce = bytes(16)
    other = journal.save_draft(Draft(encode(body)))
    await desk.discard([deed.deed_id])
    assert await known(desk) == ["张雷"]
    await desk.discard([other.id])
    assert await known(desk) == []


async def test_what_was_signed_is_not_given_up(town: Town, desk: TownDesk) -> None:
    deed = await desk.prepare_person(wish("张雷", await town.card("lei")))
    await desk.sign_deed(deed.deed_id)
    await desk.discard([deed.deed_id])
    assert await known(desk) == ["张雷"]


async def test_where_nothing_could_be_drafted_nobody_is_kept(town: Town) -> None:
    stranger = await town.desk("stranger")  # whose key nobody has registered, so that it drafts nothing
    with pytest.raises(LuopuError):
        await stranger.prepare_person(wish("张雷", await town.card("lei")))
    assert await known(stranger) == []


@pytest.mark.parametrize("has_account", [False, True], ids=["enrol", "certify"])
async def test_who_stands_on_the_chain_is_kept_whatever_an_older_outbox_says(
    town: Town, tmp_path: Path, has_account: bool
) -> None:
    number = await town.enrol("lei", by=BETA) if has_account else 0
    desk, home = await town.desk(ALPHA), home_of(tmp_path, ALPHA)
    deed = await desk.prepare_person(wish("张雷", None if has_account else await town.card("lei"), number))
    copy = tmp_path / "copy"
    shutil.copyfile(home.outbox, copy)
    await finish(desk, deed)
    await desk.close()
    shutil.copyfile(copy, home.outbox)
    await desk.unlock(PASSPHRASE, lambda _step: None)
    await desk.discard([deed.deed_id])
    assert await known(desk) == ["张雷"]


async def test_where_the_chain_cannot_be_asked_nobody_is_forgotten(
    town: Town, desk: TownDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    deed = await desk.prepare_person(wish("张雷", await town.card("lei")))

    async def ask(*_: object) -> object:
        raise NodeUnreachable

    with monkeypatch.context() as patch:
        patch.setattr(desk._client(), "ask", ask)
        await desk.discard([deed.deed_id])
    assert await known(desk) == ["张雷"]
