"""What is typed: the schedule's verbs, which need neither node nor key, and what a service refuses to start with."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import main
from app.core.home import Home
from app.core.reserveerrors import ReserveShort
from app.core.units import Nanoseconds
from app.custodian.schedule import Outcome, Run, ScheduleBook, failed
from app.wallet.turns import taking_turns
from tests.scenarios.town import PASSPHRASE, make_key

VOUCHER = "ab" * 16
Type = Callable[..., tuple[int, str]]


@pytest.fixture
def luopu(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Type:
    def type_words(*words: str, as_json: bool = True) -> tuple[int, str]:
        home = ("--home", str(tmp_path / "home"), "--language", "en")
        status = main(["reserve", *words, *home, *(("--json",) if as_json else ())])
        said = capsys.readouterr()
        return status, said.out + said.err

    return type_words


def test_what_is_scheduled_is_listed_with_what_came_of_it_and_removed(luopu: Type, tmp_path: Path) -> None:
    status, said = luopu("schedule", "add", VOUCHER, "--list", "owed.csv", "--at", "02:00", "--publish")
    entry = json.loads(said)
    assert status == 0
    assert (entry["voucher"], entry["at"], entry["publish"], entry["padding"]) == (VOUCHER, "02:00", True, 0)
    assert Path(entry["source"]["file"]) == Path("owed.csv").absolute()
    book = ScheduleBook(Home(tmp_path / "home"))
    short = failed(ReserveShort(owed="101", held="100", missing="1"), "cd" * 8)
    for number, outcome in enumerate((Outcome("final", "ab" * 8, 77), short)):
        book.add_run(entry["id"], Run(Nanoseconds(number), Nanoseconds(number), outcome))
    (listed,) = json.loads(luopu("schedule", "list")[1])["schedule"]
    assert [(each["state"], each["height"]) for each in listed["runs"]] == [("failed", None), ("final", 77)]
    told = luopu("schedule", "list", as_json=False)[1]
    assert "each day at 02:00" in told
    assert "published  abababababababab  height 77" in told
    assert "The custodian holds less than it owes" in told
    assert luopu("schedule", "remove", entry["id"])[0] == 0
    assert json.loads(luopu("schedule", "list")[1]) == {"schedule": []}
    status, said = luopu("schedule", "remove", entry["id"])
    assert (status, json.loads(said)["error"]["code"]) == (1, "not-found")


def test_a_query_needs_both_files(luopu: Type) -> None:
    words = ("schedule", "add", VOUCHER, "--every", "24h", "--custody-account", "5")
    status, said = luopu(*words, "--database-url-file", "url", "--query-file", "query")
    entry: dict[str, Any] = json.loads(said)
    assert (status, entry["every"], entry["accounts"]) == (0, 24, [5])
    assert set(entry["source"]) == {"url_file", "query_file"}
    for wrong in (("--database-url-file", "url"), ("--list", "owed.csv", "--query-file", "query")):
        assert luopu(*words, *wrong)[0] == 2


@pytest.mark.parametrize(
    "words",
    [
        ("--list", "a"),
        ("--list", "a", "--at", "25:00"),
        ("--list", "a", "--every", "0"),
        ("--list", "a", "--every", "5", "--at", "02:00"),
        ("--every", "5"),
    ],
)
def test_what_cannot_be_scheduled_is_not_understood(luopu: Type, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        luopu("schedule", "add", VOUCHER, *words)
    assert ended.value.code == 2


def refused(luopu: Type, tmp_path: Path, *words: str) -> str:
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\n")
    status, said = luopu("serve", "--passphrase-file", str(tmp_path / "passphrase"), *words)
    assert status in {1, 2}
    return str(json.loads(said)["error"]["code"])


def test_others_than_this_computer_are_not_served(luopu: Type, tmp_path: Path) -> None:
    make_key(Home(tmp_path / "home"))
    for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:80", "nowhere"):
        assert refused(luopu, tmp_path, "--listen", address) == "usage"


def test_a_second_service_of_one_home_does_not_start(luopu: Type, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    make_key(home)
    home.custodian.mkdir()
    home.custodian_endpoint.write_text("of the first")
    with taking_turns(home.custodian / ".serving.lock"):
        assert refused(luopu, tmp_path) == "store-in-use"
    assert home.custodian_endpoint.read_text() == "of the first"


def test_without_a_key_or_with_a_wrong_passphrase_nothing_is_started(luopu: Type, tmp_path: Path) -> None:
    assert refused(luopu, tmp_path) == "no-keystore"
    make_key(Home(tmp_path / "home"))
    (tmp_path / "wrong").write_text("another passphrase\n")
    assert refused(luopu, tmp_path, "--passphrase-file", str(tmp_path / "wrong")) == "wrong-passphrase"
    assert not Home(tmp_path / "home").node.exists()
