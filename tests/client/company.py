"""A consortium with a company of several clerks, and what a test does with them."""

import asyncio
from pathlib import Path

from app.client.acting import Actor
from app.client.model import Outcome
from app.core.hashing import sha256
from app.core.units import Nanoseconds
from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import decode_genesis, encode_genesis
from app.node.consensus.validators import Validator
from app.node.engine.keys import ConsortiumKeys, SigningSeed
from app.registry.genesis import GenesisAccount, GenesisParameters, encode_app_state
from app.wallet.entry import EntryId
from app.wallet.outbox import Outbox
from tests.client.conftest import World
from tests.fakes.chain import START, make_key
from tests.fakes.consortium import AGREEMENT, CHAIN_ID, PLENTY, Clerk, FakeConsortium, MovedClock, block_at

MAKER, CHECKER, SECOND_CHECKER = Clerk("maker"), Clerk("checker"), Clerk("second checker")
OTHER = Clerk("other company")
COMPANY, OTHER_COMPANY = 2, 3


def make_company(
    *, checkers: int = 0, quota: int = PLENTY, window: int = 600, duty: str = "identity"
) -> FakeConsortium:
    """Account 2 has a maker and two checkers, of whom `checkers` must sign what is of a duty; account 3 one clerk."""
    operator, *seeds = (SigningSeed(make_key(f"seat {number}")) for number in range(5))
    permissions = ("identity", "evidence", "voucher")
    keys = ((MAKER.public_key, "经办 01"), (CHECKER.public_key, "复核 01"), (SECOND_CHECKER.public_key, "复核 02"))
    roles = (("maker", "administrator"), ("checker",), ("checker",))
    thresholds = ((duty, checkers),) if checkers else ()
    accounts = [
        GenesisAccount(1, "operator", "operator", ((Clerk("operator").public_key, "01"),), (), AGREEMENT, PLENTY),
        GenesisAccount(COMPANY, "company", "partner", keys, permissions, AGREEMENT, quota, roles, thresholds),
        GenesisAccount(
            OTHER_COMPANY, "other company", "partner", ((OTHER.public_key, "01"),), permissions, AGREEMENT, PLENTY
        ),
    ]
    document = encode_genesis(
        CHAIN_ID,
        Nanoseconds(START),
        [Validator(seed.public_key, 10) for seed in seeds],
        encode_app_state(CHAIN_ID, GenesisParameters(validity_window=window), accounts),
    )
    return FakeConsortium(decode_genesis(document), document, ConsortiumKeys(operator, tuple(seeds)), MAKER)


class Counted:
    """Randomness that never repeats."""

    def __init__(self) -> None:
        self._count = 0

    def random_bytes(self, count: int) -> bytes:
        self._count += 1
        return sha256(str(self._count).encode())[:count]


RANDOMNESS = Counted()


def open_outbox(path: Path) -> Outbox:
    return Outbox.open(path, MovedClock(step=1))


def actor_of(world: World, outbox: Outbox, clerk: Clerk = MAKER) -> Actor:
    """As a new command makes one."""
    return Actor(world.client, outbox, clerk.public_key, MovedClock(step=1), RANDOMNESS)


async def outcome_of(world: World, actor: Actor, entry_id: EntryId) -> Outcome:
    """Follow while blocks are made."""
    following = asyncio.ensure_future(actor.follow(entry_id))
    await world.advance_until(following)
    return following.result()


def recognise(least: wire.Level = wire.LEVEL_REAL_NAME) -> wire.Recognise:
    """An action that the company may do again and again."""
    return wire.Recognise(partner=OTHER_COMPANY, least=least)


def transactions(world: World) -> list[bytes]:
    """Everything in every block."""
    blocks = [block_at(world.engine.store, height) for height in range(1, world.engine.store.tip.height + 1)]
    return [raw for block in blocks for raw in block.data.txs]
