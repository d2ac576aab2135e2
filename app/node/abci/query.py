"""What may be asked of the application through CometBFT (`abci_query`): one value of the state's map.

Guarantees: what is answered held after the newest durable block, never what a block on its way would make of it. Records,
chains and proofs are a node's business.
"""

from app.core.units import Height
from app.core.wire import abci_pb2
from app.node.store.chain import ChainStore

KEY_PATH = "/key"
UNKNOWN_PATH = 1
NOT_OFFERED = 2


def query(store: ChainStore, request: abci_pb2.RequestQuery) -> abci_pb2.ResponseQuery:
    """The newest value of a key."""
    newest = 0 if store.is_empty else int(store.durable_tip.height)
    if request.path != KEY_PATH:
        return abci_pb2.ResponseQuery(code=UNKNOWN_PATH, log=f"unknown path; {KEY_PATH} is offered", codespace="luopu")
    if store.is_empty or request.prove or request.height not in {0, newest}:
        log = f"only the newest value, without a proof; the newest height is {newest}"
        return abci_pb2.ResponseQuery(code=NOT_OFFERED, log=log, codespace="luopu")
    with store.lock:
        value = store.state.map.get_at(request.data, Height(newest))
    log = "does not exist" if value is None else "exists"
    return abci_pb2.ResponseQuery(log=log, key=request.data, value=value or b"", height=newest)
