"""A custodian on a real chain in memory, its list of what it owes, and the papers that come of it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np

from app.client.node import NodeClient
from app.client.reserves import Ground, Papers, Published, publication_of, read_pieces, read_publication, survey
from app.client.statements import StatementReader
from app.core.hashing import sha256
from app.core.units import AccountAddress
from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import Genesis
from app.reserve.hasher import RowHasher, best_hasher
from app.reserve.header import AccountName
from app.reserve.shares import Owed, Shares
from tests.fakes.network import make_node, serving, serving_desk
from tests.fakes.registry import BANK, ISSUER, OPERATOR, REASON, Stage

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
    follow: object
    hasher: RowHasher = field(default_factory=best_hasher)

    @property
    def genesis(self) -> Genesis:
        return self.stage.consortium.genesis

    @property
    def name(self) -> AccountName:
        return AccountName(BANK, AccountAddress(self.stage.clerks[BANK].address))

    async def step(self) -> None:
        await self.follow()  # type: ignore[operator]

    def issue(self, held: int, *, kind: wire.Kind = wire.KIND_DIVISIBLE, name: str = "Grain", decimals: int = 2) -> bytes:
        """A voucher of which the bank holds so much."""
        terms = wire.Terms(name=name, product="rice", description=REASON, kind=kind, decimals=decimals, cap=CAP)
        body = self.stage.act(ISSUER, apply_voucher=wire.ApplyVoucher(terms=terms, legal=REASON))
        from app.core.ids import derive_voucher

        voucher = derive_voucher(body.sender, body.nonce)
        self.stage.act(OPERATOR, create_voucher=wire.CreateVoucher(voucher=voucher))
        if held:
            legs = [wire.Allotment(to=BANK, amount=held)]
            self.stage.act(ISSUER, allocate=wire.Allocate(voucher=voucher, legs=legs))
        return voucher

    async def survey(self, voucher: bytes, others: Sequence[int] = ()) -> Ground:
        self.stage.engine.produce()
        await self.step()
        key = self.stage.clerks[BANK].public_key
        return await survey(self.reader, self.genesis, self.name, voucher, key, others)

    async def publish(self, ground: Ground, shares: Shares) -> Published:
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
        if owed.serials is None:
            return []
        return [each async for some in read_pieces(self.reader, ground, owed.serials.tolist()) for each in some]


@asynccontextmanager
async def custodian_at_work() -> AsyncIterator[Custodian]:
    """A bank that may hold what the issuer gives out."""
    stage = Stage()
    stage.enrol()
    async with (
        serving(stage.engine) as url,
        make_node(stage.consortium, [url]) as node,
        serving_desk(node) as endpoint,
        NodeClient(lambda: endpoint) as client,
    ):
        yield Custodian(stage, StatementReader(client), node.follower.step)
