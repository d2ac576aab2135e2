"""A clerk at the command line, with a running consortium and node of her own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PASSPHRASE = "correct horse battery"


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    status: int
    document: dict[str, Any]


@dataclass(frozen=True)
class Desk:
    """A home with running processes."""

    home: Path
    passphrase: Path

    def luopu(self, *arguments: str | Path) -> Answer:
        """Run the real command in this home with --json."""
        return luopu(*arguments, "--home", self.home)

    def notarize(self, *files: Path, passphrase: Path | None = None, options: tuple[str, ...] = ()) -> Answer:
        """Notarize and wait for the outcome."""
        secret = ("--passphrase-file", passphrase or self.passphrase)
        return self.luopu("notarize", *files, "--wait", *secret, *options)


def luopu(*arguments: str | Path) -> Answer:
    command = [sys.executable, "-m", "app", *map(str, arguments), "--json"]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False)
    return Answer(done.returncode, json.loads(done.stdout) if done.stdout.strip() else {})


def start(*arguments: str | Path) -> "subprocess.Popen[bytes]":
    """Start a service and wait for its first line."""
    command = [sys.executable, "-m", "app", *map(str, arguments), "--json", "--until-stdin-closes"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ)
    assert process.stdout is not None
    assert "ready" in json.loads(process.stdout.readline())
    return process


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("clerk")
    passphrase = folder / "passphrase"
    passphrase.write_text(PASSPHRASE + "\n")
    home = folder / "home"
    processes = [
        start("sandbox", "--home", home, "--interval", "0.5s", "--passphrase-file", passphrase),
        start("node", "--home", home),
    ]
    yield Desk(home, passphrase)
    for process in reversed(processes):
        process.communicate(timeout=30)
        assert process.returncode == 0


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "检验报告.txt"
    path.write_text("合格\n")
    return path


def test_a_file_becomes_final_with_height_and_is_listed_first(desk: Desk, report: Path) -> None:
    answer = desk.notarize(report, options=("--subject", "批次 1"))
    assert answer.status == 0
    (record,) = answer.document["records"]
    assert record["state"] == "final"
    assert record["height"] > 0
    newest = desk.luopu("records").document["records"][0]
    assert newest["record"] == record["record"]
    assert newest["subject"] == "批次 1"


def test_a_chain_is_continued_by_its_id(desk: Desk, report: Path, tmp_path: Path) -> None:
    first = desk.notarize(report).document["records"][0]
    other = tmp_path / "next.txt"
    other.write_text("next")
    second = desk.notarize(other, options=("--chain", first["chain"])).document["records"][0]
    assert (second["chain"], second["sequence"]) == (first["chain"], 2)
    listed = desk.luopu("records", "--chain", first["chain"]).document["records"]
    assert [record["sequence"] for record in listed] == [1, 2]
    assert listed[1]["previous"] == first["record"]


def test_a_bundle_is_named_by_log_index_or_the_beginning_of_the_digest(
    desk: Desk, report: Path, tmp_path: Path
) -> None:
    record = desk.notarize(report).document["records"][0]
    for name in (str(record["index"]), record["record"][:8], record["record"]):
        bundle = tmp_path / f"{name[:10]}.asice"
        assert desk.luopu("bundle", name, "-o", bundle).status == 0
        assert desk.luopu("verify", bundle).document["verdict"] == "valid"


def test_a_detached_bundle_needs_the_original_beside_it(desk: Desk, report: Path, tmp_path: Path) -> None:
    record = desk.notarize(report).document["records"][0]
    bundle = tmp_path / "detached.asice"
    assert desk.luopu("bundle", record["record"], "-o", bundle, "--detached").status == 0
    assert desk.luopu("verify", bundle).status == 2
    assert desk.luopu("verify", bundle, "--file", report).status == 0


def test_no_bundle_is_made_of_a_file_that_changed_since(desk: Desk, report: Path, tmp_path: Path) -> None:
    record = desk.notarize(report).document["records"][0]
    report.write_text("changed afterwards")
    bundle = tmp_path / "changed.asice"
    answer = desk.luopu("bundle", record["record"], "-o", bundle)
    assert answer.status == 1
    assert answer.document["error"]["code"] == "file-changed"
    assert list(tmp_path.glob("*.asice*")) == []


def test_a_wrong_passphrase_signs_nothing(desk: Desk, report: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("not the passphrase\n")
    before = desk.luopu("records").document["records"]
    answer = desk.notarize(report, passphrase=wrong)
    assert answer.status == 1
    assert answer.document["error"]["code"] == "wrong-passphrase"
    assert desk.luopu("records").document["records"] == before


def test_without_a_terminal_the_passphrase_must_come_from_a_file(desk: Desk, report: Path) -> None:
    answer = desk.luopu("notarize", report)
    assert answer.status == 2
    assert answer.document["error"]["code"] == "usage"


@pytest.mark.parametrize(
    ("chain", "status", "code"),
    [("00" * 16, 1, "unknown-record-chain"), ("not hex", 2, "usage"), ("00", 2, "usage")],
)
def test_a_chain_that_does_not_exist_is_refused_before_anything_is_signed(
    desk: Desk, report: Path, chain: str, status: int, code: str
) -> None:
    answer = desk.notarize(report, options=("--chain", chain))
    assert (answer.status, answer.document["error"]["code"]) == (status, code)


def test_a_missing_file_is_said_and_nothing_is_signed(desk: Desk, tmp_path: Path) -> None:
    answer = desk.notarize(tmp_path / "missing.pdf")
    assert (answer.status, answer.document["error"]["code"]) == (1, "file-unreadable")


def test_status_says_what_was_verified_here(desk: Desk, report: Path) -> None:
    desk.notarize(report)
    document = desk.luopu("status").document
    assert document["height"] > 0
    assert (document["signed_validators"], document["total_validators"]) == (4, 4)
    assert document["quota"]["left"] < document["quota"]["points"]
    assert document["halted"] is None


def test_a_second_node_on_the_same_home_is_told_so(desk: Desk) -> None:
    answer = desk.luopu("node")
    assert (answer.status, answer.document["error"]["code"]) == (1, "store-in-use")
    assert desk.luopu("status").status == 0, "the first goes on, and its announcement is still there"


def test_without_a_node_the_answer_says_so(tmp_path: Path) -> None:
    answer = luopu("status", "--home", tmp_path)
    assert (answer.status, answer.document["error"]["code"]) == (1, "node-unreachable")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_errors_are_plain_sentences_with_a_hint(tmp_path: Path, language: str) -> None:
    error = luopu("status", "--home", tmp_path, "--language", language).document["error"]
    assert error["sentence"]
    assert error["hint"]
    assert any("\u4e00" <= character <= "\u9fff" for character in error["sentence"]) == (language == "zh")


def test_a_record_replaces_an_earlier_one_of_its_chain_and_says_what_else_there_is(
    desk: Desk, report: Path, tmp_path: Path
) -> None:
    first = desk.notarize(report).document["records"][0]
    token = tmp_path / "token.tsr"
    token.write_bytes(b"token")
    better = tmp_path / "更正.txt"
    better.write_text("已更正\n")
    said = (
        "--chain",
        first["chain"],
        "--supersedes",
        "1",
        "--timestamp",
        str(token),
        "--hosting",
        "https://example.org/a",
    )
    answer = desk.notarize(better, options=said)
    assert answer.status == 0
    record = desk.luopu("records", "--chain", first["chain"]).document["records"][-1]
    assert record["supersedes"] == 1
    assert record["timestamp"] == sha256(b"token").hexdigest()
    assert record["hosting"] == sha256(b"https://example.org/a").hexdigest()


def test_a_batch_is_one_record_over_a_list_of_its_files(desk: Desk, report: Path, tmp_path: Path) -> None:
    other = tmp_path / "公告.txt"
    other.write_text("公告\n")
    listed = tmp_path / "list.json"
    answer = desk.notarize(report, other, options=("--batch", str(listed)))
    assert answer.status == 0
    (record,) = answer.document["records"]
    assert record["sha256"] == sha256(listed.read_bytes()).hexdigest()
    shown = desk.luopu("records", "--chain", record["chain"]).document["records"][0]
    assert (shown["batch_size"], len(bytes.fromhex(shown["batch_root"]))) == (2, 32)
    assert desk.notarize(report, options=("--batch", str(listed))).document["error"]["code"] == "file-unwritable"


def test_what_is_said_of_one_record_is_not_said_of_several(desk: Desk, report: Path, tmp_path: Path) -> None:
    other = tmp_path / "second.txt"
    other.write_text("2\n")
    answer = desk.notarize(report, other, options=("--hosting", "https://example.org/a"))
    assert (answer.status, answer.document["error"]["code"]) == (2, "usage")
