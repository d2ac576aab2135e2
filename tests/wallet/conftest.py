"""Bodies, keys and a clock for the wallet's tests."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nacl.pwhash import argon2id

from app.core.codec import encode
from app.core.keys import Algorithm
from app.core.record import context_digest, derive_chain
from app.core.units import Nanoseconds
from app.core.wire import registry_pb2 as wire
from app.wallet.approval import Draft, describe
from app.wallet.entry import Entry
from app.wallet.keystore import Cost
from app.wallet.outbox import Outbox
from app.wallet.signatures import Signed, sign_next
from app.wallet.softkey import UnlockedKey, derive_public_key

MakeDraft = Callable[..., Draft]
Save = Callable[..., Entry]
CONTEXT = b"{}"
FILE = Path("/papers/合同 \udcff.pdf")  # a name that is not Unicode
SENDER = bytes(range(20))
ACTIONS = {field.name for field in wire.Body.DESCRIPTOR.oneofs_by_name["action"].fields}


class CountedRandomness:
    """Bytes that follow from a seed and never repeat."""

    def __init__(self, seed: bytes = b"") -> None:
        self._seed = seed
        self._count = 0

    def random_bytes(self, count: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(self._seed + self._count.to_bytes(8, "big")).digest(count)


@dataclass
class StepClock:
    """Each look is one nanosecond later."""

    at: int = 1_700_000_000_000_000_000

    def now(self) -> Nanoseconds:
        self.at += 1
        return Nanoseconds(self.at)


def build_draft(
    number: int = 1,
    *approvers: UnlockedKey,
    valid_until: int = 600,
    context: bytes = b"{}",
    file: bytes = b"abc",
    sequence: int = 1,
) -> Draft:
    """A draft with its own nonce for each `number`; a later record of a chain keeps its digest whatever the nonce."""
    nonce = number.to_bytes(16, "big")
    record = wire.EvidenceRecord(
        chain=derive_chain(SENDER, nonce) if sequence == 1 else bytes(16),
        sequence=sequence,
        previous=b"" if sequence == 1 else hashlib.sha256(b"previous").digest(),
        sha256=hashlib.sha256(file).digest(),
        sm3=hashlib.sha256(b"sm3" + file).digest(),
        size=len(file),
        subject="购销合同",
        context_digest=context_digest(context),
    )
    body = wire.Body(
        chain_id="luopu-1",
        sender=SENDER,
        nonce=nonce,
        valid_until=valid_until,
        notarize=wire.Notarize(record=record),
        approvers=[key.to_wire() for key in sorted(each.public_key for each in approvers)],
    )
    return Draft(encode(body))


def build_action(number: int = 1, *approvers: UnlockedKey, valid_until: int = 600, **fields: Any) -> Draft:
    """A draft of any action, `rename` where none is given, with its own nonce for each `number`."""
    action = fields if fields.keys() & ACTIONS else {"rename": wire.Rename(name="洛浦"), **fields}
    body = wire.Body(
        chain_id="luopu-1", sender=SENDER, nonce=number.to_bytes(16, "big"), valid_until=valid_until, **action
    )
    body.approvers.extend(key.to_wire() for key in sorted(each.public_key for each in approvers))
    return Draft(encode(body))


def signed_by(draft: Draft, *keys: UnlockedKey) -> Signed:
    """A draft with the signatures of these keys, the maker's first."""
    signed = None
    for key in keys:
        signed = sign_next(draft, describe(draft), signed, key)
    assert signed is not None
    return signed


def make_key(first: int) -> UnlockedKey:
    """A key that follows from a number."""
    secret = bytearray(range(first, first + 32))
    return UnlockedKey(derive_public_key(Algorithm.ED25519, secret), secret)


@pytest.fixture(scope="session")
def make_draft() -> MakeDraft:
    return build_draft


@pytest.fixture(scope="session")
def key() -> UnlockedKey:
    return make_key(0)


@pytest.fixture(scope="session")
def second_key() -> UnlockedKey:
    return make_key(100)


@pytest.fixture(scope="session")
def third_key() -> UnlockedKey:
    return make_key(200)


@pytest.fixture
def clock() -> StepClock:
    return StepClock()


@pytest.fixture
def randomness() -> CountedRandomness:
    return CountedRandomness()


@pytest.fixture(scope="session")
def cheap() -> Cost:
    """The least that Argon2id can do: tests open keystores by the hundred."""
    return Cost(argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the outbox is."""
    return tmp_path / "outbox.sqlite3"


@pytest.fixture
def outbox(path: Path, clock: StepClock) -> Iterator[Outbox]:
    box = Outbox.open(path, clock)
    yield box
    box.close()


@pytest.fixture
def save(outbox: Outbox, make_draft: MakeDraft) -> Save:
    """Save the draft of a number."""
    return lambda number=1, **facts: outbox.save_draft(make_draft(number, **facts), path=FILE, context=CONTEXT)
