"""Records at the desk: lists of files, what a record says besides, and colleagues who sign at other desks."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.client.model import Final, NeverLanded
from app.client.notarization import Notary
from app.core.errors import OutOfRange, UsageError
from app.core.hashing import sha256
from app.core.keys import encode_key_text
from app.core.merkle import root
from app.core.refusals import ApprovalsMissing
from app.desk.keyring import DeskKey
from app.desk.records import Records
from app.desk.requests import Requests
from app.evidence.files import digest_file
from app.ui.desk import DraftView, HashedFile
from app.ui.recording import NOTHING_BESIDES, Besides
from app.ui.views import outbox_item
from app.wallet.entry import EntryId, State
from app.wallet.request_file import save_request
from tests.client.company import (
    CHECKER,
    MAKER,
    RANDOMNESS,
    SECOND_CHECKER,
    actor_of,
    make_company,
    open_outbox,
)
from tests.client.conftest import World, make_world
from tests.fakes.consortium import Clerk, MovedClock

WINDOW = 20


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A company at which one checker must sign evidence."""
    async with make_world(make_company(checkers=1, window=WINDOW, duty="evidence")) as made:
        await made.advance()
        yield made


@pytest.fixture
async def free() -> AsyncIterator[World]:
    """The same company, where one key is enough."""
    async with make_world(make_company(window=WINDOW)) as made:
        await made.advance()
        yield made


class Seat:
    """A desk of the company without a window."""

    def __init__(self, world: World, folder: Path, clerk: Clerk) -> None:
        folder.mkdir()
        self.folder, self.outbox, self._clerk = folder, open_outbox(folder / "outbox.db"), clerk
        clock = MovedClock(step=1)
        notary = Notary(world.client, self.outbox, clerk.public_key, "经办 01", clock, RANDOMNESS)
        self.records = Records(notary, world.client, self.outbox, DeskKey(clerk.public_key, "经办 01", None))
        self.requests = Requests(actor_of(world, self.outbox, clerk), self.outbox, clerk.public_key)

    async def draft(
        self, *texts: str, chain: bytes | None = None, besides: Besides = NOTHING_BESIDES
    ) -> list[DraftView]:
        """Drafts of files with these contents."""
        files = [self.file(text) for text in texts]
        return await self.records.draft(files, chain, "入库", besides, self.folder / "batches")

    def file(self, text: str) -> HashedFile:
        path = self.folder / f"{text}.txt"
        path.write_text(text, encoding="utf-8")
        return HashedFile(path, digest_file(path))

    async def sends(self, drafts: list[DraftView]) -> None:
        await self.records.sign_and_send([EntryId(draft.draft_id) for draft in drafts], self._clerk)

    async def asks(self, *texts: str, chain: bytes | None = None) -> DraftView:
        """Something that is signed here and waits for the checker."""
        drafts = await self.draft(*texts, chain=chain)
        drafts = await self.records.draft_again([EntryId(drafts[0].draft_id)], [encode_key_text(CHECKER.public_key)])
        await self.sends(drafts)
        return drafts[0]

    async def completes(self, signed: "Seat", draft: DraftView) -> None:
        """Sign here, as the checker, what waits at another desk; it is sent from here."""
        request = self.folder / f"{draft.draft_id[:8]}.luopu-request"
        entry = signed.outbox.get(EntryId(draft.draft_id))
        assert entry.signed is not None
        save_request(request, entry.signed)
        taken = await self.requests.open(request)
        await self.records.sign_and_send([EntryId(taken.deed_id)], self._clerk)

    def state(self, draft: DraftView) -> str:
        return outbox_item(self.outbox.get(EntryId(draft.draft_id))).state


@pytest.fixture
def maker(world: World, tmp_path: Path) -> Iterator[Seat]:
    seat = Seat(world, tmp_path / "maker", MAKER)
    yield seat
    seat.outbox.close()


@pytest.fixture
def checker(world: World, tmp_path: Path) -> Iterator[Seat]:
    seat = Seat(world, tmp_path / "checker", CHECKER)
    yield seat
    seat.outbox.close()


@pytest.fixture
def alone(free: World, tmp_path: Path) -> Iterator[Seat]:
    seat = Seat(free, tmp_path / "alone", MAKER)
    yield seat
    seat.outbox.close()


async def became(world: World, seat: Seat, draft: DraftView) -> object:
    """What became of it, after another block or two."""
    await world.advance(2)
    return await seat.records.wait_for_outcome(EntryId(draft.draft_id))


# ---- colleagues ------------------------------------------------------------------------------------------------------
async def test_a_draft_says_how_many_must_approve_and_who_could(maker: Seat) -> None:
    (draft,) = await maker.draft("a")
    assert [(reason.code, reason.facts["expected"]) for reason in draft.consent.reasons] == [("approvals-missing", 1)]
    assert [each.key for each in draft.consent.checkers] == [
        encode_key_text(clerk.public_key) for clerk in (CHECKER, SECOND_CHECKER)
    ]
    assert draft.consent.approvers == ()


