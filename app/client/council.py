"""What a node tells of validators' seats and of proposals to change them, as frozen values.

It is the node's word: of a proposal, the bytes that somebody signs name only the id.
"""

from dataclasses import dataclass

from app.client.fields import Fields
from app.core.errors import DecodingError


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
class SeatChange:
    """What is proposed: a validator's new power; 0 takes its seat away. `power_now` is 0 for who has no seat."""

    key: bytes
    power: int
    account: Bookkeeper
    power_now: int


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting of the law ("action-cost"), of what (an action, a level, or nothing), and its value then and now."""

    setting: str
    subject: str
    value: int
    value_now: int


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """What is proposed: other settings."""

    settings: tuple[SettingChange, ...]


@dataclass(frozen=True, slots=True)
class UpgradeChange:
    """What is proposed: a version of the law that holds from `height` on. `release`: SHA-256 of its notes."""

    height: int
    version: int
    release: bytes
    version_now: int


@dataclass(frozen=True, slots=True)
class EmergencyChange:
    """What is proposed: to stop these actions, or to let them be done again."""

    actions: tuple[str, ...]
    lifted: bool


Change = SeatChange | SettingsChange | UpgradeChange | EmergencyChange


@dataclass(frozen=True, slots=True)
class ProposalStatus:
    """A proposal, with the power of those who approved it as the seats stand now."""

    id: bytes
    proposer: Bookkeeper
    document: bytes
    deadline: int
    change: Change
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
    """The least that decides."""
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
    return ProposalStatus(
        id=fields.hex("id"),
        proposer=decode_bookkeeper(fields.object("proposer")),
        document=fields.hex("document"),
        deadline=fields.integer("deadline"),
        change=_change(fields.object("change")),
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


def _change(fields: Fields) -> Change:
    match kind := fields.text("kind"):
        case "validator":
            account = decode_bookkeeper(fields.object("account"))
            return SeatChange(fields.hex("key"), fields.integer("power"), account, fields.integer("power_now"))
        case "settings":
            return SettingsChange(tuple(_setting(Fields(item)) for item in fields.items("settings")))
        case "upgrade":
            release = fields.hex("release")
            return UpgradeChange(
                fields.integer("height"), fields.integer("version"), release, fields.integer("version_now")
            )
        case "emergency":
            return EmergencyChange(fields.strings("actions"), fields.flag("lifted"))
        case _:
            raise DecodingError(kind="answer", field="kind", got=kind[:64])


def _setting(fields: Fields) -> SettingChange:
    subject = fields.text("subject")
    return SettingChange(fields.text("setting"), subject, fields.integer("value"), fields.integer("value_now"))
