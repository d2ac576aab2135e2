"""`luopu gov`: who holds a seat, what is proposed, and a bookkeeper's votes (white paper 3.7).

Guarantees: who consents to a proposal is shown what the node says stands under its id, apart from the id that is signed.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from app.cli.registry.council import (
    change_pairs,
    council_as_json,
    proposal_as_json,
    proposal_pairs,
    say_council,
    state_text,
)
from app.cli.registry.perform import DONE
from app.cli.registry.session import Beside, Deed, Doer, Maker, Session
from app.client.council import SeatChange
from app.core.errors import NotFound, UsageError
from app.core.messages import action_name, choice_name
from app.core.plain import plain_of
from app.core.refusals import BadAction, UnknownProposal
from app.core.wire import registry_pb2 as wire


# ---- look ------------------------------------------------------------------------------------------------------------
async def list_council(session: Session) -> int:
    """Seats and proposals."""
    council = await session.node.council()
    say_council(session.speaker, council)
    session.speaker.answer(council_as_json(council))
    return DONE


async def parameters(session: Session) -> int:
    """The settings of the law."""
    law, speaker = await session.reader.parameters(), session.speaker
    language = speaker.language
    plain = {
        "validity-window": law.validity_window,
        "quota-period-seconds": law.quota_period_seconds,
        "quota-offset-seconds": law.quota_offset_seconds,
        "bytes-per-point": law.bytes_per_point,
        "max-transaction-bytes": law.max_transaction_bytes,
    }
    costs = {action_name(name, language): str(points) for name, points in law.action_costs.items()}
    levels = {choice_name(name, language): str(points) for name, points in law.level_points.items()}
    speaker.pairs({choice_name(name, language): str(value) for name, value in plain.items()})
    speaker.pairs({speaker.words("approving-share"): f"> {law.approval_numerator}/{law.approval_denominator}"})
    for heading, pairs in (("action-cost", costs), ("level-points", levels)):
        speaker.say(choice_name(heading, language))
        speaker.pairs(pairs)
    stopped = ", ".join(action_name(name, language) for name in law.stopped_actions)
    speaker.pairs(
        {speaker.words("stopped-actions"): stopped or "—", speaker.words("law-version"): str(law.law_version)}
    )
    speaker.answer(
        {
            **{name.replace("-", "_"): value for name, value in plain.items()},
            "approval": [law.approval_numerator, law.approval_denominator],
            "action_costs": dict(law.action_costs),
            "level_points": dict(law.level_points),
            "stopped_actions": list(law.stopped_actions),
            "upgrade": None if law.upgrade is None else plain_of(law.upgrade),
            "law_version": law.law_version,
        }
    )
    return DONE


# ---- propose ---------------------------------------------------------------------------------------------------------
async def propose_validator(session: Session) -> Deed:
    """A validator's new power."""
    given, council = session.given, await session.node.council()
    number = await session.number(given.account)
    try:
        bookkeeper = await session.node.bookkeeper(number)
    except NotFound as error:
        raise BadAction(field="account", expected="a bookkeeper", got=number) from error
    now = sum(seat.power for seat in council.seats if seat.key == given.validator_key)
    told = list(change_pairs(session.speaker, SeatChange(given.validator_key, given.power, bookkeeper, now)).items())
    seat = wire.Seat(key=given.validator_key, power=given.power, account=number)
    return await _proposal(session, wire.Propose(validator=seat), told)


async def propose_settings(session: Session) -> Deed:
    """Other settings."""
    wanted = sorted(session.given.settings, key=lambda each: (each.number, each.subject))
    settings = [wire.NewSetting(setting=each.number, subject=each.subject, value=each.value) for each in wanted]
    return await _proposal(session, wire.Propose(settings=wire.Settings(settings=settings)))


async def propose_upgrade(session: Session) -> Deed:
    """Another version of the law."""
    given = session.given
    release = await session.digest(given.release)
    upgrade = wire.Upgrade(height=given.height, version=given.version, release=release)
    return await _proposal(session, wire.Propose(upgrade=upgrade))


async def propose_emergency(session: Session) -> Deed:
    """Actions stop, or may be done again."""
    given = session.given
    if len(set(given.actions)) != len(given.actions):
        raise UsageError(argument="ACTION", expected="each once")
    emergency = wire.Emergency(actions=sorted(given.actions), lifted=given.lift)
    return await _proposal(session, wire.Propose(emergency=emergency))


async def _proposal(session: Session, action: wire.Propose, told: Sequence[tuple[str, str]] = ()) -> Deed:
    action.document = await session.digest(session.given.document)
    action.deadline = await session.height_after(session.given.blocks)
    return Deed(action, Beside(told=told, after=partial(_tell, session)))


# ---- approve ---------------------------------------------------------------------------------------------------------
async def approve(session: Session) -> Deed:
    """Consent to a proposal."""
    proposal_id: bytes = session.given.proposal
    try:
        proposal = await session.node.proposal(proposal_id)
    except NotFound as error:
        raise UnknownProposal(proposal=proposal_id.hex()) from error
    told = list(proposal_pairs(session.speaker, proposal).items())
    return Deed(wire.Approve(proposal=proposal_id), Beside(told=told, after=partial(_tell, session)))


async def _tell(session: Session, proposal_id: bytes) -> Mapping[str, object]:
    """How far the proposal has come with this vote."""
    proposal, speaker = await session.node.proposal(proposal_id), session.speaker
    speaker.say(state_text(speaker, proposal))
    if proposal.is_decided and isinstance(proposal.change, SeatChange):
        speaker.say(speaker.words("in-force"))
    return {"proposal": proposal_as_json(proposal)}


QUESTIONS: Mapping[str, Doer] = {"gov list": list_council, "gov parameters": parameters}
DEEDS: Mapping[str, Maker] = {
    "gov propose validator": propose_validator,
    "gov propose settings": propose_settings,
    "gov propose upgrade": propose_upgrade,
    "gov propose emergency": propose_emergency,
    "gov approve": approve,
}
