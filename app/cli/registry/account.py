"""`luopu account`: who the home is on the chain, its keys, what it did, and receipts."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

from google.protobuf.message import Message

from app.cli.registry.approvals import approvals as list_approvals
from app.cli.registry.listing import say_list, up_to
from app.cli.registry.perform import DONE, FAILED
from app.cli.registry.receipts import entry_as_json, name_text, names_as_json, receipt_as_json, say_receipt
from app.cli.registry.session import Desk, Doer, Maker, Session
from app.client.members import AccountView, ActivityEntry, Names, RecognitionView, TermsView
from app.core.card import encode_card, make_card
from app.core.keys import PublicKey, encode_key_text
from app.core.messages import (
    action_name,
    choice_name,
    clean,
    moment_text,
    outcome_words,
    party_name,
    permission_name,
)
from app.core.plain import enum_text, plain_of
from app.core.wire import registry_pb2 as wire
from app.wiring.files import write_durably


# ---- show ------------------------------------------------------------------------------------------------------------
async def show(session: Session) -> int:
    """An account; of an organisation also its agreement's versions and whom it recognises."""
    view, speaker = await session.account(session.given.account), session.speaker
    number = int(view.account.id)
    terms, _ = await up_to(256, lambda cursor: session.reader.terms(number, cursor=cursor))
    recognised, names = await up_to(256, lambda cursor: session.reader.recognitions(number, cursor=cursor))
    say_account(session, view)
    _say_keys(session, view.account)
    for each in terms:
        speaker.say(f"  {_terms_text(session, each)}")
    for other in recognised:
        level = choice_name(enum_text(wire.Level.DESCRIPTOR, other.recognition.least), speaker.language)
        speaker.say(f"  {speaker.words('recognises', partner=name_text(names, other.partner), level=level)}")
    speaker.answer(
        {
            **account_as_json(view),
            "terms": [_terms_as_json(each) for each in terms],
            "recognitions": [_recognition_as_json(each) for each in recognised],
            "named": names_as_json({**view.names, **names}),
        }
    )
    return DONE


def say_account(session: Session, view: AccountView) -> None:
    """Who it is, whether it is in force, and what it may do."""
    speaker, account = session.speaker, view.account
    language = speaker.language
    speaker.say(f"{clean(account.name) or '—'}  {account.id}  {party_name(_party(account), language)}")
    permissions = [enum_text(wire.Permission.DESCRIPTOR, each) for each in account.permissions]
    left = speaker.words("left-of", left=view.quota.left, points=view.quota.points)
    pairs = {
        speaker.words("address"): account.address.hex(),
        speaker.words("in-force-name"): speaker.words("yes" if view.is_in_force else "no"),
        speaker.words("quota"): left,
    }
    if account.HasField("stop"):
        pairs[speaker.words("stopped-by")] = speaker.words(
            "stop",
            by=name_text(view.names, account.stop.by),
            height=account.stop.height,
            order=account.stop.document.hex(),
        )
    if account.party == wire.PARTY_USER:
        pairs[speaker.words("level")] = choice_name(view.level, language) if view.level != "none" else "—"
        pairs |= {
            speaker.words("certified-by", number=place): _certification_text(session, view, each)
            for place, each in enumerate(account.certifications, start=1)
        }
    else:
        pairs[speaker.words("permissions")] = ", ".join(permission_name(each, language) for each in permissions) or "—"
    for threshold in account.thresholds:
        duty = choice_name(enum_text(wire.Duty.DESCRIPTOR, threshold.duty), language)
        pairs[speaker.words("threshold", duty=duty)] = str(threshold.checkers)
    speaker.pairs(pairs)


def _certification_text(session: Session, view: AccountView, certification: wire.Certification) -> str:
    speaker = session.speaker
    level = choice_name(enum_text(wire.Level.DESCRIPTOR, certification.level), speaker.language)
    until = moment_text(certification.expires_ns) if certification.expires_ns else speaker.words("always")
    counts = "counts" if certification.partner in view.counting else "counts-not"
    partner = name_text(view.names, certification.partner)
    return speaker.words("certification", partner=partner, level=level, until=until, counts=speaker.words(counts))


def _say_keys(session: Session, account: wire.Account) -> None:
    speaker = session.speaker
    for place, key in enumerate(account.keys, start=1):
        roles = [choice_name(enum_text(wire.Role.DESCRIPTOR, role), speaker.language) for role in key.roles]
        text = encode_key_text(PublicKey.from_wire(key.key))
        speaker.say(f"  {place}  {clean(key.label) or '—'}  {text}  {', '.join(roles) or speaker.words('every-role')}")


def _terms_text(session: Session, terms: TermsView) -> str:
    return session.speaker.words("terms", version=terms.version, digest=terms.agreement.hex(), height=terms.since)


