"""How long drafts are good for, from the real node's word: at once, with colleagues, without a network, elsewhere."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from app.client.acting import Actor
from app.client.drafting import DAY_BLOCKS, OLD_NS, USUAL_BLOCKS, Lasting
from app.client.notarization import Notary, Source
from app.core.errors import UsageError
from app.core.keys import PublicKey
from app.core.ports import Clock
from app.core.record import FileDigests
from app.wallet.outbox import Outbox
from tests.client.company import CHECKER, MAKER, RANDOMNESS, make_company, open_outbox, recognise
from tests.client.conftest import World, make_world
from tests.fakes.chain import START
from tests.fakes.consortium import MovedClock

WEEK = 201_600
SOON = MovedClock(START + 60 * 10**9, step=1)
LATE = MovedClock(START + 2 * OLD_NS, step=1)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """A company under the window that the law has by itself."""
    async with make_world(make_company(window=WEEK)) as made:
        await made.advance(3)
        yield made


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    outbox = open_outbox(tmp_path / "outbox.db")
    yield outbox
    outbox.close()


async def deed(
    world: World, outbox: Outbox, clock: Clock, lasting: Lasting, *approvers: PublicKey, hold: int | None = None
) -> int:
    actor = Actor(world.client, outbox, MAKER.public_key, clock, RANDOMNESS)
    return (await actor.prepare(recognise(), approvers, hold, lasting)).entry.valid_until


async def record(
    world: World, outbox: Outbox, clock: Clock, lasting: Lasting, *approvers: PublicKey, hold: int | None = None
) -> int:
    assert hold is None, "no record is held"
    notary = Notary(world.client, outbox, MAKER.public_key, "经办 01", clock, RANDOMNESS)
    paper = Source(Path("a.pdf"), FileDigests(bytes(32), bytes(32), 7))
    (entry,) = await notary.draft([paper], None, "", approvers=approvers, lasting=lasting)
    (again,) = await notary.draft_again([entry.id], [CHECKER.public_key])
    assert again.valid_until == 3 + (DAY_BLOCKS if clock is SOON else WEEK)
    return entry.valid_until


DRAFTING = pytest.mark.parametrize("draft", [deed, record])
Draft = Callable[..., Awaitable[int]]


@DRAFTING
@pytest.mark.parametrize(
    ("clock", "lasting", "approvers", "blocks"),
    [
        (SOON, Lasting(), (), USUAL_BLOCKS),
        (SOON, Lasting(), (CHECKER.public_key,), DAY_BLOCKS),
        (SOON, Lasting(is_signed_elsewhere=True), (), WEEK),
        (SOON, Lasting(90), (), 90),
        (LATE, Lasting(), (), WEEK),
        (LATE, Lasting(90), (), 90),
    ],
    ids=["at once", "with a colleague", "elsewhere", "as wanted", "cut off", "cut off, as wanted"],
)
async def test_it_lasts_as_long_as_it_needs(
    draft: Draft,
    clock: Clock,
    lasting: Lasting,
    approvers: tuple[PublicKey, ...],
    blocks: int,
    world: World,
    outbox: Outbox,
) -> None:
    assert await draft(world, outbox, clock, lasting, *approvers) == 3 + blocks


async def test_what_the_chain_is_to_hold_lasts_a_day(world: World, outbox: Outbox) -> None:
    assert await deed(world, outbox, SOON, Lasting(), hold=50) == 3 + DAY_BLOCKS


@DRAFTING
async def test_more_than_the_law_allows_drafts_nothing(draft: Draft, world: World, outbox: Outbox) -> None:
    with pytest.raises(UsageError):
        await draft(world, outbox, SOON, Lasting(WEEK + 1))
    assert outbox.recent(9) == ()
