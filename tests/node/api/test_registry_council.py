"""The API about decisions of every kind, and what they made of the parameters."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from app.registry.genesis import GenesisParameters
from tests.fakes.registry import BOOKKEEPER, REASON, Stage, make_registry
from tests.node.api.asking import Asker, asking


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage().play()


@pytest.fixture
async def asker(stage: Stage, session: aiohttp.ClientSession) -> AsyncIterator[Asker]:
    async with asking(stage, session) as asker:
        yield asker


async def test_a_change_of_settings_is_told_with_what_holds_now(asker: Asker, stage: Stage) -> None:
    told = await asker.told(f"/v1/proposals/{stage.ids['settings'].hex()}")
    assert (told["decided"], told["approved_by"]) == (True, [{"id": BOOKKEEPER, "name": "bookkeeper"}])
    assert told["change"] == {
        "kind": "settings",
        "settings": [
            {"setting": "validity-window", "subject": "", "value": 700, "value_now": 700},
            {"setting": "action-cost", "subject": "rename", "value": 77, "value_now": 77},
            {"setting": "level-points", "subject": "phone", "value": 222, "value_now": 222},
        ],
    }


async def test_an_emergency_and_an_upgrade_are_told(asker: Asker, stage: Stage) -> None:
    told = await asker.told(f"/v1/proposals/{stage.ids['emergency'].hex()}")
    assert told["change"] == {"kind": "emergency", "actions": ["rename"], "lifted": False}
    told = await asker.told(f"/v1/proposals/{stage.ids['upgrade'].hex()}")
    assert told["change"] == {
        "kind": "upgrade",
        "height": 5_000,
        "version": 2,
        "release": REASON.hex(),
        "version_now": 1,
    }


async def test_all_proposals_are_listed_with_their_kinds(asker: Asker) -> None:
    proposals = (await asker.told("/v1/council"))["proposals"]
    assert [each["change"]["kind"] for each in proposals] == ["settings", "emergency", "upgrade"]


async def test_the_share_that_decides_is_the_genesis_document_s(session: aiohttp.ClientSession) -> None:
    parameters = GenesisParameters(approval_numerator=3, approval_denominator=4)
    async with asking(Stage(make_registry(parameters)), session) as asker:
        answer = await asker.told("/v1/council")
    assert (answer["total_power"], answer["needed_power"]) == (10, 8)


async def test_parameters_are_told_as_they_were_decided(asker: Asker, stage: Stage) -> None:
    told = await asker.told("/v1/parameters")
    assert (told["height"], told["validity_window"]) == (stage.height, 700)
    assert (told["action_costs"]["rename"], told["action_costs"]["grant"]) == (77, 10)
    assert (told["level_points"]["phone"], told["stopped_actions"]) == (222, ["rename"])
    assert told["upgrade"] == {"height": 5_000, "version": 2, "release": REASON.hex()}
