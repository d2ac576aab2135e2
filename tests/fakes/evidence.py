"""A real consortium in memory, small and fast, whose evidence is true in every byte: law, state, blocks, votes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl.signing import SigningKey

from app.core.codec import encode
from app.core.hashing import sha256, sm3
from app.core.ids import derive_address, possession_digest
from app.core.keys import P256_ORDER, Algorithm, PublicKey, is_signed_by
from app.core.record import context_digest, derive_chain, record_digest
from app.core.transaction import SignatureEntry, decode_transaction, encode_transaction, signing_digest
from app.core.units import Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.core.wire import registry_pb2 as wire
from app.evidence.context import Capture, make_context
from app.evidence.proof import EvidenceProof, FileReference, TransactionProof, account_key, encode_light_block
from app.node.consensus.genesis import Genesis, decode_genesis, encode_genesis
from app.node.consensus.hashes import (
    CommitSignBytes,
    block_id,
    commit_hash,
    consensus_hash,
    data_hash,
    evidence_hash,
    tx_proof,
)
from app.node.consensus.time import to_timestamp
from app.node.consensus.validators import Validator, ValidatorSet
from app.node.store.staging import Staging
from app.node.store.state import AuthenticatedState
from app.registry.context import Environment, SignatureCheck
from app.registry.genesis import GenesisAccount, GenesisParameters, encode_app_state, initial_state
from app.registry.law import apply_block
from tests.fakes.keyvalue import MemoryKeyValue

START_NS = 1_790_000_000_000_000_000
BLOCK_NS = 3_000_000_001
CHAIN_ID = "luopu-evidence"
AGREEMENT = sha256(b"agreement")
ORIGINAL = b"%PDF-1.7 \xe5\x90\x88\xe5\x90\x8c\n" * 40
FILE_NAME = "2026-11-22 入库检验报告.pdf"


class ClerkKey:
    """A clerk's key of either algorithm."""

    def __init__(self, seed: int, algorithm: Algorithm = Algorithm.ED25519) -> None:
        self._ed25519 = SigningKey(sha256(b"clerk %d" % seed))
        self._p256 = derive_private_key(int.from_bytes(sha256(b"clerk %d" % seed), "big") % P256_ORDER, SECP256R1())
        point = self._p256.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        data = point if algorithm is Algorithm.P256 else bytes(self._ed25519.verify_key)
        self.public_key = PublicKey(algorithm, data)

    def sign(self, digest: bytes) -> bytes:
        """64 bytes; ECDSA with s in the lower half."""
        if self.public_key.algorithm is Algorithm.ED25519:
            return self._ed25519.sign(digest).signature
        r, s = decode_dss_signature(self._p256.sign(digest, ECDSA(Prehashed(SHA256()), deterministic_signing=True)))
        return r.to_bytes(32, "big") + min(s, P256_ORDER - s).to_bytes(32, "big")


GENESES: dict[bytes, bytes] = {}
"""Genesis documents by fingerprint, of all chains that were made here."""


@dataclass(frozen=True)
class MadeBlock:
    """A final block with the commit that made it so."""

    header: pb.Header
    transactions: list[bytes]
    commit: pb.Commit
    validators: ValidatorSet


def validator_key(number: int) -> SigningKey:
    """The key of the validator with this number."""
    return SigningKey(sha256(b"validator %d" % number))


def validator_set(numbers: Sequence[int], power: int = 10) -> ValidatorSet:
    """The set of these validators."""
    return ValidatorSet(Validator(bytes(validator_key(number).verify_key), power) for number in numbers)


