"""`luopu agreement`: put a document before its parties, confirm it, take that back, look (white paper 3.4.2).

Guarantees: the context document of what is opened here is on the disk before anybody signs; the chain has its digest only.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from google.protobuf.message import Message

from app.cli.registry.listing import say_list, up_to
from app.cli.registry.perform import DONE
from app.cli.registry.receipts import name_text, names_as_json
from app.cli.registry.session import Beside, Deed, Doer, Maker, Session
from app.client.contexts import capture_file, keep_context
from app.client.members import AgreementView
from app.core.messages import clean
from app.core.plain import plain_of
from app.core.record import context_digest
from app.core.wire import registry_pb2 as wire
from app.wiring.system import SystemClock, SystemRandomness


async def open_agreement(session: Session) -> Deed:
    """The document, its parties, and until when they may confirm."""
    given, digests = session.given, await session.digests(session.given.file)
    name, by = Path(given.file).name, session.key.label
    context = capture_file(name, digests.size, by, SystemClock(), SystemRandomness())
    action = wire.OpenAgreement(
        sha256=digests.sha256,
        sm3=digests.sm3,
        size=digests.size,
        subject=given.subject,
        context_digest=context_digest(context),
        parties=await session.numbers(given.party),
        deadline=await session.height_after(given.blocks),
    )
    keep = partial(asyncio.to_thread, keep_context, session.home.contexts, context)
    return Deed(action, Beside(before=keep, drawn=("context_digest", "deadline")))


async def confirm(session: Session) -> Message:
    """This party confirms the document that it has before it."""
    return wire.ConfirmAgreement(agreement=session.given.agreement, sha256=await session.digest(session.given.file))


async def retract(session: Session) -> Message:
    """It takes that back."""
    return wire.RetractConfirmation(agreement=session.given.agreement)


# ---- look ------------------------------------------------------------------------------------------------------------
async def list_agreements(session: Session) -> int:
    """Agreements that an account opened or is a party of."""
    number = int((await session.account(session.given.account)).account.id)
    found, names = await up_to(session.given.limit, lambda cursor: session.reader.agreements(number, cursor=cursor))
    say_list(session.speaker, "agreements", found, names, partial(_line, session), _as_json)
    return DONE


async def show(session: Session) -> int:
    """An agreement, and who has confirmed."""
    view = await session.reader.agreement(session.given.agreement)
    speaker, agreement = session.speaker, view.agreement
    speaker.say(_line(session, view))
    speaker.pairs(
        {
            "SHA-256": agreement.terms.sha256.hex(),
            "SM3": agreement.terms.sm3.hex(),
            speaker.words("opened-by"): name_text(view.names, agreement.opener),
            **{
                name_text(view.names, party): speaker.words(
                    "confirmed-it" if party in agreement.confirmed else "not-yet"
                )
                for party in agreement.terms.parties
            },
        }
    )
    speaker.answer({**_as_json(view), "named": names_as_json(view.names)})
    return DONE


def _line(session: Session, view: AgreementView) -> str:
    speaker, agreement = session.speaker, view.agreement
    if agreement.final:
        state = speaker.words("agreement-final", height=agreement.final)
    else:
        state = speaker.words(
            "agreement-open" if view.is_open else "agreement-lapsed",
            confirmed=len(agreement.confirmed),
            parties=len(agreement.terms.parties),
            height=agreement.terms.deadline,
        )
    return f"{view.id.hex()}  {state}  {clean(agreement.terms.subject)}".rstrip()


def _as_json(view: AgreementView) -> dict[str, object]:
    return {"id": view.id.hex(), "open": view.is_open, **plain_of(view.agreement)}


QUESTIONS: Mapping[str, Doer] = {"agreement list": list_agreements, "agreement show": show}
DEEDS: Mapping[str, Maker] = {
    "agreement open": open_agreement,
    "agreement confirm": confirm,
    "agreement retract": retract,
}
