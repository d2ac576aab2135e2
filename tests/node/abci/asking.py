"""CometBFT's side of the application's socket, as small as it can be, and blocks as it would order them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from app.core.codec import decode
from app.core.hashing import sha256
from app.core.units import Nanoseconds
from app.core.wire import abci_pb2 as abci
from app.core.wire import comet_pb2
from app.node.abci.address import Address
from app.node.abci.server import AbciServer
from app.node.consensus.genesis import Genesis
from app.node.consensus.time import to_timestamp
from app.node.delimited import delimited, read_delimited
from tests.fakes.chain import INTERVAL, START

FLUSH = abci.Request(flush=abci.RequestFlush())


@dataclass
class Asker:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, *requests: abci.Request) -> None:
        self.writer.write(b"".join(delimited(request.SerializeToString()) for request in requests))

    async def receive(self) -> abci.Response | None:
        """The next response; None when the other side has closed."""
        message = await read_delimited(self.reader, 200_000_000)
        return None if message is None else decode(abci.Response, message)

    async def ask(self, request: abci.Request) -> abci.Response:
        self.send(request)
        response = await self.receive()
        assert response is not None
        return response


@asynccontextmanager
async def served(server: AbciServer, folder: Path) -> AsyncIterator[Address]:
    """A server on a socket in `folder`."""
    address = Address(path=str(folder / "abci.sock"))
    await server.start(address)
    try:
        yield address
    finally:
        await server.close()


@asynccontextmanager
async def connected(address: Address) -> AsyncIterator[Asker]:
    reader, writer = await asyncio.open_unix_connection(address.path)
    try:
        yield Asker(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


def ask(answer: object, request: abci.Request) -> abci.Response:
    """Ask an application without a socket."""
    return decode(abci.Response, answer(request.SerializeToString()))  # type: ignore[operator]


# ---- requests --------------------------------------------------------------------------------------------------------
def block_time(height: int) -> Nanoseconds:
    """Of the block at `height`."""
    return Nanoseconds(START + (height - 1) * INTERVAL)


def block_hash(height: int) -> bytes:
    return sha256(f"block {height}".encode())


def init_chain(genesis: Genesis, app_state: bytes) -> abci.Request:
    updates = [
        abci.ValidatorUpdate(pub_key=comet_pb2.PublicKey(ed25519=member.key), power=member.power)
        for member in genesis.validators
    ]
    limits = comet_pb2.ConsensusParams.Block(max_bytes=genesis.max_block_bytes, max_gas=genesis.max_block_gas)
    return abci.Request(
        init_chain=abci.RequestInitChain(
            time=to_timestamp(genesis.time_ns),
            chain_id=genesis.chain_id,
            consensus_params=comet_pb2.ConsensusParams(block=limits),
            validators=updates,
            app_state_bytes=app_state,
            initial_height=genesis.initial_height,
        )
    )


def check(raw: bytes, *, again: bool = False) -> abci.Request:
    kind = abci.RequestCheckTx.TYPE_RECHECK if again else abci.RequestCheckTx.TYPE_NEW
    return abci.Request(check_tx=abci.RequestCheckTx(tx=raw, type=kind))


def prepare(height: int, transactions: Sequence[bytes], max_bytes: int = 1_000_000) -> abci.Request:
    time = to_timestamp(block_time(height))
    request = abci.RequestPrepareProposal(height=height, time=time, txs=transactions, max_tx_bytes=max_bytes)
    return abci.Request(prepare_proposal=request)


def process(height: int, transactions: Sequence[bytes]) -> abci.Request:
    time = to_timestamp(block_time(height))
    return abci.Request(
        process_proposal=abci.RequestProcessProposal(
            height=height, time=time, txs=transactions, hash=block_hash(height)
        )
    )


def finalize(height: int, transactions: Sequence[bytes]) -> abci.Request:
    time = to_timestamp(block_time(height))
    return abci.Request(
        finalize_block=abci.RequestFinalizeBlock(height=height, time=time, txs=transactions, hash=block_hash(height))
    )


COMMIT = abci.Request(commit=abci.RequestCommit())
INFO = abci.Request(info=abci.RequestInfo(version="0.39.4"))
