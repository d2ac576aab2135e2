"""`luopu reserve list`, `publish`, `discard`: what becomes of a snapshot (white paper 3.4.3).

Guarantees: "published" is said once the block after the publication is final and a proof was verified as its reader will
verify it. What may still come onto the chain is not discarded. Leaves to others: signing, approvals and receipts, which are
those of every other action (`app.cli.registry.perform`).
"""

from collections.abc import Mapping
from contextlib import closing

from app.cli.registry.perform import DONE, perform
from app.cli.registry.session import Beside, Deed, Pairs, Session
from app.cli.registry.told import account_text
from app.cli.reserve.asking import Runner, asks, reserves_of
from app.cli.reserve.figures import moment, much, ratio
from app.cli.work import open_outbox
from app.client.reserve.book import SnapshotNote
from app.client.reserve.work import Snapshot
from app.core.errors import BadKey
from app.core.keys import encode_key_text
from app.core.messages import clean, explain
from app.core.reserveerrors import SnapshotLate
from app.core.wire import registry_pb2 as wire
from app.wallet.overview import unsettled


# ---- what is shown of one --------------------------------------------------------------------------------------------
def state_of(found: Snapshot, waiting: str) -> str:
    """made, short, late, waiting (its publication is signed), published or superseded."""
    if found.note.published is not None:
        return "superseded" if found.later else "published"
    if waiting:
        return "waiting"
    if found.error is None:
        return "made"
    return "late" if isinstance(found.error, SnapshotLate) else "short"


def waiting_for(session: Session, note: SnapshotNote) -> str:
    """The publication of a snapshot that was drafted or signed here and has no outcome yet; none: nothing."""
    if not session.home.outbox.exists():
        return ""
    with closing(open_outbox(session.home)) as outbox:
        for listed in unsettled(outbox):
            action = listed.entry.draft.action
            if not isinstance(action, wire.AttestCustody) or listed.has_failed:
                continue
            if (action.statement, action.root) == (note.header.digest, note.root):
                return str(listed.entry.id)
    return ""


async def facts_of(session: Session, note: SnapshotNote) -> Pairs:
    """What a clerk must know of a snapshot."""
    words, header, decimals = session.speaker.words, note.header, note.terms.decimals
    pairs = [
        (words("reserve-voucher"), f"{clean(note.terms.name)} {header.voucher.hex()}"),
        (words("reserve-owed"), much(note.total, decimals)),
        (words("reserve-held"), _held_text(session, note)),
        (words("reserve-users"), str(note.note.users)),
        (words("reserve-as-of"), _moment(session, header.height, note.note.block_ns)),
        (words("reserve-list"), f"{clean(note.note.source)} {note.note.source_sha256.hex()}"),
        (words("reserve-root"), note.root.hex()),
    ]
    if len(header.accounts) > 1:
        for kept in header.accounts:
            held = f"{await account_text(session, kept.account.number)}: {much(kept.balance, decimals)}"
            pairs.append((words("account"), held))
    more = {"reserve-padding": str(note.note.padding), "reserve-unclaimed": much(note.note.unclaimed, decimals)}
    is_said = {"reserve-padding": note.note.padding, "reserve-unclaimed": note.note.unclaimed}
    return [*pairs, *((words(name), text) for name, text in more.items() if is_said[name])]


def _held_text(session: Session, note: SnapshotNote) -> str:
    held = note.header.custody
    return session.speaker.words(
        "reserve-held-ratio", held=much(held, note.terms.decimals), ratio=ratio(held, note.total)
    )


def _moment(session: Session, height: int, time_ns: int) -> str:
    return session.speaker.words("reserve-moment", height=height, time=moment(time_ns))


def as_json(session: Session, found: Snapshot, waiting: str) -> dict[str, object]:
    """A snapshot as a program gets it."""
    note, header, made = found.note, found.note.header, found.note.note
    published = (
        None
        if note.published is None
        else {
            "height": int(note.published.height),
            "time_ns": str(note.published.time_ns),
            "transaction": note.published.transaction_hash.hex(),
        }
    )
    return {
        "id": note.id,
        "state": state_of(found, waiting),
        "voucher": header.voucher.hex(),
        "name": note.terms.name,
        "decimals": note.terms.decimals,
        "unique": header.is_unique,
        "owed": note.total,
        "held": header.custody,
        "missing": max(note.total - header.custody, 0),
        "ratio": ratio(header.custody, note.total),
        "accounts": [{"account": each.account.number, "held": each.balance} for each in header.accounts],
        "height": int(header.height),
        "time_ns": str(made.block_ns),
        "made_ns": str(made.made_ns),
        "users": made.users,
        "rows": made.rows,
        "padding": made.padding,
        "unclaimed": made.unclaimed,
        "list": made.source,
        "list_sha256": made.source_sha256.hex(),
        "root": note.root.hex(),
        "statement": header.digest.hex(),
        "published": published,
        "later": found.later,
        "reason": None if found.error is None else session.speaker.reason_as_json(found.error),
    }


