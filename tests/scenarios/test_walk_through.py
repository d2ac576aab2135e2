"""The main job, end to end, with the real command and real processes, and what a stranger then can check."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.scenarios.command import Answer, luopu


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answer]:
    """A finished demo: its home and its answer."""
    home = tmp_path_factory.mktemp("demo") / "家 home"
    return home, luopu("demo", "--home", home, "--interval", "1s")


@pytest.fixture
def home(walk: tuple[Path, Answer]) -> Path:
    return walk[0]


@pytest.fixture
def bundle(home: Path) -> Path:
    return home / "入库检验报告.asice"


@pytest.fixture
def stranger(tmp_path: Path) -> Path:
    """Somebody else's home, empty."""
    return tmp_path / "stranger"


def test_three_files_become_final_in_one_hash_chain_on_a_chain_that_the_own_node_verified(
    walk: tuple[Path, Answer],
) -> None:
    _, answer = walk
    assert answer.status == 0, answer.words
    files = answer.document["files"]
    assert [file["state"] for file in files] == ["final"] * 3
    assert [file["sequence"] for file in files] == [1, 2, 3]
    assert len({file["chain"] for file in files}) == 1
    assert [file["verdict"] for file in files] == ["valid"] * 3
    assert answer.document["validators"] == 4


def test_the_demo_finds_out_the_changed_file(walk: tuple[Path, Answer]) -> None:
    changed = walk[1].document["changed_file"]
    assert changed["verdict"] == "refuted"
    assert [step["name"] for step in changed["steps"] if step["state"] == "failed"] == ["file"]


def test_bundles_and_genesis_are_left_for_a_stranger(home: Path) -> None:
    assert len(list(home.glob("*.asice"))) == 3
    assert (home / "genesis.json").is_file()


def test_a_stranger_verifies_a_bundle_offline_with_nothing_but_the_genesis(
    home: Path, bundle: Path, stranger: Path
) -> None:
    answer = luopu("verify", bundle, "--trust", home / "genesis.json", "--home", stranger)
    assert answer.status == 0
    assert answer.document["verdict"] == "valid"
    assert [step["state"] for step in answer.document["steps"]] == ["passed"] * 12
    assert not stranger.exists(), "verifying touches nothing"


def test_without_a_genesis_a_bundle_is_neither_valid_nor_refuted(bundle: Path, stranger: Path) -> None:
    answer = luopu("verify", bundle, "--home", stranger)
    assert answer.status == 2
    assert answer.document["verdict"] == "not-enough-trust"


def test_another_consortiums_genesis_does_not_vouch_for_a_bundle(
    home: Path, bundle: Path, stranger: Path, tmp_path: Path
) -> None:
    other = json.loads((home / "genesis.json").read_text())
    other["genesis_time"] = "2020-01-01T00:00:00Z"
    (tmp_path / "other.json").write_text(json.dumps(other))
    answer = luopu("verify", bundle, "--trust", tmp_path / "other.json", "--home", stranger)
    assert answer.status == 2
    assert answer.document["verdict"] == "not-enough-trust"


def test_a_changed_original_is_refuted_and_the_step_is_named(
    home: Path, bundle: Path, stranger: Path, tmp_path: Path
) -> None:
    changed = tmp_path / "report.txt"
    changed.write_bytes((home / "files" / "入库检验报告.txt").read_bytes() + b"\n")
    answer = luopu("verify", bundle, "--file", changed, "--trust", home / "genesis.json", "--home", stranger)
    assert answer.status == 1
    assert [step["name"] for step in answer.document["steps"] if step["state"] == "failed"] == ["file"]
    assert answer.document["error"]["code"]


def test_a_truncated_bundle_is_refuted(home: Path, bundle: Path, stranger: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.asice"
    cut.write_bytes(bundle.read_bytes()[:-100])
    answer = luopu("verify", cut, "--trust", home / "genesis.json", "--home", stranger)
    assert answer.status == 1
    assert answer.document["steps"][0]["state"] == "failed"


def test_a_bundle_that_is_not_there_decides_nothing(home: Path, stranger: Path) -> None:
    answer = luopu("verify", home / "missing.asice", "--trust", home / "genesis.json", "--home", stranger)
    assert answer.status == 2
    assert answer.document["error"]["code"] == "file-unreadable"


def test_any_unzip_opens_a_bundle_and_finds_the_original(home: Path, bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as container:
        assert container.namelist()[0] == "mimetype"
        assert container.read("入库检验报告.txt") == (home / "files" / "入库检验报告.txt").read_bytes()


def test_the_demo_refuses_a_folder_that_holds_something(home: Path) -> None:
    answer = luopu("demo", "--home", home)
    assert answer.status == 2
    assert answer.document["error"]["code"] == "usage"


def test_the_program_touches_nothing_but_its_home(home: Path) -> None:
    assert {path.name for path in home.iterdir()} == {
        *("files", "genesis.json", "logs", "node", "sandbox", "wallet"),
        *("入库检验报告.asice", "仓储温湿度.asice", "入库照片.asice"),
    }


def test_keys_and_tokens_are_readable_by_their_owner_only(home: Path) -> None:
    for secret in (home / "wallet" / "keystore", home / "wallet" / "outbox.db", home / "sandbox" / "keys.json"):
        assert secret.stat().st_mode & 0o077 == 0, secret
