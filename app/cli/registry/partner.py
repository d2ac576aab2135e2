"""`luopu partner`: the operator admits organisations, changes and stops them; anybody may look (white paper 3.1, 3.6)."""

from collections.abc import Mapping

from google.protobuf.message import Message

from app.cli.registry.account import account_as_json, show, thresholds_of
from app.cli.registry.listing import say_list, up_to
from app.cli.registry.perform import DONE
from app.cli.registry.session import Doer, Maker, Session
from app.client.members import AccountView
from app.core.messages import clean, party_name, permission_name
from app.core.plain import enum_text
from app.core.wire import registry_pb2 as wire


async def admit(session: Session) -> Message:
    """An organisation comes onto the chain."""
    given = session.given
    return wire.Admit(
        party=given.party,
        name=given.name,
        keys=[await session.card(text) for text in given.card],
        permissions=sorted(set(given.permission)),
        agreement=await session.digest(given.agreement),
        quota_points=given.quota,
        thresholds=thresholds_of(dict(given.threshold)),
    )


async def amend(session: Session) -> Message:
    """The law wants permissions and quota at once: what is not named is taken as it is."""
    given, now = session.given, (await session.account(session.given.account)).account
    keeps = not given.permission and not given.no_permissions
    return wire.Amend(
        account=now.id,
        name=given.name,
        permissions=now.permissions if keeps else sorted(set(given.permission)),
        quota_points=now.quota_points if given.quota is None else given.quota,
        agreement=await session.digest(given.agreement),
    )


async def suspend(session: Session) -> Message:
    """It can do nothing any more."""
    return wire.Suspend(account=await session.number(session.given.account), order=await session.order())


async def resume(session: Session) -> Message:
    """It can again."""
    return wire.Resume(account=await session.number(session.given.account), order=await session.order())


async def list_partners(session: Session) -> int:
    """Organisations of a kind, by number."""
    given = session.given
    found, names = await up_to(given.limit, lambda cursor: session.reader.accounts(given.party, cursor=cursor))

    def line(view: AccountView) -> str:
        account, language = view.account, session.speaker.language
        permissions = [
            permission_name(enum_text(wire.Permission.DESCRIPTOR, each), language) for each in account.permissions
        ]
        party = party_name(enum_text(wire.Party.DESCRIPTOR, account.party), language)
        state = "" if view.is_in_force else session.speaker.words("suspended")
        return f"{account.id:>6}  {clean(account.name)}  {party}  {', '.join(permissions) or '—'}  {state}".rstrip()

    say_list(session.speaker, "accounts", found, names, line, account_as_json)
    return DONE


QUESTIONS: Mapping[str, Doer] = {"partner list": list_partners, "partner show": show}
DEEDS: Mapping[str, Maker] = {
    "partner admit": admit,
    "partner amend": amend,
    "partner suspend": suspend,
    "partner resume": resume,
}