# ---- list ------------------------------------------------------------------------------------------------------------
async def list_snapshots(session: Session) -> int:
    """All that are kept here, newest first, after looking at the chain for their publications."""
    speaker = session.speaker
    async with reserves_of(session) as reserving:
        told = [(found, waiting_for(session, found.note)) for found in await reserving.snapshots()]
        damaged = reserving.book.damaged()
    for found, waiting in told:
        speaker.say(_line(session, found, state_of(found, waiting)))
    for name, error in damaged:
        speaker.say(speaker.words("reserve-damaged", id=name, reason=explain(error, speaker.language).sentence))
    if not told and not damaged:
        speaker.say(speaker.words("reserve-none"))
    broken = [{"id": name, "reason": speaker.reason_as_json(error)} for name, error in damaged]
    speaker.answer({"snapshots": [as_json(session, *each) for each in told], "damaged": broken})
    return DONE


def _line(session: Session, found: Snapshot, state: str) -> str:
    words, note, decimals = session.speaker.words, found.note, found.note.terms.decimals
    published = 0 if note.published is None else note.published.height
    return words(
        "reserve-line",
        id=note.id,
        name=clean(note.terms.name),
        owed=much(note.total, decimals),
        held=much(note.header.custody, decimals),
        ratio=ratio(note.header.custody, note.total),
        height=note.header.height,
        state=words(f"reserve-state-{state}", published=published, later=found.later),
    )


# ---- publish ---------------------------------------------------------------------------------------------------------
async def publish(session: Session) -> int:
    """Root and total onto the chain; of what stands there already, where."""
    snapshot = session.given.id
    async with reserves_of(session) as reserving:
        found = await reserving.snapshot(snapshot)
        if found.note.published is not None:
            session.speaker.answer({"state": "final", **_say_published(session, found)})
            return DONE
        action = await reserving.publication(snapshot)
    await _check_key(session, found.note)
    words = session.speaker.words
    told = (
        (words("reserve-held"), _held_text(session, found.note)),
        (words("reserve-not-shown"), words("reserve-private")),
    )
    return await perform(session, Deed(action, Beside(after=lambda _data: _note(session, snapshot), told=told)))


async def _check_key(session: Session, note: SnapshotNote) -> None:
    """The key that the snapshot names will be among those that sign, or no proof would hold.

    Raises:
        BadKey: it will not.
    """
    if note.header.key not in {session.key.public_key, *await session.keys(session.given.approver)}:
        own = encode_key_text(session.key.public_key)
        expected = encode_key_text(note.header.key)
        raise BadKey(reason=f"the snapshot was made for the key {expected}", expected=expected, got=own)


async def _note(session: Session, snapshot: str) -> dict[str, object]:
    """Note where it stands, which can be shown after the block behind it."""
    async with reserves_of(session) as reserving:
        found = await reserving.snapshot(snapshot)
        if found.note.published is None:
            await session.node.wait_for_height((await session.node.status()).height + 1)
            found = await reserving.snapshot(snapshot)
    return _say_published(session, found)


def _say_published(session: Session, found: Snapshot) -> dict[str, object]:
    published = found.note.published
    if published is not None:
        session.speaker.say(session.speaker.words("reserve-published", height=published.height, id=found.note.id))
    return {"snapshot": as_json(session, found, "")}


# ---- discard ---------------------------------------------------------------------------------------------------------
async def discard(session: Session) -> int:
    """Forget a snapshot."""
    snapshot = session.given.id
    async with reserves_of(session) as reserving:
        is_waiting = bool(waiting_for(session, reserving.book.note(snapshot)))
        await reserving.discard(snapshot, is_waiting=is_waiting)
    session.speaker.say(session.speaker.words("reserve-discarded", id=snapshot))
    session.speaker.answer({"id": snapshot})
    return DONE


VERBS: Mapping[str, Runner] = {"list": asks(list_snapshots), "publish": asks(publish), "discard": asks(discard)}
