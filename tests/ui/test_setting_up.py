"""The first run and unlocking, as a clerk goes through them."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from app.core.errors import BadGenesis
from app.ui.desk import Setup
from app.ui.windows.first_run_cards import is_peer_address, peer_addresses
from tests.fakes.desk import FakeDesk
from tests.ui.clerk import Clerk

SitDown = Callable[..., Clerk]
GOOD = "correct horse battery staple every day"


def test_i_can_try_it_on_this_computer(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(state=Setup.NEW))
    clerk.sees("Welcome to Luopu")
    clerk.clicks("Try it on this computer")
    clerk.types("Passphrase", GOOD)
    clerk.sees("Good: hard to guess")
    clerk.types("Once more", GOOD)
    clerk.clicks("Start")
    clerk.sees("Overview", "trial")
    assert clerk.desk.passphrase == GOOD


def test_i_see_each_step_while_it_starts(sit_down: SitDown) -> None:
    desk = FakeDesk(state=Setup.NEW, hold={"consortium": asyncio.Event()})
    clerk = sit_down(desk, "try")
    clerk.types("Passphrase", GOOD)
    clerk.types("Once more", GOOD)
    clerk.clicks("Start")
    clerk.sees("done", "under way", "waiting")
    clerk.does_not_see("Overview")
    desk.hold["consortium"].set()
    clerk.waits()
    clerk.sees("Overview")


def test_i_cannot_start_with_a_short_passphrase_or_two_different_ones(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(state=Setup.NEW), "try")
    clerk.types("Passphrase", "short")
    clerk.types("Once more", "short")
    clerk.sees("Too short: 3 more characters needed")
    assert not clerk.can_press("Start")
    clerk.types("Passphrase", GOOD)
    clerk.sees("The two differ")
    assert not clerk.can_press("Start")


def test_joining_ends_with_the_key_to_be_registered(sit_down: SitDown, tmp_path: Path) -> None:
    genesis = tmp_path / "genesis.json"
    genesis.write_text("{}")
    clerk = sit_down(FakeDesk(state=Setup.NEW))
    clerk.clicks("Join a consortium")
    clerk.sees("Choose the genesis file")
    clerk.drops("Genesis file", genesis)
    clerk.types("Peer addresses", "https://node1.example:26657\n\nhttp://10.0.0.2:26657")
    clerk.clicks("Next")
    clerk.types("Passphrase", GOOD)
    clerk.types("Once more", GOOD)
    clerk.clicks("Start")
    clerk.sees("Have your key registered", clerk.desk.public_key_text(), "Genesis")
    clerk.clicks("Copy")
    assert QGuiApplication.clipboard().text() == clerk.desk.public_key_text()
    clerk.clicks("Open the desk")
    clerk.sees("Your key is not registered yet", "Quota  key not registered")


def test_a_bad_genesis_is_said_and_i_can_go_back(sit_down: SitDown, tmp_path: Path) -> None:
    genesis = tmp_path / "genesis.json"
    genesis.write_text("{}")
    desk = FakeDesk(state=Setup.NEW, failure={"join": BadGenesis(reason="validators")})
    clerk = sit_down(desk, "join")
    clerk.drops("Genesis file", genesis)
    clerk.types("Peer addresses", "https://node1.example:26657")
    clerk.clicks("Next")
    clerk.types("Passphrase", GOOD)
    clerk.types("Once more", GOOD)
    clerk.clicks("Start")
    clerk.sees("The genesis file cannot start a chain")
    clerk.clicks("Back")
    clerk.sees("Choose a passphrase")


def test_a_wrong_address_is_named(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(state=Setup.NEW), "join")
    clerk.types("Peer addresses", "file:///etc/passwd")
    clerk.sees("Not an address: file:///etc/passwd")
    assert not clerk.can_press("Next")


@pytest.mark.parametrize("address", ["https://a.example", "http://127.0.0.1:26657", "https://[::1]:26657"])
def test_ordinary_addresses_are_taken(address: str) -> None:
    assert is_peer_address(address)


@pytest.mark.parametrize(
    "address",
    ["node1", "ftp://a", "http://", "http://a:99999", "http://user:x@a", "http://a/?q=1", "http://a#b", "http://[::1"],
)
def test_anything_else_is_not(address: str) -> None:
    assert not is_peer_address(address)


def test_empty_lines_are_no_addresses() -> None:
    assert peer_addresses("\n http://a \n\n") == ("http://a",)


def test_the_right_passphrase_opens_the_desk(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(state=Setup.LOCKED))
    assert not clerk.can_press("Unlock")
    clerk.types("Passphrase", "correct horse battery")
    clerk.clicks("Unlock")
    clerk.sees("Overview")


def test_a_wrong_passphrase_is_said_and_can_be_corrected(sit_down: SitDown) -> None:
    clerk = sit_down(FakeDesk(state=Setup.LOCKED))
    clerk.types("Passphrase", "incorrect")
    clerk.clicks("Unlock")
    clerk.sees("The passphrase does not open the keystore.", "Check capital letters")
    clerk.types("Passphrase", "correct horse battery")
    clerk.clicks("Unlock")
    clerk.sees("Overview")


def test_closing_the_window_locks_the_desk(sit_down: SitDown) -> None:
    clerk = sit_down()
    clerk.leaves()
    assert clerk.desk.calls[-1] == "close"
    assert clerk.window.tasks.count == 0
