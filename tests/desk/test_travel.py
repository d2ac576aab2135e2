"""Drafts of a real desk are carried to a computer without a node, signed there by the real command, and brought back."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.__main__ import main
from app.client.model import Final
from app.core.errors import FileUnwritable, UsageError
from app.core.home import Home
from app.core.walleterrors import BadTransition
from app.core.wire import registry_pb2 as wire
from app.ui.desk import DeedView, DraftView
from app.ui.pictures import decode_picture
from app.wallet.approval import Draft, describe
from app.wallet.entry import Entry, EntryId, State
from app.wallet.request_file import load_request
from tests.scenarios.town import ALPHA, BETA, NUMBERS, PASSPHRASE, Town, TownDesk, home_of, running_town

WEEK = 201_600


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with running_town(tmp_path / "town") as made:
        yield made


@pytest.fixture
async def desk(town: Town) -> TownDesk:
    return await town.desk(ALPHA)


class Away:
    """A computer with the desk's key, and neither node nor genesis."""

    def __init__(self, folder: Path) -> None:
        self._home, self._folder = Home(folder / "away"), folder
        self._home.wallet.mkdir(parents=True)
        shutil.copy(home_of(folder / "town", ALPHA).keystore, self._home.keystore)
        self._passphrase = folder / "passphrase"
        self._passphrase.write_text(f"{PASSPHRASE}\n", encoding="utf-8")

    async def sign(self, request: Path, name: str = "signed.luopu-request") -> Path:
        target = self._folder / name
        option = "--qr" if target.suffix == ".png" else "--output"
        words = ["sign", str(request), option, str(target), "--home", str(self._home.root)]
        assert await asyncio.to_thread(main, [*words, "--passphrase-file", str(self._passphrase)]) == 0
        return target


@pytest.fixture
def away(desk: TownDesk, tmp_path: Path) -> Away:
    assert desk is not None
    return Away(tmp_path)


def deed_body() -> wire.Body:
    return wire.Body(recognise=wire.Recognise(partner=NUMBERS[BETA], least=wire.LEVEL_PHONE))


async def a_deed(desk: TownDesk) -> DeedView:
    return await desk.prepare(deed_body())


async def a_record(desk: TownDesk, folder: Path) -> DraftView:
    path = folder / "paper.txt"
    path.write_text("a paper", encoding="utf-8")
    file = await desk.hash_file(path, lambda _done, _total: None, lambda: False)
    (draft,) = await desk.draft([file], None, "入库")
    return draft


def kept(desk: TownDesk) -> list[Entry]:
    return list(desk._journal().recent(99))


# ---- there and back --------------------------------------------------------------------------------------------------
async def test_a_deed_is_carried_as_a_file_and_sent_when_it_comes_back(
    desk: TownDesk, away: Away, tmp_path: Path
) -> None:
    deed = await a_deed(desk)
    saved = await desk.save_draft(deed.deed_id, tmp_path / "draft.luopu-request")
    carried = load_request(saved)
    assert isinstance(carried, Draft)
    shown = describe(carried)
    assert shown.facts.said == deed.facts
    assert WEEK <= shown.valid_until <= WEEK + 100 > deed.valid_until

    await desk.discard([deed.deed_id])  # the clerk leaves the page
    request = await desk.open_request(await away.sign(saved))
    assert (request.missing, request.is_own) == ((), True)
    assert isinstance(await desk.wait_for_outcome(request.deed_id), Final)
    assert [entry.state for entry in kept(desk)] == [State.FINAL]


async def test_a_record_is_carried_as_a_picture_and_its_bundle_can_be_made(
    desk: TownDesk, away: Away, tmp_path: Path
) -> None:
    draft, picture = await a_record(desk, tmp_path), tmp_path / "draft.png"
    picture.write_bytes(await desk.draft_picture(draft.draft_id))
    request = await desk.open_request(await away.sign(picture, "signed.png"))
    assert isinstance(await desk.wait_for_outcome(request.deed_id), Final)
    (entry,) = kept(desk)  # the draft that was shown is gone: the chain takes one of both
    assert (entry.state, entry.file_name) == (State.FINAL, "paper.txt")
    bundle = tmp_path / "paper.asice"
    assert await desk.save_bundle(entry.record_digest, bundle, include_file=True) == bundle
    assert (await desk.verify_bundle(bundle, None, None)).verdict == "valid"


async def test_what_comes_back_twice_is_one_transaction(desk: TownDesk, away: Away, tmp_path: Path) -> None:
    deed = await a_deed(desk)
    signed = await away.sign(await desk.save_draft(deed.deed_id, tmp_path / "draft"))
    first = await desk.open_request(signed)
    await desk.wait_for_outcome(first.deed_id)
    assert (await desk.open_request(signed)).deed_id == first.deed_id
    assert [entry.state for entry in kept(desk)] == [State.FINAL]


# ---- what stays ------------------------------------------------------------------------------------------------------
async def test_file_and_picture_carry_the_same_draft_and_the_shown_one_stays(desk: TownDesk, tmp_path: Path) -> None:
    deed = await a_deed(desk)
    saved = load_request(await desk.save_draft(deed.deed_id, tmp_path / "draft"))
    await desk._client().wait_for_height((await desk.status()).height + 1)
    assert decode_picture(await desk.draft_picture(deed.deed_id)) == saved
    shown = desk._journal().get(EntryId(deed.deed_id))
    assert (shown.state, shown.valid_until, len(kept(desk))) == (State.DRAFT, deed.valid_until, 2)
    assert [entry.draft for entry in desk._journal().drafts()] == [saved]


async def test_signed_here_after_all_the_carried_one_cannot_land(desk: TownDesk, away: Away, tmp_path: Path) -> None:
    deed = await a_deed(desk)
    signed = await away.sign(await desk.save_draft(deed.deed_id, tmp_path / "draft"))
    await desk.sign_deed(deed.deed_id)
    assert isinstance(await desk.wait_for_outcome(deed.deed_id), Final)
    late = await desk.open_request(signed)  # of the same nonce: the chain takes one
    assert [entry.state for entry in kept(desk) if entry.id == late.deed_id] == [State.SUBMITTED]


async def test_a_draft_that_was_signed_or_is_gone_is_not_carried(desk: TownDesk, tmp_path: Path) -> None:
    deed = await a_deed(desk)
    (tmp_path / "taken").touch()
    with pytest.raises(FileUnwritable):
        await desk.save_draft(deed.deed_id, tmp_path / "taken")
    await desk.sign_deed(deed.deed_id)
    for deed_id in (deed.deed_id, "00" * 32):
        with pytest.raises(BadTransition):
            await desk.save_draft(deed_id, tmp_path / "draft")
        with pytest.raises(BadTransition):
            await desk.draft_picture(deed_id)
    assert not (tmp_path / "draft").exists()


async def test_what_goes_out_is_not_taken_for_what_comes_back(desk: TownDesk, tmp_path: Path) -> None:
    deed = await a_deed(desk)
    with pytest.raises(UsageError) as refused:
        await desk.open_request(await desk.save_draft(deed.deed_id, tmp_path / "draft"))
    assert "nobody has signed it" in str(refused.value)
    assert len(kept(desk)) == 2
