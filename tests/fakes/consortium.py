"""An embedded consortium in memory, with a clock that a test moves: hundreds of real blocks are made at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.core.codec import decode, encode
from app.core.hashing import sha256, sm3
from app.core.ids import derive_address
from app.core.keys import Algorithm, PublicKey
from app.core.record import context_digest, derive_chain, record_digest
from app.core.transaction import SignatureEntry, encode_transaction, signing_digest
from app.core.units import Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import Genesis, decode_genesis, encode_genesis
from app.node.consensus.validators import Validator
from app.node.engine.engine import EmbeddedEngine
from app.node.engine.keys import ConsortiumKeys, SigningSeed
from app.node.store.chain import ChainStore
from app.node.store.highwater import HighWater, HighWaterRecord
from app.registry.genesis import GenesisAccount, GenesisParameters, encode_app_state, initial_state
from tests.fakes.chain import INTERVAL, START, FakeValidators, make_key
from tests.fakes.keyvalue import MemoryKeyValue

CHAIN_ID = "luopu-test"
PLENTY = 1_000_000_000
AGREEMENT = sha256(b"agreement")


class MovedClock:
    """A clock that goes on by `step` each time somebody looks, and jumps when told to."""

    def __init__(self, now: int = START, step: int = INTERVAL) -> None:
        self.at = now
        self.step = step

    def now(self) -> Nanoseconds:
        self.at += self.step
        return Nanoseconds(self.at)


class MemoryHighWater(HighWater):
    """A high-water record in memory."""

    def __init__(self) -> None:
        self.record: HighWaterRecord | None = None

    def load(self) -> HighWaterRecord | None:
        return self.record

    def save(self, record: HighWaterRecord) -> None:
        self.record = record


@dataclass
class Clerk:
    """A partner's clerk, who signs records numbered from 1."""

    name: str = "clerk"
    chain_id: str = CHAIN_ID
    number: int = field(default=0)

    def __post_init__(self) -> None:
        self._key = make_key(self.name)
        self.public_key = PublicKey(Algorithm.ED25519, bytes(self._key.verify_key))
        self.address = derive_address(self.chain_id, self.public_key)

    def sign(self, digest: bytes) -> bytes:
        """A signature over a digest, as a key does it."""
        return self._key.sign(digest).signature

    def nonce(self) -> bytes:
        """A nonce that this clerk has not used."""
        self.number += 1
        return sha256(f"{self.name} {self.number}".encode())[:16]

    def first_record(self, nonce: bytes, *, file: bytes = b"file", subject: str = "") -> wire.EvidenceRecord:
        """A record that begins a hash chain in the transaction of this nonce."""
        return wire.EvidenceRecord(
            chain=derive_chain(self.address, nonce),
            sequence=1,
            sha256=sha256(file),
            sm3=sm3(file),
            size=len(file),
            subject=subject,
            context_digest=context_digest(b"{}"),
        )

    def next_record(self, record: wire.EvidenceRecord, *, file: bytes = b"file") -> wire.EvidenceRecord:
        """The record that follows another in its hash chain."""
        following = wire.EvidenceRecord()
        following.CopyFrom(record)
        following.sequence += 1
        following.previous = record_digest(encode(record))
        following.sha256, following.sm3, following.size = sha256(file), sm3(file), len(file)
        return following

    def notarize(self, valid_until: int, *, subject: str = "") -> bytes:
        """A transaction whose record begins a hash chain of its own."""
        nonce = self.nonce()
        return self.transaction(self.first_record(nonce, file=nonce, subject=subject), valid_until, nonce=nonce)

    def transaction(self, record: wire.EvidenceRecord, valid_until: int, *, nonce: bytes | None = None) -> bytes:
        """The signed transaction with a record."""
        body = wire.Body(
            chain_id=self.chain_id,
            sender=self.address,
            nonce=nonce or self.nonce(),
            valid_until=valid_until,
            notarize=wire.Notarize(record=record),
        )
        return self.sign_body(encode(body))

    def sign_body(self, body: bytes) -> bytes:
        """The transaction of any body."""
        return encode_transaction(body, [SignatureEntry(self.public_key, self.sign(signing_digest(body)))])


