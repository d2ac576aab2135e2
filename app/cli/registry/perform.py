"""From an action to its receipt: what every command that changes something does, in one order.

Guarantees: everything that is signed is shown first, decoded from the very bytes; what only the node says stands apart.
A reason why it would be refused is said before the passphrase is asked for, and nothing is signed then, unless --anyway.
What was signed is kept before it is sent. "Done" is said with a height or not at all, and the exit status is 0 only then.
"""

import asyncio
from contextlib import closing, suppress
from pathlib import Path

from google.protobuf.message import Message

from app.cli.elsewhere import check_free, lasting_of, save_once
from app.cli.registry.receipts import receipt_as_json, say_receipt, state_of
from app.cli.registry.session import NOTHING_BESIDE, Beside, Deed, Session
from app.cli.registry.told import body_pairs, told_pairs
from app.cli.signing import key_pairs
from app.cli.work import open_outbox
from app.client.acting import Actor, Prepared
from app.client.drafting import is_cut_off
from app.client.model import Final, NeverLanded, Outcome, RefusedInBlock
from app.core.codec import encode
from app.core.errors import LuopuError, NotFound
from app.core.keys import encode_key_text
from app.core.messages import clean, explain, outcome_words
from app.core.ports import Signer
from app.core.refusals import Expired
from app.core.transaction import decode_body
from app.desk.consent import consent_reasons
from app.wallet.entry import Entry
from app.wallet.outbox import Outbox
from app.wallet.signatures import check_may_sign
from app.wiring.system import SystemClock, SystemRandomness

DONE, FAILED = 0, 1
REQUEST_SUFFIX = ".luopu-request"


async def perform(session: Session, wanted: Message | Deed) -> int:
    """Do an action: prepare, show, sign, send, follow, and tell what became of it."""
    deed = wanted if isinstance(wanted, Deed) else Deed(wanted, NOTHING_BESIDE)
    with closing(open_outbox(session.home)) as outbox:
        actor = make_actor(session, outbox)
        return await carry(session, actor, await _prepared(session, actor, outbox, deed), deed.beside)


async def _prepared(session: Session, actor: Actor, outbox: Outbox, deed: Deed) -> Prepared:
    """What an interrupted command began and may still come to its end, or the action anew."""
    approvers, hold = await session.keys(session.given.approver), session.given.hold
    begun = _begun(outbox, deed)
    lasting = lasting_of(session.given)
    prepared = await actor.prepare(begun, approvers, hold, lasting)
    # a request whose approvals can no longer come is in nobody's way
    is_over = bool(prepared.entry.missing) and any(isinstance(reason, Expired) for reason in prepared.reasons)
    # what is drawn by chance goes with what is kept beside it
    has_failed = begun is not deed.action and not prepared.is_signed_before
    if is_over or has_failed:
        await actor.discard(prepared.entry.id)
        prepared = await actor.prepare(deed.action, approvers, hold, lasting)
    return prepared


def _begun(outbox: Outbox, deed: Deed) -> Message:
    """The action; of one with fields drawn by chance, that of an interrupted command which wanted the same."""
    for entry in (*outbox.pending(), *outbox.waiting()) if deed.beside.drawn else ():
        begun: Message = getattr(decode_body(entry.draft.body_bytes), entry.action)
        if (
            entry.is_own
            and begun.DESCRIPTOR is deed.action.DESCRIPTOR
            and _fixed(begun, deed) == _fixed(deed.action, deed)
        ):
            return begun
    return deed.action


def _fixed(action: Message, deed: Deed) -> bytes:
    fixed = type(action)()
    fixed.CopyFrom(action)
    for name in deed.beside.drawn:
        fixed.ClearField(name)
    return encode(fixed)


def make_actor(session: Session, outbox: Outbox) -> Actor:
    """Acts with the command's key."""
    return Actor(session.node, outbox, session.key.public_key, SystemClock(), SystemRandomness())


async def carry(session: Session, actor: Actor, prepared: Prepared, beside: Beside = NOTHING_BESIDE) -> int:
    """The same of what is drafted, or came from another desk."""
    entry = prepared.entry
    reasons = await _reasons(session, prepared)
    # a colleague's key may sign at this desk what another key of this desk has signed
    is_to_sign = entry.transaction is None and (
        not prepared.is_signed_before or session.key.public_key in entry.missing
    )
    await _show(session, prepared, beside, reasons, is_to_sign=is_to_sign)
    if is_to_sign:
        if reasons and not session.given.anyway:
            _forget(session, entry, beside)
            session.speaker.refuse(reasons)
            return FAILED
        if vars(session.given).get("draft_to") is not None:
            return await _carry_out(session, entry, beside)
        entry = await _sign(session, actor, entry, beside)
    if entry.missing:
        return await _hand_over(session, entry)
    if entry.signed is not None and entry.shown.approvers and session.given.request is not None:
        await asyncio.to_thread(save_once, Path(session.given.request), entry.signed)  # for who began it
    if session.given.no_wait:
        return _tell_sent(session, await actor.send(entry.id))
    if is_cut_off(await session.node.status(), SystemClock().now()):
        session.speaker.say(session.speaker.words("waits-for-network"))
    status = await _tell(session, entry, await actor.follow(entry.id), beside)
    actor.mark_told(entry.id)
    return status


async def _reasons(session: Session, prepared: Prepared) -> tuple[LuopuError, ...]:
    """Why it would be refused as things stand: for what is done, and for who signs. Of another's request: that it is one."""
    if prepared.entry.transaction is not None or prepared.account.address != prepared.entry.shown.sender:
        return prepared.reasons
    account = (await session.reader.account(prepared.account.id)).account
    return (*prepared.reasons, *consent_reasons(account, prepared.entry, session.key.public_key))