@dataclass
class Consortium:
    """Blocks on demand. `members(height)` says which validators sign; `clerk` and `other` are of the two partners."""

    clerk: ClerkKey = field(default_factory=lambda: ClerkKey(1))
    other: ClerkKey = field(default_factory=lambda: ClerkKey(2))
    operator: ClerkKey = field(default_factory=lambda: ClerkKey(3))
    checkers: Sequence[ClerkKey] = ()
    """More keys of the clerk's account."""
    members: Callable[[int], Sequence[int]] = lambda height: range(4)
    absent: Sequence[int] = ()
    chain_id: str = CHAIN_ID
    is_signed: SignatureCheck = is_signed_by
    tamper: Callable[[wire.LogEntry], object] = lambda entry: None
    """What a majority of colluding validators writes into the log instead of what the law says."""
    tamper_header: Callable[[pb.Header], object] = lambda header: None
    """The same for headers."""
    body_chain_id: str = ""
    """Chain id in transactions, where it is another."""

    def __post_init__(self) -> None:
        self.genesis_bytes = self._make_genesis()
        self.genesis: Genesis = decode_genesis(self.genesis_bytes)
        GENESES[self.genesis.fingerprint] = self.genesis_bytes
        self.state = AuthenticatedState(Staging(MemoryKeyValue()))
        self.state.apply(Height(0), initial_state(self.chain_id, self.genesis.app_state), [])
        self.blocks: list[MadeBlock] = []
        self.entries: list[bytes] = []
        self._nonces: set[tuple[bytes, bytes]] = set()
        self._keys = {bytes(validator_key(number).verify_key): validator_key(number) for number in range(200)}

    @property
    def height(self) -> int:
        """Of the newest block."""
        return len(self.blocks)

    def has_used(self, sender: bytes, nonce: bytes) -> bool:
        """For the law."""
        return (sender, nonce) in self._nonces

    def address(self, key: ClerkKey) -> bytes:
        """Of the account with this first key."""
        return derive_address(self.chain_id, key.public_key)

    def transaction(
        self, key: ClerkKey, record: wire.EvidenceRecord, nonce: bytes, approvers: Sequence[ClerkKey] = ()
    ) -> bytes:
        """A signed `notarize`."""
        return self.act(key, nonce, approvers, notarize=wire.Notarize(record=record))

    def act(self, key: ClerkKey, nonce: bytes, approvers: Sequence[ClerkKey] = (), **action: Any) -> bytes:
        """A transaction of the account with this first key, signed by it and then by the approvers."""
        behind = sorted(approvers, key=lambda each: (int(each.public_key.algorithm), each.public_key.data))
        body = encode(
            wire.Body(
                chain_id=self.body_chain_id or self.chain_id,
                sender=self.address(key),
                nonce=nonce,
                valid_until=self.height + 100,
                approvers=[each.public_key.to_wire() for each in behind],
                **action,
            )
        )
        digest = signing_digest(body)
        return encode_transaction(body, [SignatureEntry(each.public_key, each.sign(digest)) for each in (key, *behind)])

    def new_key(self, key: ClerkKey) -> wire.NewKey:
        """A key for an account, with the proof that somebody holds it."""
        possession = key.sign(possession_digest(self.chain_id, key.public_key))
        return wire.NewKey(key=key.public_key.to_wire(), label="new", possession=possession)

    def begin_record(self, key: ClerkKey, number: int) -> bytes:
        """A transaction that begins a chain of its own, to keep others company."""
        nonce = sha256(b"nonce %d" % number)[:16]
        record = wire.EvidenceRecord(
            chain=derive_chain(self.address(key), nonce),
            sequence=1,
            sha256=sha256(b"other"),
            sm3=sm3(b"other"),
            size=5,
            context_digest=sha256(b"context"),
        )
        return self.transaction(key, record, nonce)

    def add_block(self, transactions: Sequence[bytes] = ()) -> MadeBlock:
        """Make a block with these transactions final."""
        height = self.height + 1
        header = self._header(height, list(transactions))
        environment = Environment(self.chain_id, Height(height), _time(height))
        outcome = apply_block(self.state, self, transactions, environment, self.is_signed)
        assert all(receipt.code == 0 for receipt in outcome.receipts), outcome.receipts
        self._nonces.update((used.sender, used.nonce) for used in outcome.nonces)
        entries = [self._tampered(entry) for entry in outcome.entries]
        self.entries.extend(entries)
        self.state.apply(Height(height), outcome.writes, entries)
        block = pb.Block(header=header, data=pb.Data(txs=transactions), last_commit=self._last_commit())
        validators = validator_set(self.members(height))
        commit = self.sign(header, block_id(block), validators)
        self.blocks.append(MadeBlock(header, list(transactions), commit, validators))
        return self.blocks[-1]

    def sign(
        self, header: pb.Header, target: pb.BlockID, validators: ValidatorSet, absent: Sequence[int] | None = None
    ) -> pb.Commit:
        """A commit by all validators but the absent (places in the set)."""
        commit = pb.Commit(height=header.height, block_id=target)
        missing = self.absent if absent is None else absent
        for place, member in enumerate(validators):
            if place in missing:
                commit.signatures.add(block_id_flag=pb.BLOCK_ID_FLAG_ABSENT)
                continue
            commit.signatures.add(
                block_id_flag=pb.BLOCK_ID_FLAG_COMMIT,
                validator_address=member.address,
                timestamp=to_timestamp(Nanoseconds(_time(header.height) + 5_000_000 + place)),
            )
        sign_bytes = CommitSignBytes.of(header.chain_id, commit)
        for member, signature in zip(validators, commit.signatures, strict=True):
            if signature.block_id_flag == pb.BLOCK_ID_FLAG_COMMIT:
                message = sign_bytes.for_signature(signature)
                signature.signature = self._keys[member.key].sign(message).signature
        return commit

    def light_block(self, height: int) -> bytes:
        """Header, commit and validators of a height."""
        block = self.blocks[height - 1]
        return encode_light_block(pb.SignedHeader(header=block.header, commit=block.commit), block.validators.to_wire())

    def light_block_signed(self, height: int, absent: Sequence[int]) -> bytes:
        """The same block with a commit that lacks these validators."""
        block = self.blocks[height - 1]
        commit = self.sign(block.header, block.commit.block_id, block.validators, absent)
        return encode_light_block(pb.SignedHeader(header=block.header, commit=commit), block.validators.to_wire())

    def prove(
        self, height: int, position: int, index: int, context: bytes, segment: Sequence[bytes], file: FileReference
    ) -> EvidenceProof:
        """The proof of the record whose transaction stands at `position` of the block at `height`."""
        block = self.blocks[height - 1]
        sender = decode_transaction(block.transactions[position]).sender
        entry_proof = self.state.prove_entry(index, Height(height))
        return EvidenceProof(
            chain_id=self.chain_id,
            genesis_fingerprint=self.genesis.fingerprint,
            transaction=block.transactions[position],
            transaction_proof=TransactionProof.from_wire(tx_proof(block.transactions, position)),
            block_header=encode(block.header),
            anchor=self.light_block(height + 1),
            light_blocks=(),
            log_entry=self.entries[index],
            log_index=index,
            log_size=entry_proof.roots.log_size,
            log_path=tuple(entry_proof.path),
            log_root=entry_proof.roots.log_root,
            map_root=entry_proof.roots.map_root,
            account_proof=self.state.prove_key(account_key(sender), Height(height)).commitment,
            segment=tuple(segment),
            file=file,
            context=context,
        )

    def _make_genesis(self) -> bytes:
        accounts = [
            GenesisAccount(
                id=10_001 + number,
                name=f"示例合作方 {number}",
                party="partner",
                keys=tuple((key.public_key, f"经办 0{number}") for key in keys),
                permissions=("identity", "evidence"),
                agreement=AGREEMENT,
                quota_points=1_000_000,
            )
            for number, keys in enumerate(((self.clerk, *self.checkers), (self.other,)))
        ]
        operator = ((self.operator.public_key, "01"),)
        accounts.append(GenesisAccount(10_003, "示例运营方", "operator", operator, (), AGREEMENT, 1_000_000))
        app_state = encode_app_state(self.chain_id, GenesisParameters(), accounts)
        return encode_genesis(self.chain_id, Nanoseconds(START_NS), list(validator_set(self.members(1))), app_state)

    def _tampered(self, entry_bytes: bytes) -> bytes:
        entry = wire.LogEntry.FromString(entry_bytes)
        self.tamper(entry)
        return encode(entry)

    def _last_commit(self) -> pb.Commit:
        return self.blocks[-1].commit if self.blocks else pb.Commit()

    def _header(self, height: int, transactions: list[bytes]) -> pb.Header:
        validators = validator_set(self.members(height))
        header = pb.Header(
            version=pb.VersionConsensus(block=11, app=1),
            chain_id=self.chain_id,
            height=height,
            time=to_timestamp(Nanoseconds(_time(height))),
            last_commit_hash=commit_hash(self._last_commit()),
            data_hash=data_hash(transactions),
            validators_hash=validators.hash,
            next_validators_hash=validator_set(self.members(height + 1)).hash,
            consensus_hash=consensus_hash(22_020_096, -1),
            app_hash=self.state.app_hash,
            last_results_hash=sha256(b""),
            evidence_hash=evidence_hash([]),
            proposer_address=validators.validators[0].address,
        )
        header.last_block_id.CopyFrom(self.blocks[-1].commit.block_id if self.blocks else pb.BlockID())
        self.tamper_header(header)
        return header


