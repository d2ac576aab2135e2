"""Providers of light blocks, in memory and over HTTP, and chains that fork."""

import asyncio
from collections.abc import Callable, Sequence

from google.protobuf.message import Message

from app.core.errors import LuopuError, NodeUnreachable, NotFound
from app.core.units import Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus import rpcjson
from app.node.consensus.hashes import block_id
from app.node.consensus.predicates import block_time
from app.node.consensus.verifier import UntrustedBlock
from tests.fakes.chain import COMMIT, INTERVAL, FakeBlock, FakeValidators, make_block, sign_commit
from tests.fakes.network import FakePeer, Params, Served


class Source:
    """A provider in memory: serves a chain until a test changes what it says."""

    def __init__(self, chain: Sequence[FakeBlock], name: str = "source") -> None:
        self.blocks = {
            block.header.height: UntrustedBlock(block.signed_header, block.validators.set) for block in chain
        }
        self.name = name
        self.asked: list[int | None] = []
        self.reported: list[pb.Evidence] = []
        self.failure: LuopuError | None = None
        """Raised instead of any answer."""
        self.on_asked: Callable[[], object] = lambda: None

    async def light_block(self, height: Height | None) -> UntrustedBlock:
        await asyncio.sleep(0)
        self.asked.append(height)
        self.on_asked()
        if self.failure is not None:
            raise self.failure
        wanted = max(self.blocks) if height is None else height
        if wanted not in self.blocks:
            raise NotFound(what="block", name=str(height))
        return self.blocks[wanted]

    async def report(self, evidence: pb.Evidence) -> None:
        if self.failure is not None:
            raise NodeUnreachable(node=self.name)
        self.reported.append(evidence)


class MemoryTrust:
    """A trusted store in memory."""

    def __init__(self, saved: bytes | None = None) -> None:
        self.saved = saved

    def load(self) -> bytes | None:
        return self.saved

    def save(self, encoded: bytes) -> None:
        self.saved = encoded


def light_peer(chain: Sequence[FakeBlock]) -> FakePeer:
    """A peer over HTTP that serves what a light client asks for: commits and validators."""
    blocks = {block.header.height: block for block in chain}
    served = [Served(block.block, block.commit, block.block_id) for block in chain]
    peer = FakePeer(served, chain[0].header.chain_id)

    def commit(params: Params) -> object:
        block = blocks[int(params["height"])] if "height" in params else blocks[max(blocks)]
        return {"signed_header": rpcjson.encode_signed_header(block.signed_header), "canonical": True}

    def validators(params: Params) -> object:
        height = int(params["height"])
        known = blocks[height].validators if height in blocks else blocks[height - 1].next_validators
        every = rpcjson.encode_validators(known.set)
        page, each = int(params["page"]), int(params["per_page"])
        shown = every[(page - 1) * each : page * each]
        return {"block_height": str(height), "validators": shown, "count": str(len(shown)), "total": str(len(every))}

    peer.answers |= {"commit": commit, "validators": validators}
    return peer


def fork(
    chain: Sequence[FakeBlock],
    height: int,
    length: int,
    *,
    validators: FakeValidators | None = None,
    app_hash: bytes = b"",
    txs: Sequence[bytes] = (b"forged",),
    round_: int = 0,
    flags: Sequence[pb.BlockIDFlag] | None = None,
) -> list[FakeBlock]:
    """The chain up to below `height`, then `length` other blocks by `validators` (or those in office)."""
    forged = list(chain[: height - 1])
    for number in range(height, height + length):
        real = chain[number - 1]
        members = validators or real.validators
        previous = forged[-1] if forged else None
        time = block_time(real.header)
        upcoming = validators or real.next_validators
        made = make_block(number, members, upcoming, previous=previous, time=time, txs=txs, app_hash=app_hash)
        commit = sign_commit(
            members, number, made.block_id, time=Nanoseconds(time + INTERVAL), flags=flags, round_=round_
        )
        forged.append(FakeBlock(made.block, made.block_id, commit, members, upcoming))
    return forged


def single(block: FakeBlock, **changes: object) -> UntrustedBlock:
    """The block with header fields changed and signed anew by its own validators."""
    changed = pb.Block()
    changed.CopyFrom(block.block)
    for name, value in changes.items():
        if isinstance(value, Message):
            getattr(changed.header, name).CopyFrom(value)
        else:
            setattr(changed.header, name, value)
    target = block_id(changed)
    flags = [COMMIT] * len(block.validators.set)
    commit = sign_commit(block.validators, changed.header.height, target, flags=flags)
    return UntrustedBlock(pb.SignedHeader(header=changed.header, commit=commit), block.validators.set)
