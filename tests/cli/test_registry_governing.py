"""`luopu gov` as bookkeepers type it, each in a home of their own, at a node that follows their chain."""

import base64
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from app.cli.registry.kinds import validator_key
from app.core.hashing import sha256
from app.wallet.outbox import Outbox
from app.wiring.system import SystemClock
from tests.cli.hall import Hall, open_hall
from tests.fakes.council import FIRST_BOOKKEEPER, Council, make_council

REASONS = "会议纪要\n"
FIRST, SECOND, THIRD, FOURTH, OUTSIDER = (f"bookkeeper {number}" for number in range(5))


@pytest.fixture
def council() -> Council:
    return make_council()


@pytest.fixture
async def chamber(tmp_path: Path, council: Council) -> AsyncIterator[Hall]:
    async with open_hall(tmp_path, council.consortium) as hall:
        yield hall


def seat(hall: Hall, council: Council, number: int = 4, power: int = 10) -> tuple[str | Path, ...]:
    """What is typed to propose a validator's power."""
    key, account = council.key(number).hex(), str(FIRST_BOOKKEEPER + number)
    reasons = hall.file("minutes.txt", REASONS)
    words = ("--validator-key", key, "--power", str(power), "--account", account, "--document", reasons)
    return ("gov", "propose", "validator", *words)


async def decide(hall: Hall, proposal: str) -> dict[str, Any]:
    """Two more approve; the proposal afterwards."""
    await hall.do(SECOND, "gov", "approve", proposal)
    decided: dict[str, Any] = (await hall.do(THIRD, "gov", "approve", proposal))["proposal"]
    assert decided["decided"]
    return decided


async def test_three_bookkeepers_of_four_give_a_seat_and_the_list_shows_every_step(
    chamber: Hall, council: Council
) -> None:
    voted = await chamber.do(FIRST, *seat(chamber, council), "--blocks", "500")
    assert (voted["action"], voted["proposal"]["approving_power"], voted["came"]["decided"]) == ("propose", 10, False)
    proposal = voted["proposal"]["id"]
    assert voted["ids"] == {"proposal": proposal}

    listed = await chamber.ask(SECOND, "gov")
    assert [(each["power"], each["account"]["id"]) for each in listed["seats"]].count((10, FIRST_BOOKKEEPER)) == 1
    (shown,) = listed["proposals"]
    assert shown == voted["proposal"]
    assert (shown["document"], shown["deadline"]) == (sha256(REASONS.encode()).hex(), 500)
    assert (shown["open"], shown["needed_power"], shown["kind"]) == (True, 27, "validator")

    decided = await decide(chamber, proposal)
    assert (decided["open"], decided["power_now"]) == (False, 10)
    listed = await chamber.ask(FOURTH, "gov", "list")
    assert council.key(4).hex() in {each["key"] for each in listed["seats"]}
    assert await chamber.refused(FOURTH, "gov", "approve", proposal) == "proposal-closed"
    assert chamber.transactions == 3


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_who_consents_sees_the_id_he_signs_apart_from_what_the_node_says_of_it(
    chamber: Hall, council: Council, language: str
) -> None:
    proposal = (await chamber.do(FIRST, *seat(chamber, council, 1, 0)))["came"]["proposal"]
    said = (await chamber.type(SECOND, "gov", "approve", proposal, language=language)).said
    signed, told = said.split("your node" if language == "en" else "本机节点核验", 1)
    assert proposal in signed
    assert council.key(1).hex() not in signed
    for fact in (council.key(1).hex(), sha256(REASONS.encode()).hex(), "bookkeeper 1 12", "10 → 0"):
        assert fact in told
    assert ("open" if language == "en" else "表决中") in told


async def test_who_proposes_sees_every_field_of_what_he_signs(chamber: Hall, council: Council) -> None:
    key = base64.b64encode(council.key(4)).decode()
    words = [key if word == council.key(4).hex() else word for word in seat(chamber, council, 4, 77)]
    signed, told = (await chamber.type(FIRST, *words, "--blocks", "321")).said.split("according to your node")
    for fact in (council.key(4).hex(), "77", "15", sha256(REASONS.encode()).hex(), "321", "luopu-test"):
        assert fact in signed
    assert "bookkeeper 4 15" in told


async def test_a_command_that_was_killed_is_repeated_and_votes_once(chamber: Hall, council: Council) -> None:
    chamber.taking = False
    process = await chamber.start(FIRST, *seat(chamber, council))
    await chamber.came.wait()
    process.kill()
    await process.communicate()
    chamber.taking = True
    nowhere = ("--passphrase-file", chamber.folder / "no such file")  # nothing is signed, so nobody asks for it
    answer = await chamber.type(FIRST, *seat(chamber, council), *nowhere, sign=False)
    assert answer.status == 0, answer.complained
    assert "signed before" in answer.said
    assert chamber.transactions == 1
    assert len((await chamber.ask(FIRST, "gov"))["proposals"]) == 1


