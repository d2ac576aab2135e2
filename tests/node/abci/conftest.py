"""An application in memory, and the chain it belongs to."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.core.keys import PublicKey, is_signed_by
from app.core.wire import abci_pb2 as abci
from app.node.abci.application import Application
from app.node.abci.beginning import first_tip
from app.node.abci.writing import SnapshotWriter
from app.node.store.chain import ChainStore
from app.node.store.offering import Offering
from tests.fakes.consortium import FakeConsortium, MemoryHighWater, make_consortium, make_store
from tests.fakes.keyvalue import MemoryKeyValue
from tests.node.abci.asking import COMMIT, ask, check, finalize, init_chain


@dataclass
class Verifier:
    """The real verifier, counting."""

    calls: list[bytes] = field(default_factory=list)

    def __call__(self, key: PublicKey, digest: bytes, signature: bytes) -> bool:
        self.calls.append(digest)
        return is_signed_by(key, digest, signature)


class AppInMemory:
    """An application on a store in memory that can be killed and opened again."""

    def __init__(self, consortium: FakeConsortium, folder: Path, *, keep_blocks: int = 0, interval: int = 0) -> None:
        self.consortium = consortium
        self.verifier = Verifier()
        self.kv = MemoryKeyValue()
        self.folder = folder
        self.seconds = 0.0
        """What its clock says."""
        self._mark = MemoryHighWater()
        self._keep_blocks = keep_blocks
        self._interval = interval
        self.store: ChainStore
        self.snapshots: SnapshotWriter
        self.application: Application
        self._open()

    def _open(self) -> None:
        self.store = make_store(self.kv, self._mark)
        genesis, state = self.consortium.genesis, self.consortium.writes
        if not self.store.is_empty:
            self.store.begin(genesis.fingerprint, first_tip(genesis), state)
        self.snapshots = SnapshotWriter(self.store, Offering(self.folder, lambda: self.seconds), self._interval)
        self.application = Application(
            self.store, genesis, state, self.snapshots, keep_blocks=self._keep_blocks, is_signed=self.verifier
        )

    def kill(self) -> None:
        """As kill -9 and a new start: what was not durable is gone."""
        self.kv = self.kv.reopen()
        self._open()

    def ask(self, request: abci.Request) -> abci.Response:
        return ask(self.application.answer, request)

    def check(self, raw: bytes, *, again: bool = False) -> abci.ResponseCheckTx:
        return self.ask(check(raw, again=again)).check_tx

    def block(self, height: int, *transactions: bytes) -> abci.ResponseFinalizeBlock:
        """Decide and commit."""
        answer = self.ask(finalize(height, transactions)).finalize_block
        self.ask(COMMIT)
        return answer

    def begin(self) -> abci.ResponseInitChain:
        state = json.loads(self.consortium.genesis_bytes)["app_state"]
        return self.ask(init_chain(self.consortium.genesis, json.dumps(state).encode())).init_chain


@pytest.fixture
def consortium() -> FakeConsortium:
    return make_consortium()


Make = Callable[..., AppInMemory]


@pytest.fixture
def make_app(tmp_path: Path) -> Make:
    """Makes applications whose chain has begun."""
    made: list[AppInMemory] = []

    def make(consortium: FakeConsortium, **options: int) -> AppInMemory:
        app = AppInMemory(consortium, tmp_path / f"snapshots {len(made)}", **options)
        made.append(app)
        app.begin()
        return app

    return make


@pytest.fixture
def app(consortium: FakeConsortium, make_app: Make) -> AppInMemory:
    return make_app(consortium)