@dataclass(frozen=True)
class MadeEvidence:
    """A true proof with all that belongs to it."""

    consortium: Consortium = field(repr=False)
    proof: EvidenceProof = field(repr=False)
    original: bytes = field(repr=False)

    @property
    def genesis(self) -> Genesis:
        """What a verifier trusts."""
        return self.consortium.genesis

    def source(self, folder: Path) -> Path:
        """The original on disk."""
        path = folder / "original on disk"
        path.write_bytes(self.original)
        return path


def make_evidence(
    *,
    records: int = 3,
    original: bytes = ORIGINAL,
    file_name: str = FILE_NAME,
    media_type: str | None = "application/pdf",
    detached: bool = False,
    company: int = 2,
    subject: str = "入库检验",
    context_size: int | None = None,
    context_name: str | None = None,
    tamper: Callable[[wire.EvidenceRecord], object] = lambda record: None,
    consortium: Consortium | None = None,
    approvers: Sequence[ClerkKey] = (),
    behind: Sequence[bytes] = (),
) -> MadeEvidence:
    """The proof of the newest of `records` records of one chain, each in a block with `company` other transactions.

    In the newest block `behind` come last.
    """
    chain = Consortium() if consortium is None else consortium
    chain.add_block()
    segment: list[bytes] = []
    for number in range(1, records + 1):
        content = original if number == records else b"earlier %d" % number
        size = len(content) if context_size is None else context_size
        salt = sha256(b"salt %d" % number)[:16]
        context = make_context(salt, context_name or file_name, size, capture(), media_type)
        record = _next_record(chain, segment, content, context, subject)
        tamper(record)
        company_of = [chain.begin_record(chain.other, 1000 * number + place) for place in range(company)]
        position = company // 2
        own = chain.transaction(chain.clerk, record, sha256(b"own %d" % number)[:16], approvers)
        last = behind if number == records else ()
        height, index = chain.height + 1, len(chain.entries) + position
        chain.add_block([*company_of[:position], own, *company_of[position:], *last])
        segment.append(encode(record))
    chain.add_block()
    file = FileReference(file_name, detached)
    proof = chain.prove(height, company // 2, index, context, segment[:-1], file)
    return MadeEvidence(chain, proof, original)


def capture() -> Capture:
    """Circumstances."""
    return Capture("经办 01", "desk-7", "Linux 6.1", "luopu 0.1.0", START_NS)


def _next_record(
    chain: Consortium, segment: list[bytes], content: bytes, context: bytes, subject: str
) -> wire.EvidenceRecord:
    first_nonce = sha256(b"own 1")[:16]
    return wire.EvidenceRecord(
        chain=derive_chain(chain.address(chain.clerk), first_nonce),
        sequence=len(segment) + 1,
        previous=record_digest(segment[-1]) if segment else b"",
        sha256=sha256(content),
        sm3=sm3(content),
        size=len(content),
        subject=subject,
        context_digest=context_digest(context),
    )


def _time(height: int) -> int:
    return START_NS + (height - 1) * BLOCK_NS