def account_as_json(view: AccountView) -> dict[str, object]:
    """An account as it counts now."""
    return {
        "account": plain_of(view.account),
        "level": view.level,
        "counting": list(view.counting),
        "in_force": view.is_in_force,
        "quota": {"points": view.quota.points, "left": view.quota.left, "renews_ns": str(view.quota.renews_ns)},
    }


def _terms_as_json(terms: TermsView) -> dict[str, object]:
    return {"version": terms.version, "agreement": terms.agreement.hex(), "since": terms.since}


def _recognition_as_json(each: RecognitionView) -> dict[str, object]:
    return {"partner": each.partner, **plain_of(each.recognition)}


def _party(account: wire.Account) -> str:
    return enum_text(wire.Party.DESCRIPTOR, account.party)


# ---- activity, receipts ----------------------------------------------------------------------------------------------
async def activity(session: Session) -> int:
    """What an account did and what concerns it."""
    number = int((await session.account(session.given.account)).account.id)
    found, names = await up_to(session.given.limit, lambda cursor: session.reader.activity(number, cursor=cursor))
    say_entries(session, "activity", found, names)
    return DONE


def say_entries(session: Session, what: str, entries: list[ActivityEntry], names: Names) -> None:
    """Entries of the log, a line for each."""
    say_list(session.speaker, what, entries, names, partial(_entry_line, session), entry_as_json)


def _entry_line(session: Session, entry: ActivityEntry) -> str:
    speaker = session.speaker
    done = outcome_words("final", speaker.language, height=entry.height)
    what = speaker.words("waits-on-chain") if entry.action == "hold" else action_name(entry.action, speaker.language)
    who = name_text(entry.names, entry.sender)
    return f"{entry.index:>6}  {moment_text(entry.time_ns)}  {what}  {who}  {done}  {entry.transaction_hash.hex()}"


async def receipt(session: Session) -> int:
    """What became of a transaction."""
    transaction: bytes = session.given.hash
    found = await session.node.receipt(transaction)
    if found is None:
        session.speaker.say(session.speaker.words("in-no-block"))
        session.speaker.answer({"state": "unknown", "transaction": transaction.hex()})
        return FAILED
    say_receipt(session.speaker, found)
    session.speaker.answer(receipt_as_json(found))
    return DONE if found.refusal is None else FAILED


# ---- keys ------------------------------------------------------------------------------------------------------------
async def card(session: Session) -> int:
    """The card of the home's key, or of one on a token."""
    given, key = session.given, session.key
    chain_id = (await session.node.status()).chain_id
    async with key.opened() as signer:
        made = make_card(signer, chain_id, key.label if given.label is None else given.label, tuple(given.role))
    text = encode_card(made)
    if given.output is not None:
        await asyncio.to_thread(write_durably, Path(given.output), f"{text}\n".encode(), mode=0o644)
    session.speaker.say(text)
    session.speaker.answer({"card": text, "key": encode_key_text(key.public_key), "output": given.output})
    return DONE


async def add_keys(session: Session) -> Message:
    """Keys come, and others may go by the same act."""
    cards = [await session.card(text) for text in session.given.cards]
    revoke = [key.to_wire() for key in await session.keys(session.given.revoke)]
    return wire.ChangeKeys(add=cards, revoke=revoke)


async def revoke_keys(session: Session) -> Message:
    """Keys go."""
    return wire.ChangeKeys(revoke=[key.to_wire() for key in await session.keys(session.given.keys)])


async def threshold(session: Session) -> Message:
    """How many checkers sign; the law wants all thresholds at once, so those that are not named are taken as they are."""
    now = (await session.account(None)).account.thresholds
    wanted = {int(each.duty): int(each.checkers) for each in now} | dict(session.given.thresholds)
    return wire.SetThresholds(thresholds=thresholds_of(wanted))


def thresholds_of(wanted: Mapping[int, int]) -> list[wire.Threshold]:
    """As the law wants them: ascending, and none that asks for nobody."""
    return [wire.Threshold(duty=wire.Duty.Name(duty), checkers=wanted[duty]) for duty in sorted(wanted) if wanted[duty]]


async def rename(session: Session) -> Message:
    """Another name."""
    return wire.Rename(name=session.given.name)


async def approvals(desk: Desk) -> int:
    """What was approved here."""
    return await asyncio.to_thread(list_approvals, desk)


QUESTIONS: Mapping[str, Doer | Callable[[Desk], Awaitable[int]]] = {
    "account approvals": approvals,
    "account show": show,
    "account card": card,
    "account activity": activity,
    "account receipt": receipt,
}
DEEDS: Mapping[str, Maker] = {
    "account keys add": add_keys,
    "account keys revoke": revoke_keys,
    "account threshold": threshold,
    "account rename": rename,
}
