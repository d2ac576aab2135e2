"""`luopu grant`: a user lets a partner have data that another partner keeps, and takes it back (white paper 4.2.2)."""

from collections.abc import Mapping
from functools import partial

from google.protobuf.message import Message

from app.cli.registry.listing import say_list, up_to
from app.cli.registry.perform import DONE, FAILED
from app.cli.registry.receipts import name_text, names_as_json
from app.cli.registry.session import Doer, Maker, Session
from app.client.members import GrantView
from app.core.messages import clean, moment_text
from app.core.plain import plain_of
from app.core.wire import registry_pb2 as wire

MANY = 65_536


async def give(session: Session) -> Message:
    """A partner may have what another keeps."""
    given = session.given
    return wire.Grant(
        grantee=await session.number(given.grantee),
        holder=await session.number(given.holder),
        scope=await session.digest(given.scope),
        purpose=given.purpose,
        expires_ns=given.expires,
    )


async def withdraw(session: Session) -> Message:
    """It may not any more."""
    return wire.WithdrawGrant(grant=session.given.grant)


async def list_grants(session: Session) -> int:
    """Grants that an account gave, or that it was given."""
    number, reader = int((await session.account(session.given.account)).account.id), session.reader
    found, names = (
        await up_to(session.given.limit, lambda cursor: reader.grants_to(number, cursor=cursor))
        if session.given.received
        else await up_to(session.given.limit, lambda cursor: reader.grants(number, cursor=cursor))
    )
    say_list(session.speaker, "grants", found, names, partial(_line, session), _as_json)
    return DONE


async def check(session: Session) -> int:
    """Whether one of the user's grants lets the partner have the data now. Exit status 0 if so, else 1."""
    given, reader = session.given, session.reader
    user, grantee = int((await session.account(given.user)).account.id), await session.number(given.grantee)
    holder = (await session.own()).id if given.holder is None else await session.number(given.holder)
    scope = await session.digest(given.scope)
    found, names = await up_to(MANY, lambda cursor: reader.grants(user, cursor=cursor, limit=256))
    standing = [
        each
        for each in found
        if each.is_in_force
        and (each.grant.grantee, each.grant.holder) == (grantee, holder)
        and scope in (b"", each.grant.scope)
    ]
    session.speaker.say(session.speaker.words("may-have" if standing else "may-not-have"))
    for each in standing:
        session.speaker.say(_line(session, each))
    session.speaker.answer(
        {"granted": bool(standing), "grants": [_as_json(each) for each in standing], "named": names_as_json(names)}
    )
    return DONE if standing else FAILED


def _line(session: Session, each: GrantView) -> str:
    speaker, grant = session.speaker, each.grant
    until = moment_text(grant.expires_ns) if grant.expires_ns else speaker.words("always")
    return speaker.words(
        "grant-line",
        grant=each.id.hex(),
        user=name_text(each.names, each.user),
        grantee=name_text(each.names, grant.grantee),
        holder=name_text(each.names, grant.holder),
        scope=grant.scope.hex(),
        purpose=clean(grant.purpose),
        until=until,
        state=speaker.words("counts" if each.is_in_force else "counts-not"),
    )


def _as_json(each: GrantView) -> dict[str, object]:
    return {"id": each.id.hex(), "user": each.user, "in_force": each.is_in_force, **plain_of(each.grant)}


QUESTIONS: Mapping[str, Doer] = {"grant list": list_grants, "grant check": check}
DEEDS: Mapping[str, Maker] = {"grant give": give, "grant withdraw": withdraw}
