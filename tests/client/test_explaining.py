"""Why an action would be refused, asked before anything is drafted: of the law alone, whoever signs and whatever it costs."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.client.acting import Actor
from app.client.model import Final
from app.core.refusals import Malformed, UnknownAccount
from app.core.wire import registry_pb2 as wire
from app.wallet.outbox import Outbox
from tests.client.company import (
    CHECKER,
    COMPANY,
    MAKER,
    actor_of,
    make_company,
    open_outbox,
    outcome_of,
    recognise,
)
from tests.client.conftest import World, make_world
from tests.fakes.consortium import Clerk


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with make_world(make_company()) as world:
        yield world


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    outbox = open_outbox(tmp_path / "outbox.db")
    yield outbox
    assert all(entry.is_own for entry in outbox.recent(9)), "nothing is drafted"
    outbox.close()


@pytest.fixture
def actor(world: World, outbox: Outbox) -> Actor:
    return actor_of(world, outbox)


async def codes(actor: Actor, action: Any) -> list[str]:
    return [reason.code for reason in await actor.explain(action)]


async def test_nothing_speaks_against_what_the_law_allows(actor: Actor) -> None:
    assert await codes(actor, recognise()) == []


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (wire.Admit(name="new"), ["wrong-party"]),
        (wire.Transfer(legs=[wire.Leg(voucher=bytes(16), to=3, amount=5)]), ["unknown-voucher"]),
        (wire.Recognise(partner=COMPANY, least=wire.LEVEL_PHONE), ["bad-action"]),
    ],
    ids=lambda each: each.DESCRIPTOR.name if hasattr(each, "DESCRIPTOR") else "",
)
async def test_what_the_law_would_refuse_is_told_of_a_message_and_of_a_body(
    actor: Actor, action: Any, expected: list[str]
) -> None:
    assert await codes(actor, action) == expected
    body = wire.Body(chain_id="another", sender=bytes(20), valid_until=1)
    getattr(body, action.DESCRIPTOR.name.lower()).CopyFrom(action)
    assert await codes(actor, body) == expected


async def test_the_answer_is_of_the_newest_block(world: World, actor: Actor) -> None:
    no_longer = recognise(wire.LEVEL_UNSPECIFIED)
    assert await codes(actor, no_longer) == ["no-such-certification"]
    prepared = await actor.prepare(recognise())
    actor.sign(prepared.entry.id, MAKER)
    assert isinstance(await outcome_of(world, actor, prepared.entry.id), Final)
    assert await codes(actor, no_longer) == []


@pytest.mark.parametrize("clerk", [MAKER, CHECKER], ids=["maker", "checker"])
async def test_who_signs_and_how_many_does_not_matter(outbox: Outbox, clerk: Clerk) -> None:
    async with make_world(make_company(checkers=1)) as world:
        assert await codes(actor_of(world, outbox, clerk), recognise()) == []


async def test_what_it_costs_does_not_matter(outbox: Outbox) -> None:
    async with make_world(make_company(quota=10)) as world:
        assert await codes(actor_of(world, outbox), recognise()) == []


async def test_the_same_under_way_does_not_matter_and_goes_on(world: World, outbox: Outbox, actor: Actor) -> None:
    prepared = await actor.prepare(recognise())
    actor.sign(prepared.entry.id, MAKER)
    before = outbox.recent(9)
    assert await codes(actor, recognise()) == []
    assert outbox.recent(9) == before
    assert isinstance(await outcome_of(world, actor, prepared.entry.id), Final)


async def test_a_key_that_nobody_registered_is_told_so(world: World, outbox: Outbox) -> None:
    with pytest.raises(UnknownAccount):
        await actor_of(world, outbox, Clerk("stranger")).explain(recognise())


@pytest.mark.parametrize("action", [wire.Body(), wire.Leg(), wire.Notarize(), wire.Body(notarize=wire.Notarize())])
async def test_what_is_no_action_or_needs_a_file_cannot_be_asked(actor: Actor, action: Any) -> None:
    with pytest.raises(Malformed):
        await actor.explain(action)
