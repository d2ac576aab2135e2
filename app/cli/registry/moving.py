"""`luopu voucher transfer`, `split`, `merge`, `redeem`; and `explain`, which says why a transfer would fail (3.4.3)."""

import argparse
from collections.abc import Mapping, Sequence

from google.protobuf.message import Message

from app.cli.registry import kinds
from app.cli.registry.perform import DONE, FAILED
from app.cli.registry.session import Doer, Maker, Session, amount_and_serials, units_of
from app.core.codec import encode
from app.core.errors import UsageError
from app.core.ids import ID_BYTES
from app.core.messages import explain as words_of
from app.core.wire import registry_pb2 as wire


async def transfer(session: Session) -> wire.Transfer:
    """All legs, of one voucher or of several."""
    given = session.given
    legs = await _legs(session, given.voucher, given.legs)
    for voucher, *others in given.also:
        try:
            legs += await _legs(session, kinds.identifier(voucher), [kinds.leg(text) for text in others])
        except argparse.ArgumentTypeError as error:
            raise UsageError(argument="--also", expected="VOUCHER LEG …", reason=str(error)) from error
    return wire.Transfer(legs=legs)


async def _legs(session: Session, voucher: bytes, legs: Sequence[kinds.Leg]) -> list[wire.Leg]:
    terms = await session.terms(voucher)
    made = []
    for leg in legs:
        amount, serials = amount_and_serials(leg.what, terms)
        made.append(wire.Leg(voucher=voucher, to=await session.number(leg.to), amount=amount, serials=serials))
    return made


async def split(session: Session) -> Message:
    """Each amount becomes a piece."""
    given, terms = session.given, await session.terms(session.given.voucher)
    return wire.Split(voucher=given.voucher, amounts=[units_of(text, terms) for text in given.amounts])


async def merge(session: Session) -> Message:
    """Pieces become free amount."""
    return wire.Merge(voucher=session.given.voucher, serials=session.given.serials)


async def redeem(session: Session) -> Message:
    """What is redeemed is gone."""
    given = session.given
    amount, serials = amount_and_serials(given.what, await session.terms(given.voucher))
    reference = await session.digest(given.reference)
    return wire.Redeem(voucher=given.voucher, amount=amount, serials=serials, reference=reference)


async def explain(session: Session) -> int:
    """Every reason of every leg; nothing is signed or sent. Exit status 0 where the next block would take it."""
    speaker, status = session.speaker, await session.node.status()
    body = wire.Body(
        chain_id=status.chain_id,
        sender=(await session.own()).address,
        nonce=bytes(ID_BYTES),
        valid_until=status.height + 1,
        transfer=await transfer(session),
    )
    reasons = await session.node.explain(encode(body))
    for reason in reasons:
        speaker.say(words_of(reason, speaker.language).sentence)
    if not reasons:
        speaker.say(speaker.words("would-pass", height=status.height + 1))
    speaker.answer({"height": status.height, "reasons": [speaker.reason_as_json(each) for each in reasons]})
    return FAILED if reasons else DONE


QUESTIONS: Mapping[str, Doer] = {"voucher explain": explain}
DEEDS: Mapping[str, Maker] = {
    "voucher transfer": transfer,
    "voucher split": split,
    "voucher merge": merge,
    "voucher redeem": redeem,
}