async def _sign(session: Session, actor: Actor, draft: Entry, beside: Beside) -> Entry:
    """What is not signed is not kept."""
    try:
        check_may_sign(draft.draft, draft.signed, session.key.public_key)
        async with session.key.opened() as signer:
            return await _keep_and_sign(session, actor, draft, beside, signer)
    except BaseException:
        _forget(session, draft, beside)
        raise


async def _keep_and_sign(session: Session, actor: Actor, draft: Entry, beside: Beside, signer: Signer) -> Entry:
    """Nor is what belongs to it."""
    try:
        if beside.before is not None:
            await beside.before()
        return actor.sign(draft.id, signer)
    except BaseException:
        if beside.undo is not None:
            _forget(session, draft, beside)  # what is drafted keeps what belongs to it
            with suppress(LuopuError):
                await beside.undo()
        raise


def _forget(session: Session, entry: Entry, beside: Beside) -> None:
    """A draft that nobody signs, or a request: by a fresh look, which alone tells what a failed write left on the disk."""
    if beside.keeps_draft:
        return
    with suppress(LuopuError), closing(open_outbox(session.home)) as outbox:
        outbox.discard(entry.id)


# ---- what is shown ---------------------------------------------------------------------------------------------------
async def _show(
    session: Session, prepared: Prepared, beside: Beside, reasons: tuple[LuopuError, ...], *, is_to_sign: bool
) -> None:
    """First what the bytes say, then what only the node says."""
    speaker, shown = session.speaker, prepared.entry.shown
    if speaker.as_json:
        return
    speaker.say(speaker.words("to-sign" if is_to_sign or not prepared.is_signed_before else "signed-before"))
    speaker.pairs(body_pairs(speaker, shown, prepared.entry.signed))
    speaker.say(speaker.words("node-says"))
    account = prepared.account
    speaker.pairs(
        [
            *await told_pairs(session, shown.facts.said),
            *beside.told,
            (speaker.words("account"), f"{clean(account.name)} {account.id}"),
            *key_pairs(speaker, session.key),
            (speaker.words("cost"), speaker.words("points", points=prepared.points, left=account.quota.left)),
        ]
    )
    for reason in reasons:
        speaker.say(speaker.words("would-be-refused", reason=explain(reason, speaker.language).sentence))


# ---- for keys at other desks -----------------------------------------------------------------------------------------
async def _carry_out(session: Session, draft: Entry, beside: Beside) -> int:
    """Written for a key on another computer instead of signed; what belongs to it is kept as if it had been signed."""
    path, speaker = Path(session.given.draft_to), session.speaker
    try:
        check_may_sign(draft.draft, None, session.key.public_key)
        check_free(path)
        if beside.before is not None:
            await beside.before()
        await asyncio.to_thread(save_once, path, draft.draft)
    except BaseException:
        _forget(session, draft, beside)
        if beside.undo is not None:
            with suppress(LuopuError):
                await beside.undo()
        raise
    speaker.say(speaker.words("draft-written", path=path))
    speaker.answer({**_frame(draft), "state": "draft", "draft": str(path)})
    return DONE


async def _hand_over(session: Session, entry: Entry) -> int:
    assert entry.signed is not None, "this desk has signed it"
    default = f"{entry.action.replace('_', '-')}-{entry.id[:8]}{REQUEST_SUFFIX}"
    path = Path(session.given.request or default)
    await asyncio.to_thread(save_once, path, entry.signed)
    speaker = session.speaker
    speaker.say(speaker.words("request-written", path=path, count=len(entry.missing)))
    speaker.pairs({speaker.words("missing"): ", ".join(map(encode_key_text, entry.missing))})
    speaker.answer(
        {
            **_frame(entry),
            "state": "waiting",
            "request": str(path),
            "missing": [encode_key_text(key) for key in entry.missing],
        }
    )
    return FAILED


# ---- what became of it -----------------------------------------------------------------------------------------------
def _tell_sent(session: Session, entry: Entry) -> int:
    """Nobody knows yet what becomes of it."""
    speaker, transaction = session.speaker, entry.transaction_hash or b""
    speaker.say(outcome_words("unknown", speaker.language))
    speaker.answer({"state": "unknown", "transaction": transaction.hex(), **_frame(entry)})
    return DONE


async def _tell(session: Session, entry: Entry, outcome: Outcome, beside: Beside) -> int:
    speaker, transaction = session.speaker, entry.transaction_hash or b""
    if not isinstance(outcome, Final | RefusedInBlock):
        state = "expired" if isinstance(outcome, NeverLanded) else "unknown"
        speaker.say(outcome_words(state, speaker.language))
        speaker.answer({"state": state, "transaction": transaction.hex(), "height": outcome.height, **_frame(entry)})
        return FAILED
    receipt = await session.node.receipt(transaction)
    if receipt is None:
        raise NotFound(what="receipt", name=transaction.hex())
    say_receipt(speaker, receipt)
    more = await beside.after(receipt.data) if beside.after is not None and state_of(receipt) == "final" else {}
    did = None if receipt.entry is None else receipt.entry.action
    speaker.answer({**receipt_as_json(receipt), "did": did, **_frame(entry), **more})
    return DONE if isinstance(outcome, Final) else FAILED


def _frame(entry: Entry) -> dict[str, object]:
    shown = entry.shown
    ids = {fact.name: fact.value.hex() for fact in shown.facts.ids if isinstance(fact.value, bytes)}
    return {"action": shown.action, "digest": shown.digest.hex(), "valid_until": int(shown.valid_until), "ids": ids}
