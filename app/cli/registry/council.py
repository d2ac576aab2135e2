"""Seats and proposals in words and in JSON: what the node says of them (white paper 3.7)."""

from dataclasses import asdict

from app.cli.output import Speaker
from app.client.council import (
    Bookkeeper,
    Change,
    CouncilStatus,
    EmergencyChange,
    ProposalStatus,
    SeatChange,
    SettingChange,
    SettingsChange,
    UpgradeChange,
)
from app.core.facts import FactKind, ShownFact
from app.core.messages import action_name, choice_name, clean, fact_label, fact_name, fact_text


# ---- in words --------------------------------------------------------------------------------------------------------
def say_council(speaker: Speaker, council: CouncilStatus) -> None:
    """Who holds a seat, and what is proposed; first what is open."""
    speaker.say(speaker.words("seats", height=council.height, total=council.total_power, needed=council.needed_power))
    for seat in council.seats:
        speaker.say(f"  {seat.key.hex()}  {seat.power:>6}  {_name(seat.account)}")
    if not council.seats:
        speaker.say(speaker.words("no-seats"))
    for proposal in sorted(council.proposals, key=lambda each: not each.is_open):
        speaker.say(speaker.words("proposal-headed", proposal=proposal.id.hex(), state=state_text(speaker, proposal)))
        speaker.pairs(proposal_pairs(speaker, proposal))


def state_text(speaker: Speaker, proposal: ProposalStatus) -> str:
    """How far a proposal has come."""
    if proposal.is_decided:
        return speaker.words("proposal-decided")
    if not proposal.is_open:
        return speaker.words("proposal-lapsed")
    return speaker.words("proposal-open", power=proposal.approving_power, needed=proposal.needed_power)


def proposal_pairs(speaker: Speaker, proposal: ProposalStatus) -> dict[str, str]:
    """Everything that the node says of a proposal."""
    change = proposal.change
    return {
        **(change_pairs(speaker, change) if proposal.is_open else _past_pairs(speaker, change)),
        speaker.words("document"): proposal.document.hex(),
        speaker.words("deadline"): speaker.words("height", height=proposal.deadline),
        speaker.words("proposed-by"): _name(proposal.proposer),
        speaker.words("approved-by"): ", ".join(map(_name, proposal.approved_by)),
    }


def change_pairs(speaker: Speaker, change: Change) -> dict[str, str]:
    """What is proposed, beside what holds now."""
    if isinstance(change, SeatChange):
        power = "power-removed" if change.power == 0 else "power-changed" if change.power_now else "power-new"
        return _seat_pairs(speaker, change, speaker.words(power, before=change.power_now, after=change.power))
    return _other_pairs(speaker, change, is_open=True)


def _past_pairs(speaker: Speaker, change: Change) -> dict[str, str]:
    """The same of a proposal that is closed: what holds now says nothing of it."""
    if isinstance(change, SeatChange):
        text = speaker.words("power-n" if change.power else "power-zero", power=change.power)
        return _seat_pairs(speaker, change, text)
    return _other_pairs(speaker, change, is_open=False)


def _seat_pairs(speaker: Speaker, change: SeatChange, power: str) -> dict[str, str]:
    return {
        speaker.words("validator-key"): change.key.hex(),
        speaker.words("power"): power,
        speaker.words("answers"): _name(change.account),
    }


def _other_pairs(
    speaker: Speaker, change: SettingsChange | UpgradeChange | EmergencyChange, *, is_open: bool
) -> dict[str, str]:
    language = speaker.language
    match change:
        case SettingsChange(settings):
            return {_setting_name(speaker, each): _from_to(each.value_now, each.value, is_open) for each in settings}
        case UpgradeChange():
            return {
                fact_name("Upgrade", "height", language): str(change.height),
                fact_name("Upgrade", "version", language): _from_to(change.version_now, change.version, is_open),
                fact_name("Upgrade", "release", language): change.release.hex(),
            }
        case EmergencyChange(actions, lifted):
            said = (
                ShownFact("actions", "Emergency", "actions", FactKind.ACTION, actions),
                ShownFact("lifted", "Emergency", "lifted", FactKind.FLAG, lifted),
            )
            return {fact_label(fact, language): fact_text(fact, language) for fact in said}


def _setting_name(speaker: Speaker, setting: SettingChange) -> str:
    name = choice_name(setting.setting, speaker.language)
    if not setting.subject:
        return name
    subject = action_name if setting.setting == "action-cost" else choice_name
    return f"{name} · {subject(setting.subject, speaker.language)}"


def _from_to(before: int, after: int, is_open: bool) -> str:
    return f"{before} → {after}" if is_open else str(after)


def _name(bookkeeper: Bookkeeper) -> str:
    """A name from outside, with the number beside it."""
    return f"{clean(bookkeeper.name)} {bookkeeper.id}"


# ---- as JSON ---------------------------------------------------------------------------------------------------------
def council_as_json(council: CouncilStatus) -> dict[str, object]:
    """Seats and proposals."""
    return {
        "height": council.height,
        "seats": [
            {"key": seat.key.hex(), "power": seat.power, "account": _account_as_json(seat.account)}
            for seat in council.seats
        ],
        "total_power": council.total_power,
        "needed_power": council.needed_power,
        "proposals": [proposal_as_json(proposal) for proposal in council.proposals],
    }


def proposal_as_json(proposal: ProposalStatus) -> dict[str, object]:
    """A proposal; what is proposed stands under `kind`'s own names."""
    return {
        "id": proposal.id.hex(),
        **_change_as_json(proposal.change),
        "document": proposal.document.hex(),
        "deadline": proposal.deadline,
        "proposer": _account_as_json(proposal.proposer),
        "approved_by": [_account_as_json(each) for each in proposal.approved_by],
        "approving_power": proposal.approving_power,
        "needed_power": proposal.needed_power,
        "decided": proposal.is_decided,
        "open": proposal.is_open,
    }


def _change_as_json(change: Change) -> dict[str, object]:
    match change:
        case SeatChange():
            return {
                "kind": "validator",
                "key": change.key.hex(),
                "power": change.power,
                "power_now": change.power_now,
                "account": _account_as_json(change.account),
            }
        case SettingsChange(settings):
            return {"kind": "settings", "settings": [asdict(each) for each in settings]}
        case UpgradeChange():
            return {"kind": "upgrade", **asdict(change), "release": change.release.hex()}
        case EmergencyChange(actions, lifted):
            return {"kind": "emergency", "actions": list(actions), "lifted": lifted}


def _account_as_json(bookkeeper: Bookkeeper) -> dict[str, object]:
    return {"id": bookkeeper.id, "name": bookkeeper.name}
