"""`luopu voucher supervise`: cap, flow, an account's holding, a piece; each under an order (white paper 3.4.3, 3.7)."""

from collections.abc import Mapping

from google.protobuf.message import Message

from app.cli.registry.session import Doer, Maker, Session, units_of
from app.core.wire import registry_pb2 as wire

FLOWS: Mapping[str, wire.Flow] = {"open": wire.FLOW_OPEN, "held": wire.FLOW_HELD, "frozen": wire.FLOW_FROZEN}


async def cap(session: Session) -> Message:
    """Another cap."""
    given = session.given
    units = units_of(given.cap, await session.terms(given.voucher))
    return wire.Supervise(voucher=given.voucher, order=await session.order(), cap=units)


async def flow(session: Session) -> Message:
    """Whether it changes hands, or moves at all."""
    given = session.given
    measure = wire.FlowMeasure(flow=FLOWS[given.flow])
    return wire.Supervise(voucher=given.voucher, order=await session.order(), flow=measure)


async def holder(session: Session) -> Message:
    """What an account holds: all of it, part of its free amount, or nothing stays frozen."""
    given = session.given
    units = 0 if given.amount is None else units_of(given.amount, await session.terms(given.voucher))
    measure = wire.HolderMeasure(account=await session.number(given.account), frozen=given.freeze, frozen_amount=units)
    return wire.Supervise(voucher=given.voucher, order=await session.order(), holder=measure)


async def piece(session: Session) -> Message:
    """One piece."""
    given = session.given
    measure = wire.PieceMeasure(serial=given.serial, frozen=given.freeze)
    return wire.Supervise(voucher=given.voucher, order=await session.order(), piece=measure)


QUESTIONS: Mapping[str, Doer] = {}
DEEDS: Mapping[str, Maker] = {
    "voucher supervise cap": cap,
    "voucher supervise flow": flow,
    "voucher supervise holder": holder,
    "voucher supervise piece": piece,
}
