"""`luopu held` and `sign-request`: approvals that come after the maker has signed (复核): on the chain, or by a file.

Guarantees: a checker is shown what waits, decoded from its own bytes, and signs the digest of those bytes.
"""

import asyncio
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

from google.protobuf.message import Message

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
from app.wallet.request_file import load_request


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
    signed = await asyncio.to_thread(load_request, Path(session.given.file))
    with closing(open_outbox(session.home)) as outbox:
        entry = outbox.adopt(signed.raw)
        actor = make_actor(session, outbox)
        return await carry(session, actor, await actor.weigh(entry.id))


QUESTIONS: Mapping[str, Doer] = {"held list": list_held, "sign-request": sign_request}
DEEDS: Mapping[str, Maker] = {"held countersign": countersign, "held discard": discard}
