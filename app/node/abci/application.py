"""What the registry answers to each of CometBFT's messages.

Guarantees: one state machine with the remote node and the embedded engine (`app.node.execution`); answers follow from the
chain's bytes alone. An error means that CometBFT must stop: it and this application do not agree about the chain, or the disk
failed. Everything else has an answer. Leaves to the server: sockets, order, and calling from one thread at a time.
"""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from app import __version__
from app.core.codec import decode, encode
from app.core.errors import ConsensusMismatch, DecodingError
from app.core.keys import is_signed_by
from app.core.wire import abci_pb2 as abci
from app.core.wire import comet_pb2
from app.node.abci.beginning import check_init_chain, first_tip
from app.node.abci.blocks import Blocks
from app.node.abci.door import Door
from app.node.abci.query import query
from app.node.abci.restoring import Restoring
from app.node.abci.writing import SnapshotWriter
from app.node.consensus.genesis import Genesis
from app.node.consensus.time import from_timestamp
from app.node.store.chain import ChainStore
from app.registry.context import SignatureCheck
from app.registry.law import BlockOutcome

NAME = "luopu"
APP_VERSION = 1
"""Stands in every block header (header.version.app)."""

FROM_THE_COMMITTED = frozenset({"init_chain", "prepare_proposal", "process_proposal", "finalize_block"})
"""Requests about a block that follows the newest durable one."""

Handler = Callable[[Any], abci.Response]

_log = logging.getLogger(__name__)


