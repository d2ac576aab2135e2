"""Validators and sets of them, checked once and then trusted to be well-formed.

Guarantees: a `ValidatorSet` is sorted as CometBFT sorts (power falling, then address rising), holds nobody twice, every
power lies in 1 … 2^63-1 and their sum within CometBFT's bound. An address is derived from its key, never taken over.
Only Ed25519 keys: the consortium's genesis allows no other. Whose turn it is to propose: `app.node.consensus.proposer`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.core.errors import InvalidBlock
from app.core.hashing import sha256
from app.core.units import INT64_MAX, Hash32
from app.core.wire import comet_pb2 as pb
from app.node.consensus.hashes import validators_hash

KEY_BYTES = 32
ADDRESS_BYTES = 20
MAX_TOTAL_POWER = INT64_MAX // 8  # CometBFT v0.39.4, types/validator_set.go:25
MAX_VALIDATORS = 10_000  # types/vote_set.go, MaxVotesCount


def derive_address(key: bytes) -> bytes:
    """The address (20 bytes) of an Ed25519 key."""
    return sha256(key)[:ADDRESS_BYTES]


@dataclass(frozen=True, slots=True)
class Validator:
    """A validator's Ed25519 key (32 bytes) and voting power.

    Raises:
        InvalidBlock: key of another length, or power outside 1 … 2^63-1.
    """

    key: bytes
    power: int
    address: bytes = field(init=False)

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES:
            raise InvalidBlock(check="validator_key", expected=f"{KEY_BYTES} bytes", got=f"{len(self.key)} bytes")
        if not 1 <= self.power <= INT64_MAX:
            raise InvalidBlock(check="validator_power", expected="1 … 2^63-1", got=self.power)
        object.__setattr__(self, "address", derive_address(self.key))

    @classmethod
    def from_wire(cls, untrusted_validator: pb.Validator) -> "Validator":
        """Take over a decoded validator; its address must be the one that follows from its key.

        Raises:
            InvalidBlock: no Ed25519 key, a power out of range, or another address.
        """
        kind = untrusted_validator.pub_key.WhichOneof("sum")
        if kind != "ed25519":
            raise InvalidBlock(check="validator_key", expected="ed25519", got=kind)
        validator = cls(untrusted_validator.pub_key.ed25519, untrusted_validator.voting_power)
        if untrusted_validator.address != validator.address:
            raise InvalidBlock(
                check="validator_address", expected=validator.address.hex(), got=untrusted_validator.address.hex()
            )
        return validator

    def to_wire(self, priority: int = 0) -> pb.Validator:
        """The validator as a wire message."""
        return pb.Validator(
            address=self.address,
            pub_key=pb.PublicKey(ed25519=self.key),
            voting_power=self.power,
            proposer_priority=priority,
        )


@dataclass(frozen=True, slots=True, init=False)
class ValidatorSet:
    """Validators in CometBFT's order, whatever the order they are given in.

    Raises:
        InvalidBlock: none or too many of them, one of them twice, or too much power in all.
    """

    validators: tuple[Validator, ...]
    total_power: int = field(init=False)
    hash: Hash32 = field(init=False, compare=False)
    positions: dict[bytes, int] = field(init=False, compare=False, repr=False)
    """Address → index."""

    def __init__(self, validators: Iterable[Validator]) -> None:
        ordered = tuple(sorted(validators, key=lambda member: (-member.power, member.address)))
        if not 1 <= len(ordered) <= MAX_VALIDATORS:
            raise InvalidBlock(check="validator_count", expected=f"1 … {MAX_VALIDATORS}", got=len(ordered))
        total = sum(member.power for member in ordered)
        if total > MAX_TOTAL_POWER:
            raise InvalidBlock(check="total_voting_power", expected=f"at most {MAX_TOTAL_POWER}", got=total)
        positions = {member.address: index for index, member in enumerate(ordered)}
        if len(positions) != len(ordered):
            raise InvalidBlock(check="validator_duplicate", expected=len(ordered), got=len(positions))
        object.__setattr__(self, "validators", ordered)
        object.__setattr__(self, "total_power", total)
        object.__setattr__(self, "hash", validators_hash((member.key, member.power) for member in ordered))
        object.__setattr__(self, "positions", positions)

    @classmethod
    def from_wire(cls, untrusted_set: pb.ValidatorSet) -> "ValidatorSet":
        """Take over a decoded set. Priorities and proposer are not looked at; the total, when given, must be right.

        Raises:
            InvalidBlock: as for the set and its validators.
        """
        members = cls(Validator.from_wire(validator) for validator in untrusted_set.validators)
        if untrusted_set.total_voting_power not in (0, members.total_power):
            raise InvalidBlock(
                check="total_voting_power", expected=members.total_power, got=untrusted_set.total_voting_power
            )
        return members

    def to_wire(self) -> pb.ValidatorSet:
        """The set as a wire message, without proposer and priorities; the total stays 0, as CometBFT writes it."""
        return pb.ValidatorSet(validators=[member.to_wire() for member in self.validators])

    def __len__(self) -> int:
        return len(self.validators)

    def __iter__(self) -> Iterator[Validator]:
        return iter(self.validators)

    def index_of(self, address: bytes) -> int | None:
        """Where the validator with this address stands, or None."""
        return self.positions.get(address)

    def by_address(self, address: bytes) -> Validator | None:
        """The validator with this address, or None."""
        index = self.positions.get(address)
        return None if index is None else self.validators[index]


@dataclass(frozen=True, slots=True)
class ValidatorUpdate:
    """A change that a block orders: the key's new power; 0 removes it.

    Raises:
        InvalidBlock: key of another length, or power outside 0 … CometBFT's bound.
    """

    key: bytes
    power: int

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES:
            raise InvalidBlock(check="validator_key", expected=f"{KEY_BYTES} bytes", got=f"{len(self.key)} bytes")
        if not 0 <= self.power <= MAX_TOTAL_POWER:
            raise InvalidBlock(check="validator_power", expected=f"0 … {MAX_TOTAL_POWER}", got=self.power)

    @property
    def address(self) -> bytes:
        """Address of the validator that changes."""
        return derive_address(self.key)
