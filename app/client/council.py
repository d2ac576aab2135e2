"""What a node tells of validators' seats and of proposals to change them, as frozen values.

It is the node's word: of a proposal, the bytes that somebody signs name only the id (`app.wallet.approval.ConsentFacts`).
"""

from dataclasses import dataclass

from app.client.fields import Fields


@dataclass(frozen=True, slots=True)
class Bookkeeper:
    """An account by its numeric ID and its name, which is text from outside."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class SeatStatus:
    """A validator: its Ed25519 key (32 bytes), its voting power, and who answers for it."""

    key: bytes
    power: int
    account: Bookkeeper


@dataclass(frozen=True, slots=True)
class ChangeStatus:
    """What is proposed: a validator's new power; 0 takes its seat away. `power_now` is 0 for who has no seat."""

    key: bytes
    power: int
    account: Bookkeeper
    power_now: int


@dataclass(frozen=True, slots=True)
class ProposalStatus:
    """A proposal, with the power of those who approved it as the seats stand now."""

    id: bytes
    proposer: Bookkeeper
    document: bytes
    deadline: int
    change: ChangeStatus
    approved_by: tuple[Bookkeeper, ...]
    approving_power: int
    needed_power: int
    is_decided: bool
    is_open: bool
    """Neither decided nor past its deadline."""


@dataclass(frozen=True, slots=True)
class CouncilStatus:
    """The seats at a height, and the proposals with the latest deadlines."""

    height: int
    seats: tuple[SeatStatus, ...]
    total_power: int
    needed_power: int
    """The least that is more than two thirds."""
    proposals: tuple[ProposalStatus, ...]


def decode_council(fields: Fields) -> CouncilStatus:
    """The answer of /v1/council.

    Raises:
        DecodingError: something else.
    """
    return CouncilStatus(
        height=fields.integer("height"),
        seats=tuple(_seat(Fields(item)) for item in fields.items("seats")),
        total_power=fields.integer("total_power"),
        needed_power=fields.integer("needed_power"),
        proposals=tuple(decode_proposal(Fields(item)) for item in fields.items("proposals")),
    )


def decode_proposal(fields: Fields) -> ProposalStatus:
    """The answer of /v1/proposals/….

    Raises:
        DecodingError: something else.
    """
    change = fields.object("change")
    return ProposalStatus(
        id=fields.hex("id"),
        proposer=decode_bookkeeper(fields.object("proposer")),
        document=fields.hex("document"),
        deadline=fields.integer("deadline"),
        change=ChangeStatus(
            key=change.hex("key"),
            power=change.integer("power"),
            account=decode_bookkeeper(change.object("account")),
            power_now=change.integer("power_now"),
        ),
        approved_by=tuple(decode_bookkeeper(Fields(item)) for item in fields.items("approved_by")),
        approving_power=fields.integer("approving_power"),
        needed_power=fields.integer("needed_power"),
        is_decided=fields.flag("decided"),
        is_open=fields.flag("open"),
    )


def decode_bookkeeper(fields: Fields) -> Bookkeeper:
    """The answer of /v1/bookkeepers/….

    Raises:
        DecodingError: something else.
    """
    return Bookkeeper(fields.integer("id"), fields.text("name"))


def _seat(fields: Fields) -> SeatStatus:
    return SeatStatus(fields.hex("key"), fields.integer("power"), decode_bookkeeper(fields.object("account")))
