"""Blocks of one store executed on another, as a node does that has verified them."""

from dataclasses import replace

from app.core.units import Height
from app.core.wire import comet_pb2 as pb
from app.node.consensus.encoding import block_bytes
from app.node.consensus.hashes import block_id
from app.node.consensus.time import from_timestamp
from app.node.execution import block_record, execute_block
from app.node.store.chain import ChainStore
from app.node.tip import next_tip
from app.registry.context import Environment
from tests.fakes.consortium import FakeConsortium


def stage(store: ChainStore, consortium: FakeConsortium, block: pb.Block, *, with_block: bool = True) -> None:
    """Execute and append a block without flushing; as an application does whose blocks are kept by somebody else, if so
    wanted.
    """
    header = block.header
    environment = Environment(consortium.genesis.chain_id, Height(header.height), from_timestamp(header.time))
    execution = execute_block(store, list(block.data.txs), environment)
    tip = next_tip(store.tip, header, block_id(block), execution.app_hash, execution.results_hash)
    record = block_record(execution, tip, block_bytes(block), b"commit")
    store.append(record if with_block else replace(record, block=b"", seen_commit=b""))
