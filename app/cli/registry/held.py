"""`luopu held` and `sign-request`: approvals that come after the maker has signed (复核): on the chain, or by a file.

Guarantees: a checker is shown what waits, decoded from its own bytes, and signs the digest of those bytes.
"""

import asyncio
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

from google.protobuf.message import Message

from app.cli.elsewhere import KeyElsewhere, knows, load_any
from app.cli.registry.listing import say_list, up_to
from app.cli.registry.perform import DONE, carry, make_actor
from app.cli.registry.session import Beside, Deed, Doer, Maker, Pairs, Session
from app.cli.registry.told import fact_pairs, told_pairs
from app.cli.work import open_outbox
from app.client.members import HeldView
from app.client.registry import every
from app.core.facts import facts_of
from app.core.keys import PublicKey, encode_key_text
from app.core.messages import action_name
from app.core.plain import plain_of
from app.core.refusals import AlreadySigned, UnknownHeld
from app.core.wire import registry_pb2 as wire
from app.wallet.approval import Draft
from app.wallet.entry import Entry


async def list_held(session: Session) -> int:
    """What waits for approvals."""
    number = int((await session.account(session.given.account)).account.id)
    found, names = await up_to(session.given.limit, lambda cursor: session.reader.held(number, cursor=cursor))
    say_list(session.speaker, "held", found, names, partial(_line, session), _as_json)
    return DONE


def _line(session: Session, view: HeldView) -> str:
    speaker = session.speaker
    state = speaker.words(
        "held-open" if view.is_open else "held-over", missing=view.missing, height=view.body.hold_until
    )
    return f"{view.id.hex()}  {action_name(view.action, speaker.language)}  {state}"


def _as_json(view: HeldView) -> dict[str, object]:
    return {
        "id": view.id.hex(),
        "action": view.action,
        "body": plain_of(view.body),
        "digest": view.digest.hex(),
        "maker": encode_key_text(view.maker),
        "approvers": [encode_key_text(key) for key in view.approvers],
        "missing": view.missing,
        "open": view.is_open,
    }


async def countersign(session: Session) -> Deed:
    """Approve what waits: the digest that is signed is that of the bytes that are shown.

    Raises:
        UnknownHeld: nothing waits under this id.
        AlreadySigned: this key made it, or has approved it.
    """
    held: bytes = session.given.held
    number = (await session.own()).id
    async for view in every(lambda cursor: session.reader.held(number, cursor=cursor)):
        if view.id == held:
            _check_not_signed(view, session.key.public_key)
            action = wire.Countersign(held=held, digest=view.digest)
            return Deed(action, Beside(told=await _waiting(session, view)))
    raise UnknownHeld(held=held.hex(), account=number)


def _check_not_signed(view: HeldView, key: PublicKey) -> None:
    if key in (view.maker, *view.approvers):
        raise AlreadySigned(held=view.id.hex(), key=encode_key_text(key))


async def _waiting(session: Session, view: HeldView) -> Pairs:
    """What waits, decoded from its bytes, with what the node knows of it."""
    speaker = session.speaker
    message: Message = getattr(view.body, view.action)
    facts = facts_of(message)
    pairs = [
        (speaker.words("action"), action_name(view.action, speaker.language)),
        *fact_pairs(facts, speaker.language),
        *await told_pairs(session, facts),
        (speaker.words("signed-by"), ", ".join(map(encode_key_text, (view.maker, *view.approvers)))),
        (speaker.words("digest"), view.digest.hex()),
    ]
    return [(speaker.words("waits-name", name=name), text) for name, text in pairs]


async def discard(session: Session) -> Message:
    """It waits no longer."""
    return wire.Discard(held=session.given.held)


async def sign_request(session: Session) -> int:
    """Sign what another desk asks for; once all have signed, send it and follow it to the outcome."""
    request = await asyncio.to_thread(load_any, Path(session.given.file))
    with closing(open_outbox(session.home)) as outbox:
        beside = Beside(keeps_draft=isinstance(request, Draft) and knows(outbox, request))
        entry = outbox.adopt_draft(request) if isinstance(request, Draft) else outbox.adopt(request.raw)
        if entry.signed is not None and not _asks_a_key(session, entry):
            session.key = KeyElsewhere(entry.signed.maker)
        actor = make_actor(session, outbox)
        return await carry(session, actor, await actor.weigh(entry.id), beside)


def _asks_a_key(session: Session, entry: Entry) -> bool:
    """Whether a key of this desk may have to sign. A desk that has none sends on what keys elsewhere have signed."""
    is_here = session.given.signing_key is not None or session.home.keystore.exists()
    return entry.transaction is None and (is_here or not entry.is_own)


QUESTIONS: Mapping[str, Doer] = {"held list": list_held, "sign-request": sign_request}
DEEDS: Mapping[str, Maker] = {"held countersign": countersign, "held discard": discard}
