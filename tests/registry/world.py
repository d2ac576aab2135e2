"""A small consortium for the law's tests: keys that follow from names, accounts, transactions, and a chain to put them on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256 as plain_sha256

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl.signing import SigningKey

from app.core.ids import derive_address
from app.core.keys import P256_ORDER, Algorithm, PublicKey
from app.core.record import derive_chain, record_digest
from app.core.refusals import Refused
from app.core.transaction import SignatureEntry, encode_transaction, signing_digest
from app.core.units import Height
from app.core.wire import registry_pb2 as wire
from app.registry.context import Environment
from app.registry.genesis import GenesisAccount, GenesisParameters, GenesisSeat, encode_app_state, initial_state
from app.registry.law import BlockOutcome, Receipt, apply_block

CHAIN_ID = "luopu-law"
SECOND = 1_000_000_000
START = 1_749_999_600 * SECOND
"""Begin of a quota period under `PARAMETERS`."""
PARAMETERS = GenesisParameters(
    validity_window=10,
    quota_period_seconds=60,
    quota_offset_seconds=0,
    action_costs=(("notarize", 10), ("propose", 20), ("approve", 3)),
    bytes_per_point=64,
    max_transaction_bytes=2_048,
)


@dataclass(frozen=True)
class Key:
    """A key pair; `sign` makes the 64 bytes over a digest."""

    public: PublicKey
    sign: Callable[[bytes], bytes]


def ed25519_key(name: str) -> Key:
    """An Ed25519 key that follows from a name."""
    secret = SigningKey(plain_sha256(name.encode()).digest())
    return Key(PublicKey(Algorithm.ED25519, bytes(secret.verify_key)), lambda digest: secret.sign(digest).signature)


def p256_key(name: str) -> Key:
    """A P-256 key that follows from a name."""
    secret = derive_private_key(int.from_bytes(plain_sha256(name.encode()).digest(), "big") % P256_ORDER, SECP256R1())
    point = secret.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return Key(PublicKey(Algorithm.P256, point), lambda digest: _sign_p256(secret, digest))


def _sign_p256(secret: EllipticCurvePrivateKey, digest: bytes) -> bytes:
    r, s = decode_dss_signature(secret.sign(digest, ECDSA(Prehashed(SHA256()), deterministic_signing=True)))
    return r.to_bytes(32, "big") + min(s, P256_ORDER - s).to_bytes(32, "big")


def high_s_twin(signature: bytes) -> bytes:
    """The other P-256 signature that anybody can make from a valid one."""
    return signature[:32] + (P256_ORDER - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")


@dataclass(frozen=True)
class Member:
    """An account, its keys, and the validators' seats that it answers for from the start."""

    account: GenesisAccount
    keys: tuple[Key, ...]
    seats: tuple[GenesisSeat, ...] = ()

    @property
    def address(self) -> bytes:
        """The account's address on the test chain."""
        return derive_address(CHAIN_ID, self.keys[0].public)


def member(
    number: int,
    name: str,
    *keys: Key,
    permissions: tuple[str, ...] = ("evidence",),
    quota: int = 5_000,
    party: str = "partner",
    roles: tuple[tuple[str, ...], ...] = (),
    thresholds: tuple[tuple[str, int], ...] = (),
) -> Member:
    """A partner, or what `party` says."""
    account = _account(number, name, party, keys, permissions, quota)
    return Member(replace(account, roles=roles, thresholds=thresholds), keys)


def bookkeeper(number: int, name: str, key: Key, *powers: int, permissions: tuple[str, ...] = ()) -> Member:
    """A bookkeeper with a seat for each of the powers."""
    seats = tuple(GenesisSeat(seat_key(f"{name} {index}"), power, number) for index, power in enumerate(powers, 1))
    return Member(_account(number, name, "bookkeeper", (key,), permissions, 5_000), (key,), seats)


def seat_key(name: str) -> bytes:
    """A validator's consensus key that follows from a name."""
    return ed25519_key(f"seat {name}").public.data


