"""What shows a stranger, with the genesis document alone, that something stands on the chain or in its state.

Guarantees: one answer is made under the store's lock, of one height H; its anchor is the light block of H+1, whose header
carries the state root after H and names the header of H (docs/adr/0003); light blocks stand between genesis and anchor
where the validators changed. What was pruned is said to be, and never taken for something that was not there.

Leaves judging to whoever receives it: `app.core.stateproof`, `app.node.consensus.verifier`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from app.core.codec import decode
from app.core.errors import NotFound, NotYetProvable, OutOfRange
from app.core.stateproof import EntryProof, KeyProof, StateRoots
from app.core.units import Height
from app.core.wire import comet_pb2, registry_pb2
from app.node.consensus.bisection import light_path
from app.node.consensus.genesis import Genesis
from app.node.consensus.hashes import tx_proof
from app.node.consensus.validators import ValidatorSet
from app.node.consensus.verifier import TrustedBlock, UntrustedBlock
from app.node.store.chain import ChainStore
from app.registry.state import account_key

MAX_SEGMENT = 150_000
"""Earlier records of a hash chain that one bundle can carry (app.evidence.proof.MAX_PROOF_BYTES)."""
MAX_KEYS = 256
MAX_COMMITMENT_BYTES = 16 * 1024 * 1024
"""Of all keys together: an absence shows two values beside it, whatever their size."""


@dataclass(frozen=True, slots=True)
class TransactionMaterial:
    """Everything that proves one accepted transaction and what it left on the log."""

    transaction: bytes
    transaction_proof: comet_pb2.Proof
    header: comet_pb2.Header
    anchor: comet_pb2.LightBlock
    entry: bytes
    entry_proof: EntryProof
    light_blocks: tuple[comet_pb2.LightBlock, ...]
    """What leads from the genesis validators to the anchor's, where those do not suffice."""


@dataclass(frozen=True, slots=True)
class ProofMaterial(TransactionMaterial):
    """Everything that proves one record: its transaction, its sender's account, the records before it."""

    account_proof: KeyProof
    segment: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class StateMaterial:
    """What keys of the map held after a height, each proved, in the order in which they were asked for."""

    height: Height
    roots: StateRoots
    proofs: tuple[KeyProof, ...]
    anchor: comet_pb2.LightBlock
    light_blocks: tuple[comet_pb2.LightBlock, ...]


