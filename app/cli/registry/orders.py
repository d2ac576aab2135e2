"""`luopu order`: what authorities ordered, on record with the digest of the legal document (white paper 3.7)."""

from collections.abc import Mapping

from google.protobuf.message import Message

from app.cli.registry.account import say_entries
from app.cli.registry.listing import up_to
from app.cli.registry.perform import DONE
from app.cli.registry.session import Doer, Maker, Session
from app.core.errors import UsageError
from app.core.wire import registry_pb2 as wire


async def record(session: Session) -> Message:
    """Nothing changes but the log."""
    return wire.RecordOrder(account=await session.number(session.given.account), order=await session.order())


async def list_orders(session: Session) -> int:
    """Orders about an account or a voucher, newest first."""
    given, reader = session.given, session.reader
    if given.voucher is not None:
        found, names = await up_to(given.limit, lambda cursor: reader.orders_on_voucher(given.voucher, cursor=cursor))
    elif given.account is not None:
        number = await session.number(given.account)
        found, names = await up_to(given.limit, lambda cursor: reader.orders_on_account(number, cursor=cursor))
    else:
        raise UsageError(argument="order list", expected="ACCOUNT or --voucher VOUCHER")
    say_entries(session, "orders", found, names)
    return DONE


QUESTIONS: Mapping[str, Doer] = {"order list": list_orders}
DEEDS: Mapping[str, Maker] = {"order record": record}
