"""An embedded consortium whose bookkeepers hold seats, so that they can change the validators."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.core.codec import encode
from app.core.hashing import sha256
from app.core.proposal import derive_proposal
from app.core.units import Nanoseconds
from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import DEFAULT_BLOCK_BYTES, decode_genesis, encode_genesis
from app.node.consensus.validators import Validator, ValidatorSet
from app.node.engine.engine import EmbeddedEngine
from app.node.engine.keys import ConsortiumKeys, SigningSeed
from app.registry.genesis import GenesisAccount, GenesisParameters, GenesisSeat, encode_app_state
from tests.fakes.chain import START, FakeValidators, make_key
from tests.fakes.consortium import AGREEMENT, CHAIN_ID, PLENTY, Clerk, FakeConsortium

FIRST_BOOKKEEPER = 11


@dataclass(frozen=True)
class Council:
    """A consortium, the bookkeepers' clerks, and keys of validators: those of the genesis and as many who may join."""

    consortium: FakeConsortium
    clerks: tuple[Clerk, ...] = field(repr=False)

    def key(self, number: int) -> bytes:
        """The consensus key of a validator; those beyond the genesis may join."""
        return self.consortium.keys.validators[number].public_key

    def change(self, engine: EmbeddedEngine, number: int, power: int) -> None:
        """Make a block in which three bookkeepers decide on a validator's power; they must hold enough of it themselves."""
        for raw in self.ballots(engine, number, power):
            engine.admit(raw)
        engine.produce()

    def ballots(self, engine: EmbeddedEngine, number: int, power: int) -> list[bytes]:
        """As `votes`, on a validator's power."""
        height = engine.store.tip.height
        seat = wire.Seat(key=self.key(number), power=power, account=FIRST_BOOKKEEPER + number)
        return self.votes(wire.Propose(document=sha256(b"reasons"), deadline=height + 9, validator=seat), height)

    def votes(self, wish: wire.Propose, height: int) -> list[bytes]:
        """A proposal by the first bookkeeper, and approvals by two others, on top of the block at `height`."""
        first, *others = self.clerks
        nonce = first.nonce()
        ballots = [_signed(first, nonce, height + 9, propose=wish)]
        approval = wire.Approve(proposal=derive_proposal(first.address, nonce))
        return ballots + [_signed(each, each.nonce(), height + 9, approve=approval) for each in others[:2]]

    def keys_of(self, members: ValidatorSet) -> FakeValidators:
        """The set with its keys, to sign what no engine would."""
        by_key = {each.public_key: each.signing_key for each in self.consortium.keys.validators}
        return FakeValidators(members, tuple(by_key[member.key] for member in members))


def make_council(
    powers: Sequence[int] = (10, 10, 10, 10), *, may_join: int = 2, max_block_bytes: int = DEFAULT_BLOCK_BYTES
) -> Council:
    """Four validators, and two more whose keys the engine has."""
    operator, *seeds = (SigningSeed(make_key(f"seat {number}")) for number in range(len(powers) + may_join + 1))
    partner = Clerk()
    clerks = tuple(Clerk(f"bookkeeper {number}") for number in range(len(seeds)))
    accounts = [_account(1, "operator", Clerk("operator"), ()), _account(2, "partner", partner, ("evidence",))]
    accounts += [_account(FIRST_BOOKKEEPER + number, "bookkeeper", each, ()) for number, each in enumerate(clerks)]
    seats = [
        GenesisSeat(seed.public_key, power, FIRST_BOOKKEEPER + number)
        for number, (seed, power) in enumerate(zip(seeds, powers, strict=False))
    ]
    document = encode_genesis(
        CHAIN_ID,
        Nanoseconds(START),
        [Validator(seat.key, seat.power) for seat in seats],
        encode_app_state(CHAIN_ID, GenesisParameters(), accounts, seats),
        max_block_bytes=max_block_bytes,
    )
    keys = ConsortiumKeys(operator, tuple(seeds))
    return Council(FakeConsortium(decode_genesis(document), document, keys, partner), clerks)


def _account(number: int, party: str, clerk: Clerk, permissions: tuple[str, ...]) -> GenesisAccount:
    return GenesisAccount(number, clerk.name, party, ((clerk.public_key, "01"),), permissions, AGREEMENT, PLENTY)


def _signed(clerk: Clerk, nonce: bytes, valid_until: int, **action: wire.Propose | wire.Approve) -> bytes:
    body = wire.Body(chain_id=CHAIN_ID, sender=clerk.address, nonce=nonce, valid_until=valid_until, **action)  # type: ignore[arg-type]
    return clerk.sign_body(encode(body))