async def test_settings_are_changed_and_stand_in_the_parameters(chamber: Hall) -> None:
    reasons = ("--document", chamber.file("minutes.txt", REASONS))
    wanted = ("level-points:phone=222", "validity-window=700", "action-cost:open-agreement=77")
    voted = await chamber.do(FIRST, "gov", "propose", "settings", *wanted, *reasons)
    assert [each["setting"] for each in voted["facts"]["settings"]["settings"]] == [
        "validity-window",
        "action-cost",
        "level-points",
    ]
    said = (await chamber.type(FOURTH, "gov", sign=False)).said
    assert "300 → 700" in said or "→ 700" in said
    await decide(chamber, voted["came"]["proposal"])
    law = await chamber.ask(FIRST, "gov", "parameters")
    assert (law["validity_window"], law["action_costs"]["open_agreement"]) == (700, 77)
    assert law["level_points"]["phone"] == 222
    assert "222" in (await chamber.type(FIRST, "gov", "parameters", language="zh", sign=False)).said
    settings = ("gov", "propose", "settings")
    assert await chamber.refused(FIRST, *settings, "validity-window=1", *reasons) == "bad-action"
    for wrong in (
        "validity-window",
        "validity-window:phone=9",
        "action-cost=9",
        "action-cost:war=9",
        "level-points:x=9",
    ):
        assert await chamber.misspelt(FIRST, *settings, wrong, *reasons)


async def test_an_emergency_stops_actions_and_lets_them_be_done_again(chamber: Hall) -> None:
    words = ("--document", chamber.file("minutes.txt", REASONS))
    voted = await chamber.do(FIRST, "gov", "propose", "emergency", "rename", "record-order", *words)
    await decide(chamber, voted["came"]["proposal"])
    order = ("--order", chamber.passphrase, "--authority", "court")
    assert await chamber.refused("operator", "order", "record", "2", *order) == "action-stopped"
    assert (await chamber.ask(FIRST, "gov", "parameters"))["stopped_actions"] == ["rename", "record_order"]
    voted = await chamber.do(FIRST, "gov", "propose", "emergency", "record_order", "--lift", *words)
    await decide(chamber, voted["came"]["proposal"])
    await chamber.do("operator", "order", "record", "2", *order)
    assert await chamber.refused(FIRST, "gov", "propose", "emergency", "propose", *words) == "bad-action"
    assert await chamber.misspelt(FIRST, "gov", "propose", "emergency", "rename", "rename", *words)
    assert await chamber.misspelt(FIRST, "gov", "propose", "emergency", "war", *words)


async def test_an_upgrade_is_decided_for_a_height_behind_the_deadline(chamber: Hall) -> None:
    notes = chamber.file("notes.txt", "release two")
    words = ("gov", "propose", "upgrade", "--version", "2", "--release", notes, "--document", notes, "--blocks", "50")
    assert await chamber.refused(FIRST, *words, "--height", "40") == "bad-action"
    voted = await chamber.do(FIRST, *words, "--height", "5000")
    await decide(chamber, voted["came"]["proposal"])
    upgrade = (await chamber.ask(FIRST, "gov", "parameters"))["upgrade"]
    assert upgrade == {"height": 5_000, "version": 2, "release": sha256(b"release two").hex()}


async def test_without_a_seat_or_with_a_wrong_passphrase_nothing_is_signed_or_kept(
    chamber: Hall, council: Council
) -> None:
    wrong = chamber.file("wrong", "not the passphrase\n")
    refused: list[tuple[str, list[str | Path], str]] = [
        (OUTSIDER, [], "no-seat"),
        ("clerk", [], "wrong-party"),
        ("stranger", [], "unknown-account"),
        (FIRST, ["--passphrase-file", wrong], "wrong-passphrase"),
        (FIRST, ["--account", "2"], "bad-action"),
        (FIRST, ["--account", "bookkeeper 9"], "not-found"),
        (FIRST, ["--document", chamber.folder / "missing"], "file-unreadable"),
    ]
    for name, more, code in refused:
        answer = await chamber.type(
            name, *seat(chamber, council), "--passphrase-file", chamber.passphrase, *more, "--json", sign=False
        )
        assert (answer.status, answer.document["error"]["code"]) == (1, code)
        assert answer.document["error"]["sentence"]
        assert kept(chamber, name) == 0
    assert chamber.submitted == 0


def kept(hall: Hall, name: str) -> int:
    outbox = Outbox.open(hall.home(name).outbox, SystemClock())
    try:
        return len(outbox.recent(9))
    finally:
        outbox.close()


@pytest.mark.parametrize(
    "write",
    [
        bytes.hex,
        lambda key: f"ed25519:{key.hex()}",  # as company.json does
        lambda key: base64.b64encode(key).decode(),  # as CometBFT does
    ],
    ids=["hex", "text", "base64"],
)
def test_a_key_is_understood_as_it_is_written_elsewhere(write: Callable[[bytes], str]) -> None:
    for name in map(str, range(50)):
        assert validator_key(write(sha256(name.encode()))) == sha256(name.encode())


@pytest.mark.parametrize(
    "more",
    [
        ["--validator-key", "00"],
        ["--validator-key", "é" * 44],
        ["--power", "-1"],
        ["--power", str(2**40 + 1)],
        ["--account", ""],
        ["--blocks", "1000001"],
        ["--blocks", "0"],
    ],
)
async def test_what_cannot_be_is_not_understood(chamber: Hall, council: Council, more: list[str]) -> None:
    assert await chamber.misspelt(FIRST, *seat(chamber, council), *more)


async def test_an_id_that_is_none_is_not_understood_and_an_unknown_one_is_said(chamber: Hall) -> None:
    assert await chamber.misspelt(FIRST, "gov", "approve", "abc")
    assert await chamber.refused(FIRST, "gov", "approve", "00" * 16) == "unknown-proposal"