async def test_asking_a_colleague_changes_nothing_of_the_records(maker: Seat) -> None:
    before = await maker.draft("a", "b")
    digests = [maker.outbox.get(EntryId(draft.draft_id)).record_digest for draft in before]
    names = [EntryId(draft.draft_id) for draft in before]
    after = await maker.records.draft_again(names, [encode_key_text(CHECKER.public_key)])
    assert [maker.outbox.get(EntryId(draft.draft_id)).record_digest for draft in after] == digests
    assert [draft.draft_id for draft in await maker.records.unsigned()] == [draft.draft_id for draft in after]
    assert all(draft.consent.reasons == () for draft in after)
    assert all(
        [each.key for each in draft.consent.approvers] == [encode_key_text(CHECKER.public_key)] for draft in after
    )


async def test_a_checker_who_is_no_maker_is_told_so_before_signing(checker: Seat) -> None:
    (draft,) = await checker.draft("a")
    assert {reason.code for reason in draft.consent.reasons} == {"role-missing", "approvals-missing"}


async def test_what_a_colleague_sent_is_found_on_the_chain(world: World, maker: Seat, checker: Seat) -> None:
    draft = await maker.asks("a")
    assert maker.state(draft) == "waiting"
    with pytest.raises(ApprovalsMissing):
        await became(world, maker, draft)
    await checker.completes(maker, draft)
    outcome = await became(world, maker, draft)
    assert isinstance(outcome, Final)
    entry = maker.outbox.get(EntryId(draft.draft_id))
    assert (entry.state, outcome.record_digest) == (State.FINAL, entry.record_digest)
    assert entry.context  # its bundle can be made here


async def test_before_the_next_block_it_still_waits(world: World, maker: Seat, checker: Seat) -> None:
    draft = await maker.asks("a")
    await checker.completes(maker, draft)
    await world.advance(1)
    with pytest.raises(ApprovalsMissing):
        await maker.records.wait_for_outcome(EntryId(draft.draft_id))
    assert isinstance(await became(world, maker, draft), Final)


async def test_what_was_not_signed_in_time_has_expired_and_holds_nothing_up(
    world: World, maker: Seat, checker: Seat
) -> None:
    first = await maker.asks("a")
    await checker.completes(maker, first)
    assert isinstance(await became(world, maker, first), Final)
    late = await maker.asks("b", chain=first.chain)
    await world.advance(WINDOW)
    assert isinstance(await became(world, maker, late), NeverLanded)
    assert maker.state(late) == "expired"
    again = await maker.asks("b", chain=first.chain)
    assert again.sequence == late.sequence == 2
    await checker.completes(maker, again)
    assert isinstance(await became(world, maker, again), Final)


# ---- besides ---------------------------------------------------------------------------------------------------------
async def test_many_files_go_into_one_record_whose_list_is_kept(free: World, alone: Seat) -> None:
    (draft,) = await alone.draft("a", "b", "c", besides=Besides(is_batch=True))
    digests = sorted(sha256(text.encode()) for text in "abc")
    assert (draft.said.batch_size, draft.said.batch_root) == (3, root(digests))
    listed = alone.folder / "batches" / draft.file_name
    assert digest_file(listed) == draft.digests
    files = json.loads(listed.read_text(encoding="utf-8"))["files"]
    assert [(file["name"], file["sha256"]) for file in files] == [
        (f"{text}.txt", sha256(text.encode()).hex()) for text in sorted("abc", key=lambda each: sha256(each.encode()))
    ]
    await alone.sends([draft])
    outcome = await became(free, alone, draft)
    assert isinstance(outcome, Final)
    assert alone.outbox.get(EntryId(draft.draft_id)).path == listed


async def test_the_same_file_twice_is_no_batch(alone: Seat) -> None:
    with pytest.raises(OutOfRange):
        await alone.draft("a", "a", besides=Besides(is_batch=True))
    assert await alone.records.unsigned() == []


async def test_a_record_says_what_it_replaces_and_digests_of_the_rest(free: World, alone: Seat) -> None:
    first = await alone.draft("a")
    await alone.sends(first)
    assert isinstance(await became(free, alone, first[0]), Final)
    stamp = sha256(b"token")
    besides = Besides(supersedes=1, timestamp=stamp, hosting="https://files.example/1")
    (draft,) = await alone.draft("b", chain=first[0].chain, besides=besides)
    said = draft.said
    assert (said.supersedes, said.timestamp, said.hosting) == (1, stamp, sha256(b"https://files.example/1"))
    assert draft.consent.reasons == ()
    await alone.sends([draft])
    assert isinstance(await became(free, alone, draft), Final)


async def test_what_is_said_of_one_record_is_not_said_of_several(alone: Seat) -> None:
    with pytest.raises(UsageError):
        await alone.draft("a", "b", besides=Besides(timestamp=sha256(b"token")))


async def test_a_record_behind_one_that_is_on_its_way_is_not_said_to_be_refused(alone: Seat) -> None:
    first = await alone.draft("a")
    await alone.sends(first)
    (second,) = await alone.draft("b", chain=first[0].chain)
    assert second.consent.reasons == ()
