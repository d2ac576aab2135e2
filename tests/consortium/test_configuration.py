"""config.toml: what CometBFT knows, and what is not its default already."""

import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.consortium.configuration import NodeSettings, encode_config, reachable
from app.registry.genesis import GenesisParameters
from tests.cometbft import cometbft

SETTINGS = NodeSettings("validator1", "tcp://127.0.0.1:26658", "tcp://0.0.0.0:26657", "tcp://0.0.0.0:26656", ("a@b:1",))


def flat(document: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in document.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def settings_of(**changes: object) -> dict[str, object]:
    return dict(flat(tomllib.loads(encode_config(replace(SETTINGS, **changes)))))


@pytest.fixture(scope="module")
def defaults(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    home = tmp_path_factory.mktemp("comet")
    subprocess.run([cometbft(), "init", "--home", home], capture_output=True, check=True)
    return dict(flat(tomllib.loads((home / "config" / "config.toml").read_text())))


def test_cometbft_knows_every_name_and_each_value_is_of_its_kind(defaults: dict[str, object]) -> None:
    # what it does not know, it ignores without a word
    for name, value in settings_of(interval_seconds=0.5).items():
        assert name in defaults
        assert type(value) is type(defaults[name])


def test_nothing_is_said_that_is_the_default_anyway(defaults: dict[str, object]) -> None:
    chosen = settings_of(interval_seconds=0.5)
    places = {"proxy_app", "moniker", "rpc.laddr", "p2p.laddr", "p2p.persistent_peers"}
    assert [name for name, value in chosen.items() if value == defaults[name] and name not in places] == []


def test_what_is_left_to_cometbft_is_as_we_need_it(defaults: dict[str, object]) -> None:
    assert defaults["tx_index.indexer"] == "kv"
    assert defaults["instrumentation.prometheus"] is False
    assert defaults["statesync.enable"] is False
    assert defaults["consensus.timeout_propose"] == "3s"
    assert defaults["rpc.unsafe"] is False


def test_a_company_s_blocks_come_every_three_seconds_and_empty_ones_are_rare() -> None:
    chosen = settings_of()
    assert chosen["consensus.timeout_commit"] == "2800ms"
    assert chosen["consensus.create_empty_blocks"] is False
    assert chosen["consensus.create_empty_blocks_interval"] == "60s"
    assert "consensus.timeout_propose" not in chosen


def test_the_mempool_takes_what_the_law_takes() -> None:
    assert settings_of()["mempool.max_tx_bytes"] == GenesisParameters().max_transaction_bytes


@given(st.floats(0.05, 3600), st.floats(0.05, 3600))
def test_every_interval_gives_times_that_go_reads(interval: float, empty: float) -> None:
    chosen = settings_of(interval_seconds=interval, empty_seconds=empty)
    for name, value in chosen.items():
        if name.startswith("consensus.") and isinstance(value, str):
            number = value.removesuffix("ms") if value.endswith("ms") else value.removesuffix("s")
            assert int(number) > 0, name


@pytest.mark.parametrize(
    ("rpc", "url"),
    [
        ("tcp://0.0.0.0:26657", "http://127.0.0.1:26657"),
        ("tcp://[::]:26657", "http://127.0.0.1:26657"),
        ("tcp://:26657", "http://127.0.0.1:26657"),
        ("tcp://127.0.0.3:26657", "http://127.0.0.3:26657"),
    ],
)
def test_a_validator_is_asked_where_it_listens(rpc: str, url: str) -> None:
    assert reachable(rpc) == url
