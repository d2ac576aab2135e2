"""`luopu freeze` and `unfreeze`: an order against a user is carried out by its partner, or the operator (3.7)."""

from collections.abc import Mapping

from google.protobuf.message import Message

from app.cli.registry.session import Doer, Maker, Session
from app.core.wire import registry_pb2 as wire


async def freeze(session: Session) -> Message:
    """The user can do nothing any more."""
    return wire.Freeze(account=await session.number(session.given.account), order=await session.order())


async def unfreeze(session: Session) -> Message:
    """It can again."""
    return wire.Unfreeze(account=await session.number(session.given.account), order=await session.order())


QUESTIONS: Mapping[str, Doer] = {}
DEEDS: Mapping[str, Maker] = {"freeze": freeze, "unfreeze": unfreeze}
