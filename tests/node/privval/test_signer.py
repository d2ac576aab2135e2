"""Whatever is asked, and whenever it dies: a validator's key never says two things in one place."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.core.errors import NotSigned, StoreFailed
from app.core.walleterrors import SignerMisbehaved
from app.node.consensus.ed25519 import is_validator_signature
from app.node.privval import statefile
from app.node.privval.guard import NOTHING_SIGNED, LastSigned
from app.node.privval.request import Place, SigningRequest, proposal_request, vote_request
from app.node.privval.signer import Signer
from app.node.privval.statefile import StateFile
from tests.node.privval.questions import CHAIN_ID, KEY, OTHER_KEY, PRECOMMIT, MemoryState, at, proposal, vote
from tests.node.privval.test_guard import REQUESTS

WRITES = ("open", "fsync", "rename", "fsync folder")
Harm = tuple[Literal["killed", "refused"], str] | Literal["power cut"] | None
HARMS = st.none() | st.just("power cut") | st.tuples(st.sampled_from(["killed", "refused"]), st.sampled_from(WRITES))


class Killed(BaseException):
    """The process is gone."""


@dataclass
class FragileDisk:
    """A folder whose system calls fail when they are told to, and what of it a power cut leaves."""

    path: Path
    safe: bytes = b""
    """What the state file holds after a power cut."""
    harm: Harm = None
    _synced: bytes = b""
    _steps: list[str] = field(default_factory=list)

    def _step(self, name: str) -> None:
        if isinstance(self.harm, tuple) and self.harm[1] == name:
            how, self.harm = self.harm[0], None
            raise Killed if how == "killed" else OSError(28, "No space left on device")

    @contextmanager
    def patched(self) -> Iterator[None]:
        """The system calls that `StateFile.save` makes, in its order."""
        rename, open_file = Path.replace, statefile.os.open

        def fragile_open(path: Path, flags: int, mode: int) -> int:
            descriptor = open_file(path, flags, mode)
            self._synced = b""
            try:
                self._step("open")
            except BaseException:
                statefile.os.close(descriptor)
                raise
            return descriptor

        def fragile_sync(descriptor: int) -> None:
            self._step("fsync")
            self._synced = self.path.with_name(self.path.name + ".new").read_bytes()

        def fragile_rename(draft: Path, target: Path) -> Path:
            self._step("rename")
            return rename(draft, target)

        def fragile_sync_folder(folder: Path) -> None:
            self._step("fsync folder")
            self.safe = self._synced

        with (
            patch.object(statefile.os, "open", fragile_open),
            patch.object(statefile, "fsync_file", fragile_sync),
            patch.object(Path, "replace", fragile_rename),
            patch.object(statefile, "fsync_directory", fragile_sync_folder),
        ):
            yield

    def cut_power(self) -> None:
        """Only what was made safe is there."""
        self.path.write_bytes(self.safe)


@dataclass
class Life:
    """A signer that dies and comes back, and everything that it ever released."""

    disk: FragileDisk
    signer: Signer | None = None
    released: dict[Place, set[bytes]] = field(default_factory=dict)

    def go_through(self, request: SigningRequest, harm: Harm) -> None:
        """Start if need be, ask, and die if something happens."""
        if harm == "power cut":
            self.signer = None
            self.disk.cut_power()
            harm = None
        self.disk.harm = harm
        try:
            if self.signer is None:
                self.signer = Signer(CHAIN_ID, KEY, StateFile(self.disk.path, KEY.public_key, CHAIN_ID))
            signed = self.signer.sign(request)
        except NotSigned:
            return
        except (StoreFailed, Killed):
            self.signer = None
            return
        sign_bytes = request.at(signed.time).sign_bytes
        assert is_validator_signature(KEY.public_key, sign_bytes, signed.signature)
        self.released.setdefault(request.place, set()).add(sign_bytes)


REQUEST = proposal_request(CHAIN_ID, proposal(2))
OTHER = proposal_request(CHAIN_ID, proposal(2, name=b"b"))


@settings(deadline=None)
@given(st.lists(st.tuples(REQUESTS, HARMS), max_size=25))
@example([(REQUEST, None), (OTHER, "power cut")])
@example([(REQUEST, ("killed", "fsync folder")), (REQUEST, None), (OTHER, "power cut")])
@example([(REQUEST, ("refused", "fsync folder")), (REQUEST, ("refused", "fsync folder")), (OTHER, "power cut")])
def test_one_place_is_never_signed_twice_whatever_happens(story: list[tuple[SigningRequest, Harm]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        disk = FragileDisk(Path(folder) / "state")
        with disk.patched():
            StateFile(disk.path, KEY.public_key, CHAIN_ID).save(NOTHING_SIGNED)
            life = Life(disk)
            for request, harm in story:
                life.go_through(request, harm)
        assert all(len(different) == 1 for different in life.released.values())


@given(st.lists(REQUESTS, max_size=25))
def test_every_new_height_is_signed_at_once(requests: list[SigningRequest]) -> None:
    signer = Signer(CHAIN_ID, KEY, MemoryState())
    for request in requests:
        with suppress(NotSigned):
            signer.sign(request)
    assert signer.sign(vote_request(CHAIN_ID, vote(4))).time == at(0)


def test_the_same_again_gets_the_same_signature_and_the_time_of_the_first() -> None:
    signer = Signer(CHAIN_ID, KEY, MemoryState())
    first = signer.sign(vote_request(CHAIN_ID, vote(second=1)))
    again = signer.sign(vote_request(CHAIN_ID, vote(second=5)))
    assert again == first
    assert again.time == at(1)


def test_a_signature_is_on_record_before_it_is_known() -> None:
    class Watching(MemoryState):
        def save(self, last: LastSigned) -> None:
            super().save(last)
            if last.sign_bytes:
                raise Killed

    state = Watching()
    signer = Signer(CHAIN_ID, KEY, state)
    request = vote_request(CHAIN_ID, vote())
    with pytest.raises(Killed):
        signer.sign(request)
    assert state.last == LastSigned(request.place, request.sign_bytes, KEY.sign(request.sign_bytes))


def test_what_a_key_returns_is_verified_before_it_counts() -> None:
    class Token:
        """A key that signs with another than it shows."""

        public_key = KEY.public_key

        def sign(self, message: bytes) -> bytes:
            return OTHER_KEY.sign(message)

    state = MemoryState()
    with pytest.raises(SignerMisbehaved):
        Signer(CHAIN_ID, Token(), state).sign(vote_request(CHAIN_ID, vote()))
    assert state.last == NOTHING_SIGNED
    assert Signer(CHAIN_ID, KEY, state).sign(vote_request(CHAIN_ID, vote(kind=PRECOMMIT)))


def test_a_signer_whose_record_cannot_be_written_at_its_start_does_not_start() -> None:
    class ReadOnly(MemoryState):
        def save(self, last: LastSigned) -> None:
            raise StoreFailed(reason="Read-only file system")

    with pytest.raises(StoreFailed):
        Signer(CHAIN_ID, KEY, ReadOnly())
