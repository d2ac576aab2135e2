"""`luopu outbox`: what was drafted and signed at this desk, on its way and done, and what can be done about it.

Guarantees: what came to nothing is drafted anew, shown and signed once more, and never sent again; what is sent again are the
same bytes. The list needs no node.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing, suppress
from dataclasses import replace

from app.cli.registry.perform import DONE, FAILED, carry, make_actor
from app.cli.registry.session import Desk, Doer, Maker, Pairs, Session
from app.cli.registry.told import body_pairs
from app.cli.work import make_notary, node_of, open_outbox
from app.client.awaiting import PLACED
from app.client.following import Courier
from app.client.model import Outcome
from app.client.renewing import Renewing
from app.core.errors import LuopuError, NotFound, UsageError
from app.core.keys import encode_key_text
from app.core.messages import action_name, clean, explain, explain_code, moment_text, outcome_words
from app.core.refusals import REFUSALS, Refused
from app.wallet.entry import Entry, FinalAt, RefusedAt, State
from app.wallet.outbox import Outbox
from app.wallet.overview import Listed, find_begun, find_listed, older, unsettled
from app.wiring.system import SystemClock, SystemRandomness

MIN_DIGITS = 8
SHOWN_DIGITS = 16


# ---- which -----------------------------------------------------------------------------------------------------------
def find(outbox: Outbox, prefix: str) -> Listed:
    """The entry whose digest begins so.

    Raises:
        UsageError: too short, not hex, or several begin so.
        NotFound: none does.
    """
    text = prefix.lower()
    if len(text) < MIN_DIGITS or not set(text) <= set("0123456789abcdef"):
        raise UsageError(argument="ID", expected=f"{MIN_DIGITS} or more hex digits", got=prefix[:80])
    found = find_begun(outbox, text)
    if not found:
        raise NotFound(what="draft", name=prefix[:80])
    if len(found) > 1:
        raise UsageError(argument="ID", reason="ambiguous", got=prefix[:80])
    return found[0]


# ---- look ------------------------------------------------------------------------------------------------------------
async def list_outbox(desk: Desk) -> int:
    """What needs somebody, and what is on its way; with --all everything."""
    with closing(open_outbox(desk.home)) as outbox:
        listed = older(outbox, limit=desk.given.limit) if desk.given.all else unsettled(outbox)[: desk.given.limit]
    for each in listed:
        desk.speaker.say(_line(desk, each))
    if not listed:
        desk.speaker.say(desk.speaker.words("outbox-empty"))
    desk.speaker.answer({"outbox": [as_json(each) for each in listed]})
    return DONE


async def show(desk: Desk) -> int:
    """One of them in full."""
    with closing(open_outbox(desk.home)) as outbox:
        listed = find(outbox, desk.given.id)
    speaker, entry = desk.speaker, listed.entry
    speaker.say(_line(desk, listed))
    speaker.pairs(
        [*_file_pairs(desk, entry), *body_pairs(speaker, entry.shown, entry.signed), *_way_pairs(desk, listed)]
    )
    if listed.has_failed:
        speaker.say(speaker.words("outbox-renewable", id=entry.id[:SHOWN_DIGITS]))
    speaker.answer(as_json(listed))
    return DONE


def _line(desk: Desk | Session, listed: Listed) -> str:
    speaker, entry = desk.speaker, listed.entry
    what = action_name(entry.action, speaker.language)
    file = clean(entry.file_name)
    return speaker.words(
        "outbox-line",
        id=entry.id[:SHOWN_DIGITS],
        time=moment_text(entry.created_ns),
        what=f"{what} {file}" if file else what,
        state=_state_text(desk, listed),
        until=entry.valid_until,
    )


def _state_text(desk: Desk | Session, listed: Listed) -> str:
    speaker, outcome = desk.speaker, listed.entry.outcome
    if listed.standing == "elsewhere":
        return speaker.words("outbox-elsewhere")
    reason = None
    if isinstance(outcome, RefusedAt):
        reason = explain(REFUSALS.get(outcome.code, Refused)(), speaker.language).sentence
    height = outcome.height if isinstance(outcome, FinalAt) else None
    return outcome_words(listed.standing, speaker.language, height=height, reason=reason)


def _file_pairs(desk: Desk, entry: Entry) -> Pairs:
    return [(desk.speaker.words("file"), clean(str(entry.path)))] if entry.papers is not None else []


def _way_pairs(desk: Desk, listed: Listed) -> Pairs:
    speaker, entry = desk.speaker, listed.entry
    told: Mapping[str, str] = {
        "outbox-drafted": moment_text(entry.created_ns),
        "missing": ", ".join(map(encode_key_text, entry.missing)) if entry.signed is not None else "",
        "outbox-note": explain_code(entry.note, {}, speaker.language).sentence if entry.note else "",
        "transaction": "" if entry.transaction_hash is None else entry.transaction_hash.hex(),
        "height-name": "" if entry.outcome is None else str(entry.outcome.height),
        "outbox-replaces": entry.replaces or "",
        "outbox-replaced": listed.replaced_by or "",
    }
    return [(speaker.words(name), text) for name, text in told.items() if text]


def as_json(listed: Listed) -> dict[str, object]:
    """An entry as a program gets it."""
    entry, outcome = listed.entry, listed.entry.outcome
    return {
        "id": entry.id,
        "action": entry.action,
        "state": listed.standing,
        "file": None if entry.papers is None else str(entry.path),
        "record": entry.record_digest.hex() if entry.is_record else None,
        "drafted_ns": str(int(entry.created_ns)),
        "valid_until": int(entry.valid_until),
        "height": None if outcome is None else int(outcome.height),
        "index": outcome.log_index if isinstance(outcome, FinalAt) else None,
        "code": REFUSALS.get(outcome.code, Refused).code if isinstance(outcome, RefusedAt) else None,
        "note": entry.note or None,
        "transaction": None if entry.transaction_hash is None else entry.transaction_hash.hex(),
        "signed": [] if entry.signed is None else [encode_key_text(each.key) for each in entry.signed.signatures],
        "missing": [encode_key_text(key) for key in entry.missing],
        "replaces": entry.replaces,
        "replaced_by": listed.replaced_by,
        "failed": listed.has_failed,
        "dismissed": listed.is_dismissed,
    }


# ---- send ------------------------------------------------------------------------------------------------------------
async def send(session: Session) -> int:
    """Hand over the same bytes again, and say what is known of them. Exit status 0: all were taken, or have landed."""
    with closing(open_outbox(session.home)) as outbox:
        entries = list(outbox.pending()) if session.given.all else [find(outbox, session.given.id).entry]
        if not entries:
            session.speaker.say(session.speaker.words("outbox-nothing-to-send"))
        taken = [await _send(session, outbox, entry) for entry in entries]
        session.speaker.answer({"outbox": [as_json(find_listed(outbox, entry.id)) for entry in entries]})
    return DONE if all(taken) else FAILED


async def _send(session: Session, outbox: Outbox, entry: Entry) -> bool:
    courier, speaker = Courier(session.node, outbox), session.speaker
    is_taken = entry.is_sendable
    try:
        if entry.is_sendable:
            await courier.send(entry.id)
    except LuopuError as error:
        is_taken = False
        speaker.say(speaker.words("would-be-refused", reason=explain(error, speaker.language).sentence))
    with suppress(LuopuError):
        outcome: Outcome = await courier.outcome(entry.id)
        del outcome  # journaled
    listed = find_listed(outbox, entry.id)
    speaker.say(_line(session, listed))
    return is_taken or listed.entry.state is State.FINAL


# ---- anew ------------------------------------------------------------------------------------------------------------
async def renew(session: Session) -> int:
    """Draft anew what came to nothing, show it, sign it, and follow it to the outcome."""
    with closing(open_outbox(session.home)) as outbox:
        old = find(outbox, session.given.id).entry
        key, notary = session.key, make_notary(session.node, outbox, session.key)
        clock, randomness = SystemClock(), SystemRandomness()
        new = await Renewing(session.node, outbox, notary, key.public_key, clock, randomness).draft(old.id)
        actor = make_actor(session, outbox)
        prepared = await actor.weigh(new.id)
        if new.is_record:  # its place is behind what may not have arrived yet
            reasons = tuple(reason for reason in prepared.reasons if reason.code not in PLACED)
            prepared = replace(prepared, reasons=reasons)
        return await carry(session, actor, prepared)


async def discard(desk: Desk) -> int:
    """Forget a draft; or what waits for approvals that can no longer come, which the node says."""
    with closing(open_outbox(desk.home)) as outbox:
        entry = find(outbox, desk.given.id).entry
        height = 0
        if entry.state is State.WAITING and entry.is_own:
            async with node_of(desk.home) as node:
                height = (await node.status()).height
        await asyncio.to_thread(outbox.discard, entry.id, height=height)
    desk.speaker.say(desk.speaker.words("outbox-discarded", id=entry.id[:SHOWN_DIGITS]))
    desk.speaker.answer({"discarded": entry.id})
    return DONE


async def dismiss(desk: Desk) -> int:
    """It is no longer wanted."""
    with closing(open_outbox(desk.home)) as outbox:
        entry = find(outbox, desk.given.id).entry
        outbox.dismiss(entry.id)
        listed = find_listed(outbox, entry.id)
    desk.speaker.say(desk.speaker.words("outbox-dismissed", id=entry.id[:SHOWN_DIGITS]))
    desk.speaker.answer(as_json(listed))
    return DONE


QUESTIONS: Mapping[str, Doer | Callable[[Desk], Awaitable[int]]] = {
    "outbox list": list_outbox,
    "outbox show": show,
    "outbox send": send,
    "outbox renew": renew,
    "outbox discard": discard,
    "outbox dismiss": dismiss,
}
DEEDS: Mapping[str, Maker] = {}