class Application:
    """The registry over one chain store, for one CometBFT."""

    def __init__(
        self,
        store: ChainStore,
        genesis: Genesis,
        first_state: Mapping[bytes, bytes],
        snapshots: SnapshotWriter,
        *,
        keep_blocks: int = 0,
        is_signed: SignatureCheck = is_signed_by,
    ) -> None:
        """`store` is empty or holds the chain of `genesis`, whose state at the beginning is `first_state`.

        Of CometBFT's blocks the newest `keep_blocks` must stay; 0 for all.
        """
        self._store = store
        self._genesis = genesis
        self._first_state = first_state
        self._snapshots = snapshots
        self._keep_blocks = keep_blocks
        self._blocks = Blocks(store, genesis, is_signed)
        self._restoring = Restoring(store, genesis)
        self._door = Door(self._blocks.begin_admission)
        self._handlers: Mapping[str, Handler] = {
            "check_tx": self._check_tx,
            "query": self._query,
            "flush": _flush,
            "echo": _echo,
            "info": self._info,
            "init_chain": self._init_chain,
            "prepare_proposal": self._prepare_proposal,
            "process_proposal": self._process_proposal,
            "extend_vote": _extend_vote,
            "verify_vote_extension": _verify_vote_extension,
            "finalize_block": self._finalize_block,
            "commit": self._commit,
            "list_snapshots": self._list_snapshots,
            "offer_snapshot": self._offer_snapshot,
            "load_snapshot_chunk": self._load_snapshot_chunk,
            "apply_snapshot_chunk": self._apply_snapshot_chunk,
        }

    def answer(self, untrusted_request: bytes) -> bytes:
        """The response to a request, both as they go over the wire without their lengths.

        Raises:
            DecodingError: not a request that this application knows.
            LuopuError: CometBFT must stop.
        """
        request = decode(abci.Request, untrusted_request)
        kind = request.WhichOneof("value")
        handler = self._handlers.get(kind) if kind is not None else None
        if kind is None or handler is None:
            raise DecodingError(kind="ABCI request", reason="unknown")
        if kind in FROM_THE_COMMITTED and self._blocks.forget_uncommitted():
            self._door.reopen()
        return encode(handler(getattr(request, kind)))

    # ---- begin ---------------------------------------------------------------------------------------------------
    def _info(self, request: abci.RequestInfo) -> abci.Response:
        """Where the newest durable block is; 0 before the first, so that CometBFT begins with InitChain."""
        height, app_hash = self._stands_at()
        _log.info("CometBFT %s asks: the newest block here is %d", request.version, height)
        return abci.Response(
            info=abci.ResponseInfo(
                data=NAME,
                version=__version__,
                app_version=APP_VERSION,
                last_block_height=height,
                last_block_app_hash=app_hash,
            )
        )

    def _stands_at(self) -> tuple[int, bytes]:
        if self._store.is_empty or self._store.durable_tip.height < self._genesis.initial_height:
            return 0, b""
        return int(self._store.durable_tip.height), self._store.durable_tip.app_hash

    def _init_chain(self, request: abci.RequestInitChain) -> abci.Response:
        check_init_chain(request, self._genesis)
        height, _ = self._stands_at()
        if height:
            raise ConsensusMismatch(expected="an application without blocks", got=f"block {height}")
        self._restoring.abandon()
        self._store.begin(self._genesis.fingerprint, first_tip(self._genesis), self._first_state)
        self._door.reopen()
        _log.info("chain %s begins with %d validators", request.chain_id, len(request.validators))
        return abci.Response(init_chain=abci.ResponseInitChain(app_hash=self._store.tip.app_hash))

    # ---- mempool -------------------------------------------------------------------------------------------------
    def _check_tx(self, request: abci.RequestCheckTx) -> abci.Response:
        return self._door.check(request.tx)

    def _query(self, request: abci.RequestQuery) -> abci.Response:
        return abci.Response(query=query(self._store, request))

    # ---- blocks --------------------------------------------------------------------------------------------------
    def _prepare_proposal(self, request: abci.RequestPrepareProposal) -> abci.Response:
        taken = self._blocks.prepare(
            request.height, from_timestamp(request.time), list(request.txs), request.max_tx_bytes
        )
        if len(taken) < len(request.txs):
            _log.info("block %d: %d of %d transactions proposed", request.height, len(taken), len(request.txs))
        return abci.Response(prepare_proposal=abci.ResponsePrepareProposal(txs=taken))

    def _process_proposal(self, request: abci.RequestProcessProposal) -> abci.Response:
        refusal = self._blocks.refusal_in(request.height, from_timestamp(request.time), list(request.txs))
        if refusal is None:
            return _said_of_proposal(abci.ResponseProcessProposal.STATUS_ACCEPT)
        proposer = request.proposer_address.hex().upper()
        _log.warning("block %d proposed by %s is rejected: %s", request.height, proposer, refusal)
        return _said_of_proposal(abci.ResponseProcessProposal.STATUS_REJECT)

    def _finalize_block(self, request: abci.RequestFinalizeBlock) -> abci.Response:
        for item in request.misbehavior:
            kind, address = abci.Misbehavior.Type.Name(item.type), item.validator.address.hex().upper()
            _log.error(
                "evidence in block %d: validator %s at height %d: %s", request.height, address, item.height, kind
            )
        started = time.monotonic()
        execution = self._blocks.decide(request.height, from_timestamp(request.time), request.hash, list(request.txs))
        took = time.monotonic() - started
        results = execution.results
        refused = sum(1 for result in results if result.code)
        _log.info(
            "block %d: %d transactions, %d refused, app hash %s, %.0f ms",
            request.height,
            len(results),
            refused,
            execution.app_hash.hex().upper(),
            took * 1000,
        )
        return abci.Response(
            finalize_block=abci.ResponseFinalizeBlock(
                tx_results=results,
                validator_updates=_validator_updates(execution.outcome),
                app_hash=execution.app_hash,
            )
        )

    def _commit(self, request: abci.RequestCommit) -> abci.Response:
        del request
        tip = self._blocks.commit()
        self._door.reopen()
        self._snapshots.committed(tip.height)
        return abci.Response(commit=abci.ResponseCommit(retain_height=self._retained(tip.height)))

    def _retained(self, height: int) -> int:
        """The lowest block that CometBFT must keep: who begins with a snapshot fetches the blocks after it."""
        if not self._keep_blocks:
            return 0
        oldest = self._snapshots.oldest
        return max(0, min(height - self._keep_blocks, height if oldest is None else oldest) + 1)

    # ---- snapshots -----------------------------------------------------------------------------------------------
    def _list_snapshots(self, request: abci.RequestListSnapshots) -> abci.Response:
        del request
        return abci.Response(list_snapshots=abci.ResponseListSnapshots(snapshots=self._snapshots.offered()))

    def _load_snapshot_chunk(self, request: abci.RequestLoadSnapshotChunk) -> abci.Response:
        chunk = self._snapshots.chunk(request.height, request.chunk)
        return abci.Response(load_snapshot_chunk=abci.ResponseLoadSnapshotChunk(chunk=chunk))

    def _offer_snapshot(self, request: abci.RequestOfferSnapshot) -> abci.Response:
        result = self._restoring.offer(request.snapshot, request.app_hash)
        return abci.Response(offer_snapshot=abci.ResponseOfferSnapshot(result=result))

    def _apply_snapshot_chunk(self, request: abci.RequestApplySnapshotChunk) -> abci.Response:
        response = self._restoring.apply(request.index, request.chunk, request.sender)
        if not self._store.is_empty:
            self._door.reopen()
        return abci.Response(apply_snapshot_chunk=response)


def _flush(request: abci.RequestFlush) -> abci.Response:
    del request
    return abci.Response(flush=abci.ResponseFlush())


def _echo(request: abci.RequestEcho) -> abci.Response:
    return abci.Response(echo=abci.ResponseEcho(message=request.message))


def _extend_vote(request: abci.RequestExtendVote) -> abci.Response:
    """Nothing is added to votes; the genesis parameters leave extensions off."""
    del request
    return abci.Response(extend_vote=abci.ResponseExtendVote())


def _verify_vote_extension(request: abci.RequestVerifyVoteExtension) -> abci.Response:
    """Only the empty extension is one of ours."""
    kind = abci.ResponseVerifyVoteExtension
    status = kind.STATUS_REJECT if request.vote_extension else kind.STATUS_ACCEPT
    return abci.Response(verify_vote_extension=kind(status=status))


def _said_of_proposal(status: abci.ResponseProcessProposal.Status) -> abci.Response:
    return abci.Response(process_proposal=abci.ResponseProcessProposal(status=status))


def _validator_updates(outcome: BlockOutcome) -> list[abci.ValidatorUpdate]:
    return [
        abci.ValidatorUpdate(pub_key=comet_pb2.PublicKey(ed25519=change.key), power=change.power)
        for change in outcome.seat_changes
    ]
