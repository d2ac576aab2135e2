"""CometBFT and the home must start the same chain."""

import json
from collections.abc import Callable

import pytest

from app.core.errors import BadGenesis, ConsensusMismatch, DecodingError
from app.core.wire import abci_pb2 as abci
from tests.fakes.chain import make_key
from tests.fakes.consortium import FakeConsortium, make_consortium
from tests.node.abci.asking import INFO, init_chain
from tests.node.abci.conftest import AppInMemory


def request_of(consortium: FakeConsortium) -> abci.Request:
    state = json.loads(consortium.genesis_bytes)["app_state"]
    return init_chain(consortium.genesis, json.dumps(state, separators=(",", ":")).encode())


def test_the_same_document_begins_with_the_state_root_of_genesis(app: AppInMemory) -> None:
    assert app.begin().app_hash == app.store.tip.app_hash
    assert len(app.store.tip.app_hash) == 32


def test_beginning_twice_is_no_harm(app: AppInMemory) -> None:
    """CometBFT asks again when it was killed before its first block."""
    assert app.begin() == app.begin()


def test_a_chain_with_blocks_does_not_begin_again(app: AppInMemory) -> None:
    app.block(1)
    with pytest.raises(ConsensusMismatch):
        app.begin()


def test_spacing_and_order_of_the_registry_state_do_not_count(app: AppInMemory) -> None:
    state = json.loads(app.consortium.genesis_bytes)["app_state"]
    spaced = json.dumps(dict(reversed(state.items())), indent=7, ensure_ascii=True).encode()
    assert app.ask(init_chain(app.consortium.genesis, spaced)).init_chain == app.begin()


def _other_state(request: abci.RequestInitChain) -> None:
    state = json.loads(request.app_state_bytes)
    state["parameters"]["validity_window"] += 1
    request.app_state_bytes = json.dumps(state).encode()


def _other_power(request: abci.RequestInitChain) -> None:
    request.validators[2].power += 1


def _other_key(request: abci.RequestInitChain) -> None:
    request.validators[0].pub_key.ed25519 = bytes(make_key("stranger").verify_key)


def _one_validator_less(request: abci.RequestInitChain) -> None:
    del request.validators[0]


def _other_block_size(request: abci.RequestInitChain) -> None:
    request.consensus_params.block.max_bytes -= 1


def _gas(request: abci.RequestInitChain) -> None:
    request.consensus_params.block.max_gas = 100


def _later(request: abci.RequestInitChain) -> None:
    request.time.nanos += 1


def _higher(request: abci.RequestInitChain) -> None:
    request.initial_height += 1


def _other_chain(request: abci.RequestInitChain) -> None:
    request.chain_id += "-2"


@pytest.mark.parametrize(
    "change",
    [
        _other_state,
        _other_power,
        _other_key,
        _one_validator_less,
        _other_block_size,
        _gas,
        _later,
        _higher,
        _other_chain,
    ],
)
def test_any_difference_stops_cometbft(app: AppInMemory, change: Callable[[abci.RequestInitChain], None]) -> None:
    request = request_of(app.consortium)
    change(request.init_chain)
    with pytest.raises(BadGenesis):
        app.ask(request)


def test_a_registry_state_that_is_not_json_stops_cometbft(app: AppInMemory) -> None:
    request = request_of(app.consortium)
    request.init_chain.app_state_bytes = b"{"
    with pytest.raises(DecodingError):
        app.ask(request)


def test_before_the_first_block_cometbft_is_told_0(app: AppInMemory) -> None:
    info = app.ask(INFO).info
    assert (info.last_block_height, info.last_block_app_hash) == (0, b"")
    assert (info.data, info.app_version) == ("luopu", 1)


def test_a_store_of_another_chain_is_refused(app: AppInMemory) -> None:
    app.consortium = make_consortium(3)
    with pytest.raises(BadGenesis):
        app.kill()