def _account(
    number: int, name: str, party: str, keys: Sequence[Key], permissions: tuple[str, ...], quota: int
) -> GenesisAccount:
    labelled = tuple((key.public, f"clerk {index}") for index, key in enumerate(keys, 1))
    agreement = plain_sha256(f"agreement of {name}".encode()).digest()
    return GenesisAccount(number, name, party, labelled, permissions, agreement, quota)


ALPHA = member(1, "Alpha", ed25519_key("alpha 1"), p256_key("alpha 2"))
BETA = member(2, "Beta", p256_key("beta 1"))
GAMMA = member(3, "Gamma", ed25519_key("gamma 1"), permissions=("identity",))
POOR = member(4, "Poor", ed25519_key("poor 1"), quota=40)
STRANGER = member(5, "Stranger", ed25519_key("stranger 1"))
"""Has no account."""
JADE = bookkeeper(11, "Jade", ed25519_key("jade 1"), 10)
IRON = bookkeeper(12, "Iron", p256_key("iron 1"), 10)
TWIN = bookkeeper(13, "Twin", ed25519_key("twin 1"), 6, 4)
IDLE = bookkeeper(14, "Idle", ed25519_key("idle 1"))
"""Holds no seat yet."""
PAIR = member(
    15,
    "Pair",
    ed25519_key("pair 1"),
    p256_key("pair 2"),
    permissions=(),
    party="bookkeeper",
    thresholds=(("governance", 1),),
)
"""Holds no seat yet; one clerk cannot vote alone."""
BOOKKEEPERS = (JADE, IRON, TWIN, IDLE, PAIR)
DUAL = member(
    6,
    "Dual",
    ed25519_key("dual 1"),
    p256_key("dual 2"),
    ed25519_key("dual 3"),
    roles=(("administrator", "maker"), ("checker",), ("maker", "checker")),
    thresholds=(("evidence", 1),),
)
"""What one clerk makes, another must check."""
CAST = (ALPHA, BETA, GAMMA, POOR, DUAL, *BOOKKEEPERS)


def app_state(cast: Sequence[Member] = CAST, parameters: GenesisParameters = PARAMETERS) -> dict[str, object]:
    """The genesis document's `app_state`."""
    seats = [seat for each in cast for seat in each.seats]
    return encode_app_state(CHAIN_ID, parameters, [each.account for each in cast], seats)


class Chain:
    """The state, log and nonces that a node keeps, moved on block by block."""

    def __init__(self, cast: Sequence[Member] = CAST, parameters: GenesisParameters = PARAMETERS) -> None:
        self.values = initial_state(CHAIN_ID, app_state(cast, parameters))
        self.log: list[bytes] = []
        self.nonces: dict[tuple[bytes, bytes], int] = {}
        self.height, self.time_ns = 0, START

    def has_used(self, sender: bytes, nonce: bytes) -> bool:
        """The law's question about earlier blocks."""
        return (sender, nonce) in self.nonces

    def environment(self, seconds: int = 3) -> Environment:
        """Of the next block."""
        return Environment(CHAIN_ID, Height(self.height + 1), self.time_ns + seconds * SECOND)

    def preview(self, *transactions: bytes, seconds: int = 3) -> BlockOutcome:
        """What the next block would change; nothing is changed."""
        return apply_block(dict(self.values), self, transactions, self.environment(seconds))

    def block(self, *transactions: bytes, seconds: int = 3) -> BlockOutcome:
        """Put the next block on the chain."""
        outcome = self.preview(*transactions, seconds=seconds)
        self.height, self.time_ns = self.height + 1, self.time_ns + seconds * SECOND
        self.write(outcome.writes)
        self.log.extend(outcome.entries)
        self.nonces.update(((used.sender, used.nonce), used.valid_until) for used in outcome.nonces)
        self.nonces = {key: until for key, until in self.nonces.items() if until > self.height}
        return outcome

    def write(self, writes: Mapping[bytes, bytes | None]) -> None:
        """Change what the map holds."""
        for key, value in writes.items():
            if value is None:
                self.values.pop(key, None)
            else:
                self.values[key] = value

    def skip(self, blocks: int, seconds: int = 3) -> None:
        """Put empty blocks on the chain."""
        for _ in range(blocks):
            self.block(seconds=seconds)

    def accept(self, *transactions: bytes) -> BlockOutcome:
        """Put a block on the chain of which every transaction must be accepted."""
        outcome = self.block(*transactions)
        assert codes(outcome) == [0] * len(transactions), [receipt.refusal for receipt in outcome.receipts]
        return outcome


