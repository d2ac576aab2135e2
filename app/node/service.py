"""The node's verbs: status, submit, outcome, records, chains, accounts, proofs, events.

What it answers comes from its own verified state and nowhere else. Reads happen under the store's lock, so they stand at
a durable block boundary. A halted node still shows what it has and why it stopped, and hands nothing on.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from app.core.codec import decode, encode
from app.core.errors import (
    LuopuError,
    MempoolFull,
    NodeHalted,
    NodeUnreachable,
    NoPeer,
    NotFound,
    PeerMisbehaved,
)
from app.core.hashing import sha256
from app.core.record import record_digest
from app.core.refusals import NotCertified, Refused
from app.core.units import Hash32, Height
from app.core.wire import comet_pb2, registry_pb2, store_pb2
from app.node.consensus.genesis import Genesis
from app.node.consensus.validators import Validator, ValidatorSet
from app.node.proving import ProofMaterial, Prover, StateMaterial, TransactionMaterial, validators_at
from app.node.store.chain import ChainStore
from app.node.sync.follower import Follower
from app.node.sync.peers import PeerBook
from app.node.tip import genesis_tip, validators_of
from app.registry.context import Environment
from app.registry.draft import Values
from app.registry.law import Admission
from app.registry.quota import period_end_ns, points_of, spent_in_period
from app.registry.state import read_account, read_chain_head, read_key_owner, read_parameters

MAX_RECORDS = 256


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record with its log entry."""

    index: int
    entry: registry_pb2.LogEntry
    record: registry_pb2.EvidenceRecord
    digest: Hash32
    provable: bool


