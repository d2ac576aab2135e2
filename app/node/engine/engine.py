"""Makes blocks and commits with the keys of all validators, one block each interval.

Guarantees: a block is signed, executed and on disk (with its commit and everything it changes, in one synced batch)
before anybody can see it, so a crash at any moment leaves either the old tip or the new one, and no height is ever
signed twice in public. Headers, votes and rotation follow CometBFT to the byte.
"""

import asyncio
from collections.abc import Callable

from app.core.codec import decode, encode
from app.core.errors import BadGenesis, NotEnoughPower
from app.core.ports import Clock
from app.core.units import Hash32, Height, Nanoseconds
from app.core.wire import comet_pb2, store_pb2
from app.node.consensus.blocktime import VOTE_STEP_NS, median_time
from app.node.consensus.encoding import block_bytes, complete_header
from app.node.consensus.genesis import MAX_BLOCK_BYTES, UNLIMITED, Genesis
from app.node.consensus.hashes import (
    CommitSignBytes,
    block_id,
    commit_hash,
    consensus_hash,
    data_hash,
    evidence_hash,
)
from app.node.consensus.proposer import ProposerRotation, ValidatorSchedule
from app.node.consensus.time import FIRST_SECOND, to_timestamp
from app.node.consensus.validators import Validator, ValidatorSet
from app.node.engine.keys import ConsortiumKeys
from app.node.execution import block_record, execute_block, validator_updates
from app.node.mempool import Mempool, check_size
from app.node.store.chain import ChainStore
from app.node.tip import genesis_tip, next_tip, schedule_of, validators_of
from app.registry.context import Environment
from app.registry.law import Admission, check_version
from app.registry.state import read_parameters

BLOCK_PROTOCOL = 11
APP_VERSION = 1
BLOCK_OVERHEAD = 1_024
SIGNATURE_OVERHEAD = 128
"""Bytes that a block needs beside its transactions: header and framing, and for each validator a vote, all rounded up."""


