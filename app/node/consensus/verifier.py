"""The light verifier: whether an untrusted block follows from a trusted one, heights skipped or not.

Guarantees: a `Verdict`, never an exception, whatever the untrusted header and commit hold. SUCCESS carries what may be
trusted from now on; NOT_ENOUGH_TRUST means "ask for a block in between"; INVALID means that the sender is wrong.
Choosing the next height is left to `app.node.consensus.bisection`; fetching blocks and noticing forks, to the light client.
CometBFT v0.39.4, light/verifier.go.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from app.core.codec import decode_canonical, encode
from app.core.errors import InvalidBlock, NotEnoughPower, TrustExpired
from app.core.units import NANOSECONDS_PER_SECOND, Hash32, Height, Nanoseconds
from app.core.wire import comet_pb2 as pb
from app.node.consensus.genesis import Genesis
from app.node.consensus.hashes import header_hash
from app.node.consensus.predicates import (
    block_time,
    check_commit_basics,
    check_commit_light,
    check_commit_trusting,
    check_header_basics,
    check_header_hash,
    check_height,
    check_height_rises,
    check_next_validators_hash,
    check_not_from_future,
    check_time_rises,
    check_validators_announced,
    check_validators_hash,
    check_within_trusting_period,
)
from app.node.consensus.time import LAST_SECOND, encode_time
from app.node.consensus.validators import ValidatorSet
from app.node.consensus.votes import TrustLevel

DEFAULT_TRUST_LEVEL = TrustLevel()
NO_CLOCK = Nanoseconds(LAST_SECOND * NANOSECONDS_PER_SECOND)
"""The latest moment that can be written, so that no block lies in the future: for blocks verified before, and for evidence,
which is read years later and on machines whose clocks are wrong."""

MAX_LIGHT_BLOCKS = 10_000
"""In one paper; far more than any chain needs between its genesis and a block."""

CLOCK_DRIFT = 10 * NANOSECONDS_PER_SECOND  # CometBFT v0.39.4, light/client.go, defaultMaxClockDrift


class Outcome(Enum):
    """What a verification can come to."""

    SUCCESS = "success"
    NOT_ENOUGH_TRUST = "not-enough-trust"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class TrustedBlock:
    """What is known of a block once it is trusted: all that is needed to judge a later one."""

    chain_id: str
    height: Height
    time: Nanoseconds
    hash: Hash32 | None
    """The block's hash; None for the genesis, which is no block."""
    next_validators_hash: bytes
    """What the next height's header must commit to."""
    validators: ValidatorSet
    """Whose signatures vouch for a later block: the next height's set, or where that is unknown, this height's."""

    @classmethod
    def from_genesis(cls, genesis: Genesis) -> "TrustedBlock":
        """Trust the genesis validators as those of the first block, as if announced by a block before it."""
        return cls(
            chain_id=genesis.chain_id,
            height=Height(genesis.initial_height - 1),
            time=Nanoseconds(genesis.time_ns - 1),  # the first block bears the genesis time itself, and time must rise
            hash=None,
            next_validators_hash=genesis.validators.hash,
            validators=genesis.validators,
        )

    @classmethod
    def from_header(
        cls, header: pb.Header, validators: ValidatorSet, known_hash: bytes | None = None
    ) -> "TrustedBlock":
        """Trust a header that the caller verified or pinned; `validators` are the next height's, or this height's.

        `known_hash`: the header's hash, where the caller has computed it before.

        Raises:
            InvalidBlock: the header commits to neither as given.
        """
        if validators.hash != header.validators_hash:
            check_next_validators_hash(header, validators)
        return cls(
            chain_id=header.chain_id,
            height=Height(header.height),
            time=block_time(header),
            hash=header_hash(header) if known_hash is None else Hash32(known_hash),
            next_validators_hash=header.next_validators_hash,
            validators=validators,
        )


@dataclass(frozen=True, slots=True)
class UntrustedBlock:
    """What somebody claims: a header with a commit, that height's validators, and perhaps the next height's."""

    signed_header: pb.SignedHeader
    validators: ValidatorSet
    next_validators: ValidatorSet | None = None

    @property
    def header(self) -> pb.Header:
        """The header claimed."""
        return self.signed_header.header

    def to_wire(self) -> pb.LightBlock:
        """The light block as a wire message; the next height's validators have no place in one."""
        return pb.LightBlock(signed_header=self.signed_header, validator_set=self.validators.to_wire())

    @classmethod
    def from_wire(cls, untrusted_block: pb.LightBlock) -> "UntrustedBlock":
        """Take over a decoded light block.

        Raises:
            InvalidBlock: the validator set is malformed.
        """
        return cls(untrusted_block.signed_header, ValidatorSet.from_wire(untrusted_block.validator_set))


def decode_light_block(untrusted_bytes: bytes) -> UntrustedBlock:
    """A light block without priorities, proposer and sums: what nobody checks must not travel along.

    Raises:
        DecodingError, NotCanonical, InvalidBlock: not one, or not in its one form.
    """
    block = decode_canonical(pb.LightBlock, untrusted_bytes)
    untrusted = UntrustedBlock.from_wire(block)
    if encode(untrusted.validators.to_wire()) != encode(block.validator_set):
        raise InvalidBlock(check="validator_set", expected="its one form")
    return untrusted


