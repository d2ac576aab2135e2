"""What the bookkeepers decide, in the clerk's words: seats, proposals with their power, and the law in force (3.7).

Guarantees: of a change, what holds now stands beside what is proposed; "decided" is said only of what the chain decided.
"""

from collections.abc import Sequence

from app.client.council import (
    Change,
    CouncilStatus,
    EmergencyChange,
    ProposalStatus,
    SeatChange,
    SeatStatus,
    SettingChange,
    SettingsChange,
    UpgradeChange,
)
from app.client.members import LawParameters
from app.client.model import NodeStatus
from app.core.messages import action_name, choice_name
from app.core.plain import enum_text
from app.core.wire import registry_pb2 as wire
from app.ui.present.digests import tiny
from app.ui.present.facts import Fact, digest_fact, short_digest_fact
from app.ui.present.heights import BLOCK_SECONDS, height_text
from app.ui.present.language import Words
from app.ui.present.names import account as account_text
from app.ui.present.numbers import number, permille, size, span
from app.ui.present.states import Chip

VALIDATOR, SETTINGS, UPGRADE, EMERGENCY = "validator", "settings", "upgrade", "emergency"
KINDS = (VALIDATOR, SETTINGS, UPGRADE, EMERGENCY)


# ---- who decides -----------------------------------------------------------------------------------------------------
def holds_seat(council: CouncilStatus, account: int) -> bool:
    """Whether this bookkeeper may propose and approve."""
    return any(seat.account.id == account for seat in council.seats)


def is_waiting_for(proposal: ProposalStatus, council: CouncilStatus, account: int) -> bool:
    """Whether this bookkeeper can still approve it."""
    has_approved = account in {each.id for each in proposal.approved_by}
    return proposal.is_open and not has_approved and holds_seat(council, account)


def in_order(council: CouncilStatus, account: int) -> list[ProposalStatus]:
    """What waits for this bookkeeper first, then what is open, then what is over; each by the latest deadline."""

    def rank(proposal: ProposalStatus) -> int:
        return 0 if is_waiting_for(proposal, council, account) else 1 if proposal.is_open else 2

    return sorted(council.proposals, key=rank)


def seat_row(seat: SeatStatus, council: CouncilStatus, words: Words) -> tuple[str, str]:
    """Who answers for a seat, and its share of the power."""
    name = account_text(seat.account.name, seat.account.id, words)
    share = permille(seat.power, council.total_power)
    said = words.tr("power {power} of {total} ({percent}%) · key {key}").format(
        power=number(seat.power), total=number(council.total_power), percent=share // 10, key=tiny(seat.key)
    )
    return name, said


def council_sentence(council: CouncilStatus, words: Words) -> str:
    """How much power decides."""
    return words.tr("What bookkeepers with {needed} of {total} power approve is decided at once.").format(
        needed=number(council.needed_power), total=number(council.total_power)
    )


# ---- proposals -------------------------------------------------------------------------------------------------------
def proposal_chip(proposal: ProposalStatus, words: Words) -> Chip:
    """Open, decided or lapsed."""
    if proposal.is_decided:
        return Chip(words.tr("decided"), "ok")
    return Chip(words.tr("open"), "primary") if proposal.is_open else Chip(words.tr("lapsed"), "neutral")


def power_text(proposal: ProposalStatus, words: Words) -> str:
    """How much of the needed power has approved."""
    return words.tr("{approving} of {needed} power has approved").format(
        approving=number(proposal.approving_power), needed=number(proposal.needed_power)
    )


def power_permille(proposal: ProposalStatus) -> int:
    """Thousandths of the needed power."""
    return 1000 if proposal.is_decided else permille(proposal.approving_power, proposal.needed_power)


def change_title(change: Change, words: Words) -> str:
    """What is proposed, in one line."""
    said = _change_title(change, words)
    return said[:1].upper() + said[1:]


def _change_title(change: Change, words: Words) -> str:
    tr = words.tr
    match change:
        case SeatChange(power=0):
            return tr("Take the seat from {who}").format(who=_seat_name(change, words))
        case SeatChange(power_now=0):
            return tr("Give {who} a seat with power {power}").format(
                who=_seat_name(change, words), power=number(change.power)
            )
        case SeatChange():
            return tr("Power of {who}: {now} → {then}").format(
                who=_seat_name(change, words), now=number(change.power_now), then=number(change.power)
            )
        case SettingsChange():
            first = setting_line(change.settings[0], words)
            more = len(change.settings) - 1
            return first if not more else tr("{first} and %n more", None, more).format(first=first)
        case UpgradeChange():
            return tr("Upgrade to version {version} of the rules").format(version=number(change.version))
        case EmergencyChange():
            actions = actions_text(change.actions, words)
            said = tr("Allow again: {actions}") if change.lifted else tr("Stop: {actions}")
            return said.format(actions=actions)


def change_facts(change: Change, status: NodeStatus | None, now_ns: int, words: Words) -> list[Fact]:
    """Everything that a change says, with what holds now."""
    match change:
        case SeatChange():
            return _seat_facts(change, words)
        case SettingsChange():
            return [Fact(words.tr("Setting"), setting_line(each, words)) for each in change.settings]
        case UpgradeChange():
            return _upgrade_facts(change, status, now_ns, words)
        case EmergencyChange():
            name = words.tr("Allowed again") if change.lifted else words.tr("Stopped")
            return [Fact(name, words.listed(action_name(each, words.language) for each in change.actions))]