class EmbeddedEngine:
    """A consortium in one process."""

    def __init__(
        self,
        store: ChainStore,
        genesis: Genesis,
        genesis_bytes: bytes,
        initial_writes: dict[bytes, bytes],
        keys: ConsortiumKeys,
        clock: Clock,
    ) -> None:
        """Start from genesis, or go on where the store ends.

        Raises:
            BadGenesis: the store holds another chain, or a validator's key is missing.
        """
        self.store = store
        self.genesis = genesis
        self.genesis_bytes = genesis_bytes
        self.catching_up = False
        self.halted: str | None = None
        self.validator: Validator | None = genesis.validators.validators[0]
        self._clock = clock
        self._keys = {key.public_key: key for key in keys.validators}
        self._listeners: list[Callable[[int], None]] = []
        store.begin(genesis.fingerprint, genesis_tip(genesis), initial_writes)
        missing = [member for member in genesis.validators if member.key not in self._keys]
        if missing:
            raise BadGenesis(reason="the key of a validator is missing", got=missing[0].address.hex())
        self._mempool = Mempool(self._begin_admission)

    # ---- what the RPC asks ---------------------------------------------------------------------------------------
    async def submit(self, untrusted_transaction: bytes) -> Hash32:
        """As `admit`, for callers that may have to wait elsewhere."""
        return self.admit(untrusted_transaction)

    def admit(self, untrusted_transaction: bytes) -> Hash32:
        """Admit a transaction to the next block.

        Raises:
            Refused: the law would refuse it, or it is larger than a block.
            MempoolFull: too many wait.
        """
        with self.store.lock:
            check_size(untrusted_transaction, _room_for_transactions(self.genesis, self.store.tip))
            return self._mempool.add(untrusted_transaction)

    def waiting(self) -> list[bytes]:
        """Transactions that wait for a block, oldest first."""
        return self._mempool.waiting

    def on_block(self, listener: Callable[[int], None]) -> None:
        """Call `listener` with each new height, once it is durable."""
        self._listeners.append(listener)

    # ---- blocks --------------------------------------------------------------------------------------------------
    async def run(self, interval_seconds: float) -> None:
        """Make a block each interval until cancelled, or until one cannot be made: why not is raised."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            self.produce()
            due = max(due + interval_seconds, loop.time())
            await asyncio.sleep(due - loop.time())

    def produce(self) -> Height:
        """Make the next block final and durable; returns its height.

        Raises:
            UpgradeNeeded: it would be under a law that this program does not know. Nothing is signed.
            NotEnoughPower: too many validators have their keys elsewhere.
        """
        with self.store.lock:
            tip = self.store.tip
            check_version(read_parameters(self.store.state), self._next_environment(tip))
            schedule = schedule_of(tip)
            block = self._propose(tip, schedule)
            encoded = block_bytes(block)
            target = block_id(block)
            commit = self._sign(block, target, schedule.current)
            transactions = list(block.data.txs)
            environment = Environment(self.genesis.chain_id, Height(block.header.height), _time_of(block))
            execution = execute_block(self.store, transactions, environment)
            updates = validator_updates(execution.outcome)
            after = next_tip(tip, block.header, target, execution.app_hash, execution.results_hash, updates)
            self.store.append(block_record(execution, after, encoded, encode(commit)))
            self.store.flush()
            self._mempool.settle(transactions, _room_for_transactions(self.genesis, after))
        for listener in self._listeners:
            listener(after.height)
        return Height(after.height)

    def _propose(self, tip: store_pb2.Tip, schedule: ValidatorSchedule) -> comet_pb2.Block:
        height = tip.height + 1
        last_commit = decode(comet_pb2.Commit, self.store.seen_commit() or b"")
        first = height == self.genesis.initial_height
        time = self.genesis.time_ns if first else median_time(last_commit, _last_validators(tip))
        transactions = self._mempool.take(_room_for_transactions(self.genesis, tip))
        header = comet_pb2.Header(
            version=comet_pb2.VersionConsensus(block=BLOCK_PROTOCOL, app=APP_VERSION),
            chain_id=self.genesis.chain_id,
            height=height,
            time=to_timestamp(Nanoseconds(time)),
            last_block_id=decode(comet_pb2.BlockID, tip.block_id),
            last_commit_hash=commit_hash(last_commit),
            data_hash=data_hash(transactions),
            validators_hash=schedule.current.validators.hash,
            next_validators_hash=schedule.upcoming.validators.hash,
            consensus_hash=consensus_hash(self.genesis.max_block_bytes, self.genesis.max_block_gas),
            app_hash=tip.app_hash,
            last_results_hash=tip.results_hash,
            evidence_hash=evidence_hash([]),
            proposer_address=schedule.current.proposer.address,
        )
        complete_header(header)
        return comet_pb2.Block(header=header, data=comet_pb2.Data(txs=transactions), last_commit=last_commit)

    def _sign(self, block: comet_pb2.Block, target: comet_pb2.BlockID, rotation: ProposerRotation) -> comet_pb2.Commit:
        """Every validator's precommit for the block; whose key is not here, a newcomer by vote, is absent.

        Raises:
            NotEnoughPower: those that are here hold no more than two thirds of the power: the chain stands still.
        """
        time = to_timestamp(Nanoseconds(max(self._clock.now(), _time_of(block) + VOTE_STEP_NS)))
        commit = comet_pb2.Commit(height=block.header.height, block_id=target)
        for member in rotation.validators:
            if member.key in self._keys:
                flag = comet_pb2.BLOCK_ID_FLAG_COMMIT
                commit.signatures.add(block_id_flag=flag, validator_address=member.address, timestamp=time)
            else:
                commit.signatures.add(block_id_flag=comet_pb2.BLOCK_ID_FLAG_ABSENT).timestamp.seconds = FIRST_SECOND
        here = sum(member.power for member in rotation.validators if member.key in self._keys)
        if 3 * here <= 2 * rotation.validators.total_power:
            raise NotEnoughPower(check="voting_power", expected=rotation.validators.total_power * 2 // 3 + 1, got=here)
        sign_bytes = CommitSignBytes.of(self.genesis.chain_id, commit)
        for member, signature in zip(rotation.validators, commit.signatures, strict=True):
            if member.key in self._keys:
                signature.signature = self._keys[member.key].sign(sign_bytes.for_signature(signature))
        return commit

    def _begin_admission(self) -> Admission:
        """Admission on top of the tip."""
        return Admission(self.store.state, self.store, self._next_environment(self.store.tip))

    def _next_environment(self, tip: store_pb2.Tip) -> Environment:
        """The next block's, whose time is at least the tip's."""
        return Environment(self.genesis.chain_id, Height(tip.height + 1), max(tip.time_ns, self.genesis.time_ns))


def _room_for_transactions(genesis: Genesis, tip: store_pb2.Tip) -> int:
    """Bytes that transactions may take in the next blocks, which carry the votes of the sets that the tip knows."""
    limit = MAX_BLOCK_BYTES if genesis.max_block_bytes == UNLIMITED else genesis.max_block_bytes
    sets = [encoded for encoded in (tip.last_validators, tip.validators, tip.next_validators) if encoded]
    return limit - BLOCK_OVERHEAD - SIGNATURE_OVERHEAD * max(len(validators_of(encoded)) for encoded in sets)


def _time_of(block: comet_pb2.Block) -> int:
    return int(block.header.time.seconds) * 1_000_000_000 + int(block.header.time.nanos)


def _last_validators(tip: store_pb2.Tip) -> ValidatorSet:
    return validators_of(tip.last_validators)