@dataclass(frozen=True, slots=True)
class Options:
    """How much is enough."""

    trust_level: TrustLevel = DEFAULT_TRUST_LEVEL
    trusting_period: int | None = None
    """Nanoseconds after which a trusted block vouches for nothing; None for never, as for evidence read years later."""
    clock_drift: int = CLOCK_DRIFT
    """Nanoseconds that a block may lie ahead of the local clock."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome; with SUCCESS what is now trusted, otherwise the error of the check that failed."""

    outcome: Outcome
    trusted: TrustedBlock | None = None
    error: InvalidBlock | None = None


DEFAULT_OPTIONS = Options()


def verify_update(untrusted: UntrustedBlock, trusted: TrustedBlock, options: Options, now: Nanoseconds) -> Verdict:
    """Whether `untrusted` may be trusted, given `trusted`, at the moment `now`."""
    try:
        _check_claim(untrusted, trusted, options, now)
        is_next = untrusted.signed_header.header.height == trusted.height + 1
        shortage = None if is_next else _find_shortage(untrusted, trusted, options)
        if shortage is not None:
            return Verdict(Outcome.NOT_ENOUGH_TRUST, error=shortage)
        # last, because an untrusted set may be made very large to keep the verifier busy
        check_commit_light(trusted.chain_id, untrusted.signed_header.commit, untrusted.validators)
        return Verdict(Outcome.SUCCESS, trusted=_trust(untrusted))
    except InvalidBlock as error:
        return Verdict(Outcome.INVALID, error=error)


def verify_chain(
    untrusted_blocks: Iterable[UntrustedBlock],
    trusted: TrustedBlock,
    options: Options = DEFAULT_OPTIONS,
    *,
    now: Nanoseconds,
) -> Verdict:
    """Whether each block follows from the one before, the first from `trusted`: the last verdict, or the first bad one."""
    verdict = Verdict(Outcome.SUCCESS, trusted=trusted)
    for untrusted in untrusted_blocks:
        verdict = verify_update(untrusted, trusted, options, now)
        if verdict.trusted is None:
            return verdict
        trusted = verdict.trusted
    return verdict


def verify_pinned(untrusted: UntrustedBlock, height: Height, pinned_hash: bytes) -> Verdict:
    """Whether this is the block that somebody pinned by height and hash; its commit must be good, too."""
    header, commit = untrusted.header, untrusted.signed_header.commit
    try:
        check_height(header, height)
        check_header_hash(header, pinned_hash)
        check_header_basics(header, header.chain_id)
        _check_supports(untrusted)
        check_commit_light(header.chain_id, commit, untrusted.validators)
        return Verdict(Outcome.SUCCESS, trusted=_trust(untrusted))
    except InvalidBlock as error:
        return Verdict(Outcome.INVALID, error=error)


def check_not_expired(trusted: TrustedBlock, options: Options, now: Nanoseconds) -> None:
    """What is trusted may still vouch for something at the moment `now`.

    Raises:
        TrustExpired: its trusting period is over.
    """
    if options.trusting_period is not None and trusted.time + options.trusting_period <= now:
        raise TrustExpired(height=trusted.height, time=encode_time(trusted.time))


def check_precedes(untrusted_header: pb.Header, later: pb.Header) -> None:
    """The header is that of the block which the trusted header `later` names as the one before it.

    Raises:
        InvalidBlock: it is not.
    """
    check_header_basics(untrusted_header, later.chain_id)
    check_height(untrusted_header, Height(later.height - 1))
    check_header_hash(untrusted_header, later.last_block_id.hash)
    check_time_rises(later, block_time(untrusted_header))


def _check_claim(untrusted: UntrustedBlock, trusted: TrustedBlock, options: Options, now: Nanoseconds) -> None:
    """Everything but the signatures."""
    header = untrusted.header
    if options.trusting_period is not None:
        check_within_trusting_period(trusted.time, options.trusting_period, now)
    check_header_basics(header, trusted.chain_id)
    _check_supports(untrusted)
    check_height_rises(header, trusted.height)
    check_time_rises(header, trusted.time)
    check_not_from_future(header, now, options.clock_drift)
    if header.height == trusted.height + 1:
        check_validators_announced(header, trusted.next_validators_hash)


def _check_supports(untrusted: UntrustedBlock) -> None:
    """Commit and validator sets are those of the header, signatures aside."""
    header, commit = untrusted.header, untrusted.signed_header.commit
    check_commit_basics(commit)
    if commit.height != header.height:
        raise InvalidBlock(check="commit_height", expected=header.height, got=commit.height)
    check_header_hash(header, commit.block_id.hash)
    check_validators_hash(header, untrusted.validators)
    if untrusted.next_validators is not None:
        check_next_validators_hash(header, untrusted.next_validators)


def _find_shortage(untrusted: UntrustedBlock, trusted: TrustedBlock, options: Options) -> NotEnoughPower | None:
    """What is missing of the trusted validators' signatures, if anything."""
    commit = untrusted.signed_header.commit
    try:
        check_commit_trusting(trusted.chain_id, commit, trusted.validators, options.trust_level)
    except NotEnoughPower as error:
        return error
    return None


def _trust(untrusted: UntrustedBlock) -> TrustedBlock:
    next_validators = untrusted.next_validators
    validators = untrusted.validators if next_validators is None else next_validators
    checked = untrusted.signed_header.commit.block_id.hash  # which `_check_supports` found to be the header's
    return TrustedBlock.from_header(untrusted.signed_header.header, validators, checked)
