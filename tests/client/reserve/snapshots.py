"""Snapshots from a real chain, made once for all tests, and a home to keep them in."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from nacl.pwhash import argon2id

from app.client.reserve.book import KeptSnapshot, MadeNote, ReserveBook, SnapshotNote
from app.client.reserve.note import snapshot_id
from app.client.reserve.papers import Ground, Published
from app.core.codec import decode_canonical
from app.core.hashing import sha256
from app.core.home import Home
from app.core.units import Nanoseconds
from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import Genesis
from app.reserve.hasher import PlainHasher
from app.reserve.shares import Owed, Shares
from app.wallet.keystore import Cost
from app.wallet.vault import Vault
from tests.fakes.reserves import Custodian, custodian_at_work, owed_to
from tests.wallet.conftest import CountedRandomness

CHEAP = Cost(argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)
PASSPHRASE = "the vault's passphrase"
PADDING = 2
HELD = 10_000
BALANCES = (1_234_567_890_123_456 % HELD, 77, 0)
SERIALS = (4, 2, 7)
ALL = ("first", "second", "unique")
FIRST = 987_654_321_000  # an account number that is nowhere by chance


@dataclass(frozen=True)
class Made:
    """A snapshot, and where it was published."""

    ground: Ground
    shares: Shares
    master: bytes
    note: MadeNote
    pieces: tuple[bytes, ...]
    published: Published = field(repr=False)

    @property
    def id(self) -> str:
        return snapshot_id(self.shares.root)

    @property
    def place(self) -> tuple[bytes, int, int]:
        """Transaction hash, height and time."""
        entry = decode_canonical(wire.LogEntry, self.published.publication.entry)
        return sha256(self.published.publication.transaction), entry.height, entry.time_ns

    def keep(self, book: ReserveBook) -> SnapshotNote:
        return book.keep(self.ground, self.shares, self.master, self.note, self.pieces)

    def mark(self, book: ReserveBook) -> None:
        book.mark_published(self.id, self.published, *self.place)


@dataclass(frozen=True)
class Chain:
    """What everybody may ask for."""

    genesis: Genesis
    first: Made
    """Of a divisible voucher."""
    second: Made
    """Of the same, later."""
    unique: Made


@cache
def chain() -> Chain:
    """A chain with a custodian that made three snapshots and published them."""
    return asyncio.run(_chain())


async def _chain() -> Chain:
    async with custodian_at_work() as bank:
        rice, art = bank.issue(HELD), bank.issue(8, kind=wire.KIND_UNIQUE, name="Art", decimals=0)
        first = await _make(bank, rice, owed_to(BALANCES, first=FIRST), 1)
        second = await _make(bank, rice, owed_to(BALANCES[:2], first=FIRST), 2)
        unique = await _make(bank, art, owed_to([1] * len(SERIALS), SERIALS, FIRST), 3)
        return Chain(bank.genesis, first, second, unique)


async def _make(bank: Custodian, voucher: bytes, owed: Owed, number: int) -> Made:
    master = bytes([number]) * 32
    ground = await bank.survey(voucher)
    shares = Shares(PlainHasher(), ground.binding(master), owed, PADDING)
    pieces = await bank.pieces(ground, owed)
    note = MadeNote(
        made_ns=Nanoseconds(number),
        block_ns=ground.time_ns,
        source=f"客户{number}.csv",
        source_sha256=sha256(b"list %d" % number),
        rows=len(owed.numbers),
        users=len(owed.numbers),
        padding=PADDING,
        unclaimed=0,
    )
    return Made(ground, shares, master, note, tuple(pieces), await bank.publish(ground, shares))


def made(name: str) -> Made:
    found = getattr(chain(), name)
    assert isinstance(found, Made)
    return found


def assert_same(loaded: KeptSnapshot, expected: Made) -> None:
    assert loaded.ground == expected.ground
    assert loaded.master == expected.master
    assert tuple(loaded.pieces) == expected.pieces
    owed = expected.shares.owed
    for name in ("numbers", "addresses", "balances", "serials"):
        one, other = getattr(loaded.owed, name), getattr(owed, name)
        assert (one is None) == (other is None)
        if one is not None:
            assert one.dtype == other.dtype
            assert np.array_equal(one, other)


# ---- a home ----------------------------------------------------------------------------------------------------------
@contextmanager
def open_vault(home: Home) -> Iterator[Vault]:
    """The vault of a home, made where there is none."""
    home.wallet.mkdir(parents=True, exist_ok=True)
    randomness = CountedRandomness(b"vault")
    if not home.vault.exists():
        Vault.create(home.vault, PASSPHRASE, randomness=randomness, cost=CHEAP).close()
    vault = Vault.open(home.vault, PASSPHRASE, randomness=randomness)
    try:
        yield vault
    finally:
        vault.close()


def open_book(home: Home, vault: Vault, seed: bytes = b"book") -> ReserveBook:
    """The book of a home."""
    return ReserveBook(home.reserves, vault.inside, CountedRandomness(seed))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def vault(home: Home) -> Iterator[Vault]:
    with open_vault(home) as vault:
        yield vault


@pytest.fixture
def book(home: Home, vault: Vault) -> ReserveBook:
    return open_book(home, vault)


def files_of(home: Home) -> dict[str, bytes]:
    """Every file in the folder but locks."""
    found = (path for path in home.reserves.rglob("*") if path.is_file() and path.name != ".lock")
    return {path.relative_to(home.reserves).as_posix(): path.read_bytes() for path in found}