class Prover:
    """Makes proofs from one store."""

    def __init__(self, store: ChainStore, genesis: Genesis) -> None:
        self._store = store
        self._genesis = genesis

    def transaction(self, transaction_hash: bytes) -> TransactionMaterial:
        """Everything that proves an accepted transaction.

        Raises:
            NotFound: no such transaction stands in a block, it was refused, or its block was pruned.
            NotYetProvable: the block after it is not final yet.
        """
        with self._store.lock:
            receipt = self._store.receipt(transaction_hash)
            if receipt is None or not receipt.HasField("log_index"):
                raise NotFound(what="transaction", name=transaction_hash.hex())
            height = Height(receipt.height)
            self._check_provable(height)
            block = self._block(height)
            return TransactionMaterial(
                transaction=block.data.txs[receipt.position],
                transaction_proof=tx_proof(list(block.data.txs), receipt.position),
                header=block.header,
                anchor=self._light_block(height + 1),
                entry=self._store.entry(receipt.log_index) or b"",
                entry_proof=self._store.state.prove_entry(receipt.log_index, height),
                light_blocks=self._light_blocks(height),
            )

    def record(self, digest: bytes) -> ProofMaterial:
        """Everything that proves a record.

        Raises:
            NotFound, NotYetProvable: there is no such record; as of `transaction`.
            OutOfRange: more records stand before it than a bundle carries.
        """
        with self._store.lock:
            index = self._store.record_index(digest)
            if index is None:
                raise NotFound(what="record", name=digest.hex())
            entry = self._entry(index)
            proved = self.transaction(entry.transaction_hash)
            return ProofMaterial(
                **{field.name: getattr(proved, field.name) for field in fields(proved)},
                account_proof=self._store.state.prove_key(account_key(entry.sender), Height(entry.height)),
                segment=self._segment(decode(registry_pb2.EvidenceRecord, entry.evidence_record)),
            )

    def state(self, keys: Sequence[bytes], height: int | None) -> StateMaterial:
        """What 1 … `MAX_KEYS` keys of the map held after a height; None: the newest that can be proved.

        Raises:
            NotFound: that height was pruned.
            NotYetProvable: the block after it is not final yet.
            OutOfRange: a key that the map cannot hold, or more than one answer carries.
        """
        if not 0 < len(keys) <= MAX_KEYS:
            raise OutOfRange(field="keys", expected=f"1 … {MAX_KEYS}", got=len(keys))
        with self._store.lock:
            at = self._newest_provable() if height is None else Height(height)
            self._check_provable(at)
            proofs = self._store.state.prove_keys(keys, at)
            size = sum(len(proof.commitment) for proof in proofs)
            if size > MAX_COMMITMENT_BYTES:
                raise OutOfRange(field="proofs", expected=f"at most {MAX_COMMITMENT_BYTES} bytes", got=size)
            anchor, light_blocks = self._light_block(at + 1), self._light_blocks(at)
            return StateMaterial(at, proofs[0].roots, tuple(proofs), anchor, light_blocks)

    # ---- inside --------------------------------------------------------------------------------------------------
    def _newest_provable(self) -> Height:
        """The height below the tip; where nothing can be proved yet, the first that there is a state of."""
        newest = max(self._store.durable_tip.height - 1, self._genesis.initial_height - 1)
        return Height(max(newest, self._store.state.map.oldest))

    def _check_provable(self, height: Height) -> None:
        if height >= self._store.durable_tip.height:
            raise NotYetProvable(height=height + 1)

    def _segment(self, record: registry_pb2.EvidenceRecord) -> tuple[bytes, ...]:
        """The records of the hash chain before this one."""
        count = record.sequence - 1
        if count > MAX_SEGMENT:
            raise OutOfRange(field="records before this one", expected=f"at most {MAX_SEGMENT}", got=count)
        earlier = self._store.records_of_chain(record.chain, 0, count)
        return tuple(self._entry(index).evidence_record for index in earlier)

    def _entry(self, index: int) -> registry_pb2.LogEntry:
        return decode(registry_pb2.LogEntry, self._store.state.log.entry(index))

    def _block(self, height: int) -> comet_pb2.Block:
        data = self._store.block(height)
        if data is None:
            raise NotFound(what="block", name=str(height))
        return decode(comet_pb2.Block, data)

    def _light_blocks(self, height: int) -> tuple[comet_pb2.LightBlock, ...]:
        """What leads from the genesis to the anchor above `height`."""
        trusted = TrustedBlock.from_genesis(self._genesis)
        return tuple(light_path(self._untrusted_block, trusted, Height(height + 1)))

    def _light_block(self, height: int) -> comet_pb2.LightBlock:
        """Header, commit and validators of a height; the commit from the next block, or as seen for the newest."""
        if height < self._store.durable_tip.height:
            commit = self._block(height + 1).last_commit
        else:
            commit = decode(comet_pb2.Commit, self._store.seen_commit() or b"")
        return comet_pb2.LightBlock(
            signed_header=comet_pb2.SignedHeader(header=self._block(height).header, commit=commit),
            validator_set=validators_at(self._store, height).to_wire(),
        )

    def _untrusted_block(self, height: Height) -> UntrustedBlock:
        return UntrustedBlock.from_wire(self._light_block(height))


def validators_at(store: ChainStore, height: int) -> ValidatorSet:
    """The set that signs the block at `height`.

    Raises:
        NotFound: nobody knows it yet, or this store began later.
    """
    encoded = store.validators_at(height)
    if encoded is None:
        raise NotFound(what="validators", name=str(height))
    return ValidatorSet.from_wire(decode(comet_pb2.ValidatorSet, encoded))