def codes(outcome: BlockOutcome) -> list[int]:
    """The result codes of a block."""
    return [receipt.code for receipt in outcome.receipts]


def refusal(receipt: Receipt, kind: type[Refused]) -> dict[str, object]:
    """The facts of a refusal that must be of this kind, with its code, and with nothing of an acceptance beside it."""
    assert type(receipt.refusal) is kind, receipt
    assert (receipt.code, receipt.data, receipt.events, receipt.log_offset) == (kind.number, b"", (), None)
    return dict(receipt.refusal.facts)


def nonce(name: object) -> bytes:
    """16 bytes that follow from anything."""
    return plain_sha256(f"nonce {name}".encode()).digest()[:16]


def first_record(sender: bytes, of_nonce: bytes, **changes: object) -> wire.EvidenceRecord:
    """The record that begins a hash chain."""
    return _changed(_file(1, chain=derive_chain(sender, of_nonce)), changes)


def next_record(before: wire.EvidenceRecord, **changes: object) -> wire.EvidenceRecord:
    """The record that follows `before` in its hash chain."""
    previous = record_digest(before.SerializeToString(deterministic=True))
    return _changed(_file(before.sequence + 1, chain=before.chain, previous=previous), changes)


def _file(sequence: int, **links: bytes) -> wire.EvidenceRecord:
    digests = [plain_sha256(f"{name} {sequence}".encode()).digest() for name in ("sha256", "sm3", "context")]
    return wire.EvidenceRecord(
        sequence=sequence,
        sha256=digests[0],
        sm3=digests[1],
        size=1_000 + sequence,
        subject=f"合同 {sequence}",
        context_digest=digests[2],
        **links,
    )


def _changed(record: wire.EvidenceRecord, changes: dict[str, object]) -> wire.EvidenceRecord:
    for name, value in changes.items():
        setattr(record, name, value)
    return record


def make_body(
    sender: Member,
    of_nonce: bytes,
    action: wire.EvidenceRecord | wire.Propose | wire.Approve | None = None,
    *,
    valid_until: int = 5,
    chain_id: str = CHAIN_ID,
    address: bytes | None = None,
) -> wire.Body:
    """A body; by default its record begins a hash chain."""
    address = sender.address if address is None else address
    body = wire.Body(chain_id=chain_id, sender=address, nonce=of_nonce, valid_until=valid_until)
    if isinstance(action, wire.Propose):
        body.propose.CopyFrom(action)
    elif isinstance(action, wire.Approve):
        body.approve.CopyFrom(action)
        body.approve.SetInParent()
    else:
        body.notarize.record.CopyFrom(first_record(address, of_nonce) if action is None else action)
    return body


def sign(body: wire.Body | bytes, *keys: Key) -> bytes:
    """A transaction of a body signed by all of `keys`."""
    data = body if isinstance(body, bytes) else body.SerializeToString(deterministic=True)
    digest = signing_digest(data)
    return encode_transaction(data, [SignatureEntry(key.public, key.sign(digest)) for key in keys])


def co_sign(body: wire.Body, maker: Key, *checkers: Key) -> bytes:
    """A transaction that names its checkers as approvers, signed by its maker and then by them."""
    behind = sorted(checkers, key=lambda key: (int(key.public.algorithm), key.public.data))
    del body.approvers[:]
    body.approvers.extend(key.public.to_wire() for key in behind)
    return sign(body, maker, *behind)


def notarize(
    sender: Member,
    name: object,
    record: wire.EvidenceRecord | None = None,
    *,
    key: Key | None = None,
    valid_until: int = 5,
) -> bytes:
    """A sound transaction whose nonce follows from `name`."""
    return sign(make_body(sender, nonce(name), record, valid_until=valid_until), key or sender.keys[0])
