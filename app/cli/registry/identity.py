"""`luopu enrol`, `certify`, `revoke`, `recognise`, `reset-key`: what a partner does for users (white paper 3.4.1).

Guarantees: what stands behind a certification's root is in the vault, on the disk, before the certification is signed. On
the chain goes the root alone; salts come from the system's randomness.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from google.protobuf.message import Message

from app.cli.registry.session import Beside, Deed, Doer, Maker, Session
from app.cli.registry.vault import Known, bind, forget, keep, known_of
from app.core.keys import PublicKey, encode_key_text
from app.core.wire import registry_pb2 as wire


async def enrol(session: Session) -> Deed:
    """A new account for whoever holds the card's key, with the first certification."""
    given, card = session.given, await session.card(session.given.card)
    called = given.name or card.label or encode_key_text(PublicKey.from_wire(card.key))
    known = await known_of(session, called, None)
    action = wire.Enrol(
        key=card, name=given.name, level=given.level, root=known.root, expires_ns=given.expires, answers=given.answers
    )

    async def note(data: bytes) -> Mapping[str, object]:
        await bind(session, known, int.from_bytes(data, "big"))
        return {}

    return Deed(action, replace(_kept(session, known), after=note))


async def certify(session: Session) -> Deed:
    """This partner's certification of a user, the first or another."""
    given, number = session.given, await session.number(session.given.account)
    known = await known_of(session, str(number), number)
    action = wire.Certify(
        account=number, level=given.level, root=known.root, expires_ns=given.expires, answers=given.answers
    )
    return Deed(action, _kept(session, known))


def _kept(session: Session, known: Known) -> Beside:
    return Beside(before=partial(keep, session, known), undo=partial(forget, session, known), drawn=("root",))


async def revoke(session: Session) -> Message:
    """This partner's certification goes."""
    given = session.given
    return wire.RevokeCertification(
        account=await session.number(given.account), reason=await session.digest(given.reason)
    )


async def recognise(session: Session) -> Message:
    """Another partner's certifications count here too, or no longer."""
    given = session.given
    return wire.Recognise(partner=await session.number(given.partner), least=given.least)


async def reset_key(session: Session) -> Message:
    """Another key, with the materials' digests in the same transaction."""
    given = session.given
    return wire.ResetKey(
        account=await session.number(given.account),
        key=await session.card(given.card),
        application=await session.digest(given.application),
        authentication=await session.digest(given.authentication),
    )


QUESTIONS: Mapping[str, Doer] = {}
DEEDS: Mapping[str, Maker] = {
    "enrol": enrol,
    "certify": certify,
    "revoke": revoke,
    "recognise": recognise,
    "reset-key": reset_key,
}
