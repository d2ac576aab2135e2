"""References become accounts: by number, by address, by name, in their order, and nobody for what names nobody."""

import json
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.text import name_key
from app.core.wire import registry_pb2 as wire
from app.node.api.registry import Registry
from app.node.api.resolving import MAX_REFERENCES, _resolved
from app.registry.accounts import PARTIES
from tests.fakes.consortium import Clerk
from tests.fakes.registry import ANN, BANK, BOB, CY, NAMES, SHOP, Stage
from tests.node.api.asking import Asker, asking

PATH = "/v1/accounts/resolve"


@pytest.fixture(scope="module")
def stage() -> Stage:
    stage = Stage()
    stage.enrol()
    stage.act(BOB, rename=wire.Rename(name="Big Bob"))
    stage.act(BANK, freeze=wire.Freeze(account=CY, order=wire.Order(document=bytes(32), authority="court")))
    return stage


@pytest.fixture
async def asker(stage: Stage, session: aiohttp.ClientSession) -> AsyncIterator[Asker]:
    async with asking(stage, session) as asker:
        yield asker


async def resolve(asker: Asker, references: list[Any]) -> tuple[int, Any]:
    return await asker.post(PATH, json.dumps({"references": references}).encode())


async def resolved(asker: Asker, *references: str) -> list[Any]:
    status, answer = await resolve(asker, list(references))
    assert status == 200, answer
    found: list[Any] = answer["accounts"]
    return found


async def test_one_account_is_found_in_every_way(asker: Asker, stage: Stage) -> None:
    address = stage.clerks[ANN].address.hex()
    expected = {"number": ANN, "address": address, "party": "user", "name": "ann", "in_force": True}
    assert await resolved(asker, str(ANN), address, address.upper(), "ann", "ANN", f"0{ANN}") == [expected] * 6


async def test_a_name_given_up_is_still_the_account_s(asker: Asker) -> None:
    old, new, number = await resolved(asker, "bob", "big bob", str(BOB))
    assert old == new == number
    assert (number["name"], number["party"]) == ("Big Bob", "user")


async def test_who_is_stopped_is_said_to_be(asker: Asker) -> None:
    assert [each["in_force"] for each in await resolved(asker, "cy", "ann")] == [False, True]


async def test_nobody_is_null_in_its_place(asker: Asker) -> None:
    nobody = [
        "99",
        "0",
        "9" * 18,
        "9" * 19,
        "00" * 20,
        "nobody",
        "",
        "x" * 5_000,
        "ann ",
        "\u0000",
        "安",
        "-3",
        "1e3",
        "１２",
    ]
    found = await resolved(asker, *nobody, str(SHOP), *nobody)
    assert [each and each["number"] for each in found] == [None] * len(nobody) + [SHOP] + [None] * len(nobody)


async def test_a_thousand_at_a_time(asker: Asker) -> None:
    assert MAX_REFERENCES == 1_000
    status, answer = await resolve(asker, ["ann", "none"] * 500)
    assert status == 200
    assert [each and each["number"] for each in answer["accounts"]] == [ANN, None] * 500
    assert await resolved(asker) == []
    status, answer = await resolve(asker, ["ann"] * 1_001)
    assert (status, answer["error"]["code"], answer["error"]["facts"]["got"]) == (400, "out-of-range", "1001")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"references": "1"}', b'{"references": [1]}', b'{"references": [null]}']
)
async def test_an_unsound_question_is_refused(asker: Asker, body: bytes) -> None:
    status, answer = await asker.post(PATH, body)
    assert (status, answer["error"]["code"]) == (400, "not-decodable")


async def test_an_account_called_resolve_would_still_be_asked_for_by_number(asker: Asker) -> None:
    assert (await asker.get(PATH))[0] == 400  # as any other text that is no number and no address


# ---- whatever is asked -----------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def registry(stage: Stage) -> Registry:
    return Registry(SimpleNamespace(store=stage.engine.store, genesis=stage.consortium.genesis))  # type: ignore[arg-type]


NAMED = st.sampled_from([*NAMES.values(), "Big Bob"]).flatmap(lambda name: st.sampled_from([name, name.upper()]))
REFERENCES = st.one_of(
    st.integers(0, 30).map(str),
    st.sampled_from(list(NAMES)).map(lambda number: Clerk(NAMES[number]).address.hex()),
    NAMED,
    st.text(max_size=70),
    st.text("0123456789abcdef", min_size=38, max_size=42),
)


@settings(deadline=None, max_examples=300)
@given(REFERENCES)
def test_whatever_is_asked_the_answer_is_that_of_going_through_all_accounts(registry: Registry, reference: str) -> None:
    accounts = [wire.Account.FromString(value) for _, value in registry.state.scan(b"account/", b"", 99)]
    names = {name_key(account.name): account for account in accounts} | {
        "bob": next(account for account in accounts if account.id == BOB)
    }
    expected = next((each for each in accounts if reference in {str(each.id), each.address.hex()}), None)
    if expected is None and not (reference.isascii() and reference.isdecimal() and len(reference) <= 18):
        expected = names.get(name_key(reference))
    told = _resolved(registry, reference)
    assert told == (
        expected
        and {
            "number": expected.id,
            "address": expected.address.hex(),
            "party": PARTIES[expected.party],
            "name": expected.name,
            "in_force": not expected.HasField("stop"),
        }
    )
