"""A custodian on a real chain in memory, its list of what it owes, and the papers that come of it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np

from app.client.node import NodeClient
from app.client.reserve.papers import Ground, Papers, Published, publication_of, read_pieces, read_publication, survey
from app.client.statements import StatementReader
from app.core.hashing import sha256
from app.core.ids import derive_voucher
from app.core.units import AccountAddress
from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import Genesis
from app.reserve.hasher import RowHasher, best_hasher
from app.reserve.header import AccountName
from app.reserve.shares import Owed, Shares
from tests.fakes.network import make_node, serving, serving_desk
from tests.fakes.registry import BANK, ISSUER, OPERATOR, REASON, Stage, make_registry

MASTER = bytes(range(32))
CAP = 10**12
ADDRESS = 20


def owed_to(balances: Sequence[int], serials: Sequence[int] | None = None, first: int = 20_000) -> Owed:
    """A list of users with these balances; addresses follow from numbers."""
    numbers = np.arange(first, first + len(balances), dtype=np.uint64)
    addresses = np.frombuffer(b"".join(sha256(b"user %d" % each)[:ADDRESS] for each in numbers), np.uint8)
    given = None if serials is None else np.array(serials, dtype=np.uint64)
    return Owed(numbers, addresses.reshape(-1, ADDRESS), np.array(balances, dtype=np.uint64), given)


@dataclass
class Custodian:
    """The bank on its stage, with a node that follows and a client of it."""

    stage: Stage
    reader: StatementReader
    step: Callable[[], Awaitable[object]]
    """Let the node follow the chain."""
    hasher: RowHasher = field(default_factory=best_hasher)

    @property
    def genesis(self) -> Genesis:
        """What a reader trusts."""
        return self.stage.consortium.genesis

    @property
    def name(self) -> AccountName:
        """The bank."""
        return AccountName(BANK, AccountAddress(self.stage.clerks[BANK].address))

    def issue(
        self,
        held: int,
        *,
        kind: wire.Kind = wire.KIND_DIVISIBLE,
        name: str = "Grain",
        decimals: int = 2,
        cap: int = CAP,
    ) -> bytes:
        """A voucher of which the bank holds so much."""
        terms = wire.Terms(name=name, product="rice", description=REASON, kind=kind, decimals=decimals, cap=cap)
        body = self.stage.act(ISSUER, apply_voucher=wire.ApplyVoucher(terms=terms, legal=REASON))
        voucher = derive_voucher(body.sender, body.nonce)
        self.stage.act(OPERATOR, create_voucher=wire.CreateVoucher(voucher=voucher))
        if held:
            legs = [wire.Allotment(to=BANK, amount=held)]
            self.stage.act(ISSUER, allocate=wire.Allocate(voucher=voucher, legs=legs))
        return voucher

    async def survey(self, voucher: bytes, others: Sequence[int] = ()) -> Ground:
        """What the bank, and `others`, hold of it as of the newest block that can be proved."""
        self.stage.engine.produce()
        await self.step()
        key = self.stage.clerks[BANK].public_key
        return await survey(self.reader, self.genesis, self.name, voucher, key, others)

    async def publish(self, ground: Ground, shares: Shares) -> Published:
        """Put it on the chain, in a block that is final."""
        action = publication_of(ground.header, shares.root, shares.tree.total)
        landed = self.stage.land(self.stage.body(BANK, attest_custody=action))
        self.stage.engine.produce()
        await self.step()
        return await read_publication(self.reader, landed)

    async def papers(self, voucher: bytes, owed: Owed, padding: int = 0) -> Papers:
        """All at once: survey, tree, publication, papers."""
        ground = await self.survey(voucher)
        shares = Shares(self.hasher, ground.binding(MASTER), owed, padding)
        pieces = await self.pieces(ground, owed)
        return Papers(ground, shares, await self.publish(ground, shares), self.genesis, pieces)

    async def pieces(self, ground: Ground, owed: Owed) -> list[bytes]:
        """Of a unique voucher, the state proof of each piece that is owed."""
        if owed.serials is None:
            return []
        return [each async for some in read_pieces(self.reader, ground, owed.serials.tolist()) for each in some]


@asynccontextmanager
async def custodian_at_work(validators: int = 1) -> AsyncIterator[Custodian]:
    """A bank that may hold what the issuer gives out."""
    stage = Stage(make_registry(validators=validators))
    stage.enrol()
    async with (
        serving(stage.engine) as url,
        make_node(stage.consortium, [url]) as node,
        serving_desk(node) as endpoint,
        NodeClient(lambda: endpoint) as client,
    ):
        yield Custodian(stage, StatementReader(client), node.follower.step)