@dataclass(frozen=True, slots=True)
class ChainView:
    """A hash chain with its head and the subject of its first record."""

    chain: bytes
    head: registry_pb2.ChainHead
    title: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account with its quota, and what it spent of it, in the running period."""

    account: registry_pb2.Account
    points: int
    spent: int
    renews_ns: int


class NodeService:
    """A node that follows peers."""

    def __init__(self, store: ChainStore, genesis: Genesis, genesis_bytes: bytes, peers: PeerBook) -> None:
        self.store = store
        self.genesis = genesis
        self.genesis_bytes = genesis_bytes
        self.peers = peers
        self.validator: Validator | None = None
        self.follower = Follower(store, genesis, peers, self._announce)
        self._prover = Prover(store, genesis)
        self._news = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def first_tip(self) -> store_pb2.Tip:
        """What an empty store begins with."""
        return genesis_tip(self.genesis)

    # ---- transactions --------------------------------------------------------------------------------------------
    async def submit(self, untrusted_transaction: bytes) -> Hash32:
        """Check a transaction against our own state and hand it to a peer.

        Raises:
            Refused: the law would refuse it now.
            NodeHalted: this node stopped.
            MempoolFull: no peer has room.
            NoPeer: nobody is there who takes it.
        """
        if self.follower.halted is not None:
            raise NodeHalted(reason=self.follower.halted.code)
        if self._is_synced():
            await asyncio.to_thread(self._check_admission, untrusted_transaction)
        return await self._hand_on(untrusted_transaction)

    def waiting(self) -> Sequence[bytes]:
        """Transactions that wait here: none, for they are handed on at once."""
        return ()

    def receipt(self, transaction_hash: bytes) -> tuple[store_pb2.StoredReceipt | None, int]:
        """What became of a transaction, and the durable height at which that was so."""
        with self.store.lock:
            return self.store.receipt(transaction_hash), self.store.durable_tip.height

    # ---- reading -------------------------------------------------------------------------------------------------
    def record(self, index: int) -> RecordView:
        """The record at a log index.

        Raises:
            NotFound: there is none.
        """
        with self.store.lock:
            return self._record(index)

    def find_record(self, digest: bytes) -> RecordView:
        """The record with this digest.

        Raises:
            NotFound: there is none.
        """
        with self.store.lock:
            index = self.store.record_index(digest)
            if index is None:
                raise NotFound(what="record", name=digest.hex())
            return self._record(index)

    def records(self, sender: bytes, before: int | None, limit: int) -> list[RecordView]:
        """An account's records, newest first."""
        with self.store.lock:
            indexes = self.store.records_of_account(sender, before, min(limit, MAX_RECORDS))
            return [self._record(index) for index in indexes]

    def chain_records(self, chain: bytes, after: int, limit: int) -> list[RecordView]:
        """A hash chain's records with sequence > `after`."""
        with self.store.lock:
            return [self._record(index) for index in self.store.records_of_chain(chain, after, min(limit, MAX_RECORDS))]

    def records_of_file(self, sha256: bytes) -> list[RecordView]:
        """Records of a file digest, oldest first."""
        with self.store.lock:
            return [self._record(index) for index in self.store.records_of_file(sha256, MAX_RECORDS)]

    def chain(self, chain: bytes) -> ChainView:
        """One hash chain.

        Raises:
            NotFound: there is none.
        """
        with self.store.lock:
            return self._chain(chain)

    def chains(self, owner: bytes) -> list[ChainView]:
        """Hash chains an account began, newest first."""
        with self.store.lock:
            return [self._chain(chain) for chain in self.store.chains_begun_by(owner, MAX_RECORDS)]

    def account(self, address: bytes) -> AccountView:
        """An account.

        Raises:
            NotFound: there is none.
        """
        with self.store.lock:
            account = read_account(self.store.state, address)
            if account is None:
                raise NotFound(what="account", name=address.hex())
            parameters, time_ns = read_parameters(self.store.state), self.store.tip.time_ns
            points = points_or_none(self.store.state, parameters, account, time_ns)
            spent = spent_in_period(self.store.state, parameters, address, time_ns)
            return AccountView(account, points, spent, period_end_ns(parameters, time_ns))

    def account_of_key(self, public_key: bytes) -> AccountView:
        """The account that a key (canonical encoding) belongs to.

        Raises:
            NotFound: the operator has not registered the key.
        """
        with self.store.lock:
            address = read_key_owner(self.store.state, public_key)
            view = None if address is None else self.account(address)
            if view is None or all(encode(entry.key) != public_key for entry in view.account.keys):
                raise NotFound(what="key", name=public_key.hex())  # nor is it of any use once it has been revoked
            return view

    def parameters(self) -> registry_pb2.Parameters:
        """The law's parameters."""
        with self.store.lock:
            return read_parameters(self.store.state)

    # ---- proving -------------------------------------------------------------------------------------------------
    def prove(self, digest: bytes) -> ProofMaterial:
        """Everything that proves a record; see `Prover.record`."""
        return self._prover.record(digest)

    def prove_transaction(self, transaction_hash: bytes) -> TransactionMaterial:
        """Everything that proves an accepted transaction; see `Prover.transaction`."""
        return self._prover.transaction(transaction_hash)

    def prove_state(self, keys: Sequence[bytes], height: int | None) -> StateMaterial:
        """What keys of the map held after a height; see `Prover.state`."""
        return self._prover.state(keys, height)

    # ---- following -----------------------------------------------------------------------------------------------
    def signers(self) -> tuple[int, int, int, int]:
        """Of the newest commit, as verified here: signers, validators, power that signed, power in all."""
        with self.store.lock:
            tip = self.store.durable_tip
            data = self.store.durable_commit
            if not tip.last_validators or data is None:
                return 0, len(self.genesis.validators), 0, self.genesis.validators.total_power
            validators = validators_of(tip.last_validators)
            commit = decode(comet_pb2.Commit, data)
        signed = [
            member
            for member, signature in zip(validators, commit.signatures, strict=True)
            if signature.block_id_flag == comet_pb2.BLOCK_ID_FLAG_COMMIT
        ]
        return len(signed), len(validators), sum(member.power for member in signed), validators.total_power

    async def heights(self) -> AsyncIterator[int]:
        """Durable heights as they rise, the present one first. Steps may be skipped, none comes twice."""
        last = -1
        while True:
            async with self._news:
                await self._news.wait_for(lambda: self.store.durable_tip.height != last)  # noqa: B023
                last = self.store.durable_tip.height
            yield last

    @property
    def halted(self) -> str | None:
        """Code of the error that stopped this node."""
        return None if self.follower.halted is None else self.follower.halted.code

    @property
    def catching_up(self) -> bool:
        """Whether a peer that delivers has more than we do, or nobody answers."""
        return not self._is_synced()

    def validators_at(self, height: int) -> ValidatorSet:
        """The set that signs the block at `height`.

        Raises:
            NotFound: nobody knows it yet, or this store began later.
        """
        return validators_at(self.store, height)

    # ---- inside --------------------------------------------------------------------------------------------------
    async def _hand_on(self, transaction: bytes) -> Hash32:
        """Give it to the first peer that takes it; one that does not may be wrong or lie, so the others are asked too."""
        reason: LuopuError = NoPeer(peers=len(self.peers.states))
        for state in self.peers.usable():
            try:
                await state.peer.submit(transaction)
            except NodeUnreachable as error:
                self.peers.lose(state, error)
            except PeerMisbehaved as error:
                self.peers.punish(state, error)
            except (Refused, MempoolFull) as error:
                reason = error
            else:
                return sha256(transaction)
        raise reason

    def _announce(self, first: Height, last: Height) -> None:
        del first, last
        task = asyncio.get_running_loop().create_task(self._notify())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()

    def _is_synced(self) -> bool:
        best = self.peers.best()
        return best is not None and best.height <= self.store.durable_tip.height + 1

    def _check_admission(self, untrusted_transaction: bytes) -> None:
        with self.store.lock:
            tip = self.store.durable_tip
            environment = Environment(self.genesis.chain_id, Height(tip.height + 1), tip.time_ns)
            try:
                Admission(self.store.state, self.store, environment).admit(untrusted_transaction)
            except Refused as refusal:
                if not _may_follow_waiting(refusal):
                    raise

    def _record(self, index: int) -> RecordView:
        data = self.store.entry(index)
        if data is None:
            raise NotFound(what="record", name=str(index))
        entry = decode(registry_pb2.LogEntry, data)
        if not entry.HasField("evidence_record"):  # the log holds every other action, too
            raise NotFound(what="record", name=str(index))
        record = decode(registry_pb2.EvidenceRecord, entry.evidence_record)
        provable = entry.height < self.store.durable_tip.height
        return RecordView(index, entry, record, record_digest(entry.evidence_record), provable)

    def _chain(self, chain: bytes) -> ChainView:
        head = read_chain_head(self.store.state, chain)
        if head is None:
            raise NotFound(what="record chain", name=chain.hex())
        first = self.store.records_of_chain(chain, 0, 1)
        return ChainView(chain, head, self._record(first[0]).record.subject if first else "")


def points_or_none(
    values: Values, parameters: registry_pb2.Parameters, account: registry_pb2.Account, time_ns: int
) -> int:
    """Quota points of an account in each period; 0 for a user of whom no certification counts."""
    try:
        return points_of(values, parameters, account, time_ns)
    except NotCertified:
        return 0


def _may_follow_waiting(refusal: Refused) -> bool:
    """Whether transactions that wait at a peer could make this one acceptable: a record that continues one of theirs."""
    return refusal.code in {"chain-forked", "unknown-record-chain"}
