"""The first block's ground: CometBFT and this home must hold the same genesis document.

Guarantees: a difference in anything that the chain follows from is found before the first block. The documents are
compared by meaning: CometBFT writes its copy anew and spaces it in its own way.
"""

from collections.abc import Iterable

from app.core.errors import BadGenesis
from app.core.strictjson import decode_json
from app.core.wire import abci_pb2, store_pb2
from app.node.consensus.genesis import MAX_GENESIS_BYTES, Genesis
from app.node.consensus.hashes import results_hash
from app.node.consensus.time import from_timestamp


def check_init_chain(request: abci_pb2.RequestInitChain, genesis: Genesis) -> None:
    """CometBFT starts the chain of `genesis`.

    Raises:
        BadGenesis: it starts another one; `reason` names the first difference.
        DecodingError: its registry state is not JSON.
    """
    block = request.consensus_params.block
    app_state = decode_json(request.app_state_bytes or b"{}", max_bytes=MAX_GENESIS_BYTES)
    pairs: list[tuple[str, object, object]] = [
        ("chain_id", genesis.chain_id, request.chain_id),
        ("initial_height", int(genesis.initial_height), request.initial_height),
        ("genesis_time", int(genesis.time_ns), int(from_timestamp(request.time))),
        ("max_bytes", genesis.max_block_bytes, block.max_bytes),
        ("max_gas", genesis.max_block_gas, block.max_gas),
        ("validators", _powers_of(genesis), _powers_in(request.validators)),
        ("app_state", dict(genesis.app_state), app_state),
    ]
    for name, ours, theirs in pairs:
        if ours != theirs:
            shown = isinstance(ours, int | str)
            raise BadGenesis(
                reason=f"CometBFT starts with another {name} than this home",
                expected=str(ours) if shown else None,
                got=str(theirs) if shown else None,
            )


def first_tip(genesis: Genesis) -> store_pb2.Tip:
    """What the store begins with. Validator sets are CometBFT's to keep."""
    return store_pb2.Tip(height=genesis.initial_height - 1, time_ns=genesis.time_ns, results_hash=results_hash([]))


def _powers_of(genesis: Genesis) -> dict[bytes, int]:
    return {member.key: member.power for member in genesis.validators}


def _powers_in(updates: Iterable[abci_pb2.ValidatorUpdate]) -> dict[bytes, int]:
    return {update.pub_key.ed25519: update.power for update in updates}