def proposal_facts(proposal: ProposalStatus, status: NodeStatus | None, now_ns: int, words: Words) -> list[Fact]:
    """Everything about a proposal."""
    tr = words.tr
    approved = words.listed(account_text(each.name, each.id, words) for each in proposal.approved_by)
    return [
        *change_facts(proposal.change, status, now_ns, words),
        Fact(tr("Proposed by"), account_text(proposal.proposer.name, proposal.proposer.id, words)),
        Fact(tr("In favour"), approved),
        Fact(tr("Power"), power_text(proposal, words)),
        Fact(tr("Deadline"), height_text(proposal.deadline, status, now_ns, words)),
        digest_fact(tr("Reasons (SHA-256)"), proposal.document),
        digest_fact(tr("Proposal number"), proposal.id),
    ]


def standing(
    proposal: ProposalStatus,
    council: CouncilStatus,
    account: int,
    status: NodeStatus | None,
    now_ns: int,
    words: Words,
) -> str:
    """One sentence for the list."""
    tr = words.tr
    if proposal.is_decided:
        return tr("Decided; proposed by {who}").format(
            who=account_text(proposal.proposer.name, proposal.proposer.id, words)
        )
    if not proposal.is_open:
        return tr("Its deadline passed before enough approved")
    until = height_text(proposal.deadline, status, now_ns, words)
    if is_waiting_for(proposal, council, account):
        return tr("Waits for your approval until {until}").format(until=until)
    return tr("Waits for others until {until}").format(until=until)


# ---- the law in force ------------------------------------------------------------------------------------------------
def law_facts(law: LawParameters, status: NodeStatus | None, now_ns: int, words: Words) -> list[Fact]:
    """Parameters, stopped actions, and what was decided to come."""
    tr = words.tr
    window = tr("{blocks} blocks, about {span}").format(
        blocks=number(law.validity_window), span=span(law.validity_window * BLOCK_SECONDS, tr)
    )
    stopped = words.listed(action_name(each, words.language) for each in law.stopped_actions)
    return [
        Fact(tr("Version of the rules"), number(law.law_version)),
        Fact(tr("Next upgrade"), _upgrade_text(law, status, now_ns, words)),
        Fact(tr("Stopped actions"), stopped or tr("none")),
        Fact(tr("Longest validity"), window),
        Fact(tr("Quota period"), span(law.quota_period_seconds, tr)),
        Fact(tr("Bytes of a point"), size(law.bytes_per_point)),
        Fact(tr("Longest transaction"), size(law.max_transaction_bytes)),
    ]


def cost_facts(law: LawParameters, words: Words) -> list[Fact]:
    """What each action costs, those of one price together; and what each level has."""
    by_cost: dict[int, list[str]] = {}
    for name, points in law.action_costs.items():
        by_cost.setdefault(points, []).append(action_name(name, words.language))
    costs = [Fact(words.tr("%n point(s)", None, points), words.listed(by_cost[points])) for points in sorted(by_cost)]
    levels = [
        Fact(choice_name(level, words.language), words.tr("%n point(s) per period", None, points))
        for level, points in law.level_points.items()
    ]
    return [*costs, *levels]


def setting_now(law: LawParameters, setting: int, subject: str) -> int:
    """What a setting of the wire format is now; `subject` is the action or level that it is of, if any."""
    if setting == wire.SETTING_ACTION_COST:
        return law.action_costs.get(subject, 0)
    if setting == wire.SETTING_LEVEL_POINTS:
        return law.level_points.get(subject, 0)
    return int(getattr(law, enum_text(wire.Setting.DESCRIPTOR, setting).replace("-", "_")))


def setting_line(change: SettingChange, words: Words) -> str:
    """A setting with its value then and now."""
    return words.tr("{setting}: {now} → {then}").format(
        setting=setting_name(change.setting, change.subject, words),
        now=number(change.value_now),
        then=number(change.value),
    )


def setting_name(setting: str, subject: str, words: Words) -> str:
    """What a setting is called, with the action or level that it is about."""
    name = choice_name(setting, words.language)
    if not subject:
        return name
    of = action_name(subject, words.language) if setting == "action-cost" else choice_name(subject, words.language)
    return words.tr("{setting} “{subject}”").format(setting=name, subject=of)


def actions_text(actions: Sequence[str], words: Words) -> str:
    """The first few actions, and how many more."""
    said = words.listed(action_name(each, words.language) for each in actions[:3])
    more = len(actions) - 3
    return said if more <= 0 else words.tr("{actions} and %n more", None, more).format(actions=said)


def _seat_name(change: SeatChange, words: Words) -> str:
    return account_text(change.account.name, change.account.id, words)


def _seat_facts(change: SeatChange, words: Words) -> list[Fact]:
    tr = words.tr
    then = number(change.power) if change.power else tr("none: the seat is taken away")
    return [
        Fact(tr("Bookkeeper"), _seat_name(change, words)),
        Fact(tr("Power now"), number(change.power_now) if change.power_now else tr("no seat")),
        Fact(tr("Power then"), then),
        digest_fact(tr("Validator key"), change.key),
    ]


def _upgrade_facts(change: UpgradeChange, status: NodeStatus | None, now_ns: int, words: Words) -> list[Fact]:
    tr = words.tr
    return [
        Fact(tr("Version now"), number(change.version_now)),
        Fact(tr("Version then"), number(change.version)),
        Fact(tr("In force from"), height_text(change.height, status, now_ns, words)),
        short_digest_fact(tr("Release notes"), change.release),
    ]


def _upgrade_text(law: LawParameters, status: NodeStatus | None, now_ns: int, words: Words) -> str:
    tr, upgrade = words.tr, law.upgrade
    if upgrade is None:
        return tr("none decided")
    when = height_text(upgrade.height, status, now_ns, words)
    if status is not None and upgrade.height <= status.height:
        return tr("none; version {version} in force since {when}").format(version=number(upgrade.version), when=when)
    return tr("version {version} from {when}").format(version=number(upgrade.version), when=when)