@dataclass(frozen=True)
class FakeConsortium:
    """Genesis, the keys of all validators, and a clerk whose partner may notarize."""

    genesis: Genesis
    genesis_bytes: bytes
    keys: ConsortiumKeys
    clerk: Clerk

    @property
    def writes(self) -> dict[bytes, bytes]:
        """The first state."""
        return initial_state(self.genesis.chain_id, self.genesis.app_state)

    @property
    def validators(self) -> FakeValidators:
        """The set and its keys, to sign what no engine would."""
        by_key = {key.public_key: key.signing_key for key in self.keys.validators}
        members = self.genesis.validators
        return FakeValidators(members, tuple(by_key[member.key] for member in members))


def make_consortium(
    validators: int | Sequence[int] = 4,
    *,
    window: int = 600,
    quota: int = PLENTY,
    max_block_bytes: int = 22_020_096,
    max_transaction_bytes: int = 65_536,
    clerk: str = "clerk",
    start: int = START,
) -> FakeConsortium:
    """A consortium whose every byte follows from the arguments; `validators` may name each one's power.

    Besides the clerk there are `Clerk("second")`, who may notarize as well, and `Clerk("guest")`, who may not.
    """
    powers = [10] * validators if isinstance(validators, int) else list(validators)
    operator, *seeds = (SigningSeed(make_key(f"seat {index}")) for index in range(len(powers) + 1))
    person = Clerk(clerk)
    accounts = [
        _account(1, "operator", PublicKey(Algorithm.ED25519, operator.public_key), (), 0),
        _account(2, "partner", person.public_key, ("evidence",), quota),
        _account(3, "partner", Clerk("second").public_key, ("evidence",), quota),
        _account(4, "partner", Clerk("guest").public_key, (), quota),
    ]
    parameters = GenesisParameters(validity_window=window, max_transaction_bytes=max_transaction_bytes)
    document = encode_genesis(
        CHAIN_ID,
        Nanoseconds(start),
        [Validator(seed.public_key, power) for seed, power in zip(seeds, powers, strict=True)],
        encode_app_state(CHAIN_ID, parameters, accounts),
        max_block_bytes=max_block_bytes,
    )
    return FakeConsortium(decode_genesis(document), document, ConsortiumKeys(operator, tuple(seeds)), person)


def make_store(kv: MemoryKeyValue | None = None, mark: HighWater | None = None) -> ChainStore:
    """A chain store in memory."""
    return ChainStore(kv or MemoryKeyValue(), mark or MemoryHighWater())


def make_engine(
    consortium: FakeConsortium, *, store: ChainStore | None = None, clock: MovedClock | None = None
) -> EmbeddedEngine:
    """An engine in memory, at the height of `store`."""
    return EmbeddedEngine(
        store or make_store(),
        consortium.genesis,
        consortium.genesis_bytes,
        consortium.writes,
        consortium.keys,
        clock or MovedClock(),
    )


def grow(engine: EmbeddedEngine, clerk: Clerk, blocks: int, *, each: int = 1) -> None:
    """Make so many blocks with `each` records in every one."""
    for _ in range(blocks):
        for _ in range(each):
            engine.admit(clerk.notarize(engine.store.tip.height + 10))
        engine.produce()


def block_at(store: ChainStore, height: int) -> pb.Block:
    """The block that a store keeps."""
    data = store.block(height)
    assert data is not None
    return decode(pb.Block, data)


def commit_at(store: ChainStore, height: int) -> pb.Commit:
    """The commit that makes a stored block final."""
    if height < store.durable_tip.height:
        return block_at(store, height + 1).last_commit
    return decode(pb.Commit, store.seen_commit() or b"")


def _account(number: int, party: str, key: PublicKey, permissions: tuple[str, ...], quota: int) -> GenesisAccount:
    return GenesisAccount(number, f"{party} {number}", party, ((key, "01"),), permissions, AGREEMENT, quota)
