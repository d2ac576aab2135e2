"""Chains to measure on: made by the embedded engine with real keys, real commits and a clock that obeys."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nacl.signing import SigningKey

from app.core.codec import encode
from app.core.ids import derive_address
from app.core.keys import Algorithm, PublicKey
from app.core.record import derive_chain, record_digest
from app.core.transaction import SignatureEntry, encode_transaction, signing_digest
from app.core.units import Nanoseconds
from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import decode_genesis, encode_genesis
from app.node.consensus.validators import Validator
from app.node.engine.engine import EmbeddedEngine
from app.node.engine.keys import make_consortium_keys
from app.node.store.chain import ChainStore
from app.registry.genesis import GenesisAccount, GenesisParameters, encode_app_state, initial_state
from app.wiring.stores import open_store

START = Nanoseconds(1_700_000_000_000_000_000)
BLOCK_NS = 3_000_000_000
PARTNERS = 10
CHAIN_ID = "luopu-benchmark"


class SteppingClock:
    """Three seconds pass with every block."""

    def __init__(self) -> None:
        self._now = int(START)

    def now(self) -> Nanoseconds:
        """The next moment."""
        self._now += BLOCK_NS
        return Nanoseconds(self._now)


class CountingRandomness:
    """The same bytes in every run."""

    def __init__(self, seed: bytes) -> None:
        self._seed, self._count = seed, 0

    def random_bytes(self, count: int) -> bytes:
        """`count` bytes that nobody should use for anything else."""
        self._count += 1
        return hashlib.shake_256(self._seed + self._count.to_bytes(8, "big")).digest(count)


@dataclass
class Partner:
    """A partner with a key and the head of the hash chain it is writing."""

    key: SigningKey
    address: bytes
    chain: bytes = b""
    sequence: int = 0
    head: bytes = b""

    @property
    def public_key(self) -> PublicKey:
        """The account's key."""
        return PublicKey(Algorithm.ED25519, bytes(self.key.verify_key))


@dataclass(frozen=True, slots=True)
class Chain:
    """A consortium whose blocks are made on demand."""

    engine: EmbeddedEngine
    store: ChainStore
    genesis: bytes
    partners: Sequence[Partner]
    randomness: CountingRandomness


def make_chain(folder: Path, validators: int = 4) -> Chain:
    """A new chain in `folder`, at its genesis."""
    randomness = CountingRandomness(b"benchmark")
    keys = make_consortium_keys(validators, randomness)
    partners = [_partner(randomness) for _ in range(PARTNERS)]
    accounts = [
        GenesisAccount(
            id=number,
            name=f"partner {number}",
            party="partner",
            keys=((partner.public_key, "clerk"),),
            permissions=("evidence",),
            agreement=bytes(32),
            quota_points=2**50,
        )
        for number, partner in enumerate(partners, start=1)
    ]
    app_state = encode_app_state(CHAIN_ID, GenesisParameters(), accounts)
    members = [Validator(key.public_key, 10) for key in keys.validators]
    document = encode_genesis(chain_id=CHAIN_ID, time_ns=START, validators=members, app_state=app_state)
    genesis = decode_genesis(document)
    store = open_store(folder)
    writes = initial_state(genesis.chain_id, genesis.app_state)
    engine = EmbeddedEngine(store, genesis, document, writes, keys, SteppingClock())
    return Chain(engine, store, document, partners, randomness)


def make_blocks(chain: Chain, count: int, transactions: int) -> None:
    """So many blocks with so many `notarize` transactions each."""
    for _ in range(count):
        for number in range(transactions):
            chain.engine.admit(next_transaction(chain, chain.partners[number % PARTNERS]))
        chain.engine.produce()


def next_transaction(chain: Chain, partner: Partner) -> bytes:
    """The partner's next record in its hash chain."""
    nonce = chain.randomness.random_bytes(16)
    partner.chain = partner.chain or derive_chain(partner.address, nonce)
    record = _record(chain.randomness, partner.chain, partner.sequence + 1, partner.head)
    partner.sequence, partner.head = record.sequence, record_digest(encode(record))
    return _signed(CHAIN_ID, partner.address, partner.key, nonce, chain.store.tip.height + 500, record)


def first_record(
    chain_id: str, sender: bytes, key: SigningKey, randomness: CountingRandomness, valid_until: int
) -> bytes:
    """A transaction that begins a hash chain."""
    nonce = randomness.random_bytes(16)
    record = _record(randomness, derive_chain(sender, nonce), 1, b"")
    return _signed(chain_id, sender, key, nonce, valid_until, record)


def _record(randomness: CountingRandomness, chain: bytes, sequence: int, previous: bytes) -> wire.EvidenceRecord:
    return wire.EvidenceRecord(
        chain=chain,
        sequence=sequence,
        previous=previous,
        sha256=randomness.random_bytes(32),
        sm3=randomness.random_bytes(32),
        size=1_000,
        subject="benchmark",
        context_digest=randomness.random_bytes(32),
    )


def _signed(
    chain_id: str, sender: bytes, key: SigningKey, nonce: bytes, valid_until: int, record: wire.EvidenceRecord
) -> bytes:
    notarize = wire.Notarize(record=record)
    body = encode(wire.Body(chain_id=chain_id, sender=sender, nonce=nonce, valid_until=valid_until, notarize=notarize))
    entry = SignatureEntry(
        PublicKey(Algorithm.ED25519, bytes(key.verify_key)), key.sign(signing_digest(body)).signature
    )
    return encode_transaction(body, [entry])


def _partner(randomness: CountingRandomness) -> Partner:
    key = SigningKey(randomness.random_bytes(32))
    return Partner(key, derive_address(CHAIN_ID, PublicKey(Algorithm.ED25519, bytes(key.verify_key))))
