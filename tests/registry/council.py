"""Proposals, approvals and bookkeepers for the tests of governance."""

from hashlib import sha256 as plain_sha256

from app.core.wire import registry_pb2 as wire
from app.registry.law import BlockOutcome
from app.registry.places import PROPOSALS
from app.registry.state import read_seats
from tests.registry.world import IDLE, JADE, Chain, Member, bookkeeper, ed25519_key, make_body, nonce, seat_key, sign


def seat(key: str | bytes, power: int, account: Member = IDLE) -> wire.Seat:
    """What a validator's seat shall be; a key may be given by its name."""
    return wire.Seat(key=key if isinstance(key, bytes) else seat_key(key), power=power, account=account.account.id)


def wish(change: wire.Seat, deadline: int = 9) -> wire.Propose:
    """A sound proposal."""
    return wire.Propose(document=plain_sha256(b"reasons").digest(), deadline=deadline, validator=change)


def propose(
    sender: Member, name: object, change: wire.Seat | wire.Propose, *, deadline: int = 9, valid_until: int = 10
) -> bytes:
    """A bookkeeper's proposal whose nonce, and so its id, follows from `name`."""
    action = wish(change, deadline) if isinstance(change, wire.Seat) else change
    return sign(make_body(sender, nonce(name), action, valid_until=valid_until), sender.keys[0])


def approve(sender: Member, name: object, proposal: bytes, *, valid_until: int = 10) -> bytes:
    """A bookkeeper's approval; its nonce follows from `name`."""
    return sign(
        make_body(sender, nonce(name), wire.Approve(proposal=proposal), valid_until=valid_until), sender.keys[0]
    )


def proposal_of(sender: Member, name: object) -> bytes:
    """The id of the proposal that `propose(sender, name, …)` makes."""
    return plain_sha256(b"luopu.proposal.v1\x00" + sender.address + nonce(name)).digest()[:16]


NEW = seat_key("new")
PROPOSAL = proposal_of(JADE, "proposal")


def proposed(change: wire.Seat | None = None, *, deadline: int = 9) -> Chain:
    """A chain on which Jade has made the proposal, with a third of the power."""
    chain = Chain()
    chain.accept(propose(JADE, "proposal", change or seat(NEW, 5), deadline=deadline))
    return chain


def holders(*powers: int) -> tuple[Member, ...]:
    """Bookkeepers with one seat each."""
    return tuple(
        bookkeeper(number, f"Member {number}", ed25519_key(f"member {number}"), power)
        for number, power in enumerate(powers, 1)
    )


def seats(chain: Chain) -> dict[bytes, tuple[int, int]]:
    """Power and account by key."""
    return {each.key: (each.power, each.account) for each in read_seats(chain.values)}


def changes(outcome: BlockOutcome) -> list[tuple[bytes, int]]:
    """What the block orders of the validators."""
    return [(change.key, change.power) for change in outcome.seat_changes]


def stored(chain: Chain, proposal: bytes = PROPOSAL) -> wire.Proposal:
    """A proposal that there is."""
    found = PROPOSALS.read(chain.values, proposal)
    assert found is not None
    return found
