"""Everything that an action may look at, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.keys import PublicKey
from app.core.units import Height
from app.core.wire import registry_pb2 as wire
from app.registry.draft import Draft

SignatureCheck = Callable[[PublicKey, bytes, bytes], bool]
"""(key, digest, signature) → whether it verifies. Always `app.core.keys.is_signed_by` or a memory of its answers."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Where and when a transaction is applied: facts of the block, never of the machine."""

    chain_id: str
    height: Height
    time_ns: int


@dataclass(frozen=True, slots=True)
class Context:
    """A transaction whose signatures are good, on the draft that it may change."""

    draft: Draft
    environment: Environment
    parameters: wire.Parameters
    is_signed: SignatureCheck
    body: wire.Body
    signers: tuple[PublicKey, ...]
    """The maker's key, then those of the approvers."""
    sender: wire.Account
    """As it stands in the draft. Never change it: take a copy."""

    @property
    def height(self) -> Height:
        """Of the block."""
        return self.environment.height

    @property
    def time_ns(self) -> int:
        """Of the block."""
        return self.environment.time_ns
